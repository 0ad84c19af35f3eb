//! Data-sharing agreements. Every change is a version, written with its audit row and with what it compiles to in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use model::agreement::{Agreement, Change, Standing, Terms};
use model::{Purpose, Role};
use policy::{Access, Action, Permit, UserId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Value};

use crate::bulk::Bulk;
use crate::{Pipeline, Store, StoreError, audit, cover, sql};

/// One version of an agreement: what was done to it, by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub version: u32,
    /// When.
    pub at: DateTime<Utc>,
    /// The name of who did it.
    pub user_name: String,
    /// Code of the organisation they acted for.
    pub organisation: String,
    /// The audit row.
    pub audit_id: i64,
    /// What was done.
    pub change: Change,
}

/// Writes a new agreement down; gives it with its reference.
/// Errors: a permit for anything but managing agreements; terms that cannot be agreed to.
pub async fn draft(store: &Store, permit: &Permit, terms: Terms) -> Result<Agreement, StoreError> {
    if permit.action() != Action::ManageAgreements {
        return Err(StoreError::WrongPermit);
    }
    let tx = begin(store).await?;
    let taken = sql::one(&tx, "SELECT COUNT(DISTINCT agreement) AS n FROM agreement_version", vec![]).await?;
    let taken = taken.map_or(Ok(0), |row| sql::count(&row, "n"))?;
    let id = format!("DSA-{:04}", taken + 1);
    let agreement =
        write(&tx, store, permit.access(), permit.action(), &id, Change::Drafted { terms }).await?;
    tx.commit().await?;
    Ok(agreement)
}

/// Makes a change to an agreement; `None` when there is none of that reference.
/// Errors: a permit for another action; a signature for another organisation; a change that cannot be made as it stands.
pub async fn change(
    store: &Store,
    permit: &Permit,
    id: &str,
    change: Change,
) -> Result<Option<Agreement>, StoreError> {
    let own = &permit.access().organisation;
    let needed = match &change {
        Change::Signed { organisations } if organisations.iter().all(|code| code == own) => {
            Action::SignAgreement
        }
        Change::Withdrawn { organisation, .. } if organisation == own => Action::SignAgreement,
        Change::Signed { .. } | Change::Withdrawn { .. } => return Err(StoreError::WrongPermit),
        _ => Action::ManageAgreements,
    };
    if permit.action() != needed {
        return Err(StoreError::WrongPermit);
    }
    let tx = begin(store).await?;
    if versions(&tx, Some(id)).await?.is_empty() {
        return Ok(None);
    }
    let agreement = write(&tx, store, permit.access(), needed, id, change).await?;
    tx.commit().await?;
    Ok(Some(agreement))
}

/// Writes down at the command line that these organisations have signed these terms on paper: a new agreement, or more parties
/// to the one of that reference.
pub async fn record(
    pipeline: Pipeline<'_>,
    id: &str,
    terms: Terms,
    signed: BTreeSet<String>,
    at: DateTime<Utc>,
) -> Result<Agreement, StoreError> {
    let store = pipeline.store;
    let operator = Access {
        user: UserId("operator".to_owned()),
        display_name: "The operator, at the command line".to_owned(),
        role: Role::GovernanceLead,
        organisation: String::new(),
        purpose: Purpose::Operations,
        reason: None,
        correlation: "command line".to_owned(),
        session: String::new(),
        at,
        person: None,
    };
    let tx = begin(store).await?;
    let mut agreement = standing(&tx, id).await?;
    if agreement.as_ref().is_none_or(|agreement| agreement.terms != terms) {
        let drafted = Change::Drafted { terms };
        agreement = Some(write(&tx, store, &operator, Action::ManageAgreements, id, drafted).await?);
    }
    let new: BTreeSet<String> = signed
        .into_iter()
        .filter(|code| agreement.as_ref().is_some_and(|known| !known.signed.contains_key(code)))
        .collect();
    if !new.is_empty() {
        let signed = Change::Signed { organisations: new };
        agreement = Some(write(&tx, store, &operator, Action::SignAgreement, id, signed).await?);
    }
    tx.commit().await?;
    agreement.ok_or(StoreError::Unreadable("agreement"))
}

