//! The person's own record, in plain words.

use care::record::SharedRecord;
use maud::{Markup, html};

use super::record_sections::Sections;
use crate::components::nhs::InsetText;
use crate::components::ours::PatientBanner;
use crate::names::Names;
use crate::page::Page;

/// What the services hold about the person who is signed in.
pub(crate) struct OwnRecordPage {
    pub(crate) shared: SharedRecord,
    pub(crate) names: Names,
}

impl Page for OwnRecordPage {
    fn title(&self) -> String {
        "My record".to_owned()
    }

    fn place(&self) -> &'static str {
        "/my-record"
    }

    fn before_heading(&self) -> Markup {
        html! {
            (PatientBanner {
                banner: &self.shared.record.banner,
                practice: self.names.of(&self.shared.record.banner.practice),
                on: self.shared.record.data_as_at,
            })
        }
    }

    fn body(&self) -> Markup {
        let sections = Sections::of(&self.shared, &self.names);
        html! {
            p class="nhsuk-lede-text" { "What your GP, hospitals, community and mental health services and your council have sent to your shared record." }
            (InsetText {
                content: html! {
                    p { "If something is wrong, tell the service it comes from: each line says which one." }
                    p { a class="nhsuk-link" href="/my-record/accesses" { "See who looked at your record" } }
                }.into(),
                ..InsetText::default()
            })
            (sections.contacts())
            (sections.care_package())
            (sections.allergies())
            (sections.medicines())
            (sections.registers())
            (sections.problems())
            (sections.results())
            (sections.sources())
        }
    }
}
