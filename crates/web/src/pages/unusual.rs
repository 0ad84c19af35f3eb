//! Accesses that stand out: one list a sign, each line with why it is shown, each list with what to do next.

use chrono::NaiveDate;
use governance::unusual::{how, next, title, why};
use maud::{Markup, html};
use store::unusual::{Found, Line, MOST, Sign};

use super::accesses::role_words;
use super::audit_row::verdict_tag;
use crate::components::nhs::{Button, Cell, Crumb, Details, Head, Input, InsetText, Table};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::words;

/// One list.
pub(crate) struct UnusualPage {
    pub(crate) sign: Sign,
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    pub(crate) found: Found,
    pub(crate) errors: Errors,
    pub(crate) names: Names,
}

impl Page for UnusualPage {
    fn title(&self) -> String {
        format!("Accesses that stand out: {}", title(self.sign).to_lowercase())
    }

    fn place(&self) -> &'static str {
        "/audit"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Who looked at whom", "/audit")]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let links = Sign::ALL.map(|sign| FilterLink::new(title(sign), self.address(sign), sign == self.sign));
        let n = i64::try_from(self.found.lines.len()).unwrap_or(i64::MAX);
        html! {
            p { "To stand out is not to have done wrong: most of what is listed here has a good reason." }
            (filters("Kinds of access", &[FilterGroup { name: "Why it stands out", links: links.into() }]))
            (Details {
                summary: "Other days".into(),
                content: self.days().into(),
                open: self.in_error(),
                ..Details::default()
            })
            p { (how(self.sign)) }
            p role="status" {
                strong { (words::counted(n, "line", "lines")) }
                " from " (words::date(self.from)) " to " (words::date(self.to)) "."
                @if self.found.cut_short { " There are more than the " (MOST) " latest: narrow the days." }
            }
            @if !self.found.lines.is_empty() {
                (InsetText { content: html! { strong { "What to do next: " } (next(self.sign)) " Then keep the outcome with the row." }.into(), ..InsetText::default() })
                (self.table())
            }
        }
    }
}

impl UnusualPage {
    fn address(&self, sign: Sign) -> String {
        format!("/audit/unusual?sign={}&from={}&to={}", sign.name(), self.from, self.to)
    }

    fn days(&self) -> Markup {
        let field = |label: &str, name: &'static str, value: NaiveDate| Input {
            label: label.into(),
            hint: "For example, 2026-10-31".into(),
            name: name.to_owned(),
            value: Some(value.to_string()),
            width: Some(10),
            autocomplete: "off".to_owned(),
            error_message: self.errors.message(name),
            ..Input::default()
        };
        html! {
            form action="/audit/unusual" method="get" novalidate {
                input type="hidden" name="sign" value=(self.sign.name());
                (field("From day", "from", self.from))
                (field("To day", "to", self.to))
                (Button { content: "Show these days".into(), variant: "secondary".to_owned(), ..Button::default() })
            }
        }
    }

    fn table(&self) -> Table {
        Table {
            caption: format!("{}, latest first", title(self.sign)).into(),
            head: ["When", "Who", "Person", "Why it is shown", "Outcome"].map(Head::from).into(),
            rows: self.found.lines.iter().map(|line| self.line(line)).collect(),
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }

    fn line(&self, line: &Line) -> Vec<Cell> {
        let who = html! {
            (line.user_name) " (" (line.user) ")"
            br;
            span class="app-quiet" {
                (role_words(&line.role))
                @if !line.organisation.is_empty() { ", " (self.names.of(&line.organisation)) }
            }
        };
        let outcome = match &line.outcome {
            Some(outcome) => html! { (verdict_tag(outcome.verdict)) },
            None => html! { "None yet" },
        };
        let when = html! {
            a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/audit/rows/" (line.row) } { (words::moment(line.last)) }
        };
        vec![
            when.into(),
            who.into(),
            line.person.map_or_else(|| "Many".to_owned(), |person| person.to_string()).into(),
            why(self.sign, line).into(),
            outcome.into(),
        ]
    }
}
