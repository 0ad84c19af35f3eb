//! The fact tables of one bucket being made.

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int32Array, Int64Builder, RecordBatch,
    StringViewBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use model::PersonId;

use super::earlier_folder;
use super::schema::{ColumnType, columns};
use super::store::{FactStore, Kept, Place};
use crate::WarehouseError;
use crate::columns::{ParquetFile, batch, days};

/// One cell of a fact.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Integer(Option<i64>),
    Number(Option<f64>),
    Text(&'a str),
    Date(Option<NaiveDate>),
    Boolean(bool),
}

impl From<i64> for Cell<'_> {
    fn from(n: i64) -> Self {
        Cell::Integer(Some(n))
    }
}

impl From<PersonId> for Cell<'_> {
    fn from(person: PersonId) -> Self {
        Cell::Integer(Some(i64::from(person.0)))
    }
}

enum Column {
    Integer(Int64Builder),
    /// Never missing.
    Count(Vec<i32>),
    Number(Float64Builder),
    Text(StringViewBuilder),
    Date(Date32Builder),
    Boolean(BooleanBuilder),
    /// Nobody reads it.
    Unread,
}

impl Column {
    /// A column with room for so many rows.
    fn new(kind: ColumnType, rows: usize) -> Self {
        match kind {
            ColumnType::Integer => Self::Integer(Int64Builder::with_capacity(rows)),
            ColumnType::Count => Self::Count(Vec::with_capacity(rows)),
            ColumnType::Number => Self::Number(Float64Builder::with_capacity(rows)),
            ColumnType::Text => Self::Text(StringViewBuilder::with_capacity(rows)),
            ColumnType::Date => Self::Date(Date32Builder::with_capacity(rows)),
            ColumnType::Boolean => Self::Boolean(BooleanBuilder::with_capacity(rows)),
        }
    }

    #[inline]
    fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Integer(b), Cell::Integer(n)) => b.append_option(n),
            (Self::Count(b), Cell::Integer(n)) => b.push(n.and_then(|n| i32::try_from(n).ok()).unwrap_or(0)),
            (Self::Number(b), Cell::Number(n)) => b.append_option(n),
            (Self::Text(b), Cell::Text(text)) => b.append_value(text),
            (Self::Date(b), Cell::Date(day)) => b.append_option(day.map(days)),
            (Self::Boolean(b), Cell::Boolean(yes)) => b.append_value(yes),
            // INVARIANT: every writer below gives the cells of its table in the order of its columns.
            (Self::Integer(b), _) => b.append_null(),
            (Self::Count(b), _) => b.push(0),
            (Self::Number(b), _) => b.append_null(),
            (Self::Text(b), _) => b.append_null(),
            (Self::Date(b), _) => b.append_null(),
            (Self::Boolean(b), _) => b.append_null(),
            (Self::Unread, _) => {}
        }
    }

    fn finish(self) -> Option<ArrayRef> {
        Some(match self {
            Self::Integer(mut b) => Arc::new(b.finish()),
            Self::Count(counts) => Arc::new(Int32Array::from(counts)),
            Self::Number(mut b) => Arc::new(b.finish()),
            Self::Text(mut b) => Arc::new(b.finish()),
            Self::Date(mut b) => Arc::new(b.finish()),
            Self::Boolean(mut b) => Arc::new(b.finish()),
            Self::Unread => return None,
        })
    }
}

/// The Arrow type of a fact's column.
pub(crate) fn arrow_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Integer => DataType::Int64,
        ColumnType::Count => DataType::Int32,
        ColumnType::Number => DataType::Float64,
        ColumnType::Text => DataType::Utf8View,
        ColumnType::Date => DataType::Date32,
        ColumnType::Boolean => DataType::Boolean,
    }
}

/// The Arrow schema of a fact table.
pub(crate) fn arrow_schema(table: &str) -> Arc<Schema> {
    schema_of(table, |_| true)
}

/// The same of those columns alone that are kept.
pub(crate) fn schema_of(table: &str, kept: impl Fn(&str) -> bool) -> Arc<Schema> {
    let fields = columns(table)
        .unwrap_or_default()
        .iter()
        .filter(|(name, _)| kept(name))
        .map(|(name, kind)| Field::new(*name, arrow_type(*kind), true))
        .collect::<Vec<_>>();
    Arc::new(Schema::new(fields))
}

