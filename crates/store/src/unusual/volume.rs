//! Days on which a user opened many more people's records than they usually do.

use std::collections::BTreeMap;

use chrono::Duration;

use super::{Line, Stretch, line};
use crate::sql::Sql;
use crate::{Store, StoreError};

/// A day stands out only with more people than this.
pub const MANY: u64 = 20;
/// And with more than this many times what is usual.
pub const TIMES: u64 = 3;
/// Days before the stretch from which the usual is taken too.
pub const BEFORE: i64 = 28;
/// Other days of one's own from which one's usual can be told; with fewer it is that of the role.
const ENOUGH: usize = 5;

pub(super) async fn busy_days(store: &Store, stretch: Stretch) -> Result<Vec<Line>, StoreError> {
    // Both databases write a moment in UTC, its day first.
    let mut query = Sql::new(
        "SELECT a.user_id, CAST(NULL AS BIGINT) AS person_id, MIN(a.user_name) AS user_name, MIN(a.role) AS role, \
         MIN(a.organisation) AS organisation, MIN(a.at) AS first_at, MAX(a.at) AS last_at, \
         COUNT(DISTINCT a.person_id) AS times, MAX(a.id) AS last_row FROM audit a \
         WHERE a.action IN ('open_record', 'open_timeline') AND a.permitted = ",
    );
    query.bind(true).push(" AND a.at >= ").bind(stretch.from - Duration::days(BEFORE));
    query.push(" AND a.at < ").bind(stretch.to);
    query.push(" GROUP BY a.user_id, SUBSTR(CAST(a.at AS TEXT), 1, 10)");
    let days: Vec<Line> = query.rows(store.reader()).await?.iter().map(line).collect::<Result<_, _>>()?;
    Ok(standing_out(days, stretch))
}

fn standing_out(days: Vec<Line>, stretch: Stretch) -> Vec<Line> {
    let mut of_user: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    let mut of_role: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for day in &days {
        of_user.entry(&day.user).or_default().push(day);
        of_role.entry(&day.role).or_default().push(day.times);
    }
    let within = |day: &&Line| day.first >= stretch.from && day.times > MANY;
    let mut found = Vec::new();
    for day in days.iter().filter(within) {
        let others =
            of_user.get(day.user.as_str()).into_iter().flatten().filter(|other| other.row != day.row);
        let own: Vec<u64> = others.map(|other| other.times).collect();
        let role = || of_role.get(day.role.as_str()).cloned().unwrap_or_default();
        let usual = middle(if own.len() < ENOUGH { role() } else { own });
        if day.times > TIMES * usual {
            found.push(Line { usual: Some(usual), ..day.clone() });
        }
    }
    found
}

/// The median; the lower of two.
fn middle(mut counts: Vec<u64>) -> u64 {
    counts.sort_unstable();
    counts.get(counts.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}
