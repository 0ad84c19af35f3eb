//! Looking for rows that are not as they were written.
//!
//! Four things are held against each other: each row's own hash; the chain of hashes from row to row; the tree's leaves as
//! tiles keep them; and the roots that checkpoints signed. A row that was changed disagrees with its hash, or with its leaf;
//! one that is gone leaves a gap; one put elsewhere has the hash of another place. Whoever rewrites rows, chain, tiles and head
//! alike is found out by a checkpoint, as far as one has been kept where they cannot write.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::checkpoint::{Checkpoint, WINDOW, last_row};
use super::entry::Entry;
use super::merkle::Hash;
use super::tiles::{self, Growing, Place};
use super::{find, shown, signing};
use crate::{Store, StoreError, sql};

/// One thing that is wrong. Rows are named by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Finding {
    /// These rows are gone.
    Missing {
        /// First.
        from: u64,
        /// Last.
        to: u64,
    },
    /// The rows from here to the end are gone.
    Truncated {
        /// First.
        from: u64,
        /// Last that there was.
        to: u64,
    },
    /// A row is not as it was written.
    Changed {
        /// Which.
        row: i64,
    },
    /// A row stands where another was.
    Moved {
        /// Where it stands.
        row: i64,
        /// Where it was written.
        was: i64,
    },
    /// A row does not follow the one before it: one of the two was put in another's place.
    Broken {
        /// The later of the two.
        row: i64,
    },
    /// A row was put in other than by this program.
    Inserted {
        /// Which.
        row: i64,
    },
    /// The people whom a row names would not all find it in their history, or others would.
    Unlisted {
        /// Which.
        row: i64,
    },
    /// The head does not name the last row.
    Head,
    /// The hashes of the tree are not those over the rows.
    Tree {
        /// Level of the tile, from the leaves.
        level: u32,
        /// Its number.
        number: u64,
    },
    /// A checkpoint signed other rows than these.
    NotAsSigned {
        /// First row that no earlier checkpoint vouches for.
        from: u64,
        /// Last row that the checkpoint covers.
        to: u64,
    },
    /// A checkpoint has no signature that holds.
    Unsigned {
        /// Which: its file, or where it lies.
        checkpoint: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { from, to } if from == to => write!(f, "row {from} was removed"),
            Self::Missing { from, to } => write!(f, "rows {from} to {to} were removed"),
            Self::Truncated { from, to } if from == to => write!(f, "row {from} was cut off the end"),
            Self::Truncated { from, to } => write!(f, "rows {from} to {to} were cut off the end"),
            Self::Changed { row } => write!(f, "row {row} was changed"),
            Self::Moved { row, was } => write!(f, "row {row} holds what was written as row {was}"),
            Self::Broken { row } => {
                write!(f, "row {row} does not follow row {}: one of them was replaced", row - 1)
            }
            Self::Inserted { row } => write!(f, "row {row} was not written by this program"),
            Self::Unlisted { row } => write!(f, "row {row} is not in the history of the people it names"),
            Self::Head => f.write_str("the head of the audit does not name its last row"),
            Self::Tree { level, number } => {
                write!(f, "tile {number} of level {level} is not that of the rows: the tree was changed")
            }
            Self::NotAsSigned { from, to } => {
                write!(
                    f,
                    "a row from {from} to {to} is not as it was when the checkpoint over {to} rows was signed"
                )
            }
            Self::Unsigned { checkpoint } => {
                write!(f, "{checkpoint}: no signature of a known key holds")
            }
        }
    }
}

/// What an inspection found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows looked at.
    pub rows: u64,
    /// Checkpoints that they were held against, each once.
    pub checkpoints: usize,
    /// Rows that the largest checkpoint covers which agrees.
    pub signed_rows: u64,
    /// What is wrong, by row; nothing when all is as it was written.
    pub findings: Vec<Finding>,
    /// There is more wrong than is named.
    pub more: bool,
}

