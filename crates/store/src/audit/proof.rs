//! Proofs that can be checked without the database: that a row is among those that a checkpoint covers, and that a later
//! checkpoint covers all that an earlier one did, unchanged.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::checkpoint::{self, Checkpoint};
use super::entry::Entry;
use super::inspect::Finding;
use super::merkle::{self, Hash};
use super::signing::Verifier;
use super::{AuditError, find, tiles};
use crate::{Store, StoreError};

/// A proof, as JSON. Hashes are base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "proof", rename_all = "snake_case")]
pub enum Proof {
    /// A row is one of those that a checkpoint covers.
    Inclusion {
        /// The whole row.
        row: Box<Entry>,
        /// Rows that the checkpoint covers.
        size: u64,
        /// From the leaf up.
        path: Vec<String>,
    },
    /// A checkpoint covers all that an earlier one did.
    Consistency {
        /// Rows that the earlier covers.
        older: u64,
        /// Rows that the later covers.
        size: u64,
        /// As RFC 9162 orders them.
        path: Vec<String>,
    },
}

/// Proves that a row is under the latest checkpoint.
pub async fn include(store: &Store, keys: &[Verifier], row: i64) -> Result<Proof, AuditError> {
    let signed = checkpoint::latest(store, keys).await?.ok_or(AuditError::NoCheckpoint)?;
    let entry = find::one(store, row).await?.ok_or(AuditError::NoRow(row))?;
    let size = signed.head.size;
    let leaf = u64::try_from(row - 1).ok().filter(|leaf| *leaf < size);
    let leaf = leaf.ok_or(AuditError::NotCovered { row, size })?;
    let tiles = tiles::load(store, size, Some(leaf)).await?;
    let path = merkle::inclusion(&tiles, leaf, size).ok_or(StoreError::Unreadable("tile of the audit"))?;
    let proof = Proof::Inclusion { row: Box::new(entry), size, path: written(&path) };
    // What does not prove anything is not given out as a proof.
    proof.check(&signed, None).map_err(|_| AuditError::Broken(Finding::Changed { row }))?;
    Ok(proof)
}

/// Proves that the latest checkpoint covers all that an earlier one did.
pub async fn extend(store: &Store, keys: &[Verifier], older: &Checkpoint) -> Result<Proof, AuditError> {
    let signed = checkpoint::latest(store, keys).await?.ok_or(AuditError::NoCheckpoint)?;
    let (size, from) = (signed.head.size, older.head.size);
    let not_so = || AuditError::Broken(Finding::NotAsSigned { from: 1, to: from });
    let tiles = tiles::load(store, size, from.checked_sub(1)).await?;
    let path = merkle::consistency(&tiles, from, size).ok_or_else(not_so)?;
    let proof = Proof::Consistency { older: from, size, path: written(&path) };
    proof.check(&signed, Some(older)).map_err(|_| not_so())?;
    Ok(proof)
}

impl Proof {
    /// Whether it holds for a checkpoint; of consistency, for an `older` one besides.
    pub fn check(&self, signed: &Checkpoint, older: Option<&Checkpoint>) -> Result<(), AuditError> {
        let holds = match self {
            Self::Inclusion { row, size, path } => {
                let index = u64::try_from(row.id - 1).map_err(|_| AuditError::Unproved)?;
                *size == signed.head.size
                    && row.hash == row.expected_hash()
                    && merkle::includes(&signed.head.root, *size, index, &row.leaf(), &read(path)?)
            }
            Self::Consistency { older: from, size, path } => {
                let older = older.ok_or(AuditError::TwoCheckpoints)?;
                *from == older.head.size
                    && *size == signed.head.size
                    && merkle::extends(&older.head, &signed.head, &read(path)?)
            }
        };
        if holds { Ok(()) } else { Err(AuditError::Unproved) }
    }
}

fn written(path: &[Hash]) -> Vec<String> {
    path.iter().map(|hash| STANDARD.encode(hash)).collect()
}

fn read(path: &[String]) -> Result<Vec<Hash>, AuditError> {
    let hash = |text: &String| STANDARD.decode(text).ok()?.try_into().ok();
    path.iter().map(|text| hash(text).ok_or(AuditError::Unproved)).collect()
}
