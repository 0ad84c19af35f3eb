//! All pairs that some blocking pass brings together, each once. A block of more records than the limit is not compared
//! whole, but split by a further part of the key.

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashSet;

use crate::blocking::{Keys, Part};
use crate::blocks::{Blocks, Room};
use crate::columns::Columns;
use crate::intern::mix;
use crate::open::{Bits, KeyBits, Open};
use crate::parallel;
use crate::records::{Records, Row};

/// One pass and its blocks.
pub(crate) struct Pass {
    pub parts: Vec<Part>,
    /// Blocks with pairs to be compared.
    pub blocks: Blocks,
    /// Of a large set, the blocks to learn from: one key in so many, whoever has it.
    pub drawn: Blocks,
    /// [`Part::bits`] of the parts.
    bits: u32,
    /// Keys of blocks over the limit.
    over: Arc<HashSet<u64>>,
    /// Of a pass that splits the blocks over the limit of another: that one's parts, and the keys of those blocks.
    splits: Option<(Vec<Part>, Arc<HashSet<u64>>)>,
}

impl Pass {
    fn new(parts: Vec<Part>, [blocks, drawn]: [Blocks; 2], over: Arc<HashSet<u64>>) -> Self {
        Self { bits: Part::bits(&parts), parts, blocks, drawn, over, splits: None }
    }

    /// Whether it brings together records of one NHS number.
    fn of_numbers(&self) -> bool {
        self.parts.first() == Some(&Part::Nhs)
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
    open: Open,
    /// Of so many keys of a pass one is drawn; 0 where [`Pass::drawn`] is not made.
    pub drawn_of: u64,
}

/// How records are blocked.
pub(crate) struct How<'p> {
    pub passes: &'p [Vec<Part>],
    /// Parts that split blocks over the limit.
    pub further: &'p [Part],
    /// Records of a block that are compared with each other, at most.
    pub limit: usize,
    /// Of so many keys of a pass one is drawn to learn from, and blocks without a pair to be compared are left out; with 0
    /// neither.
    pub drawn_of: u64,
}

/// Parts that are looked up together, and how.
type Lookup<'l> = (u32, &'l dyn Fn(&Row, &Row) -> u32);

/// Some blocks of a pass.
pub(crate) struct Work {
    pub pass: usize,
    pub blocks: Range<usize>,
}

impl<'a> Candidates<'a> {
    /// Blocks all records by each pass.
    pub fn new(
        records: &'a Records,
        keys: &'a Keys<'a>,
        mut columns: Columns,
        how: &How<'_>,
        across_files: bool,
    ) -> Self {
        let How { passes, further, limit, drawn_of } = *how;
        columns.add(keys, passes.iter().flatten().chain(further).copied());
        let mut grouping =
            Grouping { records, keys, columns, further, limit, drawn_of, open: Open::default() };
        let (numbers, others) = passes.split_at(passes.partition_point(|parts| *parts == [Part::Nhs]));
        let numbers = numbers.iter().map(|parts| grouping.split(parts, &mut Room::default()));
        let mut found: Vec<Vec<Pass>> = numbers.collect();
        if let Some(pass) = found.iter().flatten().next()
            && drawn_of > 0
        {
            grouping.open = Open::of(records, |record, row| pass.covers(keys, (record, row)));
        }
        found.extend(parallel::map_with(others, Room::default, |room, parts| grouping.split(parts, room)));
        let there = |pass: &Pass| pass.blocks.len() > 0 || pass.drawn.len() > 0;
        let passes = found.into_iter().flatten().filter(there).collect();
        Self { passes, records, keys, across_files, open: grouping.open, drawn_of }
    }

    /// All blocks of all passes, some at a time.
    pub fn work(&self) -> Vec<Work> {
        Self::some_at_a_time(self.passes.iter().map(|pass| &pass.blocks))
    }

    /// The same of the blocks to learn from.
    pub fn work_to_learn(&self) -> Vec<Work> {
        Self::some_at_a_time(self.passes.iter().map(|pass| self.to_learn(pass)))
    }

