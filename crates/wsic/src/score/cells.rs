//! What a cell may hold, and what is said when it does not. A message names file, line, column and what is asked for, never the
//! value: it is somebody's.

use chrono::NaiveDate;

use crate::failure::Failure;
use crate::tables::Row;

/// Somebody's sex, as far as a score asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Male.
    Male,
    /// Female.
    Female,
}

/// Methods of admission that are emergencies. Source: NHS Data Dictionary, admission method.
const EMERGENCY: [&str; 10] = ["21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D"];

/// The id of a row, which must be there.
pub fn id<'a>(row: &Row<'a>, n: usize) -> Result<&'a str, Failure> {
    match row.get(n) {
        "" => Err(row.wrong(n, "is blank: every row says whose it is")),
        id => Ok(id),
    }
}

/// A day, or nothing.
pub fn date(row: &Row<'_>, n: usize) -> Result<Option<NaiveDate>, Failure> {
    match row.get(n) {
        "" => Ok(None),
        text => match read_date(text) {
            Some(date) => Ok(Some(date)),
            None => Err(row.wrong(n, "is no date: write 2026-01-31, 31/01/2026 or 20260131")),
        },
    }
}

/// A day as it is written in files. A time after it is passed over.
pub fn read_date(text: &str) -> Option<NaiveDate> {
    let text = text.split([' ', 'T']).next().unwrap_or(text).as_bytes();
    let (year, month, day) = match text {
        [y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => (y, [*m1, *m2], [*d1, *d2]),
        [d1, d2, b'/', m1, m2, b'/', y @ ..] if y.len() == 4 => (y, [*m1, *m2], [*d1, *d2]),
        [y1, y2, y3, y4, m1, m2, d1, d2] => (&[*y1, *y2, *y3, *y4][..], [*m1, *m2], [*d1, *d2]),
        _ => return None,
    };
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0, |sum: u32, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
    };
    NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(&month)?, number(&day)?)
}

/// A yes or a no, which must be there.
pub fn flag(row: &Row<'_>, n: usize) -> Result<bool, Failure> {
    match row.get(n) {
        "1" => Ok(true),
        "0" => Ok(false),
        text if ["yes", "y", "true"].iter().any(|yes| text.eq_ignore_ascii_case(yes)) => Ok(true),
        text if ["no", "n", "false"].iter().any(|no| text.eq_ignore_ascii_case(no)) => Ok(false),
        _ => Err(row.wrong(n, "is neither 1 nor 0 (yes or no)")),
    }
}

/// A number within limits, which must be there.
pub fn number(row: &Row<'_>, n: usize, least: f64, most: f64) -> Result<f64, Failure> {
    match row.get(n).parse::<f64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(row.wrong(n, format!("is no number from {least} to {most}"))),
    }
}

/// A whole number up to a most, which must be there; what is behind the point is left out.
pub fn whole(row: &Row<'_>, n: usize, most: u32) -> Result<u32, Failure> {
    // Within the limits, so that it fits.
    Ok(number(row, n, 0.0, f64::from(most))?.floor() as u32)
}

/// Somebody's age in whole years, or nothing.
pub fn age(row: &Row<'_>, n: usize) -> Result<Option<u16>, Failure> {
    match row.get(n) {
        "" => Ok(None),
        _ => Ok(u16::try_from(whole(row, n, 130)?).ok()),
    }
}

/// Somebody's sex, or nothing where it is not known: male, female, M, F, 1, 2; other, unknown, X, I, U, 0, 9.
pub fn sex(row: &Row<'_>, n: usize) -> Result<Option<Sex>, Failure> {
    let is = |words: &[&str]| words.iter().any(|word| row.get(n).eq_ignore_ascii_case(word));
    match () {
        () if is(&["male", "m", "1"]) => Ok(Some(Sex::Male)),
        () if is(&["female", "f", "2"]) => Ok(Some(Sex::Female)),
        () if is(&["", "other", "unknown", "indeterminate", "not specified", "x", "i", "u", "0", "9"]) => {
            Ok(None)
        }
        () => Err(row.wrong(n, "is no sex: write 1 or M, 2 or F; 0, 9 or nothing where it is not known")),
    }
}

/// Whether the method of admission is an emergency one.
pub fn is_emergency(row: &Row<'_>, n: usize) -> Result<bool, Failure> {
    let text = row.get(n);
    let known = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if !known {
        return Err(
            row.wrong(n, "is no admission method: two characters as the NHS Data Dictionary has them")
        );
    }
    Ok(EMERGENCY.iter().any(|method| text.eq_ignore_ascii_case(method)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        let day = NaiveDate::from_ymd_opt(2024, 2, 29);
        for text in ["2024-02-29", "29/02/2024", "20240229", "2024-02-29T10:00:00", "2024-02-29 00:00:00"] {
            assert_eq!(read_date(text), day, "{text}");
        }
        for text in
            ["2023-02-29", "02/29/2024", "2024-2-29", "24-02-2024", "202402", "x024-02-29", "2024/02/29"]
        {
            assert_eq!(read_date(text), None, "{text}");
        }
    }
}
