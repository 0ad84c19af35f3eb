use store::{RequestError, StoreError};

/// Why a use-case gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum GovernanceError {
    /// The rules say no.
    #[error("{0}")]
    Refused(String),
    /// The store, or the audit.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RequestError> for GovernanceError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused { sentence, .. } => Self::Refused(sentence),
            RequestError::Audit(error) | RequestError::Store(error) => Self::Store(error),
        }
    }
}
