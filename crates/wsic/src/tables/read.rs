//! Reads CSV and Parquet files row by row. Millions of rows come this way: nothing is made anew for a row.

use std::fs::File;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use warehouse::texts::{TextFile, TextRows};

use crate::failure::Failure;

/// A row longer than this has a quote that is opened and not closed.
const LONGEST: usize = 1 << 20;
/// Rows between two words of progress.
const STEP: u64 = 1 << 14;

/// A file whose header has been read.
pub struct Table {
    path: PathBuf,
    /// The file's name without its folder.
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

/// What the rows of a file share.
struct Reading<'a> {
    path: &'a Path,
    header: &'a [String],
    places: &'a [Option<usize>],
}

/// One row: the cells of the columns that were asked for.
pub struct Row<'a> {
    reading: &'a Reading<'a>,
    cells: Cells<'a>,
    /// Whether it has fewer or more cells than the header.
    pub ragged: bool,
    /// Whether it is not UTF-8 and was read as Windows-1252.
    pub other_encoding: bool,
}

enum Cells<'a> {
    /// The row and its text.
    Csv(&'a ByteRecord, &'a str),
    /// Rows, which of them this is, and which of the file.
    Parquet(&'a TextRows, usize, u64),
}

impl Table {
    /// Opens a file and reads its header. Parquet is told by its first bytes; everything else is CSV, in which tab, semicolon or
    /// bar may stand for the comma.
    ///
    /// # Errors
    /// When there is no such file, it is empty or it is something else.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        if !path.is_file() {
            return Err(Failure::usage(format!(
                "there is no file {}: give CSV or Parquet files, not folders",
                path.display()
            )));
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut start = [0; 4];
        let n = File::open(path).and_then(|mut file| file.read(&mut start)).map_err(problem(path))?;
        if n == start.len() && start == *b"PAR1" {
            let file = TextFile::open(path).map_err(Failure::data)?;
            let header = file.columns().iter().map(|column| column.trim().to_owned()).collect();
            return Ok(Self { path: path.to_owned(), name, header, rows: Rows::Parquet(file) });
        }
        let mut rows = CsvRows::open(path)?;
        let mut first = ByteRecord::new();
        if !rows.next(path, &mut first)? {
            return Err(empty(path));
        }
        let header = first.iter().map(|cell| text_of(cell).trim().to_owned()).collect();
        Ok(Self { path: path.to_owned(), name, header, rows: Rows::Csv(rows) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Where a column stands.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.header().iter().position(|name| name == column)
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

    /// Where a column stands that may be missing.
    ///
    /// # Errors
    /// When it is there more than once.
    pub fn may(&self, column: &str) -> Result<Option<usize>, Failure> {
        if self.times(column) > 1 {
            return Err(self.header_problem(column, "is there more than once: keep one"));
        }
        Ok(self.place(column))
    }

    /// Where a column stands that must be there.
    ///
    /// # Errors
    /// When it is missing or there more than once.
    pub fn must(&self, column: &str) -> Result<usize, Failure> {
        self.may(column)?.ok_or_else(|| match self.nearly(column) {
            Some(near) => self.header_problem(column, &format!("is missing; is `{near}` meant? Rename it")),
            None => self.header_problem(column, "is missing: the first line names the columns"),
        })
    }

    fn header_problem(&self, column: &str, what: &str) -> Failure {
        Failure::data(format!("{}, line 1: column `{column}` {what}", self.path.display()))
    }

    /// Hands over every row: cell n of each is of the n-th of `places`, blank where that is `None`. Gives how many there were.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` says.
    pub fn visit(
        self,
        places: &[Option<usize>],
        progress: &dyn Fn(usize, usize),
        mut each: impl FnMut(&Row<'_>) -> Result<(), Failure>,
    ) -> Result<u64, Failure> {
        let reading = Reading { path: &self.path, header: &self.header, places };
        match self.rows {
            Rows::Csv(rows) => visit_csv(&reading, rows, progress, &mut each),
            Rows::Parquet(file) => visit_parquet(&reading, file, progress, &mut each),
        }
    }

    /// As [`Table::visit`], and a row that has fewer or more cells than the header is a mistake.
    ///
    /// # Errors
    /// As there.
    pub fn visit_whole(
        self,
        places: &[Option<usize>],
        progress: &dyn Fn(usize, usize),
        mut each: impl FnMut(&Row<'_>) -> Result<(), Failure>,
    ) -> Result<u64, Failure> {
        self.visit(places, progress, |row| if row.ragged { Err(row.not_whole()) } else { each(row) })
    }
}

impl<'a> Row<'a> {
    /// The text of a cell, blanks around it taken away.
    pub fn get(&self, n: usize) -> &'a str {
        match self.cells {
            Cells::Csv(record, text) => {
                let at = self.reading.places.get(n).copied().flatten();
                let range = at.and_then(|at| record.range(at));
                range.and_then(|range| text.get(range)).unwrap_or_default().trim_ascii()
            }
            Cells::Parquet(rows, row, _) => rows.get(row, n),
        }
    }

    /// Where it stands in the file: `line 5` of a CSV file, `record 4` of a Parquet file.
    pub fn place(&self) -> String {
        match self.cells {
            Cells::Csv(record, _) => {
                let start = record.position().map_or(0, csv::Position::byte);
                line_at(self.reading.path, start)
                    .map_or_else(|_| format!("byte {start}"), |n| format!("line {n}"))
            }
            Cells::Parquet(_, _, record) => format!("record {record}"),
        }
    }

    /// A mistake in this row as a whole.
    pub fn problem(&self, what: impl std::fmt::Display) -> Failure {
        Failure::data(format!("{}, {}: {what}", self.reading.path.display(), self.place()))
    }

    /// A mistake in a cell.
    pub fn wrong(&self, n: usize, what: impl std::fmt::Display) -> Failure {
        let place = self.reading.places.get(n).copied().flatten();
        let name = place.and_then(|at| self.reading.header.get(at)).map_or("", String::as_str);
        Failure::data(format!("{}, {}, column `{name}`: {what}", self.reading.path.display(), self.place()))
    }

    fn not_whole(&self) -> Failure {
        let cells = if let Cells::Csv(record, _) = self.cells { record.len() } else { 0 };
        self.problem(format!(
            "the row has {cells} cells and the header {}: mend the line, or put quotes around a cell that holds the separator",
            self.reading.header.len()
        ))
    }
}

impl CsvRows {
    fn open(path: &Path) -> Result<Self, Failure> {
        let file = File::open(path).map_err(problem(path))?;
        let bytes = file.metadata().map_err(problem(path))?.len();
        let input = feeds::open_text(file).map_err(|e| match e {
            feeds::FileError::Empty => empty(path),
            e => Failure::data(format!("{}: {e}; give CSV or Parquet", path.display())),
        })?;
        let mut text = input.reader;
        let delimiter = delimiter(text.fill_buf().map_err(problem(path))?);
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
        let line = self.reader.position().line();
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
}

fn problem(path: &Path) -> impl Fn(std::io::Error) -> Failure {
    let path = path.to_owned();
    move |e| Failure::data(format!("{}: {e}", path.display()))
}

fn empty(path: &Path) -> Failure {
    Failure::data(format!(
        "{} is empty: the first line names the columns, and a line for each record follows",
        path.display()
    ))
}

/// The line of what begins at a byte of a file's text, line ends before it passed over: only mistakes ask, so it is counted anew.
fn line_at(path: &Path, start: u64) -> Result<u64, Failure> {
    let text = feeds::open_text(File::open(path).map_err(problem(path))?).map_err(Failure::data)?;
    let mut line = 1;
    for (at, byte) in (0_u64..).zip(text.reader.bytes()) {
        let byte = byte.map_err(problem(path))?;
        if at >= start && !matches!(byte, b'\n' | b'\r') {
            break;
        }
        line += u64::from(byte == b'\n');
    }
    Ok(line)
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

fn visit_csv(
    reading: &Reading<'_>,
    mut rows: CsvRows,
    progress: &dyn Fn(usize, usize),
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let (mut raw, mut decoded) = (ByteRecord::new(), ByteRecord::new());
    let mut taken: u64 = 0;
    progress(0, count(rows.bytes));
    while rows.next(reading.path, &mut raw)? {
        let as_it_is = std::str::from_utf8(raw.as_slice()).ok().map(|text| (&raw, text));
        let other_encoding = as_it_is.is_none();
        let (row, text) = as_it_is.unwrap_or_else(|| {
            decoded.clear();
            raw.iter().for_each(|cell| decoded.push_field(text_of(cell).as_bytes()));
            decoded.set_position(raw.position().cloned());
            (&decoded, std::str::from_utf8(decoded.as_slice()).unwrap_or_default())
        });
        each(&Row {
            reading,
            cells: Cells::Csv(row, text),
            ragged: raw.len() != reading.header.len(),
            other_encoding,
        })?;
        taken += 1;
        if taken.is_multiple_of(STEP) {
            progress(count(rows.reader.position().byte()), count(rows.bytes));
        }
    }
    Ok(taken)
}

fn visit_parquet(
    reading: &Reading<'_>,
    file: TextFile,
    progress: &dyn Fn(usize, usize),
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let all = count(file.rows());
    let problem = |e: warehouse::WarehouseError| Failure::data(format!("{}: {e}", reading.path.display()));
    let mut taken = 0;
    progress(0, all);
    for rows in file.read(reading.places).map_err(problem)? {
        let rows = rows.map_err(problem)?;
        for row in 0..rows.len() {
            taken += 1;
            let cells = Cells::Parquet(&rows, row, taken);
            each(&Row { reading, cells, ragged: false, other_encoding: false })?;
        }
        progress(count(taken), all);
    }
    Ok(taken)
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

    fn table(folder: &Path, text: &str) -> Table {
        let path = folder.join("t.csv");
        std::fs::write(&path, text).unwrap();
        Table::open(&path).unwrap()
    }

    #[test]
    fn a_mistake_names_file_line_and_column() {
        let folder = tempfile::tempdir().unwrap();
        let table = table(folder.path(), "id,\"a\nb\"\n1,x\n\n\n\"2\n\",wrong\r\n\n3,y");
        let places = [table.place("a\nb"), None];
        let mut said = Vec::new();
        let rows = table.visit(&places, &|_, _| {}, |row| {
            assert_eq!(row.get(1), "");
            said.push((row.get(0).to_owned(), row.wrong(0, "no number").to_string()));
            Ok(())
        });
        assert_eq!(rows.unwrap(), 3);
        let lines = [("x", 3), ("wrong", 6)];
        for ((value, line), (seen, message)) in lines.iter().zip(&said) {
            assert_eq!(seen, value);
            assert!(message.ends_with(&format!("t.csv, line {line}, column `a\nb`: no number")), "{message}");
        }
    }

    #[test]
    fn columns_are_asked_for_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let table = table(folder.path(), "Person ID,x,x\n");
        assert!(table.must("person_id").unwrap_err().to_string().contains("is `Person ID` meant?"));
        assert!(table.must("icd10").unwrap_err().to_string().contains("column `icd10` is missing"));
        assert!(table.may("x").unwrap_err().to_string().contains("more than once"));
        assert_eq!(table.may("date").unwrap(), None);
        assert_eq!(table.must("Person ID").unwrap(), 0);
    }

    #[test]
    fn a_row_that_is_not_whole_may_be_a_mistake() {
        let folder = tempfile::tempdir().unwrap();
        let table = table(folder.path(), "a,b\n1,2\n3\n");
        let said = table.visit_whole(&[Some(0)], &|_, _| {}, |_| Ok(())).unwrap_err().to_string();
        assert!(said.contains("line 3: the row has 1 cells and the header 2"), "{said}");
    }
}
