use std::io;

use model::Feed;

use crate::SinkError;

/// Why a file as a whole could not be read as the feed that was named.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// There are only blank lines.
    #[error("the file has no header row")]
    NoHeader,
    /// It is something else than text.
    #[error("the file is {what}, not text; send it unpacked, as text")]
    NotText {
        /// What it looks like.
        what: &'static str,
    },
    /// It is a table of another feed.
    #[error("this is not a {named} file: it has the columns of {fits} ({table}); name the feed {fits}")]
    WrongFeed {
        /// The feed that was named.
        named: Feed,
        /// The feed that fits.
        fits: Feed,
        /// The table of that feed.
        table: &'static str,
    },
    /// It is no table of any feed; the nearest of the feed named lacks these columns.
    #[error("this is not a {named} file: nearest is its table {table}, which needs the column(s) {}", missing.join(", "))]
    MissingColumns {
        /// The feed that was named.
        named: Feed,
        /// The nearest table.
        table: &'static str,
        /// Its required columns that the header lacks.
        missing: Vec<&'static str>,
    },
    /// It is not JSON.
    #[error("this is not a fhir file: it does not begin with a JSON object")]
    NotJson,
    /// Reading failed.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    /// The sink refused.
    #[error("what the file holds cannot be kept")]
    Sink(#[source] SinkError),
}
