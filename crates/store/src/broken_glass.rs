//! Records opened in an emergency by somebody with no relationship to the person: the asking, who is told, and what became of it.
//!
//! A glass stays broken for [`GLASS_HOURS`], or until the session in which it was broken ends. Rows are only ever added; what
//! was found out about one is an outcome of its audit row.

use chrono::{DateTime, Duration, NaiveDate, SubsecRound, Utc};
use model::{NhsNumber, PersonId};
use policy::{Access, Action, GLASS_HOURS, Glass, GlassReason, Permit, Resource};
use sea_orm::{QueryResult, Value};

use crate::outcomes::{self, Outcome};
use crate::people::{self, PersonHit};
use crate::reach::{self, Columns};
use crate::sql::{self, Sql};
use crate::{Page, RequestError, Store, StoreError, audit, facts};

/// Whose record.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// Somebody who is known by number, such as from a refusal.
    Person(PersonId),
    /// Somebody by what they, or those with them, say.
    Typed {
        /// NHS number.
        nhs_number: NhsNumber,
        /// Date of birth, so that a slip of a digit opens nobody else's record.
        birth_date: NaiveDate,
    },
}

/// What is said for it.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// Why.
    pub reason: GlassReason,
    /// In the user's own words.
    pub words: &'a str,
    /// When the session ends at the latest.
    pub session_ends: DateTime<Utc>,
}

/// One broken glass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its audit row.
    pub row: i64,
    /// Whose record.
    pub person: PersonId,
    /// Sign-in name of who broke it.
    pub user: String,
    /// Their name.
    pub user_name: String,
    /// Their role, by name.
    pub role: String,
    /// ODS code of their organisation.
    pub organisation: String,
    /// Why.
    pub reason: GlassReason,
    /// In their own words.
    pub words: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Until when at the latest.
    pub ends_at: DateTime<Utc>,
    /// What was found out about it, the latest; `None`: it waits.
    pub outcome: Option<Outcome>,
}

/// Breaks the glass in the session of this access: the row stands together with its audit row. Gives whose record is open now.
/// Errors: a refusal, in the same words for somebody who is not there as for somebody whom no source may tell of.
pub async fn break_glass(
    store: &Store,
    access: &Access,
    whose: Whose,
    asking: Asking<'_>,
) -> Result<PersonId, RequestError> {
    let Asking { reason, words, session_ends } = asking;
    let access = &Access { reason: Some(format!("{}: {words}", reason.label())), ..access.clone() };
    let found = match whose {
        Whose::Person(person) => Some(person),
        Whose::Typed { nhs_number, birth_date } => by_number(store, nhs_number, birth_date).await?,
    };
    // Nobody of that number: asked of people at large, which is refused and written down.
    let resource = found.map_or(Resource::People, Resource::Person);
    let mut facts = facts::load(store, access, resource).await?;
    facts.break_glass = Some(Glass { reason, hours: 0 });
    let decision = policy::decide(store.rules(), access, Action::BreakGlass, resource, &facts);
    let (permit, tx) = store.change_with(access, decision, "").await?;
    let Some(person) = permit.person() else { return Err(StoreError::WrongPermit.into()) };
    let at = access.at.trunc_subsecs(6);
    let ends = session_ends.min(at + Duration::hours(GLASS_HOURS.into())).trunc_subsecs(6);
    let text = "INSERT INTO broken_glass (audit_id, person_id, user_id, user_name, role, organisation, reason, words, \
        broken_at, ends_at, session) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values: Vec<Value> = vec![
        permit.audit_id().into(),
        sql::stored(person).into(),
        access.user.0.as_str().into(),
        access.display_name.as_str().into(),
        access.role.name().into(),
        access.organisation.as_str().into(),
        reason.name().into(),
        words.into(),
        at.into(),
        ends.into(),
        access.session.as_str().into(),
    ];
    sql::execute(&tx, text, values).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(person)
}

async fn by_number(
    store: &Store,
    number: NhsNumber,
    birth_date: NaiveDate,
) -> Result<Option<PersonId>, StoreError> {
    let text = "SELECT p.person_id FROM publication u JOIN person p ON p.generation = u.generation \
        WHERE u.one = 1 AND p.nhs_number = $1 AND p.birth_date = $2";
    let values = vec![people::number_stored(number).into(), birth_date.into()];
    let row = sql::one(store.reader(), text, values).await?;
    row.map(|row| sql::person(&row, "person_id")).transpose()
}

/// The glass that this user has broken to this person's record in this session, if it is still broken: the session goes on, its time
/// has not passed.
pub(crate) async fn going_on(
    store: &Store,
    access: &Access,
    person: PersonId,
) -> Result<Option<Glass>, StoreError> {
    let text = "SELECT g.reason, g.broken_at FROM broken_glass g JOIN session s ON s.token_hash = g.session \
        AND s.user_id = g.user_id WHERE g.person_id = $1 AND g.user_id = $2 AND g.organisation = $3 \
        AND g.ends_at > $4 AND g.session = $5 ORDER BY g.audit_id DESC LIMIT 1";
    let values = vec![
        sql::stored(person).into(),
        access.user.0.as_str().into(),
        access.organisation.as_str().into(),
        access.at.into(),
        access.session.as_str().into(),
    ];
    let Some(row) = sql::one(store.reader(), text, values).await? else { return Ok(None) };
    let broken_at: DateTime<Utc> = row.try_get("", "broken_at")?;
    let hours = (access.at - broken_at).num_hours();
    Ok(Some(Glass { reason: reason(&row)?, hours: u8::try_from(hours).unwrap_or(u8::MAX) }))
}

