//! Records whose NHS number does not settle who they are.
//!
//! Two records with right NHS numbers are of one person if the numbers are the same, and then the pass of NHS numbers brings
//! them together, or of two. A slip does not make one right number of another: the check digit tells every wrong digit and
//! every two neighbours swapped. No other pass need compare them.

use crate::records::{Records, Row};

/// Some of the records, a bit each.
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// None as yet, of so many records.
    pub fn none(records: usize) -> Self {
        Self(vec![0; records.div_ceil(64)])
    }

    /// These of so many records.
    pub fn of(records: usize, some: &[u32]) -> Self {
        let mut bits = Self::none(records);
        some.iter().for_each(|record| bits.add(*record));
        bits
    }

    fn add(&mut self, record: u32) {
        if let Some(of) = self.0.get_mut(record as usize / 64) {
            *of |= 1 << (record % 64);
        }
    }

    fn has(&self, record: u32) -> bool {
        self.0.get(record as usize / 64).is_some_and(|of| of >> (record % 64) & 1 == 1)
    }

    /// Each of them, in order.
    pub fn each(&self) -> impl Iterator<Item = u32> {
        (0_u32..).step_by(64).zip(&self.0).flat_map(|(first, of)| {
            let mut left = *of;
            std::iter::from_fn(move || {
                let next = (left != 0).then(|| first + left.trailing_zeros())?;
                left &= left - 1;
                Some(next)
            })
        })
    }
}

/// The records that another pass than that of NHS numbers must compare; all of them where none is said.
#[derive(Default)]
pub(crate) struct Open(Option<Bits>);

impl Open {
    /// Records without a right NHS number, and those that the pass of NHS numbers does not cover.
    pub fn of(records: &Records, covered: impl Fn(u32, &Row) -> bool) -> Self {
        let mut open = Bits::none(records.len());
        let rows = (0_u32..).zip(&records.rows);
        rows.filter(|(record, row)| !(row.nhs_verified && covered(*record, row)))
            .for_each(|(record, _)| open.add(record));
        Self(Some(open))
    }

    /// Whether a record is open.
    pub fn has(&self, record: u32) -> bool {
        self.0.as_ref().is_none_or(|bits| bits.has(record))
    }

    /// The open records, where some are closed.
    pub fn some(&self) -> Option<&Bits> {
        self.0.as_ref()
    }
}

/// Which keys there are among some; now and then says so of one that is not there.
pub(crate) struct KeyBits {
    /// A bit for all keys that begin alike.
    bits: Bits,
    shift: u32,
}

impl KeyBits {
    /// Of these keys, with room for those of so many records. Key 0 is none.
    pub fn of(records: usize, keys: impl Iterator<Item = u64>) -> Self {
        let wide = records.next_power_of_two().trailing_zeros().clamp(6, 31);
        let mut of = Self { bits: Bits::none(1 << wide), shift: 64 - wide };
        for key in keys.filter(|key| *key != 0) {
            of.bits.add(of.place(key));
        }
        of
    }

    /// Whether a key may be there.
    pub fn may_have(&self, key: u64) -> bool {
        self.bits.has(self.place(key))
    }

    fn place(&self, key: u64) -> u32 {
        (key >> self.shift) as u32
    }
}
