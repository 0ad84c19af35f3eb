//! Records opened in an emergency, to be looked into.

use policy::{Access, Action, Resource};
use store::broken_glass::{self, Broken};
use store::{Page, Store};

use crate::GovernanceError;

/// How many wait to be looked into, and a page of all, those that wait first.
pub async fn queue(
    store: &Store,
    access: &Access,
    page: Page,
) -> Result<(u64, Vec<Broken>), GovernanceError> {
    let permit = store.request(access, Action::SearchAudit, Resource::Audit).await?;
    Ok(broken_glass::queue(store, &permit, page).await?)
}

/// How many wait; nobody is shown.
pub async fn waiting(store: &Store, access: &Access) -> Result<u64, GovernanceError> {
    let permit = store.request(access, Action::SearchAudit, Resource::Audit).await?;
    Ok(broken_glass::waiting(store, &permit).await?)
}
