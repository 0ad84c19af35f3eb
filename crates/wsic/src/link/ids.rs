//! The ids of a file's records, in little room.

use std::collections::HashMap;

use twox_hash::XxHash3_64;

/// Ids of the records of one file, in order.
pub struct Ids {
    /// The file's name as it is written in tables.
    pub file: String,
    /// Rows that were not whole: fewer or more cells than the header.
    pub ragged: u64,
    /// Rows that were read as Windows-1252.
    pub other_encoding: u64,
    /// Whether some id has a character that needs quotes in a table.
    pub quoted: bool,
    text: String,
    ends: Vec<u64>,
}

impl Ids {
    /// No ids yet.
    pub fn new(file: String) -> Self {
        Self { file, ragged: 0, other_encoding: 0, quoted: false, text: String::new(), ends: Vec::new() }
    }

    /// Takes the id of the next record.
    pub fn push(&mut self, id: &str) {
        self.quoted |= needs_quotes(id);
        self.text.push_str(id);
        self.ends.push(self.text.len() as u64);
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The id of a record.
    pub fn get(&self, record: usize) -> &str {
        let end = |at: usize| self.ends.get(at).and_then(|end| usize::try_from(*end).ok());
        let start = record.checked_sub(1).and_then(end).unwrap_or(0);
        self.text.get(start..end(record).unwrap_or(start)).unwrap_or_default()
    }

    /// Whether ids only grow, first in length, then by letters: so they often come.
    fn grow(&self) -> bool {
        let key = |record: usize| (self.get(record).len(), self.get(record));
        (1..self.len()).all(|record| key(record - 1) < key(record))
    }

    /// The first two records with one id.
    pub fn twice(&self) -> Option<(usize, usize)> {
        if self.grow() {
            return None;
        }
        let mut hashes: Vec<u64> =
            (0..self.len()).map(|record| XxHash3_64::oneshot(self.get(record).as_bytes())).collect();
        hashes.sort_unstable();
        if hashes.windows(2).all(|two| two.first() != two.last()) {
            return None;
        }
        drop(hashes);
        let mut seen: HashMap<&str, usize> = HashMap::new();
        (0..self.len()).find_map(|record| Some((seen.insert(self.get(record), record)?, record)))
    }
}

/// Whether a cell of a table must stand in quotes.
pub fn needs_quotes(cell: &str) -> bool {
    cell.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_twice_is_found() {
        let mut ids = Ids::new("a.csv".to_owned());
        ["a1", "", "b", "a", "1"].iter().for_each(|id| ids.push(id));
        assert_eq!((0..5).map(|n| ids.get(n)).collect::<Vec<_>>(), ["a1", "", "b", "a", "1"]);
        assert_eq!(ids.twice(), None);
        ids.push("b");
        assert_eq!(ids.twice(), Some((2, 5)));
        let mut grow = Ids::new("b.csv".to_owned());
        ["9", "10", "11"].iter().for_each(|id| grow.push(id));
        assert!(grow.grow() && !ids.grow());
        grow.push("11");
        assert_eq!(grow.twice(), Some((2, 3)));
    }
}
