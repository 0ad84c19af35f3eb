//! What may be counted: sources as a set, people as a bitmap, compiled once a change and applied where tables are read.
//!
//! A table of a [`session`](crate::engine) is registered as far as it may be counted: which rows of its files those are is
//! compiled once ([`rows`](crate::rows)), so that no query asks a row of whom or of which source it is. Where every row
//! may be counted the table is registered as it is.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use datafusion::prelude::{ParquetReadOptions, SessionContext};
use model::PersonId;

use crate::WarehouseError;
use crate::rows::{CountedRows, CountedTable};

/// People by number, a bit each.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct PersonSet {
    bits: Vec<u64>,
}

impl PersonSet {
    /// Puts a person in.
    pub fn insert(&mut self, person: PersonId) {
        let word = person.0 as usize / 64;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= 1 << (person.0 % 64);
        }
    }

    /// Whether a person is in it.
    pub fn contains(&self, person: PersonId) -> bool {
        let bits = self.bits.get(person.0 as usize / 64);
        bits.is_some_and(|bits| bits >> (person.0 % 64) & 1 == 1)
    }

    /// How many people are in it.
    pub fn len(&self) -> u64 {
        self.bits.iter().map(|bits| u64::from(bits.count_ones())).sum()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|bits| *bits == 0)
    }
}

impl FromIterator<PersonId> for PersonSet {
    fn from_iter<T: IntoIterator<Item = PersonId>>(people: T) -> Self {
        let mut set = Self::default();
        people.into_iter().for_each(|person| set.insert(person));
        set
    }
}

impl fmt::Debug for PersonSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} people", self.len())
    }
}

/// What may be counted.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Data of these sources alone; `None`: of every source.
    pub sources: Option<Arc<BTreeSet<String>>>,
    /// Data about these people alone; `None`: about everybody.
    pub people: Option<Arc<PersonSet>>,
}

impl Counted {
    /// Nothing is excluded.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Makes a folder of Parquet files the table `name` of a session, as far as it may be counted. The files are asked for
    /// people where they have a column `person_id`, for sources where they have a column `source`.
    pub(crate) async fn register(
        &self,
        session: &SessionContext,
        name: &str,
        folder: &Path,
    ) -> Result<(), WarehouseError> {
        session.register_parquet(name, folder.to_string_lossy(), ParquetReadOptions::default()).await?;
        if self.sources.is_none() && self.people.is_none() {
            return Ok(());
        }
        let whole = session.table_provider(name).await?;
        let threads = session.state().config().target_partitions();
        let (counted, folder, schema) = (self.clone(), folder.to_owned(), whole.schema());
        let rows =
            tokio::task::spawn_blocking(move || CountedRows::compile(&folder, &schema, &counted, threads));
        let rows = rows.await.map_err(|_| WarehouseError::TooMany("failures in one step"))??;
        if !rows.are_all() {
            session.deregister_table(name)?;
            session.register_table(name, Arc::new(CountedTable::new(whole, rows)))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_in_the_set_or_not() {
        let set: PersonSet = [0, 63, 64, 8191, 2_200_000].into_iter().map(PersonId).collect();
        assert_eq!(set.len(), 5);
        for person in [0, 63, 64, 8191, 2_200_000] {
            assert!(set.contains(PersonId(person)));
        }
        for person in [1, 62, 65, 8192, u32::MAX] {
            assert!(!set.contains(PersonId(person)));
        }
        assert!(PersonSet::default().is_empty() && !set.is_empty());
    }
}