/// Findings named at most.
const MOST: usize = 200;

/// What must follow: the chain alone.
pub(super) struct Walk {
    last: i64,
    hash: String,
    /// The row before was found wrong, so that this one need not follow it.
    astray: bool,
}

impl Walk {
    pub fn after(last: i64, hash: String) -> Self {
        Self { last, hash, astray: false }
    }

    /// Takes the next row; gives what is wrong with it.
    pub fn step(&mut self, row: &Entry) -> Vec<Finding> {
        let mut wrong = Vec::new();
        let gap = row.id > self.last + 1;
        if gap {
            let (from, to) = ((self.last + 1).unsigned_abs(), (row.id - 1).unsigned_abs());
            wrong.push(Finding::Missing { from, to });
        }
        // What is missing, or is not what was written, cannot be followed.
        let follows = gap || self.astray || row.prev_hash == self.hash;
        self.astray = row.hash != row.expected_hash();
        if self.astray {
            wrong.push(Finding::Changed { row: row.id });
        } else if !follows {
            wrong.push(Finding::Broken { row: row.id });
        }
        self.last = row.id;
        self.hash.clone_from(&row.hash);
        wrong
    }
}

/// Walks the whole audit, and holds it against the checkpoints made here and those `kept` elsewhere (a name and
/// the note of each).
pub async fn inspect(
    store: &Store,
    keys: &[signing::Verifier],
    kept: &[(String, String)],
) -> Result<Report, StoreError> {
    let end = last_row(store).await?;
    let mut look = Inspection::new();
    let notes = super::checkpoint::notes(store).await?;
    for (name, note) in notes.iter().chain(kept) {
        match Checkpoint::open(note, keys) {
            Ok(checkpoint) => look.signed.push(checkpoint),
            Err(_) => look.found(Finding::Unsigned { checkpoint: name.clone() }),
        }
    }
    // The same checkpoint may lie here and elsewhere.
    look.signed.sort_by(|one, other| (one.head.size, &one.note).cmp(&(other.head.size, &other.note)));
    look.signed.dedup();
    look.report.checkpoints = look.signed.len();
    let signed = look.signed.last().map_or(0, |checkpoint| checkpoint.head.size);
    look.walk(store, end.max(signed)).await?;
    look.ends(store, end).await?;
    look.uppers(&tiles::upper(store).await?);
    look.suspects();
    look.report.findings.sort();
    look.report.findings.dedup();
    Ok(look.report)
}

/// Walks the whole audit without checkpoints. `Ok(n)`: n rows and nothing wrong. `Err(row)` inside: the first row at which
/// something is.
pub async fn verify(store: &Store) -> Result<Result<u64, u64>, StoreError> {
    let report = inspect(store, &[], &[]).await?;
    let wrong = report.findings.iter().find_map(|finding| match finding {
        Finding::Missing { from, .. }
        | Finding::Truncated { from, .. }
        | Finding::NotAsSigned { from, .. } => Some(*from),
        Finding::Changed { row }
        | Finding::Moved { row, .. }
        | Finding::Broken { row }
        | Finding::Unlisted { row }
        | Finding::Inserted { row } => Some(row.unsigned_abs()),
        Finding::Head | Finding::Tree { .. } => Some(report.rows),
        Finding::Unsigned { .. } => None,
    });
    Ok(wrong.map_or(Ok(report.rows), Err))
}

struct Inspection {
    report: Report,
    walk: Walk,
    signed: Vec<Checkpoint>,
    /// The next checkpoint to come to.
    next: usize,
    /// Rows that a checkpoint vouches for.
    vouched: u64,
    /// A checkpoint disagreed: what comes after it disagrees with it.
    lost: bool,
    /// The tree over the rows as they are; `None` when rows are missing that no tile has.
    tree: Option<Growing>,
    /// The tree over what tiles have, once it is another.
    kept: Option<Growing>,
    /// Rows since the last checkpoint that tiles have otherwise, though they are whole in themselves.
    doubtful: Vec<i64>,
    uppers: BTreeMap<Place, Vec<Hash>>,
    /// Rows that disagree with their own hash.
    odd: Vec<Entry>,
}

