//! Statistical process control: XmR charts by NHS England's Making Data Count rules.
//!
//! Source: Making Data Count, as NHSRplotthedots (September 2025) computes it: limits at 2.66 mean moving ranges, moving
//! ranges of 3.267 times their mean or more screened out, four rules for special cause.

use serde::{Deserialize, Serialize};

const LIMIT: f64 = 2.66;
const SCREEN: f64 = 3.267;
const RUN: usize = 7;
/// Points from which limits are drawn; our choice.
pub const LEAST_POINTS: usize = 7;
/// Below so many points limits are trial limits.
pub const TRIAL_BELOW: usize = 13;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Increase,
    /// Less is better.
    Decrease,
    /// Neither.
    Neutral,
}

/// What makes a point special, in the order in which the rules are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecialCause {
    /// Above the upper or below the lower limit.
    OutsideLimits,
    /// One of seven points in a row that rise or fall.
    Trend,
    /// One of two out of three close to a limit, all three on one side of the mean.
    TwoOfThree,
    /// One of seven points in a row on one side of the mean.
    Shift,
}

/// What a point says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variation {
    /// Common cause: nothing but chance.
    Common,
    /// Special cause for the better.
    Improvement,
    /// Special cause for the worse.
    Concern,
    /// Special cause, high or rising, where neither way is better.
    NeutralHigh,
    /// Special cause, low or falling, where neither way is better.
    NeutralLow,
}

/// Whether a target will be met, by the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// The process will keep meeting the target.
    ConsistentlyMeets,
    /// The process will keep missing the target.
    ConsistentlyMisses,
    /// Hit and miss.
    Inconsistent,
}

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

/// One point of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The value.
    pub value: f64,
    /// The rule that makes it special, if one does.
    pub cause: Option<SpecialCause>,
    /// What it says.
    pub variation: Variation,
}

/// A chart: limits and judged points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Points in the order given.
    pub points: Vec<Point>,
    /// Limits; `None` under seven points.
    pub limits: Option<Limits>,
    /// True while there are too few points for firm limits.
    pub trial: bool,
    /// Whether a target is met, when there is one and a better way.
    pub assurance: Option<Assurance>,
}

impl Chart {
    /// What the latest point says.
    pub fn latest(&self) -> Variation {
        self.points.last().map_or(Variation::Common, |p| p.variation)
    }
}

/// Options of a chart.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which way is better.
    pub direction: Direction,
    /// Leaves out moving ranges of 3.267 times their mean or more, as NHSRplotthedots does and NHS England's workbook does not.
    pub screen: bool,
    /// A target.
    pub target: Option<f64>,
}

