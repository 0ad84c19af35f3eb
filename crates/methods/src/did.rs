//! Difference in differences: did places where something began change more than others?
//!
//! Source: Angrist JD and Pischke JS, Mostly harmless econometrics, 2009, chapters 5 and 8; intervals by cluster as in Cameron AC and Miller DL, J
//! Hum Resour 2015; 50: 317-72. One beginning for all places: with several, two-way fixed effects mislead (Goodman-Bacon A, J Econom 2021; 225:
//! 254-77).

use std::collections::BTreeMap;

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use crate::distributions::{Confidence, chi_squared_tail};
use crate::regression::fit::LeastSquares;
use crate::regression::robust::{clustered, scores};
use crate::regression::{Coefficient, FitError, Reference, Terms, coefficients};

/// What stays the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effects {
    /// Places and times have a level each.
    TwoWay,
    /// There are two groups and two periods.
    Pooled,
}

/// A place at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The place, numbered from nought.
    pub unit: usize,
    /// The time, numbered from nought.
    pub time: usize,
    /// What depends on each other, numbered from nought: most often the place.
    pub cluster: usize,
    /// The value.
    pub value: f64,
    /// Weight, such as people.
    pub weight: f64,
    /// Whether the thing began in this place.
    pub treated: bool,
    /// Other columns that matter.
    pub covariates: Vec<f64>,
}

/// What to fit.
#[derive(Clone, Debug)]
pub struct Design {
    /// The first time at which the thing was in place.
    pub start: usize,
    /// What stays the same.
    pub effects: Effects,
    /// Names of the covariates.
    pub covariates: Vec<String>,
    /// Corrects for few clusters: G / (G - 1) times (n - 1) / (n - k), levels of places and times counted in k.
    pub small_sample: bool,
    /// Judges by Student's distribution with G - 1 degrees of freedom, not the normal one.
    pub student: bool,
    /// Level of confidence.
    pub confidence: Confidence,
}

/// A group's mean at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// The time.
    pub time: usize,
    /// Mean of the places where the thing began.
    pub treated: Option<f64>,
    /// Mean of the others.
    pub control: Option<f64>,
    /// Mean of the former less the effect: what was to be expected.
    pub counterfactual: Option<f64>,
}

/// The difference at a time to that at the time before the start.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lead {
    /// The time.
    pub time: usize,
    /// Times since the start; negative before it.
    pub since_start: i64,
    /// The difference.
    #[serde(flatten)]
    pub coefficient: Coefficient,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Did {
    /// Observations.
    pub observations: usize,
    /// Terms, levels of places and times counted.
    pub terms: usize,
    /// Clusters.
    pub clusters: usize,
    /// Coefficients; the effect is `effect`.
    pub coefficients: Vec<Coefficient>,
    /// Means by group and time.
    pub means: Vec<Mean>,
    /// Differences at each time: before the start they should be about nought.
    pub event_study: Vec<Lead>,
    /// Whether trends were parallel before the start: Wald's chi-squared over all differences before it, its degrees of freedom, and
    /// the chance of one so large.
    pub parallel_trends: Option<Wald>,
}

/// A joint test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Wald {
    /// Chi-squared.
    pub chi_squared: f64,
    /// Degrees of freedom.
    pub degrees_of_freedom: usize,
    /// The chance of a larger one.
    pub p_value: f64,
}

/// Fits the effect and the differences at each time.
///
/// # Errors
/// When the model cannot be fitted.
pub fn did(rows: &[Observation], design: &Design) -> Result<Did, FitError> {
    let mut terms = Terms::default();
    let after = |row: &Observation| row.time >= design.start;
    let yes = |is: bool| if is { 1.0 } else { 0.0 };
    let column = |of: &dyn Fn(&Observation) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
    if design.effects == Effects::Pooled {
        terms.add("constant", column(&|_| 1.0));
        terms.add("treated", column(&|row| yes(row.treated)));
        terms.add("after", column(&|row| yes(after(row))));
    }
    terms.add("effect", column(&|row| yes(row.treated && after(row))));
    covariates(&mut terms, rows, design);
    let whole = solve(rows, &terms, design, design.effects)?;
    let mut study = Terms::default();
    let times: std::collections::BTreeSet<usize> = rows.iter().map(|row| row.time).collect();
    let before = times.range(..design.start).next_back().copied();
    let others: Vec<usize> = times.iter().copied().filter(|time| Some(*time) != before).collect();
    for time in &others {
        study.add(format!("time_{time}"), column(&|row| yes(row.treated && row.time == *time)));
    }
    covariates(&mut study, rows, design);
    let by_time = solve(rows, &study, design, Effects::TwoWay)?;
    let effect = whole.coefficients.iter().find(|c| c.term == "effect").map_or(f64::NAN, |c| c.estimate);
    let event_study = others.iter().zip(&by_time.coefficients);
    Ok(Did {
        observations: rows.len(),
        terms: whole.terms,
        clusters: whole.clusters,
        means: means(rows, design, effect),
        event_study: event_study
            .map(|(time, coefficient)| Lead {
                time: *time,
                since_start: *time as i64 - design.start as i64,
                coefficient: coefficient.clone(),
            })
            .collect(),
        parallel_trends: wald(&by_time, others.iter().filter(|time| **time < design.start).count()),
        coefficients: whole.coefficients,
    })
}

