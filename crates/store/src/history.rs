//! Who became whom: every time a source's record went from one person to another.

use chrono::{DateTime, SubsecRound, Utc};
use model::PersonId;
use policy::{Action, Permit};
use sea_orm::Value;

use crate::bulk::Bulk;
use crate::identities::IdentityWriter;
use crate::{Store, StoreError, carried, sql};

/// Why a record went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was found to be of a person who was known already.
    Merged,
    /// It was found to be somebody else's.
    Parted,
}

impl Why {
    /// Lower-case name, as in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::Parted => "parted",
        }
    }
}

/// One record's going from one person to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The source, such as `gp:E84002`.
    pub source: String,
    /// The person's identifier in that source.
    pub source_person: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose it is since.
    pub person: PersonId,
    /// Whose it was taken to be before.
    pub former: PersonId,
    /// Why.
    pub why: Why,
    /// Why, in plain English and without any value.
    pub reason: String,
}

/// Writes down which records went, in the transaction of the run, once whose they are now is written: what holds for the people goes
/// with them.
pub async fn add(writer: &mut IdentityWriter, moved: Vec<Moved>) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(moved.len() * HISTORY.columns.len());
    for moved in moved {
        match moved.why {
            Why::Merged => {
                let on = moved.at.date_naive();
                carried::merged(&writer.tx, moved.former, moved.person, on).await?;
            }
            Why::Parted => carried::parted(&writer.tx, &moved).await?,
        }
        values.extend::<[Value; 7]>([
            moved.source.into(),
            moved.source_person.into(),
            moved.at.trunc_subsecs(6).into(),
            sql::stored(moved.person).into(),
            sql::stored(moved.former).into(),
            moved.why.name().into(),
            moved.reason.into(),
        ]);
    }
    HISTORY.insert(&writer.tx, values).await.map(|_| ())
}

/// What came to the permit's person and what went from them, latest first.
/// Errors: a permit for anything but seeing what was joined into that person.
pub async fn of_person(store: &Store, permit: &Permit) -> Result<Vec<Moved>, StoreError> {
    let (Action::ViewLinkage, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    let text = "SELECT source, source_person, at, person_id, former_person_id, why, reason FROM person_history \
        WHERE person_id = $1 OR former_person_id = $1 ORDER BY at DESC, source, source_person";
    let rows = sql::rows(store.reader(), text, vec![sql::stored(person).into()]).await?;
    rows.iter()
        .map(|row| {
            let why: String = row.try_get("", "why")?;
            Ok(Moved {
                source: row.try_get("", "source")?,
                source_person: row.try_get("", "source_person")?,
                at: row.try_get("", "at")?,
                person: sql::person(row, "person_id")?,
                former: sql::person(row, "former_person_id")?,
                why: [Why::Merged, Why::Parted]
                    .into_iter()
                    .find(|known| known.name() == why)
                    .ok_or(StoreError::Unreadable("history"))?,
                reason: row.try_get("", "reason")?,
            })
        })
        .collect()
}

/// Who somebody was found to be whose number is not in use any more: the one person who has the records that were theirs now.
/// `None` when their number is in use, was never in use, or their records went to several people.
///
/// Only a number is given, to ask a permit for; [`Store::request_now`] asks.
pub(crate) async fn now(store: &Store, former: PersonId) -> Result<Option<PersonId>, StoreError> {
    let text = "SELECT DISTINCT i.person_id FROM person_history h \
        JOIN identity i ON i.source = h.source AND i.source_person = h.source_person \
        WHERE h.former_person_id = $1 AND h.why = 'merged' AND NOT EXISTS (SELECT 1 FROM publication u JOIN person p \
        ON p.generation = u.generation WHERE u.one = 1 AND p.person_id = $1) LIMIT 2";
    let rows = sql::rows(store.reader(), text, vec![sql::stored(former).into()]).await?;
    match rows.as_slice() {
        [row] => Ok(Some(sql::person(row, "person_id")?).filter(|person| *person != former)),
        _ => Ok(None),
    }
}

const HISTORY: Bulk = Bulk {
    table: "person_history",
    columns: &["source", "source_person", "at", "person_id", "former_person_id", "why", "reason"],
    conflict: "ON CONFLICT DO NOTHING",
};
