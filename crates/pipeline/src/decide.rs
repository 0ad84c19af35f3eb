//! Deciding who records are: by rule, by probability, and by what people have settled. A whole run decides about everybody's
//! records, a night of new batches about the new ones and those of whoever they may be; both by this.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use linkage::{Example, Linker, Model, Rule};
use model::PersonId;
use store::Pipeline;
use store::cases::{self, Case, Decision, SourcePerson};
use store::history::{self, Moved, Why};
use store::identities::{self, Identity, Review};

use crate::known_people::{KnownPeople, Learnt, State};
use crate::last_night::LastNight;
use crate::probable::{self, Against, Decided, Written};
use crate::settled::Settled;
use crate::statements::{Said, places_of};
use crate::{PipelineError, Progress};

/// Identities handed to the store at once.
const AT_ONCE: usize = 20_000;

/// Who a record was before this run, and why.
pub(crate) struct Before {
    pub person: PersonId,
    pub rule: Option<Rule>,
    pub reason: String,
    /// Of what was said when that was decided.
    pub digest: i64,
}

impl Before {
    pub fn of(identity: Identity) -> Self {
        Self {
            person: identity.person,
            rule: Rule::from_id(&identity.rule),
            reason: identity.reason,
            digest: identity.demographics_digest,
        }
    }
}

/// What is known when records are decided about.
pub(crate) struct Known<'a> {
    /// Who each record was, in the order of what is said; `None` for new ones.
    pub before: &'a [Option<Before>],
    /// The first number that nobody has ever had.
    pub first_new: u32,
    /// What people have settled.
    pub decisions: &'a [Decision],
    pub people: &'a mut KnownPeople,
    /// Where records are that are not among what is said; `None` where all are.
    pub last: Option<&'a LastNight>,
}

/// What a run decided.
#[derive(Default)]
pub(crate) struct Decisions {
    /// Of each record.
    pub decided: Vec<Decided>,
    pub written: Vec<Written>,
    /// What somebody should look at, by place.
    pub reviews: Vec<(usize, String)>,
    /// Pairs that somebody should look at, by place.
    pub cases: Vec<Example>,
    pub learnt: Option<Learnt>,
    pub model: Option<Model>,
    pub settled: Settled,
    /// Records linked for the first time.
    pub new_identities: u64,
}

/// Decides about everything said. Records that probability points to are added to `said` if they are not there.
pub(crate) fn decide(
    said: &mut Vec<Said>,
    known: Known<'_>,
    progress: &dyn Progress,
) -> Result<Decisions, PipelineError> {
    let mut made = by_rule(said, known.before, known.first_new, progress);
    progress.at("link by probability", 0, 1);
    made.settled = Settled::of(known.decisions, said);
    let changed = made.changed();
    let against = Against {
        first_new: known.first_new,
        settled: &made.settled,
        changed: &changed,
        known: known.people,
        last: known.last,
    };
    let found = probable::join_new(said, &mut made.decided, &mut made.written, against)?;
    (made.cases, made.learnt, made.model) = (found.cases, found.learnt, found.model);
    made.settled.apply(&mut made.decided, &mut made.written, known.first_new);
    Ok(made)
}

fn by_rule(said: &[Said], before: &[Option<Before>], first_new: u32, progress: &dyn Progress) -> Decisions {
    let mut made = Decisions::default();
    let mut linker = Linker::with_room_for(said.len());
    // What was known before counts before what is new, in an order that does not depend on arrival.
    for (said, before) in said.iter().zip(before) {
        if let Some(before) = before {
            linker.load(&said.demographics, before.person);
        }
    }
    linker.remember("", "", PersonId(first_new.saturating_sub(1)));
    let total = said.len();
    for (done, (said, before)) in said.iter().zip(before).enumerate() {
        if done % 10_000 == 0 {
            progress.at("link", done, total);
        }
        if let Some(before) = before {
            made.decided.push((before.person, before.rule));
            continue;
        }
        let link = linker.link(&said.demographics);
        made.decided.push((link.person, Some(link.rule)));
        made.new_identities += 1;
        made.written.push((done, link.rule, link.reason));
        made.reviews.extend(link.review.map(|reason| (done, reason)));
    }
    // A known person whose source now says something else keeps their place; the new words are linked evidence.
    for (at, (said, (before, (_, decided)))) in
        said.iter().zip(before.iter().zip(&mut made.decided)).enumerate()
    {
        let Some(before) = before.as_ref().filter(|before| before.digest != said.digest) else {
            continue;
        };
        let link = linker.link(&said.demographics);
        let rule = decided.unwrap_or(link.rule);
        *decided = Some(rule);
        made.written.push((at, rule, before.reason.clone()));
        made.reviews.extend(link.review.map(|reason| (at, reason)));
    }
    progress.at("link", total, total);
    made
}

impl Decisions {
    /// The places of what is written.
    pub fn changed(&self) -> Vec<usize> {
        self.written.iter().map(|(at, ..)| *at).collect()
    }

    /// Who each record is.
    pub fn persons(&self) -> Vec<PersonId> {
        self.decided.iter().map(|(person, _)| *person).collect()
    }

    /// Records that were somebody's and are now somebody else's.
    pub fn moved(&self, said: &[Said], before: &[Option<Before>], at: DateTime<Utc>) -> Vec<Moved> {
        let still: BTreeSet<PersonId> = self.decided.iter().map(|(person, _)| *person).collect();
        let moved =
            said.iter().zip(before).zip(&self.decided).filter_map(|((said, before), (person, rule))| {
                let former = before.as_ref().map(|before| before.person).filter(|former| former != person)?;
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

    /// Writes what was decided in one transaction, so that a killed run has linked nothing. `state` is the state of all
    /// links then.
    pub async fn store(
        &self,
        pipeline: Pipeline<'_>,
        said: &[Said],
        moved: Vec<Moved>,
        state: State,
        now: DateTime<Utc>,
        progress: &dyn Progress,
    ) -> Result<(), PipelineError> {
        let state = state.to_string();
        let same = identities::state(pipeline).await?.is_some_and(|known| known == state);
        if self.written.is_empty() && same {
            return Ok(());
        }
        let on = now.date_naive();
        let cases = probable::cases(&self.cases, said, &self.decided, on);
        let doubtful = still_doubtful(pipeline, &cases, said, &self.decided).await?;
        let mut written = self
            .written
            .iter()
            .filter_map(|(at, rule, reason)| {
                let (person, _) = self.decided.get(*at)?;
                Some(said.get(*at)?.identity(*person, *rule, reason.clone()))
            })
            .peekable();
        let mut writer = identities::begin(pipeline).await?;
        while written.peek().is_some() {
            writer.put(written.by_ref().take(AT_ONCE).collect()).await?;
        }
        if !self.written.is_empty() {
            let reviews = self.reviews.iter().filter_map(|(at, reason)| {
                let (person, _) = self.decided.get(*at)?;
                Some(said.get(*at)?.review(*person, reason.clone()))
            });
            writer.review(reviews.collect()).await?;
            cases::put(&mut writer, cases).await?;
            cases::close_gone(&mut writer, &doubtful, on).await?;
            history::add(&mut writer, moved).await?;
        }
        writer.state(&state, now).await?;
        progress.reached("link: before commit");
        writer.commit().await?;
        progress.reached("link: committed");
        Ok(())
    }
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

impl Said {
    /// The source's person.
    pub(crate) fn key(&self) -> SourcePerson {
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
