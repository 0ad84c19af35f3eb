//! Facts from codes: when each code list was first and last met, hospital diagnoses, results.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use hashbrown::HashMap;
use methods::day::{self, Family};
use methods::icd10::Code;
use model::{CodeScheme, EventKind, PersonId, icd10_category};

use super::About;
use super::spells::Spell;
use super::table::{Cell, FactTable, FactTables};
use crate::WarehouseError;
use crate::codelists::{CodeLists, LookupKey};
use crate::events::{PersonEvent, Place};

/// Room that one person of a bucket after another uses.
#[derive(Default)]
pub(super) struct Scratch<'b> {
    key: LookupKey,
    /// What code lists make of the codes of an event: worked out once for each text of the bucket, not once an event.
    known: HashMap<(CodeScheme, Place<'b>, Place<'b>), Listed<'b>>,
    /// Every list that an event's codes are in, with the day.
    hits: Vec<(u16, NaiveDate)>,
    /// Every medicine of the last year, with the day.
    medicines: Vec<(&'b str, NaiveDate)>,
    /// By list; empty again after each person.
    dates: Vec<Option<Dates>>,
    families: Families,
}

struct Families(Vec<Family>);

impl Default for Families {
    fn default() -> Self {
        Self(day::families())
    }
}

/// What code lists make of the codes of an event.
#[derive(Default)]
struct Listed<'b> {
    /// The lists, each once.
    lists: Vec<u16>,
    /// The codes whose values are kept, each with its list.
    results: Vec<(u16, &'b str)>,
    /// The codes of which each use is kept.
    activity: Vec<(u16, &'b str)>,
}

impl<'b> Listed<'b> {
    fn of(scheme: CodeScheme, codes: &'b str, bnf: &str, lists: &CodeLists, key: &mut LookupKey) -> Self {
        let mut found = Self::default();
        lists.each_bnf(bnf, |list| found.lists.push(list));
        for code in codes.split(' ').filter(|code| !code.is_empty()) {
            lists.each(scheme, code, key, |list| {
                found.lists.push(list);
                if lists.is_activity(list) {
                    found.activity.push((list, code));
                }
                if lists.is_result(list) {
                    found.results.push((list, code));
                }
            });
        }
        found.lists.sort_unstable();
        found.lists.dedup();
        found
    }
}

#[derive(Clone, Copy)]
struct Dates {
    first: NaiveDate,
    last: NaiveDate,
    n: i64,
    n_12m: i64,
    n_24m: i64,
}

/// When a hospital diagnosis last ended, how often it was made, and whether in an emergency.
type Diagnosed = (NaiveDate, i64, bool);

/// A day so many months before another.
fn ago(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

pub(super) fn write<'b>(
    about: &About<'_>,
    events: &[PersonEvent<'b>],
    spells: &[Spell<'_>],
    tables: &mut FactTables,
    scratch: &mut Scratch<'b>,
) -> Result<(), WarehouseError> {
    let [half_year, year, two_years] = [6, 12, 24].map(|months| ago(about.as_at, months));
    let mut diagnoses: BTreeMap<&str, Diagnosed> = BTreeMap::new();
    scratch.hits.clear();
    scratch.medicines.clear();
    for event in events.iter().filter(|event| event.start <= about.as_at) {
        listed(about, event, two_years, tables, scratch)?;
        if event.kind == EventKind::MedicineIssue && event.start > year {
            scratch.medicines.push((medicine_of(event), event.start));
        }
        if event.kind == EventKind::Episode && event.scheme == CodeScheme::Icd10 {
            let ended = event.end.or(event.discharged).unwrap_or(event.start);
            if ended > two_years {
                let emergency = spell_of(event, spells).is_some_and(Spell::emergency);
                for code in event.each_code() {
                    let entry = diagnoses.entry(code).or_insert((ended, 0, false));
                    entry.0 = entry.0.max(ended);
                    entry.1 += 1;
                    entry.2 |= emergency;
                }
            }
        }
    }
    write_lists(about, about.as_at, scratch, &mut tables.code_date)?;
    for (day, table) in about.earlier.iter().zip(&mut tables.earlier) {
        write_lists(about, *day, scratch, table)?;
    }
    write_medicines(about.person, &mut scratch.medicines, half_year, &mut tables.medicine)?;
    write_diagnoses(about.person, &diagnoses, &scratch.families.0, tables)
}

/// Notes which lists hold the codes of an event, and keeps its value when one of them is of results.
fn listed<'b>(
    about: &About<'_>,
    event: &PersonEvent<'b>,
    two_years: NaiveDate,
    tables: &mut FactTables,
    scratch: &mut Scratch<'b>,
) -> Result<(), WarehouseError> {
    let bnf = if event.kind == EventKind::MedicineIssue { event.specialty } else { "" };
    if event.codes.is_empty() && bnf.is_empty() {
        return Ok(());
    }
    let found = scratch
        .known
        .entry((event.scheme, Place(event.codes), Place(bnf)))
        .or_insert_with(|| Listed::of(event.scheme, event.codes, bnf, about.codelists, &mut scratch.key));
    scratch.hits.extend(found.lists.iter().map(|list| (*list, event.start)));
    for (list, code) in &found.activity {
        tables.coded_activity.push(&[
            about.person.into(),
            Cell::Text(list_name(about, *list)),
            Cell::Text(code),
            Cell::Date(Some(event.start)),
            Cell::Boolean(about.covered(event.source)),
        ])?;
    }
    let Some(value) = event.value.filter(|_| event.start > two_years) else { return Ok(()) };
    for (list, code) in &found.results {
        tables.result.push(&[
            about.person.into(),
            Cell::Text(list_name(about, *list)),
            Cell::Text(code),
            Cell::Date(Some(event.start)),
            Cell::Number(Some(value)),
            Cell::Text(event.unit),
        ])?;
    }
    Ok(())
}

/// Writes when each list was first and last met up to a day.
fn write_lists(
    about: &About<'_>,
    day: NaiveDate,
    scratch: &mut Scratch<'_>,
    table: &mut FactTable,
) -> Result<(), WarehouseError> {
    let [year, two_years] = [12, 24].map(|months| ago(day, months));
    scratch.dates.resize(about.codelists.names().len(), None);
    for (list, met) in scratch.hits.iter().filter(|(_, met)| *met <= day) {
        if let Some(dates) = scratch.dates.get_mut(usize::from(*list)) {
            note(dates, *met, year, two_years);
        }
    }
    for (list, dates) in about.codelists.names().iter().zip(&mut scratch.dates) {
        let Some(dates) = dates.take() else { continue };
        table.push(&[
            about.person.into(),
            Cell::Text(list),
            Cell::Date(Some(dates.first)),
            Cell::Date(Some(dates.last)),
            dates.n.into(),
            dates.n_12m.into(),
            dates.n_24m.into(),
        ])?;
    }
    Ok(())
}

/// Writes the medicines of the last year, each with the last day, and how often since half a year and a year ago.
fn write_medicines(
    person: PersonId,
    medicines: &mut [(&str, NaiveDate)],
    half_year: NaiveDate,
    table: &mut FactTable,
) -> Result<(), WarehouseError> {
    medicines.sort_unstable();
    for same in medicines.chunk_by(|(one, _), (other, _)| one == other) {
        let Some((medicine, last)) = same.last().copied() else { continue };
        let n_6m = same.iter().filter(|(_, day)| *day > half_year).count();
        table.push(&[
            person.into(),
            Cell::Text(medicine),
            Cell::Date(Some(last)),
            Cell::Integer(i64::try_from(n_6m).ok()),
            Cell::Integer(i64::try_from(same.len()).ok()),
        ])?;
    }
    Ok(())
}

/// Writes hospital diagnoses and the conditions that each family of scores sees in them.
fn write_diagnoses(
    person: PersonId,
    diagnoses: &BTreeMap<&str, Diagnosed>,
    families: &[Family],
    tables: &mut FactTables,
) -> Result<(), WarehouseError> {
    let mut read = Vec::with_capacity(diagnoses.len());
    for (code, (last, n, emergency)) in diagnoses {
        read.extend(Code::read(code));
        tables.hospital_diagnosis.push(&[
            person.into(),
            Cell::Text(code),
            Cell::Text(icd10_category(code)),
            Cell::Date(Some(*last)),
            (*n).into(),
            Cell::Boolean(*emergency),
        ])?;
    }
    if read.is_empty() {
        return Ok(());
    }
    for family in families {
        let found = read.iter().fold(0, |all, code| all | family.scorer().conditions(*code));
        for condition in family.conditions(found) {
            let cells = [person.into(), Cell::Text(family.name), Cell::Text(condition)];
            tables.hospital_condition.push(&cells)?;
        }
    }
    Ok(())
}

fn list_name<'a>(about: &About<'a>, list: u16) -> &'a str {
    about.codelists.names().get(usize::from(list)).map_or("", String::as_str)
}

/// One medicine: the chemical substance of its BNF code, else its dm+d code.
fn medicine_of<'a>(event: &PersonEvent<'a>) -> &'a str {
    event.specialty.get(..9).or(event.each_code().next()).unwrap_or("")
}

fn note(dates: &mut Option<Dates>, day: NaiveDate, year: NaiveDate, two_years: NaiveDate) {
    let dates = dates.get_or_insert(Dates { first: day, last: day, n: 0, n_12m: 0, n_24m: 0 });
    dates.first = dates.first.min(day);
    dates.last = dates.last.max(day);
    dates.n += 1;
    dates.n_12m += i64::from(day > year);
    dates.n_24m += i64::from(day > two_years);
}

fn spell_of<'s, 'a>(event: &PersonEvent<'_>, spells: &'s [Spell<'a>]) -> Option<&'s Spell<'a>> {
    let admitted = event.admitted.unwrap_or(event.start);
    spells.iter().find(|spell| spell.admitted == admitted && spell.provider == event.provider)
}
