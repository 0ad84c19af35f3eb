//! The pages of signing in and of one's own account with sample data. Nobody in them is real.

use super::{account, provider, sign_in};
use crate::components::ours::QrCode;
use crate::forms::Errors;
use crate::page::Page;
use crate::provider::Unknown;

const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn wrong(field: &'static str, sentence: &str) -> Errors {
    let mut errors = Errors::default();
    errors.add(field, sentence);
    errors
}

fn own() -> account::AccountPage {
    account::AccountPage {
        csrf: "abc".to_owned(),
        name: "Amina Yusuf".to_owned(),
        role: "Care coordinator",
        organisation: "Harness South Primary Care Network".to_owned(),
        sessions: 1,
        ..account::AccountPage::default()
    }
}

fn second_factor(step: account::SecondFactorStep, errors: Errors) -> account::SecondFactorPage {
    let (csrf, next) = ("abc".to_owned(), "/".to_owned());
    account::SecondFactorPage { csrf, next, step, required: true, errors }
}

fn confirm() -> account::SecondFactorStep {
    let address = format!("otpauth://totp/Whole%20systems:amina?secret={KEY}&issuer=Whole%20systems");
    let picture = QrCode::of(&address, "QR code that holds the key below").unwrap();
    account::SecondFactorStep::Confirm { picture, secret: KEY.to_owned() }
}

fn unknown(unknown: Unknown) -> Box<dyn Page> {
    Box::new(provider::UnknownPage { unknown, provider: "NHS CIS2".to_owned() })
}

/// Each of them, by a name for files.
pub(super) fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    let begin = |ask_password| account::SecondFactorStep::Begin { ask_password };
    let code = |errors| sign_in::CodePage { csrf: "abc".to_owned(), next: "/".to_owned(), errors };
    let chosen = |errors| sign_in::NewPasswordPage { csrf: "abc".to_owned(), next: "/".to_owned(), errors };
    let password = |errors| account::PasswordPage { csrf: "abc".to_owned(), errors };
    vec![
        ("code", Box::new(code(Errors::default()))),
        ("code-wrong", Box::new(code(wrong("code", "The code is wrong, or has been used already")))),
        ("new-password", Box::new(chosen(Errors::default()))),
        (
            "new-password-wrong",
            Box::new(chosen(wrong("new_password", "The new password must have at least 15 characters"))),
        ),
        ("provider-not-done", Box::new(provider::NotDonePage)),
        ("provider-no-role", unknown(Unknown::Role)),
        ("provider-no-organisation", unknown(Unknown::Organisation)),
        ("provider-no-person", unknown(Unknown::Person)),
        ("provider-too-weak", unknown(Unknown::Required("id_assurance_level".to_owned()))),
        ("provider-nobody", unknown(Unknown::User)),
        ("account", Box::new(own())),
        (
            "account-second-factor",
            Box::new(account::AccountPage {
                recovery_codes: Some(7),
                sessions: 3,
                done: "Your password has been changed.",
                ..own()
            }),
        ),
        (
            "account-provider",
            Box::new(account::AccountPage { provider: Some("NHS CIS2".to_owned()), ..own() }),
        ),
        ("password", Box::new(password(Errors::default()))),
        ("password-wrong", Box::new(password(wrong("password", "That is not your password")))),
        ("second-factor", Box::new(second_factor(begin(true), Errors::default()))),
        ("second-factor-required", Box::new(second_factor(begin(false), Errors::default()))),
        ("second-factor-confirm", Box::new(second_factor(confirm(), Errors::default()))),
        (
            "second-factor-wrong",
            Box::new(second_factor(
                confirm(),
                wrong("code", "The code is wrong: type the one that is shown now"),
            )),
        ),
        (
            "recovery-codes",
            Box::new(account::RecoveryCodesPage {
                codes: vec![
                    "ABCD-EFGH-IJKL-MNOP-QRST-UVWX".to_owned(),
                    "2345-67AB-CDEF-GHIJ-KLMN-OPQR".to_owned(),
                ],
                next: "/".to_owned(),
            }),
        ),
    ]
}
