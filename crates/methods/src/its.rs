//! Interrupted time series: did level or slope change when something began?
//!
//! Source: segmented regression as in Wagner AK and others, J Clin Pharm Ther 2002; 27: 299-309, and Bernal JL, Cummins S and Gasparrini A, Int
//! J Epidemiol 2017; 46: 348-55; with a control series as in Linden A, Stata J 2015; 15: 480-500.

use std::ops::Range;

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use crate::distributions::Confidence;
use crate::regression::autoregressive::{PraisWinsten, share_carried};
use crate::regression::fit::LeastSquares;
use crate::regression::glm::{Family, Glm};
use crate::regression::robust::{durbin_watson, newey_west, scores};
use crate::regression::{Coefficient, FitError, Reference, Terms, coefficients};

/// How the outcome varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Freely, around a line.
    Linear,
    /// A count; its logarithm is a line.
    Poisson,
    /// A count that varies more, or less, than Poisson's.
    QuasiPoisson,
}

/// What is believed of the residuals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// Independent of each other.
    Independent,
    /// Dependent up to so many points apart: Newey and West.
    NeweyWest(usize),
    /// Each carries over a share of the one before: Prais and Winsten. For linear outcomes only.
    Autoregressive,
}

/// A season.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    /// None.
    None,
    /// So many pairs of sine and cosine in a period of so many points.
    Harmonic {
        /// Points of a period.
        period: usize,
        /// Pairs.
        pairs: usize,
    },
    /// A level for each point of a period but the first.
    Levels {
        /// Points of a period.
        period: usize,
    },
}

/// A point of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Time in points, from 1.
    pub time: f64,
    /// The value.
    pub value: f64,
    /// What the count is out of, for counts.
    pub exposure: Option<f64>,
    /// Other columns that are known to matter.
    pub covariates: Vec<f64>,
}

/// What to fit.
#[derive(Clone, Debug)]
pub struct Design {
    /// The first time that each thing was in place.
    pub interventions: Vec<f64>,
    /// Time since the intervention at its first point: 0 or 1.
    pub slope_from: f64,
    /// How the outcome varies.
    pub outcome: Outcome,
    /// What is believed of residuals.
    pub errors: Errors,
    /// The season.
    pub season: Season,
    /// Names of the covariates.
    pub covariates: Vec<String>,
    /// Corrects Newey and West's variances by n / (n - k).
    pub small_sample: bool,
    /// Judges by Student's distribution, not the normal one.
    pub student: bool,
    /// Level of confidence.
    pub confidence: Confidence,
}

/// A point as the model sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fitted {
    /// True in the control series.
    pub control: bool,
    /// Time in points.
    pub time: f64,
    /// The value.
    pub value: f64,
    /// What the model gives.
    pub fitted: f64,
    /// What the model gives had nothing begun; with a control series, had only happened what happened there.
    pub counterfactual: f64,
    /// The difference, with its limits.
    pub effect: f64,
    /// Lower limit.
    pub effect_lower: f64,
    /// Upper limit.
    pub effect_upper: f64,
}

/// An effect over all points since the first intervention.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The effect.
    pub estimate: f64,
    /// Its standard error, from that of the coefficients.
    pub standard_error: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Its {
    /// Points.
    pub points_fitted: usize,
    /// Points less terms.
    pub degrees_of_freedom: usize,
    /// Coefficients; of counts they are logarithms of rate ratios.
    pub coefficients: Vec<Coefficient>,
    /// Variances and covariances of the coefficients.
    pub covariance: Vec<Vec<f64>>,
    /// Standard deviation of residuals, of a linear outcome.
    pub sigma: Option<f64>,
    /// Share of the variance that the model explains, of a linear outcome.
    pub r_squared: Option<f64>,
    /// Pearson's dispersion, of counts.
    pub dispersion: Option<f64>,
    /// Share of a residual that is carried over to the next.
    pub autocorrelation: f64,
    /// Durbin and Watson's statistic of the residuals.
    pub durbin_watson: f64,
    /// The effect summed over the points of the series since the first intervention.
    pub cumulative_effect: Effect,
    /// The same over what was to be expected, without limits.
    pub relative_effect: f64,
    /// Every point.
    pub points: Vec<Fitted>,
}

