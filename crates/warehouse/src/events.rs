//! Events by person: buckets of neighbouring people, each one Parquet file sorted by person and date.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use datafusion::arrow::array::{
    Array, ArrayRef, Date32Array, Date32Builder, Float64Array, Float64Builder, RecordBatch, StringArray,
    StringDictionaryBuilder, UInt8Array, UInt8Builder, UInt32Array, UInt32Builder, UInt64Builder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, UInt32Type};
use hashbrown::HashMap;
use model::{CodeScheme, EventKind, PersonId};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use crate::WarehouseError;
use crate::columns::{ParquetFile, Texts, batch, column, date, open_columns, text_field};
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
    mut visit: impl FnMut(PersonId, &[PersonEvent<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    Bucket::open(path, Fields::All)?.each_person(None, |person, said| visit(person, said.events))
}

/// Which fields of events are read; the others are blank.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fields {
    All,
    /// What facts are made from: codes, and events without the source's words. Observations and immunisations, of which only the codes
    /// matter, are not among the events; of medicines only codes, provider, BNF code and source are read.
    OfFacts {
        /// Whether units of values are read.
        unit: bool,
    },
}

/// What a bucket says of one person, in order of date.
pub(crate) struct Said<'s> {
    /// How many events.
    pub rows: u64,
    /// What happened, as far as [`Fields`] says.
    pub events: &'s [PersonEvent<'s>],
    /// Each event with codes, and each medicine; only with [`Fields::OfFacts`].
    pub coded: &'s [Coded<'s>],
    /// The codes by their number.
    pub codes: &'s [CodeText],
}

/// The codes of an event: every distinct one of a bucket once.
pub(crate) struct CodeText {
    pub scheme: CodeScheme,
    /// Codes separated by blanks.
    pub codes: Box<str>,
    /// Of a medicine its BNF code.
    pub bnf: Box<str>,
}

impl CodeText {
    /// The codes one by one.
    pub(crate) fn each(&self) -> impl Iterator<Item = &str> {
        self.codes.split(' ').filter(|code| !code.is_empty())
    }
}

/// An event as a use of codes.
#[derive(Clone, Copy)]
pub(crate) struct Coded<'b> {
    pub kind: EventKind,
    pub start: NaiveDate,
    /// The number of its codes in [`Said::codes`].
    pub codes: usize,
    row: usize,
    columns: &'b EventColumns<'b>,
}

impl<'b> Coded<'b> {
    pub(crate) fn value(&self) -> Option<f64> {
        self.columns.value(self.row)
    }

    pub(crate) fn unit(&self) -> &'b str {
        let [_, _, _, unit, ..] = &self.columns.texts;
        text_at(unit, self.row)
    }

    pub(crate) fn source(&self) -> &'b str {
        let [.., source] = &self.columns.texts;
        text_at(source, self.row)
    }

    /// Whether it was over by a day.
    pub(crate) fn over_by(&self, day: NaiveDate) -> bool {
        let [end, _, discharged] = self.columns.dates;
        [end, discharged].into_iter().filter_map(|dates| maybe_date(dates, self.row)).any(|date| date <= day)
    }
}

/// A bucket to be read.
pub(crate) struct Bucket {
    path: PathBuf,
    fields: Fields,
    reader: ParquetRecordBatchReader,
}

/// Rows of a batch.
type Rows = (RecordBatch, Range<usize>);

impl Bucket {
    /// Rows read at a time: few enough that they are still at hand when they are looked at.
    const ROWS: usize = 16 * 1024;

    pub(crate) fn open(path: &Path, fields: Fields) -> Result<Self, WarehouseError> {
        Self::open_by(path, fields, Self::ROWS)
    }

    fn open_by(path: &Path, fields: Fields, rows: usize) -> Result<Self, WarehouseError> {
        let read = |text: &&&str| match fields {
            Fields::All => true,
            Fields::OfFacts { unit } => **text != "term" && (unit || **text != "unit"),
        };
        let columns: Vec<&str> = COLUMNS.iter().chain(TEXTS.iter().filter(read)).copied().collect();
        let reader = open_columns(path, &columns, rows)?;
        Ok(Self { path: path.to_owned(), fields, reader })
    }

