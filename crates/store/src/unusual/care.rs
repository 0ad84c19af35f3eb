//! Openings around which no service recorded anything of the person's care.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use model::PersonId;
use model::record::PersonRecord;

use super::{Line, MOST, Stretch, lines, openings};
use crate::sql::{self, Sql};
use crate::{Store, StoreError, decode_record, generations};

/// Days before and after an opening within which something of the person's care is expected.
pub const AROUND: (u64, u64) = (7, 14);
/// The latest openings, by person and user, that are looked through.
const LOOKED_THROUGH: usize = 2_000;
/// Records in one query.
const CHUNK: usize = 200;

pub(super) async fn without(store: &Store, stretch: Stretch) -> Result<Vec<Line>, StoreError> {
    let Some(published) = generations::current(store).await? else { return Ok(Vec::new()) };
    // What came of a later opening is not in the data yet.
    let Some(settled) = published.data_as_at.checked_sub_days(Days::new(AROUND.1)) else {
        return Ok(Vec::new());
    };
    let settled = settled.and_time(chrono::NaiveTime::MIN).and_utc();
    let stretch = Stretch { to: stretch.to.min(settled), ..stretch };
    let opened = lines(store, openings(stretch), LOOKED_THROUGH).await?;
    let mut found = Vec::new();
    for part in opened.chunks(CHUNK) {
        let records = records(store, part).await?;
        let alone = |line: &&Line| {
            let record = line.person.and_then(|person| records.get(&person));
            record.is_some_and(|record| !something(record, line.first, line.last))
        };
        found.extend(part.iter().filter(alone).cloned());
        if found.len() > MOST {
            break;
        }
    }
    Ok(found)
}

/// The published records of these people. Nobody is shown them: they are asked one thing.
async fn records(store: &Store, lines: &[Line]) -> Result<BTreeMap<PersonId, PersonRecord>, StoreError> {
    let mut query = Sql::new(
        "SELECT r.person_id, r.body FROM publication u JOIN published_record r ON r.generation = u.generation \
         WHERE u.one = 1 AND r.person_id IN (",
    );
    for (i, person) in lines.iter().filter_map(|line| line.person).enumerate() {
        query.push(if i == 0 { "" } else { ", " }).bind(sql::stored(person));
    }
    query.push(")");
    let mut records = BTreeMap::new();
    for row in query.rows(store.reader()).await? {
        records.insert(sql::person(&row, "person_id")?, decode_record(&row.try_get::<Vec<u8>>("", "body")?)?);
    }
    Ok(records)
}

/// Whether anything of the person's care lies around the openings, or an order or service was running then.
fn something(record: &PersonRecord, first: DateTime<Utc>, last: DateTime<Utc>) -> bool {
    let day = |at: DateTime<Utc>| at.date_naive();
    let from = day(first).checked_sub_days(Days::new(AROUND.0)).unwrap_or(NaiveDate::MIN);
    let to = day(last).checked_add_days(Days::new(AROUND.1)).unwrap_or(NaiveDate::MAX);
    let near = |start: NaiveDate, end: Option<NaiveDate>| start <= to && end.unwrap_or(start) >= from;
    record.timeline.iter().any(|entry| near(entry.start, entry.end))
        || record.care_package.iter().any(|line| line.since <= to)
}
