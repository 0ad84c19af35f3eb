//! Un-merging: one record of a person is said to be somebody else's. The next run gives it a person of its own.

use chrono::{DateTime, SubsecRound, Utc};
use policy::{Action, Permit};
use sea_orm::{QueryResult, Value};

use crate::audit::{self, Entry};
use crate::cases::{self, SourcePerson};
use crate::reviews::{self, Event};
use crate::{Page, Store, StoreError, sql};

/// One record's parting from a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// Its number: that of the audit row behind it.
    pub id: i64,
    /// The record's source, such as `gp:E84002`.
    pub source: String,
    /// The person's identifier in that source.
    pub source_person: String,
    /// When it was said.
    pub at: DateTime<Utc>,
    /// Who said so.
    pub user_name: String,
    /// Why, in their words.
    pub reason: String,
    /// Since when the record was joined to the person; `None` when that was before such things were written down.
    pub linked_at: Option<DateTime<Utc>>,
    /// It still holds; otherwise it was taken back.
    pub holds: bool,
}

/// Says that one record of the permit's person is somebody else's: it and each other record of the person are decided to be
/// of two people. Gives the parting's number; `None` when the record is not (or no longer) joined to another of theirs.
/// Errors: a permit for anything but parting that person.
pub async fn part(
    store: &Store,
    permit: &Permit,
    record: &SourcePerson,
    reason: &str,
) -> Result<Option<i64>, StoreError> {
    let (Action::PartPerson, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    let tx = store.write().await?;
    let text = "SELECT source, source_person FROM identity WHERE person_id = $1";
    let rows = sql::rows(&tx, text, vec![sql::stored(person).into()]).await?;
    let all = rows
        .iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect::<Result<Vec<SourcePerson>, StoreError>>()?;
    if !all.contains(record) {
        return Ok(None);
    }
    let mut parted = 0;
    for other in all.into_iter().filter(|other| other != record) {
        let (one, other) = cases::in_order(record.clone(), other, Clone::clone);
        let pair = cases::pair(&one, &other);
        let known = "SELECT same FROM linkage_decision WHERE pair = $1";
        let decided = sql::one(&tx, known, vec![pair.as_str().into()]).await?;
        if decided.map(|row| row.try_get::<bool>("", "same")).transpose()? == Some(false) {
            continue;
        }
        reviews::say(&tx, permit, &pair, Event::Parted, reason).await?;
        reviews::decide(&tx, permit, &one, &other, false).await?;
        parted += 1;
    }
    if parted == 0 {
        return Ok(None);
    }
    let access = permit.access();
    let values: Vec<Value> = vec![
        permit.audit_id().into(),
        sql::stored(person).into(),
        record.0.as_str().into(),
        record.1.as_str().into(),
        access.at.trunc_subsecs(6).into(),
        access.user.0.as_str().into(),
        access.display_name.as_str().into(),
        access.role.name().into(),
        reason.into(),
    ];
    let text = "INSERT INTO linkage_parting (audit_id, person_id, source, source_person, at, user_id, user_name, role, \
        reason, linked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT MAX(h.at) FROM person_history h \
        WHERE h.source = $3 AND h.source_person = $4 AND h.person_id = $2))";
    sql::execute(&tx, text, values).await?;
    tx.commit().await?;
    Ok(Some(permit.audit_id()))
}

/// Takes a parting back, with a reason: the next run may join the record again. `false` when there is none that holds.
/// Errors: a permit for anything but parting that person.
pub async fn take_back(store: &Store, permit: &Permit, id: i64, reason: &str) -> Result<bool, StoreError> {
    let (Action::PartPerson, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    let tx = store.write().await?;
    let text = "SELECT v.pair FROM linkage_parting p JOIN linkage_verdict v ON v.audit_id = p.audit_id \
        WHERE p.audit_id = $1 AND p.person_id = $2 AND v.said = 'parted' AND NOT EXISTS (SELECT 1 FROM linkage_verdict r \
        WHERE r.pair = v.pair AND r.said = 'reopened' AND r.audit_id > v.audit_id)";
    let mut undone = false;
    for row in sql::rows(&tx, text, vec![id.into(), sql::stored(person).into()]).await? {
        let pair: String = row.try_get("", "pair")?;
        undone |= reviews::undo(&tx, permit, &pair, reason).await?;
    }
    tx.commit().await?;
    Ok(undone)
}

/// The partings from the permit's person, latest first.
/// Errors: a permit for anything but seeing what was joined into that person.
pub async fn of_person(store: &Store, permit: &Permit) -> Result<Vec<Parting>, StoreError> {
    let (Action::ViewLinkage, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    let text = format!("{SELECT} WHERE p.person_id = $1 ORDER BY p.audit_id DESC");
    let rows = sql::rows(store.reader(), &text, vec![sql::stored(person).into()]).await?;
    rows.iter().map(read).collect()
}

/// Who opened the person's record while a record that was parted from them was joined to it.
#[derive(Clone, Debug, PartialEq)]
pub struct WhoSaw {
    /// The parting.
    pub parting: Parting,
    /// How many times the record was opened.
    pub total: u64,
    /// Each time, latest first, as far as the page goes.
    pub entries: Vec<Entry>,
}

/// Who saw the permit's person's record from the day the record was joined to it until it went.
/// Errors: a permit for anything but that.
pub async fn who_saw(
    store: &Store,
    permit: &Permit,
    id: i64,
    page: Page,
) -> Result<Option<WhoSaw>, StoreError> {
    let (Action::ViewParting, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    let text = format!("{SELECT} WHERE p.audit_id = $1 AND p.person_id = $2");
    let values = vec![id.into(), sql::stored(person).into()];
    let Some(row) = sql::one(store.reader(), &text, values).await? else { return Ok(None) };
    let (parting, left_at) = (read(&row)?, row.try_get::<Option<DateTime<Utc>>>("", "left_at")?);
    let (total, entries) = audit::openings(store, person, parting.linked_at, left_at, page).await?;
    Ok(Some(WhoSaw { parting, total, entries }))
}

const SELECT: &str = "SELECT p.audit_id, p.source, p.source_person, p.at, p.user_name, p.reason, p.linked_at, \
    EXISTS (SELECT 1 FROM linkage_verdict v WHERE v.audit_id = p.audit_id AND v.said = 'parted' AND NOT EXISTS \
        (SELECT 1 FROM linkage_verdict r WHERE r.pair = v.pair AND r.said = 'reopened' AND r.audit_id > v.audit_id)) \
        AS holds, \
    (SELECT MIN(h.at) FROM person_history h WHERE h.source = p.source AND h.source_person = p.source_person \
        AND h.former_person_id = p.person_id AND h.at > p.at) AS left_at \
    FROM linkage_parting p";

fn read(row: &QueryResult) -> Result<Parting, StoreError> {
    Ok(Parting {
        id: row.try_get("", "audit_id")?,
        source: row.try_get("", "source")?,
        source_person: row.try_get("", "source_person")?,
        at: row.try_get("", "at")?,
        user_name: row.try_get("", "user_name")?,
        reason: row.try_get("", "reason")?,
        linked_at: row.try_get("", "linked_at")?,
        holds: row.try_get("", "holds")?,
    })
}
