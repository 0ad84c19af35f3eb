//! A night of nothing but new batches: their records are linked with whoever they may be, and only whom they touch is made
//! anew. It comes to what a whole run would come to; where it cannot know that, it does nothing, and the run is a whole one.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use hashbrown::HashMap;
use linkage::{Rule, rule_keys};
use model::PersonId;
use store::cases::{self, SourcePerson};
use store::identities;

use crate::decide::{Before, Known, decide};
use crate::golden::Places;
use crate::known_people::{KnownPeople, State};
use crate::last_night::{Change, Everyone, Head, LastNight, Made};
use crate::statements::{self, Said, Statements, write_links};
use crate::{Deployment, PipelineError, Progress};

/// A night that names more than this part of all records costs more than a whole run.
const PART: usize = 4;

/// What a night is asked for.
pub(crate) struct Asked<'a> {
    pub batches: &'a [String],
    pub covered: &'a BTreeSet<String>,
    pub as_at: NaiveDate,
    pub now: DateTime<Utc>,
}

/// What a night came to.
pub(crate) struct Tonight {
    /// Everybody.
    pub people: Everyone,
    /// Every source that knows somebody: [`crate::last_night::Of::source`] is a place in it.
    pub sources: Vec<String>,
    pub new_identities: u64,
    /// Batches that were read.
    pub read: usize,
    /// How long it took until the new records were linked and kept.
    pub linked: Duration,
}

/// Links what is new in the batches since the last run; nothing where only a whole run will do.
pub(crate) async fn tonight(
    deployment: &Deployment,
    asked: &Asked<'_>,
    progress: &dyn Progress,
) -> Result<Option<Tonight>, PipelineError> {
    let began = Instant::now();
    let pipeline = deployment.store.pipeline();
    let places = Places::of(&deployment.area);
    let Some(mut last) = LastNight::open(&deployment.last_night(), deployment.threads) else {
        return Ok(None);
    };
    let known = identities::state(pipeline).await?;
    let (Some(state), true) =
        (known.as_deref().and_then(State::parse), is_of(&last, deployment, asked, &places, known.as_deref()))
    else {
        return Ok(None);
    };
    if !counted_lately(deployment, asked.as_at).await? {
        return Ok(None);
    }
    let new: Vec<String> =
        asked.batches.iter().filter(|batch| !last.head().batches.contains(*batch)).cloned().collect();
    let zone = deployment.standardised();
    let statements = tokio::task::block_in_place(|| {
        statements::read(&zone, &new, asked.covered, deployment.threads, progress)
    })?;
    let records = last.head().records as usize;
    if statements.said.len() * PART > records {
        return Ok(None);
    }
    let decisions = cases::settled(pipeline).await?;
    let settled = decisions.iter().flat_map(|decision| [decision.one.clone(), decision.other.clone()]);
    let open = cases::open(pipeline).await?;
    let named: BTreeSet<SourcePerson> =
        settled.chain(open.into_iter().flat_map(|(one, other)| [one, other])).collect();
    let named: Vec<SourcePerson> = named.into_iter().collect();
    let Statements { said: spoken, places: local } = statements;
    let mut around = tokio::task::block_in_place(|| Around::of(&last, spoken, &named))?;
    let mut people = KnownPeople::open(deployment, state, records + around.strangers());
    if !people.is_there() || !around.reasons(deployment).await? {
        return Ok(None);
    }
    let first_new = identities::last_person(pipeline).await?.map_or(1, |last| last.0.saturating_add(1));
    let Around { mut said, before, numbers, spoke, place } = around;
    let known =
        Known { before: &before, first_new, decisions: &decisions, people: &mut people, last: Some(&last) };
    let mut decided = tokio::task::block_in_place(|| decide(&mut said, known, progress))?;
    if !decided.moved(&said, &before, asked.now).is_empty() {
        return Ok(None);
    }
    let (persons, changed) = (decided.persons(), decided.changed());
    let after = state_after(state, &said, &before, &persons, &changed);
    let (learnt, new_identities) = (decided.learnt.take(), decided.new_identities);
    let changes: Vec<Change<'_>> = (0..spoke.len())
        .filter(|at| spoke.get(*at).is_some_and(|spoke| *spoke))
        .filter_map(|at| {
            let (person, rule) = decided.decided.get(at)?;
            let rule = rule.unwrap_or(Rule::ALL[0]);
            Some(Change { said: said.get(at)?, number: *numbers.get(at)?, person: *person, rule })
        })
        .collect();
    let head = Head {
        state: after.to_string(),
        batches: asked.batches.iter().cloned().collect(),
        as_at: asked.as_at,
        ..last.head().clone()
    };
    // Before the rest, which must not be ahead of it: a run that is killed in between writes it again.
    let placed = |at: &u32| place.get(*at as usize).copied().unwrap_or(*at);
    let local: Vec<Vec<u32>> = local.iter().map(|batch| batch.iter().map(placed).collect()).collect();
    write_links(&deployment.links(), &new, &local, &persons)?;
    // The store and the two files know nothing of each other: a file that is not of the state of the links is made anew.
    let store = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let index = scope.spawn(|| people.keep(&said, &persons, &changed, learnt, after, progress));
            let kept = scope.spawn(|| {
                if changes.is_empty() && head == *last.head() {
                    return Ok(());
                }
                last.put(head, &changes, BTreeSet::new(), &places).map(|_| ())
            });
            store.block_on(decided.store(pipeline, &said, Vec::new(), after, asked.now, progress))?;
            let failed = |what: &str| PipelineError::Worker(what.to_owned());
            index.join().map_err(|_| failed("keep the person index"))??;
            kept.join().map_err(|_| failed("keep what was said"))?.map_err(PipelineError::from)
        })
    })?;
    let linked = began.elapsed();
    let people = tokio::task::block_in_place(|| made(&mut last, &places))?;
    let sources = last.head().sources.clone();
    Ok(Some(Tonight { people, sources, new_identities, read: new.len(), linked }))
}

