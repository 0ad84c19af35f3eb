//! What the last run knew of everybody, in one file: the latest that each source says of each of its people and who that
//! is, by which keys the rules find them, and each person as made of it. A night of nothing but new batches is linked with
//! it at a cost that grows with the batches alone; `night.rs` does so.
//!
//! A whole run makes the file anew. It says of which state of the links, of which batches and of which coverage it is, so
//! that one that a killed run left behind, or that is of another day, is not used. It holds names: keep it as safe as the
//! feeds. It can be removed at any time; the next run is a whole one.

mod build;
mod put;
mod row;

use std::collections::BTreeSet;
use std::hash::Hasher;
use std::path::Path;

use chrono::NaiveDate;
use hashbrown::HashSet;
use linkage::Rule;
use model::PersonId;
use redb::{AccessGuard, Database, ReadOnlyTable, ReadableDatabase, ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};
use store::cases::SourcePerson;
use twox_hash::XxHash3_64;

pub(crate) use build::build;
pub(crate) use put::Change;
pub(crate) use row::Made;

use crate::golden::Places;
use crate::layers::{Layered, Layers};
use crate::person_index::IndexError;
use crate::statements::Said;
use crate::{PipelineError, threads};

const HEAD: TableDefinition<(), &[u8]> = TableDefinition::new("head");
/// Each source's person by a number: [`row::pack_record`].
const RECORDS: Layered<u32, &[u8]> = Layered::new("records", "records since");
/// The number of each source's person by a hash of source and identifier.
const IDS: Layered<u64, u32> = Layered::new("ids", "ids since");
/// The people of whom something was said that has a key of the rules, four bytes a person.
const KEYS: Layered<u64, &[u8]> = Layered::new("keys", "keys since");
/// Each person as made of what is said: [`Made`].
const PEOPLE: Layered<u32, &[u8]> = Layered::new("people", "people since");

/// Changes when the file's form does, or what is made of what is said.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " 2");

/// Bytes of an open file that are held in memory, at most: what a night looks up stands all over the file.
const CACHE: usize = 64 << 20;
/// The same while a file is made.
const CACHE_TO_MAKE: usize = 256 << 20;

/// People read at once by one processor.
const AT_ONCE: u32 = 20_000;
/// Lookups that one processor does at once.
const LOOKUPS: usize = 500;

/// What the file is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The form of the file and the program that made it.
    pub version: String,
    /// The state of the links.
    pub state: String,
    /// The sources that an agreement covers.
    pub covered: BTreeSet<String>,
    /// The batches that were read.
    pub batches: BTreeSet<String>,
    /// The day as of which people are made.
    pub as_at: NaiveDate,
    /// The tables of the area.
    pub area: String,
    /// Every source that knows somebody.
    pub sources: Vec<String>,
    /// Records.
    pub records: u32,
}

/// A record as it is kept.
pub(crate) struct Known {
    pub number: u32,
    pub person: PersonId,
    pub rule: Rule,
    pub said: Said,
}

/// The open file.
pub(crate) struct LastNight {
    database: Database,
    head: Head,
    threads: usize,
}

impl LastNight {
    /// Opens the file, to be read on so many threads; nothing where there is none of this program's.
    pub fn open(path: &Path, threads: usize) -> Option<Self> {
        let database = Database::builder().set_cache_size(CACHE).open(path).ok()?;
        let head: Head = {
            let read = database.begin_read().ok()?;
            let bytes = read.open_table(HEAD).ok()?.get(()).ok()??;
            postcard::from_bytes(bytes.value()).ok()?
        };
        (head.version == VERSION).then_some(Self { database, head, threads })
    }

    /// What the file is of.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The records of these sources' people, each as it is kept, in their order.
    pub fn find(&self, asked: &[SourcePerson]) -> Result<Vec<Option<Known>>, PipelineError> {
        self.each(asked, |tables, (source, person), to| {
            let number = tables.ids.get(id(source, person))?;
            let known = number.map(|number| tables.record(number.value())).transpose()?.flatten();
            to.push(known.filter(|known| {
                known.said.demographics.source == *source && known.said.demographics.source_person == *person
            }));
            Ok(())
        })
    }

    /// The people of whom something was said that has one of these keys, as often as it has.
    pub fn behind(&self, keys: &[u64]) -> Result<Vec<PersonId>, PipelineError> {
        self.each(keys, |tables, key, to| {
            if let Some(bytes) = tables.keys.get(key)? {
                to.extend(row::unpack(bytes.value()).map(PersonId));
            }
            Ok(())
        })
    }

