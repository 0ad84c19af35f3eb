//! Data-sharing agreements: written by the information-governance lead, signed one by one by each party's signatory.

use std::collections::BTreeSet;

use model::agreement::{Agreement, Change, Terms};
use policy::{Access, Action, Resource};
use store::agreements::{self, Version};
use store::sources::{self, Removed};
use store::{Page, Store};

use crate::GovernanceError;

/// Every agreement by reference; a signatory sees those of their organisation.
pub async fn all(store: &Store, access: &Access) -> Result<Vec<Agreement>, GovernanceError> {
    let permit = store.request(access, Action::ViewAgreements, Resource::Agreements).await?;
    Ok(agreements::all(store, &permit).await?)
}

/// One agreement and its versions, latest first; `None` when there is none of that reference for this user.
pub async fn one(
    store: &Store,
    access: &Access,
    id: &str,
) -> Result<Option<(Agreement, Vec<Version>)>, GovernanceError> {
    let permit = store.request(access, Action::ViewAgreements, Resource::Agreements).await?;
    Ok(agreements::one(store, &permit, id).await?)
}

/// What runs took out because no agreement covered it any more, latest first.
pub async fn removed(store: &Store, access: &Access, page: Page) -> Result<Vec<Removed>, GovernanceError> {
    let permit = store.request(access, Action::ViewAgreements, Resource::Agreements).await?;
    Ok(sources::removed(store, &permit, page).await?)
}

/// Asks whether this user may write agreements, before the form is shown.
pub async fn may_write(store: &Store, access: &Access) -> Result<(), GovernanceError> {
    store.request(access, Action::ManageAgreements, Resource::Agreements).await?;
    Ok(())
}

/// Writes a new agreement down.
pub async fn draft(store: &Store, access: &Access, terms: Terms) -> Result<Agreement, GovernanceError> {
    let permit = store.request(access, Action::ManageAgreements, Resource::Agreements).await?;
    Ok(agreements::draft(store, &permit, terms).await?)
}

/// Changes terms, suspends, resumes or ends; `None` when there is none of that reference.
pub async fn manage(
    store: &Store,
    access: &Access,
    id: &str,
    change: Change,
) -> Result<Option<Agreement>, GovernanceError> {
    let permit = store.request(access, Action::ManageAgreements, Resource::Agreements).await?;
    Ok(agreements::change(store, &permit, id, change).await?)
}

/// Signs for the user's own organisation.
pub async fn sign(store: &Store, access: &Access, id: &str) -> Result<Option<Agreement>, GovernanceError> {
    let permit = store.request(access, Action::SignAgreement, Resource::Agreements).await?;
    let change = Change::Signed { organisations: BTreeSet::from([access.organisation.clone()]) };
    Ok(agreements::change(store, &permit, id, change).await?)
}

/// Takes the signature of the user's own organisation back. From that moment its data are neither shown nor counted.
pub async fn withdraw(
    store: &Store,
    access: &Access,
    id: &str,
    reason: &str,
) -> Result<Option<Agreement>, GovernanceError> {
    let permit = store.request(access, Action::SignAgreement, Resource::Agreements).await?;
    let change = Change::Withdrawn { organisation: access.organisation.clone(), reason: reason.to_owned() };
    Ok(agreements::change(store, &permit, id, change).await?)
}
