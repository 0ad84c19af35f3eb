//! Rows of an earlier day, and what came of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use methods::risk::card::Cohort;
use model::PersonId;
use warehouse::definitions::Definition;
use warehouse::engine::Engine;
use warehouse::facts::{self, FactInputs, FactStore, first_of_month, people_then, places_of};
use warehouse::reference_tables::write_reference;
use warehouse::risk::{RiskRows, admissions, needed, outcomes, rows};

use super::RiskInputs;
use super::spec::Spec;
use crate::{Deployment, PipelineError};

/// Rows that a model is fitted or tried on at most; of more a sample is taken, the same each time.
const MOST: u64 = 200_000;

/// When what is predicted came, by person.
pub(crate) type Came = BTreeMap<PersonId, Vec<NaiveDate>>;

/// Rows with what came of them.
pub(crate) struct Set {
    pub cohort: Cohort,
    pub rows: RiskRows,
    pub came: Vec<bool>,
}

/// Makes sets for one definition of risk.
pub(crate) struct Maker<'a> {
    deployment: &'a Deployment,
    inputs: &'a RiskInputs<'a>,
    pub spec: &'a Spec<'a>,
    /// First and last admission that the facts know of.
    admissions: Option<(NaiveDate, NaiveDate)>,
    needed: Vec<Definition>,
}

impl<'a> Maker<'a> {
    pub(crate) fn new(
        deployment: &'a Deployment,
        inputs: &'a RiskInputs<'a>,
        spec: &'a Spec<'a>,
    ) -> Result<Self, PipelineError> {
        let admissions = admissions(&inputs.derived.facts, inputs.as_at)?;
        let needed = needed(inputs.definitions, &spec.definition.name);
        Ok(Self { deployment, inputs, spec, admissions, needed })
    }

    /// A digest of the definitions that a model rests on.
    pub(crate) fn definition(&self) -> String {
        let mut text = String::new();
        for definition in self.needed.iter().chain([self.spec.outcome]) {
            text.push_str(&format!("{definition:?}\n"));
        }
        model::sha256_hex(text.as_bytes()).chars().take(16).collect()
    }

    /// The last day whose outcomes are known: the end of the month before that of the last admission. Stays that began by then have had
    /// time to end and to be coded.
    pub(crate) fn until(&self) -> Option<NaiveDate> {
        let (_, last) = self.admissions?;
        first_of_month(last).pred_opt()
    }

    /// The latest day whose rows have been followed to the end.
    pub(crate) fn later_day(&self, until: NaiveDate) -> NaiveDate {
        back(until, u64::from(self.spec.head.follow_up_days))
    }

    /// The day a year before that.
    pub(crate) fn earlier_day(&self, until: NaiveDate) -> NaiveDate {
        back(self.later_day(until), 365)
    }

    /// Whether data begin early enough for rows of a day to look back 12 months. Hospital data tell, give or take two months.
    pub(crate) fn reaches_back(&self, day: NaiveDate) -> bool {
        self.admissions.is_some_and(|(first, _)| first <= back(day, 365 - 62))
    }

    /// When what is predicted came, of everybody, by a day.
    pub(crate) async fn came(&self, until: NaiveDate) -> Result<Came, PipelineError> {
        let outcome = std::slice::from_ref(self.spec.outcome);
        let (derived, _) = self.derive(until, outcome).await?;
        let came = outcomes(&derived, self.spec.outcome)?;
        self.tidy()?;
        Ok(came)
    }

    /// The rows of a day, and what had come of them by `until`.
    pub(crate) async fn set(
        &self,
        day: NaiveDate,
        until: NaiveDate,
        came: &Came,
    ) -> Result<Set, PipelineError> {
        let (derived, all) = self.derive(day, &self.needed).await?;
        let set = self.read(&derived, day, until, came, all);
        self.tidy()?;
        set
    }

    /// Where today's rows lie: among what was derived, unless that holds what may not be looked at. Then they are made apart.
    pub(crate) async fn rows_today(&self) -> Result<PathBuf, PipelineError> {
        if self.inputs.whole {
            return Ok(self.inputs.derived.folder.clone());
        }
        Ok(self.derive(self.inputs.as_at, &self.needed).await?.0)
    }

