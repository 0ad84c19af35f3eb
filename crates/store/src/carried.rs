//! What holds for a person when their records turn out to be another's: caseloads, proxies, teams, choices, broken glasses.
//!
//! - **Merged**: what was entered for either number holds for the one that stays. Where the two differ the more protective holds: every
//!   choice of both, of two proxies of one user the days that both have. Each row says for whom it was entered.
//! - **Parted**: what was entered for the number that a record came from goes with the record. A choice made while they were taken
//!   to be one holds for both, since whose it was nobody can tell; any other relationship begun then stays with the number for
//!   which it was entered, and with it the care or the leave to act that somebody decided on with that record before them.

use chrono::{DateTime, NaiveDate, Utc};
use model::PersonId;
use sea_orm::{ConnectionTrait, Value};

use crate::history::Moved;
use crate::{StoreError, agreements, sql};

/// A table of what holds for people: what names a row of a person, and what else it says.
struct Kept {
    table: &'static str,
    key: &'static str,
    rest: &'static str,
}

const CHOICES: Kept =
    Kept { table: "person_choice", key: "kind, organisation", rest: "recorded_at, recorded_by" };
const CASELOADS: Kept = Kept { table: "caseload", key: "user_id", rest: "since" };
const PROXIES: Kept = Kept { table: "proxy", key: "user_id", rest: "since, until, recorded_at, recorded_by" };
const TEAMS: Kept = Kept {
    table: "team_person",
    key: "referral",
    rest: "team, since, until, reason, referred_by, role, organisation, ended_because, ended_by",
};
/// A glass is the user's, in one session: it goes, and is never in two places.
const GLASSES: &str = "broken_glass";

/// What gives leave, and so never stays where it may be somebody else's.
const RELATIONSHIPS: [Kept; 3] = [CASELOADS, PROXIES, TEAMS];

impl Kept {
    /// Copies rows of one person to another, those that they do not have; `only` says which, of the row `r`.
    async fn copy(
        &self,
        db: &impl ConnectionTrait,
        [from, to]: [PersonId; 2],
        carried_from: Option<PersonId>,
        only: &str,
        more: Option<Value>,
    ) -> Result<u64, StoreError> {
        let Self { table, key, rest } = self;
        let columns = format!("{key}, {rest}");
        let text = format!(
            "INSERT INTO {table} (person_id, carried_from, {columns}) SELECT $1, $2, {columns} FROM {table} r \
             WHERE r.person_id = $3 AND {only} ON CONFLICT DO NOTHING"
        );
        let mut values: Vec<Value> =
            vec![sql::stored(to).into(), carried_from.map(sql::stored).into(), sql::stored(from).into()];
        values.extend(more);
        sql::execute(db, &text, values).await
    }

    async fn remove(
        &self,
        db: &impl ConnectionTrait,
        person: PersonId,
        entered_for: Option<PersonId>,
    ) -> Result<u64, StoreError> {
        let of =
            entered_for.map_or("carried_from IS NULL".to_owned(), |by| format!("carried_from = {}", by.0));
        let text = format!("DELETE FROM {} WHERE person_id = $1 AND {of}", self.table);
        sql::execute(db, &text, vec![sql::stored(person).into()]).await
    }
}

/// What holds for somebody holds for whom they were found to be.
pub(crate) async fn merged(
    db: &impl ConnectionTrait,
    former: PersonId,
    person: PersonId,
    on: NaiveDate,
) -> Result<(), StoreError> {
    let way = [former, person];
    let choices = CHOICES.copy(db, way, Some(former), "1 = 1", None).await?;
    CASELOADS.copy(db, way, Some(former), "1 = 1", None).await?;
    PROXIES.copy(db, way, Some(former), "1 = 1", None).await?;
    narrow_proxies(db, way).await?;
    // A team that looks after both looks after them once.
    let once = "NOT EXISTS (SELECT 1 FROM team_person o WHERE o.person_id = $1 AND o.team = r.team AND o.until >= $4)";
    TEAMS.copy(db, way, Some(former), once, Some(on.into())).await?;
    let text = format!("UPDATE {GLASSES} SET person_id = $1, carried_from = $2 WHERE person_id = $2");
    sql::execute(db, &text, vec![sql::stored(person).into(), sql::stored(former).into()]).await?;
    if choices > 0 {
        agreements::count_change(db).await?;
    }
    Ok(())
}

/// Of two proxies of one user the days that both have.
async fn narrow_proxies(db: &impl ConnectionTrait, [from, to]: [PersonId; 2]) -> Result<(), StoreError> {
    let other = "(SELECT f.since FROM proxy f WHERE f.person_id = $2 AND f.user_id = proxy.user_id)";
    let until = other.replace("f.since FROM", "f.until FROM");
    let text = format!(
        "UPDATE proxy SET since = CASE WHEN since < {other} THEN {other} ELSE since END, \
         until = CASE WHEN until > {until} THEN {until} ELSE until END WHERE person_id = $1 \
         AND EXISTS (SELECT 1 FROM proxy f WHERE f.person_id = $2 AND f.user_id = proxy.user_id)"
    );
    sql::execute(db, &text, vec![sql::stored(to).into(), sql::stored(from).into()]).await.map(|_| ())
}

