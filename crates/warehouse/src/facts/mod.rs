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
mod store;
pub(crate) mod table;
mod then;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{Datelike, Months, NaiveDate};
use hashbrown::HashSet;
use model::{EventKind, PersonId};
use serde::{Deserialize, Serialize};

use crate::WarehouseError;
use crate::codelists::CodeLists;
use crate::costs::UnitCosts;
use crate::events::{Bucket, Fields, Said};
use crate::index::each_thread;

pub use activity::{ActivityLine, activity_of};
pub(crate) use begins::DATA;
use begins::Data;
pub use people::{PersonFact, read_people};
pub use population::places_of;
pub use spells::{Spell, is_emergency, spells_of};
pub use store::FactStore;
use table::FactTables;
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

/// What facts are made from, with what is looked up for every event.
struct Making<'a> {
    inputs: &'a FactInputs<'a>,
    planning_sources: HashSet<&'a str>,
    /// The first days of the months that activity covers.
    months: Vec<NaiveDate>,
}

impl<'a> Making<'a> {
    fn of(inputs: &'a FactInputs<'a>) -> Self {
        let from = activity_from(inputs.as_at);
        let month = |month| from.checked_add_months(Months::new(month)).unwrap_or(from);
        Self {
            inputs,
            planning_sources: inputs.planning_sources.iter().map(String::as_str).collect(),
            months: (0..).take(MONTHS).map(month).collect(),
        }
    }
}

impl<'a> Deref for Making<'a> {
    type Target = FactInputs<'a>;

    fn deref(&self) -> &FactInputs<'a> {
        self.inputs
    }
}

/// What the facts of one person are made from, beside events.
struct About<'m> {
    making: &'m Making<'m>,
    person: PersonId,
    who: Option<&'m PersonFact>,
    /// The number of the place where the person counts.
    place: Option<i64>,
    /// The two sources asked about last, by where their names lie: the same ones are asked about again and again.
    last: Cell<[Option<(*const str, bool)>; 2]>,
}

impl<'m> About<'m> {
    fn of(making: &'m Making<'m>, person: PersonId) -> Self {
        let at = making.people.binary_search_by_key(&person, |fact| fact.person).ok();
        let who = at.and_then(|at| making.people.get(at));
        Self { making, person, who, place: making.place(who), last: Cell::new([None; 2]) }
    }

    /// Whether planning may see what this source says of the person.
    fn covered(&self, source: &str) -> bool {
        if !self.who.is_some_and(|who| who.planning) {
            return false;
        }
        let [last, before] = self.last.get();
        let known = |of: Option<(*const str, bool)>| of.filter(|(of, _)| std::ptr::eq(*of, source));
        if let Some((_, covered)) = known(last) {
            return covered;
        }
        let known = known(before).map(|(_, covered)| covered);
        let covered = known.unwrap_or_else(|| self.making.planning_sources.contains(source));
        self.last.set([Some((source, covered)), last]);
        covered
    }

    /// The last day on which anything goes on for the person.
    fn last_day(&self) -> NaiveDate {
        last_day(self.making.as_at, self.who.and_then(|who| who.death_date))
    }
}

impl<'m> Deref for About<'m> {
    type Target = FactInputs<'m>;

    fn deref(&self) -> &FactInputs<'m> {
        self.making
    }
}

