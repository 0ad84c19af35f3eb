//! Whom a care coordinator looks after.

use chrono::NaiveDate;
use model::PersonId;
use policy::{Action, Permit, UserId};

use crate::people::{self, PersonHit};
use crate::reach::{self, Columns};
use crate::sql::{self, Sql};
use crate::{Page, Pipeline, Store, StoreError, audit};

/// One person of a caseload, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnCaseload {
    /// Who.
    pub who: PersonHit,
    /// Since when.
    pub since: NaiveDate,
}

/// Puts people on a user's caseload; those on it already stay as they were.
pub async fn assign(
    store: &Store,
    user: &UserId,
    people: &[PersonId],
    since: NaiveDate,
) -> Result<(), StoreError> {
    let tx = store.write().await?;
    for person in people {
        let values = vec![user.0.as_str().into(), sql::stored(*person).into(), since.into()];
        let text =
            "INSERT INTO caseload (user_id, person_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        sql::execute(&tx, text, values).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes a person off a user's caseload.
pub async fn end(store: &Store, user: &UserId, person: PersonId) -> Result<(), StoreError> {
    let values = vec![user.0.as_str().into(), sql::stored(person).into()];
    sql::execute(store.writer(), "DELETE FROM caseload WHERE user_id = $1 AND person_id = $2", values)
        .await?;
    Ok(())
}

fn from(query: &mut Sql, permit: &Permit) -> Result<(), StoreError> {
    if permit.action() != Action::ListCaseload {
        return Err(StoreError::WrongPermit);
    }
    query.push(
        " FROM caseload k JOIN publication u ON u.one = 1 \
         JOIN person p ON p.generation = u.generation AND p.person_id = k.person_id WHERE k.user_id = ",
    );
    query.bind(permit.access().user.0.as_str());
    let columns = Columns { person: "p.person_id", practice: "p.practice", death_date: "p.death_date" };
    reach::restrict(query, permit, &columns);
    Ok(())
}

/// How many people are on the user's own caseload.
/// Errors: a permit for anything but one's own caseload.
pub async fn size(store: &Store, permit: &Permit) -> Result<u64, StoreError> {
    let mut count = Sql::new("SELECT COUNT(*) AS n");
    from(&mut count, permit)?;
    Ok(match count.one(store.reader()).await? {
        Some(row) => sql::count(&row, "n")?,
        None => 0,
    })
}

/// The user's own caseload by name, and how many people are on it. Who is given is written down first.
/// Errors: a permit for anything but one's own caseload.
pub async fn own(store: &Store, permit: &Permit, page: Page) -> Result<(u64, Vec<OnCaseload>), StoreError> {
    let total = size(store, permit).await?;
    let mut query = Sql::new(
        "SELECT p.person_id, p.nhs_number, p.family_name, p.given_name, p.birth_date, p.death_date, p.sex, p.postcode, \
         p.practice, 1 = 1 AS on_caseload, k.since",
    );
    from(&mut query, permit)?;
    query.push(" ORDER BY p.family_key, p.given_key, p.person_id").push(&page.sql());
    let rows = query.rows(store.reader()).await?;
    let shown: Vec<OnCaseload> = rows
        .iter()
        .map(|row| {
            Ok(OnCaseload { who: people::hit(row)?.leave_out(permit), since: row.try_get("", "since")? })
        })
        .collect::<Result<_, StoreError>>()?;
    audit::shown(store, permit, shown.iter().map(|line| line.who.person)).await?;
    Ok((total, shown))
}

/// How many people each user has on their caseload, for the operator.
pub async fn sizes(pipeline: Pipeline<'_>) -> Result<Vec<(UserId, u64)>, StoreError> {
    let text = "SELECT user_id, COUNT(*) AS n FROM caseload GROUP BY user_id ORDER BY user_id";
    let rows = sql::rows(pipeline.store.reader(), text, vec![]).await?;
    rows.iter().map(|row| Ok((UserId(row.try_get("", "user_id")?), sql::count(row, "n")?))).collect()
}
