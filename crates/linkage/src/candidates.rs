//! All pairs that some blocking pass brings together, each once.

use crate::blocking::{Blocks, Keys, Part};
use crate::parallel;
use crate::records::Records;

/// One pass and its blocks.
pub(crate) struct Pass {
    pub parts: Vec<Part>,
    pub blocks: Blocks,
}

/// The blocks of every pass, and which block of each pass a record is in.
pub(crate) struct Candidates {
    pub passes: Vec<Pass>,
    /// Block of each record in each pass, record by record; 0 for none.
    member: Vec<u32>,
    across_files: bool,
}

impl Candidates {
    /// Blocks all records by each pass; a block of more than `limit` records is split by each of `further`.
    pub fn new(
        records: &Records,
        keys: &Keys<'_>,
        passes: &[Vec<Part>],
        further: &[Part],
        limit: usize,
        across_files: bool,
    ) -> Self {
        let everybody: Vec<u32> = (0..u32::try_from(records.len()).unwrap_or(u32::MAX)).collect();
        let found = parallel::map(passes, |parts| {
            let mut found = vec![pass(records, keys, parts.clone(), &everybody, limit)];
            let over =
                found.first_mut().map(|pass| std::mem::take(&mut pass.blocks.over)).unwrap_or_default();
            if !over.is_empty() && parts.len() <= 2 {
                for part in further.iter().filter(|part| !parts.contains(part)) {
                    let mut finer = parts.clone();
                    finer.push(*part);
                    found.push(pass(records, keys, finer, &over, limit));
                }
            }
            found
        });
        let passes: Vec<Pass> =
            found.into_iter().flatten().filter(|pass| !pass.blocks.starts.is_empty()).collect();
        let wide = passes.len();
        let mut member = vec![0_u32; records.len() * wide];
        for (at, pass) in passes.iter().enumerate() {
            for (number, block) in pass.blocks.each().enumerate() {
                for record in block {
                    if let Some(place) = member.get_mut(*record as usize * wide + at) {
                        *place = u32::try_from(number + 1).unwrap_or(u32::MAX);
                    }
                }
            }
        }
        Self { passes, member, across_files }
    }

    /// Calls `found` with every pair of a block of a pass that no earlier pass brought together.
    pub fn pairs_of(&self, records: &Records, pass: usize, block: &[u32], found: &mut impl FnMut(u32, u32)) {
        let wide = self.passes.len();
        let earlier = |record: u32| {
            let start = record as usize * wide;
            self.member.get(start..start + pass).unwrap_or_default()
        };
        for (at, one) in block.iter().enumerate() {
            let ones = earlier(*one);
            for other in block.iter().skip(at + 1) {
                if self.across_files {
                    let file = |record: u32| records.rows.get(record as usize).map(|row| row.file);
                    if file(*one) == file(*other) {
                        continue;
                    }
                }
                let known = ones.iter().zip(earlier(*other)).any(|(a, b)| a == b && *a != 0);
                if !known {
                    found(*one, *other);
                }
            }
        }
    }
}

fn pass(records: &Records, keys: &Keys<'_>, parts: Vec<Part>, of: &[u32], limit: usize) -> Pass {
    let keyed: Vec<(u64, u32)> = of
        .iter()
        .filter_map(|record| {
            let key = keys.key(&parts, *record, records.rows.get(*record as usize)?);
            (key != 0).then_some((key, *record))
        })
        .collect();
    Pass { parts, blocks: Blocks::group(keyed, limit) }
}
