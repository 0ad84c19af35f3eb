//! The group matrix: people, cost, activity and conditions by population group of a pack, and movement between groups.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use methods::{Coverage, Estimate, Published, PublishedTable, Rule};
use model::Pence;
use policy::Permit;
use serde::{Deserialize, Serialize};
use warehouse::definitions::{Definition, Kind};
use warehouse::marts::Marts;

use crate::cells::Counts;
use crate::indicators::find;
use crate::movement::{Movement, movement};
use crate::packs::{Pack, packs};
use crate::places::{AreaKind, Place, places};
use crate::{InsightError, coverage};

/// People, cost and activity by population group, for the whole area or one borough.
#[derive(Clone, Debug, Serialize)]
pub struct GroupMatrix {
    /// Whose people these are.
    pub place: Place,
    /// The pack whose groups these are.
    pub pack: Pack,
    /// Every pack, the main one first.
    pub packs: Vec<Pack>,
    /// Columns of activity, in order.
    pub columns: Vec<Column>,
    /// One row a group, in the pack's order.
    pub rows: Vec<GroupRow>,
    /// Everybody.
    pub total: GroupRow,
    /// Movement between groups, of a practice when one was asked for; none where no earlier day is known.
    pub movement: Option<Movement>,
    /// What the figures cover.
    pub coverage: Coverage,
}

/// A kind of activity in the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Short name in links.
    pub key: &'static str,
    /// Heading.
    pub title: &'static str,
}

/// One group's figures over the latest twelve complete months.
#[derive(Clone, Debug, Serialize)]
pub struct GroupRow {
    /// Number in the pack; `None` for the total.
    pub group: Option<i64>,
    /// Name.
    pub name: String,
    /// People now in the group.
    pub people: Published<u64>,
    /// Cost.
    pub cost: Published<Pence>,
    /// Cost of a head.
    pub cost_per_head: Published<Pence>,
    /// Activity, one figure a column.
    pub activity: Vec<Published<u64>>,
    /// Activity of a head, one figure a column.
    pub per_head: Vec<Published<f64>>,
    /// The commonest conditions: title, and how many in the hundred have it.
    pub conditions: Vec<(String, Published<Estimate>)>,
}

/// Conditions named for a group.
const CONDITIONS: usize = 5;

/// A column's heading, the kinds it adds up, and whether it counts days.
struct Kinds(Column, &'static [&'static str], bool);

const COLUMNS: [Kinds; 7] = [
    Kinds(
        Column { key: "gp", title: "GP practice appointments" },
        &["gp_appointment_gp", "gp_appointment_other"],
        false,
    ),
    Kinds(Column { key: "ae", title: "A&E attendances" }, &["ae_type1", "ae_other"], false),
    Kinds(
        Column { key: "emergency", title: "Emergency admissions" },
        &["emergency_admission_short", "emergency_admission_long"],
        false,
    ),
    Kinds(
        Column { key: "outpatient", title: "Outpatient attendances" },
        &["outpatient_first", "outpatient_follow_up"],
        false,
    ),
    Kinds(Column { key: "community", title: "Community contacts" }, &["community_contact"], false),
    Kinds(
        Column { key: "mental_health", title: "Mental health contacts" },
        &["mental_health_contact"],
        false,
    ),
    Kinds(
        Column { key: "social_care", title: "Days of social care" },
        &[
            "care_long_term_community_day",
            "care_residential_day",
            "care_nursing_day",
            "care_short_term_day",
            "care_other_day",
        ],
        true,
    ),
];

#[derive(Deserialize)]
struct PeopleRow {
    borough: String,
    group: i64,
    people: i64,
}

#[derive(Deserialize)]
struct ActivityRow {
    borough: String,
    group: i64,
    kind: String,
    n: i64,
    days: i64,
    pence: i64,
}

#[derive(Deserialize)]
struct ConditionRow {
    borough: String,
    group: i64,
    register: String,
    n: i64,
}

#[derive(Clone, Default)]
struct Sums {
    people: u64,
    pence: i64,
    activity: [u64; COLUMNS.len()],
}

