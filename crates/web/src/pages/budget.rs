//! The shadow capitated budget: what a group would have been given, and what its care cost.

use finance::budget::{Budget, BudgetLine};
use maud::{Markup, html};
use model::Pence;

use super::groups::{SMALL_NUMBERS, borough_filter};
use crate::charts::{Largest, variance_bar};
use crate::components::nhs::{Cell, Head, InsetText, Table};
use crate::page::Page;

/// Budget against actual, by borough and by group.
pub(crate) struct BudgetPage {
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) budget: Budget,
}

impl Page for BudgetPage {
    fn title(&self) -> String {
        "Budget against actual".to_owned()
    }

    fn place(&self) -> &'static str {
        "/population/budget"
    }

    fn body(&self) -> Markup {
        let budget = &self.budget;
        let chosen = budget.borough.as_deref().unwrap_or_default();
        html! {
            (borough_filter("/population/budget", &self.boroughs, chosen))
            p class="nhsuk-lede-text" { (budget.sentence) }
            @if chosen.is_empty() { (table("By borough", "Borough", &budget.boroughs, &budget.total)) }
            (table("By population group", "Group", &budget.groups, &budget.total))
            (InsetText {
                content: html! {
                    p { "This is a shadow budget: no money moves. Each group has one price for a person; the budget is the price times the people." }
                    p { (budget.coverage.sentence()) }
                    p { (SMALL_NUMBERS) }
                }.into(),
                ..InsetText::default()
            })
        }
    }
}

fn table(caption: &str, first: &str, lines: &[BudgetLine], total: &BudgetLine) -> Table {
    let largest = Largest::of(lines.iter().map(|line| line.difference));
    let group = first == "Group";
    let mut rows: Vec<Vec<Cell>> = lines.iter().map(|line| row(line, Some(largest), group)).collect();
    rows.push(row(total, None, false));
    let mut head = vec![Head::from(first)];
    head.extend(
        ["People", "Price for each person", "Budget", "Actual", "More or less than budget"]
            .map(Head::numeric),
    );
    Table {
        caption: caption.into(),
        head,
        rows,
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

fn row(line: &BudgetLine, largest: Option<Largest>, numbered: bool) -> Vec<Cell> {
    let difference = html! {
        span class="app-figure" { (more_or_less(line)) }
        @if let Some(largest) = largest { (variance_bar(line.difference, largest)) }
    };
    let name = if numbered { format!("{}. {}", line.key, line.name) } else { line.name.clone() };
    vec![
        name.into(),
        line.people.to_string().into(),
        line.price.to_string().into(),
        line.budget.to_string().into(),
        line.actual.to_string().into(),
        difference.into(),
    ]
}

/// In words, so that no sign or colour need be read.
fn more_or_less(line: &BudgetLine) -> String {
    let Some(Pence(difference)) = line.difference.value() else { return line.difference.to_string() };
    let word = match difference {
        0 => return "the same".to_owned(),
        more if more > 0 => "more",
        _ => "less",
    };
    let amount = line.difference.map(|Pence(p)| Pence(p.abs()));
    match line.per_cent.value() {
        Some(share) => format!("{amount} {word} ({:.1}%)", share.abs()),
        None => format!("{amount} {word}"),
    }
}
