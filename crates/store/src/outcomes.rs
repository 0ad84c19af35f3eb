//! What the governance lead found out about an access that stood out. Outcomes are only ever added; the latest stands.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use policy::{Access, Action, Permit, Resource};
use sea_orm::{QueryResult, Value};

use crate::audit::Entry;
use crate::sql::{self, Sql};
use crate::{RequestError, Store, StoreError, audit};

/// What was found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There was a good reason.
    Explained,
    /// It is being looked into.
    ToInvestigate,
    /// There was no good reason, and something was done about it.
    Unjustified,
}

impl Verdict {
    /// Each.
    pub const ALL: [Self; 3] = [Self::Explained, Self::ToInvestigate, Self::Unjustified];

    /// Its name, as in forms and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Explained => "explained",
            Self::ToInvestigate => "to_investigate",
            Self::Unjustified => "unjustified",
        }
    }

    /// The one with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// One outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What was found out.
    pub verdict: Verdict,
    /// In the governance lead's words.
    pub note: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who said so.
    pub user_name: String,
}

/// One row of the audit, and what was found out about it, latest first.
/// Errors: a permit for anything but searching the audit.
pub async fn row(
    store: &Store,
    permit: &Permit,
    row: i64,
) -> Result<Option<(Entry, Vec<Outcome>)>, StoreError> {
    if permit.action() != Action::SearchAudit {
        return Err(StoreError::WrongPermit);
    }
    let Some(entry) = audit::row(store, row).await? else { return Ok(None) };
    let text = format!("{SELECT} WHERE about_id = $1 ORDER BY audit_id DESC");
    let rows = sql::rows(store.reader(), &text, vec![row.into()]).await?;
    audit::shown(store, permit, entry.person.into_iter().chain(entry.shown())).await?;
    Ok(Some((entry, rows.iter().map(read).collect::<Result<_, _>>()?)))
}

/// Writes an outcome down together with its audit row; `false` when there is no such row.
pub async fn record(
    store: &Store,
    access: &Access,
    row: i64,
    verdict: Verdict,
    note: &str,
) -> Result<bool, RequestError> {
    let subject = row.to_string();
    let (permit, tx) =
        store.request_to_change(access, Action::JudgeAccess, Resource::Audit, &subject).await?;
    let text = "INSERT INTO access_outcome (about_id, audit_id, outcome, note, at, user_id, user_name) \
        SELECT id, $2, $3, $4, $5, $6, $7 FROM audit WHERE id = $1";
    let values: Vec<Value> = vec![
        row.into(),
        permit.audit_id().into(),
        verdict.name().into(),
        note.into(),
        access.at.trunc_subsecs(6).into(),
        access.user.0.as_str().into(),
        access.display_name.as_str().into(),
    ];
    let written = sql::execute(&tx, text, values).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(written > 0)
}

/// The latest outcome of each of these rows that has one.
pub(crate) async fn latest(store: &Store, about: &[i64]) -> Result<BTreeMap<i64, Outcome>, StoreError> {
    if about.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut query = Sql::new(SELECT);
    for (i, row) in about.iter().enumerate() {
        query.push(if i == 0 { " WHERE about_id IN (" } else { ", " }).bind(*row);
    }
    query.push(") ORDER BY audit_id");
    let rows = query.rows(store.reader()).await?;
    rows.iter().map(|row| Ok((row.try_get("", "about_id")?, read(row)?))).collect()
}

const SELECT: &str = "SELECT about_id, audit_id, outcome, note, at, user_name FROM access_outcome";

fn read(row: &QueryResult) -> Result<Outcome, StoreError> {
    let verdict: String = row.try_get("", "outcome")?;
    Ok(Outcome {
        verdict: Verdict::from_name(&verdict).ok_or(StoreError::Unreadable("outcome"))?,
        note: row.try_get("", "note")?,
        at: row.try_get("", "at")?,
        user_name: row.try_get("", "user_name")?,
    })
}
