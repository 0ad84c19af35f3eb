//! Dates as people write them in a series of points.

use chrono::NaiveDate;

/// Ways to write a day. Years of two digits come before those of four: a four-digit one does not fit them.
const DAYS: [&str; 7] = ["%Y-%m-%d", "%Y/%m/%d", "%d/%m/%y", "%d/%m/%Y", "%d-%m-%Y", "%d-%b-%y", "%d-%b-%Y"];
/// Ways to write a month, behind its first day.
const MONTHS: [&str; 6] = ["%d %Y-%m", "%d %b-%y", "%d %b-%Y", "%d %B %Y", "%d %b %Y", "%d %m/%Y"];

/// A day, from `2026-04-01`, `2026-04-01T00:00:00`, `01/04/2026`, `1 April 2026`, `2026-04`, `April 2026`, `Apr-26` or `2026`: the first day
/// of what is named.
pub fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    // A year of two digits that stands where four are meant would be one of the first century.
    let parsed = |text: &str, format: &&str| {
        NaiveDate::parse_from_str(text, format).ok().filter(|day| chrono::Datelike::year(day) >= 1000)
    };
    let date = text.split(['T', ' ']).next().unwrap_or(text);
    let month = format!("1 {text}");
    let year =
        || text.parse().ok().filter(|_| text.len() == 4).and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1));
    DAYS.iter()
        .find_map(|format| parsed(date, format))
        .or_else(|| MONTHS.iter().find_map(|format| parsed(&month, format)))
        .or_else(|| parsed(text, &"%d %B %Y").or_else(|| parsed(text, &"%d %b %Y")))
        .or_else(year)
}

/// A point in time: a date, or a number where periods are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// A number.
    Number(i64),
    /// A date.
    Day(NaiveDate),
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Day(day) => day.fmt(f),
        }
    }
}

impl Moment {
    /// Reads a whole number or a date. A year of four digits is a number as well as a date, and is taken for a number.
    pub fn of(text: &str) -> Option<Self> {
        text.parse().map(Self::Number).ok().or_else(|| day(text).map(Self::Day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_a_day() {
        let april = NaiveDate::from_ymd_opt(2026, 4, 1);
        for text in [
            "2026-04-01",
            "2026-04-01T00:00:00",
            "2026-04-01 00:00:00",
            "01/04/2026",
            "2026-04",
            "April 2026",
            "Apr 2026",
            "Apr-26",
            "Apr-2026",
            "04/2026",
            "2026/04/01",
            "01/04/26",
            "01-04-2026",
            "01-Apr-26",
            "1 April 2026",
        ] {
            assert_eq!(day(text), april, "{text}");
        }
        assert_eq!(day("2026"), NaiveDate::from_ymd_opt(2026, 1, 1));
        for text in ["", "2026-13-01", "soon", "12", "31/02/2026", "01-04-26"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
