//! Whom a list, a search or a table named. The row of a request says for whom its user asked; of a list, only the answer tells.

use std::collections::{BTreeMap, BTreeSet};

use model::PersonId;
use policy::Permit;
use sea_orm::{ConnectionTrait, Value};

use super::append;
use super::entry::Entry;
use crate::bulk::Bulk;
use crate::{Store, StoreError, sql};

/// Writes down whom the holder of a permit is about to be given: one row for all of them, none when there is nobody. The
/// permit's own person is named by the permit's row.
pub async fn shown(
    store: &Store,
    permit: &Permit,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<(), StoreError> {
    let own = permit.person();
    let people: BTreeSet<PersonId> = people.into_iter().filter(|person| Some(*person) != own).collect();
    if people.is_empty() {
        return Ok(());
    }
    append::append(store, Entry::of_shown(permit, &people)).await.map(|_| ())
}

const TABLE: Bulk = Bulk { table: "audit_shown", columns: &["person_id", "row_id"], conflict: "" };

/// Puts the people that rows name where each finds them, in the transaction of the rows.
pub(super) async fn index(db: &impl ConnectionTrait, entries: &[Entry]) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::new();
    for entry in entries {
        values.extend(
            entry.shown().into_iter().flat_map(|person| [sql::stored(person).into(), entry.id.into()]),
        );
    }
    TABLE.insert(db, values).await.map(|_| ())
}

/// The rows among these whose people would not all find them. The rows are in order.
pub(super) async fn unlisted(store: &Store, rows: &[Entry]) -> Result<Vec<i64>, StoreError> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let text = "SELECT row_id, person_id FROM audit_shown WHERE row_id >= $1 AND row_id <= $2";
    let mut listed: BTreeMap<i64, BTreeSet<PersonId>> = BTreeMap::new();
    for row in sql::rows(store.reader(), text, vec![first.id.into(), last.id.into()]).await? {
        listed.entry(row.try_get("", "row_id")?).or_default().insert(sql::person(&row, "person_id")?);
    }
    let differs = |row: &&Entry| {
        let named: BTreeSet<PersonId> = row.shown().into_iter().collect();
        named != listed.get(&row.id).cloned().unwrap_or_default()
    };
    Ok(rows.iter().filter(differs).map(|row| row.id).collect())
}
