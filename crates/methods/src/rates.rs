//! Proportions, rates and means with confidence limits.

use serde::{Deserialize, Serialize};

/// The quantile of the normal distribution for 95 % limits.
pub const Z_95: f64 = 1.959_963_984_540_054;
/// The quantile of the normal distribution for 99.8 % limits.
pub const Z_99_8: f64 = 3.090_232_306_167_813_5;

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
    fn scaled(self, by: f64) -> Self {
        Self { value: self.value * by, lower: self.lower * by, upper: self.upper * by }
    }
}

/// A proportion times `per`, with Wilson limits. `None` when there is no denominator or the numerator is larger.
///
/// Source: Wilson EB, J Am Stat Assoc 1927; 22: 209-12, in the form of Newcombe 1998, without continuity correction.
pub fn proportion(numerator: u64, denominator: u64, per: f64, z: f64) -> Option<Estimate> {
    if denominator == 0 || numerator > denominator {
        return None;
    }
    let (x, n) = (numerator as f64, denominator as f64);
    let p = x / n;
    let square = z * z;
    let middle = 2.0 * x + square;
    let reach = z * (square + 4.0 * x * (1.0 - p)).sqrt();
    let both = 2.0 * (n + square);
    let lower = ((middle - reach) / both).max(0.0);
    let upper = ((middle + reach) / both).min(1.0);
    Some(Estimate { value: p, lower, upper }.scaled(per))
}

/// A crude rate times `per`, with Byar's limits. `None` when there is no denominator.
///
/// Source: Breslow NE and Day NE, Statistical methods in cancer research, volume II, 1987, page 69.
pub fn rate(events: u64, population: u64, per: f64, z: f64) -> Option<Estimate> {
    if population == 0 {
        return None;
    }
    let (lower, upper) = byar(events, z);
    Some(Estimate { value: events as f64, lower, upper }.scaled(per / population as f64))
}

/// Byar's limits of a Poisson count.
pub fn byar(events: u64, z: f64) -> (f64, f64) {
    let o = events as f64;
    let lower = if events == 0 { 0.0 } else { o * (1.0 - 1.0 / (9.0 * o) - z / (3.0 * o.sqrt())).powi(3) };
    let above = o + 1.0;
    let upper = above * (1.0 - 1.0 / (9.0 * above) + z / (3.0 * above.sqrt())).powi(3);
    (lower, upper)
}

/// A mean: a sum over a count. No limits, since the sum of squares is not kept. `None` when there is no count.
pub fn mean(sum: i64, count: u64) -> Option<f64> {
    (count > 0).then(|| sum as f64 / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, within: f64) -> bool {
        (a - b).abs() < within
    }

    #[test]
    fn byar_gives_the_published_limits() {
        for (o, lower, upper) in
            [(10, 4.78745, 18.39146), (65, 50.16319, 82.84914), (1045, 982.59320, 1_110.331_21)]
        {
            let (l, u) = byar(o, Z_95);
            assert!(close(l, lower, 5e-6) && close(u, upper, 5e-6), "{o}: {l} {u}");
        }
        assert_eq!(byar(0, Z_95).0, 0.0);
    }

    #[test]
    fn wilson_gives_newcombes_table() {
        // Newcombe RG, Stat Med 1998; 17: 857-72, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (x, n, lower, upper) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let e = proportion(x, n, 1.0, Z_95).unwrap();
            assert!(close(e.lower, lower, 5e-5) && close(e.upper, upper, 5e-5), "{x}/{n}: {e:?}");
        }
        assert_eq!(proportion(20, 20, 100.0, Z_95).unwrap().upper, 100.0);
        assert_eq!(proportion(1, 0, 1.0, Z_95), None);
        assert_eq!(proportion(2, 1, 1.0, Z_95), None);
    }

    #[test]
    fn crude_rates_are_scaled_with_their_limits() {
        let e = rate(10, 1_000, 1_000.0, Z_95).unwrap();
        assert!(close(e.value, 10.0, 1e-12) && close(e.lower, 4.78745, 5e-6));
        assert_eq!(rate(1, 0, 1_000.0, Z_95), None);
        assert_eq!(mean(42, 2), Some(21.0));
        assert_eq!(mean(42, 0), None);
    }
}
