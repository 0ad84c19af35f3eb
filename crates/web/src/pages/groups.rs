//! Population groups: how many people, what was done for them and what it cost, as counts and sums.

use chrono::NaiveDate;
use insight::groups::{GroupMatrix, GroupRow};
use maud::{Markup, html};

use super::groups_movement::movement_part;
use crate::charts::{Largest, Shown, bar};
use crate::components::nhs::{Cell, Head, InsetText, Table};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::page::Page;
use crate::words;

/// The matrix of groups for one borough or the whole area.
pub(crate) struct GroupsPage {
    /// Boroughs to choose from: code and name.
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) matrix: GroupMatrix,
}

const ADDRESS: &str = "/population/groups";

/// How small numbers are dealt with, wherever counts are shown.
pub(crate) const SMALL_NUMBERS: &str =
    "Counts of 1 to 7 are not shown, nor what would give them away; others are rounded to the nearest 5.";

impl Page for GroupsPage {
    fn title(&self) -> String {
        "Population groups".to_owned()
    }

    fn place(&self) -> &'static str {
        ADDRESS
    }

    fn body(&self) -> Markup {
        let matrix = &self.matrix;
        html! {
            (self.choices())
            p class="nhsuk-lede-text" { (self.sentence()) }
            (self.people_and_cost())
            (self.activity("What was done for them in 12 months", |row| row.activity.iter().map(ToString::to_string).collect()))
            (self.activity("What was done for each person in 12 months, on average", |row| row.per_head.iter().map(ToString::to_string).collect()))
            (self.conditions())
            @match &matrix.movement {
                Some(movement) => { (movement_part(self, movement)) }
                None => {
                    h2 class="nhsuk-heading-m" { "Movement between groups" }
                    p { "No earlier day is known here yet, or nobody here may be counted." }
                }
            }
            (InsetText {
                content: html! { p { (matrix.coverage.sentence()) } p { (SMALL_NUMBERS) } }.into(),
                ..InsetText::default()
            })
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
    pub(super) fn address(&self, pack: &str, borough: &str, from: Option<NaiveDate>) -> String {
        let pack = (pack != self.main()).then(|| format!("pack={pack}"));
        let borough = (!borough.is_empty()).then(|| format!("borough={borough}"));
        let from = from.map(|day| format!("from={day}"));
        let parts: Vec<String> = [pack, borough, from].into_iter().flatten().collect();
        if parts.is_empty() { ADDRESS.to_owned() } else { format!("{ADDRESS}?{}", parts.join("&")) }
    }

    /// The pack that stands in no address.
    fn main(&self) -> &str {
        self.matrix.packs.iter().find(|pack| pack.main).map_or("", |pack| pack.key.as_str())
    }

    /// Packs and boroughs as links.
    fn choices(&self) -> Markup {
        let (chosen, borough) = (&self.matrix.pack.key, &self.matrix.place.borough);
        let packs = self.matrix.packs.iter().map(|pack| {
            FilterLink::new(pack.title.as_str(), self.address(&pack.key, borough, None), pack.key == *chosen)
        });
        let all = FilterLink::new("Whole area", self.address(chosen, "", None), borough.is_empty());
        let each = self
            .boroughs
            .iter()
            .map(|(code, name)| FilterLink::new(name, self.address(chosen, code, None), borough == code));
        filters(
            "Choose groups and a borough",
            &[
                FilterGroup { name: "Groups", links: packs.collect() },
                FilterGroup { name: "Borough", links: std::iter::once(all).chain(each).collect() },
            ],
        )
    }

    fn conditions(&self) -> Table {
        let rows = self.matrix.rows.iter().map(|row| {
            let said: Vec<String> = row
                .conditions
                .iter()
                .map(|(title, share)| format!("{title} {}%", share.map(|e| e.value)))
                .collect();
            let words = if said.is_empty() { "None that can be shown".to_owned() } else { said.join(", ") };
            vec![Cell::from(label(row)), words.into()]
        });
        Table {
            caption: "The commonest conditions, in the hundred of each group".into(),
            head: vec!["Group".into(), "Conditions".into()],
            rows: rows.collect(),
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }

    fn sentence(&self) -> String {
        let total = &self.matrix.total;
        let start = format!(
            "{}, {}: {} people, whose care cost {} over twelve months.",
            self.matrix.pack.title,
            self.matrix.place.in_words(),
            total.people,
            total.cost
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
        let rows = || self.matrix.rows.iter();
        let most_people = Largest::of(rows().map(|row| row.people));
        let most_cost = Largest::of(rows().map(|row| row.cost));
        let most_each = Largest::of(rows().map(|row| row.cost_per_head));
        let rows = rows().chain([&self.matrix.total]).map(|row| {
            // The bar of the total would say nothing.
            let drawn = row.group.is_some();
            vec![
                Cell::from(label(row)),
                with_bar(row.people.to_string(), row.people, drawn.then_some(most_people)),
                with_bar(row.cost.to_string(), row.cost, drawn.then_some(most_cost)),
                with_bar(row.cost_per_head.to_string(), row.cost_per_head, drawn.then_some(most_each)),
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

    fn activity(&self, caption: &str, of: impl Fn(&GroupRow) -> Vec<String>) -> Table {
        let mut head = vec![Head::from("Group")];
        head.extend(self.matrix.columns.iter().map(|column| Head::numeric(column.title)));
        let rows = self.matrix.rows.iter().chain([&self.matrix.total]).map(|row| {
            let mut cells = vec![Cell::from(label(row))];
            cells.extend(of(row).into_iter().map(Cell::from));
            cells
        });
        Table {
            caption: caption.into(),
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

fn with_bar(words: String, value: impl Shown, largest: Option<Largest>) -> Cell {
    html! {
        span class="app-figure" { (words) }
        @if let Some(largest) = largest { (bar(value, largest)) }
    }
    .into()
}
