//! Disclosure control in one place: what may leave as a number, and in what form.
//!
//! INVARIANT: a [`Published`] value is made by a [`Rule`] and nowhere else. Pages, charts, files and sentences about
//! populations hold `Published` values only.

use std::fmt;

use model::Pence;
use serde::{Deserialize, Serialize};

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

/// A number that may be shown, or the word that stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "value", rename_all = "snake_case")]
enum State<T> {
    Shown(T),
    Suppressed(u64),
    NoData,
}

/// A number that has been through disclosure control: shown, suppressed, or not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Published<T>(State<T>);

impl<T: Copy> Published<T> {
    /// The number, when it may be shown.
    pub fn value(&self) -> Option<T> {
        match self.0 {
            State::Shown(value) => Some(value),
            _ => None,
        }
    }

    /// True when there is a number that may not be shown.
    pub fn is_suppressed(&self) -> bool {
        matches!(self.0, State::Suppressed(_))
    }

    /// The words in its place when the number is not shown: `7 or fewer`, `no data`.
    pub fn words(&self) -> Option<String> {
        match self.0 {
            State::Shown(_) => None,
            State::Suppressed(0) => Some("not shown".to_owned()),
            State::Suppressed(to) => Some(format!("{to} or fewer")),
            State::NoData => Some("no data".to_owned()),
        }
    }

    /// Nothing is known.
    pub fn no_data() -> Self {
        Self(State::NoData)
    }

    /// There is a number, and it is not shown, because one that it belongs with is not.
    pub fn withheld() -> Self {
        Self(State::Suppressed(0))
    }

    /// Carries a shown number through a calculation that needs no other number; the rest stays as it is.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Published<U> {
        Published(match self.0 {
            State::Shown(value) => State::Shown(change(value)),
            State::Suppressed(to) => State::Suppressed(to),
            State::NoData => State::NoData,
        })
    }
}

/// Counts with separated thousands, money in pounds, or the words in their place.
impl fmt::Display for Published<u64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(n) => f.write_str(&separated(n)),
            None => f.write_str(&self.words().unwrap_or_default()),
        }
    }
}

impl fmt::Display for Published<Pence> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(Pence(p)) => {
                let pounds = p.unsigned_abs().saturating_add(50) / 100;
                let sign = if p < 0 && pounds > 0 { "-" } else { "" };
                write!(f, "{sign}£{}", separated(pounds))
            }
            None => f.write_str(&self.words().unwrap_or_default()),
        }
    }
}

impl fmt::Display for Published<Estimate> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            // A mean has no limits.
            Some(e) if e.lower == e.upper => write!(f, "{:.1}", e.value),
            Some(e) => write!(f, "{:.1} ({:.1} to {:.1})", e.value, e.lower, e.upper),
            None => f.write_str(&self.words().unwrap_or_default()),
        }
    }
}

