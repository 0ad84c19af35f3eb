//! What definitions gave, read back a person at a time for publication.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, Date32Array, Float64Array, Int64Array, RecordBatch};
use model::PersonId;

use crate::WarehouseError;
use crate::columns::{Words, column, date, open};
use crate::counted::PersonSet;

/// What definitions say of one person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonResults {
    /// Registers and since when.
    pub registers: Vec<(String, Option<NaiveDate>)>,
    /// Scores.
    pub scores: Vec<PersonScore>,
    /// Population group in each pack: pack, number, why.
    pub groups: Vec<(String, i64, String)>,
    /// Groups on earlier days: pack, day, number.
    pub earlier: Vec<(String, NaiveDate, i64)>,
    /// Worklists: name, weight, reason.
    pub worklists: Vec<(String, i64, String)>,
    /// Predicted risks.
    pub risks: Vec<PersonRisk>,
}

/// A predicted risk of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRisk {
    /// Name of the definition.
    pub name: String,
    /// As it is written, such as `34%`.
    pub value: String,
    /// The band.
    pub band: String,
    /// What raises it above the average person's, in words; blank when nothing is said.
    pub reason: String,
}

/// A score of one person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonScore {
    /// Definition name.
    pub name: String,
    /// Value.
    pub value: f64,
    /// Band; blank when the score has none.
    pub band: String,
    /// What it is made of, in words.
    pub reason: String,
}

impl PersonResults {
    /// The person's group in a pack, and why.
    pub fn group(&self, pack: &str) -> Option<(i64, &str)> {
        let own = self.groups.iter().find(|(name, ..)| name == pack);
        own.map(|(_, number, reason)| (*number, reason.as_str()))
    }
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
        entry.scores.push(PersonScore {
            name: batch.text(path, "score", row)?,
            value: batch.number(path, "value", row)?,
            band: batch.text(path, "band", row)?,
            reason: batch.text(path, "reason", row)?,
        });
        Ok(())
    })?;
    each_row(&derived.join("population_group"), |row, batch, path| {
        let entry = people.entry(batch.person(path, row)?).or_default();
        let (number, reason) = (batch.integer(path, "group", row)?, batch.text(path, "reason", row)?);
        entry.groups.push((batch.text(path, "pack", row)?, number, reason));
        Ok(())
    })?;
    each_row(&derived.join("group_history"), |row, batch, path| {
        if let Some(day) = batch.day(path, "as_at", row)? {
            let entry = people.entry(batch.person(path, row)?).or_default();
            entry.earlier.push((batch.text(path, "pack", row)?, day, batch.integer(path, "group", row)?));
        }
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
    let mut all = Vec::new();
    each_row(&facts.join("person"), |row, batch, path| {
        let practice = batch.text(path, "practice", row)?;
        if !practice.is_empty() && batch.day(path, "death_date", row)?.is_none() {
            all.push((batch.person(path, row)?, practice));
        }
        Ok(())
    })?;
    Ok(all)
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

/// Visits every row of the Parquet files of a table, in order of file.
pub(crate) fn each_row(
    folder: &Path,
    mut visit: impl FnMut(usize, &Rows<'_>, &Path) -> Result<(), WarehouseError>,
) -> Result<(), WarehouseError> {
    each_batch(folder, |rows, path| (0..rows.0.num_rows()).try_for_each(|row| visit(row, rows, path)))
}

/// Reads every file of a folder, in order of name, a part at a time.
pub(crate) fn each_batch(
    folder: &Path,
    mut visit: impl FnMut(&Rows<'_>, &Path) -> Result<(), WarehouseError>,
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
            visit(&Rows(&batch), &path)?;
        }
    }
    Ok(())
}

/// A batch whose cells are asked for by column and row.
pub(crate) struct Rows<'a>(pub(crate) &'a RecordBatch);

impl Rows<'_> {
    pub(crate) fn person(&self, path: &Path, row: usize) -> Result<PersonId, WarehouseError> {
        let id = self.integer(path, "person_id", row)?;
        u32::try_from(id)
            .map(PersonId)
            .map_err(|_| WarehouseError::Column { path: path.to_owned(), column: "person_id" })
    }

    pub(crate) fn integer(&self, path: &Path, name: &'static str, row: usize) -> Result<i64, WarehouseError> {
        Ok(self.maybe(path, name, row)?.unwrap_or(0))
    }

    pub(crate) fn maybe(
        &self,
        path: &Path,
        name: &'static str,
        row: usize,
    ) -> Result<Option<i64>, WarehouseError> {
        let column: &Int64Array = column(path, self.0, name)?;
        Ok(column.is_valid(row).then(|| column.value(row)))
    }

    fn number(&self, path: &Path, name: &'static str, row: usize) -> Result<f64, WarehouseError> {
        let column: &Float64Array = column(path, self.0, name)?;
        Ok(if column.is_valid(row) { column.value(row) } else { 0.0 })
    }

    pub(crate) fn day(
        &self,
        path: &Path,
        name: &'static str,
        row: usize,
    ) -> Result<Option<NaiveDate>, WarehouseError> {
        let column: &Date32Array = column(path, self.0, name)?;
        Ok(column.is_valid(row).then(|| date(column.value(row))))
    }

    pub(crate) fn text(&self, path: &Path, name: &'static str, row: usize) -> Result<String, WarehouseError> {
        Ok(Words::of(path, self.0, name)?.get(row).to_owned())
    }
}
