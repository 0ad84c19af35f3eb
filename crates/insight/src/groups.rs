//! The group matrix: people, cost and activity by population group.

use std::collections::BTreeMap;

use methods::{Coverage, Published, PublishedTable, Rule};
use model::Pence;
use policy::Permit;
use serde::{Deserialize, Serialize};
use warehouse::marts::Marts;

use crate::cells::Counts;
use crate::places::{AreaKind, Place, place};
use crate::{InsightError, coverage};

/// People, cost and activity by population group, for the whole area or one borough.
#[derive(Clone, Debug, Serialize)]
pub struct GroupMatrix {
    /// Whose people these are.
    pub place: Place,
    /// Columns of activity, in order.
    pub columns: Vec<Column>,
    /// One row a group, in the pack's order.
    pub rows: Vec<GroupRow>,
    /// Everybody.
    pub total: GroupRow,
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
}

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
struct NameRow {
    group: i64,
    name: String,
}

#[derive(Clone, Default)]
struct Sums {
    people: u64,
    pence: i64,
    activity: [u64; COLUMNS.len()],
}

/// The matrix for the whole area, or for one borough by its ONS code.
pub async fn matrix(
    marts: &Marts,
    permit: &Permit,
    borough: Option<&str>,
) -> Result<GroupMatrix, InsightError> {
    let place = match borough {
        None => Place::whole(),
        Some(code) => place(marts, permit, AreaKind::Borough, code).await?,
    };
    let names: Vec<NameRow> =
        marts.rows(permit, "SELECT \"group\", name FROM group_name ORDER BY position").await?;
    let people: Vec<PeopleRow> = marts
        .rows(
            permit,
            "SELECT borough, \"group\", SUM(people) AS people FROM group_people GROUP BY borough, \"group\"",
        )
        .await?;
    let activity: Vec<ActivityRow> =
        marts.rows(permit, "SELECT borough, \"group\", kind, n, days, pence FROM group_matrix").await?;
    Ok(assemble(place, names, &people, &activity, coverage(marts, permit).await?, Rule::default()))
}

fn assemble(
    place: Place,
    names: Vec<NameRow>,
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
    let own: Vec<Sums> = names.iter().map(|n| sums.get(&n.group).cloned().unwrap_or_default()).collect();
    let columns: Vec<PublishedTable> = (0..COLUMNS.len()).map(|c| rule.table(&column(&own, c))).collect();
    let mut all = Sums::default();
    let mut rows = Vec::new();
    for (at, (name, sum)) in names.into_iter().zip(&own).enumerate() {
        all.add(sum);
        let people = published.row(&name.group, one.as_ref());
        let activity = columns.iter().map(|t| first(t.cells.get(at))).collect();
        rows.push(row(Some(name.group), name.name, people, sum, activity, rule));
    }
    let activity = columns.iter().map(|table| table.total).collect();
    let total = row(None, "Everybody".to_owned(), published.total(one.as_ref()), &all, activity, rule);
    let columns = COLUMNS.iter().map(|Kinds(column, ..)| *column).collect();
    GroupMatrix { place, columns, rows, total, coverage }
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
    if people.is_suppressed() {
        // Where the people may not be shown, nothing about them may.
        let activity = activity.iter().map(|_| Published::withheld()).collect();
        let hidden = Published::withheld;
        return GroupRow { group, name, people, cost: hidden(), cost_per_head: hidden(), activity };
    }
    let per_head = i64::try_from(sum.people).ok().and_then(|people| sum.pence.checked_div(people));
    let cost_per_head = per_head.map_or_else(Published::no_data, |p| rule.money(Pence(p), sum.people));
    GroupRow { group, name, people, cost: rule.money(Pence(sum.pence), sum.people), cost_per_head, activity }
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

    fn name(group: i64) -> NameRow {
        NameRow { group, name: format!("Group {group}") }
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
        assemble(
            place,
            vec![name(1), name(2), name(3)],
            &people,
            &activity,
            Coverage::default(),
            Rule::default(),
        )
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
}
