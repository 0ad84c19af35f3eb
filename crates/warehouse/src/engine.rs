//! The query engine over a folder of facts, and the runner of definitions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::{Expr, SessionConfig, SessionContext};
use methods::parr30;
use tokio::task::JoinSet;

use crate::WarehouseError;
use crate::columns::ParquetFile;
use crate::definitions::{Definition, Kind};
use crate::facts::FactStore;
use crate::facts::schema::columns;
use crate::joined::string_agg;

/// Bytes that queries of one engine may hold before they spill. Whoever asks first is given: a share for each would be too small for
/// any where many sorts wait for each other.
const MEMORY: usize = 4 << 30;

/// An engine with nothing registered.
pub(crate) fn session(threads: usize) -> Result<SessionContext, WarehouseError> {
    let config = SessionConfig::new()
        .with_target_partitions(threads.max(1))
        .with_information_schema(false)
        .set_bool("datafusion.execution.parquet.pushdown_filters", false);
    let runtime =
        RuntimeEnvBuilder::new().with_memory_pool(Arc::new(GreedyMemoryPool::new(MEMORY))).build_arc()?;
    let session = SessionContext::new_with_config_rt(config, runtime);
    session.register_udf(logistic());
    session.register_udaf(string_agg());
    Ok(session)
}

/// The function LOGISTIC of definitions: log odds to a probability.
fn logistic() -> ScalarUDF {
    let function = |columns: &[ColumnarValue]| {
        let columns = ColumnarValue::values_to_arrays(columns)?;
        let numbers = columns.first().and_then(|column| column.as_primitive_opt::<Float64Type>());
        let numbers =
            numbers.ok_or_else(|| DataFusionError::Execution("LOGISTIC wants a number".to_owned()))?;
        let probabilities: Float64Array = numbers.unary(parr30::logistic);
        Ok(ColumnarValue::Array(Arc::new(probabilities)))
    };
    create_udf(
        "logistic",
        vec![DataType::Float64],
        DataType::Float64,
        Volatility::Immutable,
        Arc::new(function),
    )
}

/// Facts ready to be asked: once for direct care, once for planning.
pub struct Engine {
    care: SessionContext,
    planning: SessionContext,
    derived: PathBuf,
    as_at: NaiveDate,
    threads: usize,
}

impl Engine {
    /// Opens facts; what definitions give goes to `derived`.
    pub async fn open(
        facts: &FactStore,
        derived: &Path,
        as_at: NaiveDate,
        threads: usize,
    ) -> Result<Self, WarehouseError> {
        // A definition on one thread costs less than one on several, which pass rows to each other; several run at once.
        let engine = Self {
            care: session(1)?,
            planning: session(1)?,
            derived: derived.to_owned(),
            as_at,
            threads: threads.max(1),
        };
        for table in facts.tables()? {
            engine.register(&table, facts).await?;
        }
        if derived.join("group_history").exists() {
            engine.register("group_history", &FactStore::folder(derived)).await?;
        }
        Ok(engine)
    }

    /// Makes a table of this store one of both sessions, for planning only as far as agreements cover it.
    async fn register(&self, table: &str, store: &FactStore) -> Result<(), WarehouseError> {
        store.register(&self.care, table, table).await?;
        let known = columns(table).unwrap_or_default();
        let has = |column: &str| known.iter().any(|(name, _)| *name == column);
        let whole = if has("person_id") { format!("all_{table}") } else { table.to_owned() };
        store.register(&self.planning, table, &whole).await?;
        if has("person_id") {
            // INVARIANT: a fact's own `planning` is false where the person's practice does not cover planning.
            let covered = if has("planning") {
                "planning".to_owned()
            } else {
                "person_id IN (SELECT person_id FROM all_person WHERE planning)".to_owned()
            };
            let view = format!("CREATE VIEW {table} AS SELECT * FROM all_{table} WHERE {covered}");
            self.planning.sql(&view).await?;
        }
        Ok(())
    }

    /// Runs definitions in their order, those that do not wait for each other together; `progress` is told of each one before
    /// it runs. Gives the rows of each.
    pub async fn run(
        self,
        definitions: &[Definition],
        progress: &(dyn Fn(usize, &str) + Sync),
    ) -> Result<BTreeMap<String, u64>, WarehouseError> {
        let mut rows = vec![0; definitions.len()];
        let mut waiting = definitions;
        while !waiting.is_empty() {
            let (together, later) = waiting.split_at(together(waiting));
            let mut running = JoinSet::new();
            for (at, definition) in (definitions.len() - waiting.len()..).zip(together) {
                if running.len() >= self.threads {
                    finish_one(&mut running, &mut rows).await?;
                }
                progress(at, &definition.name);
                running.spawn(self.one(at, definition));
            }
            while !running.is_empty() {
                finish_one(&mut running, &mut rows).await?;
            }
            let whole: BTreeSet<Kind> = together.iter().map(|d| d.kind).collect();
            for kind in whole {
                if !kind.own_table() && later.iter().all(|definition| definition.kind != kind) {
                    self.register(kind.table(), &FactStore::folder(&self.derived)).await?;
                }
            }
            waiting = later;
        }
        Ok(definitions.iter().map(|definition| definition.name.clone()).zip(rows).collect())
    }

    /// Asks one definition's query and writes what it gives.
    fn one(
        &self,
        at: usize,
        definition: &Definition,
    ) -> impl Future<Output = Result<Rows, WarehouseError>> + use<> {
        let session = if definition.kind.is_planning() || definition.kind.is_risk() {
            &self.planning
        } else {
            &self.care
        }
        .clone();
        let folder = match definition.kind {
            kind if kind.own_table() => self.derived.join(&definition.name),
            kind => self.derived.join(kind.table()),
        };
        let path = folder.join(format!("{}.parquet", definition.name));
        let (definition, query) = (definition.clone(), definition.query(self.as_at));
        async move {
            let bad = |reason: String| WarehouseError::Definition { file: definition.path.clone(), reason };
            let mut frame = session.sql(&query).await.map_err(|e| bad(e.to_string()))?;
            if definition.kind.own_table() {
                // The same inputs give the same bytes: such a table is ordered by all its columns.
                let fields = frame.schema().columns();
                let order = fields.into_iter().map(|column| Expr::Column(column).sort(true, false)).collect();
                frame = frame.sort(order).map_err(|e| bad(e.to_string()))?;
            }
            let schema = Arc::new(frame.schema().as_arrow().clone());
            let batches = frame.collect().await.map_err(|e| bad(e.to_string()))?;
            let mut file = ParquetFile::create(&path, schema, 256 * 1024)?;
            for batch in &batches {
                file.write(batch)?;
            }
            Ok((at, file.finish()?))
        }
    }
}

/// A definition's place, and how many rows it gave.
type Rows = (usize, u64);

/// Waits for the next definition to end.
async fn finish_one(
    running: &mut JoinSet<Result<Rows, WarehouseError>>,
    rows: &mut [u64],
) -> Result<(), WarehouseError> {
    if let Some(done) = running.join_next().await {
        let (at, n) = done.map_err(|_| WarehouseError::TooMany("failures in one step"))??;
        if let Some(slot) = rows.get_mut(at) {
            *slot = n;
        }
    }
    Ok(())
}

/// How many of these, from the first on, do not wait for each other: none reads the table that another fills.
fn together(definitions: &[Definition]) -> usize {
    let mut filled = BTreeSet::new();
    let ready = definitions.iter().take_while(|definition| {
        let waits = definition.inputs.iter().any(|input| filled.contains(input.as_str()));
        filled.insert(definition.kind.table());
        !waits
    });
    ready.count()
}
