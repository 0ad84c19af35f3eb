//! Whom teams look after: the referral, its end, and the list of a team's members.

use chrono::NaiveDate;
use model::PersonId;
use policy::{Access, Action, Permit, Resource};
use sea_orm::{QueryResult, Value};

use crate::people::{self, PersonHit};
use crate::reach::{self, Columns};
use crate::sql::{self, Sql};
use crate::teams::ended;
use crate::{Page, RequestError, Store, StoreError, audit};

/// One person under the care of one of the user's teams, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderCare {
    /// Who.
    pub who: PersonHit,
    /// What the team is called.
    pub team: String,
    /// Since when.
    pub since: NaiveDate,
    /// To this day, unless it is ended before.
    pub until: NaiveDate,
    /// Why.
    pub reason: String,
    /// Who referred them.
    pub referred_by: String,
}

/// A team that looks after one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareOfTeam {
    /// The team's number.
    pub team: i64,
    /// What it is called.
    pub name: String,
    /// Since when.
    pub since: NaiveDate,
    /// To this day, unless it is ended before.
    pub until: NaiveDate,
    /// Why.
    pub reason: String,
    /// Who referred them.
    pub referred_by: String,
    /// ODS codes of the organisations whose staff are in the team today, in order.
    pub organisations: Vec<String>,
}

/// What came of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referred {
    /// The team looks after the person from today.
    Done,
    /// There is no such team.
    NoTeam,
    /// It looks after them already.
    Already,
}

