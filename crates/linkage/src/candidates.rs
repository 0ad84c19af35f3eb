//! All pairs that some blocking pass brings together, each once. A block of more records than the limit is not compared
//! whole, but split by a further part of the key.

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashSet;

use crate::blocking::{Keys, Part};
use crate::blocks::{Blocks, Room};
use crate::intern::mix;
use crate::parallel;
use crate::records::{Records, Row};

/// One pass and its blocks.
pub(crate) struct Pass {
    pub parts: Vec<Part>,
    pub blocks: Blocks,
    /// [`Part::bits`] of the parts.
    bits: u32,
    /// Keys of blocks over the limit.
    over: Arc<HashSet<u64>>,
    /// Of a pass that splits the blocks over the limit of another: that one's parts, and the keys of those blocks.
    splits: Option<(Vec<Part>, Arc<HashSet<u64>>)>,
}

impl Pass {
    fn new(parts: Vec<Part>, blocks: Blocks, over: Arc<HashSet<u64>>) -> Self {
        Self { bits: Part::bits(&parts), parts, blocks, over, splits: None }
    }

    /// Whether a record that has the key is in a block of the pass: one that is not over the limit.
    fn covers(&self, keys: &Keys<'_>, (record, row): (u32, &Row)) -> bool {
        (self.over.is_empty() || !self.over.contains(&keys.key(&self.parts, record, row)))
            && self.splits.as_ref().is_none_or(|(parts, over)| over.contains(&keys.key(parts, record, row)))
    }
}

/// The blocks of every pass.
pub(crate) struct Candidates<'a> {
    pub passes: Vec<Pass>,
    records: &'a Records,
    keys: &'a Keys<'a>,
    across_files: bool,
}

/// Some blocks of a pass.
pub(crate) struct Work {
    pub pass: usize,
    pub blocks: Range<usize>,
}

impl<'a> Candidates<'a> {
    /// Blocks all records by each pass; a block of more than `limit` records is split by each of `further`.
    pub fn new(
        records: &'a Records,
        keys: &'a Keys<'a>,
        passes: &[Vec<Part>],
        further: &[Part],
        limit: usize,
        across_files: bool,
    ) -> Self {
        let mut parts: Vec<Part> = passes.concat();
        parts.sort_unstable_by_key(|part| part.bit());
        parts.dedup();
        let columns = parallel::map(&parts, |part| (*part, keys.column(*part)));
        let found = parallel::map_with(passes, Room::default, |room, parts| {
            split(records, keys, &columns, parts, further, limit, room)
        });
        let passes = found.into_iter().flatten().filter(|pass| pass.blocks.len() > 0).collect();
        Self { passes, records, keys, across_files }
    }

    /// All blocks of all passes, some at a time.
    pub fn work(&self) -> Vec<Work> {
        const BLOCKS: usize = 4096;
        let mut work = Vec::new();
        for (pass, of) in self.passes.iter().enumerate() {
            for start in (0..of.blocks.len()).step_by(BLOCKS) {
                work.push(Work { pass, blocks: start..(start + BLOCKS).min(of.blocks.len()) });
            }
        }
        work
    }

    /// Calls `found` with every pair of some blocks, the lower number first; [`Self::is_first`] tells those that an
    /// earlier pass brought together.
    pub fn pairs(&self, work: &Work, found: &mut impl FnMut(u32, u32)) {
        const BLOCKS: usize = 64;
        let Some(pass) = self.passes.get(work.pass) else { return };
        for start in work.blocks.clone().step_by(BLOCKS) {
            let blocks = start..(start + BLOCKS).min(work.blocks.end);
            self.fetch(pass.blocks.some(blocks.clone()));
            blocks.for_each(|block| self.pairs_of(pass.blocks.block(block), found));
        }
    }

    /// Calls `found` with every pair of a block.
    pub fn pairs_of(&self, block: &[u32], found: &mut impl FnMut(u32, u32)) {
        let file = |record: u32| self.records.rows.get(record as usize).map(|row| row.file);
        for (at, one) in block.iter().enumerate() {
            for other in block.iter().skip(at + 1) {
                if !self.across_files || file(*one) != file(*other) {
                    found(*one, *other);
                }
            }
        }
    }

