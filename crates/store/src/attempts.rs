//! Failed sign-ins, counted by account and by address.
//!
//! An attempt is counted before it is looked at and taken back when it was right, so that many at once get no more tries
//! than one after another. Past the free ones each failure locks for longer than the one before: 1, 2, 4, 8, then 15
//! minutes. Names are counted as typed, whether or not anybody has them, under the first 32 bits of their SHA-256: enough to
//! tell names apart, too little to bring back what somebody typed into the wrong field.

use chrono::{DateTime, Duration, Utc};

use crate::{Store, StoreError, sql};

/// What failures are counted by.
#[derive(Clone, Copy)]
pub(crate) enum Key<'a> {
    /// A sign-in name with a password.
    Account(&'a str),
    /// A sign-in name with a code of its second factor.
    Code(&'a str),
    /// An address of the network. Many people may share one, so more is borne.
    Address(&'a str),
}

impl Key<'_> {
    fn text(self) -> String {
        let short = |text: &str| model::sha256_hex(text.as_bytes()).chars().take(8).collect::<String>();
        match self {
            Self::Account(name) => format!("account:{}", short(name)),
            Self::Code(name) => format!("code:{}", short(name)),
            Self::Address(address) => format!("address:{address}"),
        }
    }

    /// Failures before the first lock.
    fn free(self) -> u32 {
        match self {
            Self::Account(_) | Self::Code(_) => 5,
            Self::Address(_) => 30,
        }
    }

    /// Without a failure for so long, counting begins anew.
    fn forgotten_after(self) -> Duration {
        match self {
            Self::Account(_) | Self::Code(_) => Duration::hours(24),
            Self::Address(_) => Duration::hours(1),
        }
    }
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It may be looked at. Should it fail, the next must wait until then.
    Open(Option<DateTime<Utc>>),
    /// It may not, until then.
    Locked(DateTime<Utc>),
}

/// Counts an attempt as failed until it is known to be right.
pub(crate) async fn begin(store: &Store, key: Key<'_>, now: DateTime<Utc>) -> Result<Attempt, StoreError> {
    let text = "INSERT INTO sign_in_failure (key, failures, last_at, locked_until) VALUES ($1, 1, $2, NULL) \
        ON CONFLICT (key) DO UPDATE SET last_at = $2, failures = \
            CASE WHEN sign_in_failure.last_at <= $3 THEN 1 ELSE sign_in_failure.failures + 1 END \
        WHERE sign_in_failure.locked_until IS NULL OR sign_in_failure.locked_until <= $2 RETURNING failures";
    let id = key.text();
    let tx = store.write().await?;
    let values = vec![id.as_str().into(), now.into(), (now - key.forgotten_after()).into()];
    let Some(row) = sql::one(&tx, text, values).await? else {
        let text = "SELECT locked_until FROM sign_in_failure WHERE key = $1";
        let row = sql::one(&tx, text, vec![id.into()]).await?.ok_or(StoreError::Unreadable("lock"))?;
        return Ok(Attempt::Locked(row.try_get("", "locked_until")?));
    };
    let failures: i32 = row.try_get("", "failures")?;
    let until = wait(u32::try_from(failures).unwrap_or(0), key.free()).map(|wait| now + wait);
    if let Some(until) = until {
        let text = "UPDATE sign_in_failure SET locked_until = $2 WHERE key = $1";
        sql::execute(&tx, text, vec![id.into(), until.into()]).await?;
    }
    tx.commit().await?;
    Ok(Attempt::Open(until))
}

/// How long one waits after so many failures.
fn wait(failures: u32, free: u32) -> Option<Duration> {
    let beyond = failures.checked_sub(free)?;
    let minutes = 1_i64.checked_shl(beyond).filter(|minutes| (1..15).contains(minutes)).unwrap_or(15);
    Some(Duration::minutes(minutes))
}

/// The attempt was right, and so the account's failures are over.
pub(crate) async fn forget(store: &Store, key: Key<'_>) -> Result<(), StoreError> {
    let text = "DELETE FROM sign_in_failure WHERE key = $1";
    sql::execute(store.writer(), text, vec![key.text().into()]).await.map(|_| ())
}

/// The attempt was right: it is taken back, and what else came from there stays counted. Also clears what is long forgotten.
pub(crate) async fn take_back(store: &Store, key: Key<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let tx = store.write().await?;
    let text = "UPDATE sign_in_failure SET failures = failures - 1, locked_until = NULL WHERE key = $1";
    sql::execute(&tx, text, vec![key.text().into()]).await?;
    let text = "DELETE FROM sign_in_failure WHERE last_at <= $1";
    sql::execute(&tx, text, vec![(now - Duration::hours(24)).into()]).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_past_the_free_ones_waits_longer_up_to_a_quarter_of_an_hour() {
        let minutes = |failures| wait(failures, 5).map(|wait| wait.num_minutes());
        assert_eq!(minutes(4), None);
        assert_eq!([5, 6, 7, 8, 9, 10, 80].map(minutes), [1, 2, 4, 8, 15, 15, 15].map(Some));
    }
}
