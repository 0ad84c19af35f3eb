//! The ledger of files: what arrived, what became of every row, and which rows were refused and why. No value of any row is
//! in it: a refused row is a line, a field, a class of value and a reason.
//!
//! A file is `landed` (bytes kept) and then `standardised` (rows read). What was written of a file is replaced as a whole, so
//! that it can be read again at any time with the same end.

mod show;

pub use show::{all, file, files, issues, issues_for_operator, repairs, status, status_for_operator};

use chrono::{DateTime, Utc};
use model::Feed;
use sea_orm::Value;

use crate::bulk::Bulk;
use crate::{Pipeline, StoreError, sql};

/// A file as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// SHA-256 of its bytes: its name here.
    pub sha256: String,
    /// The feed it was said to be.
    pub feed: Feed,
    /// The name it came with.
    pub file_name: String,
    /// Its size.
    pub bytes: u64,
    /// What it arrived with: one call of `ingest`.
    pub batch: String,
    /// When.
    pub landed_at: DateTime<Utc>,
}

/// What became of its rows: read = accepted + repaired + quarantined + duplicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Rows read.
    pub read: u64,
    /// Taken as they are.
    pub accepted: u64,
    /// Taken after a mend that is reported.
    pub repaired: u64,
    /// Refused.
    pub quarantined: u64,
    /// The same as an earlier row of the file.
    pub duplicate: u64,
}

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Its bytes are kept.
    Landed,
    /// Its rows have been read.
    Standardised,
    /// It could not be read as this feed at all; the notes say why.
    Refused,
}

/// A file of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedFile {
    /// As it arrived.
    pub file: NewFile,
    /// How far it has come.
    pub state: FileState,
    /// Which table of the feed it holds; blank until it is standardised.
    pub table: String,
    /// The sources it speaks for (`gp:E84002`), separated by blanks.
    pub sources: String,
    /// What became of its rows.
    pub account: Account,
    /// Unknown columns, rows kept aside, encodings guessed: JSON of the pipeline's making.
    pub notes: String,
}

/// How a file's reading ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOutcome {
    /// Standardised or refused.
    pub state: FileState,
    /// Which table of the feed it holds.
    pub table: String,
    /// The sources it speaks for, separated by blanks.
    pub sources: String,
    /// What became of its rows.
    pub account: Account,
    /// JSON.
    pub notes: String,
    /// Repairs by field and reason, with how many.
    pub repairs: Vec<(String, String, u64)>,
}

/// One row that was refused, or one of the first rows that were mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// Column.
    pub field: String,
    /// Refused, or else mended.
    pub quarantined: bool,
    /// What kind of value was there, such as `text, 7 characters`.
    pub class: String,
    /// Why.
    pub reason: String,
}

/// An issue with the file it is in, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileIssue {
    /// The feed.
    pub feed: Feed,
    /// The file's name.
    pub file_name: String,
    /// The file.
    pub sha256: String,
    /// The issue.
    pub issue: IssueRow,
}

/// Which files or issues to show. Every filter that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this feed.
    pub feed: Option<Feed>,
    /// Of this file.
    pub sha256: Option<String>,
    /// Only refused rows, or only mended ones.
    pub quarantined: Option<bool>,
}

/// One line a feed: how many files, what became of their rows, the latest arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedStatus {
    /// The feed.
    pub feed: Feed,
    /// Files.
    pub files: u64,
    /// Files that could not be read as this feed.
    pub files_refused: u64,
    /// Rows of all of them.
    pub account: Account,
    /// When the last one arrived.
    pub last_landed: DateTime<Utc>,
}

/// How the reading of one file of a chunk ended, with its issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReading {
    /// The file.
    pub sha256: String,
    /// Every refused row, and the first rows mended.
    pub issues: Vec<IssueRow>,
    /// The account.
    pub outcome: FileOutcome,
}

