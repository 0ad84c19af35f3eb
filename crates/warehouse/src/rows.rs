//! Which rows of a folder of Parquet files may be counted: a bit a row, compiled once; and the table that reads these alone.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use datafusion::arrow::array::{
    Array, AsArray, BooleanArray, BooleanBufferBuilder, PrimitiveArray, RecordBatch, RecordBatchOptions,
};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::{cast, filter_record_batch};
use datafusion::arrow::datatypes::{DataType, SchemaRef, UInt32Type};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Statistics;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source::{DataSource, DataSourceExec};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayFormatType, ExecutionPlan, Partitioning};
use futures::{TryStreamExt, stream};
use model::PersonId;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use crate::WarehouseError;
use crate::counted::Counted;
use crate::events::buckets_of;
use crate::index::each_thread;

/// Rows asked at once when a file is compiled: each batch has a dictionary of sources of its own.
const ROWS: usize = 256 * 1024;

/// A row group of a file, and which of its rows may be counted.
#[derive(Clone, Debug)]
struct RowGroup {
    path: Arc<PathBuf>,
    metadata: ArrowReaderMetadata,
    number: usize,
    /// `None`: every row.
    rows: Option<BooleanBuffer>,
}

impl RowGroup {
    /// Some columns of the rows that may be counted. All rows are decoded, which costs less than leaving out single rows.
    fn batches(
        &self,
        columns: &[usize],
        rows_a_batch: usize,
    ) -> Result<impl Iterator<Item = Result<RecordBatch>> + use<>> {
        let file = File::open(self.path.as_ref())?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let columns = ProjectionMask::roots(reader.parquet_schema(), columns.iter().copied());
        let reader = reader.with_projection(columns).with_row_groups(vec![self.number]);
        let (rows, mut from) = (self.rows.clone(), 0);
        Ok(reader.with_batch_size(rows_a_batch).build()?.map(move |batch| {
            let batch = batch?;
            let Some(rows) = &rows else { return Ok(batch) };
            let of_batch = rows.slice(from, batch.num_rows());
            from += batch.num_rows();
            Ok(filter_record_batch(&batch, &BooleanArray::new(of_batch, None))?)
        }))
    }
}

/// The row groups of a folder that have rows that may be counted.
#[derive(Debug)]
pub(crate) struct CountedRows {
    groups: Vec<RowGroup>,
    left_out: bool,
}

impl CountedRows {
    /// Asks every row of the folder's files once. `schema`: how the table's columns are to be read.
    pub(crate) fn compile(
        folder: &Path,
        schema: &SchemaRef,
        counted: &Counted,
        threads: usize,
    ) -> Result<Self, WarehouseError> {
        let paths = buckets_of(folder)?;
        let next = AtomicUsize::new(0);
        let shares = each_thread(threads, |_| {
            let mut groups = Vec::new();
            while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                groups.extend(row_groups(path, schema, counted)?);
            }
            Ok(groups)
        })?;
        let mut groups: Vec<RowGroup> = shares.into_iter().flatten().collect();
        groups.sort_by(|one, other| (&one.path, one.number).cmp(&(&other.path, other.number)));
        let left_out = groups.iter().any(|group| group.rows.is_some());
        groups.retain(|group| group.rows.as_ref().is_none_or(|rows| rows.count_set_bits() > 0));
        Ok(Self { groups, left_out })
    }

    /// Whether every row may be counted.
    pub(crate) fn are_all(&self) -> bool {
        !self.left_out
    }
}

/// The row groups of a file, each row asked.
fn row_groups(path: &Path, schema: &SchemaRef, counted: &Counted) -> Result<Vec<RowGroup>, WarehouseError> {
    let file = File::open(path).map_err(WarehouseError::file(path))?;
    let options = ArrowReaderOptions::new().with_schema(Arc::clone(schema));
    let metadata = ArrowReaderMetadata::load(&file, options).map_err(WarehouseError::parquet(path))?;
    let bits = rows_of(path, file, metadata.clone(), counted)?;
    let path = Arc::new(path.to_owned());
    let mut from = 0;
    let groups = metadata.metadata().row_groups().iter().enumerate().map(|(number, group)| {
        let rows = bits.slice(from, usize::try_from(group.num_rows()).unwrap_or(0));
        from += rows.len();
        let rows = (rows.count_set_bits() < rows.len()).then_some(rows);
        RowGroup { path: Arc::clone(&path), metadata: metadata.clone(), number, rows }
    });
    Ok(groups.collect())
}

/// A bit a row of a file, from the columns that are asked alone.
fn rows_of(
    path: &Path,
    file: File,
    metadata: ArrowReaderMetadata,
    counted: &Counted,
) -> Result<BooleanBuffer, WarehouseError> {
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let asked = [("person_id", counted.people.is_some()), ("source", counted.sources.is_some())];
    let asked = asked.into_iter().filter(|(_, asks)| *asks).map(|(name, _)| name);
    let columns = ProjectionMask::columns(reader.parquet_schema(), asked);
    let reader = reader.with_projection(columns).with_batch_size(ROWS).build();
    let mut bits = BooleanBufferBuilder::new(0);
    for batch in reader.map_err(WarehouseError::parquet(path))? {
        bits.append_buffer(&counted_of(&batch?, counted)?);
    }
    Ok(bits.finish())
}

