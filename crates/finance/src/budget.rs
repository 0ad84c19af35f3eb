//! Shadow budget: people times the price of their group, against what their care cost in the latest twelve months.

use std::collections::{BTreeMap, BTreeSet};

use methods::{Coverage, Published, Rule};
use model::Pence;
use policy::Permit;
use serde::{Deserialize, Serialize};
use warehouse::marts::Marts;

use crate::FinanceError;

/// Budget against actual cost, for the whole area or one borough.
#[derive(Clone, Debug, Serialize)]
pub struct Budget {
    /// ONS code of the borough; `None` for the whole area.
    pub borough: Option<String>,
    /// Name of the place.
    pub place: String,
    /// One line a population group, in the pack's order.
    pub groups: Vec<BudgetLine>,
    /// One line a borough, by name; of one borough only itself.
    pub boroughs: Vec<BudgetLine>,
    /// Everything.
    pub total: BudgetLine,
    /// In one sentence.
    pub sentence: String,
    /// What the figures cover.
    pub coverage: Coverage,
}

/// One line of a budget.
#[derive(Clone, Debug, Serialize)]
pub struct BudgetLine {
    /// Number of the group or code of the borough; `all` for the total.
    pub key: String,
    /// Name.
    pub name: String,
    /// People now in the line.
    pub people: Published<u64>,
    /// Price of a head, where the line has a single one; otherwise the mean of those in it.
    pub price: Published<Pence>,
    /// People times price.
    pub budget: Published<Pence>,
    /// Actual cost of the latest twelve complete months.
    pub actual: Published<Pence>,
    /// Actual less budget: above nought is overspent.
    pub difference: Published<Pence>,
    /// The difference in per cent of the budget.
    pub per_cent: Published<f64>,
}

#[derive(Clone, Deserialize)]
struct Row {
    borough: String,
    group: i64,
    people: i64,
    budget_pence: i64,
    actual_pence: i64,
}

#[derive(Clone, Deserialize)]
struct GroupName {
    group: i64,
    name: String,
}

#[derive(Clone, Deserialize)]
struct BoroughName {
    area: String,
    name: String,
}

#[derive(Deserialize)]
struct Covered {
    practice: String,
    covered: bool,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    people: u64,
    budget: i64,
    actual: i64,
}

/// The budget of the whole area, or of one borough by its ONS code.
pub async fn budget(marts: &Marts, permit: &Permit, borough: Option<&str>) -> Result<Budget, FinanceError> {
    let rows: Vec<Row> = marts
        .rows(permit, "SELECT borough, \"group\", people, budget_pence, actual_pence FROM budget")
        .await?;
    let groups: Vec<GroupName> =
        marts.rows(permit, "SELECT \"group\", name FROM group_name ORDER BY position").await?;
    let boroughs: Vec<BoroughName> =
        marts.rows(permit, "SELECT area, name FROM place WHERE area_kind = 'borough' ORDER BY name").await?;
    let covered: Vec<Covered> = marts.rows(permit, "SELECT practice, covered FROM coverage").await?;
    if borough.is_some_and(|code| boroughs.iter().all(|b| b.area != code)) {
        return Err(FinanceError::NotFound);
    }
    let coverage = Coverage::of(covered.into_iter().map(|c| (c.practice, c.covered)));
    Ok(assemble(&rows, &groups, boroughs, borough, coverage, Rule::default()))
}

