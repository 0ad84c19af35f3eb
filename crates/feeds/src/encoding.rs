use std::io::{BufRead, BufReader, Cursor, Read};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::FileError;

/// A file's text as bytes in UTF-8 (or, row by row, in Windows-1252: see [`windows_1252`]).
pub struct Input<'a> {
    /// The text.
    pub reader: Box<dyn BufRead + 'a>,
    /// What a person should know about the encoding.
    pub note: Option<String>,
}

const BUFFER: usize = 256 * 1024;

/// Looks at the first bytes and takes away the byte-order mark; UTF-16 is turned into UTF-8 on the way.
///
/// Source: Unicode Standard, section 23.8, byte order mark.
///
/// # Errors
/// When there is nothing in it, it is not text, or it cannot be read.
pub fn open<'a>(mut input: impl Read + 'a) -> Result<Input<'a>, FileError> {
    let mut start = Vec::new();
    Read::take(&mut input, 64).read_to_end(&mut start)?;
    if start.is_empty() {
        return Err(FileError::Empty);
    }
    if let Some(what) = something_else(&start) {
        return Err(FileError::NotText { what });
    }
    if let Some(rest) = start.strip_prefix(b"\xEF\xBB\xBF") {
        return Ok(plain(rest.to_vec(), input));
    }
    if let Some(rest) = start.strip_prefix(b"\xFF\xFE") {
        return Ok(utf_16(rest.to_vec(), input, UTF_16LE, "UTF-16 with a byte-order mark"));
    }
    if let Some(rest) = start.strip_prefix(b"\xFE\xFF") {
        return Ok(utf_16(rest.to_vec(), input, UTF_16BE, "UTF-16 with a byte-order mark"));
    }
    match (start.first(), start.get(1)) {
        (Some(b), Some(0)) if *b != 0 => {
            Ok(utf_16(start, input, UTF_16LE, "UTF-16 without a byte-order mark"))
        }
        (Some(0), Some(b)) if *b != 0 => {
            Ok(utf_16(start, input, UTF_16BE, "UTF-16 without a byte-order mark"))
        }
        _ => Ok(plain(start, input)),
    }
}

/// Bytes that are not UTF-8, read as Windows-1252: what English suppliers' older systems write. It gives every byte a
/// character, so it cannot fail.
pub fn windows_1252(bytes: &[u8], into: &mut String) {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    into.push_str(&text);
}

fn plain<'a>(start: Vec<u8>, input: impl Read + 'a) -> Input<'a> {
    let reader = BufReader::with_capacity(BUFFER, Cursor::new(start).chain(input));
    Input { reader: Box::new(reader), note: None }
}

fn utf_16<'a>(
    start: Vec<u8>,
    input: impl Read + 'a,
    encoding: &'static Encoding,
    name: &'static str,
) -> Input<'a> {
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .bom_sniffing(false)
        .build(Cursor::new(start).chain(input));
    let reader = BufReader::with_capacity(BUFFER, decoded);
    Input { reader: Box::new(reader), note: Some(format!("the file is in {name}")) }
}

fn something_else(start: &[u8]) -> Option<&'static str> {
    const MARKS: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
        (b"\x1F\x8B", "compressed (gzip)"),
        (b"\x28\xB5\x2F\xFD", "compressed (zstd)"),
        (b"BZh", "compressed (bzip2)"),
        (b"%PDF", "a PDF"),
        (b"PAR1", "a Parquet file"),
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook"),
    ];
    MARKS.iter().find(|(mark, _)| start.starts_with(mark)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        let mut text = String::new();
        open(bytes).unwrap().reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn byte_order_marks_are_taken_away() {
        assert_eq!(text(b"\xEF\xBB\xBFa,b"), "a,b");
        assert_eq!(text(b"a,b"), "a,b");
        let little: Vec<u8> = "\u{feff}a,\u{e9}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}a,\u{e9}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&little), "a,é");
        assert_eq!(text(&big), "a,é");
        assert_eq!(text(&little[2..]), "a,é");
        assert_eq!(text(&big[2..]), "a,é");
        assert!(open(&little[..]).unwrap().note.is_some());
    }

    #[test]
    fn what_is_not_text_is_named() {
        assert!(matches!(open(&b""[..]), Err(FileError::Empty)));
        assert!(matches!(open(&b"PK\x03\x04xl"[..]), Err(FileError::NotText { .. })));
    }

    #[test]
    fn windows_1252_gives_every_byte_a_character() {
        let mut out = String::new();
        windows_1252(b"Ren\xE9e \x80", &mut out);
        assert_eq!(out, "Renée €");
    }
}