/// The XmR chart of a series.
pub fn xmr(values: &[f64], options: Options) -> Chart {
    let plain = |value: &f64| Point { value: *value, cause: None, variation: Variation::Common };
    let Some(limits) = limits(values, options.screen).filter(|_| values.len() >= LEAST_POINTS) else {
        let points = values.iter().map(plain).collect();
        return Chart { points, limits: None, trial: true, assurance: None };
    };
    let trends = trends(values);
    let sides: Vec<i8> = values.iter().map(|v| sign(v - limits.mean)).collect();
    let shifts = shifts(&sides);
    let pairs = two_of_three(values, &sides, &limits);
    let points = values
        .iter()
        .zip(trends.iter().zip(&shifts).zip(&pairs).zip(&sides))
        .map(|(value, (((trend, shift), pair), side))| {
            let outside = *value > limits.upper || *value < limits.lower;
            let (cause, way) = match (outside, *trend, *pair, *shift) {
                (true, ..) => (Some(SpecialCause::OutsideLimits), *side),
                (_, way, ..) if way != 0 => (Some(SpecialCause::Trend), way),
                (_, _, true, _) => (Some(SpecialCause::TwoOfThree), *side),
                (_, _, _, true) => (Some(SpecialCause::Shift), *side),
                _ => (None, 0),
            };
            Point { value: *value, cause, variation: variation(way, options.direction) }
        })
        .collect();
    let assurance = options.target.and_then(|target| assurance(target, &limits, options.direction));
    Chart { points, limits: Some(limits), trial: values.len() < TRIAL_BELOW, assurance }
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

fn sign(difference: f64) -> i8 {
    if difference > 0.0 {
        1
    } else if difference < 0.0 {
        -1
    } else {
        0
    }
}

/// For each point 1 or -1 when it is in a run of seven that rises or falls strictly, else 0.
fn trends(values: &[f64]) -> Vec<i8> {
    let steps: Vec<i8> = values.iter().zip(values.iter().skip(1)).map(|(a, b)| sign(b - a)).collect();
    let mut flags = vec![0; values.len()];
    for (at, window) in steps.windows(RUN - 1).enumerate() {
        let way = window.first().copied().unwrap_or(0);
        if way != 0 && window.iter().all(|step| *step == way) {
            flags.iter_mut().skip(at).take(RUN).for_each(|flag| *flag = way);
        }
    }
    flags
}

/// For each point whether it is in a run of seven on one side of the mean. A point on the mean ends a run.
fn shifts(sides: &[i8]) -> Vec<bool> {
    let mut flags = vec![false; sides.len()];
    for (at, window) in sides.windows(RUN).enumerate() {
        let side = window.first().copied().unwrap_or(0);
        if side != 0 && window.iter().all(|s| *s == side) {
            flags.iter_mut().skip(at).take(RUN).for_each(|flag| *flag = true);
        }
    }
    flags
}

/// For each point whether it is close to a limit, in three points on one side of the mean of which two are.
fn two_of_three(values: &[f64], sides: &[i8], limits: &Limits) -> Vec<bool> {
    let close: Vec<bool> = values
        .iter()
        .map(|v| {
            let inside = *v >= limits.lower && *v <= limits.upper;
            inside && (*v > limits.near_upper || *v < limits.near_lower)
        })
        .collect();
    let mut flags = vec![false; values.len()];
    for (at, (side, near)) in sides.windows(3).zip(close.windows(3)).enumerate() {
        let together = side.iter().sum::<i8>().abs() == 3;
        if together && near.iter().filter(|n| **n).count() >= 2 {
            for (flag, near) in flags.iter_mut().skip(at).zip(near) {
                *flag |= near;
            }
        }
    }
    flags
}

fn variation(way: i8, direction: Direction) -> Variation {
    match (way, direction) {
        (0, _) => Variation::Common,
        (1, Direction::Increase) | (-1, Direction::Decrease) => Variation::Improvement,
        (_, Direction::Increase | Direction::Decrease) => Variation::Concern,
        (1, Direction::Neutral) => Variation::NeutralHigh,
        (_, Direction::Neutral) => Variation::NeutralLow,
    }
}

fn assurance(target: f64, limits: &Limits, direction: Direction) -> Option<Assurance> {
    let (meets, misses) = match direction {
        Direction::Increase => (target < limits.lower, target > limits.upper),
        Direction::Decrease => (target > limits.upper, target < limits.lower),
        Direction::Neutral => return None,
    };
    Some(match (meets, misses) {
        (true, _) => Assurance::ConsistentlyMeets,
        (_, true) => Assurance::ConsistentlyMisses,
        _ => Assurance::Inconsistent,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: [f64; 18] =
        [1.0, 2.0, 1.0, 2.0, 10.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0];

    fn options(direction: Direction) -> Options {
        Options { direction, screen: true, target: None }
    }

    #[test]
    fn limits_are_those_of_nhsrplotthedots() {
        let close = |a: f64, b: f64| (a - b).abs() < 5e-5;
        let plain = limits(&GOLDEN, false).unwrap();
        assert!(close(plain.mean, 1.9444) && close(plain.moving_range, 1.8824));
        assert!(close(plain.lower, -3.0626) && close(plain.upper, 6.9515));
        let screened = limits(&GOLDEN, true).unwrap();
        assert!(close(screened.moving_range, 1.0));
        assert!(close(screened.lower, -0.7156) && close(screened.upper, 4.6044));
    }

    #[test]
    fn the_point_outside_is_special() {
        let chart = xmr(&GOLDEN, options(Direction::Decrease));
        let special: Vec<usize> = (0..18).filter(|i| chart.points[*i].cause.is_some()).collect();
        assert_eq!(special, [4]);
        assert_eq!(chart.points[4].cause, Some(SpecialCause::OutsideLimits));
        assert_eq!(chart.points[4].variation, Variation::Concern);
        assert_eq!(chart.latest(), Variation::Common);
        assert!(!chart.trial);
    }

    #[test]
    fn seven_rising_points_are_a_trend_and_six_are_not() {
        let mut values = vec![5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0];
        values.extend([4.9, 5.0, 5.1, 5.2, 5.3, 5.4]);
        assert!(xmr(&values, options(Direction::Increase)).points.iter().all(|p| p.cause.is_none()));
        values.push(5.5);
        let chart = xmr(&values, options(Direction::Increase));
        let flagged = chart.points.iter().filter(|p| p.cause == Some(SpecialCause::Trend)).count();
        assert_eq!((flagged, chart.latest()), (7, Variation::Improvement));
    }

    #[test]
    fn a_point_on_the_mean_breaks_a_shift() {
        let sides = [1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1];
        let flags = shifts(&sides);
        assert_eq!(flags.iter().filter(|f| **f).count(), 7);
        assert!(!flags[5] && !flags[6] && flags[7]);
    }

    #[test]
    fn two_of_three_flags_only_those_near_the_limit() {
        let limits = Limits {
            mean: 0.0,
            moving_range: 1.0,
            lower: -2.66,
            upper: 2.66,
            near_lower: -1.77,
            near_upper: 1.77,
        };
        let values = [2.0, 0.5, 2.0, -0.1, 2.0];
        let sides: Vec<i8> = values.iter().map(|v| sign(*v)).collect();
        assert_eq!(two_of_three(&values, &sides, &limits), [true, false, true, false, false]);
    }

    #[test]
    fn few_points_have_no_limits_and_some_have_trial_limits() {
        assert!(xmr(&GOLDEN[..6], options(Direction::Neutral)).limits.is_none());
        assert!(xmr(&GOLDEN[..12], options(Direction::Neutral)).trial);
        assert!(xmr(&[], options(Direction::Neutral)).points.is_empty());
        let flat = xmr(&[3.0; 20], options(Direction::Neutral));
        assert!(flat.points.iter().all(|p| p.variation == Variation::Common));
    }

    #[test]
    fn assurance_follows_target_and_limits() {
        let with = |target, direction| {
            xmr(&GOLDEN, Options { direction, screen: true, target: Some(target) }).assurance
        };
        assert_eq!(with(5.0, Direction::Increase), Some(Assurance::ConsistentlyMisses));
        assert_eq!(with(5.0, Direction::Decrease), Some(Assurance::ConsistentlyMeets));
        assert_eq!(with(-1.0, Direction::Increase), Some(Assurance::ConsistentlyMeets));
        assert_eq!(with(2.0, Direction::Increase), Some(Assurance::Inconsistent));
        assert_eq!(with(2.0, Direction::Neutral), None);
    }
}
