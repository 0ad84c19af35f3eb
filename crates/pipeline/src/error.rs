use std::path::{Path, PathBuf};

/// Why a command of the day stopped. Messages say what to do; none carries a person's value.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// A file or folder of the deployment.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder is not a deployment.
    #[error("{0} holds no wsic.toml; make a deployment there with `wsic init {0}`")]
    NoDeployment(PathBuf),
    /// The folder holds one already.
    #[error("{0} is a deployment already; choose another folder or use it as it is")]
    Exists(PathBuf),
    /// Another command is changing the data.
    #[error("another `wsic ingest` or `wsic refresh` is at work in {0}; wait for it and run this again")]
    Busy(PathBuf),
    /// wsic.toml does not read.
    #[error("{path}: {reason}")]
    Config {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// An area table.
    #[error(transparent)]
    Area(#[from] model::AreaError),
    /// The store.
    #[error("store: {0}")]
    Store(#[from] store::StoreError),
    /// The audit.
    #[error(transparent)]
    Audit(#[from] store::audit::AuditError),
    /// A key file that holds no key.
    #[error("{0} holds no key of 64 hexadecimal digits; put the deployment's own back in its place")]
    Key(PathBuf),
    /// A key or a checkpoint that cannot be used.
    #[error("{path}: {source}")]
    Note {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: store::audit::NoteError,
    },
    /// The warehouse.
    #[error(transparent)]
    Warehouse(#[from] warehouse::WarehouseError),
    /// The index of everybody linked so far.
    #[error(transparent)]
    PersonIndex(#[from] crate::person_index::IndexError),
    /// Nothing has been landed.
    #[error("no file has been taken in yet; take some in with `wsic ingest FEED FILE...`")]
    NothingLanded,
    /// What the last run left to count from is not there.
    #[error(
        "what the last run left to count from is not there, or is of another version; run `wsic refresh`"
    )]
    NothingLeft,
    /// A control total does not agree: publication was stopped.
    #[error(
        "{what}: {left_name} {left} but {right_name} {right}; nothing was published, yesterday's data stay on screen"
    )]
    Check {
        /// What was counted.
        what: &'static str,
        /// Where first.
        left_name: &'static str,
        /// How many there.
        left: i128,
        /// Where next.
        right_name: &'static str,
        /// How many there.
        right: i128,
    },
    /// A background task ended without an answer.
    #[error("a worker stopped: {0}")]
    Worker(String),
    /// Something could not be written as JSON.
    #[error("could not write counts: {0}")]
    Json(#[from] serde_json::Error),
    /// More files or people than a number holds.
    #[error("too many {0} for this deployment")]
    TooMany(&'static str),
}

impl PipelineError {
    /// For `map_err` on keys and checkpoints.
    pub(crate) fn note(path: &Path) -> impl FnOnce(store::audit::NoteError) -> Self {
        let path = path.to_owned();
        move |source| Self::Note { path, source }
    }

    /// For `map_err` on file operations.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
