//! Marts: the tables behind dashboards, pseudonymous and covered for planning, read with a permit.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    StringViewArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use policy::Permit;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::WarehouseError;
use crate::columns::{ParquetFile, batch, date};
use crate::engine::session;

/// The marts of one generation.
pub struct Marts {
    session: SessionContext,
    folder: PathBuf,
}

impl Marts {
    /// Opens every table of a folder of marts.
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
        Ok(Self { session, folder: folder.to_owned() })
    }

    /// The folder these marts are in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The rows of a query as records. `sql` is our own text, never a user's.
    pub async fn rows<T: DeserializeOwned>(&self, _permit: &Permit, sql: &str) -> Result<Vec<T>, WarehouseError> {
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

/// Writes the table of coverage: each practice, whether its agreement covers planning, and the people registered there.
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
    let mut file = ParquetFile::create(&marts.join("coverage/coverage.parquet"), Arc::clone(&schema), 64 * 1024)?;
    file.write(&batch(&schema, columns)?)?;
    file.finish()?;
    Ok(())
}
