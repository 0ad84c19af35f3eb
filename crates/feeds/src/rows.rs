use std::io::{self, BufRead, Cursor};

use crate::encoding::windows_1252;
use crate::lines::{Line, read_line, without_break};

/// A line longer than this is refused.
const LINE_LIMIT: usize = 8 << 20;
/// A cell longer than this is refused.
const CELL_LIMIT: usize = 1 << 20;

/// The rows of a delimited text file, one at a time, with quotes (RFC 4180), in bounded memory.
///
/// Own work instead of the `csv` crate's reader because that one reads a quoted cell to its closing quote however far away:
/// one stray quote would take the rest of a 10 GB file into one row. Here a row that turns out wrong after running over
/// several lines costs its first line only; the lines after it are read again as rows of their own.
pub(crate) struct Rows<'a> {
    reader: Box<dyn BufRead + 'a>,
    again: Again,
    delimiter: u8,
    /// Number of the last physical line taken.
    line: u64,
    /// The row as it stands in the file.
    raw: Vec<u8>,
    /// The row without its quotes, or put into UTF-8, when it needs either.
    text: Vec<u8>,
    in_text: bool,
    cells: Vec<(usize, usize)>,
    /// Rows that were not UTF-8 and were read as Windows-1252.
    pub(crate) windows_1252: u64,
}

/// What came next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing: the file is at its end.
    End,
    /// A row, which begins on this line.
    Row(u64),
    /// Something on this line that is not a row, with why.
    Broken(u64, Broken),
}

/// Why a row is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The last line, without a line break and with too few cells.
    CutShort,
    /// A quote that is opened and not closed.
    OpenQuote,
    /// More or fewer cells than the header has.
    Cells(usize),
    /// A line or cell over the limit.
    TooLong,
    /// A NUL character, which is no text and which databases cannot keep.
    Nul,
}

/// One row's text and where its cells stand in it.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'r> {
    text: &'r str,
    cells: &'r [(usize, usize)],
}

impl<'r> Cells<'r> {
    /// A cell without the blanks around it; blank when there is no such cell.
    pub(crate) fn get(&self, cell: usize) -> &'r str {
        let range = self.cells.get(cell).and_then(|(start, end)| self.text.get(*start..*end));
        range.map_or("", str::trim_ascii)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        let cells = *self;
        (0..cells.cells.len()).map(move |cell| cells.get(cell))
    }
}

impl<'a> Rows<'a> {
    pub(crate) fn new(reader: Box<dyn BufRead + 'a>) -> Self {
        Self {
            reader,
            again: Again::default(),
            delimiter: b',',
            line: 0,
            raw: Vec::new(),
            text: Vec::new(),
            in_text: false,
            cells: Vec::new(),
            windows_1252: 0,
        }
    }

