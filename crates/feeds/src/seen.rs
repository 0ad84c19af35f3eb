use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use twox_hash::XxHash3_128;

/// Remembers the latest contents seen, as 128-bit hashes, in bounded memory.
///
/// Two generations: when the younger is full it becomes the older and the older is forgotten, so at least the last
/// `generation` contents are remembered and at most twice as many.
pub(crate) struct Seen {
    generation: usize,
    younger: HashSet<u128, BuildHasherDefault<AlreadyHashed>>,
    older: HashSet<u128, BuildHasherDefault<AlreadyHashed>>,
}

impl Seen {
    /// Rows of a file: two generations make the last 2,000,000 rows, some 70 MB at most.
    pub(crate) const ROWS: usize = 1_000_000;
    /// People of a file.
    pub(crate) const PEOPLE: usize = 250_000;

    pub(crate) fn new(generation: usize) -> Self {
        Self { generation: generation.max(1), younger: HashSet::default(), older: HashSet::default() }
    }

    /// Whether this content is new; from now on it is not.
    pub(crate) fn is_new(&mut self, content: &[u8]) -> bool {
        let hash = XxHash3_128::oneshot(content);
        if self.older.contains(&hash) || !self.younger.insert(hash) {
            return false;
        }
        if self.younger.len() >= self.generation {
            std::mem::swap(&mut self.older, &mut self.younger);
            self.younger.clear();
        }
        true
    }
}

/// The keys are hashes; hashing them again would be waste.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u128(&mut self, hash: u128) {
        self.0 = u64::try_from(hash & u128::from(u64::MAX)).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_is_remembered_for_at_least_a_generation() {
        let mut seen = Seen::new(3);
        assert!(seen.is_new(b"a"));
        assert!(!seen.is_new(b"a"));
        for content in [b"b", b"c", b"d"] {
            assert!(seen.is_new(content));
        }
        assert!(!seen.is_new(b"b"), "two generations are kept");
        assert!(seen.is_new(b"e"));
        assert!(seen.is_new(b"f"));
        assert!(seen.is_new(b"a"), "forgotten: memory is bounded");
    }
}
