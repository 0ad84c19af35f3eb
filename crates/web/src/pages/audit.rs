//! Who looked at whom: the search of the audit.

use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};
use model::{PersonId, Purpose, Role};

use crate::components::nhs::{Button, Cell, Details, Input, Select, SelectItem, Table, Tag, TagColour};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::Page;
use crate::paging::{Paging, pagination};
use crate::words;

/// One entry of the audit.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its number.
    pub(crate) row: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) user: String,
    pub(crate) user_name: String,
    pub(crate) role: String,
    pub(crate) organisation: String,
    /// What for, in words.
    pub(crate) purpose: String,
    /// What was done, in words.
    pub(crate) action: String,
    pub(crate) person: Option<PersonId>,
    pub(crate) permitted: bool,
    /// Why it was permitted or refused, in words.
    pub(crate) sentence: String,
    /// Ids of the rules.
    pub(crate) rules: String,
    pub(crate) reason: Option<String>,
}

/// What is searched for: all of it stands in the address. A person is named by number only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) user: String,
    pub(crate) person: String,
    pub(crate) action: String,
    pub(crate) role: String,
    pub(crate) organisation: String,
    pub(crate) purpose: String,
    /// `permitted`, `refused`, or blank for both.
    pub(crate) decision: String,
    pub(crate) from: Option<NaiveDate>,
    pub(crate) to: Option<NaiveDate>,
    pub(crate) page: u64,
}

/// The audit, searched.
pub(crate) struct AuditPage {
    pub(crate) search: Search,
    pub(crate) errors: Errors,
    /// Actions to choose from: name and words.
    pub(crate) actions: Vec<(&'static str, &'static str)>,
    pub(crate) total: u64,
    pub(crate) entries: Vec<Entry>,
    /// Questions of people that wait for an answer.
    pub(crate) waiting: u64,
    pub(crate) names: Names,
}

/// Entries on a page.
pub(crate) const ENTRIES: u64 = 50;

impl Page for AuditPage {
    fn title(&self) -> String {
        "Who looked at whom".to_owned()
    }

    fn place(&self) -> &'static str {
        "/audit"
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.total, self.search.page, ENTRIES);
        let total = i64::try_from(self.total).unwrap_or(i64::MAX);
        html! {
            ul class="nhsuk-list" {
                li { a class="nhsuk-link nhsuk-link--no-visited-state" href="/audit/unusual" { "Accesses that stand out" } }
                li { a class="nhsuk-link nhsuk-link--no-visited-state" href="/audit/emergencies" { "Records opened in an emergency" } }
                li { a class="nhsuk-link nhsuk-link--no-visited-state" href="/rules" { "Access rules in force" } }
                li {
                    a class="nhsuk-link nhsuk-link--no-visited-state" href="/audit/questions" { "Questions people ask about accesses" }
                    @if self.waiting > 0 { " (" (self.waiting) " waiting)" }
                }
            }
            (Details {
                summary: "Narrow the search".into(),
                content: self.form().into(),
                open: self.search.narrowed() || self.in_error(),
                ..Details::default()
            })
            p role="status" { strong { (words::counted(total, "entry", "entries")) } }
            @if self.entries.is_empty() { p { "Nothing was done that matches." } } @else { (self.table(paging)) }
            (pagination(paging, |page| Search { page, ..self.search.clone() }.address()))
        }
    }
}

impl Search {
    fn narrowed(&self) -> bool {
        Self { page: 0, ..self.clone() } != Self::default()
    }

    fn address(&self) -> String {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let parts = [
            ("user", encode(&self.user)),
            ("person", encode(&self.person)),
            ("action", encode(&self.action)),
            ("role", encode(&self.role)),
            ("organisation", encode(&self.organisation)),
            ("purpose", encode(&self.purpose)),
            ("decision", encode(&self.decision)),
            ("from", day(self.from)),
            ("to", day(self.to)),
            ("page", if self.page > 1 { self.page.to_string() } else { String::new() }),
        ];
        let kept: Vec<String> = parts
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if kept.is_empty() { "/audit".to_owned() } else { format!("/audit?{}", kept.join("&")) }
    }
}

