//! One's own account: who one is here, password, second factor, sessions.

use maud::{Markup, html};

use super::sign_in::{cancel, code_input, new_password};
use crate::components::nhs::{Button, Input, InsetText, NotificationBanner, PasswordInput, Row, SummaryList};
use crate::components::ours::QrCode;
use crate::forms::Errors;
use crate::page::{Page, crumb, post_form};
use crate::words;

/// One's own account.
#[derive(Default)]
pub(crate) struct AccountPage {
    pub(crate) csrf: String,
    pub(crate) name: String,
    pub(crate) role: &'static str,
    pub(crate) organisation: String,
    /// The provider's name, when it answers for this user.
    pub(crate) provider: Option<String>,
    /// How many recovery codes are left, when there is a second factor.
    pub(crate) recovery_codes: Option<u64>,
    /// How many sessions are going on, this one with them.
    pub(crate) sessions: u64,
    /// What has just been done.
    pub(crate) done: &'static str,
}

impl Page for AccountPage {
    fn title(&self) -> String {
        "Your account".to_owned()
    }

    fn before_heading(&self) -> Markup {
        if self.done.is_empty() {
            return html! {};
        }
        html! {
            (NotificationBanner {
                content: self.done.into(),
                variant: "success".to_owned(),
                ..NotificationBanner::default()
            })
        }
    }

    fn body(&self) -> Markup {
        let mut rows = vec![Row::new("Name", self.name.as_str()), Row::new("Role", self.role)];
        if !self.organisation.is_empty() {
            rows.push(Row::new("Organisation", self.organisation.as_str()));
        }
        html! {
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" {
                    (SummaryList { rows, ..SummaryList::default() })
                    @match &self.provider {
                        Some(provider) => p { "You sign in with " (provider) ": password and second factor are kept there." },
                        None => (self.local()),
                    }
                    h2 class="nhsuk-heading-m" { "Where you are signed in" }
                    @if self.sessions > 1 {
                        p { "You are signed in here and in " (self.elsewhere()) ", such as another browser or computer." }
                        (post_form("/account/sign-out-everywhere", &self.csrf, &html! {
                            (Button { content: "Sign out everywhere else".into(), variant: "secondary".to_owned(), ..Button::default() })
                        }))
                    } @else {
                        p { "You are signed in here and nowhere else." }
                    }
                }
            }
        }
    }
}

impl AccountPage {
    fn elsewhere(&self) -> String {
        let others = i64::try_from(self.sessions).unwrap_or(i64::MAX) - 1;
        words::counted(others, "other place", "other places")
    }

    fn local(&self) -> Markup {
        html! {
            h2 class="nhsuk-heading-m" { "Password" }
            p { a class="nhsuk-link" href="/account/password" { "Change your password" } }
            h2 class="nhsuk-heading-m" { "Second factor" }
            @match self.recovery_codes {
                Some(left) => {
                    p { "Besides your password a code is asked for. Recovery codes left: " (left) "." }
                    p { a class="nhsuk-link" href="/account/second-factor" { "Set up another device, with new recovery codes" } }
                }
                None => {
                    p { "With a code from your phone besides the password, a password that others have found is no use to them." }
                    p { a class="nhsuk-link" href="/account/second-factor" { "Set up a second factor" } }
                }
            }
        }
    }
}

/// Where one changes one's password.
#[derive(Default)]
pub(crate) struct PasswordPage {
    pub(crate) csrf: String,
    pub(crate) errors: Errors,
}

impl Page for PasswordPage {
    fn title(&self) -> String {
        "Change your password".to_owned()
    }

    fn trail(&self) -> Vec<crate::components::nhs::Crumb> {
        vec![crumb("Your account", "/account")]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let fields = html! {
            (old_password(&self.errors))
            (new_password(&self.errors))
            (Button { content: "Change the password".into(), prevent_double_click: Some(true), ..Button::default() })
        };
        html! {
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" {
                    (post_form("/account/password", &self.csrf, &fields))
                    p { "Wherever else you are signed in, you will be signed out." }
                }
            }
        }
    }
}

