//! Searching who looked at whom.

use policy::{Access, Action, Resource};
use store::audit::{self, Entry, Filter};
use store::{Page, Store, questions};

use crate::GovernanceError;

/// Searches the audit, latest first; gives how many rows pass the filter, the rows, and how many questions of people wait. The
/// search itself is audited.
pub async fn search(
    store: &Store,
    access: &Access,
    filter: &Filter,
    page: Page,
) -> Result<(u64, Vec<Entry>, u64), GovernanceError> {
    let permit = store.request(access, Action::SearchAudit, Resource::Audit).await?;
    let (total, entries) = audit::search(store, &permit, filter, page).await?;
    let waiting = questions::waiting(store, &permit).await?;
    Ok((total, entries, waiting))
}
