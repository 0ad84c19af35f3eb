//! Figures: the marts that planning reads, made for each class of readers of what it may count.
//!
//! The run makes them before it publishes, the service makes them anew as soon as an agreement or an objection changes what
//! may be counted. Where every source may be counted they are made of the facts that care has; where one may not, facts,
//! registers, scores and groups are made again without it. Who is counted is a bitmap.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use model::sha256_hex;
use store::countable::Countable;
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::counted::{Counted, PersonSet};
use warehouse::definitions::{Definition, Kind};
use warehouse::derived::{self, Registered};
use warehouse::engine::Engine;
use warehouse::facts::PersonFact;
use warehouse::index::NOBODY;
use warehouse::marts::{Made, copy_table, write_coverage};
use warehouse::population::Population;

use crate::batches::left_out;
use crate::derive::{DeriveInputs, Derived, derive, derived};
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
    pub derived: &'a Derived,
    /// Every source that people's care is made with.
    pub sources: &'a BTreeSet<String>,
    pub definitions: &'a [Definition],
    pub codelists: &'a CodeLists,
    pub costs: &'a UnitCosts,
    pub as_at: NaiveDate,
}

/// The name of the file that says since when a folder is being filled.
const BEGUN: &str = "begun";

impl Basis<'_> {
    /// Key of what is derived of what a class may count.
    pub(crate) fn derived_key(&self, class: &Countable) -> String {
        if self.sources.is_subset(&class.sources) {
            return self.derived.key.clone();
        }
        let mut text = format!("derive of {}\n", self.derived.key);
        for source in class.sources.intersection(self.sources) {
            text.push_str(&format!("{source}\n"));
        }
        let of: String = sha256_hex(text.as_bytes()).chars().take(32).collect();
        format!("{}-{of}", self.derived.key)
    }

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
        let derived = match self.derived_key(class) {
            key if key == self.derived.key => self.derived,
            key => {
                again = self.derive_again(deployment, &key, class, progress).await?;
                &again
            }
        };
        let registered = tokio::task::block_in_place(|| derived::registered(&derived.facts))?;
        let (people, with_others) = self.who_counts(deployment, &registered, class);
        let made = partial.join("made");
        self.run(deployment, derived, &made, people.clone(), progress).await?;
        tokio::task::block_in_place(|| {
            self.check(derived, &made, &people)?;
            self.put_in_place(deployment, &made, &partial)?;
            self.coverage(class, &partial)
        })?;
        Made { at: now, seconds: begun.elapsed().as_secs(), left_out_with_others: with_others }
            .write(&partial)?;
        fs::rename(&partial, &folder).map_err(PipelineError::file(&folder))
    }

    /// Facts, registers, scores and groups of what the class may count alone.
    async fn derive_again(
        &self,
        deployment: &Deployment,
        key: &str,
        class: &Countable,
        progress: &dyn Progress,
    ) -> Result<Derived, PipelineError> {
        if let Some(known) = derived(deployment, key)? {
            return Ok(known);
        }
        let people = tokio::task::block_in_place(|| self.people_of(deployment, &class.sources, progress))?;
        let about_people = |d: &&Definition| !d.kind.is_planning() && d.kind != Kind::Worklist;
        let definitions: Vec<Definition> = self.definitions.iter().filter(about_people).cloned().collect();
        let inputs = DeriveInputs {
            people: &people,
            definitions: &definitions,
            codelists: self.codelists,
            costs: self.costs,
            sources: Some(&class.sources),
            objected: &self.derived.manifest.objected,
            as_at: self.as_at,
        };
        let derived = derive(deployment, self.index, key, &inputs, progress).await?;
        if !self.index.buckets.is_empty() {
            let counted = Counted { sources: Some(Arc::new(class.sources.clone())), people: None };
            let folder = deployment.index(&self.index.key);
            let population = Population::open(&folder, None, &counted, deployment.threads).await?;
            let may = population.events().await?;
            check::equal(
                "events",
                "the index lets count",
                may,
                "the facts read",
                derived.manifest.facts.events,
            )?;
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
        let said =
            statements::read(&deployment.standardised(), &batches, sources, deployment.threads, progress)?;
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
                Some((model::PersonId(person), &said.said.get(usize::try_from(at).ok()?)?.demographics))
            })
            .collect();
        let people = of.chunk_by(|one, other| one.0 == other.0).filter_map(|said| {
            let (person, _) = said.first()?;
            Some(fact(&golden(*person, said.iter().map(|(_, said)| *said), &places, self.as_at), &places))
        });
        Ok(people.collect())
    }

    /// The people who are counted: registered with a practice that has signed, but not who has asked not to be counted nor,
    /// until new data come, who is in one batch with them. Gives also how many the latter are.
    fn who_counts(
        &self,
        deployment: &Deployment,
        registered: &[Registered],
        class: &Countable,
    ) -> (Arc<PersonSet>, u64) {
        let then = &self.derived.manifest.objected;
        let may: Vec<&Registered> = registered
            .iter()
            .filter(|who| class.sources.contains(&format!("gp:{}", who.practice)))
            .filter(|who| !then.contains(&who.person))
            .collect();
        let since: BTreeSet<_> = class.objected.difference(then).copied().collect();
        let out = left_out(&may, &since, deployment.config.pseudonym_key.as_bytes());
        let people: PersonSet =
            may.iter().map(|who| who.person).filter(|person| !out.contains(*person)).collect();
        let objected = may.iter().filter(|who| since.contains(&who.person)).count() as u64;
        (Arc::new(people), out.len().saturating_sub(objected))
    }

    async fn run(
        &self,
        deployment: &Deployment,
        derived: &Derived,
        made: &Path,
        people: Arc<PersonSet>,
        progress: &dyn Progress,
    ) -> Result<(), PipelineError> {
        let engine = Engine::open(&derived.facts, made, self.as_at, deployment.threads, Some(people)).await?;
        engine.take(&derived.folder, &[Kind::Register, Kind::Score, Kind::Group]).await?;
        let definitions: Vec<Definition> =
            self.definitions.iter().filter(|d| d.kind.is_planning()).cloned().collect();
        let total = definitions.len();
        engine.run(&definitions, &|at, _| progress.at("figures", at, total)).await?;
        progress.at("figures", total, total);
        Ok(())
    }

    /// Nobody and no penny is lost between facts and mart: the query engine against the same counted row by row.
    fn check(&self, derived: &Derived, made: &Path, people: &PersonSet) -> Result<(), PipelineError> {
        let grouped = derived::grouped(&derived.folder, people)?;
        let shown = derived::sum(made, "group_people", "people")?;
        check::equal("people in groups", "counted one by one", grouped.len(), "the dashboard shows", shown)?;
        let (from, until) = budget_year(self.as_at);
        let pence = derived::pence(&derived.facts, &grouped, from, until)?;
        let matrix = derived::sum(made, "group_matrix", "pence")?;
        check::equal("pence", "added up one by one", pence, "the dashboard shows", matrix)?;
        let budget = derived::sum(made, "budget", "actual_pence")?;
        check::equal("pence", "the dashboard shows", matrix, "the budget's actual cost is", budget)
    }

    /// Puts the tables that dashboards and analysts read beside each other; no person's number goes among them.
    fn put_in_place(&self, deployment: &Deployment, made: &Path, marts: &Path) -> Result<(), PipelineError> {
        let of_kind = |kind: Kind| self.definitions.iter().filter(move |d| d.kind == kind);
        let mut tables: Vec<String> = of_kind(Kind::Mart).map(|d| d.name.clone()).collect();
        tables.extend([Kind::Indicator, Kind::Price, Kind::Budget].map(|kind| kind.table().to_owned()));
        for table in tables {
            let (from, to) = (made.join(&table), marts.join(&table));
            if from.exists() {
                copy_table(&from, &to, deployment.config.pseudonym_key.as_bytes())?;
            }
        }
        fs::remove_dir_all(made).map_err(PipelineError::file(made))?;
        let begun = marts.join(BEGUN);
        fs::remove_file(&begun).map_err(PipelineError::file(&begun))
    }

    /// Every practice where somebody is registered, and whether the class counts its people.
    fn coverage(&self, class: &Countable, marts: &Path) -> Result<(), PipelineError> {
        let mut practices: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
        for (_, practice) in derived::practices(&self.derived.facts)? {
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

/// Makes the folder that is filled, named so that nobody reads it; a file in it says since when.
fn begin(folder: &Path, now: DateTime<Utc>) -> Result<std::path::PathBuf, PipelineError> {
    let partial = folder.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(PipelineError::file(&partial))?;
    }
    fs::create_dir_all(&partial).map_err(PipelineError::file(&partial))?;
    let begun = partial.join(BEGUN);
    fs::write(&begun, now.to_rfc3339()).map_err(PipelineError::file(&begun))?;
    Ok(partial)
}
