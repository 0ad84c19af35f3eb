//! How a published record is packed: one byte for the form, then postcard, compressed with Zstandard at level 1 (a record
//! of 5 KiB becomes about 1.5 KiB, and less is written and read).

use model::record::PersonRecord;

use crate::StoreError;

const FORM: u8 = 2;
const LEVEL: i32 = 1;
/// No record is larger than this once unpacked; a larger one is not ours.
const LARGEST: usize = 64 << 20;

/// Packs records, keeping its working memory from one to the next.
pub struct RecordEncoder {
    compressor: zstd::bulk::Compressor<'static>,
}

impl RecordEncoder {
    /// Errors: no memory for the compressor.
    pub fn new() -> Result<Self, StoreError> {
        let compressor = zstd::bulk::Compressor::new(LEVEL).map_err(|_| StoreError::Pack)?;
        Ok(Self { compressor })
    }

    /// The stored bytes of a record. The same record always gives the same bytes.
    pub fn encode(&mut self, record: &PersonRecord) -> Result<Vec<u8>, StoreError> {
        let plain = postcard::to_stdvec(record).map_err(|_| StoreError::Pack)?;
        let packed = self.compressor.compress(&plain).map_err(|_| StoreError::Pack)?;
        let mut bytes = Vec::with_capacity(packed.len() + 1);
        bytes.push(FORM);
        bytes.extend_from_slice(&packed);
        Ok(bytes)
    }
}

/// The record in these stored bytes.
pub fn decode_record(bytes: &[u8]) -> Result<PersonRecord, StoreError> {
    let unreadable = StoreError::Unreadable("record");
    let Some((&FORM, packed)) = bytes.split_first() else { return Err(unreadable) };
    let plain = zstd::bulk::Decompressor::new()
        .and_then(|mut decompressor| {
            let size = zstd::bulk::Decompressor::upper_bound(packed).unwrap_or(LARGEST).min(LARGEST);
            decompressor.decompress(packed, size)
        })
        .map_err(|_| StoreError::Unreadable("record"))?;
    postcard::from_bytes(&plain).map_err(|_| unreadable)
}