    /// The header row: the first line that is not blank. The delimiter is a comma, or where that line has none the tab, pipe
    /// or semicolon it has most of.
    pub(crate) fn header(&mut self) -> io::Result<Next> {
        self.raw.clear();
        while without_break(&self.raw).trim_ascii().is_empty() {
            self.raw.clear();
            if self.physical_line()? == Line::End {
                return Ok(Next::End);
            }
        }
        let count = |delimiter: u8| self.raw.iter().filter(|b| **b == delimiter).count();
        if count(b',') == 0 {
            let others = [b';', b'|', b'\t'].into_iter().filter(|delimiter| count(*delimiter) > 0);
            self.delimiter = others.max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',');
        }
        self.again.put_back(&self.raw);
        self.line -= 1;
        self.next(None)
    }

    /// The next row, which must have this many cells. Blank lines are no rows.
    pub(crate) fn next(&mut self, width: Option<usize>) -> io::Result<Next> {
        loop {
            self.raw.clear();
            match self.physical_line()? {
                Line::End => return Ok(Next::End),
                _ if without_break(&self.raw).trim_ascii().is_empty() => {}
                kind => return self.row(kind, width),
            }
        }
    }

    /// The current row's cells.
    pub(crate) fn cells(&self) -> Cells<'_> {
        Cells { text: std::str::from_utf8(self.bytes()).unwrap_or_default(), cells: &self.cells }
    }

    /// The current row as it stands in the file, without its line break.
    pub(crate) fn raw(&self) -> &[u8] {
        without_break(&self.raw)
    }

    /// What separates cells, in words, when it is not a comma.
    pub(crate) fn unusual_delimiter(&self) -> Option<&'static str> {
        match self.delimiter {
            b';' => Some("semicolons"),
            b'|' => Some("pipes"),
            b'\t' => Some("tabs"),
            _ => None,
        }
    }

    fn bytes(&self) -> &[u8] {
        if self.in_text { &self.text } else { &self.raw }
    }

    fn physical_line(&mut self) -> io::Result<Line> {
        let mut kind = self.again.read_line(&mut self.raw)?;
        if kind == Line::End {
            kind = read_line(&mut *self.reader, &mut self.raw, LINE_LIMIT)?;
        }
        self.line += u64::from(kind != Line::End);
        Ok(kind)
    }

    fn row(&mut self, mut kind: Line, width: Option<usize>) -> io::Result<Next> {
        let first = self.line;
        if kind == Line::TooLong {
            return Ok(Next::Broken(first, Broken::TooLong));
        }
        self.cells.clear();
        self.in_text = !split_plain(without_break(&self.raw), self.delimiter, &mut self.cells);
        if self.in_text {
            let Some(last) = self.quoted_row(kind)? else {
                return Ok(self.first_line_only(first, Broken::OpenQuote));
            };
            kind = last;
        }
        let cells = self.cells.len();
        if width.is_some_and(|width| width != cells) {
            let cut = kind == Line::Unterminated && width.is_some_and(|width| cells < width);
            return Ok(match self.line > first {
                true => self.first_line_only(first, Broken::OpenQuote),
                false if cut => Next::Broken(first, Broken::CutShort),
                false => Next::Broken(first, Broken::Cells(cells)),
            });
        }
        if self.raw.len() > CELL_LIMIT && self.cells.iter().any(|(start, end)| end - start > CELL_LIMIT) {
            return Ok(Next::Broken(first, Broken::TooLong));
        }
        if self.raw.contains(&0) {
            return Ok(Next::Broken(first, Broken::Nul));
        }
        if std::str::from_utf8(self.bytes()).is_err() {
            self.recode();
        }
        Ok(Next::Row(first))
    }

    /// Splits a row with quotes, which may run over several lines; gives how its last line came in, or nothing when a quote
    /// stays open.
    fn quoted_row(&mut self, mut kind: Line) -> io::Result<Option<Line>> {
        self.text.clear();
        self.cells.clear();
        let mut quotes = Quotes {
            delimiter: self.delimiter,
            place: Place::CellStart,
            cell_start: 0,
            text_after_quote: false,
        };
        let mut from = 0;
        loop {
            let line = without_break(self.raw.get(from..).unwrap_or_default());
            quotes.line(line, &mut self.text, &mut self.cells);
            if quotes.place != Place::Quoted {
                // Text behind a closing quote, after line breaks within quotes: that quote was another cell's opening one.
                let misread = from > 0 && quotes.text_after_quote;
                return Ok((!misread).then_some(kind));
            }
            from = self.raw.len();
            let too_long = self.text.len() - quotes.cell_start > CELL_LIMIT || from > LINE_LIMIT;
            if too_long || kind == Line::TooLong {
                return Ok(None);
            }
            kind = self.physical_line()?;
            if kind == Line::End {
                return Ok(None);
            }
            if kind == Line::TooLong {
                self.raw.push(b'\n');
            }
        }
    }

    /// Gives up on a row that ran over several lines: only its first line is broken, the others are read again.
    fn first_line_only(&mut self, first: u64, why: Broken) -> Next {
        let end = self.raw.iter().position(|b| *b == b'\n').map(|at| at + 1);
        self.again.put_back(self.raw.get(end.unwrap_or(self.raw.len())..).unwrap_or_default());
        self.raw.truncate(end.unwrap_or(self.raw.len()));
        self.line = first;
        Next::Broken(first, if end.is_none() { Broken::CutShort } else { why })
    }

    /// Reads a row that is not UTF-8 as Windows-1252, cell by cell.
    fn recode(&mut self) {
        let mut text = String::with_capacity(self.raw.len() * 2);
        let mut cells = Vec::with_capacity(self.cells.len());
        for (start, end) in &self.cells {
            let from = text.len();
            windows_1252(self.bytes().get(*start..*end).unwrap_or_default(), &mut text);
            cells.push((from, text.len()));
        }
        self.text = text.into_bytes();
        self.cells = cells;
        self.in_text = true;
        self.windows_1252 += 1;
    }
}

