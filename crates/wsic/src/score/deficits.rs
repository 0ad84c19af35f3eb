//! The Electronic Frailty Index: deficits by name, by SNOMED CT code, by value.

use methods::efi::{self, Trigger};
use pipeline::Progress;

use super::cells::{self, Sex};
use super::codes::{self, Lists};
use super::roll::{self, Roll};
use super::window::{COLUMNS, Window};
use super::{Options, Summary};
use crate::failure::Failure;
use crate::progress::Shown;
use crate::tables::{Cell, Kind, Output, Row, Table};

const ID: usize = 0;
const DEFICIT: usize = 1;
const SNOMED: usize = 2;
const MEASURE: usize = 3;
const VALUE: usize = 4;
const DATE: usize = 5;
/// The first of the columns that are deficits.
const FLAGS: usize = 7;

/// Scores a file of deficits, codes and values.
pub fn run(options: &Options, summary: &mut Summary, progress: &Shown) -> Result<(), Failure> {
    let mut people = match &options.people {
        Some(path) => Roll::listed(path, progress)?,
        None => Roll::default(),
    };
    let listed = people.len();
    let table = Table::open(&options.input)?;
    let places = places(&table)?;
    if places.get(SNOMED).is_some_and(Option::is_some) {
        summary.cautions.push(coverage());
    }
    let reader = Reader {
        lists: Lists::of(&efi::LISTS, &efi::NAMES)?,
        window: Window::of(options, &table, DATE, None)?,
        flags: places.len() - FLAGS,
    };
    let step = format!("reading {}", table.name);
    let mut found: Vec<u128> = Vec::new();
    summary.rows = table.visit_whole(&places, &|done, all| progress.at(&step, done, all), |row| {
        let number = people.number(cells::id(row, ID)?);
        let bits = reader.deficits(row, people.sex(number), summary)?;
        if let Some(kept) = roll::at(&mut found, number) {
            *kept |= bits;
        }
        Ok(())
    })?;
    if summary.rows == 0 && listed == 0 {
        return Err(Failure::data(format!("{} has a header and no row", options.input.display())));
    }
    found.resize(people.len(), 0);
    summary.scored = found.len() as u64;
    write(options, &people, &found)
}

fn places(table: &Table) -> Result<Vec<Option<usize>>, Failure> {
    let told = [table.may("deficit")?, table.may("snomed")?, table.may("measure")?];
    let flags = codes::columns(table, &efi::NAMES)?;
    if told == [None; 3] && flags.is_empty() {
        return Err(Failure::data(format!(
            "{}, line 1: none of the columns `deficit`, `snomed`, `measure` is there, nor the 36 deficits: name one of them",
            table.path().display()
        )));
    }
    let [deficit, snomed, measure] = told;
    let value = if measure.is_some() { Some(table.must("value")?) } else { None };
    let [date, method] = COLUMNS;
    let id = Some(table.must("person_id")?);
    Ok([vec![id, deficit, snomed, measure, value, table.may(date)?, table.may(method)?], flags].concat())
}

/// How a file is read.
struct Reader {
    lists: Lists,
    window: Window,
    /// How many columns are deficits.
    flags: usize,
}

impl Reader {
    fn deficits(&self, row: &Row<'_>, sex: Option<Sex>, summary: &mut Summary) -> Result<u128, Failure> {
        let counts = self.window.takes(row)?;
        let mut told = [None; 4];
        let [deficit, code, measure, flags] = &mut told;
        if self.flags > 0 {
            *flags = Some(codes::flags(row, FLAGS, self.flags)?);
        }
        if !row.get(DEFICIT).is_empty() {
            let bit = codes::named(&efi::NAMES, row.get(DEFICIT));
            *deficit =
                Some(bit.ok_or_else(|| {
                    row.wrong(DEFICIT, "is none of the 36 deficits: docs/score.md lists them")
                })?);
        }
        if !row.get(SNOMED).is_empty() {
            let bits = self.lists.conditions(row.get(SNOMED));
            *code = Some(bits.ok_or_else(|| row.wrong(SNOMED, "is no SNOMED CT code: 6 to 18 digits"))?);
        }
        if !row.get(MEASURE).is_empty() {
            *measure = Some(measured(row, sex)?);
        }
        if told == [None; 4] {
            summary.blank += 1;
        } else if !counts {
            summary.outside += 1;
            return Ok(0);
        }
        Ok(told.into_iter().flatten().fold(0, |all, bits| all | bits))
    }
}

/// The deficit that a value shows, if it does.
fn measured(row: &Row<'_>, sex: Option<Sex>) -> Result<u128, Failure> {
    let name = row.get(MEASURE);
    let known = efi::MEASURES.iter().find(|(measure, ..)| measure.eq_ignore_ascii_case(name));
    let (_, deficit, trigger): &(&str, &str, Trigger) =
        known.ok_or_else(|| row.wrong(MEASURE, "is none of the measures: docs/score.md lists them"))?;
    let value = cells::number(row, VALUE, -1000.0, 100_000.0)?;
    let met = trigger.met(value, sex.map(|sex| sex == Sex::Male)).ok_or_else(|| {
        row.wrong(MEASURE, "asks for the sex of the person: list people with --people and their sex")
    })?;
    Ok(if met { codes::named(&efi::NAMES, deficit).unwrap_or(0) } else { 0 })
}

/// What codes can show here.
fn coverage() -> String {
    let told = |deficit: &&str| efi::LISTS.iter().any(|(_, known)| known == deficit);
    let measured = |deficit: &&str| efi::MEASURES.iter().any(|(_, known, _)| known == deficit);
    let codes = efi::NAMES.iter().filter(|deficit| told(deficit)).count();
    let values: Vec<&str> = efi::NAMES.iter().filter(|d| !told(d) && measured(d)).copied().collect();
    let neither: Vec<&str> = efi::NAMES.iter().filter(|d| !told(d) && !measured(d)).copied().collect();
    format!(
        "SNOMED CT codes tell {codes} of {} deficits, and those in part: the published code sets are not held. By value alone: {}. By name alone: {}.",
        efi::DEFICITS,
        values.join(", "),
        neither.join(", ")
    )
}

fn write(options: &Options, people: &Roll, found: &[u128]) -> Result<(), Failure> {
    let mut columns = vec![("person_id", Kind::Text), ("score", Kind::Number), ("band", Kind::Text)];
    columns.extend(efi::NAMES.iter().map(|name| (*name, Kind::Whole)));
    let mut output = Output::create(&options.out, &columns)?;
    for (number, deficits) in found.iter().enumerate() {
        let count = deficits.count_ones();
        let mut cells = vec![
            Cell::Text(people.id(number)),
            Cell::Number(efi::index(count)),
            Cell::Text(efi::band(count)),
        ];
        cells.extend((0..efi::DEFICITS).map(|n| Cell::Whole(i64::from(deficits >> n & 1 == 1))));
        output.row(&cells)?;
    }
    output.finish()
}
