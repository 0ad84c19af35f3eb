//! Which pairs are compared at all: those that share a key of some pass.

use serde::{Deserialize, Serialize};

use crate::birth::Birth;
use crate::frequency::Frequencies;
use crate::intern::{Texts, hash_text, mix};
use crate::postcode::sector;
use crate::records::{Records, Row};
use crate::role::Role;
use crate::similar;

/// A part of a blocking key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Part {
    Nhs,
    Extra(u8),
    Email,
    Phone,
    Birth,
    /// Day and month of birth.
    BirthDay,
    /// Year and month of birth.
    BirthMonth,
    BirthYear,
    Given,
    Family,
    /// What the given name sounds like.
    GivenSound,
    FamilySound,
    /// Given and family name in either order.
    Names,
    /// What given and family name sound like, in either order.
    NameSounds,
    Postcode,
    Sector,
    /// The whole address.
    Address,
    /// The rarest word of the address that another record has too.
    RareWord,
    /// The next rarest.
    RareWord2,
    /// The two rarest.
    RareWords,
}

impl Part {
    /// A bit of its own.
    pub const fn bit(self) -> u32 {
        let place = match self {
            Self::Nhs => 0,
            Self::Email => 1,
            Self::Phone => 2,
            Self::Birth => 3,
            Self::BirthDay => 4,
            Self::BirthMonth => 5,
            Self::BirthYear => 6,
            Self::Given => 7,
            Self::Family => 8,
            Self::GivenSound => 9,
            Self::FamilySound => 10,
            Self::Names => 11,
            Self::NameSounds => 12,
            Self::Postcode => 13,
            Self::Sector => 14,
            Self::Address => 15,
            Self::RareWord => 16,
            Self::RareWord2 => 17,
            Self::RareWords => 18,
            Self::Extra(n) => 19 + n as u32,
        };
        1 << place
    }

    /// Bits of the parts that are looked up by name.
    pub const BY_NAME: u32 = Self::GivenSound.bit() | Self::FamilySound.bit() | Self::NameSounds.bit();

    /// Bits of the parts that are looked up by postcode or address.
    pub const BY_PLACE: u32 =
        Self::Sector.bit() | Self::RareWord.bit() | Self::RareWord2.bit() | Self::RareWords.bit();

    /// Bits of the parts that are looked up elsewhere than in the record.
    pub const LOOKED_UP: u32 = Self::BY_NAME | Self::BY_PLACE;

    /// The bits of several.
    pub fn bits(parts: &[Self]) -> u32 {
        parts.iter().fold(0, |bits, part| bits | part.bit())
    }

    /// In plain words.
    pub fn name(self) -> String {
        match self {
            Self::Nhs => "NHS number".to_owned(),
            Self::Extra(n) => format!("column {}", n + 1),
            Self::Email => "email".to_owned(),
            Self::Phone => "phone".to_owned(),
            Self::Birth => "date of birth".to_owned(),
            Self::BirthDay => "day and month of birth".to_owned(),
            Self::BirthMonth => "year and month of birth".to_owned(),
            Self::BirthYear => "year of birth".to_owned(),
            Self::Given => "given name".to_owned(),
            Self::Family => "family name".to_owned(),
            Self::GivenSound => "sound of given name".to_owned(),
            Self::FamilySound => "sound of family name".to_owned(),
            Self::Names => "names in either order".to_owned(),
            Self::NameSounds => "sounds of names in either order".to_owned(),
            Self::Postcode => "postcode".to_owned(),
            Self::Sector => "postcode sector".to_owned(),
            Self::Address => "address".to_owned(),
            Self::RareWord => "rarest word of address".to_owned(),
            Self::RareWord2 => "second rarest word of address".to_owned(),
            Self::RareWords => "two rarest words of address".to_owned(),
        }
    }
}

/// Parts of keys that take some work, once for each distinct value.
pub(crate) struct Keys<'a> {
    pub records: &'a Records,
    /// Of each name what it sounds like, hashed.
    sounds: Vec<u32>,
    /// Of each postcode its sector, hashed.
    sectors: Vec<u32>,
    /// Of each distinct address: its rarest and second rarest word that some other record has, 0 for none.
    rare: Vec<(u32, u32)>,
    /// Whether keys are made of the texts themselves, so that they hold between runs, or of their numbers, which is faster.
    of_texts: bool,
}

