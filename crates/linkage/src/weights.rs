//! The weight of a pair in bits.
//!
//! A pair that is at level l of a field counts log2(m/u) for being one person rather than two strangers. Of fields whose
//! values differ in frequency the u of full agreement is that of the value itself. What relatives, twins or neighbours
//! would agree in as well does not count for one person rather than them: docs/methods/linkage.md.

use std::ops::Deref;
use std::sync::Arc;

use crate::birth::{self, BirthLevel};
use crate::compare::one_slip;
use crate::fields::{Field, MOST_FIELDS, Pattern, fields_of};
use crate::frequency::Frequencies;
use crate::model::Model;
use crate::records::{Records, Row};
use crate::tidy::Sex;

/// log2 of the chances of a level of agreement.
#[derive(Clone, Copy, Debug, Default)]
struct Logs {
    m: f32,
    r: f32,
    t: f32,
    n: f32,
    u: f32,
}

/// The level of two different NHS numbers whose check digits are right: never one person.
pub(crate) const TWO_NUMBERS: u8 = 5;

/// Weighs pairs of some records.
pub(crate) struct Weights<'a> {
    records: &'a Records,
    frequencies: &'a Frequencies,
    tables: Arc<Tables>,
}

impl Deref for Weights<'_> {
    type Target = Tables;
    fn deref(&self) -> &Tables {
        &self.tables
    }
}

/// Weights of levels, laid out for scoring: what does not depend on which records are weighed.
#[derive(Debug)]
pub(crate) struct Tables {
    fields: Vec<Field>,
    /// Of each field and level.
    levels: [[Logs; 16]; MOST_FIELDS],
    /// Of each field: the most that a level below full agreement can say.
    best_other: [f32; MOST_FIELDS],
    /// log2 of the chances of one person, relatives, twins, neighbours, strangers.
    classes: [f32; 5],
    log_all: f32,
    /// Of each field: log2 of the records of other people that have a value, by the records that have it.
    others: Vec<[f32; OTHERS]>,
    /// Of each field: how many of the records with a value are expected to be one person's.
    own: [f32; MOST_FIELDS],
}

/// Counts whose logarithm is kept.
const OTHERS: usize = 256;

/// log2 of the records of other people among `times` records with a value, `own` of them this person's.
fn log_others(times: u32, own: f32) -> f32 {
    (times as f32 - own).max(0.5).log2()
}

impl Tables {
    /// Of a model of so many records with these fields.
    pub fn new(fields: Vec<Field>, records: u32, model: &Model) -> Self {
        let mut levels = [[Logs::default(); 16]; MOST_FIELDS];
        for (field, to) in model.fields.iter().zip(&mut levels) {
            let chances = field.m.iter().zip(&field.r).zip(field.t.iter().zip(&field.n)).zip(&field.u);
            for ((((m, r), (t, n)), u), to) in chances.zip(to.iter_mut().skip(1)) {
                let [m, r, t, n, u] = [m, r, t, n, u].map(|chance| chance.log2() as f32);
                *to = Logs { m, r, t, n, u };
            }
        }
        let mut best_other = [f32::MIN; MOST_FIELDS];
        for (((best, field), of), levels) in
            best_other.iter_mut().zip(&fields).zip(&model.fields).zip(&levels)
        {
            let below = levels.iter().enumerate().take(of.m.len() + 1).skip(2);
            for (_, logs) in below.filter(|(level, _)| field.swapped().map(usize::from) != Some(*level)) {
                *best = best.max(logs.m - logs.u);
            }
        }
        let all = records.max(1) as f32;
        // Every record has so many others of its person.
        let others = (model.lambda * f64::from(all)) as f32;
        let mut own = [1.5; MOST_FIELDS];
        for (own, field) in own.iter_mut().zip(&model.fields) {
            let same = field.m.first().copied().unwrap_or(0.0) as f32;
            *own = (1.0 + others * same).max(1.5);
        }
        Self {
            fields,
            levels,
            best_other,
            classes: model.classes().map(|chance| chance.log2() as f32),
            log_all: all.log2(),
            others: own
                .iter()
                .map(|own| std::array::from_fn(|times| log_others(times as u32, *own)))
                .collect(),
            own,
        }
    }

    /// log2 of the share of records of other people with a value that so many records have.
    fn log_frequency(&self, times: u32, field: Field) -> f32 {
        let known = self.others.get(field.at()).and_then(|others| others.get(times as usize)).copied();
        let own = || self.own.get(field.at()).copied().unwrap_or(1.5);
        known.unwrap_or_else(|| log_others(times, own())) - self.log_all
    }

