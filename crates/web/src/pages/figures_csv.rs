//! Figures to take away: the values of the page and no other, with what they cover in the last column.

use finance::budget::{Budget, BudgetLine};
use insight::groups::{GroupMatrix, GroupRow};
use insight::indicators::{IndicatorSummary, IndicatorView, MonthPoint};
use methods::{Estimate, Published};
use model::Pence;

use crate::csv_file::{line, number};

/// People, cost and activity by group.
pub(crate) fn groups(matrix: &GroupMatrix, coverage: &str) -> String {
    let mut head =
        ["place", "group", "people", "cost_pounds", "cost_per_head_pounds"].map(str::to_owned).to_vec();
    head.extend(matrix.columns.iter().map(|column| column.key.to_owned()));
    head.push("coverage".to_owned());
    let cells = |row: &GroupRow| {
        let name = match row.group {
            Some(number) => format!("{number}. {}", row.name),
            None => row.name.clone(),
        };
        let mut cells = vec![matrix.place.name.clone(), name, count(&row.people)];
        cells.extend([pounds(&row.cost), pounds(&row.cost_per_head)]);
        cells.extend(row.activity.iter().map(count));
        cells.push(coverage.to_owned());
        cells
    };
    line(&head) + &matrix.rows.iter().chain([&matrix.total]).map(|row| line(&cells(row))).collect::<String>()
}

/// Budget against actual, by borough and by group.
pub(crate) fn budget(budget: &Budget, coverage: &str) -> String {
    let head = [
        "by",
        "line",
        "people",
        "price_pounds",
        "budget_pounds",
        "actual_pounds",
        "difference_pounds",
        "coverage",
    ];
    let cells = |by: &str, l: &BudgetLine| {
        let money = [&l.price, &l.budget, &l.actual, &l.difference].map(pounds);
        let mut cells = vec![by.to_owned(), l.name.clone(), count(&l.people)];
        cells.extend(money);
        cells.push(coverage.to_owned());
        line(&cells)
    };
    let mut text = line(&head);
    budget.boroughs.iter().for_each(|l| text.push_str(&cells("borough", l)));
    budget.groups.iter().for_each(|l| text.push_str(&cells("group", l)));
    text.push_str(&cells("total", &budget.total));
    text
}

const MONTH: [&str; 7] = ["month", "value", "lower", "upper", "numerator", "denominator", "coverage"];

/// Every indicator's latest month.
pub(crate) fn indicators(place: &str, lines: &[IndicatorSummary], coverage: &str) -> String {
    let mut head = vec!["place", "indicator", "unit"];
    head.extend(MONTH);
    let cells = |summary: &IndicatorSummary| {
        let mut cells =
            [place, &summary.indicator.title, &summary.indicator.unit].map(str::to_owned).to_vec();
        match &summary.latest {
            Some(point) => cells.extend(month(point)),
            None => cells.extend(["", "no data", "", "", "", ""].map(str::to_owned)),
        }
        cells.push(coverage.to_owned());
        line(&cells)
    };
    line(&head) + &lines.iter().map(cells).collect::<String>()
}

/// One indicator month by month.
pub(crate) fn indicator(view: &IndicatorView, coverage: &str) -> String {
    let mut head = vec!["place", "indicator", "unit"];
    head.extend(MONTH);
    let cells = |point: &MonthPoint| {
        let mut cells =
            [&view.place.name, &view.indicator.title, &view.indicator.unit].map(Clone::clone).to_vec();
        cells.extend(month(point));
        cells.push(coverage.to_owned());
        line(&cells)
    };
    line(&head) + &view.series.iter().map(cells).collect::<String>()
}

fn month(point: &MonthPoint) -> [String; 6] {
    let part = |of: fn(Estimate) -> f64| number(&point.value, |estimate| format!("{:.2}", of(estimate)));
    // What is not shown is said once.
    let limit = |of| if point.value.value().is_some() { part(of) } else { String::new() };
    [
        point.month.to_string(),
        part(|estimate| estimate.value),
        limit(|estimate| estimate.lower),
        limit(|estimate| estimate.upper),
        count(&point.numerator),
        count(&point.denominator),
    ]
}

fn count(n: &Published<u64>) -> String {
    number(n, |n| n.to_string())
}

fn pounds(sum: &Published<Pence>) -> String {
    number(sum, |Pence(pence)| ((pence.abs() + 50) / 100 * pence.signum()).to_string())
}
