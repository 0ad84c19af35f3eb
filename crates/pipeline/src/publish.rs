//! Publishing: a record a person and the worklists into the store, marts beside it, and one flip that readers see.
//!
//! This is the one place where what was computed about pseudonyms becomes rows about people: worklists and groups, for
//! direct care, to the person's own care team. Who may open them is decided at each request.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use model::{PersonId, age_on};
use store::RecordEncoder;
use store::countable::Countable;
use store::generations;
use store::people::IndexedPerson;
use store::sources::PublishedSource;
use store::worklists::WorklistRow;
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::definitions::{Definition, Kind};
use warehouse::derived::{self, PersonResults};
use warehouse::events::{BUCKET_PEOPLE, PersonEvent, each_person};
use warehouse::facts::{activity_of, spells_of};
use warehouse::packs::Pack;

use crate::derive::{Derived, digest_of};
use crate::figures::Basis;
use crate::index::Index;
use crate::link::KnownSource;
use crate::record::{self, RecordInputs};
use crate::recount::keep_only;
use crate::risk::Risks;
use crate::{Deployment, PipelineError, Progress, check};

/// What publication reads.
pub(crate) struct PublishInputs<'a> {
    /// Which sources know each person, in order of person.
    pub sources: &'a [KnownSource],
    pub people: &'a [IndexedPerson],
    pub index: &'a Index,
    pub derived: &'a Derived,
    pub risks: &'a Risks,
    pub definitions: &'a [Definition],
    /// Packs of population groups, the main one among them.
    pub packs: Vec<Pack>,
    pub codelists: &'a CodeLists,
    pub costs: &'a UnitCosts,
    pub care_sources: &'a BTreeSet<String>,
    pub planning_sources: &'a BTreeSet<String>,
    pub as_at: NaiveDate,
}

/// What publication came to.
pub(crate) struct Published {
    pub generation: i64,
    pub digest: String,
    pub unchanged: bool,
}

/// Publishes, unless what readers see was made from the same inputs.
pub(crate) async fn publish(
    deployment: &Deployment,
    inputs: &PublishInputs<'_>,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Published, PipelineError> {
    let key = publication_key(deployment, inputs)?;
    let manifest = serde_json::json!({
        "key": key, "facts": inputs.derived.key, "index": inputs.index.key, "sources": inputs.care_sources.len(),
    });
    let manifest = manifest.to_string();
    if let Some(current) = generations::current(&deployment.store).await?
        && current.manifest == manifest
    {
        // A run that was killed just after the pointer moved left the day before's.
        remove_old_marts(deployment, &key)?;
        return Ok(Published { generation: current.generation, digest: current.digest, unchanged: true });
    }
    let pipeline = deployment.store.pipeline();
    let mut generation = generations::begin(pipeline).await?;
    // The store takes the people while results are read.
    let runtime = tokio::runtime::Handle::current();
    let mut results = tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let results = scope.spawn(|| derived::by_person(&inputs.derived.folder));
            let people = runtime.block_on(async {
                for part in inputs.people.chunks(5_000) {
                    generation.people(part.to_vec()).await?;
                }
                Ok::<(), PipelineError>(())
            });
            let stopped = || PipelineError::Worker("publish".to_owned());
            people?;
            Ok::<_, PipelineError>(results.join().map_err(|_| stopped())??)
        })
    })?;
    inputs.risks.put(&mut results);
    let totals = write_records(deployment, inputs, &results, &mut generation, progress).await?;
    for rows in worklist_rows(inputs, &results).chunks(5_000) {
        generation.worklist(rows.to_vec()).await?;
    }
    progress.reached("check");
    check_records(inputs, &results, &totals)?;
    generation.sources(published_sources(inputs, totals.events));
    let number = generation.number();
    progress.reached("publish: before commit");
    let published = generation.publish(&manifest, inputs.as_at, now).await?;
    progress.reached("publish: committed");
    remove_old_marts(deployment, &key)?;
    progress.at("publish", 1, 1);
    Ok(Published { generation: number, digest: published.digest, unchanged: false })
}

