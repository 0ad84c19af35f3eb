//! How a model does on people: discrimination, calibration, what a list of the highest risks holds, and the same by sub-group.

use serde::{Deserialize, Serialize};

use super::FEWEST;
use super::bands::top;
use crate::discrimination::{Calibration, Predicted, RocPoint, area, calibration, curve};
use crate::distributions::Confidence;
use crate::rates::{Estimate, byar, proportion};

/// Points of the curve that are kept.
const POINTS: usize = 50;
/// Groups by risk.
const GROUPS: usize = 10;
/// Lists of the highest risks that are looked at, in per cent of all people.
pub const LISTS: [f64; 4] = [0.5, 2.0, 5.0, 20.0];

/// How a model does on a set of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Performance {
    /// People.
    pub people: u64,
    /// Of them with the outcome.
    pub events: u64,
    /// Sum of their risks: how many would have it, were the risks true.
    pub expected: f64,
    /// Outcomes for each one expected, with Byar's limits.
    pub ratio: Option<Estimate>,
    /// Area under the receiver operating curve with DeLong's limits.
    pub area: Option<Estimate>,
    /// Calibration; none with too few outcomes.
    pub calibration: Option<Calibration>,
    /// The curve, in at most 52 points.
    pub curve: Vec<RocPoint>,
    /// Lists of the highest risks.
    pub lists: Vec<AtTop>,
}

/// What a list of the highest risks holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AtTop {
    /// Per cent of all people.
    pub percent: f64,
    /// The lowest risk on it.
    pub from: f64,
    /// People on it.
    pub people: u64,
    /// Of them with the outcome.
    pub events: u64,
    /// Their share: positive predictive value, with Wilson's limits.
    pub predictive_value: Estimate,
    /// Share of all with the outcome who are on it, with Wilson's limits.
    pub sensitivity: Estimate,
}

/// The same by sub-group, without what a sub-group is too small for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubGroup {
    /// People.
    pub people: u64,
    /// Of them with the outcome.
    pub events: u64,
    /// Sum of their risks.
    pub expected: f64,
    /// Outcomes for each one expected, with Byar's limits.
    pub ratio: Option<Estimate>,
    /// Area under the curve.
    pub area: Option<Estimate>,
    /// People of the sub-group among the top 2 % of all.
    pub listed: u64,
}

/// Looks at a model on these people.
pub fn performance(people: &[Predicted]) -> Performance {
    let (events, expected) = sums(people);
    let enough = events >= FEWEST && people.len() as u64 - events >= FEWEST;
    Performance {
        people: people.len() as u64,
        events,
        expected,
        ratio: ratio(events, expected),
        area: area(people, Confidence::P95),
        calibration: enough.then(|| calibration(people, GROUPS, Confidence::P95).ok()).flatten(),
        curve: thinned(&curve(people)),
        lists: LISTS.into_iter().filter_map(|percent| at_top(people, percent, events)).collect(),
    }
}

/// Looks at a sub-group. `from` is the lowest risk of the list.
pub fn sub_group(people: &[Predicted], from: f64) -> SubGroup {
    let (events, expected) = sums(people);
    SubGroup {
        people: people.len() as u64,
        events,
        expected,
        ratio: ratio(events, expected),
        area: area(people, Confidence::P95),
        listed: people.iter().filter(|person| person.risk >= from).count() as u64,
    }
}

fn sums(people: &[Predicted]) -> (u64, f64) {
    let events = people.iter().filter(|person| person.outcome).count() as u64;
    (events, people.iter().map(|person| person.risk).sum())
}

fn ratio(events: u64, expected: f64) -> Option<Estimate> {
    let (lower, upper) = byar(events as f64, Confidence::P95);
    let by = |n: f64| n / expected;
    (expected > 0.0).then(|| Estimate { value: by(events as f64), lower: by(lower), upper: by(upper) })
}

fn at_top(people: &[Predicted], percent: f64, all_events: u64) -> Option<AtTop> {
    let risks: Vec<f64> = people.iter().map(|person| person.risk).collect();
    let from = top(&risks, percent);
    let listed = people.iter().filter(|person| person.risk >= from);
    let (mut n, mut events) = (0, 0);
    for person in listed {
        n += 1;
        events += u64::from(person.outcome);
    }
    let share = |a: u64, b: u64| proportion(a as f64, b as f64, 1.0, Confidence::P95);
    Some(AtTop {
        percent,
        from,
        people: n,
        events,
        predictive_value: share(events, n)?,
        sensitivity: share(events, all_events)?,
    })
}

/// The curve in steps of equal length along its points, both ends in it.
fn thinned(curve: &[RocPoint]) -> Vec<RocPoint> {
    let last = curve.len().saturating_sub(1);
    let mut kept: Vec<RocPoint> =
        (0..=POINTS).filter_map(|n| curve.get(last * n / POINTS).copied()).collect();
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_ratios_and_sub_groups_are_counts_over_counts() {
        // Risk 0.2 for 500 people of whom 100 have the outcome, 0.8 for 500 of whom 400 have.
        let person = |n: u32| {
            let high = n.is_multiple_of(2);
            let outcome = if high { !n.is_multiple_of(10) } else { n % 10 == 1 };
            Predicted { risk: if high { 0.8 } else { 0.2 }, outcome }
        };
        let people: Vec<Predicted> = (0..1_000).map(person).collect();
        let seen = performance(&people);
        assert_eq!((seen.people, seen.events), (1_000, 500));
        assert!((seen.expected - 500.0).abs() < 1e-9);
        assert!((seen.ratio.unwrap().value - 1.0).abs() < 1e-12);
        let calibrated = seen.calibration.unwrap();
        assert!((calibrated.slope.estimate - 1.0).abs() < 1e-9 && calibrated.intercept.estimate.abs() < 1e-9);
        // Nobody can be told from the others with the same risk, so that a list of 2 % is all of them.
        assert_eq!(seen.lists[1].people, 500);
        assert!((seen.lists[1].sensitivity.value - 0.8).abs() < 1e-12);
        assert!((seen.lists[1].predictive_value.value - 0.8).abs() < 1e-12);
        let few = performance(&people[..100]);
        assert!(few.calibration.is_none() && few.area.is_some());
        assert_eq!(sub_group(&people, 0.8).listed, 500);
    }
}
