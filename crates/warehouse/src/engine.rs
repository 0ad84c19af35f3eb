//! The query engine over a folder of facts, and the runner of definitions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::RecordBatch;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{Expr, SessionConfig, SessionContext};
use model::Area;
use tokio::task::JoinSet;

use crate::WarehouseError;
use crate::codelists::CodeLists;
use crate::columns::ParquetFile;
use crate::costs::UnitCosts;
use crate::counted::{Counted, PersonSet};
use crate::definitions::{Definition, Kind};
use crate::facts::schema::TABLES;
use crate::facts::table::{Cell, FactTable};
use crate::reference::{DefinitionFiles, stem};

/// Bytes that queries may hold before they spill.
const MEMORY: usize = 1 << 30;

/// An engine with nothing registered.
pub(crate) fn session(threads: usize) -> Result<SessionContext, WarehouseError> {
    let config = SessionConfig::new()
        .with_target_partitions(threads.max(1))
        .with_information_schema(false)
        .set_bool("datafusion.execution.parquet.pushdown_filters", false);
    let runtime =
        RuntimeEnvBuilder::new().with_memory_pool(Arc::new(FairSpillPool::new(MEMORY))).build_arc()?;
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// Facts ready to be asked, as far as they may be counted.
pub struct Engine {
    session: SessionContext,
    counted: Counted,
    derived: PathBuf,
    as_at: NaiveDate,
    threads: usize,
}

impl Engine {
    /// Opens the facts in `facts`, of these people alone if any are given; what definitions give goes to `derived`.
    pub async fn open(
        facts: &Path,
        derived: &Path,
        as_at: NaiveDate,
        threads: usize,
        people: Option<Arc<PersonSet>>,
    ) -> Result<Self, WarehouseError> {
        let engine = Self {
            session: session(threads)?,
            counted: Counted { sources: None, people },
            derived: derived.to_owned(),
            as_at,
            threads: threads.max(1),
        };
        for (table, _) in TABLES {
            engine.know(table, &facts.join(table)).await?;
        }
        for entry in std::fs::read_dir(facts).map_err(WarehouseError::file(facts))? {
            let path = entry.map_err(WarehouseError::file(facts))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with("ref_") {
                engine.know(&name, &path).await?;
            }
        }
        Ok(engine)
    }

    /// Makes a folder of Parquet files a table, if it is there.
    async fn know(&self, table: &str, folder: &Path) -> Result<(), WarehouseError> {
        if folder.exists() { self.counted.register(&self.session, table, folder).await } else { Ok(()) }
    }

    /// Takes what definitions of these kinds gave before, in another run of the engine over the same facts.
    pub async fn take(&self, derived: &Path, kinds: &[Kind]) -> Result<(), WarehouseError> {
        for kind in kinds {
            self.know(kind.table(), &derived.join(kind.table())).await?;
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
                if kind != Kind::Mart && later.iter().all(|definition| definition.kind != kind) {
                    self.know(kind.table(), &self.derived.join(kind.table())).await?;
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
        let session = self.session.clone();
        let folder = match definition.kind {
            Kind::Mart => self.derived.join(&definition.name),
            kind => self.derived.join(kind.table()),
        };
        let path = folder.join(format!("{}.parquet", definition.name));
        let (definition, query) = (definition.clone(), definition.query(self.as_at));
        async move {
            let bad = |reason: String| WarehouseError::Definition { file: definition.path.clone(), reason };
            let mut frame = session.sql(&query).await.map_err(|e| bad(e.to_string()))?;
            if definition.kind == Kind::Mart {
                // The same inputs give the same bytes: a mart is ordered by all its columns.
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

/// Writes the tables that are not about people: places, code lists, costs and every file of definitions/reference.
pub async fn write_reference(
    facts: &Path,
    area: &Area,
    codelists: &CodeLists,
    costs: &UnitCosts,
    files: &DefinitionFiles,
) -> Result<(), WarehouseError> {
    let mut table = FactTable::create(facts, "practice", "area")?;
    for p in &area.practices {
        table.push(&[
            Cell::Text(&p.code),
            Cell::Text(&p.name),
            Cell::Text(&p.pcn_name),
            Cell::Text(&p.borough),
            Cell::Number(Some(p.registered)),
            Cell::Number(Some(p.weighted)),
        ])?;
    }
    table.finish()?;
    let mut table = FactTable::create(facts, "organisation", "area")?;
    for o in &area.organisations {
        let kind = serde_json::to_value(o.kind).ok();
        let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or("");
        table.push(&[Cell::Text(&o.code), Cell::Text(&o.name), Cell::Text(kind)])?;
    }
    table.finish()?;
    let mut table = FactTable::create(facts, "borough", "area")?;
    for b in &area.boroughs {
        table.push(&[Cell::Text(&b.code), Cell::Text(&b.name)])?;
    }
    table.finish()?;
    let mut table = FactTable::create(facts, "lsoa", "area")?;
    for l in &area.lsoas {
        table.push(&[
            Cell::Text(&l.code),
            Cell::Text(&l.borough),
            Cell::Text(&l.ward),
            Cell::Integer(Some(i64::from(l.imd_decile))),
        ])?;
    }
    table.finish()?;
    let mut table = FactTable::create(facts, "codelist", "codelists")?;
    for c in codelists.codes() {
        table.push(&[
            Cell::Text(&c.list),
            Cell::Text(&c.scheme),
            Cell::Text(&c.code),
            Cell::Text(&c.term),
        ])?;
    }
    table.finish()?;
    let mut table = FactTable::create(facts, "unit_cost", "costs")?;
    for c in costs.iter() {
        let unit = if c.unit == crate::costs::CostUnit::Day { "day" } else { "event" };
        table.push(&[Cell::Text(&c.kind), Cell::Text(&c.title), Cell::Text(unit), c.pence.into()])?;
    }
    table.finish()?;
    for (path, text) in files.matching("reference/", ".csv") {
        write_csv(&facts.join(format!("ref_{}", stem(path))), path, text).await?;
    }
    Ok(())
}

/// One reference file as a table; numbers become numbers, everything else text.
async fn write_csv(folder: &Path, path: &str, text: &str) -> Result<(), WarehouseError> {
    let batch = reference_batch(path, text)?;
    let mut file = ParquetFile::create(&folder.join("reference.parquet"), batch.schema(), 256 * 1024)?;
    file.write(&batch)?;
    file.finish()?;
    Ok(())
}

/// The rows of a reference file as columns: whole numbers, numbers or text, whichever holds every value.
pub(crate) fn reference_batch(path: &str, text: &str) -> Result<RecordBatch, WarehouseError> {
    use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    let bad = |reason: String| WarehouseError::Table { file: path.to_owned(), reason };
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let names: Vec<String> =
        reader.headers().map_err(|e| bad(e.to_string()))?.iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> =
        reader.records().collect::<Result<_, _>>().map_err(|e| bad(e.to_string()))?;
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let cells: Vec<Option<&str>> = rows.iter().map(|row| row.get(i).filter(|c| !c.is_empty())).collect();
        let whole: Option<Vec<Option<i64>>> =
            cells.iter().map(|c| c.map(|c| c.parse().ok()).transpose_parse()).collect();
        let number: Option<Vec<Option<f64>>> =
            cells.iter().map(|c| c.map(|c| c.parse().ok()).transpose_parse()).collect();
        let (kind, column): (DataType, ArrayRef) = match (whole, number) {
            (Some(values), _) => (DataType::Int64, Arc::new(Int64Array::from(values))),
            (None, Some(values)) => (DataType::Float64, Arc::new(Float64Array::from(values))),
            (None, None) => (DataType::Utf8, Arc::new(StringArray::from(cells))),
        };
        fields.push(Field::new(name, kind, true));
        columns.push(column);
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// `Some(None)` for a blank cell, `Some(Some(v))` for a value, `None` for a cell that is not of the type.
trait TransposeParse<T> {
    fn transpose_parse(self) -> Option<Option<T>>;
}

impl<T> TransposeParse<T> for Option<Option<T>> {
    fn transpose_parse(self) -> Option<Option<T>> {
        match self {
            None => Some(None),
            Some(parsed) => parsed.map(Some),
        }
    }
}
