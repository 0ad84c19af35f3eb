//! How records and people are packed.

use chrono::{Datelike, NaiveDate};
use linkage::Rule;
use model::{Demographics, NhsNumber, PersonId, Sex};
use serde::{Deserialize, Serialize};
use store::people::IndexedPerson;
use warehouse::facts::PersonFact;

use super::Known;
use crate::golden::{Places, fact};
use crate::person_index::IndexError;
use crate::statements::Said;

/// Which record is of a person, of which source and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Of {
    pub number: u32,
    /// By its place in [`super::Head::sources`].
    pub source: u16,
    rule: u8,
}

impl Of {
    pub fn new(number: u32, source: u16, rule: Rule) -> Self {
        Self { number, source, rule: rule_number(rule) }
    }

    pub fn rule(self) -> Rule {
        rule_of(self.rule)
    }
}

/// A person as made of what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub person: IndexedPerson,
    pub fact: PersonFact,
    /// The first day as of which they would be made otherwise of the same.
    pub until: Option<NaiveDate>,
    /// Their records: GP first, then by source and identifier.
    pub of: Vec<Of>,
}

#[derive(Serialize, Deserialize)]
struct Row<'a> {
    of: Vec<Of>,
    number: Option<NhsNumber>,
    family: &'a str,
    given: &'a str,
    birth: Option<i32>,
    death: Option<i32>,
    sex: Sex,
    address: &'a str,
    postcode: &'a str,
    lsoa: &'a str,
    practice: &'a str,
    borough: &'a str,
    ethnic: &'a str,
    since: Option<i32>,
    #[serde(borrow)]
    before_death: Option<&'a str>,
    until: Option<i32>,
}

fn days(day: Option<NaiveDate>) -> Option<i32> {
    day.map(|day| day.num_days_from_ce())
}

fn day(days: Option<i32>) -> Option<NaiveDate> {
    days.and_then(NaiveDate::from_num_days_from_ce_opt)
}

impl Made {
    pub(super) fn pack(&self) -> Result<Vec<u8>, IndexError> {
        let who = &self.person;
        let row = Row {
            of: self.of.clone(),
            number: who.nhs_number,
            family: &who.family_name,
            given: &who.given_name,
            birth: days(who.birth_date),
            death: days(who.death_date),
            sex: who.sex,
            address: &who.address,
            postcode: &who.postcode,
            lsoa: &who.lsoa,
            practice: &who.practice,
            borough: &who.borough,
            ethnic: &who.ethnic_category,
            since: days(self.fact.registered_since),
            before_death: self.fact.before_death.as_deref(),
            until: days(self.until),
        };
        postcard::to_stdvec(&row).map_err(|_| IndexError::Full)
    }

    pub(super) fn unpack(person: PersonId, bytes: &[u8], places: &Places) -> Option<Self> {
        let row: Row<'_> = postcard::from_bytes(bytes).ok()?;
        let who = IndexedPerson {
            person,
            nhs_number: row.number,
            family_name: row.family.to_owned(),
            given_name: row.given.to_owned(),
            birth_date: day(row.birth),
            death_date: day(row.death),
            sex: row.sex,
            address: row.address.to_owned(),
            postcode: row.postcode.to_owned(),
            lsoa: row.lsoa.to_owned(),
            practice: row.practice.to_owned(),
            borough: row.borough.to_owned(),
            ethnic_category: row.ethnic.to_owned(),
        };
        let fact = PersonFact {
            registered_since: day(row.since),
            before_death: row.before_death.map(str::to_owned),
            ..fact(&who, places, false)
        };
        Some(Self { person: who, fact, until: day(row.until), of: row.of })
    }
}

/// The records of a packed person.
pub(super) fn of(bytes: &[u8]) -> Option<Vec<Of>> {
    postcard::take_from_bytes(bytes).ok().map(|(of, _)| of)
}

/// A record: person, rule, file, line, and what is said there.
pub(super) fn pack_record(
    person: PersonId,
    rule: Rule,
    at: (u32, u64),
    said: &Demographics,
) -> Result<Vec<u8>, IndexError> {
    postcard::to_stdvec(&(person, rule_number(rule), at, said)).map_err(|_| IndexError::Full)
}

pub(super) fn unpack_record(number: u32, bytes: &[u8]) -> Option<Known> {
    let (person, rule, at, said): (PersonId, u8, (u32, u64), Demographics) =
        postcard::from_bytes(bytes).ok()?;
    Some(Known { number, person, rule: rule_of(rule), said: Said::at(said, at) })
}

pub(super) fn pack(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

pub(super) fn unpack(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four))
}

fn rule_number(rule: Rule) -> u8 {
    Rule::ALL.iter().zip(0..).find(|(known, _)| **known == rule).map_or(0, |(_, number)| number)
}

fn rule_of(number: u8) -> Rule {
    Rule::ALL.get(usize::from(number)).copied().unwrap_or(Rule::SameSourcePerson)
}
