//! Marts: the tables behind dashboards, pseudonymous and made of what one class of readers may count, read with a permit.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, RecordBatchReader,
    StringArray, StringViewArray,
};
use datafusion::arrow::compute::{concat_batches, sort_to_indices, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use hmac::{Hmac, KeyInit, Mac};
use policy::Permit;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::Sha256;

use crate::WarehouseError;
use crate::columns::{ParquetFile, batch, column, date, open};
use crate::engine::session;

/// The marts that one class of readers may read.
pub struct Marts {
    session: SessionContext,
    folder: PathBuf,
    figures: String,
    made: Made,
}

/// How marts were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// When.
    pub at: DateTime<Utc>,
    /// In how many seconds.
    pub seconds: u64,
    /// People who are left out because they are in one batch with somebody who has asked not to be counted.
    pub left_out_with_others: u64,
}

/// The file of a folder of marts that says how they were made.
const MADE: &str = "made.json";

impl Made {
    /// Writes it down in a folder of marts.
    pub fn write(&self, folder: &Path) -> Result<(), WarehouseError> {
        let path = folder.join(MADE);
        let text = serde_json::to_vec_pretty(self).map_err(|e| not_read(&path, &e))?;
        fs::write(&path, text).map_err(WarehouseError::file(&path))
    }

    fn read(folder: &Path) -> Result<Self, WarehouseError> {
        let path = folder.join(MADE);
        let text = fs::read(&path).map_err(WarehouseError::file(&path))?;
        serde_json::from_slice(&text).map_err(|e| not_read(&path, &e))
    }
}

fn not_read(path: &Path, error: &serde_json::Error) -> WarehouseError {
    WarehouseError::Table { file: path.display().to_string(), reason: error.to_string() }
}

impl Marts {
    /// Opens every table of a folder of marts; the folder has the name of the figures.
    pub async fn open(folder: &Path) -> Result<Self, WarehouseError> {
        let session = session(1)?;
        for entry in fs::read_dir(folder).map_err(WarehouseError::file(folder))? {
            let path = entry.map_err(WarehouseError::file(folder))?.path();
            if path.is_dir()
                && let Some(name) = path.file_name().and_then(|name| name.to_str())
            {
                session.register_parquet(name, path.to_string_lossy(), ParquetReadOptions::default()).await?;
            }
        }
        let figures = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { session, folder: folder.to_owned(), figures, made: Made::read(folder)? })
    }

    /// How they were made.
    pub fn made(&self) -> &Made {
        &self.made
    }

    /// The text of a file that lies among the marts; `None` when there is none.
    /// Errors: as [`Self::rows`].
    pub fn document(&self, permit: &Permit, name: &str) -> Result<Option<String>, WarehouseError> {
        self.of(permit)?;
        let path = self.folder.join(name);
        match fs::read_to_string(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            text => text.map(Some).map_err(WarehouseError::file(&path)),
        }
    }

    /// Whether these are the figures of the permit.
    fn of(&self, permit: &Permit) -> Result<(), WarehouseError> {
        if permit.cover().figures() == self.figures {
            return Ok(());
        }
        Err(WarehouseError::LeftOut(permit.cover().hidden().map(str::to_owned).collect()))
    }

    /// The rows of a query as records. `sql` is our own text, never a user's.
    /// Errors: [`WarehouseError::LeftOut`] when these are not the figures of the permit: they hold data that its holder may not
    /// count, or lack some that may be counted. Nothing of them is given.
    pub async fn rows<T: DeserializeOwned>(
        &self,
        permit: &Permit,
        sql: &str,
    ) -> Result<Vec<T>, WarehouseError> {
        self.of(permit)?;
        let batches = self.session.sql(sql).await?.collect().await?;
        let mut rows = Vec::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let record = Value::Object(record(batch, row));
                rows.push(serde_json::from_value(record).map_err(|e| WarehouseError::Table {
                    file: "marts".to_owned(),
                    reason: e.to_string(),
                })?);
            }
        }
        Ok(rows)
    }
}

fn record(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    batch
        .schema()
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| (field.name().clone(), cell(column, row)))
        .collect()
}

fn cell(column: &ArrayRef, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Null;
    }
    let any = column.as_any();
    if let Some(c) = any.downcast_ref::<Int64Array>() {
        c.value(row).into()
    } else if let Some(c) = any.downcast_ref::<StringViewArray>() {
        c.value(row).into()
    } else if let Some(c) = any.downcast_ref::<StringArray>() {
        c.value(row).into()
    } else if let Some(c) = any.downcast_ref::<Float64Array>() {
        c.value(row).into()
    } else if let Some(c) = any.downcast_ref::<Date32Array>() {
        date(c.value(row)).to_string().into()
    } else if let Some(c) = any.downcast_ref::<BooleanArray>() {
        c.value(row).into()
    } else {
        Value::Null
    }
}

