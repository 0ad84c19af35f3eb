//! How often each value occurs: agreement on a rare one says more.

use hashbrown::HashMap;

use crate::birth::Birth;
use crate::fields::Field;
use crate::records::Records;

/// Takes away dates of birth that a system wrote for want of knowledge: a 1 January (or 30 or 31 December 1899) that at
/// least a thousandth of all records have and that is ten times as frequent as the 1 Januaries of the years around it.
///
/// Gives those dates, so that [`forget`] can take them from later records too.
pub(crate) fn forget_default_births(records: &mut Records) -> Vec<Birth> {
    let counts = births(records);
    let least = u32::try_from(records.rows.len() / 1000).unwrap_or(u32::MAX).max(10);
    let default = |birth: Birth| {
        let times = at(&counts, birth.packed());
        let around = (1..=5).flat_map(|years| [birth.year() + years, birth.year().saturating_sub(years)]);
        let around = around.map(|year| at(&counts, Birth::new(year, 1, 1).packed())).sum::<u32>();
        times >= least && times > around
    };
    let firsts = (1..10_000).map(|year| Birth::new(year, 1, 1));
    let last = [30, 31].map(|day| Birth::new(1899, 12, day));
    let defaults: Vec<Birth> = firsts.chain(last).filter(|birth| default(*birth)).collect();
    forget(records, &defaults);
    defaults
}

/// Takes these dates of birth away.
pub(crate) fn forget(records: &mut Records, defaults: &[Birth]) {
    if !defaults.is_empty() {
        for row in records.rows.iter_mut().filter(|row| defaults.contains(&row.birth)) {
            row.birth = Birth::default();
        }
    }
}

/// How many records have each date of birth, by the number it is packed into.
fn births(records: &Records) -> Vec<u32> {
    let mut counts = Vec::new();
    records.rows.iter().for_each(|row| add_birth(&mut counts, row.birth));
    counts
}

fn add_birth(counts: &mut Vec<u32>, birth: Birth) {
    let at = birth.packed() as usize;
    if at >= counts.len() {
        counts.resize(at + 1, 0);
    }
    add(counts, birth.packed());
}

/// How many records have each date of birth.
#[derive(Clone, Debug)]
pub(crate) enum Births {
    /// Of everybody, by the number a date is packed into.
    Every(Vec<u32>),
    /// Of some dates.
    Some(HashMap<Birth, u32>),
}

impl Default for Births {
    fn default() -> Self {
        Self::Every(Vec::new())
    }
}

/// How many records have each value of each field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frequencies {
    /// Records that were counted.
    pub records: u32,
    pub given: Vec<u32>,
    pub family: Vec<u32>,
    pub postcode: Vec<u32>,
    pub address: Vec<u32>,
    pub phone: Vec<u32>,
    pub email: Vec<u32>,
    pub extra: Vec<u32>,
    pub birth: Births,
    /// Records with each word in their address.
    pub words: Vec<u32>,
    /// Weight of each address word, in bits: log2 of records by records with the word, two at least.
    pub word_weights: Vec<f32>,
}

impl Frequencies {
    pub fn of(records: &Records) -> Self {
        let room = |texts: usize| vec![0_u32; texts + 1];
        let (mut given, mut family) = (room(records.names.len()), room(records.names.len()));
        let (mut postcode, mut address) = (room(records.postcodes.len()), room(records.addresses.len()));
        let (mut phone, mut email) = (room(records.phones.len()), room(records.emails.len()));
        let mut birth = Vec::new();
        for row in &records.rows {
            add(&mut given, row.given);
            add(&mut family, row.family);
            add(&mut postcode, row.postcode);
            add(&mut address, row.address);
            add(&mut phone, row.phone);
            add(&mut email, row.email);
            add_birth(&mut birth, row.birth);
        }
        let mut words = vec![0_u32; records.address_words.len() + 1];
        for (set, times) in address.iter().enumerate() {
            for word in records.addresses.words(u32::try_from(set).unwrap_or(0)) {
                if let Some(n) = words.get_mut(*word as usize) {
                    *n += times;
                }
            }
        }
        let all = records.rows.len().max(1) as f32;
        let word_weights = words.iter().map(|n| word_weight(*n, all)).collect();
        let mut extra = vec![0; records.extra_texts.len() + 1];
        for number in &records.extras {
            add(&mut extra, *number);
        }
        Self {
            records: u32::try_from(records.rows.len()).unwrap_or(u32::MAX),
            given,
            family,
            postcode,
            address,
            phone,
            email,
            extra,
            birth: Births::Every(birth),
            words,
            word_weights,
        }
    }

