//! A table held whole: its mistakes are told with file, line and column, those too that only the whole shows.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::tables::{Cell, Kind, Output, Table};

/// A table.
pub struct Sheet {
    path: PathBuf,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A column that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column(usize);

impl Sheet {
    /// Reads a CSV or Parquet file.
    ///
    /// # Errors
    /// When it cannot be read or has no row.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let table = Table::open(path)?;
        let header = table.header().to_vec();
        let places: Vec<Option<usize>> = (0..header.len()).map(Some).collect();
        let mut rows = Vec::new();
        table.visit_whole(&places, &|_, _| {}, |row| {
            rows.push((0..places.len()).map(|n| row.get(n).to_owned()).collect());
            Ok(())
        })?;
        if rows.is_empty() {
            return Err(Failure::data(format!(
                "{}, line 2: there is no row under the header",
                path.display()
            )));
        }
        Ok(Self { path: path.to_owned(), header, rows })
    }

    /// The numbers of the rows.
    pub fn rows(&self) -> std::ops::Range<usize> {
        0..self.rows.len()
    }

    /// All columns.
    pub fn columns(&self) -> impl Iterator<Item = (Column, &str)> {
        self.header.iter().enumerate().map(|(n, name)| (Column(n), name.as_str()))
    }

    /// A column by the first of its names that is there.
    ///
    /// # Errors
    /// When that name is there more than once.
    pub fn may(&self, names: &[&str]) -> Result<Option<Column>, Failure> {
        for name in names {
            let mut places = self.header.iter().enumerate().filter(|(_, column)| column == name);
            let Some((first, _)) = places.next() else { continue };
            if places.next().is_some() {
                return Err(
                    self.header_problem(&format!("column `{name}` is there more than once: keep one"))
                );
            }
            return Ok(Some(Column(first)));
        }
        Ok(None)
    }

    /// A column that must be there, under one of its names.
    ///
    /// # Errors
    /// When it is not there, or more than once.
    pub fn must(&self, names: &[&str]) -> Result<Column, Failure> {
        let plain = |name: &str| name.to_lowercase().replace([' ', '_', '-', '.'], "");
        self.may(names)?.ok_or_else(|| {
            let (first, others) = names.split_first().map_or(("", names), |(first, others)| (*first, others));
            let near =
                self.header.iter().find(|column| names.iter().any(|name| plain(name) == plain(column)));
            let also =
                if others.is_empty() { String::new() } else { format!(" (or `{}`)", others.join("`, `")) };
            let hint = near.map_or(String::new(), |near| format!("; is `{near}` meant? Rename it"));
            self.header_problem(&format!("column `{first}`{also} is missing{hint}"))
        })
    }

    fn header_problem(&self, what: &str) -> Failure {
        Failure::data(format!("{}, line 1: {what}", self.path.display()))
    }

    /// The text of a cell.
    pub fn text(&self, row: usize, column: Column) -> &str {
        self.rows.get(row).and_then(|cells| cells.get(column.0)).map_or("", String::as_str)
    }

    /// A number, when there is one; nothing and `NA` are none.
    ///
    /// # Errors
    /// When there is something else.
    pub fn number(&self, row: usize, column: Column) -> Result<Option<f64>, Failure> {
        let text = self.text(row, column);
        if matches!(text, "" | "NA") {
            return Ok(None);
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.map(Some).ok_or_else(|| self.wrong(row, column, "is no number"))
    }

    /// A number that must be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn known(&self, row: usize, column: Column) -> Result<f64, Failure> {
        self.number(row, column)?.ok_or_else(|| self.wrong(row, column, "is empty: a number is needed"))
    }

    /// A number that is not negative.
    ///
    /// # Errors
    /// When it is, or is not there.
    pub fn count(&self, row: usize, column: Column) -> Result<f64, Failure> {
        let number = self.known(row, column)?;
        if number < 0.0 {
            return Err(self.wrong(row, column, "is negative: it must be 0 or more"));
        }
        Ok(number)
    }

    /// A number above nought.
    ///
    /// # Errors
    /// When it is not, or is not there.
    pub fn positive(&self, row: usize, column: Column) -> Result<f64, Failure> {
        let number = self.known(row, column)?;
        if number <= 0.0 {
            return Err(self.wrong(row, column, "is not above 0"));
        }
        Ok(number)
    }

    /// A mistake in a cell. Says where, never what stands there.
    pub fn wrong(&self, row: usize, column: Column, what: &str) -> Failure {
        let name = self.header.get(column.0).map_or("", String::as_str);
        self.problem(row, &format!("column `{name}`: {what}"))
    }

    /// A mistake in a row.
    pub fn problem(&self, row: usize, what: &str) -> Failure {
        Failure::data(format!("{}, {}: {what}", self.path.display(), self.place(row)))
    }

    /// Where a row stands in the file. Only mistakes ask, so the file is read again.
    fn place(&self, row: usize) -> String {
        let mut place = format!("row {}", row + 1);
        let mut at = 0;
        if let Ok(table) = Table::open(&self.path) {
            // The file was read whole before: what ends this reading is that the row is found.
            let _ = table.visit(&[Some(0)], &|_, _| {}, |found| {
                if at == row {
                    place = found.place();
                    return Err(Failure::data(""));
                }
                at += 1;
                Ok(())
            });
        }
        place
    }

    /// Rows that have the same text in these columns, in order of first appearance; one group of all without a column.
    ///
    /// # Errors
    /// When a cell is empty.
    pub fn groups(&self, by: &[Column]) -> Result<Vec<Group>, Failure> {
        let mut places = std::collections::HashMap::new();
        let mut groups: Vec<Group> = Vec::new();
        for row in self.rows() {
            let mut key = Vec::with_capacity(by.len());
            for column in by {
                let text = self.text(row, *column);
                if text.is_empty() {
                    return Err(self.wrong(row, *column, "is empty: the row belongs to no group"));
                }
                key.push(text.to_owned());
            }
            let place = *places.entry(key.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.rows.push(row),
                None => groups.push(Group { key, rows: vec![row] }),
            }
        }
        Ok(groups)
    }
}

/// Rows that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    /// Their texts in the grouping columns.
    pub key: Vec<String>,
    /// Which rows.
    pub rows: Vec<usize>,
}

impl Group {
    /// The first row, to say where a group is.
    pub fn first(&self) -> usize {
        self.rows.first().copied().unwrap_or(0)
    }
}

/// A cell of a result.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number; one that is not finite is written as nothing.
    Number(f64),
    /// Nothing.
    Blank,
}

impl From<Option<f64>> for Value {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Blank, Self::Number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A result to be written.
#[derive(Debug, Default)]
pub struct Results {
    /// Names and kinds of the columns.
    pub columns: Vec<(String, Kind)>,
    /// The rows, a value for each column.
    pub rows: Vec<Vec<Value>>,
}

impl Results {
    /// Writes them, whole or not at all.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let columns: Vec<(&str, Kind)> =
            self.columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        let mut output = Output::create(path, &columns)?;
        for row in &self.rows {
            let cells: Vec<Cell<'_>> = row
                .iter()
                .map(|value| match value {
                    Value::Text(text) => Cell::Text(text),
                    Value::Whole(number) => Cell::Whole(*number),
                    Value::Number(number) => Cell::Number(*number),
                    Value::Blank => Cell::Blank,
                })
                .collect();
            output.row(&cells)?;
        }
        output.finish()
    }
}
