use std::io::{self, BufRead, Read};

/// How a physical line came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// There are no more.
    End,
    /// Whole, with its line break.
    Whole,
    /// The last line, without a line break.
    Unterminated,
    /// Longer than the limit: its beginning was kept, the rest passed over.
    TooLong,
}

/// Appends the next line, its line break included, to `into`, at most `limit` bytes of it.
pub(crate) fn read_line(
    reader: &mut (impl BufRead + ?Sized),
    into: &mut Vec<u8>,
    limit: usize,
) -> io::Result<Line> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    let read = Read::take(&mut *reader, most).read_until(b'\n', into)?;
    if read == 0 {
        return Ok(Line::End);
    }
    if into.last() == Some(&b'\n') {
        return Ok(Line::Whole);
    }
    if read < limit {
        return Ok(Line::Unterminated);
    }
    let rest = reader.skip_until(b'\n')?;
    Ok(if rest == 0 { Line::Unterminated } else { Line::TooLong })
}

/// The line without its line break.
pub(crate) fn without_break(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_lf_crlf_or_the_file_and_never_outgrow_the_limit() {
        let mut reader = "ab\r\ncd\nefghijkl\nmn".as_bytes();
        let mut line = Vec::new();
        let mut next = |line: &mut Vec<u8>| {
            line.clear();
            let kind = read_line(&mut reader, line, 6).unwrap();
            (kind, String::from_utf8(without_break(line).to_vec()).unwrap())
        };
        assert_eq!(next(&mut line), (Line::Whole, "ab".into()));
        assert_eq!(next(&mut line), (Line::Whole, "cd".into()));
        assert_eq!(next(&mut line), (Line::TooLong, "efghij".into()));
        assert_eq!(next(&mut line), (Line::Unterminated, "mn".into()));
        assert_eq!(next(&mut line), (Line::End, String::new()));
    }
}