fn old_password(errors: &Errors) -> PasswordInput {
    PasswordInput {
        label: "Your password now".into(),
        name: "password".to_owned(),
        width: Some(20),
        error_message: errors.message("password"),
        ..PasswordInput::default()
    }
}

/// How far setting up a second factor has come.
pub(crate) enum SecondFactorStep {
    /// Not begun. The password is asked for unless it was typed a moment ago.
    Begin { ask_password: bool },
    /// A secret is proposed: a picture of its address, and the secret as text.
    Confirm { picture: QrCode, secret: String },
}

/// Where one sets up a second factor.
pub(crate) struct SecondFactorPage {
    pub(crate) csrf: String,
    pub(crate) next: String,
    pub(crate) step: SecondFactorStep,
    /// The role must have one: one cannot go on without.
    pub(crate) required: bool,
    pub(crate) errors: Errors,
}

impl Page for SecondFactorPage {
    fn title(&self) -> String {
        "Set up a second factor".to_owned()
    }

    fn trail(&self) -> Vec<crate::components::nhs::Crumb> {
        vec![crumb("Your account", "/account")]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        html! {
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" {
                    @if self.required { p { "Your role must have a second factor besides the password." } }
                    @match &self.step {
                        SecondFactorStep::Begin { ask_password } => (self.begin(*ask_password)),
                        SecondFactorStep::Confirm { picture, secret } => (self.confirm(picture, secret)),
                    }
                    @if self.required { (cancel(&self.csrf)) }
                }
            }
        }
    }
}

impl SecondFactorPage {
    fn begin(&self, ask_password: bool) -> Markup {
        let fields = html! {
            input type="hidden" name="next" value=(self.next);
            @if ask_password { (old_password(&self.errors)) }
            (Button { content: "Begin".into(), ..Button::default() })
        };
        html! {
            p { "You need an authenticator application on a phone or computer of your own: any that makes codes of six digits by time will do." }
            (post_form("/account/second-factor/begin", &self.csrf, &fields))
        }
    }

    fn confirm(&self, picture: &QrCode, secret: &str) -> Markup {
        let groups: Vec<&str> =
            (0..secret.len()).step_by(4).filter_map(|i| secret.get(i..(i + 4).min(secret.len()))).collect();
        let hint = "The six digits that the application shows now";
        let fields = html! {
            input type="hidden" name="next" value=(self.next);
            (Input { inputmode: "numeric".to_owned(), width: Some(5), ..code_input("Code", hint, &self.errors) })
            (Button { content: "Set it up".into(), prevent_double_click: Some(true), ..Button::default() })
        };
        html! {
            ol class="nhsuk-list nhsuk-list--number" {
                li { "Open the application and let it read this picture, or type the key below." }
                li { "Type the code that it shows." }
            }
            (picture)
            p { "Key: " code class="app-secret" { (groups.join(" ")) } }
            (post_form("/account/second-factor", &self.csrf, &fields))
        }
    }
}

/// Recovery codes, shown this once.
pub(crate) struct RecoveryCodesPage {
    pub(crate) codes: Vec<String>,
    pub(crate) next: String,
}

impl Page for RecoveryCodesPage {
    fn title(&self) -> String {
        "Your recovery codes".to_owned()
    }

    fn body(&self) -> Markup {
        html! {
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" {
                    p class="nhsuk-lede-text" { "The second factor is set up. If your device is lost, each of these codes lets you in once." }
                    (InsetText {
                        content: html! { p { "They are not shown again. Write them down or print them, and keep them where nobody else looks." } }.into(),
                        ..InsetText::default()
                    })
                    ul class="nhsuk-list app-secret" { @for code in &self.codes { li { code { (code) } } } }
                    p { a class="nhsuk-link" href=(self.next) { "Go on" } }
                }
            }
        }
    }
}
