//! Parts of blocking keys, record by record.

use crate::blocking::{Keys, Part};
use crate::parallel;
use crate::records::Row;

/// Parts of the keys of all records, hashed; 0 where one is missing.
#[derive(Default)]
pub(crate) struct Columns {
    of: Vec<(Part, Vec<u32>)>,
}

impl Columns {
    /// Makes those that are not there yet, records by records: each is taken to hand once for all parts.
    pub fn add(&mut self, keys: &Keys<'_>, parts: impl IntoIterator<Item = Part>) {
        const RECORDS: usize = 1 << 12;
        let mut new: Vec<Part> = parts.into_iter().filter(|part| self.of(*part).is_none()).collect();
        new.sort_unstable_by_key(|part| part.bit());
        new.dedup();
        let rows = &keys.records.rows;
        let some: Vec<(u32, &[Row])> = (0_u32..).step_by(RECORDS).zip(rows.chunks(RECORDS)).collect();
        let some: Vec<&[(u32, &[Row])]> = some.chunks(64).collect();
        let made = parallel::map(&some, |some| {
            let mut made: Vec<Vec<u32>> = new.iter().map(|_| Vec::with_capacity(64 * RECORDS)).collect();
            for (first, rows) in *some {
                for (part, to) in new.iter().zip(&mut made) {
                    to.extend((*first..).zip(*rows).map(|(record, row)| keys.hashed(*part, record, row)));
                }
            }
            made
        });
        let from = self.of.len();
        self.of.extend(new.into_iter().map(|part| (part, Vec::with_capacity(rows.len()))));
        for made in made {
            for ((_, column), made) in self.of.iter_mut().skip(from).zip(made) {
                column.extend(made);
            }
        }
    }

    /// One of them.
    pub fn of(&self, part: Part) -> Option<&[u32]> {
        self.of.iter().find(|(of, _)| *of == part).map(|(_, column)| column.as_slice())
    }
}
