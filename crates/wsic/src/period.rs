//! Dates as people write them in a series of points.

use chrono::NaiveDate;

/// A day, from `2026-04-01`, `2026-04-01T00:00:00`, `01/04/2026`, `2026-04`, `April 2026`, `Apr 2026` or `2026`: the first day of what is named.
pub fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let first = |text: &str, format: &str| NaiveDate::parse_from_str(&format!("1 {text}"), format).ok();
    let date = text.split(['T', ' ']).next().unwrap_or(text);
    NaiveDate::parse_from_str(date, "%Y-%m-%d")
        .or_else(|_| NaiveDate::parse_from_str(date, "%d/%m/%Y"))
        .ok()
        .or_else(|| first(text, "%d %Y-%m"))
        .or_else(|| first(text, "%d %B %Y"))
        .or_else(|| first(text, "%d %b %Y"))
        .or_else(|| {
            text.parse().ok().filter(|_| text.len() == 4).and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1))
        })
}

/// A point in time: a date, or a number where periods are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// A number.
    Number(i64),
    /// A date.
    Day(NaiveDate),
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
        ] {
            assert_eq!(day(text), april, "{text}");
        }
        assert_eq!(day("2026"), NaiveDate::from_ymd_opt(2026, 1, 1));
        for text in ["", "2026-13-01", "soon", "12", "31/02/2026"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
