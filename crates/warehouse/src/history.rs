//! Who would have been in which population group on earlier days, by what had been recorded by then and by today's rules.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use tokio::task::JoinSet;

use crate::WarehouseError;
use crate::columns::ParquetFile;
use crate::definitions::{Definition, Kind};
use crate::engine::session;
use crate::facts::earlier_folder;

/// What is known of a person on a day: not their death after it, nor anybody born after it.
const PERSON: &str = "CREATE VIEW person AS SELECT person_id, sex, birth_date,
  CASE WHEN birth_date IS NULL THEN NULL ELSE CAST(DATE_PART('year', {day}) - DATE_PART('year', birth_date)
    - CASE WHEN DATE_PART('month', {day}) * 100 + DATE_PART('day', {day}) < DATE_PART('month', birth_date) * 100 + DATE_PART('day', birth_date)
      THEN 1 ELSE 0 END AS BIGINT) END AS age,
  CASE WHEN death_date <= {day} THEN death_date END AS death_date,
  practice, borough, lsoa, imd_decile, ethnic_category, registered, place, planning
FROM now_person WHERE birth_date IS NULL OR birth_date <= {day}";

/// Views of the tables that packs may read, each without what came after the day.
const VIEWS: [(&str, &str); 4] = [
    (
        "care_service",
        "CREATE VIEW care_service AS SELECT person_id, service_type, component, delivery, start,
  CASE WHEN \"end\" <= {day} THEN \"end\" END AS \"end\", council, planning FROM now_care_service WHERE start <= {day}",
    ),
    (
        "spell",
        "CREATE VIEW spell AS SELECT person_id, provider, admitted, CASE WHEN discharged <= {day} THEN discharged END AS discharged,
  method, emergency, day_case, destination, primary_icd10, codes, procedures, specialty, age FROM now_spell WHERE admitted <= {day}",
    ),
    ("ae_attendance", "CREATE VIEW ae_attendance AS SELECT * FROM now_ae_attendance WHERE day <= {day}"),
    ("appointment", "CREATE VIEW appointment AS SELECT * FROM now_appointment WHERE day <= {day}"),
];

/// Writes the table `group_history` among what is derived: who was in which group of every pack on these days.
pub async fn write_history(
    facts: &Path,
    derived: &Path,
    days: &[NaiveDate],
    definitions: &[Definition],
    threads: usize,
) -> Result<(), WarehouseError> {
    // A day a thread, if there are so many.
    for days in days.chunks(threads.max(1)) {
        let mut running = JoinSet::new();
        for day in days {
            let definitions: Vec<Definition> = definitions.to_vec();
            running.spawn(one(facts.to_owned(), derived.to_owned(), *day, definitions));
        }
        while let Some(done) = running.join_next().await {
            done.map_err(|_| WarehouseError::TooMany("failures in one step"))??;
        }
    }
    Ok(())
}

async fn one(
    facts: PathBuf,
    derived: PathBuf,
    day: NaiveDate,
    definitions: Vec<Definition>,
) -> Result<(), WarehouseError> {
    let session = before(&facts, day).await?;
    registers(&session, day, &definitions).await?;
    for pack in definitions.iter().filter(|d| d.kind == Kind::Group) {
        let query = format!(
            "SELECT pack, person_id, DATE '{day}' AS as_at, \"group\" FROM ({}) ORDER BY person_id",
            pack.query(day)
        );
        let path = derived.join("group_history").join(format!("{}-{day}.parquet", pack.name));
        write(&session, &query, &path, &pack.path).await?;
    }
    Ok(())
}

/// An engine that knows what was known on a day.
async fn before(facts: &Path, day: NaiveDate) -> Result<SessionContext, WarehouseError> {
    let session = session(1)?;
    let literal = format!("DATE '{day}'");
    let register = |name: String, folder: std::path::PathBuf| {
        let session = session.clone();
        async move {
            session.register_parquet(&name, folder.to_string_lossy(), ParquetReadOptions::default()).await
        }
    };
    register("code_date".to_owned(), earlier_folder(facts, day).join("code_date")).await?;
    for (table, view) in [("person", PERSON)].into_iter().chain(VIEWS) {
        register(format!("now_{table}"), facts.join(table)).await?;
        session.sql(&view.replace("{day}", &literal)).await?;
    }
    for entry in std::fs::read_dir(facts).map_err(WarehouseError::file(facts))? {
        let path = entry.map_err(WarehouseError::file(facts))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("ref_") {
            register(name, path).await?;
        }
    }
    Ok(session)
}

/// Makes the table `register` of that day, in memory: it is small beside events.
async fn registers(
    session: &SessionContext,
    day: NaiveDate,
    definitions: &[Definition],
) -> Result<(), WarehouseError> {
    let queries: Vec<String> = definitions
        .iter()
        .filter(|d| d.kind == Kind::Register)
        .map(|d| format!("SELECT * FROM ({})", d.query(day)))
        .collect();
    if queries.is_empty() {
        return Ok(());
    }
    let bad = |e: datafusion::error::DataFusionError| WarehouseError::Definition {
        file: format!("registers/, as at {day}"),
        reason: e.to_string(),
    };
    let all = session.sql(&queries.join("\nUNION ALL\n")).await.map_err(bad)?;
    let cached = all.cache().await.map_err(bad)?;
    session.register_table("register", cached.into_view())?;
    Ok(())
}

async fn write(session: &SessionContext, query: &str, path: &Path, file: &str) -> Result<(), WarehouseError> {
    let bad = |e: datafusion::error::DataFusionError| WarehouseError::Definition {
        file: file.to_owned(),
        reason: format!("asked about an earlier day: {e}"),
    };
    let frame = session.sql(query).await.map_err(bad)?;
    let schema = std::sync::Arc::new(frame.schema().as_arrow().clone());
    let batches = frame.collect().await.map_err(bad)?;
    let mut out = ParquetFile::create(path, schema, 256 * 1024)?;
    for batch in &batches {
        out.write(batch)?;
    }
    out.finish()?;
    Ok(())
}
