//! A value with the counts that it is made of, through disclosure control together.

use serde::{Deserialize, Serialize};

use super::related::{Cell, Line, protect};
use super::{Published, Rule};
use crate::Confidence;
use crate::rates::{self, Estimate};

/// How numerator and denominator become a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Events over people: Byar's limits.
    Rate,
    /// A part of a whole: Wilson limits.
    Proportion,
    /// A sum over a count: no limits.
    Mean,
}

/// What a value is made of, exactly. It stays inside the room that reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Numerator.
    pub numerator: u64,
    /// Denominator.
    pub denominator: u64,
}

impl Counts {
    /// From what a table holds; less than nothing counts as nothing.
    pub fn of(numerator: i64, denominator: i64) -> Self {
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        Self { numerator: count(numerator), denominator: count(denominator) }
    }

    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.numerator = self.numerator.saturating_add(other.numerator);
        self.denominator = self.denominator.saturating_add(other.denominator);
    }
}

/// A value with its numerator and denominator, as they may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measure {
    /// Numerator.
    pub numerator: Published<u64>,
    /// Denominator.
    pub denominator: Published<u64>,
    /// The value with its 95 % limits; for a mean the limits are the value.
    pub value: Published<Estimate>,
}

impl Measure {
    /// Nothing is known.
    pub fn no_data() -> Self {
        Self {
            numerator: Published::no_data(),
            denominator: Published::no_data(),
            value: Published::no_data(),
        }
    }
}

impl Rule {
    /// One value that belongs to no table.
    pub fn measure(&self, form: Form, per: f64, counts: Counts) -> Measure {
        self.measures(form, per, &[counts], &[]).pop().unwrap_or_else(Measure::no_data)
    }

    /// Values that add up along lines: parts of a whole, each line the places of its parts and then of the whole. A number is hidden
    /// when it is small, or when it would follow from the others of a line.
    pub fn measures(&self, form: Form, per: f64, counts: &[Counts], lines: &[Line]) -> Vec<Measure> {
        let mut above: Vec<Cell> = counts.iter().map(|c| self.above(form, *c)).collect();
        let mut below: Vec<Cell> =
            counts.iter().map(|c| Cell { n: c.denominator, hidden: self.is_small(c.denominator) }).collect();
        protect(&mut above, lines);
        protect(&mut below, lines);
        let each = counts.iter().zip(above.iter().zip(&below));
        each.map(|(counts, (above, below))| {
            let value = match above.hidden || below.hidden {
                true => Published::withheld(),
                false => Published::of(estimate(form, per, *counts)),
            };
            Measure {
                numerator: self.part(counts.numerator, above.hidden),
                denominator: self.part(counts.denominator, below.hidden),
                value,
            }
        })
        .collect()
    }

    /// Counts that add up along lines.
    pub fn related(&self, counts: &[u64], lines: &[Line]) -> Vec<Published<u64>> {
        let mut cells: Vec<Cell> = counts.iter().map(|n| Cell { n: *n, hidden: self.is_small(*n) }).collect();
        protect(&mut cells, lines);
        cells.iter().map(|cell| self.part(cell.n, cell.hidden)).collect()
    }

    /// The numerator. That of a mean adds up nights or pounds, not people: it is as safe as the count below it.
    fn above(&self, form: Form, counts: Counts) -> Cell {
        let rest = counts.denominator.saturating_sub(counts.numerator);
        match form {
            Form::Mean => Cell { n: counts.denominator, hidden: self.is_small(counts.denominator) },
            Form::Rate => Cell { n: counts.numerator, hidden: self.is_small(counts.numerator) },
            Form::Proportion => Cell {
                n: counts.numerator.min(rest),
                hidden: self.is_small(counts.numerator) || self.is_small(rest),
            },
        }
    }

    pub(super) fn part(&self, n: u64, hidden: bool) -> Published<u64> {
        match hidden {
            true if self.is_small(n) => Published::suppressed(self.suppress_to),
            true => Published::withheld(),
            false => Published::shown(self.rounded(n)),
        }
    }
}

/// The value itself.
fn estimate(form: Form, per: f64, counts: Counts) -> Option<Estimate> {
    let (above, below) = (counts.numerator as f64, counts.denominator as f64);
    match form {
        Form::Rate => rates::rate(above, below, per, Confidence::P95),
        Form::Proportion => rates::proportion(above, below, per, Confidence::P95),
        Form::Mean => (counts.denominator > 0).then(|| {
            let value = above / below * per;
            Estimate { value, lower: value, upper: value }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(numerator: u64, denominator: u64) -> Counts {
        Counts { numerator, denominator }
    }

    #[test]
    fn a_small_practice_takes_another_with_it_in_every_family_it_belongs_to() {
        // Three practices of one neighbourhood and two of another; both of one borough.
        let leaves = [3, 40, 60, 50, 70];
        let mut all: Vec<Counts> = leaves.iter().map(|n| counts(*n, 10 * n + 1_000)).collect();
        let sum = |parts: &[usize]| {
            parts.iter().fold(Counts::default(), |mut sum, at| {
                sum.add(counts(leaves[*at], 10 * leaves[*at] + 1_000));
                sum
            })
        };
        all.extend([sum(&[0, 1, 2]), sum(&[3, 4]), sum(&[0, 1, 2, 3, 4])]);
        let lines = [vec![0, 1, 2, 5], vec![3, 4, 6], vec![5, 6, 7], vec![0, 1, 2, 3, 4, 7]];
        let shown = Rule::default().measures(Form::Rate, 1_000.0, &all, &lines);
        let hidden: Vec<usize> = (0..8).filter(|at| shown[*at].value.is_suppressed()).collect();
        assert_eq!(hidden, [0, 1], "the small one and the smallest beside it");
        assert_eq!(shown[0].numerator.to_string(), "7 or fewer");
        assert_eq!(shown[1].numerator.to_string(), "not shown");
        assert_eq!(shown[1].denominator.value(), Some(1_400), "how many there are gives nothing away");
        assert_eq!(shown[7].numerator.value(), Some(225));
    }

    #[test]
    fn what_is_left_over_is_protected_too() {
        let one = Rule::default().measure(Form::Proportion, 100.0, counts(95, 100));
        assert!(one.value.is_suppressed() && one.numerator.is_suppressed());
        let mean = Rule::default().measure(Form::Mean, 1.0, counts(300, 5));
        assert!(mean.value.is_suppressed() && mean.numerator.is_suppressed());
        let mean = Rule::default().measure(Form::Mean, 1.0, counts(3, 50));
        assert_eq!((mean.value.to_string(), mean.numerator.value()), ("0.1".to_owned(), Some(5)));
        assert_eq!(Rule::default().measure(Form::Rate, 1.0, counts(0, 0)).value, Published::no_data());
    }

    #[test]
    fn counts_along_a_line_hide_a_second_one() {
        let shown = Rule::default().related(&[4, 30, 50, 84], &[vec![0, 1, 2, 3]]);
        let hidden: Vec<bool> = shown.iter().map(Published::is_suppressed).collect();
        assert_eq!(hidden, [true, true, false, false]);
    }
}