    /// The blocks of a pass to learn from.
    pub fn to_learn<'p>(&self, pass: &'p Pass) -> &'p Blocks {
        if self.drawn_of == 0 { &pass.blocks } else { &pass.drawn }
    }

    fn some_at_a_time<'p>(blocks: impl Iterator<Item = &'p Blocks>) -> Vec<Work> {
        const BLOCKS: usize = 4096;
        let of = |(pass, all): (usize, usize)| {
            (0..all).step_by(BLOCKS).map(move |start| Work { pass, blocks: start..(start + BLOCKS).min(all) })
        };
        blocks.map(Blocks::len).enumerate().flat_map(of).collect()
    }

    /// Calls `found` with every pair of some blocks that may be one person, the lower number first; [`Self::is_first`] tells
    /// those that an earlier pass brought together.
    pub fn pairs(&self, work: &Work, found: &mut impl FnMut(u32, u32)) {
        const BLOCKS: usize = 64;
        let Some(pass) = self.passes.get(work.pass) else { return };
        let any = pass.of_numbers() || self.open.some().is_none();
        for start in work.blocks.clone().step_by(BLOCKS) {
            let blocks = start..(start + BLOCKS).min(work.blocks.end);
            self.fetch(pass.blocks.some(blocks.clone()));
            for block in blocks {
                self.pairs_of(pass.blocks.block(block), &mut |one, other| {
                    if any || self.open.has(one) || self.open.has(other) {
                        found(one, other);
                    }
                });
            }
        }
    }

    /// How many pairs a pass brings together that may be one person.
    pub fn count(&self, pass: &Pass) -> u64 {
        let pairs = |n: usize| (n * n.saturating_sub(1) / 2) as u64;
        if pass.of_numbers() || self.open.some().is_none() {
            return pass.blocks.pairs();
        }
        let closed = |block: &[u32]| block.iter().filter(|record| !self.open.has(**record)).count();
        pass.blocks.each().map(|block| pairs(block.len()) - pairs(closed(block))).sum()
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
        if pass == 0 && self.passes.first().is_some_and(|first| first.parts == [Part::Nhs]) {
            return a.nhs != 0 && a.nhs == b.nhs;
        }
        // Most pairs that come again have their number in common.
        let number = self.passes.iter().take(pass).find(|earlier| earlier.parts == [Part::Nhs]);
        if a.nhs != 0 && a.nhs == b.nhs && number.is_some_and(|number| number.covers(self.keys, (one, a))) {
            return false;
        }
        let mut common = self.keys.common((one, a), (other, b));
        let lookups: [Lookup<'_>; 2] = [
            (Part::BY_NAME, &|a, b| self.keys.common_by_name(a, b)),
            (Part::BY_PLACE, &|a, b| self.keys.common_by_place(a, b)),
        ];
        let mut looked_up = 0;
        let mut agrees = |pass: &Pass| {
            // Looked up only where all else of the pass agrees.
            for (some, lookup) in lookups {
                let wanted = pass.bits & some & !looked_up != 0;
                if wanted && pass.bits & !(common | (Part::LOOKED_UP & !looked_up)) == 0 {
                    common |= lookup(a, b);
                    looked_up |= some;
                }
            }
            pass.bits & common == pass.bits
        };
        let (earlier, this) = self.passes.split_at_checked(pass).unwrap_or_default();
        !earlier.iter().any(|earlier| agrees(earlier) && earlier.covers(self.keys, (one, a)))
            && this.first().is_some_and(agrees)
    }
}

/// How records are grouped.
struct Grouping<'a> {
    records: &'a Records,
    keys: &'a Keys<'a>,
    columns: Columns,
    further: &'a [Part],
    limit: usize,
    drawn_of: u64,
    open: Open,
}

