//! Who visits: the session cookie, the secret behind forms, and the context that goes with every call about people.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use model::{Purpose, Role};
use policy::Access;
use store::sessions;
use store::users::User;

use crate::errors::Fault;
use crate::{App, csrf, security_headers};

const SESSION: &str = "wsic_session";
const FORM: &str = "wsic_form";

/// One request: who, when, and the number that ties together what it does.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    user: Option<User>,
    /// The session's token, or before signing in the secret of the form cookie.
    secret: String,
    correlation: String,
    at: DateTime<Utc>,
    address: String,
}

impl Visit {
    pub(crate) fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    pub(crate) fn csrf(&self) -> String {
        if self.secret.is_empty() { String::new() } else { csrf::token(&self.secret) }
    }

    pub(crate) fn correlation(&self) -> &str {
        &self.correlation
    }

    pub(crate) fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The context of the signed-in user, for the purpose that goes with their role.
    pub(crate) fn access(&self) -> Option<Access> {
        let user = self.user.clone()?;
        Some(Member { visit: self.clone(), user }.access())
    }

    /// The session's token, for signing out.
    pub(crate) fn token(&self) -> &str {
        &self.secret
    }
}

/// A request by someone who has signed in. A handler that takes one cannot be reached by anyone else.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) visit: Visit,
    pub(crate) user: User,
}

impl Member {
    /// The context for what this request does, for the purpose that goes with the role.
    pub(crate) fn access(&self) -> Access {
        self.access_for(purpose_of(self.user.role))
    }

    /// The same for another purpose.
    pub(crate) fn access_for(&self, purpose: Purpose) -> Access {
        Access {
            user: self.user.id.clone(),
            display_name: self.user.name.clone(),
            role: self.user.role,
            organisation: self.user.organisation.clone(),
            purpose,
            reason: None,
            correlation: self.visit.correlation.clone(),
            at: self.visit.at,
            person: self.user.person,
        }
    }
}

fn purpose_of(role: Role) -> Purpose {
    match role {
        Role::Gp | Role::CareCoordinator => Purpose::DirectCare,
        Role::Commissioner => Purpose::Planning,
        Role::GovernanceLead | Role::Signatory => Purpose::Governance,
        Role::Person => Purpose::OwnCare,
    }
}

/// Around every page: finds out who visits, draws the page of a fault, adds the headers.
pub(crate) async fn visit(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let came = Came::of(&request);
    let address = came.address.clone();
    let mut response = match read_visit(&app, came).await {
        Err(fault) => {
            let visit = Visit::nobody(&app, address);
            fault.show(&app.frame_with(&visit, None), app.names(), visit.correlation())
        }
        Ok(visit) => {
            request.extensions_mut().insert(visit.clone());
            let response = next.run(request).await;
            drawn(&app, &visit, response).await
        }
    };
    security_headers::add(response.headers_mut(), app.config.secure_cookie);
    response
}

/// The response, or the page of the fault it carries.
async fn drawn(app: &App, visit: &Visit, mut response: Response) -> Response {
    let Some(fault) = response.extensions_mut().remove::<Arc<Fault>>() else { return response };
    // The frame needs the store; when that is what failed, the page does without the date.
    let frame = app.frame(visit).await.unwrap_or_else(|_| app.frame_with(visit, None));
    fault.show(&frame, app.names(), visit.correlation())
}

impl Visit {
    fn nobody(app: &App, address: String) -> Self {
        Self { user: None, secret: String::new(), correlation: "none".to_owned(), at: (app.clock)(), address }
    }
}

/// What a request says of who makes it.
struct Came {
    session: Option<String>,
    form: Option<String>,
    address: String,
}

impl Came {
    fn of(request: &Request) -> Self {
        Self {
            session: cookie(request.headers(), SESSION),
            form: cookie(request.headers(), FORM),
            address: address(request),
        }
    }
}

async fn read_visit(app: &App, came: Came) -> Result<Visit, Fault> {
    let at = (app.clock)();
    let session = match &came.session {
        Some(token) => sessions::find(&app.store, token, at).await?,
        None => None,
    };
    let secret = match (&session, came.session) {
        (Some(_), Some(token)) => token,
        _ => came.form.unwrap_or_default(),
    };
    Ok(Visit {
        user: session.map(|session| session.user),
        secret,
        correlation: app.random(8)?,
        at,
        address: came.address,
    })
}

fn address(request: &Request) -> String {
    request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let missing = || Fault::Problem("a route is not under the visit layer".to_owned());
        parts.extensions.get::<Visit>().cloned().ok_or_else(missing)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let visit = Visit::from_request_parts(parts, state).await?;
        match visit.user.clone() {
            Some(user) => Ok(Self { visit, user }),
            // After a form that came too late one begins at its page, not at the form's own address.
            None if parts.method == Method::GET => Err(Fault::SignIn(visit.address)),
            None => Err(Fault::SignIn("/".to_owned())),
        }
    }
}

/// A form that was sent, proved to be ours.
#[derive(Clone, Debug)]
pub(crate) struct Posted(BTreeMap<String, String>);

impl Posted {
    /// What was typed here, trimmed; blank when the field was not sent.
    pub(crate) fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", |text| text.trim())
    }

    /// The values of the boxes that are ticked in this set: fields `set.value`.
    pub(crate) fn ticked(&self, set: &str) -> Vec<String> {
        let of_set = |name: &String| name.strip_prefix(set)?.strip_prefix('.').map(str::to_owned);
        self.0.keys().filter_map(of_set).collect()
    }

    /// The same with blanks at its ends, for passwords.
    pub(crate) fn exactly(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        if !from_here(&parts.headers) {
            return Err(Fault::BadRequest);
        }
        let request = Request::from_parts(parts, body);
        let form = axum::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let axum::Form(pairs) = form.map_err(|_| Fault::BadRequest)?;
        let fields: BTreeMap<String, String> = pairs.into_iter().collect();
        let sent = fields.get("csrf").map_or("", String::as_str);
        if csrf::holds(&visit.secret, sent) { Ok(Self(fields)) } else { Err(Fault::BadRequest) }
    }
}

/// Browsers say where a form comes from; a form from elsewhere is not taken, whatever token it carries.
fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(ORIGIN) else { return true };
    let Some(host) = text(HOST) else { return false };
    origin.split_once("://").is_some_and(|(_, from)| from == host)
}

/// Puts the session's token into the browser, in place of the form secret.
pub(crate) fn begin(app: &App, response: &mut Response, token: &str) {
    set_cookie(app, response, SESSION, token, false);
    set_cookie(app, response, FORM, "", true);
}

/// Takes the session's token out of the browser.
pub(crate) fn end(app: &App, response: &mut Response) {
    set_cookie(app, response, SESSION, "", true);
}

/// The visit with a secret behind its form, and the cookie to set when the browser had none.
pub(crate) fn with_form_secret(app: &App, mut visit: Visit) -> Result<(Visit, bool), Fault> {
    if visit.secret.is_empty() {
        visit.secret = app.random(32)?;
        return Ok((visit, true));
    }
    Ok((visit, false))
}

/// Puts the form secret into the browser.
pub(crate) fn keep_form_secret(app: &App, response: &mut Response, visit: &Visit) {
    set_cookie(app, response, FORM, &visit.secret, false);
}

fn set_cookie(app: &App, response: &mut Response, name: &str, value: &str, forget: bool) {
    let secure = if app.config.secure_cookie { "; Secure" } else { "" };
    let age = if forget { "; Max-Age=0" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
