//! Parts of blocking keys, record by record.

use std::sync::{Mutex, PoisonError};

use crate::blocking::{Keys, Part};
use crate::parallel;

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
        let mut made: Vec<Vec<u32>> = new.iter().map(|_| vec![0; rows.len()]).collect();
        let mut places: Vec<_> = made.iter_mut().map(|column| column.chunks_mut(RECORDS)).collect();
        let of = |(first, rows)| {
            let to: Vec<&mut [u32]> = places.iter_mut().filter_map(Iterator::next).collect();
            (first, rows, Mutex::new(to))
        };
        let work: Vec<_> = (0_u32..).step_by(RECORDS).zip(rows.chunks(RECORDS)).map(of).collect();
        parallel::map(&work, |(first, rows, to)| {
            let mut to = to.lock().unwrap_or_else(PoisonError::into_inner);
            for (part, to) in new.iter().zip(to.iter_mut()) {
                for ((record, row), place) in (*first..).zip(*rows).zip(to.iter_mut()) {
                    *place = keys.hashed(*part, record, row);
                }
            }
        });
        drop(work);
        self.of.extend(new.into_iter().zip(made));
    }

    /// One of them.
    pub fn of(&self, part: Part) -> Option<&[u32]> {
        self.of.iter().find(|(of, _)| *of == part).map(|(_, column)| column.as_slice())
    }
}
