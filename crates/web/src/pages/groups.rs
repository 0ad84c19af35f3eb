//! Population groups: how many people, what was done for them and what it cost, as counts and sums.

use insight::groups::{GroupMatrix, GroupRow};
use maud::{Markup, html};

use crate::charts::bar;
use crate::components::nhs::{Cell, Head, Table};
use crate::components::ours::{FiguresBasis, FilterGroup, FilterLink, filters};
use crate::page::Page;
use crate::words;

/// The matrix of groups for one borough or the whole area.
pub(crate) struct GroupsPage {
    /// Boroughs to choose from: code and name.
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) matrix: GroupMatrix,
    pub(crate) basis: FiguresBasis,
}

impl Page for GroupsPage {
    fn title(&self) -> String {
        "Population groups".to_owned()
    }

    fn place(&self) -> &'static str {
        "/population/groups"
    }

    fn body(&self) -> Markup {
        let chosen = &self.matrix.place.borough;
        html! {
            (borough_filter("/population/groups", &self.boroughs, chosen))
            p class="nhsuk-lede-text" { (self.sentence()) }
            (self.people_and_cost())
            (self.activity())
            (self.basis)
        }
    }
}

/// Boroughs as links.
pub(crate) fn borough_filter(address: &str, boroughs: &[(String, String)], chosen: &str) -> Markup {
    let all = FilterLink::new("Whole area", address, chosen.is_empty());
    let each = boroughs
        .iter()
        .map(|(code, name)| FilterLink::new(name, format!("{address}?borough={code}"), chosen == code));
    filters(
        "Choose a borough",
        &[FilterGroup { name: "Borough", links: std::iter::once(all).chain(each).collect() }],
    )
}

impl GroupsPage {
    fn sentence(&self) -> String {
        let total = &self.matrix.total;
        let start = format!(
            "{}: {} people, whose care cost {} over twelve months.",
            self.matrix.place.name, total.people, total.cost
        );
        let dearest = self.matrix.rows.iter().max_by_key(|row| row.cost.value());
        let (Some(row), Some(all)) = (dearest, total.cost.value()) else { return start };
        match row.cost.value() {
            Some(cost) if cost.0 > 0 => {
                format!("{start} {} of it is for group {}.", words::percent(cost.0, all.0), label(row))
            }
            _ => start,
        }
    }

    fn people_and_cost(&self) -> Table {
        let most = |of: &dyn Fn(&GroupRow) -> i64| self.matrix.rows.iter().map(of).max().unwrap_or(0);
        let most_people = most(&people);
        let most_cost = most(&cost);
        let most_each = most(&each);
        let rows = self.matrix.rows.iter().chain([&self.matrix.total]).map(|row| {
            // The bar of the total would say nothing, and that of a number that is not shown would be wrong.
            let drawn = row.group.is_some() && !row.people.is_suppressed();
            vec![
                Cell::from(label(row)),
                with_bar(row.people.to_string(), drawn.then(|| (people(row), most_people))),
                with_bar(row.cost.to_string(), drawn.then(|| (cost(row), most_cost))),
                with_bar(row.cost_per_head.to_string(), drawn.then(|| (each(row), most_each))),
            ]
        });
        Table {
            caption: "People and cost by group".into(),
            head: vec![
                "Group".into(),
                Head::numeric("People"),
                Head::numeric("Cost in 12 months"),
                Head::numeric("Cost for each person"),
            ],
            rows: rows.collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn activity(&self) -> Table {
        let mut head = vec![Head::from("Group")];
        head.extend(self.matrix.columns.iter().map(|column| Head::numeric(column.title)));
        let rows = self.matrix.rows.iter().chain([&self.matrix.total]).map(|row| {
            let mut cells = vec![Cell::from(label(row))];
            cells.extend(row.activity.iter().map(|n| Cell::from(n.to_string())));
            cells
        });
        Table {
            caption: "What was done for them in 12 months".into(),
            head,
            rows: rows.collect(),
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }
}

fn label(row: &GroupRow) -> String {
    match row.group {
        Some(number) => format!("{number}. {}", row.name),
        None => row.name.clone(),
    }
}

fn people(row: &GroupRow) -> i64 {
    row.people.value().and_then(|n| i64::try_from(n).ok()).unwrap_or(0)
}

fn cost(row: &GroupRow) -> i64 {
    row.cost.value().unwrap_or_default().0
}

fn each(row: &GroupRow) -> i64 {
    row.cost_per_head.value().unwrap_or_default().0
}

fn with_bar(words: String, length: Option<(i64, i64)>) -> Cell {
    html! {
        span class="app-figure" { (words) }
        @if let Some((value, largest)) = length { (bar(value, largest)) }
    }
    .into()
}
