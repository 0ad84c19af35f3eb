//! Publishing: a generation is written beside the current one, in small transactions, and becomes current in one.
//!
//! ```text
//! begin -> people, records, worklist rows (each ascending) -> publish: pointer moves -> the old rows are cleared
//! ```
//! Killed before the pointer moves: readers still see the old one, and the next `begin` clears the leftovers. Killed
//! after: readers see the new one, and the next `begin` (or [`clear_old`]) clears the old rows.
//!
//! The digest is over what is published and nothing else (no generation number, no clock), so that two runs over the
//! same inputs can be compared by it.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use model::PersonId;
use sea_orm::{QueryResult, Value};
use sha2::{Digest, Sha256};

use crate::bulk::Bulk;
use crate::people::{self, IndexedPerson};
use crate::sources::{self, PublishedSource};
use crate::worklists::{self, WorklistRow};
use crate::{Pipeline, Store, StoreError, records, sql};

/// What is published now.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    /// Its number; each publication has a higher one.
    pub generation: i64,
    /// SHA-256 over everything in it.
    pub digest: String,
    /// The latest day any feed told of.
    pub data_as_at: NaiveDate,
    /// When it became current.
    pub published_at: DateTime<Utc>,
    /// What it was made from and what it counted, as JSON: the pipeline's own.
    pub manifest: String,
}

/// A generation being written.
pub struct Generation<'a> {
    pipeline: Pipeline<'a>,
    number: i64,
    people: Part<PersonId>,
    records: Part<PersonId>,
    worklists: Part<(String, PersonId)>,
    sources: Vec<PublishedSource>,
}

/// Rows in one transaction while a generation is written: small, so that audits need not wait.
const ROWS: usize = 5_000;
const RECORDS: usize = 1_000;

/// What is current, if anything has been published.
pub async fn current(store: &Store) -> Result<Option<Publication>, StoreError> {
    let sql = "SELECT generation, digest, data_as_at, published_at, manifest FROM publication WHERE one = 1";
    let Some(row) = sql::one(store.reader(), sql, vec![]).await? else { return Ok(None) };
    Ok(Some(Publication {
        generation: row.try_get("", "generation")?,
        digest: row.try_get("", "digest")?,
        data_as_at: row.try_get("", "data_as_at")?,
        published_at: row.try_get("", "published_at")?,
        manifest: row.try_get("", "manifest")?,
    }))
}

