//! Signing in, step by step: a password, a code of the second factor, a password of one's own in place of a given one, a second
//! factor where the role must have one. Or at an identity provider, which answers for all of that.
//!
//! What is wrong never tells whether there is such an account. Every step, failure and lock is in the audit; what changes a
//! session or an account is written in the transaction of the change.

use chrono::{DateTime, Utc};
use model::Purpose;
use policy::{Access, UserId};

use crate::attempts::{self, Attempt, Key};
use crate::audit::Note;
use crate::second_factor::{self, Code};
use crate::sessions::{self, ProviderSession, Session, Stage};
use crate::settings::SignInSettings;
use crate::users::{self, Account, User};
use crate::{Store, StoreError, audit, passwords};

/// From where somebody signs in, and when.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'a> {
    /// The address of the network, as far as it is counted.
    pub address: &'a str,
    /// Ties the audit rows to the request.
    pub correlation: &'a str,
    /// When.
    pub now: DateTime<Utc>,
}

/// A session, at the step that comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// For the cookie; it is nowhere kept here.
    pub token: String,
    /// What is asked for next.
    pub stage: Stage,
}

/// Why a sign-in failed. It does not say whether there is such an account.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such account, another password, or an account that may not sign in.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many failures, of the account or from the address.
    #[error("too many failures")]
    Locked {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The new password will not do.
    #[error("the new password {0}")]
    Password(&'static str),
    /// The session is not at this step.
    #[error("this is not the next step of the sign-in")]
    Step,
    /// The store, or the audit.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The first step: name and password.
pub async fn with_password(
    store: &Store,
    settings: &SignInSettings,
    user: &UserId,
    password: &str,
    from: &Knock<'_>,
) -> Result<SignedIn, SignInError> {
    let key = Key::Account(&user.0);
    let account = users::account(store, user).await?;
    let who =
        account.as_ref().map_or_else(|| stranger(from), |a| access(&a.user, from.correlation, from.now));
    let wait = open(store, &who, &[Key::Address(from.address), key], from.now).await?;
    let hash = account.as_ref().and_then(|account| account.password.clone());
    let right = users::verify(hash, password).await?;
    let why = match &account {
        None => "No such account.",
        Some(_) if !right => "The password was wrong.",
        Some(_) if !settings.local_accounts => "Local accounts may not sign in here.",
        Some(account) if account.disabled_at.is_some() => "The account is disabled.",
        Some(account) if account.given_until.is_some_and(|until| from.now >= until) => {
            "The password that the operator gave has expired."
        }
        Some(account) => {
            attempts::forget(store, key).await?;
            attempts::take_back(store, Key::Address(from.address), from.now).await?;
            return begin(store, settings, account, &who).await;
        }
    };
    failed(store, &who, why, wait).await?;
    Err(SignInError::Wrong)
}

async fn begin(
    store: &Store,
    settings: &SignInSettings,
    account: &Account,
    who: &Access,
) -> Result<SignedIn, SignInError> {
    let stage = next(account, settings, false);
    let (action, sentence) = arrived(stage);
    let note = Note { who, action, sentence };
    let token = sessions::begin(store, settings, &account.user, stage, None, &note).await?;
    Ok(SignedIn { user: account.user.clone(), token, stage })
}

/// The second step: a code of the second factor, or a recovery code.
pub async fn with_code(
    store: &Store,
    settings: &SignInSettings,
    token: &str,
    typed: &str,
    from: &Knock<'_>,
) -> Result<SignedIn, SignInError> {
    let session = at(store, settings, token, Stage::Code, from.now).await?;
    let who = access(&session.user, from.correlation, from.now);
    let keys = [Key::Address(from.address), Key::Code(&session.user.id.0)];
    let wait = open(store, &who, &keys, from.now).await?;
    if second_factor::spend(store, &session.user, typed, &who).await? == Code::Wrong {
        failed(store, &who, "The code of the second factor was wrong.", wait).await?;
        return Err(SignInError::Wrong);
    }
    attempts::forget(store, Key::Code(&session.user.id.0)).await?;
    attempts::take_back(store, Key::Address(from.address), from.now).await?;
    go_on(store, settings, token, &session, true, from).await
}

/// A password of one's own in place of the one that the operator gave.
pub async fn with_new_password(
    store: &Store,
    settings: &SignInSettings,
    token: &str,
    password: &str,
    from: &Knock<'_>,
) -> Result<SignedIn, SignInError> {
    let session = at(store, settings, token, Stage::NewPassword, from.now).await?;
    passwords::check(&session.user, password).map_err(SignInError::Password)?;
    let account = users::account(store, &session.user.id).await?.ok_or(SignInError::Step)?;
    if users::verify(account.password, password).await? {
        return Err(SignInError::Password("must be another one than the one you were given"));
    }
    let who = access(&session.user, from.correlation, from.now);
    let note = Note { who: &who, action: "password_changed", sentence: "Chose a password." };
    users::change_password(store, &session.user.id, password, Some(token), &note).await?;
    go_on(store, settings, token, &session, true, from).await
}

/// Sets up the proposed second factor. Gives the recovery codes and the session under its new token; `None` when the code was
/// wrong.
pub async fn with_second_factor(
    store: &Store,
    settings: &SignInSettings,
    token: &str,
    typed: &str,
    from: &Knock<'_>,
) -> Result<Option<(SignedIn, Vec<String>)>, SignInError> {
    let session = sessions::find(store, settings, token, from.now).await?.ok_or(SignInError::Step)?;
    if !matches!(session.stage, Stage::Enrol | Stage::Full) || session.provider.is_some() {
        return Err(SignInError::Step);
    }
    let who = access(&session.user, from.correlation, from.now);
    let key = Key::Code(&session.user.id.0);
    open(store, &who, &[key], from.now).await?;
    let note = Note { who: &who, action: "second_factor", sentence: "Set up a second factor." };
    let Some(codes) = second_factor::confirm(store, &session.user, typed, &note).await? else {
        return Ok(None);
    };
    attempts::forget(store, key).await?;
    Ok(Some((go_on(store, settings, token, &session, true, from).await?, codes)))
}

/// Changes the password of somebody who is signed in, who must know the old one. Ends their other sessions and gives this one a
/// new token.
pub async fn change_password(
    store: &Store,
    settings: &SignInSettings,
    token: &str,
    old: &str,
    new: &str,
    from: &Knock<'_>,
) -> Result<SignedIn, SignInError> {
    let session = confirm_password(store, settings, token, old, from).await?;
    passwords::check(&session.user, new).map_err(SignInError::Password)?;
    let who = access(&session.user, from.correlation, from.now);
    let sentence = "Changed the password; other sessions have ended.";
    let note = Note { who: &who, action: "password_changed", sentence };
    users::change_password(store, &session.user.id, new, Some(token), &note).await?;
    go_on(store, settings, token, &session, true, from).await
}

/// The session of somebody who has just given their password again, before something of their account is changed.
pub async fn confirm_password(
    store: &Store,
    settings: &SignInSettings,
    token: &str,
    password: &str,
    from: &Knock<'_>,
) -> Result<Session, SignInError> {
    let session = sessions::find(store, settings, token, from.now).await?.ok_or(SignInError::Step)?;
    if !matches!(session.stage, Stage::Enrol | Stage::Full) {
        return Err(SignInError::Step);
    }
    let account = users::account(store, &session.user.id).await?.ok_or(SignInError::Step)?;
    let who = access(&session.user, from.correlation, from.now);
    let key = Key::Account(&session.user.id.0);
    let wait = open(store, &who, &[key], from.now).await?;
    if !users::verify(account.password, password).await? {
        failed(store, &who, "The password was wrong.", wait).await?;
        return Err(SignInError::Wrong);
    }
    attempts::forget(store, key).await?;
    Ok(session)
}

/// Signs in somebody for whom the identity provider answers; their account is made, or brought up to what the provider says.
/// Errors: [`SignInError::Wrong`] when the operator has disabled the account.
pub async fn by_provider(
    store: &Store,
    settings: &SignInSettings,
    user: &User,
    provider: &ProviderSession,
    from: &Knock<'_>,
) -> Result<SignedIn, SignInError> {
    let who = access(user, from.correlation, from.now);
    if !users::provided(store, user, &who).await? {
        failed(store, &who, "The account is disabled.", None).await?;
        return Err(SignInError::Wrong);
    }
    let note = Note { who: &who, action: "sign_in", sentence: "Signed in at the identity provider." };
    let token = sessions::begin(store, settings, user, Stage::Full, Some(provider), &note).await?;
    Ok(SignedIn { user: user.clone(), token, stage: Stage::Full })
}

/// Writes down that the identity provider sent somebody who may not sign in here. The sentence names nobody.
pub async fn refused(store: &Store, sentence: &str, from: &Knock<'_>) -> Result<(), StoreError> {
    failed(store, &stranger(from), sentence, None).await
}

/// What an action of this file is called, for readers of the audit.
pub(crate) fn label(action: &str) -> Option<&'static str> {
    Some(match action {
        "sign_in" => "Signed in",
        "sign_in_step" => "Came one step on in signing in",
        "sign_in_refused" => "Failed to sign in",
        "sign_in_locked" => "Was locked after failures",
        "sign_out" => "Signed out",
        "recovery_code" => "Used a recovery code",
        "second_factor" => "Set up a second factor",
        "password_changed" => "Changed the password",
        "account" => "Account made or changed",
        _ => return None,
    })
}

/// What is asked for next. `coded`: the second factor has been passed, or been set up just now.
fn next(account: &Account, settings: &SignInSettings, coded: bool) -> Stage {
    if account.second_factor && !coded {
        Stage::Code
    } else if account.given_until.is_some() {
        Stage::NewPassword
    } else if !account.second_factor && settings.second_factor.contains(&account.user.role) {
        Stage::Enrol
    } else {
        Stage::Full
    }
}

async fn go_on(
    store: &Store,
    settings: &SignInSettings,
    token: &str,
    session: &Session,
    coded: bool,
    from: &Knock<'_>,
) -> Result<SignedIn, SignInError> {
    let account = users::account(store, &session.user.id).await?.ok_or(SignInError::Step)?;
    let stage = if session.stage == Stage::Full { Stage::Full } else { next(&account, settings, coded) };
    let who = access(&session.user, from.correlation, from.now);
    let (action, sentence) = arrived(stage);
    let note = (session.stage != Stage::Full).then_some(Note { who: &who, action, sentence });
    let token = sessions::move_on(store, token, stage, from.now, note.as_ref()).await?;
    Ok(SignedIn { user: account.user, token, stage })
}

async fn at(
    store: &Store,
    settings: &SignInSettings,
    token: &str,
    stage: Stage,
    now: DateTime<Utc>,
) -> Result<Session, SignInError> {
    let session = sessions::find(store, settings, token, now).await?;
    session.filter(|session| session.stage == stage).ok_or(SignInError::Step)
}

/// Counts an attempt under each key; gives until when the next must wait should this one fail.
async fn open(
    store: &Store,
    who: &Access,
    keys: &[Key<'_>],
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, SignInError> {
    let mut longest = None;
    for key in keys {
        match attempts::begin(store, *key, now).await? {
            Attempt::Open(until) => longest = longest.max(until),
            Attempt::Locked(until) => {
                let sentence = match key {
                    Key::Address(_) => "The address is locked after too many failures.",
                    Key::Account(_) | Key::Code(_) => "The account is locked after too many failures.",
                };
                audit::note(store, who, "sign_in_refused", false, sentence).await?;
                return Err(SignInError::Locked { until });
            }
        }
    }
    Ok(longest)
}

async fn failed(
    store: &Store,
    who: &Access,
    why: &str,
    wait: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    audit::note(store, who, "sign_in_refused", false, why).await?;
    if let Some(until) = wait {
        let minutes = (until - who.at).num_minutes();
        let sentence = format!("Locked for {minutes} minutes after too many failures.");
        audit::note(store, who, "sign_in_locked", false, &sentence).await?;
    }
    Ok(())
}

/// What is written down at a step: what it is called, and a sentence.
fn arrived(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Full => ("sign_in", "Signed in."),
        Stage::Code => ("sign_in_step", "A code of the second factor is asked for."),
        Stage::NewPassword => ("sign_in_step", "A password of their own is asked for."),
        Stage::Enrol => ("sign_in_step", "A second factor must be set up."),
    }
}

pub(crate) fn access(user: &User, correlation: &str, at: DateTime<Utc>) -> Access {
    Access {
        user: user.id.clone(),
        display_name: user.name.clone(),
        role: user.role,
        organisation: user.organisation.clone(),
        purpose: Purpose::Operations,
        reason: None,
        correlation: correlation.to_owned(),
        session: String::new(),
        at,
        person: user.person,
    }
}

/// A name that nobody has: what was typed may be anything (a password, a person's number), so it is not kept.
fn stranger(from: &Knock<'_>) -> Access {
    Access {
        user: UserId("unknown".into()),
        display_name: String::new(),
        role: model::Role::Person,
        organisation: String::new(),
        purpose: Purpose::Operations,
        reason: None,
        correlation: from.correlation.to_owned(),
        session: String::new(),
        at: from.now,
        person: None,
    }
}
