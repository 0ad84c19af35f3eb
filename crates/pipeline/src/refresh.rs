//! The day's run: link, index, derive, publish, check, in that order, each from named inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use model::Purpose;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use store::feeds_ledger::{self as ledger, FileState};
use store::runs::{self, State, Step};
use store::{agreements, countable};
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::definitions;
use warehouse::standardised::BatchFiles;

use crate::derive::{DeriveInputs, derive, key_of};
use crate::figures::say_who_counts;
use crate::index::index;
use crate::night::Asked;
use crate::people::{Everybody, everybody};
use crate::publish::{PublishInputs, publish};
use crate::risk::{RiskInputs, STRATIFICATION, risks};
use crate::standardise::FileNotes;
use crate::{Deployment, PipelineError, Progress, check};

/// What a run came to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Refreshed {
    /// The run.
    pub run: String,
    /// The generation that readers see now.
    pub generation: i64,
    /// Digest of everything published: the same inputs give the same digest.
    pub digest: String,
    /// The day of the data.
    pub data_as_at: NaiveDate,
    /// Nothing had changed, so nothing was published anew.
    pub unchanged: bool,
    /// Source people linked for the first time.
    pub new_identities: u64,
    /// People.
    pub people: u64,
    /// Events.
    pub events: u64,
    /// Earlier statements that later ones replaced.
    pub replaced: u64,
    /// Happenings that their source took back.
    pub deleted: u64,
    /// Events of sources that no agreement covers: kept aside.
    pub not_covered: u64,
    /// Rows that each definition gave.
    pub rows: BTreeMap<String, u64>,
    /// Activity without a unit cost, by kind.
    pub uncosted: BTreeMap<String, u64>,
}

