//! Events by person: buckets of neighbouring people, each one Parquet file sorted by person and date.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use datafusion::arrow::array::{
    Array, ArrayRef, Date32Array, Date32Builder, Float64Array, Float64Builder, RecordBatch,
    StringDictionaryBuilder, UInt8Array, UInt8Builder, UInt32Array, UInt32Builder, UInt64Builder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, UInt32Type};
use model::{CodeScheme, EventKind, PersonId};

use crate::WarehouseError;
use crate::columns::{ParquetFile, Texts, batch, column, date, open_whole, text_field};
use crate::packed::{NO_DATE, Packed};

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
    visit: impl FnMut(PersonId, &[PersonEvent<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    Bucket::read(path, Fields::All)?.each_person(None, visit)
}

/// Which fields of events are read; the others are blank.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fields {
    All,
    /// What facts are made from: not the source's words, and of entries in records, medicines and vaccines, which most events are,
    /// only codes, value, unit, provider, BNF code and source.
    OfFacts,
}

/// A bucket in memory.
pub(crate) struct Bucket {
    path: PathBuf,
    fields: Fields,
    batches: Vec<RecordBatch>,
}

impl Bucket {
    pub(crate) fn read(path: &Path, fields: Fields) -> Result<Self, WarehouseError> {
        let read = |text: &&&str| fields == Fields::All || **text != "term";
        let columns: Vec<&str> = COLUMNS.iter().chain(TEXTS.iter().filter(read)).copied().collect();
        let batches = open_whole(path, &columns)?.collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), fields, batches })
    }

    /// Gives each person with what these sources say of them, in order of person and date; people of whom only others say something are
    /// not there. `None`: every source.
    pub(crate) fn each_person<'b, E: From<WarehouseError>>(
        &'b self,
        sources: Option<&BTreeSet<String>>,
        mut visit: impl FnMut(PersonId, &[PersonEvent<'b>]) -> Result<(), E>,
    ) -> Result<(), E> {
        for batch in &self.batches {
            let columns = EventColumns::of(&self.path, batch, self.fields)?;
            let person: &UInt32Array = column(&self.path, batch, "person_id")?;
            let counted = sources.map(|sources| columns.of_sources(sources));
            let mut events = Vec::new();
            let mut current = None;
            for row in 0..batch.num_rows() {
                if counted.as_ref().is_some_and(|counted| !columns.is_of(counted, row)) {
                    continue;
                }
                let id = person.value(row);
                if let Some(before) = current.filter(|before| *before != id) {
                    visit(PersonId(before), &events)?;
                    events.clear();
                }
                current = Some(id);
                if let Some(kind) = columns.kind(row) {
                    events.push(columns.row(kind, row));
                }
            }
            if let Some(last) = current {
                visit(PersonId(last), &events)?;
            }
        }
        Ok(())
    }
}

/// A text of a bucket by where it lies there: the same place is the same text, and is told without looking at it.
#[derive(Clone, Copy)]
pub(crate) struct Place<'b>(pub(crate) &'b str);

impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Place<'_> {}

impl Hash for Place<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.0.as_ptr().addr());
    }
}

struct EventColumns<'a> {
    fields: Fields,
    kind: &'a UInt8Array,
    scheme: &'a UInt8Array,
    start: &'a Date32Array,
    dates: [&'a Date32Array; 3],
    value: &'a Float64Array,
    texts: [Option<Texts<'a>>; 10],
}

impl<'a> EventColumns<'a> {
    fn of(path: &Path, batch: &'a RecordBatch, fields: Fields) -> Result<Self, WarehouseError> {
        let text = |name| match batch.column_by_name(name) {
            Some(_) => Texts::of(path, batch, name).map(Some),
            None => Ok(None),
        };
        let [codes, procedures, term, unit, provider, method, outcome, specialty, subtype, source] = TEXTS;
        Ok(Self {
            fields,
            kind: column(path, batch, "kind")?,
            scheme: column(path, batch, "scheme")?,
            start: column(path, batch, "start")?,
            dates: [
                column(path, batch, "end")?,
                column(path, batch, "admitted")?,
                column(path, batch, "discharged")?,
            ],
            value: column(path, batch, "value")?,
            texts: [
                text(codes)?,
                text(procedures)?,
                text(term)?,
                text(unit)?,
                text(provider)?,
                text(method)?,
                text(outcome)?,
                text(specialty)?,
                text(subtype)?,
                text(source)?,
            ],
        })
    }

    /// Whether each source of the batch's dictionary is one of these: asked once a source, not once an event.
    fn of_sources(&self, sources: &BTreeSet<String>) -> Vec<bool> {
        let [.., source] = &self.texts;
        source.iter().flat_map(Texts::values).map(|source| sources.contains(source)).collect()
    }

    fn is_of(&self, counted: &[bool], row: usize) -> bool {
        let [.., source] = &self.texts;
        let key =
            source.as_ref().and_then(|source| source.key(row)).and_then(|key| usize::try_from(key).ok());
        key.and_then(|key| counted.get(key)).copied().unwrap_or(false)
    }

    /// What happened in a row; `None` for a number of no kind.
    fn kind(&self, row: usize) -> Option<EventKind> {
        EventKind::from_number(self.kind.value(row))
    }

    #[inline]
    fn row(&self, kind: EventKind, row: usize) -> PersonEvent<'a> {
        let day = |column: &Date32Array| column.is_valid(row).then(|| date(column.value(row)));
        let text = |column: &Option<Texts<'a>>| column.as_ref().map_or("", |column| column.get(row));
        let [end, admitted, discharged] = self.dates;
        let [codes, procedures, term, unit, provider, method, outcome, specialty, subtype, source] =
            &self.texts;
        let event = PersonEvent {
            kind,
            start: date(self.start.value(row)),
            end: None,
            admitted: None,
            discharged: None,
            scheme: CodeScheme::ALL
                .get(usize::from(self.scheme.value(row)))
                .copied()
                .unwrap_or(CodeScheme::Local),
            codes: text(codes),
            procedures: "",
            term: "",
            value: self.value.is_valid(row).then(|| self.value.value(row)),
            unit: text(unit),
            provider: text(provider),
            method: "",
            outcome: "",
            specialty: text(specialty),
            subtype: "",
            source: text(source),
        };
        let entry =
            matches!(kind, EventKind::Observation | EventKind::MedicineIssue | EventKind::Immunisation);
        if entry && self.fields == Fields::OfFacts {
            return event;
        }
        PersonEvent {
            end: day(end),
            admitted: day(admitted),
            discharged: day(discharged),
            procedures: text(procedures),
            term: text(term),
            method: text(method),
            outcome: text(outcome),
            subtype: text(subtype),
            ..event
        }
    }
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
