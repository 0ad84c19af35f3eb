use chrono::{Days, NaiveDate};
use hashbrown::HashTable;
use model::{Demographics, NhsNumber, PersonId, Sex};

use crate::intern::{Texts, hash_bytes, mix};
use crate::normalise::normalise_name;

/// What linkage looks at of one set of demographics, in one form. Blank and `None`: not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Traits {
    pub number: Option<NhsNumber>,
    pub family: String,
    pub given: String,
    pub birth: Option<NaiveDate>,
    pub postcode: String,
    pub sex: Sex,
}

impl Traits {
    pub fn of(who: &Demographics) -> Self {
        let given = normalise_name(&who.given_name);
        let postcode = model::normalise_postcode(&who.postcode).unwrap_or_default();
        Self {
            number: NhsNumber::parse(&who.nhs_number).ok(),
            family: normalise_name(&who.family_name),
            given: if NOT_NAMES.contains(&given.as_str()) { String::new() } else { given },
            birth: who.birth_date.filter(|birth| day_number(*birth).is_some()),
            // ZZ99 stands for no fixed abode and the like: sharing it says nothing (ONS pseudo postcodes).
            postcode: if postcode.starts_with("ZZ99") { String::new() } else { postcode },
            sex: who.sex,
        }
    }
}

/// What is written for a given name when there is none yet.
const NOT_NAMES: [&str; 10] =
    ["BABY", "INFANT", "TWIN", "TWIN ONE", "TWIN TWO", "UNKNOWN", "NOT KNOWN", "MALE", "FEMALE", "UNNAMED"];

/// One distinct set of traits of one person, packed; every text is a number in [`Texts`].
struct Profile {
    number: u64,
    person: PersonId,
    family: u32,
    given: u32,
    postcode: u32,
    /// The next profile with the same number, the same family name and birth, the same given name and postcode,
    /// the same person; [`END`] for none.
    same_number: u32,
    same_family_birth: u32,
    same_given_postcode: u32,
    same_person: u32,
    /// Days since 1870, 0 when not known.
    birth: u16,
    sex: Sex,
}

const END: u32 = u32::MAX;

/// Everybody known, found by number, by family name and date of birth, and by given name and postcode. Any three of the
/// four hold one of the two pairs.
#[derive(Default)]
pub(crate) struct Index {
    texts: Texts,
    profiles: Vec<Profile>,
    by_number: HashTable<u32>,
    by_family_birth: HashTable<u32>,
    by_given_postcode: HashTable<u32>,
    /// By person: first profile, and the one verified number (0 for none).
    first_profile: Vec<u32>,
    number_of: Vec<u64>,
}

impl Index {
    /// The person's verified NHS number.
    pub fn number_of(&self, person: PersonId) -> Option<u64> {
        self.number_of.get(person.0 as usize).copied().filter(|number| *number != 0)
    }

    /// Adds what is known of a person. What comes with a second, different number is not taken: the first stands, and the
    /// rest may be somebody else's.
    pub fn add(&mut self, person: PersonId, traits: &Traits) {
        let place = person.0 as usize;
        if self.first_profile.len() <= place {
            self.first_profile.resize(place + 1, END);
            self.number_of.resize(place + 1, 0);
        }
        let number = traits.number.map(NhsNumber::as_u64);
        let held = self.number_of(person);
        let contradicts = matches!((held, number), (Some(held), Some(new)) if held != new);
        if contradicts
            || self.of_person(person).any(|known| known.number == number && known.traits_but_number(traits))
        {
            return;
        }
        if let (Some(number), Some(slot)) = (number, self.number_of.get_mut(place)) {
            *slot = number;
        }
        self.push(person, number.unwrap_or(0), traits);
    }

    fn push(&mut self, person: PersonId, number: u64, traits: &Traits) {
        let new = u32::try_from(self.profiles.len()).unwrap_or(END);
        let mut profile = Profile {
            number,
            person,
            family: self.texts.number(&traits.family),
            given: self.texts.number(&traits.given),
            postcode: self.texts.number(&traits.postcode),
            same_number: END,
            same_family_birth: END,
            same_given_postcode: END,
            same_person: END,
            birth: traits.birth.and_then(day_number).unwrap_or(0),
            sex: traits.sex,
        };
        let (profiles, texts) = (&self.profiles, &self.texts);
        if number != 0 {
            profile.same_number = chain(
                &mut self.by_number,
                new,
                mix(number),
                |at| number_hash(profiles, at),
                |at| profiles.get(at as usize).is_some_and(|known| known.number == number),
            );
        }
        if let Some(hash) = family_birth_hash(&traits.family, profile.birth) {
            let rehash = |at| {
                profiles
                    .get(at as usize)
                    .map_or(0, |p: &Profile| family_birth_hash(texts.get(p.family), p.birth).unwrap_or(0))
            };
            profile.same_family_birth =
                chain(&mut self.by_family_birth, new, hash, rehash, |at| rehash(at) == hash);
        }
        if let Some(hash) = given_postcode_hash(&traits.given, &traits.postcode) {
            let rehash = |at| {
                profiles.get(at as usize).map_or(0, |p: &Profile| {
                    given_postcode_hash(texts.get(p.given), texts.get(p.postcode)).unwrap_or(0)
                })
            };
            profile.same_given_postcode =
                chain(&mut self.by_given_postcode, new, hash, rehash, |at| rehash(at) == hash);
        }
        if let Some(first) = self.first_profile.get_mut(person.0 as usize) {
            profile.same_person = std::mem::replace(first, new);
        }
        self.profiles.push(profile);
    }

