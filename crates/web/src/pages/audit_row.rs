//! One row of the audit: everything that was written down, and what was found out about it.

use maud::{Markup, html};
use policy::Section;
use store::audit::Entry;
use store::outcomes::{Outcome, Verdict};

use super::accesses::{purpose_words, role_words};
use crate::components::nhs::{
    Button, Cell, Choice, Crumb, Fieldset, Head, Input, Legend, Radios, Row, SummaryList, Table, Tag,
    TagColour,
};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, crumb, post_form};
use crate::words;

/// One row.
pub(crate) struct AuditRowPage {
    pub(crate) entry: Entry,
    /// Latest first.
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) verdict: String,
    pub(crate) note: String,
    pub(crate) errors: Errors,
    pub(crate) names: Names,
    pub(crate) csrf: String,
}

/// A verdict as a tag.
pub(crate) fn verdict_tag(verdict: Verdict) -> Tag {
    match verdict {
        Verdict::Explained => Tag::of(TagColour::Green, "Explained"),
        Verdict::ToInvestigate => Tag::of(TagColour::Orange, "To investigate"),
        Verdict::Unjustified => Tag::of(TagColour::Red, "No good reason"),
    }
}

/// Names of sections as screens say them.
fn sections(names: &str) -> String {
    let label = |name: &str| {
        name.parse::<Section>().map_or_else(|_| name.to_owned(), |section| section.label().to_owned())
    };
    names.split_whitespace().map(label).collect::<Vec<_>>().join(", ")
}

impl Page for AuditRowPage {
    fn title(&self) -> String {
        format!("Row {} of the audit", self.entry.id)
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
        html! {
            (SummaryList { rows: self.facts(), ..SummaryList::default() })
            @if self.outcomes.is_empty() {
                h2 class="nhsuk-heading-m" { "What was found out" }
                p { "Nobody has looked into this row." }
            } @else { (self.said()) }
            (post_form(&format!("/audit/rows/{}", self.entry.id), &self.csrf, &self.question()))
        }
    }
}

impl AuditRowPage {
    fn facts(&self) -> Vec<Row> {
        let entry = &self.entry;
        let role = role_words(&entry.role);
        let from = if entry.organisation.is_empty() {
            role
        } else {
            format!("{role}, {}", self.names.of(&entry.organisation))
        };
        let who = html! { (entry.user_name) " (" (entry.user) ")" br; (from) };
        let decision = if entry.permitted {
            Tag::of(TagColour::Green, "Permitted")
        } else {
            Tag::of(TagColour::Red, "Refused")
        };
        let mut rows = vec![
            Row::new("When", words::moment(entry.at)),
            Row::new("Who", who),
            Row::new("What", entry.action_label()),
            Row::new("What for", purpose_words(&entry.purpose)),
            Row::new("Decision", html! { (decision) " " (entry.sentence) }),
        ];
        let person = entry.person.map(|person| person.to_string()).unwrap_or_default();
        let reason = entry.reason.clone().unwrap_or_default();
        let more = [
            ("Person", person),
            (if entry.shown().is_empty() { "Which one" } else { "Whom it gave" }, entry.subject.clone()),
            ("Reason given", reason),
            ("Sections shown", sections(&entry.sections)),
            ("Sections withheld", sections(&entry.masks)),
            ("Rules", entry.rules.replace(' ', ", ")),
            ("Version of the rules", entry.policy_version.clone()),
            ("Version of the agreements", entry.agreement_version.clone()),
            ("Request", entry.correlation.clone()),
            ("Hash", entry.hash.clone()),
        ];
        let kept = more.into_iter().filter(|(_, value)| !value.is_empty());
        rows.extend(kept.map(|(name, value)| Row::new(name, html! { span class="app-wrap" { (value) } })));
        rows
    }

    fn said(&self) -> Table {
        let row = |outcome: &Outcome| {
            let note = if outcome.note.is_empty() { "None" } else { &outcome.note };
            let verdict = html! { (verdict_tag(outcome.verdict)) };
            vec![
                Cell::from(words::moment(outcome.at)),
                outcome.user_name.as_str().into(),
                verdict.into(),
                note.into(),
            ]
        };
        Table {
            caption: "What was found out, latest first".into(),
            head: ["When", "Who", "Outcome", "Note"].map(Head::from).into(),
            rows: self.outcomes.iter().map(row).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn question(&self) -> Markup {
        let choice = |verdict: Verdict, words: &str| Choice {
            content: words.into(),
            value: verdict.name().to_owned(),
            ..Choice::default()
        };
        html! {
            (Radios {
                name: "verdict".to_owned(),
                fieldset: Some(Fieldset {
                    legend: Legend { content: "What did you find out?".into(), size: "s".to_owned(), ..Legend::default() },
                    ..Fieldset::default()
                }),
                error_message: self.errors.message("verdict"),
                items: vec![
                    choice(Verdict::Explained, "There was a good reason"),
                    choice(Verdict::ToInvestigate, "It must be looked into"),
                    choice(Verdict::Unjustified, "There was no good reason"),
                ],
                value: self.verdict.clone(),
                ..Radios::default()
            })
            (Input {
                label: "How do you know?".into(),
                hint: "For example, whom you asked. Leave out names of patients, numbers and addresses.".into(),
                name: "note".to_owned(),
                value: Some(self.note.clone()),
                autocomplete: "off".to_owned(),
                error_message: self.errors.message("note"),
                ..Input::default()
            })
            (Button { content: "Keep the outcome".into(), prevent_double_click: Some(true), ..Button::default() })
        }
    }
}
