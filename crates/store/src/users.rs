//! Accounts: local ones with a password of ours, and those of people for whom an identity provider answers.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use chrono::{DateTime, Utc};
use model::{NhsNumber, PersonId, Role};
use policy::{Access, UserId};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::audit::Note;
use crate::sign_in::access;
use crate::{Store, StoreError, attempts, audit, people, sessions, sql};

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Sign-in name.
    pub id: UserId,
    /// Name, as the person reads it in "who looked at my record".
    pub name: String,
    /// What they do here.
    pub role: Role,
    /// ODS code of their organisation; blank for a person.
    pub organisation: String,
    /// For the role Person: who they are.
    pub person: Option<PersonId>,
}

/// An account as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub user: User,
    /// The hash of the password; none when an identity provider answers for this user.
    pub(crate) password: Option<String>,
    /// Since when it may not sign in.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Set when the operator gave the password: until when it is good for signing in and choosing another.
    pub given_until: Option<DateTime<Utc>>,
    /// Whether it has a second factor.
    pub second_factor: bool,
}

impl Account {
    /// Whether its password is kept here, and not at an identity provider.
    pub fn is_local(&self) -> bool {
        self.password.is_some()
    }
}

/// Makes an account of a demonstration, whose password everybody knows. The password is kept as an argon2id hash with its own salt.
/// Errors: [`StoreError::Exists`] when there is one of that name.
pub async fn create(store: &Store, user: &User, password: &str) -> Result<(), StoreError> {
    let hash = hash(store, password).await?;
    match insert(store.writer(), user, &hash, "ON CONFLICT DO NOTHING").await? {
        0 => Err(StoreError::Exists("user")),
        _ => Ok(()),
    }
}

/// Makes the account of somebody for whom an identity provider answers, or brings it up to what the provider says now. `false`
/// when the operator has disabled it. Such accounts have no password. Sessions under another role or organisation end. What is new
/// is written down with it.
pub(crate) async fn provided(store: &Store, user: &User, who: &Access) -> Result<bool, StoreError> {
    let known = get(store, &user.id).await?;
    let changed = "DELETE FROM session WHERE user_id = $1 AND EXISTS \
        (SELECT 1 FROM app_user WHERE id = $1 AND (role <> $2 OR organisation <> $3))";
    let values = [user.id.0.as_str(), user.role.name(), user.organisation.as_str()].map(Into::into);
    let tx = store.write().await?;
    sql::execute(&tx, changed, values.into()).await?;
    let change = "ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, \
        organisation = excluded.organisation, person_id = excluded.person_id \
        WHERE app_user.disabled_at IS NULL AND app_user.password = ''";
    let taken = insert(&tx, user, "", change).await? > 0;
    let sentence = match &known {
        None => "The account was made as the identity provider says.",
        Some(_) => "The account was changed to what the identity provider says.",
    };
    if taken && known.as_ref() != Some(user) {
        audit::note_within(&tx, store, &Note { who, action: "account", sentence }).await?;
    }
    tx.commit().await?;
    Ok(taken)
}

async fn insert(db: &impl ConnectionTrait, user: &User, hash: &str, or: &str) -> Result<u64, StoreError> {
    let values = vec![
        user.id.0.as_str().into(),
        user.name.as_str().into(),
        user.role.name().into(),
        user.organisation.as_str().into(),
        hash.into(),
        user.person.map(sql::stored).into(),
    ];
    let text = format!(
        "INSERT INTO app_user (id, name, role, organisation, password, person_id) VALUES ($1, $2, $3, $4, $5, $6) {or}"
    );
    sql::execute(db, &text, values).await
}

/// What the operator does to an account, for the audit; it is written in the transaction that does it.
#[derive(Clone, Copy, Debug)]
pub struct ByOperator<'a> {
    /// In plain English.
    pub sentence: &'a str,
    /// Ties together what one command does.
    pub correlation: &'a str,
    /// When.
    pub now: DateTime<Utc>,
}

impl ByOperator<'_> {
    async fn write_down(
        &self,
        tx: &impl ConnectionTrait,
        store: &Store,
        user: &User,
    ) -> Result<(), StoreError> {
        let who = access(user, self.correlation, self.now);
        audit::note_within(tx, store, &Note { who: &who, action: "account", sentence: self.sentence }).await
    }
}

