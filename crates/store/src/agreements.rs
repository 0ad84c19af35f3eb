//! Which organisation's feed may be used for what. An agreement holds from its start, once both sides have signed, to its
//! end; nothing holds before.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use model::{Feed, Purpose};
use policy::{Action, Permit};
use sea_orm::{QueryResult, Value};

use crate::{Pipeline, Store, StoreError, sql};

/// A data-sharing agreement between one supplying organisation and this deployment, for one feed and one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its reference.
    pub id: String,
    /// The feed.
    pub feed: Feed,
    /// ODS code of the supplying organisation.
    pub organisation: String,
    /// What it may be used for.
    pub purpose: Purpose,
    /// Which data, in the agreement's words.
    pub data_category: String,
    /// First day.
    pub starts: NaiveDate,
    /// Last day, if it has one.
    pub ends: Option<NaiveDate>,
    /// When the supplier signed.
    pub signed_by_supplier_on: Option<NaiveDate>,
    /// When this deployment's controller signed.
    pub signed_by_recipient_on: Option<NaiveDate>,
}

impl Agreement {
    /// Whether it holds on a day: signed by both by then, begun, not ended.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        let signed = |on: Option<NaiveDate>| on.is_some_and(|on| on <= day);
        signed(self.signed_by_supplier_on)
            && signed(self.signed_by_recipient_on)
            && self.starts <= day
            && self.ends.is_none_or(|ends| day <= ends)
    }

    /// The source it is about, such as `gp:E84002`.
    pub fn source(&self) -> String {
        format!("{}:{}", self.feed, self.organisation)
    }
}

/// Writes an agreement down, or replaces the one of the same reference; the signatures are in it.
pub async fn sign(store: &Store, agreements: &[Agreement]) -> Result<(), StoreError> {
    let tx = store.write().await?;
    for agreement in agreements {
        let values: Vec<Value> = vec![
            agreement.id.as_str().into(),
            agreement.feed.name().into(),
            agreement.organisation.as_str().into(),
            agreement.purpose.name().into(),
            agreement.data_category.as_str().into(),
            agreement.starts.into(),
            agreement.ends.into(),
            agreement.signed_by_supplier_on.into(),
            agreement.signed_by_recipient_on.into(),
        ];
        sql::execute(&tx, SIGN, values).await?;
    }
    Ok(tx.commit().await?)
}

/// Every agreement by reference. Errors: a permit for anything but agreements or coverage.
pub async fn all(store: &Store, permit: &Permit) -> Result<Vec<Agreement>, StoreError> {
    if !matches!(permit.action(), Action::ViewAgreements | Action::ViewCoverage) {
        return Err(StoreError::WrongPermit);
    }
    every(store).await
}

/// Every agreement by reference, for the nightly run.
pub async fn for_run(pipeline: Pipeline<'_>) -> Result<Vec<Agreement>, StoreError> {
    every(pipeline.store).await
}

/// Whether this source (`gp:E84002`) may be used for this purpose on this day.
pub async fn covers(
    pipeline: Pipeline<'_>,
    source: &str,
    purpose: Purpose,
    day: NaiveDate,
) -> Result<bool, StoreError> {
    Ok(covered(pipeline, purpose, day).await?.contains(source))
}

/// The sources that may be used for this purpose on this day.
pub async fn covered(
    pipeline: Pipeline<'_>,
    purpose: Purpose,
    day: NaiveDate,
) -> Result<BTreeSet<String>, StoreError> {
    let all = every(pipeline.store).await?;
    let holds = |agreement: &&Agreement| agreement.purpose == purpose && agreement.holds_on(day);
    Ok(all.iter().filter(holds).map(Agreement::source).collect())
}

const SIGN: &str = "INSERT INTO agreement (id, feed, organisation, purpose, data_category, starts, ends, \
    signed_by_supplier_on, signed_by_recipient_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
    ON CONFLICT (id) DO UPDATE SET feed = excluded.feed, organisation = excluded.organisation, \
    purpose = excluded.purpose, data_category = excluded.data_category, starts = excluded.starts, ends = excluded.ends, \
    signed_by_supplier_on = excluded.signed_by_supplier_on, signed_by_recipient_on = excluded.signed_by_recipient_on";

async fn every(store: &Store) -> Result<Vec<Agreement>, StoreError> {
    let text = "SELECT id, feed, organisation, purpose, data_category, starts, ends, signed_by_supplier_on, \
        signed_by_recipient_on FROM agreement ORDER BY id";
    sql::rows(store.reader(), text, vec![]).await?.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Agreement, StoreError> {
    let (feed, purpose): (String, String) = (row.try_get("", "feed")?, row.try_get("", "purpose")?);
    Ok(Agreement {
        id: row.try_get("", "id")?,
        feed: feed.parse().map_err(|_| StoreError::Unreadable("feed"))?,
        organisation: row.try_get("", "organisation")?,
        purpose: Purpose::ALL
            .into_iter()
            .find(|known| known.name() == purpose)
            .ok_or(StoreError::Unreadable("purpose"))?,
        data_category: row.try_get("", "data_category")?,
        starts: row.try_get("", "starts")?,
        ends: row.try_get("", "ends")?,
        signed_by_supplier_on: row.try_get("", "signed_by_supplier_on")?,
        signed_by_recipient_on: row.try_get("", "signed_by_recipient_on")?,
    })
}
