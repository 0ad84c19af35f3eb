//! Figures: the marts that planning reads, made for each class of readers of what it may count.
//!
//! The run makes them before it publishes, the service makes them anew as soon as an agreement or an objection changes what
//! may be counted. Where every source may be counted, those of the run's first class are derived with what care has; for any
//! other class facts, registers, scores and groups are made again from the index without what may not be counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use model::PersonId;
use store::countable::Countable;
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::counted::{Counted, PersonSet};
use warehouse::definitions::{Definition, Kind};
use warehouse::derived;
use warehouse::facts::{PersonFact, read_people};
use warehouse::index::NOBODY;
use warehouse::marts::{Made, copy_table, write_coverage};
use warehouse::population::Population;

use crate::batches::left_out;
use crate::derive::{DeriveInputs, Derived, derive};
use crate::golden::{Places, fact, golden};
use crate::index::Index;
use crate::publish::budget_year;
use crate::statements::{self, read_links};
use crate::{Deployment, PipelineError, Progress, check};

/// What figures are made from, whoever reads them.
pub(crate) struct Basis<'a> {
    /// Key of the publication.
    pub publication: &'a str,
    pub index: &'a Index,
    /// What was derived of every source.
    pub care: &'a Derived,
    /// Who had asked not to be counted when these data came.
    pub then: &'a BTreeSet<PersonId>,
    pub definitions: &'a [Definition],
    pub codelists: &'a CodeLists,
    pub costs: &'a UnitCosts,
    pub as_at: NaiveDate,
}

/// The name of the file that says since when a folder is being filled.
const BEGUN: &str = "begun";

impl Basis<'_> {
    /// Makes the figures of a class, unless they are there.
    pub(crate) async fn make(
        &self,
        deployment: &Deployment,
        class: &Countable,
        now: DateTime<Utc>,
        progress: &dyn Progress,
    ) -> Result<(), PipelineError> {
        let folder = deployment.figures(self.publication, &class.name);
        if folder.exists() {
            return Ok(());
        }
        let begun = Instant::now();
        let partial = begin(&folder, now)?;
        let again;
        let derived = if self.care.manifest.figures == class.name {
            self.care
        } else {
            again = self.derive_again(deployment, class, progress).await?;
            &again
        };
        let with_others = tokio::task::block_in_place(|| {
            let people = read_people(&derived.facts)?;
            self.check(derived, &people)?;
            self.put_in_place(deployment, derived, &partial)?;
            self.coverage(class, &partial)?;
            Ok::<_, PipelineError>(self.left_with_others(deployment, &people, class))
        })?;
        if derived.key != self.care.key {
            let facts = deployment.facts(&derived.key);
            fs::remove_dir_all(&facts).map_err(PipelineError::file(&facts))?;
        }
        Made { at: now, seconds: begun.elapsed().as_secs(), left_out_with_others: with_others }
            .write(&partial)?;
        fs::rename(&partial, &folder).map_err(PipelineError::file(&folder))
    }

    /// Facts and all that definitions give of what the class may count alone.
    async fn derive_again(
        &self,
        deployment: &Deployment,
        class: &Countable,
        progress: &dyn Progress,
    ) -> Result<Derived, PipelineError> {
        let mut people =
            tokio::task::block_in_place(|| self.people_of(deployment, &class.sources, progress))?;
        say_who_counts(&mut people, class, self.then, deployment);
        let definitions: Vec<Definition> = self
            .definitions
            .iter()
            .filter(|d| d.kind != Kind::Worklist && !d.kind.is_risk())
            .cloned()
            .collect();
        let inputs = DeriveInputs {
            people: &people,
            definitions: &definitions,
            codelists: self.codelists,
            costs: self.costs,
            planning_sources: &class.sources,
            sources: Some(&class.sources),
            figures: &class.name,
            as_at: self.as_at,
        };
        let key = format!("{}-{}", self.care.key, class.name);
        let derived = derive(deployment, self.index, &key, &inputs, progress).await?;
        if !self.index.buckets.is_empty() {
            let counted = Counted { sources: Some(Arc::new(class.sources.clone())), people: None };
            let folder = deployment.index(&self.index.key);
            let population = Population::open(&folder, None, &counted, deployment.threads).await?;
            let may = population.events().await?;
            let read = derived.manifest.facts.events;
            check::equal("events", "the index lets count", may, "the facts read", read)?;
        }
        Ok(derived)
    }

    /// Everybody of whom these sources say something, as they say it.
    fn people_of(
        &self,
        deployment: &Deployment,
        sources: &BTreeSet<String>,
        progress: &dyn Progress,
    ) -> Result<Vec<PersonFact>, PipelineError> {
        let batches = self.index.batches();
        let zone = deployment.standardised();
        let said = statements::read(&zone, &batches, sources, deployment.threads, progress)?;
        let links = self.index.links(deployment);
        let places = Places::of(&deployment.area);
        let mut of = Vec::with_capacity(said.said.len());
        for (batch, at) in batches.iter().zip(&said.places) {
            let persons = read_links(&links, batch).map_err(PipelineError::file(&links))?;
            of.extend(persons.into_iter().zip(at.iter().copied()).filter(|(person, _)| *person != NOBODY));
        }
        of.sort_unstable();
        of.dedup();
        let of: Vec<_> = of
            .into_iter()
            .filter_map(|(person, at)| {
                Some((PersonId(person), &said.said.get(usize::try_from(at).ok()?)?.demographics))
            })
            .collect();
        let people = of.chunk_by(|one, other| one.0 == other.0).filter_map(|said| {
            let (person, _) = said.first()?;
            let golden = golden(*person, said.iter().map(|(_, said)| *said), &places, self.as_at);
            Some(fact(&golden, &places, false))
        });
        Ok(people.collect())
    }

    /// How many people are left out because of others.
    fn left_with_others(&self, deployment: &Deployment, people: &[PersonFact], class: &Countable) -> u64 {
        let who = Who::of(people, class, self.then, deployment);
        let objected = who.may.iter().filter(|(person, _)| who.since.contains(person)).count() as u64;
        who.out.len().saturating_sub(objected)
    }

    /// Nobody and no penny is lost between facts and mart: the query engine against the same counted row by row.
    fn check(&self, derived: &Derived, people: &[PersonFact]) -> Result<(), PipelineError> {
        let counted: PersonSet = people.iter().filter(|who| who.planning).map(|who| who.person).collect();
        let grouped = derived::grouped(&derived.folder, &counted)?;
        let shown = derived::sum(&derived.folder, "group_people", "people")?;
        check::equal("people in groups", "counted one by one", grouped.len(), "the dashboard shows", shown)?;
        let (from, until) = budget_year(self.as_at);
        let pence = derived::pence(&derived.facts, &grouped, from, until)?;
        let matrix = derived::sum(&derived.folder, "group_matrix", "pence")?;
        check::equal("pence", "added up one by one", pence, "the dashboard shows", matrix)?;
        let budget = derived::sum(&derived.folder, "budget", "actual_pence")?;
        check::equal("pence", "the dashboard shows", matrix, "the budget's actual cost is", budget)
    }

    /// Puts the tables that dashboards and analysts read beside each other; no person's number goes among them.
    fn put_in_place(
        &self,
        deployment: &Deployment,
        derived: &Derived,
        marts: &Path,
    ) -> Result<(), PipelineError> {
        let of_kind = |kind: Kind| self.definitions.iter().filter(move |d| d.kind == kind);
        let mut tables: Vec<String> = of_kind(Kind::Mart).map(|d| d.name.clone()).collect();
        tables.extend([Kind::Indicator, Kind::Price, Kind::Budget].map(|kind| kind.table().to_owned()));
        tables.push(warehouse::breakdown::TABLE.to_owned());
        for table in tables {
            let (from, to) = (derived.folder.join(&table), marts.join(&table));
            if from.exists() {
                copy_table(&from, &to, deployment.config.pseudonym_key.as_bytes())?;
            }
        }
        let begun = marts.join(BEGUN);
        fs::remove_file(&begun).map_err(PipelineError::file(&begun))
    }

    /// Every practice where somebody is registered, and whether the class counts its people.
    fn coverage(&self, class: &Countable, marts: &Path) -> Result<(), PipelineError> {
        let mut practices: BTreeMap<String, i64> = BTreeMap::new();
        for (_, practice) in derived::practices(&self.care.facts)? {
            *practices.entry(practice).or_default() += 1;
        }
        let rows: Vec<(&str, bool, i64)> = practices
            .iter()
            .map(|(practice, people)| {
                let covered = class.sources.contains(&format!("gp:{practice}"));
                (practice.as_str(), covered, if covered { *people } else { 0 })
            })
            .collect();
        Ok(write_coverage(marts, &rows)?)
    }
}

