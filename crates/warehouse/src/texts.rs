//! A Parquet file of anybody's, read as rows of text.

use std::fs::File;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use crate::WarehouseError;

/// Rows read at a time.
const ROWS: usize = 8192;

/// A Parquet file whose columns are read as text: numbers and dates as they are usually written, nothing as blank.
pub struct TextFile {
    path: PathBuf,
    builder: ParquetRecordBatchReaderBuilder<File>,
}

/// Some rows of the columns that were asked for.
pub struct TextRows {
    columns: Vec<Option<Texts>>,
    rows: usize,
}

impl TextFile {
    /// Opens the file.
    ///
    /// # Errors
    /// When it is not there or is not Parquet.
    pub fn open(path: &Path) -> Result<Self, WarehouseError> {
        let file = File::open(path).map_err(WarehouseError::file(path))?;
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(file).map_err(WarehouseError::parquet(path))?;
        Ok(Self { path: path.to_owned(), builder })
    }

    /// Names of the columns.
    pub fn columns(&self) -> Vec<String> {
        self.builder.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        u64::try_from(self.builder.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// The rows, some at a time: column n of each is the n-th of `places`, blank where that is `None`.
    ///
    /// # Errors
    /// When the file is damaged, or a column holds what has no text (a list, a structure).
    pub fn read(
        self,
        places: &[Option<usize>],
    ) -> Result<impl Iterator<Item = Result<TextRows, WarehouseError>>, WarehouseError> {
        let Self { path, builder } = self;
        let wide = builder.schema().fields().len();
        let mask = ProjectionMask::roots(builder.parquet_schema(), places.iter().flatten().copied());
        let builder = builder.with_projection(mask).with_batch_size(ROWS);
        let reader: ParquetRecordBatchReader = builder.build().map_err(WarehouseError::parquet(&path))?;
        let places = places.to_vec();
        Ok(reader.map(move |batch| TextRows::of(&batch?, wide, &places)))
    }
}

impl TextRows {
    fn of(batch: &RecordBatch, wide: usize, places: &[Option<usize>]) -> Result<Self, WarehouseError> {
        // The columns read stand in the order of the file, without those that were not asked for.
        let mut read: Vec<usize> = places.iter().flatten().copied().collect();
        read.sort_unstable();
        read.dedup();
        let text = |place: usize| -> Result<Option<Texts>, WarehouseError> {
            let at = read.binary_search(&place).ok();
            let column = at.filter(|_| place < wide).and_then(|at| batch.columns().get(at));
            column.map(as_text).transpose()
        };
        let columns = places.iter().map(|place| place.map_or(Ok(None), text)).collect::<Result<_, _>>()?;
        Ok(Self { columns, rows: batch.num_rows() })
    }

    /// How many rows these are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The text of a row in a column, blanks around it taken away.
    pub fn get(&self, row: usize, column: usize) -> &str {
        let Some(Some(Texts { texts, decimal })) = self.columns.get(column) else { return "" };
        let texts = texts.as_string::<i32>();
        if row >= texts.len() || texts.is_null(row) {
            return "";
        }
        let text = texts.value(row).trim_ascii();
        if *decimal { text.strip_suffix(".0").unwrap_or(text) } else { text }
    }
}

/// A column as text.
struct Texts {
    texts: ArrayRef,
    /// Whole numbers often come as decimal ones, where some are missing: 4011.0 means 4011.
    decimal: bool,
}

fn as_text(column: &ArrayRef) -> Result<Texts, WarehouseError> {
    let texts = match column.data_type() {
        // Of a moment only the day matters: 1980-01-31.
        DataType::Timestamp(..) | DataType::Date64 => {
            cast(&cast(column, &DataType::Date32)?, &DataType::Utf8)?
        }
        _ => cast(column, &DataType::Utf8)?,
    };
    Ok(Texts { texts, decimal: column.data_type().is_floating() })
}
