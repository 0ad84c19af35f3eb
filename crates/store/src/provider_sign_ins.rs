//! Sign-ins that wait for a browser to come back from the identity provider. Each is good once, for ten minutes, and for the
//! browser that began it.

use chrono::{DateTime, Duration, Utc};

use crate::{Store, StoreError, sql};

/// A sign-in that has been sent to the identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What the ID token must name, so that it is of this sign-in.
    pub nonce: String,
    /// What proves to the provider that whoever brings the code began the sign-in (RFC 7636).
    pub verifier: String,
    /// Where to go afterwards: an address of ours.
    pub next: String,
}

/// Keeps a sign-in under the hash of its state, bound to the browser that holds this secret. Clears those too old.
pub async fn keep(
    store: &Store,
    state: &str,
    browser: &str,
    waiting: &Waiting,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tx = store.write().await?;
    let old = vec![(now - longest()).into()];
    sql::execute(&tx, "DELETE FROM provider_sign_in WHERE began_at <= $1", old).await?;
    let text = "INSERT INTO provider_sign_in (state_hash, browser_hash, nonce, verifier, next, began_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    let Waiting { nonce, verifier, next } = waiting;
    let values = vec![
        hashed(state).into(),
        hashed(browser).into(),
        nonce.as_str().into(),
        verifier.as_str().into(),
        next.as_str().into(),
        now.into(),
    ];
    sql::execute(&tx, text, values).await?;
    Ok(tx.commit().await?)
}

/// Gives the sign-in of this state and browser, once.
pub async fn take(
    store: &Store,
    state: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<Option<Waiting>, StoreError> {
    let text = "DELETE FROM provider_sign_in WHERE state_hash = $1 AND browser_hash = $2 AND began_at > $3 \
        RETURNING nonce, verifier, next";
    let values = vec![hashed(state).into(), hashed(browser).into(), (now - longest()).into()];
    let Some(row) = sql::one(store.writer(), text, values).await? else { return Ok(None) };
    Ok(Some(Waiting {
        nonce: row.try_get("", "nonce")?,
        verifier: row.try_get("", "verifier")?,
        next: row.try_get("", "next")?,
    }))
}

fn longest() -> Duration {
    Duration::minutes(10)
}

fn hashed(text: &str) -> String {
    model::sha256_hex(text.as_bytes())
}
