//! Searching who looked at whom.

use policy::{Access, Action, Resource};
use store::audit::{self, Entry, Filter};
use store::{Page, Store};

use crate::GovernanceError;

/// Searches the audit, latest first; gives how many rows pass the filter. The search itself is audited.
pub async fn search(
    store: &Store,
    access: &Access,
    filter: &Filter,
    page: Page,
) -> Result<(u64, Vec<Entry>), GovernanceError> {
    let permit = store.request(access, Action::SearchAudit, Resource::Audit).await?;
    Ok(audit::search(store, &permit, filter, page).await?)
}