/// The agreement of a reference as it stands, for the command line.
pub async fn for_run(pipeline: Pipeline<'_>, id: &str) -> Result<Option<Agreement>, StoreError> {
    standing(pipeline.store.reader(), id).await
}

/// Every agreement by reference; a signatory sees those that name their organisation.
/// Errors: a permit for anything but agreements or coverage.
pub async fn all(store: &Store, permit: &Permit) -> Result<Vec<Agreement>, StoreError> {
    if !matches!(permit.action(), Action::ViewAgreements | Action::ViewCoverage) {
        return Err(StoreError::WrongPermit);
    }
    let mut all = Vec::new();
    for (id, versions) in versions(store.reader(), None).await? {
        all.extend(fold(&id, &versions)?);
    }
    all.retain(|agreement| may_see(permit, agreement));
    Ok(all)
}

/// One agreement and its versions, latest first.
/// Errors: a permit for anything but agreements.
pub async fn one(
    store: &Store,
    permit: &Permit,
    id: &str,
) -> Result<Option<(Agreement, Vec<Version>)>, StoreError> {
    if permit.action() != Action::ViewAgreements {
        return Err(StoreError::WrongPermit);
    }
    let Some((id, mut versions)) = versions(store.reader(), Some(id)).await?.pop_first() else {
        return Ok(None);
    };
    let agreement = fold(&id, &versions)?.filter(|agreement| may_see(permit, agreement));
    versions.reverse();
    Ok(agreement.map(|agreement| (agreement, versions)))
}

