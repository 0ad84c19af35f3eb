//! The people that facts are about: pseudonymous from here on.

use std::path::Path;

use chrono::NaiveDate;
use model::{PersonId, Sex, age_on};

use super::FactInputs;
use super::table::{Cell, FactTable};
use crate::WarehouseError;
use crate::derived::each_row;

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
    /// Since when a practice of the area has had them; `None` when none says.
    pub registered_since: Option<NaiveDate>,
    /// That practice's agreement covers planning.
    pub planning: bool,
    /// The practice that had them when they died, if they have died and none has them any more.
    pub before_death: Option<String>,
}

/// The people of a folder of facts, in order of person id.
pub fn read_people(facts: &Path) -> Result<Vec<PersonFact>, WarehouseError> {
    let mut people = Vec::new();
    each_row(&facts.join("person"), |row, batch, path| {
        let sex = batch.text(path, "sex", row)?;
        let sexes = [Sex::Female, Sex::Male, Sex::Other, Sex::Unknown];
        people.push(PersonFact {
            person: batch.person(path, row)?,
            sex: sexes.into_iter().find(|known| known.letter() == sex).unwrap_or(Sex::Unknown),
            birth_date: batch.day(path, "birth_date", row)?,
            death_date: batch.day(path, "death_date", row)?,
            practice: batch.text(path, "practice", row)?,
            borough: batch.text(path, "borough", row)?,
            lsoa: batch.text(path, "lsoa", row)?,
            imd_decile: batch.maybe(path, "imd_decile", row)?.and_then(|decile| u8::try_from(decile).ok()),
            ethnic_category: batch.text(path, "ethnic_category", row)?,
            registered: batch.flag(path, "registered", row)?,
            planning: batch.flag(path, "planning", row)?,
            // Not among the columns: facts of an earlier day cannot be made of what is read here.
            registered_since: None,
            before_death: None,
        });
        Ok(())
    })?;
    Ok(people)
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
            inputs.place(Some(person)).unwrap_or_default().into(),
            Cell::Boolean(person.planning),
        ])?;
    }
    table.finish()?;
    Ok(())
}
