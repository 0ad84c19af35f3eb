//! The person index: everybody linked so far, kept in one file, so that new records are linked with them at a cost that
//! grows with the new ones alone.
//!
//! Kept are what linkage learnt ([`linkage::Standing`]), each record with its person, the records of each person, and for
//! each blocking key the records that have it. A list of over [`Standing::LIMIT`] records is split by finer keys. The file
//! can be made again from the records at any time. It holds names: keep it as safe as the feeds.

mod build;
mod find;
mod put;
mod table;

use std::path::Path;

use linkage::{Known, Limits, Records, Standing};
use redb::{Database, ReadTransaction, ReadableDatabase};
use serde::{Deserialize, Serialize};

pub use build::Builder;
pub use find::{Answer, How, Linked};
use table::{HEAD, Head, Reading, STANDING};

/// What can go wrong with a person index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The file cannot be read or written.
    #[error("the person index cannot be used: {0}")]
    File(#[from] redb::Error),
    /// Not a person index, or one of another version.
    #[error("the person index was made by another version of the program: make it again")]
    Version,
    /// More records or people than there are numbers.
    #[error("the person index is full")]
    Full,
    /// There is already one.
    #[error("there is already a person index: remove it first, or add to it")]
    Exists,
}

macro_rules! redb_errors {
    ($($error:ty),*) => { $(impl From<$error> for IndexError {
        fn from(e: $error) -> Self {
            Self::File(e.into())
        }
    })* };
}
redb_errors!(
    redb::DatabaseError,
    redb::TransactionError,
    redb::TableError,
    redb::StorageError,
    redb::CommitError,
    redb::SetDurabilityError
);

/// A record as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its person; 0 where that is to be found.
    pub person: u32,
    /// Its file, by its place in [`PersonIndex::files`].
    pub file: u16,
    /// What tells it from the other records of its file.
    pub id: String,
    /// The texts of its columns, in the order of [`Standing::columns`].
    pub texts: Vec<String>,
}

impl Kept {
    /// What tells it from all other records of the index.
    pub fn key(&self) -> u64 {
        table::id_hash(self.file, &self.id)
    }
}

/// Bytes of an open file that are held in memory, at most. What a night looks up stands all over the file and is hardly
/// looked up twice: memory for more costs more than reading it again.
const CACHE: usize = 64 << 20;
/// The same while a file is made.
const CACHE_TO_MAKE: usize = 512 << 20;

/// An open person index.
pub struct PersonIndex {
    database: Database,
    standing: Standing,
    head: Head,
}

impl PersonIndex {
    /// Opens an index.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let database = Database::builder().set_cache_size(CACHE).open(path)?;
        let read = database.begin_read()?;
        let standing = read.open_table(STANDING)?.get(())?.map(|bytes| postcard::from_bytes(bytes.value()));
        let head = read.open_table(HEAD)?.get(())?.map(|bytes| postcard::from_bytes(bytes.value()));
        let (Some(Ok(standing)), Some(Ok(head))) = (standing, head) else { return Err(IndexError::Version) };
        let standing: Standing = standing;
        if Reading::of(&read).is_err() {
            return Err(IndexError::Version);
        }
        drop(read);
        if standing.is_current() { Ok(Self { database, standing, head }) } else { Err(IndexError::Version) }
    }

    /// What linkage learnt when the index was made.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Names of the files that records are of.
    pub fn files(&self) -> &[String] {
        &self.head.files
    }

    /// How many records there are.
    pub fn records(&self) -> u32 {
        self.head.records
    }

    /// What state the records are of, in the words of whoever wrote them last.
    pub fn stamp(&self) -> &str {
        &self.head.stamp
    }

    /// A number above that of every person.
    pub fn next_person(&self) -> u32 {
        self.head.next_person
    }

    /// The number of a file by its name; a new one for a new name.
    pub fn file(&mut self, name: &str) -> Result<u16, IndexError> {
        let at = match self.head.files.iter().position(|known| known == name) {
            Some(at) => at,
            None => {
                self.head.files.push(name.to_owned());
                self.head.files.len() - 1
            }
        };
        u16::try_from(at).map_err(|_| IndexError::Full)
    }

    fn read(&self) -> Result<ReadTransaction, IndexError> {
        Ok(self.database.begin_read()?)
    }
}
