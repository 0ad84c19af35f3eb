//! Staying signed in, and signing out. A session is a random token of 32 bytes of which only the hash is kept.
//!
//! A session ends after a time without use and after a longer time in any case; both stand in the settings. Until every step of
//! a sign-in is done it is good for the next step only. Each step, and each sign-in, gives a new token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use policy::{Access, UserId};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::audit::Note;
use crate::settings::SignInSettings;
use crate::sign_in::access;
use crate::users::{self, User};
use crate::{Store, StoreError, audit, history, sql};

/// How far a sign-in has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; a code of the second factor is asked for.
    Code,
    /// The password was given by the operator; one of one's own is asked for.
    NewPassword,
    /// The role must have a second factor, and there is none yet.
    Enrol,
    /// Signed in.
    Full,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Code, Self::NewPassword, Self::Enrol, Self::Full];

    fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::NewPassword => "new_password",
            Self::Enrol => "enrol",
            Self::Full => "full",
        }
    }
}

/// A session that is going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub user: User,
    /// How far the sign-in has come.
    pub stage: Stage,
    /// Since when.
    pub signed_in_at: DateTime<Utc>,
    /// When it will end if it is not used.
    pub idle_ends_at: DateTime<Utc>,
    /// When it will end in any case.
    pub ends_at: DateTime<Utc>,
    /// Set when the sign-in was at the identity provider.
    pub provider: Option<ProviderSession>,
}

/// What the identity provider calls its own session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSession {
    /// The claim `sid`; blank when the provider has none.
    pub session: String,
    /// The ID token, which tells the provider at signing out who it is.
    pub token: String,
}

/// Time for the steps between a right password and being signed in.
fn step_time() -> Duration {
    Duration::minutes(10)
}

fn idle_time(settings: &SignInSettings) -> Duration {
    Duration::minutes(i64::from(settings.idle_minutes.max(1)))
}

fn longest(settings: &SignInSettings) -> Duration {
    Duration::minutes(i64::from(settings.longest_minutes.max(1)))
}

