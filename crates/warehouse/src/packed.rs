//! An event as a row of fixed size, for the one spill between reading batches and sorting a bucket of people.

/// Bytes of one row.
pub(crate) const SIZE: usize = 96;

/// No date.
pub(crate) const NO_DATE: i32 = i32::MIN;

/// An event with its texts as numbers in its worker's table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Packed {
    pub person: u32,
    pub key: u64,
    pub kind: u8,
    pub scheme: u8,
    pub deleted: bool,
    pub worker: u8,
    /// start, end, admitted, discharged, as_at: days since 1970, or [`NO_DATE`].
    pub dates: [i32; 5],
    pub value: Option<f64>,
    pub file: u32,
    pub line: u64,
    /// The nine text columns, then the source.
    pub texts: [u32; 10],
}

impl Packed {
    pub(crate) fn start(&self) -> i32 {
        let [start, ..] = self.dates;
        start
    }

    pub(crate) fn as_at(&self) -> i32 {
        let [.., as_at] = self.dates;
        as_at
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.person.to_le_bytes());
        out.extend_from_slice(&self.key.to_le_bytes());
        let flags = u8::from(self.deleted) | (u8::from(self.value.is_some()) << 1);
        out.extend_from_slice(&[self.kind, self.scheme, flags, self.worker]);
        for day in self.dates {
            out.extend_from_slice(&day.to_le_bytes());
        }
        out.extend_from_slice(&self.value.unwrap_or(0.0).to_le_bytes());
        out.extend_from_slice(&self.file.to_le_bytes());
        out.extend_from_slice(&self.line.to_le_bytes());
        for text in self.texts {
            out.extend_from_slice(&text.to_le_bytes());
        }
    }

    /// Reads one row; `None` when the bytes are not one.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let person = u32::from_le_bytes(take(&mut rest)?);
        let key = u64::from_le_bytes(take(&mut rest)?);
        let [kind, scheme, flags, worker] = take(&mut rest)?;
        let mut dates = [0; 5];
        for day in &mut dates {
            *day = i32::from_le_bytes(take(&mut rest)?);
        }
        let value = f64::from_le_bytes(take(&mut rest)?);
        let file = u32::from_le_bytes(take(&mut rest)?);
        let line = u64::from_le_bytes(take(&mut rest)?);
        let mut texts = [0; 10];
        for text in &mut texts {
            *text = u32::from_le_bytes(take(&mut rest)?);
        }
        let value = (flags & 2 != 0).then_some(value);
        Some(Self {
            person,
            key,
            kind,
            scheme,
            deleted: flags & 1 != 0,
            worker,
            dates,
            value,
            file,
            line,
            texts,
        })
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_went() {
        let row = Packed {
            person: 7,
            key: u64::MAX,
            kind: 3,
            scheme: 2,
            deleted: true,
            worker: 1,
            dates: [1, NO_DATE, -5, 0, 20_000],
            value: Some(1.5),
            file: 9,
            line: 1 << 40,
            texts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        };
        let mut bytes = Vec::new();
        row.write(&mut bytes);
        assert_eq!(bytes.len(), SIZE);
        assert_eq!(Packed::read(&bytes), Some(row));
        let none = Packed { value: None, deleted: false, ..row };
        bytes.clear();
        none.write(&mut bytes);
        assert_eq!(Packed::read(&bytes), Some(none));
        assert_eq!(Packed::read(&bytes[1..]), None);
    }
}
