//! The shared record of one person.

use care::record::SharedRecord;
use maud::{Markup, Render, html};
use model::PersonId;
use policy::{GLASS_HOURS, Glass};

use super::record_sections::Sections;
use super::team_care::looked_after;
use crate::components::nhs::{Crumb, WarningCallout};
use crate::components::ours::{PatientBanner, left_out};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::words;

/// A person's shared record, as one viewer may see it.
pub(crate) struct RecordPage {
    pub(crate) person: PersonId,
    pub(crate) shared: SharedRecord,
    /// The viewer's role may refer people to teams.
    pub(crate) refers: bool,
    pub(crate) names: Names,
}

/// The sections of the page, in the order in which they are wanted: address within the page and words.
const CONTENTS: [(&str, &str); 9] = [
    ("#contacts", "Contacts"),
    ("#care-package", "Care package"),
    ("#allergies", "Allergies"),
    ("#medicines", "Medicines"),
    ("#conditions", "Long-term conditions"),
    ("#problems", "Problems"),
    ("#results", "Results"),
    ("#group", "Group and scores"),
    ("#sources", "Sources"),
];

impl Page for RecordPage {
    fn title(&self) -> String {
        "Shared record".to_owned()
    }

    fn place(&self) -> &'static str {
        "/people"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Find a person", "/people")]
    }

    fn before_heading(&self) -> Markup {
        html! {
            (person_banner(&self.shared, &self.names))
            (person_views(self.person, "record"))
        }
    }

    fn body(&self) -> Markup {
        let sections = Sections::of(&self.shared, &self.names);
        html! {
            @if let Some(glass) = self.shared.glass { (in_emergency(glass)) }
            (left_out(&self.shared.left_out, &self.names))
            (alerts(self.person, &sections.flags()))
            nav class="app-contents" aria-label="On this page" {
                ul { @for (href, words) in CONTENTS { li { a class="nhsuk-link nhsuk-link--no-visited-state" href=(href) { (words) } } } }
            }
            (sections.contacts())
            (sections.care_package())
            (sections.allergies())
            (sections.medicines())
            (sections.registers())
            (sections.problems())
            (sections.results())
            (sections.group_and_scores())
            (looked_after(&self.shared.teams, &self.names, "Teams"))
            @if self.refers && self.shared.glass.is_none() {
                p { a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/people/" (self.person) "/teams" } { "Refer to a team, or end a team's care" } }
            }
            (sections.sources())
            p class="nhsuk-body-s" { "Never in this record: HIV and other sexually transmitted infections, fertility treatment, termination of pregnancy and gender recognition." }
        }
    }
}

/// That the record is open only because the glass was broken.
fn in_emergency(glass: Glass) -> Markup {
    let left = i64::from(GLASS_HOURS.saturating_sub(glass.hours));
    html! {
        (WarningCallout {
            heading: crate::components::nhs::Heading { level: Some(2), ..crate::components::nhs::Heading::from("You opened this record in an emergency") },
            content: html! {
                p { (glass.reason.label()) ". It is open to you for at most " (words::counted(left, "hour", "hours")) " more, or until you sign out." }
                p { "The person, their practice and the information-governance lead are told." }
            }.into(),
            ..WarningCallout::default()
        })
    }
}

/// Why the person should be looked at now; nothing when there is no reason.
fn alerts(person: PersonId, reasons: &[&str]) -> Markup {
    if reasons.is_empty() {
        return html! {};
    }
    let list = html! {
        ul { @for reason in reasons { li { (reason) } } }
        p { a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/people/" (person) "/reasons" } { "Why, with the rule and the facts behind it" } }
    };
    html! {
        (WarningCallout {
            heading: crate::components::nhs::Heading { level: Some(2), ..crate::components::nhs::Heading::from("Reasons to review now") },
            content: list.into(),
            ..WarningCallout::default()
        })
    }
}

/// Who a page is about.
pub(crate) fn person_banner(shared: &SharedRecord, names: &Names) -> Markup {
    let banner = &shared.record.banner;
    PatientBanner { banner, practice: names.of(&banner.practice), on: shared.record.data_as_at }.render()
}

/// The views of one person, as links: what is here, and where else one can go.
pub(crate) fn person_views(person: PersonId, here: &str) -> Markup {
    let views = [
        ("record", format!("/people/{person}"), "Shared record"),
        ("timeline", format!("/people/{person}/timeline"), "Timeline"),
        ("reasons", format!("/people/{person}/reasons"), "Why on a list"),
        ("linkage", format!("/people/{person}/linkage"), "Where it comes from"),
    ];
    html! {
        nav class="app-views" aria-label="This person" {
            ul { @for (name, href, words) in views {
                li { a class="nhsuk-link nhsuk-link--no-visited-state" href=(href) aria-current=[(name == here).then_some("page")] { (words) } }
            } }
        }
    }
}
