//! Variances that hold when points follow on each other (Newey and West) or come in clusters.

use std::ops::Range;

use nalgebra::{DMatrix, DVector};

/// What each point adds to the slope: its row times its residual.
pub fn scores(x: &DMatrix<f64>, residuals: &DVector<f64>) -> DMatrix<f64> {
    let mut scores = x.clone();
    for mut column in scores.column_iter_mut() {
        column.component_mul_assign(residuals);
    }
    scores
}

/// Newey and West's variances with Bartlett weights up to `lag` points apart. Points of different series do not follow on each other.
/// No correction for small samples.
pub fn newey_west(
    bread: &DMatrix<f64>,
    scores: &DMatrix<f64>,
    series: &[Range<usize>],
    lag: usize,
) -> DMatrix<f64> {
    let mut meat = DMatrix::zeros(scores.ncols(), scores.ncols());
    for range in series {
        let own = scores.rows(range.start, range.len());
        meat += own.transpose() * own;
        for apart in 1..=lag.min(range.len().saturating_sub(1)) {
            let weight = 1.0 - apart as f64 / (lag + 1) as f64;
            let pairs = range.len() - apart;
            let product = own.rows(apart, pairs).transpose() * own.rows(0, pairs);
            meat += (&product + product.transpose()) * weight;
        }
    }
    bread * meat * bread
}

/// Variances when points of one cluster depend on each other. `clusters` gives each point's, from nought. No correction for few clusters.
pub fn clustered(bread: &DMatrix<f64>, scores: &DMatrix<f64>, clusters: &[usize]) -> DMatrix<f64> {
    let count = clusters.iter().max().map_or(0, |last| last + 1);
    let mut sums = DMatrix::zeros(count, scores.ncols());
    for (row, cluster) in scores.row_iter().zip(clusters) {
        let mut sum = sums.row_mut(*cluster);
        sum += row;
    }
    bread * (sums.transpose() * &sums) * bread
}

/// The usual lag: the whole part of 4 (n / 100)^(2/9). Source: Newey WK and West KD, Rev Econ Stud 1994; 61: 631-53.
pub fn usual_lag(points: usize) -> usize {
    (4.0 * (points as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize
}

/// Durbin and Watson's statistic: 2 when residuals that follow on each other do not depend on each other.
pub fn durbin_watson(residuals: &DVector<f64>, series: &[Range<usize>]) -> f64 {
    let steps: f64 = series
        .iter()
        .map(|range| {
            let own = residuals.rows(range.start, range.len());
            let later = own.rows(1, range.len().saturating_sub(1));
            (later - own.rows(0, range.len().saturating_sub(1))).norm_squared()
        })
        .sum();
    steps / residuals.norm_squared()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_lag_grows_slowly() {
        assert_eq!([24, 36, 60, 100, 240].map(usual_lag), [2, 3, 3, 4, 4]);
    }

    #[test]
    fn clusters_of_one_are_no_clusters() {
        let bread = DMatrix::identity(1, 1);
        let scores = DMatrix::from_column_slice(3, 1, &[1.0, 2.0, -3.0]);
        assert_eq!(clustered(&bread, &scores, &[0, 1, 2])[(0, 0)], 14.0);
        assert_eq!(clustered(&bread, &scores, &[0, 0, 0])[(0, 0)], 0.0);
        assert_eq!(newey_west(&bread, &scores, std::slice::from_ref(&(0..3)), 0)[(0, 0)], 14.0);
    }
}