    /// Looks at records that stand all over the memory in one go, so that the processor need not wait for each.
    fn fetch(&self, records: &[u32]) {
        let rows = records.iter().filter_map(|record| self.records.rows.get(*record as usize));
        // A row may stand in two lines of the memory: its first field in one, its last in the other.
        std::hint::black_box(rows.fold(0, |all, row| all ^ row.nhs ^ u64::from(row.file)));
    }

    /// Whether two records have the key of this pass in common, and no earlier pass brought them together.
    pub fn is_first(&self, pass: usize, one: u32, other: u32) -> bool {
        let row = |record: u32| self.records.rows.get(record as usize);
        let (Some(a), Some(b)) = (row(one), row(other)) else { return false };
        // Most pairs that come again have their number in common.
        let number = self.passes.iter().take(pass).find(|earlier| earlier.parts == [Part::Nhs]);
        if a.nhs != 0 && a.nhs == b.nhs && number.is_some_and(|number| number.covers(self.keys, (one, a))) {
            return false;
        }
        let mut common = self.keys.common((one, a), (other, b));
        let mut looked_up = false;
        let mut agrees = |pass: &Pass| {
            // Looked up only where all else of the pass agrees.
            if !looked_up && pass.bits & Part::LOOKED_UP != 0 && pass.bits & !Part::LOOKED_UP & !common == 0 {
                common |= self.keys.common_looked_up(a, b);
                looked_up = true;
            }
            pass.bits & common == pass.bits
        };
        let (earlier, this) = self.passes.split_at_checked(pass).unwrap_or_default();
        !earlier.iter().any(|earlier| agrees(earlier) && earlier.covers(self.keys, (one, a)))
            && this.first().is_some_and(agrees)
    }
}

/// A pass, and those that split its blocks over the limit.
fn split(
    records: &Records,
    keys: &Keys<'_>,
    columns: &[(Part, Vec<u32>)],
    parts: &[Part],
    further: &[Part],
    limit: usize,
    room: &mut Room,
) -> Vec<Pass> {
    let mut blocks = group(columns, parts, limit, room);
    let members = std::mem::take(&mut blocks.over);
    let over = Arc::new(over(records, keys, parts, &members));
    let mut found = vec![Pass::new(parts.to_vec(), blocks, Arc::clone(&over))];
    if members.is_empty() || parts.len() > 2 {
        return found;
    }
    for part in further.iter().filter(|part| !parts.contains(part)) {
        let finer: Vec<Part> = parts.iter().chain([part]).copied().collect();
        let rows = members.iter().filter_map(|record| Some((*record, records.rows.get(*record as usize)?)));
        let keyed = rows.map(|(record, row)| (keys.key(&finer, record, row), record));
        let mut blocks = Blocks::group(room, keyed, limit);
        let still = Arc::new(self::over(records, keys, &finer, &std::mem::take(&mut blocks.over)));
        let mut pass = Pass::new(finer, blocks, still);
        pass.splits = Some((parts.to_vec(), Arc::clone(&over)));
        found.push(pass);
    }
    found
}

/// Groups all records by the parts of a pass.
fn group(columns: &[(Part, Vec<u32>)], parts: &[Part], limit: usize, room: &mut Room) -> Blocks {
    let column = |part: &Part| columns.iter().find(|(of, _)| of == part).map(|(_, column)| column.as_slice());
    let mut columns = parts.iter().filter_map(column);
    let first = columns.next().unwrap_or_default();
    let join = |one: u64, other: u32| if one == 0 || other == 0 { 0 } else { mix(one ^ u64::from(other)) };
    let alone = first.iter().map(|hash| u64::from(*hash) << 32);
    match columns.next() {
        None => Blocks::group(room, alone.zip(0..), limit),
        Some(second) => {
            let two = alone.zip(second).map(|(one, other)| join(one, *other));
            Blocks::group(room, two.zip(0..), limit)
        }
    }
}

/// The keys of records.
fn over(records: &Records, keys: &Keys<'_>, parts: &[Part], members: &[u32]) -> HashSet<u64> {
    let rows = members.iter().filter_map(|record| Some((*record, records.rows.get(*record as usize)?)));
    rows.map(|(record, row)| keys.key(parts, record, row)).collect()
}
