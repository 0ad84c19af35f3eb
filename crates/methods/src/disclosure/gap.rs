//! Slope and relative index of inequality over groups that may be shown.

use serde::Serialize;

use super::{Counts, Form, Measure, Published};
use crate::Confidence;
use crate::inequality::{Group, Inequality, Scale};
use crate::rates::Estimate;

/// Draws for the limits of values that vary on a log or logit scale, and the seed that makes them the same every time.
const DRAWS: usize = 10_000;
const SEED: u64 = 1;

/// How far the most deprived are from the least deprived, by a line through all groups.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PublishedGap {
    /// Slope index: the most deprived end of the line less the least deprived, in the unit of the value.
    pub slope: Published<Estimate>,
    /// Relative index: the most deprived end over the least deprived.
    pub ratio: Published<Estimate>,
}

impl PublishedGap {
    /// The gap over groups from the most to the least deprived. Where one of them is not shown neither is the gap; a mean, whose spread
    /// is not known, has none.
    pub fn of(form: Form, per: f64, counts: &[Counts], measures: &[Measure]) -> Self {
        if measures.iter().any(|m| m.value.is_suppressed()) {
            return Self { slope: Published::withheld(), ratio: Published::withheld() };
        }
        let found = groups(form, per, counts).and_then(|(groups, scale, by)| {
            let line = Inequality::of(&groups, scale)?;
            Some(line.indices(-by, Confidence::P95, DRAWS, SEED))
        });
        Self {
            slope: Published::of(found.map(|indices| indices.slope)),
            ratio: Published::of(found.map(|indices| indices.ratio)),
        }
    }
}

/// The groups on the scale on which their values vary, and what the slope is multiplied by.
fn groups(form: Form, per: f64, counts: &[Counts]) -> Option<(Vec<Group>, Scale, f64)> {
    let scale = match form {
        Form::Rate => Scale::Log,
        Form::Proportion => Scale::Logit,
        Form::Mean => return None,
    };
    let group = |counts: &Counts| {
        let (x, n) = (counts.numerator as f64, counts.denominator as f64);
        let error = match form {
            // Of the logarithm of a Poisson count; of the logit of a binomial share.
            Form::Rate => 1.0 / x.sqrt(),
            _ => (n / (x * (n - x))).sqrt(),
        };
        let whole = x > 0.0 && n > 0.0 && error.is_finite();
        whole.then_some(Group { population: n, value: x / n, error })
    };
    Some((counts.iter().map(group).collect::<Option<Vec<_>>>()?, scale, per))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rule;

    fn gap(form: Form, numerators: [u64; 5]) -> PublishedGap {
        let counts = numerators.map(|numerator| Counts { numerator, denominator: 10_000 });
        let measures = Rule::default().measures(form, 1_000.0, &counts, &[]);
        PublishedGap::of(form, 1_000.0, &counts, &measures)
    }

    #[test]
    fn the_most_deprived_stand_first() {
        // Fifths of equal size on a straight line: its ends are half a step beyond the outer fifths.
        for form in [Form::Rate, Form::Proportion] {
            let found = gap(form, [500, 400, 300, 200, 100]);
            let (slope, ratio) = (found.slope.value().unwrap(), found.ratio.value().unwrap());
            assert!((slope.value - 50.0).abs() < 1e-9, "{form:?} {slope:?}");
            assert!((ratio.value - 11.0).abs() < 1e-9, "{form:?} {ratio:?}");
            assert!(slope.lower < 50.0 && slope.lower > 40.0 && slope.upper > 50.0 && ratio.lower > 1.0);
        }
    }

    #[test]
    fn a_hidden_fifth_hides_the_gap_and_a_mean_has_none() {
        assert!(gap(Form::Rate, [500, 400, 3, 200, 100]).slope.is_suppressed());
        assert_eq!(gap(Form::Mean, [500, 400, 300, 200, 100]).ratio, Published::no_data());
        assert_eq!(gap(Form::Rate, [500, 400, 300, 200, 0]).ratio, Published::no_data());
    }
}
