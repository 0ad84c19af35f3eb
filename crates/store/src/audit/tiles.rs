//! The tree's hashes in tiles: up to 256 hashes of one level side by side, each over 256 of the level below, so that proofs
//! read a few tiles and adding rows touches only the right edge.
//!
//! Tiles are written when a checkpoint is made, never when a row is added. The right edge of each level is the compact range
//! of the tree: what a checkpoint needs to go on from the one before.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Value};

use super::merkle::{self, Hash, Nodes};
use crate::bulk::Bulk;
use crate::{Store, StoreError, sql};

/// Hashes in a whole tile, as a power of two: levels of the tree that one tile spans.
const SPAN: u32 = 8;
const WIDTH: usize = 1 << SPAN;

/// A tile's place: level from the leaves up, then number from the left.
pub(super) type Place = (u32, u64);

/// How many hashes of a level there are whole, in a tree of `size` leaves.
fn entries(size: u64, level: u32) -> u64 {
    size.checked_shr(SPAN * level).unwrap_or(0)
}

/// A tree that grows at its right edge.
#[derive(Clone, Debug, Default)]
pub(super) struct Growing {
    size: u64,
    /// The unfinished tile of each level.
    edge: Vec<Vec<Hash>>,
    /// Tiles finished since they were last taken.
    finished: BTreeMap<Place, Vec<Hash>>,
}

impl Growing {
    /// A tree of `size` leaves whose edge is in these tiles; `None` when they do not hold it.
    pub fn resume(size: u64, tiles: &Tiles) -> Option<Self> {
        let mut edge = Vec::new();
        for level in (0..).take_while(|level| entries(size, *level) > 0) {
            let count = entries(size, level);
            let here = usize::try_from(count % WIDTH as u64).ok()?;
            let tile = tiles.0.get(&(level, count >> SPAN)).map_or(&[][..], Vec::as_slice);
            edge.push(tile.get(..here)?.to_vec());
        }
        Some(Self { size, edge, finished: BTreeMap::new() })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.size += 1;
        let mut hash = leaf;
        for level in 0_u32.. {
            if self.edge.len() <= level as usize {
                self.edge.push(Vec::new());
            }
            let Some(tile) = self.edge.get_mut(level as usize) else { break };
            tile.push(hash);
            if tile.len() < WIDTH {
                break;
            }
            let tile = std::mem::take(tile);
            hash = fold(&tile);
            self.finished.insert((level, (entries(self.size, level) >> SPAN) - 1), tile);
        }
    }

    /// Tiles finished since this was last asked.
    pub fn take_finished(&mut self) -> BTreeMap<Place, Vec<Hash>> {
        std::mem::take(&mut self.finished)
    }

    /// The unfinished tiles as they are.
    pub fn unfinished(&self) -> impl Iterator<Item = (Place, &Vec<Hash>)> {
        let place = |level: u32| (level, entries(self.size, level) >> SPAN);
        (0..)
            .zip(&self.edge)
            .filter(|(_, tile)| !tile.is_empty())
            .map(move |(level, tile)| (place(level), tile))
    }

    /// The head of the tree.
    pub fn head(&self) -> Option<merkle::Head> {
        Some(merkle::Head { size: self.size, root: merkle::root(self, 0, self.size)? })
    }
}

impl Nodes for Growing {
    fn node(&self, height: u32, index: u64) -> Option<Hash> {
        let level = height / SPAN;
        let tile = self.edge.get(level as usize)?;
        within(tile, entries(self.size, level) >> SPAN, height, index)
    }
}

/// Tiles read from the store.
#[derive(Default)]
pub(super) struct Tiles(BTreeMap<Place, Vec<Hash>>);

impl Nodes for Tiles {
    fn node(&self, height: u32, index: u64) -> Option<Hash> {
        let number = (index << (height % SPAN)) >> SPAN;
        within(self.0.get(&(height / SPAN, number))?, number, height, index)
    }
}

/// The hash of a whole subtree, from the tile of this number that holds it.
fn within(tile: &[Hash], number: u64, height: u32, index: u64) -> Option<Hash> {
    let first = index << (height % SPAN);
    let at = usize::try_from(first.checked_sub(number << SPAN)?).ok()?;
    Some(fold(tile.get(at..at + (1 << (height % SPAN)))?))
}

/// Root over a power of two of hashes.
fn fold(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => merkle::empty_root(),
        [one] => *one,
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            merkle::node_hash(&fold(left), &fold(right))
        }
    }
}

/// The tiles at the right edge of a tree of `size` leaves, and those above one leaf: all that a proof of that leaf needs.
pub(super) async fn load(store: &Store, size: u64, leaf: Option<u64>) -> Result<Tiles, StoreError> {
    let mut tiles = Tiles::default();
    for level in (0..).take_while(|level| entries(size, *level) > 0) {
        let edge = entries(size, level) >> SPAN;
        for number in std::iter::once(edge).chain(leaf.map(|leaf| entries(leaf, level) >> SPAN)) {
            let text = "SELECT hashes FROM audit_tile WHERE level = $1 AND number = $2";
            let values = vec![level.cast_signed().into(), sql::big(number).into()];
            if let Some(row) = sql::one(store.reader(), text, values).await? {
                tiles.0.insert((level, number), unpacked(&row.try_get::<Vec<u8>>("", "hashes")?));
            }
        }
    }
    Ok(tiles)
}

