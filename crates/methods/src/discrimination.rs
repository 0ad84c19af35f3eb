//! How well a predicted risk tells who will have an outcome, and how true it is.
//!
//! Sources: area under the receiver operating curve with limits by DeLong ER and others, Biometrics 1988; 44: 837-45, and by Hanley JA and McNeil
//! BJ, Radiology 1982; 143: 29-36; calibration slope and intercept by Cox DR, Biometrika 1958; 45: 562-5; Brier GW, Mon Weather Rev 1950; 78: 1-3.

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use crate::distributions::Confidence;
use crate::rates::{Estimate, Sample, proportion};
use crate::regression::glm::{Family, Glm};
use crate::regression::{Coefficient, FitError, Reference, Terms, coefficients};

/// A predicted risk and what came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    /// Risk from 0 to 1.
    pub risk: f64,
    /// Whether the outcome came.
    pub outcome: bool,
}

/// A point of the receiver operating curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RocPoint {
    /// Who is at least so much at risk counts as positive.
    pub threshold: f64,
    /// Share of those with the outcome who are positive.
    pub sensitivity: f64,
    /// Share of the others who are not.
    pub specificity: f64,
}

/// Those with and those without the outcome; `None` when either is nobody.
fn parted(people: &[Predicted]) -> Option<(Vec<f64>, Vec<f64>)> {
    let sorted = |outcome: bool| {
        let risks = people.iter().filter(|person| person.outcome == outcome).map(|person| person.risk);
        let mut risks: Vec<f64> = risks.collect();
        risks.sort_by(f64::total_cmp);
        risks
    };
    let (with, without) = (sorted(true), sorted(false));
    (!with.is_empty() && !without.is_empty()).then_some((with, without))
}

/// For each value the share of others that it is above; equal ones count half.
fn placements(values: &[f64], others: &[f64]) -> Vec<f64> {
    values
        .iter()
        .map(|value| {
            let below = others.partition_point(|other| other < value);
            let to = others.partition_point(|other| other <= value);
            (below + to) as f64 / 2.0 / others.len() as f64
        })
        .collect()
}

/// The chance that somebody with the outcome had the higher risk than somebody without: area under the curve with DeLong's limits. `None` when
/// all or none had it.
pub fn area(people: &[Predicted], confidence: Confidence) -> Option<Estimate> {
    let (with, without) = parted(people)?;
    let above = Sample::of(&placements(&with, &without))?;
    let below = Sample::of(&placements(&without, &with))?;
    let part = |sample: Sample| Some(sample.deviation?.powi(2) / sample.count);
    let error = (part(above)? + part(below)?).sqrt();
    Some(limited(above.mean, error, confidence))
}

/// The same with Hanley and McNeil's standard error, which needs only the area and how many had the outcome.
pub fn area_hanley(area: f64, with: f64, without: f64, confidence: Confidence) -> Estimate {
    let (one, two) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
    let variance =
        area * (1.0 - area) + (with - 1.0) * (one - area * area) + (without - 1.0) * (two - area * area);
    limited(area, (variance / (with * without)).sqrt(), confidence)
}

fn limited(area: f64, error: f64, confidence: Confidence) -> Estimate {
    let reach = confidence.z() * error;
    Estimate { value: area, lower: (area - reach).max(0.0), upper: (area + reach).min(1.0) }
}

/// The curve, from the highest threshold to the lowest; empty when all or none had the outcome.
pub fn curve(people: &[Predicted]) -> Vec<RocPoint> {
    let Some((with, without)) = parted(people) else { return Vec::new() };
    let mut thresholds: Vec<f64> = people.iter().map(|person| person.risk).collect();
    thresholds.sort_by(|a, b| b.total_cmp(a));
    thresholds.dedup();
    let below = |risks: &[f64], threshold: f64| {
        risks.partition_point(|risk| *risk < threshold) as f64 / risks.len() as f64
    };
    thresholds
        .into_iter()
        .map(|threshold| RocPoint {
            threshold,
            sensitivity: 1.0 - below(&with, threshold),
            specificity: below(&without, threshold),
        })
        .collect()
}

