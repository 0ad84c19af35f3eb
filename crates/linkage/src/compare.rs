//! At which level each field of two records agrees.

use crate::birth;
use crate::fields::{Field, Pattern};
use crate::frequency::Frequencies;
use crate::postcode::{area, district, sector};
use crate::records::{Records, Row};
use crate::role::Role;
use crate::similar::{self, Memory, Nearness};
use crate::tidy::Sex;

/// How a given and a family name agree that may have been swapped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Crossed {
    /// The same or a slip apart.
    Near,
    /// A word in common.
    Word,
}

/// Compares records. Holds what comparing needs beside the records: word weights and a memory of names.
pub(crate) struct Comparer<'a> {
    records: &'a Records,
    /// Weight of each word of addresses: rare words weigh more.
    word_weights: &'a [f32],
    memory: Memory,
}

impl<'a> Comparer<'a> {
    pub fn new(records: &'a Records, frequencies: &'a Frequencies) -> Self {
        Self { records, word_weights: &frequencies.word_weights, memory: Memory::new(records.len()) }
    }

    /// At which level each field of two records agrees.
    pub fn pattern(&mut self, one: u32, other: u32) -> Pattern {
        let rows = &self.records.rows;
        let (Some(a), Some(b)) = (rows.get(one as usize), rows.get(other as usize)) else {
            return Pattern::default();
        };
        let mut pattern = Pattern::default();
        self.names(a, b, &mut pattern);
        if let Some(level) = birth::compare(a.birth, b.birth) {
            pattern.set(Field::Birth, level as u8);
        }
        if a.sex != Sex::Missing && b.sex != Sex::Missing {
            pattern.set(Field::Sex, if a.sex == b.sex { 1 } else { 2 });
        }
        pattern.set(Field::Postcode, self.postcodes(a.postcode, b.postcode));
        pattern.set(Field::Address, self.addresses(a.address, b.address));
        pattern.set(Field::Nhs, nhs(a, b));
        pattern.set(Field::Phone, self.phones(a.phone, b.phone));
        pattern.set(Field::Email, self.emails(a.email, b.email));
        let roles = self.records.extra_roles.iter();
        let (ones, others) = (self.records.extras_of(one), self.records.extras_of(other));
        for (n, ((role, x), y)) in (0_u8..).zip(roles.zip(ones).zip(others)) {
            pattern.set(Field::Extra(n), self.extras(*role, *x, *y));
        }
        pattern
    }

    fn names(&mut self, a: &Row, b: &Row, pattern: &mut Pattern) {
        let mut given = match (a.given, b.given) {
            (0, _) | (_, 0) => 0,
            (x, y) if x == y => 1,
            (x, y) => match self.memory.names(&self.records.names, x, y) {
                Nearness::OtherForm => 2,
                Nearness::Slip => 3,
                Nearness::Initial => 5,
                Nearness::Alike | Nearness::SharedWord => 4,
                Nearness::Different => {
                    let in_middle = |name: u32, set: u32| self.records.middles.words(set).contains(&name);
                    if in_middle(x, b.middle) || in_middle(y, a.middle) { 6 } else { 8 }
                }
            },
        };
        let mut family = match (a.family, b.family) {
            (0, _) | (_, 0) => 0,
            (x, y) if x == y => 1,
            (x, y) => match self.memory.names(&self.records.names, x, y) {
                Nearness::Slip => 2,
                Nearness::Alike => 3,
                Nearness::SharedWord => 4,
                Nearness::OtherForm | Nearness::Initial => 3,
                Nearness::Different => 6,
            },
        };
        if given > 1 && family > 1 && self.swapped(a, b, (given, family) == (8, 6)) {
            (given, family) = (7, 5);
        }
        pattern.set(Field::Given, given);
        pattern.set(Field::Family, family);
        let middle = match (a.middle, b.middle) {
            (0, _) | (_, 0) => 0,
            (x, y) if x == y => 1,
            (x, y) => {
                let (ones, others) = (self.records.middles.words(x), self.records.middles.words(y));
                let text = |word: &u32| self.records.names.get(*word);
                if ones.iter().any(|word| others.contains(word)) {
                    2
                } else if ones.iter().any(|one| {
                    others.iter().any(|other| {
                        let (one, other) = (text(one), text(other));
                        (one.len() == 1 && other.starts_with(one))
                            || (other.len() == 1 && one.starts_with(other))
                    })
                }) {
                    3
                } else {
                    4
                }
            }
        };
        pattern.set(Field::Middle, middle);
    }

    /// Whether the given name of each is the family name of the other. A given name of two words (YIN HING) leaves its
    /// second word to the further names, but comes whole where it stands as family name: one word in common is then enough,
    /// if the other name is the same or a slip apart. Where names agree at all as they stand, one must be quite the same.
    fn swapped(&mut self, a: &Row, b: &Row, differ: bool) -> bool {
        let begins = |name: u32| self.records.names.get(name).as_bytes().first();
        let alike = |one: u32, other: u32| one == other || (differ && begins(one) == begins(other));
        if !alike(a.given, b.family) && !alike(a.family, b.given) {
            return false;
        }
        let Some(one) = self.crossed(a.given, b.family) else { return false };
        self.crossed(a.family, b.given).is_some_and(|other| one == Crossed::Near || other == Crossed::Near)
    }