impl<'a> Keys<'a> {
    /// Keys that hold for these records alone.
    pub fn new(records: &'a Records, frequencies: &Frequencies) -> Self {
        Self::made(records, frequencies, false)
    }

    /// Keys that the same values give in any other run too.
    pub fn lasting(records: &'a Records, frequencies: &Frequencies) -> Self {
        Self::made(records, frequencies, true)
    }

    fn made(records: &'a Records, frequencies: &Frequencies, of_texts: bool) -> Self {
        let numbers = |n: usize| 0..=u32::try_from(n).unwrap_or(0);
        let sounds =
            numbers(records.names.len()).map(|n| half(similar::sound(records.names.get(n)))).collect();
        let sectors = numbers(records.postcodes.len())
            .map(|n| match sector(records.postcodes.get(n)) {
                "" => 0,
                sector => half(hash_text(sector)),
            })
            .collect();
        let mut words: Vec<(u32, u64, u32)> = Vec::new();
        let rare = numbers(records.addresses.len())
            .map(|set| {
                let tie = |word: u32| {
                    if of_texts { hash_text(records.address_words.get(word)) } else { u64::from(word) }
                };
                let all = records.addresses.words(set).iter();
                let all = all.map(|word| (frequencies.word(*word), tie(*word), *word));
                words.clear();
                words.extend(all.filter(|(times, ..)| *times >= 2));
                words.sort_unstable();
                let word = |at: usize| words.get(at).map_or(0, |(.., word)| *word);
                (word(0), word(1))
            })
            .collect();
        Self { records, sounds, sectors, rare, of_texts }
    }

    fn sound(&self, name: u32) -> u32 {
        if name == 0 { 0 } else { self.sounds.get(name as usize).copied().unwrap_or(0) }
    }

    fn part(&self, part: Part, record: u32, row: &Row) -> u64 {
        let some = u64::from;
        let text = |texts: &Texts, n: u32| match n {
            0 => 0,
            n if self.of_texts => hash_text(texts.get(n)),
            n => u64::from(n),
        };
        let of = self.records;
        let either_order = |a: u64, b: u64| {
            if a == 0 || b == 0 { 0 } else { step(step(START, a.min(b)), a.max(b)) }
        };
        let birth = row.birth;
        match part {
            Part::Nhs => row.nhs,
            Part::Extra(n) => {
                text(&of.extra_texts, of.extras_of(record).get(n as usize).copied().unwrap_or(0))
            }
            Part::Email => text(&of.emails, row.email),
            Part::Phone => text(&of.phones, row.phone),
            Part::Birth => {
                if birth.is_whole() {
                    some(birth.packed())
                } else {
                    0
                }
            }
            Part::BirthDay => {
                if birth.is_whole() && !birth.only_year() {
                    some(birth.month() << 5 | birth.day())
                } else {
                    0
                }
            }
            Part::BirthMonth => {
                if birth.is_whole() && !birth.only_year() {
                    some(birth.year() << 4 | birth.month())
                } else {
                    0
                }
            }
            Part::BirthYear => some(birth.year()),
            Part::Given => text(&of.names, row.given),
            Part::Family => text(&of.names, row.family),
            Part::GivenSound => some(self.sound(row.given)),
            Part::FamilySound => some(self.sound(row.family)),
            Part::Names => either_order(text(&of.names, row.given), text(&of.names, row.family)),
            Part::NameSounds => either_order(some(self.sound(row.given)), some(self.sound(row.family))),
            Part::Postcode => text(&of.postcodes, row.postcode),
            Part::Sector => some(self.sector(row)),
            Part::Address => match row.address {
                0 => 0,
                set if self.of_texts => hash_text(&of.addresses.text(set, &of.address_words)),
                set => some(set),
            },
            Part::RareWord => text(&of.address_words, self.rare(row).0),
            Part::RareWord2 => text(&of.address_words, self.rare(row).1),
            Part::RareWords => match self.rare(row) {
                (0, _) | (_, 0) => 0,
                (one, other) => either_order(text(&of.address_words, one), text(&of.address_words, other)),
            },
        }
    }

    fn sector(&self, row: &Row) -> u32 {
        self.sectors.get(row.postcode as usize).copied().unwrap_or(0)
    }

    fn rare(&self, row: &Row) -> (u32, u32) {
        if row.address == 0 { (0, 0) } else { self.rare.get(row.address as usize).copied().unwrap_or((0, 0)) }
    }