/// The leaves that tiles hold from leaf `from`, a multiple of 256, on: up to `most` of them, fewer where they end.
pub(super) async fn leaves(store: &Store, from: u64, most: u64) -> Result<Vec<Hash>, StoreError> {
    let text = "SELECT number, hashes FROM audit_tile WHERE level = 0 AND number >= $1 AND number < $2 ORDER BY number";
    let (first, end) = (from >> SPAN, (from + most).div_ceil(WIDTH as u64));
    let rows = sql::rows(store.reader(), text, vec![sql::big(first).into(), sql::big(end).into()]).await?;
    let mut leaves = Vec::new();
    for (number, row) in (first..).zip(&rows) {
        if row.try_get::<i64>("", "number")? != sql::big(number) || leaves.len() % WIDTH != 0 {
            break;
        }
        leaves.extend(unpacked(&row.try_get::<Vec<u8>>("", "hashes")?));
    }
    Ok(leaves)
}

/// Every tile above the leaves.
pub(super) async fn upper(store: &Store) -> Result<BTreeMap<Place, Vec<Hash>>, StoreError> {
    let text = "SELECT level, number, hashes FROM audit_tile WHERE level > 0";
    let mut tiles = BTreeMap::new();
    for row in sql::rows(store.reader(), text, vec![]).await? {
        let (level, number): (i32, i64) = (row.try_get("", "level")?, row.try_get("", "number")?);
        let place = (level.unsigned_abs(), number.unsigned_abs());
        tiles.insert(place, unpacked(&row.try_get::<Vec<u8>>("", "hashes")?));
    }
    Ok(tiles)
}

/// Writes tiles. A tile that is there with as many hashes or more stays: of two checkpoints made at once the larger wins.
pub(super) async fn put(
    db: &impl ConnectionTrait,
    tiles: impl IntoIterator<Item = (Place, &Vec<Hash>)>,
) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::new();
    for ((level, number), hashes) in tiles {
        values.extend([level.cast_signed().into(), sql::big(number).into(), hashes.concat().into()]);
    }
    TILES.insert(db, values).await.map(|_| ())
}

const TILES: Bulk = Bulk {
    table: "audit_tile",
    columns: &["level", "number", "hashes"],
    conflict: "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes \
        WHERE length(excluded.hashes) > length(audit_tile.hashes)",
};

fn unpacked(bytes: &[u8]) -> Vec<Hash> {
    bytes.chunks_exact(32).filter_map(|hash| hash.try_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree by the definition of the RFC, from its leaves.
    struct Leaves(Vec<Hash>);

    impl Nodes for Leaves {
        fn node(&self, height: u32, index: u64) -> Option<Hash> {
            let from = usize::try_from(index << height).unwrap();
            Some(fold(self.0.get(from..from + (1 << height))?))
        }
    }

    #[test]
    fn tiles_give_the_roots_and_proofs_that_leaves_give() {
        let last = 66_100_u64;
        let leaves = Leaves((0..last).map(|n| merkle::leaf_hash(&n.to_le_bytes())).collect());
        let (mut growing, mut all) = (Growing::default(), Tiles::default());
        let looked_at = [1, 2, 255, 256, 257, 511, 512, 1_000, 65_535, 65_536, 65_537, 66_100];
        for (leaf, size) in leaves.0.iter().zip(1..) {
            growing.push(*leaf);
            all.0.extend(growing.take_finished());
            if looked_at.contains(&size) {
                let head = growing.head().unwrap();
                assert_eq!(Some(head.root), merkle::root(&leaves, 0, size), "{size} leaves");
                all.0.extend(growing.unfinished().map(|(place, tile)| (place, tile.clone())));
                let resumed = Growing::resume(size, &all).unwrap();
                assert_eq!(resumed.head(), Some(head));
                assert_eq!(resumed.edge.concat(), growing.edge.concat());
            }
        }
        for size in looked_at {
            let tree = merkle::root(&leaves, 0, size).unwrap();
            for index in [0, 1, 254, 255, 256, 300, 65_535, 65_536, 66_099].into_iter().filter(|i| *i < size)
            {
                let path = merkle::inclusion(&all, index, size).unwrap();
                assert!(
                    merkle::includes(&tree, size, index, &leaves.0[index as usize], &path),
                    "{index} of {size}"
                );
            }
            for older in looked_at.into_iter().filter(|older| *older <= size) {
                let older = merkle::Head { size: older, root: merkle::root(&leaves, 0, older).unwrap() };
                let path = merkle::consistency(&all, older.size, size).unwrap();
                assert!(merkle::extends(&older, &merkle::Head { size, root: tree }, &path));
            }
        }
    }
}
