//! Deriving: facts from events, then what definitions say about them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::PathBuf;

use chrono::{Months, NaiveDate};
use model::sha256_hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::definitions::{Definition, Kind};
use warehouse::engine::Engine;
use warehouse::facts::{self, FactInputs, FactStore, FactsManifest, PersonFact};
use warehouse::history::write_history;
use warehouse::reference_tables::write_reference;

use crate::index::Index;
use crate::refresh::{done, finish};
use crate::{Deployment, PipelineError, Progress};

/// Months before the day at which it is asked who was in which population group: two half-years of movement.
const EARLIER_MONTHS: [u32; 2] = [12, 6];

/// What was derived, whole.
pub(crate) struct Derived {
    /// Its key: the same inputs, the same key.
    pub key: String,
    /// Where the facts lie.
    pub facts: PathBuf,
    /// Where what definitions give lies.
    pub folder: PathBuf,
    /// Its totals.
    pub manifest: DerivedManifest,
}

/// Totals of what was derived.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct DerivedManifest {
    /// Totals of the facts.
    pub facts: FactsManifest,
    /// Rows of each definition.
    pub rows: BTreeMap<String, u64>,
    /// The figures that are among it, by name; blank when there are none.
    pub figures: String,
}

/// What deriving reads beside the index.
pub(crate) struct DeriveInputs<'a> {
    pub people: &'a [PersonFact],
    pub definitions: &'a [Definition],
    pub codelists: &'a CodeLists,
    pub costs: &'a UnitCosts,
    /// Sources that figures may count.
    pub planning_sources: &'a BTreeSet<String>,
    /// Events of these sources alone; `None`: of every source.
    pub sources: Option<&'a BTreeSet<String>>,
    /// The name of the figures that are made with it; blank when none are.
    pub figures: &'a str,
    pub as_at: NaiveDate,
}

/// A digest of what these show, so that the same again can be told from something else.
pub(crate) fn digest_of<T: Debug>(things: &[T]) -> String {
    let mut hash = Sha256::new();
    for thing in things {
        hash.update(format!("{thing:?}\n"));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Names what is derived of these inputs.
pub(crate) fn key_of(deployment: &Deployment, index: &Index, inputs: &DeriveInputs<'_>) -> String {
    let mut text = format!(
        "derive {} {} {} {} {}\n",
        env!("CARGO_PKG_VERSION"),
        index.key,
        deployment.definitions.digest(),
        inputs.as_at,
        inputs.figures
    );
    text.push_str(&digest_of(inputs.people));
    text.push('\n');
    for source in inputs.planning_sources {
        text.push_str(&format!("{source}\n"));
    }
    sha256_hex(text.as_bytes()).chars().take(32).collect()
}

/// What was derived under a key, if it is there and whole.
pub(crate) fn derived(deployment: &Deployment, key: &str) -> Result<Option<Derived>, PipelineError> {
    let folder = deployment.facts(key);
    let manifest: Option<DerivedManifest> = done(&folder)?;
    Ok(manifest.map(|manifest| Derived {
        key: key.to_owned(),
        facts: folder.join("facts"),
        folder: folder.join("derived"),
        manifest,
    }))
}

/// Derives under a key, or finds it derived.
pub(crate) async fn derive(
    deployment: &Deployment,
    index: &Index,
    key: &str,
    inputs: &DeriveInputs<'_>,
    progress: &dyn Progress,
) -> Result<Derived, PipelineError> {
    if let Some(known) = derived(deployment, key)? {
        return Ok(known);
    }
    let folder = deployment.facts(key);
    let (facts, derived) = (folder.join("facts"), folder.join("derived"));
    let earlier = EARLIER_MONTHS.map(|months| inputs.as_at.checked_sub_months(Months::new(months)));
    let earlier: Vec<NaiveDate> = earlier.into_iter().flatten().collect();
    let places = facts::places_of(inputs.people);
    let store = FactStore::folder(&facts);
    let fact_inputs = FactInputs {
        people: inputs.people,
        codelists: inputs.codelists,
        costs: inputs.costs,
        as_at: inputs.as_at,
        planning_sources: inputs.planning_sources,
        sources: inputs.sources,
        places: &places,
        earlier: &earlier,
        as_it_stood: false,
    };
    let totals = tokio::task::block_in_place(|| {
        facts::build(&index.buckets, &fact_inputs, &store, deployment.threads, &|at, of| {
            progress.at("facts", at, of);
        })
    })?;
    write_reference(&store, &deployment.area, inputs.codelists, inputs.costs, &deployment.definitions)?;
    write_history(&facts, &derived, &earlier, inputs.definitions, deployment.threads).await?;
    let engine = Engine::open(&store, &derived, inputs.as_at, deployment.threads).await?;
    let figures = !inputs.figures.is_empty();
    // What a model of risk predicts is asked for when one is trained.
    let wanted = |definition: &&Definition| {
        definition.kind != Kind::RiskOutcome && (figures || !definition.kind.is_planning())
    };
    let definitions: Vec<Definition> = inputs.definitions.iter().filter(wanted).cloned().collect();
    let total = definitions.len();
    let rows = engine.run(&definitions, &|at, _| progress.at("definitions", at, total)).await?;
    if figures {
        warehouse::breakdown::run(&facts, &derived, inputs.as_at, deployment.threads, &definitions).await?;
    }
    progress.at("definitions", total, total);
    let manifest = DerivedManifest { facts: totals, rows, figures: inputs.figures.to_owned() };
    progress.reached("derive: before commit");
    finish(&folder, &manifest)?;
    progress.reached("derive: committed");
    Ok(Derived { key: key.to_owned(), facts, folder: derived, manifest })
}