    fn crossed(&mut self, one: u32, other: u32) -> Option<Crossed> {
        if one == other {
            return Some(Crossed::Near);
        }
        match self.memory.names(&self.records.names, one, other) {
            Nearness::OtherForm | Nearness::Slip => Some(Crossed::Near),
            Nearness::SharedWord => Some(Crossed::Word),
            Nearness::Alike | Nearness::Initial | Nearness::Different => None,
        }
    }

    fn postcodes(&self, one: u32, other: u32) -> u8 {
        if one == 0 || other == 0 {
            return 0;
        }
        if one == other {
            return 1;
        }
        let texts = &self.records.postcodes;
        let (one, other) = (texts.get(one), texts.get(other));
        if similar::one_edit(one, other) {
            return 2;
        }
        let same = |part: fn(&str) -> &str| !part(one).is_empty() && part(one) == part(other);
        match () {
            () if same(sector) => 3,
            () if same(district) => 4,
            () if same(area) => 5,
            () => 6,
        }
    }

    fn addresses(&self, one: u32, other: u32) -> u8 {
        if one == 0 || other == 0 {
            return 0;
        }
        if one == other {
            return 1;
        }
        let shared = self.shared_words(one, other);
        match shared {
            0.9.. => 2,
            0.75.. => 3,
            0.5.. => 4,
            0.33.. => 5,
            0.05.. => 6,
            _ => 7,
        }
    }

    /// The part of two addresses' words that they share, rare words counting more; a word a slip apart counts four fifths.
    fn shared_words(&self, one: u32, other: u32) -> f32 {
        let (ones, others) = (self.records.addresses.words(one), self.records.addresses.words(other));
        let weight = |word: &u32| self.word_weights.get(*word as usize).copied().unwrap_or(1.0);
        let total: f32 = ones.iter().chain(others).map(weight).sum();
        let mut shared = 0.0;
        let mut used = 0_u64;
        for word in ones {
            let mut free = others.iter().enumerate().filter(|(at, _)| *at < 64 && used >> at & 1 == 0);
            if let Some((at, _)) = free.find(|(_, also)| *also == word) {
                used |= 1 << at;
                shared += 2.0 * weight(word);
            }
        }
        let texts = &self.records.address_words;
        for word in ones.iter().filter(|word| !others.contains(word)) {
            let text = texts.get(*word);
            if text.len() < 4 {
                continue;
            }
            let near = others.iter().enumerate().find(|(at, also)| {
                *at < 64 && used >> at & 1 == 0 && {
                    let also = texts.get(**also);
                    also.len() >= 4
                        && also.as_bytes().first() == text.as_bytes().first()
                        && (similar::one_edit(text, also) || similar::alike(text, also) >= 0.92)
                }
            });
            if let Some((at, also)) = near {
                used |= 1 << at;
                shared += 1.6 * weight(word).min(weight(also));
            }
        }
        if total > 0.0 { shared / total } else { 0.0 }
    }

    fn phones(&self, one: u32, other: u32) -> u8 {
        match (one, other) {
            (0, _) | (_, 0) => 0,
            (x, y) if x == y => 1,
            (x, y) if similar::one_edit(self.records.phones.get(x), self.records.phones.get(y)) => 2,
            _ => 3,
        }
    }

    fn emails(&self, one: u32, other: u32) -> u8 {
        if one == 0 || other == 0 {
            return 0;
        }
        if one == other {
            return 1;
        }
        let (one, other) = (self.records.emails.get(one), self.records.emails.get(other));
        let name = |email: &'a str| email.split('@').next().unwrap_or_default();
        if name(one).len() >= 4 && name(one) == name(other) {
            2
        } else if similar::one_edit(one, other) || similar::alike(name(one), name(other)) >= 0.88 {
            3
        } else {
            4
        }
    }

    fn extras(&self, role: Role, one: u32, other: u32) -> u8 {
        if one == 0 || other == 0 {
            return 0;
        }
        if one == other {
            return 1;
        }
        let (one, other) = (self.records.extra_texts.get(one), self.records.extra_texts.get(other));
        if role == Role::Identifier {
            return if one.len() >= 5 && similar::one_edit(one, other) { 2 } else { 3 };
        }
        let alike = similar::alike(one, other);
        if one.len().min(other.len()) >= 4 && (alike >= 0.94 || similar::one_edit(one, other)) {
            2
        } else if alike >= 0.85
            || one.split(' ').any(|word| word.len() >= 4 && other.split(' ').any(|also| also == word))
        {
            3
        } else {
            4
        }
    }
}

fn nhs(a: &Row, b: &Row) -> u8 {
    match (a.nhs, b.nhs) {
        (0, _) | (_, 0) => 0,
        (x, y) if x == y => {
            if a.nhs_verified {
                1
            } else {
                2
            }
        }
        (x, y) if one_slip(x, y) => 3,
        _ if a.nhs_verified && b.nhs_verified => 5,
        _ => 4,
    }
}

/// Whether two numbers differ in one digit or by two neighbouring digits swapped.
pub(crate) fn one_slip(mut one: u64, mut other: u64) -> bool {
    if one == other {
        return false;
    }
    while one % 10 == other % 10 {
        (one, other) = (one / 10, other / 10);
    }
    let swapped = (other % 10, one % 10);
    (one, other) = (one / 10, other / 10);
    one == other || (one / 10 == other / 10 && (one % 10, other % 10) == swapped)
}
