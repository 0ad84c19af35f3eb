//! Linking: every source's person is one of ours, with a reason.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use hashbrown::HashMap;
use linkage::{Linker, Rule};
use model::{Demographics, PersonId};
use store::Pipeline;
use store::cases::{self, Case, SourcePerson};
use store::history::{self, Moved, Why};
use store::identities::{self, Identity, Review};

use crate::known_people::KnownPeople;
use crate::probable::{self, Decided};
use crate::settled::Settled;
use crate::statements::{self, Said, places_of, write_links};
use crate::without_number::{Again, PEOPLE, TriedRecord};
use crate::{Deployment, PipelineError, Progress};

/// Identities handed to the store at once.
const AT_ONCE: usize = 20_000;

/// The latest that a source says of one of its people, and who that is.
#[derive(Clone, Debug)]
pub(crate) struct KnownIdentity {
    pub person: PersonId,
    pub rule: Rule,
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
    /// People first seen in this run.
    pub new_people: u64,
    /// Records that were linked again without their NHS number; `None` in a run that did not try.
    pub tried: Option<Vec<TriedRecord>>,
}

/// Links what is new of the sources that an agreement covers. All decisions of a run go into the store in one transaction, so that a killed run has linked nothing.
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

    let mut known: HashMap<(String, String), Identity> = HashMap::new();
    identities::each(pipeline, |part| {
        for identity in part {
            known.insert((identity.source.clone(), identity.source_person.clone()), identity);
        }
    })
    .await?;

    let mut linker = Linker::with_room_for(statements.said.len());
    for identity in known.values() {
        linker.remember(&identity.source, &identity.source_person, identity.person);
    }
    // What was known before counts before what is new, in an order that does not depend on arrival.
    let before: Vec<Option<&Identity>> = statements.said.iter().map(|said| known.get(&said.key())).collect();
    for (said, before) in statements.said.iter().zip(&before) {
        if let Some(before) = before {
            linker.load(&said.demographics, before.person);
        }
    }
    let mut written = Vec::new();
    let mut reviews = Vec::new();
    let mut linked = Linked::default();
    let first_new = known.values().map(|identity| identity.person.0 + 1).max().unwrap_or(1);
    let total = statements.said.len();
    let mut decided = Vec::with_capacity(total);
    for (done, (said, before)) in statements.said.iter().zip(&before).enumerate() {
        if done % 10_000 == 0 {
            progress.at("link", done, total);
        }
        if let Some(before) = before {
            decided.push((before.person, Rule::from_id(&before.rule)));
            continue;
        }
        let link = linker.link(&said.demographics);
        decided.push((link.person, Some(link.rule)));
        linked.new_identities += 1;
        written.push((done, link.rule, link.reason));
        reviews.extend(link.review.map(|reason| said.review(link.person, reason)));
    }
    // A known person whose source now says something else keeps their place; the new words are linked evidence.
    for (at, (said, (before, (_, decided)))) in
        statements.said.iter().zip(before.iter().zip(&mut decided)).enumerate()
    {
        let Some(before) = before.filter(|before| before.demographics_digest != said.digest) else {
            continue;
        };
        let link = linker.link(&said.demographics);
        let rule = decided.unwrap_or(link.rule);
        *decided = Some(rule);
        written.push((at, rule, before.reason.clone()));
        reviews.extend(link.review.map(|reason| said.review(before.person, reason)));
    }
    progress.at("link", total, total);
    drop(linker);
    let mut known_people = KnownPeople::open(deployment, &statements.said, &before);
    let changed: Vec<usize> = written.iter().map(|(at, ..)| *at).collect();
    let former: Vec<Option<PersonId>> = before.iter().map(|before| before.map(|b| b.person)).collect();
    drop(before);
    drop(known);
    progress.at("link by probability", 0, 1);
    let decisions = cases::settled(pipeline).await?;
    let (settled, found) = tokio::task::block_in_place(|| {
        let settled = Settled::of(&decisions, &statements.said);
        let found = probable::join_new(
            &statements.said,
            &mut decided,
            &mut written,
            first_new,
            &settled,
            &changed,
            &mut known_people,
        )?;
        settled.apply(&mut decided, &mut written);
        Ok::<_, PipelineError>((settled, found))
    })?;
    let new_people: BTreeSet<PersonId> =
        decided.iter().map(|(person, _)| *person).filter(|person| person.0 >= first_new).collect();
    linked.new_people = new_people.len() as u64;
    let cases = probable::cases(&found.cases, &statements.said, &decided, now.date_naive());
    let doubtful = still_doubtful(pipeline, &cases, &statements.said, &decided).await?;
    let moved = moved(&statements.said, &former, &decided, now);
    let (learnt, model) = (found.learnt, found.model);
    let found = Found { reviews, cases, doubtful, moved, on: now.date_naive() };
    let persons: Vec<PersonId> = decided.iter().map(|(person, _)| *person).collect();
    let changed: Vec<usize> = written.iter().map(|(at, ..)| *at).collect();
    let written = written.into_iter().filter_map(|(at, rule, reason)| {
        Some(statements.said.get(at)?.identity(*persons.get(at)?, rule, reason))
    });
    store(pipeline, written, found, progress).await?;
    tokio::task::block_in_place(|| {
        known_people.keep(&statements.said, &persons, &changed, learnt, progress)
    })?;
    let never = store::quality::last(pipeline).await?.is_none_or(|last| last.tried_as_at.is_none());
    if never || !changed.is_empty() {
        progress.at("try without NHS numbers", 0, 1);
        let said = &mut statements.said;
        let again = Again { decided: &decided, settled: &settled, model: model.as_ref() };
        linked.tried =
            Some(tokio::task::block_in_place(|| again.try_without(said, PEOPLE, &mut known_people))?);
    }
    drop(known_people);
    write_links(&deployment.links(), batches, &statements.places, &persons)?;
    linked.identities = statements
        .said
        .into_iter()
        .zip(decided)
        .map(|(said, (person, rule))| KnownIdentity {
            person,
            rule: rule.unwrap_or(Rule::ALL[0]),
            demographics: said.demographics,
        })
        .collect();
    linked.identities.sort_by_key(|identity| identity.person);
    Ok(linked)
}

