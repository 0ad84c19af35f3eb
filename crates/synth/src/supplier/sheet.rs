//! One row of a delimited file in a supplier's habits: quoting, line ends, dates, characters.

use crate::calendar::{Calendar, Day};

/// A supplier's habits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Every field quoted, not only those that need it.
    pub quote_all: bool,
    /// CRLF line ends and a byte-order mark.
    pub windows: bool,
    /// Windows-1252, not UTF-8.
    pub latin: bool,
    /// DD/MM/YYYY, not ISO.
    pub english_dates: bool,
    /// Names and addresses in capitals.
    pub capitals: bool,
}

/// A row being written at the end of a file's bytes.
pub struct Row<'a> {
    pub out: &'a mut Vec<u8>,
    pub style: Style,
    pub calendar: &'a Calendar,
    /// Where the row begins.
    pub start: usize,
}

impl Row<'_> {
    fn separate(&mut self) {
        if self.out.len() > self.start {
            self.out.push(b',');
        }
        if self.style.quote_all {
            self.out.push(b'"');
        }
    }

    fn close(&mut self) {
        if self.style.quote_all {
            self.out.push(b'"');
        }
    }

    /// A code, number or other text that needs no quotes and is plain ASCII.
    pub fn code(&mut self, text: &str) -> &mut Self {
        self.separate();
        self.out.extend_from_slice(text.as_bytes());
        self.close();
        self
    }

    /// A whole number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.code(&number.to_string())
    }

    /// Free text, quoted when it must be.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let special = text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
        self.separate();
        let quote = special && !self.style.quote_all;
        if quote {
            self.out.push(b'"');
        }
        for c in text.chars() {
            if c == '"' {
                self.out.push(b'"');
            }
            self.character(c);
        }
        if quote {
            self.out.push(b'"');
        }
        self.close();
        self
    }

    /// A name or address line, in capitals where the supplier writes so.
    pub fn name(&mut self, name: &str) -> &mut Self {
        if self.style.capitals { self.text(&name.to_uppercase()) } else { self.text(name) }
    }

    fn character(&mut self, c: char) {
        if c.is_ascii() {
            self.out.push(c as u8);
        } else if self.style.latin {
            self.out.push(windows_1252(c));
        } else {
            self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    /// A date as the supplier writes dates.
    pub fn day(&mut self, day: Day) -> &mut Self {
        let iso = self.calendar.iso(day);
        if self.style.english_dates
            && let (Some(year), Some(month), Some(date)) = (iso.get(..4), iso.get(5..7), iso.get(8..10))
        {
            return self.code(&format!("{date}/{month}/{year}"));
        }
        self.separate();
        self.out.extend_from_slice(iso.as_bytes());
        self.close();
        self
    }

    /// A date, or blank.
    pub fn day_or_blank(&mut self, day: Option<Day>) -> &mut Self {
        match day {
            Some(day) => self.day(day),
            None => self.code(""),
        }
    }

    /// This many blank fields.
    pub fn blanks(&mut self, count: usize) -> &mut Self {
        for _ in 0..count {
            self.code("");
        }
        self
    }

    /// These codes, then blanks up to `width` fields.
    pub fn codes<'c>(&mut self, codes: impl Iterator<Item = &'c str>, width: usize) -> &mut Self {
        let mut written = 0;
        for code in codes.take(width) {
            self.code(code);
            written += 1;
        }
        self.blanks(width - written)
    }

    /// Ends the line.
    pub fn end(&mut self) {
        self.out.extend_from_slice(if self.style.windows { b"\r\n" } else { b"\n" });
    }
}

/// The byte of a character in Windows-1252; letters it lacks lose their mark.
fn windows_1252(c: char) -> u8 {
    match c {
        '\u{a0}'..='\u{ff}' => c as u8,
        'Š' => 0x8a,
        'š' => 0x9a,
        'Ž' => 0x8e,
        'ž' => 0x9e,
        '’' => 0x92,
        'ą' => b'a',
        'ć' | 'č' => b'c',
        'ę' | 'ē' | 'ě' => b'e',
        'ł' | 'ļ' => b'l',
        'ń' | 'ņ' => b'n',
        'ś' => b's',
        'ź' | 'ż' => b'z',
        'Ł' => b'L',
        'Ś' => b'S',
        'Ż' | 'Ź' => b'Z',
        'ř' => b'r',
        'ī' => b'i',
        'ő' => b'o',
        _ => b'?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn row(style: Style, write: impl FnOnce(&mut Row)) -> Vec<u8> {
        let calendar = Calendar::new(NaiveDate::from_ymd_opt(2026, 10, 31).unwrap(), 1).unwrap();
        let mut out = Vec::new();
        let mut row = Row { out: &mut out, style, calendar: &calendar, start: 0 };
        write(&mut row);
        row.end();
        out
    }

    #[test]
    fn rows_follow_their_suppliers_habits() {
        let write = |row: &mut Row| {
            let end = row.calendar.end;
            row.code("A1").text("Flat 1, 2 High \"Street\"").name("Zoë").day(end).blanks(1);
        };
        assert_eq!(
            row(Style::default(), write),
            "A1,\"Flat 1, 2 High \"\"Street\"\"\",Zoë,2026-10-31,\n".as_bytes()
        );
        let style = Style { latin: true, english_dates: true, windows: true, ..Style::default() };
        assert_eq!(row(style, write), b"A1,\"Flat 1, 2 High \"\"Street\"\"\",Zo\xeb,31/10/2026,\r\n");
        let style = Style { quote_all: true, capitals: true, ..Style::default() };
        assert_eq!(
            row(style, write),
            "\"A1\",\"Flat 1, 2 High \"\"Street\"\"\",\"ZOË\",\"2026-10-31\",\"\"\n".as_bytes()
        );
    }
}