/// The rows of a table as columns.
pub(crate) fn batch_of(table: &str, rows: &[Vec<Cell<'_>>]) -> Result<RecordBatch, WarehouseError> {
    let mut builders: Vec<Column> =
        columns(table).unwrap_or_default().iter().map(|(_, kind)| Column::new(*kind, rows.len())).collect();
    for row in rows {
        for (column, cell) in builders.iter_mut().zip(row) {
            column.push(*cell);
        }
    }
    batch(&arrow_schema(table), builders.into_iter().filter_map(Column::finish).collect())
}

/// One part of a fact table, such as that of one bucket.
pub(crate) struct FactTable {
    schema: Arc<Schema>,
    /// The types of the columns, without those that nobody reads.
    kinds: Vec<Option<ColumnType>>,
    /// The rows of the batch being made.
    columns: Vec<Column>,
    rows: usize,
    rows_a_batch: usize,
    to: To,
}

/// Where the rows of a part go.
enum To {
    File(Box<ParquetFile>),
    Memory(Kept, Vec<RecordBatch>),
    Nowhere,
}

impl FactTable {
    pub(crate) fn create(store: &FactStore, table: &str, part: &str) -> Result<Self, WarehouseError> {
        let to = match &store.place {
            _ if !store.keeps(table) => To::Nowhere,
            Place::Folder(folder) => Self::file(store, folder, table, part)?,
            Place::Memory(kept) => To::Memory(kept.part(table, part), Vec::new()),
        };
        Ok(Self::new(store, table, to))
    }

    /// A part of a table as it would have been on an earlier day, beside the facts of a folder.
    fn earlier(store: &FactStore, day: NaiveDate, table: &str, part: &str) -> Result<Self, WarehouseError> {
        let to = match &store.place {
            Place::Folder(folder) => Self::file(store, &earlier_folder(folder, day), table, part)?,
            Place::Memory(_) => To::Nowhere,
        };
        Ok(Self::new(store, table, to))
    }

    fn file(store: &FactStore, folder: &Path, table: &str, part: &str) -> Result<To, WarehouseError> {
        let path = folder.join(table).join(format!("{part}.parquet"));
        let file = ParquetFile::create(&path, store.schema(table), 256 * 1024)?;
        Ok(To::File(Box::new(file)))
    }

    fn new(store: &FactStore, table: &str, to: To) -> Self {
        let kept = |(name, kind): &(&str, ColumnType)| store.keeps_column(table, name).then_some(*kind);
        let kinds = columns(table).unwrap_or_default().iter().map(kept).collect();
        let rows_a_batch = if matches!(to, To::File(_)) { 64 * 1024 } else { 16 * 1024 };
        Self { schema: store.schema(table), kinds, columns: Vec::new(), rows: 0, rows_a_batch, to }
    }

    /// Whether anything becomes of its rows.
    pub(crate) fn is_kept(&self) -> bool {
        !matches!(self.to, To::Nowhere)
    }

    /// A row of some cells and then counts.
    pub(crate) fn push_with(&mut self, cells: &[Cell<'_>], counts: &[i32]) -> Result<(), WarehouseError> {
        if !self.is_kept() {
            return Ok(());
        }
        if self.rows == 0 {
            let column = |kind| Column::new(kind, self.rows_a_batch);
            self.columns = self.kinds.iter().map(|kind| kind.map_or(Column::Unread, column)).collect();
        }
        let (of_cells, of_counts) = self.columns.split_at_mut(cells.len().min(self.kinds.len()));
        for (column, cell) in of_cells.iter_mut().zip(cells) {
            column.push(*cell);
        }
        for (column, count) in of_counts.iter_mut().zip(counts) {
            if let Column::Count(column) = column {
                column.push(*count);
            }
        }
        self.rows += 1;
        if self.rows >= self.rows_a_batch { self.flush() } else { Ok(()) }
    }

    pub(crate) fn push(&mut self, cells: &[Cell<'_>]) -> Result<(), WarehouseError> {
        self.push_with(cells, &[])
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let arrays = self.columns.drain(..).filter_map(Column::finish).collect();
        let rows = batch(&self.schema, arrays)?;
        match &mut self.to {
            To::File(file) => file.write(&rows),
            To::Memory(_, batches) => {
                batches.push(rows);
                Ok(())
            }
            To::Nowhere => Ok(()),
        }
    }

    pub(crate) fn finish(mut self) -> Result<(), WarehouseError> {
        self.flush()?;
        match self.to {
            To::File(file) => file.finish().map(|_| ()),
            To::Memory(kept, batches) => kept.put(batches),
            To::Nowhere => Ok(()),
        }
    }
}

/// All fact tables of one bucket that are made from events.
pub(crate) struct FactTables {
    pub(crate) code_date: FactTable,
    /// The same as it would have been on each of the earlier days.
    pub(crate) earlier: Vec<FactTable>,
    pub(crate) hospital_diagnosis: FactTable,
    pub(crate) hospital_condition: FactTable,
    pub(crate) coded_activity: FactTable,
    pub(crate) spell: FactTable,
    pub(crate) ae_attendance: FactTable,
    pub(crate) appointment: FactTable,
    pub(crate) care_service: FactTable,
    pub(crate) result: FactTable,
    pub(crate) medicine: FactTable,
    pub(crate) activity: FactTable,
    pub(crate) person_month: FactTable,
}

impl FactTables {
    pub(crate) fn create(
        store: &FactStore,
        part: &str,
        earlier: &[NaiveDate],
    ) -> Result<Self, WarehouseError> {
        let table = |name| FactTable::create(store, name, part);
        let before = |day| FactTable::earlier(store, day, "code_date", part);
        Ok(Self {
            code_date: table("code_date")?,
            earlier: earlier.iter().copied().map(before).collect::<Result<_, _>>()?,
            hospital_diagnosis: table("hospital_diagnosis")?,
            hospital_condition: table("hospital_condition")?,
            coded_activity: table("coded_activity")?,
            spell: table("spell")?,
            ae_attendance: table("ae_attendance")?,
            appointment: table("appointment")?,
            care_service: table("care_service")?,
            result: table("result")?,
            medicine: table("medicine")?,
            activity: table("activity")?,
            person_month: table("person_month")?,
        })
    }

    pub(crate) fn finish(self) -> Result<(), WarehouseError> {
        for table in [
            self.code_date,
            self.hospital_diagnosis,
            self.hospital_condition,
            self.coded_activity,
            self.spell,
            self.ae_attendance,
            self.appointment,
            self.care_service,
            self.result,
            self.medicine,
            self.activity,
            self.person_month,
        ]
        .into_iter()
        .chain(self.earlier)
        {
            table.finish()?;
        }
        Ok(())
    }
}
