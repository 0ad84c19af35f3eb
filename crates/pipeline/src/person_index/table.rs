//! The tables of the file and how their values are packed.

use linkage::{FileReader, Standing};
use redb::{ReadOnlyTable, ReadTransaction, Table, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::{IndexError, Kept};
use crate::layers::{Layered, Layers};

pub(super) const STANDING: TableDefinition<(), &[u8]> = TableDefinition::new("standing");
pub(super) const HEAD: TableDefinition<(), &[u8]> = TableDefinition::new("head");
/// Each record by its number.
pub(super) const RECORDS: Layered<u32, &[u8]> = Layered::new("records", "records since");
/// The number of each record by a hash of its file and id.
pub(super) const IDS: Layered<u64, u32> = Layered::new("ids", "ids since");
/// The records of each person.
pub(super) const MEMBERS: Layered<u32, &[u8]> = Layered::new("members", "members since");
/// The records that have each blocking key, four bytes a record; one byte where they are too many.
pub(super) const KEYS: Layered<u64, &[u8]> = Layered::new("keys", "keys since");

/// What the index is made of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Head {
    pub files: Vec<String>,
    pub records: u32,
    pub next_person: u32,
    /// What state the records are of.
    pub stamp: String,
}

/// The records behind a key are too many: they are found by finer keys, if by any.
pub(super) const FULL: &[u8] = &[0];

/// Two of 13 million are taken for one with a chance of 1 in 200,000.
pub(super) fn id_hash(file: u16, id: &str) -> u64 {
    XxHash3_64::oneshot_with_seed(u64::from(file), id.as_bytes())
}

pub(super) fn pack(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

pub(super) fn unpack(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four))
}

/// What parts the texts of a record.
const UNIT: char = '\u{1f}';

impl Kept {
    /// Person, file, then id and texts.
    pub(super) fn pack(&self, to: &mut Vec<u8>) {
        to.clear();
        to.extend(self.person.to_le_bytes());
        to.extend(self.file.to_le_bytes());
        to.extend(self.id.bytes());
        for text in &self.texts {
            to.push(UNIT as u8);
            to.extend(text.bytes().filter(|byte| *byte != UNIT as u8));
        }
    }
}

/// A record as it lies in the file.
#[derive(Clone, Copy)]
pub(super) struct Packed<'a> {
    pub person: u32,
    pub file: u16,
    texts: &'a str,
}

impl<'a> Packed<'a> {
    pub fn of(bytes: &'a [u8]) -> Option<Self> {
        let (person, rest) = bytes.split_first_chunk::<4>()?;
        let (file, texts) = rest.split_first_chunk::<2>()?;
        Some(Self {
            person: u32::from_le_bytes(*person),
            file: u16::from_le_bytes(*file),
            texts: std::str::from_utf8(texts).ok()?,
        })
    }

    pub fn kept(&self) -> Kept {
        let mut texts = self.texts.split(UNIT).map(str::to_owned);
        let id = texts.next().unwrap_or_default();
        Kept { person: self.person, file: self.file, id, texts: texts.collect() }
    }

    /// Takes the record among those to be linked.
    pub fn push(&self, to: &mut FileReader<'_>, columns: usize) {
        let mut ends = [0_usize; MOST_COLUMNS + 1];
        let breaks = self.texts.bytes().enumerate().filter(|(_, byte)| *byte == UNIT as u8);
        let mut count = 0;
        for ((at, _), end) in breaks.zip(&mut ends) {
            *end = at;
            count += 1;
        }
        let text = |n: usize| {
            let start = ends.get(n).filter(|_| n < count.min(columns)).map(|at| at + 1)?;
            let end = if n + 1 < count { ends.get(n + 1).copied()? } else { self.texts.len() };
            self.texts.get(start..end)
        };
        to.of(self.file).push(|n| text(n).unwrap_or_default());
    }
}

/// Columns a record has at most: each role once, and the identifier and other columns.
pub(super) const MOST_COLUMNS: usize = 32;

/// The tables as they are read.
pub(super) struct Reading {
    pub records: Layers<ReadOnlyTable<u32, &'static [u8]>>,
    pub ids: Layers<ReadOnlyTable<u64, u32>>,
    pub members: Layers<ReadOnlyTable<u32, &'static [u8]>>,
    pub keys: Layers<ReadOnlyTable<u64, &'static [u8]>>,
}

impl Reading {
    pub fn of(read: &ReadTransaction) -> Result<Self, IndexError> {
        Ok(Self {
            records: RECORDS.read(read)?,
            ids: IDS.read(read)?,
            members: MEMBERS.read(read)?,
            keys: KEYS.read(read)?,
        })
    }

    /// Adds the records behind a key; whether they are too many.
    pub fn behind(&self, key: u64, to: &mut Vec<u32>) -> Result<bool, IndexError> {
        if key == 0 {
            return Ok(false);
        }
        let Some(bytes) = self.keys.get(key)? else { return Ok(false) };
        to.extend(unpack(bytes.value()));
        Ok(bytes.value() == FULL)
    }

    /// The records of a person.
    pub fn of_person(&self, person: u32) -> Result<Vec<u32>, IndexError> {
        Ok(self.members.get(person)?.map(|bytes| unpack(bytes.value()).collect()).unwrap_or_default())
    }
}

/// The tables as they are written.
pub(super) struct Writing<'a> {
    pub records: Layers<Table<'a, u32, &'static [u8]>>,
    pub ids: Layers<Table<'a, u64, u32>>,
    pub members: Layers<Table<'a, u32, &'static [u8]>>,
    pub keys: Layers<Table<'a, u64, &'static [u8]>>,
}

impl<'a> Writing<'a> {
    pub fn of(write: &'a WriteTransaction) -> Result<Self, IndexError> {
        Ok(Self {
            records: RECORDS.write(write)?,
            ids: IDS.write(write)?,
            members: MEMBERS.write(write)?,
            keys: KEYS.write(write)?,
        })
    }

    /// The list behind a key; `None` where it is full.
    pub fn list(&self, key: u64) -> Result<Option<Vec<u32>>, IndexError> {
        let bytes = self.keys.get(key)?;
        let value = bytes.as_ref().map(|bytes| bytes.value()).unwrap_or_default();
        Ok(if value == FULL { None } else { Some(unpack(value).collect()) })
    }
}

pub(super) fn write_head(
    write: &WriteTransaction,
    head: &Head,
    standing: Option<&Standing>,
) -> Result<(), IndexError> {
    let bytes = |value: Result<Vec<u8>, postcard::Error>| value.map_err(|_| IndexError::Full);
    write.open_table(HEAD)?.insert((), bytes(postcard::to_stdvec(head))?.as_slice())?;
    if let Some(standing) = standing {
        write.open_table(STANDING)?.insert((), bytes(postcard::to_stdvec(standing))?.as_slice())?;
    }
    Ok(())
}
