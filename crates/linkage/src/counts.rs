//! How often values occur among records that are not at hand.

use serde::{Deserialize, Serialize};

use crate::birth::Birth;
use crate::frequency::{Births, Frequencies, word_weight};
use crate::intern::{Texts, hash_text, mix};
use crate::records::Records;

/// How many records had each value that more than one had, by a hash of field and value: of ten million, two are taken for
/// one with a chance of 1 in 370,000.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Packed", into = "Packed")]
pub(crate) struct Counts {
    pub records: u32,
    /// In order of hash.
    of: Vec<(u64, u32)>,
    /// Where the hashes with each first [`BITS`] bits begin.
    starts: Vec<u32>,
}

/// About a hundred hashes of ten million begin alike.
const BITS: u32 = 16;

/// The same as bytes, twelve a value: millions of values are read when an index is opened.
#[derive(Serialize, Deserialize)]
struct Packed {
    records: u32,
    of: Vec<u8>,
}

impl From<Counts> for Packed {
    fn from(counts: Counts) -> Self {
        let bytes = |(key, times): &(u64, u32)| key.to_le_bytes().into_iter().chain(times.to_le_bytes());
        Self { records: counts.records, of: counts.of.iter().flat_map(bytes).collect() }
    }
}

impl From<Packed> for Counts {
    fn from(packed: Packed) -> Self {
        let of = packed.of.as_chunks::<12>().0.iter().filter_map(|twelve| {
            let (key, times) = twelve.split_first_chunk::<8>()?;
            Some((u64::from_le_bytes(*key), u32::from_le_bytes(*times.first_chunk::<4>()?)))
        });
        Self::sorted(packed.records, of.collect())
    }
}

/// What a value is of.
#[derive(Clone, Copy)]
enum Kind {
    Given = 1,
    Family,
    Postcode,
    Address,
    Phone,
    Email,
    Extra,
    Word,
    Birth,
}

fn key(kind: Kind, hash: u64) -> u64 {
    mix(hash ^ (kind as u64) << 56)
}

fn birth_key(birth: Birth) -> u64 {
    key(Kind::Birth, u64::from(birth.packed()))
}

impl Counts {
    /// What was counted of these records.
    pub fn of(records: &Records, frequencies: &Frequencies) -> Self {
        let mut of: Vec<(u64, u32)> = Vec::new();
        let sets = numbers(records.addresses.len()).filter(|set| frequencies.address(*set) > 1);
        let text = |set: u32| records.addresses.text(set, &records.address_words);
        of.extend(sets.map(|set| (key(Kind::Address, hash_text(&text(set))), frequencies.address(set))));
        let mut add = |kind: Kind, texts: &Texts, times: &dyn Fn(u32) -> u32| {
            for number in numbers(texts.len()) {
                let times = times(number);
                if times > 1 {
                    of.push((key(kind, hash_text(texts.get(number))), times));
                }
            }
        };
        let f = frequencies;
        add(Kind::Given, &records.names, &|n| f.given(n));
        add(Kind::Family, &records.names, &|n| f.family(n));
        add(Kind::Postcode, &records.postcodes, &|n| f.postcode(n));
        add(Kind::Phone, &records.phones, &|n| f.phone(n));
        add(Kind::Email, &records.emails, &|n| f.email(n));
        add(Kind::Extra, &records.extra_texts, &|n| f.extra(n));
        add(Kind::Word, &records.address_words, &|n| f.word(n));
        let births = f.births().filter(|(birth, times)| *times > 1 && !birth.is_missing());
        of.extend(births.map(|(birth, times)| (birth_key(birth), times)));
        of.sort_unstable();
        Self::sorted(frequencies.records, of)
    }

    fn sorted(records: u32, of: Vec<(u64, u32)>) -> Self {
        let mut starts = Vec::with_capacity((1 << BITS) + 1);
        for (at, (key, _)) in (0_u32..).zip(&of) {
            while starts.len() <= first_bits(*key) {
                starts.push(at);
            }
        }
        starts.resize((1 << BITS) + 1, u32::try_from(of.len()).unwrap_or(u32::MAX));
        Self { records, of, starts }
    }

    fn times(&self, key: u64) -> u32 {
        let start = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        let first = first_bits(key);
        let alike = self.of.get(start(first)..start(first + 1)).unwrap_or_default();
        let at = alike.binary_search_by_key(&key, |(key, _)| *key);
        at.ok().and_then(|at| alike.get(at)).map_or(1, |(_, times)| *times)
    }

    /// Frequencies of the values of some records, as counted among those that are not at hand.
    pub fn frequencies(&self, records: &Records) -> Frequencies {
        let look_up = |kind: Kind, texts: &Texts| -> Vec<u32> {
            let known = numbers(texts.len()).map(|n| self.times(key(kind, hash_text(texts.get(n)))));
            std::iter::once(0).chain(known).collect()
        };
        let words = look_up(Kind::Word, &records.address_words);
        let all = self.records.max(1) as f32;
        let text = |set: u32| records.addresses.text(set, &records.address_words);
        let addresses = numbers(records.addresses.len());
        let addresses = addresses.map(|set| self.times(key(Kind::Address, hash_text(&text(set)))));
        let births = records.rows.iter().map(|row| (row.birth, self.times(birth_key(row.birth))));
        Frequencies {
            records: self.records,
            given: look_up(Kind::Given, &records.names),
            family: look_up(Kind::Family, &records.names),
            postcode: look_up(Kind::Postcode, &records.postcodes),
            address: std::iter::once(0).chain(addresses).collect(),
            phone: look_up(Kind::Phone, &records.phones),
            email: look_up(Kind::Email, &records.emails),
            extra: look_up(Kind::Extra, &records.extra_texts),
            birth: Births::Some(births.collect()),
            word_weights: words.iter().map(|times| word_weight(*times, all)).collect(),
            words,
        }
    }
}

fn first_bits(key: u64) -> usize {
    (key >> (64 - BITS)) as usize
}

fn numbers(count: usize) -> impl Iterator<Item = u32> {
    1..=u32::try_from(count).unwrap_or(u32::MAX - 1)
}
