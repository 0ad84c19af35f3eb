use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// A sum of money in whole pence. There is no floating-point money anywhere in wsic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pence(pub i64);

impl Pence {
    /// Shares a total over weights so that the parts add up to it to the penny (largest remainder, ties to the
    /// earlier part). All zero when the weights are.
    pub fn share(self, weights: &[u64]) -> Vec<Pence> {
        let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if sum == 0 {
            return vec![Pence(0); weights.len()];
        }
        let total = i128::from(self.0);
        let mut parts: Vec<(i128, i128, usize)> = weights
            .iter()
            .enumerate()
            .map(|(i, w)| {
                let exact = total * i128::from(*w);
                (exact.div_euclid(sum), exact.rem_euclid(sum), i)
            })
            .collect();
        let left = total - parts.iter().map(|p| p.0).sum::<i128>();
        parts.sort_by_key(|p| (std::cmp::Reverse(p.1), p.2));
        for part in parts.iter_mut().take(usize::try_from(left).unwrap_or(0)) {
            part.0 += 1;
        }
        parts.sort_by_key(|p| p.2);
        parts.into_iter().map(|p| Pence(i64::try_from(p.0).unwrap_or(i64::MAX))).collect()
    }
}

/// Pounds and pence with thousands separated: `£1,234.56`, `-£0.05`.
impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let pounds = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::new();
        for (i, digit) in pounds.chars().enumerate() {
            if i > 0 && (pounds.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        write!(f, "{sign}£{grouped}.{:02}", self.0.unsigned_abs() % 100)
    }
}

impl Add for Pence {
    type Output = Pence;
    fn add(self, other: Pence) -> Pence {
        Pence(self.0 + other.0)
    }
}

impl Sub for Pence {
    type Output = Pence;
    fn sub(self, other: Pence) -> Pence {
        Pence(self.0 - other.0)
    }
}

impl AddAssign for Pence {
    fn add_assign(&mut self, other: Pence) {
        self.0 += other.0;
    }
}

impl Sum for Pence {
    fn sum<I: Iterator<Item = Pence>>(parts: I) -> Pence {
        parts.fold(Pence(0), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_write_it() {
        assert_eq!(Pence(123_456).to_string(), "£1,234.56");
        assert_eq!(Pence(-5).to_string(), "-£0.05");
        assert_eq!(Pence(100_000_000).to_string(), "£1,000,000.00");
    }

    #[test]
    fn shares_add_up_to_the_penny() {
        assert_eq!(Pence(100).share(&[1, 1, 1]), [Pence(34), Pence(33), Pence(33)]);
        for total in [-100, 0, 1, 7, 12_345] {
            assert_eq!(Pence(total).share(&[3, 5, 11, 0]).into_iter().sum::<Pence>(), Pence(total));
        }
        assert_eq!(Pence(5).share(&[0, 0]), [Pence(0), Pence(0)]);
    }
}