/// Splits a line in which no cell begins with a quote; `false` when one does.
fn split_plain(line: &[u8], delimiter: u8, cells: &mut Vec<(usize, usize)>) -> bool {
    let mut start = 0;
    for (at, byte) in line.iter().enumerate() {
        if *byte == delimiter {
            cells.push((start, at));
            start = at + 1;
        } else if *byte == b'"' && at == start {
            return false;
        }
    }
    cells.push((start, line.len()));
    true
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    CellStart,
    Bare,
    Quoted,
    AfterQuote,
}

/// Splits lines with quotes into cells; the text keeps one separator between cells, so that a cell is whole characters
/// whenever the text is.
struct Quotes {
    delimiter: u8,
    place: Place,
    cell_start: usize,
    text_after_quote: bool,
}

impl Quotes {
    fn line(&mut self, line: &[u8], text: &mut Vec<u8>, cells: &mut Vec<(usize, usize)>) {
        if self.place == Place::Quoted {
            text.push(b'\n');
        }
        for byte in line {
            match (self.place, *byte) {
                (Place::CellStart, b'"') => self.place = Place::Quoted,
                (Place::Quoted, b'"') => self.place = Place::AfterQuote,
                (Place::AfterQuote, b'"') => {
                    self.place = Place::Quoted;
                    text.push(b'"');
                }
                (Place::CellStart | Place::Bare | Place::AfterQuote, byte) if byte == self.delimiter => {
                    self.end_cell(text, cells);
                    text.push(b',');
                    self.cell_start = text.len();
                }
                (Place::CellStart | Place::AfterQuote, byte) => {
                    self.text_after_quote |= self.place == Place::AfterQuote;
                    self.place = Place::Bare;
                    text.push(byte);
                }
                (Place::Bare | Place::Quoted, byte) => text.push(byte),
            }
        }
        if self.place != Place::Quoted {
            self.end_cell(text, cells);
        }
    }

    fn end_cell(&mut self, text: &[u8], cells: &mut Vec<(usize, usize)>) {
        cells.push((self.cell_start, text.len()));
        self.place = Place::CellStart;
    }
}

/// Lines that are to be read again before the reader's next.
#[derive(Default)]
struct Again {
    bytes: Vec<u8>,
    at: usize,
}

impl Again {
    fn read_line(&mut self, into: &mut Vec<u8>) -> io::Result<Line> {
        let mut rest = Cursor::new(self.bytes.get(self.at..).unwrap_or_default());
        let kind = read_line(&mut rest, into, usize::MAX)?;
        self.at += usize::try_from(rest.position()).unwrap_or(0);
        if kind == Line::End {
            self.bytes.clear();
            self.at = 0;
        }
        Ok(kind)
    }

    /// Puts back the bytes that were read last, wherever they came from.
    fn put_back(&mut self, bytes: &[u8]) {
        if let Some(at) = self.at.checked_sub(bytes.len()) {
            self.at = at;
        } else {
            self.bytes = bytes.to_vec();
            self.at = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8], width: usize) -> Vec<Result<Vec<String>, (u64, Broken)>> {
        let mut rows = Rows::new(Box::new(text));
        let mut out = Vec::new();
        loop {
            match rows.next(Some(width)).unwrap() {
                Next::End => return out,
                Next::Row(_) => out.push(Ok(rows.cells().iter().map(str::to_owned).collect())),
                Next::Broken(line, why) => out.push(Err((line, why))),
            }
        }
    }

    fn row(cells: [&str; 2]) -> Result<Vec<String>, (u64, Broken)> {
        Ok(cells.map(str::to_owned).to_vec())
    }

