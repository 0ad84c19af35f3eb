//! Records opened in an emergency: what waits to be looked into, and what those who care for the person are told.

use maud::{Markup, html};
use store::broken_glass::{Broken, TOLD_DAYS};
use store::people::PersonHit;

use super::accesses::role_words;
use super::audit_row::verdict_tag;
use crate::components::nhs::{Cell, Crumb, Head, Table, Tag, TagColour};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::paging::{Paging, pagination};
use crate::words;

/// Lines on a page.
pub(crate) const LINES: u64 = 50;

/// The governance lead's queue.
pub(crate) struct GlassesPage {
    pub(crate) waiting: u64,
    pub(crate) page: u64,
    /// Those that wait first, then the latest.
    pub(crate) lines: Vec<Broken>,
    pub(crate) names: Names,
}

impl Page for GlassesPage {
    fn title(&self) -> String {
        "Records opened in an emergency".to_owned()
    }

    fn place(&self) -> &'static str {
        "/audit"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Who looked at whom", "/audit")]
    }

    fn body(&self) -> Markup {
        let n = i64::try_from(self.waiting).unwrap_or(i64::MAX);
        html! {
            p { "Somebody opened each of these records who had no relationship with the person. Ask them and, where it helps, the person's practice; then keep the outcome with the row." }
            p role="status" { strong { (words::counted(n, "emergency opening waits", "emergency openings wait")) } " to be looked into." }
            @if self.lines.is_empty() { p { "No record has been opened in an emergency." } } @else { (self.table()) }
            @if self.page > 1 || self.lines.len() as u64 == LINES {
                p { a class="nhsuk-link" href={ "/audit/emergencies?page=" (self.page + 1) } { "Earlier ones" } }
            }
        }
    }
}

impl GlassesPage {
    fn table(&self) -> Table {
        let line = |glass: &Broken| {
            let when = html! {
                a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/audit/rows/" (glass.row) } { (words::moment(glass.at)) }
            };
            let seen = html! {
                a class="nhsuk-link" href={ "/audit?user=" (glass.user) "&person=" (glass.person) } { (glass.person) }
            };
            vec![
                Cell::from(when),
                who(glass, &self.names).into(),
                seen.into(),
                why(glass).into(),
                outcome(glass).into(),
            ]
        };
        Table {
            caption: "Emergency openings, those that wait first".into(),
            head: ["When", "Who", "Person", "Why", "Outcome"].map(Head::from).into(),
            rows: self.lines.iter().map(line).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

/// What a GP or care coordinator is told about the people they look after.
pub(crate) struct ToldPage {
    pub(crate) total: u64,
    pub(crate) page: u64,
    pub(crate) lines: Vec<(PersonHit, Broken)>,
    pub(crate) names: Names,
}

impl Page for ToldPage {
    fn title(&self) -> String {
        "Your people's records opened in an emergency".to_owned()
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.total, self.page, LINES);
        let n = i64::try_from(self.total).unwrap_or(i64::MAX);
        html! {
            p { "Others opened these records in the last " (TOLD_DAYS) " days with no relationship to the person. You may know more about it than they did: tell the information-governance lead if something is wrong." }
            p role="status" { strong { (words::counted(n, "emergency opening", "emergency openings")) } }
            @if !self.lines.is_empty() { (self.table(paging)) }
            (pagination(paging, |page| format!("/emergency/told?page={page}")))
        }
    }
}

impl ToldPage {
    fn table(&self, paging: Paging) -> Table {
        let line = |(person, glass): &(PersonHit, Broken)| {
            let record = html! {
                a class="nhsuk-link" href={ "/people/" (person.person) } { (words::person_name(&person.family_name, &person.given_name)) }
                br; span class="app-quiet" { "born " (words::date_or(person.birth_date, "not known")) }
            };
            vec![
                Cell::from(words::moment(glass.at)),
                record.into(),
                who(glass, &self.names).into(),
                why(glass).into(),
                outcome(glass).into(),
            ]
        };
        Table {
            caption: format!("Emergency openings, latest first{}", paging.of_pages()).into(),
            head: ["When", "Person", "Who", "Why", "Outcome"].map(Head::from).into(),
            rows: self.lines.iter().map(line).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

fn who(glass: &Broken, names: &Names) -> Markup {
    html! {
        (glass.user_name)
        br;
        span class="app-quiet" {
            (role_words(&glass.role))
            @if !glass.organisation.is_empty() { ", " (names.of(&glass.organisation)) }
        }
    }
}

fn why(glass: &Broken) -> Markup {
    html! { strong { (glass.reason.label()) } br; (glass.words) }
}

fn outcome(glass: &Broken) -> Markup {
    match &glass.outcome {
        Some(outcome) => html! { (verdict_tag(outcome.verdict)) },
        None => html! { (Tag::of(TagColour::Orange, "Waits")) },
    }
}
