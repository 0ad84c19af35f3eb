//! Worked examples: small drawn tables beside each definition, run as tests and shown in the manual.
//!
//! ```text
//! as_at 2026-10-31
//! given person
//! person_id | age | sex
//! 1 | 70 | F
//! expect
//! person_id | since
//! 1 | 2020-01-01
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringViewArray,
};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::WarehouseError;
use crate::columns::days;
use crate::definitions::{self, Definition};
use crate::engine::session;
use crate::facts::schema::{ColumnType, TABLES, columns};
use crate::facts::table::arrow_schema;
use crate::reference::{DefinitionFiles, stem};
use crate::reference_tables::{known_batches, reference_batch};

/// One drawn table: column names and cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Column names.
    pub columns: Vec<String>,
    /// Cells as text; blank is missing, `''` is the empty text.
    pub rows: Vec<Vec<String>>,
}

impl Drawn {
    fn to_csv(&self) -> String {
        let lines = std::iter::once(&self.columns).chain(&self.rows).map(|cells| cells.join(","));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// A worked example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The day of the data.
    pub as_at: NaiveDate,
    /// Facts given, by table.
    pub given: BTreeMap<String, Drawn>,
    /// What the definition must return.
    pub expect: Drawn,
}

impl Example {
    /// Reads the cases of an example file; each begins with its own `as_at` line.
    pub fn parse_all(path: &str, text: &str) -> Result<Vec<Self>, WarehouseError> {
        let mut cases: Vec<String> = Vec::new();
        for line in text.lines() {
            if line.trim_start().starts_with("as_at ") || cases.is_empty() {
                cases.push(String::new());
            }
            if let Some(case) = cases.last_mut() {
                case.push_str(line);
                case.push('\n');
            }
        }
        let has_content =
            |case: &&String| case.lines().any(|l| !l.trim().is_empty() && !l.trim().starts_with('#'));
        cases.iter().filter(has_content).map(|case| Self::parse(path, case)).collect()
    }

    /// Reads one case.
    fn parse(path: &str, text: &str) -> Result<Self, WarehouseError> {
        let bad = |line: usize, reason: String| WarehouseError::Definition {
            file: path.to_owned(),
            reason: format!("line {}: {reason}", line + 1),
        };
        let mut as_at = None;
        let mut tables: Vec<(Option<String>, Drawn)> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(day) = line.strip_prefix("as_at ") {
                as_at =
                    Some(day.trim().parse().map_err(|_| bad(number, "as_at wants YYYY-MM-DD".to_owned()))?);
            } else if let Some(table) = line.strip_prefix("given ") {
                tables.push((Some(table.trim().to_owned()), Drawn::default()));
            } else if line == "expect" {
                tables.push((None, Drawn::default()));
            } else {
                let cells: Vec<String> = line.split('|').map(|cell| cell.trim().to_owned()).collect();
                let (_, drawn) = tables
                    .last_mut()
                    .ok_or_else(|| bad(number, "a row before `given` or `expect`".to_owned()))?;
                if drawn.columns.is_empty() {
                    drawn.columns = cells;
                } else if cells.len() == drawn.columns.len() {
                    drawn.rows.push(cells);
                } else {
                    return Err(bad(
                        number,
                        format!("{} cells under {} columns", cells.len(), drawn.columns.len()),
                    ));
                }
            }
        }
        let as_at = as_at.ok_or_else(|| bad(0, "no `as_at` line".to_owned()))?;
        let mut given = BTreeMap::new();
        let mut expect = None;
        for (table, drawn) in tables {
            match table {
                Some(table) => {
                    given.insert(table, drawn);
                }
                None => expect = Some(drawn),
            }
        }
        let expect = expect.ok_or_else(|| bad(0, "no `expect` table".to_owned()))?;
        Ok(Self { as_at, given, expect })
    }
}

/// What came of running every example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Definitions looked at.
    pub definitions: usize,
    /// Cases run.
    pub cases: usize,
    /// One line for each definition without an example and each case that gave something else.
    pub wrong: Vec<String>,
}

/// Runs every case of every definition. Errors: a definition or an example that cannot be read.
pub async fn check(files: &DefinitionFiles) -> Result<Checked, WarehouseError> {
    let definitions = definitions::load(files)?;
    let mut checked = Checked { definitions: definitions.len(), ..Checked::default() };
    for definition in &definitions {
        let path = definition.path.replace(".sql", ".example");
        let Some(text) = files.get(&path) else {
            checked.wrong.push(format!("{}: has no example beside it ({path})", definition.path));
            continue;
        };
        for (number, example) in Example::parse_all(&path, text)?.iter().enumerate() {
            checked.cases += 1;
            let case = format!("{path}: case {}", number + 1);
            match run(definition, example, files).await {
                Ok(None) => {}
                Ok(Some(got)) => checked
                    .wrong
                    .push(format!("{case}: expected {:?} but got {:?}", example.expect.rows, got.rows)),
                Err(e) => checked.wrong.push(format!("{case}: {e}")),
            }
        }
    }
    Ok(checked)
}

