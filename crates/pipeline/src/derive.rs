//! Deriving: facts from events, then what definitions say about people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::PathBuf;

use chrono::NaiveDate;
use model::{PersonId, sha256_hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::definitions::Definition;
use warehouse::engine::{Engine, write_reference};
use warehouse::facts::{self, FactInputs, FactsManifest, PersonFact};

use crate::index::Index;
use crate::refresh::{done, finish};
use crate::{Deployment, PipelineError, Progress};

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
    /// Who had asked not to be counted when these data were first derived: see `figures`.
    pub objected: BTreeSet<PersonId>,
}

/// What deriving reads beside the index.
pub(crate) struct DeriveInputs<'a> {
    pub people: &'a [PersonFact],
    /// Those about people; figures are made later.
    pub definitions: &'a [Definition],
    pub codelists: &'a CodeLists,
    pub costs: &'a UnitCosts,
    /// Events of these sources alone; `None`: of every source.
    pub sources: Option<&'a BTreeSet<String>>,
    pub objected: &'a BTreeSet<PersonId>,
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

/// Names what is derived of every source.
pub(crate) fn key_of_all(
    deployment: &Deployment,
    index: &Index,
    people: &[PersonFact],
    as_at: NaiveDate,
) -> String {
    let text = format!(
        "derive {} {} {} {as_at}\n{}\n",
        env!("CARGO_PKG_VERSION"),
        index.key,
        deployment.definitions.digest(),
        digest_of(people)
    );
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

/// Derives under a key.
pub(crate) async fn derive(
    deployment: &Deployment,
    index: &Index,
    key: &str,
    inputs: &DeriveInputs<'_>,
    progress: &dyn Progress,
) -> Result<Derived, PipelineError> {
    let folder = deployment.facts(key);
    let (facts, derived) = (folder.join("facts"), folder.join("derived"));
    let fact_inputs = FactInputs {
        people: inputs.people,
        codelists: inputs.codelists,
        costs: inputs.costs,
        as_at: inputs.as_at,
        sources: inputs.sources,
    };
    let totals = tokio::task::block_in_place(|| {
        facts::build(&index.buckets, &fact_inputs, &facts, deployment.threads, &|at, of| {
            progress.at("facts", at, of);
        })
    })?;
    write_reference(&facts, &deployment.area, inputs.codelists, inputs.costs, &deployment.definitions)
        .await?;
    let engine = Engine::open(&facts, &derived, inputs.as_at, deployment.threads, None).await?;
    let total = inputs.definitions.len();
    let rows = engine.run(inputs.definitions, &|at, _| progress.at("definitions", at, total)).await?;
    progress.at("definitions", total, total);
    let manifest = DerivedManifest { facts: totals, rows, objected: inputs.objected.clone() };
    progress.reached("derive: before commit");
    finish(&folder, &manifest)?;
    progress.reached("derive: committed");
    Ok(Derived { key: key.to_owned(), facts, folder: derived, manifest })
}
