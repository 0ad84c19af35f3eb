//! Indirect standardisation: observed events against those expected if a reference's rates held.
//!
//! Source: Breslow NE and Day NE, 1987; limits as in the Fingertips technical guidance: Byar's from ten events, exact below.

use crate::distributions::Confidence;
use crate::rates::{Estimate, poisson};

/// A band of age, of a place and of the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// People of the place.
    pub population: f64,
    /// Events of the reference.
    pub reference_events: f64,
    /// People of the reference.
    pub reference_population: f64,
}

/// Events expected in a place, and the crude rate of the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Expected events.
    pub events: f64,
    /// Rate of the reference, per person.
    pub reference_rate: f64,
}

impl Expected {
    /// From bands. `None` when the reference has no people in one.
    pub fn of(bands: &[Band]) -> Option<Self> {
        if bands.is_empty() || bands.iter().any(|band| band.reference_population <= 0.0) {
            return None;
        }
        let sum = |of: fn(&Band) -> f64| bands.iter().map(of).sum::<f64>();
        Some(Self {
            events: sum(|band| band.reference_events / band.reference_population * band.population),
            reference_rate: sum(|band| band.reference_events) / sum(|band| band.reference_population),
        })
    }
}

/// Observed over expected times `per`. `None` when nothing is expected. Times the reference's rate it is a standardised rate.
pub fn ratio(observed: f64, expected: f64, per: f64, confidence: Confidence) -> Option<Estimate> {
    if expected <= 0.0 || observed < 0.0 {
        return None;
    }
    let (lower, upper) = poisson(observed, confidence);
    Some(Estimate { value: observed, lower, upper }.scaled(per / expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_like_the_reference_has_a_ratio_of_one() {
        let band = |population: f64, rate: f64| Band {
            population,
            reference_events: rate * 1_000.0,
            reference_population: 1_000.0,
        };
        let expected = Expected::of(&[band(100.0, 0.1), band(50.0, 0.2)]).unwrap();
        assert!((expected.events - 20.0).abs() < 1e-12 && (expected.reference_rate - 0.15).abs() < 1e-12);
        assert_eq!(ratio(20.0, 20.0, 100.0, Confidence::P95).unwrap().value, 100.0);
        assert!(ratio(1.0, 0.0, 1.0, Confidence::P95).is_none());
        assert!(Expected::of(&[]).is_none());
    }
}
