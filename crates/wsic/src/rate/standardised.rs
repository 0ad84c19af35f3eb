//! Directly and indirectly standardised rates.

use methods::dsr::{self, Dsr, LEAST_EVENTS};
use methods::indirect::{self, Expected};
use methods::{Confidence, Estimate};

use super::Task;
use super::bands::{self, AGE_BAND, AgeBand};
use super::crude::{DENOMINATOR, NUMERATOR, limits_used};
use crate::failure::Failure;
use crate::sheet::{Column, Group, Results, Value};
use crate::tables::Kind;

/// Where a standard population may stand.
const STANDARD: [&str; 4] = ["stdpop", "standard_population", "std_pop", "esp2013"];

pub fn dsr(task: &Task<'_>) -> Result<Results, Failure> {
    let per = task.multiplier(100_000.0);
    let columns = DsrColumns::of(task)?;
    let own = ["total_count", "total_pop", "value"].map(|name| (name, Kind::Number));
    let mut results = Results { columns: task.columns(&own, true), rows: Vec::new() };
    let mut first: Option<Vec<AgeBand>> = None;
    for group in task.groups()? {
        let rows = match columns.age {
            Some(age) => {
                let bands = bands::of_group(task, age, &group, columns.frequency.is_none())?;
                bands::alike(task, age, &group, &bands, first.get_or_insert_with(|| bands.clone()))?;
                bands
            }
            None => group.rows.iter().map(|row| AgeBand { start: 0, rows: vec![*row] }).collect(),
        };
        let bands = columns.bands(task, &rows)?;
        let Some(rate) = Dsr::of(&bands) else {
            return Err(task.sheet.problem(group.first(), "the standard population of its group is 0"));
        };
        results.rows.push(dsr_row(task, &group, &rate, per));
    }
    Ok(results)
}

fn dsr_row(task: &Task<'_>, group: &Group, rate: &Dsr, per: f64) -> Vec<Value> {
    let at = |level: Confidence| rate.limits(per, level);
    let mut cells = Task::key(group);
    cells.extend([Value::Number(rate.events), Value::Number(rate.population)]);
    cells.push(at(Confidence::P95).map(|estimate| estimate.value).into());
    cells.extend(task.limits(at));
    let statistic = match rate.events < LEAST_EVENTS {
        true => "dsr NA for total count < 10".to_owned(),
        false => format!("dsr per {per}"),
    };
    let method = match task.arguments.repeat_events {
        true => "Dobson, with confidence adjusted for non-independent events",
        false => "Dobson",
    };
    cells.extend(task.said(&statistic, method));
    cells
}

struct DsrColumns {
    numerator: Column,
    denominator: Column,
    standard: Option<Column>,
    age: Option<Column>,
    frequency: Option<Column>,
}

impl DsrColumns {
    fn of(task: &Task<'_>) -> Result<Self, Failure> {
        let sheet = &task.sheet;
        let standard = sheet.may(&STANDARD)?;
        let age = if standard.is_none() || task.arguments.repeat_events {
            Some(sheet.must(&AGE_BAND)?)
        } else {
            sheet.may(&AGE_BAND)?
        };
        let frequency = task
            .arguments
            .repeat_events
            .then(|| sheet.must(&["eventfreq", "event_frequency"]))
            .transpose()?;
        let people = ["people", "uniqueindividuals"];
        let names: Vec<&str> = NUMERATOR.into_iter().chain(people).collect();
        Ok(Self {
            numerator: sheet.must(&names)?,
            denominator: sheet.must(&DENOMINATOR)?,
            standard,
            age,
            frequency,
        })
    }

    fn bands(&self, task: &Task<'_>, rows: &[AgeBand]) -> Result<Vec<dsr::Band>, Failure> {
        let ends = rows.iter().skip(1).map(|next| Some(next.start)).chain([None]);
        rows.iter().zip(ends).map(|(band, end)| self.band(task, band, end)).collect()
    }

