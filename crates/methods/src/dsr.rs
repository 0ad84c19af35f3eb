//! Directly standardised rates: what the rate would be if the population had the ages of a standard one.
//!
//! Source: Dobson AJ and others, Confidence intervals for weighted sums of Poisson parameters, Stat Med 1991; 10: 457-62, with Byar's
//! limits of the total; the wider interval for repeat events as in the Fingertips technical guidance.

use crate::distributions::Confidence;
use crate::rates::{Estimate, byar};

/// Below so many events no rate is given.
pub const LEAST_EVENTS: f64 = 10.0;

/// The European Standard Population 2013: first age of each band, and how many of 100,000 are in it. Source: Eurostat, Revision of the
/// European Standard Population, 2013.
pub const ESP2013: [(u32, f64); 21] = [
    (0, 1_000.0),
    (1, 4_000.0),
    (5, 5_500.0),
    (10, 5_500.0),
    (15, 5_500.0),
    (20, 6_000.0),
    (25, 6_000.0),
    (30, 6_500.0),
    (35, 7_000.0),
    (40, 7_000.0),
    (45, 7_000.0),
    (50, 7_000.0),
    (55, 6_500.0),
    (60, 6_000.0),
    (65, 5_500.0),
    (70, 5_000.0),
    (75, 4_000.0),
    (80, 2_500.0),
    (85, 1_500.0),
    (90, 800.0),
    (95, 200.0),
];

/// How many of the European Standard Population 2013 are at least `from` and younger than `to` years. `None` where a band of the standard
/// would have to be split.
pub fn esp2013(from: u32, to: Option<u32>) -> Option<f64> {
    let begins = |age: u32| ESP2013.iter().any(|(start, _)| *start == age);
    let whole = begins(from) && to.is_none_or(|to| to > from && begins(to));
    let inside = |start: u32| start >= from && to.is_none_or(|to| start < to);
    whole.then(|| ESP2013.iter().filter(|(start, _)| inside(*start)).map(|(_, people)| people).sum())
}

/// A band of age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Events: where people have several, all of them.
    pub events: f64,
    /// The sum over people of the square of their events; the events themselves when each is of another person.
    pub squares: f64,
    /// People.
    pub population: f64,
    /// Weight of the band in the standard population.
    pub standard: f64,
}

/// A directly standardised rate per person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dsr {
    /// All events.
    pub events: f64,
    /// All people.
    pub population: f64,
    /// The rate, per person.
    pub rate: f64,
    /// Its variance.
    pub variance: f64,
}

impl Dsr {
    /// The rate over bands. `None` when a band has no people or the standard population is empty.
    pub fn of(bands: &[Band]) -> Option<Self> {
        let standard: f64 = bands.iter().map(|band| band.standard).sum();
        if standard <= 0.0 || bands.iter().any(|band| band.population <= 0.0) {
            return None;
        }
        let sum = |of: fn(&Band) -> f64| bands.iter().map(of).sum::<f64>();
        Some(Self {
            events: sum(|band| band.events),
            population: sum(|band| band.population),
            rate: sum(|band| band.events * band.standard / band.population) / standard,
            variance: sum(|band| band.squares * (band.standard / band.population).powi(2)) / standard.powi(2),
        })
    }

    /// The rate times `per` with Dobson's limits. `None` under ten events, of which no rate is reliable.
    pub fn limits(&self, per: f64, confidence: Confidence) -> Option<Estimate> {
        let (lower, upper) = byar(self.events, confidence);
        let unit = (self.variance / self.events).sqrt();
        let at = |limit: f64| self.rate + unit * (limit - self.events);
        let estimate = Estimate { value: self.rate, lower: at(lower), upper: at(upper) };
        (self.events >= LEAST_EVENTS).then(|| estimate.scaled(per))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_population_is_a_hundred_thousand() {
        assert_eq!(esp2013(0, None), Some(100_000.0));
        assert_eq!(esp2013(0, Some(5)), Some(5_000.0));
        assert_eq!(esp2013(85, None), Some(2_500.0));
        assert_eq!(esp2013(85, Some(90)), Some(1_500.0));
        assert_eq!(esp2013(3, Some(5)), None);
        assert_eq!(esp2013(80, Some(87)), None);
    }

    #[test]
    fn few_events_have_no_rate_and_an_empty_band_none_at_all() {
        let band = Band { events: 9.0, squares: 9.0, population: 100.0, standard: 5_000.0 };
        let dsr = Dsr::of(&[band]).unwrap();
        assert_eq!(dsr.rate, 0.09);
        assert!(dsr.limits(1.0, Confidence::P95).is_none());
        assert!(Dsr::of(&[Band { population: 0.0, ..band }]).is_none());
        assert!(Dsr::of(&[]).is_none());
    }
}
