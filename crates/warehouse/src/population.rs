//! The events of an index asked with SQL, as far as agreements and objections let them be counted.

use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::SessionContext;

use crate::WarehouseError;
use crate::counted::Counted;
use crate::engine::session;

/// An index as the table `event`, and the people it is about as the table `person`.
pub struct Population {
    session: SessionContext,
}

impl Population {
    /// Opens an index, and the people of a folder of facts if one is given, as far as they may be counted.
    pub async fn open(
        index: &Path,
        facts: Option<&Path>,
        counted: &Counted,
        threads: usize,
    ) -> Result<Self, WarehouseError> {
        let session = session(threads)?;
        counted.register(&session, "event", index).await?;
        if let Some(facts) = facts {
            counted.register(&session, "person", &facts.join("person")).await?;
        }
        Ok(Self { session })
    }

    /// How many events may be counted.
    pub async fn events(&self) -> Result<u64, WarehouseError> {
        let rows = self.rows("SELECT COUNT(*) FROM event").await?;
        let n = rows.first().and_then(|row| row.first()).and_then(|cell| cell.parse().ok());
        n.ok_or(WarehouseError::TooMany("events"))
    }

    /// The rows of a query as text. `sql` is our own text, never a user's.
    pub async fn rows(&self, sql: &str) -> Result<Vec<Vec<String>>, WarehouseError> {
        let mut rows = Vec::new();
        for batch in self.session.sql(sql).await?.collect().await? {
            rows.extend(texts(&batch)?);
        }
        Ok(rows)
    }
}

fn texts(batch: &RecordBatch) -> Result<Vec<Vec<String>>, WarehouseError> {
    let options = FormatOptions::default();
    let columns: Vec<ArrayFormatter<'_>> = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options))
        .collect::<Result<_, _>>()?;
    let row = |at: usize| columns.iter().map(|column| column.value(at).to_string()).collect();
    Ok((0..batch.num_rows()).map(row).collect())
}

#[cfg(test)]
mod enforcement;