    fn band(&self, task: &Task<'_>, band: &AgeBand, end: Option<u32>) -> Result<dsr::Band, Failure> {
        let sheet = &task.sheet;
        let first = band.rows.first().copied().unwrap_or_default();
        let population = sheet.positive(first, self.denominator)?;
        let standard = match self.standard {
            Some(column) => sheet.count(first, column)?,
            None => dsr::esp2013(band.start, end).ok_or_else(|| {
                let what = "the European Standard Population 2013 has no such band: give a column stdpop";
                self.age.map_or_else(|| sheet.problem(first, what), |age| sheet.wrong(first, age, what))
            })?,
        };
        let (mut events, mut squares) = (0.0, 0.0);
        for row in band.rows.iter().copied() {
            let people = sheet.count(row, self.numerator)?;
            let times = self.frequency.map_or(Ok(1.0), |column| sheet.positive(row, column))?;
            events += people * times;
            squares += people * times * times;
            if sheet.positive(row, self.denominator)? != population {
                return Err(sheet.wrong(
                    row,
                    self.denominator,
                    "is another than in the first row of its band of age",
                ));
            }
        }
        Ok(dsr::Band { events, squares, population, standard })
    }
}

/// Indirectly standardised rate, or ratio.
pub fn indirect(task: &Task<'_>, rate: bool) -> Result<Results, Failure> {
    let own: Vec<(&str, Kind)> = ["observed", "expected", "ref_rate", "value"]
        .into_iter()
        .filter(|name| rate || *name != "ref_rate")
        .map(|name| (name, Kind::Number))
        .collect();
    let columns = IndirectColumns::of(task, rate)?;
    let mut results = Results { columns: task.columns(&own, true), rows: Vec::new() };
    for group in task.groups()? {
        let (observed, expected) = columns.of_group(task, &group)?;
        if expected.events <= 0.0 {
            return Err(task
                .sheet
                .problem(group.first(), "nothing is expected in its group: there is no ratio to give"));
        }
        let per = task.multiplier(if rate { 100_000.0 } else { 1.0 });
        let unit = if rate { expected.reference_rate * per } else { per };
        let at = |level: Confidence| -> Option<Estimate> {
            indirect::ratio(observed, expected.events, unit, level)
        };
        let mut cells = Task::key(&group);
        cells.extend([Value::Number(observed), Value::Number(expected.events)]);
        if rate {
            cells.push(Value::Number(unit));
        }
        cells.push(at(Confidence::P95).map(|estimate| estimate.value).into());
        cells.extend(task.limits(at));
        let statistic = match rate {
            true => format!("indirectly standardised rate per {per}"),
            false => format!("indirectly standardised ratio x {per}"),
        };
        cells.extend(task.said(&statistic, limits_used(observed)));
        results.rows.push(cells);
    }
    Ok(results)
}

/// Where observed and expected events come from.
struct IndirectColumns {
    observed: Column,
    expected: Source,
}

enum Source {
    /// A column of expected events.
    Given(Column),
    /// People, and events and people of the reference.
    Reference(Column, Column, Column),
}

impl IndirectColumns {
    fn of(task: &Task<'_>, rate: bool) -> Result<Self, Failure> {
        let sheet = &task.sheet;
        let observed = sheet.must(&NUMERATOR)?;
        let given = if rate { None } else { sheet.may(&["expected"])? };
        let expected = match given {
            Some(column) => Source::Given(column),
            None => Source::Reference(
                sheet.must(&DENOMINATOR)?,
                sheet.must(&["x_ref", "ref_numerator", "refcount", "ref_count"])?,
                sheet.must(&["n_ref", "ref_denominator", "refpop", "ref_pop"])?,
            ),
        };
        Ok(Self { observed, expected })
    }

    fn of_group(&self, task: &Task<'_>, group: &Group) -> Result<(f64, Expected), Failure> {
        let sheet = &task.sheet;
        let (mut observed, mut given, mut bands) = (0.0, 0.0, Vec::new());
        for row in group.rows.iter().copied() {
            observed += sheet.count(row, self.observed)?;
            match self.expected {
                Source::Given(column) => given += sheet.count(row, column)?,
                Source::Reference(people, events, of) => bands.push(indirect::Band {
                    population: sheet.count(row, people)?,
                    reference_events: sheet.count(row, events)?,
                    reference_population: sheet.positive(row, of)?,
                }),
            }
        }
        let computed = Expected::of(&bands).unwrap_or(Expected { events: given, reference_rate: f64::NAN });
        Ok((observed, computed))
    }
}
