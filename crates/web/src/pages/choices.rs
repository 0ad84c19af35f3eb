//! The person's own choices about who uses their record.

use maud::{Markup, html};
use model::Objection;
use store::objections::Recorded;

use crate::components::nhs::{Button, Input, Row, SummaryList, Tag, TagColour};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, post_form};
use crate::words;

/// What the person has chosen, and what is recorded nationally.
pub(crate) struct ChoicesPage {
    pub(crate) recorded: Vec<Recorded>,
    pub(crate) errors: Errors,
    pub(crate) csrf: String,
    pub(crate) names: Names,
}

impl Page for ChoicesPage {
    fn title(&self) -> String {
        "My choices".to_owned()
    }

    fn place(&self) -> &'static str {
        "/my-record/choices"
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        html! {
            p class="nhsuk-lede-text" { "You decide who may use your shared record. You can change your mind at any time, and your care does not depend on it." }
            h2 class="nhsuk-heading-m" { "Sharing for your care" }
            p { "If you say no, the people who care for you outside your GP practice do not see this record, and your practice does not see what others sent. In an emergency they may know less about you." }
            (self.choice(&Objection::Sharing, "Do not share my record beyond my practice", "Share it again"))
            h2 class="nhsuk-heading-m" { "One organisation" }
            p { "You may keep one organisation from seeing your record, and let all others." }
            @for recorded in self.recorded.iter().filter(|r| matches!(r.objection, Objection::Organisation(_))) {
                (self.organisation(recorded))
            }
            (post_form("/my-record/choices", &self.csrf, &self.another()))
            h2 class="nhsuk-heading-m" { "Planning services" }
            p { "Without names, data about everybody are counted to plan services. If you say no, you are not counted from now on." }
            (self.choice(&Objection::Planning, "Do not count me", "Count me again"))
            h2 class="nhsuk-heading-m" { "Recorded elsewhere" }
            (self.elsewhere())
        }
    }
}

impl ChoicesPage {
    fn since(&self, objection: &Objection) -> Option<String> {
        self.recorded.iter().find(|r| r.objection == *objection).map(|r| words::moment(r.at))
    }

    /// Saying no, or taking it back.
    fn choice(&self, objection: &Objection, no: &str, yes: &str) -> Markup {
        let since = self.since(objection);
        let inside = html! {
            input type="hidden" name="kind" value=(objection.name());
            @if since.is_some() {
                (Button { content: yes.into(), name: "do".to_owned(), value: Some("take_back".to_owned()), variant: "secondary".to_owned(), ..Button::default() })
            } @else {
                (Button { content: no.into(), name: "do".to_owned(), value: Some("object".to_owned()), variant: "secondary".to_owned(), ..Button::default() })
            }
        };
        html! {
            p {
                @match &since {
                    Some(since) => { (Tag::of(TagColour::Orange, "You said no")) " Since " (since) "." }
                    None => { (Tag::of(TagColour::Green, "Allowed")) }
                }
            }
            (post_form("/my-record/choices", &self.csrf, &inside))
        }
    }

    fn organisation(&self, recorded: &Recorded) -> Markup {
        let code = recorded.objection.organisation();
        let inside = html! {
            input type="hidden" name="kind" value="organisation";
            input type="hidden" name="organisation" value=(code);
            p { (self.names.of(code)) " does not see your record since " (words::moment(recorded.at)) "." }
            (Button { content: format!("Let {} see it again", self.names.of(code)).into(), name: "do".to_owned(), value: Some("take_back".to_owned()), variant: "secondary".to_owned(), ..Button::default() })
        };
        post_form("/my-record/choices", &self.csrf, &inside)
    }

    fn another(&self) -> Markup {
        html! {
            input type="hidden" name="kind" value="organisation";
            (Input {
                label: "Name of the organisation".into(),
                hint: "As it stands in the list of who looked at your record, or its code".into(),
                id: "organisation".to_owned(),
                name: "organisation".to_owned(),
                width: Some(30),
                autocomplete: "off".to_owned(),
                error_message: self.errors.message("organisation"),
                ..Input::default()
            })
            (Button { content: "Keep it from seeing my record".into(), name: "do".to_owned(), value: Some("object".to_owned()), variant: "secondary".to_owned(), ..Button::default() })
        }
    }

    fn elsewhere(&self) -> SummaryList {
        let state = |objection: &Objection| {
            self.since(objection).map_or("Not recorded".to_owned(), |since| format!("Recorded {since}"))
        };
        let national = html! { (state(&Objection::NationalOptOut)) br; "Changed in the NHS App or on the NHS website, for the whole of England." };
        let type_1 = html! { (state(&Objection::Type1)) br; "Changed with a form at your GP practice." };
        SummaryList {
            rows: vec![Row::new("National data opt-out", national), Row::new("Type 1 opt-out", type_1)],
            ..SummaryList::default()
        }
    }
}
