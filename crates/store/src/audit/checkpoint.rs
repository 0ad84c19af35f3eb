//! Checkpoints: the head of the tree, signed, so that whoever keeps one elsewhere can tell later whether what it covers still
//! stands. The text is that of c2sp.org/tlog-checkpoint, with one line more for the time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};

use super::inspect::{Finding, Walk};
use super::merkle::Head;
use super::signing::{self, NoteError, Signer, Verifier};
use super::tiles::{self, Growing};
use super::{AuditError, find};
use crate::{Store, StoreError, sql};

/// A signed head of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many rows it covers, and the root over them.
    pub head: Head,
    /// When it was made, by the signer's clock.
    pub at: DateTime<Utc>,
    /// The signed note itself.
    pub note: String,
}

impl Checkpoint {
    /// Reads a note that one of these keys signed.
    pub fn open(note: &str, keys: &[Verifier]) -> Result<Self, NoteError> {
        let text = signing::open(note, keys)?;
        parsed(text, note).ok_or(NoteError::Form)
    }

    fn signed(head: Head, at: DateTime<Utc>, signer: &Signer) -> Self {
        let (time, root) = (at.to_rfc3339_opts(SecondsFormat::Secs, true), STANDARD.encode(head.root));
        let text = format!("{}\n{}\n{root}\ntime {time}\n", signer.name(), head.size);
        Self { head, at, note: signer.sign(&text) }
    }
}

fn parsed(text: &str, note: &str) -> Option<Checkpoint> {
    let mut lines = text.lines().skip(1);
    let size = lines.next()?.parse().ok()?;
    let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
    let time = lines.find_map(|line| line.strip_prefix("time "))?;
    let at = DateTime::parse_from_rfc3339(time).ok()?.with_timezone(&Utc);
    Some(Checkpoint { head: Head { size, root }, at, note: note.to_owned() })
}

/// Rows read at once.
pub(super) const WINDOW: u64 = 4_096;

/// Signs the tree as it stands; gives the latest checkpoint when no row has come since. It costs what came since, and looks at
/// those rows first.
/// Errors: a row since the last checkpoint is not as it was written.
pub async fn checkpoint(
    store: &Store,
    signer: &Signer,
    now: DateTime<Utc>,
) -> Result<Option<Checkpoint>, AuditError> {
    let keys = [signer.verifier()];
    let latest = latest(store, &keys).await?;
    let from = latest.as_ref().map_or(0, |checkpoint| checkpoint.head.size);
    let end = last_row(store).await?;
    if end <= from {
        return Ok(latest);
    }
    let tiles = tiles::load(store, from, None).await?;
    let mut tree = Growing::resume(from, &tiles).ok_or(StoreError::Unreadable("tile of the audit"))?;
    if latest.is_some_and(|latest| tree.head() != Some(latest.head)) {
        return Err(AuditError::Broken(Finding::Tree { level: 0, number: from }));
    }
    grow(store, &mut tree, end).await?;
    let head = tree.head().ok_or(StoreError::Unreadable("tile of the audit"))?;
    let made = Checkpoint::signed(head, now.trunc_subsecs(0), signer);
    let tx = store.write().await?;
    tiles::put(&tx, tree.unfinished()).await?;
    let text = "INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let values = vec![sql::big(made.head.size).into(), made.at.into(), made.note.as_str().into()];
    sql::execute(&tx, text, values).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(Some(made))
}

/// Adds the rows up to number `end`, and writes the tiles they fill as it goes.
async fn grow(store: &Store, tree: &mut Growing, end: u64) -> Result<(), AuditError> {
    let before = find::one(store, sql::big(tree.size())).await?;
    let mut walk = Walk::after(sql::big(tree.size()), before.map(|row| row.hash).unwrap_or_default());
    while tree.size() < end {
        let rows = find::following(store, sql::big(tree.size()), sql::big(end), WINDOW).await?;
        if rows.is_empty() {
            return Err(AuditError::Broken(Finding::Missing { from: tree.size() + 1, to: end }));
        }
        for row in &rows {
            if let Some(finding) = walk.step(row).into_iter().next() {
                return Err(AuditError::Broken(finding));
            }
            tree.push(row.leaf());
        }
        let finished = tree.take_finished();
        let tx = store.write().await?;
        tiles::put(&tx, finished.iter().map(|(place, tile)| (*place, tile))).await?;
        tx.commit().await.map_err(StoreError::from)?;
    }
    Ok(())
}

/// The number of the last row.
pub(super) async fn last_row(store: &Store) -> Result<u64, StoreError> {
    let head = sql::one(store.reader(), "SELECT last_id FROM audit_head WHERE one = 1", vec![]).await?;
    let head = head.ok_or(StoreError::Unreadable("head of the audit"))?;
    Ok(head.try_get::<i64>("", "last_id")?.unsigned_abs())
}

/// The checkpoint over most rows that one of these keys signed.
pub async fn latest(store: &Store, keys: &[Verifier]) -> Result<Option<Checkpoint>, StoreError> {
    let notes = notes(store).await?;
    Ok(notes.iter().rev().find_map(|(_, note)| Checkpoint::open(note, keys).ok()))
}

/// Every checkpoint made here, by size: a name for it, and its note.
pub(super) async fn notes(store: &Store) -> Result<Vec<(String, String)>, StoreError> {
    let text = "SELECT size, note FROM audit_checkpoint ORDER BY size";
    let name = |size: i64| format!("the database's checkpoint over {size} rows");
    let rows = sql::rows(store.reader(), text, vec![]).await?;
    rows.iter().map(|row| Ok((name(row.try_get("", "size")?), row.try_get("", "note")?))).collect()
}