fn assemble(
    rows: &[Row],
    groups: &[GroupName],
    mut boroughs: Vec<BoroughName>,
    borough: Option<&str>,
    coverage: Coverage,
    rule: Rule,
) -> Budget {
    if rows.iter().any(|row| row.borough.is_empty()) {
        boroughs.push(BoroughName { area: String::new(), name: "Borough not known".to_owned() });
    }
    let place = boroughs.iter().find(|b| Some(b.area.as_str()) == borough);
    let place = place.map_or_else(|| "The whole area".to_owned(), |b| b.name.clone());
    let hidden = hidden(rows, groups, &boroughs, rule);
    let here: Vec<&Row> = rows.iter().filter(|row| borough.is_none_or(|code| code == row.borough)).collect();
    let sum = |keep: &dyn Fn(&Row) -> bool| here.iter().filter(|row| keep(row)).fold(Sum::default(), add);
    let group_lines = groups.iter().map(|g| {
        let is_hidden = hidden.contains(&(borough.map(str::to_owned), Some(g.group)));
        line(g.group.to_string(), g.name.clone(), sum(&|row| row.group == g.group), is_hidden, rule)
    });
    let borough_lines = boroughs.iter().filter(|b| borough.is_none_or(|code| code == b.area)).map(|b| {
        let is_hidden = hidden.contains(&(Some(b.area.clone()), None));
        line(b.area.clone(), b.name.clone(), sum(&|row| row.borough == b.area), is_hidden, rule)
    });
    let total_hidden = hidden.contains(&(borough.map(str::to_owned), None));
    let total = line("all".to_owned(), place.clone(), sum(&|_| true), total_hidden, rule);
    Budget {
        borough: borough.map(str::to_owned),
        sentence: sentence(&place, &total),
        groups: group_lines.collect(),
        boroughs: borough_lines.collect(),
        place,
        total,
        coverage,
    }
}

fn add(mut sum: Sum, row: &&Row) -> Sum {
    sum.people += u64::try_from(row.people).unwrap_or(0);
    sum.budget += row.budget_pence;
    sum.actual += row.actual_pence;
    sum
}

/// Lines that may not be shown, by borough (or all) and group (or all): those of few people, and those from which they
/// could be got by subtraction. Decided over the whole table, so that it is the same in every view.
fn hidden(
    rows: &[Row],
    groups: &[GroupName],
    boroughs: &[BoroughName],
    rule: Rule,
) -> BTreeSet<(Option<String>, Option<i64>)> {
    let mut people: BTreeMap<(&str, i64), u64> = BTreeMap::new();
    for row in rows {
        *people.entry((&row.borough, row.group)).or_default() += u64::try_from(row.people).unwrap_or(0);
    }
    let count =
        |b: &BoroughName, g: &GroupName| people.get(&(b.area.as_str(), g.group)).copied().unwrap_or(0);
    let cells: Vec<Vec<u64>> =
        boroughs.iter().map(|b| groups.iter().map(|g| count(b, g)).collect()).collect();
    let table = rule.table(&cells);
    let mut hidden = BTreeSet::new();
    for ((b, cells), total) in boroughs.iter().zip(&table.cells).zip(&table.row_totals) {
        let of_groups = groups.iter().zip(cells).map(|(g, cell)| (Some(g.group), cell));
        for (group, cell) in of_groups.chain(std::iter::once((None, total))) {
            if cell.is_suppressed() {
                hidden.insert((Some(b.area.clone()), group));
            }
        }
    }
    let of_groups = groups.iter().zip(&table.column_totals).map(|(g, cell)| (Some(g.group), cell));
    for (group, cell) in of_groups.chain(std::iter::once((None, &table.total))) {
        if cell.is_suppressed() {
            hidden.insert((None, group));
        }
    }
    hidden
}

fn line(key: String, name: String, sum: Sum, hidden: bool, rule: Rule) -> BudgetLine {
    let people =
        if hidden && !rule.is_small(sum.people) { Published::withheld() } else { rule.count(sum.people) };
    if hidden {
        let none = Published::withheld;
        return BudgetLine {
            key,
            name,
            people,
            price: none(),
            budget: none(),
            actual: none(),
            difference: none(),
            per_cent: Published::withheld(),
        };
    }
    let money = |pence: i64| rule.money(Pence(pence), sum.people);
    let over = sum.actual - sum.budget;
    let price = i64::try_from(sum.people).ok().and_then(|people| sum.budget.checked_div(people));
    let tenths = over.saturating_mul(1_000).checked_div(sum.budget);
    BudgetLine {
        key,
        name,
        people,
        price: price.map_or_else(Published::no_data, money),
        budget: money(sum.budget),
        actual: money(sum.actual),
        difference: money(over),
        per_cent: tenths.map_or_else(Published::no_data, |t| rule.tenths(t, sum.people)),
    }
}

