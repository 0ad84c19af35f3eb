//! The people that facts are about: pseudonymous from here on.

use std::path::Path;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, BooleanArray, Date32Array, Int64Array};
use model::{PersonId, Sex, age_on};

use super::table::{Cell, FactTable};
use super::{FactInputs, FactStore};
use crate::WarehouseError;
use crate::columns::{Words, column, date};
use crate::derived::each_batch;

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
    let sexes = [Sex::Female, Sex::Male, Sex::Other, Sex::Unknown];
    each_batch(&facts.join("person"), |rows, path| {
        let words = |name| Words::of(path, rows.0, name);
        let person: &Int64Array = column(path, rows.0, "person_id")?;
        let decile: &Int64Array = column(path, rows.0, "imd_decile")?;
        let (sex, practice, borough) = (words("sex")?, words("practice")?, words("borough")?);
        let (lsoa, ethnic) = (words("lsoa")?, words("ethnic_category")?);
        let birth: &Date32Array = column(path, rows.0, "birth_date")?;
        let death: &Date32Array = column(path, rows.0, "death_date")?;
        let registered: &BooleanArray = column(path, rows.0, "registered")?;
        let planning: &BooleanArray = column(path, rows.0, "planning")?;
        let day = |days: &Date32Array, row| days.is_valid(row).then(|| date(days.value(row)));
        for row in 0..rows.0.num_rows() {
            let number = u32::try_from(person.value(row));
            let number =
                number.map_err(|_| WarehouseError::Column { path: path.to_owned(), column: "person_id" })?;
            let decile = decile.is_valid(row).then(|| u8::try_from(decile.value(row)).ok()).flatten();
            people.push(PersonFact {
                person: PersonId(number),
                sex: sexes.into_iter().find(|one| one.letter() == sex.get(row)).unwrap_or(Sex::Unknown),
                birth_date: day(birth, row),
                death_date: day(death, row),
                practice: practice.get(row).to_owned(),
                borough: borough.get(row).to_owned(),
                lsoa: lsoa.get(row).to_owned(),
                imd_decile: decile,
                ethnic_category: ethnic.get(row).to_owned(),
                registered: registered.value(row),
                planning: planning.value(row),
                // Not among the columns: facts of an earlier day cannot be made of what is read here.
                registered_since: None,
                before_death: None,
            });
        }
        Ok(())
    })?;
    Ok(people)
}

pub(super) fn write(inputs: &FactInputs<'_>, store: &FactStore) -> Result<(), WarehouseError> {
    let mut table = FactTable::create(store, "person", "people")?;
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
