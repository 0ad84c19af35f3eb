//! Events by person: buckets of neighbouring people, each one Parquet file sorted by person and date.

mod codes;
mod read;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use datafusion::arrow::array::{
    ArrayRef, Date32Builder, Float64Builder, StringDictionaryBuilder, UInt8Builder, UInt32Builder,
    UInt64Builder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, UInt32Type};
use model::{CodeScheme, EventKind, PersonId};

use crate::WarehouseError;
use crate::columns::{ParquetFile, batch, text_field};
use crate::packed::{NO_DATE, Packed};

pub(crate) use codes::{CodeText, Coded};
pub(crate) use read::{Bucket, Fields, Said};

/// People a bucket holds: person ids from `n * BUCKET_PEOPLE` on.
pub const BUCKET_PEOPLE: u32 = 8192;

/// The file of a bucket in an index folder.
pub fn bucket_file(folder: &Path, bucket: u32) -> PathBuf {
    folder.join(format!("bucket-{bucket:05}.parquet"))
}

static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let date = |name: &str| Field::new(name, DataType::Date32, true);
    Arc::new(Schema::new(vec![
        Field::new("person_id", DataType::UInt32, false),
        Field::new("kind", DataType::UInt8, false),
        Field::new("scheme", DataType::UInt8, false),
        Field::new("start", DataType::Date32, false),
        date("end"),
        date("admitted"),
        date("discharged"),
        Field::new("value", DataType::Float64, true),
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
        text_field("source"),
    ]))
});

/// The columns that are not texts, without those that say where a row is from.
const COLUMNS: [&str; 8] = ["person_id", "kind", "scheme", "start", "end", "admitted", "discharged", "value"];

const TEXTS: [&str; 10] = [
    "codes",
    "procedures",
    "term",
    "unit",
    "provider",
    "method",
    "outcome",
    "specialty",
    "subtype",
    "source",
];

/// One event of a person, read from the index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonEvent<'a> {
    /// What happened.
    pub kind: EventKind,
    /// The day it happened or began.
    pub start: NaiveDate,
    /// The day it ended.
    pub end: Option<NaiveDate>,
    /// Admission of the spell.
    pub admitted: Option<NaiveDate>,
    /// Discharge of the spell.
    pub discharged: Option<NaiveDate>,
    /// Terminology of the codes.
    pub scheme: CodeScheme,
    /// Codes separated by blanks, the primary one first.
    pub codes: &'a str,
    /// Procedures separated by blanks.
    pub procedures: &'a str,
    /// In the source's words.
    pub term: &'a str,
    /// Value; its meaning is the kind's.
    pub value: Option<f64>,
    /// Unit.
    pub unit: &'a str,
    /// Who gave the care.
    pub provider: &'a str,
    /// See [`EventKind`].
    pub method: &'a str,
    /// See [`EventKind`].
    pub outcome: &'a str,
    /// See [`EventKind`].
    pub specialty: &'a str,
    /// See [`EventKind`].
    pub subtype: &'a str,
    /// Feed and organisation.
    pub source: &'a str,
}

impl<'a> PersonEvent<'a> {
    /// The codes one by one, the primary one first.
    pub fn each_code(&self) -> impl Iterator<Item = &'a str> {
        self.codes.split(' ').filter(|code| !code.is_empty())
    }
}

/// The buckets of an index, in order of person.
pub fn buckets_of(index: &Path) -> Result<Vec<PathBuf>, WarehouseError> {
    let mut buckets = Vec::new();
    for entry in fs::read_dir(index).map_err(WarehouseError::file(index))? {
        let path = entry.map_err(WarehouseError::file(index))?.path();
        if path.extension().is_some_and(|ending| ending == "parquet") {
            buckets.push(path);
        }
    }
    buckets.sort();
    Ok(buckets)
}

/// Reads a bucket and gives each person with their events, in order of person and date.
pub fn each_person<E: From<WarehouseError>>(
    path: &Path,
    mut visit: impl FnMut(PersonId, &[PersonEvent<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    Bucket::open(path, Fields::All)?.each_person(None, |person, said| visit(person, said.events))
}

/// Writes one bucket, in one row group so that its dictionaries read back as they are.
pub(crate) struct BucketWriter {
    file: ParquetFile,
    person: UInt32Builder,
    kind: UInt8Builder,
    scheme: UInt8Builder,
    dates: [Date32Builder; 4],
    value: Float64Builder,
    source_file: UInt32Builder,
    line: UInt64Builder,
    texts: [StringDictionaryBuilder<UInt32Type>; 10],
}

impl BucketWriter {
    pub(crate) fn create(path: &Path) -> Result<Self, WarehouseError> {
        Ok(Self {
            file: ParquetFile::create(path, Arc::clone(&SCHEMA), usize::MAX)?,
            person: UInt32Builder::new(),
            kind: UInt8Builder::new(),
            scheme: UInt8Builder::new(),
            dates: Default::default(),
            value: Float64Builder::new(),
            source_file: UInt32Builder::new(),
            line: UInt64Builder::new(),
            texts: Default::default(),
        })
    }

    pub(crate) fn push<'t>(
        &mut self,
        row: &Packed,
        text: impl Fn(u32) -> &'t str,
    ) -> Result<(), WarehouseError> {
        self.person.append_value(row.person);
        self.kind.append_value(row.kind);
        self.scheme.append_value(row.scheme);
        for (builder, day) in self.dates.iter_mut().zip(row.dates) {
            builder.append_option((day != NO_DATE).then_some(day));
        }
        self.value.append_option(row.value);
        self.source_file.append_value(row.file);
        self.line.append_value(row.line);
        for (builder, number) in self.texts.iter_mut().zip(row.texts) {
            if number == 0 {
                builder.append_null();
            } else {
                builder.append(text(number))?;
            }
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<u64, WarehouseError> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.person.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.scheme.finish()),
        ];
        columns.extend(self.dates.iter_mut().map(|dates| Arc::new(dates.finish()) as ArrayRef));
        columns.push(Arc::new(self.value.finish()));
        columns.push(Arc::new(self.source_file.finish()));
        columns.push(Arc::new(self.line.finish()));
        columns.extend(self.texts.iter_mut().map(|texts| Arc::new(texts.finish()) as ArrayRef));
        self.file.write(&batch(&SCHEMA, columns)?)?;
        self.file.finish()
    }
}