fn covariates(terms: &mut Terms, rows: &[Observation], design: &Design) {
    for (place, name) in design.covariates.iter().enumerate() {
        let column = rows.iter().map(|row| row.covariates.get(place).copied().unwrap_or(f64::NAN));
        terms.add(name.clone(), column.collect());
    }
}

struct Solved {
    coefficients: Vec<Coefficient>,
    estimates: DVector<f64>,
    covariance: DMatrix<f64>,
    terms: usize,
    clusters: usize,
}

fn solve(rows: &[Observation], terms: &Terms, design: &Design, effects: Effects) -> Result<Solved, FitError> {
    let own = terms.len();
    let mut with_levels = terms.clone();
    let units = rows.iter().map(|row| row.unit).max().map_or(0, |last| last + 1);
    if effects == Effects::TwoWay {
        let times = rows.iter().map(|row| row.time).max().map_or(0, |last| last + 1);
        for time in 1..times {
            let here = rows.iter().map(|row| if row.time == time { 1.0 } else { 0.0 });
            with_levels.add(format!("level of time {time}"), here.collect());
        }
    }
    let mut x = with_levels.matrix()?;
    let mut y = DVector::from_iterator(rows.len(), rows.iter().map(|row| row.value));
    let mut counted = x.ncols();
    if effects == Effects::TwoWay {
        // Levels of places are taken out of everything: the same numbers as with a term a place.
        for mut column in x.column_iter_mut() {
            less_mean_of_unit(column.as_mut_slice(), rows, units);
        }
        less_mean_of_unit(y.as_mut_slice(), rows, units);
        counted += units;
    }
    if rows.len() <= counted {
        return Err(FitError::TooFew { points: rows.len(), terms: counted });
    }
    let roots = DVector::from_iterator(rows.len(), rows.iter().map(|row| row.weight.sqrt()));
    for mut column in x.column_iter_mut() {
        column.component_mul_assign(&roots);
    }
    y.component_mul_assign(&roots);
    let fit = LeastSquares::of(&x, &y, with_levels.names())?;
    let residuals = &y - &x * &fit.estimates;
    let clusters: Vec<usize> = rows.iter().map(|row| row.cluster).collect();
    let count = clusters.iter().max().map_or(0, |last| last + 1);
    let mut covariance = clustered(&fit.bread, &scores(&x, &residuals), &clusters);
    let (n, k, g) = (rows.len() as f64, counted as f64, count as f64);
    if design.small_sample {
        covariance *= g / (g - 1.0) * (n - 1.0) / (n - k);
    }
    let reference = if design.student { Reference::T(g - 1.0) } else { Reference::Normal };
    let estimates = fit.estimates.rows(0, own).into_owned();
    let covariance = covariance.view((0, 0), (own, own)).into_owned();
    Ok(Solved {
        coefficients: coefficients(terms.names(), &estimates, &covariance, reference, design.confidence),
        estimates,
        covariance,
        terms: counted,
        clusters: count,
    })
}

/// Takes each place's weighted mean off its values.
fn less_mean_of_unit(values: &mut [f64], rows: &[Observation], units: usize) {
    let mut sums = vec![(0.0, 0.0); units];
    for (value, row) in values.iter().zip(rows) {
        if let Some((sum, weight)) = sums.get_mut(row.unit) {
            *sum += value * row.weight;
            *weight += row.weight;
        }
    }
    for (value, row) in values.iter_mut().zip(rows) {
        *value -= sums.get(row.unit).map_or(0.0, |(sum, weight)| sum / weight);
    }
}

fn means(rows: &[Observation], design: &Design, effect: f64) -> Vec<Mean> {
    let mut sums: BTreeMap<usize, [(f64, f64); 2]> = BTreeMap::new();
    for row in rows {
        let [control, treated] = sums.entry(row.time).or_default();
        let (sum, weight) = if row.treated { treated } else { control };
        *sum += row.value * row.weight;
        *weight += row.weight;
    }
    let mean = |(sum, weight): (f64, f64)| (weight > 0.0).then(|| sum / weight);
    sums.into_iter()
        .map(|(time, [control, treated])| {
            let treated = mean(treated);
            let less = if time >= design.start { effect } else { 0.0 };
            Mean { time, treated, control: mean(control), counterfactual: treated.map(|value| value - less) }
        })
        .collect()
}

/// Whether the first so many coefficients may all be nought.
fn wald(solved: &Solved, count: usize) -> Option<Wald> {
    // More differences than clusters leave nothing to judge them by.
    if count == 0 || count >= solved.clusters {
        return None;
    }
    let estimates = solved.estimates.rows(0, count).into_owned();
    let inverse = solved.covariance.view((0, 0), (count, count)).into_owned().try_inverse()?;
    let chi_squared = estimates.dot(&(inverse * &estimates));
    let p_value = chi_squared_tail(chi_squared, count as f64);
    Some(Wald { chi_squared, degrees_of_freedom: count, p_value })
}
