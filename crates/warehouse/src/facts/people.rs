//! The people that facts are about: pseudonymous from here on.

use std::path::Path;

use chrono::NaiveDate;
use model::{PersonId, Sex, age_on};

use super::FactInputs;
use super::table::{Cell, FactTable};
use crate::WarehouseError;

/// A person without a name: what analysis may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFact {
    /// Dense number.
    pub person: PersonId,
    /// Sex.
    pub sex: Sex,
    /// Date of birth, for ages; never leaves the facts.
    pub birth_date: Option<NaiveDate>,
    /// Date of death.
    pub death_date: Option<NaiveDate>,
    /// Registered practice; blank when there is none here.
    pub practice: String,
    /// Borough of residence, else of the practice; blank when neither is known.
    pub borough: String,
    /// Small area of residence.
    pub lsoa: String,
    /// Deprivation decile of that area, 1 the most deprived.
    pub imd_decile: Option<u8>,
    /// Ethnic category.
    pub ethnic_category: String,
    /// Registered with a practice of the area on the day of the data.
    pub registered: bool,
}

pub(super) fn write(inputs: &FactInputs<'_>, folder: &Path) -> Result<(), WarehouseError> {
    let mut table = FactTable::create(folder, "person", "people")?;
    for person in inputs.people {
        let age = person.birth_date.and_then(|born| age_on(born, person.death_date.unwrap_or(inputs.as_at)));
        table.push(&[
            person.person.into(),
            Cell::Text(person.sex.letter()),
            Cell::Date(person.birth_date),
            Cell::Integer(age.map(i64::from)),
            Cell::Date(person.death_date),
            Cell::Text(&person.practice),
            Cell::Text(&person.borough),
            Cell::Text(&person.lsoa),
            Cell::Integer(person.imd_decile.map(i64::from)),
            Cell::Text(&person.ethnic_category),
            Cell::Boolean(person.registered),
        ])?;
    }
    table.finish()?;
    Ok(())
}