    /// Gives each person with what these sources say of them, in order of person and date; people of whom only others say something are
    /// not there. `None`: every source.
    pub(crate) fn each_person<E: From<WarehouseError>>(
        self,
        sources: Option<&BTreeSet<String>>,
        mut visit: impl FnMut(PersonId, &Said<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { path, fields, reader } = self;
        let mut texts = CodeTexts::default();
        // The rows of the last person, of whom more may come.
        let mut last: Vec<Rows> = Vec::new();
        for batch in reader {
            let batch = batch.map_err(WarehouseError::from)?;
            let people = column::<UInt32Array>(&path, &batch, "person_id")?.values();
            let begins = people.last().map_or(0, |last| people.partition_point(|person| person < last));
            let rows = people.len();
            last.push((batch, 0..begins));
            if begins > 0 {
                people_of(&path, fields, &last, sources, &mut texts, &mut visit)?;
                last.drain(..last.len() - 1);
            }
            if let Some((_, of)) = last.last_mut() {
                *of = begins..rows;
            }
        }
        people_of(&path, fields, &last, sources, &mut texts, &mut visit)
    }
}

/// Gives each person of whom these rows are.
fn people_of<E: From<WarehouseError>>(
    path: &Path,
    fields: Fields,
    rows: &[Rows],
    sources: Option<&BTreeSet<String>>,
    texts: &mut CodeTexts,
    visit: &mut impl FnMut(PersonId, &Said<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let columns: Vec<EventColumns<'_>> =
        rows.iter().map(|(batch, _)| EventColumns::of(path, batch, fields)).collect::<Result<_, _>>()?;
    let (mut events, mut coded, mut read) = (Vec::new(), Vec::new(), 0);
    let mut current = None;
    for ((_, rows), columns) in rows.iter().zip(&columns) {
        let counted = sources.map(|sources| columns.of_sources(sources));
        texts.of_batch(columns);
        for row in rows.clone() {
            if counted.as_ref().is_some_and(|counted| !columns.is_of(counted, row)) {
                continue;
            }
            let id = columns.person.value(row);
            if let Some(before) = current.filter(|before| *before != id) {
                let (events, coded, codes) = (&events, &coded, &texts.all);
                visit(PersonId(before), &Said { rows: read, events, coded, codes })?;
            }
            if current.replace(id) != Some(id) {
                events.clear();
                coded.clear();
                read = 0;
            }
            let Some(kind) = columns.kind(row) else { continue };
            read += 1;
            if fields != Fields::All {
                if let Some(codes) = texts.number(columns, kind, row) {
                    let start = date(columns.start.value(row));
                    coded.push(Coded { kind, start, codes, row, columns });
                }
                if matches!(kind, EventKind::Observation | EventKind::Immunisation) {
                    continue;
                }
            }
            events.push(columns.row(kind, row));
        }
    }
    if let Some(last) = current {
        let said = Said { rows: read, events: &events, coded: &coded, codes: &texts.all };
        visit(PersonId(last), &said)?;
    }
    Ok(())
}

/// The distinct codes of a bucket.
#[derive(Default)]
struct CodeTexts {
    all: Vec<CodeText>,
    /// Their numbers: by scheme, codes and BNF code in one text.
    numbers: HashMap<Box<str>, usize>,
    /// Room for such a text.
    key: String,
    /// The dictionaries of codes and BNF codes that the last batch had; those of the whole bucket unless they are very large.
    dictionaries: [Option<StringArray>; 2],
    /// By place in the dictionary of codes, from 1 on: scheme and place of the BNF code that they were last met with, and their number.
    last: Vec<Option<(u8, Option<u32>, usize)>>,
}

impl CodeTexts {
    /// What comes next is of this batch.
    fn of_batch(&mut self, columns: &EventColumns<'_>) {
        let [codes, .., specialty, _, _] = &columns.texts;
        let dictionaries = [codes, specialty].map(|texts| texts.as_ref().map(|texts| texts.dictionary()));
        let known = self.dictionaries.iter().zip(dictionaries).all(|(known, new)| match (known, new) {
            // The buffers of the known one are held: none but the same can be where they are.
            (Some(known), Some(new)) => known.offsets().ptr_eq(new.offsets()),
            (known, new) => known.is_none() && new.is_none(),
        });
        if !known || self.last.is_empty() {
            let [codes, _] = dictionaries;
            self.last.clear();
            self.last.resize(codes.map_or(0, Array::len) + 1, None);
            self.dictionaries = dictionaries.map(|dictionary| dictionary.cloned());
        }
    }

    /// The number of an event's codes; `None` when it has none and is no medicine.
    fn number(&mut self, columns: &EventColumns<'_>, kind: EventKind, row: usize) -> Option<usize> {
        let [codes, .., specialty, _, _] = &columns.texts;
        let key = |texts: &Option<Texts<'_>>| texts.as_ref().and_then(|texts| texts.key(row));
        let of_codes = key(codes);
        let bnf = if kind == EventKind::MedicineIssue { key(specialty) } else { None };
        let at = match of_codes {
            Some(key) => usize::try_from(key).ok()? + 1,
            // A medicine without a code is one all the same.
            None if kind == EventKind::MedicineIssue => 0,
            None => return None,
        };
        let scheme = columns.scheme.value(row);
        if let Some(Some((known, with, number))) = self.last.get(at)
            && (*known, *with) == (scheme, bnf)
        {
            return Some(*number);
        }
        let codes = text_at(codes, row);
        let of_bnf = if bnf.is_some() { text_at(specialty, row) } else { "" };
        self.key.clear();
        self.key.extend([char::from(scheme), '\n']);
        self.key.extend([codes, "\n", of_bnf]);
        let number = match self.numbers.get(self.key.as_str()) {
            Some(number) => *number,
            None => {
                let scheme = columns.scheme(row);
                self.all.push(CodeText { scheme, codes: codes.into(), bnf: of_bnf.into() });
                self.numbers.insert(self.key.as_str().into(), self.all.len() - 1);
                self.all.len() - 1
            }
        };
        if let Some(last) = self.last.get_mut(at) {
            *last = Some((scheme, bnf, number));
        }
        Some(number)
    }
}

pub(crate) struct EventColumns<'a> {
    fields: Fields,
    person: &'a UInt32Array,
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
            person: column(path, batch, "person_id")?,
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

    fn scheme(&self, row: usize) -> CodeScheme {
        let scheme = CodeScheme::ALL.get(usize::from(self.scheme.value(row)));
        scheme.copied().unwrap_or(CodeScheme::Local)
    }

    fn value(&self, row: usize) -> Option<f64> {
        self.value.is_valid(row).then(|| self.value.value(row))
    }

    #[inline]
    fn row(&self, kind: EventKind, row: usize) -> PersonEvent<'a> {
        let text = |texts: &Option<Texts<'a>>| text_at(texts, row);
        let [end, admitted, discharged] = self.dates;
        let [codes, procedures, term, unit, provider, method, outcome, specialty, subtype, source] =
            &self.texts;
        let event = PersonEvent {
            kind,
            start: date(self.start.value(row)),
            end: None,
            admitted: None,
            discharged: None,
            scheme: self.scheme(row),
            codes: text(codes),
            procedures: "",
            term: "",
            value: None,
            unit: "",
            provider: text(provider),
            method: "",
            outcome: "",
            specialty: text(specialty),
            subtype: "",
            source: text(source),
        };
        if kind == EventKind::MedicineIssue && self.fields != Fields::All {
            return event;
        }
        PersonEvent {
            end: maybe_date(end, row),
            admitted: maybe_date(admitted, row),
            discharged: maybe_date(discharged, row),
            procedures: text(procedures),
            term: text(term),
            value: self.value(row),
            unit: text(unit),
            method: text(method),
            outcome: text(outcome),
            subtype: text(subtype),
            ..event
        }
    }
}

