//! Reads CSV and Parquet files into the records to be linked. Millions of rows come this way: nothing is made anew for a row.

use std::fs::File;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use linkage::Records;
use pipeline::Progress;
use warehouse::texts::TextFile;

use super::columns::Reading;
use super::ids::Ids;
use crate::failure::Failure;
use crate::progress::Shown;

/// A row longer than this has a quote that is opened and not closed.
const LONGEST: usize = 1 << 20;
/// Rows between two words of progress.
const STEP: u64 = 1 << 14;

/// A file whose header has been read.
pub struct Source {
    path: PathBuf,
    /// The file's name without its folder, as the specification and the tables have it.
    pub name: String,
    header: Vec<String>,
    rows: Rows,
}

enum Rows {
    Csv(CsvRows),
    Parquet(TextFile),
}

struct CsvRows {
    reader: csv::Reader<Box<dyn BufRead>>,
    bytes: u64,
}

/// Opens files and reads their headers.
pub fn open(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut sources: Vec<Source> = Vec::new();
    for path in paths {
        let source = Source::open(path)?;
        if sources.iter().any(|other| other.name == source.name) {
            return Err(Failure::usage(format!(
                "two files are called {}: the tables tell records apart by file name and id, so give one of them another name",
                source.name
            )));
        }
        sources.push(source);
    }
    Ok(sources)
}

impl Source {
    fn open(path: &Path) -> Result<Self, Failure> {
        if !path.is_file() {
            return Err(Failure::usage(format!(
                "there is no file {}: give CSV or Parquet files, not folders",
                path.display()
            )));
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let problem = |e: std::io::Error| Failure::data(format!("{}: {e}", path.display()));
        let mut start = [0; 4];
        let n = File::open(path).and_then(|mut file| file.read(&mut start)).map_err(problem)?;
        if n == start.len() && start == *b"PAR1" {
            let file = TextFile::open(path).map_err(Failure::data)?;
            let header = file.columns().iter().map(|column| column.trim().to_owned()).collect();
            return Ok(Self { path: path.to_owned(), name, header, rows: Rows::Parquet(file) });
        }
        let mut rows = CsvRows::open(path)?;
        let mut first = ByteRecord::new();
        if !rows.next(path, &mut first)? {
            return Err(Failure::data(format!(
                "{} is empty: the first line names the columns, and a line for each record follows",
                path.display()
            )));
        }
        let header = first.iter().map(|cell| text_of(cell).trim().to_owned()).collect();
        Ok(Self { path: path.to_owned(), name, header, rows: Rows::Csv(rows) })
    }

    /// Where a column stands.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    /// How many columns have this name.
    pub fn times(&self, column: &str) -> usize {
        self.header.iter().filter(|name| *name == column).count()
    }

    /// A column whose name differs in capitals, blanks and underscores alone. Other names are not said: in a file without a
    /// header they are somebody's data.
    pub fn nearly(&self, column: &str) -> Option<&str> {
        let plain = |name: &str| -> String {
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        self.header.iter().find(|name| plain(name) == plain(column)).map(String::as_str)
    }

    /// Takes every record into `records`; gives their ids.
    pub fn read(self, reading: &Reading, records: &mut Records, progress: &Shown) -> Result<Ids, Failure> {
        let mut ids = Ids::new(self.name.clone());
        let step = format!("reading {}", self.name);
        match self.rows {
            Rows::Csv(rows) => {
                let width = self.header.len();
                read_csv(&self.path, rows, width, reading, records, &mut ids, &|done, all| {
                    progress.at(&step, done, all);
                })?;
            }
            Rows::Parquet(file) => {
                read_parquet(&self.path, file, reading, records, &mut ids, &|done, all| {
                    progress.at(&step, done, all);
                })?;
            }
        }
        if ids.len() == 0 {
            return Err(Failure::data(format!(
                "{} has a header and no record: give a file with records, or leave it out",
                self.path.display()
            )));
        }
        if let Some((first, second)) = ids.twice() {
            return Err(Failure::data(format!(
                "{}: {} and {} have the same id: ids tell the records of a file apart, so give the role id to a column whose values are all different",
                self.path.display(),
                line_of(&self.path, first),
                line_of(&self.path, second)
            )));
        }
        Ok(ids)
    }
}

impl CsvRows {
    fn open(path: &Path) -> Result<Self, Failure> {
        let problem = |e: std::io::Error| Failure::data(format!("{}: {e}", path.display()));
        let file = File::open(path).map_err(problem)?;
        let bytes = file.metadata().map_err(problem)?.len();
        let input = feeds::open_text(file).map_err(|e| match e {
            feeds::FileError::Empty => Failure::data(format!(
                "{} is empty: the first line names the columns, and a line for each record follows",
                path.display()
            )),
            e => Failure::data(format!("{}: {e}; give CSV or Parquet", path.display())),
        })?;
        let mut text = input.reader;
        let delimiter = delimiter(text.fill_buf().map_err(problem)?);
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(1 << 18)
            .from_reader(text);
        Ok(Self { reader, bytes })
    }

    /// Reads the next row; whether there was one.
    fn next(&mut self, path: &Path, row: &mut ByteRecord) -> Result<bool, Failure> {
        let line = self.line();
        let problem = |e: csv::Error| Failure::data(format!("{}, line {line}: {e}", path.display()));
        let there_is = self.reader.read_byte_record(row).map_err(problem)?;
        if row.as_slice().len() > LONGEST {
            return Err(Failure::data(format!(
                "{}, line {line}: the row is over 1 MiB long; a quote is opened there and not closed: mend the line",
                path.display()
            )));
        }
        Ok(there_is)
    }

    fn line(&self) -> u64 {
        self.reader.position().line()
    }
}

/// What separates the cells of the first line: a comma, or what occurs more often of tab, semicolon and bar.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let times = |of: u8| line.iter().filter(|byte| **byte == of).count();
    [b'\t', b';', b'|'].into_iter().fold(b',', |best, of| if times(of) > times(best) { of } else { best })
}

fn text_of(cell: &[u8]) -> String {
    match std::str::from_utf8(cell) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let mut text = String::new();
            feeds::windows_1252(cell, &mut text);
            text
        }
    }
}