const WAITS: &str = "NOT EXISTS (SELECT 1 FROM access_outcome o WHERE o.about_id = g.audit_id)";

/// How many glasses wait for the governance lead.
/// Errors: a permit for anything but searching the audit.
pub async fn waiting(store: &Store, permit: &Permit) -> Result<u64, StoreError> {
    if permit.action() != Action::SearchAudit {
        return Err(StoreError::WrongPermit);
    }
    let text = format!("SELECT COUNT(*) AS n FROM broken_glass g WHERE {WAITS}");
    let waiting = sql::one(store.reader(), &text, vec![]).await?;
    Ok(waiting.map(|row| sql::count(&row, "n")).transpose()?.unwrap_or(0))
}

/// How many glasses wait for the governance lead, and a page of all: those that wait first, then the latest. Whose they are is
/// written down first.
/// Errors: a permit for anything but searching the audit.
pub async fn queue(store: &Store, permit: &Permit, page: Page) -> Result<(u64, Vec<Broken>), StoreError> {
    let waiting = waiting(store, permit).await?;
    let mut query = Sql::new(SELECT);
    query.push(" FROM broken_glass g ORDER BY CASE WHEN ").push(WAITS).push(" THEN 0 ELSE 1 END, ");
    query.push("g.audit_id DESC").push(&page.sql());
    let rows = query.rows(store.reader()).await?;
    let broken = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    audit::shown(store, permit, broken.iter().map(|glass| glass.person)).await?;
    Ok((waiting, with_outcomes(store, broken).await?))
}

/// Days for which those who care for a person are told of a glass that somebody else broke.
pub const TOLD_DAYS: i64 = 28;

/// What others broke to people within the permit's reach in the last [`TOLD_DAYS`].
fn from_others(query: &mut Sql, permit: &Permit) -> Result<(), StoreError> {
    if permit.action() != Action::ListBrokenGlass {
        return Err(StoreError::WrongPermit);
    }
    query.push(
        " FROM broken_glass g JOIN publication u ON u.one = 1 \
         JOIN person p ON p.generation = u.generation AND p.person_id = g.person_id WHERE g.user_id <> ",
    );
    query.bind(permit.access().user.0.as_str());
    query.push(" AND g.broken_at > ").bind(permit.access().at - Duration::days(TOLD_DAYS));
    let columns = Columns { person: "p.person_id", practice: "p.practice", death_date: "p.death_date" };
    reach::restrict(query, permit, &columns);
    Ok(())
}

/// How many glasses others broke to the records of people within the permit's reach in the last [`TOLD_DAYS`].
/// Errors: a permit for anything but that.
pub async fn told_of(store: &Store, permit: &Permit) -> Result<u64, StoreError> {
    let mut count = Sql::new("SELECT COUNT(*) AS n");
    from_others(&mut count, permit)?;
    let total = count.one(store.reader()).await?;
    Ok(total.map(|row| sql::count(&row, "n")).transpose()?.unwrap_or(0))
}

/// The same glasses, latest first, and how many they are. Whose they are is written down first.
/// Errors: a permit for anything but that.
pub async fn told(
    store: &Store,
    permit: &Permit,
    page: Page,
) -> Result<(u64, Vec<(PersonHit, Broken)>), StoreError> {
    let total = told_of(store, permit).await?;
    let mut query = Sql::new(SELECT);
    query
        .push(", p.nhs_number, p.family_name, p.given_name, p.birth_date, p.death_date, p.sex, p.postcode, ");
    query.push("p.practice, 1 = 0 AS on_caseload");
    from_others(&mut query, permit)?;
    query.push(" ORDER BY g.audit_id DESC").push(&page.sql());
    let rows = query.rows(store.reader()).await?;
    let who: Vec<PersonHit> =
        rows.iter().map(|row| Ok(people::hit(row)?.leave_out(permit))).collect::<Result<_, StoreError>>()?;
    let broken = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    audit::shown(store, permit, broken.iter().map(|glass| glass.person)).await?;
    let broken = with_outcomes(store, broken).await?;
    Ok((total, who.into_iter().zip(broken).collect()))
}

async fn with_outcomes(store: &Store, mut broken: Vec<Broken>) -> Result<Vec<Broken>, StoreError> {
    let rows: Vec<i64> = broken.iter().map(|glass| glass.row).collect();
    let known = outcomes::latest(store, &rows).await?;
    for glass in &mut broken {
        glass.outcome = known.get(&glass.row).cloned();
    }
    Ok(broken)
}

const SELECT: &str = "SELECT g.audit_id, g.person_id, g.user_id, g.user_name, g.role, g.organisation, g.reason, g.words, \
    g.broken_at, g.ends_at";

fn read(row: &QueryResult) -> Result<Broken, StoreError> {
    Ok(Broken {
        row: row.try_get("", "audit_id")?,
        person: sql::person(row, "person_id")?,
        user: row.try_get("", "user_id")?,
        user_name: row.try_get("", "user_name")?,
        role: row.try_get("", "role")?,
        organisation: row.try_get("", "organisation")?,
        reason: reason(row)?,
        words: row.try_get("", "words")?,
        at: row.try_get("", "broken_at")?,
        ends_at: row.try_get("", "ends_at")?,
        outcome: None,
    })
}

fn reason(row: &QueryResult) -> Result<GlassReason, StoreError> {
    let name: String = row.try_get("", "reason")?;
    GlassReason::from_name(&name).ok_or(StoreError::Unreadable("reason of a broken glass"))
}