    /// The key of a record in a pass; 0 if some part is missing.
    pub fn key(&self, pass: &[Part], record: u32, row: &Row) -> u64 {
        let mut key = START;
        for part in pass {
            match self.part(*part, record, row) {
                0 => return 0,
                part => key = step(key, part),
            }
        }
        mix(key) | 1
    }

    /// A part of the key of a record, hashed; 0 where it is missing.
    pub fn hashed(&self, part: Part, record: u32, row: &Row) -> u32 {
        match self.part(part, record, row) {
            0 => 0,
            value => half(mix(value)),
        }
    }

    /// Which parts two records have in common, a bit each ([`Part::bit`]), but for the [`Part::LOOKED_UP`].
    pub fn common(&self, (one, a): (u32, &Row), (other, b): (u32, &Row)) -> u32 {
        let mut common = 0;
        let mut add = |part: Part, same: bool| common |= if same { part.bit() } else { 0 };
        let whole = |birth: Birth| birth.is_whole() && !birth.only_year();
        let births = whole(a.birth) && whole(b.birth);
        add(Part::Nhs, a.nhs != 0 && a.nhs == b.nhs);
        add(Part::Email, same(a.email, b.email));
        add(Part::Phone, same(a.phone, b.phone));
        add(Part::Birth, a.birth.is_whole() && a.birth == b.birth);
        add(Part::BirthDay, births && (a.birth.month(), a.birth.day()) == (b.birth.month(), b.birth.day()));
        add(
            Part::BirthMonth,
            births && (a.birth.year(), a.birth.month()) == (b.birth.year(), b.birth.month()),
        );
        add(Part::BirthYear, same(a.birth.year(), b.birth.year()));
        add(Part::Given, same(a.given, b.given));
        add(Part::Family, same(a.family, b.family));
        add(Part::Names, same_two((a.given, a.family), (b.given, b.family)));
        add(Part::Postcode, same(a.postcode, b.postcode));
        add(Part::Address, same(a.address, b.address));
        let extras = self.records.extras_of(one).iter().zip(self.records.extras_of(other));
        (0..).zip(extras).for_each(|(n, (x, y))| add(Part::Extra(n), same(*x, *y)));
        common
    }

    /// Which of the [`Part::LOOKED_UP`] two records have in common.
    pub fn common_looked_up(&self, a: &Row, b: &Row) -> u32 {
        self.common_by_name(a, b) | self.common_by_place(a, b)
    }

    /// Which of the [`Part::BY_NAME`] two records have in common.
    pub fn common_by_name(&self, a: &Row, b: &Row) -> u32 {
        let mut common = 0;
        let mut add = |part: Part, same: bool| common |= if same { part.bit() } else { 0 };
        let sounds = |row: &Row| (self.sound(row.given), self.sound(row.family));
        let (x, y) = (sounds(a), sounds(b));
        add(Part::GivenSound, same(x.0, y.0));
        add(Part::FamilySound, same(x.1, y.1));
        add(Part::NameSounds, same_two(x, y));
        common
    }

    /// Which of the [`Part::BY_PLACE`] two records have in common.
    pub fn common_by_place(&self, a: &Row, b: &Row) -> u32 {
        let mut common = 0;
        let mut add = |part: Part, same: bool| common |= if same { part.bit() } else { 0 };
        add(Part::Sector, same(self.sector(a), self.sector(b)));
        let (x, y) = (self.rare(a), self.rare(b));
        add(Part::RareWord, same(x.0, y.0));
        add(Part::RareWord2, same(x.1, y.1));
        add(Part::RareWords, same_two(x, y));
        common
    }
}

/// Half of a hash, never 0.
fn half(hash: u64) -> u32 {
    (hash >> 32) as u32 | 1
}

fn same<T: PartialEq + Default>(one: T, other: T) -> bool {
    one != T::default() && one == other
}

/// Whether two values are the same in either order.
fn same_two<T: PartialEq + Default + Copy>((x, y): (T, T), (v, w): (T, T)) -> bool {
    (same(x, v) && same(y, w)) || (same(x, w) && same(y, v))
}

/// What a key begins with.
const START: u64 = 0x9E37_79B9_7F4A_7C15;

