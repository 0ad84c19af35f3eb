//! What definitions gave, read back a person at a time for publication.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, Date32Array, Int64Array, RecordBatch, StringArray, StringViewArray};
use model::PersonId;

use crate::WarehouseError;
use crate::columns::{column, date, open};
use crate::counted::PersonSet;

/// What definitions say of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonResults {
    /// Registers and since when.
    pub registers: Vec<(String, Option<NaiveDate>)>,
    /// Scores: name, tenths, band.
    pub scores: Vec<(String, i64, String)>,
    /// Population group and why.
    pub group: Option<(i64, String)>,
    /// Worklists: name, weight, reason.
    pub worklists: Vec<(String, i64, String)>,
}

/// What definitions say of everybody they say something of.
pub fn by_person(derived: &Path) -> Result<BTreeMap<PersonId, PersonResults>, WarehouseError> {
    let mut people: BTreeMap<PersonId, PersonResults> = BTreeMap::new();
    each_row(&derived.join("register"), |row, batch, path| {
        let entry = people.entry(batch.person(path, row)?).or_default();
        entry.registers.push((batch.text(path, "register", row)?, batch.day(path, "since", row)?));
        Ok(())
    })?;
    each_row(&derived.join("score"), |row, batch, path| {
        let entry = people.entry(batch.person(path, row)?).or_default();
        let value = batch.integer(path, "value_tenths", row)?;
        entry.scores.push((batch.text(path, "score", row)?, value, batch.text(path, "band", row)?));
        Ok(())
    })?;
    each_row(&derived.join("population_group"), |row, batch, path| {
        let entry = people.entry(batch.person(path, row)?).or_default();
        entry.group = Some((batch.integer(path, "group", row)?, batch.text(path, "reason", row)?));
        Ok(())
    })?;
    each_row(&derived.join("worklist"), |row, batch, path| {
        let entry = people.entry(batch.person(path, row)?).or_default();
        let weight = batch.integer(path, "weight", row)?;
        entry.worklists.push((batch.text(path, "worklist", row)?, weight, batch.text(path, "reason", row)?));
        Ok(())
    })?;
    Ok(people)
}

/// Somebody who is registered with a practice, or was at death.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Who.
    pub person: PersonId,
    /// Code of the practice.
    pub practice: String,
    /// Has not died.
    pub alive: bool,
}

/// Everybody who is registered, in order of person.
pub fn registered(facts: &Path) -> Result<Vec<Registered>, WarehouseError> {
    let mut all = Vec::new();
    each_row(&facts.join("person"), |row, batch, path| {
        let practice = batch.text(path, "practice", row)?;
        if !practice.is_empty() {
            let alive = batch.day(path, "death_date", row)?.is_none();
            all.push(Registered { person: batch.person(path, row)?, practice, alive });
        }
        Ok(())
    })?;
    Ok(all)
}

/// Everybody of these people who is in a population group.
pub fn grouped(derived: &Path, people: &PersonSet) -> Result<PersonSet, WarehouseError> {
    let mut grouped = PersonSet::default();
    each_row(&derived.join("population_group"), |row, batch, path| {
        let person = batch.person(path, row)?;
        if people.contains(person) {
            grouped.insert(person);
        }
        Ok(())
    })?;
    Ok(grouped)
}

/// What the activity of these people cost from one month until another (not counted), in pence, added up row by row.
pub fn pence(
    facts: &Path,
    people: &PersonSet,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<i64, WarehouseError> {
    let mut total = 0;
    each_row(&facts.join("activity"), |row, batch, path| {
        let month = batch.day(path, "month", row)?;
        if month.is_some_and(|month| month >= from && month < until)
            && people.contains(batch.person(path, row)?)
        {
            total += batch.integer(path, "pence", row)?;
        }
        Ok(())
    })?;
    Ok(total)
}

/// The practice of every person who is registered and alive.
pub fn practices(facts: &Path) -> Result<Vec<(PersonId, String)>, WarehouseError> {
    let all = registered(facts)?.into_iter().filter(|who| who.alive);
    Ok(all.map(|who| (who.person, who.practice)).collect())
}

/// The sum of a whole-number column over all files of a table; for control totals.
pub fn sum(derived: &Path, table: &str, name: &'static str) -> Result<i64, WarehouseError> {
    let mut total = 0;
    each_row(&derived.join(table), |row, batch, path| {
        total += batch.integer(path, name, row)?;
        Ok(())
    })?;
    Ok(total)
}

fn each_row(
    folder: &Path,
    mut visit: impl FnMut(usize, &Rows<'_>, &Path) -> Result<(), WarehouseError>,
) -> Result<(), WarehouseError> {
    if !folder.exists() {
        return Ok(());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(WarehouseError::file(folder))? {
        files.push(entry.map_err(WarehouseError::file(folder))?.path());
    }
    files.sort();
    for path in files {
        for batch in open(&path, 64 * 1024)? {
            let batch = batch?;
            let rows = Rows(&batch);
            for row in 0..batch.num_rows() {
                visit(row, &rows, &path)?;
            }
        }
    }
    Ok(())
}

struct Rows<'a>(&'a RecordBatch);

impl Rows<'_> {
    fn person(&self, path: &Path, row: usize) -> Result<PersonId, WarehouseError> {
        let id = self.integer(path, "person_id", row)?;
        u32::try_from(id)
            .map(PersonId)
            .map_err(|_| WarehouseError::Column { path: path.to_owned(), column: "person_id" })
    }

    fn integer(&self, path: &Path, name: &'static str, row: usize) -> Result<i64, WarehouseError> {
        let column: &Int64Array = column(path, self.0, name)?;
        Ok(if column.is_valid(row) { column.value(row) } else { 0 })
    }

    fn day(&self, path: &Path, name: &'static str, row: usize) -> Result<Option<NaiveDate>, WarehouseError> {
        let column: &Date32Array = column(path, self.0, name)?;
        Ok(column.is_valid(row).then(|| date(column.value(row))))
    }

    fn text(&self, path: &Path, name: &'static str, row: usize) -> Result<String, WarehouseError> {
        if let Ok(column) = column::<StringViewArray>(path, self.0, name) {
            return Ok(if column.is_valid(row) { column.value(row).to_owned() } else { String::new() });
        }
        let column: &StringArray = column(path, self.0, name)?;
        Ok(if column.is_valid(row) { column.value(row).to_owned() } else { String::new() })
    }
}
