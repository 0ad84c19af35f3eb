//! The shadow capitated budget: what a group would have been given, and what its care cost.

use std::cmp::Ordering;

use maud::{Markup, html};
use model::Pence;

use super::groups::{SMALL_NUMBERS, borough_filter, shown, shown_pounds};
use crate::charts::variance_bar;
use crate::components::nhs::{Cell, Head, InsetText, Table};
use crate::page::Page;
use crate::words;

/// Budget against actual, by borough and by group.
pub(crate) struct BudgetPage {
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) borough: String,
    pub(crate) area_name: String,
    pub(crate) period: String,
    pub(crate) coverage: String,
    pub(crate) by_borough: Vec<BudgetRow>,
    pub(crate) by_group: Vec<BudgetRow>,
    pub(crate) total: BudgetRow,
}

/// One line. What would give away a small number is `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct BudgetRow {
    pub(crate) name: String,
    pub(crate) people: Option<i64>,
    /// For a person, in a group's line.
    pub(crate) price: Option<Pence>,
    pub(crate) budget: Option<Pence>,
    pub(crate) actual: Option<Pence>,
}

impl BudgetRow {
    fn difference(&self) -> Option<Pence> {
        Some(self.actual? - self.budget?)
    }
}

impl Page for BudgetPage {
    fn title(&self) -> String {
        "Budget against actual".to_owned()
    }

    fn place(&self) -> &'static str {
        "/population/budget"
    }

    fn body(&self) -> Markup {
        html! {
            (borough_filter("/population/budget", &self.boroughs, &self.borough))
            p { (self.sentence()) }
            @if self.by_group.is_empty() { p { "Nothing has been published yet." } }
            @else {
                @if self.borough.is_empty() { (table("By borough", "Borough", &self.by_borough, Some(&self.total), false)) }
                (table("By population group", "Group", &self.by_group, Some(&self.total), true))
            }
            (InsetText {
                content: html! {
                    p { "This is a shadow budget: no money moves. Each group has one price for a person; the budget is the price times the people." }
                    p { (self.coverage) }
                    p { (SMALL_NUMBERS) }
                }.into(),
                ..InsetText::default()
            })
        }
    }
}

impl BudgetPage {
    fn sentence(&self) -> String {
        let (Some(budget), Some(actual)) = (self.total.budget, self.total.actual) else {
            return format!("{}, {}.", self.area_name, self.period);
        };
        let difference = actual - budget;
        let how = match difference.0.cmp(&0) {
            Ordering::Greater => format!(
                "{} ({}) more than the budget",
                words::round_pounds(difference),
                words::percent(difference.0, budget.0)
            ),
            Ordering::Less => format!(
                "{} ({}) less than the budget",
                words::round_pounds(Pence(-difference.0)),
                words::percent(-difference.0, budget.0)
            ),
            Ordering::Equal => "the same as the budget".to_owned(),
        };
        format!(
            "{}, {}: care cost {}, which is {how} of {}.",
            self.area_name,
            self.period,
            words::round_pounds(actual),
            words::round_pounds(budget),
        )
    }
}

fn table(caption: &str, first: &str, rows: &[BudgetRow], total: Option<&BudgetRow>, prices: bool) -> Table {
    let largest = rows.iter().filter_map(BudgetRow::difference).map(|d| d.0.abs()).max().unwrap_or(0);
    let mut head = vec![Head::from(first), Head::numeric("People")];
    if prices {
        head.push(Head::numeric("Price for each person"));
    }
    head.extend(["Budget", "Actual", "More or less than budget"].map(Head::numeric));
    let mut lines: Vec<Vec<Cell>> = rows.iter().map(|row| line(row, largest, prices)).collect();
    if let Some(total) = total {
        lines.push(line(&BudgetRow { name: "All".to_owned(), ..total.clone() }, 0, prices));
    }
    Table {
        caption: caption.into(),
        head,
        rows: lines,
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

fn line(row: &BudgetRow, largest: i64, prices: bool) -> Vec<Cell> {
    let mut cells: Vec<Cell> = vec![row.name.as_str().into(), shown(row.people).into()];
    if prices {
        cells.push(row.price.map_or_else(|| "-".to_owned(), words::pounds).into());
    }
    cells.push(shown_pounds(row.budget).into());
    cells.push(shown_pounds(row.actual).into());
    cells.push(match row.difference() {
        None => "Not shown".into(),
        Some(difference) => html! {
            span class="app-figure" { (more_or_less(difference, row.budget.unwrap_or_default())) }
            @if largest > 0 { (variance_bar(difference.0, largest)) }
        }
        .into(),
    });
    cells
}

fn more_or_less(difference: Pence, budget: Pence) -> String {
    let word = match difference.0.cmp(&0) {
        Ordering::Greater => "more",
        Ordering::Less => "less",
        Ordering::Equal => return "the same".to_owned(),
    };
    let sum = Pence(difference.0.abs());
    format!("{} {word} ({})", words::pounds(sum), words::percent(sum.0, budget.0))
}