/// Marks the people who are counted for a class: registered with a practice that has signed, but not who has asked not to be
/// counted nor, until new data come, who is in one batch with them.
pub(crate) fn say_who_counts(
    people: &mut [PersonFact],
    class: &Countable,
    then: &BTreeSet<PersonId>,
    deployment: &Deployment,
) {
    let who = Who::of(people, class, then, deployment);
    let counted: PersonSet =
        who.may.iter().map(|(person, _)| *person).filter(|person| !who.out.contains(*person)).collect();
    for person in people {
        person.planning = counted.contains(person.person);
    }
}

/// Who of a practice that has signed had not objected when the data came, who has since, and who leaves with them.
struct Who {
    may: Vec<(PersonId, String)>,
    since: BTreeSet<PersonId>,
    out: PersonSet,
}

impl Who {
    fn of(
        people: &[PersonFact],
        class: &Countable,
        then: &BTreeSet<PersonId>,
        deployment: &Deployment,
    ) -> Self {
        let signed = |who: &&PersonFact| class.sources.contains(&format!("gp:{}", who.practice));
        let may: Vec<(PersonId, String)> = people
            .iter()
            .filter(|who| !who.practice.is_empty() && !then.contains(&who.person))
            .filter(signed)
            .map(|who| (who.person, who.practice.clone()))
            .collect();
        let since = class.objected.difference(then).copied().collect();
        let out = left_out(&may, &since, deployment.config.pseudonym_key.as_bytes());
        Self { may, since, out }
    }
}

/// Makes the folder that is filled, named so that nobody reads it; a file in it says since when.
fn begin(folder: &Path, now: DateTime<Utc>) -> Result<PathBuf, PipelineError> {
    let partial = folder.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(PipelineError::file(&partial))?;
    }
    fs::create_dir_all(&partial).map_err(PipelineError::file(&partial))?;
    let begun = partial.join(BEGUN);
    fs::write(&begun, now.to_rfc3339()).map_err(PipelineError::file(&begun))?;
    Ok(partial)
}