/// For an address: letters and digits as they are, the rest as `%` and two hexadecimal digits.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

impl AuditPage {
    fn form(&self) -> Markup {
        let search = &self.search;
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let field = |label: &str, hint: &str, name: &'static str, value: String| Input {
            label: label.into(),
            hint: hint.into(),
            name: name.to_owned(),
            value: Some(value),
            width: Some(10),
            autocomplete: "off".to_owned(),
            spellcheck: Some(false),
            error_message: self.errors.message(name),
            ..Input::default()
        };
        let mut actions = vec![choice("Anything", "")];
        actions.extend(self.actions.iter().map(|(name, words)| choice(words, name)));
        let mut roles = vec![choice("Any", "")];
        roles.extend(Role::ALL.iter().map(|role| choice(role.label(), role.name())));
        let mut purposes = vec![choice("Anything", "")];
        purposes.extend(Purpose::ALL.iter().map(|purpose| choice(purpose.label(), purpose.name())));
        let decisions =
            vec![choice("Either", ""), choice("Permitted", "permitted"), choice("Refused", "refused")];
        html! {
            form action="/audit" method="get" novalidate {
                (field("User name", "As used to sign in", "user", search.user.clone()))
                (field("Person number", "The number in the address of the record", "person", search.person.clone()))
                (field("Organisation", "Its ODS code, for example E84002", "organisation", search.organisation.clone()))
                (select("What was done", "action", actions, &search.action))
                (select("Role", "role", roles, &search.role))
                (select("What for", "purpose", purposes, &search.purpose))
                (select("Decision", "decision", decisions, &search.decision))
                (field("From day", "For example, 2026-10-01", "from", day(search.from)))
                (field("To day", "For example, 2026-10-31", "to", day(search.to)))
                (Button { content: "Search".into(), ..Button::default() })
            }
        }
    }

    fn table(&self, paging: Paging) -> Table {
        Table {
            caption: format!("Entries, latest first{}", paging.of_pages()).into(),
            head: vec![
                "When".into(),
                "Who".into(),
                "What".into(),
                "Person".into(),
                "Outcome".into(),
                "Why".into(),
            ],
            rows: self.entries.iter().map(|entry| self.line(entry)).collect(),
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }

    fn line(&self, entry: &Entry) -> Vec<Cell> {
        let who = html! {
            (entry.user_name) " (" (entry.user) ")"
            br;
            span class="app-quiet" {
                (entry.role)
                @if !entry.organisation.is_empty() { ", " (self.names.of(&entry.organisation)) }
            }
        };
        let what = html! {
            (entry.action)
            br;
            span class="app-quiet" { "for " (entry.purpose) }
            @if let Some(reason) = &entry.reason { br; span class="app-quiet" { "\u{201c}" (reason) "\u{201d}" } }
        };
        let person = match entry.person {
            Some(person) => Cell::link(
                person.to_string(),
                Search { person: person.to_string(), ..Search::default() }.address(),
            ),
            None => "-".into(),
        };
        let outcome = if entry.permitted {
            Tag::of(TagColour::Green, "Permitted")
        } else {
            Tag::of(TagColour::Red, "Refused")
        };
        vec![
            Cell::link(words::moment(entry.at), format!("/audit/rows/{}", entry.row)),
            who.into(),
            what.into(),
            person,
            html! { (outcome) }.into(),
            html! { (entry.sentence) @if !entry.rules.is_empty() { " " span class="app-code" { (entry.rules) } } }.into(),
        ]
    }
}

fn select(label: &str, name: &str, items: Vec<SelectItem>, value: &str) -> Select {
    Select { label: label.into(), name: name.to_owned(), items, value: value.to_owned(), ..Select::default() }
}

fn choice(words: &str, value: &str) -> SelectItem {
    SelectItem { content: words.into(), value: Some(value.to_owned()), ..SelectItem::default() }
}