fn read_csv(
    path: &Path,
    mut rows: CsvRows,
    width: usize,
    reading: &Reading,
    records: &mut Records,
    ids: &mut Ids,
    progress: &dyn Fn(usize, usize),
) -> Result<(), Failure> {
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let mut file = records.file(&reading.layout);
    let (mut raw, mut decoded) = (ByteRecord::new(), ByteRecord::new());
    let mut taken: u64 = 0;
    progress(0, count(rows.bytes));
    while rows.next(path, &mut raw)? {
        ids.ragged += u64::from(raw.len() != width);
        let row = if raw.as_slice().is_ascii() || std::str::from_utf8(raw.as_slice()).is_ok() {
            &raw
        } else {
            ids.other_encoding += 1;
            decoded.clear();
            raw.iter().for_each(|cell| decoded.push_field(text_of(cell).as_bytes()));
            &decoded
        };
        let text = std::str::from_utf8(row.as_slice()).unwrap_or_default();
        let cell =
            |at: usize| row.range(at).and_then(|range| text.get(range)).unwrap_or_default().trim_ascii();
        let id = cell(reading.id);
        if id.is_empty() {
            let line = raw.position().map_or(0, csv::Position::line);
            return Err(no_id(path, &format!("line {line}")));
        }
        ids.push(id);
        file.push(|n| reading.places.get(n).copied().flatten().map_or("", cell));
        taken += 1;
        if taken.is_multiple_of(STEP) {
            progress(count(rows.reader.position().byte()), count(rows.bytes));
        }
    }
    Ok(())
}

fn read_parquet(
    path: &Path,
    file: TextFile,
    reading: &Reading,
    records: &mut Records,
    ids: &mut Ids,
    progress: &dyn Fn(usize, usize),
) -> Result<(), Failure> {
    let all = usize::try_from(file.rows()).unwrap_or(usize::MAX);
    // The id behind the columns that linkage is told of.
    let mut places = reading.places.clone();
    let id_at = places.len();
    places.push(Some(reading.id));
    let problem = |e: warehouse::WarehouseError| Failure::data(format!("{}: {e}", path.display()));
    let mut to = records.file(&reading.layout);
    progress(0, all);
    for rows in file.read(&places).map_err(problem)? {
        let rows = rows.map_err(problem)?;
        for row in 0..rows.len() {
            let id = rows.get(row, id_at);
            if id.is_empty() {
                return Err(no_id(path, &format!("record {}", ids.len() + 1)));
            }
            ids.push(id);
            to.push(|n| rows.get(row, n));
        }
        progress(ids.len(), all);
    }
    Ok(())
}

fn no_id(path: &Path, place: &str) -> Failure {
    Failure::data(format!(
        "{}, {place}: the id is blank: give every record an id that no other record of the file has",
        path.display()
    ))
}

/// Where a record stands in its file, in words.
fn line_of(path: &Path, record: usize) -> String {
    let line = || -> Option<u64> {
        let mut rows = CsvRows::open(path).ok()?;
        let mut row = ByteRecord::new();
        // The header comes first.
        for _ in 0..record + 2 {
            rows.next(path, &mut row).ok()?;
        }
        row.position().map(csv::Position::line)
    };
    line().map_or_else(|| format!("record {}", record + 1), |line| format!("line {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_seen_in_the_first_line() {
        assert_eq!(delimiter(b"a,b,c\nx;y;z;;;;;"), b',');
        assert_eq!(delimiter(b"a\tb\tc\n"), b'\t');
        assert_eq!(delimiter(b"id;name\n"), b';');
        assert_eq!(delimiter(b"id"), b',');
    }
}
