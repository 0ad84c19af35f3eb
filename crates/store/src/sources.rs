//! What a generation was made with, and what a later one no longer has: the ledger of removals.

use chrono::{DateTime, Utc};
use model::Purpose;
use policy::{Action, Permit};
use sea_orm::{ConnectionTrait, Value};

use crate::bulk::Bulk;
use crate::{Page, Store, StoreError, sql};

/// One source of a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedSource {
    /// Such as `gp:E84002`.
    pub source: String,
    /// It is counted for planning too.
    pub planning: bool,
    /// People it knows.
    pub people: u64,
    /// Events of it in their records.
    pub events: u64,
}

/// A source that a run took out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Such as `gp:E84002`.
    pub source: String,
    /// Taken out of records and lists (direct care), or of what is counted (planning).
    pub purpose: Purpose,
    /// People it knew.
    pub people: u64,
    /// Events of it that were there.
    pub events: u64,
    /// When it was gone.
    pub at: DateTime<Utc>,
}

/// What runs took out because no agreement covered it any more, latest first.
/// Errors: a permit for anything but agreements.
pub async fn removed(store: &Store, permit: &Permit, page: Page) -> Result<Vec<Removed>, StoreError> {
    if permit.action() != Action::ViewAgreements {
        return Err(StoreError::WrongPermit);
    }
    let text = format!(
        "SELECT source, purpose, people, events, at FROM source_removal ORDER BY generation DESC, source, purpose{}",
        page.sql()
    );
    let rows = sql::rows(store.reader(), &text, vec![]).await?;
    rows.iter()
        .map(|row| {
            let purpose: String = row.try_get("", "purpose")?;
            Ok(Removed {
                source: row.try_get("", "source")?,
                purpose: if purpose == Purpose::Planning.name() {
                    Purpose::Planning
                } else {
                    Purpose::DirectCare
                },
                people: sql::count(row, "people")?,
                events: sql::count(row, "events")?,
                at: row.try_get("", "at")?,
            })
        })
        .collect()
}

const TABLE: Bulk = Bulk {
    table: "published_source",
    columns: &["generation", "source", "planning", "people", "events"],
    conflict: "",
};

/// Writes what a generation was made with and what it no longer has, in the transaction that publishes it.
pub(crate) async fn replace(
    tx: &impl ConnectionTrait,
    generation: i64,
    sources: Vec<PublishedSource>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sql::execute(tx, "DELETE FROM published_source WHERE generation = $1", vec![generation.into()]).await?;
    let mut values: Vec<Value> = Vec::with_capacity(sources.len() * TABLE.columns.len());
    for source in sources {
        values.extend::<[Value; 5]>([
            generation.into(),
            source.source.into(),
            source.planning.into(),
            sql::big(source.people).into(),
            sql::big(source.events).into(),
        ]);
    }
    TABLE.insert(tx, values).await?;
    for (purpose, before, now) in
        [(Purpose::DirectCare, "", ""), (Purpose::Planning, " AND o.planning", " AND n.planning")]
    {
        let text = format!(
            "INSERT INTO source_removal (generation, source, purpose, people, events, at) \
             SELECT $1, o.source, '{}', o.people, o.events, $2 FROM published_source o WHERE o.generation <> $1{before} \
             AND NOT EXISTS (SELECT 1 FROM published_source n WHERE n.generation = $1 AND n.source = o.source{now}) \
             ON CONFLICT DO NOTHING",
            purpose.name()
        );
        sql::execute(tx, &text, vec![generation.into(), at.into()]).await?;
    }
    sql::execute(tx, "DELETE FROM published_source WHERE generation <> $1", vec![generation.into()]).await?;
    Ok(())
}
