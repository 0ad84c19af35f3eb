//! Writes a table to a temporary name and renames it when it is done, so that a file that is there is whole.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use warehouse::tables::{Cell, Kind, ParquetTable};

use crate::failure::Failure;

/// That what comes out does not take the place of what goes in.
///
/// # Errors
/// When it would.
pub fn apart(out: &Path, inputs: &[&Path]) -> Result<(), Failure> {
    let Ok(out) = out.canonicalize() else { return Ok(()) };
    match inputs.iter().find(|input| input.canonicalize().is_ok_and(|input| input == out)) {
        Some(input) => {
            Err(Failure::usage(format!("--out would overwrite {}: name another file", input.display())))
        }
        None => Ok(()),
    }
}

/// A file that takes its name when it is finished, and leaves nothing behind when it is not.
pub struct Partial {
    path: PathBuf,
    partial: PathBuf,
    file: BufWriter<File>,
    finished: bool,
}

impl Partial {
    /// Begins a file; makes its folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        let name = path.file_name().ok_or(std::io::ErrorKind::InvalidFilename)?.to_string_lossy();
        let partial = path.with_file_name(format!(".{name}.partial"));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = BufWriter::with_capacity(1 << 20, File::create(&partial)?);
        Ok(Self { path: path.to_owned(), partial, file, finished: false })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.partial, &self.path)?;
        self.finished = true;
        Ok(())
    }
}

impl Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing more can be done about a file that cannot be removed.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// A table being written: Parquet when the name ends in `.parquet`, else CSV.
pub struct Output {
    path: PathBuf,
    to: To,
    line: Vec<u8>,
}

enum To {
    Csv(Partial),
    Parquet(Box<ParquetTable>),
}

impl Output {
    /// Begins a table with these columns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: &Path, columns: &[(&str, Kind)]) -> Result<Self, Failure> {
        let parquet = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
        if path.is_dir() || path.file_name().is_none() {
            return Err(Failure::usage(format!("{} is no name for a file: name one", path.display())));
        }
        if parquet {
            let table = ParquetTable::create(path, columns).map_err(Failure::data)?;
            return Ok(Self { path: path.to_owned(), to: To::Parquet(Box::new(table)), line: Vec::new() });
        }
        let to = To::Csv(Partial::create(path).map_err(cannot(path))?);
        let mut table = Self { path: path.to_owned(), to, line: Vec::new() };
        let names: Vec<Cell<'_>> = columns.iter().map(|(name, _)| Cell::Text(name)).collect();
        table.row(&names)?;
        Ok(table)
    }

    /// Writes a row: a cell for each column.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Failure> {
        let file = match &mut self.to {
            To::Parquet(table) => return table.row(cells).map_err(Failure::data),
            To::Csv(file) => file,
        };
        self.line.clear();
        for cell in cells {
            push(&mut self.line, cell);
            self.line.push(b',');
        }
        self.line.pop();
        self.line.push(b'\n');
        file.write_all(&self.line).map_err(cannot(&self.path))
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<(), Failure> {
        match self.to {
            To::Csv(file) => file.finish().map_err(cannot(&self.path)),
            To::Parquet(table) => table.finish().map_err(Failure::data),
        }
    }
}

fn cannot(path: &Path) -> impl Fn(std::io::Error) -> Failure {
    let path = path.to_owned();
    move |e| Failure::data(format!("{} cannot be written: {e}", path.display()))
}

fn push(line: &mut Vec<u8>, cell: &Cell<'_>) {
    match cell {
        Cell::Blank => {}
        Cell::Text(text) => push_cell(line, text),
        Cell::Whole(0) => line.push(b'0'),
        Cell::Whole(1) => line.push(b'1'),
        Cell::Whole(number) => line.extend_from_slice(number.to_string().as_bytes()),
        // The shortest text that reads as the same number.
        Cell::Number(number) if number.is_finite() => line.extend_from_slice(number.to_string().as_bytes()),
        Cell::Number(_) => {}
    }
}

