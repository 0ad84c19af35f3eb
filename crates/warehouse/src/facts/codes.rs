//! Facts from codes: when each code list was first and last met, hospital diagnoses, results.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use model::{CodeScheme, EventKind, PersonId, icd10_category};

use super::FactInputs;
use super::spells::Spell;
use super::table::{Cell, FactTables};
use crate::WarehouseError;
use crate::codelists::LookupKey;
use crate::events::PersonEvent;

/// Room that one person after another uses.
#[derive(Default)]
pub(super) struct Scratch {
    key: LookupKey,
    found: Vec<u16>,
}

#[derive(Clone, Copy)]
struct Dates {
    first: NaiveDate,
    last: NaiveDate,
    n: i64,
    n_12m: i64,
    n_24m: i64,
}

pub(super) fn write(
    person: PersonId,
    events: &[PersonEvent<'_>],
    spells: &[Spell<'_>],
    inputs: &FactInputs<'_>,
    tables: &mut FactTables,
    scratch: &mut Scratch,
) -> Result<(), WarehouseError> {
    let ago = |months| inputs.as_at.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN);
    let (year, two_years) = (ago(12), ago(24));
    let mut lists: BTreeMap<u16, Dates> = BTreeMap::new();
    let half_year = ago(6);
    let mut medicines: BTreeMap<&str, (NaiveDate, i64, i64)> = BTreeMap::new();
    let mut diagnoses: BTreeMap<&str, (NaiveDate, i64, bool)> = BTreeMap::new();
    for event in events.iter().filter(|event| event.start <= inputs.as_at) {
        let found = &mut scratch.found;
        found.clear();
        if event.kind == EventKind::MedicineIssue {
            inputs.codelists.each_bnf(event.specialty, |list| found.push(list));
        }
        for code in event.each_code() {
            let before = found.len();
            inputs.codelists.each(event.scheme, code, &mut scratch.key, |list| found.push(list));
            for list in found.get(before..).unwrap_or_default() {
                if let Some(value) = event.value.filter(|_| inputs.codelists.is_result(*list))
                    && event.start > two_years
                {
                    let name = inputs.codelists.names().get(usize::from(*list)).map_or("", String::as_str);
                    tables.result.push(&[
                        person.into(),
                        Cell::Text(name),
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
        for list in found.iter() {
            note(&mut lists, *list, event.start, year, two_years);
        }
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
                    let entry = diagnoses.entry(icd10_category(code)).or_insert((ended, 0, false));
                    entry.0 = entry.0.max(ended);
                    entry.1 += 1;
                    entry.2 |= emergency;
                }
            }
        }
    }
    for (list, dates) in lists {
        let name = inputs.codelists.names().get(usize::from(list)).map_or("", String::as_str);
        tables.code_date.push(&[
            person.into(),
            Cell::Text(name),
            Cell::Date(Some(dates.first)),
            Cell::Date(Some(dates.last)),
            dates.n.into(),
            dates.n_12m.into(),
            dates.n_24m.into(),
        ])?;
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
    for (code, (last, n, emergency)) in diagnoses {
        tables.hospital_diagnosis.push(&[
            person.into(),
            Cell::Text(code),
            Cell::Date(Some(last)),
            n.into(),
            Cell::Boolean(emergency),
        ])?;
    }
    Ok(())
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
