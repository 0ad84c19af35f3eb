//! The standardised zone: one batch of landed files as three Parquet files and a manifest.
//!
//! `events` holds what happened, `who` the source's people it happened to, `people` what the source says of them. Events
//! name their person by a number local to the batch, so that linking a person never rewrites an event.
//! Identity stands in `people` and `who` only, which linkage alone reads.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, BooleanBuilder, Date32Array, Date32Builder, Float64Builder, StringArray,
    StringBuilder, StringDictionaryBuilder, UInt8Builder, UInt32Array, UInt32Builder, UInt64Builder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, UInt32Type};
use model::{Demographics, Event, Sex};
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::WarehouseError;
use crate::columns::{ParquetFile, batch, column, date, days, open, text_field};

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
    /// Latest start of an event, for "data as at".
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

static EVENT_SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let date = |name: &str| Field::new(name, DataType::Date32, true);
    Arc::new(Schema::new(vec![
        Field::new("who", DataType::UInt32, false),
        Field::new("key", DataType::UInt64, false),
        Field::new("kind", DataType::UInt8, false),
        Field::new("scheme", DataType::UInt8, false),
        Field::new("start", DataType::Date32, false),
        date("end"),
        date("admitted"),
        date("discharged"),
        date("as_at"),
        Field::new("value", DataType::Float64, true),
        Field::new("deleted", DataType::Boolean, false),
        Field::new("file", DataType::UInt32, false),
        Field::new("line", DataType::UInt64, false),
        text_field("codes"),
        text_field("procedures"),
        text_field("term"),
        text_field("unit"),
        text_field("provider"),
        text_field("method"),
        text_field("outcome"),
        text_field("specialty"),
        text_field("subtype"),
    ]))
});

/// Names of the text columns of an event, in their stored order.
pub(crate) const TEXT_COLUMNS: [&str; 9] =
    ["codes", "procedures", "term", "unit", "provider", "method", "outcome", "specialty", "subtype"];

static WHO_SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("source", DataType::Utf8, false),
        Field::new("source_person", DataType::Utf8, false),
    ]))
});

const PEOPLE_TEXTS: [&str; 8] = [
    "nhs_number",
    "family_name",
    "given_name",
    "address",
    "postcode",
    "lsoa",
    "ethnic_category",
    "practice",
];
const PEOPLE_DATES: [&str; 5] = ["birth_date", "death_date", "registered_from", "registered_to", "as_at"];

static PEOPLE_SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let mut fields = vec![
        Field::new("who", DataType::UInt32, false),
        Field::new("file", DataType::UInt32, false),
        Field::new("line", DataType::UInt64, false),
        Field::new("sex", DataType::Utf8, false),
    ];
    fields.extend(PEOPLE_TEXTS.map(|name| Field::new(name, DataType::Utf8, false)));
    fields.extend(PEOPLE_DATES.map(|name| Field::new(name, DataType::Date32, true)));
    Arc::new(Schema::new(fields))
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
        self.manifest.latest = self.manifest.latest.max(Some(event.start));
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
        let number = u32::try_from(self.order.len()).map_err(|_| WarehouseError::TooMany("people in a batch"))?;
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

/// The number by which an event is known within its source; two of one person never share it by chance that matters
/// (64 bits over the few thousand events of one person).
fn event_key(source: &str, key: &str) -> u64 {
    XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(source.as_bytes()), key.as_bytes())
}

#[derive(Default)]
struct EventColumns {
    who: UInt32Builder,
    key: UInt64Builder,
    kind: UInt8Builder,
    scheme: UInt8Builder,
    start: Date32Builder,
    end: Date32Builder,
    admitted: Date32Builder,
    discharged: Date32Builder,
    as_at: Date32Builder,
    value: Float64Builder,
    deleted: BooleanBuilder,
    file: UInt32Builder,
    line: UInt64Builder,
    texts: [StringDictionaryBuilder<UInt32Type>; 9],
    rows: usize,
}

impl EventColumns {
    fn rows(&self) -> usize {
        self.rows
    }

