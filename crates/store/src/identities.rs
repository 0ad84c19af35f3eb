//! Whose each source's people are: the working state of linkage. The nightly run sees all of it, a page one person's.

use chrono::{DateTime, NaiveDate, Utc};
use model::PersonId;
use policy::{Action, Permit};
use sea_orm::{DatabaseTransaction, QueryResult, Value};

use crate::bulk::Bulk;
use crate::runs::{self, State, Step};
use crate::sql::Sql;
use crate::{Pipeline, Store, StoreError, sql};

/// One source's person and who that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The source, such as `gp:E84002`.
    pub source: String,
    /// The person's identifier in that source.
    pub source_person: String,
    /// Who it is.
    pub person: PersonId,
    /// Id of the linkage rule that said so.
    pub rule: String,
    /// Why, in plain English.
    pub reason: String,
    /// The day of the demographics that were linked.
    pub as_at: Option<NaiveDate>,
    /// A 64-bit hash of those demographics: the same again needs no linking.
    pub demographics_digest: i64,
}

/// A link that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The source.
    pub source: String,
    /// The person's identifier in that source.
    pub source_person: String,
    /// Who it is taken to be.
    pub person: PersonId,
    /// What is doubtful, in plain English and without any value.
    pub reason: String,
}

/// Writes identities and reviews in one transaction: all of a run or nothing.
pub struct IdentityWriter {
    pub(crate) tx: DatabaseTransaction,
}

/// Begins to write. Other writers wait until [`IdentityWriter::commit`]: whoever holds the writer must not call another
/// function of the store that writes before that.
pub async fn begin(pipeline: Pipeline<'_>) -> Result<IdentityWriter, StoreError> {
    Ok(IdentityWriter { tx: pipeline.store.write().await? })
}

impl IdentityWriter {
    /// Adds identities, or replaces those of the same source and source person.
    pub async fn put(&mut self, identities: Vec<Identity>) -> Result<(), StoreError> {
        let mut values: Vec<Value> = Vec::with_capacity(identities.len() * IDENTITY.columns.len());
        for identity in identities {
            values.extend::<[Value; 7]>([
                identity.source.into(),
                identity.source_person.into(),
                sql::stored(identity.person).into(),
                identity.rule.into(),
                identity.reason.into(),
                identity.as_at.into(),
                identity.demographics_digest.into(),
            ]);
        }
        IDENTITY.insert(&self.tx, values).await.map(|_| ())
    }

    /// Adds cases for review, or replaces those of the same source and source person.
    pub async fn review(&mut self, reviews: Vec<Review>) -> Result<(), StoreError> {
        let mut values: Vec<Value> = Vec::with_capacity(reviews.len() * REVIEW.columns.len());
        for review in reviews {
            values.extend::<[Value; 4]>([
                review.source.into(),
                review.source_person.into(),
                sql::stored(review.person).into(),
                review.reason.into(),
            ]);
        }
        REVIEW.insert(&self.tx, values).await.map(|_| ())
    }

    /// Says of which state the links are when this is committed, in the words of whoever links.
    pub async fn state(&mut self, state: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let (run, step) = STATE;
        let step = Step {
            step: step.to_owned(),
            part: String::new(),
            state: State::Done,
            counts: state.to_owned(),
            started_at: at,
            ended_at: Some(at),
        };
        runs::write_step(&self.tx, run, &step).await
    }

    /// Makes everything put since [`begin`] hold. Dropping the writer instead undoes it.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }
}

/// Every identity in the order of source and source person (by bytes), a batch at a time.
pub async fn each(
    pipeline: Pipeline<'_>,
    mut take: impl FnMut(Vec<Identity>) + Send,
) -> Result<u64, StoreError> {
    let (mut source, mut source_person, mut total) = (String::new(), String::new(), 0);
    loop {
        let values = vec![source.as_str().into(), source_person.as_str().into()];
        let text = format!(
            "{SELECT} WHERE (source, source_person) > ($1, $2) ORDER BY source, source_person LIMIT 20000"
        );
        let rows = sql::rows(pipeline.store.reader(), &text, values).await?;
        let batch = rows.iter().map(read).collect::<Result<Vec<Identity>, StoreError>>()?;
        let Some(last) = batch.last() else { return Ok(total) };
        (source, source_person) = (last.source.clone(), last.source_person.clone());
        total += batch.len() as u64;
        take(batch);
    }
}

