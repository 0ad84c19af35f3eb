//! The standardised zone: one batch of landed files as three Parquet files and a manifest.
//!
//! `events` holds what happened, `who` the source's people it happened to, `people` what the source says of them. Events
//! name their person by a number local to the batch, so that linking a person never rewrites an event.
//! Identity stands in `people` and `who` only, which linkage alone reads.

mod events;
mod people;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, BooleanArray, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use model::{Demographics, Event};
use serde::{Deserialize, Serialize};

use crate::WarehouseError;
use crate::columns::{ParquetFile, batch, column, open};
pub(crate) use events::TEXT_COLUMNS;
use events::{EVENT_SCHEMA, EventColumns};
pub use people::read_people;
use people::{PEOPLE_SCHEMA, PeopleColumns};

const ROWS_A_BATCH: usize = 64 * 1024;
const ROWS_A_GROUP: usize = 512 * 1024;

/// What a batch holds; written last, so that a batch with a manifest is whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchManifest {
    /// The batch's name.
    pub batch: String,
    /// Events, before later ones replace earlier ones.
    pub events: u64,
    /// Statements about people.
    pub people: u64,
    /// The sources' people named.
    pub who: u64,
    /// Latest day that a row was true: its extract's date or, without one, the day of its event. For "data as at".
    pub latest: Option<NaiveDate>,
}

/// Paths of one batch's files.
#[derive(Clone, Debug)]
pub struct BatchFiles {
    /// Events.
    pub events: PathBuf,
    /// The sources' people by local number.
    pub who: PathBuf,
    /// What the sources say about them.
    pub people: PathBuf,
    /// Manifest.
    pub manifest: PathBuf,
}

impl BatchFiles {
    /// The files of this batch in the standardised zone.
    pub fn of(zone: &Path, batch: &str) -> Self {
        let file = |kind: &str| zone.join(format!("{batch}.{kind}"));
        Self {
            events: file("events.parquet"),
            who: file("who.parquet"),
            people: file("people.parquet"),
            manifest: file("json"),
        }
    }

    /// The batch's name.
    pub fn name(&self) -> String {
        self.manifest.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The manifest, if the batch is whole.
    pub fn manifest(&self) -> Result<Option<BatchManifest>, WarehouseError> {
        match fs::read(&self.manifest) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(WarehouseError::file(&self.manifest)(e)),
        }
    }
}

/// One of a source's people, by the number that the batch's events use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Source.
    pub source: String,
    /// Identifier in the source.
    pub source_person: String,
}

/// What a source says about one of its people, and where it says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Number in the batch.
    pub who: u32,
    /// Landed file, by its number in the ledger.
    pub file: u32,
    /// Line in the file.
    pub line: u64,
    /// What is said; source and source_person are those of `who`.
    pub demographics: Demographics,
}

static WHO_SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("source", DataType::Utf8, false),
        Field::new("source_person", DataType::Utf8, false),
    ]))
});

/// Writes one batch.
pub struct BatchWriter {
    files: BatchFiles,
    manifest: BatchManifest,
    file: u32,
    who: WhoTable,
    events: EventColumns,
    events_file: ParquetFile,
    people: PeopleColumns,
    people_file: ParquetFile,
}

impl BatchWriter {
    /// Starts a batch, over what an interrupted run may have left of it.
    pub fn create(zone: &Path, name: &str) -> Result<Self, WarehouseError> {
        let files = BatchFiles::of(zone, name);
        Ok(Self {
            manifest: BatchManifest { batch: name.to_owned(), ..BatchManifest::default() },
            file: 0,
            who: WhoTable::default(),
            events: EventColumns::default(),
            events_file: ParquetFile::create(&files.events, Arc::clone(&EVENT_SCHEMA), ROWS_A_GROUP)?,
            people: PeopleColumns::default(),
            people_file: ParquetFile::create(&files.people, Arc::clone(&PEOPLE_SCHEMA), ROWS_A_GROUP)?,
            files,
        })
    }

    /// The rows that follow are from this landed file.
    pub fn begin_file(&mut self, file: u32) {
        self.file = file;
    }

    /// Adds an event.
    pub fn event(&mut self, line: u64, event: &Event<'_>) -> Result<(), WarehouseError> {
        let who = self.who.number(event.source, event.source_person)?;
        self.events.push(who, self.file, line, event);
        let told = event.as_at.unwrap_or(event.start);
        self.manifest.latest = self.manifest.latest.max(Some(told));
        if self.events.rows() >= ROWS_A_BATCH {
            self.flush_events()?;
        }
        Ok(())
    }

