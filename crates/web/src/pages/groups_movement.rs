//! The part of the page of population groups that says who moved from one group to another.

use chrono::NaiveDate;
use insight::movement::{GroupMoves, Movement};
use insight::places::{AreaKind, Place};
use maud::{Markup, html};

use super::groups::GroupsPage;
use crate::components::nhs::{Cell, Head, Table};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::words;

pub(super) fn movement_part(page: &GroupsPage, movement: &Movement) -> Markup {
    let (from, to) = movement.period;
    let periods = movement.periods.iter().map(|period| {
        let words = format!("{} to {}", words::short_date(period.0), words::short_date(period.1));
        FilterLink::new(words, address(page, &movement.place, Some(period.0)), *period == movement.period)
    });
    html! {
        h2 class="nhsuk-heading-m" id="movement" { "Movement between groups" }
        (filters("Choose a period", &[FilterGroup { name: "Period", links: periods.collect() }]))
        p {
            (words::capital(movement.place.in_words())) ", from " (words::date(from)) " to " (words::date(to)) ": of " (movement.stayed_or_moved)
            " people who were in a group on both days, " (movement.moved) " changed it. The rules are those of today, over what had been recorded by each day."
        }
        @if movement.place.area_kind == AreaKind::Practice {
            p { a class="nhsuk-link nhsuk-link--no-visited-state" href=(address(page, &page.matrix.place, Some(from))) { "All of " (page.matrix.place.in_words()) } }
        }
        (became(&movement.groups))
        @if !movement.largest.is_empty() {
            p { "The largest moves:" }
            ul { @for line in &movement.largest { li { (line.from) " to " (line.to) ": " (line.people) " people" } } }
        }
        @if !movement.rows.is_empty() { (moves(movement)) }
        @if !movement.practices.is_empty() { (practices(page, movement)) }
    }
}

/// The page with the movement of this place.
fn address(page: &GroupsPage, place: &Place, from: Option<NaiveDate>) -> String {
    let matrix = &page.matrix;
    let whole = page.address(&matrix.pack.key, &matrix.place.borough, from);
    let practice = (place.area_kind == AreaKind::Practice).then(|| format!("practice={}", place.area));
    let more = practice.map_or_else(String::new, |practice| {
        format!("{}{practice}", if whole.contains('?') { "&" } else { "?" })
    });
    format!("{whole}{more}#movement")
}

/// What became of each group.
fn became(groups: &[GroupMoves]) -> Table {
    let head = [
        "At the beginning",
        "Stayed",
        "To another group",
        "Died",
        "From another group",
        "Born",
        "At the end",
    ];
    let rows = groups.iter().map(|group| {
        let counts = [group.began, group.stayed, group.left, group.died, group.came, group.born, group.ended];
        std::iter::once(Cell::from(group.name.as_str()))
            .chain(counts.map(|n| Cell::from(n.to_string())))
            .collect()
    });
    Table {
        caption: "What became of the people of each group".into(),
        head: std::iter::once(Head::from("Group")).chain(head.map(Head::numeric)).collect(),
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}

fn moves(movement: &Movement) -> Table {
    let mut head = vec![Head::from("From group")];
    head.extend(movement.to.iter().map(|name| {
        // The rows say the names; here the number is enough to see, and the name is there to hear.
        let (number, rest) = name.split_once(". ").unwrap_or((name.as_str(), ""));
        Head { visually_hidden_text: rest.to_owned(), ..Head::numeric(&format!("To {number}")) }
    }));
    let rows = movement.rows.iter().map(|row| {
        let mut cells = vec![Cell::from(row.name.as_str())];
        cells.extend(row.people.iter().map(|n| Cell::from(n.to_string())));
        cells
    });
    Table {
        caption: "People by group at the beginning and at the end".into(),
        head,
        rows: rows.collect(),
        first_cell_is_header: true,
        scroll: true,
        compact: true,
        id: "moves".to_owned(),
        ..Table::default()
    }
}

fn practices(page: &GroupsPage, movement: &Movement) -> Table {
    let rows = movement.practices.iter().map(|line| {
        vec![
            Cell::link(line.place.name.as_str(), address(page, &line.place, Some(movement.period.0))),
            line.stayed_or_moved.to_string().into(),
            line.moved.to_string().into(),
        ]
    });
    Table {
        caption: format!("Practices of {}", movement.place.in_words()).into(),
        head: vec![
            "Practice".into(),
            Head::numeric("People in a group on both days"),
            Head::numeric("Changed it"),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}