/// From whom a record came to a person, and when; `None` when it was theirs from the beginning.
async fn brought_by(
    db: &impl ConnectionTrait,
    moved: &Moved,
) -> Result<Option<(PersonId, DateTime<Utc>)>, StoreError> {
    let text = "SELECT former_person_id, at FROM person_history WHERE source = $1 AND source_person = $2 \
        AND person_id = $3 AND why = 'merged' ORDER BY at DESC LIMIT 1";
    let values = vec![
        moved.source.as_str().into(),
        moved.source_person.as_str().into(),
        sql::stored(moved.former).into(),
    ];
    let row = sql::one(db, text, values).await?;
    row.map(|row| Ok((sql::person(&row, "former_person_id")?, row.try_get("", "at")?))).transpose()
}

/// Whether a person still has a record that came from the same number; the record that goes is theirs no more by now.
async fn some_stay(
    db: &impl ConnectionTrait,
    person: PersonId,
    origin: PersonId,
) -> Result<bool, StoreError> {
    let text = "SELECT 1 AS one FROM identity i WHERE i.person_id = $1 AND COALESCE((SELECT h.former_person_id \
        FROM person_history h WHERE h.source = i.source AND h.source_person = i.source_person AND h.person_id = $1 \
        AND h.why = 'merged' ORDER BY h.at DESC LIMIT 1), $1) = $2 LIMIT 1";
    let values = vec![sql::stored(person).into(), sql::stored(origin).into()];
    Ok(sql::one(db, text, values).await?.is_some())
}

/// What was entered for the number that a record came from goes with it.
pub(crate) async fn parted(db: &impl ConnectionTrait, moved: &Moved) -> Result<(), StoreError> {
    let (person, to) = (moved.former, moved.person);
    let brought = brought_by(db, moved).await?;
    let stay = some_stay(db, person, brought.map_or(person, |(origin, _)| origin)).await?;
    // Of choices those of before the merge were another's.
    let own = "r.carried_from IS NULL";
    let mut choices = match brought {
        Some((_, since)) => {
            let since_then = format!("{own} AND r.recorded_at >= $4");
            CHOICES.copy(db, [person, to], None, &since_then, Some(since.into())).await?
        }
        None => CHOICES.copy(db, [person, to], None, own, None).await?,
    };
    match brought {
        Some((origin, _)) if stay => {
            let carried = format!("r.carried_from = {}", origin.0);
            choices += CHOICES.copy(db, [person, to], None, &carried, None).await?;
        }
        Some((origin, _)) => choices += give_back(db, person, origin, to, moved.at.date_naive()).await?,
        None if stay => {}
        None => go_along(db, person, to).await?,
    }
    if choices > 0 {
        agreements::count_change(db).await?;
    }
    Ok(())
}

/// What was carried from one number is another's: all of it that still holds. Gives how many choices that changed.
async fn give_back(
    db: &impl ConnectionTrait,
    person: PersonId,
    origin: PersonId,
    to: PersonId,
    on: NaiveDate,
) -> Result<u64, StoreError> {
    let carried = format!("r.carried_from = {}", origin.0);
    // What both had stands once: it is the other's too, as long as it was not taken back.
    let both = |table: &str, key: &str| {
        let same = key.split(", ").map(|column| format!(" AND o.{column} = r.{column}")).collect::<String>();
        format!("SELECT 1 FROM {table} o WHERE o.person_id = {}{same}", person.0)
    };
    let mut choices = 0;
    for kept in [CHOICES, CASELOADS, PROXIES] {
        let copied = kept.copy(db, [person, to], None, &carried, None).await?
            + kept
                .copy(db, [origin, to], None, &format!("EXISTS ({})", both(kept.table, kept.key)), None)
                .await?;
        let removed = kept.remove(db, person, Some(origin)).await?;
        kept.remove(db, origin, None).await?;
        if kept.table == CHOICES.table {
            choices += copied + removed;
        }
    }
    TEAMS.copy(db, [person, to], None, &carried, None).await?;
    let open = format!("r.until >= $4 AND EXISTS ({} AND o.until >= $4)", both(TEAMS.table, "team"));
    TEAMS.copy(db, [origin, to], None, &open, Some(on.into())).await?;
    TEAMS.remove(db, person, Some(origin)).await?;
    let glass = format!(
        "UPDATE {GLASSES} SET person_id = $1, carried_from = NULL WHERE person_id = $2 AND carried_from = $3"
    );
    let values = vec![sql::stored(to).into(), sql::stored(person).into(), sql::stored(origin).into()];
    sql::execute(db, &glass, values).await?;
    Ok(choices)
}

/// The number stays with the records that came to it; what was entered for it is of those that go.
async fn go_along(db: &impl ConnectionTrait, person: PersonId, to: PersonId) -> Result<(), StoreError> {
    for kept in RELATIONSHIPS {
        kept.copy(db, [person, to], None, "r.carried_from IS NULL", None).await?;
        kept.remove(db, person, None).await?;
    }
    let glass = format!("UPDATE {GLASSES} SET person_id = $1 WHERE person_id = $2 AND carried_from IS NULL");
    sql::execute(db, &glass, vec![sql::stored(to).into(), sql::stored(person).into()]).await.map(|_| ())
}
