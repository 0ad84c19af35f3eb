//! Life expectancy of each group at the start of each band of age.

use methods::life_expectancy::{Expectancy, Interval, LEAST_POPULATION, life_table};

use super::Task;
use super::bands::{self, AGE_BAND, AgeBand};
use super::crude::DENOMINATOR;
use crate::failure::Failure;
use crate::sheet::{Column, Group, Results, Sheet, Value};
use crate::tables::Kind;

const METHOD: &str = "Chiang, using Silcocks et al for confidence limits";

pub fn expectancy(task: &Task<'_>) -> Result<Results, Failure> {
    let sheet = &task.sheet;
    let columns = Columns {
        age: sheet.must(&AGE_BAND)?,
        deaths: sheet.must(&["deaths", "numerator", "x", "obs", "count"])?,
        population: sheet.must(&DENOMINATOR)?,
    };
    let numbers = ["pops_used", "dths_used", "value"].map(|name| (name, Kind::Number));
    let own = [&[("startage", Kind::Text)][..], &numbers].concat();
    let mut results = Results { columns: task.columns(&own, true), rows: Vec::new() };
    let mut first = None;
    for group in task.groups()? {
        let bands = bands::of_group(task, columns.age, &group, true)?;
        bands::alike(task, columns.age, &group, &bands, first.get_or_insert_with(|| bands.clone()))?;
        if bands.first().is_some_and(|band| band.start != 0) {
            return Err(sheet.wrong(
                group.first(),
                columns.age,
                "its group has no band of age that begins at 0",
            ));
        }
        results.rows.extend(columns.table(task, &group, &bands)?);
    }
    Ok(results)
}

struct Columns {
    age: Column,
    deaths: Column,
    population: Column,
}

impl Columns {
    fn interval(&self, sheet: &Sheet, row: usize, start: u32) -> Result<Interval, Failure> {
        let deaths = sheet.count(row, self.deaths)?;
        let population = sheet.positive(row, self.population)?;
        if deaths > population {
            return Err(sheet.wrong(row, self.deaths, "is above the population"));
        }
        Ok(Interval { start, deaths, population })
    }

    /// The life table of a group: a row a band.
    fn table(&self, task: &Task<'_>, group: &Group, bands: &[AgeBand]) -> Result<Vec<Vec<Value>>, Failure> {
        let rows: Vec<usize> = bands.iter().flat_map(|band| band.rows.first().copied()).collect();
        let starts = rows.iter().zip(bands);
        let intervals = starts
            .map(|(row, band)| self.interval(&task.sheet, *row, band.start))
            .collect::<Result<Vec<_>, _>>()?;
        let people: f64 = intervals.iter().map(|interval| interval.population).sum();
        let enough = people > LEAST_POPULATION;
        let table = life_table(&intervals).filter(|_| enough);
        let statistic = |text: &str| match (enough, table.is_some()) {
            (false, _) => "life expectancy NA for population of 5000 or less".to_owned(),
            (true, false) => "life expectancy NA without deaths in the last band of age".to_owned(),
            (true, true) => format!("life expectancy at {text}"),
        };
        let found = |(place, row): (usize, &usize)| {
            let text = task.sheet.text(*row, self.age);
            let found = table.as_ref().and_then(|table| table.get(place));
            let mut cells = Task::key(group);
            cells.push(Value::from(text));
            cells.extend([found.map(|f| f.population).into(), found.map(|f| f.deaths).into()]);
            cells.push(found.filter(|f| f.is_certain()).map(|f| f.years).into());
            cells.extend(task.limits(|level| found.map(|f: &Expectancy| f.limits(level))));
            cells.extend(task.said(&statistic(text), METHOD));
            cells
        };
        Ok(rows.iter().enumerate().map(found).collect())
    }
}
