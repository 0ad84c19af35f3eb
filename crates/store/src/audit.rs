//! Who looked at whom: written before anything is shown, read by the governance lead and by the person.
//!
//! Rows form a chain: each carries the SHA-256 of the row before it and of itself, and `audit_head` holds the last. A row
//! changed, taken out or put elsewhere breaks the chain at that row; rows cut off the end disagree with the head.
//!
//! INVARIANT: this is the one file in which a permit is made (`crates/wsic/tests/it/house.rs`).

use chrono::{DateTime, SubsecRound, Utc};
use model::PersonId;
use policy::{Access, Action, Decision, Permit};
use sea_orm::{ConnectionTrait, QueryResult, Value};

use crate::sql::{self, Sql};
use crate::{Page, RequestError, Store, StoreError};

/// One row of the audit.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number, from 1 without gaps.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The user's sign-in name.
    pub user: String,
    /// The user's name.
    pub user_name: String,
    /// The user's role, by name.
    pub role: String,
    /// ODS code of the user's organisation.
    pub organisation: String,
    /// What for, by name.
    pub purpose: String,
    /// Why, in the user's words.
    pub reason: Option<String>,
    /// What was done: the name of an action of policy, or one of `sign_in.rs`.
    pub action: String,
    /// What it was done to, by name.
    pub resource: String,
    /// Whom it was about, when one person.
    pub person: Option<PersonId>,
    /// Whether it was permitted.
    pub permitted: bool,
    /// Ids of the rules that decided, separated by blanks.
    pub rules: String,
    /// The decision in plain English.
    pub sentence: String,
    /// Sections withheld, separated by blanks.
    pub masks: String,
    /// Version of the rules.
    pub policy_version: String,
    /// Ties together what one request did.
    pub correlation: String,
    /// Hash of the row before; blank for the first.
    pub prev_hash: String,
    /// Hash of this row.
    pub hash: String,
}

impl Entry {
    /// What was done, in words.
    pub fn action_label(&self) -> &str {
        let action = self.action.as_str();
        crate::sign_in::label(action)
            .unwrap_or_else(|| Action::from_name(action).map_or(action, |action| action.label()))
    }
}

/// Which rows to show. Every filter that is given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Sign-in name.
    pub user: Option<String>,
    /// About this person.
    pub person: Option<PersonId>,
    /// Action by name.
    pub action: Option<String>,
    /// From the user's organisation.
    pub organisation: Option<String>,
    /// Permitted or refused.
    pub permitted: Option<bool>,
    /// At or after.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
}

/// Writes the decision down and, if it permits, gives the permit.
pub(crate) async fn record(
    store: &Store,
    access: &Access,
    decision: Decision,
) -> Result<Permit, RequestError> {
    let entry = entry_of(access, &decision);
    let id = append(store, entry).await.map_err(RequestError::Audit)?;
    if !decision.permitted() {
        return Err(RequestError::Refused {
            sentence: decision.sentence().to_owned(),
            known: decision.known(),
        });
    }
    Permit::issue(access.clone(), decision, id).map_err(|_| RequestError::Audit(StoreError::WrongPermit))
}

/// Rows for the governance lead, newest first, and how many there are.
/// Errors: a permit for anything but searching the audit.
pub async fn search(
    store: &Store,
    permit: &Permit,
    filter: &Filter,
    page: Page,
) -> Result<(u64, Vec<Entry>), StoreError> {
    if permit.action() != Action::SearchAudit {
        return Err(StoreError::WrongPermit);
    }
    find(store, filter, page).await
}