/// Runs the day over everything that is standardised.
pub async fn refresh(
    deployment: &Deployment,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Refreshed, PipelineError> {
    let _lock = deployment.lock()?;
    let pipeline = deployment.store.pipeline();
    let batches = standardised_batches(deployment).await?;
    let as_at = data_as_at(deployment, &batches, now.date_naive())?;
    let run = run_name(&batches, &deployment.definitions.digest(), as_at);
    let inputs = serde_json::json!({ "batches": batches.len(), "as_at": as_at });
    runs::begin(pipeline, &run, "refresh", &inputs.to_string(), now).await?;
    let done = steps(deployment, &run, &batches, as_at, now, progress).await;
    let (state, message) = match &done {
        Ok(_) => (State::Done, String::new()),
        Err(e) => (State::Failed, e.to_string()),
    };
    runs::end(pipeline, &run, state, &message, now).await?;
    done
}

async fn steps(
    deployment: &Deployment,
    run: &str,
    batches: &[String],
    as_at: NaiveDate,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Refreshed, PipelineError> {
    let pipeline = deployment.store.pipeline();
    let care_sources = agreements::covered(pipeline, Purpose::DirectCare, now.date_naive()).await?;
    let planning_sources = agreements::covered(pipeline, Purpose::Planning, now.date_naive()).await?;
    // A person is linked for their care; planning sees what of that its own agreements cover.
    let began = Instant::now();
    let asked = Asked { batches, covered: &care_sources, as_at, now };
    let Everybody { people, mut facts, sources, objected, new_identities, counted, read, linked_in } =
        everybody(deployment, &asked, progress).await?;
    let linked = serde_json::json!({
        "identities": sources.len(), "batches_read": read,
        "link_seconds": linked_in.as_secs_f64(), "seconds": began.elapsed().as_secs_f64(),
    });
    note(deployment, run, "link", &linked, now).await?;

    let index = tokio::task::block_in_place(|| index(deployment, batches, progress))?;
    check::index(deployment, batches, &index.manifest)?;
    note(deployment, run, "index", &serde_json::to_value(&index.manifest)?, now).await?;

    let definitions = definitions::load(&deployment.definitions)?;
    let codelists = CodeLists::load(&deployment.definitions)?;
    let costs = UnitCosts::load(&deployment.definitions)?;
    let then = index.objected_when_data_came(deployment, &objected)?;
    let known: BTreeSet<String> = sources.iter().map(|known| known.source.to_string()).collect();
    let countable: BTreeSet<String> = known.intersection(&planning_sources).cloned().collect();
    let classes = countable::classes(pipeline, &countable, now.date_naive()).await?;
    let first = classes.first();
    if let Some(class) = first {
        say_who_counts(&mut facts, class, &then, deployment);
    }
    let whole = first.filter(|class| known.is_subset(&class.sources));
    let nothing = BTreeSet::new();
    let inputs = DeriveInputs {
        people: &facts,
        definitions: &definitions,
        codelists: &codelists,
        costs: &costs,
        planning_sources: first.map_or(&nothing, |class| &class.sources),
        sources: None,
        figures: whole.map_or("", |class| &class.name),
        as_at,
    };
    let key = key_of(deployment, &index, &inputs);
    let derived = derive(deployment, &index, &key, &inputs, progress).await?;
    check::derived(&index.manifest, &facts, &derived.manifest)?;
    note(deployment, run, "derive", &serde_json::to_value(&derived.manifest)?, now).await?;

    let named = agreements::covered_for_activity(pipeline, STRATIFICATION, now.date_naive()).await?;
    let usable: BTreeSet<String> = countable.intersection(&named).cloned().collect();
    let risks = risks(
        deployment,
        &RiskInputs {
            index: &index,
            derived: &derived,
            people: &facts,
            definitions: &definitions,
            codelists: &codelists,
            costs: &costs,
            sources: &usable,
            whole: known.is_subset(&usable) && whole.is_some(),
            objected: &objected,
            as_at,
        },
        progress,
    )
    .await?;
    note(deployment, run, "risk", &risks.counts(), now).await?;

    let publishing = PublishInputs {
        sources: &sources,
        people: &people,
        index: &index,
        derived: &derived,
        risks: &risks,
        definitions: &definitions,
        packs: deployment.definitions.packs()?,
        codelists: &codelists,
        costs: &costs,
        care_sources: &care_sources,
        planning_sources: &planning_sources,
        as_at,
    };
    let counts = publishing.figures(deployment, &classes, &then, now, progress).await?;
    let published = publish(deployment, &publishing, now, progress).await?;
    note(deployment, run, "publish", &serde_json::json!({ "people": people.len() }), now).await?;
    if let Some(counted) = counted {
        store::quality::put(pipeline, &counted).await?;
    }
    tidy(deployment, &index.key, &derived.key)?;
    let mut rows = derived.manifest.rows.clone();
    rows.extend(counts);
    Ok(Refreshed {
        run: run.to_owned(),
        generation: published.generation,
        digest: published.digest,
        data_as_at: as_at,
        unchanged: published.unchanged,
        new_identities,
        people: people.len() as u64,
        events: index.manifest.events_out,
        replaced: index.manifest.replaced,
        deleted: index.manifest.deleted,
        not_covered: index.manifest.not_covered,
        rows,
        uncosted: derived.manifest.facts.uncosted.clone(),
    })
}

/// The batches that the ledger knows to be whole, in order of name.
async fn standardised_batches(deployment: &Deployment) -> Result<Vec<String>, PipelineError> {
    let mut batches = BTreeSet::new();
    for file in ledger::all(deployment.store.pipeline(), None).await? {
        if file.state == FileState::Standardised {
            let notes: FileNotes = serde_json::from_str(&file.notes)?;
            batches.insert(notes.batch);
        }
    }
    if batches.is_empty() {
        return Err(PipelineError::NothingLanded);
    }
    Ok(batches.into_iter().collect())
}

/// The latest day that any feed tells of, today at the latest.
fn data_as_at(
    deployment: &Deployment,
    batches: &[String],
    today: NaiveDate,
) -> Result<NaiveDate, PipelineError> {
    let zone = deployment.standardised();
    let mut latest = None;
    for batch in batches {
        let manifest = BatchFiles::of(&zone, batch).manifest()?.unwrap_or_default();
        latest = latest.max(manifest.latest);
    }
    Ok(latest.unwrap_or(today).min(today))
}

fn run_name(batches: &[String], definitions: &str, as_at: NaiveDate) -> String {
    let text = format!("{} {definitions} {as_at} {}", env!("CARGO_PKG_VERSION"), batches.join(" "));
    model::sha256_hex(text.as_bytes()).chars().take(16).collect()
}

async fn note(
    deployment: &Deployment,
    run: &str,
    step: &str,
    counts: &serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let step = Step {
        step: step.to_owned(),
        part: String::new(),
        state: State::Done,
        counts: counts.to_string(),
        started_at: now,
        ended_at: Some(now),
    };
    Ok(runs::step(deployment.store.pipeline(), run, &step).await?)
}

/// The totals of a folder that is whole; nothing when it is not there or was left half-made.
pub(crate) fn done<T: DeserializeOwned>(folder: &Path) -> Result<Option<T>, PipelineError> {
    let path = folder.join("done.json");
    match fs::read(&path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(PipelineError::file(&path)(e)),
    }
}

/// Says that a folder is whole.
pub(crate) fn finish<T: Serialize>(folder: &Path, totals: &T) -> Result<(), PipelineError> {
    let path = folder.join("done.json");
    let partial = folder.join("done.partial");
    fs::write(&partial, serde_json::to_vec_pretty(totals)?).map_err(PipelineError::file(&partial))?;
    fs::rename(&partial, &path).map_err(PipelineError::file(&path))
}

/// Removes indexes and facts that nothing published rests on, when nobody is making figures of them.
fn tidy(deployment: &Deployment, index: &str, facts: &str) -> Result<(), PipelineError> {
    let _lock = deployment.lock_figures()?;
    for (folder, keep) in [(deployment.index(""), index), (deployment.facts(""), facts)] {
        for entry in fs::read_dir(&folder).map_err(PipelineError::file(&folder))? {
            let path = entry.map_err(PipelineError::file(&folder))?.path();
            if path.file_name().is_none_or(|name| name != keep) {
                fs::remove_dir_all(&path).map_err(PipelineError::file(&path))?;
            }
        }
    }
    Ok(())
}