    /// Every record of some people, in their order.
    pub fn of_people(&self, people: &[PersonId]) -> Result<Vec<Known>, PipelineError> {
        self.each(people, |tables, person, to| {
            let Some(bytes) = tables.people.get(person.0)? else { return Ok(()) };
            for of in row::of(bytes.value()).unwrap_or_default() {
                to.extend(tables.record(of.number)?);
            }
            Ok(())
        })
    }

    /// Looks everything asked up, some of it on each thread; gives what was found in the order of what was asked.
    fn each<I: Sync, T: Send>(
        &self,
        asked: &[I],
        look_up: impl Fn(&Tables, &I, &mut Vec<T>) -> Result<(), IndexError> + Sync,
    ) -> Result<Vec<T>, PipelineError> {
        threads::some_at_once(asked, LOOKUPS, self.threads, |some| {
            let (tables, mut found) = (self.tables()?, Vec::with_capacity(some.len()));
            some.iter().try_for_each(|one| look_up(&tables, one, &mut found))?;
            Ok(found)
        })
    }

    /// Everybody, in order of person.
    pub fn everybody(&self, places: &Places) -> Result<Everyone, PipelineError> {
        let people = self.tables()?.people;
        let last = |table: &ReadOnlyTable<u32, &'static [u8]>| {
            Ok::<_, IndexError>(table.last()?.map_or(0, |(last, _)| last.value()))
        };
        let last = last(&people.made)?.max(last(&people.since)?);
        let starts: Vec<u32> = (0..=last / AT_ONCE).map(|n| n * AT_ONCE).collect();
        let parts = threads::each(&starts, self.threads, |_, _, start| Ok(self.part(*start, places)?))?;
        Ok(Everyone(parts))
    }

    /// The people from a number on, [`AT_ONCE`] numbers.
    fn part(&self, start: u32, places: &Places) -> Result<Vec<Made>, IndexError> {
        let people = self.tables()?.people;
        let range = start..start.saturating_add(AT_ONCE);
        let unpacked = |(person, bytes): (AccessGuard<'_, u32>, AccessGuard<'_, &'static [u8]>)| {
            Made::unpack(PersonId(person.value()), bytes.value(), places).ok_or(IndexError::Version)
        };
        let mut all = Vec::new();
        for one in people.since.range(range.clone())? {
            all.push(unpacked(one?)?);
        }
        let since: HashSet<PersonId> = all.iter().map(|made| made.person.person).collect();
        for one in people.made.range(range)? {
            let one = one?;
            if !since.contains(&PersonId(one.0.value())) {
                all.push(unpacked(one)?);
            }
        }
        all.sort_by_key(|made| made.person.person);
        Ok(all)
    }

    fn tables(&self) -> Result<Tables, IndexError> {
        let read = self.database.begin_read()?;
        Ok(Tables {
            records: RECORDS.read(&read)?,
            ids: IDS.read(&read)?,
            keys: KEYS.read(&read)?,
            people: PEOPLE.read(&read)?,
        })
    }
}

/// Everybody as made of what is said: part n holds the people whose numbers begin at n times [`AT_ONCE`].
pub(crate) struct Everyone(Vec<Vec<Made>>);

impl Everyone {
    /// Everybody, in order of person.
    pub fn each(&self) -> impl Iterator<Item = &Made> {
        self.0.iter().flatten()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// Puts somebody in the place of what they were.
    pub fn replace(&mut self, made: Made) {
        let part = self.0.get_mut((made.person.person.0 / AT_ONCE) as usize);
        if let Some(part) = part
            && let Ok(at) = part.binary_search_by_key(&made.person.person, |known| known.person.person)
            && let Some(known) = part.get_mut(at)
        {
            *known = made;
        }
    }
}

impl IntoIterator for Everyone {
    type Item = Made;
    type IntoIter = std::iter::Flatten<std::vec::IntoIter<Vec<Made>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

struct Tables {
    records: Layers<ReadOnlyTable<u32, &'static [u8]>>,
    ids: Layers<ReadOnlyTable<u64, u32>>,
    keys: Layers<ReadOnlyTable<u64, &'static [u8]>>,
    people: Layers<ReadOnlyTable<u32, &'static [u8]>>,
}

impl Tables {
    fn record(&self, number: u32) -> Result<Option<Known>, IndexError> {
        let bytes = self.records.get(number)?;
        Ok(bytes.and_then(|bytes| row::unpack_record(number, bytes.value())))
    }
}

/// Two of 13 million are taken for one with a chance of 1 in 200,000; who it truly is says the record.
fn id(source: &str, person: &str) -> u64 {
    let mut hasher = XxHash3_64::new();
    hasher.write(source.as_bytes());
    hasher.write(&[0]);
    hasher.write(person.as_bytes());
    hasher.finish()
}
