//! How people moved between population groups from one half-year to the next, over the whole area: moves of a borough are so few that what
//! protects them would hide most of the table.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use methods::{Published, Rule};
use policy::Permit;
use serde::{Deserialize, Serialize};
use warehouse::marts::Marts;

use crate::InsightError;
use crate::cells::Counts;
use crate::packs::Pack;

/// Nobody's group: not yet born at the beginning, died at the end.
const NONE: i64 = -1;

/// Movement between two days.
#[derive(Clone, Debug, Serialize)]
pub struct Movement {
    /// Periods that can be chosen, latest first.
    pub periods: Vec<(NaiveDate, NaiveDate)>,
    /// The period shown.
    pub period: (NaiveDate, NaiveDate),
    /// Names of the groups at the end, the columns.
    pub to: Vec<String>,
    /// One row a group at the beginning.
    pub rows: Vec<FromGroup>,
    /// Moves that most people made, largest first.
    pub largest: Vec<Move>,
    /// People who were in some group on both days and changed it.
    pub moved: Published<u64>,
    /// People who were in some group on both days.
    pub stayed_or_moved: Published<u64>,
}

/// Where the people of one group went.
#[derive(Clone, Debug, Serialize)]
pub struct FromGroup {
    /// Name of the group.
    pub name: String,
    /// People by group at the end, one a column.
    pub people: Vec<Published<u64>>,
}

/// A move from one group to another.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// Name of the group at the beginning.
    pub from: String,
    /// Name of the group at the end.
    pub to: String,
    /// People.
    pub people: Published<u64>,
}

#[derive(Clone, Deserialize)]
struct Row {
    from_day: NaiveDate,
    to_day: NaiveDate,
    from_group: i64,
    to_group: i64,
    people: i64,
}

/// The movement of a pack's people; `None` where no earlier day is known.
pub(crate) async fn movement(
    marts: &Marts,
    permit: &Permit,
    pack: &Pack,
    from: Option<NaiveDate>,
) -> Result<Option<Movement>, InsightError> {
    // The pack is one that marts name: nothing a user wrote reaches the query.
    let sql = format!(
        "SELECT from_day, to_day, from_group, to_group, SUM(people) AS people FROM group_movement WHERE pack = '{}' \
         GROUP BY from_day, to_day, from_group, to_group",
        pack.key
    );
    Ok(assemble(&marts.rows(permit, &sql).await?, pack, from))
}

fn assemble(rows: &[Row], pack: &Pack, from: Option<NaiveDate>) -> Option<Movement> {
    let periods: BTreeSet<(NaiveDate, NaiveDate)> =
        rows.iter().map(|row| (row.from_day, row.to_day)).collect();
    let chosen = periods.iter().find(|(start, _)| Some(*start) == from);
    let period = *chosen.or_else(|| periods.iter().next_back())?;
    let mut counts = Counts::new();
    let (mut moved, mut all) = (0, 0);
    for row in rows.iter().filter(|row| (row.from_day, row.to_day) == period) {
        counts.add(row.from_group, row.to_group, row.people);
        if row.from_group != NONE && row.to_group != NONE {
            all += row.people;
            moved += if row.from_group == row.to_group { 0 } else { row.people };
        }
    }
    let table = counts.publish(Rule::default());
    let groups: Vec<i64> = pack.groups.iter().map(|group| group.number).chain([NONE]).collect();
    let start = |group: i64| pack.name(group, "Not yet born");
    let end = |group: i64| pack.name(group, "Died");
    let mut largest: Vec<Move> = Vec::new();
    let mut from_groups = Vec::new();
    for from in &groups {
        let people: Vec<Published<u64>> = groups.iter().map(|to| table.row(from, Some(to))).collect();
        for (to, people) in groups.iter().zip(&people).filter(|(to, _)| *to != from) {
            if people.value().is_some_and(|n| n > 0) {
                largest.push(Move { from: start(*from), to: end(*to), people: *people });
            }
        }
        from_groups.push(FromGroup { name: start(*from), people });
    }
    largest.sort_by_key(|line| std::cmp::Reverse(line.people.value()));
    largest.truncate(LARGEST);
    let count = |n: i64| Rule::default().count(u64::try_from(n).unwrap_or(0));
    Some(Movement {
        periods: periods.iter().rev().copied().collect(),
        period,
        to: groups.iter().map(|group| end(*group)).collect(),
        rows: from_groups,
        largest,
        moved: count(moved),
        stayed_or_moved: count(all),
    })
}

/// Moves named in words.
const LARGEST: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::PackGroup;

    fn pack() -> Pack {
        let group = |number: i64, name: &str| PackGroup { number, name: name.to_owned() };
        Pack {
            key: "test".to_owned(),
            title: "Test".to_owned(),
            main: true,
            groups: vec![group(1, "Healthy"), group(2, "Ill")],
        }
    }

    fn row(from_day: &str, from_group: i64, to_group: i64, people: i64) -> Row {
        let from_day: NaiveDate = from_day.parse().unwrap();
        Row { from_day, to_day: from_day + chrono::Months::new(6), from_group, to_group, people }
    }

    fn rows(day: &str) -> Vec<Row> {
        let moves = [(1, 1, 900), (1, 2, 43), (2, 2, 300), (2, -1, 20), (-1, 1, 30), (1, -1, 12)];
        moves.map(|(from, to, people)| row(day, from, to, people)).into()
    }

    #[test]
    fn moves_are_counted_between_the_days_of_the_latest_period() {
        let all = [rows("2025-10-31"), rows("2026-04-30")].concat();
        let found = assemble(&all, &pack(), None).unwrap();
        assert_eq!(found.period.0, "2026-04-30".parse().unwrap());
        assert_eq!(found.to, ["1. Healthy", "2. Ill", "Died"]);
        assert_eq!(found.rows.last().map(|row| row.name.as_str()), Some("Not yet born"));
        assert_eq!(found.rows[0].people[1].value(), Some(45), "43 to the nearest five");
        assert_eq!((found.moved.value(), found.stayed_or_moved.value()), (Some(45), Some(1_245)));
        let first = &found.largest[0];
        assert_eq!((first.from.as_str(), first.to.as_str()), ("1. Healthy", "2. Ill"));
        let earlier = assemble(&all, &pack(), "2025-10-31".parse().ok()).unwrap();
        assert_eq!(earlier.period.0, "2025-10-31".parse().unwrap());
        assert!(assemble(&[], &pack(), None).is_none());
    }

    #[test]
    fn a_small_move_hides_another_of_its_row_and_of_its_column() {
        let rows = [rows("2026-04-30"), vec![row("2026-04-30", 2, 1, 3)]].concat();
        let found = assemble(&rows, &pack(), None).unwrap();
        let hidden = |row: usize| found.rows[row].people.iter().filter(|n| n.is_suppressed()).count();
        assert!(found.rows[1].people[0].is_suppressed(), "three people");
        assert!(hidden(1) >= 2, "and another of those who were ill");
        assert!(found.rows[2].people[0].is_suppressed(), "and another of those who are healthy now");
        assert!(found.largest.iter().all(|line| line.people.value().is_some()));
    }
}