/// The state of all links after a night that wrote those at the places `changed`.
fn state_after(
    state: State,
    said: &[Said],
    before: &[Option<Before>],
    persons: &[PersonId],
    changed: &[usize],
) -> State {
    changed.iter().fold(state, |state, at| {
        let (Some(said), Some(person)) = (said.get(*at), persons.get(*at)) else { return state };
        let without = match before.get(*at).and_then(Option::as_ref) {
            Some(before) => state.without(said, before.person, before.digest),
            None => state,
        };
        without.with(said, *person, said.digest)
    })
}

/// Whether what was kept is of the run before this one, and of the same agreements and area.
fn is_of(
    last: &LastNight,
    deployment: &Deployment,
    asked: &Asked<'_>,
    places: &Places,
    state: Option<&str>,
) -> bool {
    let head = last.head();
    let links = deployment.links();
    let linked = |batch: &String| links.join(format!("{batch}.persons")).exists();
    let now: BTreeSet<&String> = asked.batches.iter().collect();
    state == Some(head.state.as_str())
        && head.covered == *asked.covered
        && head.area == places.stamp()
        && head.as_at <= asked.as_at
        && head.batches.iter().all(|batch| now.contains(batch) && linked(batch))
}

/// Whether how well records are linked was counted lately, as a whole run does.
async fn counted_lately(deployment: &Deployment, as_at: NaiveDate) -> Result<bool, PipelineError> {
    let counted = store::quality::last(deployment.store.pipeline()).await?;
    let day = counted.filter(|counted| counted.tried_as_at.is_some()).map(|counted| counted.as_at);
    Ok(day.and_then(|day| day.checked_add_days(deployment.count_every)).is_some_and(|until| as_at < until))
}

/// Everybody, with whom the day touches made anew.
fn made(last: &mut LastNight, places: &Places) -> Result<Everyone, PipelineError> {
    let mut everybody = last.everybody(places)?;
    let head = last.head().clone();
    let due = |made: &&Made| made.until.is_some_and(|until| until <= head.as_at);
    let due: BTreeSet<PersonId> = everybody.each().filter(due).map(|made| made.person.person).collect();
    if !due.is_empty() {
        for made in last.put(head, &[], due, places)? {
            everybody.replace(made);
        }
    }
    Ok(everybody)
}

/// What is said tonight, and all that was said of whoever that may be, in the order of a whole run.
struct Around {
    said: Vec<Said>,
    before: Vec<Option<Before>>,
    /// Of each record its number, if it was known.
    numbers: Vec<Option<u32>>,
    /// Whether it is new or something else is said of it tonight.
    spoke: Vec<bool>,
    /// Of each statement of tonight its place in `said`.
    place: Vec<u32>,
}

