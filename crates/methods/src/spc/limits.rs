//! Mean and limits of a process.

use serde::{Deserialize, Serialize};

const LIMIT: f64 = 2.66;
const SCREEN: f64 = 3.267;
/// Standard errors from the mean to the limits of a P, U or C chart.
const SIGMAS: f64 = 3.0;

/// Mean and limits of a process.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Mean of the values.
    pub mean: f64,
    /// Mean moving range, after screening when asked for.
    pub moving_range: f64,
    /// Lower process limit.
    pub lower: f64,
    /// Upper process limit.
    pub upper: f64,
    /// Two thirds of the way from the mean to the lower limit.
    pub near_lower: f64,
    /// Two thirds of the way from the mean to the upper limit.
    pub near_upper: f64,
}

/// Mean and limits of a series; `None` for fewer than two values.
pub fn limits(values: &[f64], screen: bool) -> Option<Limits> {
    let mean = average(values)?;
    let ranges: Vec<f64> = values.iter().zip(values.iter().skip(1)).map(|(a, b)| (b - a).abs()).collect();
    let all = average(&ranges)?;
    let kept: Vec<f64> = ranges.iter().copied().filter(|r| *r < SCREEN * all).collect();
    // When every range is nought none is below the screen: the mean of all stands.
    let moving_range = if screen { average(&kept).unwrap_or(all) } else { all };
    let reach = LIMIT * moving_range;
    let near = reach * 2.0 / 3.0;
    Some(Limits {
        mean,
        moving_range,
        lower: mean - reach,
        upper: mean + reach,
        near_lower: mean - near,
        near_upper: mean + near,
    })
}

fn average(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Limits of each point of a P chart: shares of `denominators`, drawn from so many first points. The moving range is none.
///
/// Source: Montgomery DC, Introduction to statistical quality control, 8th edition, 2019, chapter 7.
pub fn p_limits(numerators: &[f64], denominators: &[f64], drawn_from: usize) -> Vec<Limits> {
    let mean = first(numerators, drawn_from) / first(denominators, drawn_from);
    denominators.iter().map(|n| around(mean, (mean * (1.0 - mean) / n).sqrt(), 1.0)).collect()
}

/// Limits of each point of a U chart: events per unit of `exposures`.
///
/// Source: as [`p_limits`].
pub fn u_limits(events: &[f64], exposures: &[f64], drawn_from: usize) -> Vec<Limits> {
    let mean = first(events, drawn_from) / first(exposures, drawn_from);
    exposures.iter().map(|n| around(mean, (mean / n).sqrt(), f64::INFINITY)).collect()
}

/// Limits of a C chart: counts of events with equal exposure.
///
/// Source: as [`p_limits`].
pub fn c_limits(events: &[f64], drawn_from: usize) -> Vec<Limits> {
    let mean = first(events, drawn_from) / drawn_from.min(events.len()) as f64;
    events.iter().map(|_| around(mean, mean.sqrt(), f64::INFINITY)).collect()
}

fn first(values: &[f64], count: usize) -> f64 {
    values.iter().take(count).sum()
}

/// Limits three standard errors from the mean, no lower than nought and no higher than `most`.
fn around(mean: f64, error: f64, most: f64) -> Limits {
    let at = |errors: f64| (mean + errors * error).clamp(0.0, most);
    Limits {
        mean,
        moving_range: 0.0,
        lower: at(-SIGMAS),
        upper: at(SIGMAS),
        near_lower: at(-SIGMAS * 2.0 / 3.0),
        near_upper: at(SIGMAS * 2.0 / 3.0),
    }
}
