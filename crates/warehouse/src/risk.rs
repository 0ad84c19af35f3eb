//! What models of risk are made from, read back as columns; and which definitions such a model needs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, ArrayRef, Date32Array, Int64Array, StringArray, StringViewArray};
use model::PersonId;

use crate::WarehouseError;
use crate::columns::date;
use crate::definitions::Definition;
use crate::derived::{each_batch, each_row};

/// Rows of a model of risk, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RiskRows {
    /// Whom each row is about.
    pub people: Vec<PersonId>,
    /// The last day that its numbers know of.
    pub days: Vec<NaiveDate>,
    /// Whole numbers by column; dates as days since 1970-01-01. Nought where there is none.
    pub numbers: BTreeMap<String, Vec<i64>>,
    /// Which of the numbers are dates.
    pub dates: BTreeSet<String>,
    /// Sub-groups by column: what each row says, as a place in the words of [`Self::words`].
    pub groups: BTreeMap<String, Vec<u16>>,
    /// The words of each column of sub-groups.
    pub words: BTreeMap<String, Vec<String>>,
}

impl RiskRows {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// True without a row.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// A number of a row; nought when there is none.
    pub fn number(&self, column: &str, row: usize) -> i64 {
        self.numbers.get(column).and_then(|values| values.get(row)).copied().unwrap_or(0)
    }

    /// Adds these rows of a column; `false` when it is of no type that a model reads.
    fn add(&mut self, name: &str, column: &ArrayRef, rows: &[usize]) -> Result<bool, WarehouseError> {
        let any = column.as_any();
        if let Some(column) = any.downcast_ref::<Int64Array>() {
            let values = rows.iter().map(|row| if column.is_valid(*row) { column.value(*row) } else { 0 });
            self.numbers.entry(name.to_owned()).or_default().extend(values);
        } else if let Some(column) = any.downcast_ref::<Date32Array>() {
            let days = |row: &usize| if column.is_valid(*row) { i64::from(column.value(*row)) } else { 0 };
            self.numbers.entry(name.to_owned()).or_default().extend(rows.iter().map(days));
            self.dates.insert(name.to_owned());
        } else if let Some(column) = any.downcast_ref::<StringViewArray>() {
            self.add_words(name, rows.iter().map(|row| column.value(*row)))?;
        } else if let Some(column) = any.downcast_ref::<StringArray>() {
            self.add_words(name, rows.iter().map(|row| column.value(*row)))?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn add_words<'w>(
        &mut self,
        column: &str,
        said: impl Iterator<Item = &'w str>,
    ) -> Result<(), WarehouseError> {
        let words = self.words.entry(column.to_owned()).or_default();
        let places = self.groups.entry(column.to_owned()).or_default();
        for word in said {
            let at = words.iter().position(|known| known == word).unwrap_or_else(|| {
                words.push(word.to_owned());
                words.len() - 1
            });
            places.push(u16::try_from(at).map_err(|_| WarehouseError::TooMany("sub-groups"))?);
        }
        Ok(())
    }
}

/// Reads the rows that a definition of risk gave, of those people and days for whom `keep` holds.
pub fn rows(
    folder: &Path,
    definition: &Definition,
    keep: impl Fn(PersonId, NaiveDate) -> bool,
) -> Result<RiskRows, WarehouseError> {
    let bad = |reason: String| WarehouseError::Definition { file: definition.path.clone(), reason };
    let mut all = RiskRows::default();
    each_batch(&folder.join(&definition.name), |batch, path| {
        let mut kept = Vec::new();
        for row in 0..batch.0.num_rows() {
            let person = batch.person(path, row)?;
            let day = batch.day(path, "day", row)?;
            let day = day.ok_or_else(|| bad("a row has no `day`".to_owned()))?;
            if keep(person, day) {
                all.people.push(person);
                all.days.push(day);
                kept.push(row);
            }
        }
        for (field, column) in batch.0.schema().fields().iter().zip(batch.0.columns()) {
            let name = field.name().as_str();
            if !matches!(name, "person_id" | "day") && !all.add(name, column, &kept)? {
                return Err(bad(format!("column `{name}` is no whole number, date or text")));
            }
        }
        Ok(())
    })?;
    Ok(all)
}

/// When what is predicted came about, by person, in order of day.
pub fn outcomes(
    folder: &Path,
    definition: &Definition,
) -> Result<BTreeMap<PersonId, Vec<NaiveDate>>, WarehouseError> {
    let mut all: BTreeMap<PersonId, Vec<NaiveDate>> = BTreeMap::new();
    each_row(&folder.join(&definition.name), |row, batch, path| {
        if let Some(day) = batch.day(path, "day", row)? {
            all.entry(batch.person(path, row)?).or_default().push(day);
        }
        Ok(())
    })?;
    all.values_mut().for_each(|days| days.sort_unstable());
    Ok(all)
}

/// The first and the last admission that the facts know of, by a day.
pub fn admissions(facts: &Path, as_at: NaiveDate) -> Result<Option<(NaiveDate, NaiveDate)>, WarehouseError> {
    let mut found: Option<(NaiveDate, NaiveDate)> = None;
    each_row(&facts.join("spell"), |row, batch, path| {
        if let Some(day) = batch.day(path, "admitted", row)?.filter(|day| *day <= as_at) {
            let (first, last) = found.unwrap_or((day, day));
            found = Some((first.min(day), last.max(day)));
        }
        Ok(())
    })?;
    Ok(found)
}

/// The definitions that one needs to have run before it, itself last, in their order.
pub fn needed(definitions: &[Definition], name: &str) -> Vec<Definition> {
    let mut tables: BTreeSet<&str> = BTreeSet::new();
    let mut needed: Vec<Definition> = Vec::new();
    for definition in definitions.iter().rev() {
        let shared = !definition.kind.own_table() && tables.contains(definition.kind.table());
        if definition.name == name || shared {
            tables.extend(definition.inputs.iter().map(String::as_str));
            needed.push(definition.clone());
        }
    }
    needed.reverse();
    needed
}

/// The date that a number of days since 1970-01-01 is.
pub fn day_of(days: i64) -> NaiveDate {
    i32::try_from(days).map_or(NaiveDate::MAX, date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::{Kind, load};
    use crate::reference::DefinitionFiles;

    #[test]
    fn a_model_needs_the_registers_and_not_the_worklists() {
        let all = load(&DefinitionFiles::embedded()).unwrap();
        let needed = needed(&all, "emergency_admission_12m");
        assert_eq!(needed.last().unwrap().name, "emergency_admission_12m");
        assert!(needed.iter().any(|d| d.name == "heart_failure"));
        assert!(needed.iter().all(|d| matches!(d.kind, Kind::Register | Kind::Score | Kind::Risk)));
    }
}
