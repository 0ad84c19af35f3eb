//! A model of a risk and how well it does, against statsmodels and scikit-learn.

use std::collections::BTreeMap;

use methods::Confidence;
use methods::discrimination::{Predicted, area, area_hanley, calibration};
use methods::regression::Terms;
use methods::regression::glm::{Family, Glm};
use nalgebra::DVector;

/// Rows of age, visits, risk, outcome.
fn people() -> Vec<[f64; 4]> {
    let text = include_str!("../expected/risk.csv");
    let row = |line: &str| {
        let mut cells = line.split(',').map(|cell| cell.parse().unwrap());
        [(); 4].map(|()| cells.next().unwrap())
    };
    text.lines().skip(1).map(row).collect()
}

fn expected() -> BTreeMap<&'static str, f64> {
    let line = |line: &'static str| line.split_once(',').map(|(name, value)| (name, value.parse().unwrap()));
    include_str!("../expected/risk.expected.csv").lines().filter_map(line).collect()
}

fn close(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0), "{what}: {ours}, expected {theirs}");
}

#[test]
fn logistic_regression_is_statsmodels() {
    let (people, theirs) = (people(), expected());
    let mut terms = Terms::default();
    terms.add("constant", vec![1.0; people.len()]);
    terms.add("age", people.iter().map(|row| row[0]).collect());
    terms.add("visits", people.iter().map(|row| row[1]).collect());
    let x = terms.matrix().unwrap();
    let y = DVector::from_iterator(people.len(), people.iter().map(|row| row[3]));
    let fit = Glm::of(Family::Binomial, &x, &y, None, terms.names()).unwrap();
    for n in 0..3 {
        close(fit.estimates[n], theirs[format!("logistic_{n}").as_str()], "coefficient");
        close(fit.bread[(n, n)].sqrt(), theirs[format!("logistic_se_{n}").as_str()], "standard error");
    }
}

#[test]
fn discrimination_and_calibration_are_theirs() {
    let theirs = expected();
    let rows = people();
    let risks: Vec<Predicted> =
        rows.iter().map(|row| Predicted { risk: row[2], outcome: row[3] == 1.0 }).collect();
    let with = rows.iter().map(|row| row[3]).sum::<f64>();
    let ours = area(&risks, Confidence::P95).unwrap();
    let reach = |estimate: methods::Estimate| (estimate.upper - estimate.value) / Confidence::P95.z();
    close(ours.value, theirs["auc"], "area");
    close(reach(ours), theirs["auc_error"], "DeLong's error");
    let hanley = area_hanley(ours.value, with, rows.len() as f64 - with, Confidence::P95);
    close(reach(hanley), theirs["hanley_error"], "Hanley's error");
    let calibrated = calibration(&risks, 10, Confidence::P95).unwrap();
    close(calibrated.slope.estimate, theirs["slope"], "slope");
    close(calibrated.slope.standard_error, theirs["slope_error"], "slope's error");
    close(calibrated.intercept.estimate, theirs["intercept"], "intercept");
    close(calibrated.intercept.standard_error, theirs["intercept_error"], "intercept's error");
    close(calibrated.brier, theirs["brier"], "Brier score");
    assert_eq!(calibrated.groups.iter().map(|group| group.people).sum::<usize>(), rows.len());
    assert!(calibrated.groups.windows(2).all(|pair| pair[0].expected <= pair[1].expected));
}
