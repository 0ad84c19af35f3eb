//! Funnel limits: how far a place of its size may lie from the whole by chance.
//!
//! Source: Spiegelhalter DJ, Funnel plots for comparing institutional performance, Stat Med 2005; 24: 1185-202. Proportions as the Fingertips
//! technical guidance does them, rates and ratios by exact Poisson limits, overdispersion as the R package FunnelPlotR does it.

use crate::distributions::{Confidence, chi_squared_above, chi_squared_below};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A numerator that is part of its denominator.
    Proportion,
    /// Events over people.
    Rate,
    /// Observed over expected events: the whole is one.
    Ratio,
}

/// How much more than by chance places may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdispersion {
    /// Not at all: chance alone.
    None,
    /// On the square root scale, the outer tenths of z-scores drawn in (Care Quality Commission).
    SquareRoot,
    /// On the log scale, the outer tenths of z-scores left out (Summary Hospital-level Mortality Indicator).
    Log,
}

/// Limits over a set of places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Funnel {
    kind: Kind,
    scale: Scale,
    /// The value of the whole.
    pub baseline: f64,
    /// Mean square of the z-scores, when asked for.
    pub dispersion: Option<f64>,
    /// Variance between places that is added to chance.
    pub between: f64,
}

/// The scale on which places are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    Exact,
    /// Arcsine of the square root of a proportion.
    Arcsine,
    SquareRoot,
    Log,
}

impl Funnel {
    /// From each place's numerator and denominator (for ratios its expected events). `None` when there is no place, one without denominator, or
    /// nothing was counted.
    pub fn of(places: &[(f64, f64)], kind: Kind, overdispersion: Overdispersion) -> Option<Self> {
        let above: f64 = places.iter().map(|(x, _)| x).sum();
        let below: f64 = places.iter().map(|(_, n)| n).sum();
        if places.iter().any(|(_, n)| *n <= 0.0) || below <= 0.0 || above <= 0.0 {
            return None;
        }
        let baseline = if kind == Kind::Ratio { 1.0 } else { above / below };
        let scale = match (overdispersion, kind) {
            (Overdispersion::None, _) => Scale::Exact,
            (_, Kind::Proportion) => Scale::Arcsine,
            (Overdispersion::SquareRoot, _) => Scale::SquareRoot,
            (Overdispersion::Log, _) => Scale::Log,
        };
        let mut funnel = Self { kind, scale, baseline, dispersion: None, between: 0.0 };
        if scale != Scale::Exact {
            funnel.spread(places);
        }
        Some(funnel)
    }

    /// Lower and upper limit for a place with this denominator.
    pub fn limits(&self, denominator: f64, confidence: Confidence) -> (f64, f64) {
        let z = confidence.z();
        // Where places differ no more than by chance, the limits are those of chance.
        if self.scale == Scale::Exact || self.between == 0.0 {
            return self.by_chance(denominator, confidence);
        }
        let reach = z * (self.chance(denominator).powi(2) + self.between).sqrt();
        let middle = self.on_scale(self.baseline);
        (self.off_scale(middle - reach), self.off_scale(middle + reach))
    }

    fn by_chance(&self, denominator: f64, confidence: Confidence) -> (f64, f64) {
        let (p, n) = (self.baseline, denominator);
        if self.kind == Kind::Proportion {
            let reach = confidence.z() * (p * (1.0 - p) / n).sqrt();
            return ((p - reach).max(0.0), (p + reach).min(1.0));
        }
        let expected = p * n;
        let lower = chi_squared_below(confidence.tail(), 2.0 * expected) / 2.0;
        let upper = chi_squared_above(confidence.tail(), 2.0 * (expected + 1.0)) / 2.0;
        (lower / n, upper / n)
    }

    /// Standard error by chance of a place with this denominator, on the scale.
    fn chance(&self, denominator: f64) -> f64 {
        let expected = if self.scale == Scale::Arcsine { denominator } else { self.baseline * denominator };
        match self.scale {
            Scale::Log => 1.0 / expected.sqrt(),
            // The square root of a rate is that of a ratio times the root of the baseline.
            Scale::SquareRoot => self.baseline.sqrt() / (2.0 * expected.sqrt()),
            Scale::Arcsine | Scale::Exact => 1.0 / (2.0 * expected.sqrt()),
        }
    }

