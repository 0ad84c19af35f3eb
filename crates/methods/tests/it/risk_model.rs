//! A model of risk fitted on one half of made-up people and tried on the other, against statsmodels, scikit-learn and numpy
//! (scripts/expected/risk.py), and against the coefficients that the people were made with.

use std::collections::BTreeMap;

use methods::discrimination::Predicted;
use methods::risk::performance::performance;
use methods::risk::stability::Spread;
use methods::risk::{Model, Term};
use serde_json::Value;

const TRIED: usize = 3_000;

fn expected() -> Value {
    serde_json::from_str(include_str!("../expected/risk_model.json")).unwrap()
}

/// Columns by name, and the outcome, of people from one place to another.
fn people(from: usize, to: usize) -> (BTreeMap<String, Vec<i64>>, Vec<bool>) {
    let mut lines = include_str!("../expected/risk_model.csv").lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut columns: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for line in lines.skip(from).take(to - from) {
        for (name, cell) in names.iter().zip(line.split(',')) {
            columns.entry((*name).to_owned()).or_default().push(cell.parse().unwrap());
        }
    }
    let outcome = columns.remove("outcome").unwrap().into_iter().map(|n| n == 1).collect();
    (columns, outcome)
}

fn fitted(from: usize, to: usize) -> Model {
    let terms: Vec<Term> = serde_json::from_value(expected()["terms"].clone()).unwrap();
    let (columns, outcome) = people(from, to);
    Model::fit(&terms, &columns, &outcome).unwrap()
}

fn predicted(model: &Model, from: usize, to: usize) -> Vec<Predicted> {
    let (columns, outcome) = people(from, to);
    let risk = |row: usize| model.risk(|column| columns[column][row]);
    outcome.iter().enumerate().map(|(row, came)| Predicted { risk: risk(row), outcome: *came }).collect()
}

fn close(ours: f64, theirs: &Value, what: &str) {
    let theirs = theirs.as_f64().unwrap();
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0), "{what}: {ours}, expected {theirs}");
}

#[test]
fn coefficients_and_standard_errors_are_statsmodels() {
    let (model, theirs) = (fitted(0, TRIED), &expected()["coefficients"]);
    assert!(model.left_out.is_empty());
    let ours = std::iter::once(&model.constant).chain(model.terms.iter().map(|fitted| &fitted.coefficient));
    assert_eq!(ours.clone().count(), theirs.as_object().unwrap().len());
    for coefficient in ours {
        let (theirs, name) = (&theirs[&coefficient.term], &coefficient.term);
        close(coefficient.estimate, &theirs["estimate"], name);
        close(coefficient.standard_error, &theirs["standard_error"], name);
        close(coefficient.p_value, &theirs["p_value"], name);
        close(coefficient.lower, &theirs["lower"], name);
        close(coefficient.upper, &theirs["upper"], name);
    }
    for fitted in &model.terms {
        assert_eq!(fitted.odds_ratio.value, fitted.coefficient.estimate.exp());
    }
}

#[test]
fn how_it_does_on_later_people_is_theirs() {
    let (model, theirs) = (fitted(0, TRIED), expected());
    let seen = performance(&predicted(&model, TRIED, 2 * TRIED));
    let reach = methods::Confidence::P95.z();
    let area = seen.area.unwrap();
    close(area.value, &theirs["auc"], "area");
    close((area.upper - area.value) / reach, &theirs["auc_error"], "its error");
    let calibration = seen.calibration.unwrap();
    close(calibration.slope.estimate, &theirs["slope"], "slope");
    close(calibration.slope.standard_error, &theirs["slope_error"], "its error");
    close(calibration.intercept.estimate, &theirs["intercept"], "intercept");
    close(calibration.intercept.standard_error, &theirs["intercept_error"], "its error");
    close(calibration.brier, &theirs["brier"], "Brier score");
    close(seen.expected, &theirs["expected"], "expected");
    assert_eq!(Some(seen.events), theirs["events"].as_u64());
    assert!((seen.ratio.unwrap().value - seen.events as f64 / seen.expected).abs() < 1e-12);
}

#[test]
fn the_stability_index_is_numpys() {
    let (model, theirs) = (fitted(0, TRIED), &expected()["stability"]);
    let spread: Spread = serde_json::from_value(theirs.clone()).unwrap();
    let then: Vec<f64> = predicted(&model, 0, TRIED).iter().map(|person| person.risk).collect();
    assert_eq!(spread.count(&then), spread.people);
    let now: Vec<f64> =
        predicted(&model, TRIED + TRIED / 2, 2 * TRIED).iter().map(|p| p.risk * 1.3).collect();
    close(spread.index(&now), &theirs["index"], "index");
}

#[test]
fn the_true_coefficients_lie_within_the_limits() {
    let (model, truth) = (fitted(0, 2 * TRIED), &expected()["true"]);
    let all = std::iter::once(&model.constant).chain(model.terms.iter().map(|fitted| &fitted.coefficient));
    for found in all {
        let truth = truth[&found.term].as_f64().unwrap();
        assert!(found.lower <= truth && truth <= found.upper, "{}: {truth} is not in {found:?}", found.term);
    }
}
