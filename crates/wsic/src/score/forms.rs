//! Scores of one row an admission, its columns filled in: LACE and PARR-30. An id may come again, as a person may be admitted again.

use methods::lace::{self, Lace};
use methods::parr30::{self, Admission};
use pipeline::Progress;

use super::roll::Roll;
use super::{Options, Summary, cells};
use crate::failure::Failure;
use crate::progress::Shown;
use crate::tables::{Cell, Kind, Output, Row, Table};

/// Days, points and counts beyond these are mistakes.
const MOST_DAYS: u32 = 36_500;
const MOST_POINTS: u32 = 100;
const MOST_TIMES: u32 = 1000;

/// Scores rows of the four parts of LACE.
pub fn lace(options: &Options, summary: &mut Summary, progress: &Shown) -> Result<(), Failure> {
    let table = Table::open(&options.input)?;
    let columns = ["person_id", "length_of_stay", "acute", "ed_visits"].iter();
    let mut places: Vec<Option<usize>> =
        columns.map(|name| table.must(name).map(Some)).collect::<Result<_, _>>()?;
    let sum = table.may("comorbidity")?;
    if sum.is_some() {
        places.push(sum);
    } else {
        for (condition, _) in lace::COMORBIDITY {
            places.push(Some(table.must(condition).map_err(|e| {
                Failure::data(format!("{e}. There is no column `comorbidity` with their points either"))
            })?));
        }
    }
    let parts = ["length_points", "acute_points", "comorbidity_points", "ed_visits_points"];
    let mut columns = vec![("person_id", Kind::Text), ("score", Kind::Whole), ("band", Kind::Text)];
    columns.extend(parts.map(|part| (part, Kind::Whole)));
    let mut output = Output::create(&options.out, &columns)?;
    each(table, &places, summary, progress, |row| {
        let comorbidity = if sum.is_some() { cells::whole(row, 4, MOST_POINTS)? } else { comorbidity(row)? };
        let days = cells::whole(row, 1, MOST_DAYS)?;
        let points = Lace::of(days, cells::flag(row, 2)?, comorbidity, cells::whole(row, 3, MOST_TIMES)?);
        let [score, length, acute, comorbidity, visits] =
            [points.score(), points.length, points.acute, points.comorbidity, points.emergency]
                .map(|points| Cell::Whole(i64::from(points)));
        let band = Cell::Text(points.band());
        output.row(&[Cell::Text(cells::id(row, 0)?), score, band, length, acute, comorbidity, visits])
    })?;
    output.finish()
}

/// Points of the conditions of a row, which stand from cell 4 on.
fn comorbidity(row: &Row<'_>) -> Result<u32, Failure> {
    let mut points = 0;
    for (n, (_, worth)) in lace::COMORBIDITY.iter().enumerate() {
        points += if cells::flag(row, 4 + n)? { *worth } else { 0 };
    }
    Ok(points)
}

/// Scores rows of the terms of PARR-30.
pub fn parr30(options: &Options, summary: &mut Summary, progress: &Shown) -> Result<(), Failure> {
    let people = match &options.people {
        Some(path) => Roll::listed(path, progress)?,
        None => Roll::default(),
    };
    let table = Table::open(&options.input)?;
    let age = if people.len() > 0 { table.may("age")? } else { Some(table.must("age")?) };
    let mut places = vec![Some(table.must("person_id")?), age, table.may("hospital_coefficient")?];
    for column in [
        "imd_score",
        "emergency_admissions_last_365_days",
        "admission_last_30_days",
        "current_admission_emergency",
    ] {
        places.push(Some(table.must(column)?));
    }
    for (condition, _) in parr30::CONDITIONS {
        places.push(Some(table.must(condition)?));
    }
    summary.cautions.push(
        "the coefficients of the two cancers may have changed places in the public copy, and those of hospitals are not public: docs/methods/parr30.md"
            .to_owned(),
    );
    let mut columns = vec![("person_id", Kind::Text), ("score", Kind::Number), ("band", Kind::Text)];
    columns.extend(parr30::CONDITIONS.map(|(condition, _)| (condition, Kind::Whole)));
    let mut output = Output::create(&options.out, &columns)?;
    each(table, &places, summary, progress, |row| {
        let id = cells::id(row, 0)?;
        let known = people.age(people.find(id).unwrap_or(usize::MAX));
        let admission = admission(row, known, options.exchange_cancers)?;
        let probability = admission.probability();
        let mut cells =
            vec![Cell::Text(id), Cell::Number(probability), Cell::Text(parr30::band(probability))];
        cells.extend(admission.conditions.map(|there| Cell::Whole(i64::from(there))));
        output.row(&cells)
    })?;
    output.finish()
}

/// The terms of a row.
fn admission(row: &Row<'_>, known_age: Option<u16>, exchange_cancers: bool) -> Result<Admission, Failure> {
    let age = match (cells::age(row, 1)?, known_age) {
        (Some(age), _) | (None, Some(age)) => age,
        (None, None) => {
            return Err(row.wrong(1, "is blank, and --people does not give the age of the person"));
        }
    };
    let mut conditions = [false; parr30::CONDITIONS.len()];
    for (n, there) in conditions.iter_mut().enumerate() {
        *there = cells::flag(row, 7 + n)?;
    }
    Ok(Admission {
        age: f64::from(age),
        deprivation: cells::number(row, 3, 0.0, 100.0)?,
        emergency_admissions: cells::whole(row, 4, MOST_TIMES)?,
        admitted_30_days: cells::flag(row, 5)?,
        emergency: cells::flag(row, 6)?,
        conditions,
        hospital: if row.get(2).is_empty() { 0.0 } else { cells::number(row, 2, -10.0, 10.0)? },
        exchange_cancers,
    })
}

/// Hands over every row of a table that must have some.
fn each(
    table: Table,
    places: &[Option<usize>],
    summary: &mut Summary,
    progress: &Shown,
    row: impl FnMut(&Row<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let path = table.path().to_owned();
    let step = format!("reading {}", table.name);
    summary.rows = table.visit_whole(places, &|done, all| progress.at(&step, done, all), row)?;
    summary.scored = summary.rows;
    if summary.rows == 0 {
        return Err(Failure::data(format!("{} has a header and no row", path.display())));
    }
    Ok(())
}