    #[test]
    fn quotes_and_line_breaks_follow_rfc_4180() {
        assert_eq!(rows(b"a,b\r\n\r\n \"c\" , d", 2), [row(["a", "b"]), row(["\"c\"", "d"])]);
        assert_eq!(rows(b"\"a,\"\"b\",c\n", 2), [row(["a,\"b", "c"])]);
        assert_eq!(rows(b"\"a\r\nb\",c\n", 2), [row(["a\nb", "c"])]);
        assert_eq!(rows(b"5\" stent,\"x\"y\n", 2), [row(["5\" stent", "xy"])]);
        assert_eq!(rows(b",\n\"\",\"\"", 2), [row(["", ""]), row(["", ""])]);
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        assert_eq!(
            rows(b"\"a,b\nc,d\ne,f\n", 2),
            [Err((1, Broken::OpenQuote)), row(["c", "d"]), row(["e", "f"])]
        );
        assert_eq!(
            rows(b"\"a,b\nc,d\n\"e\",f\n", 2),
            [Err((1, Broken::OpenQuote)), row(["c", "d"]), row(["e", "f"])]
        );
        assert_eq!(
            rows(b"a,b\n\"c,\"d\ne,\"f", 2),
            [row(["a", "b"]), Err((2, Broken::Cells(1))), Err((3, Broken::CutShort))]
        );
    }

    #[test]
    fn ragged_and_cut_rows_are_told_apart() {
        assert_eq!(
            rows(b"a\na,b,c\na,b\na", 2),
            [
                Err((1, Broken::Cells(1))),
                Err((2, Broken::Cells(3))),
                row(["a", "b"]),
                Err((4, Broken::CutShort))
            ]
        );
    }

    #[test]
    fn lines_without_end_take_bounded_memory() {
        let mut text = b"\"a,b\n".to_vec();
        text.extend(vec![b'x'; LINE_LIMIT + 10]);
        text.extend(b"\nc,d\n");
        text.extend(vec![b'y'; CELL_LIMIT + 1]);
        text.extend(b",z\n");
        let read = rows(&text, 2);
        assert_eq!(read[0], Err((1, Broken::OpenQuote)));
        assert!(read[1].is_err(), "the long line is one broken row");
        assert_eq!(read[2], row(["c", "d"]));
        assert_eq!(read[3], Err((4, Broken::TooLong)));
        assert_eq!(read.len(), 4);
    }

    #[test]
    fn rows_that_are_not_utf_8_are_read_as_windows_1252() {
        let mut file = Rows::new(Box::new(&b"Ren\xE9,\"a\xC3\"\nRen\xC3\xA9,b\n"[..]));
        assert_eq!(file.next(Some(2)).unwrap(), Next::Row(1));
        assert_eq!(file.cells().iter().collect::<Vec<_>>(), ["René", "aÃ"]);
        assert_eq!(file.next(Some(2)).unwrap(), Next::Row(2));
        assert_eq!(file.cells().get(0), "René");
        assert_eq!(file.windows_1252, 1);
    }

    #[test]
    fn the_delimiter_is_the_headers() {
        let mut file = Rows::new(Box::new(&b"\na|b|c\n1|2,5|3\n"[..]));
        assert_eq!(file.header().unwrap(), Next::Row(2));
        assert_eq!(file.unusual_delimiter(), Some("pipes"));
        assert_eq!(file.next(Some(3)).unwrap(), Next::Row(3));
        assert_eq!(file.cells().get(1), "2,5");
    }
}

#[cfg(test)]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        /// What the `csv` crate writes, whatever the cells hold, is read back as it was.
        #[test]
        fn rows_written_with_quotes_are_read_back(written in proptest::collection::vec(
            proptest::array::uniform3("[a-zé,\"\r\n ]{0,8}x"), 1..20)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &written {
                writer.write_record(row).unwrap();
            }
            let file = writer.into_inner().unwrap();
            let mut rows = Rows::new(Box::new(&file[..]));
            for row in &written {
                let next = rows.next(Some(3)).unwrap();
                prop_assert!(matches!(next, Next::Row(_)), "{next:?}");
                let cells: Vec<&str> = rows.cells().iter().collect();
                // A line break within a cell is read as LF, and blanks around a cell do not matter.
                let plain: Vec<String> = row.iter().map(|c| c.replace("\r\n", "\n").trim_ascii().to_owned()).collect();
                prop_assert_eq!(cells, plain);
            }
            prop_assert_eq!(rows.next(Some(3)).unwrap(), Next::End);
        }
    }
}