    /// Removes what was made on the way.
    pub(crate) fn tidy(&self) -> Result<(), PipelineError> {
        let work = self.work();
        match fs::remove_dir_all(&work) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(PipelineError::file(&work)(e)),
            _ => Ok(()),
        }
    }

    fn work(&self) -> PathBuf {
        self.deployment.risk().join("work")
    }

    /// Runs definitions over the facts of a day as they stood; gives where their rows are, and how many the last one gave.
    async fn derive(
        &self,
        day: NaiveDate,
        definitions: &[Definition],
    ) -> Result<(PathBuf, u64), PipelineError> {
        self.tidy()?;
        let facts = FactStore::folder(&self.work().join("facts")).read_by(definitions);
        let derived = self.work().join("derived");
        self.as_it_stood(&facts, day)?;
        let engine = Engine::open(&facts, &derived, day, self.deployment.threads).await?;
        let counts = engine.run(definitions, &|_, _| ()).await?;
        let last = definitions.last().and_then(|definition| counts.get(&definition.name)).copied();
        Ok((derived, last.unwrap_or(0)))
    }

    fn read(
        &self,
        derived: &Path,
        day: NaiveDate,
        until: NaiveDate,
        came: &Came,
        all: u64,
    ) -> Result<Set, PipelineError> {
        let keep = |person: PersonId, _| self.inputs.may_use(person).is_some() && sampled(person, all);
        let rows = rows(derived, self.spec.definition, keep)?;
        let days = Days::new(u64::from(self.spec.head.follow_up_days));
        let (mut died, mut outcome) = (0, Vec::with_capacity(rows.len()));
        for (person, day) in rows.people.iter().zip(&rows.days) {
            let last = day.checked_add_days(days).unwrap_or(until).min(until);
            let within = |other: &NaiveDate| other > day && *other <= last;
            let yes = came.get(person).is_some_and(|came| came.iter().any(within));
            let death = self.inputs.may_use(*person).and_then(|fact| fact.death_date);
            died += u64::from(!yes && death.is_some_and(|death| within(&death)));
            outcome.push(yes);
        }
        let events = outcome.iter().filter(|yes| **yes).count() as u64;
        let cohort = Cohort { day, rows: rows.len() as u64, events, died };
        Ok(Set { cohort, rows, came: outcome })
    }

    /// Makes the facts of a day, from everything that had begun by then and may be looked at.
    fn as_it_stood(&self, store: &FactStore, day: NaiveDate) -> Result<(), PipelineError> {
        let inputs = self.inputs;
        let people = people_then(inputs.people, day, |fact| inputs.may(fact));
        let fact_inputs = FactInputs {
            people: &people,
            codelists: inputs.codelists,
            costs: inputs.costs,
            as_at: day,
            planning_sources: inputs.sources,
            sources: Some(inputs.sources),
            places: &places_of(&people),
            earlier: &[],
            as_it_stood: true,
        };
        let threads = self.deployment.threads;
        tokio::task::block_in_place(|| {
            facts::build(&inputs.index.buckets, &fact_inputs, store, threads, &|_, _| ())
        })?;
        let files = &self.deployment.definitions;
        Ok(write_reference(store, &self.deployment.area, inputs.codelists, inputs.costs, files)?)
    }
}

/// Rows by sub-group: what each characteristic is called, and its sub-groups with the places of their rows.
pub(crate) type SubGroups<'s> = Vec<(&'s str, BTreeMap<&'s str, Vec<usize>>)>;

/// The rows of each sub-group that a definition names.
pub(crate) fn sub_groups<'s>(spec: &'s Spec<'_>, rows: &'s RiskRows) -> SubGroups<'s> {
    let one = |(column, title): (&'s String, &'s String)| {
        let words = rows.words.get(column)?;
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, place) in rows.groups.get(column)?.iter().enumerate() {
            groups.entry(words.get(usize::from(*place))?).or_default().push(row);
        }
        Some((title.as_str(), groups))
    };
    spec.head.sub_groups.iter().filter_map(one).collect()
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

/// Whether a person is of the sample of so many rows. Everybody is when there are few enough.
fn sampled(person: PersonId, all: u64) -> bool {
    // A number that says nothing about the person's own: the finaliser of SplitMix64 (Steele GL and others, OOPSLA 2014).
    let mut x = u64::from(person.0).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    all <= MOST || (u128::from(x) * u128::from(all)) >> 64 < u128::from(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_about_as_large_as_it_may_be() {
        let of = |all: u64| (0..2_000_000).filter(|n| sampled(PersonId(*n), all)).count();
        assert_eq!(of(200_000), 2_000_000);
        assert!((198_000..202_000).contains(&of(2_000_000)), "{}", of(2_000_000));
    }
}
