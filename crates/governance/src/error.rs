use store::{RequestError, StoreError};

/// Why a use-case gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum GovernanceError {
    /// The rules say no.
    #[error("{0}")]
    Refused(String),
    /// The agreement cannot be changed that way; the message is for the form.
    #[error(transparent)]
    Agreement(model::agreement::ChangeError),
    /// The store, or the audit.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for GovernanceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Agreement(error) => Self::Agreement(error),
            other => Self::Store(other),
        }
    }
}

impl From<RequestError> for GovernanceError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused { sentence, .. } => Self::Refused(sentence),
            RequestError::Audit(error) | RequestError::Store(error) => Self::Store(error),
        }
    }
}
