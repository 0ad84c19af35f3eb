//! How many people each practice had in each month: what rates are made over, counted once for all of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate};

use super::table::{Cell, FactTable};
use super::{FactInputs, FactStore, PersonFact, first_of_month};
use crate::WarehouseError;

/// People of all ages, of 18 to 64, of 65 and over.
type Counts = [i64; 3];

impl PersonFact {
    /// Where a person counts: practice and borough of those registered now, and of the dead until they died.
    pub(super) fn place(&self) -> Option<(&str, &str)> {
        let counts = !self.practice.is_empty() && (self.registered || self.death_date.is_some());
        counts.then_some((self.practice.as_str(), self.borough.as_str()))
    }

    /// The months in which a person counts as somebody of an age: from the first month at whose start they have it, the month of
    /// birth for those under one, to the month of death.
    fn months(&self, from_age: u32) -> Option<(NaiveDate, NaiveDate)> {
        let last = self.death_date.map_or(NaiveDate::MAX, first_of_month);
        let first = match (self.birth_date, from_age) {
            (None, 0) => NaiveDate::MIN,
            (None, _) => return None,
            (Some(born), 0) => first_of_month(born),
            (Some(born), age) => {
                let birthday = born.checked_add_months(Months::new(12 * age))?;
                let month = first_of_month(birthday);
                if birthday.day() == 1 { month } else { month.checked_add_months(Months::new(1))? }
            }
        };
        (first <= last).then_some((first, last))
    }
}

/// Every practice and borough where people count, in order.
pub fn places_of(people: &[PersonFact]) -> Vec<(String, String)> {
    let places: BTreeSet<(&str, &str)> = people.iter().filter_map(PersonFact::place).collect();
    places.into_iter().map(|(practice, borough)| (practice.to_owned(), borough.to_owned())).collect()
}

/// Writes the complete months among these for the people whose practice covers planning.
pub(super) fn write(
    inputs: &FactInputs<'_>,
    months: &BTreeSet<NaiveDate>,
    store: &FactStore,
) -> Result<(), WarehouseError> {
    let end = first_of_month(inputs.as_at.succ_opt().unwrap_or(inputs.as_at));
    let months: Vec<NaiveDate> = months.iter().copied().filter(|month| *month < end).collect();
    let mut table = FactTable::create(store, "population_place", "people")?;
    for (number, (practice, borough)) in (1_i64..).zip(inputs.places) {
        table.push(&[number.into(), Cell::Text(practice), Cell::Text(borough)])?;
    }
    table.finish()?;
    let mut table = FactTable::create(store, "population_month", "people")?;
    for (place, counts) in counted(inputs, &months) {
        for (month, [people, adults, older]) in months.iter().zip(counts) {
            if people > 0 {
                table.push(&[
                    place.into(),
                    Cell::Date(Some(*month)),
                    people.into(),
                    adults.into(),
                    older.into(),
                ])?;
            }
        }
    }
    table.finish()?;
    Ok(())
}

fn counted(inputs: &FactInputs<'_>, months: &[NaiveDate]) -> BTreeMap<i64, Vec<Counts>> {
    let mut all: BTreeMap<i64, Vec<Counts>> = BTreeMap::new();
    for person in inputs.people.iter().filter(|person| person.planning) {
        let Some(place) = inputs.place(Some(person)) else { continue };
        let counts = all.entry(place).or_insert_with(|| vec![[0; 3]; months.len()]);
        let mut add = |from_age, to: &[(usize, i64)]| {
            let Some((first, last)) = person.months(from_age) else { return };
            let begins = months.partition_point(|month| *month < first);
            let ends = months.partition_point(|month| *month <= last);
            for count in counts.get_mut(begins..ends).into_iter().flatten() {
                for (which, n) in to {
                    if let Some(count) = count.get_mut(*which) {
                        *count += n;
                    }
                }
            }
        };
        add(0, &[(0, 1)]);
        add(18, &[(1, 1)]);
        // Whoever is 65 is no longer of 18 to 64.
        add(65, &[(1, -1), (2, 1)]);
    }
    all
}

#[cfg(test)]
mod tests {
    use model::{PersonId, Sex};

    use super::*;
    use crate::codelists::CodeLists;
    use crate::costs::UnitCosts;
    use crate::reference::DefinitionFiles;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn person(born: Option<&str>, died: Option<&str>) -> PersonFact {
        PersonFact {
            person: PersonId(1),
            sex: Sex::Female,
            birth_date: born.map(day),
            death_date: died.map(day),
            practice: "E84002".to_owned(),
            borough: "E09000005".to_owned(),
            lsoa: String::new(),
            imd_decile: None,
            ethnic_category: String::new(),
            registered: true,
            registered_since: None,
            planning: true,
            before_death: None,
        }
    }

    fn count(people: &[PersonFact], months: &[NaiveDate]) -> Vec<Vec<Counts>> {
        let codelists = CodeLists::default();
        let costs = UnitCosts::load(&DefinitionFiles::embedded()).unwrap();
        let inputs = FactInputs {
            people,
            codelists: &codelists,
            costs: &costs,
            as_at: day("2026-10-31"),
            planning_sources: &BTreeSet::new(),
            sources: None,
            places: &places_of(people),
            earlier: &[],
            as_it_stood: false,
        };
        counted(&inputs, months).into_values().collect()
    }

    #[test]
    fn a_month_counts_those_born_and_not_yet_dead_by_age_at_its_start() {
        let months = ["2026-08-01", "2026-09-01", "2026-10-01"].map(day);
        let count = |person| super::tests::count(&[person], &months).remove(0);
        assert_eq!(count(person(None, None)), [[1, 0, 0]; 3], "age not known: of all ages only");
        assert_eq!(count(person(Some("2026-09-30"), None)), [[0, 0, 0], [1, 0, 0], [1, 0, 0]]);
        // 65 on the first of September: from that month on; on the second: from the next.
        assert_eq!(count(person(Some("1961-09-01"), None)), [[1, 1, 0], [1, 0, 1], [1, 0, 1]]);
        assert_eq!(count(person(Some("1961-09-02"), None)), [[1, 1, 0], [1, 1, 0], [1, 0, 1]]);
        assert_eq!(count(person(Some("2008-10-01"), None)), [[1, 0, 0], [1, 0, 0], [1, 1, 0]]);
        assert_eq!(count(person(Some("1940-01-01"), Some("2026-09-01"))), [[1, 0, 1], [1, 0, 1], [0, 0, 0]]);
    }

    #[test]
    fn who_has_left_or_is_not_covered_counts_nowhere() {
        let months = [day("2026-10-01")];
        for other in [
            PersonFact { registered: false, ..person(None, None) },
            PersonFact { planning: false, ..person(None, None) },
            PersonFact { practice: String::new(), ..person(None, None) },
        ] {
            assert!(count(&[other], &months).is_empty());
        }
        let dead = PersonFact { registered: false, ..person(None, Some("2026-10-05")) };
        assert_eq!(count(&[dead], &months).len(), 1);
    }
}
