//! Reads a bucket some rows at a time, and gives each person with what it says of them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, Date32Array, Float64Array, RecordBatch, UInt8Array, UInt32Array};
use model::{CodeScheme, EventKind, PersonId};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use super::codes::{CodeText, CodeTexts, Coded};
use super::{COLUMNS, PersonEvent, TEXTS};
use crate::WarehouseError;
use crate::columns::{Texts, column, date, open_columns};

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
        let (mut last, mut person): (Vec<Rows>, _) = (Vec::new(), None);
        for batch in reader {
            let batch = batch.map_err(WarehouseError::from)?;
            let people = column::<UInt32Array>(&path, &batch, "person_id")?.values();
            let of = people.last().copied();
            let begins = of.map_or(0, |of| people.partition_point(|person| *person < of));
            let rows = people.len();
            last.push((batch, 0..begins));
            if begins > 0 || person != of {
                people_of(&path, fields, &last, sources, &mut texts, &mut visit)?;
                last.drain(..last.len() - 1);
            }
            if let Some((_, of_last)) = last.last_mut() {
                *of_last = begins..rows;
            }
            person = of;
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
        if fields != Fields::All {
            texts.of_batch(columns);
        }
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

/// The columns of a batch.
pub(super) struct EventColumns<'a> {
    fields: Fields,
    person: &'a UInt32Array,
    kind: &'a UInt8Array,
    pub(super) scheme: &'a UInt8Array,
    start: &'a Date32Array,
    /// End, admission and discharge.
    pub(super) dates: [&'a Date32Array; 3],
    value: &'a Float64Array,
    /// By place in [`TEXTS`].
    pub(super) texts: [Option<Texts<'a>>; 10],
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

    pub(super) fn scheme(&self, row: usize) -> CodeScheme {
        let scheme = CodeScheme::ALL.get(usize::from(self.scheme.value(row)));
        scheme.copied().unwrap_or(CodeScheme::Local)
    }

    pub(super) fn value(&self, row: usize) -> Option<f64> {
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
pub(super) fn text_at<'a>(texts: &Option<Texts<'a>>, row: usize) -> &'a str {
    texts.as_ref().map_or("", |texts| texts.get(row))
}

pub(super) fn maybe_date(dates: &Date32Array, row: usize) -> Option<NaiveDate> {
    dates.is_valid(row).then(|| date(dates.value(row)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{BucketWriter, bucket_file};
    use crate::packed::{NO_DATE, Packed};

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
    #[test]
    fn codes_keep_their_number_where_dictionaries_differ() {
        let folder = tempfile::tempdir().unwrap();
        let batch = |bucket, order: [u32; 3]| {
            let path = bucket_file(folder.path(), bucket);
            let mut writer = BucketWriter::create(&path).unwrap();
            for codes in order {
                let row = row(1, EventKind::Observation, 1, [codes, 0, 4]);
                writer.push(&row, |number| TEXT[number as usize]).unwrap();
            }
            writer.finish().unwrap();
            let mut bucket = Bucket::open(&path, Fields::OfFacts { unit: true }).unwrap();
            (bucket.reader.next().unwrap().unwrap(), 0..order.len())
        };
        let rows = [batch(0, [1, 2, 1]), batch(1, [2, 1, 3])];
        let mut seen = Vec::new();
        let mut texts = CodeTexts::default();
        people_of(folder.path(), Fields::OfFacts { unit: true }, &rows, None, &mut texts, &mut |_, said| {
            seen.extend(
                said.coded.iter().map(|coded| (coded.codes, said.codes[coded.codes].codes.to_string())),
            );
            Ok::<(), WarehouseError>(())
        })
        .unwrap();
        let text = |number: usize| TEXT[number + 1].to_owned();
        let expected: Vec<_> = [0, 1, 0, 1, 0, 2].map(|number| (number, text(number))).to_vec();
        assert_eq!(seen, expected);
    }
}