    /// log2 of the chances of a level of a field.
    fn at(&self, field: Field, level: u8) -> Logs {
        let levels = self.levels.get(field.at());
        levels.and_then(|levels| levels.get(usize::from(level))).copied().unwrap_or_default()
    }
}

impl<'a> Weights<'a> {
    pub fn new(records: &'a Records, frequencies: &'a Frequencies, model: &Model) -> Self {
        let tables = Tables::new(fields_of(records), frequencies.records, model);
        Self::with(records, frequencies, Arc::new(tables))
    }

    /// With tables made before.
    pub fn with(records: &'a Records, frequencies: &'a Frequencies, tables: Arc<Tables>) -> Self {
        Self { records, frequencies, tables }
    }

    /// log2 of the odds of a pair that it is one person.
    pub fn weigh(&self, one: u32, pattern: Pattern) -> f32 {
        if pattern.level(Field::Nhs) == TWO_NUMBERS {
            return f32::NEG_INFINITY;
        }
        let [mut person, mut relatives, mut twins, neighbours, strangers] = self.classes;
        let (mut sum_u, mut place_u) = (0.0, 0.0);
        for (field, logs) in self.agreements(one, pattern) {
            person += logs.m;
            relatives += logs.r;
            twins += logs.t;
            sum_u += logs.u;
            if matches!(field, Field::Postcode | Field::Address) {
                place_u += logs.u;
            }
        }
        let place = |field: Field| self.at(field, pattern.level(field)).n;
        let neighbours = neighbours + sum_u - place_u + place(Field::Postcode) + place(Field::Address);
        let others = [relatives, twins, neighbours, strangers + sum_u];
        let most = others.into_iter().fold(f32::MIN, f32::max);
        // What is so small leaves the sum as it is.
        let part = |other: f32| if other - most < -30.0 { 0.0 } else { (other - most).exp2() };
        let sum: f32 = others.into_iter().map(part).sum();
        person - most - sum.log2()
    }

    /// Looks in one go at what some pairs need that stands all over the memory, so that the processor need not wait for each.
    pub fn fetch(&self, pairs: &[(u32, u32)]) {
        let (of, f) = (self.records, self.frequencies);
        let row = |record: u32| of.rows.get(record as usize);
        let rows = || pairs.iter().filter_map(|(one, other)| Some((row(*one)?, row(*other)?)));
        let fetched = rows().fold(0, |all, (a, b)| {
            let address = if a.address == b.address {
                f.address(a.address)
            } else {
                of.addresses.fetch(a.address) ^ of.addresses.fetch(b.address)
            };
            let postcode = if a.postcode == b.postcode {
                f.postcode(a.postcode)
            } else {
                of.postcodes.fetch(a.postcode) ^ of.postcodes.fetch(b.postcode)
            };
            all ^ address ^ postcode
        });
        std::hint::black_box(fetched);
        let words = |set: u32| of.addresses.words(set).first().copied().unwrap_or(0);
        let moved = rows().filter(|(a, b)| a.address != b.address);
        std::hint::black_box(moved.fold(0, |all, (a, b)| all ^ words(a.address) ^ words(b.address)));
    }

    /// What each field of a pair adds against strangers, and last what is taken off because relatives agree so too.
    pub fn parts(&self, one: u32, pattern: Pattern) -> (Vec<(Field, u8, f32)>, f32) {
        let [person, .., strangers] = self.classes;
        let parts: Vec<(Field, u8, f32)> = self
            .agreements(one, pattern)
            .map(|(field, logs)| (field, pattern.level(field), logs.m - logs.u))
            .collect();
        let sum: f32 = parts.iter().map(|(_, _, bits)| bits).sum();
        let taken_off = self.weigh(one, pattern) - (sum + person - strangers);
        (parts, taken_off)
    }

    /// Whether two records have two different verified NHS numbers, not a slip apart.
    pub fn are_two(&self, one: u32, other: u32) -> bool {
        let rows = &self.records.rows;
        let (Some(a), Some(b)) = (rows.get(one as usize), rows.get(other as usize)) else { return false };
        a.nhs != b.nhs && a.nhs_verified && b.nhs_verified && !one_slip(a.nhs, b.nhs)
    }

