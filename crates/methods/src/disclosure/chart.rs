//! Control charts over values that may be shown, and over no others.

use serde::Serialize;

use super::Published;
use crate::rates::Estimate;
use crate::spc::{self, Assurance, Limits, Options, SpecialCause, Variation};

/// What a chart says of one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// Whether it is better, worse or common.
    pub variation: Variation,
    /// The rule that makes it special, if one does.
    pub cause: Option<SpecialCause>,
}

/// An XmR chart of values that may be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublishedChart {
    /// One for each value given; none where the value is not shown.
    pub points: Vec<Option<Judged>>,
    /// Mean and limits; no data under seven points.
    pub limits: Published<Limits>,
    /// True while there are too few points for firm limits.
    pub trial: bool,
    /// Whether a target is met, when there is one and a better way.
    pub assurance: Option<Assurance>,
}

impl PublishedChart {
    /// The chart of a series in its order.
    pub fn of(values: &[Published<Estimate>], options: Options) -> Self {
        let shown: Vec<f64> = values.iter().filter_map(Published::value).map(|e| e.value).collect();
        let chart = spc::xmr(&shown, options);
        let mut judged = chart.points.iter().map(|p| Judged { variation: p.variation, cause: p.cause });
        let points = values.iter().map(|value| value.value().and_then(|_| judged.next())).collect();
        Self { points, limits: Published::of(chart.limits), trial: chart.trial, assurance: chart.assurance }
    }

    /// What the latest point says; none when its value is not shown or there is none.
    pub fn latest(&self) -> Option<Judged> {
        self.points.last().copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rule;
    use crate::spc::Direction;

    #[test]
    fn what_is_not_shown_is_not_judged_and_moves_no_limit() {
        let rule = Rule::default();
        let events = [100, 110, 100, 3, 110, 100, 110, 100, 110, 400];
        let values: Vec<_> = events.iter().map(|n| rule.rate(*n, 10_000, 1_000.0)).collect();
        let options = Options { direction: Direction::Decrease, screen: true, target: Some(50.0) };
        let chart = PublishedChart::of(&values, options);
        assert_eq!(chart.points.len(), 10);
        assert!(chart.points[3].is_none());
        assert_eq!(chart.latest().map(|p| p.variation), Some(Variation::Concern));
        assert_eq!(chart.assurance, Some(Assurance::ConsistentlyMeets));
        let mean = chart.limits.value().map(|l| l.mean).unwrap_or_default();
        assert!((mean - (10.0 * 4.0 + 11.0 * 4.0 + 40.0) / 9.0).abs() < 1e-9, "{mean}");
    }
}
