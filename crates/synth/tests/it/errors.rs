//! The errors planted: as many as said, more in some groups, and of the shapes that feeds have.

use std::collections::{BTreeMap, BTreeSet};

use crate::made::{MADE, Row};

#[test]
fn numbers_are_missing_more_often_in_ae_and_in_some_groups() {
    let ae = MADE.table("sus_ae");
    let (number, ethnic) = (ae.column("NEWNHSNO"), ae.column("ETHNOS"));
    let missing = |rows: &[&Row]| {
        rows.iter().filter(|row| row.cells[number].is_empty()).count() as f64 / rows.len() as f64
    };
    let (white, others): (Vec<_>, Vec<_>) = ae
        .rows
        .iter()
        .filter(|row| row.cells[ethnic] != "Z")
        .partition(|row| ["A", "B", "C"].contains(&row.cells[ethnic].as_str()));
    let all: Vec<&Row> = ae.rows.iter().collect();
    assert!((0.03..0.1).contains(&missing(&all)), "{}", missing(&all));
    assert!(missing(&others) > missing(&white) * 1.1, "{} {}", missing(&others), missing(&white));
    let op = MADE.table("sus_op");
    let none = op.rows.iter().filter(|row| row.cells[op.column("NEWNHSNO")].is_empty()).count();
    assert!((none as f64 / op.rows.len() as f64) < 0.03);
}

#[test]
fn names_stand_only_where_the_number_is_missing() {
    for name in ["sus_apc", "sus_ae", "sus_op"] {
        let table = MADE.table(name);
        let (number, family) = (table.column("NEWNHSNO"), table.column("SURNAME"));
        for row in &table.rows {
            assert_eq!(row.cells[number].is_empty(), !row.cells[family].is_empty(), "{name}");
        }
    }
}

#[test]
fn episodes_are_coded_later_and_loaded_later() {
    let table = MADE.table("sus_apc");
    let at = |name| table.column(name);
    let mut by_key: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &table.rows {
        by_key.entry(&row.cells[at("EPIKEY")]).or_default().push(row);
    }
    let corrected: Vec<_> =
        by_key.values().filter(|rows| rows.iter().any(|row| row.cells[at("DIAG_4_01")] == "R69X")).collect();
    assert!(corrected.len() > 15, "{}", corrected.len());
    let twice = corrected.iter().filter(|rows| rows.len() > 1);
    for rows in twice {
        let (first, last) = (rows.first().unwrap(), rows.last().unwrap());
        assert!(last.cells[at("SUSLDDATE")] > first.cells[at("SUSLDDATE")]);
        assert_ne!(last.cells[at("DIAG_4_01")], "R69X");
    }
}

#[test]
fn rows_come_late_and_twice() {
    let table = MADE.table("gp.medications");
    let (day, extract) = (table.column("issue_date"), table.column("extract_date"));
    let late = table.rows.iter().filter(|row| row.cells[day][..7] < *row.month.as_str()).count();
    let share = late as f64 / table.rows.len() as f64;
    assert!((0.003..0.012).contains(&share), "{share}");
    assert!(table.rows.iter().all(|row| row.cells[extract].starts_with(&row.month)));
    let whole: BTreeSet<_> =
        table.rows.iter().map(|row| (&row.organisation, &row.month, &row.cells)).collect();
    let twice = table.rows.len() - whole.len();
    assert!((5..200).contains(&twice), "{twice}");
}

#[test]
fn every_kind_of_error_is_planted() {
    for (kind, count) in &MADE.summary.errors {
        // The rarest need more people than a test has.
        let rare = ["impossible_date", "number_of_another", "numbers_exchanged", "birth_january", "one_name"];
        assert!(*count > 0 || rare.contains(&kind.as_str()), "{kind}");
    }
}

#[test]
fn addresses_are_made_up() {
    let table = MADE.table("gp.patients");
    let at = table.column("postcode");
    let mut areas = BTreeSet::new();
    for row in table.rows.iter().filter(|row| !row.cells[at].is_empty()) {
        let (outward, inward) = row.cells[at].split_once(' ').unwrap();
        assert!(model::normalise_postcode(&row.cells[at]).is_some());
        areas.insert(outward.to_string());
        assert_eq!(inward.len(), 3);
    }
    assert!(areas.len() > 8, "{}", areas.len());
}