impl FactInputs<'_> {
    /// The number of the place where a person counts.
    fn place(&self, who: Option<&PersonFact>) -> Option<i64> {
        let (practice, borough) = who?.place()?;
        let at = self.places.binary_search_by(|(p, b)| (p.as_str(), b.as_str()).cmp(&(practice, borough)));
        at.ok().and_then(|at| i64::try_from(at + 1).ok())
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
    /// Events read, of facts as they stood on an earlier day those after it too.
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

/// The months that activity covers, the month of `as_at` the last.
const MONTHS: usize = 36;

/// Which of those months a day is in, the first of them given.
fn month_number(first: NaiveDate, day: NaiveDate) -> Option<usize> {
    let number = |day: NaiveDate| day.year() * 12 + day.month0().cast_signed();
    usize::try_from(number(day) - number(first)).ok().filter(|month| *month < MONTHS)
}

/// The last day on which anything goes on for a person: what nobody ended, a stay or a service, ends with the data or at death.
pub fn last_day(as_at: NaiveDate, death: Option<NaiveDate>) -> NaiveDate {
    death.map_or(as_at, |death| death.min(as_at))
}

/// The first day of a day's month.
pub fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Makes the facts of an index, bucket by bucket, on so many threads.
pub fn build(
    buckets: &[std::path::PathBuf],
    inputs: &FactInputs<'_>,
    store: &FactStore,
    threads: usize,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<FactsManifest, WarehouseError> {
    store.clear()?;
    people::write(inputs, store)?;
    let next = AtomicUsize::new(0);
    let total = Mutex::new(FactsManifest { people: inputs.people.len() as u64, ..FactsManifest::default() });
    let covered = Mutex::new((BTreeSet::new(), begins::Came::new(inputs.as_at)));
    let making = Making::of(inputs);
    each_thread(threads, |_| {
        while let Some(bucket) = buckets.get(next.fetch_add(1, Ordering::Relaxed)) {
            let part = bucket_facts(bucket, &making, store)?;
            if let (Ok(mut total), Ok(mut covered)) = (total.lock(), covered.lock()) {
                total.add(&part.manifest);
                for (month, _) in making.months.iter().zip(part.months).filter(|(_, met)| *met) {
                    covered.0.insert(*month);
                }
                covered.1.add(&part.came);
            }
            progress(next.load(Ordering::Relaxed).min(buckets.len()), buckets.len());
        }
        Ok(())
    })?;
    // A deployment without events still has every table.
    if buckets.is_empty() {
        FactTables::create(store, "empty", inputs.earlier)?.finish()?;
    }
    if let Ok((months, came)) = covered.into_inner() {
        population::write(inputs, &months, store)?;
        begins::write(inputs.as_at, &came, store)?;
    }
    Ok(total.into_inner().unwrap_or_default())
}

fn bucket_facts(bucket: &Path, making: &Making<'_>, store: &FactStore) -> Result<Counted, WarehouseError> {
    let name = bucket.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut tables = FactTables::create(store, &name, making.earlier)?;
    let mut counted = Counted {
        manifest: FactsManifest::default(),
        months: [false; MONTHS],
        came: begins::Came::new(making.as_at),
    };
    let unit = store.keeps("result") && store.keeps_column("result", "unit");
    let mut room = Room::default();
    Bucket::open(bucket, Fields::OfFacts { unit })?.each_person(making.sources, |person, said| {
        let about = About::of(making, person);
        if making.as_it_stood {
            let (events, coded) =
                (then::events(said.events, making.as_at), then::coded(said.coded, making.as_at));
            let known = Said { events: &events, coded: &coded, ..*said };
            return person_facts(&about, &known, &mut tables, &mut room, &mut counted);
        }
        person_facts(&about, said, &mut tables, &mut room, &mut counted)
    })?;
    tables.finish()?;
    Ok(counted)
}

/// What is counted on the way through a bucket.
struct Counted {
    manifest: FactsManifest,
    /// Which of the months have activity that planning may see.
    months: [bool; MONTHS],
    /// What came of each kind of data in each month that planning may see.
    came: begins::Came,
}

/// Room that one person of a bucket after another uses.
#[derive(Default)]
struct Room {
    codes: codes::Scratch,
    months: month::Room,
}

fn person_facts(
    about: &About<'_>,
    said: &Said<'_>,
    tables: &mut FactTables,
    room: &mut Room,
    counted: &mut Counted,
) -> Result<(), WarehouseError> {
    let events = said.events;
    let spells = spells_of(events);
    for event in events.iter().filter(|event| event.kind == EventKind::AeAttendance && event.value.is_some())
    {
        if about.covered(event.source) {
            counted.came.count(Data::AeAcuity, event.start, 1);
        }
    }
    // Hospitals send stays that have ended: an admission may have been long before the data.
    for (spell, day) in spells.iter().filter_map(|spell| Some((spell, spell.discharged?))) {
        if about.covered(spell.source) {
            counted.came.count(Data::Stay, day, 1);
        }
    }
    let manifest = &mut counted.manifest;
    manifest.events += said.rows;
    codes::write(about, said, &spells, tables, &mut room.codes)?;
    spells::write(about, &spells, tables)?;
    activity::write_events(about, events, tables)?;
    let death = about.who.and_then(|who| who.death_date);
    let lines = activity_of(events, &spells, about.costs, about.as_at, death);
    month::write(about, events, &spells, &lines, &mut room.months, &mut tables.person_month)?;
    let first = activity_from(about.as_at);
    for line in &lines {
        if line.cost.0 == 0 && !about.costs.has(line.kind) {
            *manifest.uncosted.entry(line.kind.name().to_owned()).or_default() += 1;
        }
        manifest.pence += line.cost.0;
        if about.covered(line.source) {
            manifest.planning_pence += line.cost.0;
            counted.came.activity(line.kind, line.provider, line.month, line.n);
            let month = month_number(first, line.month).and_then(|at| counted.months.get_mut(at));
            if let Some(met) = month {
                *met = true;
            }
        }
    }
    activity::write(about, &lines, &mut tables.activity)
}
