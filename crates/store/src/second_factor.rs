//! The second factor of a local account: codes by time, and recovery codes for when the device is lost.
//!
//! A secret is proposed, and counts once a code of it has been typed; it is kept sealed ([`crate::seal`]). Recovery codes carry
//! 120 bits, are kept as SHA-256 and are good once each.

use policy::Access;

use crate::audit::Note;
use crate::users::User;
use crate::{Store, StoreError, audit, seal, sql, totp};

/// Recovery codes that one is given.
const RECOVERY_CODES: usize = 8;

/// A new secret for this user, which counts once [`confirm`] has seen a code of it.
pub async fn propose(store: &Store, user: &User) -> Result<(), StoreError> {
    let mut secret = [0; 20];
    store.entropy.fill(&mut secret)?;
    let text = "UPDATE app_user SET totp_proposed = $2 WHERE id = $1";
    let sealed = seal::seal(store, user.id.0.as_bytes(), &secret)?;
    let values = vec![user.id.0.as_str().into(), sealed.into()];
    sql::execute(store.writer(), text, values).await.map(|_| ())
}

/// The secret that is proposed, for the page that shows it.
pub async fn proposed(store: &Store, user: &User) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(secrets(store, user).await?.1.map(|(_, secret)| secret))
}

/// Whether the user has a second factor.
pub async fn has(store: &Store, user: &User) -> Result<bool, StoreError> {
    let text = "SELECT 1 AS one FROM app_user WHERE id = $1 AND totp_secret IS NOT NULL";
    Ok(sql::one(store.writer(), text, vec![user.id.0.as_str().into()]).await?.is_some())
}

/// Seals secrets that an earlier version of this program kept as they are. Gives how many accounts had one.
pub async fn seal_all(store: &Store) -> Result<u64, StoreError> {
    let plain = "SELECT id, totp_secret, totp_proposed FROM app_user WHERE totp_secret NOT LIKE '%:%' \
        OR totp_proposed NOT LIKE '%:%'";
    if sql::rows(store.reader(), plain, vec![]).await?.is_empty() {
        return Ok(0);
    }
    let tx = store.write().await?;
    let rows = sql::rows(&tx, plain, vec![]).await?;
    for row in &rows {
        let id: String = row.try_get("", "id")?;
        let sealed = |column| -> Result<Option<String>, StoreError> {
            let stored: Option<String> = row.try_get("", column)?;
            let plain = stored.as_deref().and_then(totp::from_base32);
            plain.map_or(Ok(stored), |secret| seal::seal(store, id.as_bytes(), &secret).map(Some))
        };
        let values = vec![id.as_str().into(), sealed("totp_secret")?.into(), sealed("totp_proposed")?.into()];
        let text = "UPDATE app_user SET totp_secret = $2, totp_proposed = $3 WHERE id = $1";
        sql::execute(&tx, text, values).await?;
    }
    tx.commit().await?;
    Ok(rows.len() as u64)
}

/// Takes the proposed secret as the user's, when the code is one of it. Gives new recovery codes; the old ones are no use.
pub(crate) async fn confirm(
    store: &Store,
    user: &User,
    typed: &str,
    note: &Note<'_>,
) -> Result<Option<Vec<String>>, StoreError> {
    let Some((stored, secret)) = secrets(store, user).await?.1 else { return Ok(None) };
    let Some(step) = totp::matching(&secret, typed, note.who.at, 0) else { return Ok(None) };
    let codes = (0..RECOVERY_CODES).map(|_| recovery_code(store)).collect::<Result<Vec<_>, _>>()?;
    let id = || user.id.0.as_str().into();
    let tx = store.write().await?;
    let text = "UPDATE app_user SET totp_secret = totp_proposed, totp_proposed = NULL, totp_step = $2 \
        WHERE id = $1 AND totp_proposed = $3";
    let taken = sql::execute(&tx, text, vec![id(), step.into(), stored.into()]).await?;
    if taken == 0 {
        return Ok(None);
    }
    sql::execute(&tx, "DELETE FROM recovery_code WHERE user_id = $1", vec![id()]).await?;
    for code in &codes {
        let text = "INSERT INTO recovery_code (user_id, code_hash) VALUES ($1, $2)";
        sql::execute(&tx, text, vec![id(), hashed(code).into()]).await?;
    }
    audit::note_within(&tx, store, note).await?;
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

/// Whether this is a code of the user's, by time or a recovery code. A code is good once, also when two come at once. A recovery
/// code that was used is written down with its going.
pub(crate) async fn spend(store: &Store, user: &User, typed: &str, who: &Access) -> Result<Code, StoreError> {
    let id = || user.id.0.as_str().into();
    let text = "SELECT totp_step FROM app_user WHERE id = $1";
    let row = sql::one(store.writer(), text, vec![id()]).await?.ok_or(StoreError::Unreadable("account"))?;
    let used: i64 = row.try_get("", "totp_step")?;
    let secret = secrets(store, user).await?.0;
    if let Some(step) = secret.and_then(|(_, secret)| totp::matching(&secret, typed, who.at, used)) {
        let text = "UPDATE app_user SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
        let spent = sql::execute(store.writer(), text, vec![id(), step.into()]).await?;
        return Ok(if spent > 0 { Code::ByTime } else { Code::Wrong });
    }
    let text = "DELETE FROM recovery_code WHERE user_id = $1 AND code_hash = $2";
    let tx = store.write().await?;
    if sql::execute(&tx, text, vec![id(), hashed(typed).into()]).await? == 0 {
        return Ok(Code::Wrong);
    }
    let note = Note { who, action: "recovery_code", sentence: "Used a recovery code." };
    audit::note_within(&tx, store, &note).await?;
    tx.commit().await?;
    Ok(Code::Recovery)
}

/// How many recovery codes are left.
pub async fn recovery_codes(store: &Store, user: &User) -> Result<u64, StoreError> {
    let text = "SELECT COUNT(*) AS n FROM recovery_code WHERE user_id = $1";
    let row = sql::one(store.reader(), text, vec![user.id.0.as_str().into()]).await?;
    Ok(row.map(|row| sql::count(&row, "n")).transpose()?.unwrap_or(0))
}

/// A secret as it is stored, sealed, and as it is.
type Secret = (String, Vec<u8>);

/// The secret that counts and the one that is proposed.
async fn secrets(store: &Store, user: &User) -> Result<(Option<Secret>, Option<Secret>), StoreError> {
    let text = "SELECT totp_secret, totp_proposed FROM app_user WHERE id = $1";
    let row = sql::one(store.writer(), text, vec![user.id.0.as_str().into()]).await?;
    let row = row.ok_or(StoreError::Unreadable("account"))?;
    let secret = |column| -> Result<Option<Secret>, StoreError> {
        let Some(sealed) = row.try_get::<Option<String>>("", column)? else { return Ok(None) };
        let secret = seal::open(store, user.id.0.as_bytes(), &sealed)?;
        Ok(Some((sealed, secret)))
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