/// The text of a row; blank where the column is not read.
fn text_at<'a>(texts: &Option<Texts<'a>>, row: usize) -> &'a str {
    texts.as_ref().map_or("", |texts| texts.get(row))
}

fn maybe_date(dates: &Date32Array, row: usize) -> Option<NaiveDate> {
    dates.is_valid(row).then(|| date(dates.value(row)))
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

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: [&str; 6] = ["", "A1 B2", "C3", "0403010D0AAAA", "gp:E84002", "sus_apc:RYJ"];

    fn row(person: u32, kind: EventKind, start: i32, [codes, specialty, source]: [u32; 3]) -> Packed {
        Packed {
            person,
            key: 0,
            kind: EventKind::ALL.iter().position(|of| *of == kind).unwrap() as u8,
            scheme: 1,
            deleted: false,
            worker: 0,
            dates: [start, NO_DATE, NO_DATE, start + 1, 0],
            value: Some(f64::from(start)),
            file: 0,
            line: 1,
            texts: [codes, 0, 0, 0, 0, 0, 0, specialty, 0, source],
        }
    }

    /// Everything said, a line each.
    fn read(path: &Path, fields: Fields, rows: usize, sources: Option<&BTreeSet<String>>) -> Vec<String> {
        let mut lines = Vec::new();
        let bucket = Bucket::open_by(path, fields, rows).unwrap();
        bucket
            .each_person(sources, |person, said| {
                lines.push(format!("{} {}", person.0, said.rows));
                lines.extend(said.events.iter().map(|event| format!("{event:?}")));
                lines.extend(said.coded.iter().map(|coded| {
                    let of = &said.codes[coded.codes];
                    let over = coded.over_by(coded.start);
                    let value = coded.value();
                    format!("{} {} {} {value:?} {over} {}", coded.start, of.codes, of.bnf, coded.source())
                }));
                Ok::<(), WarehouseError>(())
            })
            .unwrap();
        lines
    }

    #[test]
    fn a_person_is_whole_however_few_rows_are_read_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = bucket_file(folder.path(), 0);
        let mut writer = BucketWriter::create(&path).unwrap();
        let rows = [
            row(1, EventKind::Observation, 10, [1, 0, 4]),
            row(1, EventKind::Episode, 11, [2, 0, 5]),
            row(2, EventKind::MedicineIssue, 5, [1, 3, 4]),
            row(2, EventKind::MedicineIssue, 6, [0, 3, 4]),
            row(2, EventKind::MedicineIssue, 7, [0, 0, 4]),
            row(2, EventKind::Observation, 8, [0, 0, 4]),
            row(2, EventKind::Observation, 9, [1, 0, 4]),
            row(7, EventKind::Immunisation, 1, [2, 0, 4]),
        ];
        for row in &rows {
            writer.push(row, |number| TEXT[number as usize]).unwrap();
        }
        writer.finish().unwrap();

        let all = read(&path, Fields::All, 100, None);
        let facts = read(&path, Fields::OfFacts { unit: true }, 100, None);
        assert_eq!(all.len(), 3 + rows.len());
        assert_eq!(
            facts.len(),
            3 + 4 + 7,
            "people, a stay and medicines, and whatever has codes or is a medicine"
        );
        assert!(facts.contains(&"1970-01-06 A1 B2 0403010D0AAAA Some(5.0) false gp:E84002".to_owned()));
        assert!(facts.contains(&"1970-01-10 A1 B2  Some(9.0) false gp:E84002".to_owned()), "the codes alone");
        let hospital = BTreeSet::from(["sus_apc:RYJ".to_owned()]);
        let of_hospital = read(&path, Fields::OfFacts { unit: false }, 100, Some(&hospital));
        assert_eq!(of_hospital.len(), 3, "{of_hospital:?}");
        for few in 1..9 {
            assert_eq!(read(&path, Fields::All, few, None), all, "{few}");
            assert_eq!(read(&path, Fields::OfFacts { unit: true }, few, None), facts, "{few}");
            assert_eq!(
                read(&path, Fields::OfFacts { unit: false }, few, Some(&hospital)),
                of_hospital,
                "{few}"
            );
        }
    }
}