/// What a run writes beside whom each record is of.
struct Found {
    reviews: Vec<Review>,
    cases: Vec<Case>,
    /// Cases that stay open; all others are closed.
    doubtful: Vec<(SourcePerson, SourcePerson)>,
    moved: Vec<Moved>,
    on: NaiveDate,
}

/// The cases of this run, and those of earlier ones whose records are both there and still of two people.
async fn still_doubtful(
    pipeline: Pipeline<'_>,
    cases: &[Case],
    said: &[Said],
    decided: &[Decided],
) -> Result<Vec<(SourcePerson, SourcePerson)>, PipelineError> {
    let mut doubtful = cases::open(pipeline).await?;
    let places = places_of(said, &doubtful.iter().flat_map(|(one, other)| [one, other]).collect());
    let person = |record: &SourcePerson| {
        places.get(record).and_then(|at| decided.get(*at as usize)).map(|(person, _)| *person)
    };
    doubtful.retain(
        |(one, other)| matches!((person(one), person(other)), (Some(one), Some(other)) if one != other),
    );
    doubtful.extend(cases.iter().map(|case| (case.one.key(), case.other.key())));
    Ok(doubtful)
}

/// Records that were somebody's and are now somebody else's.
fn moved(said: &[Said], former: &[Option<PersonId>], decided: &[Decided], at: DateTime<Utc>) -> Vec<Moved> {
    let still: BTreeSet<PersonId> = decided.iter().map(|(person, _)| *person).collect();
    let moved = said.iter().zip(former).zip(decided).filter_map(|((said, former), (person, rule))| {
        let former = former.filter(|former| former != person)?;
        let (source, source_person) = said.key();
        Some(Moved {
            source,
            source_person,
            at,
            person: *person,
            former,
            why: if still.contains(&former) { Why::Parted } else { Why::Merged },
            reason: rule.unwrap_or(Rule::Reviewed).sentence().to_owned(),
        })
    });
    moved.collect()
}

/// Writes what was decided, if anything was.
async fn store(
    pipeline: Pipeline<'_>,
    written: impl Iterator<Item = Identity>,
    found: Found,
    progress: &dyn Progress,
) -> Result<(), PipelineError> {
    let mut written = written.peekable();
    if written.peek().is_none() {
        return Ok(());
    }
    let mut writer = identities::begin(pipeline).await?;
    while written.peek().is_some() {
        writer.put(written.by_ref().take(AT_ONCE).collect()).await?;
    }
    writer.review(found.reviews).await?;
    cases::put(&mut writer, found.cases).await?;
    cases::close_gone(&mut writer, &found.doubtful, found.on).await?;
    history::add(&mut writer, found.moved).await?;
    progress.reached("link: before commit");
    writer.commit().await?;
    progress.reached("link: committed");
    Ok(())
}

impl Said {
    /// The source's person.
    pub(crate) fn key(&self) -> (String, String) {
        (self.demographics.source.clone(), self.demographics.source_person.clone())
    }

    fn identity(&self, person: PersonId, rule: Rule, reason: String) -> Identity {
        Identity {
            source: self.demographics.source.clone(),
            source_person: self.demographics.source_person.clone(),
            person,
            rule: rule.id().to_owned(),
            reason,
            as_at: self.demographics.as_at,
            demographics_digest: self.digest,
        }
    }

    fn review(&self, person: PersonId, reason: String) -> Review {
        Review {
            source: self.demographics.source.clone(),
            source_person: self.demographics.source_person.clone(),
            person,
            reason,
        }
    }
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
