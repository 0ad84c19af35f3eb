//! The demonstration's teams: synthetic, as everybody in them is.

use chrono::{DateTime, Days, Utc};
use model::{PersonId, Purpose, Role};
use policy::{Access, Action, Resource, UserId};
use store::teams::{self, TeamKind};
use store::{RequestError, Store, StoreError, team_care};

use crate::{Deployment, PipelineError};

/// Of the people of the practice's worklists, those whom the first team looks after: some are on the caseload and some are not.
const LOOKED_AFTER: usize = 30;

/// Two teams with members of three organisations, and people whom the practice's GP has referred to the first. What is there stays.
pub(crate) async fn seed(
    deployment: &Deployment,
    place: &str,
    (practice, network): (&str, &str),
    people: &[PersonId],
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let store = &deployment.store;
    let lead = somebody("governance", "Demo Governance Lead", Role::GovernanceLead, network, now);
    let permit = allowed(store.request(&lead, Action::ViewTeams, Resource::Teams).await)?;
    let (Some(permit), today) = (permit, now.date_naive()) else { return Ok(()) };
    if !teams::all(store, &permit).await?.is_empty() {
        return Ok(());
    }
    let neighbourhood = format!("{place} neighbourhood team (synthetic)");
    let meeting = format!("{place} frailty meeting (synthetic)");
    let year = (today, today + Days::new(365));
    let mut first = None;
    for (name, kind, members) in [
        (neighbourhood, TeamKind::Neighbourhood, &["social-worker", "nurse", "coordinator"][..]),
        (meeting, TeamKind::Multidisciplinary, &["coordinator", "nurse"][..]),
    ] {
        let Some(team) = allowed(teams::make(store, &lead, &name, kind, network).await)? else { continue };
        for member in members {
            allowed(teams::add_member(store, &lead, team, &UserId((*member).to_owned()), year).await)?;
        }
        first = first.or(Some(team));
    }
    if let Some(team) = first {
        let gp = somebody("gp", "Dr Demo", Role::Gp, practice, now);
        refer(store, &gp, team, people, today + Days::new(182)).await?;
    }
    Ok(())
}

/// Every second one of the first people, so that the team's list is not the caseload.
async fn refer(
    store: &Store,
    gp: &Access,
    team: i64,
    people: &[PersonId],
    until: chrono::NaiveDate,
) -> Result<(), PipelineError> {
    let reason = "Synthetic referral: on a worklist, and several services are involved";
    for person in people.iter().take(LOOKED_AFTER).step_by(2) {
        allowed(team_care::refer(store, gp, *person, team, reason, until).await)?;
    }
    Ok(())
}

fn somebody(id: &str, name: &str, role: Role, organisation: &str, at: DateTime<Utc>) -> Access {
    let purpose = if role == Role::Gp { Purpose::DirectCare } else { Purpose::Governance };
    Access {
        user: UserId(id.to_owned()),
        display_name: name.to_owned(),
        role,
        organisation: organisation.to_owned(),
        purpose,
        reason: None,
        correlation: "demonstration".to_owned(),
        session: String::new(),
        at,
        person: None,
    }
}

/// What the rules refuse, for somebody who objects or because nothing is signed, the demonstration does without.
fn allowed<T>(asked: Result<T, RequestError>) -> Result<Option<T>, StoreError> {
    match asked {
        Ok(done) => Ok(Some(done)),
        Err(RequestError::Refused { .. }) => Ok(None),
        Err(RequestError::Audit(error) | RequestError::Store(error)) => Err(error),
    }
}