/// The session behind a token, if it is still going on. Using it keeps it going.
pub async fn find(
    store: &Store,
    settings: &SignInSettings,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<Session>, StoreError> {
    let text = "SELECT u.id, u.name, u.role, u.organisation, u.person_id, s.signed_in_at, s.seen_at, s.stage, \
        s.provider_session, s.provider_token FROM session s JOIN app_user u ON u.id = s.user_id \
        WHERE s.token_hash = $1 AND u.disabled_at IS NULL";
    let hashed = token_hash(token);
    let Some(row) = sql::one(store.reader(), text, vec![hashed.as_str().into()]).await? else {
        return Ok(None);
    };
    let (mut session, seen_at) = read(&row, settings)?;
    if let Some(person) = session.user.person {
        // Somebody who was found to be another person is signed in as who they are now.
        session.user.person = Some(history::now(store, person).await?.unwrap_or(person));
    }
    if now >= session.idle_ends_at || now >= session.ends_at {
        sql::execute(store.writer(), "DELETE FROM session WHERE token_hash = $1", vec![hashed.into()])
            .await?;
        return Ok(None);
    }
    // Written at most once a minute, so that reading a page is not a write.
    if now < seen_at + Duration::minutes(1) {
        return Ok(Some(session));
    }
    let text = "UPDATE session SET seen_at = $2 WHERE token_hash = $1";
    sql::execute(store.writer(), text, vec![hashed.into(), now.into()]).await?;
    Ok(Some(Session { idle_ends_at: now + idle_time(settings), ..session }))
}

fn read(row: &QueryResult, settings: &SignInSettings) -> Result<(Session, DateTime<Utc>), StoreError> {
    let (signed_in_at, seen_at): (DateTime<Utc>, DateTime<Utc>) =
        (row.try_get("", "signed_in_at")?, row.try_get("", "seen_at")?);
    let stage: String = row.try_get("", "stage")?;
    let stage = Stage::ALL.into_iter().find(|known| known.name() == stage);
    let stage = stage.ok_or(StoreError::Unreadable("step of a sign-in"))?;
    let longest = if stage == Stage::Full { longest(settings) } else { step_time() };
    let token: Option<String> = row.try_get("", "provider_token")?;
    let session: Option<String> = row.try_get("", "provider_session")?;
    let session = Session {
        user: users::read(row)?,
        stage,
        signed_in_at,
        idle_ends_at: seen_at + idle_time(settings),
        ends_at: signed_in_at + longest,
        provider: token.map(|token| ProviderSession { session: session.unwrap_or_default(), token }),
    };
    Ok((session, seen_at))
}

/// Signs out; a token that is no session's does nothing. Gives the session that has ended.
pub async fn sign_out(
    store: &Store,
    settings: &SignInSettings,
    token: &str,
    correlation: &str,
    now: DateTime<Utc>,
) -> Result<Option<Session>, StoreError> {
    let Some(session) = find(store, settings, token, now).await? else { return Ok(None) };
    let tx = store.write().await?;
    let text = "DELETE FROM session WHERE token_hash = $1";
    sql::execute(&tx, text, vec![token_hash(token).into()]).await?;
    signed_out(&tx, store, &access(&session.user, correlation, now), "Signed out.").await?;
    tx.commit().await?;
    Ok(Some(session))
}

/// Signs a user out everywhere but, when it is given, in the session of this token. Gives how many sessions have ended.
pub async fn sign_out_everywhere(
    store: &Store,
    user: &User,
    but: Option<&str>,
    correlation: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let text = "DELETE FROM session WHERE user_id = $1 AND token_hash <> $2";
    let kept = but.map_or_else(String::new, token_hash);
    let tx = store.write().await?;
    let ended = sql::execute(&tx, text, vec![user.id.0.as_str().into(), kept.into()]).await?;
    let sentence = format!("Signed out of {ended} other sessions.");
    signed_out(&tx, store, &access(user, correlation, now), &sentence).await?;
    tx.commit().await?;
    Ok(ended)
}

async fn signed_out(
    tx: &impl ConnectionTrait,
    store: &Store,
    who: &Access,
    sentence: &str,
) -> Result<(), StoreError> {
    audit::note_within(tx, store, &Note { who, action: "sign_out", sentence }).await
}

/// Ends what the identity provider has ended: sessions of this user, or of this session of the provider's, or both when both are
/// named. Gives how many users have been signed out. Errors: neither is named.
pub async fn ended_by_provider(
    store: &Store,
    user: Option<&UserId>,
    session: Option<&str>,
    correlation: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let (user, session) = (user.map_or("", |user| &user.0), session.unwrap_or_default());
    if user.is_empty() && session.is_empty() {
        return Err(StoreError::Unreadable("session of the identity provider"));
    }
    let text = "DELETE FROM session WHERE provider_token IS NOT NULL AND ($1 = '' OR user_id = $1) \
        AND ($2 = '' OR provider_session = $2) RETURNING user_id";
    let tx = store.write().await?;
    let rows = sql::rows(&tx, text, vec![user.into(), session.into()]).await?;
    let mut ended = rows
        .iter()
        .map(|row| Ok(UserId(row.try_get("", "user_id")?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    ended.sort();
    ended.dedup();
    for user in &ended {
        if let Some(user) = users::get(store, user).await? {
            let who = access(&user, correlation, now);
            signed_out(&tx, store, &who, "Signed out at the identity provider.").await?;
        }
    }
    tx.commit().await?;
    Ok(ended.len() as u64)
}

/// How many sessions of a user are going on.
pub async fn going_on(
    store: &Store,
    settings: &SignInSettings,
    user: &User,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let text = "SELECT COUNT(*) AS n FROM session WHERE user_id = $1 AND stage = 'full' \
        AND signed_in_at > $2 AND seen_at > $3";
    let values =
        vec![user.id.0.as_str().into(), (now - longest(settings)).into(), (now - idle_time(settings)).into()];
    let row = sql::one(store.reader(), text, values).await?;
    Ok(row.map(|row| sql::count(&row, "n")).transpose()?.unwrap_or(0))
}

/// A new session, with its row in the audit. Clears away those that have ended.
pub(crate) async fn begin(
    store: &Store,
    settings: &SignInSettings,
    user: &User,
    stage: Stage,
    provider: Option<&ProviderSession>,
    note: &Note<'_>,
) -> Result<String, StoreError> {
    let (token, now) = (new_token(store)?, note.who.at);
    let tx = store.write().await?;
    let ended = "DELETE FROM session WHERE signed_in_at <= $1 OR seen_at <= $2";
    let values = vec![(now - longest(settings)).into(), (now - idle_time(settings)).into()];
    sql::execute(&tx, ended, values).await?;
    let text = "INSERT INTO session (token_hash, user_id, signed_in_at, seen_at, stage, provider_session, provider_token) \
        VALUES ($1, $2, $3, $3, $4, $5, $6)";
    let values = vec![
        token_hash(&token).into(),
        user.id.0.as_str().into(),
        now.into(),
        stage.name().into(),
        provider.map(|provider| provider.session.clone()).into(),
        provider.map(|provider| provider.token.clone()).into(),
    ];
    sql::execute(&tx, text, values).await?;
    audit::note_within(&tx, store, note).await?;
    tx.commit().await?;
    Ok(token)
}

/// The session goes on at another step, under a new token; the old one is no use from here on. A step is written down with it.
pub(crate) async fn move_on(
    store: &Store,
    token: &str,
    stage: Stage,
    now: DateTime<Utc>,
    note: Option<&Note<'_>>,
) -> Result<String, StoreError> {
    let new = new_token(store)?;
    let text = "UPDATE session SET token_hash = $2, stage = $3, signed_in_at = CASE WHEN stage = 'full' THEN signed_in_at \
        ELSE $4 END, seen_at = $4 WHERE token_hash = $1";
    let values = vec![token_hash(token).into(), token_hash(&new).into(), stage.name().into(), now.into()];
    let tx = store.write().await?;
    if sql::execute(&tx, text, values).await? == 0 {
        return Err(StoreError::Stopped);
    }
    // A glass broken in the session stays broken in it.
    let glass = "UPDATE broken_glass SET session = $2 WHERE session = $1";
    sql::execute(&tx, glass, vec![token_hash(token).into(), token_hash(&new).into()]).await?;
    if let Some(note) = note {
        audit::note_within(&tx, store, note).await?;
    }
    tx.commit().await?;
    Ok(new)
}

fn new_token(store: &Store) -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    store.entropy.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// By what a session is known: the hash of its token.
pub fn token_hash(token: &str) -> String {
    model::sha256_hex(token.as_bytes())
}
