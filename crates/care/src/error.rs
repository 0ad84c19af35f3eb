use store::people::SearchError;
use store::{RequestError, StoreError};

/// Why a use-case gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// The rules say no, and the user may know that there is something to refuse.
    #[error("{0}")]
    Refused(String),
    /// There is no such person, or the user may not know that there is: the same page for both.
    #[error("there is nobody of that number here")]
    NotFound,
    /// The search says too little, or its NHS number is none.
    #[error("{0}")]
    Query(String),
    /// The store, or the audit.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RequestError> for CareError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused { sentence, known: true } => Self::Refused(sentence),
            RequestError::Refused { known: false, .. } => Self::NotFound,
            RequestError::Audit(error) | RequestError::Store(error) => Self::Store(error),
        }
    }
}

impl From<SearchError> for CareError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Store(error) => Self::Store(error),
            other => Self::Query(other.to_string()),
        }
    }
}