/// Makes an account as the operator does: its password is good until then, for choosing another.
/// Errors: [`StoreError::Exists`] when there is one of that name.
pub async fn add(
    store: &Store,
    user: &User,
    password: &str,
    until: DateTime<Utc>,
    by: &ByOperator<'_>,
) -> Result<(), StoreError> {
    let hash = hash(store, password).await?;
    let tx = store.write().await?;
    if insert(&tx, user, &hash, "ON CONFLICT DO NOTHING").await? == 0 {
        return Err(StoreError::Exists("user"));
    }
    given(&tx, &user.id, until).await?;
    by.write_down(&tx, store, user).await?;
    Ok(tx.commit().await?)
}

async fn given(tx: &impl ConnectionTrait, user: &UserId, until: DateTime<Utc>) -> Result<(), StoreError> {
    let text = "UPDATE app_user SET given_until = $2 WHERE id = $1";
    sql::execute(tx, text, vec![user.0.as_str().into(), until.into()]).await.map(|_| ())
}

/// Gives an account a new password, as the operator does, and ends its sessions. Until then it is good for signing in and
/// choosing another. `false` when there is no such account with a password of ours.
pub async fn give_password(
    store: &Store,
    user: &UserId,
    password: &str,
    until: DateTime<Utc>,
    by: &ByOperator<'_>,
) -> Result<bool, StoreError> {
    let Some(known) = get(store, user).await? else { return Ok(false) };
    let hash = hash(store, password).await?;
    let tx = store.write().await?;
    if !set_password(&tx, user, hash, None).await? {
        return Ok(false);
    }
    given(&tx, user, until).await?;
    by.write_down(&tx, store, &known).await?;
    tx.commit().await?;
    attempts::forget(store, attempts::Key::Account(&user.0)).await?;
    Ok(true)
}

/// Gives an account a password of its owner's, and writes that down. Ends its sessions but the one of this token.
pub(crate) async fn change_password(
    store: &Store,
    user: &UserId,
    password: &str,
    but: Option<&str>,
    note: &Note<'_>,
) -> Result<bool, StoreError> {
    let hash = hash(store, password).await?;
    let tx = store.write().await?;
    if !set_password(&tx, user, hash, but).await? {
        return Ok(false);
    }
    audit::note_within(&tx, store, note).await?;
    tx.commit().await?;
    Ok(true)
}

async fn set_password(
    tx: &impl ConnectionTrait,
    user: &UserId,
    hash: String,
    but: Option<&str>,
) -> Result<bool, StoreError> {
    let id = || user.0.as_str().into();
    let text = "UPDATE app_user SET password = $2, given_until = NULL WHERE id = $1 AND password <> ''";
    if sql::execute(tx, text, vec![id(), hash.into()]).await? == 0 {
        return Ok(false);
    }
    let kept = but.map_or_else(String::new, sessions::token_hash);
    let text = "DELETE FROM session WHERE user_id = $1 AND token_hash <> $2";
    sql::execute(tx, text, vec![id(), kept.into()]).await?;
    Ok(true)
}

/// Keeps an account from signing in from this moment, and ends its sessions; `None` lets it in again. `false` when there is no
/// such account.
pub async fn disable(
    store: &Store,
    user: &UserId,
    since: Option<DateTime<Utc>>,
    by: &ByOperator<'_>,
) -> Result<bool, StoreError> {
    let Some(known) = get(store, user).await? else { return Ok(false) };
    let tx = store.write().await?;
    let id = || user.0.as_str().into();
    let text = "UPDATE app_user SET disabled_at = $2 WHERE id = $1";
    let touched = sql::execute(&tx, text, vec![id(), since.into()]).await?;
    sql::execute(&tx, "DELETE FROM session WHERE user_id = $1", vec![id()]).await?;
    by.write_down(&tx, store, &known).await?;
    tx.commit().await?;
    Ok(touched > 0)
}

/// Takes the second factor and the recovery codes from an account, and ends its sessions. `false` when there is no such account.
pub async fn reset_second_factor(
    store: &Store,
    user: &UserId,
    by: &ByOperator<'_>,
) -> Result<bool, StoreError> {
    let Some(known) = get(store, user).await? else { return Ok(false) };
    let tx = store.write().await?;
    let id = || user.0.as_str().into();
    let text = "UPDATE app_user SET totp_secret = NULL, totp_proposed = NULL WHERE id = $1";
    let touched = sql::execute(&tx, text, vec![id()]).await?;
    sql::execute(&tx, "DELETE FROM recovery_code WHERE user_id = $1", vec![id()]).await?;
    sql::execute(&tx, "DELETE FROM session WHERE user_id = $1", vec![id()]).await?;
    by.write_down(&tx, store, &known).await?;
    tx.commit().await?;
    attempts::forget(store, attempts::Key::Code(&user.0)).await?;
    Ok(touched > 0)
}

