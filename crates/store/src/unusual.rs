//! Openings of records that stand out: of one's own, of a namesake's, a neighbour's or a colleague's, of many people, at night,
//! or without anything having happened in the person's care around them.
//!
//! Each is a query over the audit and the current generation of people for a stretch of time, asked when the page is opened.
//! What is given is who opened whose record, by number, and how often; never the person's name or address.

mod care;
mod volume;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use model::PersonId;
use policy::{Action, Permit};
use sea_orm::QueryResult;

use crate::outcomes::{self, Outcome};
use crate::sql::{self, Sql};
use crate::{Store, StoreError, audit};

pub use care::AROUND;
pub use volume::{BEFORE, MANY, TIMES};

/// What makes an opening stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// The record is the user's own.
    OwnRecord,
    /// The person's family name is the user's.
    SameSurname,
    /// The person lives where the user lives.
    SameAddress,
    /// The person works for the user's organisation.
    Colleague,
    /// The user opened many more records in a day than they usually do.
    Volume,
    /// Outside working hours.
    OutOfHours,
    /// No service recorded anything of the person around that day.
    NoLaterCare,
}

impl Sign {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::OwnRecord,
        Self::SameSurname,
        Self::SameAddress,
        Self::Colleague,
        Self::Volume,
        Self::OutOfHours,
        Self::NoLaterCare,
    ];

    /// Its name, as in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::OwnRecord => "own_record",
            Self::SameSurname => "same_surname",
            Self::SameAddress => "same_address",
            Self::Colleague => "colleague",
            Self::Volume => "volume",
            Self::OutOfHours => "out_of_hours",
            Self::NoLaterCare => "no_later_care",
        }
    }
}

/// A stretch of time: from its first moment up to, not including, its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From.
    pub from: DateTime<Utc>,
    /// Up to.
    pub to: DateTime<Utc>,
}

/// One user's openings of one person's record; of volume, one user's openings in a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Sign-in name.
    pub user: String,
    /// Name.
    pub user_name: String,
    /// Role, by name.
    pub role: String,
    /// ODS code of the organisation.
    pub organisation: String,
    /// Whose record; `None` for many.
    pub person: Option<PersonId>,
    /// First of them.
    pub first: DateTime<Utc>,
    /// Last of them.
    pub last: DateTime<Utc>,
    /// Openings; of volume, people.
    pub times: u64,
    /// Of volume: what is usual for the user, or for their role when they have too few days.
    pub usual: Option<u64>,
    /// The audit row of the last of them.
    pub row: i64,
    /// What was found out about that row, if anybody has looked into it.
    pub outcome: Option<Outcome>,
}

/// Lines of one sign, latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// At most [`MOST`].
    pub lines: Vec<Line>,
    /// There are more.
    pub cut_short: bool,
}

/// Lines given at most.
pub const MOST: usize = 200;
/// Users in one query.
const CHUNK: usize = 200;

/// Openings with this sign in a stretch of time. `working` are the working hours within it.
/// Errors: a permit for anything but searching the audit.
pub async fn find(
    store: &Store,
    permit: &Permit,
    sign: Sign,
    stretch: Stretch,
    working: &[Stretch],
) -> Result<Found, StoreError> {
    if permit.action() != Action::SearchAudit {
        return Err(StoreError::WrongPermit);
    }
    let mut lines = match sign {
        Sign::OwnRecord | Sign::SameSurname | Sign::SameAddress => related(store, sign, stretch).await?,
        Sign::Colleague => colleagues(store, stretch).await?,
        Sign::Volume => volume::busy_days(store, stretch).await?,
        Sign::OutOfHours => out_of_hours(store, stretch, working).await?,
        Sign::NoLaterCare => care::without(store, stretch).await?,
    };
    lines.sort_by_key(|line| std::cmp::Reverse(line.row));
    let cut_short = lines.len() > MOST;
    lines.truncate(MOST);
    audit::shown(store, permit, lines.iter().filter_map(|line| line.person)).await?;
    let rows: Vec<i64> = lines.iter().map(|line| line.row).collect();
    let known = outcomes::latest(store, &rows).await?;
    for line in &mut lines {
        line.outcome = known.get(&line.row).cloned();
    }
    Ok(Found { lines, cut_short })
}

/// Openings by staff in the stretch, joined with the person; a condition follows, then [`GROUPED`].
fn openings(stretch: Stretch) -> Sql {
    let mut query = Sql::new(
        "SELECT a.user_id, a.person_id, MIN(a.user_name) AS user_name, MIN(a.role) AS role, \
         MIN(a.organisation) AS organisation, MIN(a.at) AS first_at, MAX(a.at) AS last_at, COUNT(*) AS times, \
         MAX(a.id) AS last_row FROM audit a JOIN publication u ON u.one = 1 \
         JOIN person p ON p.generation = u.generation AND p.person_id = a.person_id \
         WHERE a.action IN ('open_record', 'open_timeline') AND a.permitted = ",
    );
    query.bind(true).push(" AND a.at >= ").bind(stretch.from).push(" AND a.at < ").bind(stretch.to);
    query
}

const GROUPED: &str = " GROUP BY a.user_id, a.person_id ORDER BY MAX(a.id) DESC LIMIT ";

