//! Facts: what definitions are written over, made in one pass over the events of each person.
//!
//! The tables and their columns are in [`schema`]; docs/methods/facts.md says in words what each holds.

mod activity;
mod codes;
mod people;
pub mod schema;
mod spells;
pub(crate) mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{Datelike, Months, NaiveDate};
use model::{Pence, PersonId};
use serde::{Deserialize, Serialize};

use crate::WarehouseError;
use crate::codelists::CodeLists;
use crate::costs::UnitCosts;
use crate::events::{PersonEvent, each_person_of};
use crate::index::each_thread;

pub use activity::{ActivityLine, activity_of};
pub use people::PersonFact;
pub use spells::{Spell, is_emergency, spells_of};
use table::FactTables;

/// What the facts are made from, beside events.
pub struct FactInputs<'a> {
    /// Every person, in order of person id.
    pub people: &'a [PersonFact],
    /// Code lists.
    pub codelists: &'a CodeLists,
    /// Unit costs.
    pub costs: &'a UnitCosts,
    /// The last day that counts.
    pub as_at: NaiveDate,
    /// Events of these sources alone; `None`: of every source.
    pub sources: Option<&'a BTreeSet<String>>,
}

/// Control totals of the facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactsManifest {
    /// People.
    pub people: u64,
    /// Events read.
    pub events: u64,
    /// Pence of all activity in the last 36 months.
    pub pence: i64,
    /// Activity without a unit cost, by kind.
    pub uncosted: BTreeMap<String, u64>,
}

impl FactsManifest {
    fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.events += other.events;
        self.pence += other.pence;
        for (kind, n) in &other.uncosted {
            *self.uncosted.entry(kind.clone()).or_default() += n;
        }
    }
}

/// The first day of the 36 months that activity covers.
pub fn activity_from(as_at: NaiveDate) -> NaiveDate {
    first_of_month(as_at).checked_sub_months(Months::new(35)).unwrap_or(NaiveDate::MIN)
}

/// The last day on which anything goes on for a person: what nobody ended, a stay or a service, ends with the data or at death.
pub fn last_day(as_at: NaiveDate, death: Option<NaiveDate>) -> NaiveDate {
    death.map_or(as_at, |death| death.min(as_at))
}

/// The first day of a day's month.
pub fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Makes the facts of an index in `folder`, bucket by bucket, on so many threads.
pub fn build(
    buckets: &[std::path::PathBuf],
    inputs: &FactInputs<'_>,
    folder: &Path,
    threads: usize,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<FactsManifest, WarehouseError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(WarehouseError::file(folder))?;
    }
    people::write(inputs, folder)?;
    let next = AtomicUsize::new(0);
    let total = Mutex::new(FactsManifest { people: inputs.people.len() as u64, ..FactsManifest::default() });
    each_thread(threads, |_| {
        while let Some(bucket) = buckets.get(next.fetch_add(1, Ordering::Relaxed)) {
            let part = bucket_facts(bucket, inputs, folder)?;
            if let Ok(mut total) = total.lock() {
                total.add(&part);
            }
            progress(next.load(Ordering::Relaxed).min(buckets.len()), buckets.len());
        }
        Ok(())
    })?;
    // A deployment without events still has every table.
    if buckets.is_empty() {
        FactTables::create(folder, "empty")?.finish()?;
    }
    Ok(total.into_inner().unwrap_or_default())
}

fn bucket_facts(
    bucket: &Path,
    inputs: &FactInputs<'_>,
    folder: &Path,
) -> Result<FactsManifest, WarehouseError> {
    let name = bucket.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut tables = FactTables::create(folder, &name)?;
    let mut manifest = FactsManifest::default();
    let mut scratch = codes::Scratch::default();
    each_person_of(bucket, inputs.sources, |person, events| {
        person_facts(person, events, inputs, &mut tables, &mut scratch, &mut manifest)
    })?;
    tables.finish()?;
    Ok(manifest)
}

/// Month, kind of activity, provider.
type Month<'a> = (NaiveDate, &'static str, &'a str);

fn person_facts(
    person: PersonId,
    events: &[PersonEvent<'_>],
    inputs: &FactInputs<'_>,
    tables: &mut FactTables,
    scratch: &mut codes::Scratch,
    manifest: &mut FactsManifest,
) -> Result<(), WarehouseError> {
    let at = inputs.people.binary_search_by_key(&person, |p| p.person).ok();
    let who = at.and_then(|at| inputs.people.get(at));
    let spells = spells_of(events);
    manifest.events += events.len() as u64;
    codes::write(person, events, &spells, inputs, tables, scratch)?;
    spells::write(person, &spells, who, inputs, tables)?;
    activity::write_attendances(person, events, tables)?;
    let death = who.and_then(|w| w.death_date);
    let mut months: BTreeMap<Month<'_>, (i64, i64, Pence)> = BTreeMap::new();
    for line in activity_of(events, &spells, inputs.costs, inputs.as_at, death) {
        let sum = months.entry((line.month, line.kind, line.provider)).or_default();
        sum.0 += line.n;
        sum.1 += line.days;
        sum.2 += line.cost;
        if !inputs.costs.has(line.kind) {
            *manifest.uncosted.entry(line.kind.to_owned()).or_default() += 1;
        }
    }
    for ((month, kind, provider), (n, days, cost)) in months {
        manifest.pence += cost.0;
        tables.activity(person, month, kind, provider, n, days, cost)?;
    }
    Ok(())
}
