//! Proportions, rates and means. Without groups every row has its own; with groups their sums have.

use methods::rates::{self, EXACT_BELOW, Sample};
use methods::{Confidence, Estimate};

use super::Task;
use crate::failure::Failure;
use crate::sheet::{Column, Results, Value};
use crate::tables::Kind;

/// Names under which a numerator may stand.
pub const NUMERATOR: [&str; 7] = ["numerator", "x", "obs", "observed", "count", "events", "deaths"];
/// Names under which a denominator may stand.
pub const DENOMINATOR: [&str; 5] = ["denominator", "n", "pop", "pops", "population"];

pub fn proportion(task: &Task<'_>) -> Result<Results, Failure> {
    let per = task.multiplier(1.0);
    let statistic = if per == 100.0 { "percentage".to_owned() } else { format!("proportion of {per}") };
    crude(task, true, |x, n, level| rates::proportion(x, n, per, level), |_| (statistic.clone(), "Wilson"))
}

pub fn rate(task: &Task<'_>) -> Result<Results, Failure> {
    let per = task.multiplier(100_000.0);
    let said = |x: f64| (format!("rate per {per}"), limits_used(x));
    crude(task, false, |x, n, level| rates::rate(x, n, per, level), said)
}

/// The limits of so many events.
pub fn limits_used(events: f64) -> &'static str {
    if events < EXACT_BELOW { "Exact" } else { "Byars" }
}

fn crude(
    task: &Task<'_>,
    part: bool,
    of: impl Fn(f64, f64, Confidence) -> Option<Estimate>,
    said: impl Fn(f64) -> (String, &'static str),
) -> Result<Results, Failure> {
    let sheet = &task.sheet;
    let numerator = sheet.must(&NUMERATOR)?;
    let denominator = sheet.must(&DENOMINATOR)?;
    let counts = |row: usize| -> Result<(f64, f64), Failure> {
        let (x, n) = (sheet.count(row, numerator)?, sheet.positive(row, denominator)?);
        if part && x > n {
            return Err(sheet.wrong(row, numerator, "is above its denominator"));
        }
        Ok((x, n))
    };
    let finish = |x: f64, n: f64| {
        let (statistic, method) = said(x);
        let mut cells = vec![of(x, n, Confidence::P95).map(|estimate| estimate.value).into()];
        cells.extend(task.limits(|level| of(x, n, level)));
        cells.extend(task.said(&statistic, method));
        cells
    };
    if task.by.is_empty() {
        return each_row(task, &[("value", Kind::Number)], |row| counts(row).map(|(x, n)| finish(x, n)));
    }
    let own = [("numerator", Kind::Number), ("denominator", Kind::Number), ("value", Kind::Number)];
    let mut results = Results { columns: task.columns(&own, true), rows: Vec::new() };
    for group in task.groups()? {
        let (mut x, mut n) = (0.0, 0.0);
        for row in &group.rows {
            let (more_x, more_n) = counts(*row)?;
            x += more_x;
            n += more_n;
        }
        let mut cells = Task::key(&group);
        cells.extend([Value::Number(x), Value::Number(n)]);
        cells.extend(finish(x, n));
        results.rows.push(cells);
    }
    Ok(results)
}

/// Every row with the columns it has, and the results behind them.
fn each_row(
    task: &Task<'_>,
    own: &[(&str, Kind)],
    of: impl Fn(usize) -> Result<Vec<Value>, Failure>,
) -> Result<Results, Failure> {
    let found = task.columns(own, true);
    let carried = task.carried(&found);
    let mut columns: Vec<(String, Kind)> =
        carried.iter().map(|(_, name)| ((*name).to_owned(), Kind::Text)).collect();
    columns.extend(found.iter().cloned());
    let places: Vec<Column> = carried.iter().map(|(column, _)| *column).collect();
    let mut rows = Vec::new();
    for row in task.sheet.rows() {
        let mut cells: Vec<Value> =
            places.iter().map(|column| Value::from(task.sheet.text(row, *column))).collect();
        cells.extend(of(row)?);
        rows.push(cells);
    }
    Ok(Results { columns, rows })
}

pub fn mean(task: &Task<'_>) -> Result<Results, Failure> {
    let value = task.sheet.must(&["value", "values", "x"])?;
    let own = ["value_sum", "value_count", "stdev", "value"].map(|name| (name, Kind::Number));
    let mut results = Results { columns: task.columns(&own, true), rows: Vec::new() };
    for group in task.groups()? {
        let values =
            group.rows.iter().map(|row| task.sheet.known(*row, value)).collect::<Result<Vec<f64>, _>>()?;
        let Some(sample) = Sample::of(&values) else { continue };
        let mut cells = Task::key(&group);
        cells.extend([Value::Number(sample.sum), Value::Number(sample.count)]);
        cells.extend([sample.deviation.into(), Value::Number(sample.mean)]);
        cells.extend(task.limits(|level| sample.limits(level)));
        cells.extend(task.said("mean", "Student's t-distribution"));
        results.rows.push(cells);
    }
    Ok(results)
}