/// Names what is published: index, facts, agreements, models of risk, the pseudonyms' key and the program.
fn publication_key(deployment: &Deployment, inputs: &PublishInputs<'_>) -> Result<String, PipelineError> {
    let named = |sources: &BTreeSet<String>| sources.iter().cloned().collect::<Vec<_>>().join(" ");
    let text = format!(
        "publish {} {} {} {} for planning {} {} {} {}",
        env!("CARGO_PKG_VERSION"),
        inputs.index.key,
        inputs.derived.key,
        named(inputs.care_sources),
        named(inputs.planning_sources),
        deployment.config.pseudonym_key,
        digest_of(inputs.people),
        inputs.risks.digest()?
    );
    Ok(model::sha256_hex(text.as_bytes()).chars().take(32).collect())
}

/// What the records' own pass over the index counted, to hold dashboards against.
#[derive(Default)]
struct Totals {
    records: u64,
    /// Pence of all activity of the latest 36 months.
    pence: i64,
    /// Events in the records, by source.
    events: BTreeMap<String, u64>,
}

/// Which sources the generation was made with, and how much is of each.
fn published_sources(inputs: &PublishInputs<'_>, mut events: BTreeMap<String, u64>) -> Vec<PublishedSource> {
    let mut people: BTreeMap<&str, (Option<PersonId>, u64)> = BTreeMap::new();
    for known in inputs.sources {
        let (last, n) = people.entry(&known.source).or_default();
        if last.replace(known.person) != Some(known.person) {
            *n += 1;
        }
    }
    people
        .into_iter()
        .map(|(source, (_, people))| PublishedSource {
            source: source.to_owned(),
            planning: inputs.planning_sources.contains(source),
            people,
            events: events.remove(source).unwrap_or(0),
        })
        .collect()
}

/// Makes the records bucket by bucket on every thread and hands them to the store in order of person.
async fn write_records(
    deployment: &Deployment,
    inputs: &PublishInputs<'_>,
    results: &BTreeMap<PersonId, PersonResults>,
    generation: &mut generations::Generation<'_>,
    progress: &dyn Progress,
) -> Result<Totals, PipelineError> {
    let titles: BTreeMap<String, String> =
        inputs.definitions.iter().map(|d| (d.name.clone(), d.title.clone())).collect();
    let decimals = inputs.definitions.iter().map(|d| (d.name.clone(), d.decimals())).collect();
    let record_inputs = RecordInputs {
        codelists: inputs.codelists,
        costs: inputs.costs,
        as_at: inputs.as_at,
        care_sources: inputs.care_sources,
        titles: &titles,
        decimals: &decimals,
        packs: &inputs.packs,
    };
    let buckets: Vec<&[IndexedPerson]> =
        inputs.people.chunk_by(|a, b| a.person.0 / BUCKET_PEOPLE == b.person.0 / BUCKET_PEOPLE).collect();
    let maker = Maker { inputs, results, record: &record_inputs };
    let next = AtomicUsize::new(0);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let (send, receive) = mpsc::sync_channel(deployment.threads);
            for _ in 0..deployment.threads {
                let (send, next, buckets, maker) = (send.clone(), &next, &buckets, &maker);
                scope.spawn(move || {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(people) = buckets.get(at) else { break };
                        if send.send((at, maker.bucket(people))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            let mut totals = Totals::default();
            let mut early = BTreeMap::new();
            let mut due = 0;
            for (at, made) in receive {
                early.insert(at, made?);
                while let Some(Made { rows, pence, events }) = early.remove(&due) {
                    totals.records += rows.len() as u64;
                    totals.pence += pence;
                    for (source, n) in events {
                        *totals.events.entry(source).or_default() += n;
                    }
                    due += 1;
                    progress.at("publish", due, buckets.len() + 1);
                    runtime.block_on(generation.records(rows))?;
                }
            }
            Ok(totals)
        })
    })
}

