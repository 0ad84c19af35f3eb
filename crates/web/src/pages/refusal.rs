//! Pages for what may not be, is not there, or went wrong: each with a way forward.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use model::PersonId;

use crate::page::Page;
use crate::words;

/// What may not be seen, with the rule's own sentence.
pub(crate) struct RefusalPage {
    pub(crate) sentence: String,
    /// Whose record it was, when it may be opened in an emergency.
    pub(crate) emergency: Option<PersonId>,
}

impl Page for RefusalPage {
    fn title(&self) -> String {
        "You may not see this".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }

    fn body(&self) -> Markup {
        html! {
            p class="nhsuk-lede-text" { (self.sentence) }
            p { "That you asked, and that it was refused, has been written down." }
            h2 class="nhsuk-heading-m" { "What you can do" }
            ul class="nhsuk-list nhsuk-list--bullet" {
                li { "If you care for this person, ask your manager to put them on your caseload, the practice to register them, or whoever looks after them to refer them to your team." }
                @if let Some(person) = self.emergency {
                    li { "If their care cannot wait, you may " a class="nhsuk-link" href={ "/people/" (person) "/emergency" } { "open the record in an emergency" } ". The next page says what happens then." }
                }
                li { "If you think the rule is wrong, tell the information-governance lead: the rule is named in the audit." }
                li { a class="nhsuk-link" href="/" { "Go to your home page" } }
            }
        }
    }
}

/// What is not there, or may not be known to be there: the same words for both.
pub(crate) struct NotFoundPage;

impl Page for NotFoundPage {
    fn title(&self) -> String {
        "Page not found".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::NOT_FOUND
    }

    fn body(&self) -> Markup {
        html! {
            p { "If you typed the address, check it. If you followed a link, what it led to is not here, or is not for you to see." }
            ul class="nhsuk-list nhsuk-list--bullet" {
                li { a class="nhsuk-link" href="/" { "Go to your home page" } }
                li { a class="nhsuk-link" href="/help" { "Get help" } }
            }
        }
    }
}

/// What was asked in a way that cannot be understood.
pub(crate) struct BadRequestPage;

impl Page for BadRequestPage {
    fn title(&self) -> String {
        "The page could not be read".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }

    fn body(&self) -> Markup {
        html! {
            p { "The form was out of date or came from elsewhere. Nothing was changed." }
            p { "Go back, load the page anew and try again." }
            p { a class="nhsuk-link" href="/" { "Go to your home page" } }
        }
    }
}

/// Figures that counted what may not be counted any more: they come back without it.
pub(crate) struct LeftOutPage {
    pub(crate) sources: Vec<String>,
}

impl Page for LeftOutPage {
    fn title(&self) -> String {
        "Figures are withheld".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }

    fn body(&self) -> Markup {
        html! {
            p class="nhsuk-lede-text" { "These figures were counted with data that no agreement covers any more. They come back, counted without it, after the next nightly run, or when an agreement lets something be counted." }
            h2 class="nhsuk-heading-m" { "Data that may not be counted" }
            ul class="nhsuk-list nhsuk-list--bullet" { @for source in &self.sources { li { (source) } } }
            p { a class="nhsuk-link" href="/agreements" { "See what is covered" } }
        }
    }
}

/// Figures that are being made anew because what may be counted has changed. The ones before are not shown.
pub(crate) struct BeingCountedPage {
    /// What agreements leave out.
    pub(crate) sources: Vec<String>,
    /// Since when, once it has begun.
    pub(crate) since: Option<DateTime<Utc>>,
}

impl Page for BeingCountedPage {
    fn title(&self) -> String {
        "Figures are being counted anew".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }

    fn body(&self) -> Markup {
        html! {
            p class="nhsuk-lede-text" {
                "What may be counted has changed, so the figures of before are not shown. "
                @match self.since {
                    Some(at) => { "They are being counted anew since " (words::clock(at)) "." }
                    None => { "They are about to be counted anew." }
                }
            }
            @if self.sources.is_empty() {
                p { "Somebody has asked not to be counted, or has taken that back." }
            } @else {
                h2 class="nhsuk-heading-m" { "They are counted without" }
                ul class="nhsuk-list nhsuk-list--bullet" { @for source in &self.sources { li { (source) } } }
                p { a class="nhsuk-link" href="/agreements/coverage" { "See what is covered, and what a signature would add" } }
            }
            p { "This takes seconds in a small area and minutes in a large one. Load the page again to look." }
        }
    }
}

/// What was asked too often.
pub(crate) struct TooManyPage {
    /// Until one may ask again.
    pub(crate) seconds: u32,
}

impl Page for TooManyPage {
    fn title(&self) -> String {
        "Too many requests".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::TOO_MANY_REQUESTS
    }

    fn body(&self) -> Markup {
        html! {
            p { "So much was asked for in a short time that it looks like the work of a program. Nothing was changed." }
            p { "Wait " (words::counted(self.seconds.into(), "second", "seconds")) ", then go back and try again." }
            p { "If your work needs more than this, tell whoever runs this service." }
            p { a class="nhsuk-link" href="/" { "Go to your home page" } }
        }
    }
}

/// What went wrong on our side. The number ties the page to the log.
pub(crate) struct ProblemPage {
    pub(crate) correlation: String,
    /// Nothing has been published yet, or the store does not answer.
    pub(crate) unavailable: bool,
}

impl Page for ProblemPage {
    fn title(&self) -> String {
        "Sorry, there is a problem".to_owned()
    }

    fn status(&self) -> StatusCode {
        if self.unavailable { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR }
    }

    fn body(&self) -> Markup {
        html! {
            p { "Nothing you did is lost, and nothing was shown that was not written down." }
            p { "Try again in a few minutes. If it goes on, tell whoever runs this service the number " strong { (self.correlation) } "." }
            p { a class="nhsuk-link" href="/" { "Go to your home page" } }
        }
    }
}
