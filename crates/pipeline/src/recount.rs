//! Counting anew: figures for classes of readers whose agreements, or whose people, have changed since the run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use model::Purpose;
use serde::Deserialize;
use store::countable::{self, Countable};
use store::generations;
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::definitions;

use crate::derive::derived;
use crate::figures::Basis;
use crate::{Deployment, PipelineError, Progress, index};

/// The part of a publication's manifest that says what it was made from.
#[derive(Deserialize)]
struct Manifest {
    key: String,
    facts: String,
    index: String,
}

/// A number of what may be counted now: it changes whenever a recount may be due. One small read.
pub async fn countable_now(deployment: &Deployment) -> Result<(i64, i64, u64), PipelineError> {
    Ok(countable::stamp(deployment.store.pipeline()).await?)
}

/// Makes the figures that some class of readers may read and that are not there, and removes those that nobody may read any
/// more; gives how many were made. It needs nothing but what the run has left.
pub async fn recount(
    deployment: &Deployment,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<usize, PipelineError> {
    let Some(current) = generations::current(&deployment.store).await? else { return Ok(0) };
    let Ok(manifest) = serde_json::from_str::<Manifest>(&current.manifest) else { return Ok(0) };
    let pipeline = deployment.store.pipeline();
    let planning = countable::made_with(pipeline, Purpose::Planning).await?;
    let classes = countable::classes(pipeline, &planning, now.date_naive()).await?;
    if !deployment.marts(&manifest.key).exists() {
        return Ok(0);
    }
    let missing = |class: &&Countable| !deployment.figures(&manifest.key, &class.name).exists();
    let due: Vec<&Countable> = classes.iter().filter(missing).collect();
    if !due.is_empty() {
        count(deployment, &manifest, current.data_as_at, &classes, now, progress).await?;
    }
    let _lock = deployment.lock_figures()?;
    keep_only(&deployment.marts(&manifest.key), &classes)?;
    Ok(due.len())
}

async fn count(
    deployment: &Deployment,
    manifest: &Manifest,
    as_at: chrono::NaiveDate,
    classes: &[Countable],
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<(), PipelineError> {
    let (Some(index), Some(care)) =
        (index::built(deployment, &manifest.index)?, derived(deployment, &manifest.facts)?)
    else {
        return Err(PipelineError::NothingLeft);
    };
    let basis = Basis {
        publication: &manifest.key,
        index: &index,
        care: &care,
        then: &index.objected_when_data_came(deployment, &BTreeSet::new())?,
        definitions: &definitions::load(&deployment.definitions)?,
        codelists: &CodeLists::load(&deployment.definitions)?,
        costs: &UnitCosts::load(&deployment.definitions)?,
        as_at,
    };
    let _lock = deployment.lock_figures()?;
    for class in classes {
        basis.make(deployment, class, now, progress).await?;
    }
    Ok(())
}

/// Removes the figures of a publication that no class reads.
pub(crate) fn keep_only(marts: &Path, classes: &[Countable]) -> Result<(), PipelineError> {
    let Ok(folders) = fs::read_dir(marts) else { return Ok(()) };
    for folder in folders.flatten().map(|entry| entry.path()) {
        if !classes.iter().any(|class| folder.file_name().is_some_and(|name| name == class.name.as_str())) {
            fs::remove_dir_all(&folder).map_err(PipelineError::file(&folder))?;
        }
    }
    Ok(())
}
