//! Proportions, rates and means with confidence limits.

use serde::{Deserialize, Serialize};

use crate::distributions::{Confidence, chi_squared_above, chi_squared_below};

/// Below so many events Byar's approximation gives way to exact limits, as in the Fingertips technical guidance.
pub const EXACT_BELOW: f64 = 10.0;

/// A value with its lower and upper confidence limits, all in the same unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl Estimate {
    /// The same in another unit.
    #[must_use]
    pub fn scaled(self, by: f64) -> Self {
        Self { value: self.value * by, lower: self.lower * by, upper: self.upper * by }
    }
}

/// A proportion times `per`, with Wilson limits. `None` when there is no denominator or the numerator is larger.
///
/// Source: Wilson EB, J Am Stat Assoc 1927; 22: 209-12, in the form of Newcombe 1998, without continuity correction.
pub fn proportion(numerator: f64, denominator: f64, per: f64, confidence: Confidence) -> Option<Estimate> {
    let (x, n, z) = (numerator, denominator, confidence.z());
    if n <= 0.0 || x < 0.0 || x > n {
        return None;
    }
    let p = x / n;
    let square = z * z;
    let middle = 2.0 * x + square;
    let reach = z * (square + 4.0 * x * (1.0 - p)).sqrt();
    let both = 2.0 * (n + square);
    let lower = ((middle - reach) / both).max(0.0);
    let upper = ((middle + reach) / both).min(1.0);
    Some(Estimate { value: p, lower, upper }.scaled(per))
}

/// A crude rate times `per`, with the limits of [`poisson`]. `None` when there is no denominator.
pub fn rate(events: f64, population: f64, per: f64, confidence: Confidence) -> Option<Estimate> {
    if population <= 0.0 || events < 0.0 {
        return None;
    }
    let (lower, upper) = poisson(events, confidence);
    Some(Estimate { value: events, lower, upper }.scaled(per / population))
}

/// Limits of a count of events: Byar's from ten events, exact below.
///
/// Source: Fingertips public health technical guidance, as PHEindicatormethods computes it.
pub fn poisson(events: f64, confidence: Confidence) -> (f64, f64) {
    if events < EXACT_BELOW { exact(events, confidence) } else { byar(events, confidence) }
}

/// Byar's limits of a Poisson count.
///
/// Source: Breslow NE and Day NE, Statistical methods in cancer research, volume II, 1987, page 69.
pub fn byar(events: f64, confidence: Confidence) -> (f64, f64) {
    let (o, z) = (events, confidence.z());
    let lower = if o == 0.0 { 0.0 } else { o * (1.0 - 1.0 / (9.0 * o) - z / (3.0 * o.sqrt())).powi(3) };
    let above = o + 1.0;
    let upper = above * (1.0 - 1.0 / (9.0 * above) + z / (3.0 * above.sqrt())).powi(3);
    (lower, upper)
}

/// Exact limits of a Poisson count, by way of the chi-squared distribution.
///
/// Source: Armitage P and Berry G, Statistical methods in medical research, 4th edition, 2002.
pub fn exact(events: f64, confidence: Confidence) -> (f64, f64) {
    let tail = confidence.tail();
    (chi_squared_below(tail, 2.0 * events) / 2.0, chi_squared_above(tail, 2.0 * events + 2.0) / 2.0)
}

/// A mean: a sum over a count. No limits, since the sum of squares is not kept. `None` when there is no count.
pub fn mean(sum: i64, count: u64) -> Option<f64> {
    (count > 0).then(|| sum as f64 / count as f64)
}

/// What a sample says of a mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Sum of the values.
    pub sum: f64,
    /// How many there are.
    pub count: f64,
    /// The mean.
    pub mean: f64,
    /// Standard deviation of the sample; none of a single value.
    pub deviation: Option<f64>,
}

impl Sample {
    /// The mean of values. `None` when there are none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let sum: f64 = values.iter().sum();
        let count = values.len() as f64;
        let mean = sum / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (values.len() > 1).then(|| (squares / (count - 1.0)).sqrt());
        (!values.is_empty()).then_some(Self { sum, count, mean, deviation })
    }

    /// The mean with limits by Student's t. `None` of a single value.
    pub fn limits(&self, confidence: Confidence) -> Option<Estimate> {
        let reach = confidence.t(self.count - 1.0) * self.deviation? / self.count.sqrt();
        Some(Estimate { value: self.mean, lower: self.mean - reach, upper: self.mean + reach })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const P95: Confidence = Confidence::P95;

    fn close(a: f64, b: f64, within: f64) -> bool {
        (a - b).abs() < within
    }

    #[test]
    fn byar_gives_the_published_limits() {
        for (o, lower, upper) in
            [(10.0, 4.78745, 18.39146), (65.0, 50.16319, 82.84914), (1045.0, 982.59320, 1_110.331_21)]
        {
            let (l, u) = byar(o, P95);
            assert!(close(l, lower, 5e-6) && close(u, upper, 5e-6), "{o}: {l} {u}");
        }
        assert_eq!(byar(0.0, P95).0, 0.0);
    }

    #[test]
    fn wilson_gives_newcombes_table() {
        // Newcombe RG, Stat Med 1998; 17: 857-72, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (x, n, lower, upper) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let e = proportion(x, n, 1.0, P95).unwrap();
            assert!(close(e.lower, lower, 5e-5) && close(e.upper, upper, 5e-5), "{x}/{n}: {e:?}");
        }
        assert_eq!(proportion(20.0, 20.0, 100.0, P95).unwrap().upper, 100.0);
        assert_eq!(proportion(1.0, 0.0, 1.0, P95), None);
        assert_eq!(proportion(2.0, 1.0, 1.0, P95), None);
    }

    #[test]
    fn crude_rates_are_scaled_with_their_limits() {
        let e = rate(10.0, 1_000.0, 1_000.0, P95).unwrap();
        assert!(close(e.value, 10.0, 1e-12) && close(e.lower, 4.78745, 5e-6));
        assert_eq!(rate(1.0, 0.0, 1_000.0, P95), None);
        assert_eq!(mean(42, 2), Some(21.0));
        assert_eq!(mean(42, 0), None);
    }
}