    fn push(&mut self, who: u32, file: u32, line: u64, event: &Event<'_>) {
        self.rows += 1;
        self.who.append_value(who);
        self.key.append_value(event_key(event.source, event.key));
        self.kind.append_value(event.kind.number());
        self.scheme.append_value(event.scheme.number());
        self.start.append_value(days(event.start));
        self.end.append_option(event.end.map(days));
        self.admitted.append_option(event.admitted.map(days));
        self.discharged.append_option(event.discharged.map(days));
        self.as_at.append_option(event.as_at.map(days));
        self.value.append_option(event.value);
        self.deleted.append_value(event.deleted);
        self.file.append_value(file);
        self.line.append_value(line);
        let texts = [
            event.codes,
            event.procedures,
            event.term,
            event.unit,
            event.provider,
            event.method,
            event.outcome,
            event.specialty,
            event.subtype,
        ];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            if text.is_empty() {
                builder.append_null();
            } else {
                builder.append_value(text);
            }
        }
    }

    fn take(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.who.finish()),
            Arc::new(self.key.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.scheme.finish()),
            Arc::new(self.start.finish()),
            Arc::new(self.end.finish()),
            Arc::new(self.admitted.finish()),
            Arc::new(self.discharged.finish()),
            Arc::new(self.as_at.finish()),
            Arc::new(self.value.finish()),
            Arc::new(self.deleted.finish()),
            Arc::new(self.file.finish()),
            Arc::new(self.line.finish()),
        ];
        columns.extend(self.texts.iter_mut().map(|texts| Arc::new(texts.finish()) as ArrayRef));
        columns
    }
}

#[derive(Default)]
struct PeopleColumns {
    who: UInt32Builder,
    file: UInt32Builder,
    line: UInt64Builder,
    sex: StringBuilder,
    texts: [StringBuilder; 8],
    dates: [Date32Builder; 5],
    rows: usize,
}

impl PeopleColumns {
    fn rows(&self) -> usize {
        self.rows
    }

    fn push(&mut self, who: u32, file: u32, line: u64, said: &Demographics) {
        self.rows += 1;
        self.who.append_value(who);
        self.file.append_value(file);
        self.line.append_value(line);
        self.sex.append_value(said.sex.letter());
        let texts = [
            &said.nhs_number,
            &said.family_name,
            &said.given_name,
            &said.address,
            &said.postcode,
            &said.lsoa,
            &said.ethnic_category,
            &said.practice,
        ];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_value(text);
        }
        let dates =
            [said.birth_date, said.death_date, said.registered_from, said.registered_to, said.as_at];
        for (builder, day) in self.dates.iter_mut().zip(dates) {
            builder.append_option(day.map(days));
        }
    }

    fn take(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.who.finish()),
            Arc::new(self.file.finish()),
            Arc::new(self.line.finish()),
            Arc::new(self.sex.finish()),
        ];
        columns.extend(self.texts.iter_mut().map(|texts| Arc::new(texts.finish()) as ArrayRef));
        columns.extend(self.dates.iter_mut().map(|dates| Arc::new(dates.finish()) as ArrayRef));
        columns
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

/// What the sources of a batch say about their people. For linkage only.
pub fn read_people(
    files: &BatchFiles,
    who: &[Who],
    mut each: impl FnMut(Statement),
) -> Result<(), WarehouseError> {
    let path = &files.people;
    for batch in open(path, ROWS_A_BATCH)? {
        let batch = batch?;
        let number: &UInt32Array = column(path, &batch, "who")?;
        let file: &UInt32Array = column(path, &batch, "file")?;
        let line: &datafusion::arrow::array::UInt64Array = column(path, &batch, "line")?;
        let sex: &StringArray = column(path, &batch, "sex")?;
        let mut texts = Vec::new();
        for name in PEOPLE_TEXTS {
            texts.push(column::<StringArray>(path, &batch, name)?);
        }
        let mut dates = Vec::new();
        for name in PEOPLE_DATES {
            dates.push(column::<Date32Array>(path, &batch, name)?);
        }
        for row in 0..batch.num_rows() {
            let text = |i: usize| texts.get(i).map(|t| t.value(row)).unwrap_or("").to_owned();
            let day = |i: usize| dates.get(i).and_then(|d| d.is_valid(row).then(|| date(d.value(row))));
            let number = number.value(row);
            let Some(person) = usize::try_from(number).ok().and_then(|n| who.get(n)) else { continue };
            each(Statement {
                who: number,
                file: file.value(row),
                line: line.value(row),
                demographics: Demographics {
                    source: person.source.clone(),
                    source_person: person.source_person.clone(),
                    nhs_number: text(0),
                    family_name: text(1),
                    given_name: text(2),
                    address: text(3),
                    postcode: text(4),
                    lsoa: text(5),
                    ethnic_category: text(6),
                    practice: text(7),
                    sex: Sex::parse(sex.value(row)).unwrap_or_default(),
                    birth_date: day(0),
                    death_date: day(1),
                    registered_from: day(2),
                    registered_to: day(3),
                    as_at: day(4),
                },
            });
        }
    }
    Ok(())
}

/// True when a boolean column holds true in a row.
pub(crate) fn is_true(column: &BooleanArray, row: usize) -> bool {
    row < column.len() && column.is_valid(row) && column.value(row)
}
