//! How dates, counts and sums are written, as the NHS content guide has it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;
use model::{NhsNumber, Pence};

/// `21 November 2026`.
pub(crate) fn date(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `21 Nov 2026`, for tables: it stays on one line.
pub(crate) fn short_date(day: NaiveDate) -> String {
    day.format("%-d\u{a0}%b\u{a0}%Y").to_string()
}

/// A date, or these words when there is none.
pub(crate) fn date_or(day: Option<NaiveDate>, none: &str) -> String {
    day.map_or_else(|| none.to_owned(), date)
}

/// `21 November 2026 at 3:04pm`, by the clock in London.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    let there = at.with_timezone(&London);
    let half = there.format("%P");
    there.format(&format!("%-d %B %Y at %-I:%M{half}")).to_string()
}

/// `3:04pm`, by the clock in London.
pub(crate) fn clock(at: DateTime<Utc>) -> String {
    let there = at.with_timezone(&London);
    format!("{}{}", there.format("%-I:%M"), there.format("%P"))
}

/// `1,234`.
pub(crate) fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if n < 0 { format!("-{grouped}") } else { grouped }
}

/// `1 person`, `2 people`: the count with the right word.
pub(crate) fn counted(n: i64, one: &str, several: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { several })
}

/// Whole pounds: `£1,234`.
pub(crate) fn pounds(sum: Pence) -> String {
    let rounded = (sum.0.abs() + 50) / 100;
    let sign = if sum.0 < 0 && rounded > 0 { "-" } else { "" };
    format!("{sign}£{}", count(rounded))
}

/// A part of a whole in hundredths: `12%`; `-` when the whole is nothing.
pub(crate) fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = (i128::from(part) * 1_000 + i128::from(whole) / 2) / i128::from(whole);
    if tenths == 0 && part != 0 {
        "less than 0.1%".to_owned()
    } else if tenths.abs() >= 100 {
        format!("{}%", (tenths + 5) / 10)
    } else {
        format!("{}.{}%", tenths / 10, (tenths % 10).abs())
    }
}

/// A result as it was sent, without digits that are not there: `48`, `6.5`.
pub(crate) fn value(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// With a capital at the front.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Without a capital at the front, for the middle of a sentence.
pub(crate) fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// `999 123 4567`, or that it is not known.
pub(crate) fn nhs_number(number: Option<NhsNumber>) -> String {
    number.map_or_else(|| "Not known".to_owned(), |number| number.to_string())
}

/// `SURNAME, Given`, as the NHS writes a person's name on a banner; `Name not known` when there is none.
pub(crate) fn person_name(family: &str, given: &str) -> String {
    match (family.trim(), given.trim()) {
        ("", "") => "Name not known".to_owned(),
        (family, "") => family.to_uppercase(),
        ("", given) => given.to_owned(),
        (family, given) => format!("{}, {given}", family.to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(-1_000), "-1,000");
        assert_eq!(counted(1, "person", "people"), "1 person");
        assert_eq!(pounds(Pence(123_450)), "£1,235");
        assert_eq!(pounds(Pence(-40)), "£0");
        assert_eq!(percent(1, 8), "13%");
        assert_eq!(percent(1, 80), "1.3%");
        assert_eq!(percent(1, 0), "-");
        assert_eq!(percent(1, 10_000), "less than 0.1%");
        assert_eq!(percent(0, 10), "0.0%");
        assert_eq!(value(48.0), "48");
        assert_eq!(value(6.50), "6.5");
        assert_eq!(person_name("Okafor", "Ada"), "OKAFOR, Ada");
    }

    #[test]
    fn moments_follow_summer_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(moment(at("2026-07-01T14:04:00Z")), "1 July 2026 at 3:04pm");
        assert_eq!(moment(at("2026-11-21T09:30:00Z")), "21 November 2026 at 9:30am");
    }
}