impl Inspection {
    fn new() -> Self {
        Self {
            report: Report::default(),
            walk: Walk::after(0, String::new()),
            signed: Vec::new(),
            next: 0,
            vouched: 0,
            lost: false,
            tree: Some(Growing::default()),
            kept: None,
            doubtful: Vec::new(),
            uppers: BTreeMap::new(),
            odd: Vec::new(),
        }
    }

    fn found(&mut self, finding: Finding) {
        if self.report.findings.len() < MOST {
            self.report.findings.push(finding);
        } else {
            self.report.more = true;
        }
    }

    /// Rows 1 to `end`.
    async fn walk(&mut self, store: &Store, end: u64) -> Result<(), StoreError> {
        let mut from = 0;
        while from < end {
            let to = sql::big(end.min(from + WINDOW));
            let leaves = tiles::leaves(store, from, WINDOW).await?;
            let rows = find::following(store, sql::big(from), to, WINDOW).await?;
            for row in shown::unlisted(store, &rows).await? {
                self.found(Finding::Unlisted { row });
            }
            for row in rows {
                self.row(row, from, &leaves);
            }
            from += WINDOW;
            // A head that names a row far beyond the last must not make this walk for ever.
            let Some(next) = next_row(store, from, end).await? else { break };
            from = (next - 1) / WINDOW * WINDOW;
        }
        for row in std::mem::take(&mut self.doubtful) {
            self.found(Finding::Changed { row });
        }
        let last = self.walk.last.unsigned_abs();
        if last < end {
            self.found(Finding::Truncated { from: last + 1, to: end });
        }
        Ok(())
    }

    fn row(&mut self, row: Entry, from: u64, leaves: &[Hash]) {
        let stored = |id: u64| leaves.get(usize::try_from((id - 1).checked_sub(from)?).ok()?).copied();
        let id = row.id.unsigned_abs();
        let before = self.walk.last.unsigned_abs();
        let wrong = self.walk.step(&row);
        self.report.rows += 1;
        for missing in before + 1..id {
            match stored(missing) {
                Some(leaf) => self.grow(leaf, leaf),
                None => (self.tree, self.kept) = (None, None),
            }
        }
        let leaf = row.leaf();
        let kept = stored(id).unwrap_or(leaf);
        if kept != leaf && !wrong.contains(&Finding::Changed { row: row.id }) {
            self.doubtful.push(row.id);
            self.walk.astray = true;
        }
        for finding in wrong {
            if matches!(finding, Finding::Changed { .. }) && self.odd.len() < MOST {
                self.odd.push(row.clone());
            }
            self.found(finding);
        }
        self.grow(leaf, kept);
    }

    /// Adds a leaf as the row has it and as the tile has it; at a checkpoint, asks which of the two was signed.
    fn grow(&mut self, leaf: Hash, kept: Hash) {
        let Some(tree) = &mut self.tree else { return };
        if leaf != kept && self.kept.is_none() {
            self.kept = Some(tree.clone());
        }
        tree.push(leaf);
        self.uppers.extend(tree.take_finished().into_iter().filter(|((level, _), _)| *level > 0));
        if let Some(other) = &mut self.kept {
            other.push(kept);
            other.take_finished();
        }
        let size = tree.size();
        while let Some(checkpoint) =
            self.signed.get(self.next).filter(|checkpoint| checkpoint.head.size <= size)
        {
            let head = checkpoint.head;
            self.next += 1;
            if head.size == size {
                self.compare(head);
            }
        }
    }

