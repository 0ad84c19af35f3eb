//! Indicators by kind of person: deprivation fifth, ethnic group, age and sex.
//!
//! Each definition is asked once more, of facts in which the number of the place where a person counts is replaced by that of the kind of
//! person they are. So nothing need be written in a definition for it, and what it counts of a kind is what it counts of a practice.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::error::DataFusionError;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use tokio::task::JoinSet;

use crate::WarehouseError;
use crate::columns::{ParquetFile, Words, batch, column};
use crate::definitions::{Definition, Kind};
use crate::engine::session;
use crate::facts::schema::{ColumnType, TABLES};

/// The table that breakdowns fill.
pub const TABLE: &str = "indicator_by";

/// What tells people apart, in the order in which a key names it after the borough.
const DIMENSIONS: [&str; 4] = ["deprivation", "ethnicity", "age", "sex"];

/// Months that a breakdown covers, the indicator's latest and those before it.
const MONTHS: u32 = 12;

/// What each person who counts somewhere is, in the order of their kind's key.
const KINDS: [&str; 3] = [
    "CREATE TABLE keyed AS
SELECT person_id, birth_date, death_date, CONCAT_WS('|', COALESCE(borough, ''),
  CASE WHEN imd_decile IS NULL THEN 'Not known' ELSE CAST((imd_decile + 1) / 2 AS VARCHAR) END,
  CASE WHEN ethnic_category IN ('A', 'B', 'C') THEN 'White' WHEN ethnic_category IN ('D', 'E', 'F', 'G') THEN 'Mixed'
    WHEN ethnic_category IN ('H', 'J', 'K', 'L') THEN 'Asian or Asian British' WHEN ethnic_category IN ('M', 'N', 'P') THEN 'Black or Black British'
    WHEN ethnic_category IN ('R', 'S') THEN 'Other ethnic groups' ELSE 'Not known' END,
  CASE WHEN age IS NULL THEN 'Not known' WHEN age >= 90 THEN '90 and over'
    ELSE CONCAT(CAST(age / 10 * 10 AS VARCHAR), ' to ', CAST(age / 10 * 10 + 9 AS VARCHAR)) END,
  CASE sex WHEN 'F' THEN 'Female' WHEN 'M' THEN 'Male' ELSE 'Not known' END) AS kind
FROM all_person WHERE planning AND place > 0",
    "CREATE TABLE population_place AS
SELECT CAST(ROW_NUMBER() OVER (ORDER BY kind) AS BIGINT) AS place, kind AS practice, CAST('' AS VARCHAR) AS borough
FROM (SELECT DISTINCT kind FROM keyed)",
    "CREATE TABLE kind_of AS
SELECT k.person_id, p.place, k.birth_date, k.death_date FROM keyed k JOIN population_place p ON p.practice = k.kind",
];

/// People of a month by kind, worked out once for all indicators: as the fact of this name counts them by place.
const MONTHLY: &str = "CREATE TABLE population_month AS
SELECT k.place, m.month, COUNT(*) AS people,
  CAST(SUM(CASE WHEN k.birth_date + INTERVAL '18 years' <= m.month AND k.birth_date + INTERVAL '65 years' > m.month THEN 1 ELSE 0 END) AS BIGINT) AS people_18_64,
  CAST(SUM(CASE WHEN k.birth_date + INTERVAL '65 years' <= m.month THEN 1 ELSE 0 END) AS BIGINT) AS people_65
FROM kind_of k
JOIN (SELECT DISTINCT month FROM all_population_month
  WHERE month > (SELECT MAX(month) FROM all_population_month) - INTERVAL '14 months') m
  ON m.month >= COALESCE(CAST(DATE_TRUNC('month', k.birth_date) AS DATE), DATE '1900-01-01')
  AND m.month <= COALESCE(CAST(DATE_TRUNC('month', k.death_date) AS DATE), DATE '9999-01-01')
