//! What a generation was made with, and what a later one no longer has: the ledger of removals.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use model::{Feed, Purpose};
use policy::{Access, Action, Permit};
use sea_orm::{ConnectionTrait, Value};

use crate::bulk::Bulk;
use crate::{Page, Store, StoreError, cover, sql};

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

/// What has arrived of one source and is read, used or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The feed.
    pub feed: Feed,
    /// Files that hold its data.
    pub files: u64,
    /// Rows taken from those files; a file may hold other organisations' rows too.
    pub rows: u64,
    /// Latest arrival.
    pub latest: DateTime<Utc>,
    /// Its people and events in what is published, and whether they are counted for planning; `None` when they are kept aside.
    pub published: Option<PublishedSource>,
}

/// What has arrived of one organisation, by feed: what a signature would let be used.
/// Errors: a permit for anything but coverage.
pub async fn held(store: &Store, permit: &Permit, organisation: &str) -> Result<Vec<Held>, StoreError> {
    if permit.action() != Action::ViewCoverage {
        return Err(StoreError::WrongPermit);
    }
    let mut held = Vec::new();
    for feed in Feed::ALL {
        let source = format!("{feed}:{organisation}");
        let text = "SELECT COUNT(*) AS files, CAST(COALESCE(SUM(rows_accepted + rows_repaired), 0) AS BIGINT) AS n, \
            MAX(landed_at) AS latest FROM feed_file WHERE feed = $1 AND ' ' || sources || ' ' LIKE $2";
        let values = vec![feed.name().into(), format!("% {source} %").into()];
        let Some(row) = sql::one(store.reader(), text, values).await? else { continue };
        let Some(latest) = row.try_get("", "latest")? else { continue };
        held.push(Held {
            feed,
            files: sql::count(&row, "files")?,
            rows: sql::count(&row, "n")?,
            latest,
            published: published(store, &source).await?,
        });
    }
    Ok(held)
}

async fn published(store: &Store, source: &str) -> Result<Option<PublishedSource>, StoreError> {
    let text = "SELECT source, planning, people, events FROM published_source WHERE source = $1";
    match sql::one(store.reader(), text, vec![source.into()]).await? {
        Some(row) => Ok(Some(PublishedSource {
            source: row.try_get("", "source")?,
            planning: row.try_get("", "planning")?,
            people: sql::count(&row, "people")?,
            events: sql::count(&row, "events")?,
        })),
        None => Ok(None),
    }
}

/// How many practices and how many other organisations what a page shows is made of, by the permit's own cover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MadeOf {
    /// Practices.
    pub practices: usize,
    /// Other organisations.
    pub others: usize,
    /// Something is published, and agreements leave nothing of it.
    pub nothing: bool,
}

/// What pages for this access are made of: the organisations whose data are published and may be used for the access's purpose.
/// Numbers of organisations only, so that no permit is needed.
pub async fn made_of(store: &Store, access: &Access) -> Result<MadeOf, StoreError> {
    Ok(cover::compiled(store, access).await?.made_of)
}

/// The sources that what is published was made with and that may not be used for the access's purpose now. Names of sources
/// only, so that no permit is needed.
pub async fn left_out(store: &Store, access: &Access) -> Result<Vec<String>, StoreError> {
    let cover = cover::compiled(store, access).await?.cover;
    Ok(cover.hidden().map(str::to_owned).collect())
}

/// How many organisations these sources are of.
pub(crate) fn count<'a>(sources: impl Iterator<Item = &'a str>) -> MadeOf {
    let (mut practices, mut others) = (BTreeSet::new(), BTreeSet::new());
    for source in sources {
        match source.split_once(':') {
            Some(("gp", practice)) => practices.insert(practice),
            Some((_, other)) => others.insert(other),
            None => continue,
        };
    }
    MadeOf { practices: practices.len(), others: others.len(), nothing: false }
}
