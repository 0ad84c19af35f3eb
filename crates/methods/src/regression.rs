//! Regression: least squares, generalised linear models, and variances that hold when points depend on each other.
//!
//! Sources: least squares by Householder QR; generalised linear models by iteratively reweighted least squares (McCullagh P and Nelder JA, 1989);
//! Newey WK and West KD, Econometrica 1987; 55: 703-8; clusters by Liang KY and Zeger SL, Biometrika 1986; 73: 13-22.

pub mod autoregressive;
pub mod fit;
pub mod glm;
pub mod robust;

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::distributions::{Confidence, normal_two_sided, t_two_sided};

/// Why a model cannot be fitted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FitError {
    /// Fewer points than numbers to find, or as many.
    #[error("{points} points are too few for the {terms} terms of the model")]
    TooFew {
        /// Points.
        points: usize,
        /// Terms.
        terms: usize,
    },
    /// A term says nothing that those before it do not.
    #[error(
        "the term `{0}` says nothing that the terms before it do not: it never varies, or is a sum of others"
    )]
    Collinear(String),
    /// The steps did not come to an end.
    #[error("the model does not converge{0}")]
    NoConvergence(&'static str),
    /// A number that is none.
    #[error("`{0}` holds a value that is no number")]
    NotANumber(String),
}

/// The terms of a model: a name and a column each.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl Terms {
    /// Adds a term.
    pub fn add(&mut self, name: impl Into<String>, column: Vec<f64>) {
        self.names.push(name.into());
        self.columns.push(column);
    }

    /// The names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many terms.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// True without a term.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// A row a point, a column a term.
    pub fn matrix(&self) -> Result<DMatrix<f64>, FitError> {
        let points = self.columns.first().map_or(0, Vec::len);
        for (name, column) in self.names.iter().zip(&self.columns) {
            if column.iter().any(|value| !value.is_finite()) {
                return Err(FitError::NotANumber(name.clone()));
            }
        }
        if points <= self.len() {
            return Err(FitError::TooFew { points, terms: self.len() });
        }
        Ok(DMatrix::from_iterator(points, self.len(), self.columns.iter().flatten().copied()))
    }
}

/// Against what a statistic is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reference {
    /// The normal distribution.
    Normal,
    /// Student's, with so many degrees of freedom.
    T(f64),
}

impl Reference {
    /// How many standard errors the limits are away.
    pub fn reach(self, confidence: Confidence) -> f64 {
        match self {
            Self::Normal => confidence.z(),
            Self::T(degrees) => confidence.t(degrees),
        }
    }

    fn two_sided(self, statistic: f64) -> f64 {
        match self {
            Self::Normal => normal_two_sided(statistic),
            Self::T(degrees) => t_two_sided(statistic, degrees),
        }
    }
}

/// A coefficient as it is reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// The term.
    pub term: String,
    /// The coefficient.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Estimate over standard error.
    pub statistic: f64,
    /// The chance of a statistic so far from nought, either way, were the coefficient nought.
    pub p_value: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// Coefficients with the variances given.
pub fn coefficients(
    names: &[String],
    estimates: &DVector<f64>,
    covariance: &DMatrix<f64>,
    reference: Reference,
    confidence: Confidence,
) -> Vec<Coefficient> {
    let reach = reference.reach(confidence);
    names
        .iter()
        .zip(estimates.iter().zip(covariance.diagonal().iter()))
        .map(|(term, (estimate, variance))| {
            let error = variance.sqrt();
            Coefficient {
                term: term.clone(),
                estimate: *estimate,
                standard_error: error,
                statistic: estimate / error,
                p_value: reference.two_sided(estimate / error),
                lower: estimate - reach * error,
                upper: estimate + reach * error,
            }
        })
        .collect()
}
