//! Where facts are kept: in files of a folder, for all who read them later, or in memory, for one engine alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use datafusion::datasource::MemTable;
use datafusion::prelude::{ParquetReadOptions, SessionContext};

use super::schema::{TABLES, columns};
use super::table::schema_of;
use crate::WarehouseError;
use crate::definitions::Definition;

/// Tables that every engine needs: who may be counted, where, and since when.
const ALWAYS: [&str; 4] = ["person", "population_place", "population_month", "data_begins"];

/// Columns that the engine itself asks for.
const ASKED: [&str; 7] = ["person_id", "planning", "place", "month", "practice", "borough", "data"];

/// Where facts are kept, and which of them.
#[derive(Clone)]
pub struct FactStore {
    pub(super) place: Place,
    /// These tables alone.
    tables: Option<BTreeSet<String>>,
    /// Columns of these names alone, by table; every column of a table that is not there.
    columns: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Clone)]
pub(super) enum Place {
    Folder(PathBuf),
    Memory(Memory),
}

/// The parts of tables in memory, in order of name.
#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<Parts>>);

/// Batches by table and part.
type Parts = BTreeMap<(String, String), Vec<RecordBatch>>;

/// Where one part of a table in memory goes.
pub(super) struct Kept {
    memory: Memory,
    part: (String, String),
}

impl Memory {
    pub(super) fn part(&self, table: &str, part: &str) -> Kept {
        Kept { memory: self.clone(), part: (table.to_owned(), part.to_owned()) }
    }
}

impl Kept {
    pub(super) fn put(self, batches: Vec<RecordBatch>) -> Result<(), WarehouseError> {
        self.memory.0.lock().unwrap_or_else(PoisonError::into_inner).insert(self.part, batches);
        Ok(())
    }
}

impl FactStore {
    /// Every table, in a folder.
    pub fn folder(folder: &Path) -> Self {
        Self { place: Place::Folder(folder.to_owned()), tables: None, columns: BTreeMap::new() }
    }

    /// Every table, in memory.
    pub fn memory() -> Self {
        Self { place: Place::Memory(Memory::default()), tables: None, columns: BTreeMap::new() }
    }

    /// The same with that alone which these definitions read: the tables of their inputs, and columns whose name a query says that
    /// reads their table.
    #[must_use]
    pub fn read_by(mut self, definitions: &[Definition]) -> Self {
        let read = definitions.iter().flat_map(|definition| definition.inputs.iter().map(String::as_str));
        let tables: BTreeSet<&str> = read.chain(ALWAYS).collect();
        for table in &tables {
            let readers = definitions.iter().filter(|definition| {
                ALWAYS.contains(table) || definition.inputs.iter().any(|input| input == table)
            });
            let said: Option<Vec<BTreeSet<&str>>> =
                readers.map(|definition| words(&definition.sql)).collect();
            let Some(said) = said else { continue };
            let said = said.into_iter().flatten().chain(ASKED).map(str::to_owned).collect();
            self.columns.insert((*table).to_owned(), said);
        }
        self.tables = Some(tables.into_iter().map(str::to_owned).collect());
        self
    }

    pub(super) fn keeps(&self, table: &str) -> bool {
        self.tables.as_ref().is_none_or(|tables| tables.contains(table))
    }

    /// Whether a column is kept: of a table whose rows are only counted every one is.
    pub(super) fn keeps_column(&self, table: &str, name: &str) -> bool {
        let Some(said) = self.columns.get(table) else { return true };
        said.contains(name)
            || !columns(table).unwrap_or_default().iter().any(|(name, _)| said.contains(*name))
    }

    pub(super) fn schema(&self, table: &str) -> Arc<Schema> {
        schema_of(table, |column| self.keeps_column(table, column))
    }

    /// Forgets what is there.
    pub(super) fn clear(&self) -> Result<(), WarehouseError> {
        match &self.place {
            Place::Folder(folder) if folder.exists() => {
                fs::remove_dir_all(folder).map_err(WarehouseError::file(folder))
            }
            Place::Folder(_) => Ok(()),
            Place::Memory(memory) => {
                memory.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
                Ok(())
            }
        }
    }