GROUP BY k.place, m.month";

/// Breaks every indicator down: facts from one folder, what other definitions gave and what this gives in the other.
pub async fn run(
    facts: &Path,
    derived: &Path,
    as_at: NaiveDate,
    threads: usize,
    definitions: &[Definition],
) -> Result<(), WarehouseError> {
    let session = session(1)?;
    for (table, columns) in TABLES {
        for zone in [facts, derived] {
            let folder = zone.join(table);
            if folder.exists() {
                register(&session, table, columns, &folder).await?;
            }
        }
    }
    for entry in std::fs::read_dir(facts).map_err(WarehouseError::file(facts))? {
        let path = entry.map_err(WarehouseError::file(facts))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("ref_") {
            session.register_parquet(&name, path.to_string_lossy(), ParquetReadOptions::default()).await?;
        }
    }
    let indicators = definitions.iter().filter(|d| d.kind == Kind::Indicator);
    let mut running = JoinSet::new();
    for definition in indicators {
        if running.len() >= threads.max(1) {
            finish_one(&mut running).await?;
        }
        running.spawn(one(session.clone(), definition.clone(), as_at, derived.to_owned()));
    }
    while !running.is_empty() {
        finish_one(&mut running).await?;
    }
    Ok(())
}

async fn finish_one(running: &mut JoinSet<Result<(), WarehouseError>>) -> Result<(), WarehouseError> {
    let done = running.join_next().await.unwrap_or(Ok(Ok(())));
    done.map_err(|_| WarehouseError::TooMany("failures in one step"))?
}

/// Breaks one indicator down.
async fn one(
    session: SessionContext,
    definition: Definition,
    as_at: NaiveDate,
    derived: PathBuf,
) -> Result<(), WarehouseError> {
    let bad = |e: DataFusionError| WarehouseError::Definition {
        file: definition.path.clone(),
        reason: format!("by kind of person: {e}"),
    };
    let frame = session.sql(&query(&definition.query(as_at))).await.map_err(bad)?;
    let batches = frame.collect().await.map_err(bad)?;
    write(&definition.name, &batches, &derived)
}

/// Makes a folder of Parquet files a table, as far as agreements cover it for planning, with kinds of people in place of places.
async fn register(
    session: &SessionContext,
    table: &str,
    columns: &[(&str, ColumnType)],
    folder: &Path,
) -> Result<(), WarehouseError> {
    let about_people = columns.iter().any(|(name, _)| *name == "person_id");
    let by_place = matches!(table, "population_place" | "population_month");
    let whole = if about_people || by_place { format!("all_{table}") } else { table.to_owned() };
    session.register_parquet(&whole, folder.to_string_lossy(), ParquetReadOptions::default()).await?;
    if table == "person" {
        for sql in KINDS {
            session.sql(sql).await?;
        }
    }
    if about_people {
        session.sql(&of_kinds(table, columns)).await?;
    } else if table == "population_month" {
        session.sql(MONTHLY).await?;
    }
    Ok(())
}

/// A table about people: where it says in which place somebody counts, that is the kind of person they are.
fn of_kinds(table: &str, columns: &[(&str, ColumnType)]) -> String {
    let has = |wanted: &str| columns.iter().any(|(name, _)| *name == wanted);
    let column = |name: &str| match name {
        "place" => "COALESCE(k.place, 0) AS place".to_owned(),
        other => format!("t.\"{other}\""),
    };
    let list: Vec<String> = columns.iter().map(|(name, _)| column(name)).collect();
    let kinds = if has("place") { " LEFT JOIN kind_of k ON k.person_id = t.person_id" } else { "" };
    let own = if has("planning") { "t.planning AND " } else { "" };
    format!(
        "CREATE VIEW {table} AS SELECT {} FROM all_{table} t{kinds} \
         WHERE {own}t.person_id IN (SELECT person_id FROM all_person WHERE planning)",
        list.join(", ")
    )
}