/// A bit a row of a batch: of a person and of a source that may be counted. A missing value is not counted.
fn counted_of(batch: &RecordBatch, counted: &Counted) -> Result<BooleanBuffer, WarehouseError> {
    let mut rows = BooleanBuffer::new_set(batch.num_rows());
    if let (Some(people), Some(numbers)) = (&counted.people, batch.column_by_name("person_id")) {
        let numbers = cast(numbers, &DataType::UInt32)?;
        rows = &rows & &each(numbers.as_primitive(), |number| people.contains(PersonId(number)));
    }
    if let (Some(sources), Some(texts)) = (&counted.sources, batch.column_by_name("source")) {
        let dictionary = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
        let texts = cast(texts, &dictionary)?;
        let texts = texts.as_dictionary::<UInt32Type>();
        let names = texts.values().as_string::<i32>().iter();
        let known: Vec<bool> = names.map(|name| name.is_some_and(|name| sources.contains(name))).collect();
        rows = &rows & &each(texts.keys(), |key| known.get(key as usize).copied().unwrap_or(false));
    }
    Ok(rows)
}

/// The answer for each row; rows are sorted by person, so that a value often stands many times in a row.
fn each(column: &PrimitiveArray<UInt32Type>, asked: impl Fn(u32) -> bool) -> BooleanBuffer {
    let mut answers = BooleanBufferBuilder::new(column.len());
    for run in column.values().chunk_by(|one, other| one == other) {
        answers.append_n(run.len(), run.first().is_some_and(|value| asked(*value)));
    }
    let answers = answers.finish();
    column.nulls().map_or_else(|| answers.clone(), |there| &answers & there.inner())
}

/// A table of Parquet files of which these rows alone are read.
#[derive(Debug)]
pub(crate) struct CountedTable {
    whole: Arc<dyn TableProvider>,
    groups: Arc<[RowGroup]>,
}

impl CountedTable {
    /// `whole`: the table of all rows, of which the schema and the planner's idea of its size are taken.
    pub(crate) fn new(whole: Arc<dyn TableProvider>, rows: CountedRows) -> Self {
        Self { whole, groups: rows.groups.into() }
    }
}

#[async_trait]
impl TableProvider for CountedTable {
    fn schema(&self) -> SchemaRef {
        self.whole.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let whole = self.whole.scan(state, projection, &[], None).await?;
        let Some(files) = whole.downcast_ref::<DataSourceExec>() else {
            // INVARIANT: a folder without files is planned as no rows, not as a source of data.
            return Ok(whole);
        };
        let size = files.data_source().partition_statistics(None)?;
        let all = || (0..self.schema().fields().len()).collect();
        let source = CountedSource {
            groups: Arc::clone(&self.groups),
            columns: projection.cloned().unwrap_or_else(all),
            schema: whole.schema(),
            // Of the whole, so that it does not answer a query in the place of rows.
            size: Arc::new(size.as_ref().clone().to_inexact()),
            parts: state.config().target_partitions(),
        };
        Ok(DataSourceExec::from_data_source(source))
    }
}

/// One reading of a table: some columns, the row groups dealt out to so many parts.
#[derive(Debug)]
struct CountedSource {
    groups: Arc<[RowGroup]>,
    columns: Vec<usize>,
    schema: SchemaRef,
    size: Arc<Statistics>,
    parts: usize,
}

impl CountedSource {
    /// A batch, whose columns stand in the file's order, in the order that is wanted.
    fn arranged(columns: &[usize], schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch> {
        let place = |column: &usize| columns.iter().filter(|other| *other < column).count();
        let arranged = batch.project(&columns.iter().map(place).collect::<Vec<_>>())?;
        let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arranged.columns().to_vec(), &rows)?)
    }
}

impl DataSource for CountedSource {
    fn open(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let rows_a_batch = context.session_config().batch_size();
        let groups: Vec<RowGroup> =
            self.groups.iter().skip(partition).step_by(self.parts.max(1)).cloned().collect();
        let (columns, schema) = (self.columns.clone(), Arc::clone(&self.schema));
        let readers = groups.into_iter().map(move |group| {
            let batches = group.batches(&columns, rows_a_batch)?;
            let (columns, schema) = (columns.clone(), Arc::clone(&schema));
            Ok::<_, DataFusionError>(stream::iter(
                batches.map(move |batch| Self::arranged(&columns, &schema, &batch?)),
            ))
        });
        let batches = stream::iter(readers).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches)))
    }

    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rows that may be counted, of {} row groups", self.groups.len())
    }

    fn output_partitioning(&self) -> Partitioning {
        Partitioning::UnknownPartitioning(self.parts.max(1))
    }

    fn eq_properties(&self) -> EquivalenceProperties {
        EquivalenceProperties::new(Arc::clone(&self.schema))
    }

    fn partition_statistics(&self, partition: Option<usize>) -> Result<Arc<Statistics>> {
        Ok(match partition {
            None => Arc::clone(&self.size),
            Some(_) => Arc::new(Statistics::new_unknown(&self.schema)),
        })
    }

    fn with_fetch(&self, _: Option<usize>) -> Option<Arc<dyn DataSource>> {
        None
    }

    fn fetch(&self) -> Option<usize> {
        None
    }

    fn try_swapping_with_projection(&self, _: &ProjectionExprs) -> Result<Option<Arc<dyn DataSource>>> {
        Ok(None)
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }
}

#[cfg(test)]
mod tests;
