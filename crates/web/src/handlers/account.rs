use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use store::sessions::{self, Stage};
use store::users::User;
use store::{second_factor, sign_in, totp};

use super::show;
use super::sign_in::{next, stepped, told};
use crate::App;
use crate::components::ours::QrCode;
use crate::cookies;
use crate::errors::Fault;
use crate::forms::{Errors, own_address};
use crate::page::SessionEnds;
use crate::pages::account::{
    AccountPage, PasswordPage, RecoveryCodesPage, SecondFactorPage, SecondFactorStep,
};
use crate::session::{Member, Posted, Visit};

type Asked = Query<BTreeMap<String, String>>;

pub(crate) async fn account(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (user, settings) = (&member.user, &app.config.sign_in);
    let provided = member.visit.session().is_some_and(|session| session.provider.is_some());
    let provider = settings.provider.as_ref().map_or("your organisation", |provider| &provider.name);
    let coded = second_factor::has(&app.store, user).await?;
    let page = AccountPage {
        csrf: member.visit.csrf(),
        name: user.name.clone(),
        role: user.role.label(),
        organisation: app.names().of(&user.organisation).to_owned(),
        provider: provided.then(|| provider.to_owned()),
        recovery_codes: if coded {
            Some(second_factor::recovery_codes(&app.store, user).await?)
        } else {
            None
        },
        sessions: sessions::going_on(&app.store, settings, user, member.visit.at()).await?,
        done: done(query.get("done").map_or("", String::as_str)),
    };
    show(&app, &member.visit, &page).await
}

fn done(what: &str) -> &'static str {
    match what {
        "password" => "Your password has been changed.",
        "everywhere" => "You have been signed out everywhere else.",
        _ => "",
    }
}

pub(crate) async fn password_form(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    local(&member.visit)?;
    let page = PasswordPage { csrf: member.visit.csrf(), ..PasswordPage::default() };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn password(
    State(app): State<Arc<App>>,
    member: Member,
    form: Posted,
) -> Result<Response, Fault> {
    local(&member.visit)?;
    let visit = &member.visit;
    let (old, new) = (form.exactly("password"), form.exactly("new_password"));
    let (settings, from) = (&app.config.sign_in, visit.knock());
    match sign_in::change_password(&app.store, settings, visit.token(), old, new, &from).await {
        Ok(to) => Ok(stepped(&app, &to, "/account?done=password")),
        Err(error) => {
            let errors = told(error, "password", "That is not your password", visit)?;
            show(&app, visit, &PasswordPage { csrf: visit.csrf(), errors }).await
        }
    }
}

/// Somebody for whom an identity provider answers has no password and no second factor here.
fn local(visit: &Visit) -> Result<(), Fault> {
    let provided = visit.session().is_some_and(|session| session.provider.is_some());
    if provided { Err(Fault::NotFound) } else { Ok(()) }
}

/// Who may set up a second factor: somebody signed in, or at the step at which it must be set up.
fn enrolling(visit: &Visit) -> Result<(&User, bool), Fault> {
    local(visit)?;
    match visit.session() {
        Some(session) if matches!(session.stage, Stage::Enrol | Stage::Full) => {
            Ok((&session.user, session.stage == Stage::Enrol))
        }
        Some(session) => Err(Fault::Step(session.stage, "/".to_owned())),
        None => Err(Fault::SignIn { next: "/account/second-factor".to_owned(), ended: false }),
    }
}

pub(crate) async fn second_factor_form(
    State(app): State<Arc<App>>,
    visit: Visit,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let page = second_factor_page(&app, &visit, next(&query), Errors::default()).await?;
    show(&app, &visit, &page).await
}

async fn second_factor_page(
    app: &App,
    visit: &Visit,
    next: String,
    errors: Errors,
) -> Result<SecondFactorPage, Fault> {
    let (user, required) = enrolling(visit)?;
    let picture = |secret: &[u8]| {
        let address = totp::address(&app.config.service, &user.id.0, secret);
        QrCode::of(&address, "QR code that holds the key below").ok_or(Fault::BadRequest)
    };
    let step = match second_factor::proposed(&app.store, user).await? {
        None => SecondFactorStep::Begin { ask_password: !required },
        Some(secret) => {
            SecondFactorStep::Confirm { picture: picture(&secret)?, secret: totp::base32(&secret) }
        }
    };
    Ok(SecondFactorPage { csrf: visit.csrf(), next, step, required, errors })
}

/// Proposes a secret, once the password has been typed again; where it has just been typed it is not asked for.
pub(crate) async fn second_factor_begin(
    State(app): State<Arc<App>>,
    visit: Visit,
    form: Posted,
) -> Result<Response, Fault> {
    let (user, required) = enrolling(&visit)?;
    let next = own_address(form.get("next")).to_owned();
    if !required {
        let (settings, from) = (&app.config.sign_in, visit.knock());
        let password = form.exactly("password");
        let known = sign_in::confirm_password(&app.store, settings, visit.token(), password, &from).await;
        if let Err(error) = known {
            let errors = told(error, "password", "That is not your password", &visit)?;
            let step = SecondFactorStep::Begin { ask_password: true };
            let page = SecondFactorPage { csrf: visit.csrf(), next, step, required, errors };
            return show(&app, &visit, &page).await;
        }
    }
    second_factor::propose(&app.store, user).await?;
    let to = format!("/account/second-factor?next={}", crate::errors::encoded(&next));
    Ok(Redirect::to(&to).into_response())
}

pub(crate) async fn second_factor(
    State(app): State<Arc<App>>,
    visit: Visit,
    form: Posted,
) -> Result<Response, Fault> {
    enrolling(&visit)?;
    let next = own_address(form.get("next")).to_owned();
    let (settings, typed) = (&app.config.sign_in, form.get("code"));
    let set = sign_in::with_second_factor(&app.store, settings, visit.token(), typed, &visit.knock()).await;
    let wrong = || sign_in::SignInError::Wrong;
    match set.and_then(|set| set.ok_or_else(wrong)) {
        Ok((to, codes)) => {
            let visit = visit.moved_on(&to);
            let mut response = show(&app, &visit, &RecoveryCodesPage { codes, next }).await?;
            cookies::begin(&app, &mut response, &to.token);
            Ok(response)
        }
        Err(error) => {
            let errors = told(error, "code", "The code is wrong: type the one that is shown now", &visit)?;
            let page = second_factor_page(&app, &visit, next, errors).await?;
            show(&app, &visit, &page).await
        }
    }
}

pub(crate) async fn sign_out_everywhere(
    State(app): State<Arc<App>>,
    member: Member,
    _form: Posted,
) -> Result<Response, Fault> {
    let visit = &member.visit;
    let kept = Some(visit.token());
    sessions::sign_out_everywhere(&app.store, &member.user, kept, visit.correlation(), visit.at()).await?;
    Ok(Redirect::to("/account?done=everywhere").into_response())
}

/// For the script: the session goes on, and when it ends now.
pub(crate) async fn stay(member: Member, _form: Posted) -> Result<Response, Fault> {
    let session = member.visit.session().ok_or(Fault::NotFound)?;
    let ends = SessionEnds::of(session, member.visit.at());
    let said =
        serde_json::json!({ "seconds": ends.seconds(), "last": ends.is_last(), "words": ends.words() });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(said)).into_response())
}