/// The matrix of a pack, the main one when none of this name is there, for the whole area or one borough by its ONS code. `from` is the
/// first day of the movement, the latest when there is none; `practice` is whose movement is asked for, by ODS code.
pub async fn matrix(
    marts: &Marts,
    permit: &Permit,
    definitions: &[Definition],
    pack: Option<&str>,
    (borough, practice): (Option<&str>, Option<&str>),
    from: Option<NaiveDate>,
) -> Result<GroupMatrix, InsightError> {
    let places = places(marts, permit).await?;
    let place = match borough {
        None => Place::whole(),
        Some(code) => find(&places, AreaKind::Borough, code)?,
    };
    let packs = packs(marts, permit).await?;
    let chosen = packs.iter().find(|known| Some(known.key.as_str()) == pack).or(packs.first());
    let pack = chosen.cloned().ok_or(InsightError::NotFound("pack"))?;
    // The pack is one that marts name: nothing a user wrote reaches the queries.
    let of = |columns: &str, table: &str, by: &str| {
        format!("SELECT {columns} FROM {table} WHERE pack = '{}'{by}", pack.key)
    };
    let by = " GROUP BY borough, \"group\"";
    let sql = of("borough, \"group\", SUM(people) AS people", "pack_people", by);
    let people: Vec<PeopleRow> = marts.rows(permit, &sql).await?;
    let sql = of("borough, \"group\", kind, n, days, pence", "pack_activity", "");
    let activity: Vec<ActivityRow> = marts.rows(permit, &sql).await?;
    let sql = of("borough, \"group\", register, n", "pack_condition", "");
    let conditions: Vec<ConditionRow> = marts.rows(permit, &sql).await?;
    let moving = practice.map_or(Ok(place.clone()), |code| find(&places, AreaKind::Practice, code))?;
    let practices: Vec<Place> = places
        .into_iter()
        .filter(|p| {
            p.area_kind == AreaKind::Practice && Some(p.borough.as_str()) == borough && practice.is_none()
        })
        .collect();
    let movement = movement(marts, permit, &pack, from, moving, &practices).await?;
    let coverage = coverage(marts, permit).await?;
    let mut matrix = assemble(place, pack, &people, &activity, coverage, Rule::default());
    let titles: BTreeMap<&str, &str> = definitions
        .iter()
        .filter(|d| d.kind == Kind::Register)
        .map(|d| (d.name.as_str(), d.title.as_str()))
        .collect();
    add_conditions(&mut matrix, &conditions, &people, &titles, Rule::default());
    Ok(GroupMatrix { packs, movement, ..matrix })
}

/// Gives each group its commonest conditions. A register is a table of its own over groups and boroughs: people are on many, so that registers
/// do not add up to anything.
fn add_conditions(
    matrix: &mut GroupMatrix,
    rows: &[ConditionRow],
    people: &[PeopleRow],
    titles: &BTreeMap<&str, &str>,
    rule: Rule,
) {
    let one = (matrix.place.area_kind == AreaKind::Borough).then(|| matrix.place.area.clone());
    let here = |borough: &str| one.as_deref().is_none_or(|code| code == borough);
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    let mut registers: BTreeMap<&str, Counts<i64, String>> = BTreeMap::new();
    let mut sums: BTreeMap<(i64, &str), u64> = BTreeMap::new();
    for row in rows {
        registers.entry(&row.register).or_insert_with(Counts::new).add(row.group, row.borough.clone(), row.n);
        if here(&row.borough) {
            *sums.entry((row.group, &row.register)).or_default() += count(row.n);
        }
    }
    let published: Vec<_> = registers.iter().map(|(name, counts)| (*name, counts.publish(rule))).collect();
    for line in &mut matrix.rows {
        let Some(group) = line.group.filter(|_| !line.people.is_suppressed()) else { continue };
        let of_group = people.iter().filter(|row| row.group == group && here(&row.borough));
        let everybody = of_group.map(|row| count(row.people)).sum();
        let shares = published.iter().filter_map(|(name, table)| {
            let n = sums.get(&(group, *name)).copied()?;
            let shown = !table.row(&group, one.as_ref()).is_suppressed();
            let share = rule.proportion(n, everybody, 100.0);
            let title = titles.get(name).map_or_else(|| name.replace('_', " "), |title| (*title).to_owned());
            (shown && share.value().is_some()).then_some((title, share))
        });
        line.conditions = shares.collect();
        let value = |share: &Published<Estimate>| share.value().map_or(0.0, |e| e.value);
        line.conditions.sort_by(|a, b| value(&b.1).total_cmp(&value(&a.1)).then_with(|| a.0.cmp(&b.0)));
        line.conditions.truncate(CONDITIONS);
    }
}