/// The numbers of a fit that the report is made from.
struct Solved {
    estimates: DVector<f64>,
    covariance: DMatrix<f64>,
    means: DVector<f64>,
    residuals: DVector<f64>,
    sigma: Option<f64>,
    dispersion: Option<f64>,
}

/// Fits a series, and its control when there is one. Points of each stand in order of time.
///
/// # Errors
/// When the model cannot be fitted.
pub fn its(series: &[Point], control: &[Point], design: &Design) -> Result<Its, FitError> {
    let terms = terms(series, control, design);
    let x = terms.matrix()?;
    let all = || series.iter().chain(control);
    let y = DVector::from_iterator(x.nrows(), all().map(|point| point.value));
    let exposure = all().map(|point| point.exposure.map_or(0.0, f64::ln));
    let offset = DVector::from_iterator(x.nrows(), exposure);
    let ranges: Vec<Range<usize>> =
        [0..series.len(), series.len()..x.nrows()].into_iter().filter(|range| !range.is_empty()).collect();
    let solved = match design.outcome {
        Outcome::Linear => linear(&x, &y, &ranges, &terms, design)?,
        Outcome::Poisson | Outcome::QuasiPoisson => counts(&x, &y, &offset, &ranges, &terms, design)?,
    };
    let degrees = x.nrows() - x.ncols();
    let reference = if design.student { Reference::T(degrees as f64) } else { Reference::Normal };
    let (estimates, covariance) = (&solved.estimates, &solved.covariance);
    let report = Report { terms: &terms, x: &x, offset: &offset, solved: &solved, reference, design };
    let (points, cumulative_effect, relative_effect) = report.effects(series, control);
    Ok(Its {
        points_fitted: x.nrows(),
        degrees_of_freedom: degrees,
        coefficients: coefficients(terms.names(), estimates, covariance, reference, design.confidence),
        covariance: covariance.row_iter().map(|row| row.iter().copied().collect()).collect(),
        sigma: solved.sigma,
        r_squared: solved
            .sigma
            .map(|_| 1.0 - solved.residuals.norm_squared() / y.map(|value| value - y.mean()).norm_squared()),
        dispersion: solved.dispersion,
        autocorrelation: share_carried(&solved.residuals, &ranges),
        durbin_watson: durbin_watson(&solved.residuals, &ranges),
        cumulative_effect,
        relative_effect,
        points,
    })
}

/// The terms, in the order in which they are reported. With a control series those that begin with `series` are of the difference to it.
fn terms(series: &[Point], control: &[Point], design: &Design) -> Terms {
    let points: Vec<(&Point, f64)> =
        series.iter().map(|point| (point, 1.0)).chain(control.iter().map(|point| (point, 0.0))).collect();
    let mut terms = Terms::default();
    let mut add = |name: String, of: Of<'_>| {
        terms.add(name, points.iter().map(|(point, ours)| of(point, *ours)).collect());
    };
    add("constant".to_owned(), &|_, _| 1.0);
    add("time".to_owned(), &|point, _| point.time);
    if !control.is_empty() {
        add("series".to_owned(), &|_, ours| ours);
        add("series_time".to_owned(), &|point, ours| ours * point.time);
    }
    let from = design.slope_from;
    for (number, start) in (1..).zip(&design.interventions) {
        let name = |what: &str| match design.interventions.len() {
            1 => what.to_owned(),
            _ => format!("{what}_{number}"),
        };
        let level = |point: &Point| if point.time >= *start { 1.0 } else { 0.0 };
        let slope = |point: &Point| level(point) * (point.time - start + from);
        add(name("level"), &|point, _| level(point));
        add(name("slope"), &|point, _| slope(point));
        if !control.is_empty() {
            add(name("series_level"), &|point, ours| ours * level(point));
            add(name("series_slope"), &|point, ours| ours * slope(point));
        }
    }
    seasons(&mut add, design.season);
    for (place, name) in design.covariates.iter().enumerate() {
        add(name.clone(), &|point, _| point.covariates.get(place).copied().unwrap_or(f64::NAN));
    }
    terms
}

