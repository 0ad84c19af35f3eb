//! Linking: every source's person is one of ours, with a reason.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use hashbrown::HashMap;
use linkage::Rule;
use model::{Demographics, PersonId};
use store::cases;
use store::identities::{self, Identity};

use crate::decide::{Before, Known, decide};
use crate::known_people::{KnownPeople, State};
use crate::statements::{self, write_links};
use crate::without_number::{Again, PEOPLE, TriedRecord};
use crate::{Deployment, PipelineError, Progress};

/// The latest that a source says of one of its people, and who that is.
#[derive(Clone, Debug)]
pub(crate) struct KnownIdentity {
    pub person: PersonId,
    pub rule: Rule,
    /// The landed file and the line that says it.
    pub at: (u32, u64),
    pub demographics: Demographics,
}

/// A source that knows a person, and why it is they.
#[derive(Clone, Debug)]
pub(crate) struct KnownSource {
    pub person: PersonId,
    pub rule: Rule,
    pub source: Arc<str>,
}

/// What linking came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Linked {
    /// Every source's person, ordered by person; of one person GP first, then by source and identifier.
    pub identities: Vec<KnownIdentity>,
    /// Source people linked for the first time in this run.
    pub new_identities: u64,
    /// The state of all links.
    pub state: State,
    /// Whether there is a person index of everybody.
    pub indexed: bool,
    /// Records that were linked again without their NHS number; `None` in a run that did not try.
    pub tried: Option<Vec<TriedRecord>>,
}

/// Links what is new of the sources that an agreement covers, from all that they have said. Its decisions go into the store
/// in one transaction, so that a killed run has linked nothing.
pub(crate) async fn link(
    deployment: &Deployment,
    batches: &[String],
    covered: &BTreeSet<String>,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Linked, PipelineError> {
    let zone = deployment.standardised();
    let pipeline = deployment.store.pipeline();
    let mut statements = tokio::task::block_in_place(|| {
        statements::read(&zone, batches, covered, deployment.threads, progress)
    })?;
    let said = &mut statements.said;

    let mut known: HashMap<(String, String), Identity> = HashMap::new();
    identities::each(pipeline, |part| {
        for identity in part {
            known.insert((identity.source.clone(), identity.source_person.clone()), identity);
        }
    })
    .await?;
    let before: Vec<Option<Before>> =
        said.iter().map(|said| known.remove(&said.key()).map(Before::of)).collect();
    drop(known);
    let found = said.iter().zip(&before).filter_map(|(said, before)| Some((said, before.as_ref()?)));
    let state = found.fold(State::default(), |state, (said, b)| state.with(said, b.person, b.digest));

    let mut people = KnownPeople::open(deployment, state, said.len());
    let decisions = cases::settled(pipeline).await?;
    let first_new = identities::last_person(pipeline).await?.map_or(1, |last| last.0.saturating_add(1));
    let known = Known { before: &before, first_new, decisions: &decisions, people: &mut people, last: None };
    let mut made = tokio::task::block_in_place(|| decide(said, known, progress))?;
    let persons = made.persons();
    let moved = made.moved(said, &before, now);
    drop(before);
    let state = said
        .iter()
        .zip(&persons)
        .fold(State::default(), |state, (said, person)| state.with(said, *person, said.digest));
    made.store(pipeline, said, moved, state, now, progress).await?;
    write_links(&deployment.links(), batches, &statements.places, &persons)?;
    let (changed, learnt) = (made.changed(), made.learnt.take());
    tokio::task::block_in_place(|| people.keep(said, &persons, &changed, learnt, state, progress))?;
    let never = store::quality::last(pipeline).await?.is_none_or(|last| last.tried_as_at.is_none());
    let mut linked = Linked { new_identities: made.new_identities, state, ..Linked::default() };
    linked.indexed = people.is_there();
    if never || !changed.is_empty() {
        progress.at("try without NHS numbers", 0, 1);
        let again = Again { decided: &made.decided, settled: &made.settled, model: made.model.as_ref() };
        linked.tried = Some(tokio::task::block_in_place(|| again.try_without(said, PEOPLE, &mut people))?);
    }
    drop(people);
    linked.identities = statements
        .said
        .into_iter()
        .zip(made.decided)
        .map(|(said, (person, rule))| KnownIdentity {
            person,
            rule: rule.unwrap_or(Rule::ALL[0]),
            at: said.at,
            demographics: said.demographics,
        })
        .collect();
    linked.identities.sort_by_key(|identity| identity.person);
    Ok(linked)
}

impl Linked {
    /// Each person with all that sources say of them, in order of person.
    pub(crate) fn people(&self) -> impl Iterator<Item = (PersonId, &[KnownIdentity])> {
        self.identities
            .chunk_by(|a, b| a.person == b.person)
            .filter_map(|identities| Some((identities.first()?.person, identities)))
    }

    /// Only which sources know each person: what is left to know once people are made of what was said.
    pub(crate) fn sources(self) -> Vec<KnownSource> {
        let mut names: BTreeSet<Arc<str>> = BTreeSet::new();
        self.identities
            .into_iter()
            .map(|identity| {
                let source = identity.demographics.source.as_str();
                let known = names.get(source).cloned().unwrap_or_else(|| {
                    let name: Arc<str> = source.into();
                    names.insert(Arc::clone(&name));
                    name
                });
                KnownSource { person: identity.person, rule: identity.rule, source: known }
            })
            .collect()
    }
}