fn assemble(
    place: Place,
    pack: Pack,
    people: &[PeopleRow],
    activity: &[ActivityRow],
    coverage: Coverage,
    rule: Rule,
) -> GroupMatrix {
    let one = (place.area_kind == AreaKind::Borough).then(|| place.area.clone());
    let here = |borough: &str| one.as_deref().is_none_or(|code| code == borough);
    let mut counts = Counts::new();
    let mut sums: BTreeMap<i64, Sums> = BTreeMap::new();
    for row in people {
        counts.add(row.group, row.borough.clone(), row.people);
        if here(&row.borough) {
            sums.entry(row.group).or_default().people += u64::try_from(row.people).unwrap_or(0);
        }
    }
    for row in activity.iter().filter(|row| here(&row.borough)) {
        let sum = sums.entry(row.group).or_default();
        sum.pence += row.pence;
        for (total, Kinds(_, kinds, days)) in sum.activity.iter_mut().zip(&COLUMNS) {
            if kinds.contains(&row.kind.as_str()) {
                *total += u64::try_from(if *days { row.days } else { row.n }).unwrap_or(0);
            }
        }
    }
    let published = counts.publish(rule);
    let own: Vec<Sums> =
        pack.groups.iter().map(|group| sums.get(&group.number).cloned().unwrap_or_default()).collect();
    let columns: Vec<PublishedTable> = (0..COLUMNS.len()).map(|c| rule.table(&column(&own, c))).collect();
    let mut all = Sums::default();
    let mut rows = Vec::new();
    for (at, (group, sum)) in pack.groups.iter().zip(&own).enumerate() {
        all.add(sum);
        let people = published.row(&group.number, one.as_ref());
        let activity = columns.iter().map(|t| first(t.cells.get(at))).collect();
        rows.push(row(Some(group.number), group.name.clone(), people, sum, activity, rule));
    }
    let activity = columns.iter().map(|table| table.total).collect();
    let total = row(None, "Everybody".to_owned(), published.total(one.as_ref()), &all, activity, rule);
    let columns = COLUMNS.iter().map(|Kinds(column, ..)| *column).collect();
    GroupMatrix { place, pack, packs: Vec::new(), columns, rows, total, movement: None, coverage }
}

/// One kind of activity as a table of one column, one row a group.
fn column(sums: &[Sums], c: usize) -> Vec<Vec<u64>> {
    sums.iter().map(|sum| sum.activity.get(c).copied().into_iter().collect()).collect()
}

fn first(row: Option<&Vec<Published<u64>>>) -> Published<u64> {
    row.and_then(|cells| cells.first()).copied().unwrap_or_else(Published::no_data)
}