    /// Adds a statement about a person.
    pub fn demographics(&mut self, line: u64, said: &Demographics) -> Result<(), WarehouseError> {
        let who = self.who.number(&said.source, &said.source_person)?;
        self.people.push(who, self.file, line, said);
        if self.people.rows() >= ROWS_A_BATCH {
            self.flush_people()?;
        }
        Ok(())
    }

    /// Ends the batch: its manifest is written last.
    pub fn finish(mut self) -> Result<BatchManifest, WarehouseError> {
        self.flush_events()?;
        self.flush_people()?;
        self.manifest.events = self.events_file.finish()?;
        self.manifest.people = self.people_file.finish()?;
        self.manifest.who = self.who.write(&self.files.who)?;
        let text = serde_json::to_vec_pretty(&self.manifest)
            .map_err(|e| WarehouseError::file(&self.files.manifest)(e.into()))?;
        let partial = self.files.manifest.with_extension("json.partial");
        fs::write(&partial, text).map_err(WarehouseError::file(&partial))?;
        fs::rename(&partial, &self.files.manifest).map_err(WarehouseError::file(&self.files.manifest))?;
        Ok(self.manifest)
    }

    fn flush_events(&mut self) -> Result<(), WarehouseError> {
        let columns = self.events.take();
        self.events_file.write(&batch(&EVENT_SCHEMA, columns)?)
    }

    fn flush_people(&mut self) -> Result<(), WarehouseError> {
        let columns = self.people.take();
        self.people_file.write(&batch(&PEOPLE_SCHEMA, columns)?)
    }
}

/// The sources' people of a batch, numbered as they appear.
#[derive(Default)]
struct WhoTable {
    numbers: hashbrown::HashMap<Box<str>, u32>,
    order: Vec<(String, String)>,
    scratch: String,
    last: u32,
}

impl WhoTable {
    fn number(&mut self, source: &str, source_person: &str) -> Result<u32, WarehouseError> {
        // Rows of one person often stand together.
        self.scratch.clear();
        self.scratch.push_str(source);
        self.scratch.push('\u{1f}');
        self.scratch.push_str(source_person);
        let last = usize::try_from(self.last).ok().and_then(|last| self.order.get(last));
        if last.is_some_and(|(s, p)| s == source && p == source_person) {
            return Ok(self.last);
        }
        if let Some(number) = self.numbers.get(self.scratch.as_str()) {
            self.last = *number;
            return Ok(*number);
        }
        let number =
            u32::try_from(self.order.len()).map_err(|_| WarehouseError::TooMany("people in a batch"))?;
        self.numbers.insert(self.scratch.as_str().into(), number);
        self.order.push((source.to_owned(), source_person.to_owned()));
        self.last = number;
        Ok(number)
    }

    fn write(&self, path: &Path) -> Result<u64, WarehouseError> {
        let mut file = ParquetFile::create(path, Arc::clone(&WHO_SCHEMA), ROWS_A_GROUP)?;
        let source = StringArray::from_iter_values(self.order.iter().map(|(source, _)| source));
        let person = StringArray::from_iter_values(self.order.iter().map(|(_, person)| person));
        file.write(&batch(&WHO_SCHEMA, vec![Arc::new(source), Arc::new(person)])?)?;
        file.finish()
    }
}

/// The sources' people of a batch, in the order of their numbers. For linkage only.
pub fn read_who(files: &BatchFiles) -> Result<Vec<Who>, WarehouseError> {
    let mut all = Vec::new();
    for batch in open(&files.who, ROWS_A_BATCH)? {
        let batch = batch?;
        let source: &StringArray = column(&files.who, &batch, "source")?;
        let person: &StringArray = column(&files.who, &batch, "source_person")?;
        for (source, person) in source.iter().zip(person) {
            all.push(Who {
                source: source.unwrap_or("").to_owned(),
                source_person: person.unwrap_or("").to_owned(),
            });
        }
    }
    Ok(all)
}

/// True when a boolean column holds true in a row.
pub(crate) fn is_true(column: &BooleanArray, row: usize) -> bool {
    row < column.len() && column.is_valid(row) && column.value(row)
}
