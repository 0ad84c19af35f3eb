//! Signing in, staying signed in, signing out. A session is a random token of 32 bytes of which only the hash is kept.
//!
//! Five wrong passwords in a row lock an account for fifteen minutes. A session ends after an hour without use and after
//! twelve hours in any case. Every sign-in gives a new token. Each sign-in, failure and sign-out is in the audit.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use model::Purpose;
use policy::{Access, UserId};
use sea_orm::QueryResult;

use crate::users::{self, User};
use crate::{Store, StoreError, audit, sql};

/// A session that has just begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// For the cookie; it is nowhere kept here.
    pub token: String,
}

/// A session that is going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub user: User,
    /// Since when.
    pub signed_in_at: DateTime<Utc>,
    /// When it will end if it is not used.
    pub idle_ends_at: DateTime<Utc>,
    /// When it will end in any case.
    pub ends_at: DateTime<Utc>,
}

/// Why a sign-in failed. It does not say whether there is such an account.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such account, or another password.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many failures.
    #[error("the account is locked for a while after too many failures")]
    Locked,
    /// The store, or the audit.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const FAILURES: i32 = 5;

fn lock_time() -> Duration {
    Duration::minutes(15)
}
fn idle_time() -> Duration {
    Duration::hours(1)
}
fn longest() -> Duration {
    Duration::hours(12)
}

/// Signs in. `correlation` ties the audit row to the request.
pub async fn sign_in(
    store: &Store,
    user: &UserId,
    password: &str,
    correlation: &str,
    now: DateTime<Utc>,
) -> Result<SignedIn, SignInError> {
    let text = "SELECT id, name, role, organisation, person_id, password, failures, locked_until \
        FROM app_user WHERE id = $1";
    let row = sql::one(store.writer(), text, vec![user.0.as_str().into()]).await?;
    let account = row.as_ref().map(Account::read).transpose()?;
    let locked =
        account.as_ref().is_some_and(|account| account.locked_until.is_some_and(|until| now < until));
    let hash = account.as_ref().map(|account| account.password.clone());
    let right = users::verify(hash, password).await? && !locked;
    let Some(account) = account else {
        audit::note(store, &stranger(user, correlation, now), "sign_in_refused", false, "No such account.")
            .await?;
        return Err(SignInError::Wrong);
    };
    let who = access(&account.user, correlation, now);
    if locked {
        audit::note(store, &who, "sign_in_refused", false, "The account is locked.").await?;
        return Err(SignInError::Locked);
    }
    if !right {
        fail(store, user, now).await?;
        audit::note(store, &who, "sign_in_refused", false, "The password was wrong.").await?;
        return Err(SignInError::Wrong);
    }
    let token = begin(store, user, now).await?;
    audit::note(store, &who, "sign_in", true, "Signed in.").await?;
    Ok(SignedIn { user: account.user, token })
}

/// The session behind a token, if it is still going on. Using it keeps it going.
pub async fn find(store: &Store, token: &str, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
    let text = "SELECT u.id, u.name, u.role, u.organisation, u.person_id, s.signed_in_at, s.seen_at \
        FROM session s JOIN app_user u ON u.id = s.user_id WHERE s.token_hash = $1";
    let hashed = token_hash(token);
    let Some(row) = sql::one(store.reader(), text, vec![hashed.as_str().into()]).await? else {
        return Ok(None);
    };
    let (signed_in_at, seen_at): (DateTime<Utc>, DateTime<Utc>) =
        (row.try_get("", "signed_in_at")?, row.try_get("", "seen_at")?);
    if now >= seen_at + idle_time() || now >= signed_in_at + longest() {
        sql::execute(store.writer(), "DELETE FROM session WHERE token_hash = $1", vec![hashed.into()])
            .await?;
        return Ok(None);
    }
    // Written at most once a minute, so that reading a page is not a write.
    if now >= seen_at + Duration::minutes(1) {
        let text = "UPDATE session SET seen_at = $2 WHERE token_hash = $1";
        sql::execute(store.writer(), text, vec![hashed.into(), now.into()]).await?;
    }
    Ok(Some(Session {
        user: users::read(&row)?,
        signed_in_at,
        idle_ends_at: now + idle_time(),
        ends_at: signed_in_at + longest(),
    }))
}

/// Signs out; a token that is no session's does nothing.
pub async fn sign_out(
    store: &Store,
    token: &str,
    correlation: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(session) = find(store, token, now).await? else { return Ok(()) };
    let hashed = token_hash(token);
    sql::execute(store.writer(), "DELETE FROM session WHERE token_hash = $1", vec![hashed.into()]).await?;
    audit::note(store, &access(&session.user, correlation, now), "sign_out", true, "Signed out.").await
}

struct Account {
    user: User,
    password: String,
    locked_until: Option<DateTime<Utc>>,
}

impl Account {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        Ok(Self {
            user: users::read(row)?,
            password: row.try_get("", "password")?,
            locked_until: row.try_get("", "locked_until")?,
        })
    }
}

/// Counts a failure in the database itself, so that two at once count as two.
async fn fail(store: &Store, user: &UserId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let id = || user.0.as_str().into();
    let tx = store.write().await?;
    sql::execute(&tx, "UPDATE app_user SET failures = failures + 1 WHERE id = $1", vec![id()]).await?;
    let text = "UPDATE app_user SET failures = 0, locked_until = $2 WHERE id = $1 AND failures >= $3";
    sql::execute(&tx, text, vec![id(), (now + lock_time()).into(), FAILURES.into()]).await?;
    Ok(tx.commit().await?)
}

async fn begin(store: &Store, user: &UserId, now: DateTime<Utc>) -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    store.entropy.fill(&mut bytes)?;
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let tx = store.write().await?;
    let id = || user.0.as_str().into();
    let reset = "UPDATE app_user SET failures = 0, locked_until = NULL WHERE id = $1";
    sql::execute(&tx, reset, vec![id()]).await?;
    let ended = "DELETE FROM session WHERE signed_in_at <= $1 OR seen_at <= $2";
    sql::execute(&tx, ended, vec![(now - longest()).into(), (now - idle_time()).into()]).await?;
    let text = "INSERT INTO session (token_hash, user_id, signed_in_at, seen_at) VALUES ($1, $2, $3, $3)";
    sql::execute(&tx, text, vec![token_hash(&token).into(), id(), now.into()]).await?;
    tx.commit().await?;
    Ok(token)
}

fn token_hash(token: &str) -> String {
    model::sha256_hex(token.as_bytes())
}

fn access(user: &User, correlation: &str, at: DateTime<Utc>) -> Access {
    Access {
        user: user.id.clone(),
        display_name: user.name.clone(),
        role: user.role,
        organisation: user.organisation.clone(),
        purpose: Purpose::Operations,
        reason: None,
        correlation: correlation.to_owned(),
        at,
        person: user.person,
    }
}

/// A name that nobody has: what was typed may be anything (a password, a person's number), so it is not kept.
fn stranger(_typed: &UserId, correlation: &str, at: DateTime<Utc>) -> Access {
    Access {
        user: UserId("unknown".into()),
        display_name: String::new(),
        role: model::Role::Person,
        organisation: String::new(),
        purpose: Purpose::Operations,
        reason: None,
        correlation: correlation.to_owned(),
        at,
        person: None,
    }
}
