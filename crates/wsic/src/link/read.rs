//! Takes the rows of CSV and Parquet files into the records to be linked.

use std::path::PathBuf;

use linkage::Records;

use super::columns::Reading;
use super::ids::Ids;
use crate::failure::Failure;
use crate::progress::Shown;
use crate::tables::Table;
use pipeline::Progress;

/// Opens files and reads their headers.
pub fn open(paths: &[PathBuf]) -> Result<Vec<Table>, Failure> {
    let mut tables: Vec<Table> = Vec::new();
    for path in paths {
        let table = Table::open(path)?;
        if tables.iter().any(|other| other.name == table.name) {
            return Err(Failure::usage(format!(
                "two files are called {}: the tables tell records apart by file name and id, so give one of them another name",
                table.name
            )));
        }
        tables.push(table);
    }
    Ok(tables)
}

/// Takes every record of a file into `records`; gives their ids.
pub fn read(
    table: Table,
    reading: &Reading,
    records: &mut Records,
    progress: &Shown,
) -> Result<Ids, Failure> {
    let mut ids = Ids::new(table.name.clone());
    let path = table.path().to_owned();
    let step = format!("reading {}", table.name);
    // The id behind the columns that linkage is told of.
    let mut places = reading.places.clone();
    let id_at = places.len();
    places.push(Some(reading.id));
    let mut file = records.file(&reading.layout);
    let shown = |done, all| progress.at(&step, done, all);
    let rows = table.visit(&places, &shown, |row| {
        let id = row.get(id_at);
        if id.is_empty() {
            return Err(
                row.problem("the id is blank: give every record an id that no other record of the file has")
            );
        }
        ids.ragged += u64::from(row.ragged);
        ids.other_encoding += u64::from(row.other_encoding);
        ids.push(id);
        file.push(|n| row.get(n));
        Ok(())
    })?;
    if rows == 0 {
        return Err(Failure::data(format!(
            "{} has a header and no record: give a file with records, or leave it out",
            path.display()
        )));
    }
    if let Some((first, second)) = ids.twice() {
        let places = places_of(&path, [first, second])?;
        return Err(Failure::data(format!(
            "{}: {} have the same id: ids tell the records of a file apart, so give the role id to a column whose values are all different",
            path.display(),
            places.join(" and ")
        )));
    }
    Ok(ids)
}

/// Where records stand in their file, in words.
fn places_of(path: &std::path::Path, records: [usize; 2]) -> Result<Vec<String>, Failure> {
    let mut places = Vec::new();
    let mut record = 0;
    Table::open(path)?.visit(&[], &|_, _| {}, |row| {
        if records.contains(&record) {
            places.push(row.place());
        }
        record += 1;
        Ok(())
    })?;
    Ok(places)
}
