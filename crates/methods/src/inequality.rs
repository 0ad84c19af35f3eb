//! Slope and relative index of inequality: how much a value changes from the most to the least deprived.
//!
//! Source: Low A and Low A, Measuring the gap, J Public Health 2004; 26: 388-95, as PHEindicatormethods computes it: values are regressed on
//! the middle of each group's range in the cumulative population, weighted by population. Limits of values that vary normally are the exact
//! percentiles of what that package draws at random (Fieller's for the ratio); limits of rates and proportions, which vary on a log or logit
//! scale, are drawn.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::distributions::{Confidence, normal_quantile};
use crate::rates::Estimate;

/// A group of people, such as a tenth by deprivation. Groups go from the most to the least deprived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// People.
    pub population: f64,
    /// The value, on its own scale.
    pub value: f64,
    /// Standard error on the scale on which the value varies.
    pub error: f64,
}

/// The scale on which a value varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Its own.
    Natural,
    /// The logarithm: rates.
    Log,
    /// The logit: proportions from 0 to 1.
    Logit,
}

impl Scale {
    /// Onto the scale.
    pub fn to(self, value: f64) -> f64 {
        match self {
            Self::Natural => value,
            Self::Log => value.ln(),
            Self::Logit => (value / (1.0 - value)).ln(),
        }
    }

    /// Back from the scale.
    fn from(self, value: f64) -> f64 {
        match self {
            Self::Natural => value,
            Self::Log => value.exp(),
            Self::Logit => value.exp() / (1.0 + value.exp()),
        }
    }
}

/// The line through the groups.
#[derive(Clone, Debug)]
pub struct Inequality {
    groups: Vec<Group>,
    scale: Scale,
    /// What each group's value adds to the value at 0, and to the slope.
    shares: Vec<(f64, f64)>,
    start: f64,
    slope: f64,
}

/// Slope and relative index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indices {
    /// Difference between the ends of the line.
    pub slope: Estimate,
    /// Ratio of the ends of the line.
    pub ratio: Estimate,
}

impl Inequality {
    /// Fits the line. `None` for fewer than two groups or one without people.
    pub fn of(groups: &[Group], scale: Scale) -> Option<Self> {
        let people: f64 = groups.iter().map(|group| group.population).sum();
        if groups.len() < 2 || groups.iter().any(|group| group.population <= 0.0) {
            return None;
        }
        let mut below = 0.0;
        let ranks: Vec<(f64, f64)> = groups
            .iter()
            .map(|group| {
                let share = group.population / people;
                below += share;
                (share, below - share / 2.0)
            })
            .collect();
        let middle: f64 = ranks.iter().map(|(share, rank)| share * rank).sum();
        let spread: f64 = ranks.iter().map(|(share, rank)| share * (rank - middle).powi(2)).sum();
        let shares: Vec<(f64, f64)> = ranks
            .iter()
            .map(|(share, rank)| {
                let slope = share * (rank - middle) / spread;
                (share - slope * middle, slope)
            })
            .collect();
        let (start, slope) = ends(&shares, groups.iter().map(|group| group.value));
        Some(Self { groups: groups.to_vec(), scale, shares, start, slope })
    }

    /// Slope times `by` and ratio with limits. A negative `by` turns the ratio over. `draws` and `seed` are for values on a log or logit scale.
    pub fn indices(&self, by: f64, confidence: Confidence, draws: usize, seed: u64) -> Indices {
        let (slope, ratio) = match self.scale {
            Scale::Natural => self.exact(confidence),
            Scale::Log | Scale::Logit => self.drawn(confidence, draws.max(1), seed),
        };
        let value = (self.start + self.slope) / self.start;
        let slope = Estimate { value: self.slope, lower: slope.0, upper: slope.1 }.scaled(by);
        let ratio = Estimate { value, lower: ratio.0, upper: ratio.1 };
        if by < 0.0 {
            return Indices { slope: turned(slope), ratio: turned(over(ratio)) };
        }
        Indices { slope, ratio }
    }

    /// Limits of slope and ratio when values vary normally: those of the slope are normal, those of the ratio Fieller's.
    fn exact(&self, confidence: Confidence) -> ((f64, f64), (f64, f64)) {
        let z = confidence.z();
        let (mut at_start, mut of_slope, mut both) = (0.0, 0.0, 0.0);
        for (group, (start, slope)) in self.groups.iter().zip(&self.shares) {
            let variance = group.error.powi(2);
            at_start += start * start * variance;
            of_slope += slope * slope * variance;
            both += start * slope * variance;
        }
        let reach = z * of_slope.sqrt();
        // The ratio less one is slope over start.
        let square = z * z;
        let a = self.start.powi(2) - square * at_start;
        let b = self.start * self.slope - square * both;
        let c = self.slope.powi(2) - square * of_slope;
        let root = (b * b - a * c).sqrt();
        let ratio = if a > 0.0 { (1.0 + (b - root) / a, 1.0 + (b + root) / a) } else { (f64::NAN, f64::NAN) };
        ((self.slope - reach, self.slope + reach), ratio)
    }

