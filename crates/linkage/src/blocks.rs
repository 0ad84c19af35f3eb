//! The records that share a key, together.

/// The blocks of one pass: records of each, and where each block begins.
#[derive(Default)]
pub(crate) struct Blocks {
    pub records: Vec<u32>,
    pub starts: Vec<u32>,
    /// Records in blocks over the limit.
    pub over: Vec<u32>,
    /// The first record of each such block.
    pub over_firsts: Vec<u32>,
}

/// Room for grouping, used again and again.
#[derive(Default)]
pub(crate) struct Room {
    keyed: Vec<u64>,
    parted: Vec<u64>,
}

/// Records that are sorted together, about: few enough for a processor's fastest memory.
const PART: usize = 1 << 10;

impl Blocks {
    /// Groups records by key, a hash; those whose key is 0 are left out, and blocks of one. Blocks over the limit are set
    /// aside. Of a key the upper half is looked at: now and then two keys come into one block.
    pub fn group(room: &mut Room, keys: impl Iterator<Item = (u64, u32)>, limit: usize) -> Self {
        let keyed = keys.filter(|(key, _)| *key != 0);
        room.keyed.clear();
        room.keyed.extend(keyed.map(|(key, record)| key & 0xFFFF_FFFF_0000_0000 | u64::from(record)));
        let mut blocks = Self::default();
        let bits = (room.keyed.len() / PART).checked_ilog2().unwrap_or(0).min(12);
        if bits == 0 {
            room.keyed.sort_unstable();
            blocks.take(&room.keyed, limit);
            return blocks;
        }
        let ends = part(&room.keyed, &mut room.parted, bits);
        let mut start = 0;
        for end in ends {
            if let Some(part) = room.parted.get_mut(start..end) {
                part.sort_unstable();
                blocks.take(part, limit);
            }
            start = end;
        }
        blocks
    }

    /// Takes blocks from what is sorted.
    fn take(&mut self, sorted: &[u64], limit: usize) {
        for block in sorted.chunk_by(|a, b| a >> 32 == b >> 32).filter(|block| block.len() > 1) {
            let members = block.iter().map(|keyed| (keyed & 0xFFFF_FFFF) as u32);
            if block.len() > limit {
                self.over_firsts.extend(members.clone().next());
                self.over.extend(members);
            } else {
                self.starts.push(u32::try_from(self.records.len()).unwrap_or(u32::MAX));
                self.records.extend(members);
            }
        }
    }

    /// Each block.
    pub fn each(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|n| self.block(n))
    }

    /// How many blocks there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// One block.
    pub fn block(&self, n: usize) -> &[u32] {
        self.some(n..n + 1)
    }

    /// The records of some blocks.
    pub fn some(&self, blocks: std::ops::Range<usize>) -> &[u32] {
        let Some(start) = self.starts.get(blocks.start) else { return &[] };
        let end = self.starts.get(blocks.end).map_or(self.records.len(), |end| *end as usize);
        self.records.get(*start as usize..end).unwrap_or_default()
    }

    /// How many pairs the blocks hold.
    pub fn pairs(&self) -> u64 {
        self.each()
            .map(|block| {
                let n = block.len() as u64;
                n * (n - 1) / 2
            })
            .sum()
    }
}

/// Parts by the first bits; gives where each part ends.
fn part(keyed: &[u64], parted: &mut Vec<u64>, bits: u32) -> Vec<usize> {
    let mut ends = vec![0_usize; 1 << bits];
    let part = |key: u64| (key >> (64 - bits)) as usize;
    for key in keyed {
        if let Some(end) = ends.get_mut(part(*key)) {
            *end += 1;
        }
    }
    let mut total = 0;
    for end in &mut ends {
        (*end, total) = (total, total + *end);
    }
    parted.resize(keyed.len(), 0);
    for key in keyed {
        if let Some(end) = ends.get_mut(part(*key)) {
            if let Some(place) = parted.get_mut(*end) {
                *place = *key;
            }
            *end += 1;
        }
    }
    ends
}
