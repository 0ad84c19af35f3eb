//! Clerical review: what people say of doubtful links. Everything said is kept for good; what is settled follows from it.
//!
//! One verdict settles a case when it is what the machine leans to. Otherwise another reviewer is asked, and the first two
//! equal verdicts settle it. What is settled changes only by a reopening with its reason.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use model::PersonId;
use policy::{Action, Permit};
use sea_orm::{ConnectionTrait, QueryResult, Value};

use crate::cases::{self, CASE_COLUMNS, Case, SourcePerson};
use crate::sql::{self, Sql};
use crate::{Page, Store, StoreError, reach};

/// What a reviewer says of two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One person's.
    Same,
    /// Two people's.
    Different,
    /// They cannot say.
    Unsure,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 3] = [Self::Same, Self::Different, Self::Unsure];

    /// Lower-case name, as in the table and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unsure => "unsure",
        }
    }

    /// The verdict with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// What happened to a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody judged it.
    Judged(Verdict),
    /// Somebody parted the one record from the other's person.
    Parted,
    /// Somebody opened it again.
    Reopened,
}

impl Event {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Judged(verdict) => verdict.name(),
            Self::Parted => "parted",
            Self::Reopened => "reopened",
        }
    }

    fn from_name(name: &str) -> Result<Self, StoreError> {
        Ok(match name {
            "parted" => Self::Parted,
            "reopened" => Self::Reopened,
            other => Self::Judged(Verdict::from_name(other).ok_or(StoreError::Unreadable("verdict"))?),
        })
    }
}

/// One thing that somebody said of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub event: Event,
    /// When.
    pub at: DateTime<Utc>,
    /// The user's sign-in name.
    pub user: String,
    /// The user's name.
    pub user_name: String,
    /// Their note or reason; it may be blank.
    pub note: String,
}

/// How a pair stands after what was said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Another reviewer is asked; so many have said something already.
    Open(usize),
    /// One person's (`true`) or two people's.
    Settled(bool),
}

/// How a pair stands: `leaning` is what the machine holds more likely, `said` everything in order.
pub fn standing(leaning: bool, said: &[Said]) -> Standing {
    let (mut same, mut different, mut all) = (0_usize, 0_usize, 0_usize);
    let mut settled = None;
    for said in said {
        match said.event {
            Event::Reopened => (same, different, all, settled) = (0, 0, 0, None),
            Event::Parted => settled = Some(false),
            Event::Judged(verdict) => {
                all += 1;
                same += usize::from(verdict == Verdict::Same);
                different += usize::from(verdict == Verdict::Different);
                let agrees = all == 1 && verdict == if leaning { Verdict::Same } else { Verdict::Different };
                if settled.is_none() {
                    settled = match (agrees, same, different) {
                        (true, _, _) => Some(leaning),
                        (_, 2, _) => Some(true),
                        (_, _, 2) => Some(false),
                        _ => None,
                    };
                }
            }
        }
    }
    settled.map_or(Standing::Open(all), Standing::Settled)
}

/// One open case as the queue shows it: nothing that says whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The case's name.
    pub pair: String,
    /// Where the one record is from.
    pub one_source: String,
    /// Where the other is from.
    pub other_source: String,
    /// The probability that they are one person's.
    pub probability: f64,
    /// Since when it waits.
    pub opened_on: NaiveDate,
    /// Reviewers who have said something since it was opened.
    pub verdicts: u64,
}

/// The cases that wait for one reviewer, of people whom readers can see.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// Open cases, those that wait for somebody else included.
    pub open: u64,
    /// Those that wait for this reviewer.
    pub mine: u64,
    /// Of those, how many another reviewer has said something of.
    pub second: u64,
    /// Those that wait for this reviewer, most doubtful first.
    pub lines: Vec<Line>,
}

const ROUND: &str = "v.pair = c.pair AND v.said IN ('same', 'different', 'unsure') AND v.audit_id > \
    COALESCE((SELECT MAX(r.audit_id) FROM linkage_verdict r WHERE r.pair = c.pair AND r.said = 'reopened'), 0)";