    /// Limits of slope and ratio as percentiles of values drawn at random.
    fn drawn(&self, confidence: Confidence, draws: usize, seed: u64) -> ((f64, f64), (f64, f64)) {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let (mut slopes, mut ratios) = (Vec::with_capacity(draws), Vec::with_capacity(draws));
        for _ in 0..draws {
            let values = self
                .groups
                .iter()
                .map(|group| self.scale.from(self.scale.to(group.value) + group.error * normal(&mut dice)));
            let (start, slope) = ends(&self.shares, values);
            slopes.push(slope);
            ratios.push((start + slope) / start);
        }
        (percentiles(slopes, confidence), percentiles(ratios, confidence))
    }
}

/// A standard normal number.
fn normal(dice: &mut ChaCha8Rng) -> f64 {
    // 53 bits, half a step from either end.
    normal_quantile(((dice.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64)
}

fn ends(shares: &[(f64, f64)], values: impl Iterator<Item = f64>) -> (f64, f64) {
    shares.iter().zip(values).fold((0.0, 0.0), |(start, slope), ((of_start, of_slope), value)| {
        (start + of_start * value, slope + of_slope * value)
    })
}

fn percentiles(mut drawn: Vec<f64>, confidence: Confidence) -> (f64, f64) {
    drawn.sort_by(f64::total_cmp);
    let count = drawn.len() as f64;
    let at = |share: f64| {
        let place = (count * share).round().max(1.0) as usize;
        drawn.get(place - 1).or(drawn.last()).copied().unwrap_or(f64::NAN)
    };
    (at(confidence.tail()), at(1.0 - confidence.tail()))
}

fn turned(estimate: Estimate) -> Estimate {
    Estimate { lower: estimate.upper, upper: estimate.lower, ..estimate }
}

fn over(estimate: Estimate) -> Estimate {
    Estimate { value: 1.0 / estimate.value, lower: 1.0 / estimate.lower, upper: 1.0 / estimate.upper }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(error: f64) -> Vec<Group> {
        (0..10)
            .map(|n| Group { population: 100.0 + f64::from(n), value: 0.2 + 0.03 * f64::from(n), error })
            .collect()
    }

    #[test]
    fn a_straight_line_has_its_own_slope() {
        let even: Vec<Group> =
            (0..10).map(|n| Group { population: 10.0, value: 5.0 + f64::from(n), error: 0.5 }).collect();
        let line = Inequality::of(&even, Scale::Natural).unwrap();
        let found = line.indices(1.0, Confidence::P95, 0, 1);
        assert!((found.slope.value - 10.0).abs() < 1e-12);
        assert!((found.ratio.value - 14.5 / 4.5).abs() < 1e-12);
        let turned = line.indices(-1.0, Confidence::P95, 0, 1);
        assert!((turned.slope.lower + found.slope.upper).abs() < 1e-12);
        assert!((turned.ratio.lower * found.ratio.upper - 1.0).abs() < 1e-12);
        assert!(Inequality::of(&even[..1], Scale::Natural).is_none());
    }

    /// With small errors a logit is nearly straight, so that what is drawn must lie close to what is exact.
    #[test]
    fn drawn_limits_are_near_exact_ones() {
        let natural = Inequality::of(&groups(0.01), Scale::Natural).unwrap();
        let exact = natural.indices(1.0, Confidence::P95, 0, 1);
        let mut logit = groups(0.01);
        for group in &mut logit {
            group.error /= group.value * (1.0 - group.value);
        }
        let line = Inequality::of(&logit, Scale::Logit).unwrap();
        let drawn = line.indices(1.0, Confidence::P95, 20_000, 7);
        for (a, b) in [(exact.slope, drawn.slope), (exact.ratio, drawn.ratio)] {
            assert!((a.lower - b.lower).abs() < 0.02 * a.value && (a.upper - b.upper).abs() < 0.02 * a.value);
        }
        assert_eq!(line.indices(1.0, Confidence::P95, 20_000, 7), drawn, "the same seed, the same limits");
    }
}
