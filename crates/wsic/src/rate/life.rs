//! Life expectancy of each group at the start of each band of age.

use methods::life_expectancy::{Expectancy, Interval, LEAST_POPULATION, life_table};

use super::Task;
use super::bands::{self, AGE_BAND};
use super::crude::DENOMINATOR;
use crate::failure::Failure;
use crate::sheet::{Results, Value};
use crate::tables::Kind;

const METHOD: &str = "Chiang, using Silcocks et al for confidence limits";

pub fn expectancy(task: &Task<'_>) -> Result<Results, Failure> {
    let sheet = &task.sheet;
    let age = sheet.must(&AGE_BAND)?;
    let deaths = sheet.must(&["deaths", "numerator", "x", "obs", "count"])?;
    let population = sheet.must(&DENOMINATOR)?;
    let own = [
        ("startage", Kind::Text),
        ("pops_used", Kind::Number),
        ("dths_used", Kind::Number),
        ("value", Kind::Number),
    ];
    let mut results = Results { columns: task.columns(&own, true), rows: Vec::new() };
    let mut first = None;
    for group in task.groups()? {
        let bands = bands::of_group(task, age, &group, true)?;
        bands::alike(task, age, &group, &bands, first.get_or_insert_with(|| bands.clone()))?;
        if bands.first().is_some_and(|band| band.start != 0) {
            return Err(sheet.wrong(group.first(), age, "its group has no band of age that begins at 0"));
        }
        let rows: Vec<usize> = bands.iter().flat_map(|band| band.rows.first().copied()).collect();
        let mut intervals = Vec::with_capacity(rows.len());
        for (row, band) in rows.iter().zip(&bands) {
            let interval = Interval {
                start: band.start,
                deaths: sheet.count(*row, deaths)?,
                population: sheet.positive(*row, population)?,
            };
            if interval.deaths > interval.population {
                return Err(sheet.wrong(*row, deaths, "is above the population"));
            }
            intervals.push(interval);
        }
        let people: f64 = intervals.iter().map(|interval| interval.population).sum();
        let table = life_table(&intervals).filter(|_| people > LEAST_POPULATION);
        let statistic = |text: &str| match (people > LEAST_POPULATION, table.is_some()) {
            (false, _) => "life expectancy NA for population of 5000 or less".to_owned(),
            (true, false) => "life expectancy NA without deaths in the last band of age".to_owned(),
            (true, true) => format!("life expectancy at {text}"),
        };
        for (place, row) in rows.iter().enumerate() {
            let text = sheet.text(*row, age);
            let found = table.as_ref().and_then(|table| table.get(place));
            let mut cells = Task::key(&group);
            cells.push(Value::from(text));
            cells.extend([found.map(|f| f.population).into(), found.map(|f| f.deaths).into()]);
            cells.push(found.filter(|f| f.is_certain()).map(|f| f.years).into());
            cells.extend(task.limits(|level| found.map(|f: &Expectancy| f.limits(level))));
            cells.extend(task.said(&statistic(text), METHOD));
            results.rows.push(cells);
        }
    }
    Ok(results)
}
