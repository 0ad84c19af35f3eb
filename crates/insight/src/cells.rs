//! A table of counts by group and borough, gathered from rows.

use std::collections::{BTreeMap, BTreeSet};

use methods::{Published, PublishedTable, Rule};

/// Counts by row and column, gathered in any order.
pub(crate) struct Counts<R, C> {
    counts: BTreeMap<(R, C), u64>,
}

/// The published table with the keys of its rows and columns.
pub(crate) struct PublishedCounts<R, C> {
    rows: Vec<R>,
    columns: Vec<C>,
    table: PublishedTable,
}

impl<R: Ord + Clone, C: Ord + Clone> Counts<R, C> {
    pub(crate) fn new() -> Self {
        Self { counts: BTreeMap::new() }
    }

    pub(crate) fn add(&mut self, row: R, column: C, n: i64) {
        *self.counts.entry((row, column)).or_default() += u64::try_from(n).unwrap_or(0);
    }

    /// The whole table through disclosure control at once, so that a cell hidden in one view is hidden in every view.
    pub(crate) fn publish(&self, rule: Rule) -> PublishedCounts<R, C> {
        let rows: BTreeSet<R> = self.counts.keys().map(|(row, _)| row.clone()).collect();
        let columns: BTreeSet<C> = self.counts.keys().map(|(_, column)| column.clone()).collect();
        let count =
            |row: &R, column: &C| self.counts.get(&(row.clone(), column.clone())).copied().unwrap_or(0);
        let cells: Vec<Vec<u64>> =
            rows.iter().map(|row| columns.iter().map(|column| count(row, column)).collect()).collect();
        PublishedCounts {
            table: rule.table(&cells),
            rows: rows.into_iter().collect(),
            columns: columns.into_iter().collect(),
        }
    }
}

impl<R: Ord, C: Ord> PublishedCounts<R, C> {
    /// The count of a row in one column, or over all columns.
    pub(crate) fn row(&self, row: &R, column: Option<&C>) -> Published<u64> {
        let nought = || Rule::default().count(0);
        let Ok(r) = self.rows.binary_search(row) else { return nought() };
        match column {
            None => self.table.row_totals.get(r).copied().unwrap_or_else(nought),
            Some(column) => {
                let Ok(c) = self.columns.binary_search(column) else { return nought() };
                self.table.cells.get(r).and_then(|cells| cells.get(c)).copied().unwrap_or_else(nought)
            }
        }
    }

    /// The total of one column, or of the whole table.
    pub(crate) fn total(&self, column: Option<&C>) -> Published<u64> {
        match column {
            None => self.table.total,
            Some(column) => self
                .columns
                .binary_search(column)
                .ok()
                .and_then(|c| self.table.column_totals.get(c).copied())
                .unwrap_or_else(|| Rule::default().count(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_hidden_in_one_view_is_hidden_in_every_view() {
        let mut counts = Counts::new();
        for (group, borough, n) in
            [(1, "a", 3), (1, "b", 40), (1, "c", 50), (2, "a", 60), (2, "b", 70), (2, "c", 80)]
        {
            counts.add(group, borough, n);
        }
        let published = counts.publish(Rule::default());
        assert!(published.row(&1, Some(&"a")).is_suppressed());
        assert!(published.row(&1, Some(&"b")).is_suppressed());
        assert_eq!(published.row(&1, None).value(), Some(95));
        assert_eq!(published.total(Some(&"c")).value(), Some(130));
        assert_eq!(published.total(None).value(), Some(305));
        assert_eq!(published.row(&9, None).value(), Some(0));
    }
}