/// What a term is of a point of the series (1) or its control (0).
type Of<'a> = &'a dyn Fn(&Point, f64) -> f64;

fn seasons(add: &mut dyn FnMut(String, Of<'_>), season: Season) {
    match season {
        Season::None => {}
        Season::Harmonic { period, pairs } => {
            for pair in 1..=pairs.min(period / 2) {
                let turn = std::f64::consts::TAU * pair as f64 / period as f64;
                // Half a period from peak to peak: the sine is nought at every point.
                if 2 * pair != period {
                    add(format!("sin_{pair}"), &|point, _| (turn * point.time).sin());
                }
                add(format!("cos_{pair}"), &|point, _| (turn * point.time).cos());
            }
        }
        Season::Levels { period } => {
            for place in 2..=period {
                let here = |time: f64| (time - place as f64).rem_euclid(period as f64) == 0.0;
                add(format!("season_{place}"), &|point, _| if here(point.time) { 1.0 } else { 0.0 });
            }
        }
    }
}

fn linear(
    x: &DMatrix<f64>,
    y: &DVector<f64>,
    series: &[Range<usize>],
    terms: &Terms,
    design: &Design,
) -> Result<Solved, FitError> {
    let degrees = (x.nrows() - x.ncols()) as f64;
    if design.errors == Errors::Autoregressive {
        let found = PraisWinsten::of(x, y, series, terms.names())?;
        let variance = found.residuals.norm_squared() / degrees;
        let means = x * &found.fit.estimates;
        return Ok(Solved {
            covariance: found.fit.bread * variance,
            residuals: y - &means,
            estimates: found.fit.estimates,
            means,
            sigma: Some(variance.sqrt()),
            dispersion: None,
        });
    }
    let fit = LeastSquares::of(x, y, terms.names())?;
    let means = x * &fit.estimates;
    let residuals = y - &means;
    let variance = residuals.norm_squared() / degrees;
    let covariance = match design.errors {
        Errors::NeweyWest(lag) => {
            newey_west(&fit.bread, &scores(x, &residuals), series, lag) * correction(x, design)
        }
        Errors::Independent | Errors::Autoregressive => &fit.bread * variance,
    };
    let sigma = Some(variance.sqrt());
    Ok(Solved { estimates: fit.estimates, covariance, means, residuals, sigma, dispersion: None })
}

fn counts(
    x: &DMatrix<f64>,
    y: &DVector<f64>,
    offset: &DVector<f64>,
    series: &[Range<usize>],
    terms: &Terms,
    design: &Design,
) -> Result<Solved, FitError> {
    let fit = Glm::of(Family::Poisson, x, y, Some(offset), terms.names())?;
    let covariance = match (design.errors, design.outcome) {
        (Errors::NeweyWest(lag), _) => {
            newey_west(&fit.bread, &fit.scores(x, y), series, lag) * correction(x, design)
        }
        (_, Outcome::QuasiPoisson) => &fit.bread * fit.dispersion,
        _ => fit.bread.clone(),
    };
    // Pearson's residuals are alike in variance, so that one can be held against the next.
    let residuals = (y - &fit.means).component_div(&fit.means.map(f64::sqrt));
    let dispersion = Some(fit.dispersion);
    Ok(Solved { estimates: fit.estimates, covariance, means: fit.means, residuals, sigma: None, dispersion })
}

fn correction(x: &DMatrix<f64>, design: &Design) -> f64 {
    if design.small_sample { x.nrows() as f64 / (x.nrows() - x.ncols()) as f64 } else { 1.0 }
}

/// What a report of effects is made from.
struct Report<'a> {
    terms: &'a Terms,
    x: &'a DMatrix<f64>,
    offset: &'a DVector<f64>,
    solved: &'a Solved,
    reference: Reference,
    design: &'a Design,
}

