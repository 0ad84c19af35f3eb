//! How people moved between population groups from one half-year to the next: of the area, a borough or a practice.

use chrono::NaiveDate;
use methods::{Published, Rule};
use policy::Permit;
use serde::{Deserialize, Serialize};
use warehouse::marts::Marts;

use crate::InsightError;
use crate::moves::{Counted, Moves, NONE, Row, Whose};
use crate::packs::Pack;
use crate::places::{AreaKind, Place};

/// Movement between two days.
#[derive(Clone, Debug, Serialize)]
pub struct Movement {
    /// Whose people these are.
    pub place: Place,
    /// Periods that can be chosen, latest first.
    pub periods: Vec<(NaiveDate, NaiveDate)>,
    /// The period shown.
    pub period: (NaiveDate, NaiveDate),
    /// People who were in some group on both days and changed it.
    pub moved: Published<u64>,
    /// People who were in some group on both days.
    pub stayed_or_moved: Published<u64>,
    /// What became of each group.
    pub groups: Vec<GroupMoves>,
    /// Names of the groups at the end, the columns of `rows`.
    pub to: Vec<String>,
    /// One row a group at the beginning; none of a practice, where nearly every move is of few people.
    pub rows: Vec<FromGroup>,
    /// Moves that most people made, largest first.
    pub largest: Vec<Move>,
    /// The practices of a borough; none of another place.
    pub practices: Vec<PracticeMoves>,
}

/// What became of one group.
#[derive(Clone, Debug, Serialize)]
pub struct GroupMoves {
    /// Name of the group.
    pub name: String,
    /// In it at the beginning.
    pub began: Published<u64>,
    /// In it on both days.
    pub stayed: Published<u64>,
    /// In another at the end.
    pub left: Published<u64>,
    /// Died.
    pub died: Published<u64>,
    /// In another at the beginning.
    pub came: Published<u64>,
    /// Not yet born at the beginning.
    pub born: Published<u64>,
    /// In it at the end.
    pub ended: Published<u64>,
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

/// How many of a practice moved.
#[derive(Clone, Debug, Serialize)]
pub struct PracticeMoves {
    /// The practice.
    pub place: Place,
    /// People who were in some group on both days.
    pub stayed_or_moved: Published<u64>,
    /// Of those, people who changed it.
    pub moved: Published<u64>,
}

#[derive(Deserialize)]
struct Period {
    from_day: NaiveDate,
    to_day: NaiveDate,
}

/// The movement of a pack's people; `None` where no earlier day is known. `practices` are those of the borough that is shown.
pub(crate) async fn movement(
    marts: &Marts,
    permit: &Permit,
    pack: &Pack,
    from: Option<NaiveDate>,
    place: Place,
    practices: &[Place],
) -> Result<Option<Movement>, InsightError> {
    // The pack is one that marts name, the days are dates: nothing a user wrote reaches the queries.
    let of = format!("FROM group_movement WHERE pack = '{}'", pack.key);
    let sql = format!("SELECT DISTINCT from_day, to_day {of} ORDER BY from_day DESC");
    let found: Vec<Period> = marts.rows(permit, &sql).await?;
    let periods: Vec<(NaiveDate, NaiveDate)> = found.iter().map(|p| (p.from_day, p.to_day)).collect();
    let chosen = periods.iter().find(|(start, _)| Some(*start) == from);
    let Some(period) = chosen.or(periods.first()).copied() else { return Ok(None) };
    let sql = format!(
        "SELECT borough, practice, from_group, to_group, people {of} AND from_day = DATE '{}' AND to_day = DATE '{}'",
        period.0, period.1
    );
    let moves = Moves::of(&marts.rows::<Row>(permit, &sql).await?, Rule::default());
    // Of a place without anybody whose figures may be counted, nothing is known.
    Ok(moves.knows(&whose(&place)).then(|| assemble(&moves, pack, periods, period, place, practices)))
}

fn assemble(
    moves: &Moves,
    pack: &Pack,
    periods: Vec<(NaiveDate, NaiveDate)>,
    period: (NaiveDate, NaiveDate),
    place: Place,
    practices: &[Place],
) -> Movement {
    let whose = whose(&place);
    let get = |counted| moves.get(&whose, counted);
    let groups = pack.groups.iter().map(|group| group_moves(&get, pack, group.number)).collect();
    let rows = if place.area_kind == AreaKind::Practice { Vec::new() } else { table(&get, pack) };
    let practices = practices.iter().filter(|practice| moves.knows(&self::whose(practice))).map(|practice| {
        let of = |counted| moves.get(&self::whose(practice), counted);
        PracticeMoves {
            place: practice.clone(),
            stayed_or_moved: of(Counted::Both),
            moved: of(Counted::Moved),
        }
    });
    Movement {
        periods,
        period,
        moved: get(Counted::Moved),
        stayed_or_moved: get(Counted::Both),
        groups,
        to: numbers(pack).map(|group| pack.name(group, "Died")).collect(),
        largest: largest(&rows, pack),
        rows,
        practices: practices.collect(),
        place,
    }
}

fn whose(place: &Place) -> Whose {
    match place.area_kind {
        AreaKind::Borough => Whose::Borough(place.area.clone()),
        AreaKind::Practice => Whose::Practice(place.area.clone()),
        AreaKind::Area | AreaKind::Neighbourhood => Whose::Area,
    }
}

/// The groups of a pack, then nobody's.
fn numbers(pack: &Pack) -> impl Iterator<Item = i64> + use<'_> {
    pack.groups.iter().map(|group| group.number).chain([NONE])
}

