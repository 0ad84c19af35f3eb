//! Facts: what definitions are written over, made in one pass over the events of each person.
//!
//! The tables and their columns are in [`schema`]; docs/methods/facts.md says in words what each holds.

mod activity;
mod begins;
mod codes;
mod month;
mod people;
mod population;
pub mod schema;
mod spells;
pub(crate) mod table;
mod then;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{Datelike, Months, NaiveDate};
use model::{EventKind, Pence, PersonId};
use serde::{Deserialize, Serialize};

use crate::WarehouseError;
use crate::codelists::CodeLists;
use crate::costs::UnitCosts;
use crate::events::{PersonEvent, each_person_of};
use crate::index::each_thread;

pub use activity::{ActivityLine, activity_of};
pub(crate) use begins::DATA;
pub use people::{PersonFact, read_people};
pub use population::places_of;
pub use spells::{Spell, is_emergency, spells_of};
use table::{Cell, FactTables};
pub use then::people_then;

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
    /// Sources that figures may count.
    pub planning_sources: &'a BTreeSet<String>,
    /// Events of these sources alone; `None`: of every source.
    pub sources: Option<&'a BTreeSet<String>>,
    /// Where people count: practice and borough, in order; the first is number 1.
    pub places: &'a [(String, String)],
    /// Earlier days for which it is kept what was recorded by then, for movement between groups.
    pub earlier: &'a [NaiveDate],
    /// The facts as they stood on `as_at`, an earlier day: nothing that came later is known, of nobody. `people` are as they stood then.
    pub as_it_stood: bool,
}

impl FactInputs<'_> {
    /// The number of the place where a person counts.
    fn place(&self, who: Option<&PersonFact>) -> Option<i64> {
        let (practice, borough) = who?.place()?;
        let at = self.places.binary_search_by(|(p, b)| (p.as_str(), b.as_str()).cmp(&(practice, borough)));
        at.ok().and_then(|at| i64::try_from(at + 1).ok())
    }

    /// Whether planning may see a row of this source about this person.
    fn covered(&self, who: Option<&PersonFact>, source: &str) -> bool {
        who.is_some_and(|who| who.planning) && self.planning_sources.contains(source)
    }
}

/// The folder among facts of what was recorded by an earlier day.
pub fn earlier_folder(facts: &Path, day: NaiveDate) -> std::path::PathBuf {
    facts.join("earlier").join(day.to_string())
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
    /// Of which from sources that cover planning, of people whose practice does.
    pub planning_pence: i64,
    /// Activity without a unit cost, by kind.
    pub uncosted: BTreeMap<String, u64>,
}

impl FactsManifest {
    fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.events += other.events;
        self.pence += other.pence;
        self.planning_pence += other.planning_pence;
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
    let covered = Mutex::new((BTreeSet::new(), begins::Came::new(inputs.as_at)));
    each_thread(threads, |_| {
        while let Some(bucket) = buckets.get(next.fetch_add(1, Ordering::Relaxed)) {
            let part = bucket_facts(bucket, inputs, folder)?;
            if let (Ok(mut total), Ok(mut covered)) = (total.lock(), covered.lock()) {
                total.add(&part.manifest);
                covered.0.extend(part.months);
                covered.1.add(&part.came);
            }
            progress(next.load(Ordering::Relaxed).min(buckets.len()), buckets.len());
        }
        Ok(())
    })?;
    // A deployment without events still has every table.
    if buckets.is_empty() {
        FactTables::create(folder, "empty", inputs.earlier)?.finish()?;
    }
    if let Ok((months, came)) = covered.into_inner() {
        population::write(inputs, &months, folder)?;
        begins::write(inputs.as_at, &came, folder)?;
    }
    Ok(total.into_inner().unwrap_or_default())
}

