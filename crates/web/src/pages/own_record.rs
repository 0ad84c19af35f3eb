//! The person's own record, in plain words.

use care::record::SharedRecord;
use maud::{Markup, html};
use store::proxies::ActsFor;

use super::record::person_banner;
use super::record_sections::Sections;
use super::team_care::looked_after;
use crate::components::nhs::InsetText;
use crate::components::ours::left_out;
use crate::names::Names;
use crate::page::Page;
use crate::words;

/// What the services hold about the person who is signed in.
pub(crate) struct OwnRecordPage {
    pub(crate) shared: SharedRecord,
    /// Whom the user acts for; blank on the page of one of them.
    pub(crate) acts_for: Vec<ActsFor>,
    /// It is the record of somebody the user acts for.
    pub(crate) for_other: bool,
    pub(crate) names: Names,
}

impl Page for OwnRecordPage {
    fn title(&self) -> String {
        if self.for_other { "The record of the person you act for" } else { "My record" }.to_owned()
    }

    fn place(&self) -> &'static str {
        "/my-record"
    }

    fn before_heading(&self) -> Markup {
        person_banner(&self.shared, &self.names)
    }

    fn body(&self) -> Markup {
        let sections = Sections::of(&self.shared, &self.names);
        html! {
            (left_out(&self.shared.left_out, &self.names))
            @if self.for_other { p class="nhsuk-lede-text" { "You may see this until the day your proxy ends. That you looked is written down where the person can read it." } }
            @else { p class="nhsuk-lede-text" { "What your GP, hospitals, community and mental health services and your council have sent to your shared record." } }
            (InsetText {
                content: html! {
                    p { "If something is wrong, tell the service it comes from: each line says which one." }
                    @if !self.for_other {
                        p { a class="nhsuk-link" href="/my-record/accesses" { "See who looked at your record" } }
                        p { a class="nhsuk-link" href="/my-record/choices" { "Choose who may use your record" } }
                    }
                    @for acts in &self.acts_for {
                        p { a class="nhsuk-link" href={ "/my-record/for/" (acts.person) } { "Open the record of the person you act for, until " (words::date(acts.until)) } }
                    }
                }.into(),
                ..InsetText::default()
            })
            (sections.contacts())
            (looked_after(&self.shared.teams, &self.names, if self.for_other { "Teams that look after them" } else { "Teams that look after you" }))
            (sections.care_package())
            (sections.allergies())
            (sections.medicines())
            (sections.registers())
            (sections.problems())
            (sections.results())
            (sections.sources())
            p class="nhsuk-body-s" { "Never in this record: HIV and other sexually transmitted infections, fertility treatment, termination of pregnancy and gender recognition." }
        }
    }
}
