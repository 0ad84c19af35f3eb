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
use warehouse::definitions::Definition;
use warehouse::engine::Engine;
use warehouse::facts::{self, FactInputs, FactsManifest, PersonFact};
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
}

/// What deriving reads beside the index.
pub(crate) struct DeriveInputs<'a> {
    pub people: &'a [PersonFact],
    pub definitions: &'a [Definition],
    pub codelists: &'a CodeLists,
    pub costs: &'a UnitCosts,
    pub planning_sources: &'a BTreeSet<String>,
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

/// Derives, or finds it derived.
pub(crate) async fn derive(
    deployment: &Deployment,
    index: &Index,
    inputs: &DeriveInputs<'_>,
    progress: &dyn Progress,
) -> Result<Derived, PipelineError> {
    let mut text = format!(
        "derive {} {} {} {}\n",
        env!("CARGO_PKG_VERSION"),
        index.key,
        deployment.definitions.digest(),
        inputs.as_at
    );
    text.push_str(&digest_of(inputs.people));
    text.push('\n');
    for source in inputs.planning_sources {
        text.push_str(&format!("{source}\n"));
    }
    let key: String = sha256_hex(text.as_bytes()).chars().take(32).collect();
    let folder = deployment.facts(&key);
    let derived = folder.join("derived");
    if let Some(manifest) = done(&folder)? {
        return Ok(Derived { key, folder: derived, manifest });
    }
    let earlier = EARLIER_MONTHS.map(|months| inputs.as_at.checked_sub_months(Months::new(months)));
    let earlier: Vec<NaiveDate> = earlier.into_iter().flatten().collect();
    let places = facts::places_of(inputs.people);
    let fact_inputs = FactInputs {
        people: inputs.people,
        codelists: inputs.codelists,
        costs: inputs.costs,
        as_at: inputs.as_at,
        planning_sources: inputs.planning_sources,
        places: &places,
        earlier: &earlier,
    };
    let facts_folder = folder.join("facts");
    let facts = tokio::task::block_in_place(|| {
        facts::build(&index.buckets, &fact_inputs, &facts_folder, deployment.threads, &|at, of| {
            progress.at("facts", at, of);
        })
    })?;
    write_reference(&facts_folder, &deployment.area, inputs.codelists, inputs.costs, &deployment.definitions)
        .await?;
    write_history(&facts_folder, &derived, &earlier, inputs.definitions, deployment.threads).await?;
    let engine = Engine::open(&facts_folder, &derived, inputs.as_at, deployment.threads).await?;
    let total = inputs.definitions.len();
    let rows = engine.run(inputs.definitions, &|at, _| progress.at("definitions", at, total)).await?;
    warehouse::breakdown::run(&facts_folder, &derived, inputs.as_at, deployment.threads, inputs.definitions)
        .await?;
    progress.at("definitions", total, total);
    let manifest = DerivedManifest { facts, rows };
    progress.reached("derive: before commit");
    finish(&folder, &manifest)?;
    progress.reached("derive: committed");
    Ok(Derived { key, folder: derived, manifest })
}
