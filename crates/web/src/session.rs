//! Who visits: the session behind the cookie, the secret behind forms, and the context that goes with every call about people.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use model::{Purpose, Role};
use policy::Access;
use store::sessions::{self, Session, Stage};
use store::sign_in::{Knock, SignedIn};
use store::users::User;

use crate::cookies::{self, Cookie};
use crate::errors::Fault;
use crate::limits::Kind;
use crate::{App, csrf, security_headers};

/// One request: who, when, and the number that ties together what it does.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    session: Option<Session>,
    /// The browser sent a session's token that is no longer good.
    ended: bool,
    /// The session's token, or before signing in the secret of the form cookie.
    secret: String,
    correlation: String,
    at: DateTime<Utc>,
    /// The address asked for.
    address: String,
    /// Where in the network it came from, as far as it is counted.
    network: String,
}

impl Visit {
    /// Who has signed in, every step done.
    pub(crate) fn user(&self) -> Option<&User> {
        self.session.as_ref().filter(|session| session.stage == Stage::Full).map(|session| &session.user)
    }

    /// The session at whatever step it is.
    pub(crate) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
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
        let user = self.user()?.clone();
        Some(Member { visit: self.clone(), user }.access())
    }

    /// The session's token, or the secret of the form cookie.
    pub(crate) fn token(&self) -> &str {
        &self.secret
    }

    /// From where somebody signs in.
    pub(crate) fn knock(&self) -> Knock<'_> {
        Knock { address: &self.network, correlation: &self.correlation, now: self.at }
    }

    /// The visit as it is once the session has a new token, for the page that goes with it.
    pub(crate) fn moved_on(mut self, to: &SignedIn) -> Self {
        self.secret.clone_from(&to.token);
        if let Some(session) = &mut self.session {
            session.stage = to.stage;
        }
        self
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
            session: sessions::token_hash(&self.visit.secret),
            at: self.visit.at,
            person: self.user.person,
        }
    }
}

fn purpose_of(role: Role) -> Purpose {
    match role {
        Role::Gp | Role::CareCoordinator | Role::TeamMember => Purpose::DirectCare,
        Role::Commissioner => Purpose::Planning,
        Role::GovernanceLead | Role::Signatory => Purpose::Governance,
        Role::Person => Purpose::OwnCare,
    }
}

/// Around every page: finds out who visits, draws the page of a fault, adds the headers.
pub(crate) async fn visit(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let came = Came::of(&app, &request);
    let mut response = match read_visit(&app, came.clone()).await {
        Err(fault) => {
            let visit = Visit::nobody(&app, came);
            fault.show(&app.frame_with(&visit, None), app.names(), visit.correlation())
        }
        Ok(visit) => {
            let response = match within_limits(&app, &visit, &request) {
                Err(fault) => fault.into_response(),
                Ok(()) => {
                    request.extensions_mut().insert(visit.clone());
                    next.run(request).await
                }
            };
            drawn(&app, &visit, response).await
        }
    };
    security_headers::add(response.headers_mut(), &app.policy, app.config.secure_cookie);
    response
}

fn within_limits(app: &App, visit: &Visit, request: &Request) -> Result<(), Fault> {
    let Some(kind) = Kind::of(request.method(), request.uri().path()) else { return Ok(()) };
    let user = visit.session.as_ref().map(|session| session.user.id.0.as_str());
    app.limits.take(kind, user, &visit.network, visit.at).map_err(Fault::TooMany)
}

/// Around assets, which are for anyone and the same for all.
pub(crate) async fn plain(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    security_headers::add(response.headers_mut(), &app.policy, app.config.secure_cookie);
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
    fn nobody(app: &App, came: Came) -> Self {
        Self {
            session: None,
            ended: false,
            secret: String::new(),
            correlation: "none".to_owned(),
            at: (app.clock)(),
            address: came.address,
            network: came.network,
        }
    }
}

/// What a request says of who makes it.
#[derive(Clone)]
struct Came {
    session: Option<String>,
    form: Option<String>,
    address: String,
    network: String,
}

