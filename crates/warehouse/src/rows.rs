//! Which rows of a folder of Parquet files may be counted: a bit a row, compiled once, handed to the reader with each file.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use datafusion::arrow::array::{Array, AsArray, BooleanBufferBuilder, PrimitiveArray, RecordBatch};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, SchemaRef, UInt32Type};
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::{ParquetAccessPlan, RowGroupAccess};
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfig, FileScanConfigBuilder, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use model::PersonId;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection};

use crate::WarehouseError;
use crate::counted::Counted;
use crate::events::buckets_of;
use crate::index::each_thread;

/// Rows asked at once when a file is compiled: each batch has a dictionary of sources of its own.
const ROWS: usize = 256 * 1024;

/// The rows of each file of a folder, by the file's name.
#[derive(Debug)]
pub(crate) struct CountedRows {
    files: BTreeMap<String, ParquetAccessPlan>,
}

impl CountedRows {
    /// Asks every row once.
    pub(crate) fn compile(folder: &Path, counted: &Counted, threads: usize) -> Result<Self, WarehouseError> {
        let paths = buckets_of(folder)?;
        let next = AtomicUsize::new(0);
        let shares = each_thread(threads, |_| {
            let mut files = Vec::new();
            while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                files.push((name_of(path), rows_of(path, counted)?));
            }
            Ok(files)
        })?;
        Ok(Self { files: shares.into_iter().flatten().collect() })
    }

    /// Whether nothing is left out.
    pub(crate) fn are_all(&self) -> bool {
        self.files.values().flat_map(ParquetAccessPlan::inner).all(|rows| *rows == RowGroupAccess::Scan)
    }

    /// A file with the rows that may be read of it. A file that was not there when rows were compiled is refused.
    fn narrow(&self, file: PartitionedFile) -> Result<PartitionedFile, DataFusionError> {
        let name = file.path().filename().unwrap_or_default();
        let rows = self.files.get(name).ok_or_else(|| {
            DataFusionError::Execution(format!("{name} came after it was settled what may be counted"))
        })?;
        let file = PartitionedFile { statistics: None, ..file };
        Ok(file.with_extension(rows.clone()))
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What may be counted of each row group of a file.
fn rows_of(path: &Path, counted: &Counted) -> Result<ParquetAccessPlan, WarehouseError> {
    let file = File::open(path).map_err(WarehouseError::file(path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(WarehouseError::parquet(path))?;
    let asked = [("person_id", counted.people.is_some()), ("source", counted.sources.is_some())];
    let asked = asked.into_iter().filter(|(name, asks)| *asks && builder.schema().index_of(name).is_ok());
    let columns = ProjectionMask::columns(builder.parquet_schema(), asked.map(|(name, _)| name));
    let groups: Vec<usize> = builder
        .metadata()
        .row_groups()
        .iter()
        .map(|group| group.num_rows().try_into().unwrap_or(0))
        .collect();
    let mut bits = BooleanBufferBuilder::new(groups.iter().sum());
    let reader = builder.with_projection(columns).with_batch_size(ROWS).build();
    for batch in reader.map_err(WarehouseError::parquet(path))? {
        bits.append_buffer(&counted_of(&batch?, counted)?);
    }
    let bits = bits.finish();
    let mut from = 0;
    let of_group = |rows: &usize| {
        let group = bits.slice(from, *rows);
        from += rows;
        access(group)
    };
    Ok(ParquetAccessPlan::new(groups.iter().map(of_group).collect()))
}

fn access(rows: BooleanBuffer) -> RowGroupAccess {
    match rows.count_set_bits() {
        0 => RowGroupAccess::Skip,
        all if all == rows.len() => RowGroupAccess::Scan,
        _ => RowGroupAccess::Selection(RowSelection::from_boolean_buffer(rows)),
    }
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
    rows: CountedRows,
}

impl CountedTable {
    pub(crate) fn new(whole: Arc<dyn TableProvider>, rows: CountedRows) -> Self {
        Self { whole, rows }
    }

    /// A scan of the files that reads these rows alone. Statistics of whole files still say how large tables are, but no
    /// longer answer a query.
    fn narrow(&self, scan: &FileScanConfig) -> Result<FileScanConfig, DataFusionError> {
        let group = |group: &FileGroup| {
            let files = group.iter().cloned().map(|file| self.rows.narrow(file));
            Ok(FileGroup::new(files.collect::<Result<_, DataFusionError>>()?))
        };
        let groups: Result<Vec<FileGroup>, DataFusionError> = scan.file_groups.iter().map(group).collect();
        let statistics = scan.statistics().to_inexact();
        Ok(FileScanConfigBuilder::from(scan.clone())
            .with_file_groups(groups?)
            .with_statistics(statistics)
            .build())
    }
}

#[async_trait]
impl TableProvider for CountedTable {
    fn schema(&self) -> SchemaRef {
        self.whole.schema()
    }

    fn table_type(&self) -> TableType {
        self.whole.table_type()
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        self.whole.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        // Without the limit: files are chosen for it by how many rows they hold, counted or not.
        let plan = self.whole.scan(state, projection, filters, None).await?;
        if plan.downcast_ref::<EmptyExec>().is_some() {
            return Ok(plan);
        }
        let scan = plan.downcast_ref::<DataSourceExec>();
        let scan = scan.and_then(|scan| scan.downcast_to_file_source::<ParquetSource>());
        // INVARIANT: the table is one of Parquet files; of anything else nothing is read.
        let (scan, _) = scan.ok_or_else(|| DataFusionError::Internal("a scan of no files".to_owned()))?;
        Ok(DataSourceExec::from_data_source(self.narrow(scan)?))
    }
}