/// The records of one bucket, and what was counted on the way.
#[derive(Default)]
struct Made {
    rows: Vec<(PersonId, Vec<u8>)>,
    pence: i64,
    events: BTreeMap<String, u64>,
}

struct Maker<'a> {
    inputs: &'a PublishInputs<'a>,
    results: &'a BTreeMap<PersonId, PersonResults>,
    record: &'a RecordInputs<'a>,
}

impl Maker<'_> {
    /// The records of one bucket's people, those without an event included.
    fn bucket(&self, people: &[IndexedPerson]) -> Result<Made, PipelineError> {
        let mut encoder = RecordEncoder::new()?;
        let mut made = Made::default();
        let mut waiting = people.iter().peekable();
        let first = people.first().map_or(0, |person| person.person.0);
        let number = first / BUCKET_PEOPLE;
        let file = self.inputs.index.buckets.iter().find(|path| {
            path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(&format!("{number:05}")))
        });
        if let Some(file) = file {
            each_person(file, |id, events| {
                while let Some(person) = waiting.next_if(|person| person.person < id) {
                    self.one(person, &[], &mut encoder, &mut made)?;
                }
                if let Some(person) = waiting.next_if(|person| person.person == id) {
                    self.one(person, events, &mut encoder, &mut made)?;
                    made.pence += self.pence(person, events);
                }
                Ok::<(), PipelineError>(())
            })?;
        }
        for person in waiting {
            self.one(person, &[], &mut encoder, &mut made)?;
        }
        Ok(made)
    }

    fn one(
        &self,
        person: &IndexedPerson,
        events: &[PersonEvent<'_>],
        encoder: &mut RecordEncoder,
        made: &mut Made,
    ) -> Result<(), PipelineError> {
        let nothing = PersonResults::default();
        let results = self.results.get(&person.person).unwrap_or(&nothing);
        let record = record::build(person, self.sources(person.person), events, results, self.record);
        for line in &record.sources {
            *made.events.entry(format!("{}:{}", line.feed, line.organisation)).or_default() +=
                u64::from(line.events);
        }
        made.rows.push((person.person, encoder.encode(&record)?));
        Ok(())
    }

    fn sources(&self, person: PersonId) -> &[KnownSource] {
        let all = self.inputs.sources;
        let first = all.partition_point(|known| known.person < person);
        let after = all.partition_point(|known| known.person <= person);
        all.get(first..after).unwrap_or_default()
    }

    fn pence(&self, person: &IndexedPerson, events: &[PersonEvent<'_>]) -> i64 {
        let spells = spells_of(events);
        let lines = activity_of(events, &spells, self.inputs.costs, self.inputs.as_at, person.death_date);
        lines.iter().map(|line| line.cost.0).sum()
    }
}

/// The latest twelve complete months: from the first day of the first to the first day after the last.
pub(crate) fn budget_year(as_at: NaiveDate) -> (NaiveDate, NaiveDate) {
    let after = as_at.succ_opt().unwrap_or(as_at);
    let until = after.with_day(1).unwrap_or(after);
    (until.checked_sub_months(Months::new(12)).unwrap_or(until), until)
}

fn worklist_rows(
    inputs: &PublishInputs<'_>,
    results: &BTreeMap<PersonId, PersonResults>,
) -> Vec<WorklistRow> {
    let main = inputs.packs.iter().find(|pack| pack.main).map_or("", |pack| pack.name.as_str());
    let mut rows = Vec::new();
    for (person, results) in results {
        let at = inputs.people.binary_search_by_key(person, |p| p.person).ok();
        let Some(who) = at.and_then(|at| inputs.people.get(at)) else { continue };
        let age = who.birth_date.and_then(|born| age_on(born, inputs.as_at));
        for (worklist, weight, reason) in &results.worklists {
            rows.push(WorklistRow {
                worklist: worklist.clone(),
                person: *person,
                weight: *weight,
                reason: reason.clone(),
                practice: who.practice.clone(),
                borough: who.borough.clone(),
                group: results.group(main).and_then(|(number, _)| u8::try_from(number).ok()),
                age: age.and_then(|age| u16::try_from(age).ok()),
            });
        }
    }
    rows.sort_by(|a, b| (&a.worklist, a.person).cmp(&(&b.worklist, b.person)));
    rows
}

/// Records hold everybody whom linkage knows and cost what the facts say, and whoever is in a group is in one of each pack:
/// nobody and no penny is lost from the index on.
fn check_records(
    inputs: &PublishInputs<'_>,
    results: &BTreeMap<PersonId, PersonResults>,
    totals: &Totals,
) -> Result<(), PipelineError> {
    check::equal(
        "people",
        "linkage knows",
        inputs.people.len() as u64,
        "records were made for",
        totals.records,
    )?;
    let facts = inputs.derived.manifest.facts.pence;
    check::equal("pence", "added up from the index", totals.pence, "the facts come to", facts)?;
    let grouped = results.values().filter(|results| !results.groups.is_empty()).count() as u64;
    for pack in &inputs.packs {
        let in_one = |results: &&PersonResults| {
            results.groups.iter().filter(|(name, ..)| *name == pack.name).count() == 1
        };
        let once = results.values().filter(in_one).count() as u64;
        check::equal("people in groups", "all packs together have", grouped, "one pack has", once)?;
    }
    Ok(())
}

impl PublishInputs<'_> {
    /// Makes the figures of every class of readers, before anything is published; gives the rows of each definition of
    /// figures, as the first class reads them.
    pub(crate) async fn figures(
        &self,
        deployment: &Deployment,
        classes: &[Countable],
        then: &BTreeSet<PersonId>,
        now: DateTime<Utc>,
        progress: &dyn Progress,
    ) -> Result<BTreeMap<String, u64>, PipelineError> {
        let publication = publication_key(deployment, self)?;
        let basis = Basis {
            publication: &publication,
            index: self.index,
            care: self.derived,
            then,
            definitions: self.definitions,
            codelists: self.codelists,
            costs: self.costs,
            as_at: self.as_at,
        };
        let _lock = deployment.lock_figures()?;
        let marts = deployment.marts(&publication);
        fs::create_dir_all(&marts).map_err(PipelineError::file(&marts))?;
        for class in classes {
            basis.make(deployment, class, now, progress).await?;
            self.risks.write_cards(class, &deployment.figures(&publication, &class.name))?;
        }
        keep_only(&marts, classes)?;
        match classes.first() {
            Some(class) => rows_of(self.definitions, &deployment.figures(&publication, &class.name)),
            None => Ok(BTreeMap::new()),
        }
    }
}

/// Rows of each definition of figures in a folder of marts.
fn rows_of(definitions: &[Definition], marts: &Path) -> Result<BTreeMap<String, u64>, PipelineError> {
    let mut rows = BTreeMap::new();
    for definition in definitions.iter().filter(|definition| definition.kind.is_planning()) {
        let table = if definition.kind == Kind::Mart { &definition.name } else { definition.kind.table() };
        let file = marts.join(table).join(format!("{}.parquet", definition.name));
        rows.insert(definition.name.clone(), warehouse::marts::rows_of(&file)?);
    }
    Ok(rows)
}

fn remove_old_marts(deployment: &Deployment, keep: &str) -> Result<(), PipelineError> {
    let folder = deployment.marts("");
    for entry in fs::read_dir(&folder).map_err(PipelineError::file(&folder))? {
        let path = entry.map_err(PipelineError::file(&folder))?.path();
        if path.file_name().is_none_or(|name| name != keep) {
            fs::remove_dir_all(&path).map_err(PipelineError::file(&path))?;
        }
    }
    Ok(())
}