    /// Names of the tables that are there, those of definitions/reference last.
    pub(crate) fn tables(&self) -> Result<Vec<String>, WarehouseError> {
        let mut there = BTreeSet::new();
        match &self.place {
            Place::Folder(folder) => {
                for entry in fs::read_dir(folder).map_err(WarehouseError::file(folder))? {
                    let name = entry.map_err(WarehouseError::file(folder))?.file_name();
                    there.insert(name.to_string_lossy().into_owned());
                }
            }
            Place::Memory(memory) => {
                let parts = memory.0.lock().unwrap_or_else(PoisonError::into_inner);
                there.extend(parts.keys().map(|(table, _)| table.clone()));
            }
        }
        let facts = TABLES.iter().map(|(name, _)| (*name).to_owned()).filter(|name| there.contains(name));
        let reference = there.iter().filter(|name| name.starts_with("ref_")).cloned();
        Ok(facts.chain(reference).collect())
    }

    /// Makes a table of a session.
    pub(crate) async fn register(
        &self,
        session: &SessionContext,
        table: &str,
        name: &str,
    ) -> Result<(), WarehouseError> {
        match &self.place {
            Place::Folder(folder) => {
                let folder = folder.join(table);
                session
                    .register_parquet(name, folder.to_string_lossy(), ParquetReadOptions::default())
                    .await?;
            }
            Place::Memory(memory) => {
                let parts = memory.0.lock().unwrap_or_else(PoisonError::into_inner);
                let of = parts.iter().filter(|((of, _), _)| of == table);
                let batches: Vec<RecordBatch> = of.flat_map(|(_, batches)| batches.iter().cloned()).collect();
                let schema = batches.first().map_or_else(|| self.schema(table), RecordBatch::schema);
                session.register_table(name, Arc::new(MemTable::try_new(schema, vec![batches])?))?;
            }
        }
        Ok(())
    }

    /// Puts a whole table that is not among the facts.
    pub(crate) fn put(&self, table: &str, rows: RecordBatch) -> Result<(), WarehouseError> {
        match &self.place {
            Place::Folder(folder) => {
                let path = folder.join(table).join("reference.parquet");
                let mut file = crate::columns::ParquetFile::create(&path, rows.schema(), 256 * 1024)?;
                file.write(&rows)?;
                file.finish().map(|_| ())
            }
            Place::Memory(memory) => memory.part(table, "reference").put(vec![rows]),
        }
    }
}

/// The words of a query; `None` when it asks for all columns at once.
fn words(sql: &str) -> Option<BTreeSet<&str>> {
    let all = sql.match_indices('*').any(|(at, _)| {
        let before = sql.get(..at).unwrap_or_default().trim_end();
        ["SELECT", "DISTINCT", ".", ","].iter().any(|end| before.ends_with(end))
    });
    let word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    (!all && !sql.contains("NATURAL")).then(|| sql.split(word).filter(|word| !word.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_a_named_column_keeps_its_columns() {
        let text = "---\nname = \"n\"\ntitle = \"N\"\nkind = \"mart\"\nversion = \"1\"\ninputs = [\"borough\", \"practice\", \"spell\"]\n---\nSELECT COUNT(*) AS n FROM spell";
        let store = FactStore::memory().read_by(&[Definition::parse("marts/n.sql", text).unwrap()]);
        let kept =
            |table| store.schema(table).fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
        assert_eq!(kept("spell"), ["person_id", "place", "planning"]);
        assert_eq!(kept("unit_cost").len(), columns("unit_cost").unwrap().len());
        assert!(store.keeps("spell") && store.keeps("person") && !store.keeps("unit_cost"));
    }

    #[test]
    fn columns_are_those_that_a_query_names() {
        let named = words("SELECT t.\"end\", COUNT(*) AS n FROM care_service t WHERE start * 2 > 1").unwrap();
        assert!(["end", "start", "care_service"].iter().all(|word| named.contains(word)));
        assert!(!named.contains("delivery"));
        for all in [
            "SELECT * FROM spell",
            "SELECT DISTINCT *",
            "SELECT s.* FROM spell s",
            "SELECT 1, *",
            "a NATURAL JOIN b",
        ] {
            assert_eq!(words(all), None, "{all}");
        }
    }
}
