//! Models of a person's risk: made from the deployment's own data when one is due, watched as time goes on, asked every night.
//!
//! Risks are worked out about numbers that stand for people, of those alone whose practice an agreement lets stratify by risk (activity D1) and
//! who have not opted out; `publish` hands each to the person's own care team. A model is a file of its own in `data/risk` and is never
//! changed: the same files and the same day give the same model.

mod kept;
mod score;
mod set;
mod spec;
mod train;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use chrono::{Months, NaiveDate};
use methods::risk::card::{Card, Trained};
use model::PersonId;
use store::countable::Countable;
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::definitions::{Definition, Kind};
use warehouse::derived::{PersonResults, PersonRisk};
use warehouse::facts::PersonFact;

use crate::derive::Derived;
use crate::index::Index;
use crate::{Deployment, PipelineError, Progress};
use kept::Kept;
use set::Maker;
use spec::Spec;

/// The activity that an agreement names to let risks be worked out: allocating risk scores (policies/purposes.csv).
pub(crate) const STRATIFICATION: &str = "D1";

/// Months after which a model is made anew.
const ANEW_AFTER: u32 = 3;

/// Where cards lie among the marts.
const CARDS: &str = "risk.json";

/// What risks are worked out from.
pub(crate) struct RiskInputs<'a> {
    pub index: &'a Index,
    pub derived: &'a Derived,
    /// In order of person.
    pub people: &'a [PersonFact],
    pub definitions: &'a [Definition],
    pub codelists: &'a CodeLists,
    pub costs: &'a UnitCosts,
    /// Sources whose agreements cover planning and name [`STRATIFICATION`]: nothing of any other is looked at.
    pub sources: &'a BTreeSet<String>,
    /// What was derived is of those sources alone.
    pub whole: bool,
    /// Who has asked not to be counted.
    pub objected: &'a BTreeSet<PersonId>,
    pub as_at: NaiveDate,
}

impl RiskInputs<'_> {
    /// Whether a person's data may be used: the practice that has them, or had them when they died, lets it, and they do not object.
    fn may(&self, fact: &PersonFact) -> bool {
        let practice = fact.before_death.as_ref().unwrap_or(&fact.practice);
        self.sources.contains(&format!("gp:{practice}")) && !self.objected.contains(&fact.person)
    }

    /// The person, if their data may be used.
    fn may_use(&self, person: PersonId) -> Option<&PersonFact> {
        let at = self.people.binary_search_by_key(&person, |fact| fact.person).ok()?;
        self.people.get(at).filter(|fact| self.may(fact))
    }
}

/// The models, and what they say of people.
#[derive(Default)]
pub(crate) struct Risks {
    cards: Vec<Card>,
    people: BTreeMap<PersonId, Vec<PersonRisk>>,
    /// Worklist, person, weight, reason.
    listed: Vec<(String, PersonId, i64, String)>,
    /// What they were made of.
    sources: BTreeSet<String>,
}

impl Risks {
    /// A digest of what they rest on.
    pub(crate) fn digest(&self) -> Result<String, PipelineError> {
        Ok(model::sha256_hex(&serde_json::to_vec(&self.cards)?))
    }

    /// For the run's notes.
    pub(crate) fn counts(&self) -> serde_json::Value {
        let one = |card: &Card| {
            let trained = card.trained.as_ref();
            let events = trained.map_or(0, |trained| trained.fitted_on.events);
            let listed = card.today.as_ref().map_or(0, |today| today.listed);
            (card.name.clone(), serde_json::json!({ "events": events, "listed": listed }))
        };
        self.cards.iter().map(one).collect::<serde_json::Map<_, _>>().into()
    }

    /// Adds each person's risks, and the lists, to what definitions say of them.
    pub(crate) fn put(&self, results: &mut BTreeMap<PersonId, PersonResults>) {
        for (person, risks) in &self.people {
            results.entry(*person).or_default().risks.clone_from(risks);
        }
        for (list, person, weight, reason) in &self.listed {
            let worklists = &mut results.entry(*person).or_default().worklists;
            worklists.push((list.clone(), *weight, reason.clone()));
        }
    }