/// An indicator's query asked of kinds of people, its latest months only.
fn query(indicator: &str) -> String {
    format!(
        "SELECT area, month, numerator, denominator FROM (SELECT *, MAX(month) OVER () AS latest FROM ({indicator}) \
         WHERE area_kind = 'practice') WHERE month > latest - INTERVAL '{MONTHS} months'"
    )
}

/// Borough, dimension, category, month: what a number is the share of.
type Share = (String, &'static str, String, i32);

/// Adds up what kinds of people gave to each category of each dimension, for each borough and for all, and writes it.
fn write(indicator: &str, batches: &[RecordBatch], folder: &Path) -> Result<(), WarehouseError> {
    let path = folder.join(TABLE).join(format!("{indicator}.parquet"));
    let mut sums: BTreeMap<Share, (i64, i64)> = BTreeMap::new();
    for rows in batches {
        let areas = Words::of(&path, rows, "area")?;
        let months: &Date32Array = column(&path, rows, "month")?;
        let numerators: &Int64Array = column(&path, rows, "numerator")?;
        let denominators: &Int64Array = column(&path, rows, "denominator")?;
        for row in 0..rows.num_rows() {
            let mut parts = areas.get(row).split('|');
            let borough = parts.next().unwrap_or_default();
            for (dimension, category) in DIMENSIONS.into_iter().zip(parts) {
                for place in [borough, "all"] {
                    let kind = (place.to_owned(), dimension, category.to_owned(), months.value(row));
                    let sum = sums.entry(kind).or_default();
                    sum.0 += numerators.value(row);
                    sum.1 += denominators.value(row);
                }
            }
        }
    }
    sums.retain(|(borough, ..), _| !borough.is_empty());
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    let schema = Arc::new(Schema::new(vec![
        text("indicator"),
        text("borough"),
        text("dimension"),
        text("category"),
        Field::new("month", DataType::Date32, false),
        number("numerator"),
        number("denominator"),
    ]));
    let keys = || sums.keys();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(keys().map(|_| indicator))),
        Arc::new(StringArray::from_iter_values(keys().map(|(borough, ..)| borough))),
        Arc::new(StringArray::from_iter_values(keys().map(|(_, dimension, ..)| dimension))),
        Arc::new(StringArray::from_iter_values(keys().map(|(_, _, category, _)| category))),
        Arc::new(Date32Array::from_iter_values(keys().map(|(.., month)| *month))),
        Arc::new(Int64Array::from_iter_values(sums.values().map(|(above, _)| *above))),
        Arc::new(Int64Array::from_iter_values(sums.values().map(|(_, below)| *below))),
    ];
    let mut file = ParquetFile::create(&path, Arc::clone(&schema), 256 * 1024)?;
    file.write(&batch(&schema, columns)?)?;
    file.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions;
    use crate::reference::DefinitionFiles;

    const EVERYBODY: &str = "(1, 'F', DATE '1940-01-01', 86, CAST(NULL AS DATE), 'B1', 1, 'A', 1, true),
        (2, 'M', DATE '1980-01-01', 46, CAST(NULL AS DATE), 'B1', 2, 'H', 1, true),
        (3, 'M', DATE '2020-01-01', 6, CAST(NULL AS DATE), 'B2', NULL, 'Z', 2, true),
        (4, 'F', DATE '1980-01-01', 46, CAST(NULL AS DATE), 'B2', 10, 'M', 2, false),
        (5, 'F', DATE '1930-01-01', 96, DATE '2026-09-15', 'B2', 9, 'N', 2, true)";
    const ACTIVITY: &str = "(1, DATE '2026-09-01', 3, 0), (2, DATE '2026-10-01', 0, 1), (5, DATE '2026-09-01', 2, 0), (3, DATE '2025-08-01', 9, 0)";
    const MONTHS: &str = "CREATE TABLE all_population_month AS SELECT * FROM (VALUES (DATE '2025-08-01'), (DATE '2026-09-01'), (DATE '2026-10-01')) AS t(month)";

    const BEGINS: &str = "CREATE TABLE data_begins AS SELECT * FROM (VALUES ('ae', '', DATE '2024-11-01')) AS t(data, practice, month)";

    /// A fact with every column that it has; those that are not given are true, or nothing.
    fn fact(table: &str, given: &str, rows: &str) -> String {
        let names: Vec<&str> = given.split(", ").collect();
        let column = |(name, of): &(&str, ColumnType)| match of {
            _ if names.contains(name) => (*name).to_owned(),
            ColumnType::Boolean => format!("true AS {name}"),
            ColumnType::Integer | ColumnType::Count | ColumnType::Number => {
                format!("CAST(1 AS BIGINT) AS {name}")
            }
            _ => format!("CAST('' AS VARCHAR) AS {name}"),
        };
        let list: Vec<String> = crate::facts::schema::columns(table).unwrap().iter().map(column).collect();
        format!("CREATE TABLE all_{table} AS SELECT {} FROM (VALUES {rows}) AS t({given})", list.join(", "))
    }

    #[tokio::test]
    async fn each_dimension_adds_up_to_what_the_indicator_counts() {
        let engine = session(1).unwrap();
        let given = "person_id, sex, birth_date, age, death_date, borough, imd_decile, ethnic_category, place, planning";
        let mut tables = vec![fact("person", given, EVERYBODY)];
        tables.extend(KINDS.map(str::to_owned));
        tables.push(fact("person_month", "person_id, month, ae_type1, ae_other", ACTIVITY));
        tables.extend([MONTHS, MONTHLY, BEGINS].map(str::to_owned));
        for table in ["person", "person_month"] {
            tables.push(of_kinds(table, crate::facts::schema::columns(table).unwrap()));
        }
        for sql in tables {
            engine.sql(&sql).await.unwrap().collect().await.unwrap();
        }
        let all = definitions::load(&DefinitionFiles::embedded()).unwrap();
        let indicator = all.iter().find(|d| d.name == "ae_attendances").unwrap();
        let sql = query(&indicator.query("2026-10-31".parse().unwrap()));
        let batches = engine.sql(&sql).await.unwrap().collect().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        write("ae_attendances", &batches, folder.path()).unwrap();
        let path = folder.path().join(TABLE).join("ae_attendances.parquet");
        let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for rows in crate::columns::open(&path, 1_024).unwrap() {
            let rows = rows.unwrap();
            let numerators: &Int64Array = column(&path, &rows, "numerator").unwrap();
            let denominators: &Int64Array = column(&path, &rows, "denominator").unwrap();
            for row in 0..rows.num_rows() {
                let of = |name| Words::of(&path, &rows, name).unwrap().get(row).to_owned();
                let key = format!("{} {}", of("borough"), of("dimension"));
                for key in [format!("{key} {}", of("category")), key] {
                    let sum = sums.entry(key).or_default();
                    sum.0 += numerators.value(row);
                    sum.1 += denominators.value(row);
                }
            }
        }
        // The months are September and October; August of the year before is too long ago. Person 4 is not covered, and person 5 died in
        // September.
        for dimension in DIMENSIONS {
            assert_eq!(sums[&format!("all {dimension}")], (6, 7), "{dimension}");
            assert_eq!(sums[&format!("B1 {dimension}")], (4, 4), "{dimension}");
        }
        assert_eq!(sums["all deprivation 1"], (4, 4));
        assert_eq!(sums["all deprivation Not known"], (0, 2));
        assert_eq!(sums["all ethnicity Black or Black British"], (2, 1));
        assert_eq!(sums["all age 80 to 89"], (3, 2));
        assert_eq!(sums["all age 90 and over"], (2, 1));
        assert_eq!(sums["all sex Male"], (1, 4));
    }
}