    /// The most that [`Self::weigh`] can give, from what is seen without comparing letters: whether each text is the same,
    /// another or missing. Negative infinity for two different NHS numbers.
    pub fn at_most(&self, one: u32, other: u32) -> f32 {
        let rows = &self.records.rows;
        let (Some(a), Some(b)) = (rows.get(one as usize), rows.get(other as usize)) else {
            return f32::INFINITY;
        };
        if a.nhs != b.nhs && a.nhs_verified && b.nhs_verified {
            return if one_slip(a.nhs, b.nhs) { f32::INFINITY } else { f32::NEG_INFINITY };
        }
        if (a.given != 0 && a.given == b.family) || (b.given != 0 && b.given == a.family) {
            return f32::INFINITY;
        }
        let mut total = self.classes[0] - self.classes[4];
        let same = |field: Field| {
            let logs = self.at(field, 1);
            logs.m - self.log_u_of(field, 1, logs, a, one)
        };
        let at_level = |field: Field, level: u8| {
            let logs = self.at(field, level);
            logs.m - logs.u
        };
        let mut add = |field: Field, x: u32, y: u32| {
            if x != 0 && y != 0 {
                total += if x == y {
                    same(field)
                } else {
                    self.best_other.get(field.at()).copied().unwrap_or(0.0)
                };
            }
        };
        add(Field::Given, a.given, b.given);
        add(Field::Family, a.family, b.family);
        add(Field::Middle, a.middle, b.middle);
        add(Field::Postcode, a.postcode, b.postcode);
        add(Field::Address, a.address, b.address);
        add(Field::Phone, a.phone, b.phone);
        add(Field::Email, a.email, b.email);
        if a.nhs != 0 && b.nhs != 0 {
            add(Field::Nhs, 1, if a.nhs == b.nhs { 1 } else { 2 });
        }
        let extras = self.records.extras_of(one).iter().zip(self.records.extras_of(other));
        for (n, (x, y)) in (0_u8..).zip(extras) {
            add(Field::Extra(n), *x, *y);
        }
        if let Some(level) = birth::compare(a.birth, b.birth) {
            total += match level {
                BirthLevel::Same => same(Field::Birth),
                level => at_level(Field::Birth, level as u8),
            };
        }
        if a.sex != Sex::Missing && b.sex != Sex::Missing {
            total += at_level(Field::Sex, if a.sex == b.sex { 1 } else { 2 });
        }
        total
    }

    /// Sum of log2 u, that of the values themselves where they are the same; and the part of postcode and address in it.
    pub fn sums_u(&self, one: u32, pattern: Pattern) -> (f32, f32) {
        let (mut sum, mut place) = (0.0, 0.0);
        for (field, logs) in self.agreements(one, pattern) {
            sum += logs.u;
            if matches!(field, Field::Postcode | Field::Address) {
                place += logs.u;
            }
        }
        (sum, place)
    }

    /// Each field that both have, and the logarithms of how it agrees; u that of the value itself where it is the same.
    fn agreements(&self, one: u32, pattern: Pattern) -> impl Iterator<Item = (Field, Logs)> {
        let row = self.records.rows.get(one as usize);
        self.fields.iter().zip(&self.levels).filter_map(move |(field, levels)| {
            let level = pattern.level(*field);
            let row = row.filter(|_| level > 0)?;
            let logs = levels.get(usize::from(level)).copied().unwrap_or_default();
            Some((*field, Logs { u: self.log_u_of(*field, level, logs, row, one), ..logs }))
        })
    }

    /// log2 u of a level with these logarithms; where the value is the same, or given and family name are swapped, that of the
    /// value itself.
    fn log_u_of(&self, field: Field, level: u8, logs: Logs, row: &Row, record: u32) -> f32 {
        let f = self.frequencies;
        let times = match (field, level) {
            (Field::Given, 1) => f.given(row.given),
            (Field::Family, 1) => f.family(row.family),
            (Field::Postcode, 1) => f.postcode(row.postcode),
            (Field::Address, 1) => f.address(row.address),
            (Field::Phone, 1) => f.phone(row.phone),
            (Field::Email, 1) => f.email(row.email),
            (Field::Birth, 1) => f.birth(row.birth),
            (Field::Extra(n), 1) => {
                f.extra(self.records.extras_of(record).get(n as usize).copied().unwrap_or(0))
            }
            (Field::Given | Field::Family, level) if field.swapped() == Some(level) => {
                // Swapping is as likely of a stranger's names as of this person's: what counts is how rare the name is.
                let name = if field == Field::Given { row.given } else { row.family };
                let times = f.given(name).max(f.family(name));
                return logs.m + self.log_frequency(times, field);
            }
            _ => return logs.u,
        };
        self.log_frequency(times, field)
    }
}

/// The probability whose log2 odds are these bits.
pub(crate) fn probability(bits: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(bits)).exp2())
}

/// log2 of the odds of a probability.
pub(crate) fn log_odds(probability: f64) -> f32 {
    (probability / (1.0 - probability)).log2() as f32
}
