//! Least squares.

use nalgebra::{DMatrix, DVector};

use super::FitError;

/// A term whose part that others do not explain is smaller than this share of it counts as explained.
const SAME: f64 = 1e-9;

/// A fitted line.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    /// A coefficient a term.
    pub estimates: DVector<f64>,
    /// The inverse of X'X: times the variance of a point it is that of the estimates.
    pub bread: DMatrix<f64>,
}

impl LeastSquares {
    /// Fits by Householder QR, columns brought to one length first.
    ///
    /// # Errors
    /// When a term is a sum of those before it.
    pub fn of(x: &DMatrix<f64>, y: &DVector<f64>, names: &[String]) -> Result<Self, FitError> {
        let lengths: Vec<f64> = x.column_iter().map(|column| column.norm()).collect();
        let mut scaled = x.clone();
        for (mut column, length) in scaled.column_iter_mut().zip(&lengths) {
            column.unscale_mut(*length);
        }
        let qr = scaled.qr();
        let r = qr.r();
        for ((explained, length), name) in r.diagonal().iter().zip(&lengths).zip(names) {
            // Nought in every point gives no number at all.
            if *length == 0.0 || explained.is_nan() || explained.abs() < SAME {
                return Err(FitError::Collinear(name.clone()));
            }
        }
        let solve = |right: &DMatrix<f64>| r.solve_upper_triangular(right);
        let mut turned = DMatrix::from_column_slice(y.len(), 1, y.as_slice());
        qr.q_tr_mul(&mut turned);
        let top = turned.rows(0, x.ncols()).into_owned();
        let terms = x.ncols();
        let (Some(estimates), Some(inverse)) = (solve(&top), solve(&DMatrix::identity(terms, terms))) else {
            return Err(FitError::NoConvergence(""));
        };
        let scale = DMatrix::from_diagonal(&DVector::from_iterator(
            terms,
            lengths.iter().map(|length| length.recip()),
        ));
        let estimates = &scale * estimates;
        let bread = &scale * (&inverse * inverse.transpose()) * &scale;
        Ok(Self { estimates: estimates.column(0).into_owned(), bread })
    }
}