/// Clears the leftovers of earlier runs and begins the next generation: one more than the current.
pub async fn begin(pipeline: Pipeline<'_>) -> Result<Generation<'_>, StoreError> {
    clear_old(pipeline).await?;
    let number = current(pipeline.store).await?.map_or(1, |publication| publication.generation + 1);
    Ok(Generation {
        pipeline,
        number,
        people: Part::new("people"),
        records: Part::new("records"),
        worklists: Part::new("worklist rows"),
        sources: Vec::new(),
    })
}

impl Generation<'_> {
    /// The number it will have.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Adds people, in ascending order of their numbers over all calls.
    pub async fn people(&mut self, rows: Vec<IndexedPerson>) -> Result<(), StoreError> {
        for row in &rows {
            self.people.add(row.person, |hash| people::digest(row, hash))?;
        }
        let values = rows.into_iter().map(|row| people::values(self.number, row));
        self.write(&people::TABLE, ROWS, values).await
    }

    /// Adds packed records, in ascending order of the person's number over all calls.
    pub async fn records(&mut self, rows: Vec<(PersonId, Vec<u8>)>) -> Result<(), StoreError> {
        for (person, body) in &rows {
            self.records.add(*person, |hash| records::digest(*person, body, hash))?;
        }
        let values = rows.into_iter().map(|(person, body)| records::values(self.number, person, body));
        self.write(&records::TABLE, RECORDS, values).await
    }

    /// Adds worklist rows, in ascending order of list and person over all calls.
    pub async fn worklist(&mut self, rows: Vec<WorklistRow>) -> Result<(), StoreError> {
        for row in &rows {
            self.worklists.add((row.worklist.clone(), row.person), |hash| worklists::digest(row, hash))?;
        }
        let values = rows.into_iter().map(|row| worklists::values(self.number, row));
        self.write(&worklists::TABLE, ROWS, values).await
    }

    /// Says which sources it was made with.
    pub fn sources(&mut self, sources: Vec<PublishedSource>) {
        self.sources = sources;
    }

    async fn write<const N: usize>(
        &self,
        bulk: &Bulk,
        at_once: usize,
        rows: impl ExactSizeIterator<Item = [Value; N]>,
    ) -> Result<(), StoreError> {
        let mut left = rows.len();
        let mut values = rows.flatten();
        while left > 0 {
            let now = left.min(at_once);
            let part: Vec<Value> = values.by_ref().take(now * N).collect();
            let tx = self.pipeline.store.write().await?;
            bulk.insert(&tx, part).await?;
            tx.commit().await?;
            left -= now;
        }
        Ok(())
    }

    /// Makes this generation current, in one transaction, and clears the rows of the one before.
    pub async fn publish(
        self,
        manifest: &str,
        data_as_at: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<Publication, StoreError> {
        // PostgreSQL keeps microseconds.
        let at = at.trunc_subsecs(6);
        let publication = Publication {
            generation: self.number,
            digest: whole(self.people, self.records, self.worklists),
            data_as_at,
            published_at: at,
            manifest: manifest.to_owned(),
        };
        let values: Vec<Value> = vec![
            publication.generation.into(),
            publication.digest.as_str().into(),
            data_as_at.into(),
            at.into(),
            manifest.into(),
        ];
        let tx = self.pipeline.store.write().await?;
        sql::execute(&tx, FLIP, values).await?;
        sources::replace(&tx, self.number, self.sources, at).await?;
        tx.commit().await?;
        clear_old(self.pipeline).await?;
        Ok(publication)
    }
}

/// Removes every row that is not of the current generation, some at a time.
pub async fn clear_old(pipeline: Pipeline<'_>) -> Result<(), StoreError> {
    const AT_ONCE: i64 = 20_000;
    let store = pipeline.store;
    let keep = current(store).await?.map_or(0, |publication| publication.generation);
    for table in ["worklist_row", "published_record", "person"] {
        let bounds = format!(
            "SELECT MIN(person_id) AS low, MAX(person_id) AS high, generation FROM {table} WHERE generation <> $1 \
             GROUP BY generation"
        );
        for row in sql::rows(store.reader(), &bounds, vec![keep.into()]).await? {
            let generation: i64 = row.try_get("", "generation")?;
            let (mut low, high): (i64, i64) = (row.try_get("", "low")?, row.try_get("", "high")?);
            let delete =
                format!("DELETE FROM {table} WHERE generation = $1 AND person_id >= $2 AND person_id < $3");
            while low <= high {
                let values = vec![generation.into(), low.into(), (low + AT_ONCE).into()];
                sql::execute(store.writer(), &delete, values).await?;
                low += AT_ONCE;
            }
        }
    }
    Ok(())
}

/// Reads a whole generation again and gives its digest: what [`Publication::digest`] must be.
pub async fn digest(pipeline: Pipeline<'_>, generation: i64) -> Result<String, StoreError> {
    let (mut people, mut records, mut worklists) =
        (Part::new("people"), Part::new("records"), Part::new("worklist rows"));
    let mut last = BEFORE_ALL;
    while let Some(rows) = after(pipeline, people::IN_ORDER, generation, last).await? {
        for row in rows {
            let row = people::read(&row)?;
            last = sql::stored(row.person);
            people.add(row.person, |hash| people::digest(&row, hash))?;
        }
    }
    last = BEFORE_ALL;
    while let Some(rows) = after(pipeline, records::IN_ORDER, generation, last).await? {
        for row in rows {
            let person = sql::person(&row, "person_id")?;
            last = sql::stored(person);
            let body: Vec<u8> = row.try_get("", "body")?;
            records.add(person, |hash| records::digest(person, &body, hash))?;
        }
    }
    let (mut list, mut person) = (String::new(), BEFORE_ALL);
    loop {
        let values = vec![generation.into(), list.as_str().into(), person.into()];
        let rows = sql::rows(pipeline.store.reader(), worklists::IN_ORDER, values).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let row = worklists::read(&row)?;
            (list, person) = (row.worklist.clone(), sql::stored(row.person));
            worklists.add((list.clone(), row.person), |hash| worklists::digest(&row, hash))?;
        }
    }
    Ok(whole(people, records, worklists))
}

/// Below every person's number.
const BEFORE_ALL: i64 = -1;

async fn after(
    pipeline: Pipeline<'_>,
    text: &str,
    generation: i64,
    last: i64,
) -> Result<Option<Vec<QueryResult>>, StoreError> {
    let rows = sql::rows(pipeline.store.reader(), text, vec![generation.into(), last.into()]).await?;
    Ok((!rows.is_empty()).then_some(rows))
}

const FLIP: &str = "INSERT INTO publication (one, generation, digest, data_as_at, published_at, manifest) \
    VALUES (1, $1, $2, $3, $4, $5) ON CONFLICT (one) DO UPDATE SET generation = excluded.generation, \
    digest = excluded.digest, data_as_at = excluded.data_as_at, published_at = excluded.published_at, \
    manifest = excluded.manifest";

/// The running digest of one table, which also holds its rows to their order.
struct Part<K> {
    name: &'static str,
    last: Option<K>,
    hash: Sha256,
}

impl<K: Ord> Part<K> {
    fn new(name: &'static str) -> Self {
        Self { name, last: None, hash: Sha256::new() }
    }

    fn add(&mut self, key: K, digest: impl FnOnce(&mut Sha256)) -> Result<(), StoreError> {
        if self.last.as_ref().is_some_and(|last| *last >= key) {
            return Err(StoreError::Order(self.name));
        }
        digest(&mut self.hash);
        self.last = Some(key);
        Ok(())
    }
}

fn whole(people: Part<PersonId>, records: Part<PersonId>, worklists: Part<(String, PersonId)>) -> String {
    let mut all = Vec::with_capacity(96);
    all.extend_from_slice(&people.hash.finalize());
    all.extend_from_slice(&records.hash.finalize());
    all.extend_from_slice(&worklists.hash.finalize());
    model::sha256_hex(&all)
}

/// Adds a text with its length to a digest.
pub(crate) fn add_text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}