fn bucket_facts(bucket: &Path, inputs: &FactInputs<'_>, folder: &Path) -> Result<Counted, WarehouseError> {
    let name = bucket.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut tables = FactTables::create(folder, &name, inputs.earlier)?;
    let mut counted = Counted {
        manifest: FactsManifest::default(),
        months: BTreeSet::new(),
        came: begins::Came::new(inputs.as_at),
    };
    let mut scratch = codes::Scratch::default();
    each_person_of(bucket, inputs.sources, |person, events| {
        if inputs.as_it_stood {
            let known = then::events(events, inputs.as_at);
            return person_facts(person, &known, inputs, &mut tables, &mut scratch, &mut counted);
        }
        person_facts(person, events, inputs, &mut tables, &mut scratch, &mut counted)
    })?;
    tables.finish()?;
    Ok(counted)
}

/// What is counted on the way through a bucket.
struct Counted {
    manifest: FactsManifest,
    /// Months with activity that planning may see.
    months: BTreeSet<NaiveDate>,
    /// What came of each kind of data in each month that planning may see.
    came: begins::Came,
}

/// Month, kind of activity, provider, and whether planning may see it.
type Month<'a> = (NaiveDate, &'static str, &'a str, bool);

fn person_facts(
    person: PersonId,
    events: &[PersonEvent<'_>],
    inputs: &FactInputs<'_>,
    tables: &mut FactTables,
    scratch: &mut codes::Scratch,
    counted: &mut Counted,
) -> Result<(), WarehouseError> {
    let at = inputs.people.binary_search_by_key(&person, |p| p.person).ok();
    let who = at.and_then(|at| inputs.people.get(at));
    let spells = spells_of(events);
    for event in events.iter().filter(|event| event.kind == EventKind::AeAttendance && event.value.is_some())
    {
        if inputs.covered(who, event.source) {
            counted.came.count("ae_acuity", event.start, 1);
        }
    }
    // Hospitals send stays that have ended: an admission may have been long before the data.
    for (spell, day) in spells.iter().filter_map(|spell| Some((spell, spell.discharged?))) {
        if inputs.covered(who, spell.source) {
            counted.came.count("stay", day, 1);
        }
    }
    let manifest = &mut counted.manifest;
    manifest.events += events.len() as u64;
    codes::write(person, who, events, &spells, inputs, tables, scratch)?;
    spells::write(person, &spells, who, inputs, tables)?;
    activity::write_attendances(person, events, who, inputs, tables)?;
    let death = who.and_then(|w| w.death_date);
    let lines = activity_of(events, &spells, inputs.costs, inputs.as_at, death);
    month::write(person, who, events, &spells, &lines, inputs, &mut tables.person_month)?;
    for line in lines.iter().filter(|line| !inputs.costs.has(line.kind)) {
        *manifest.uncosted.entry(line.kind.to_owned()).or_default() += 1;
    }
    let keyed = lines
        .iter()
        .map(|line| ((line.month, line.kind, line.provider, inputs.covered(who, line.source)), line));
    let mut keyed: Vec<(Month<'_>, &ActivityLine<'_>)> = keyed.collect();
    keyed.sort_unstable_by_key(|(key, _)| *key);
    for same in keyed.chunk_by(|(a, _), (b, _)| a == b) {
        let Some(((month, kind, provider, covered), _)) = same.first().copied() else { continue };
        let cost: Pence = same.iter().map(|(_, line)| line.cost).sum();
        manifest.pence += cost.0;
        if covered {
            manifest.planning_pence += cost.0;
            counted.months.insert(month);
            counted.came.activity(kind, provider, month, same.iter().map(|(_, line)| line.n).sum());
        }
        tables.activity.push(&[
            person.into(),
            Cell::Date(Some(month)),
            Cell::Text(kind),
            Cell::Text(provider),
            same.iter().map(|(_, line)| line.n).sum::<i64>().into(),
            same.iter().map(|(_, line)| line.days).sum::<i64>().into(),
            cost.0.into(),
            Cell::Boolean(covered),
        ])?;
    }
    Ok(())
}
