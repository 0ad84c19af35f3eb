//! Case-finding lists: who is on them and why, for the person's own care team.

use model::PersonId;
use policy::{Action, Permit};
use sea_orm::{QueryResult, Value};
use sha2::{Digest, Sha256};

use crate::bulk::Bulk;
use crate::generations::add_text;
use crate::people::{self, PersonHit};
use crate::reach::{self, Columns};
use crate::sql::{self, Sql};
use crate::{Page, Store, StoreError, audit};

/// One person on one list, as the pipeline writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorklistRow {
    /// Definition name of the list.
    pub worklist: String,
    /// Who.
    pub person: PersonId,
    /// The heavier, the higher on the list.
    pub weight: i64,
    /// Why, with its numbers and dates.
    pub reason: String,
    /// ODS code of the person's practice, the same as in the person index.
    pub practice: String,
    /// ONS code of the person's borough.
    pub borough: String,
    /// The person's population group.
    pub group: Option<u8>,
    /// The person's age on the day of the data.
    pub age: Option<u16>,
}

/// Which rows to show. Every filter that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Definition name of the list.
    pub worklist: String,
    /// ODS code of the practice.
    pub practice: Option<String>,
    /// ONS code of the borough.
    pub borough: Option<String>,
    /// Population group.
    pub group: Option<u8>,
    /// At least this old.
    pub age_from: Option<u16>,
    /// At most this old.
    pub age_to: Option<u16>,
    /// How the family or given name begins.
    pub name: String,
    /// Only people on the user's own caseload.
    pub on_caseload: bool,
}

/// One person on a list, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPerson {
    /// Who.
    pub who: PersonHit,
    /// Weight on the list.
    pub weight: i64,
    /// Why.
    pub reason: String,
    /// ONS code of the borough.
    pub borough: String,
    /// Population group.
    pub group: Option<u8>,
    /// Age on the day of the data.
    pub age: Option<u16>,
}

/// The people of a list within the permit's reach, heaviest first, and how many there are. Who is given is written down first.
/// Errors: a permit for anything but seeing worklists.
pub async fn list(
    store: &Store,
    permit: &Permit,
    filter: &Filter,
    page: Page,
) -> Result<(u64, Vec<ListedPerson>), StoreError> {
    let mut count = Sql::new("SELECT COUNT(*) AS n");
    from(&mut count, permit, filter)?;
    let total = match count.one(store.reader()).await? {
        Some(row) => sql::count(&row, "n")?,
        None => 0,
    };
    let mut query = Sql::new(
        "SELECT p.person_id, p.nhs_number, p.family_name, p.given_name, p.birth_date, p.death_date, p.sex, p.postcode, \
         p.practice, w.weight, w.reason, w.borough, w.group_number, w.age, \
         EXISTS (SELECT 1 FROM caseload c WHERE c.person_id = p.person_id AND c.user_id = ",
    );
    query.bind(permit.access().user.0.as_str()).push(") AS on_caseload");
    from(&mut query, permit, filter)?;
    query.push(" ORDER BY w.weight DESC, w.person_id").push(&page.sql());
    let rows = query.rows(store.reader()).await?;
    let people: Vec<ListedPerson> = rows.iter().map(listed).collect::<Result<_, _>>()?;
    audit::shown(store, permit, people.iter().map(|listed| listed.who.person)).await?;
    Ok((total, people))
}

/// The lists that have anybody within the permit's reach, with how many, by name.
/// Errors: a permit for anything but seeing worklists.
pub async fn counts(store: &Store, permit: &Permit) -> Result<Vec<(String, u64)>, StoreError> {
    let mut query = Sql::new("SELECT w.worklist, COUNT(*) AS n");
    joined(&mut query, permit)?;
    query.push(" GROUP BY w.worklist ORDER BY w.worklist");
    let rows = query.rows(store.reader()).await?;
    rows.iter().map(|row| Ok((row.try_get("", "worklist")?, sql::count(row, "n")?))).collect()
}

