//! Rows among their like: groups of equal size by rank, and funnels.

use methods::Confidence;
use methods::funnel::{self, Funnel, Kind as Compared};
use methods::quantile::quantiles;

use super::crude::{DENOMINATOR, NUMERATOR};
use super::{Overdispersion, Statistic, Task};
use crate::failure::Failure;
use crate::sheet::{Column, Results, Value};
use crate::spc::YesNo;
use crate::tables::Kind;

/// Every row of the file with what is found of it behind; rows stay in their order.
struct Carrying<'a> {
    places: Vec<Column>,
    task: &'a Task<'a>,
    results: Results,
}

impl<'a> Carrying<'a> {
    fn new(task: &'a Task<'a>, own: Vec<(String, Kind)>) -> Self {
        let carried = task.carried(&own);
        let places = carried.iter().map(|(column, _)| *column).collect();
        let mut columns: Vec<(String, Kind)> =
            carried.iter().map(|(_, name)| ((*name).to_owned(), Kind::Text)).collect();
        columns.extend(own);
        let rows = vec![Vec::new(); task.sheet.rows().len()];
        Self { places, task, results: Results { columns, rows } }
    }

    fn put(&mut self, row: usize, found: Vec<Value>) {
        let mut cells: Vec<Value> =
            self.places.iter().map(|column| Value::from(self.task.sheet.text(row, *column))).collect();
        cells.extend(found);
        if let Some(place) = self.results.rows.get_mut(row) {
            *place = cells;
        }
    }
}

pub fn quantile(task: &Task<'_>) -> Result<Results, Failure> {
    let column = task.sheet.must(&["value", "values", "x"])?;
    let (groups, invert) = (task.arguments.quantiles, task.arguments.invert == YesNo::Yes);
    let own = [
        ("quantile", Kind::Whole),
        ("nquantiles", Kind::Whole),
        ("groupvars", Kind::Text),
        ("qinverted", Kind::Text),
    ];
    let own = own.map(|(name, kind)| (name.to_owned(), kind)).to_vec();
    let mut carrying = Carrying::new(task, own);
    let highest = if invert { "highest" } else { "lowest" };
    for group in task.groups()? {
        let values =
            group.rows.iter().map(|row| task.sheet.number(*row, column)).collect::<Result<Vec<_>, _>>()?;
        for (row, found) in group.rows.iter().zip(quantiles(&values, groups, invert)) {
            carrying.put(
                *row,
                vec![
                    found.map_or(Value::Blank, |n| Value::Whole(i64::from(n))),
                    Value::Whole(i64::from(groups)),
                    Value::Text(task.arguments.by.join(", ")),
                    Value::Text(format!("lowest quantile represents {highest} values")),
                ],
            );
        }
    }
    Ok(carrying.results)
}

pub fn funnel(task: &Task<'_>) -> Result<Results, Failure> {
    let sheet = &task.sheet;
    let numerator = sheet.must(&NUMERATOR)?;
    let (compared, denominator) = match task.arguments.statistic {
        Statistic::Proportion => (Compared::Proportion, sheet.must(&DENOMINATOR)?),
        Statistic::Rate => (Compared::Rate, sheet.must(&DENOMINATOR)?),
        Statistic::Ratio => {
            let names: Vec<&str> = ["expected"].into_iter().chain(DENOMINATOR).collect();
            (Compared::Ratio, sheet.must(&names)?)
        }
    };
    let allowed = match task.arguments.overdispersion {
        Overdispersion::No => funnel::Overdispersion::None,
        Overdispersion::Cqc => funnel::Overdispersion::SquareRoot,
        Overdispersion::Shmi => funnel::Overdispersion::Log,
    };
    let per = task.multiplier(if compared == Compared::Rate { 100_000.0 } else { 1.0 });
    let mut own = vec![("value".to_owned(), Kind::Number), ("baseline".to_owned(), Kind::Number)];
    own.extend(task.limit_names("").into_iter().map(|name| (name, Kind::Number)));
    own.push(("significance".to_owned(), Kind::Text));
    own.extend(["phi", "tau2"].map(|name| (name.to_owned(), Kind::Number)));
    let mut carrying = Carrying::new(task, own);
    for group in task.groups()? {
        let places = group
            .rows
            .iter()
            .map(|row| place(task, *row, numerator, denominator, compared, allowed))
            .collect::<Result<Vec<_>, _>>()?;
        let funnel = Funnel::of(&places, compared, allowed).ok_or_else(|| {
            sheet.problem(group.first(), "in its group nothing was counted: there is nothing to compare")
        })?;
        for (row, (x, n)) in group.rows.iter().zip(&places) {
            carrying.put(*row, found(task, &funnel, *x, *n, per));
        }
    }
    Ok(carrying.results)
}

fn place(
    task: &Task<'_>,
    row: usize,
    numerator: Column,
    denominator: Column,
    compared: Compared,
    allowed: funnel::Overdispersion,
) -> Result<(f64, f64), Failure> {
    let sheet = &task.sheet;
    let (x, n) = (sheet.count(row, numerator)?, sheet.positive(row, denominator)?);
    if compared == Compared::Proportion && x > n {
        return Err(sheet.wrong(row, numerator, "is above its denominator"));
    }
    if x == 0.0 && allowed == funnel::Overdispersion::Log && compared != Compared::Proportion {
        let what = "is 0, which has no logarithm: use --overdispersion cqc";
        return Err(sheet.wrong(row, numerator, what));
    }
    Ok((x, n))
}

fn found(task: &Task<'_>, funnel: &Funnel, x: f64, n: f64, per: f64) -> Vec<Value> {
    let value = x / n;
    let mut cells = vec![Value::Number(value * per), Value::Number(funnel.baseline * per)];
    let mut furthest: Option<(Confidence, &str)> = None;
    for level in &task.levels {
        let (lower, upper) = funnel.limits(n, *level);
        cells.extend([Value::Number(lower * per), Value::Number(upper * per)]);
        let side = if value < lower {
            Some("Low")
        } else if value > upper {
            Some("High")
        } else {
            None
        };
        let further = furthest.is_none_or(|(other, _)| *level > other);
        furthest = side.filter(|_| further).map(|side| (*level, side)).or(furthest);
    }
    let significance = furthest.map_or("Not significant".to_owned(), |(level, side)| {
        // The share left out on this side, such as 0.025.
        format!("{side} ({})", (level.tail() * 1e9).round() / 1e9)
    });
    cells.push(Value::Text(significance));
    cells.extend([funnel.dispersion.into(), funnel.dispersion.map(|_| funnel.between).into()]);
    cells
}