/// The queue of the permit's user. Errors: a permit for anything but reviewing links.
pub async fn queue(store: &Store, permit: &Permit, page: Page) -> Result<Queue, StoreError> {
    if permit.action() != Action::ReviewLinks {
        return Err(StoreError::WrongPermit);
    }
    let open = |query: &mut Sql| {
        query.push(&format!(
            "SELECT c.pair, c.one_source, c.other_source, c.probability, c.opened_on, \
             (SELECT COUNT(*) FROM linkage_verdict v WHERE {ROUND}) AS verdicts, \
             (SELECT COUNT(*) FROM linkage_verdict v WHERE {ROUND} AND v.user_id = "
        ));
        query.bind(permit.access().user.0.as_str());
        query.push(
            ") AS own FROM linkage_case c WHERE c.gone_on IS NULL \
             AND NOT EXISTS (SELECT 1 FROM linkage_decision d WHERE d.pair = c.pair)",
        );
        for side in ["one", "other"] {
            reach::source_shown(query, permit.cover(), &format!("c.{side}_source"));
        }
        // Between the linking and the publishing of a run some people are not known yet: nobody could open their cases.
        for side in ["one", "other"] {
            query.push(&format!(
                " AND EXISTS (SELECT 1 FROM publication u JOIN person p ON p.generation = u.generation WHERE u.one = 1 \
                 AND p.person_id = COALESCE((SELECT i.person_id FROM identity i WHERE i.source = c.{side}_source \
                 AND i.source_person = c.{side}_source_person), c.{side}_person_id))"
            ));
        }
    };
    let mut count = Sql::new(
        "SELECT COUNT(*) AS open, COUNT(CASE WHEN own = 0 THEN 1 END) AS mine, \
         COUNT(CASE WHEN own = 0 AND verdicts > 0 THEN 1 END) AS second FROM (",
    );
    open(&mut count);
    count.push(") q");
    let row = count.one(store.reader()).await?.ok_or(StoreError::Unreadable("queue"))?;
    let mut query = Sql::new("SELECT * FROM (");
    open(&mut query);
    query.push(") q WHERE own = 0 ORDER BY ABS(probability - 0.5), pair").push(&page.sql());
    let lines = query.rows(store.reader()).await?;
    Ok(Queue {
        open: sql::count(&row, "open")?,
        mine: sql::count(&row, "mine")?,
        second: sql::count(&row, "second")?,
        lines: lines.iter().map(line).collect::<Result<_, _>>()?,
    })
}

fn line(row: &QueryResult) -> Result<Line, StoreError> {
    Ok(Line {
        pair: row.try_get("", "pair")?,
        one_source: row.try_get("", "one_source")?,
        other_source: row.try_get("", "other_source")?,
        probability: row.try_get("", "probability")?,
        opened_on: row.try_get("", "opened_on")?,
        verdicts: sql::count(row, "verdicts")?,
    })
}

/// Whose the two records of a case are taken to be today: whom to ask a permit for.
/// Errors: a permit for anything but reviewing links.
pub async fn people(
    store: &Store,
    permit: &Permit,
    pair: &str,
) -> Result<Option<(PersonId, PersonId)>, StoreError> {
    if permit.action() != Action::ReviewLinks {
        return Err(StoreError::WrongPermit);
    }
    let shown = |case: &Case| {
        ![&case.one.source, &case.other.source].into_iter().any(|source| permit.cover().hides(source))
    };
    let found = case(store.reader(), pair).await?.filter(|(case, _)| shown(case));
    Ok(found.map(|(case, _)| (case.one.person, case.other.person)))
}

/// A case as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The two records and the evidence.
    pub case: Case,
    /// How it stands.
    pub standing: Standing,
    /// The run no longer raises it.
    pub gone_on: Option<NaiveDate>,
    /// The permit's user has judged it since it was opened last.
    pub judged: bool,
    /// What was said of it; blank while it is open and the user has not said theirs, so that nobody follows another.
    pub said: Vec<Said>,
}

