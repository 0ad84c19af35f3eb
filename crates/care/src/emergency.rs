//! Opening, in an emergency, the record of somebody the user has no relationship with; and who is told of it.

use model::PersonId;
use policy::{Access, Action, Resource};
use store::broken_glass::{self, Asking, Broken, Whose};
use store::people::PersonHit;
use store::{Page, Store};

use crate::CareError;

/// Breaks the glass; gives whose record is open now.
pub async fn break_glass(
    store: &Store,
    access: &Access,
    whose: Whose,
    asking: Asking<'_>,
) -> Result<PersonId, CareError> {
    Ok(broken_glass::break_glass(store, access, whose, asking).await?)
}

/// What others opened in an emergency of the people whom the user looks after, latest first, and how many times.
pub async fn told(
    store: &Store,
    access: &Access,
    page: Page,
) -> Result<(u64, Vec<(PersonHit, Broken)>), CareError> {
    let permit = store.request(access, Action::ListBrokenGlass, Resource::Worklist).await?;
    Ok(broken_glass::told(store, &permit, page).await?)
}

/// How many times; nobody is shown.
pub async fn told_of(store: &Store, access: &Access) -> Result<u64, CareError> {
    let permit = store.request(access, Action::ListBrokenGlass, Resource::Worklist).await?;
    Ok(broken_glass::told_of(store, &permit).await?)
}
