//! The published record: one packed row a person, opened in one read.

use model::PersonId;
use policy::{Action, Permit};
use sea_orm::Value;
use sha2::{Digest, Sha256};

use crate::bulk::Bulk;
use crate::{Store, StoreError, sql};

/// The packed record of the permit's person in the current generation; `None` when nothing is published about them.
/// Unpack it with [`crate::decode_record`].
/// Errors: a permit for anything but opening that person's record or timeline.
pub async fn open(store: &Store, permit: &Permit) -> Result<Option<Vec<u8>>, StoreError> {
    let opens = matches!(permit.action(), Action::OpenRecord | Action::OpenTimeline | Action::OpenOwnRecord);
    let (true, Some(person)) = (opens, permit.person()) else { return Err(StoreError::WrongPermit) };
    match sql::one(store.reader(), OPEN, vec![sql::stored(person).into()]).await? {
        Some(row) => Ok(Some(row.try_get("", "body")?)),
        None => Ok(None),
    }
}

const OPEN: &str = "SELECT r.body FROM publication u JOIN published_record r \
    ON r.generation = u.generation AND r.person_id = $1 WHERE u.one = 1";

pub(crate) const TABLE: Bulk =
    Bulk { table: "published_record", columns: &["generation", "person_id", "body"], conflict: "" };

pub(crate) fn values(generation: i64, person: PersonId, body: Vec<u8>) -> [Value; 3] {
    [generation.into(), sql::stored(person).into(), body.into()]
}

pub(crate) const IN_ORDER: &str = "SELECT person_id, body FROM published_record \
    WHERE generation = $1 AND person_id > $2 ORDER BY person_id LIMIT 1000";

pub(crate) fn digest(person: PersonId, body: &[u8], hash: &mut Sha256) {
    hash.update(person.0.to_le_bytes());
    hash.update((body.len() as u64).to_le_bytes());
    hash.update(body);
}