fn joined(query: &mut Sql, permit: &Permit) -> Result<(), StoreError> {
    if permit.action() != Action::ListWorklist {
        return Err(StoreError::WrongPermit);
    }
    query.push(
        " FROM publication u JOIN worklist_row w ON w.generation = u.generation \
         JOIN person p ON p.generation = w.generation AND p.person_id = w.person_id WHERE u.one = 1",
    );
    // The list's own copy of the practice, so that the filter is an index on the list.
    let columns = Columns { person: "w.person_id", practice: "w.practice", death_date: "p.death_date" };
    reach::restrict(query, permit, &columns);
    Ok(())
}

fn from(query: &mut Sql, permit: &Permit, filter: &Filter) -> Result<(), StoreError> {
    joined(query, permit)?;
    query.push(" AND w.worklist = ").bind(filter.worklist.as_str());
    let wanted: [(&str, Option<Value>); 5] = [
        ("w.practice = ", filter.practice.as_deref().map(Value::from)),
        ("w.borough = ", filter.borough.as_deref().map(Value::from)),
        ("w.group_number = ", filter.group.map(|group| i32::from(group).into())),
        ("w.age >= ", filter.age_from.map(|age| i32::from(age).into())),
        ("w.age <= ", filter.age_to.map(|age| i32::from(age).into())),
    ];
    for (column, value) in wanted {
        if let Some(value) = value {
            query.push(" AND ").push(column).bind(value);
        }
    }
    let name = linkage::name_key(&filter.name);
    if !name.is_empty() {
        query.push(" AND (p.family_key LIKE ").bind(format!("{name}%"));
        query.push(" OR p.given_key LIKE ").bind(format!("{name}%")).push(")");
    }
    if filter.on_caseload {
        query.push(" AND w.person_id IN (SELECT person_id FROM caseload WHERE user_id = ");
        query.bind(permit.access().user.0.as_str()).push(")");
    }
    Ok(())
}

fn listed(row: &QueryResult) -> Result<ListedPerson, StoreError> {
    Ok(ListedPerson {
        who: people::hit(row)?,
        weight: row.try_get("", "weight")?,
        reason: row.try_get("", "reason")?,
        borough: row.try_get("", "borough")?,
        group: small(row, "group_number")?,
        age: small(row, "age")?,
    })
}

fn small<T: TryFrom<i32>>(row: &QueryResult, column: &str) -> Result<Option<T>, StoreError> {
    let stored: Option<i32> = row.try_get("", column)?;
    stored.map(|n| T::try_from(n).map_err(|_| StoreError::Unreadable("worklist row"))).transpose()
}

pub(crate) const TABLE: Bulk = Bulk {
    table: "worklist_row",
    columns: &[
        "generation",
        "worklist",
        "person_id",
        "weight",
        "reason",
        "practice",
        "borough",
        "group_number",
        "age",
    ],
    conflict: "",
};

pub(crate) fn values(generation: i64, row: WorklistRow) -> [Value; 9] {
    [
        generation.into(),
        row.worklist.into(),
        sql::stored(row.person).into(),
        row.weight.into(),
        row.reason.into(),
        row.practice.into(),
        row.borough.into(),
        row.group.map(i32::from).into(),
        row.age.map(i32::from).into(),
    ]
}

pub(crate) const IN_ORDER: &str = "SELECT worklist, person_id, weight, reason, practice, borough, group_number, age \
    FROM worklist_row WHERE generation = $1 AND (worklist, person_id) > ($2, $3) \
    ORDER BY worklist, person_id LIMIT 5000";

pub(crate) fn read(row: &QueryResult) -> Result<WorklistRow, StoreError> {
    Ok(WorklistRow {
        worklist: row.try_get("", "worklist")?,
        person: sql::person(row, "person_id")?,
        weight: row.try_get("", "weight")?,
        reason: row.try_get("", "reason")?,
        practice: row.try_get("", "practice")?,
        borough: row.try_get("", "borough")?,
        group: small(row, "group_number")?,
        age: small(row, "age")?,
    })
}

pub(crate) fn digest(row: &WorklistRow, hash: &mut Sha256) {
    add_text(hash, &row.worklist);
    hash.update(row.person.0.to_le_bytes());
    hash.update(row.weight.to_le_bytes());
    for text in [&row.reason, &row.practice, &row.borough] {
        add_text(hash, text);
    }
    hash.update([row.group.unwrap_or(u8::MAX)]);
    hash.update(row.age.unwrap_or(u16::MAX).to_le_bytes());
}