impl Grouping<'_> {
    /// A pass, and those that split its blocks over the limit.
    fn split(&self, parts: &[Part], room: &mut Room) -> Vec<Pass> {
        let (pass, members) = self.pass(parts, self.group(parts, room));
        let over = Arc::clone(&pass.over);
        let mut found = vec![pass];
        if over.is_empty() || parts.len() > 2 {
            return found;
        }
        for part in self.further.iter().filter(|part| !parts.contains(part)) {
            let finer: Vec<Part> = parts.iter().chain([part]).copied().collect();
            let key = self.key(&finer);
            let blocks = members.each_ref().map(|members| {
                Blocks::group(room, members.each().map(|record| (key(record), record)), self.limit)
            });
            let (mut pass, _) = self.pass(&finer, blocks);
            pass.splits = Some((parts.to_vec(), Arc::clone(&over)));
            found.push(pass);
        }
        found
    }

    /// A pass of these blocks, and the records of those over the limit.
    fn pass(&self, parts: &[Part], mut blocks: [Blocks; 2]) -> (Pass, [Bits; 2]) {
        let members =
            blocks.each_mut().map(|blocks| Bits::of(self.records.len(), &std::mem::take(&mut blocks.over)));
        let firsts = blocks.iter().flat_map(|blocks| &blocks.over_firsts);
        let rows = firsts.filter_map(|record| Some((*record, self.records.rows.get(*record as usize)?)));
        let over = rows.map(|(record, row)| self.keys.key(parts, record, row)).collect();
        (Pass::new(parts.to_vec(), blocks, Arc::new(over)), members)
    }

    /// Groups all records by the parts of a pass: those to be compared, and those to learn from.
    fn group(&self, parts: &[Part], room: &mut Room) -> [Blocks; 2] {
        let key = self.key(parts);
        let all = (0..).zip(&self.records.rows).map(|(record, _)| (key(record), record));
        let mut drawn = Vec::new();
        let open = self.open.some().map(|open| KeyBits::of(self.records.len(), open.each().map(&key)));
        let wanted = all.filter(|(key, record)| {
            if self.is_drawn(*key) {
                drawn.push((*key, *record));
            }
            open.as_ref().is_none_or(|open| open.may_have(*key))
        });
        [Blocks::group(room, wanted, self.limit), Blocks::group(room, drawn.into_iter(), self.limit)]
    }

    /// The key of a record in a pass of up to three parts, from their columns; 0 if some part is missing.
    fn key(&self, parts: &[Part]) -> impl Fn(u32) -> u64 {
        let mut columns = parts.iter().filter_map(|part| self.columns.of(*part));
        let (first, further) = (columns.next().unwrap_or_default(), [columns.next(), columns.next()]);
        move |record| {
            let one = u64::from(first.get(record as usize).copied().unwrap_or(0)) << 32;
            further.iter().flatten().fold(one, |one, column| match column.get(record as usize) {
                Some(other) if one != 0 && *other != 0 => mix(one ^ u64::from(*other)),
                _ => 0,
            })
        }
    }

    /// Whether a key is among those to learn from.
    fn is_drawn(&self, key: u64) -> bool {
        let spread = (key >> 32).wrapping_mul(0x9E37_79B9) & 0xFFFF_FFFF;
        self.drawn_of > 0 && key != 0 && (spread * self.drawn_of) >> 32 == 0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::blocking;
    use crate::frequency::Frequencies;
    use crate::model::Model;
    use crate::records::Layout;
    use crate::role::Role;
    use crate::weights::Weights;

    /// Records of which many have a right NHS number, some a wrong one or none, and one number is everybody's.
    fn records() -> Records {
        let numbers: Vec<String> = (4_000_000_000_u64..)
            .filter(|number| model::NhsNumber::parse(&number.to_string()).is_ok())
            .map(|number| number.to_string())
            .take(40)
            .collect();
        let roles = [Role::NhsNumber, Role::GivenName, Role::FamilyName, Role::BirthYear, Role::Postcode];
        let mut records = Records::new();
        let mut file = records.file(&Layout { columns: roles.map(Some).to_vec() });
        for record in 0..400_u64 {
            let draw = |n: u64, of: u64| (mix(record * 8 + n) % of) as usize;
            let number = match draw(0, 10) {
                0 => "",
                1 => "4000000001",
                2 => numbers[0].as_str(),
                _ => numbers[draw(1, 40)].as_str(),
            };
            let row = [
                number,
                ["Ann", "Anne", "Bob"][draw(2, 3)],
                ["Smith", "Smyth", "Jones", "Khan"][draw(3, 4)],
                ["1950", "1951", ""][draw(4, 3)],
                ["HA9 9HA", "HA9 9HB", "NW1 1AA", ""][draw(5, 4)],
            ];
            file.push(|n| row[n]);
        }
        drop(file);
        records
    }

    #[test]
    fn no_pair_that_may_be_one_person_is_left_out() {
        let records = records();
        let frequencies = Frequencies::of(&records);
        let keys = Keys::new(&records, &frequencies);
        let weights = Weights::new(&records, &frequencies, &Model::expected(&records));
        let passes = blocking::passes(&records);
        let pairs = |drawn_of: u64| {
            let how = How { passes: &passes, further: &[Part::BirthYear], limit: 12, drawn_of };
            let found = Candidates::new(&records, &keys, Columns::default(), &how, false);
            let mut pairs = BTreeSet::new();
            let mut all = 0;
            for work in found.work() {
                found.pairs(&work, &mut |one, other| {
                    all += 1;
                    if !weights.are_two(one, other) && found.is_first(work.pass, one, other) {
                        assert!(pairs.insert((one, other)), "once each");
                    }
                });
            }
            let counted: u64 = found.passes.iter().map(|pass| found.count(pass)).sum();
            assert_eq!(all, counted);
            (pairs, all)
        };
        let ((every, all), (few, some)) = (pairs(0), pairs(3));
        assert_eq!(every, few);
        assert!(some < all, "{some} of {all}");
    }
}
