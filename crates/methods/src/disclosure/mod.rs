//! Disclosure control in one place: what may leave as a number, and in what form.
//!
//! INVARIANT: a [`Published`] value is made by a [`Rule`] and nowhere else. Pages, charts, files and sentences about
//! populations hold `Published` values only.

mod chart;
mod gap;
mod measure;
mod published;
mod related;
mod spread;

use model::Pence;
use serde::{Deserialize, Serialize};

pub use chart::{Judged, PublishedChart};
pub use gap::PublishedGap;
pub use measure::{Counts, Form, Measure};
pub use published::Published;
pub use related::Line;
pub use spread::{Band, PublishedFunnel, Standing};

use crate::distributions::Confidence;
use crate::rates::{self, Estimate};

/// How small numbers are treated.
///
/// Default: counts of 1 to 7 are suppressed, others rounded to the nearest 5, as NHS Digital does for hospital data (HES
/// analysis guide). [`Rule::NNHIP`] suppresses below 6 without rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Counts from 1 to this one are not shown.
    pub suppress_to: u64,
    /// Others are rounded to a multiple of this; 1 leaves them as they are.
    pub round_to: u64,
}

impl Default for Rule {
    fn default() -> Self {
        Self::NHS_DIGITAL
    }
}

impl Rule {
    /// 1 to 7 suppressed, nearest 5: NHS Digital, HES analysis guide.
    pub const NHS_DIGITAL: Self = Self { suppress_to: 7, round_to: 5 };
    /// Below 6 suppressed, not rounded: National Neighbourhood Health Implementation Programme, measurement guide 1.2.
    pub const NNHIP: Self = Self { suppress_to: 5, round_to: 1 };

    /// True when a count of people or events is too small to be shown.
    pub fn is_small(&self, n: u64) -> bool {
        n > 0 && n <= self.suppress_to
    }

    /// A count. Nought is shown as nought.
    pub fn count(&self, n: u64) -> Published<u64> {
        self.part(n, self.is_small(n))
    }

    /// A sum of money spent on, or set aside for, so many people; whole pounds when counts are rounded.
    pub fn money(&self, sum: Pence, people: u64) -> Published<Pence> {
        if self.is_small(people) {
            return Published::withheld();
        }
        let shown = if self.round_to > 1 { Pence((sum.0 + 50).div_euclid(100) * 100) } else { sum };
        Published::shown(shown)
    }

    /// A crude rate with Byar's limits, from exact counts; hidden when either count is small.
    pub fn rate(&self, events: u64, population: u64, per: f64) -> Published<Estimate> {
        if self.is_small(events) || self.is_small(population) {
            return Published::withheld();
        }
        Published::of(rates::rate(events as f64, population as f64, per, Confidence::P95))
    }

    /// A proportion with Wilson limits, from exact counts; hidden when either count or what is left is small.
    pub fn proportion(&self, numerator: u64, denominator: u64, per: f64) -> Published<Estimate> {
        let rest = denominator.saturating_sub(numerator);
        if self.is_small(numerator) || self.is_small(denominator) || self.is_small(rest) {
            return Published::withheld();
        }
        Published::of(rates::proportion(numerator as f64, denominator as f64, per, Confidence::P95))
    }

    /// A share of a random sample with Wilson limits, where what is counted is how the program did and not what somebody
    /// is: hidden only when the sample is small.
    pub fn of_sample(&self, numerator: u64, sample: u64, per: f64) -> Published<Estimate> {
        if self.is_small(sample) {
            return Published::withheld();
        }
        Published::of(rates::proportion(numerator as f64, sample as f64, per, Confidence::P95))
    }

    /// A percentage in whole tenths, about so many people; hidden when they are few.
    pub fn tenths(&self, tenths: i64, people: u64) -> Published<f64> {
        if self.is_small(people) { Published::withheld() } else { Published::shown(tenths as f64 / 10.0) }
    }

    /// A mean over so many events or people; hidden when they are few.
    pub fn mean(&self, sum: i64, count: u64) -> Published<f64> {
        if self.is_small(count) {
            return Published::withheld();
        }
        Published::of(rates::mean(sum, count))
    }

    /// A statistic of people with and without an outcome, such as an area under a curve; hidden when either are few.
    pub fn statistic<T: Copy>(&self, value: Option<T>, with: u64, without: u64) -> Published<T> {
        if self.is_small(with) || self.is_small(without) {
            return Published::withheld();
        }
        Published(value.map_or(State::NoData, State::Shown))
    }

    /// A table of counts with its totals. Besides small counts it hides a second cell in every row and column where one
    /// cell alone is hidden, so that nobody gets it back by subtraction; where there is no second one, the total goes.
    pub fn table(&self, counts: &[Vec<u64>]) -> PublishedTable {
        let width = counts.iter().map(Vec::len).max().unwrap_or(0);
        // The totals are a last row and a last column: every line of the grid adds up to its own end.
        let mut grid: Vec<Vec<u64>> =
            counts.iter().map(|row| (0..width).map(|c| row.get(c).copied().unwrap_or(0)).collect()).collect();
        for row in &mut grid {
            row.push(row.iter().sum());
        }
        grid.push((0..=width).map(|c| grid.iter().filter_map(|row| row.get(c)).sum()).collect());
        let (across, down) = (width + 1, grid.len());
        let rows = (0..down).map(|r| (0..across).map(|c| r * across + c).collect());
        let columns = (0..across).map(|c| (0..down).map(|r| r * across + c).collect());
        let lines: Vec<Line> = rows.chain(columns).collect();
        let cells: Vec<u64> = grid.into_iter().flatten().collect();
        let shown = self.related(&cells, &lines);
        let mut rows: Vec<Vec<Published<u64>>> = shown.chunks(across).map(<[_]>::to_vec).collect();
        let mut column_totals = rows.pop().unwrap_or_default();
        let total = column_totals.pop().unwrap_or_else(Published::no_data);
        let row_totals = rows.iter_mut().map(|row| row.pop().unwrap_or_else(Published::no_data)).collect();
        PublishedTable { cells: rows, row_totals, column_totals, total }
    }

