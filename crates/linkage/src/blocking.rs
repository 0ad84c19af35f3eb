//! Which pairs are compared at all: those that share a key of some pass. A block of more records than the limit is
//! not compared whole, but split by a further part of the key.

use serde::{Deserialize, Serialize};

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
    records: &'a Records,
    sounds: Vec<u64>,
    sectors: Vec<u64>,
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
        let sounds = numbers(records.names.len()).map(|n| similar::sound(records.names.get(n))).collect();
        let sectors = numbers(records.postcodes.len())
            .map(|n| match sector(records.postcodes.get(n)) {
                "" => 0,
                sector => hash_text(sector),
            })
            .collect();
        let rare = numbers(records.addresses.len())
            .map(|set| {
                let tie = |word: u32| {
                    if of_texts { hash_text(records.address_words.get(word)) } else { u64::from(word) }
                };
                let mut words: Vec<(u32, u64, u32)> = records
                    .addresses
                    .words(set)
                    .iter()
                    .map(|word| (frequencies.word(*word), tie(*word), *word))
                    .filter(|(times, ..)| *times >= 2)
                    .collect();
                words.sort_unstable();
                let word = |at: usize| words.get(at).map_or(0, |(.., word)| *word);
                (word(0), word(1))
            })
            .collect();
        Self { records, sounds, sectors, rare, of_texts }
    }

    fn sound(&self, name: u32) -> u64 {
        if name == 0 { 0 } else { self.sounds.get(name as usize).copied().unwrap_or(0) }
    }

    fn part(&self, part: Part, record: u32, row: &Row) -> u64 {
        let some = |n: u32| if n == 0 { 0 } else { mix(u64::from(n)) };
        let text = |texts: &Texts, n: u32| match n {
            0 => 0,
            n if self.of_texts => hash_text(texts.get(n)),
            n => mix(u64::from(n)),
        };
        let of = self.records;
        let either_order = |a: u64, b: u64| if a == 0 || b == 0 { 0 } else { mix(a.min(b)) ^ a.max(b) };
        let birth = row.birth;
        match part {
            Part::Nhs => {
                if row.nhs == 0 {
                    0
                } else {
                    mix(row.nhs)
                }
            }
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
            Part::GivenSound => self.sound(row.given),
            Part::FamilySound => self.sound(row.family),
            Part::Names => either_order(text(&of.names, row.given), text(&of.names, row.family)),
            Part::NameSounds => either_order(self.sound(row.given), self.sound(row.family)),
            Part::Postcode => text(&of.postcodes, row.postcode),
            Part::Sector => self.sectors.get(row.postcode as usize).copied().unwrap_or(0),
            Part::Address => text(of.addresses.wholes(), row.address),
            Part::RareWord => text(&of.address_words, self.rare(row).0),
            Part::RareWord2 => text(&of.address_words, self.rare(row).1),
            Part::RareWords => match self.rare(row) {
                (0, _) | (_, 0) => 0,
                (one, other) => either_order(text(&of.address_words, one), text(&of.address_words, other)),
            },
        }
    }

    fn rare(&self, row: &Row) -> (u32, u32) {
        if row.address == 0 { (0, 0) } else { self.rare.get(row.address as usize).copied().unwrap_or((0, 0)) }
    }

    /// The key of a record in a pass; 0 if some part is missing.
    pub fn key(&self, pass: &[Part], record: u32, row: &Row) -> u64 {
        let mut key = 0x9E37_79B9_7F4A_7C15;
        for part in pass {
            match self.part(*part, record, row) {
                0 => return 0,
                part => key = mix(key ^ part).wrapping_add(part),
            }
        }
        key | 1
    }
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

/// The blocks of one pass: records of each, and where each block begins.
pub(crate) struct Blocks {
    pub records: Vec<u32>,
    pub starts: Vec<u32>,
    /// Records in blocks over the limit.
    pub over: Vec<u32>,
}

impl Blocks {
    /// Groups records by key. Blocks of one are left out; those over the limit are set aside.
    pub fn group(mut keyed: Vec<(u64, u32)>, limit: usize) -> Self {
        sort(&mut keyed);
        let mut blocks = Self { records: Vec::new(), starts: Vec::new(), over: Vec::new() };
        for block in keyed.chunk_by(|a, b| a.0 == b.0) {
            let members = block.iter().map(|(_, record)| *record);
            if block.len() > limit {
                blocks.over.extend(members);
            } else if block.len() > 1 {
                blocks.starts.push(u32::try_from(blocks.records.len()).unwrap_or(u32::MAX));
                blocks.records.extend(members);
            }
        }
        blocks
    }

    /// Each block.
    pub fn each(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.iter().enumerate().map(|(n, start)| {
            let end = self.starts.get(n + 1).map_or(self.records.len(), |end| *end as usize);
            self.records.get(*start as usize..end).unwrap_or_default()
        })
    }

    /// How many blocks there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// One block.
    pub fn block(&self, n: usize) -> &[u32] {
        let Some(start) = self.starts.get(n) else { return &[] };
        let end = self.starts.get(n + 1).map_or(self.records.len(), |end| *end as usize);
        self.records.get(*start as usize..end).unwrap_or_default()
    }

    /// How many pairs the blocks hold.
    pub fn pairs(&self) -> u64 {
        self.each()
            .map(|block| {
                let n = block.len() as u64;
                n * (n - 1) / 2
            })
            .sum()
    }
}

/// Sorts by key, which is a hash: parted by its first bits, then each part.
fn sort(keyed: &mut Vec<(u64, u32)>) {
    const BITS: u32 = 11;
    if keyed.len() < 1 << 14 {
        keyed.sort_unstable();
        return;
    }
    let part = |key: u64| (key >> (64 - BITS)) as usize;
    let mut ends = vec![0_usize; 1 << BITS];
    for (key, _) in keyed.iter() {
        if let Some(end) = ends.get_mut(part(*key)) {
            *end += 1;
        }
    }
    let mut total = 0;
    for end in &mut ends {
        (*end, total) = (total, total + *end);
    }
    let mut parted = vec![(0, 0); keyed.len()];
    for pair in keyed.iter() {
        if let Some(end) = ends.get_mut(part(pair.0)) {
            if let Some(place) = parted.get_mut(*end) {
                *place = *pair;
            }
            *end += 1;
        }
    }
    let mut start = 0;
    for end in ends {
        if let Some(part) = parted.get_mut(start..end) {
            part.sort_unstable();
        }
        start = end;
    }
    *keyed = parted;
}
