//! What the day did: a run and its steps, so that an interrupted run is taken up where it stopped and a number can be walked
//! back to its inputs.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::{Pipeline, StoreError, sql};

/// How far a run or a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Begun; if nobody is at it, it was interrupted.
    Begun,
    /// Done.
    Done,
    /// Stopped by an error or a failed check.
    Failed,
}

/// One run of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its name: the pipeline makes it from the inputs.
    pub id: String,
    /// What kind: `ingest`, `refresh`.
    pub kind: String,
    /// What it works from (hashes, versions), as JSON.
    pub inputs: String,
    /// How far it has come.
    pub state: State,
    /// When it was begun, the first time.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What went wrong, in words.
    pub message: String,
}

/// One step of a run, or one part of a step (a month, a bucket).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The step: `link`, `index`, `derive`, `publish`, `check`.
    pub step: String,
    /// The part, or blank.
    pub part: String,
    /// How far it has come.
    pub state: State,
    /// What it counted, as JSON.
    pub counts: String,
    /// When it was begun.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Begins a run, or takes one up again that was begun before: the steps that are done are still there.
pub async fn begin(
    pipeline: Pipeline<'_>,
    id: &str,
    kind: &str,
    inputs: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let text = "INSERT INTO run (id, kind, inputs, state, started_at, ended_at, message) \
        VALUES ($1, $2, $3, 'begun', $4, NULL, '') \
        ON CONFLICT (id) DO UPDATE SET state = 'begun', ended_at = NULL, message = ''";
    let values = vec![id.into(), kind.into(), inputs.into(), at.into()];
    sql::execute(pipeline.store.writer(), text, values).await.map(|_| ())
}

/// Ends a run.
pub async fn end(
    pipeline: Pipeline<'_>,
    id: &str,
    state: State,
    message: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let text = "UPDATE run SET state = $2, message = $3, ended_at = $4 WHERE id = $1";
    let values = vec![id.into(), state.name().into(), message.into(), at.into()];
    sql::execute(pipeline.store.writer(), text, values).await.map(|_| ())
}

/// Writes down how far a step has come, replacing what was written of it before.
pub async fn step(pipeline: Pipeline<'_>, run: &str, step: &Step) -> Result<(), StoreError> {
    write_step(pipeline.store.writer(), run, step).await
}

pub(crate) async fn write_step(db: &impl ConnectionTrait, run: &str, step: &Step) -> Result<(), StoreError> {
    let text = "INSERT INTO run_step (run_id, step, part, state, counts, started_at, ended_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (run_id, step, part) DO UPDATE SET \
        state = excluded.state, counts = excluded.counts, started_at = excluded.started_at, ended_at = excluded.ended_at";
    let values = vec![
        run.into(),
        step.step.as_str().into(),
        step.part.as_str().into(),
        step.state.name().into(),
        step.counts.as_str().into(),
        step.started_at.into(),
        step.ended_at.into(),
    ];
    sql::execute(db, text, values).await.map(|_| ())
}

/// A run by its name.
pub async fn get(pipeline: Pipeline<'_>, id: &str) -> Result<Option<Run>, StoreError> {
    let text = format!("{RUN} WHERE id = $1");
    sql::one(pipeline.store.reader(), &text, vec![id.into()]).await?.as_ref().map(run).transpose()
}

/// The latest runs, latest first.
pub async fn latest(pipeline: Pipeline<'_>, limit: u32) -> Result<Vec<Run>, StoreError> {
    let text = format!("{RUN} ORDER BY started_at DESC, id LIMIT {limit}");
    sql::rows(pipeline.store.reader(), &text, vec![]).await?.iter().map(run).collect()
}

/// The steps of a run in the order in which they were begun.
pub async fn steps(pipeline: Pipeline<'_>, run: &str) -> Result<Vec<Step>, StoreError> {
    let text = "SELECT step, part, state, counts, started_at, ended_at FROM run_step WHERE run_id = $1 \
        ORDER BY started_at, step, part";
    let rows = sql::rows(pipeline.store.reader(), text, vec![run.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Step {
                step: row.try_get("", "step")?,
                part: row.try_get("", "part")?,
                state: State::read(row)?,
                counts: row.try_get("", "counts")?,
                started_at: row.try_get("", "started_at")?,
                ended_at: row.try_get("", "ended_at")?,
            })
        })
        .collect()
}

const RUN: &str = "SELECT id, kind, inputs, state, started_at, ended_at, message FROM run";

fn run(row: &QueryResult) -> Result<Run, StoreError> {
    Ok(Run {
        id: row.try_get("", "id")?,
        kind: row.try_get("", "kind")?,
        inputs: row.try_get("", "inputs")?,
        state: State::read(row)?,
        started_at: row.try_get("", "started_at")?,
        ended_at: row.try_get("", "ended_at")?,
        message: row.try_get("", "message")?,
    })
}

impl State {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let name: String = row.try_get("", "state")?;
        [Self::Begun, Self::Done, Self::Failed]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or(StoreError::Unreadable("state of a run"))
    }
}
