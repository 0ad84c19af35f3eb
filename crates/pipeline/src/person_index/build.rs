//! Making an index of everybody.

use std::path::{Path, PathBuf};

use linkage::{Records, Standing};
use redb::{Database, WriteTransaction};

use super::table::{FULL, Head, Writing, id_hash, pack, write_head};
use super::{CACHE_TO_MAKE, IndexError, Kept, PersonIndex};

/// Makes an index: records in the order of linkage, then [`Builder::finish`]. Until that the file does not bear its name.
pub struct Builder {
    path: PathBuf,
    partial: PathBuf,
    database: Database,
    standing: Standing,
    head: Head,
    write: WriteTransaction,
    ids: Vec<(u64, u32)>,
    members: Vec<(u32, u32)>,
    bytes: Vec<u8>,
}

impl Builder {
    /// Begins an index at a path where there is none.
    pub fn new(path: &Path, standing: Standing, files: Vec<String>) -> Result<Self, IndexError> {
        if path.exists() {
            return Err(IndexError::Exists);
        }
        let partial = path.with_extension("partial");
        let io = |e: std::io::Error| IndexError::File(redb::Error::Io(e));
        match std::fs::remove_file(&partial) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(io(e)),
            _ => {}
        }
        let database = Database::builder().set_cache_size(CACHE_TO_MAKE).create(&partial)?;
        let write = database.begin_write()?;
        let head = Head { files, records: 0, next_person: 1, stamp: String::new() };
        Ok(Self {
            path: path.to_owned(),
            partial,
            database,
            standing,
            head,
            write,
            ids: Vec::new(),
            members: Vec::new(),
            bytes: Vec::new(),
        })
    }

    /// Takes the next records.
    pub fn push(&mut self, records: &[Kept]) -> Result<(), IndexError> {
        let mut table = super::table::RECORDS.write(&self.write)?.made;
        for kept in records {
            let number = self.head.records;
            kept.pack(&mut self.bytes);
            table.insert(number, self.bytes.as_slice())?;
            self.ids.push((id_hash(kept.file, &kept.id), number));
            self.members.push((kept.person, number));
            self.head.records = number.checked_add(1).ok_or(IndexError::Full)?;
            let above = kept.person.checked_add(1).ok_or(IndexError::Full)?;
            self.head.next_person = self.head.next_person.max(above);
        }
        Ok(())
    }

    /// Writes keys and all else. `records` are the same records in the same order; `stamp` says what state they are of;
    /// `progress` is told of each pass.
    pub fn finish(
        mut self,
        records: &Records,
        stamp: &str,
        progress: &dyn Fn(usize, usize),
    ) -> Result<PersonIndex, IndexError> {
        let mut writing = Writing::of(&self.write)?;
        self.ids.sort_unstable();
        for (hash, number) in self.ids.drain(..) {
            writing.ids.made.insert(hash, number)?;
        }
        self.members.sort_unstable();
        for of_person in self.members.chunk_by(|a, b| a.0 == b.0) {
            let numbers: Vec<u32> = of_person.iter().map(|(_, number)| *number).collect();
            if let Some((person, _)) = of_person.first() {
                writing.members.made.insert(person, pack(&numbers).as_slice())?;
            }
        }
        let keys = self.standing.keys(records);
        let passes = self.standing.passes();
        let everybody: Vec<u32> = (0..self.head.records).collect();
        for pass in 0..passes {
            progress(pass, passes);
            let full = put(&mut writing, &everybody, |record| keys.coarse(pass, record), true)?;
            for n in 0..Standing::FINER {
                put(&mut writing, &full, |record| keys.finer(pass, n, record), false)?;
            }
        }
        progress(passes, passes);
        drop((writing, keys));
        stamp.clone_into(&mut self.head.stamp);
        write_head(&self.write, &self.head, Some(&self.standing))?;
        self.write.commit()?;
        drop(self.database);
        std::fs::rename(&self.partial, &self.path).map_err(|e| IndexError::File(redb::Error::Io(e)))?;
        PersonIndex::open(&self.path)
    }
}

/// Writes the lists of one pass; gives the records of those that are to be split.
fn put(
    writing: &mut Writing<'_>,
    records: &[u32],
    key: impl Fn(u32) -> u64,
    split: bool,
) -> Result<Vec<u32>, IndexError> {
    let mut keyed: Vec<(u64, u32)> = records.iter().map(|record| (key(*record), *record)).collect();
    keyed.retain(|(key, _)| *key != 0);
    keyed.sort_unstable();
    let mut full = Vec::new();
    for list in keyed.chunk_by(|a, b| a.0 == b.0) {
        let Some((key, _)) = list.first() else { continue };
        let numbers: Vec<u32> = list.iter().map(|(_, record)| *record).collect();
        if list.len() <= Standing::LIMIT {
            writing.keys.made.insert(key, pack(&numbers).as_slice())?;
        } else {
            writing.keys.made.insert(key, FULL)?;
            if split {
                full.extend(numbers);
            }
        }
    }
    Ok(full)
}
