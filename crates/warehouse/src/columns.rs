//! Small tools to build, write and read columns; the only place that knows how Parquet files are laid down.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, ArrayRef, DictionaryArray, RecordBatch, StringArray, StringViewArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Schema, UInt32Type};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::WarehouseError;

/// Days since 1970-01-01, as Arrow's Date32 counts.
pub(crate) fn days(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days().try_into().unwrap_or(i32::MAX)
}

/// The days of two centuries around 1970-01-01, so that the date of nearly every number is looked up and not worked out.
static DATES: LazyLock<Vec<NaiveDate>> =
    LazyLock::new(|| (-DAYS_AROUND..DAYS_AROUND).map(date_worked_out).collect());

/// A century.
const DAYS_AROUND: i32 = 36_525;

/// The date of a Date32.
pub(crate) fn date(days: i32) -> NaiveDate {
    let known = usize::try_from(days.saturating_add(DAYS_AROUND)).ok().and_then(|at| DATES.get(at));
    known.copied().unwrap_or_else(|| date_worked_out(days))
}

fn date_worked_out(days: i32) -> NaiveDate {
    NaiveDate::default()
        .checked_add_signed(chrono::TimeDelta::days(i64::from(days)))
        .unwrap_or(NaiveDate::MAX)
}

/// A dictionary-coded text field.
pub(crate) fn text_field(name: &str) -> Field {
    Field::new(name, DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8)), true)
}

/// A Parquet file being written: to a temporary name, renamed when finished, so that a file that is there is whole.
pub(crate) struct ParquetFile {
    path: PathBuf,
    partial: PathBuf,
    writer: ArrowWriter<File>,
    rows: u64,
}

impl ParquetFile {
    pub(crate) fn create(
        path: &Path,
        schema: Arc<Schema>,
        rows_a_group: usize,
    ) -> Result<Self, WarehouseError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(WarehouseError::file(folder))?;
        }
        let partial = Self::partial(path);
        let file = File::create(&partial).map_err(WarehouseError::file(&partial))?;
        let level = ZstdLevel::try_new(1).map_err(WarehouseError::parquet(path))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_max_row_group_row_count(Some(rows_a_group))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_created_by("wsic".to_owned())
            .build();
        let writer =
            ArrowWriter::try_new(file, schema, Some(properties)).map_err(WarehouseError::parquet(path))?;
        Ok(Self { path: path.to_owned(), partial, writer, rows: 0 })
    }

    /// Its name until it is finished.
    pub(crate) fn partial(path: &Path) -> PathBuf {
        path.with_extension("partial")
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), WarehouseError> {
        self.rows += batch.num_rows() as u64;
        self.writer.write(batch).map_err(WarehouseError::parquet(&self.path))
    }

    pub(crate) fn finish(self) -> Result<u64, WarehouseError> {
        self.writer.close().map_err(WarehouseError::parquet(&self.path))?;
        fs::rename(&self.partial, &self.path).map_err(WarehouseError::file(&self.path))?;
        Ok(self.rows)
    }
}

/// Opens a Parquet file for reading in batches of so many rows.
pub(crate) fn open(path: &Path, rows_a_batch: usize) -> Result<ParquetRecordBatchReader, WarehouseError> {
    builder(path)?.with_batch_size(rows_a_batch).build().map_err(WarehouseError::parquet(path))
}

/// The same of these columns alone.
pub(crate) fn open_columns(
    path: &Path,
    columns: &[&str],
    rows_a_batch: usize,
) -> Result<ParquetRecordBatchReader, WarehouseError> {
    let builder = builder(path)?;
    let columns = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let builder = builder.with_projection(columns).with_batch_size(rows_a_batch);
    builder.build().map_err(WarehouseError::parquet(path))
}

fn builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, WarehouseError> {
    let file = File::open(path).map_err(WarehouseError::file(path))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(WarehouseError::parquet(path))
}

/// A column by name in its Arrow type.
pub(crate) fn column<'a, A: Array + 'static>(
    path: &Path,
    batch: &'a RecordBatch,
    name: &'static str,
) -> Result<&'a A, WarehouseError> {
    batch
        .column_by_name(name)
        .and_then(|array| array.as_any().downcast_ref::<A>())
        .ok_or_else(|| WarehouseError::Column { path: path.to_owned(), column: name })
}

/// A text column of either layout.
pub(crate) enum Words<'a> {
    View(&'a StringViewArray),
    Plain(&'a StringArray),
}

impl<'a> Words<'a> {
    pub(crate) fn of(
        path: &Path,
        batch: &'a RecordBatch,
        name: &'static str,
    ) -> Result<Self, WarehouseError> {
        match column(path, batch, name) {
            Ok(view) => Ok(Self::View(view)),
            Err(_) => Ok(Self::Plain(column(path, batch, name)?)),
        }
    }

    /// The text of a row; blank for a missing one.
    pub(crate) fn get(&self, row: usize) -> &'a str {
        match self {
            Self::View(texts) if texts.is_valid(row) => texts.value(row),
            Self::Plain(texts) if texts.is_valid(row) => texts.value(row),
            _ => "",
        }
    }
}

/// A dictionary-coded text column: which value each row has, and the values.
pub(crate) struct Texts<'a> {
    keys: &'a [u32],
    missing: Option<&'a NullBuffer>,
    values: &'a StringArray,
}

impl<'a> Texts<'a> {
    pub(crate) fn of(
        path: &Path,
        batch: &'a RecordBatch,
        name: &'static str,
    ) -> Result<Self, WarehouseError> {
        let dictionary: &DictionaryArray<UInt32Type> = column(path, batch, name)?;
        let values: &StringArray = dictionary
            .values()
            .as_any()
            .downcast_ref()
            .ok_or_else(|| WarehouseError::Column { path: path.to_owned(), column: name })?;
        let keys = dictionary.keys();
        Ok(Self { keys: keys.values(), missing: keys.nulls(), values })
    }

    /// The text of a row; blank for a missing one.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> &'a str {
        let key = self.key(row).and_then(|key| usize::try_from(key).ok());
        key.filter(|key| *key < self.values.len()).map_or("", |key| self.values.value(key))
    }

    /// The dictionary key of a row; `None` for a missing text.
    #[inline]
    pub(crate) fn key(&self, row: usize) -> Option<u32> {
        let key = self.keys.get(row).copied()?;
        self.missing.is_none_or(|missing| missing.is_valid(row)).then_some(key)
    }

    /// Every value of the dictionary, by key.
    pub(crate) fn values(&self) -> impl Iterator<Item = &'a str> {
        self.values.iter().map(Option::unwrap_or_default)
    }

    /// The same as an array.
    pub(crate) fn dictionary(&self) -> &'a StringArray {
        self.values
    }
}

/// A record batch from named columns.
pub(crate) fn batch(schema: &Arc<Schema>, columns: Vec<ArrayRef>) -> Result<RecordBatch, WarehouseError> {
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}
