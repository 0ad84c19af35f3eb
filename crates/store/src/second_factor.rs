//! The second factor of a local account: codes by time, and recovery codes for when the device is lost.
//!
//! A secret is proposed, and counts once a code of it has been typed. Recovery codes carry 120 bits, are kept as SHA-256 and are
//! good once each.

use chrono::{DateTime, Utc};

use crate::users::User;
use crate::{Store, StoreError, sql, totp};

/// Recovery codes that one is given.
const RECOVERY_CODES: usize = 8;

/// A new secret for this user, which counts once [`confirm`] has seen a code of it.
pub async fn propose(store: &Store, user: &User) -> Result<(), StoreError> {
    let mut secret = [0; 20];
    store.entropy.fill(&mut secret)?;
    let text = "UPDATE app_user SET totp_proposed = $2 WHERE id = $1";
    let values = vec![user.id.0.as_str().into(), totp::base32(&secret).into()];
    sql::execute(store.writer(), text, values).await.map(|_| ())
}

/// The secret that is proposed, for the page that shows it.
pub async fn proposed(store: &Store, user: &User) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(secrets(store, user).await?.1)
}

/// Whether the user has a second factor.
pub async fn has(store: &Store, user: &User) -> Result<bool, StoreError> {
    Ok(secrets(store, user).await?.0.is_some())
}

/// Takes the proposed secret as the user's, when the code is one of it. Gives new recovery codes; the old ones are no use.
pub async fn confirm(
    store: &Store,
    user: &User,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<Option<Vec<String>>, StoreError> {
    let Some(secret) = proposed(store, user).await? else { return Ok(None) };
    let Some(step) = totp::matching(&secret, typed, now, 0) else { return Ok(None) };
    let codes = (0..RECOVERY_CODES).map(|_| recovery_code(store)).collect::<Result<Vec<_>, _>>()?;
    let id = || user.id.0.as_str().into();
    let tx = store.write().await?;
    let text = "UPDATE app_user SET totp_secret = totp_proposed, totp_proposed = NULL, totp_step = $2 \
        WHERE id = $1 AND totp_proposed = $3";
    let taken = sql::execute(&tx, text, vec![id(), step.into(), totp::base32(&secret).into()]).await?;
    if taken == 0 {
        return Ok(None);
    }
    sql::execute(&tx, "DELETE FROM recovery_code WHERE user_id = $1", vec![id()]).await?;
    for code in &codes {
        let text = "INSERT INTO recovery_code (user_id, code_hash) VALUES ($1, $2)";
        sql::execute(&tx, text, vec![id(), hashed(code).into()]).await?;
    }
    tx.commit().await?;
    Ok(Some(codes))
}

/// What a code was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Wrong,
    ByTime,
    Recovery,
}

/// Whether this is a code of the user's, by time or a recovery code. A code is good once, also when two come at once.
pub(crate) async fn spend(
    store: &Store,
    user: &User,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<Code, StoreError> {
    let id = || user.id.0.as_str().into();
    let text = "SELECT totp_secret, totp_step FROM app_user WHERE id = $1";
    let row = sql::one(store.writer(), text, vec![id()]).await?.ok_or(StoreError::Unreadable("account"))?;
    let secret: Option<String> = row.try_get("", "totp_secret")?;
    let used: i64 = row.try_get("", "totp_step")?;
    let secret = secret.as_deref().and_then(totp::from_base32);
    if let Some(step) = secret.and_then(|secret| totp::matching(&secret, typed, now, used)) {
        let text = "UPDATE app_user SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
        let spent = sql::execute(store.writer(), text, vec![id(), step.into()]).await?;
        return Ok(if spent > 0 { Code::ByTime } else { Code::Wrong });
    }
    let text = "DELETE FROM recovery_code WHERE user_id = $1 AND code_hash = $2";
    let spent = sql::execute(store.writer(), text, vec![id(), hashed(typed).into()]).await?;
    Ok(if spent > 0 { Code::Recovery } else { Code::Wrong })
}

/// How many recovery codes are left.
pub async fn recovery_codes(store: &Store, user: &User) -> Result<u64, StoreError> {
    let text = "SELECT COUNT(*) AS n FROM recovery_code WHERE user_id = $1";
    let row = sql::one(store.reader(), text, vec![user.id.0.as_str().into()]).await?;
    Ok(row.map(|row| sql::count(&row, "n")).transpose()?.unwrap_or(0))
}

/// The secret that counts and the one that is proposed.
async fn secrets(store: &Store, user: &User) -> Result<(Option<Vec<u8>>, Option<Vec<u8>>), StoreError> {
    let text = "SELECT totp_secret, totp_proposed FROM app_user WHERE id = $1";
    let row = sql::one(store.writer(), text, vec![user.id.0.as_str().into()]).await?;
    let row = row.ok_or(StoreError::Unreadable("account"))?;
    let secret = |column| -> Result<Option<Vec<u8>>, StoreError> {
        let text: Option<String> = row.try_get("", column)?;
        Ok(text.as_deref().and_then(totp::from_base32))
    };
    Ok((secret("totp_secret")?, secret("totp_proposed")?))
}

/// 24 letters and digits in groups of four: `ABCD-EFGH-...`.
fn recovery_code(store: &Store) -> Result<String, StoreError> {
    let mut bytes = [0; 15];
    store.entropy.fill(&mut bytes)?;
    let text = totp::base32(&bytes);
    let groups: Vec<&str> = (0..6).filter_map(|i| text.get(4 * i..4 * i + 4)).collect();
    Ok(groups.join("-"))
}

/// The hash of a recovery code, however its letters and groups were typed.
fn hashed(typed: &str) -> String {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    model::sha256_hex(plain.to_ascii_uppercase().as_bytes())
}