impl Came {
    fn of(app: &App, request: &Request) -> Self {
        let cookie = |which| cookies::read(app, request.headers(), which);
        Self {
            session: cookie(Cookie::Session),
            form: cookie(Cookie::Form),
            address: request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            network: network(request, app.config.sign_in.behind_proxy),
        }
    }
}

async fn read_visit(app: &App, came: Came) -> Result<Visit, Fault> {
    let at = (app.clock)();
    let session = match &came.session {
        Some(token) => sessions::find(&app.store, &app.config.sign_in, token, at).await?,
        None => None,
    };
    let ended = session.is_none() && came.session.is_some();
    let secret = match (&session, came.session) {
        (Some(_), Some(token)) => token,
        _ => came.form.unwrap_or_default(),
    };
    let correlation = app.random(8)?;
    Ok(Visit { session, ended, secret, correlation, at, address: came.address, network: came.network })
}

/// Where a request came from. Behind a proxy of ours that is the last address of `X-Forwarded-For`, which the proxy wrote; what
/// stands before it may be anything. Of an IPv6 address the network counts: a household has 2^64 addresses.
fn network(request: &Request, behind_proxy: bool) -> String {
    let forwarded = || {
        let lines = request.headers().get_all("x-forwarded-for");
        let last = lines.iter().next_back()?.to_str().ok()?.rsplit(',').next()?;
        last.trim().parse::<IpAddr>().ok()
    };
    let peer = || request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    match if behind_proxy { forwarded() } else { peer() } {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            address.to_ipv4_mapped().map_or_else(|| format!("{a:x}:{b:x}:{c:x}:{d:x}::"), |v4| v4.to_string())
        }
        None => "unknown".to_owned(),
    }
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
        // After a form that came too late one begins at its page, not at the form's own address.
        let next = if parts.method == Method::GET { visit.address.clone() } else { "/".to_owned() };
        match &visit.session {
            Some(Session { stage: Stage::Full, user, .. }) => Ok(Self { user: user.clone(), visit }),
            Some(session) => Err(Fault::Step(session.stage, next)),
            None => Err(Fault::SignIn { next, ended: visit.ended }),
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
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| !["same-origin", "none"].contains(&site)) {
        return false;
    }
    let Some(origin) = text(ORIGIN) else { return true };
    let Some(host) = text(HOST) else { return false };
    origin.split_once("://").is_some_and(|(_, from)| from == host)
}

/// The visit with a secret behind its form, and whether the browser had none.
pub(crate) fn with_form_secret(app: &App, mut visit: Visit) -> Result<(Visit, bool), Fault> {
    if visit.secret.is_empty() {
        visit.secret = app.random(32)?;
        return Ok((visit, true));
    }
    Ok((visit, false))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn from(peer: &str, forwarded: &[&str], behind_proxy: bool) -> String {
        let mut request = Request::builder();
        for line in forwarded {
            request = request.header("X-Forwarded-For", *line);
        }
        let mut request = request.body(Body::empty()).unwrap();
        if let Ok(peer) = peer.parse::<SocketAddr>() {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        network(&request, behind_proxy)
    }

    #[test]
    fn only_what_our_own_proxy_wrote_is_believed() {
        let peer = "192.0.2.1:5000";
        assert_eq!(from(peer, &["198.51.100.7"], false), "192.0.2.1");
        assert_eq!(from(peer, &["203.0.113.9, 198.51.100.7"], true), "198.51.100.7");
        assert_eq!(from(peer, &["203.0.113.9", "198.51.100.7"], true), "198.51.100.7");
        assert_eq!(from(peer, &["nonsense"], true), "unknown");
        assert_eq!(from("[2001:db8:1:2:3:4:5:6]:80", &[], false), "2001:db8:1:2::");
        assert_eq!(from("[::ffff:192.0.2.1]:80", &[], false), "192.0.2.1");
        assert_eq!(from("", &[], false), "unknown");
    }
}