/// Refers a person to a team from today to a day, for a reason, which the person reads in their history.
pub async fn refer(
    store: &Store,
    access: &Access,
    person: PersonId,
    team: i64,
    reason: &str,
    until: NaiveDate,
) -> Result<Referred, RequestError> {
    let (permit, tx) = change(store, access, person, &format!("referred to team {team}"), reason).await?;
    let known = sql::one(&tx, "SELECT 1 AS one FROM team WHERE id = $1", vec![team.into()]).await?;
    if known.is_none() {
        return Ok(Referred::NoTeam);
    }
    let today = access.at.date_naive();
    let text = "INSERT INTO team_person (referral, person_id, team, since, until, reason, referred_by, role, organisation) \
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE NOT EXISTS (SELECT 1 FROM team_person t \
        WHERE t.person_id = $2 AND t.team = $3 AND t.until >= $4)";
    let values: Vec<Value> = vec![
        permit.audit_id().into(),
        sql::stored(person).into(),
        team.into(),
        today.into(),
        until.into(),
        reason.into(),
        access.display_name.as_str().into(),
        access.role.name().into(),
        access.organisation.as_str().into(),
    ];
    if sql::execute(&tx, text, values).await? == 0 {
        return Ok(Referred::Already);
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(Referred::Done)
}

/// Ends a team's care of a person now, for a reason, which the person reads in their history. `false` when it does not look after them.
pub async fn end(
    store: &Store,
    access: &Access,
    person: PersonId,
    team: i64,
    reason: &str,
) -> Result<bool, RequestError> {
    let (_, tx) = change(store, access, person, &format!("ended the care of team {team}"), reason).await?;
    let today = access.at.date_naive();
    let text = "UPDATE team_person SET until = $4, ended_because = $5, ended_by = $6 \
        WHERE person_id = $1 AND team = $2 AND until >= $3";
    let values: Vec<Value> = vec![
        sql::stored(person).into(),
        team.into(),
        today.into(),
        ended(today).into(),
        reason.into(),
        access.display_name.as_str().into(),
    ];
    if sql::execute(&tx, text, values).await? == 0 {
        return Ok(false);
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(true)
}

async fn change(
    store: &Store,
    access: &Access,
    person: PersonId,
    subject: &str,
    reason: &str,
) -> Result<(Permit, sea_orm::DatabaseTransaction), RequestError> {
    let access = Access { reason: Some(reason.to_owned()), ..access.clone() };
    store.request_to_change(&access, Action::ReferToTeam, Resource::Person(person), subject).await
}

/// The teams that look after the permit's person today, by name, each with the organisations of those who are in it.
/// Errors: a permit for anything but the person's record, their timeline, their own record, or referring them.
pub async fn of_person(store: &Store, permit: &Permit) -> Result<Vec<CareOfTeam>, StoreError> {
    let records = [Action::OpenRecord, Action::OpenTimeline, Action::OpenOwnRecord, Action::ReferToTeam];
    let Some(person) = permit.person().filter(|_| records.contains(&permit.action())) else {
        return Err(StoreError::WrongPermit);
    };
    let today = permit.access().at.date_naive();
    let text = "SELECT t.team, n.name, t.since, t.until, t.reason, t.referred_by FROM team_person t \
        JOIN team n ON n.id = t.team WHERE t.person_id = $1 AND t.since <= $2 AND t.until >= $2 ORDER BY n.name, t.team";
    let rows = sql::rows(store.reader(), text, vec![sql::stored(person).into(), today.into()]).await?;
    let mut teams = Vec::new();
    for row in &rows {
        let team: i64 = row.try_get("", "team")?;
        teams.push(CareOfTeam {
            team,
            name: row.try_get("", "name")?,
            since: row.try_get("", "since")?,
            until: row.try_get("", "until")?,
            reason: row.try_get("", "reason")?,
            referred_by: row.try_get("", "referred_by")?,
            organisations: organisations(store, team, today).await?,
        });
    }
    Ok(teams)
}

async fn organisations(store: &Store, team: i64, today: NaiveDate) -> Result<Vec<String>, StoreError> {
    let text = "SELECT DISTINCT organisation FROM team_member WHERE team = $1 AND since <= $2 AND until >= $2 \
        ORDER BY organisation";
    let rows = sql::rows(store.reader(), text, vec![team.into(), today.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get("", "organisation")?)).collect()
}

fn from(query: &mut Sql, permit: &Permit) -> Result<(), StoreError> {
    if permit.action() != Action::ListTeam {
        return Err(StoreError::WrongPermit);
    }
    let (access, today) = (permit.access(), permit.access().at.date_naive());
    query.push(
        " FROM team_person t JOIN team n ON n.id = t.team JOIN publication u ON u.one = 1 \
         JOIN person p ON p.generation = u.generation AND p.person_id = t.person_id WHERE t.since <= ",
    );
    query.bind(today).push(" AND t.until >= ").bind(today);
    query.push(" AND t.team IN (SELECT m.team FROM team_member m WHERE m.user_id = ");
    query.bind(access.user.0.as_str()).push(" AND m.organisation = ").bind(access.organisation.as_str());
    query.push(" AND m.since <= ").bind(today).push(" AND m.until >= ").bind(today).push(")");
    let columns = Columns { person: "p.person_id", practice: "p.practice", death_date: "p.death_date" };
    reach::restrict(query, permit, &columns);
    Ok(())
}

/// How many people are under the care of the user's own teams.
/// Errors: a permit for anything but that list.
pub async fn size(store: &Store, permit: &Permit) -> Result<u64, StoreError> {
    let mut count = Sql::new("SELECT COUNT(DISTINCT t.person_id) AS n");
    from(&mut count, permit)?;
    let row = count.one(store.reader()).await?;
    Ok(row.map(|row| sql::count(&row, "n")).transpose()?.unwrap_or(0))
}

/// The people under the care of the user's own teams by name, and how many lines there are: a person whom two of the teams look after
/// has two. Who is given is written down first.
/// Errors: a permit for anything but that list.
pub async fn own(store: &Store, permit: &Permit, page: Page) -> Result<(u64, Vec<UnderCare>), StoreError> {
    let mut count = Sql::new("SELECT COUNT(*) AS n");
    from(&mut count, permit)?;
    let row = count.one(store.reader()).await?;
    let total = row.map(|row| sql::count(&row, "n")).transpose()?.unwrap_or(0);
    let mut query = Sql::new(
        "SELECT p.person_id, p.nhs_number, p.family_name, p.given_name, p.birth_date, p.death_date, p.sex, p.postcode, \
         p.practice, 1 = 0 AS on_caseload, n.name, t.since, t.until, t.reason, t.referred_by",
    );
    from(&mut query, permit)?;
    query.push(" ORDER BY p.family_key, p.given_key, p.person_id, t.referral").push(&page.sql());
    let rows = query.rows(store.reader()).await?;
    let shown: Vec<UnderCare> =
        rows.iter().map(|row| line(row, permit)).collect::<Result<_, StoreError>>()?;
    audit::shown(store, permit, shown.iter().map(|line| line.who.person)).await?;
    Ok((total, shown))
}

fn line(row: &QueryResult, permit: &Permit) -> Result<UnderCare, StoreError> {
    Ok(UnderCare {
        who: people::hit(row)?.leave_out(permit),
        team: row.try_get("", "name")?,
        since: row.try_get("", "since")?,
        until: row.try_get("", "until")?,
        reason: row.try_get("", "reason")?,
        referred_by: row.try_get("", "referred_by")?,
    })
}