impl fmt::Display for Published<f64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(v) => write!(f, "{v:.1}"),
            None => f.write_str(&self.words().unwrap_or_default()),
        }
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
        Published(if self.is_small(n) {
            State::Suppressed(self.suppress_to)
        } else {
            State::Shown(self.rounded(n))
        })
    }

    /// A sum of money spent on, or set aside for, so many people; whole pounds when counts are rounded.
    pub fn money(&self, sum: Pence, people: u64) -> Published<Pence> {
        if self.is_small(people) {
            return Published::withheld();
        }
        let shown = if self.round_to > 1 { Pence((sum.0 + 50).div_euclid(100) * 100) } else { sum };
        Published(State::Shown(shown))
    }

    /// A crude rate with Byar's limits, from exact counts; hidden when either count is small.
    pub fn rate(&self, events: u64, population: u64, per: f64) -> Published<Estimate> {
        if self.is_small(events) || self.is_small(population) {
            return Published::withheld();
        }
        from(rates::rate(events as f64, population as f64, per, Confidence::P95))
    }

    /// A proportion with Wilson limits, from exact counts; hidden when either count or what is left is small.
    pub fn proportion(&self, numerator: u64, denominator: u64, per: f64) -> Published<Estimate> {
        let rest = denominator.saturating_sub(numerator);
        if self.is_small(numerator) || self.is_small(denominator) || self.is_small(rest) {
            return Published::withheld();
        }
        from(rates::proportion(numerator as f64, denominator as f64, per, Confidence::P95))
    }

    /// A share of a random sample with Wilson limits, where what is counted is how the program did and not what somebody
    /// is: hidden only when the sample is small.
    pub fn of_sample(&self, numerator: u64, sample: u64, per: f64) -> Published<Estimate> {
        if self.is_small(sample) {
            return Published::withheld();
        }
        from(rates::proportion(numerator as f64, sample as f64, per, Confidence::P95))
    }

    /// A percentage in whole tenths, about so many people; hidden when they are few.
    pub fn tenths(&self, tenths: i64, people: u64) -> Published<f64> {
        if self.is_small(people) {
            Published::withheld()
        } else {
            Published(State::Shown(tenths as f64 / 10.0))
        }
    }

    /// A mean over so many events or people; hidden when they are few.
    pub fn mean(&self, sum: i64, count: u64) -> Published<f64> {
        if self.is_small(count) {
            return Published::withheld();
        }
        match rates::mean(sum, count) {
            Some(value) => Published(State::Shown(value)),
            None => Published(State::NoData),
        }
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
        let mut grid: Vec<Vec<Cell>> = counts
            .iter()
            .map(|row| (0..width).map(|c| self.cell(row.get(c).copied().unwrap_or(0))).collect())
            .collect();
        // The totals are a last row and a last column: every line of the grid adds up to its own end.
        for row in &mut grid {
            row.push(self.cell(row.iter().map(|c| c.n).sum()));
        }
        grid.push((0..=width).map(|c| self.cell(column(&grid, c).map(|x| x.n).sum())).collect());
        while self.protect(&mut grid) {}
        let total_row = grid.pop().unwrap_or_default();
        let row_totals =
            grid.iter_mut().map(|row| row.pop().map_or(Published(State::NoData), |c| self.show(c))).collect();
        let mut column_totals: Vec<_> = total_row.into_iter().map(|c| self.show(c)).collect();
        let total = column_totals.pop().unwrap_or(Published(State::NoData));
        let cells = grid.into_iter().map(|row| row.into_iter().map(|c| self.show(c)).collect()).collect();
        PublishedTable { cells, row_totals, column_totals, total }
    }

    /// Hides one more cell in each line that has a single hidden one; true when it hid any.
    fn protect(&self, grid: &mut [Vec<Cell>]) -> bool {
        let mut changed = false;
        let width = grid.first().map_or(0, Vec::len);
        for row in grid.iter_mut() {
            if let Some(at) = second(row.iter()) {
                row.get_mut(at).iter_mut().for_each(|cell| cell.hidden = true);
                changed = true;
            }
        }
        for c in 0..width {
            let Some(at) = second(column(grid, c)) else { continue };
            if let Some(cell) = grid.get_mut(at).and_then(|row| row.get_mut(c)) {
                cell.hidden = true;
                changed = true;
            }
        }
        changed
    }

    fn cell(&self, n: u64) -> Cell {
        Cell { n, hidden: self.is_small(n) }
    }

    fn show(&self, cell: Cell) -> Published<u64> {
        match cell.hidden {
            true if self.is_small(cell.n) => Published(State::Suppressed(self.suppress_to)),
            true => Published(State::Suppressed(0)),
            false => Published(State::Shown(self.rounded(cell.n))),
        }
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

#[derive(Clone, Copy, Debug)]
struct Cell {
    n: u64,
    hidden: bool,
}

fn from(estimate: Option<Estimate>) -> Published<Estimate> {
    Published(estimate.map_or(State::NoData, State::Shown))
}

fn column(grid: &[Vec<Cell>], c: usize) -> impl Iterator<Item = &Cell> {
    grid.iter().filter_map(move |row| row.get(c))
}

/// The place of the cell to hide along with a single hidden one: the smallest that is not nought, the earlier of equals.
/// The last of a line is its total, which is larger than any part and so goes last.
fn second<'a>(line: impl Iterator<Item = &'a Cell>) -> Option<usize> {
    let line: Vec<&Cell> = line.collect();
    let hidden = line.iter().filter(|c| c.hidden).count();
    if hidden != 1 {
        return None;
    }
    let open = line.iter().enumerate().filter(|(_, c)| !c.hidden && c.n > 0);
    open.min_by_key(|(at, c)| (c.n, *at)).map(|(at, _)| at)
}

fn separated(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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
