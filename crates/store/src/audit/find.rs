//! Reading rows back.

use chrono::{DateTime, Utc};
use model::PersonId;
use policy::{Action, Permit};
use sea_orm::Value;

use super::entry::{COLUMNS, Entry};
use super::shown;
use crate::sql::{self, Sql};
use crate::{Page, Store, StoreError};

/// Which rows to show. Every filter that is given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Sign-in name.
    pub user: Option<String>,
    /// About this person, or a list that gave them.
    pub person: Option<PersonId>,
    /// Action by name.
    pub action: Option<String>,
    /// The user's role, by name.
    pub role: Option<String>,
    /// From the user's organisation.
    pub organisation: Option<String>,
    /// Purpose by name.
    pub purpose: Option<String>,
    /// Permitted or refused.
    pub permitted: Option<bool>,
    /// At or after.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
    /// What one request did.
    pub correlation: Option<String>,
}

/// Rows for the governance lead, newest first, and how many there are. Whom they are about is written down first.
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
    let (total, entries) = find(store, filter, &[], page).await?;
    shown(store, permit, entries.iter().filter_map(|entry| entry.person)).await?;
    Ok((total, entries))
}

/// Rows about the permit's own person, newest first: who looked at my record, refusals included, and lists that gave them.
/// Errors: a permit for anything but that.
pub async fn of_person(store: &Store, permit: &Permit, page: Page) -> Result<(u64, Vec<Entry>), StoreError> {
    let (Action::ViewOwnAccesses, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    find(store, &Filter { person: Some(person), ..Filter::default() }, &[], page).await
}

/// One row about the permit's own person; `None` when that row is about somebody or something else.
/// Errors: a permit for anything but seeing who looked at their record.
pub async fn one_of_person(store: &Store, permit: &Permit, row: i64) -> Result<Option<Entry>, StoreError> {
    let (Action::ViewOwnAccesses, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    let about = |entry: &Entry| entry.person == Some(person) || entry.shown().contains(&person);
    Ok(one(store, row).await?.filter(about))
}

/// By what a person's care is seen: their record opened, or their name and a reason on a list.
pub(crate) const OPENINGS: [Action; 6] = [
    Action::OpenRecord,
    Action::OpenTimeline,
    Action::OpenOwnRecord,
    Action::ListWorklist,
    Action::ListCaseload,
    Action::FindPerson,
];

/// The times that a person's record was opened, or they were on a list, between two moments, latest first, and how many.
pub(crate) async fn openings(
    store: &Store,
    person: PersonId,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    page: Page,
) -> Result<(u64, Vec<Entry>), StoreError> {
    let filter = Filter { person: Some(person), permitted: Some(true), from, to, ..Filter::default() };
    find(store, &filter, &OPENINGS.map(Action::name), page).await
}

/// One row.
pub(crate) async fn one(store: &Store, id: i64) -> Result<Option<Entry>, StoreError> {
    let text = format!("{} WHERE id = $1", select());
    sql::one(store.reader(), &text, vec![id.into()]).await?.as_ref().map(Entry::read).transpose()
}

/// Rows after number `after`, up to number `to`, in order of number: `most` of them.
pub(super) async fn following(
    store: &Store,
    after: i64,
    to: i64,
    most: u64,
) -> Result<Vec<Entry>, StoreError> {
    let text = format!("{} WHERE id > $1 AND id <= $2 ORDER BY id LIMIT {most}", select());
    let rows = sql::rows(store.reader(), &text, vec![after.into(), to.into()]).await?;
    rows.iter().map(Entry::read).collect()
}

fn select() -> String {
    format!("SELECT {} FROM audit", COLUMNS.join(", "))
}

/// Rows that pass the filter; of these actions only, when any are named.
async fn find(
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
    let mut query = rows(&select());
    query.push(" ORDER BY id DESC").push(&page.sql());
    let rows = query.rows(store.reader()).await?;
    Ok((total, rows.iter().map(Entry::read).collect::<Result<_, _>>()?))
}

fn conditions(query: &mut Sql, filter: &Filter) {
    let text = |value: &Option<String>| value.as_deref().map(Value::from);
    let wanted: [(&str, Option<Value>); 9] = [
        ("user_id = ", text(&filter.user)),
        ("action = ", text(&filter.action)),
        ("role = ", text(&filter.role)),
        ("organisation = ", text(&filter.organisation)),
        ("purpose = ", text(&filter.purpose)),
        ("correlation = ", text(&filter.correlation)),
        ("permitted = ", filter.permitted.map(Value::from)),
        ("at >= ", filter.from.map(Value::from)),
        ("at < ", filter.to.map(Value::from)),
    ];
    query.push(" WHERE 1 = 1");
    for (column, value) in wanted {
        if let Some(value) = value {
            query.push(" AND ").push(column).bind(value);
        }
    }
    if let Some(person) = filter.person {
        query.push(" AND id IN (SELECT id FROM audit WHERE person_id = ").bind(sql::stored(person));
        query.push(" UNION ALL SELECT row_id FROM audit_shown WHERE person_id = ").bind(sql::stored(person));
        query.push(")");
    }
}