    /// How many records have each value of a field whose agreement is weighed by its value; `None` for other fields.
    pub fn counts(&self, field: Field, records: &Records) -> Option<Vec<u32>> {
        let counts = match field {
            Field::Given => &self.given,
            Field::Family => &self.family,
            Field::Postcode => &self.postcode,
            Field::Address => &self.address,
            Field::Phone => &self.phone,
            Field::Email => &self.email,
            Field::Birth => match &self.birth {
                Births::Every(counts) => counts,
                Births::Some(_) => return None,
            },
            Field::Extra(n) => {
                let mut counts = vec![0; self.extra.len()];
                let wide = records.extra_roles.len().max(1);
                let column = records.extras.iter().skip(usize::from(n)).step_by(wide);
                column.for_each(|number| add(&mut counts, *number));
                return Some(counts.into_iter().skip(1).filter(|times| *times > 0).collect());
            }
            _ => return None,
        };
        Some(counts.iter().skip(1).copied().filter(|times| *times > 0).collect())
    }

    /// Every date of birth that occurs, and how often.
    pub fn births(&self) -> impl Iterator<Item = (Birth, u32)> {
        let (every, some) = match &self.birth {
            Births::Every(counts) => (Some(counts), None),
            Births::Some(counts) => (None, Some(counts)),
        };
        let every = every.into_iter().flat_map(|counts| (0_u32..).zip(counts));
        let every =
            every.filter(|(_, times)| **times > 0).map(|(packed, times)| (Birth::unpacked(packed), *times));
        every.chain(some.into_iter().flatten().map(|(birth, times)| (*birth, *times)))
    }

    /// Records with this given name.
    pub fn given(&self, name: u32) -> u32 {
        at(&self.given, name)
    }
    /// Records with this family name.
    pub fn family(&self, name: u32) -> u32 {
        at(&self.family, name)
    }
    pub fn postcode(&self, number: u32) -> u32 {
        at(&self.postcode, number)
    }
    pub fn address(&self, number: u32) -> u32 {
        at(&self.address, number)
    }
    pub fn phone(&self, number: u32) -> u32 {
        at(&self.phone, number)
    }
    pub fn email(&self, number: u32) -> u32 {
        at(&self.email, number)
    }
    pub fn extra(&self, number: u32) -> u32 {
        at(&self.extra, number)
    }
    pub fn birth(&self, birth: Birth) -> u32 {
        match &self.birth {
            Births::Every(counts) => at(counts, birth.packed()),
            Births::Some(counts) => counts.get(&birth).copied().unwrap_or(0),
        }
    }
    pub fn word(&self, word: u32) -> u32 {
        at(&self.words, word)
    }
}

/// Weight of a word that so many of all records have in their address, in bits.
pub(crate) fn word_weight(times: u32, all: f32) -> f32 {
    (all / times.max(2) as f32).log2().max(0.5)
}

fn add(counts: &mut [u32], number: u32) {
    if let Some(n) = counts.get_mut(number as usize) {
        *n += 1;
    }
}

fn at(counts: &[u32], number: u32) -> u32 {
    counts.get(number as usize).copied().unwrap_or(0)
}