    fn rounded(&self, n: u64) -> u64 {
        let step = self.round_to.max(1);
        n.saturating_add(step / 2) / step * step
    }
}

/// A table that has been through disclosure control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublishedTable {
    /// Cells by row and column.
    pub cells: Vec<Vec<Published<u64>>>,
    /// Totals of the rows, from exact counts.
    pub row_totals: Vec<Published<u64>>,
    /// Totals of the columns, from exact counts.
    pub column_totals: Vec<Published<u64>>,
    /// The total of all.
    pub total: Published<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_go_and_others_are_rounded() {
        let rule = Rule::default();
        let shown: Vec<Option<u64>> =
            [0, 1, 7, 8, 12, 13, 17, 18, 1_002].map(|n| rule.count(n).value()).to_vec();
        assert_eq!(
            shown,
            [Some(0), None, None, Some(10), Some(10), Some(15), Some(15), Some(20), Some(1_000)]
        );
        assert_eq!(rule.count(3).to_string(), "7 or fewer");
        assert_eq!(rule.count(12_345).to_string(), "12,345");
        assert_eq!(Rule::NNHIP.count(5).words().as_deref(), Some("5 or fewer"));
        assert_eq!(Rule::NNHIP.count(6).value(), Some(6));
    }

    #[test]
    fn rates_and_money_of_few_people_go() {
        let rule = Rule::default();
        assert!(rule.rate(7, 10_000, 1_000.0).is_suppressed());
        assert!(rule.proportion(95, 100, 100.0).is_suppressed(), "five are left over");
        assert_eq!(rule.proportion(50, 100, 100.0).value().map(|e| e.value), Some(50.0));
        assert_eq!(rule.rate(0, 0, 1.0).words().as_deref(), Some("no data"));
        assert_eq!(rule.of_sample(95, 100, 100.0).value().map(|e| e.value), Some(95.0));
        assert!(rule.of_sample(7, 7, 100.0).is_suppressed());
        assert_eq!(rule.of_sample(0, 0, 100.0), Published::no_data());
        assert!(rule.money(Pence(100_000), 7).is_suppressed());
        assert_eq!(rule.money(Pence(123_456), 8).to_string(), "£1,235");
        assert_eq!(rule.money(Pence(-123_450), 8).value(), Some(Pence(-123_400)));
        assert!(rule.mean(30, 3).is_suppressed());
        assert_eq!(rule.mean(30, 10).to_string(), "3.0");
    }

    #[test]
    fn a_single_hidden_cell_takes_another_with_it() {
        let table = Rule::default().table(&[vec![3, 20, 40], vec![50, 60, 70], vec![80, 90, 100]]);
        let hidden = |r: usize, c: usize| table.cells[r][c].is_suppressed();
        // 3 is small; 20 goes with it in the row, 50 in the column, 60 to close the square.
        assert!(hidden(0, 0) && hidden(0, 1) && hidden(1, 0) && hidden(1, 1));
        assert!(!hidden(0, 2) && !hidden(1, 2) && !hidden(2, 0) && !hidden(2, 1) && !hidden(2, 2));
        assert_eq!(table.cells[0][0].to_string(), "7 or fewer");
        assert_eq!(table.cells[0][1].to_string(), "not shown");
        assert_eq!(table.row_totals[0].value(), Some(65));
        assert_eq!(table.total.value(), Some(515));
    }

    #[test]
    fn where_there_is_no_second_cell_the_total_goes() {
        let table = Rule::default().table(&[vec![4, 0], vec![30, 40]]);
        assert!(table.cells[0][0].is_suppressed());
        assert_eq!(table.cells[0][1].value(), Some(0));
        assert!(table.row_totals[0].is_suppressed());
        let everything = Rule::default().table(&[]);
        assert_eq!(everything.total.value(), Some(0));
    }

    #[test]
    fn no_line_is_left_with_one_hidden_cell() {
        // Every table of this shape over small and large counts.
        let values = [0, 2, 9, 30];
        for code in 0..4_usize.pow(6) {
            let at = |i: u32| values[code / 4_usize.pow(i) % 4];
            let table = Rule::default().table(&[vec![at(0), at(1), at(2)], vec![at(3), at(4), at(5)]]);
            for (row, total) in table.cells.iter().zip(&table.row_totals) {
                let hidden =
                    row.iter().filter(|c| c.is_suppressed()).count() + usize::from(total.is_suppressed());
                assert_ne!(hidden, 1, "{code}");
            }
            for (c, total) in table.column_totals.iter().enumerate() {
                let hidden = table.cells.iter().filter(|row| row[c].is_suppressed()).count()
                    + usize::from(total.is_suppressed());
                assert_ne!(hidden, 1, "{code}");
            }
        }
    }
}
