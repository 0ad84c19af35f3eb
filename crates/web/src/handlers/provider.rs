use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use policy::UserId;
use store::provider_sign_ins;
use store::sessions::{self, ProviderSession};
use store::sign_in::{self, SignInError, SignedIn};
use store::users::{self, User};

use super::show;
use super::sign_in::{next, stepped};
use crate::App;
use crate::cookies;
use crate::errors::Fault;
use crate::pages::provider::{NotDonePage, UnknownPage};
use crate::provider::{Answered, Provider, ProviderError, Unknown, known};
use crate::session::{self, Visit};

type Asked = Query<BTreeMap<String, String>>;

/// Sends the browser to the identity provider.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    visit: Visit,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let provider = provider(&app)?;
    let next = next(&query);
    if visit.session().is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    let (visit, new) = session::with_form_secret(&app, visit)?;
    let again = query.contains_key("again");
    let begun = provider.begin(next, again, || app.random(32), visit.at()).await?;
    provider_sign_ins::keep(&app.store, &begun.state, visit.token(), &begun.waiting, visit.at()).await?;
    let mut response = Redirect::to(&begun.address).into_response();
    if new {
        cookies::keep_form_secret(&app, &mut response, visit.token());
    }
    Ok(response)
}

/// Takes the browser back from there.
pub(crate) async fn back(
    State(app): State<Arc<App>>,
    visit: Visit,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let provider = provider(&app)?;
    let text = |name: &str| query.get(name).map_or("", String::as_str);
    let state = provider_sign_ins::take(&app.store, text("state"), visit.token(), visit.at()).await?;
    let (Some(waiting), false) = (state, text("state").is_empty()) else {
        return not_done(&app, &visit, "The identity provider sent an answer to no sign-in that waits.")
            .await;
    };
    // RFC 9207: an answer that names its issuer must name this one.
    if !text("error").is_empty() || query.get("iss").is_some_and(|iss| *iss != provider.settings().issuer) {
        return not_done(&app, &visit, "The identity provider did not sign in.").await;
    }
    let answered = match provider.finish(text("code"), &waiting, visit.at()).await {
        Ok(answered) => answered,
        Err(error @ (ProviderError::Token(_) | ProviderError::Status(..))) => {
            tracing::warn!(correlation = visit.correlation(), %error, "a sign-in was not believed");
            return not_done(&app, &visit, "What the identity provider sent was not to be believed.").await;
        }
        Err(error) => return Err(error.into()),
    };
    match enter(&app, provider, &visit, answered).await? {
        Ok(to) => Ok(stepped(&app, &to, &waiting.next)),
        Err(unknown) => {
            sign_in::refused(&app.store, &unknown.sentence(), &visit.knock()).await?;
            let name = provider.settings().name.clone();
            show(&app, &visit, &UnknownPage { unknown, provider: name }).await
        }
    }
}

async fn enter(
    app: &App,
    provider: &Provider,
    visit: &Visit,
    answered: Answered,
) -> Result<Result<SignedIn, Unknown>, Fault> {
    let (user, number) = match known(provider.settings(), &answered.claims) {
        Ok(known) => known,
        Err(unknown) => return Ok(Err(unknown)),
    };
    let person = match number {
        Some(number) => match users::person_of(&app.store, number).await? {
            None => return Ok(Err(Unknown::Person)),
            some => some,
        },
        None => None,
    };
    let user = User { person, ..user };
    let session = ProviderSession { session: answered.session, token: answered.token };
    let settings = &app.config.sign_in;
    match sign_in::by_provider(&app.store, settings, &user, &session, &visit.knock()).await {
        Ok(to) => Ok(Ok(to)),
        Err(SignInError::Wrong) => {
            Err(Fault::Refused("Whoever runs this service has disabled your account.".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

async fn not_done(app: &App, visit: &Visit, why: &str) -> Result<Response, Fault> {
    sign_in::refused(&app.store, why, &visit.knock()).await?;
    show(app, visit, &NotDonePage).await
}

/// The identity provider itself says that a session has ended. No browser is in it: the signed token is the proof.
pub(crate) async fn ended(
    State(app): State<Arc<App>>,
    visit: Visit,
    form: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Result<Response, Fault> {
    let provider = provider(&app)?;
    let fields = form.map(|Form(fields)| fields).unwrap_or_default();
    let token = fields.get("logout_token").ok_or(Fault::BadRequest)?;
    let ended = match provider.ended(token, visit.at()).await {
        Ok(ended) => ended,
        Err(ProviderError::Token(_)) => return Err(Fault::BadRequest),
        Err(error) => return Err(error.into()),
    };
    let (user, session) = (ended.user.map(UserId), ended.session.as_deref());
    sessions::ended_by_provider(&app.store, user.as_ref(), session, visit.correlation(), visit.at()).await?;
    Ok(StatusCode::OK.into_response())
}

fn provider(app: &App) -> Result<&Provider, Fault> {
    app.provider.as_ref().ok_or(Fault::NotFound)
}

impl From<ProviderError> for Fault {
    fn from(error: ProviderError) -> Self {
        Self::Problem(error.to_string())
    }
}