/// A signatory's own; how far agreements reach is for all who read figures.
fn may_see(permit: &Permit, agreement: &Agreement) -> bool {
    let access = permit.access();
    permit.action() == Action::ViewCoverage
        || access.role != Role::Signatory
        || agreement.terms.names(&access.organisation)
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

/// The sources that may be used for this purpose on this day, whoever receives them.
pub async fn covered(
    pipeline: Pipeline<'_>,
    purpose: Purpose,
    day: NaiveDate,
) -> Result<BTreeSet<String>, StoreError> {
    cover::covered(pipeline.store, None, purpose, day).await
}

/// The sources that may be used on this day for one activity, such as `D1`: those of agreements in force that name it.
pub async fn covered_for_activity(
    pipeline: Pipeline<'_>,
    activity: &str,
    day: NaiveDate,
) -> Result<BTreeSet<String>, StoreError> {
    let mut sources = BTreeSet::new();
    for (id, versions) in versions(pipeline.store.reader(), None).await? {
        let agreement = fold(&id, &versions)?.filter(|agreement| {
            agreement.terms.activities.contains(activity) && agreement.standing(day) == Standing::InForce
        });
        sources.extend(agreement.iter().flat_map(Agreement::sources));
    }
    Ok(sources)
}

/// A transaction that has counted its change first: that makes changes wait for each other.
async fn begin(store: &Store) -> Result<DatabaseTransaction, StoreError> {
    let tx = store.write().await?;
    count_change(&tx).await?;
    Ok(tx)
}

/// Counts a change of agreements, of who works for whom or of who may be counted, so that what was compiled before is not used again.
pub(crate) async fn count_change(db: &impl ConnectionTrait) -> Result<(), StoreError> {
    sql::execute(db, "UPDATE agreement_change SET n = n + 1 WHERE one = 1", vec![]).await.map(|_| ())
}

/// Makes a change, with its audit row and what follows from it.
async fn write(
    tx: &DatabaseTransaction,
    store: &Store,
    access: &Access,
    action: Action,
    id: &str,
    change: Change,
) -> Result<Agreement, StoreError> {
    let agreement = match standing(tx, id).await? {
        None => Agreement::begin(id, change.clone())?,
        Some(mut agreement) => {
            agreement.apply(change.clone(), access.at)?;
            agreement
        }
    };
    let sentence = format!("Agreement {id}, version {}: {}.", agreement.version, said(&change));
    let audit_id = audit::write_down(tx, store, access, action, None, &sentence).await?;
    let text = serde_json::to_string(&change).map_err(|_| StoreError::Unreadable("agreement"))?;
    let values: Vec<Value> = vec![
        id.into(),
        i32::try_from(agreement.version).unwrap_or(i32::MAX).into(),
        access.at.trunc_subsecs(6).into(),
        access.user.0.as_str().into(),
        access.display_name.as_str().into(),
        access.organisation.as_str().into(),
        audit_id.into(),
        text.into(),
    ];
    let insert = "INSERT INTO agreement_version (agreement, version, at, user_id, user_name, organisation, audit_id, \
        change) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    sql::execute(tx, insert, values).await?;
    compile(tx, &agreement).await?;
    Ok(agreement)
}

fn said(change: &Change) -> String {
    let label = change.label().to_lowercase();
    match change {
        Change::Signed { organisations } if organisations.len() > 3 => {
            format!("{label} by {} organisations", organisations.len())
        }
        Change::Signed { organisations } => {
            format!("{label} by {}", organisations.iter().cloned().collect::<Vec<_>>().join(", "))
        }
        Change::Withdrawn { organisation, reason } => format!("{label} by {organisation}: {reason}"),
        Change::Suspended { reason } | Change::Ended { reason } => format!("{label}: {reason}"),
        Change::Drafted { .. } | Change::Resumed => label,
    }
}

/// Puts what the agreement lets be used, and by whom, where every read asks for it.
async fn compile(tx: &DatabaseTransaction, agreement: &Agreement) -> Result<(), StoreError> {
    for table in ["agreement_source", "agreement_recipient"] {
        let text = format!("DELETE FROM {table} WHERE agreement = $1");
        sql::execute(tx, &text, vec![agreement.id.as_str().into()]).await?;
    }
    let Terms { purpose, starts, ends, .. } = &agreement.terms;
    let mut values: Vec<Value> = Vec::new();
    for source in agreement.sources() {
        values.extend::<[Value; 5]>([
            agreement.id.as_str().into(),
            source.into(),
            purpose.name().into(),
            (*starts).into(),
            (*ends).into(),
        ]);
    }
    SOURCES.insert(tx, values).await?;
    let recipients = agreement.signed_recipients();
    let values = recipients.flat_map(|code| [Value::from(agreement.id.as_str()), code.into()]).collect();
    RECIPIENTS.insert(tx, values).await.map(|_| ())
}

const SOURCES: Bulk = Bulk {
    table: "agreement_source",
    columns: &["agreement", "source", "purpose", "starts", "ends"],
    conflict: "",
};

const RECIPIENTS: Bulk =
    Bulk { table: "agreement_recipient", columns: &["agreement", "organisation"], conflict: "" };

async fn standing(db: &impl ConnectionTrait, id: &str) -> Result<Option<Agreement>, StoreError> {
    match versions(db, Some(id)).await?.pop_first() {
        Some((id, versions)) => fold(&id, &versions),
        None => Ok(None),
    }
}

/// The agreement that these versions, oldest first, come to.
fn fold(id: &str, versions: &[Version]) -> Result<Option<Agreement>, StoreError> {
    let Some((first, rest)) = versions.split_first() else { return Ok(None) };
    let mut agreement = Agreement::begin(id, first.change.clone())?;
    for version in rest {
        agreement.apply(version.change.clone(), version.at)?;
    }
    Ok(Some(agreement))
}

/// The versions of one agreement or of all, oldest first.
async fn versions(
    db: &impl ConnectionTrait,
    id: Option<&str>,
) -> Result<BTreeMap<String, Vec<Version>>, StoreError> {
    let one = if id.is_some() { " WHERE agreement = $1" } else { "" };
    let text = format!(
        "SELECT agreement, version, at, user_name, organisation, audit_id, change FROM agreement_version{one} \
         ORDER BY agreement, version"
    );
    let mut all: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for row in sql::rows(db, &text, id.map(Value::from).into_iter().collect()).await? {
        all.entry(row.try_get("", "agreement")?).or_default().push(read(&row)?);
    }
    Ok(all)
}

fn read(row: &QueryResult) -> Result<Version, StoreError> {
    let (version, change): (i32, String) = (row.try_get("", "version")?, row.try_get("", "change")?);
    Ok(Version {
        version: u32::try_from(version).map_err(|_| StoreError::Unreadable("agreement"))?,
        at: row.try_get("", "at")?,
        user_name: row.try_get("", "user_name")?,
        organisation: row.try_get("", "organisation")?,
        audit_id: row.try_get("", "audit_id")?,
        change: serde_json::from_str(&change).map_err(|_| StoreError::Unreadable("agreement"))?,
    })
}