impl Report<'_> {
    /// Each point with its counterfactual, the sum of effects, and the sum over what was to be expected.
    fn effects(&self, series: &[Point], control: &[Point]) -> (Vec<Fitted>, Effect, f64) {
        // With a control series what began there too is no effect.
        let of = |name: &String| match control.is_empty() {
            true => name.starts_with("level") || name.starts_with("slope"),
            false => name.starts_with("series_level") || name.starts_with("series_slope"),
        };
        // Covariates, which stand last, stay whatever they are called.
        let own = self.terms.len() - self.design.covariates.len();
        let stays = |(place, name)| if place < own && of(name) { 0.0 } else { 1.0 };
        let stays = self.terms.names().iter().enumerate().map(stays);
        let stays = DVector::from_iterator(self.x.ncols(), stays);
        let reach = self.reference.reach(self.design.confidence);
        let first = self.design.interventions.iter().copied().fold(f64::INFINITY, f64::min);
        let mut all = DVector::zeros(self.x.ncols());
        let (mut sum, mut expected) = (0.0, 0.0);
        let mut points = Vec::with_capacity(self.x.nrows());
        let rows = self.x.row_iter().zip(self.offset.iter().zip(self.solved.means.iter()));
        for (place, ((row, (offset, mean)), point)) in rows.zip(series.iter().chain(control)).enumerate() {
            let own = row.transpose();
            let without = own.component_mul(&stays);
            let linear = without.dot(&self.solved.estimates) + offset;
            let (counterfactual, gradient) = match self.design.outcome {
                Outcome::Linear => (linear, &own - &without),
                _ => (linear.exp(), &own * *mean - &without * linear.exp()),
            };
            let effect = mean - counterfactual;
            let limit = reach * self.error(&gradient);
            let is_control = place >= series.len();
            if point.time >= first && !is_control {
                all += &gradient;
                sum += effect;
                expected += counterfactual;
            }
            points.push(Fitted {
                control: is_control,
                time: point.time,
                value: point.value,
                fitted: *mean,
                counterfactual,
                effect,
                effect_lower: effect - limit,
                effect_upper: effect + limit,
            });
        }
        let error = self.error(&all);
        let (lower, upper) = (sum - reach * error, sum + reach * error);
        (points, Effect { estimate: sum, standard_error: error, lower, upper }, sum / expected)
    }

    fn error(&self, gradient: &DVector<f64>) -> f64 {
        gradient.dot(&(&self.solved.covariance * gradient)).max(0.0).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_covariate_stays_in_the_counterfactual_whatever_it_is_called() {
        let staff = [1.0, 5.0, 2.0, 8.0, 3.0, 9.0, 4.0, 7.0, 6.0, 2.0, 5.0, 1.0];
        let point = |(place, staff): (usize, &f64)| Point {
            time: (place + 1) as f64,
            value: 2.0 * staff + if place >= 6 { 10.0 } else { 0.0 },
            exposure: None,
            covariates: vec![*staff],
        };
        let series: Vec<Point> = staff.iter().enumerate().map(point).collect();
        let design = Design {
            interventions: vec![7.0],
            slope_from: 0.0,
            outcome: Outcome::Linear,
            errors: Errors::Independent,
            season: Season::None,
            covariates: vec!["level of staff".to_owned()],
            small_sample: true,
            student: true,
            confidence: Confidence::P95,
        };
        let found = its(&series, &[], &design).unwrap();
        for (point, staff) in found.points.iter().zip(staff) {
            assert!((point.counterfactual - 2.0 * staff).abs() < 1e-9, "{point:?}");
        }
        assert!((found.cumulative_effect.estimate - 60.0).abs() < 1e-9);
    }
}
