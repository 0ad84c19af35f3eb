//! Facts from codes: when each code list was first and last met, hospital diagnoses, results.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use methods::day::{self, Family};
use methods::icd10::Code;
use model::{CodeScheme, EventKind, PersonId, icd10_category};

use super::About;
use super::spells::Spell;
use super::table::{Cell, FactTable, FactTables};
use crate::WarehouseError;
use crate::codelists::{CodeLists, LookupKey};
use crate::events::{CodeText, Coded, PersonEvent, Said};

/// Room that one person of a bucket after another uses.
#[derive(Default)]
pub(super) struct Scratch {
    key: LookupKey,
    /// What code lists make of codes, by number: worked out once for each text of the bucket, not once an event.
    known: Vec<Listed>,
    /// Every list that an event's codes are in, with the day.
    hits: Vec<(u16, NaiveDate)>,
    /// The number of every medicine's codes of the last year, with the day.
    medicines: Vec<(usize, NaiveDate)>,
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
struct Listed {
    /// The lists, each once.
    lists: Vec<u16>,
    /// The codes whose values are kept, each with its list.
    results: Vec<(u16, Box<str>)>,
    /// The codes of which each use is kept.
    activity: Vec<(u16, Box<str>)>,
    /// Which medicine, of those of one: the chemical substance of the BNF code, else the dm+d code.
    medicine: Box<str>,
}

impl Scratch {
    /// Looks up the codes that have come since.
    fn look_up(&mut self, codes: &[CodeText], lists: &CodeLists) {
        for new in codes.iter().skip(self.known.len()) {
            let medicine = new.bnf.get(..9).or(new.each().next()).unwrap_or("");
            let mut found = Listed { medicine: medicine.into(), ..Listed::default() };
            lists.each_bnf(&new.bnf, |list| found.lists.push(list));
            for code in new.each() {
                lists.each(new.scheme, code, &mut self.key, |list| {
                    found.lists.push(list);
                    if lists.is_activity(list) {
                        found.activity.push((list, code.into()));
                    }
                    if lists.is_result(list) {
                        found.results.push((list, code.into()));
                    }
                });
            }
            found.lists.sort_unstable();
            found.lists.dedup();
            self.known.push(found);
        }
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
    about: &About<'_>,
    said: &Said<'_>,
    spells: &[Spell<'_>],
    tables: &mut FactTables,
    scratch: &mut Scratch,
) -> Result<(), WarehouseError> {
    let [half_year, year, two_years] = [6, 12, 24].map(|months| ago(about.as_at, months));
    scratch.hits.clear();
    scratch.medicines.clear();
    scratch.look_up(said.codes, about.codelists);
    for coded in said.coded.iter().filter(|coded| coded.start <= about.as_at) {
        let Some(listed) = scratch.known.get(coded.codes) else { continue };
        scratch.hits.extend(listed.lists.iter().map(|list| (*list, coded.start)));
        if coded.kind == EventKind::MedicineIssue && coded.start > year {
            scratch.medicines.push((coded.codes, coded.start));
        }
        keep(about, coded, listed, two_years, tables)?;
    }
    let mut diagnoses: BTreeMap<&str, Diagnosed> = BTreeMap::new();
    let episodes = said.events.iter().filter(|event| event.kind == EventKind::Episode);
    for event in episodes.filter(|event| event.scheme == CodeScheme::Icd10 && event.start <= about.as_at) {
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
    write_lists(about, about.as_at, scratch, &mut tables.code_date)?;
    for (day, table) in about.earlier.iter().zip(&mut tables.earlier) {
        write_lists(about, *day, scratch, table)?;
    }
    write_medicines(about.person, scratch, half_year, &mut tables.medicine)?;
    write_diagnoses(about.person, &diagnoses, &scratch.families.0, tables)
}

/// Keeps an event whose codes are in a list of which each use is kept, and its value when one of the lists is of results.
fn keep(
    about: &About<'_>,
    coded: &Coded<'_>,
    listed: &Listed,
    two_years: NaiveDate,
    tables: &mut FactTables,
) -> Result<(), WarehouseError> {
    for (list, code) in &listed.activity {
        tables.coded_activity.push(&[
            about.person.into(),
            Cell::Text(list_name(about, *list)),
            Cell::Text(code),
            Cell::Date(Some(coded.start)),
            Cell::Boolean(about.covered(coded.source())),
        ])?;
    }
    if listed.results.is_empty() || coded.start <= two_years {
        return Ok(());
    }
    let Some(value) = coded.value() else { return Ok(()) };
    for (list, code) in &listed.results {
        tables.result.push(&[
            about.person.into(),
            Cell::Text(list_name(about, *list)),
            Cell::Text(code),
            Cell::Date(Some(coded.start)),
            Cell::Number(Some(value)),
            Cell::Text(coded.unit()),
        ])?;
    }
    Ok(())
}

/// Writes when each list was first and last met up to a day.
fn write_lists(
    about: &About<'_>,
    day: NaiveDate,
    scratch: &mut Scratch,
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
    scratch: &mut Scratch,
    half_year: NaiveDate,
    table: &mut FactTable,
) -> Result<(), WarehouseError> {
    let Scratch { known, medicines, .. } = scratch;
    let medicine = |codes: usize| known.get(codes).map_or("", |listed| listed.medicine.as_ref());
    // The same codes come again and again: their texts are not looked at.
    let by_name = |one: usize, other: usize| match one == other {
        true => Ordering::Equal,
        false => medicine(one).cmp(medicine(other)),
    };
    medicines.sort_unstable_by(|(one, day), (other, later)| by_name(*one, *other).then(day.cmp(later)));
    for same in medicines.chunk_by(|(one, _), (other, _)| by_name(*one, *other).is_eq()) {
        let Some((codes, last)) = same.last().copied() else { continue };
        let n_6m = same.iter().filter(|(_, day)| *day > half_year).count();
        table.push(&[
            person.into(),
            Cell::Text(medicine(codes)),
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
