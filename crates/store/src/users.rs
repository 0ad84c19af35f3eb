//! Local accounts, for the demonstration and for small sites.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use model::{PersonId, Role};
use policy::UserId;
use sea_orm::QueryResult;

use crate::{Store, StoreError, sql};

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

/// Makes an account. The password is kept as an argon2id hash with its own salt.
/// Errors: [`StoreError::Exists`] when there is one of that name.
pub async fn create(store: &Store, user: &User, password: &str) -> Result<(), StoreError> {
    let hash = hash(store, password).await?;
    let values = vec![
        user.id.0.as_str().into(),
        user.name.as_str().into(),
        user.role.name().into(),
        user.organisation.as_str().into(),
        hash.into(),
        user.person.map(sql::stored).into(),
    ];
    let text = "INSERT INTO app_user (id, name, role, organisation, password, person_id, failures, locked_until) \
        VALUES ($1, $2, $3, $4, $5, $6, 0, NULL) ON CONFLICT DO NOTHING";
    match sql::execute(store.writer(), text, values).await? {
        0 => Err(StoreError::Exists("user")),
        _ => Ok(()),
    }
}

/// Gives an account a new password and unlocks it; ends its sessions. `false` when there is no such account.
pub async fn set_password(store: &Store, user: &UserId, password: &str) -> Result<bool, StoreError> {
    let hash = hash(store, password).await?;
    let tx = store.write().await?;
    let id = || user.0.as_str().into();
    let text = "UPDATE app_user SET password = $2, failures = 0, locked_until = NULL WHERE id = $1";
    let touched = sql::execute(&tx, text, vec![id(), hash.into()]).await?;
    sql::execute(&tx, "DELETE FROM session WHERE user_id = $1", vec![id()]).await?;
    tx.commit().await?;
    Ok(touched > 0)
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
