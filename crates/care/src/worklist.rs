//! Case-finding lists.

use policy::{Access, Action, Resource};
use store::worklists::{self, Filter, ListedPerson};
use store::{Page, Store};

use crate::CareError;

/// A page of a case-finding list, and which other lists there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worklist {
    /// People who pass the filter, heaviest first.
    pub people: Vec<ListedPerson>,
    /// How many pass it.
    pub total: u64,
    /// Every list that has anybody for this user, with how many.
    pub lists: Vec<(String, u64)>,
}

/// Shows a list. The user sees the people their role lets them: a GP their practice's, a coordinator their caseload's.
pub async fn list(
    store: &Store,
    access: &Access,
    filter: &Filter,
    page: Page,
) -> Result<Worklist, CareError> {
    let permit = store.request(access, Action::ListWorklist, Resource::Worklist).await?;
    let lists = worklists::counts(store, &permit).await?;
    let (total, people) = worklists::list(store, &permit, filter, page).await?;
    Ok(Worklist { people, total, lists })
}
