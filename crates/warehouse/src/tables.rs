//! Writes what a tool found as a Parquet file of plain columns.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Builder, Int64Builder, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field, Schema};

use crate::WarehouseError;
use crate::columns::{ParquetFile, batch};

/// Rows written at a time.
const ROWS: usize = 1 << 16;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole numbers.
    Whole,
    /// Numbers with decimal places.
    Number,
}

/// A cell of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Text.
    Text(&'a str),
    /// A whole number.
    Whole(i64),
    /// A number; one that is not finite is written as nothing.
    Number(f64),
    /// Nothing.
    Blank,
}

enum Builder {
    Text(StringBuilder),
    Whole(Int64Builder),
    Number(Float64Builder),
}

/// A Parquet file being written row by row, whole or not at all.
pub struct ParquetTable {
    path: PathBuf,
    schema: Arc<Schema>,
    columns: Vec<Builder>,
    rows: usize,
    /// `None` once it is finished.
    file: Option<ParquetFile>,
}

impl ParquetTable {
    /// Begins a file with these columns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: &Path, columns: &[(&str, Kind)]) -> Result<Self, WarehouseError> {
        let field = |(name, kind): &(&str, Kind)| Field::new(*name, kind.arrow(), true);
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let file = ParquetFile::create(path, Arc::clone(&schema), 1 << 20)?;
        let columns = columns.iter().map(|(_, kind)| Builder::of(*kind)).collect();
        Ok(Self { path: path.to_owned(), schema, columns, rows: 0, file: Some(file) })
    }

    /// Writes a row: a cell for each column. A cell of another kind than its column is written as nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WarehouseError> {
        for (n, column) in self.columns.iter_mut().enumerate() {
            column.push(cells.get(n).copied().unwrap_or(Cell::Blank));
        }
        self.rows += 1;
        if self.rows == ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        let columns = self.columns.iter_mut().map(Builder::finish).collect();
        self.rows = 0;
        let rows = batch(&self.schema, columns)?;
        self.file.as_mut().map_or(Ok(()), |file| file.write(&rows))
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(), WarehouseError> {
        self.flush()?;
        self.file.take().map_or(Ok(()), |file| file.finish().map(|_| ()))
    }
}

impl Drop for ParquetTable {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Nothing more can be done about a file that cannot be removed.
            let _ = std::fs::remove_file(ParquetFile::partial(&self.path));
        }
    }
}

impl Kind {
    fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Whole => DataType::Int64,
            Self::Number => DataType::Float64,
        }
    }
}

impl Builder {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Whole => Self::Whole(Int64Builder::new()),
            Kind::Number => Self::Number(Float64Builder::new()),
        }
    }

    fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Text(column), Cell::Text(text)) => column.append_value(text),
            (Self::Text(column), _) => column.append_null(),
            (Self::Whole(column), Cell::Whole(number)) => column.append_value(number),
            (Self::Whole(column), _) => column.append_null(),
            (Self::Number(column), Cell::Number(number)) if number.is_finite() => column.append_value(number),
            (Self::Number(column), _) => column.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Whole(column) => Arc::new(column.finish()),
            Self::Number(column) => Arc::new(column.finish()),
        }
    }
}
