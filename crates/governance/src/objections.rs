//! What people have asked for, recorded for them by NHS number, and how many have asked for what.

use chrono::NaiveDate;
use model::{NhsNumber, Objection};
use policy::{Access, Action, Resource, UserId};
use store::Store;
use store::{objections, proxies};

use crate::GovernanceError;

/// How many people have asked for each thing, by name of the objection.
pub async fn counts(store: &Store, access: &Access) -> Result<Vec<(String, u64)>, GovernanceError> {
    let permit = store.request(access, Action::ViewObjections, Resource::Agreements).await?;
    Ok(objections::counts(store, &permit).await?)
}

/// What became of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was written down.
    Recorded,
    /// It stood that way already.
    StoodSo,
    /// Nobody of that number is known here.
    Nobody,
    /// There is no such user.
    NoUser,
}

/// Records what a person has asked for, or that they took it back.
pub async fn record(
    store: &Store,
    access: &Access,
    number: NhsNumber,
    objection: &Objection,
    asked: bool,
) -> Result<Outcome, GovernanceError> {
    let Some(permit) = leave(store, access, number).await? else { return Ok(Outcome::Nobody) };
    let changed = objections::set(store, &permit, objection, asked).await?;
    Ok(if changed { Outcome::Recorded } else { Outcome::StoodSo })
}

/// Records that a user acts for a person between two days.
pub async fn record_proxy(
    store: &Store,
    access: &Access,
    number: NhsNumber,
    user: &UserId,
    (since, until): (NaiveDate, NaiveDate),
) -> Result<Outcome, GovernanceError> {
    let Some(permit) = leave(store, access, number).await? else { return Ok(Outcome::Nobody) };
    let known = proxies::set(store, &permit, user, since, until).await?;
    Ok(if known { Outcome::Recorded } else { Outcome::NoUser })
}

async fn leave(
    store: &Store,
    access: &Access,
    number: NhsNumber,
) -> Result<Option<policy::Permit>, GovernanceError> {
    let look = store.request(access, Action::ViewObjections, Resource::Agreements).await?;
    match objections::person_of(store, &look, number).await? {
        Some(person) => {
            Ok(Some(store.request(access, Action::RecordObjection, Resource::Person(person)).await?))
        }
        None => Ok(None),
    }
}
