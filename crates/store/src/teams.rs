//! Teams and who is in them, from when to when. Whom they look after is [`crate::team_care`].

use chrono::NaiveDate;
use model::Role;
use policy::{Access, Action, Permit, Resource, UserId};
use sea_orm::QueryResult;

use crate::{RequestError, Store, StoreError, sql, users};

/// What kind of team it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamKind {
    /// Professionals of several organisations for one neighbourhood.
    Neighbourhood,
    /// Professionals of several kinds who meet about the people they look after.
    Multidisciplinary,
}

impl TeamKind {
    /// Each.
    pub const ALL: [Self; 2] = [Self::Neighbourhood, Self::Multidisciplinary];

    /// Lower-case name, as in forms and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neighbourhood => "neighbourhood",
            Self::Multidisciplinary => "multidisciplinary",
        }
    }

    /// As a screen says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Neighbourhood => "Integrated neighbourhood team",
            Self::Multidisciplinary => "Multidisciplinary team",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// Of what kind it is.
    pub kind: TeamKind,
    /// ODS code of its home organisation.
    pub organisation: String,
    /// How many are in it today.
    pub members: u64,
}

/// Somebody who is, was or will be in a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Sign-in name.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their role, by name.
    pub role: String,
    /// ODS code of the organisation they act for in the team.
    pub organisation: String,
    /// From this day.
    pub since: NaiveDate,
    /// To this day, both in it.
    pub until: NaiveDate,
}

/// What came of adding somebody to a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// They are in it.
    Done,
    /// There is no such team.
    NoTeam,
    /// There is no such user, or not one whose role works in teams.
    NoUser,
    /// They are in it during these days already.
    Already,
}

/// Roles whose users work in teams. A GP sees the people of their own practice, in a team or not.
pub const IN_TEAMS: [Role; 2] = [Role::CareCoordinator, Role::TeamMember];

/// Makes a team; gives its number.
pub async fn make(
    store: &Store,
    access: &Access,
    name: &str,
    kind: TeamKind,
    organisation: &str,
) -> Result<i64, RequestError> {
    let subject = format!("made {name}");
    let (permit, tx) =
        store.request_to_change(access, Action::ManageTeams, Resource::Teams, &subject).await?;
    let text = "INSERT INTO team (id, name, kind, organisation) VALUES ($1, $2, $3, $4)";
    let values = vec![permit.audit_id().into(), name.into(), kind.name().into(), organisation.into()];
    sql::execute(&tx, text, values).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(permit.audit_id())
}

/// Puts a user in a team between two days, for the organisation that they act for today.
pub async fn add_member(
    store: &Store,
    access: &Access,
    team: i64,
    user: &UserId,
    (since, until): (NaiveDate, NaiveDate),
) -> Result<Added, RequestError> {
    let subject = format!("team {team}: {user} from {since} to {until}");
    let (_, tx) = store.request_to_change(access, Action::ManageTeams, Resource::Teams, &subject).await?;
    let known = sql::one(&tx, "SELECT 1 AS one FROM team WHERE id = $1", vec![team.into()]).await?;
    if known.is_none() {
        return Ok(Added::NoTeam);
    }
    let Some(who) = users::get(store, user).await?.filter(|who| IN_TEAMS.contains(&who.role)) else {
        return Ok(Added::NoUser);
    };
    let text = "INSERT INTO team_member (team, user_id, organisation, since, until) SELECT $1, $2, $3, $4, $5 \
        WHERE NOT EXISTS (SELECT 1 FROM team_member m WHERE m.team = $1 AND m.user_id = $2 AND m.organisation = $3 \
        AND m.since <= $5 AND m.until >= $4) ON CONFLICT (team, user_id, since) DO UPDATE SET until = excluded.until, \
        organisation = excluded.organisation";
    let values = vec![
        team.into(),
        user.0.as_str().into(),
        who.organisation.as_str().into(),
        since.into(),
        until.into(),
    ];
    if sql::execute(&tx, text, values).await? == 0 {
        return Ok(Added::Already);
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(Added::Done)
}

/// Ends what a user is or will be in a team: from now on they are not in it. `false` when they are not.
pub async fn end_member(
    store: &Store,
    access: &Access,
    team: i64,
    user: &UserId,
) -> Result<bool, RequestError> {
    let subject = format!("team {team}: {user} has left");
    let (_, tx) = store.request_to_change(access, Action::ManageTeams, Resource::Teams, &subject).await?;
    let today = access.at.date_naive();
    let text = "UPDATE team_member SET until = $4 WHERE team = $1 AND user_id = $2 AND until >= $3";
    let values = vec![team.into(), user.0.as_str().into(), today.into(), ended(today).into()];
    if sql::execute(&tx, text, values).await? == 0 {
        return Ok(false);
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(true)
}

/// What ends now had its last day yesterday.
pub(crate) fn ended(today: NaiveDate) -> NaiveDate {
    today.pred_opt().unwrap_or(today)
}

const TEAMS: &str = "SELECT t.id, t.name, t.kind, t.organisation, (SELECT COUNT(*) FROM team_member m \
    WHERE m.team = t.id AND m.since <= $1 AND m.until >= $1) AS members FROM team t";

/// Every team, by name. Errors: a permit for anything but seeing teams, or what needs their names: referring somebody.
pub async fn all(store: &Store, permit: &Permit) -> Result<Vec<Team>, StoreError> {
    if !matches!(permit.action(), Action::ViewTeams | Action::ReferToTeam) {
        return Err(StoreError::WrongPermit);
    }
    let text = format!("{TEAMS} ORDER BY t.name, t.id");
    let rows = sql::rows(store.reader(), &text, vec![permit.access().at.date_naive().into()]).await?;
    rows.iter().map(read).collect()
}

/// A team and all who were ever in it, those whose last day is latest first; `None` when there is none of that number.
/// Errors: a permit for anything but seeing teams.
pub async fn one(
    store: &Store,
    permit: &Permit,
    team: i64,
) -> Result<Option<(Team, Vec<Member>)>, StoreError> {
    if permit.action() != Action::ViewTeams {
        return Err(StoreError::WrongPermit);
    }
    let values = vec![permit.access().at.date_naive().into(), team.into()];
    let Some(row) = sql::one(store.reader(), &format!("{TEAMS} WHERE t.id = $2"), values).await? else {
        return Ok(None);
    };
    let text = "SELECT m.user_id, u.name, u.role, m.organisation, m.since, m.until FROM team_member m \
        JOIN app_user u ON u.id = m.user_id WHERE m.team = $1 ORDER BY m.until DESC, u.name, m.user_id";
    let rows = sql::rows(store.reader(), text, vec![team.into()]).await?;
    let member = |row: &QueryResult| {
        Ok(Member {
            user: UserId(row.try_get("", "user_id")?),
            name: row.try_get("", "name")?,
            role: row.try_get("", "role")?,
            organisation: row.try_get("", "organisation")?,
            since: row.try_get("", "since")?,
            until: row.try_get("", "until")?,
        })
    };
    let members = rows.iter().map(member).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Some((read(&row)?, members)))
}

fn read(row: &QueryResult) -> Result<Team, StoreError> {
    let kind: String = row.try_get("", "kind")?;
    Ok(Team {
        id: row.try_get("", "id")?,
        name: row.try_get("", "name")?,
        kind: TeamKind::from_name(&kind).ok_or(StoreError::Unreadable("kind of a team"))?,
        organisation: row.try_get("", "organisation")?,
        members: sql::count(row, "members")?,
    })
}
