//! Who acts for whom, from when to when.

use chrono::{NaiveDate, SubsecRound};
use model::PersonId;
use policy::{Action, Permit, UserId};
use sea_orm::Value;

use crate::{Store, StoreError, audit, sql};

/// Somebody a user acts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActsFor {
    /// Whom.
    pub person: PersonId,
    /// The last day.
    pub until: NaiveDate,
}

/// Writes down that a user acts for the permit's person between two days, or changes the days.
/// `false` when there is no such user. Errors: a permit for anything but recording that.
pub async fn set(
    store: &Store,
    permit: &Permit,
    user: &UserId,
    since: NaiveDate,
    until: NaiveDate,
) -> Result<bool, StoreError> {
    let (Action::RecordObjection, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    let access = permit.access();
    let tx = store.write().await?;
    let known = "SELECT 1 AS one FROM app_user WHERE id = $1 AND role = 'person'";
    if sql::one(&tx, known, vec![user.0.as_str().into()]).await?.is_none() {
        return Ok(false);
    }
    let values: Vec<Value> = vec![
        sql::stored(person).into(),
        user.0.as_str().into(),
        since.into(),
        until.into(),
        access.at.trunc_subsecs(6).into(),
        access.user.0.as_str().into(),
    ];
    let text = "INSERT INTO proxy (person_id, user_id, since, until, recorded_at, recorded_by) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id, user_id) DO UPDATE SET since = excluded.since, \
        until = excluded.until, recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by";
    sql::execute(&tx, text, values).await?;
    let sentence = format!("Recorded: {user} acts for this person from {since} to {until}.");
    audit::write_down(&tx, store, access, permit.action(), Some(person), &sentence).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whom the permit's user acts for today: numbers only, to ask a permit for.
/// Errors: a permit for anything but opening one's own record.
pub async fn of_user(store: &Store, permit: &Permit) -> Result<Vec<ActsFor>, StoreError> {
    if permit.action() != Action::OpenOwnRecord {
        return Err(StoreError::WrongPermit);
    }
    let access = permit.access();
    let text = "SELECT person_id, until FROM proxy WHERE user_id = $1 AND since <= $2 AND until >= $2 ORDER BY person_id";
    let values = vec![access.user.0.as_str().into(), access.at.date_naive().into()];
    let rows = sql::rows(store.reader(), text, values).await?;
    let acts_for: Vec<ActsFor> = rows
        .iter()
        .map(|row| Ok(ActsFor { person: sql::person(row, "person_id")?, until: row.try_get("", "until")? }))
        .collect::<Result<_, StoreError>>()?;
    audit::shown(store, permit, acts_for.iter().map(|line| line.person)).await?;
    Ok(acts_for)
}
