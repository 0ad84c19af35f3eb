//! Headers that every response carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Nothing from outside, nothing inline, nothing framed; forms go to us, and at signing out on to the identity provider.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // To other sites nothing; not `no-referrer`, with which browsers leave out where a form comes from.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// The content policy, with the origin of the identity provider if there is one.
pub(crate) fn policy(provider: Option<&str>) -> HeaderValue {
    let with = provider.map(|origin| format!("{POLICY} {origin}"));
    let with = with.and_then(|policy| HeaderValue::from_str(&policy).ok());
    with.unwrap_or(HeaderValue::from_static(POLICY))
}

/// Adds them. Over HTTPS the browser is told to stay with it. What says nothing of caches is kept in none: it may be about
/// somebody.
pub(crate) fn add(headers: &mut HeaderMap, policy: &HeaderValue, secure: bool) {
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
}