/// Every account as the operator sees it, by sign-in name.
pub async fn accounts(store: &Store) -> Result<Vec<Account>, StoreError> {
    let text = format!("{SELECT_ACCOUNT} ORDER BY id");
    sql::rows(store.reader(), &text, vec![]).await?.iter().map(read_account).collect()
}

/// One account as the operator sees it.
pub async fn account(store: &Store, user: &UserId) -> Result<Option<Account>, StoreError> {
    let text = format!("{SELECT_ACCOUNT} WHERE id = $1");
    let row = sql::one(store.writer(), &text, vec![user.0.as_str().into()]).await?;
    row.as_ref().map(read_account).transpose()
}

const SELECT_ACCOUNT: &str = "SELECT id, name, role, organisation, person_id, password, disabled_at, given_until, \
    CASE WHEN totp_secret IS NULL THEN 0 ELSE 1 END AS coded FROM app_user";

fn read_account(row: &QueryResult) -> Result<Account, StoreError> {
    let password: String = row.try_get("", "password")?;
    Ok(Account {
        user: read(row)?,
        password: Some(password).filter(|hash| !hash.is_empty()),
        disabled_at: row.try_get("", "disabled_at")?,
        given_until: row.try_get("", "given_until")?,
        second_factor: row.try_get::<i32>("", "coded")? == 1,
    })
}

/// Every account by sign-in name.
pub async fn all(store: &Store) -> Result<Vec<User>, StoreError> {
    let text = format!("{SELECT} ORDER BY id");
    sql::rows(store.reader(), &text, vec![]).await?.iter().map(read).collect()
}

/// One account.
pub async fn get(store: &Store, user: &UserId) -> Result<Option<User>, StoreError> {
    let text = format!("{SELECT} WHERE id = $1");
    sql::one(store.reader(), &text, vec![user.0.as_str().into()]).await?.as_ref().map(read).transpose()
}

const SELECT: &str = "SELECT id, name, role, organisation, person_id FROM app_user";

pub(crate) fn read(row: &QueryResult) -> Result<User, StoreError> {
    let role: String = row.try_get("", "role")?;
    Ok(User {
        id: UserId(row.try_get("", "id")?),
        name: row.try_get("", "name")?,
        role: Role::ALL
            .into_iter()
            .find(|known| known.name() == role)
            .ok_or(StoreError::Unreadable("role"))?,
        organisation: row.try_get("", "organisation")?,
        person: sql::person_or_none(row, "person_id")?,
    })
}

/// Who has this NHS number among the people published, for somebody for whom an identity provider answers with it. It says nothing
/// else of the person; what they then ask for needs a permit.
pub async fn person_of(store: &Store, number: NhsNumber) -> Result<Option<PersonId>, StoreError> {
    let text = "SELECT p.person_id FROM publication u JOIN person p ON p.generation = u.generation \
        WHERE u.one = 1 AND p.nhs_number = $1";
    let row = sql::one(store.reader(), text, vec![people::number_stored(number).into()]).await?;
    row.map(|row| sql::person(&row, "person_id")).transpose()
}

/// Whether the password is the one behind this hash; takes as long when there is no such account (`None`), so that the time
/// does not tell.
pub(crate) async fn verify(hash: Option<String>, password: &str) -> Result<bool, StoreError> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let password = password.to_owned();
    let work = move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| {
            NOBODY.get_or_init(|| hash_with(b"nobody's password", &[7; 16]).unwrap_or_default()).clone()
        });
        let matches = PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known && matches
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped)
}

async fn hash(store: &Store, password: &str) -> Result<String, StoreError> {
    let mut salt = [0; 16];
    store.entropy.fill(&mut salt)?;
    let password = password.to_owned();
    let work = move || hash_with(password.as_bytes(), &salt);
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped)?
}

fn hash_with(password: &[u8], salt: &[u8]) -> Result<String, StoreError> {
    let hash: PasswordHash =
        Argon2::default().hash_password_with_salt(password, salt).map_err(|_| StoreError::Password)?;
    Ok(hash.to_string())
}