    /// Everybody with this number, in no order.
    pub fn with_number(&self, number: NhsNumber) -> impl Iterator<Item = Known<'_>> {
        let number = number.as_u64();
        let first = self.by_number.find(mix(number), |at| {
            self.profiles.get(*at as usize).is_some_and(|known| known.number == number)
        });
        self.walk(first.copied(), |profile| profile.same_number)
    }

    /// Everybody who may agree in three of four, in no order and with some who do not.
    pub fn near(&self, traits: &Traits) -> impl Iterator<Item = Known<'_>> {
        let birth = traits.birth.and_then(day_number).unwrap_or(0);
        let family = family_birth_hash(&traits.family, birth).and_then(|hash| {
            self.by_family_birth.find(hash, |at| {
                self.profiles
                    .get(*at as usize)
                    .is_some_and(|p| family_birth_hash(self.texts.get(p.family), p.birth) == Some(hash))
            })
        });
        let given = given_postcode_hash(&traits.given, &traits.postcode).and_then(|hash| {
            self.by_given_postcode.find(hash, |at| {
                self.profiles.get(*at as usize).is_some_and(|p| {
                    given_postcode_hash(self.texts.get(p.given), self.texts.get(p.postcode)) == Some(hash)
                })
            })
        });
        self.walk(family.copied(), |profile| profile.same_family_birth)
            .chain(self.walk(given.copied(), |profile| profile.same_given_postcode))
    }

    /// Everything known of one person.
    pub fn of_person(&self, person: PersonId) -> impl Iterator<Item = Known<'_>> {
        self.walk(self.first_profile.get(person.0 as usize).copied(), |profile| profile.same_person)
    }

    fn walk(&self, first: Option<u32>, next: impl Fn(&Profile) -> u32) -> impl Iterator<Item = Known<'_>> {
        let at = |number: u32| self.profiles.get(number as usize);
        std::iter::successors(first.and_then(at), move |profile| at(next(profile))).map(|p| Known {
            person: p.person,
            number: (p.number != 0).then_some(p.number),
            family: self.texts.get(p.family),
            given: self.texts.get(p.given),
            birth: day(p.birth),
            postcode: self.texts.get(p.postcode),
            sex: p.sex,
        })
    }
}

/// One set of traits of somebody in the index.
pub(crate) struct Known<'a> {
    pub person: PersonId,
    pub number: Option<u64>,
    pub family: &'a str,
    pub given: &'a str,
    pub birth: Option<NaiveDate>,
    pub postcode: &'a str,
    pub sex: Sex,
}

impl Known<'_> {
    fn traits_but_number(&self, traits: &Traits) -> bool {
        self.family == traits.family
            && self.given == traits.given
            && self.birth == traits.birth
            && self.postcode == traits.postcode
            && self.sex == traits.sex
    }
}

/// Puts a profile at the head of its chain; gives the head before.
fn chain(
    table: &mut HashTable<u32>,
    new: u32,
    hash: u64,
    rehash: impl Fn(u32) -> u64,
    same: impl Fn(u32) -> bool,
) -> u32 {
    match table.entry(hash, |at| same(*at), |at| rehash(*at)) {
        hashbrown::hash_table::Entry::Occupied(mut head) => std::mem::replace(head.get_mut(), new),
        hashbrown::hash_table::Entry::Vacant(place) => {
            place.insert(new);
            END
        }
    }
}

fn number_hash(profiles: &[Profile], at: u32) -> u64 {
    profiles.get(at as usize).map_or(0, |profile| mix(profile.number))
}

pub(crate) fn family_birth_hash(family: &str, birth: u16) -> Option<u64> {
    (!family.is_empty() && birth != 0)
        .then(|| hash_bytes(u64::from(birth), family.bytes().filter(|b| *b != b' ')))
}

pub(crate) fn given_postcode_hash(given: &str, postcode: &str) -> Option<u64> {
    let letters = given.bytes().filter(|b| *b != b' ');
    (!given.is_empty() && !postcode.is_empty()).then(|| hash_bytes(1 << 32, letters.chain(postcode.bytes())))
}

const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1870, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Days since 1870, from 1; `None` before and after 2049.
pub(crate) fn day_number(day: NaiveDate) -> Option<u16> {
    u16::try_from(day.signed_duration_since(FIRST_DAY).num_days()).ok().filter(|number| *number > 0)
}

fn day(number: u16) -> Option<NaiveDate> {
    if number == 0 { None } else { FIRST_DAY.checked_add_days(Days::new(u64::from(number))) }
}