/// Rows about the permit's own person, newest first: who looked at my record, refusals included.
/// Errors: a permit for anything but that.
pub async fn of_person(store: &Store, permit: &Permit, page: Page) -> Result<(u64, Vec<Entry>), StoreError> {
    let (Action::ViewOwnAccesses, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    find(store, &Filter { person: Some(person), ..Filter::default() }, page).await
}

/// The times that a person's record was opened between two moments, latest first, and how many they are.
pub(crate) async fn openings(
    store: &Store,
    person: PersonId,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    page: Page,
) -> Result<(u64, Vec<Entry>), StoreError> {
    let filter = Filter { person: Some(person), permitted: Some(true), from, to, ..Filter::default() };
    let opens = [Action::OpenRecord, Action::OpenTimeline, Action::OpenOwnRecord];
    find_any(store, &filter, &opens.map(Action::name), page).await
}

/// Walks the whole chain. `Ok(n)`: n rows and nothing wrong. `Err(id)` inside: the first row at which something is.
pub async fn verify(store: &Store) -> Result<Result<u64, i64>, StoreError> {
    const AT_ONCE: u64 = 5_000;
    // The head is read first: rows written since are beyond it and are held to the chain alone.
    let head = sql::one(store.reader(), "SELECT last_id, hash FROM audit_head WHERE one = 1", vec![]).await?;
    let head = head.ok_or(StoreError::Unreadable("head of the audit"))?;
    let (head_id, head_hash): (i64, String) = (head.try_get("", "last_id")?, head.try_get("", "hash")?);
    let (mut last_id, mut last_hash) = (0_i64, String::new());
    loop {
        let sql = format!("{SELECT} WHERE id > $1 ORDER BY id LIMIT {AT_ONCE}");
        let rows = sql::rows(store.reader(), &sql, vec![last_id.into()]).await?;
        for row in &rows {
            let entry = entry(row)?;
            let chained =
                entry.id == last_id + 1 && entry.prev_hash == last_hash && entry.hash == hash(&entry);
            if !chained || (entry.id == head_id && entry.hash != head_hash) {
                return Ok(Err(last_id + 1));
            }
            (last_id, last_hash) = (entry.id, entry.hash);
        }
        if (rows.len() as u64) < AT_ONCE {
            break;
        }
    }
    Ok(if last_id < head_id { Err(last_id + 1) } else { Ok(last_id.unsigned_abs()) })
}

/// Writes a sign-in, a failed one or a sign-out.
pub(crate) async fn note(
    store: &Store,
    access: &Access,
    action: &str,
    permitted: bool,
    sentence: &str,
) -> Result<(), StoreError> {
    let entry = Entry {
        action: action.to_owned(),
        resource: "session".to_owned(),
        permitted,
        sentence: sentence.to_owned(),
        policy_version: store.rules.version().to_owned(),
        ..blank(access)
    };
    append(store, entry).await.map(|_| ())
}

fn blank(access: &Access) -> Entry {
    Entry {
        id: 0,
        // PostgreSQL keeps microseconds; the hash must be of what is kept.
        at: access.at.trunc_subsecs(6),
        user: access.user.0.clone(),
        user_name: access.display_name.clone(),
        role: access.role.name().to_owned(),
        organisation: access.organisation.clone(),
        purpose: access.purpose.name().to_owned(),
        reason: access.reason.clone(),
        action: String::new(),
        resource: String::new(),
        person: None,
        permitted: false,
        rules: String::new(),
        sentence: String::new(),
        masks: String::new(),
        policy_version: String::new(),
        correlation: access.correlation.clone(),
        prev_hash: String::new(),
        hash: String::new(),
    }
}

fn entry_of(access: &Access, decision: &Decision) -> Entry {
    let masks: Vec<&str> = decision.masks().iter().map(|section| section.name()).collect();
    Entry {
        action: decision.action().name().to_owned(),
        resource: decision.resource().name().to_owned(),
        person: decision.resource().person(),
        permitted: decision.permitted(),
        rules: decision.rules().join(" "),
        sentence: decision.sentence().to_owned(),
        masks: masks.join(" "),
        policy_version: decision.policy_version().to_owned(),
        ..blank(access)
    }
}

/// Adds a row to the chain. Moving the head first takes the lock on both databases, so that rows are chained one by one.
async fn append(store: &Store, mut entry: Entry) -> Result<i64, StoreError> {
    let tx = store.write().await?;
    let head = sql::one(
        &tx,
        "UPDATE audit_head SET last_id = last_id + 1 WHERE one = 1 RETURNING last_id, hash",
        vec![],
    )
    .await?
    .ok_or(StoreError::Unreadable("head of the audit"))?;
    entry.id = head.try_get("", "last_id")?;
    entry.prev_hash = head.try_get("", "hash")?;
    entry.hash = hash(&entry);
    let id = entry.id;
    sql::execute(&tx, "UPDATE audit_head SET hash = $1 WHERE one = 1", vec![entry.hash.as_str().into()])
        .await?;
    insert(&tx, entry).await?;
    tx.commit().await?;
    Ok(id)
}

async fn insert(db: &impl ConnectionTrait, entry: Entry) -> Result<(), StoreError> {
    let values: Vec<Value> = vec![
        entry.id.into(),
        entry.at.into(),
        entry.user.into(),
        entry.user_name.into(),
        entry.role.into(),
        entry.organisation.into(),
        entry.purpose.into(),
        entry.reason.into(),
        entry.action.into(),
        entry.resource.into(),
        entry.person.map(sql::stored).into(),
        entry.permitted.into(),
        entry.rules.into(),
        entry.sentence.into(),
        entry.masks.into(),
        entry.policy_version.into(),
        entry.correlation.into(),
        entry.prev_hash.into(),
        entry.hash.into(),
    ];
    let text = "INSERT INTO audit (id, at, user_id, user_name, role, organisation, purpose, reason, action, resource, \
        person_id, permitted, rules, sentence, masks, policy_version, correlation, prev_hash, hash) VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    sql::execute(db, text, values).await.map(|_| ())
}

/// SHA-256 over every field in the order of [`Entry`], each after its length, so that no two rows read alike.
fn hash(entry: &Entry) -> String {
    let person = entry.person.map_or_else(String::new, |person| person.to_string());
    let reason = entry.reason.as_ref().map_or_else(String::new, |reason| format!("+{reason}"));
    let fields = [
        entry.prev_hash.as_str(),
        &entry.id.to_string(),
        &entry.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        &entry.user,
        &entry.user_name,
        &entry.role,
        &entry.organisation,
        &entry.purpose,
        &reason,
        &entry.action,
        &entry.resource,
        &person,
        if entry.permitted { "1" } else { "0" },
        &entry.rules,
        &entry.sentence,
        &entry.masks,
        &entry.policy_version,
        &entry.correlation,
    ];
    let mut bytes = Vec::with_capacity(512);
    for field in fields {
        bytes.extend_from_slice(&(field.len() as u64).to_le_bytes());
        bytes.extend_from_slice(field.as_bytes());
    }
    model::sha256_hex(&bytes)
}

const SELECT: &str = "SELECT id, at, user_id, user_name, role, organisation, purpose, reason, action, resource, person_id, \
    permitted, rules, sentence, masks, policy_version, correlation, prev_hash, hash FROM audit";

async fn find(store: &Store, filter: &Filter, page: Page) -> Result<(u64, Vec<Entry>), StoreError> {
    find_any(store, filter, &[], page).await
}

/// Rows that pass the filter; of these actions only, when any are named.
async fn find_any(
    store: &Store,
    filter: &Filter,
    actions: &[&str],
    page: Page,
) -> Result<(u64, Vec<Entry>), StoreError> {
    let rows = |text: &str| {
        let mut query = Sql::new(text);
        conditions(&mut query, filter);
        for (i, action) in actions.iter().enumerate() {
            query.push(if i == 0 { " AND action IN (" } else { ", " }).bind(*action);
        }
        query.push(if actions.is_empty() { "" } else { ")" });
        query
    };
    let total = match rows("SELECT COUNT(*) AS n FROM audit").one(store.reader()).await? {
        Some(row) => sql::count(&row, "n")?,
        None => 0,
    };
    let mut query = rows(SELECT);
    query.push(" ORDER BY id DESC").push(&page.sql());
    let rows = query.rows(store.reader()).await?;
    Ok((total, rows.iter().map(entry).collect::<Result<_, _>>()?))
}

fn conditions(query: &mut Sql, filter: &Filter) {
    let Filter { user, person, action, organisation, permitted, from, to } = filter;
    let wanted: [(&str, Option<Value>); 7] = [
        ("user_id = ", user.as_deref().map(Value::from)),
        ("person_id = ", person.map(|person| sql::stored(person).into())),
        ("action = ", action.as_deref().map(Value::from)),
        ("organisation = ", organisation.as_deref().map(Value::from)),
        ("permitted = ", permitted.map(Value::from)),
        ("at >= ", from.map(Value::from)),
        ("at < ", to.map(Value::from)),
    ];
    query.push(" WHERE 1 = 1");
    for (column, value) in wanted {
        if let Some(value) = value {
            query.push(" AND ").push(column).bind(value);
        }
    }
}

fn entry(row: &QueryResult) -> Result<Entry, StoreError> {
    Ok(Entry {
        id: row.try_get("", "id")?,
        at: row.try_get("", "at")?,
        user: row.try_get("", "user_id")?,
        user_name: row.try_get("", "user_name")?,
        role: row.try_get("", "role")?,
        organisation: row.try_get("", "organisation")?,
        purpose: row.try_get("", "purpose")?,
        reason: row.try_get("", "reason")?,
        action: row.try_get("", "action")?,
        resource: row.try_get("", "resource")?,
        person: sql::person_or_none(row, "person_id")?,
        permitted: row.try_get("", "permitted")?,
        rules: row.try_get("", "rules")?,
        sentence: row.try_get("", "sentence")?,
        masks: row.try_get("", "masks")?,
        policy_version: row.try_get("", "policy_version")?,
        correlation: row.try_get("", "correlation")?,
        prev_hash: row.try_get("", "prev_hash")?,
        hash: row.try_get("", "hash")?,
    })
}
