//! Who looked at whom: written before anything is shown, read by the governance lead and by the person.
//!
//! Rows form a chain: each carries the hash of the row before it and of itself, and `audit_head` holds the last. Over them
//! grows a Merkle tree (RFC 9162) whose head is signed from time to time: a [`Checkpoint`]. [`inspect`] finds rows that were
//! changed, removed, moved, put in or cut off; [`include`] proves that a row is under a checkpoint. docs/audit.md says how it
//! is used, docs/adr/0012-audit-tree.md why it is so.
//!
//! INVARIANT: this is the one file in which a permit is made (`crates/wsic/tests/it/house.rs`).

mod append;
mod checkpoint;
mod entry;
mod find;
mod inspect;
mod merkle;
mod proof;
mod shown;
mod signing;
mod tiles;

use chrono::{DateTime, Utc};
use model::{PersonId, Purpose, Role};
use policy::{Access, Action, Decision, Permit, UserId};
use sea_orm::ConnectionTrait;

use crate::{RequestError, Store, StoreError, sql};

pub(crate) use append::Queue;
pub use checkpoint::{Checkpoint, checkpoint, latest};
use entry::Deed;
pub use entry::Entry;
pub use find::{Filter, of_person, one_of_person, search};
pub(crate) use find::{one as row, openings};
pub use inspect::{Finding, Report, inspect, verify};
pub use merkle::{Hash, Head};
pub use proof::{Proof, extend, include};
pub use shown::shown;
pub use signing::{NoteError, Signer, Verifier};

/// Why a checkpoint or a proof could not be made, or does not hold.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The audit is not as it was written.
    #[error("the audit is not as it was written: {0}; `wsic audit verify` says all that is wrong")]
    Broken(Finding),
    /// Nothing has been signed yet.
    #[error("there is no checkpoint yet; make one with `wsic audit checkpoint`")]
    NoCheckpoint,
    /// There is no such row.
    #[error("there is no row {0}")]
    NoRow(i64),
    /// The row came after the latest checkpoint.
    #[error(
        "the latest checkpoint covers {size} rows, not row {row}; make another with `wsic audit checkpoint`"
    )]
    NotCovered {
        /// The row.
        row: i64,
        /// Rows covered.
        size: u64,
    },
    /// The proof does not hold.
    #[error("the proof does not hold for this checkpoint")]
    Unproved,
    /// A consistency proof needs both checkpoints.
    #[error("this proof is about two checkpoints; give the older one too, with --older FILE")]
    TwoCheckpoints,
    /// A checkpoint or a key that cannot be read.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes the decision down and, if it permits, gives the permit.
pub(crate) async fn record(
    store: &Store,
    access: &Access,
    decision: Decision,
    subject: &str,
) -> Result<Permit, RequestError> {
    let entry = Entry { subject: subject.to_owned(), ..Entry::of_decision(access, &decision) };
    let id = append::append(store, entry).await.map_err(RequestError::Audit)?;
    permit(access, decision, id)
}

/// The same within the transaction of a change, so that both stand or neither. The caller commits, a refusal too.
pub(crate) async fn record_within(
    db: &impl ConnectionTrait,
    access: &Access,
    decision: Decision,
    subject: &str,
) -> Result<Permit, RequestError> {
    let mut entry = Entry { subject: subject.to_owned(), ..Entry::of_decision(access, &decision) };
    append::chain(db, std::slice::from_mut(&mut entry)).await.map_err(RequestError::Audit)?;
    permit(access, decision, entry.id)
}

fn permit(access: &Access, decision: Decision, id: i64) -> Result<Permit, RequestError> {
    if !decision.permitted() {
        return Err(RequestError::Refused {
            sentence: decision.sentence().to_owned(),
            known: decision.known(),
        });
    }
    Permit::issue(access.clone(), decision, id).map_err(|_| RequestError::Audit(StoreError::WrongPermit))
}

/// Something that was done to sessions or an account, permitted.
#[derive(Clone, Copy)]
pub(crate) struct Note<'a> {
    /// By whom and when.
    pub who: &'a Access,
    /// What, by name.
    pub action: &'a str,
    /// In plain English.
    pub sentence: &'a str,
}

/// Writes it down in the transaction that does it.
pub(crate) async fn note_within(
    tx: &impl ConnectionTrait,
    store: &Store,
    note: &Note<'_>,
) -> Result<(), StoreError> {
    let Note { who, action, sentence } = *note;
    let deed = Deed { action, resource: "session", subject: "", person: None, permitted: true, sentence };
    append::chain(tx, std::slice::from_mut(&mut Entry::of_deed(who, &deed, store.rules.version()))).await
}

/// Writes down an attempt to sign in that changed nothing.
pub(crate) async fn note(
    store: &Store,
    access: &Access,
    action: &str,
    permitted: bool,
    sentence: &str,
) -> Result<(), StoreError> {
    let deed = Deed { action, resource: "session", subject: "", person: None, permitted, sentence };
    append::append(store, Entry::of_deed(access, &deed, store.rules.version())).await.map(|_| ())
}

/// Writes down what was changed, in the transaction of the change.
pub(crate) async fn write_down(
    tx: &impl ConnectionTrait,
    store: &Store,
    access: &Access,
    action: Action,
    person: Option<PersonId>,
    sentence: &str,
) -> Result<i64, StoreError> {
    let resource = if person.is_some() { "person" } else { "agreements" };
    let deed = Deed { action: action.name(), resource, subject: "", person, permitted: true, sentence };
    let mut entry = Entry::of_deed(access, &deed, store.rules.version());
    append::chain(tx, std::slice::from_mut(&mut entry)).await?;
    Ok(entry.id)
}

/// Writes down that other access rules are in force than when the last row was written; `true` when so.
pub async fn note_rules(store: &Store, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let version = store.rules.version();
    let tx = store.write().await?;
    let text = "SELECT policy_version FROM audit ORDER BY id DESC LIMIT 1";
    let last: Option<String> = match sql::one(&tx, text, vec![]).await? {
        Some(row) => Some(row.try_get("", "policy_version")?),
        None => None,
    };
    let sentence = match last {
        Some(last) if last == version => return Ok(false),
        Some(last) => format!("Version {version} of the access rules came into force after version {last}."),
        None => format!("Version {version} of the access rules came into force."),
    };
    let deed = Deed {
        action: "policy_change",
        resource: "rules",
        subject: version,
        person: None,
        permitted: true,
        sentence: &sentence,
    };
    let mut entry = Entry::of_deed(&operator(now), &deed, version);
    // Whoever runs the commands has no account, and so no role among those of the pages.
    "operator".clone_into(&mut entry.role);
    append::chain(&tx, std::slice::from_mut(&mut entry)).await?;
    tx.commit().await?;
    Ok(true)
}

fn operator(at: DateTime<Utc>) -> Access {
    Access {
        user: UserId("operator".into()),
        display_name: "The operator of this deployment".into(),
        role: Role::GovernanceLead,
        organisation: String::new(),
        purpose: Purpose::Operations,
        reason: None,
        correlation: String::new(),
        session: String::new(),
        at,
        person: None,
    }
}
