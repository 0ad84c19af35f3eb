//! The person's own choices about who uses their record.

use model::Objection;
use policy::{Access, Action};
use store::Store;
use store::objections::{self, Recorded};

use crate::CareError;
use crate::own_record::own;

/// What the person has asked for, and what was recorded for them.
pub async fn own_choices(store: &Store, access: &Access) -> Result<Vec<Recorded>, CareError> {
    let permit = store.request(access, Action::ViewOwnChoices, own(access)?).await?;
    Ok(objections::of_person(store, &permit).await?)
}

/// Asks for something, or takes it back. `false` when it stood that way already.
pub async fn choose(
    store: &Store,
    access: &Access,
    objection: &Objection,
    asked: bool,
) -> Result<bool, CareError> {
    let permit = store.request(access, Action::ChooseSharing, own(access)?).await?;
    Ok(objections::set(store, &permit, objection, asked).await?)
}