/// Adds a cell, in quotes where it needs them.
pub fn push_cell(line: &mut Vec<u8>, cell: &str) {
    if cell.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        line.push(b'"');
        line.extend(cell.replace('"', "\"\"").bytes());
        line.push(b'"');
    } else {
        line.extend_from_slice(cell.as_bytes());
    }
}

/// Adds a number of so many decimal places: millions are written, and the usual way takes longer than the linking.
pub fn push_number(line: &mut Vec<u8>, number: f64, places: u32) {
    // Weights and probabilities are far within range.
    let all = (number.abs() * 10_f64.powi(places.cast_signed()) + 0.5) as u64;
    if number < 0.0 && all > 0 {
        line.push(b'-');
    }
    push_digits(line, all, places as usize);
}

/// Adds a whole number.
pub fn push_whole(line: &mut Vec<u8>, number: u64) {
    push_digits(line, number, 0);
}

/// Adds the digits of a number, the last so many of them behind a point.
fn push_digits(line: &mut Vec<u8>, number: u64, places: usize) {
    let mut room = [0; 40];
    let (mut rest, mut n, mut start) = (number, 0, room.len());
    // From the last to the first.
    for place in room.iter_mut().rev() {
        if n > places && rest == 0 {
            break;
        }
        *place = b'0' + (rest % 10) as u8;
        (rest, n, start) = (rest / 10, n + 1, start - 1);
    }
    let digits = room.get(start..).unwrap_or_default();
    let point = digits.len().saturating_sub(places);
    let (whole, part) = digits.split_at_checked(point).unwrap_or((digits, &[]));
    line.extend_from_slice(whole);
    if places > 0 {
        line.push(b'.');
        line.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Table;

    fn number(number: f64, places: u32) -> String {
        let mut line = Vec::new();
        push_number(&mut line, number, places);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn numbers_are_written_as_usual() {
        for (value, places) in
            [(0.999_999_9, 6), (0.5, 6), (0.000_001, 6), (-8.317, 2), (123.456, 2), (17.0, 0)]
        {
            let usual = places as usize;
            assert_eq!(number(value, places), format!("{value:.usual$}"));
        }
        assert_eq!(number(-0.001, 2), "0.00");
        assert_eq!(number(0.0, 0), "0");
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut line = Vec::new();
        push_cell(&mut line, "a\"b,c");
        assert_eq!(line, b"\"a\"\"b,c\"");
    }

    const COLUMNS: [(&str, Kind); 3] = [("a,b", Kind::Text), ("n", Kind::Whole), ("x", Kind::Number)];

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["t.csv", "t.parquet"] {
            let path = folder.path().join("new").join(name);
            let mut output = Output::create(&path, &COLUMNS).unwrap();
            output.row(&[Cell::Text("\"é\""), Cell::Whole(-12), Cell::Number(0.1)]).unwrap();
            output.row(&[Cell::Text(""), Cell::Blank, Cell::Number(f64::NAN)]).unwrap();
            assert!(!path.exists(), "not before it is finished");
            output.finish().unwrap();
            let table = Table::open(&path).unwrap();
            let mut rows = Vec::new();
            let places: Vec<_> = COLUMNS.iter().map(|(column, _)| table.place(column)).collect();
            table
                .visit(&places, &|_, _| {}, |row| {
                    rows.push([0, 1, 2].map(|n| row.get(n).to_owned()));
                    Ok(())
                })
                .unwrap();
            assert_eq!(rows, [["\"é\"", "-12", "0.1"], ["", "", ""]], "{name}");
        }
    }

    #[test]
    fn what_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["t.csv", "t.parquet"] {
            let mut output = Output::create(&folder.path().join(name), &COLUMNS).unwrap();
            output.row(&[Cell::Text("a"), Cell::Whole(1), Cell::Number(1.0)]).unwrap();
            drop(output);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