/// A case with both records. Errors: permits for anything but comparing the records of these people.
pub async fn open(store: &Store, permits: &[Permit], pair: &str) -> Result<Option<Opened>, StoreError> {
    let Some((case, gone_on)) = case(store.reader(), pair).await? else { return Ok(None) };
    let access = covers(permits, Action::CompareRecords, &case)?.access();
    let said = said(store.reader(), pair).await?;
    let standing = standing(case.probability >= 0.5, &said);
    let judged = judged_by(&said, &access.user.0);
    let settled = matches!(standing, Standing::Settled(_));
    let said = if settled || judged { said } else { Vec::new() };
    Ok(Some(Opened { case, standing, gone_on, judged, said }))
}

/// Writes a verdict down. `None` when this user is not asked: they have judged it, it is settled, or it has gone.
/// Errors: permits for anything but judging the records of these people.
pub async fn judge(
    store: &Store,
    permits: &[Permit],
    pair: &str,
    verdict: Verdict,
    note: &str,
) -> Result<Option<Standing>, StoreError> {
    let tx = store.write().await?;
    // Two reviewers at once: the second waits here until the first is written.
    sql::execute(&tx, "UPDATE linkage_case SET pair = pair WHERE pair = $1", vec![pair.into()]).await?;
    let Some((case, None)) = case(&tx, pair).await? else { return Ok(None) };
    let permit = covers(permits, Action::JudgeLink, &case)?;
    let leaning = case.probability >= 0.5;
    let before = said(&tx, pair).await?;
    let settled = matches!(standing(leaning, &before), Standing::Settled(_));
    if settled || judged_by(&before, &permit.access().user.0) {
        return Ok(None);
    }
    say(&tx, permit, pair, Event::Judged(verdict), note).await?;
    let now = standing(leaning, &said(&tx, pair).await?);
    if let Standing::Settled(same) = now {
        decide(&tx, permit, &case.one.key(), &case.other.key(), same).await?;
    }
    tx.commit().await?;
    Ok(Some(now))
}

