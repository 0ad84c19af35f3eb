//! The people under the care of the user's teams, and referring somebody to a team.

use chrono::NaiveDate;
use model::PersonId;
use policy::{Access, Action, Resource};
use store::team_care::{self, CareOfTeam, Referred, UnderCare};
use store::teams::{self, Team};
use store::{Page, Store};

use crate::CareError;
use crate::record::{self, SharedRecord};

/// How many people are under the care of the user's own teams.
pub async fn size(store: &Store, access: &Access) -> Result<u64, CareError> {
    let permit = store.request(access, Action::ListTeam, Resource::Worklist).await?;
    Ok(team_care::size(store, &permit).await?)
}

/// The people under the care of the user's own teams by name, and how many lines there are.
pub async fn own(store: &Store, access: &Access, page: Page) -> Result<(u64, Vec<UnderCare>), CareError> {
    let permit = store.request(access, Action::ListTeam, Resource::Worklist).await?;
    Ok(team_care::own(store, &permit, page).await?)
}

/// What one needs to refer a person to a team, or to end a team's care of them.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamsOf {
    /// Who it is.
    pub shared: SharedRecord,
    /// The teams that look after them today.
    pub care: Vec<CareOfTeam>,
    /// Every team.
    pub all: Vec<Team>,
}

/// The teams that look after a person, and those that there are.
pub async fn of_person(store: &Store, access: &Access, person: PersonId) -> Result<TeamsOf, CareError> {
    let permit = store.request(access, Action::ReferToTeam, Resource::Person(person)).await?;
    let (care, all) = (team_care::of_person(store, &permit).await?, teams::all(store, &permit).await?);
    Ok(TeamsOf { shared: record::open(store, access, person).await?, care, all })
}

/// Refers a person to a team from today to a day.
pub async fn refer(
    store: &Store,
    access: &Access,
    person: PersonId,
    team: i64,
    reason: &str,
    until: NaiveDate,
) -> Result<Referred, CareError> {
    Ok(team_care::refer(store, access, person, team, reason, until).await?)
}

/// Ends a team's care of a person now. `false` when it does not look after them.
pub async fn end(
    store: &Store,
    access: &Access,
    person: PersonId,
    team: i64,
    reason: &str,
) -> Result<bool, CareError> {
    Ok(team_care::end(store, access, person, team, reason).await?)
}
