//! Teams and who is in them; nothing of whom they look after.

use chrono::NaiveDate;
use policy::{Access, Action, Resource, UserId};
use store::Store;
use store::teams::{self, Added, Member, Team, TeamKind};

use crate::GovernanceError;

/// Every team, by name.
pub async fn all(store: &Store, access: &Access) -> Result<Vec<Team>, GovernanceError> {
    let permit = store.request(access, Action::ViewTeams, Resource::Teams).await?;
    Ok(teams::all(store, &permit).await?)
}

/// A team and all who were ever in it; `None` when there is none of that number.
pub async fn one(
    store: &Store,
    access: &Access,
    team: i64,
) -> Result<Option<(Team, Vec<Member>)>, GovernanceError> {
    let permit = store.request_about(access, Action::ViewTeams, Resource::Teams, &team.to_string()).await?;
    Ok(teams::one(store, &permit, team).await?)
}

/// Makes a team; gives its number.
pub async fn make(
    store: &Store,
    access: &Access,
    name: &str,
    kind: TeamKind,
    organisation: &str,
) -> Result<i64, GovernanceError> {
    Ok(teams::make(store, access, name, kind, organisation).await?)
}

/// Puts a user in a team between two days.
pub async fn add_member(
    store: &Store,
    access: &Access,
    team: i64,
    user: &UserId,
    days: (NaiveDate, NaiveDate),
) -> Result<Added, GovernanceError> {
    Ok(teams::add_member(store, access, team, user, days).await?)
}

/// From now on a user is not in a team. `false` when they are not in it.
pub async fn end_member(
    store: &Store,
    access: &Access,
    team: i64,
    user: &UserId,
) -> Result<bool, GovernanceError> {
    Ok(teams::end_member(store, access, team, user).await?)
}
