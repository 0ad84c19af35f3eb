//! How often values occur among records that are not at hand.

use serde::{Deserialize, Serialize};

use crate::birth::Birth;
use crate::frequency::{Frequencies, word_weight};
use crate::intern::{Texts, hash_text, mix};
use crate::records::Records;

/// How many records had each value that more than one had, by a hash of field and value: of ten million, two are taken for
/// one with a chance of 1 in 370,000.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub records: u32,
    /// In order of hash.
    of: Vec<(u64, u32)>,
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
        let mut add = |kind: Kind, texts: &Texts, times: &dyn Fn(u32) -> u32| {
            for number in numbers(texts) {
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
        add(Kind::Address, records.addresses.wholes(), &|n| f.address(n));
        add(Kind::Phone, &records.phones, &|n| f.phone(n));
        add(Kind::Email, &records.emails, &|n| f.email(n));
        add(Kind::Extra, &records.extra_texts, &|n| f.extra(n));
        add(Kind::Word, &records.address_words, &|n| f.word(n));
        let births = f.births().filter(|(birth, times)| *times > 1 && !birth.is_missing());
        of.extend(births.map(|(birth, times)| (birth_key(birth), times)));
        of.sort_unstable();
        Self { records: frequencies.records, of }
    }

    fn times(&self, key: u64) -> u32 {
        let at = self.of.binary_search_by_key(&key, |(key, _)| *key);
        at.ok().and_then(|at| self.of.get(at)).map_or(1, |(_, times)| *times)
    }

    /// Frequencies of the values of some records, as counted among those that are not at hand.
    pub fn frequencies(&self, records: &Records) -> Frequencies {
        let look_up = |kind: Kind, texts: &Texts| -> Vec<u32> {
            let known = numbers(texts).map(|n| self.times(key(kind, hash_text(texts.get(n)))));
            std::iter::once(0).chain(known).collect()
        };
        let words = look_up(Kind::Word, &records.address_words);
        let all = self.records.max(1) as f32;
        Frequencies {
            records: self.records,
            given: look_up(Kind::Given, &records.names),
            family: look_up(Kind::Family, &records.names),
            postcode: look_up(Kind::Postcode, &records.postcodes),
            address: look_up(Kind::Address, records.addresses.wholes()),
            phone: look_up(Kind::Phone, &records.phones),
            email: look_up(Kind::Email, &records.emails),
            extra: look_up(Kind::Extra, &records.extra_texts),
            birth: records.rows.iter().map(|row| (row.birth, self.times(birth_key(row.birth)))).collect(),
            word_weights: words.iter().map(|times| word_weight(*times, all)).collect(),
            words,
        }
    }
}

fn numbers(texts: &Texts) -> impl Iterator<Item = u32> {
    1..=u32::try_from(texts.len()).unwrap_or(u32::MAX - 1)
}
