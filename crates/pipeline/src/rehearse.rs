//! Definitions over a deployment's data without publishing: for whoever writes definitions, and to measure what they cost.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use chrono::NaiveDate;
use model::Purpose;
use serde::Serialize;
use store::{agreements, generations};
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::definitions::{self, Definition};
use warehouse::engine::Engine;
use warehouse::events::buckets_of;
use warehouse::facts::{self, FactInputs, FactStore, read_people};
use warehouse::reference_tables::write_reference;

use crate::{Deployment, PipelineError, Progress};

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Rehearsed {
    /// Seconds that facts took.
    pub facts_seconds: f64,
    /// Seconds that definitions took.
    pub definitions_seconds: f64,
    /// Rows that each definition gave.
    pub rows: BTreeMap<String, u64>,
}

/// Makes the facts of the published index that the definitions of `only` read (names or kinds; all when there are none), in memory, and
/// runs them into `out`.
/// What they read from other definitions must be among them. Planning sees what agreements cover `today`.
pub async fn rehearse(
    deployment: &Deployment,
    out: &Path,
    only: &[String],
    today: NaiveDate,
    progress: &dyn Progress,
) -> Result<Rehearsed, PipelineError> {
    let current = generations::current(&deployment.store).await?.ok_or(PipelineError::NothingLanded)?;
    let manifest: serde_json::Value = serde_json::from_str(&current.manifest)?;
    let key = |name: &str| manifest.get(name).and_then(|key| key.as_str()).unwrap_or_default().to_owned();
    let people = read_people(&deployment.facts(&key("facts")).join("facts"))?;
    let buckets = buckets_of(&deployment.index(&key("index")))?;
    let planning = agreements::covered(deployment.store.pipeline(), Purpose::Planning, today).await?;
    let wanted: Vec<Definition> = definitions::load(&deployment.definitions)?
        .into_iter()
        .filter(|d| only.is_empty() || only.iter().any(|name| *name == d.name || name == d.kind.name()))
        .collect();
    let codelists = CodeLists::load(&deployment.definitions)?;
    let costs = UnitCosts::load(&deployment.definitions)?;
    let places = facts::places_of(&people);
    let inputs = FactInputs {
        people: &people,
        codelists: &codelists,
        costs: &costs,
        as_at: current.data_as_at,
        planning_sources: &planning,
        sources: None,
        places: &places,
        earlier: &[],
        as_it_stood: false,
    };
    let began = Instant::now();
    // Facts that nobody reads afterwards, and those alone that the definitions read.
    let store = FactStore::memory().read_by(&wanted);
    tokio::task::block_in_place(|| {
        facts::build(&buckets, &inputs, &store, deployment.threads, &|at, of| progress.at("facts", at, of))
    })?;
    write_reference(&store, &deployment.area, &codelists, &costs, &deployment.definitions)?;
    let facts_seconds = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let engine = Engine::open(&store, out, current.data_as_at, deployment.threads).await?;
    let total = wanted.len();
    let rows = engine.run(&wanted, &|at, _| progress.at("definitions", at, total)).await?;
    Ok(Rehearsed { facts_seconds, definitions_seconds: began.elapsed().as_secs_f64(), rows })
}
