use chrono::{Datelike, NaiveDate};

/// What a date cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateCell {
    /// Blank, or one of the dates that stand for "not known".
    None,
    /// A day.
    Day(NaiveDate),
    /// A day whose century had to be guessed.
    Guessed(NaiveDate),
    /// Something that is not a date.
    Unreadable,
}

/// Reads a date in the forms that English suppliers write, day before month: `2026-02-03`, `03/02/2026`, `03-02-2026`,
/// `3 Feb 2026`, `03-FEB-2026`, `20260203`, `03/02/26`, each also with a time behind it. A year of two digits is the latest that
/// is not after `latest` (the year 2029 when that is not known).
///
/// HES writes 1800-01-01, 1801-01-01, 1802-01-01, 1582-10-15 and 1900-01-01 for dates that are not known or not valid, and
/// social care systems 9999-12-31 for "open": none of these is a day. Source: HES data dictionary, null values of dates.
pub(crate) fn read_date(text: &str, latest: Option<NaiveDate>) -> DateCell {
    let text = text.trim_ascii();
    if text.is_empty() {
        return DateCell::None;
    }
    match iso(text.as_bytes()).or_else(|| any_form(text, latest)) {
        Some((day, _)) if stands_for_none(day) => DateCell::None,
        Some((day, _)) if !(1850..=2200).contains(&day.year()) => DateCell::Unreadable,
        Some((day, false)) => DateCell::Day(day),
        Some((day, true)) => DateCell::Guessed(day),
        None => DateCell::Unreadable,
    }
}

fn stands_for_none(day: NaiveDate) -> bool {
    matches!(
        (day.year(), day.month(), day.day()),
        (1800..=1802 | 1900, 1, 1) | (1582, 10, 15) | (9999, 12, 31)
    )
}

/// The form nearly every cell has, without looking for others.
fn iso(text: &[u8]) -> Option<(NaiveDate, bool)> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    day(year, number(&[*m1, *m2])?, number(&[*d1, *d2])?).map(|day| (day, false))
}

fn any_form(text: &str, latest: Option<NaiveDate>) -> Option<(NaiveDate, bool)> {
    let date = without_time(text)?.as_bytes();
    if let ([y1, y2, y3, y4, m1, m2, d1, d2], true) = (date, date.iter().all(u8::is_ascii_digit)) {
        let year = number(&[*y1, *y2, *y3, *y4])?;
        return day(year, number(&[*m1, *m2])?, number(&[*d1, *d2])?).map(|day| (day, false));
    }
    let mut parts =
        date.split(|b| matches!(b, b'-' | b'/' | b'.' | b' ' | b',')).filter(|part| !part.is_empty());
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    if first.len() == 4 {
        return day(number(first)?, month(second)?, short_number(third)?).map(|day| (day, false));
    }
    match third.len() {
        4 => day(number(third)?, month(second)?, short_number(first)?).map(|day| (day, false)),
        2 => two_digit_year(number(third)?, month(second)?, short_number(first)?, latest),
        _ => None,
    }
}

fn two_digit_year(
    year: u32,
    month: u32,
    of_month: u32,
    latest: Option<NaiveDate>,
) -> Option<(NaiveDate, bool)> {
    let limit = latest.or_else(|| NaiveDate::from_ymd_opt(2029, 12, 31))?;
    let this_century = day(2000 + year, month, of_month).filter(|day| *day <= limit);
    this_century.or_else(|| day(1900 + year, month, of_month)).map(|day| (day, true))
}

/// The date without the time that may stand behind it; `None` when what stands there is not a time.
fn without_time(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let start = bytes.windows(3).position(|w| match w {
        [before, b'T' | b't', after] => before.is_ascii_digit() && after.is_ascii_digit(),
        _ => false,
    });
    let cut = start.map(|at| at + 1).or_else(|| {
        let colon = bytes.iter().position(|b| *b == b':')?;
        bytes.get(..colon)?.iter().rposition(|b| *b == b' ')
    });
    let Some(cut) = cut else { return Some(text) };
    let time = text.get(cut + 1..)?;
    let is_time = time.bytes().all(|b| b.is_ascii_digit() || b":.+-Zz apmAPM".contains(&b));
    is_time.then(|| text.get(..cut)).flatten().map(str::trim_ascii_end)
}

fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |n, b| {
        b.is_ascii_digit().then(|| n.checked_mul(10)?.checked_add(u32::from(*b - b'0'))).flatten()
    })
}

fn short_number(digits: &[u8]) -> Option<u32> {
    (digits.len() <= 2).then(|| number(digits)).flatten()
}

/// A month as one or two digits, or as its English name or the first three letters of it.
fn month(text: &[u8]) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if text.first().is_some_and(u8::is_ascii_digit) {
        return short_number(text);
    }
    let named = NAMES.iter().position(|name| {
        let name = name.as_bytes();
        let head = name.get(..3).unwrap_or_default();
        text.eq_ignore_ascii_case(head)
            || text.eq_ignore_ascii_case(name)
            || text.eq_ignore_ascii_case(b"sept") && head == b"sep"
    })?;
    u32::try_from(named + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn english_forms_are_read_day_first() {
        let day = DateCell::Day(ymd(2026, 2, 3));
        for text in [
            "2026-02-03",
            " 2026-02-03 ",
            "03/02/2026",
            "3/2/2026",
            "03-02-2026",
            "03.02.2026",
            "3 Feb 2026",
            "03-FEB-2026",
            "3 February 2026",
            "20260203",
            "2026-02-03T10:15:00Z",
            "2026-02-03T10:15:00.123+01:00",
            "2026-02-03 10:15",
            "03/02/2026 10:15:59",
            "3 Feb 2026 10:15",
            "20260203 00:00",
            "2026/02/03",
            "03/02/2026 9:15 AM",
        ] {
            assert_eq!(read_date(text, None), day, "{text}");
        }
    }

    #[test]
    fn two_digit_years_never_lie_after_the_latest_day() {
        let latest = Some(ymd(2026, 10, 31));
        assert_eq!(read_date("03/02/26", latest), DateCell::Guessed(ymd(2026, 2, 3)));
        assert_eq!(read_date("03/11/26", latest), DateCell::Guessed(ymd(1926, 11, 3)));
        assert_eq!(read_date("03-FEB-41", latest), DateCell::Guessed(ymd(1941, 2, 3)));
        assert_eq!(read_date("03/02/31", None), DateCell::Guessed(ymd(1931, 2, 3)));
    }

    #[test]
    fn dates_that_stand_for_not_known_are_no_day() {
        for text in [
            "",
            "  ",
            "1800-01-01",
            "1801-01-01 00:00:00",
            "1802-01-01",
            "15/10/1582",
            "01/01/1900",
            "9999-12-31",
        ] {
            assert_eq!(read_date(text, None), DateCell::None, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_not_guessed_at() {
        for text in [
            "31/02/2026",
            "02/13/2026",
            "2026-13-01",
            "yesterday",
            "2026",
            "45321",
            "1/2",
            "1/2/3/4",
            "2026-02-03Tea",
            "0001-01-01",
            "03/02/026",
            "é",
            "T:",
            "::",
            "3 Fe 2026",
            "99999999999",
            "2026-02-03 tea:10",
        ] {
            assert_eq!(read_date(text, None), DateCell::Unreadable, "{text}");
        }
    }
}
