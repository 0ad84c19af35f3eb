use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use policy::UserId;
use store::sessions::{self, Stage};
use store::sign_in::{self, SignInError, SignedIn};

use super::show;
use crate::App;
use crate::cookies;
use crate::errors::{Fault, step_address};
use crate::forms::{Errors, own_address};
use crate::pages::sign_in::{CodePage, NewPasswordPage, SignInPage};
use crate::session::{self, Posted, Visit};
use crate::words;

type Asked = Query<BTreeMap<String, String>>;

/// Where to go after signing in: an address of ours.
pub(super) fn next(query: &BTreeMap<String, String>) -> String {
    query.get("next").map_or("/", |next| own_address(next)).to_owned()
}

pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visit: Visit,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let next = next(&query);
    if let Some(session) = visit.session() {
        return Ok(Redirect::to(&step_address(session.stage, &next)).into_response());
    }
    let page = SignInPage { next, ended: query.contains_key("ended"), ..page(&app) };
    with_form(&app, visit, page).await
}

/// Where one comes out after signing out.
pub(crate) async fn signed_out(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Fault> {
    if visit.user().is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    with_form(&app, visit, SignInPage { signed_out: true, ..page(&app) }).await
}

fn page(app: &App) -> SignInPage {
    let settings = &app.config.sign_in;
    SignInPage {
        next: "/".to_owned(),
        idle_minutes: settings.idle_minutes,
        local: settings.local_accounts,
        provider: settings.provider.as_ref().map(|provider| provider.name.clone()),
        ..SignInPage::default()
    }
}

async fn with_form(app: &App, visit: Visit, page: SignInPage) -> Result<Response, Fault> {
    let (visit, new) = session::with_form_secret(app, visit)?;
    let mut response = show(app, &visit, &SignInPage { csrf: visit.csrf(), ..page }).await?;
    if new {
        cookies::keep_form_secret(app, &mut response, visit.token());
    }
    Ok(response)
}

pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    visit: Visit,
    form: Posted,
) -> Result<Response, Fault> {
    let user = UserId(form.get("user").to_lowercase());
    let next = own_address(form.get("next"));
    let (settings, password) = (&app.config.sign_in, form.exactly("password"));
    match sign_in::with_password(&app.store, settings, &user, password, &visit.knock()).await {
        Ok(begun) => Ok(stepped(&app, &begun, next)),
        Err(error) => {
            let errors = told(error, "user", "The user name or the password is wrong", &visit)?;
            let (user, next) = (form.get("user").to_owned(), next.to_owned());
            let page = SignInPage { user, next, csrf: visit.csrf(), errors, ..page(&app) };
            show(&app, &visit, &page).await
        }
    }
}

/// On to the next step, with the session's new token.
pub(super) fn stepped(app: &App, to: &SignedIn, next: &str) -> Response {
    let mut response = Redirect::to(&step_address(to.stage, next)).into_response();
    cookies::begin(app, &mut response, &to.token);
    response
}

/// What the form says of a failed step, beside this field.
pub(super) fn told(
    error: SignInError,
    field: &'static str,
    wrong: &str,
    visit: &Visit,
) -> Result<Errors, Fault> {
    let mut errors = Errors::default();
    match error {
        SignInError::Wrong => errors.add(field, wrong),
        SignInError::Locked { until } => {
            // Rounded up, so that whoever waits that long is not sent away again.
            let minutes = (until - visit.at()).num_seconds().max(1).saturating_add(59) / 60;
            let wait = words::counted(minutes, "minute", "minutes");
            errors.add(field, format!("Too many failures: wait {wait} and try again"));
        }
        SignInError::Password(why) => errors.add("new_password", format!("The new password {why}")),
        error => return Err(error.into()),
    }
    Ok(errors)
}

/// One who is not at this step goes to where they are.
fn elsewhere(visit: &Visit, stage: Stage, next: &str) -> Option<Response> {
    let at = visit.session().map(|session| session.stage);
    if at == Some(stage) {
        return None;
    }
    let to = at.map_or_else(|| "/sign-in".to_owned(), |at| step_address(at, next));
    Some(Redirect::to(&to).into_response())
}

pub(crate) async fn code_form(
    State(app): State<Arc<App>>,
    visit: Visit,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let next = next(&query);
    if let Some(response) = elsewhere(&visit, Stage::Code, &next) {
        return Ok(response);
    }
    show(&app, &visit, &CodePage { next, csrf: visit.csrf(), ..CodePage::default() }).await
}

pub(crate) async fn code(State(app): State<Arc<App>>, visit: Visit, form: Posted) -> Result<Response, Fault> {
    let next = own_address(form.get("next"));
    let (settings, typed) = (&app.config.sign_in, form.get("code"));
    match sign_in::with_code(&app.store, settings, visit.token(), typed, &visit.knock()).await {
        Ok(to) => Ok(stepped(&app, &to, next)),
        Err(error) => {
            let errors = told(error, "code", "The code is wrong, or has been used already", &visit)?;
            show(&app, &visit, &CodePage { next: next.to_owned(), csrf: visit.csrf(), errors }).await
        }
    }
}

pub(crate) async fn password_form(
    State(app): State<Arc<App>>,
    visit: Visit,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let next = next(&query);
    if let Some(response) = elsewhere(&visit, Stage::NewPassword, &next) {
        return Ok(response);
    }
    show(&app, &visit, &NewPasswordPage { next, csrf: visit.csrf(), ..NewPasswordPage::default() }).await
}

pub(crate) async fn password(
    State(app): State<Arc<App>>,
    visit: Visit,
    form: Posted,
) -> Result<Response, Fault> {
    let next = own_address(form.get("next"));
    let (settings, chosen) = (&app.config.sign_in, form.exactly("new_password"));
    match sign_in::with_new_password(&app.store, settings, visit.token(), chosen, &visit.knock()).await {
        Ok(to) => Ok(stepped(&app, &to, next)),
        Err(error) => {
            let errors = told(error, "new_password", "", &visit)?;
            show(&app, &visit, &NewPasswordPage { next: next.to_owned(), csrf: visit.csrf(), errors }).await
        }
    }
}

pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    visit: Visit,
    _form: Posted,
) -> Result<Response, Fault> {
    let settings = &app.config.sign_in;
    let ended = match visit.session() {
        Some(_) => {
            sessions::sign_out(&app.store, settings, visit.token(), visit.correlation(), visit.at()).await?
        }
        None => None,
    };
    // Who came from the identity provider is signed out there too, and comes back.
    let elsewhere = match (&app.provider, ended.and_then(|session| session.provider)) {
        (Some(provider), Some(there)) => provider.sign_out_address(&there.token, visit.at()).await,
        _ => None,
    };
    let mut response = Redirect::to(elsewhere.as_deref().unwrap_or("/sign-out")).into_response();
    cookies::end(&app, &mut response);
    Ok(response)
}