/// How true risks are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// 1 when risks are spread as they should be; below 1 when they are too extreme.
    pub slope: Coefficient,
    /// Nought when there are as many outcomes as expected, on the logit scale.
    pub intercept: Coefficient,
    /// Mean square of risk less outcome.
    pub brier: f64,
    /// By groups of equal size, from the lowest risk.
    pub groups: Vec<Group>,
}

/// A group by risk.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// People.
    pub people: usize,
    /// Mean risk.
    pub expected: f64,
    /// Share with the outcome, with Wilson's limits.
    pub observed: Estimate,
}

/// Calibration in so many groups. Risks of exactly 0 or 1 are brought a millionth of a millionth inside.
///
/// # Errors
/// When all or none had the outcome, or risks tell it without fail.
pub fn calibration(
    people: &[Predicted],
    groups: usize,
    confidence: Confidence,
) -> Result<Calibration, FitError> {
    let inside = |risk: f64| risk.clamp(1e-12, 1.0 - 1e-12);
    let outcome = |person: &Predicted| if person.outcome { 1.0 } else { 0.0 };
    let logits: Vec<f64> =
        people.iter().map(|person| inside(person.risk)).map(|risk| (risk / (1.0 - risk)).ln()).collect();
    let y = DVector::from_iterator(people.len(), people.iter().map(outcome));
    let offset = DVector::from_vec(logits.clone());
    let mut terms = Terms::default();
    terms.add("intercept", vec![1.0; people.len()]);
    let alone = one(&terms, &y, Some(&offset), confidence)?;
    terms.add("slope", logits);
    let both = one(&terms, &y, None, confidence)?;
    let (Some(intercept), Some(slope)) = (alone.into_iter().next(), both.into_iter().nth(1)) else {
        return Err(FitError::TooFew { points: people.len(), terms: 2 });
    };
    let squares = people.iter().map(|person| (person.risk - outcome(person)).powi(2)).sum::<f64>();
    Ok(Calibration {
        slope,
        intercept,
        brier: squares / people.len() as f64,
        groups: by_risk(people, groups, confidence),
    })
}

fn one(
    terms: &Terms,
    y: &DVector<f64>,
    offset: Option<&DVector<f64>>,
    confidence: Confidence,
) -> Result<Vec<Coefficient>, FitError> {
    let x: DMatrix<f64> = terms.matrix()?;
    let fit = Glm::of(Family::Binomial, &x, y, offset, terms.names())?;
    Ok(coefficients(terms.names(), &fit.estimates, &fit.bread, Reference::Normal, confidence))
}

fn by_risk(people: &[Predicted], groups: usize, confidence: Confidence) -> Vec<Group> {
    let mut sorted = people.to_vec();
    sorted.sort_by(|a, b| a.risk.total_cmp(&b.risk));
    (0..groups)
        .filter_map(|group| {
            let (from, to) = (sorted.len() * group / groups, sorted.len() * (group + 1) / groups);
            let own = sorted.get(from..to).filter(|own| !own.is_empty())?;
            let with = own.iter().filter(|person| person.outcome).count();
            let expected = own.iter().map(|person| person.risk).sum::<f64>() / own.len() as f64;
            let observed = proportion(with as f64, own.len() as f64, 1.0, confidence)?;
            Some(Group { people: own.len(), expected, observed })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(risks: &[(f64, bool)]) -> Vec<Predicted> {
        risks.iter().map(|(risk, outcome)| Predicted { risk: *risk, outcome: *outcome }).collect()
    }

    #[test]
    fn risks_that_tell_all_have_an_area_of_one() {
        let sure = people(&[(0.1, false), (0.2, false), (0.8, true), (0.9, true)]);
        assert_eq!(area(&sure, Confidence::P95).unwrap().value, 1.0);
        let alike = people(&[(0.5, false), (0.5, false), (0.5, true), (0.5, true)]);
        assert_eq!(area(&alike, Confidence::P95).unwrap().value, 0.5);
        assert!(area(&sure[..2], Confidence::P95).is_none());
        assert_eq!(curve(&sure).len(), 4);
        assert!(calibration(&sure, 10, Confidence::P95).is_err());
    }
}