    /// Writes the cards among the figures of a class of readers, if these may count everything that the models were made of.
    pub(crate) fn write_cards(&self, class: &Countable, figures: &Path) -> Result<(), PipelineError> {
        if !self.sources.is_subset(&class.sources) {
            return Ok(());
        }
        let path = figures.join(CARDS);
        fs::write(&path, serde_json::to_vec(&self.cards)?).map_err(PipelineError::file(&path))
    }
}

/// Brings every model up to the day and asks it.
pub(crate) async fn risks(
    deployment: &Deployment,
    inputs: &RiskInputs<'_>,
    progress: &dyn Progress,
) -> Result<Risks, PipelineError> {
    let mut risks = Risks { sources: inputs.sources.clone(), ..Risks::default() };
    let models: Vec<&Definition> = inputs.definitions.iter().filter(|d| d.kind == Kind::Risk).collect();
    for (at, definition) in models.iter().enumerate() {
        progress.at("risk", at, models.len());
        let spec = Spec::of(definition, inputs.definitions)?;
        one(deployment, inputs, &spec, &mut risks).await?;
    }
    progress.at("risk", models.len(), models.len());
    Ok(risks)
}

async fn one(
    deployment: &Deployment,
    inputs: &RiskInputs<'_>,
    spec: &Spec<'_>,
    risks: &mut Risks,
) -> Result<(), PipelineError> {
    let mut card = spec.card();
    let maker = Maker::new(deployment, inputs, spec)?;
    let kept = Kept::of(deployment, spec, maker.definition());
    match maker.until() {
        _ if inputs.sources.is_empty() => {
            card.why_not =
                format!("no agreement lets people be stratified by risk (activity {STRATIFICATION})");
            risks.cards.push(card);
            return Ok(());
        }
        Some(until) => bring_up(&maker, &kept, until).await?,
        None => card.why_not = "no hospital admission has been received yet".to_owned(),
    }
    card.trained = kept.latest()?;
    card.checks = kept.checks()?;
    if card.why_not.is_empty()
        && let Some(trained) = &card.trained
    {
        card.why_not.clone_from(&trained.why_not);
        if let Some(model) = &trained.model {
            let folder = maker.rows_today().await?;
            let scored = score::score(inputs, spec, model, trained, &folder)?;
            maker.tidy()?;
            card.today = Some(scored.today);
            for (person, risk) in scored.people {
                risks.people.entry(person).or_default().push(risk);
            }
            risks.listed.extend(scored.listed);
        }
    }
    risks.cards.push(card);
    Ok(())
}

/// Trains a model when there is none of these definitions, when the last is three months behind, or when there was too little for one a month
/// ago; else looks how the last one does on what has come since.
async fn bring_up(maker: &Maker<'_>, kept: &Kept, until: NaiveDate) -> Result<(), PipelineError> {
    let latest = kept.latest()?;
    let anew =
        |since: NaiveDate| since.checked_add_months(Months::new(ANEW_AFTER)).is_none_or(|due| due <= until);
    let due = |old: &Trained| anew(old.until) || old.model.is_none() && old.until < until;
    if latest.as_ref().is_none_or(due) {
        let came = maker.came(until).await?;
        let later = maker.set(maker.later_day(until), until, &came).await?;
        // What the old model makes of the rows on which its successor is tried.
        let old = latest.filter(|old| old.model.is_some());
        let check = old.map(|old| train::check(&old, &later, until));
        let trained = train::train(maker, &later, until, &came).await?;
        // The model last: a run that was killed before it does all of this again, to the same end.
        kept.add_checks(check.as_slice())?;
        return kept.put(&trained);
    }
    if let Some(old) = latest.filter(|old| old.model.is_some())
        && kept.checked_until()?.unwrap_or(old.until) < until
    {
        let came = maker.came(until).await?;
        let set = maker.set(maker.later_day(until), until, &came).await?;
        kept.add_checks(&[train::check(&old, &set, until)])?;
    }
    Ok(())
}