/// Copies a table among the marts. A person's number in it becomes a pseudonym that only the holder of `key` can make again:
/// the first 63 bits of HMAC-SHA256 (RFC 2104) of the number.
pub fn copy_table(from: &Path, to: &Path, key: &[u8]) -> Result<(), WarehouseError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(from).map_err(WarehouseError::file(from))? {
        files.push(entry.map_err(WarehouseError::file(from))?.path());
    }
    files.sort();
    for path in files {
        let copy = to.join(path.file_name().unwrap_or_default());
        let reader = open(&path, 64 * 1024)?;
        let at = reader.schema().index_of("person_id").ok();
        let Some(at) = at else {
            fs::create_dir_all(to).map_err(WarehouseError::file(to))?;
            fs::copy(&path, &copy).map_err(WarehouseError::file(&copy))?;
            continue;
        };
        write_pseudonymised(reader, at, &path, &copy, key)?;
    }
    Ok(())
}

/// How many rows a Parquet file of marts holds.
pub fn rows_of(file: &Path) -> Result<u64, WarehouseError> {
    let mut rows = 0;
    for part in open(file, 64 * 1024)? {
        rows += part?.num_rows() as u64;
    }
    Ok(rows)
}

fn write_pseudonymised(
    reader: impl RecordBatchReader,
    at: usize,
    from: &Path,
    to: &Path,
    key: &[u8],
) -> Result<(), WarehouseError> {
    let fields = reader.schema();
    let fields = fields.fields().iter().enumerate().map(|(i, field)| {
        if i == at { Arc::new(Field::new("pseudonym", DataType::Int64, false)) } else { Arc::clone(field) }
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    // Rows in the order of their pseudonyms, so that their place says nothing about the number.
    let mut batches = Vec::new();
    for part in reader {
        let part = part?;
        let numbers: &Int64Array = column(from, &part, "person_id")?;
        let pseudonyms: Int64Array = numbers.iter().map(|number| number.map(|n| pseudonym(key, n))).collect();
        let mut columns = part.columns().to_vec();
        if let Some(slot) = columns.get_mut(at) {
            *slot = Arc::new(pseudonyms);
        }
        batches.push(batch(&schema, columns)?);
    }
    let all = concat_batches(&schema, &batches)?;
    let order = sort_to_indices(all.column(at), None, None)?;
    let mut file = ParquetFile::create(to, schema, 64 * 1024)?;
    file.write(&take_record_batch(&all, &order)?)?;
    file.finish()?;
    Ok(())
}

/// The pseudonym of a person's number under a key.
pub fn pseudonym(key: &[u8], number: i64) -> i64 {
    // A key of any length is a key; the error type is for algorithms that want one length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return 0 };
    mac.update(&number.to_le_bytes());
    let digest = mac.finalize().into_bytes();
    let first = digest.first_chunk::<8>().copied().unwrap_or_default();
    i64::from_be_bytes(first) & i64::MAX
}

/// Writes the table of coverage: each practice, whether its people are counted, and how many are registered there if they are.
pub fn write_coverage(marts: &Path, practices: &[(&str, bool, i64)]) -> Result<(), WarehouseError> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("practice", DataType::Utf8, false),
        Field::new("covered", DataType::Boolean, false),
        Field::new("people", DataType::Int64, false),
    ]));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(practices.iter().map(|(practice, _, _)| practice))),
        Arc::new(BooleanArray::from_iter(practices.iter().map(|(_, covered, _)| Some(*covered)))),
        Arc::new(Int64Array::from_iter_values(practices.iter().map(|(_, _, people)| *people))),
    ];
    let mut file =
        ParquetFile::create(&marts.join("coverage/coverage.parquet"), Arc::clone(&schema), 64 * 1024)?;
    file.write(&batch(&schema, columns)?)?;
    file.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_follows_from_the_key_and_nothing_else_does() {
        assert_eq!(pseudonym(b"one", 7), pseudonym(b"one", 7));
        assert_ne!(pseudonym(b"one", 7), pseudonym(b"two", 7));
        assert_ne!(pseudonym(b"one", 7), pseudonym(b"one", 8));
        assert!(pseudonym(b"one", 7) >= 0);
    }
}
