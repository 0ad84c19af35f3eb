use std::sync::Arc;

use sea_orm::DbErr;

/// What can go wrong in the store. No message carries a value from a person's row.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is not there.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// Not an address of a database that we know.
    #[error("the store's address must start with sqlite:// or postgres://")]
    Address,
    /// The built-in rules cannot be used.
    #[error("the access rules cannot be used: {0}")]
    Rules(#[from] policy::RulesError),
    /// The permit is for something else.
    #[error("the permit is not for this")]
    WrongPermit,
    /// A stored value is not of the form that this program writes.
    #[error("a stored {0} cannot be read")]
    Unreadable(&'static str),
    /// Rows of a generation must come in ascending order, each once.
    #[error("{0} must be written in ascending order, each once")]
    Order(&'static str),
    /// The operating system gave no random bytes.
    #[error("no random bytes are to be had")]
    Entropy,
    /// The store was opened without the key of its deployment.
    #[error("second factors need the deployment's key: open the store through its deployment")]
    NoKey,
    /// A password could not be hashed.
    #[error("the password cannot be used")]
    Password,
    /// There is already one of that name.
    #[error("there is already a {0} of that name")]
    Exists(&'static str),
    /// What was counted holds data that no agreement covers any more.
    #[error("counted with data that no agreement covers any more; the next run counts anew")]
    LeftOut(Vec<String>),
    /// An agreement cannot be changed that way.
    #[error(transparent)]
    Agreement(#[from] model::agreement::ChangeError),
    /// A record could not be packed.
    #[error("a record cannot be packed")]
    Pack,
    /// What several wrote together failed.
    #[error(transparent)]
    Together(Arc<StoreError>),
    /// A step inside this program was stopped.
    #[error("work was stopped before it was done")]
    Stopped,
}

/// Why a request for a permit failed. All of them give no data.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The rules say no. The refusal has been audited.
    #[error("{sentence}")]
    Refused {
        /// Why, in plain English.
        sentence: String,
        /// Whether the user may know that the thing asked for exists; when not, show the page for "not found".
        known: bool,
    },
    /// The audit row could not be written.
    #[error("the audit cannot be written: {0}")]
    Audit(#[source] StoreError),
    /// The facts could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}
