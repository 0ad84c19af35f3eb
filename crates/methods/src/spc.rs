//! Statistical process control: XmR charts by NHS England's Making Data Count rules, and P, U and C charts.
//!
//! Source: Making Data Count, as NHSRplotthedots (September 2025) computes it: limits at 2.66 mean moving ranges, moving
//! ranges of 3.267 times their mean or more screened out, four rules for special cause.

mod limits;
mod rules;

use serde::{Deserialize, Serialize};

pub use limits::{Limits, c_limits, limits, p_limits, u_limits};
pub use rules::judge;

/// Points from which a chart on a page has limits; our choice.
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

/// One point of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The value.
    pub value: f64,
    /// The rule that makes it special, if one does.
    pub cause: Option<SpecialCause>,
    /// 1 when it is special for being high or rising, -1 for low or falling, else 0.
    pub way: i8,
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

/// Where a series is parted, and what its limits are drawn from.
#[derive(Clone, Debug, Default)]
pub struct Phases {
    /// Places, from nought, at which limits are drawn anew. No rule reaches over them.
    pub starts: Vec<usize>,
    /// Limits are drawn from so many first points of each phase; all when `None`.
    pub baseline: Option<usize>,
}

/// The XmR chart of a series; without limits under seven points.
pub fn xmr(values: &[f64], options: Options) -> Chart {
    let enough = values.len() >= LEAST_POINTS;
    xmr_phase(values, enough.then(|| limits(values, options.screen)).flatten(), options)
}

/// The XmR charts of a series that is parted: one a phase, in order. Limits are drawn from two points up.
pub fn xmr_phases(values: &[f64], phases: &Phases, options: Options) -> Vec<Chart> {
    let mut starts = phases.starts.clone();
    starts.push(0);
    starts.retain(|start| *start < values.len());
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([values.len()]);
    let parts = starts.iter().zip(ends).filter_map(|(start, end)| values.get(*start..end));
    parts
        .map(|part| {
            let drawn_from = phases.baseline.and_then(|count| part.get(..count)).unwrap_or(part);
            xmr_phase(part, limits(drawn_from, options.screen), options)
        })
        .collect()
}

fn xmr_phase(values: &[f64], limits: Option<Limits>, options: Options) -> Chart {
    let Some(limits) = limits else {
        let plain = |value: &f64| Point { value: *value, cause: None, way: 0, variation: Variation::Common };
        let points = values.iter().map(plain).collect();
        return Chart { points, limits: None, trial: true, assurance: None };
    };
    let points = judge(values, &vec![limits; values.len()], options.direction);
    let assurance = options.target.and_then(|target| assurance(target, &limits, options.direction));
    Chart { points, limits: Some(limits), trial: values.len() < TRIAL_BELOW, assurance }
}

/// Whether a target will be met, by the limits. `None` where neither way is better.
pub fn assurance(target: f64, limits: &Limits, direction: Direction) -> Option<Assurance> {
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

    #[test]
    fn a_new_phase_has_limits_of_its_own_and_no_rule_reaches_over() {
        let mut values = vec![5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 7.0, 8.0];
        values.extend([9.0, 10.0, 11.0, 12.0, 11.0, 12.0]);
        let parted = Phases { starts: vec![8], baseline: None };
        let charts = xmr_phases(&values, &parted, options(Direction::Increase));
        assert_eq!(charts.iter().map(|chart| chart.points.len()).collect::<Vec<_>>(), [8, 6]);
        assert!((charts[1].limits.unwrap().mean - 65.0 / 6.0).abs() < 1e-12);
        assert!(charts.iter().flat_map(|c| &c.points).all(|p| p.cause != Some(SpecialCause::Trend)));
        let baseline = Phases { starts: vec![], baseline: Some(4) };
        let fixed = xmr_phases(&values, &baseline, options(Direction::Increase));
        assert_eq!(fixed[0].limits.unwrap().mean, 5.5);
        assert!(fixed[0].points[13].cause == Some(SpecialCause::OutsideLimits));
        assert!(xmr_phases(&[], &Phases::default(), options(Direction::Increase)).is_empty());
    }

    #[test]
    fn shares_and_rates_have_limits_by_their_size() {
        let p = p_limits(&[10.0, 30.0], &[100.0, 300.0], 2);
        assert!((p[0].mean - 0.1).abs() < 1e-12 && (p[0].lower - 0.01).abs() < 1e-12);
        assert!(p[1].upper < p[0].upper);
        let u = u_limits(&[4.0, 4.0], &[1.0, 1.0], 2);
        assert_eq!((u[0].lower, u[0].upper, u[0].near_upper), (0.0, 10.0, 8.0));
        assert_eq!(c_limits(&[4.0, 4.0], 2)[1], u[1]);
        let judged = judge(&[0.5, 0.1], &p, Direction::Decrease);
        assert_eq!(judged[0].variation, Variation::Concern);
    }
}