/// Runs an example; gives what was returned when it is not what was expected.
async fn run(
    definition: &Definition,
    example: &Example,
    files: &DefinitionFiles,
) -> Result<Option<Drawn>, WarehouseError> {
    let session = session(1)?;
    let known_tables = known_batches(&files.packs()?)?;
    for (table, known) in TABLES {
        let drawn = example.given.get(*table);
        // What packs and methods know is as it is, unless the example gives its own.
        if let Some((_, batch)) = known_tables.iter().find(|(name, _)| name == table && drawn.is_none()) {
            session.register_batch(*table, batch.clone())?;
            continue;
        }
        let drawn = drawn.cloned().unwrap_or_default();
        session.register_batch(*table, drawn_batch(definition, table, known, &drawn)?)?;
    }
    for (path, text) in files.matching("reference/", ".csv") {
        let table = format!("ref_{}", stem(path));
        let drawn = example.given.get(&table).map(Drawn::to_csv);
        session.register_batch(&table, reference_batch(path, drawn.as_deref().unwrap_or(text))?)?;
    }
    let bad = |reason: String| WarehouseError::Definition { file: definition.path.clone(), reason };
    let frame = session.sql(&definition.query(example.as_at)).await.map_err(|e| bad(e.to_string()))?;
    let batches = frame.collect().await.map_err(|e| bad(e.to_string()))?;
    let got = returned(&example.expect.columns, &batches)
        .map_err(|column| bad(format!("the query returns no column `{column}`")))?;
    let sorted = |drawn: &Drawn| {
        let plain = |cell: &String| if cell == "''" { String::new() } else { cell.clone() };
        let mut rows: Vec<Vec<String>> =
            drawn.rows.iter().map(|row| row.iter().map(plain).collect()).collect();
        rows.sort();
        rows
    };
    Ok((sorted(&got) != sorted(&example.expect)).then_some(got))
}

fn drawn_batch(
    definition: &Definition,
    table: &str,
    known: &[(&'static str, ColumnType)],
    drawn: &Drawn,
) -> Result<RecordBatch, WarehouseError> {
    let bad = |reason: String| WarehouseError::Definition { file: definition.path.clone(), reason };
    if let Some(unknown) =
        drawn.columns.iter().find(|c| columns(table).is_none_or(|k| k.iter().all(|(n, _)| n != c)))
    {
        return Err(bad(format!("its example gives `{table}` a column `{unknown}` that it does not have")));
    }
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, kind) in known {
        let at = drawn.columns.iter().position(|column| column == name);
        let cells = || {
            drawn
                .rows
                .iter()
                .map(move |row| at.and_then(|at| row.get(at)).map(String::as_str).filter(|c| !c.is_empty()))
        };
        arrays.push(match kind {
            ColumnType::Integer => Arc::new(Int64Array::from_iter(cells().map(|c| c?.parse().ok()))),
            ColumnType::Count => Arc::new(Int32Array::from_iter(cells().map(|c| c?.parse().ok()))),
            ColumnType::Number => Arc::new(Float64Array::from_iter(cells().map(|c| c?.parse().ok()))),
            ColumnType::Text => Arc::new(StringViewArray::from_iter(
                cells().map(|c| c.map(|c| if c == "''" { "" } else { c })),
            )),
            ColumnType::Date => Arc::new(Date32Array::from_iter(cells().map(|c| c?.parse().ok().map(days)))),
            ColumnType::Boolean => Arc::new(BooleanArray::from_iter(cells().map(|c| c?.parse().ok()))),
        });
    }
    Ok(RecordBatch::try_new(arrow_schema(table), arrays)?)
}

fn returned(columns: &[String], batches: &[RecordBatch]) -> Result<Drawn, String> {
    let mut rows = Vec::new();
    for batch in batches {
        let options = FormatOptions::default();
        let mut arrays: Vec<&ArrayRef> = Vec::new();
        for column in columns {
            arrays.push(batch.column_by_name(column).ok_or_else(|| column.clone())?);
        }
        let mut formatters = Vec::new();
        for array in &arrays {
            formatters.push(ArrayFormatter::try_new(array.as_ref(), &options).map_err(|e| e.to_string())?);
        }
        for row in 0..batch.num_rows() {
            let cell = |(array, formatter): (&&ArrayRef, &ArrayFormatter<'_>)| {
                if array.is_null(row) { String::new() } else { formatter.value(row).to_string() }
            };
            rows.push(arrays.iter().zip(&formatters).map(cell).collect());
        }
    }
    Ok(Drawn { columns: columns.to_vec(), rows })
}
