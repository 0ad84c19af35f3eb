//! Slope and relative index of inequality.

use methods::Confidence;
use methods::inequality::{Group as Tenth, Inequality, Scale};

use super::crude::{DENOMINATOR, NUMERATOR};
use super::{Task, Values};
use crate::failure::Failure;
use crate::sheet::{Column, Group, Results, Value};
use crate::tables::Kind;

/// Fewest and most groups by rank, as in PHEindicatormethods.
const QUANTILES: std::ops::RangeInclusive<usize> = 5..=100;

struct Columns {
    quantile: Column,
    population: Column,
    value: Measure,
    error: Uncertainty,
}

enum Measure {
    Given(Column),
    /// Numerator over population.
    Counted(Column),
}

enum Uncertainty {
    Given(Column),
    /// 95 % limits.
    Limits(Column, Column),
}

pub fn sii(task: &Task<'_>) -> Result<Results, Failure> {
    let columns = Columns::of(task)?;
    let (scale, kind) = match task.arguments.values {
        Values::Other => (Scale::Natural, "normal"),
        Values::Rate => (Scale::Log, "rate"),
        Values::Proportion => (Scale::Logit, "proportion"),
    };
    let mut own = vec![("sii".to_owned(), Kind::Number), ("rii".to_owned(), Kind::Number)];
    let limits = [task.limit_names("sii_"), task.limit_names("rii_")].concat();
    own.extend(limits.into_iter().map(|name| (name, Kind::Number)));
    own.push(("indicator_type".to_owned(), Kind::Text));
    own.push(("multiplier".to_owned(), Kind::Number));
    let names: Vec<(&str, Kind)> = own.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    let mut results = Results { columns: task.columns(&names, false), rows: Vec::new() };
    let by = task.multiplier(1.0);
    for group in task.groups()? {
        let tenths = columns.tenths(task, &group, scale)?;
        let Some(line) = Inequality::of(&tenths, scale) else { continue };
        let at =
            |level: Confidence| line.indices(by, level, task.arguments.draws as usize, task.arguments.seed);
        let found: Vec<_> = task.levels.iter().map(|level| at(*level)).collect();
        let mut cells = Task::key(&group);
        cells.extend(
            found.first().into_iter().flat_map(|f| [f.slope.value, f.ratio.value]).map(Value::Number),
        );
        cells.extend(found.iter().flat_map(|f| [f.slope.lower, f.slope.upper]).map(Value::Number));
        cells.extend(found.iter().flat_map(|f| [f.ratio.lower, f.ratio.upper]).map(Value::Number));
        cells.extend([Value::from(kind), Value::Number(by)]);
        let method = match scale {
            Scale::Natural => "exact".to_owned(),
            Scale::Log | Scale::Logit => format!("simulation {} reps", task.arguments.draws),
        };
        cells.extend(task.said("slope and relative index of inequality", &method));
        results.rows.push(cells);
    }
    Ok(results)
}

impl Columns {
    fn of(task: &Task<'_>) -> Result<Self, Failure> {
        let sheet = &task.sheet;
        let value = match sheet.may(&["value"])? {
            Some(column) => Measure::Given(column),
            None if task.arguments.values == Values::Proportion => Measure::Counted(sheet.must(&NUMERATOR)?),
            None => Measure::Given(sheet.must(&["value"])?),
        };
        let error = match sheet.may(&["se", "standard_error", "StandardError"])? {
            Some(column) => Uncertainty::Given(column),
            None => Uncertainty::Limits(
                sheet.must(&["lowercl", "lower_cl", "lowerCL", "lower95_0cl"])?,
                sheet.must(&["uppercl", "upper_cl", "upperCL", "upper95_0cl"])?,
            ),
        };
        let quantile = sheet.must(&["quantile", "decile", "quintile"])?;
        Ok(Self { quantile, population: sheet.must(&DENOMINATOR)?, value, error })
    }

    /// The groups by rank, in order: numbers by size, else as in the file.
    fn tenths(&self, task: &Task<'_>, group: &Group, scale: Scale) -> Result<Vec<Tenth>, Failure> {
        let sheet = &task.sheet;
        let mut ranked = Vec::with_capacity(group.rows.len());
        for row in group.rows.iter().copied() {
            let rank = sheet.known(row, self.quantile)?;
            if ranked.iter().any(|(other, _)| *other == rank) {
                let what = "is in its group a second time: name what parts the rows with --by";
                return Err(sheet.wrong(row, self.quantile, what));
            }
            ranked.push((rank, self.tenth(task, row, scale)?));
        }
        if !QUANTILES.contains(&ranked.len()) {
            let what = format!("its group has {} quantiles: there must be 5 to 100", ranked.len());
            return Err(sheet.wrong(group.first(), self.quantile, &what));
        }
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(ranked.into_iter().map(|(_, tenth)| tenth).collect())
    }

    fn tenth(&self, task: &Task<'_>, row: usize, scale: Scale) -> Result<Tenth, Failure> {
        let sheet = &task.sheet;
        let population = sheet.positive(row, self.population)?;
        let (column, value) = match self.value {
            Measure::Given(column) => (column, sheet.known(row, column)?),
            Measure::Counted(column) => (column, sheet.count(row, column)? / population),
        };
        let on_scale = |column: Column, value: f64| -> Result<f64, Failure> {
            match scale {
                Scale::Natural => {}
                Scale::Log if value > 0.0 => {}
                Scale::Log => return Err(sheet.wrong(row, column, "a rate must be above 0")),
                Scale::Logit if value > 0.0 && value < 1.0 => {}
                Scale::Logit => return Err(sheet.wrong(row, column, "a proportion must be between 0 and 1")),
            }
            Ok(scale.to(value))
        };
        on_scale(column, value)?;
        let error = match self.error {
            Uncertainty::Given(column) => sheet.count(row, column)?,
            Uncertainty::Limits(lower, upper) => {
                let low = on_scale(lower, sheet.known(row, lower)?)?;
                let high = on_scale(upper, sheet.known(row, upper)?)?;
                if high < low {
                    return Err(sheet.wrong(row, upper, "is below the lower limit"));
                }
                (high - low) / Confidence::P95.z() / 2.0
            }
        };
        Ok(Tenth { population, value, error })
    }
}
