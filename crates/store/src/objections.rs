//! Who has asked that their record is not shared beyond their practice. It holds from the moment it is written.

use chrono::{DateTime, Utc};
use model::PersonId;
use policy::UserId;

use crate::{Store, StoreError, sql};

/// Writes an objection down; a second one changes nothing.
pub async fn record(
    store: &Store,
    person: PersonId,
    by: &UserId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let values = vec![sql::stored(person).into(), at.into(), by.0.as_str().into()];
    let text = "INSERT INTO objection (person_id, recorded_at, recorded_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    sql::execute(store.writer(), text, values).await.map(|_| ())
}

/// Takes an objection back.
pub async fn withdraw(store: &Store, person: PersonId) -> Result<(), StoreError> {
    let values = vec![sql::stored(person).into()];
    sql::execute(store.writer(), "DELETE FROM objection WHERE person_id = $1", values).await.map(|_| ())
}