/// Of which state the links are: what was said when they were last written.
pub async fn state(pipeline: Pipeline<'_>) -> Result<Option<String>, StoreError> {
    let steps = runs::steps(pipeline, STATE.0).await?;
    Ok(steps.into_iter().find(|step| step.step == STATE.1).map(|step| step.counts))
}

/// Under which run and step the state of the links stands.
const STATE: (&str, &str) = ("links", "state");

/// The identities that there are of these people of one source, in no order.
pub async fn of_source(
    pipeline: Pipeline<'_>,
    source: &str,
    people: &[&str],
) -> Result<Vec<Identity>, StoreError> {
    let mut found = Vec::new();
    for some in people.chunks(AT_ONCE) {
        let mut asked = Sql::new(&format!("{SELECT} WHERE source = "));
        asked.bind(source).push(" AND source_person IN (");
        for (at, person) in some.iter().enumerate() {
            asked.push(if at == 0 { "" } else { ", " }).bind(*person);
        }
        asked.push(")");
        for row in asked.rows(pipeline.store.reader()).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// People asked for at once.
const AT_ONCE: usize = 500;

/// The largest person number ever given, to somebody who has become another too: the next new person is one more.
pub async fn last_person(pipeline: Pipeline<'_>) -> Result<Option<PersonId>, StoreError> {
    let text = "SELECT MAX(number) AS last FROM (SELECT MAX(person_id) AS number FROM identity \
        UNION ALL SELECT MAX(former_person_id) AS number FROM person_history) AS numbers";
    let row = sql::one(pipeline.store.reader(), text, vec![]).await?;
    match row {
        Some(row) => sql::person_or_none(&row, "last"),
        None => Ok(None),
    }
}

/// Cases for review by source and source person.
pub async fn reviews(pipeline: Pipeline<'_>) -> Result<Vec<Review>, StoreError> {
    let sql =
        "SELECT source, source_person, person_id, reason FROM linkage_review ORDER BY source, source_person";
    let rows = sql::rows(pipeline.store.reader(), sql, vec![]).await?;
    rows.iter()
        .map(|row| {
            Ok(Review {
                source: row.try_get("", "source")?,
                source_person: row.try_get("", "source_person")?,
                person: sql::person(row, "person_id")?,
                reason: row.try_get("", "reason")?,
            })
        })
        .collect()
}

/// The identities of the permit's person by source and source person.
/// Errors: a permit for anything but seeing, or parting, what was joined into that person.
pub async fn of_person(store: &Store, permit: &Permit) -> Result<Vec<Identity>, StoreError> {
    let sees = matches!(permit.action(), Action::ViewLinkage | Action::PartPerson);
    let (true, Some(person)) = (sees, permit.person()) else { return Err(StoreError::WrongPermit) };
    // What a run took out because no agreement covers it stays linked, but is not shown.
    let sql = format!(
        "{SELECT} WHERE person_id = $1 AND (source IN (SELECT source FROM published_source) \
         OR NOT EXISTS (SELECT 1 FROM published_source)) ORDER BY source, source_person"
    );
    let rows = sql::rows(store.reader(), &sql, vec![sql::stored(person).into()]).await?;
    let mut all = rows.iter().map(read).collect::<Result<Vec<Identity>, StoreError>>()?;
    all.retain(|identity| !permit.cover().hides(&identity.source));
    Ok(all)
}

fn read(row: &QueryResult) -> Result<Identity, StoreError> {
    Ok(Identity {
        source: row.try_get_by_index(0)?,
        source_person: row.try_get_by_index(1)?,
        person: sql::person(row, "person_id")?,
        rule: row.try_get_by_index(3)?,
        reason: row.try_get_by_index(4)?,
        as_at: row.try_get_by_index(5)?,
        demographics_digest: row.try_get_by_index(6)?,
    })
}

const IDENTITY: Bulk = Bulk {
    table: "identity",
    columns: &["source", "source_person", "person_id", "rule", "reason", "as_at", "demographics_digest"],
    conflict: "ON CONFLICT (source, source_person) DO UPDATE SET person_id = excluded.person_id, \
        rule = excluded.rule, reason = excluded.reason, as_at = excluded.as_at, \
        demographics_digest = excluded.demographics_digest",
};

const REVIEW: Bulk = Bulk {
    table: "linkage_review",
    columns: &["source", "source_person", "person_id", "reason"],
    conflict: "ON CONFLICT (source, source_person) DO UPDATE SET person_id = excluded.person_id, reason = excluded.reason",
};

const SELECT: &str =
    "SELECT source, source_person, person_id, rule, reason, as_at, demographics_digest FROM identity";
