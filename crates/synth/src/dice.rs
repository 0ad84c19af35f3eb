//! Chance, the same on every machine: a seeded stream per subject and only arithmetic that IEEE 754 fixes to the last bit
//! (no logarithm, exponential or cosine of the platform's library).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What a stream of chance decides. Each subject has its own stream for each, so that a change in one setting does not
/// change what happens in another.
#[derive(Clone, Copy, Debug)]
pub enum Stream {
    Household = 1,
    Health = 2,
    Hospital = 3,
    Gp = 4,
    Community = 5,
    SocialCare = 6,
    Identity = 7,
    Rows = 8,
}

/// A source of chance for one subject.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of this kind for the subject with this number.
    pub fn new(seed: u64, stream: Stream, subject: u64) -> Self {
        let parts = seed.to_le_bytes().into_iter().chain((stream as u64).to_le_bytes());
        let mut key = [0u8; 32];
        for (slot, byte) in key.iter_mut().zip(parts.chain(subject.to_le_bytes())) {
            *slot = byte;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Evenly in 0 to 1, 1 excluded.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.unit() < probability
    }

    /// A whole number below `limit`; 0 when the limit is 0.
    pub fn below(&mut self, limit: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(limit)) >> 32) as u32
    }

    /// A whole number from `low` to `high`, both included; `low` when they are the wrong way round.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = u32::try_from(i64::from(high) - i64::from(low) + 1).unwrap_or(0);
        low + self.below(span) as i32
    }

    /// Roughly normal with mean 0 and deviation 1: the sum of four even draws.
    pub fn bell(&mut self) -> f64 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (sum - 2.0) * 1.732_050_807_568_877_2
    }

    /// A Poisson count (Knuth 1969, by multiplication; large means in halves).
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean <= 0.0 {
            return 0;
        }
        if mean > 20.0 {
            return self.poisson(mean / 2.0) + self.poisson(mean / 2.0);
        }
        let limit = exp(-mean);
        let mut product = self.unit();
        let mut count = 0;
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// How much more than others of the same kind a person uses or suffers: mean 1, skewed.
    pub fn proneness(&mut self) -> f64 {
        const TENTHS: [f64; 10] = [0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.1, 1.35, 1.8, 2.6];
        self.pick(&TENTHS).copied().unwrap_or(1.0) * (0.85 + 0.3 * self.unit())
    }

    /// One of these, evenly.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.below(u32::try_from(of.len()).unwrap_or(u32::MAX));
        of.get(at as usize)
    }

    /// The position drawn in proportion to its weight; `None` when all are 0.
    pub fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> Option<usize> {
        let total: f64 = weights.clone().sum();
        if total <= 0.0 {
            return None;
        }
        let mut left = self.unit() * total;
        let mut last = None;
        for (at, weight) in weights.enumerate().filter(|(_, weight)| *weight > 0.0) {
            last = Some(at);
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }
}

/// Weights prepared for many draws.
pub struct Weighted(Vec<f64>);

impl Weighted {
    /// Cumulative sums of these weights.
    pub fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        Self(
            weights
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    /// A position drawn in proportion to its weight.
    pub fn draw(&self, dice: &mut Dice) -> usize {
        let at = dice.unit() * self.0.last().copied().unwrap_or(0.0);
        self.0.partition_point(|sum| *sum <= at).min(self.0.len().saturating_sub(1))
    }
}

/// e to the power x by Taylor's series of x/1024 squared ten times: the same bits everywhere.
pub fn exp(x: f64) -> f64 {
    let y = x / 1024.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..8 {
        term *= y / f64::from(n);
        sum += term;
    }
    for _ in 0..10 {
        sum *= sum;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_repeats_and_differs_from_others() {
        let draw = |stream, subject| Dice::new(7, stream, subject).unit();
        assert_eq!(draw(Stream::Gp, 1), draw(Stream::Gp, 1));
        assert_ne!(draw(Stream::Gp, 1), draw(Stream::Gp, 2));
        assert_ne!(draw(Stream::Gp, 1), draw(Stream::Hospital, 1));
    }

    #[test]
    fn draws_have_their_means() {
        let mut dice = Dice::new(1, Stream::Rows, 0);
        let n = 40_000;
        let mean = |total: f64| total / f64::from(n);
        let poisson = mean((0..n).map(|_| f64::from(dice.poisson(3.5))).sum());
        assert!((poisson - 3.5).abs() < 0.05, "{poisson}");
        let proneness = mean((0..n).map(|_| dice.proneness()).sum());
        assert!((proneness - 1.0).abs() < 0.02, "{proneness}");
        let bell = mean((0..n).map(|_| dice.bell()).sum());
        assert!(bell.abs() < 0.02, "{bell}");
        assert!((exp(1.0) - std::f64::consts::E).abs() < 1e-12);
        assert!((exp(-5.0) - 0.006_737_946_999_085_467).abs() < 1e-14);
    }

    #[test]
    fn weights_are_followed() {
        let mut dice = Dice::new(1, Stream::Rows, 1);
        let table = Weighted::new([1.0, 0.0, 3.0].into_iter());
        let mut seen = [0u32; 3];
        for _ in 0..4_000 {
            seen[table.draw(&mut dice)] += 1;
            seen[dice.weighted([1.0, 0.0, 3.0].into_iter()).unwrap()] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!((5_600..6_400).contains(&seen[2]), "{seen:?}");
        assert_eq!(dice.weighted([0.0, 0.0].into_iter()), None);
        assert_eq!(dice.between(5, 5), 5);
    }
}