    fn on_scale(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Exact => value,
            Scale::Arcsine => value.sqrt().asin(),
            Scale::SquareRoot => value.sqrt(),
            Scale::Log => value.ln(),
        }
    }

    fn off_scale(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Exact => value,
            Scale::Arcsine => value.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2),
            Scale::SquareRoot => value.max(0.0).powi(2),
            Scale::Log => value.exp(),
        }
    }

    /// Finds how much more places differ than by chance: DerSimonian and Laird's variance between them.
    fn spread(&mut self, places: &[(f64, f64)]) {
        let middle = self.on_scale(self.baseline);
        let scored: Vec<(f64, f64)> = places
            .iter()
            .map(|(x, n)| {
                let error = self.chance(*n);
                ((self.on_scale(x / n) - middle) / error, error)
            })
            .collect();
        let kept = if self.scale == Scale::Log { truncated(scored) } else { winsorised(scored) };
        let count = kept.len() as f64;
        let dispersion = kept.iter().map(|(z, _)| z * z).sum::<f64>() / count;
        let weights: f64 = kept.iter().map(|(_, error)| error.powi(-2)).sum();
        let squares: f64 = kept.iter().map(|(_, error)| error.powi(-4)).sum();
        let excess = count * dispersion - (count - 1.0);
        self.dispersion = Some(dispersion);
        self.between = if excess > 0.0 { excess / (weights - squares / weights) } else { 0.0 };
    }
}

/// Scores beyond the tenth and the ninetieth percentile are set to them.
fn winsorised(mut scored: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut sorted: Vec<f64> = scored.iter().map(|(z, _)| *z).collect();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (percentile(&sorted, 0.1), percentile(&sorted, 0.9));
    for (z, _) in &mut scored {
        *z = z.clamp(low, high);
    }
    scored
}

/// Scores of the lowest and the highest tenth by rank are left out; equal scores have the mean of their ranks.
fn truncated(scored: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut sorted: Vec<f64> = scored.iter().map(|(z, _)| *z).collect();
    sorted.sort_by(f64::total_cmp);
    let inside = |z: f64| {
        let below = sorted.partition_point(|other| *other < z);
        let to = sorted.partition_point(|other| *other <= z);
        let rank = (below + 1 + to) as f64 / 2.0;
        let tenth = (rank * 10.0 / (sorted.len() + 1) as f64).floor();
        tenth > 0.0 && tenth < 9.0
    };
    scored.iter().copied().filter(|(z, _)| inside(*z)).collect()
}

/// A percentile of sorted values, between the two nearest in proportion (R's type 7).
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len().saturating_sub(1)) as f64;
    let at = |n: f64| sorted.get(n as usize).copied().unwrap_or(f64::NAN);
    let (low, high) = (at(place.floor()), at(place.ceil()));
    low + (place - place.floor()) * (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_narrow_as_places_grow() {
        let places = [(10.0, 100.0), (20.0, 200.0), (30.0, 300.0)];
        let funnel = Funnel::of(&places, Kind::Proportion, Overdispersion::None).unwrap();
        let (small, large) = (funnel.limits(100.0, Confidence::P95), funnel.limits(300.0, Confidence::P95));
        assert!((funnel.baseline - 0.1).abs() < 1e-12);
        assert!(small.0 < large.0 && large.1 < small.1);
        assert_eq!(funnel.limits(5.0, Confidence::P99_8).0, 0.0);
    }

    #[test]
    fn places_alike_are_not_overdispersed() {
        let alike = [(100.0, 1_000.0); 30];
        for kind in [Kind::Proportion, Kind::Rate, Kind::Ratio] {
            let funnel = Funnel::of(&alike, kind, Overdispersion::SquareRoot).unwrap();
            let plain = Funnel::of(&alike, kind, Overdispersion::None).unwrap();
            if kind != Kind::Ratio {
                assert_eq!(funnel.between, 0.0);
                assert_eq!(funnel.limits(1_000.0, Confidence::P95), plain.limits(1_000.0, Confidence::P95));
            }
        }
        assert!(Funnel::of(&[(1.0, 0.0)], Kind::Rate, Overdispersion::None).is_none());
        assert!(Funnel::of(&[], Kind::Rate, Overdispersion::None).is_none());
    }
}