/// Enters files in their order, in one transaction. Files that are standardised are left as they are; one that was refused or
/// never read may come again as another feed, and keeps its place in the order of arrival.
pub async fn land_all(pipeline: Pipeline<'_>, files: &[NewFile]) -> Result<(), StoreError> {
    let tx = pipeline.store.write().await?;
    for file in files {
        let values: Vec<Value> = vec![
            file.sha256.as_str().into(),
            file.feed.name().into(),
            file.file_name.as_str().into(),
            sql::big(file.bytes).into(),
            file.batch.as_str().into(),
            file.landed_at.into(),
            FileState::Landed.name().into(),
        ];
        sql::execute(&tx, LAND, values).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends the reading of a chunk of files in one transaction: either all of them are standardised or none is.
pub async fn finish_all(pipeline: Pipeline<'_>, readings: Vec<FileReading>) -> Result<(), StoreError> {
    let tx = pipeline.store.write().await?;
    let mut issues: Vec<Value> = Vec::new();
    let mut repairs: Vec<Value> = Vec::new();
    for reading in readings {
        let sha256 = reading.sha256.as_str();
        for text in CLEAR {
            sql::execute(&tx, text, vec![sha256.into()]).await?;
        }
        for (number, issue) in (1_i64..).zip(reading.issues) {
            issues.extend(issue.values(sha256, number));
        }
        for (field, reason, n) in reading.outcome.repairs.clone() {
            repairs.extend::<[Value; 4]>([sha256.into(), field.into(), reason.into(), sql::big(n).into()]);
        }
        sql::execute(&tx, FINISH, reading.outcome.values(sha256)).await?;
    }
    ISSUE.insert(&tx, issues).await?;
    REPAIR.insert(&tx, repairs).await?;
    Ok(tx.commit().await?)
}

const CLEAR: [&str; 2] =
    ["DELETE FROM feed_issue WHERE sha256 = $1", "DELETE FROM feed_repair WHERE sha256 = $1"];

const LAND: &str = "INSERT INTO feed_file (sha256, feed, file_name, bytes, batch, landed_at, state, table_name, sources, \
    rows_read, rows_accepted, rows_repaired, rows_quarantined, rows_duplicate, notes) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', 0, 0, 0, 0, 0, '') ON CONFLICT (sha256) DO UPDATE SET \
    feed = excluded.feed, file_name = excluded.file_name, batch = excluded.batch WHERE feed_file.state <> 'standardised'";

const FINISH: &str = "UPDATE feed_file SET state = $2, table_name = $3, sources = $4, rows_read = $5, rows_accepted = $6, \
    rows_repaired = $7, rows_quarantined = $8, rows_duplicate = $9, notes = $10 WHERE sha256 = $1";

impl IssueRow {
    fn values(self, sha256: &str, number: i64) -> [Value; 7] {
        [
            sha256.into(),
            number.into(),
            sql::big(self.line).into(),
            self.field.into(),
            self.quarantined.into(),
            self.class.into(),
            self.reason.into(),
        ]
    }
}

impl FileOutcome {
    fn values(self, sha256: &str) -> Vec<Value> {
        vec![
            sha256.into(),
            self.state.name().into(),
            self.table.into(),
            self.sources.into(),
            sql::big(self.account.read).into(),
            sql::big(self.account.accepted).into(),
            sql::big(self.account.repaired).into(),
            sql::big(self.account.quarantined).into(),
            sql::big(self.account.duplicate).into(),
            self.notes.into(),
        ]
    }
}

impl FileState {
    fn name(self) -> &'static str {
        match self {
            Self::Landed => "landed",
            Self::Standardised => "standardised",
            Self::Refused => "refused",
        }
    }

    fn parse(name: &str) -> Result<Self, StoreError> {
        [Self::Landed, Self::Standardised, Self::Refused]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or(StoreError::Unreadable("state of a file"))
    }
}

const ISSUE: Bulk = Bulk {
    table: "feed_issue",
    columns: &["sha256", "number", "line", "field", "quarantined", "class", "reason"],
    conflict: "",
};

const REPAIR: Bulk =
    Bulk { table: "feed_repair", columns: &["sha256", "field", "reason", "n"], conflict: "" };
