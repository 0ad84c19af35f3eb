//! Population groups: how many people, what was done for them and what it cost, as counts and sums.

use maud::{Markup, html};
use model::Pence;

use crate::charts::bar;
use crate::components::nhs::{Cell, Head, InsetText, Table};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::page::Page;
use crate::words;

/// The matrix of groups for one borough or the whole area.
pub(crate) struct GroupsPage {
    /// Boroughs to choose from: code and name.
    pub(crate) boroughs: Vec<(String, String)>,
    /// The one chosen; blank for all.
    pub(crate) borough: String,
    pub(crate) area_name: String,
    pub(crate) rows: Vec<GroupRow>,
    pub(crate) coverage: String,
    /// The span the activity and cost are of: `12 months to 31 October 2026`.
    pub(crate) period: String,
}

/// One group. A count that may tell on someone is `None`.
#[derive(Clone, Debug)]
pub(crate) struct GroupRow {
    pub(crate) number: u8,
    pub(crate) name: String,
    pub(crate) people: Option<i64>,
    pub(crate) cost: Option<Pence>,
    pub(crate) cost_per_person: Option<Pence>,
    /// Emergency admissions, A&E attendances, outpatient, GP, community and mental health contacts, social care weeks.
    pub(crate) activity: Vec<Option<i64>>,
}

/// Columns of activity, in order.
pub(crate) const ACTIVITY: [&str; 6] = [
    "Emergency admissions",
    "A&E attendances",
    "Outpatient appointments",
    "GP appointments",
    "Community and mental health contacts",
    "Social care services",
];

impl Page for GroupsPage {
    fn title(&self) -> String {
        "Population groups".to_owned()
    }

    fn place(&self) -> &'static str {
        "/population/groups"
    }

    fn body(&self) -> Markup {
        html! {
            (borough_filter("/population/groups", &self.boroughs, &self.borough))
            p { (self.sentence()) }
            @if self.rows.is_empty() { p { "Nothing has been published yet." } }
            @else { (self.people_and_cost()) (self.activity()) }
            (InsetText { content: html! { p { (self.coverage) } p { (SMALL_NUMBERS) } }.into(), ..InsetText::default() })
        }
    }
}

/// How small numbers are dealt with, wherever counts are shown.
pub(crate) const SMALL_NUMBERS: &str =
    "A number of people from 1 to 7 is not shown, nor what would give it away.";

/// What stands where a number is not shown.
pub(crate) fn shown(value: Option<i64>) -> String {
    value.map_or_else(|| "Not shown".to_owned(), words::count)
}

/// What stands where a sum is not shown.
pub(crate) fn shown_pounds(value: Option<Pence>) -> String {
    value.map_or_else(|| "Not shown".to_owned(), words::pounds)
}

/// Boroughs as links.
pub(crate) fn borough_filter(address: &str, boroughs: &[(String, String)], chosen: &str) -> Markup {
    let all = FilterLink::new("All boroughs", address, chosen.is_empty());
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
        let people: i64 = self.rows.iter().filter_map(|row| row.people).sum();
        let cost: Pence = self.rows.iter().filter_map(|row| row.cost).sum();
        let dearest = self.rows.iter().max_by_key(|row| row.cost);
        let last = dearest.map_or_else(String::new, |row| {
            format!(
                " The group with the largest cost is {}: {} of the people and {} of the cost.",
                row.name,
                words::percent(row.people.unwrap_or(0), people),
                words::percent(row.cost.unwrap_or_default().0, cost.0),
            )
        });
        format!(
            "{}, {}: {} people and {}.{last}",
            self.area_name,
            self.period,
            words::count(people),
            words::round_pounds(cost),
        )
    }

    fn people_and_cost(&self) -> Table {
        let most = |of: &dyn Fn(&GroupRow) -> i64| self.rows.iter().map(of).max().unwrap_or(0);
        let most_people = most(&|row| row.people.unwrap_or(0));
        let most_cost = most(&|row| row.cost.unwrap_or_default().0);
        let most_each = most(&|row| row.cost_per_person.unwrap_or_default().0);
        let rows = self
            .rows
            .iter()
            .map(|row| {
                vec![
                    format!("{}. {}", row.number, row.name).into(),
                    with_bar(shown(row.people), row.people.unwrap_or(0), most_people),
                    with_bar(shown_pounds(row.cost), row.cost.unwrap_or_default().0, most_cost),
                    with_bar(
                        shown_pounds(row.cost_per_person),
                        row.cost_per_person.unwrap_or_default().0,
                        most_each,
                    ),
                ]
            })
            .collect();
        Table {
            caption: "People and cost by group".into(),
            head: vec![
                "Group".into(),
                Head::numeric("People"),
                Head::numeric("Cost"),
                Head::numeric("Cost for each person"),
            ],
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn activity(&self) -> Table {
        let mut head = vec![Head::from("Group")];
        head.extend(ACTIVITY.map(Head::numeric));
        let rows = self
            .rows
            .iter()
            .map(|row| {
                let mut cells: Vec<Cell> = vec![format!("{}. {}", row.number, row.name).into()];
                cells.extend(row.activity.iter().map(|n| Cell::from(shown(*n))));
                cells
            })
            .collect();
        Table {
            caption: "What was done for them".into(),
            head,
            rows,
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }
}

fn with_bar(words: String, value: i64, largest: i64) -> Cell {
    html! { span class="app-figure" { (words) } (bar(value, largest)) }.into()
}