fn row(
    group: Option<i64>,
    name: String,
    people: Published<u64>,
    sum: &Sums,
    activity: Vec<Published<u64>>,
    rule: Rule,
) -> GroupRow {
    let hidden = people.is_suppressed();
    let per_head = |(shown, n): (&Published<u64>, &u64)| match hidden || shown.is_suppressed() {
        true => Published::withheld(),
        false => rule.mean(i64::try_from(*n).unwrap_or(i64::MAX), sum.people),
    };
    let per_head = activity.iter().zip(&sum.activity).map(per_head).collect();
    let conditions = Vec::new();
    if hidden {
        // Where the people may not be shown, nothing about them may.
        let activity = activity.iter().map(|_| Published::withheld()).collect();
        let (cost, cost_per_head) = (Published::withheld(), Published::withheld());
        return GroupRow { group, name, people, cost, cost_per_head, activity, per_head, conditions };
    }
    let each = i64::try_from(sum.people).ok().and_then(|people| sum.pence.checked_div(people));
    let cost_per_head = each.map_or_else(Published::no_data, |p| rule.money(Pence(p), sum.people));
    let cost = rule.money(Pence(sum.pence), sum.people);
    GroupRow { group, name, people, cost, cost_per_head, activity, per_head, conditions }
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.pence += other.pence;
        for (mine, theirs) in self.activity.iter_mut().zip(&other.activity) {
            *mine += theirs;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack() -> Pack {
        let group = |number: i64| crate::packs::PackGroup { number, name: format!("Group {number}") };
        Pack {
            key: "test".to_owned(),
            title: "Test".to_owned(),
            main: true,
            groups: [1, 2, 3].map(group).into(),
        }
    }

    fn people(borough: &str, group: i64, people: i64) -> PeopleRow {
        PeopleRow { borough: borough.to_owned(), group, people }
    }

    fn activity(borough: &str, group: i64, kind: &str, n: i64, pence: i64) -> ActivityRow {
        ActivityRow { borough: borough.to_owned(), group, kind: kind.to_owned(), n, days: 30 * n, pence }
    }

    fn view(place: Place) -> GroupMatrix {
        let people = [
            people("A", 1, 100),
            people("A", 2, 4),
            people("B", 1, 200),
            people("B", 2, 60),
            people("C", 1, 300),
            people("C", 2, 90),
        ];
        let activity = [
            activity("A", 1, "ae_type1", 20, 560_000),
            activity("A", 1, "ae_other", 12, 336_000),
            activity("A", 2, "ae_type1", 40, 1_120_000),
            activity("B", 1, "care_nursing_day", 2, 1_038_000),
        ];
        assemble(place, pack(), &people, &activity, Coverage::default(), Rule::default())
    }

    #[test]
    fn the_whole_area_adds_up() {
        let matrix = view(Place::whole());
        let ae = matrix.columns.iter().position(|c| c.key == "ae").unwrap();
        let care = matrix.columns.iter().position(|c| c.key == "social_care").unwrap();
        assert_eq!(matrix.rows[0].people.value(), Some(600));
        assert_eq!(matrix.rows[0].activity[ae].value(), Some(30), "32 to the nearest five");
        assert_eq!(matrix.rows[0].activity[care].value(), Some(60), "days, not events");
        assert_eq!(matrix.total.people.value(), Some(755));
        assert_eq!(matrix.total.cost.to_string(), "£30,540");
        assert_eq!(matrix.rows[0].per_head[ae].to_string(), "0.1", "32 for 600 people");
        assert_eq!(matrix.rows[2].people.value(), Some(0), "a group of nobody is a row all the same");
    }

    #[test]
    fn few_people_hide_their_cost_and_activity() {
        let matrix = view(Place::borough("A", "A"));
        let few = &matrix.rows[1];
        assert!(few.people.is_suppressed() && few.cost.is_suppressed() && few.cost_per_head.is_suppressed());
        assert!(few.activity.iter().all(Published::is_suppressed));
        // The other group goes with it, or it could be got by subtraction from the total.
        assert!(matrix.rows[0].people.is_suppressed());
        assert_eq!(matrix.total.people.value(), Some(105));
    }

    #[test]
    fn the_commonest_conditions_come_first_and_few_people_have_none() {
        let mut matrix = view(Place::whole());
        let people = [people("A", 1, 600), people("A", 2, 155)];
        let row = |group: i64, register: &str, n: i64| ConditionRow {
            borough: "A".to_owned(),
            group,
            register: register.to_owned(),
            n,
        };
        let rows = [row(1, "gout", 60), row(1, "diabetes", 120), row(1, "epilepsy", 3), row(2, "gout", 50)];
        let titles = BTreeMap::from([("diabetes", "Diabetes")]);
        add_conditions(&mut matrix, &rows, &people, &titles, Rule::default());
        let said: Vec<(&str, String)> = matrix.rows[0]
            .conditions
            .iter()
            .map(|(title, share)| (title.as_str(), share.map(|e| e.value).to_string()))
            .collect();
        assert_eq!(said, [("Diabetes", "20.0".to_owned()), ("gout", "10.0".to_owned())]);
        assert!(matrix.rows[2].conditions.is_empty());
    }
}
