//! What people have asked for about the use of their data. It holds from the moment it is written.

use std::collections::BTreeSet;

use chrono::{DateTime, SubsecRound, Utc};
use model::{NhsNumber, Objection, PersonId};
use policy::{Action, Permit};
use sea_orm::ConnectionTrait;

use crate::{Pipeline, Store, StoreError, agreements, audit, sql};

/// One thing a person has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// What.
    pub objection: Objection,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// Writes down what the permit's person has asked for, or takes it back; `false` when it stood that way already.
/// Errors: a permit for anything but one's own choices, or recording somebody's. The national data opt-out and Type 1 are not
/// chosen here: they are recorded.
pub async fn set(
    store: &Store,
    permit: &Permit,
    objection: &Objection,
    asked: bool,
) -> Result<bool, StoreError> {
    let person = match (permit.action(), permit.person()) {
        (Action::RecordObjection, Some(person)) => person,
        (Action::ChooseSharing, Some(person))
            if !matches!(objection, Objection::NationalOptOut | Objection::Type1) =>
        {
            person
        }
        _ => return Err(StoreError::WrongPermit),
    };
    let access = permit.access();
    let key = || vec![sql::stored(person).into(), objection.name().into(), objection.organisation().into()];
    let tx = store.write().await?;
    let changed = if asked {
        let mut values = key();
        values.extend([access.at.trunc_subsecs(6).into(), access.user.0.as_str().into()]);
        let text = "INSERT INTO person_choice (person_id, kind, organisation, recorded_at, recorded_by) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        sql::execute(&tx, text, values).await?
    } else {
        let text = "DELETE FROM person_choice WHERE person_id = $1 AND kind = $2 AND organisation = $3";
        sql::execute(&tx, text, key()).await?
    };
    if changed == 0 {
        return Ok(false);
    }
    if objection.excludes_from_planning() {
        agreements::count_change(&tx).await?;
    }
    let organisation = match objection.organisation() {
        "" => String::new(),
        code => format!(" ({code})"),
    };
    let verb = if asked { "Recorded" } else { "Taken back" };
    let sentence = format!("{verb}: {}{organisation}.", objection.label());
    audit::write_down(&tx, store, access, permit.action(), Some(person), &sentence).await?;
    tx.commit().await?;
    Ok(true)
}

/// What the permit's person has asked for. Errors: a permit for anything but their own choices.
pub async fn of_person(store: &Store, permit: &Permit) -> Result<Vec<Recorded>, StoreError> {
    let (Action::ViewOwnChoices, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    let text = "SELECT kind, organisation, recorded_at FROM person_choice WHERE person_id = $1 ORDER BY kind, organisation";
    let rows = sql::rows(store.reader(), text, vec![sql::stored(person).into()]).await?;
    rows.iter()
        .map(|row| {
            let (kind, organisation): (String, String) =
                (row.try_get("", "kind")?, row.try_get("", "organisation")?);
            let objection =
                Objection::from_name(&kind, &organisation).ok_or(StoreError::Unreadable("objection"))?;
            Ok(Recorded { objection, at: row.try_get("", "recorded_at")? })
        })
        .collect()
}

/// How many people have asked for each thing, by name; what came to somebody by a merge is counted where it was entered. Errors: a permit for anything but that.
pub async fn counts(store: &Store, permit: &Permit) -> Result<Vec<(String, u64)>, StoreError> {
    if permit.action() != Action::ViewObjections {
        return Err(StoreError::WrongPermit);
    }
    let text = "SELECT kind, COUNT(DISTINCT person_id) AS n FROM person_choice WHERE carried_from IS NULL GROUP BY kind \
        ORDER BY kind";
    let rows = sql::rows(store.reader(), text, vec![]).await?;
    rows.iter().map(|row| Ok((row.try_get("", "kind")?, sql::count(row, "n")?))).collect()
}

/// Whose an NHS number is, to ask leave to record what they want. Errors: a permit for anything but objections.
pub async fn person_of(
    store: &Store,
    permit: &Permit,
    number: NhsNumber,
) -> Result<Option<PersonId>, StoreError> {
    if permit.action() != Action::ViewObjections {
        return Err(StoreError::WrongPermit);
    }
    let number = i64::try_from(number.as_u64()).unwrap_or(0);
    let text = "SELECT MIN(p.person_id) AS person_id FROM publication u JOIN person p ON p.generation = u.generation \
        WHERE u.one = 1 AND p.nhs_number = $1";
    match sql::one(store.reader(), text, vec![number.into()]).await? {
        Some(row) => sql::person_or_none(&row, "person_id"),
        None => Ok(None),
    }
}

/// The people who are counted nowhere, for whoever counts.
pub async fn not_for_planning(pipeline: Pipeline<'_>) -> Result<BTreeSet<PersonId>, StoreError> {
    not_counted(pipeline.store.reader()).await
}

pub(crate) async fn not_counted(db: &impl ConnectionTrait) -> Result<BTreeSet<PersonId>, StoreError> {
    let kinds: Vec<String> = Objection::GENERAL
        .iter()
        .filter(|objection| objection.excludes_from_planning())
        .map(|objection| format!("'{}'", objection.name()))
        .collect();
    let text = format!("SELECT DISTINCT person_id FROM person_choice WHERE kind IN ({})", kinds.join(", "));
    let rows = sql::rows(db, &text, vec![]).await?;
    rows.iter().map(|row| sql::person(row, "person_id")).collect()
}
