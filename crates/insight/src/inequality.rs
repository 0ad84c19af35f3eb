//! An indicator by kind of person: deprivation fifth, ethnic group, age and sex, over the latest twelve months.

use methods::disclosure::PublishedGap;
use methods::{Counts, Measure, Rule};
use policy::Permit;
use serde::Serialize;
use warehouse::marts::Marts;

use crate::InsightError;
use crate::comparison::Against;
use crate::indicator::Indicator;
use crate::kinds::{DIMENSIONS, Kinds, NOT_KNOWN, Row};
use crate::places::Place;

/// An indicator by one kind.
#[derive(Clone, Debug, Serialize)]
pub struct Breakdown {
    /// Short name.
    pub name: &'static str,
    /// Heading.
    pub title: &'static str,
    /// Each kind of person.
    pub rows: Vec<Category>,
    /// Slope and relative index, of deprivation only.
    pub gap: Option<PublishedGap>,
}

/// One kind of person.
#[derive(Clone, Debug, Serialize)]
pub struct Category {
    /// In words.
    pub name: String,
    /// Its value.
    pub measure: Measure,
    /// Against everybody of the place.
    pub against: Against,
}

/// An indicator by kind of person within a place.
pub(crate) async fn breakdowns(
    marts: &Marts,
    permit: &Permit,
    indicator: &Indicator,
    place: &Place,
) -> Result<Vec<Breakdown>, InsightError> {
    // The name is that of a definition: nothing a user wrote reaches the query.
    let sql = format!("SELECT * FROM indicator_by WHERE indicator = '{}'", indicator.name);
    let rows: Vec<Row> = marts.rows(permit, &sql).await?;
    Ok(assemble(indicator, &rows, place))
}

fn assemble(indicator: &Indicator, rows: &[Row], place: &Place) -> Vec<Breakdown> {
    let kinds = Kinds::of(Rule::default(), indicator, rows);
    let everybody = kinds.everybody(place);
    let of_dimension = |(name, title): (&'static str, &'static str)| {
        let all = kinds.by(place, name);
        let gap = (name == "deprivation").then(|| {
            let known = || all.iter().filter(|(category, ..)| *category != NOT_KNOWN);
            let exact: Vec<Counts> = known().map(|(_, counts, _)| *counts).collect();
            let shown: Vec<Measure> = known().map(|(.., measure)| *measure).collect();
            PublishedGap::of(indicator.form, indicator.per, &exact, &shown)
        });
        let rows = all.iter().map(|(category, _, measure)| Category {
            name: words(name, category),
            measure: *measure,
            against: Against::of(measure.value, everybody.value),
        });
        Breakdown { name, title, rows: rows.collect(), gap }
    };
    DIMENSIONS.into_iter().map(of_dimension).filter(|breakdown| !breakdown.rows.is_empty()).collect()
}

fn words(dimension: &str, category: &str) -> String {
    match (dimension, category) {
        ("deprivation", "1") => "Fifth 1, most deprived".to_owned(),
        ("deprivation", "5") => "Fifth 5, least deprived".to_owned(),
        ("deprivation", fifth) if fifth != NOT_KNOWN => format!("Fifth {fifth}"),
        _ => category.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::year::tests::emergency;

    fn rows(of_fifth: impl Fn(i64) -> i64) -> Vec<Row> {
        let row = |borough: &str, dimension: &str, category: String, numerator: i64| Row {
            indicator: "emergency_admissions".to_owned(),
            borough: borough.to_owned(),
            month: chrono::NaiveDate::default(),
            dimension: dimension.to_owned(),
            category,
            numerator,
            denominator: 10_000,
        };
        let mut rows: Vec<Row> =
            (1..=5).map(|n| row("all", "deprivation", n.to_string(), of_fifth(n))).collect();
        let all: i64 = rows.iter().map(|r| r.numerator).sum();
        rows.push(Row { denominator: 25_000, ..row("all", "sex", "Female".to_owned(), all / 2) });
        rows.push(Row { denominator: 25_000, ..row("all", "sex", "Male".to_owned(), all - all / 2) });
        rows
    }

    #[test]
    fn fifths_stand_in_order_with_their_gap() {
        let found = assemble(&emergency(), &rows(|fifth| 600 - 100 * fifth), &Place::whole());
        assert_eq!(found.iter().map(|b| b.name).collect::<Vec<_>>(), ["deprivation", "sex"]);
        let fifths = &found[0];
        assert_eq!(fifths.rows[0].name, "Fifth 1, most deprived");
        assert_eq!(fifths.rows[0].against, Against::Higher);
        let gap = fifths.gap.unwrap();
        assert!((gap.slope.value().unwrap().value - 50.0).abs() < 1e-9);
        assert!((gap.ratio.value().unwrap().value - 11.0).abs() < 1e-9);
        assert!(found[1].gap.is_none());
        assert_eq!(found[1].rows[0].measure.value.value().map(|e| e.value), Some(30.0));
    }

    #[test]
    fn a_small_fifth_takes_another_with_it_and_the_gap_goes() {
        let found =
            assemble(&emergency(), &rows(|fifth| if fifth == 5 { 3 } else { 100 * fifth }), &Place::whole());
        let hidden: Vec<bool> = found[0].rows.iter().map(|row| row.measure.value.is_suppressed()).collect();
        assert_eq!(hidden, [true, false, false, false, true]);
        assert!(found[0].gap.unwrap().slope.is_suppressed());
    }
}
