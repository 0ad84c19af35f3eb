//! The two cookies: the session's token, and before signing in the secret behind forms.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::App;

/// Which cookie.
#[derive(Clone, Copy)]
pub(crate) enum Cookie {
    Session,
    Form,
}

impl Cookie {
    /// Over HTTPS the name itself binds the cookie to this host: no other host, path or plain connection can set one of it.
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-wsic_session",
            (Self::Session, false) => "wsic_session",
            (Self::Form, true) => "__Host-wsic_form",
            (Self::Form, false) => "wsic_form",
        }
    }
}

/// What the browser sent of this cookie.
pub(crate) fn read(app: &App, headers: &HeaderMap, which: Cookie) -> Option<String> {
    let name = which.name(app.config.secure_cookie);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// Puts the session's token into the browser, in place of the form secret.
pub(crate) fn begin(app: &App, response: &mut Response, token: &str) {
    set(app, response, Cookie::Session, token, false);
    set(app, response, Cookie::Form, "", true);
}

/// Takes the session's token out of the browser.
pub(crate) fn end(app: &App, response: &mut Response) {
    set(app, response, Cookie::Session, "", true);
}

/// Puts the form secret into the browser.
pub(crate) fn keep_form_secret(app: &App, response: &mut Response, secret: &str) {
    set(app, response, Cookie::Form, secret, false);
}

fn set(app: &App, response: &mut Response, which: Cookie, value: &str, forget: bool) {
    let secure = app.config.secure_cookie;
    let name = which.name(secure);
    let only_tls = if secure { "; Secure" } else { "" };
    let age = if forget { "; Max-Age=0" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{only_tls}{age}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
