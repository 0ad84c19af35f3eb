//! Least squares when each residual carries over a share of the one before: Prais and Winsten's method, to the end.
//!
//! Source: Prais SJ and Winsten CB, Trend estimators and serial correlation, 1954.

use std::ops::Range;

use nalgebra::{DMatrix, DVector};

use super::FitError;
use super::fit::LeastSquares;

const MOST_STEPS: usize = 1_000;
const ENOUGH: f64 = 1e-13;

/// A fitted line with residuals that carry over.
#[derive(Clone, Debug)]
pub struct PraisWinsten {
    /// The fit to the transformed points.
    pub fit: LeastSquares,
    /// The share of a residual that is carried over.
    pub carried: f64,
    /// Residuals of the transformed points.
    pub residuals: DVector<f64>,
}

impl PraisWinsten {
    /// Fits until the share no longer changes. The share is that of a regression of residuals on those before them, without a constant.
    ///
    /// # Errors
    /// When the model cannot be fitted or the share does not settle inside -1 to 1.
    pub fn of(
        x: &DMatrix<f64>,
        y: &DVector<f64>,
        series: &[Range<usize>],
        names: &[String],
    ) -> Result<Self, FitError> {
        let mut carried = 0.0;
        for _ in 0..MOST_STEPS {
            let (ours, theirs) = (transformed(x, series, carried), column(y, series, carried));
            let fit = LeastSquares::of(&ours, &theirs, names)?;
            let share = share_carried(&(y - x * &fit.estimates), series);
            if share.abs() >= 1.0 {
                break;
            }
            if (share - carried).abs() <= ENOUGH {
                let residuals = theirs - ours * &fit.estimates;
                return Ok(Self { fit, carried, residuals });
            }
            carried = share;
        }
        Err(FitError::NoConvergence(": the autocorrelation does not settle below one"))
    }
}

/// Each point less the share of the one before; the first of a series is brought to the same variance.
fn transformed(x: &DMatrix<f64>, series: &[Range<usize>], share: f64) -> DMatrix<f64> {
    let mut changed = x.clone();
    let first = (1.0 - share * share).sqrt();
    for range in series {
        for row in range.clone().skip(1) {
            let mut own = changed.row_mut(row);
            own -= x.row(row - 1) * share;
        }
        changed.row_mut(range.start).scale_mut(first);
    }
    changed
}

fn column(y: &DVector<f64>, series: &[Range<usize>], share: f64) -> DVector<f64> {
    let as_matrix = DMatrix::from_column_slice(y.len(), 1, y.as_slice());
    transformed(&as_matrix, series, share).column(0).into_owned()
}

/// The share of a residual that is carried over to the next.
pub fn share_carried(residuals: &DVector<f64>, series: &[Range<usize>]) -> f64 {
    let (mut products, mut squares) = (0.0, 0.0);
    for range in series {
        let before = residuals.rows(range.start, range.len().saturating_sub(1));
        let after = residuals.rows(range.start + 1, range.len().saturating_sub(1));
        products += before.dot(&after);
        squares += before.norm_squared();
    }
    products / squares
}
