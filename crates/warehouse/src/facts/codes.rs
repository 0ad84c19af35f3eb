//! Facts from codes: when each code list was first and last met, hospital diagnoses, results.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use methods::day::{self, Family};
use methods::icd10::Code;
use model::{CodeScheme, EventKind, PersonId, icd10_category};

use super::spells::Spell;
use super::table::{Cell, FactTable, FactTables};
use super::{FactInputs, PersonFact};
use crate::WarehouseError;
use crate::codelists::LookupKey;
use crate::events::PersonEvent;

/// Room that one person after another uses.
pub(super) struct Scratch {
    key: LookupKey,
    found: Vec<u16>,
    /// Every list that an event's codes are in, with the day.
    hits: Vec<(u16, NaiveDate)>,
    families: Vec<Family>,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { key: LookupKey::default(), found: Vec::new(), hits: Vec::new(), families: day::families() }
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

pub(super) fn write(
    person: PersonId,
    who: Option<&PersonFact>,
    events: &[PersonEvent<'_>],
    spells: &[Spell<'_>],
    inputs: &FactInputs<'_>,
    tables: &mut FactTables,
    scratch: &mut Scratch,
) -> Result<(), WarehouseError> {
    let [half_year, year, two_years] = [6, 12, 24].map(|months| ago(inputs.as_at, months));
    let mut medicines: BTreeMap<&str, (NaiveDate, i64, i64)> = BTreeMap::new();
    let mut diagnoses: BTreeMap<&str, Diagnosed> = BTreeMap::new();
    scratch.hits.clear();
    for event in events.iter().filter(|event| event.start <= inputs.as_at) {
        listed(person, who, event, inputs, two_years, tables, scratch)?;
        if event.kind == EventKind::MedicineIssue && event.start > year {
            let entry = medicines.entry(medicine_of(event)).or_insert((event.start, 0, 0));
            entry.0 = entry.0.max(event.start);
            entry.1 += i64::from(event.start > half_year);
            entry.2 += 1;
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
    write_lists(person, &scratch.hits, inputs.as_at, inputs, &mut tables.code_date)?;
    for (day, table) in inputs.earlier.iter().zip(&mut tables.earlier) {
        write_lists(person, &scratch.hits, *day, inputs, table)?;
    }
    for (medicine, (last, n_6m, n_12m)) in medicines {
        tables.medicine.push(&[
            person.into(),
            Cell::Text(medicine),
            Cell::Date(Some(last)),
            n_6m.into(),
            n_12m.into(),
        ])?;
    }
    write_diagnoses(person, &diagnoses, &scratch.families, tables)
}

/// Notes which lists hold the codes of an event, and keeps its value when one of them is of results.
fn listed(
    person: PersonId,
    who: Option<&PersonFact>,
    event: &PersonEvent<'_>,
    inputs: &FactInputs<'_>,
    two_years: NaiveDate,
    tables: &mut FactTables,
    scratch: &mut Scratch,
) -> Result<(), WarehouseError> {
    let found = &mut scratch.found;
    found.clear();
    if event.kind == EventKind::MedicineIssue {
        inputs.codelists.each_bnf(event.specialty, |list| found.push(list));
    }
    for code in event.each_code() {
        let before = found.len();
        inputs.codelists.each(event.scheme, code, &mut scratch.key, |list| found.push(list));
        for list in found.get(before..).unwrap_or_default() {
            if inputs.codelists.is_activity(*list) {
                tables.coded_activity.push(&[
                    person.into(),
                    Cell::Text(list_name(inputs, *list)),
                    Cell::Text(code),
                    Cell::Date(Some(event.start)),
                    Cell::Boolean(inputs.covered(who, event.source)),
                ])?;
            }
            if let Some(value) = event.value.filter(|_| inputs.codelists.is_result(*list))
                && event.start > two_years
            {
                tables.result.push(&[
                    person.into(),
                    Cell::Text(list_name(inputs, *list)),
                    Cell::Text(code),
                    Cell::Date(Some(event.start)),
                    Cell::Number(Some(value)),
                    Cell::Text(event.unit),
                ])?;
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    scratch.hits.extend(found.iter().map(|list| (*list, event.start)));
    Ok(())
}

/// Writes when each list was first and last met up to a day.
fn write_lists(
    person: PersonId,
    hits: &[(u16, NaiveDate)],
    day: NaiveDate,
    inputs: &FactInputs<'_>,
    table: &mut FactTable,
) -> Result<(), WarehouseError> {
    let [year, two_years] = [12, 24].map(|months| ago(day, months));
    let mut lists: BTreeMap<u16, Dates> = BTreeMap::new();
    for (list, met) in hits.iter().filter(|(_, met)| *met <= day) {
        note(&mut lists, *list, *met, year, two_years);
    }
    for (list, dates) in lists {
        table.push(&[
            person.into(),
            Cell::Text(list_name(inputs, list)),
            Cell::Date(Some(dates.first)),
            Cell::Date(Some(dates.last)),
            dates.n.into(),
            dates.n_12m.into(),
            dates.n_24m.into(),
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

fn list_name<'a>(inputs: &FactInputs<'a>, list: u16) -> &'a str {
    inputs.codelists.names().get(usize::from(list)).map_or("", String::as_str)
}

/// One medicine: the chemical substance of its BNF code, else its dm+d code.
fn medicine_of<'a>(event: &PersonEvent<'a>) -> &'a str {
    event.specialty.get(..9).or(event.each_code().next()).unwrap_or("")
}

fn note(lists: &mut BTreeMap<u16, Dates>, list: u16, day: NaiveDate, year: NaiveDate, two_years: NaiveDate) {
    let dates = lists.entry(list).or_insert(Dates { first: day, last: day, n: 0, n_12m: 0, n_24m: 0 });
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