    fn compare(&mut self, signed: super::merkle::Head) {
        let is = |tree: &Option<Growing>| tree.as_ref().and_then(Growing::head) == Some(signed);
        let (rows_are, kept_is) = (is(&self.tree), is(&self.kept));
        let doubtful = std::mem::take(&mut self.doubtful);
        if rows_are {
            // The rows are as they were signed, so it is the tiles that are not.
            self.kept = None;
            for row in doubtful {
                self.found(Finding::Tree { level: 0, number: (row.unsigned_abs() - 1) / 256 });
            }
        } else {
            for row in doubtful {
                self.found(Finding::Changed { row });
            }
        }
        if !rows_are && kept_is {
            self.tree = self.kept.take();
        }
        if rows_are || kept_is {
            (self.vouched, self.report.signed_rows) = (signed.size, signed.size);
        } else if !std::mem::replace(&mut self.lost, true) {
            self.found(Finding::NotAsSigned { from: (self.vouched + 1).min(signed.size), to: signed.size });
        }
    }

    /// Rows outside the chain, and the head itself.
    async fn ends(&mut self, store: &Store, end: u64) -> Result<(), StoreError> {
        // Read again: rows that were added while this walked are within it now.
        let end = end.max(last_row(store).await?);
        let outside = format!("SELECT id FROM audit WHERE id < 1 OR id > $1 ORDER BY id LIMIT {MOST}");
        for row in sql::rows(store.reader(), &outside, vec![sql::big(end).into()]).await? {
            self.found(Finding::Inserted { row: row.try_get("", "id")? });
        }
        let text = "SELECT h.hash = a.hash AS same FROM audit_head h JOIN audit a ON a.id = h.last_id WHERE h.one = 1";
        let same = sql::one(store.reader(), text, vec![]).await?.map(|row| row.try_get::<bool>("", "same"));
        if same.transpose()? == Some(false) {
            self.found(Finding::Head);
        }
        Ok(())
    }

    /// Tiles above the leaves follow from the leaves. Nothing is said of them while rows are in doubt.
    fn uppers(&mut self, stored: &BTreeMap<Place, Vec<Hash>>) {
        if !self.report.findings.is_empty() {
            return;
        }
        if let Some(tree) = &self.tree {
            self.uppers.extend(tree.unfinished().map(|(place, tile)| (place, tile.clone())));
        }
        for ((level, number), hashes) in stored {
            let ours = self.uppers.get(&(*level, *number)).and_then(|tile| tile.get(..hashes.len()));
            if ours != Some(hashes) {
                self.found(Finding::Tree { level: *level, number: *number });
            }
        }
    }

    /// Rows that disagree with their own hash, and would agree with it in the place of another.
    fn suspects(&mut self) {
        let mut places: Vec<i64> = self.odd.iter().flat_map(|row| [row.id - 1, row.id, row.id + 1]).collect();
        for finding in &self.report.findings {
            if let Finding::Missing { from, to } | Finding::Truncated { from, to } = finding {
                places.extend((*from..=*to).take(MOST).map(sql::big));
            }
        }
        for row in std::mem::take(&mut self.odd) {
            let agrees =
                |id: &&i64| **id != row.id && Entry { id: **id, ..row.clone() }.expected_hash() == row.hash;
            if let Some(was) = places.iter().find(agrees) {
                self.report.findings.retain(|finding| *finding != Finding::Changed { row: row.id });
                self.found(Finding::Moved { row: row.id, was: *was });
            }
        }
    }
}

async fn next_row(store: &Store, after: u64, end: u64) -> Result<Option<u64>, StoreError> {
    let text = "SELECT MIN(id) AS id FROM audit WHERE id > $1 AND id <= $2";
    let row = sql::one(store.reader(), text, vec![sql::big(after).into(), sql::big(end).into()]).await?;
    let id: Option<i64> = row.map(|row| row.try_get("", "id")).transpose()?.flatten();
    Ok(id.map(i64::unsigned_abs))
}