fn sentence(place: &str, total: &BudgetLine) -> String {
    let (Some(Pence(over)), Some(share)) = (total.difference.value(), total.per_cent.value()) else {
        return format!("{place}: there is no budget to compare.");
    };
    let way = if over > 0 { "more" } else { "less" };
    let amount = total.difference.map(|Pence(p)| Pence(p.abs()));
    format!(
        "{place}: care cost {} over twelve months against a shadow budget of {}, {amount} ({:.1} per cent) {way}.",
        total.actual,
        total.budget,
        share.abs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(borough: &str, group: i64, people: i64, price: i64, actual_pence: i64) -> Row {
        Row { borough: borough.to_owned(), group, people, budget_pence: people * price, actual_pence }
    }

    fn view(borough: Option<&str>) -> Budget {
        let rows = [
            row("A", 1, 100, 50_000, 6_000_000),
            row("A", 2, 50, 300_000, 14_000_000),
            row("A", 3, 3, 900_000, 9_900_000),
            row("B", 1, 200, 50_000, 9_000_000),
            row("B", 2, 80, 300_000, 26_000_000),
            row("B", 3, 40, 900_000, 36_000_000),
            row("", 1, 20, 50_000, 1_000_000),
            row("", 2, 30, 300_000, 9_000_000),
            row("", 3, 25, 900_000, 22_500_000),
        ];
        let groups: Vec<GroupName> =
            (1..=3).map(|group| GroupName { group, name: format!("Group {group}") }).collect();
        let boroughs =
            ["A", "B"].map(|b| BoroughName { area: b.to_owned(), name: format!("Borough {b}") }).to_vec();
        assemble(&rows, &groups, boroughs, borough, Coverage::default(), Rule::default())
    }

    #[test]
    fn people_times_price_against_actual_cost() {
        let budget = view(None);
        let first = &budget.groups[0];
        assert_eq!(first.people.value(), Some(320));
        assert_eq!(first.price.to_string(), "£500");
        assert_eq!(
            (first.budget.to_string(), first.actual.to_string()),
            ("£160,000".into(), "£160,000".into())
        );
        assert_eq!(budget.boroughs.len(), 3, "people of no known borough have a line of their own");
        let total = &budget.total;
        assert_eq!(total.budget.value(), Some(Pence(320 * 50_000 + 160 * 300_000 + 68 * 900_000)));
        assert_eq!(total.actual.value(), Some(Pence(133_400_000)));
        assert_eq!(
            budget.sentence,
            "The whole area: care cost £1,334,000 over twelve months against a shadow budget of £1,252,000, £82,000 (6.5 per cent) more."
        );
    }

    #[test]
    fn lines_of_few_people_are_hidden_in_every_view() {
        let budget = view(Some("A"));
        let few = &budget.groups[2];
        assert_eq!(few.people.to_string(), "7 or fewer");
        assert!(few.budget.is_suppressed() && few.actual.is_suppressed() && few.difference.is_suppressed());
        assert!(budget.groups[1].people.is_suppressed(), "the smallest other line goes with it");
        assert!(!budget.groups[0].people.is_suppressed() && !budget.total.people.is_suppressed());
        assert_eq!(budget.place, "Borough A");
        // The same group in another borough goes too, or the column would give it away.
        let hidden = |b: &str| view(Some(b)).groups[2].people.is_suppressed();
        assert!(hidden("B") || hidden(""));
    }
}
