//! Which pairs are compared at all: those that share a key of some pass.

use crate::frequency::Frequencies;
use crate::intern::{hash_text, mix};
use crate::postcode::sector;
use crate::records::{Records, Row};
use crate::role::Role;
use crate::similar;

/// A part of a blocking key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
}

impl<'a> Keys<'a> {
    pub fn new(records: &'a Records, frequencies: &Frequencies) -> Self {
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
                let mut words: Vec<(u32, u32)> = records
                    .addresses
                    .words(set)
                    .iter()
                    .map(|word| (frequencies.word(*word), *word))
                    .filter(|(times, _)| *times >= 2)
                    .collect();
                words.sort_unstable();
                let word = |at: usize| words.get(at).map_or(0, |(_, word)| *word);
                (word(0), word(1))
            })
            .collect();
        Self { records, sounds, sectors, rare }
    }

    fn sound(&self, name: u32) -> u64 {
        if name == 0 { 0 } else { self.sounds.get(name as usize).copied().unwrap_or(0) }
    }

    fn part(&self, part: Part, record: u32, row: &Row) -> u64 {
        let some = u64::from;
        let either_order = |a: u64, b: u64| if a == 0 || b == 0 { 0 } else { step(a.min(b), a.max(b)) };
        let birth = row.birth;
        match part {
            Part::Nhs => row.nhs,
            Part::Extra(n) => some(self.records.extras_of(record).get(n as usize).copied().unwrap_or(0)),
            Part::Email => some(row.email),
            Part::Phone => some(row.phone),
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
            Part::Given => some(row.given),
            Part::Family => some(row.family),
            Part::GivenSound => self.sound(row.given),
            Part::FamilySound => self.sound(row.family),
            Part::Names => either_order(some(row.given), some(row.family)),
            Part::NameSounds => either_order(self.sound(row.given), self.sound(row.family)),
            Part::Postcode => some(row.postcode),
            Part::Sector => self.sectors.get(row.postcode as usize).copied().unwrap_or(0),
            Part::Address => some(row.address),
            Part::RareWord => some(self.rare(row).0),
            Part::RareWord2 => some(self.rare(row).1),
            Part::RareWords => match self.rare(row) {
                (0, _) | (_, 0) => 0,
                (one, other) => either_order(some(one), some(other)),
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
                part => key = step(key, part),
            }
        }
        mix(key) | 1
    }

    /// Whether two records have every part of a pass in common.
    pub fn same(&self, pass: &[Part], one: (u32, &Row), other: (u32, &Row)) -> bool {
        pass.iter().all(|part| {
            let value = self.part(*part, one.0, one.1);
            value != 0 && value == self.part(*part, other.0, other.1)
        })
    }
}

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
