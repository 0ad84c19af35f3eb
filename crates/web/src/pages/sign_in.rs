//! Signing in and out.

use maud::{Markup, html};

use crate::components::nhs::{Button, Input, NotificationBanner, PasswordInput};
use crate::forms::{Errors, error_summary};
use crate::page::{Page, post_form};

/// The page where one signs in.
#[derive(Default)]
pub(crate) struct SignInPage {
    /// What was typed as the user name, to be kept when the password was wrong.
    pub(crate) user: String,
    /// Where to go afterwards; an address of ours.
    pub(crate) next: String,
    pub(crate) csrf: String,
    pub(crate) errors: Errors,
    pub(crate) signed_out: bool,
}

impl Page for SignInPage {
    fn title(&self) -> String {
        "Sign in".to_owned()
    }

    fn in_error(&self) -> bool {
        !self.errors.is_empty()
    }

    fn before_heading(&self) -> Markup {
        html! {
            (error_summary(&self.errors))
            @if self.signed_out && self.errors.is_empty() {
                (NotificationBanner {
                    content: "You have signed out.".into(),
                    variant: "success".to_owned(),
                    ..NotificationBanner::default()
                })
            }
        }
    }

    fn body(&self) -> Markup {
        let fields = html! {
            input type="hidden" name="next" value=(self.next);
            (Input {
                label: "User name".into(),
                name: "user".to_owned(),
                value: Some(self.user.clone()),
                autocomplete: "username".to_owned(),
                autocapitalize: "none".to_owned(),
                spellcheck: Some(false),
                width: Some(20),
                error_message: self.errors.message("user"),
                ..Input::default()
            })
            (PasswordInput {
                label: "Password".into(),
                name: "password".to_owned(),
                width: Some(20),
                error_message: self.errors.message("password"),
                ..PasswordInput::default()
            })
            (Button { content: "Sign in".into(), prevent_double_click: Some(true), ..Button::default() })
        };
        html! {
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" {
                    (post_form("/sign-in", &self.csrf, &fields))
                    p { "After an hour without use you are signed out. What you look at is written down, with your name and the reason." }
                }
            }
        }
    }
}
