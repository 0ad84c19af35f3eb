//! Signing in, step by step, and out.

use maud::{Markup, html};

use crate::components::nhs::{Button, Input, InsetText, NotificationBanner, PasswordInput};
use crate::errors::encoded;
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
    /// A session was there and has ended.
    pub(crate) ended: bool,
    /// Minutes without use after which a session ends.
    pub(crate) idle_minutes: u32,
    /// Whether accounts with a password of ours may sign in.
    pub(crate) local: bool,
    /// The identity provider's name, when one may sign in there.
    pub(crate) provider: Option<String>,
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
        html! {
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" {
                    @if self.ended && self.errors.is_empty() {
                        (InsetText {
                            content: html! { p { "Your session has ended. Sign in, and you go on where you were." } }.into(),
                            ..InsetText::default()
                        })
                    }
                    @if let Some(provider) = &self.provider {
                        (Button {
                            content: format!("Sign in with {provider}").as_str().into(),
                            href: format!("/sign-in/provider?next={}", encoded(&self.next)),
                            ..Button::default()
                        })
                        @if self.local { h2 class="nhsuk-heading-m" { "With a password of this service" } }
                    }
                    @if self.local { (post_form("/sign-in", &self.csrf, &self.fields())) }
                    p { "After " (self.idle_minutes) " minutes without use you are signed out. What you look at is written down, with your name and the reason." }
                    p { a class="nhsuk-link" href="/help" { "If you cannot sign in" } }
                }
            }
        }
    }
}

impl SignInPage {
    fn fields(&self) -> Markup {
        html! {
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
        }
    }
}

/// The step after the password, for those who have a second factor.
#[derive(Default)]
pub(crate) struct CodePage {
    pub(crate) next: String,
    pub(crate) csrf: String,
    pub(crate) errors: Errors,
}

impl Page for CodePage {
    fn title(&self) -> String {
        "Enter a code".to_owned()
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let fields = html! {
            input type="hidden" name="next" value=(self.next);
            (code_input("Code", "The six digits that your authenticator application shows now, or one of your recovery codes", &self.errors))
            (Button { content: "Go on".into(), prevent_double_click: Some(true), ..Button::default() })
        };
        html! {
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" {
                    (post_form("/sign-in/code", &self.csrf, &fields))
                    p { "Each code is good once. If your device is lost and you have no recovery code left, whoever runs this service can take the second factor away." }
                    (cancel(&self.csrf))
                }
            }
        }
    }
}

/// The step for those whose password the operator gave.
#[derive(Default)]
pub(crate) struct NewPasswordPage {
    pub(crate) next: String,
    pub(crate) csrf: String,
    pub(crate) errors: Errors,
}

impl Page for NewPasswordPage {
    fn title(&self) -> String {
        "Choose a password".to_owned()
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let fields = html! {
            input type="hidden" name="next" value=(self.next);
            (new_password(&self.errors))
            (Button { content: "Go on".into(), prevent_double_click: Some(true), ..Button::default() })
        };
        html! {
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" {
                    p { "The password you have used was given to you. Nobody but you should know your password, so choose your own." }
                    (post_form("/sign-in/password", &self.csrf, &fields))
                    (cancel(&self.csrf))
                }
            }
        }
    }
}

/// Where a code is typed.
pub(super) fn code_input(label: &str, hint: &str, errors: &Errors) -> Input {
    Input {
        label: label.into(),
        hint: hint.into(),
        name: "code".to_owned(),
        autocomplete: "one-time-code".to_owned(),
        autocapitalize: "characters".to_owned(),
        spellcheck: Some(false),
        width: Some(20),
        code: true,
        error_message: errors.message("code"),
        ..Input::default()
    }
}

/// Where a password of one's own is typed. It can be shown, so it is asked for once.
pub(super) fn new_password(errors: &Errors) -> PasswordInput {
    PasswordInput {
        label: "New password".into(),
        hint: "At least 15 characters, such as four words that do not belong together. Any characters and blanks will do.".into(),
        name: "new_password".to_owned(),
        autocomplete: "new-password".to_owned(),
        width: Some(20),
        error_message: errors.message("new_password"),
        ..PasswordInput::default()
    }
}

/// The way out of a sign-in that is not done.
pub(super) fn cancel(csrf: &str) -> Markup {
    let button = Button { content: "Cancel".into(), variant: "secondary".to_owned(), ..Button::default() };
    post_form("/sign-out", csrf, &html! { (button) })
}