fn group_moves(get: &dyn Fn(Counted) -> Published<u64>, pack: &Pack, group: i64) -> GroupMoves {
    GroupMoves {
        name: pack.name(group, ""),
        began: get(Counted::Began(group)),
        stayed: get(Counted::Pair(group, group)),
        left: get(Counted::Left(group)),
        died: get(Counted::Pair(group, NONE)),
        came: get(Counted::Came(group)),
        born: get(Counted::Pair(NONE, group)),
        ended: get(Counted::Ended(group)),
    }
}

fn table(get: &dyn Fn(Counted) -> Published<u64>, pack: &Pack) -> Vec<FromGroup> {
    let row = |from: i64| FromGroup {
        name: pack.name(from, "Not yet born"),
        people: numbers(pack).map(|to| get(Counted::Pair(from, to))).collect(),
    };
    numbers(pack).map(row).collect()
}

/// Moves named in words.
const LARGEST: usize = 5;

fn largest(rows: &[FromGroup], pack: &Pack) -> Vec<Move> {
    let mut found: Vec<Move> = Vec::new();
    for (from, row) in rows.iter().enumerate() {
        for ((to, group), people) in numbers(pack).enumerate().zip(&row.people) {
            if to != from && people.value().is_some_and(|n| n > 0) {
                found.push(Move { from: row.name.clone(), to: pack.name(group, "Died"), people: *people });
            }
        }
    }
    found.sort_by_key(|line| std::cmp::Reverse(line.people.value()));
    found.truncate(LARGEST);
    found
}

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

    fn found(small: i64, place: Place, practices: &[Place]) -> Movement {
        let days = ("2026-04-30".parse().unwrap(), "2026-10-31".parse().unwrap());
        let moves =
            [(1, 1, 900), (1, 2, 43), (2, 2, 300), (2, -1, 20), (-1, 1, 30), (1, -1, 12), (2, 1, small)];
        let row = |practice: &str, (from_group, to_group, people): (i64, i64, i64)| Row {
            borough: "A".to_owned(),
            practice: practice.to_owned(),
            from_group,
            to_group,
            people,
        };
        let rows: Vec<Row> =
            ["P1", "P2"].iter().flat_map(|practice| moves.map(|counts| row(practice, counts))).collect();
        assemble(&Moves::of(&rows, Rule::default()), &pack(), vec![days], days, place, practices)
    }

    #[test]
    fn the_area_has_a_table_and_the_largest_moves() {
        let found = found(0, Place::whole(), &[]);
        assert_eq!(found.to, ["1. Healthy", "2. Ill", "Died"]);
        assert_eq!(found.rows.last().map(|row| row.name.as_str()), Some("Not yet born"));
        assert_eq!(found.rows[0].people[1].value(), Some(85), "86 to the nearest five");
        assert_eq!((found.moved.value(), found.stayed_or_moved.value()), (Some(85), Some(2_485)));
        let first = &found.largest[0];
        assert_eq!((first.from.as_str(), first.to.as_str()), ("1. Healthy", "2. Ill"));
        let healthy = &found.groups[0];
        assert_eq!((healthy.began.value(), healthy.ended.value()), (Some(1_910), Some(1_860)));
        assert_eq!((healthy.left.value(), healthy.born.value()), (Some(85), Some(60)));
        assert!(found.practices.is_empty());
    }

    #[test]
    fn a_practice_has_what_became_of_each_group_and_no_table_of_moves() {
        let practice = |code: &str| Place { area_kind: AreaKind::Practice, ..Place::borough(code, code) };
        let known = [practice("P1"), practice("P2"), practice("P0")];
        let borough = found(0, Place::borough("A", "Brent"), &known);
        assert_eq!(borough.rows.len(), 3);
        assert_eq!(borough.practices.len(), 2);
        assert_eq!(borough.practices[0].moved.value(), Some(45));
        let one = found(0, practice("P1"), &[]);
        assert!(one.rows.is_empty() && one.largest.is_empty());
        assert_eq!(one.groups[1].came.value(), Some(45));
    }

    #[test]
    fn a_small_move_hides_another_of_its_row_and_of_its_column() {
        let found = found(2, Place::whole(), &[]);
        let hidden = |row: usize| found.rows[row].people.iter().filter(|n| n.is_suppressed()).count();
        assert!(found.rows[1].people[0].is_suppressed(), "four people");
        assert!(hidden(1) >= 2, "and another of those who were ill");
        assert!(found.rows[2].people[0].is_suppressed(), "and another of those who are healthy now");
        assert!(found.largest.iter().all(|line| line.people.value().is_some()));
    }
}
