//! Before a record is opened in an emergency: what will happen, and why it must be.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use model::PersonId;
use policy::GlassReason;

use crate::components::nhs::{
    Button, Choice, Crumb, DateInput, DateValues, Fieldset, Heading, Input, Legend, Radios, WarningCallout,
};
use crate::forms::Errors;
use crate::page::{Page, crumb, post_form};
use crate::words;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) nhs_number: String,
    pub(crate) day: String,
    pub(crate) month: String,
    pub(crate) year: String,
    pub(crate) reason: String,
    pub(crate) words: String,
}

/// The page that stands between a refusal and the record.
pub(crate) struct EmergencyPage {
    /// Whose record was refused; `None`: who it is must be typed.
    pub(crate) person: Option<PersonId>,
    pub(crate) typed: Typed,
    /// When the record would be closed again.
    pub(crate) ends: DateTime<Utc>,
    pub(crate) errors: Errors,
    pub(crate) csrf: String,
}

impl Page for EmergencyPage {
    fn title(&self) -> String {
        "Open a record in an emergency".to_owned()
    }

    fn place(&self) -> &'static str {
        "/people"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Find a person", "/people")]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let action = self
            .person
            .map_or_else(|| "/emergency".to_owned(), |person| format!("/people/{person}/emergency"));
        html! {
            (self.warning())
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" { (post_form(&action, &self.csrf, &self.form())) }
            }
        }
    }
}

impl EmergencyPage {
    fn warning(&self) -> WarningCallout {
        WarningCallout {
            heading: Heading { level: Some(2), ..Heading::from("The rules do not let you see this record") },
            content: html! {
                p { "You have no relationship with this person that is known here. If their care cannot wait, you may open the record all the same. Then:" }
                ul class="nhsuk-list nhsuk-list--bullet" {
                    li { "it is open to you until " (words::moment(self.ends)) " or until you sign out, whichever comes first" }
                    li { "what an emergency does not need, such as scores and costs, is not shown" }
                    li { "your name, the time and your reason are written down, and the person reads them in their own history" }
                    li { "the person's practice, whoever has them on a caseload, their teams, and the information-governance lead are told at once" }
                    li { "the information-governance lead looks into it and may ask you about it" }
                }
                p { "If you only need to be put in contact with their practice, go back and do not open it." }
            }
            .into(),
            ..WarningCallout::default()
        }
    }

    fn form(&self) -> Markup {
        let choice = |reason: GlassReason| Choice {
            content: reason.label().into(),
            value: reason.name().to_owned(),
            hint: match reason {
                GlassReason::VitalInterests => {
                    "Only this comes before the person's own wish not to share their record.".into()
                }
                _ => "".into(),
            },
            ..Choice::default()
        };
        html! {
            @if self.person.is_none() { (self.who()) }
            (Radios {
                name: "reason".to_owned(),
                fieldset: Some(Fieldset {
                    legend: Legend { content: "Why must you see it now?".into(), size: "m".to_owned(), ..Legend::default() },
                    ..Fieldset::default()
                }),
                error_message: self.errors.message("reason"),
                items: GlassReason::ALL.map(choice).into(),
                value: self.typed.reason.clone(),
                ..Radios::default()
            })
            (Input {
                label: "What has happened?".into(),
                hint: "In a sentence, as you would say it to the person: they will read it.".into(),
                name: "words".to_owned(),
                value: Some(self.typed.words.clone()),
                autocomplete: "off".to_owned(),
                error_message: self.errors.message("words"),
                ..Input::default()
            })
            (Button { content: "Open the record in an emergency".into(), variant: "warning".to_owned(), prevent_double_click: Some(true), ..Button::default() })
        }
    }

    fn who(&self) -> Markup {
        let part = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        html! {
            (Input {
                label: "The person's NHS number".into(),
                hint: "10 digits, such as 999 123 4567".into(),
                id: "nhs_number".to_owned(),
                name: "nhs_number".to_owned(),
                value: Some(self.typed.nhs_number.clone()),
                inputmode: "numeric".to_owned(),
                spellcheck: Some(false),
                autocomplete: "off".to_owned(),
                width: Some(10),
                code: true,
                error_message: self.errors.message("nhs_number"),
                ..Input::default()
            })
            (DateInput {
                id: "birth".to_owned(),
                fieldset: Some(Fieldset { legend: "Their date of birth".into(), ..Fieldset::default() }),
                hint: "For example, 31 3 1946".into(),
                error_message: self.errors.message("birth-day"),
                values: DateValues {
                    day: part(&self.typed.day),
                    month: part(&self.typed.month),
                    year: part(&self.typed.year),
                },
                ..DateInput::default()
            })
        }
    }
}