fn step(key: u64, part: u64) -> u64 {
    (key ^ part).wrapping_mul(0xBF58_476D_1CE4_E5B9).rotate_left(31)
}

/// The passes that are tried, by the roles there are. What the limit cuts off from one is split by [`FURTHER`].
pub(crate) fn passes(records: &Records) -> Vec<Vec<Part>> {
    use Part::*;
    let mut passes: Vec<Vec<Part>> = vec![vec![Nhs], vec![Email], vec![Phone]];
    let extras = records.extra_roles.iter().enumerate();
    let numbered: Vec<(u8, Role)> = extras.map(|(n, role)| (u8::try_from(n).unwrap_or(0), *role)).collect();
    passes
        .extend(numbered.iter().filter(|(_, role)| *role == Role::Identifier).map(|(n, _)| vec![Extra(*n)]));
    passes.extend([
        vec![Birth, FamilySound],
        vec![Birth, GivenSound],
        vec![Names],
        vec![Birth, Postcode],
        vec![Family, Postcode],
        vec![Given, Postcode],
        vec![Birth, RareWord],
        vec![Birth, RareWord2],
        vec![RareWords],
        vec![Address],
        vec![Birth],
        vec![NameSounds],
        vec![FamilySound, BirthDay],
        vec![FamilySound, BirthMonth],
        vec![FamilySound, BirthYear],
        vec![GivenSound, BirthYear],
        vec![GivenSound, BirthDay],
        vec![Postcode, BirthYear],
        vec![Family, RareWord],
        vec![Given, RareWord],
        vec![FamilySound, Sector],
        vec![GivenSound, Sector],
        vec![Postcode],
        vec![RareWord],
        vec![Family],
        vec![Given],
    ]);
    for (n, _) in numbered.iter().filter(|(_, role)| *role == Role::Other) {
        passes.extend([
            vec![Extra(*n), Birth],
            vec![Extra(*n), FamilySound],
            vec![Extra(*n), GivenSound],
            vec![Extra(*n), Postcode],
            vec![Extra(*n), BirthYear],
        ]);
    }
    passes
}

/// Parts that split blocks over the limit.
pub(crate) const FURTHER: [Part; 6] =
    [Part::Birth, Part::BirthYear, Part::Sector, Part::GivenSound, Part::FamilySound, Part::RareWord];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Layout;

    #[test]
    fn what_two_records_have_in_common_is_what_their_keys_have() {
        let mut records = Records::new();
        let roles = [
            Role::GivenName,
            Role::FamilyName,
            Role::DateOfBirth,
            Role::Postcode,
            Role::Address,
            Role::NhsNumber,
            Role::Phone,
            Role::Email,
            Role::Identifier,
        ];
        let mut file = records.file(&Layout { columns: roles.map(Some).to_vec() });
        let values = [
            ["Ann", "Smith", "Anne", ""],
            ["Smith", "Ann", "Smyth", ""],
            ["1950-01-01", "1950-06-01", "1951-06-01", "1950"],
            ["HA9 9HA", "HA9 9HB", "NW1 1AA", ""],
            ["1 High Road", "2 High Road", "Road 1 High", ""],
            ["9434765919", "9434765919", "9434765870", ""],
            ["07700900123", "07700900124", "07700900123", ""],
            ["a@b.c", "a@b.c", "b@b.c", ""],
            ["X1", "X1", "X2", ""],
        ];
        for record in 0..60_u64 {
            let of = |n: usize| values[n][(mix(record * 16 + n as u64) % 4) as usize];
            file.push(of);
        }
        drop(file);
        let frequencies = Frequencies::of(&records);
        let keys = Keys::new(&records, &frequencies);
        let mut found = 0;
        for (a, one) in (0..).zip(&records.rows) {
            for (b, other) in (0..).zip(&records.rows) {
                let common = keys.common((a, one), (b, other)) | keys.common_looked_up(one, other);
                for pass in passes(&records) {
                    let (x, y) = (keys.key(&pass, a, one), keys.key(&pass, b, other));
                    let bits = Part::bits(&pass);
                    assert_eq!(common & bits == bits, x != 0 && x == y, "{pass:?} {one:?} {other:?}");
                    found |= if x != 0 && x == y { bits } else { 0 };
                }
            }
        }
        let all = passes(&records).iter().fold(0, |all, pass| all | Part::bits(pass));
        assert_eq!(found, all, "every part is met");
    }
}