/// Opens a settled case again: verdicts are asked for anew. `false` when it was not settled.
/// Errors: permits for anything but judging the records of these people.
pub async fn reopen(store: &Store, permits: &[Permit], pair: &str, reason: &str) -> Result<bool, StoreError> {
    let tx = store.write().await?;
    let Some((case, _)) = case(&tx, pair).await? else { return Ok(false) };
    let permit = covers(permits, Action::JudgeLink, &case)?;
    if !undo(&tx, permit, pair, reason).await? {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// Takes a decision away and writes down why. `false` when there is none.
pub(crate) async fn undo(
    db: &impl ConnectionTrait,
    permit: &Permit,
    pair: &str,
    reason: &str,
) -> Result<bool, StoreError> {
    let taken = sql::execute(db, "DELETE FROM linkage_decision WHERE pair = $1", vec![pair.into()]).await?;
    if taken > 0 {
        say(db, permit, pair, Event::Reopened, reason).await?;
    }
    Ok(taken > 0)
}

/// Makes a decision hold until it is undone.
pub(crate) async fn decide(
    db: &impl ConnectionTrait,
    permit: &Permit,
    one: &SourcePerson,
    other: &SourcePerson,
    same: bool,
) -> Result<(), StoreError> {
    let values: Vec<Value> = vec![
        cases::pair(one, other).into(),
        one.0.as_str().into(),
        one.1.as_str().into(),
        other.0.as_str().into(),
        other.1.as_str().into(),
        same.into(),
        permit.access().at.trunc_subsecs(6).into(),
    ];
    let text = "INSERT INTO linkage_decision (pair, one_source, one_source_person, other_source, other_source_person, \
        same, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (pair) DO UPDATE SET same = excluded.same, \
        at = excluded.at";
    sql::execute(db, text, values).await.map(|_| ())
}

pub(crate) async fn say(
    db: &impl ConnectionTrait,
    permit: &Permit,
    pair: &str,
    event: Event,
    note: &str,
) -> Result<(), StoreError> {
    let access = permit.access();
    let values: Vec<Value> = vec![
        pair.into(),
        permit.audit_id().into(),
        event.name().into(),
        access.at.trunc_subsecs(6).into(),
        access.user.0.as_str().into(),
        access.display_name.as_str().into(),
        access.role.name().into(),
        note.into(),
    ];
    let text = "INSERT INTO linkage_verdict (pair, audit_id, said, at, user_id, user_name, role, note) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    sql::execute(db, text, values).await.map(|_| ())
}

async fn said(db: &impl ConnectionTrait, pair: &str) -> Result<Vec<Said>, StoreError> {
    let text =
        "SELECT said, at, user_id, user_name, note FROM linkage_verdict WHERE pair = $1 ORDER BY audit_id";
    let rows = sql::rows(db, text, vec![pair.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Said {
                event: Event::from_name(&row.try_get::<String>("", "said")?)?,
                at: row.try_get("", "at")?,
                user: row.try_get("", "user_id")?,
                user_name: row.try_get("", "user_name")?,
                note: row.try_get("", "note")?,
            })
        })
        .collect()
}

fn judged_by(said: &[Said], user: &str) -> bool {
    let last = said.iter().rev().take_while(|said| said.event != Event::Reopened);
    last.filter(|said| matches!(said.event, Event::Judged(_))).any(|said| said.user == user)
}

async fn case(
    db: &impl ConnectionTrait,
    pair: &str,
) -> Result<Option<(Case, Option<NaiveDate>)>, StoreError> {
    let text = format!("SELECT {CASE_COLUMNS} FROM linkage_case c WHERE c.pair = $1");
    match sql::one(db, &text, vec![pair.into()]).await? {
        Some(row) => Ok(Some((cases::read(&row)?, row.try_get("", "gone_on")?))),
        None => Ok(None),
    }
}

/// The last of the permits, when they are for this action and for both people of the case.
fn covers<'a>(permits: &'a [Permit], action: Action, case: &Case) -> Result<&'a Permit, StoreError> {
    let holds = |person: PersonId| {
        permits.iter().any(|permit| permit.action() == action && permit.person() == Some(person))
    };
    let last = permits.last().filter(|last| last.action() == action);
    last.filter(|_| holds(case.one.person) && holds(case.other.person)).ok_or(StoreError::WrongPermit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(leaning: bool, events: &[Event]) -> Standing {
        let said = |event: &Event| Said {
            event: *event,
            at: DateTime::UNIX_EPOCH,
            user: String::new(),
            user_name: String::new(),
            note: String::new(),
        };
        standing(leaning, &events.iter().map(said).collect::<Vec<_>>())
    }

    #[test]
    fn one_verdict_settles_only_what_the_machine_leans_to() {
        let [same, different, unsure] = Verdict::ALL.map(Event::Judged);
        assert_eq!(after(true, &[]), Standing::Open(0));
        assert_eq!(after(true, &[same]), Standing::Settled(true));
        assert_eq!(after(false, &[different]), Standing::Settled(false));
        assert_eq!(after(true, &[different]), Standing::Open(1));
        assert_eq!(after(true, &[unsure]), Standing::Open(1));
        assert_eq!(after(true, &[different, different]), Standing::Settled(false));
        assert_eq!(after(false, &[same, same]), Standing::Settled(true));
    }

    #[test]
    fn where_two_differ_a_third_decides() {
        let [same, different, unsure] = Verdict::ALL.map(Event::Judged);
        assert_eq!(after(true, &[different, same]), Standing::Open(2));
        assert_eq!(after(true, &[different, same, same]), Standing::Settled(true));
        assert_eq!(after(true, &[different, same, different]), Standing::Settled(false));
        assert_eq!(after(true, &[unsure, same]), Standing::Open(2));
        assert_eq!(after(true, &[unsure, unsure, same]), Standing::Open(3));
        assert_eq!(after(true, &[unsure, unsure, same, same]), Standing::Settled(true));
    }

    #[test]
    fn a_reopening_begins_anew_and_a_parting_settles() {
        let [same, different, _] = Verdict::ALL.map(Event::Judged);
        assert_eq!(after(true, &[same, Event::Reopened]), Standing::Open(0));
        assert_eq!(after(true, &[same, Event::Reopened, different]), Standing::Open(1));
        assert_eq!(after(true, &[same, Event::Parted]), Standing::Settled(false));
        assert_eq!(after(true, &[Event::Parted, Event::Reopened]), Standing::Open(0));
    }
}
