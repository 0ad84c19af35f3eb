//! How often one may sign in, search and take files out: by user and by address of the network.
//!
//! A bucket holds so many requests and fills again evenly within a minute. Buckets are in memory: each process counts for itself,
//! and a restart begins anew. Failed sign-ins are counted in the store besides (`store::sign_in`).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::Method;
use chrono::{DateTime, Utc};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A step of a sign-in.
    SignIn,
    /// A search for a person.
    Search,
    /// A file that leaves the service.
    Export,
}

impl Kind {
    /// What a request is, if it is limited.
    pub(crate) fn of(method: &Method, path: &str) -> Option<Self> {
        let posts = *method == Method::POST;
        match path {
            "/people" | "/emergency" if posts => Some(Self::Search),
            "/sign-in/provider" | "/sign-in/provider/return" => Some(Self::SignIn),
            // The provider's own server; it carries its proof.
            "/sign-in/provider/ended" => None,
            _ if posts && path.starts_with("/sign-in") => Some(Self::SignIn),
            _ if path.ends_with(".csv") || path.contains("/export") => Some(Self::Export),
            _ => None,
        }
    }

    /// Requests a minute for one user, and from one address, which many may share.
    fn limits(self) -> (f64, f64) {
        match self {
            Self::SignIn => (30.0, 120.0),
            Self::Search => (60.0, 600.0),
            Self::Export => (10.0, 100.0),
        }
    }
}

/// Requests of the last while, by what and by whom.
#[derive(Default)]
pub(crate) struct Limits(Mutex<HashMap<(Kind, String), Bucket>>);

struct Bucket {
    left: f64,
    at: DateTime<Utc>,
}

/// Buckets kept at most; full ones are forgotten first.
const KEPT: usize = 100_000;

impl Limits {
    /// Takes one request of this kind out of the user's bucket and the address's. `Err`: seconds until there is one again.
    pub(crate) fn take(
        &self,
        kind: Kind,
        user: Option<&str>,
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<(), u32> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > KEPT {
            buckets.retain(|_, bucket| (now - bucket.at).num_seconds() < 60);
        }
        let (by_user, by_network) = kind.limits();
        let user = user.map(|user| (format!("user:{user}"), by_user));
        for (key, limit) in user.into_iter().chain([(format!("network:{network}"), by_network)]) {
            let bucket = buckets.entry((kind, key)).or_insert(Bucket { left: limit, at: now });
            let passed = (now - bucket.at).as_seconds_f64().max(0.0);
            bucket.left = (bucket.left + passed * limit / 60.0).min(limit);
            bucket.at = now;
            if bucket.left < 1.0 {
                return Err(whole_seconds((1.0 - bucket.left) * 60.0 / limit));
            }
            bucket.left -= 1.0;
        }
        Ok(())
    }
}

/// Rounded up, one at least; a wait is a minute at most.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 60")]
fn whole_seconds(wait: f64) -> u32 {
    wait.ceil().clamp(1.0, 60.0) as u32
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limits = Limits::default();
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().unwrap();
        let take = |user: Option<&str>, network: &str, seconds| {
            limits.take(Kind::Export, user, network, now + Duration::seconds(seconds))
        };
        for _ in 0..10 {
            assert_eq!(take(Some("gina"), "a", 0), Ok(()));
        }
        assert_eq!(take(Some("gina"), "b", 0), Err(6), "from wherever");
        assert_eq!(take(Some("other"), "a", 0), Ok(()), "another user at the same address");
        assert_eq!(take(Some("gina"), "a", 6), Ok(()));
        assert!(take(Some("gina"), "a", 6).is_err());
        let some = (0..200).filter(|n| take(Some(&format!("user {n}")), "c", 10).is_ok()).count();
        assert_eq!(some, 100, "one address has an end too");
    }

    #[test]
    fn what_is_limited_is_told_by_method_and_path() {
        let of = |method: Method, path| Kind::of(&method, path);
        assert_eq!(of(Method::POST, "/people"), Some(Kind::Search));
        assert_eq!(of(Method::GET, "/people"), None);
        assert_eq!(of(Method::POST, "/sign-in/code"), Some(Kind::SignIn));
        assert_eq!(of(Method::GET, "/sign-in"), None);
        assert_eq!(of(Method::GET, "/sign-in/provider/return"), Some(Kind::SignIn));
        assert_eq!(of(Method::POST, "/sign-in/provider/ended"), None);
        assert_eq!(of(Method::GET, "/linkage/quality.csv"), Some(Kind::Export));
    }
}
