//! What is said when a sign-in at the identity provider leads nowhere.

use axum::http::StatusCode;
use maud::{Markup, html};

use crate::components::nhs::Button;
use crate::page::Page;
use crate::provider::Unknown;

/// Somebody whom the provider knows, and we do not.
pub(crate) struct UnknownPage {
    pub(crate) unknown: Unknown,
    /// The provider's name.
    pub(crate) provider: String,
}

impl Page for UnknownPage {
    fn title(&self) -> String {
        "You cannot sign in here yet".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }

    fn body(&self) -> Markup {
        let provider = &self.provider;
        let (what, todo) = match &self.unknown {
            Unknown::Required(claim) => (
                format!("{provider} knows who you are, but not as surely as this service needs."),
                format!("Sign in with the stronger means that your organisation gave you, such as a smartcard. If you did, tell whoever runs this service that the claim {claim} was missing."),
            ),
            Unknown::User => (
                format!("{provider} did not say who you are."),
                "Tell whoever runs this service: a setting is wrong there or here.".to_owned(),
            ),
            Unknown::Role => (
                format!("{provider} knows who you are, but names no role that this service knows."),
                "If you have several roles, sign in again and choose the one for your work here. Otherwise ask your manager to request access, and whoever runs this service to add your role.".to_owned(),
            ),
            Unknown::Organisation => (
                format!("{provider} knows who you are, but does not say for which organisation you work."),
                "Sign in again and choose the role at your organisation. If there is none, ask your organisation's registration authority.".to_owned(),
            ),
            Unknown::Person => (
                format!("{provider} knows who you are, but no record here has your NHS number."),
                "Ask your GP practice whether it takes part, and whether it has your NHS number right.".to_owned(),
            ),
        };
        html! {
            div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
                p class="nhsuk-lede-text" { (what) }
                p { (todo) }
                p { "That you tried, and that it was refused, has been written down without your name." }
                (Button { content: "Sign in again".into(), href: "/sign-in/provider?again=1".to_owned(), ..Button::default() })
            } }
        }
    }
}

/// A sign-in that was stopped, came too late, or was begun in another browser.
pub(crate) struct NotDonePage;

impl Page for NotDonePage {
    fn title(&self) -> String {
        "The sign-in was not finished".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }

    fn body(&self) -> Markup {
        html! {
            div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
                p { "It was stopped, took longer than ten minutes, or was begun in another browser. You are not signed in." }
                p { "If it goes on, tell whoever runs this service." }
                (Button { content: "Sign in again".into(), href: "/sign-in".to_owned(), ..Button::default() })
            } }
        }
    }
}
