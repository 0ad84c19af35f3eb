//! Generalised linear models with their canonical link: counts (Poisson, log) and yes or no (binomial, logit).

use nalgebra::{DMatrix, DVector};

use super::FitError;
use super::fit::LeastSquares;

const MOST_STEPS: usize = 100;
const ENOUGH: f64 = 1e-13;

/// What varies, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Counts; logarithm.
    Poisson,
    /// Nought or one; logit.
    Binomial,
}

impl Family {
    fn mean(self, linear: f64) -> f64 {
        match self {
            Self::Poisson => linear.exp(),
            Self::Binomial => 1.0 / (1.0 + (-linear).exp()),
        }
    }

    fn link(self, mean: f64) -> f64 {
        match self {
            Self::Poisson => mean.ln(),
            Self::Binomial => (mean / (1.0 - mean)).ln(),
        }
    }

    /// The variance at a mean; with a canonical link also the slope of the mean.
    fn variance(self, mean: f64) -> f64 {
        match self {
            Self::Poisson => mean,
            Self::Binomial => mean * (1.0 - mean),
        }
    }

    /// Where to begin.
    fn first(self, value: f64, all: f64) -> f64 {
        match self {
            Self::Poisson => (value + all) / 2.0,
            Self::Binomial => (value + 0.5) / 2.0,
        }
    }

    fn deviance(self, value: f64, mean: f64) -> f64 {
        let times_log = |a: f64, b: f64| if a == 0.0 { 0.0 } else { a * (a / b).ln() };
        2.0 * match self {
            Self::Poisson => times_log(value, mean) - (value - mean),
            Self::Binomial => times_log(value, mean) + times_log(1.0 - value, 1.0 - mean),
        }
    }
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct Glm {
    /// A coefficient a term.
    pub estimates: DVector<f64>,
    /// Their variances, were points independent and the family's own variance right.
    pub bread: DMatrix<f64>,
    /// The mean of each point.
    pub means: DVector<f64>,
    /// Twice the log-likelihood that a model with a term a point would gain.
    pub deviance: f64,
    /// Pearson's sum of squares over degrees of freedom: 1 when the family's variance is right.
    pub dispersion: f64,
}

impl Glm {
    /// Fits by iteratively reweighted least squares. `offset` is added to the linear predictor.
    ///
    /// # Errors
    /// When a term is a sum of others, or the steps do not end (as when a term tells the outcome without fail).
    pub fn of(
        family: Family,
        x: &DMatrix<f64>,
        y: &DVector<f64>,
        offset: Option<&DVector<f64>>,
        names: &[String],
    ) -> Result<Self, FitError> {
        let nought = DVector::zeros(y.len());
        let offset = offset.unwrap_or(&nought);
        let all = y.mean();
        let mut linear = y.map(|value| family.link(family.first(value, all)));
        let mut deviance = f64::INFINITY;
        for _ in 0..MOST_STEPS {
            let means = linear.map(|eta| family.mean(eta));
            let weights = means.map(|mean| family.variance(mean).sqrt());
            if weights.iter().any(|weight| !(weight.is_finite() && *weight > 0.0)) {
                return Err(FitError::NoConvergence(SEPARATED));
            }
            let working = (&linear - offset) + (y - &means).component_div(&weights.map(|w| w * w));
            let mut weighted = x.clone();
            for mut column in weighted.column_iter_mut() {
                column.component_mul_assign(&weights);
            }
            let fitted = LeastSquares::of(&weighted, &working.component_mul(&weights), names)?;
            linear = x * &fitted.estimates + offset;
            let means = linear.map(|eta| family.mean(eta));
            let now = y.iter().zip(means.iter()).map(|(y, mean)| family.deviance(*y, *mean)).sum::<f64>();
            if (now - deviance).abs() <= ENOUGH * (now.abs() + 0.1) {
                return Self::finished(family, x, y, fitted.estimates, means, now, names);
            }
            deviance = now;
        }
        Err(FitError::NoConvergence(SEPARATED))
    }

    /// The variances at the last estimates, not at those of the step before.
    fn finished(
        family: Family,
        x: &DMatrix<f64>,
        y: &DVector<f64>,
        estimates: DVector<f64>,
        means: DVector<f64>,
        deviance: f64,
        names: &[String],
    ) -> Result<Self, FitError> {
        let variances = means.map(|mean| family.variance(mean));
        let mut weighted = x.clone();
        for mut column in weighted.column_iter_mut() {
            column.component_mul_assign(&variances.map(f64::sqrt));
        }
        let bread = LeastSquares::of(&weighted, &DVector::zeros(y.len()), names)
            .map_err(|_| FitError::NoConvergence(SEPARATED))?
            .bread;
        if bread.diagonal().iter().any(|variance| *variance > 1e8) && family == Family::Binomial {
            return Err(FitError::NoConvergence(SEPARATED));
        }
        let squares = (y - &means).map(|residual| residual * residual).component_div(&variances).sum();
        let dispersion = squares / (x.nrows() - x.ncols()) as f64;
        Ok(Self { estimates, bread, means, deviance, dispersion })
    }

    /// What each point adds to the slope of the log-likelihood.
    pub fn scores(&self, x: &DMatrix<f64>, y: &DVector<f64>) -> DMatrix<f64> {
        super::robust::scores(x, &(y - &self.means))
    }
}

const SEPARATED: &str = ": a term may tell the outcome without fail";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_finds_the_mean() {
        let x = DMatrix::from_element(4, 1, 1.0);
        let names = ["constant".to_owned()];
        let counts = DVector::from_vec(vec![1.0, 2.0, 3.0, 6.0]);
        let fitted = Glm::of(Family::Poisson, &x, &counts, None, &names).unwrap();
        assert!((fitted.estimates[0] - 3.0_f64.ln()).abs() < 1e-12);
        let yes = DVector::from_vec(vec![1.0, 0.0, 0.0, 0.0]);
        let fitted = Glm::of(Family::Binomial, &x, &yes, None, &names).unwrap();
        assert!((fitted.estimates[0] - (1.0_f64 / 3.0).ln()).abs() < 1e-12);
    }

    #[test]
    fn an_outcome_told_without_fail_does_not_converge() {
        let x = DMatrix::from_row_slice(6, 2, &[1.0, 1.0, 1.0, 2.0, 1.0, 3.0, 1.0, 4.0, 1.0, 5.0, 1.0, 6.0]);
        let y = DVector::from_vec(vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
        let names = ["constant".to_owned(), "age".to_owned()];
        let refused = Glm::of(Family::Binomial, &x, &y, None, &names).unwrap_err();
        assert!(matches!(refused, FitError::NoConvergence(_)), "{refused}");
    }
}