async fn lines(store: &Store, mut query: Sql, most: usize) -> Result<Vec<Line>, StoreError> {
    query.push(GROUPED).push(&most.to_string());
    query.rows(store.reader()).await?.iter().map(line).collect()
}

fn line(row: &QueryResult) -> Result<Line, StoreError> {
    Ok(Line {
        user: row.try_get("", "user_id")?,
        user_name: row.try_get("", "user_name")?,
        role: row.try_get("", "role")?,
        organisation: row.try_get("", "organisation")?,
        person: sql::person_or_none(row, "person_id")?,
        first: row.try_get("", "first_at")?,
        last: row.try_get("", "last_at")?,
        times: sql::count(row, "times")?,
        usual: None,
        row: row.try_get("", "last_row")?,
        outcome: None,
    })
}

/// Somebody who opened records, and what is known of who they are themselves.
struct Staff {
    id: String,
    organisation: String,
    family: String,
    given: String,
    person: Option<PersonId>,
}

/// Everybody with an account who is not here as a person.
async fn staff(store: &Store) -> Result<Vec<Staff>, StoreError> {
    let text = "SELECT id, name, organisation, person_id FROM app_user WHERE role <> 'person' ORDER BY id";
    let rows = sql::rows(store.reader(), text, vec![]).await?;
    rows.iter()
        .map(|row| {
            let (given, family) = names(&row.try_get::<String>("", "name")?);
            Ok(Staff {
                id: row.try_get("", "id")?,
                organisation: row.try_get("", "organisation")?,
                family,
                given,
                person: sql::person_or_none(row, "person_id")?,
            })
        })
        .collect()
}

/// Given and family name as the index of people keys them: the first word that is no title, and the last.
fn names(name: &str) -> (String, String) {
    let name = linkage::normalise_name(name);
    match name.split_once(' ') {
        Some((given, rest)) => (given.to_owned(), rest.rsplit(' ').next().unwrap_or(rest).to_owned()),
        None => (String::new(), name),
    }
}

/// Openings of records of people who are, are called as, or live with the user.
async fn related(store: &Store, sign: Sign, stretch: Stretch) -> Result<Vec<Line>, StoreError> {
    let mut all = staff(store).await?;
    all.retain(|user| match sign {
        Sign::SameAddress => user.person.is_some(),
        _ => !user.family.is_empty(),
    });
    let mut found = Vec::new();
    for users in all.chunks(CHUNK) {
        let mut query = openings(stretch);
        for (i, user) in users.iter().enumerate() {
            query.push(if i == 0 { " AND ((a.user_id = " } else { " OR (a.user_id = " });
            query.bind(user.id.as_str()).push(" AND ");
            relation(&mut query, sign, user);
            query.push(")");
        }
        query.push(")");
        found.extend(lines(store, query, MOST + 1).await?);
    }
    Ok(found)
}

fn relation(query: &mut Sql, sign: Sign, user: &Staff) {
    // INVARIANT: -1 is nobody's number.
    let own = user.person.map_or(-1, sql::stored);
    match sign {
        Sign::SameAddress => {
            query.push("a.person_id <> ").bind(own);
            query.push(" AND p.address <> '' AND EXISTS (SELECT 1 FROM person o WHERE o.generation = u.generation AND o.person_id = ");
            query.bind(own).push(" AND o.postcode = p.postcode AND LOWER(o.address) = LOWER(p.address))");
        }
        Sign::SameSurname => {
            query.push("a.person_id <> ").bind(own).push(" AND p.family_key = ").bind(user.family.as_str());
            query.push(" AND p.given_key <> ").bind(user.given.as_str());
        }
        _ => {
            query.push("(a.person_id = ").bind(own).push(" OR (p.family_key = ").bind(user.family.as_str());
            query.push(" AND p.given_key = ").bind(user.given.as_str()).push("))");
        }
    }
}

/// Openings of records of people who have, or are called as somebody who has, an account of the user's organisation.
async fn colleagues(store: &Store, stretch: Stretch) -> Result<Vec<Line>, StoreError> {
    let mut organisations: BTreeMap<String, Vec<Staff>> = BTreeMap::new();
    for user in staff(store).await? {
        organisations.entry(user.organisation.clone()).or_default().push(user);
    }
    let mut found = Vec::new();
    for (organisation, users) in organisations {
        for users in users.chunks(CHUNK) {
            let mut query = openings(stretch);
            query.push(" AND a.organisation = ").bind(organisation.as_str());
            for (i, user) in users.iter().enumerate() {
                query.push(if i == 0 { " AND ((a.user_id <> " } else { " OR (a.user_id <> " });
                query.bind(user.id.as_str()).push(" AND ");
                relation(&mut query, Sign::OwnRecord, user);
                query.push(")");
            }
            query.push(")");
            found.extend(lines(store, query, MOST + 1).await?);
        }
    }
    Ok(found)
}

async fn out_of_hours(store: &Store, stretch: Stretch, working: &[Stretch]) -> Result<Vec<Line>, StoreError> {
    let mut query = openings(stretch);
    for hours in working {
        query.push(" AND NOT (a.at >= ").bind(hours.from).push(" AND a.at < ").bind(hours.to).push(")");
    }
    lines(store, query, MOST + 1).await
}
