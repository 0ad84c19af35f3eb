use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use policy::UserId;
use store::sessions::{self, SignInError};

use super::show;
use crate::App;
use crate::errors::Fault;
use crate::forms::{Errors, own_address};
use crate::pages::sign_in::SignInPage;
use crate::session::{self, Posted, Visit};

pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visit: Visit,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let next = query.get("next").map_or("/", |next| own_address(next));
    if visit.user().is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    let page = SignInPage { next: next.to_owned(), ..SignInPage::default() };
    with_form(&app, visit, page).await
}

/// Where one comes out after signing out.
pub(crate) async fn signed_out(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Fault> {
    if visit.user().is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    with_form(&app, visit, SignInPage { signed_out: true, next: "/".to_owned(), ..SignInPage::default() })
        .await
}

async fn with_form(app: &App, visit: Visit, page: SignInPage) -> Result<Response, Fault> {
    let (visit, new) = session::with_form_secret(app, visit)?;
    let mut response = show(app, &visit, &SignInPage { csrf: visit.csrf(), ..page }).await?;
    if new {
        session::keep_form_secret(app, &mut response, &visit);
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
    let outcome =
        sessions::sign_in(&app.store, &user, form.exactly("password"), visit.correlation(), visit.at()).await;
    let sentence = match outcome {
        Ok(begun) => {
            let mut response = Redirect::to(next).into_response();
            session::begin(&app, &mut response, &begun.token);
            return Ok(response);
        }
        Err(SignInError::Wrong) => "The user name or the password is wrong",
        Err(SignInError::Locked) => "Too many wrong passwords: wait 15 minutes and try again",
        Err(SignInError::Store(error)) => return Err(error.into()),
    };
    let mut errors = Errors::default();
    errors.add("user", sentence);
    let page = SignInPage {
        user: form.get("user").to_owned(),
        next: next.to_owned(),
        csrf: visit.csrf(),
        errors,
        signed_out: false,
    };
    show(&app, &visit, &page).await
}

pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    visit: Visit,
    _form: Posted,
) -> Result<Response, Fault> {
    if visit.user().is_some() {
        sessions::sign_out(&app.store, visit.token(), visit.correlation(), visit.at()).await?;
    }
    let mut response = Redirect::to("/sign-out").into_response();
    session::end(&app, &mut response);
    Ok(response)
}
