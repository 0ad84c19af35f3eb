//! The user's own caseload.

use policy::{Access, Action, Resource};
use store::caseloads::{self, OnCaseload};
use store::{Page, Store};

use crate::CareError;

/// How many people are on the user's own caseload.
pub async fn size(store: &Store, access: &Access) -> Result<u64, CareError> {
    let permit = store.request(access, Action::ListCaseload, Resource::Worklist).await?;
    Ok(caseloads::size(store, &permit).await?)
}

/// The user's own caseload by name, and how many people are on it.
pub async fn own(store: &Store, access: &Access, page: Page) -> Result<(u64, Vec<OnCaseload>), CareError> {
    let permit = store.request(access, Action::ListCaseload, Resource::Worklist).await?;
    Ok(caseloads::own(store, &permit, page).await?)
}