struct One {
    said: Said,
    before: Option<Before>,
    number: Option<u32>,
    spoke: bool,
    statement: Option<usize>,
}

impl Around {
    /// `named` are records that must be there whatever is said.
    fn of(last: &LastNight, spoken: Vec<Said>, named: &[SourcePerson]) -> Result<Self, PipelineError> {
        let found = last.find(&spoken.iter().map(Said::key).collect::<Vec<_>>())?;
        let asked = last.find(named)?;
        let mut people: BTreeSet<PersonId> =
            found.iter().chain(&asked).flatten().map(|known| known.person).collect();
        let strangers = spoken.iter().zip(&found).filter(|(_, found)| found.is_none());
        let keys: Vec<u64> = strangers.flat_map(|(said, _)| rule_keys(&said.demographics)).collect();
        people.extend(last.behind(&keys)?);
        let people: Vec<PersonId> = people.into_iter().collect();

        let numbers: HashMap<u32, usize> =
            found.iter().zip(0..).filter_map(|(known, at)| Some((known.as_ref()?.number, at))).collect();
        let statements = spoken.len();
        let mut spoken: Vec<Option<Said>> = spoken.into_iter().map(Some).collect();
        let mut all = Vec::new();
        for known in last.of_people(&people)? {
            let statement = numbers.get(&known.number).copied();
            let new = statement.and_then(|at| spoken.get_mut(at)).and_then(Option::take);
            let (digest, before) = (known.said.digest, known.said);
            let (said, spoke) = match new {
                Some(new) if before.is_replaced_by(&new) => (new, true),
                _ => (before, false),
            };
            let before =
                Before { person: known.person, rule: Some(known.rule), reason: String::new(), digest };
            all.push(One { said, before: Some(before), number: Some(known.number), spoke, statement });
        }
        let new = spoken.into_iter().enumerate().filter_map(|(at, said)| Some((at, said?)));
        all.extend(new.map(|(at, said)| One {
            said,
            before: None,
            number: None,
            spoke: true,
            statement: Some(at),
        }));
        all.sort_by(|one, other| one.said.before(&other.said));
        Self::in_order(all, statements)
    }

    fn in_order(all: Vec<One>, statements: usize) -> Result<Self, PipelineError> {
        let mut around = Self {
            said: Vec::with_capacity(all.len()),
            before: Vec::with_capacity(all.len()),
            numbers: Vec::with_capacity(all.len()),
            spoke: Vec::with_capacity(all.len()),
            place: vec![u32::MAX; statements],
        };
        for (at, one) in all.into_iter().enumerate() {
            if let Some(place) = one.statement.and_then(|statement| around.place.get_mut(statement)) {
                *place = u32::try_from(at).map_err(|_| PipelineError::TooMany("people"))?;
            }
            around.said.push(one.said);
            around.before.push(one.before);
            around.numbers.push(one.number);
            around.spoke.push(one.spoke);
        }
        Ok(around)
    }

    /// How many records are new.
    fn strangers(&self) -> usize {
        self.before.iter().filter(|before| before.is_none()).count()
    }

    /// Takes from the store why the records are somebody's of which something else is said now. Whether what the store
    /// knows of these and of the new ones is what was kept.
    async fn reasons(&mut self, deployment: &Deployment) -> Result<bool, PipelineError> {
        let mut by_source: HashMap<String, HashMap<String, usize>> = HashMap::new();
        for (at, (said, before)) in self.said.iter().zip(&self.before).enumerate() {
            if before.as_ref().is_none_or(|before| before.digest != said.digest) {
                let (source, person) = said.key();
                by_source.entry(source).or_default().insert(person, at);
            }
        }
        for (source, people) in &by_source {
            let names: Vec<&str> = people.keys().map(String::as_str).collect();
            let known = identities::of_source(deployment.store.pipeline(), source, &names).await?;
            let mut expected =
                people.values().filter(|at| matches!(self.before.get(**at), Some(Some(_)))).count();
            for identity in known {
                let before = people.get(&identity.source_person).and_then(|at| self.before.get_mut(*at));
                let Some(Some(before)) = before else { return Ok(false) };
                if (before.person, before.digest) != (identity.person, identity.demographics_digest) {
                    return Ok(false);
                }
                before.reason = identity.reason;
                expected = expected.saturating_sub(1);
            }
            if expected > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
