//! Dates of birth as people write them, whole or in part, and how two of them agree.

use serde::{Deserialize, Serialize};

/// A date of birth packed into 32 bits: year, month and day, each 0 when not known. All 0: nothing known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Birth(u32);

impl Birth {
    /// Of its parts; an impossible month or day counts as not known. Nothing without a year.
    pub fn new(year: u32, month: u32, day: u32) -> Self {
        if !(1..=9999).contains(&year) {
            return Self(0);
        }
        let month = if month <= 12 { month } else { 0 };
        let day = if day <= 31 { day } else { 0 };
        Self(year << 9 | month << 5 | day)
    }

    /// Reads `YYYY-MM-DD`, `YYYYMMDD`, `DD/MM/YYYY`, `D Mon YYYY`, `YYYY-MM`, `YYYY`, with any separator and any
    /// time of day behind. A second part above 12 in `a/b/YYYY` is taken for the day.
    pub fn parse(text: &str) -> Self {
        if let [y, e, a, r, b'-', m, n, b'-', d, i] = text.as_bytes() {
            let digits = [y, e, a, r, m, n, d, i];
            if digits.iter().all(|b| b.is_ascii_digit()) {
                let all = digits.iter().fold(0, |all, b| all * 10 + u32::from(**b - b'0'));
                return Self::ordered(all / 10_000, all / 100 % 100, all % 100);
            }
        }
        let mut parts: [(u32, u32); 3] = [(0, 0); 3];
        let mut count = 0;
        let bytes = text.as_bytes();
        let mut at = 0;
        while let (Some(byte), true) = (bytes.get(at), count < 3) {
            if byte.is_ascii_digit() {
                let digits = bytes.iter().skip(at).take_while(|b| b.is_ascii_digit()).take(9);
                let (value, width) =
                    digits.fold((0, 0), |(value, width), b| (value * 10 + u32::from(b - b'0'), width + 1));
                at += width as usize;
                if let Some(part) = parts.get_mut(count) {
                    *part = (value, width);
                }
                count += 1;
            } else if byte.is_ascii_alphabetic() {
                let word: Vec<u8> = bytes
                    .iter()
                    .skip(at)
                    .take_while(|b| b.is_ascii_alphabetic())
                    .map(u8::to_ascii_lowercase)
                    .collect();
                at += word.len();
                if word == b"t" {
                    break;
                }
                if let Some(month) = MONTHS.iter().position(|name| word.starts_with(name.as_bytes()))
                    && let Some(part) = parts.get_mut(count)
                {
                    *part = (u32::try_from(month + 1).unwrap_or(0), 2);
                    count += 1;
                }
            } else {
                at += 1;
            }
        }
        match (count, parts) {
            (1, [(all, 8), ..]) => Self::new(all / 10_000, all / 100 % 100, all % 100),
            (1, [(all, 6), ..]) => Self::new(all / 100, all % 100, 0),
            (1, [(year, 4), ..]) => Self::new(year, 0, 0),
            (2, [(year, 4), (month, _), _]) => Self::new(year, month, 0),
            (2, [(month, _), (year, 4), _]) => Self::new(year, month, 0),
            (3, [(year, 4), (month, _), (day, _)]) => Self::ordered(year, month, day),
            (3, [(day, _), (month, _), (year, 4)]) => Self::ordered(year, month, day),
            _ => Self(0),
        }
    }

    fn ordered(year: u32, month: u32, day: u32) -> Self {
        if month > 12 && day <= 12 { Self::new(year, day, month) } else { Self::new(year, month, day) }
    }

    /// Year, or 0.
    pub fn year(self) -> u32 {
        self.0 >> 9
    }

    /// Month, or 0.
    pub fn month(self) -> u32 {
        self.0 >> 5 & 15
    }

    /// Day, or 0.
    pub fn day(self) -> u32 {
        self.0 & 31
    }

    /// Whether nothing is known.
    pub fn is_missing(self) -> bool {
        self.0 == 0
    }

    /// Whether year, month and day are all known.
    pub fn is_whole(self) -> bool {
        self.month() != 0 && self.day() != 0
    }

    /// Of the number it is packed into.
    pub(crate) fn unpacked(number: u32) -> Self {
        Self(number)
    }

    /// The number it is packed into.
    pub fn packed(self) -> u32 {
        self.0
    }

    /// Known to the year only, or written as 1 January for want of knowledge.
    pub fn only_year(self) -> bool {
        self.month() == 0 || (self.month() == 1 && self.day() <= 1)
    }

    fn digits(self) -> [u32; 8] {
        let (y, m, d) = (self.year(), self.month(), self.day());
        [y / 1000, y / 100 % 10, y / 10 % 10, y % 10, m / 10, m % 10, d / 10, d % 10]
    }
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// How two dates of birth agree, from best to worst. Its order is the order of the levels of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BirthLevel {
    /// The same day.
    Same = 1,
    /// Day and month the other way round.
    DayMonthSwapped,
    /// One digit differs, or two neighbouring digits are swapped.
    OneDigit,
    /// The same year, and one of the two is known to the year only or says 1 January.
    SameYearOneVague,
    /// The same day and month, another year.
    SameDayAndMonth,
    /// The same year, and either month or day.
    SameYearAndOne,
    /// The same year.
    SameYear,
    /// Two years apart at most.
    NearYear,
    /// Ten years apart at most.
    SameDecade,
    /// Further apart.
    Different,
}

/// How two dates of birth agree; nothing if one is missing.
pub fn compare(one: Birth, other: Birth) -> Option<BirthLevel> {
    use BirthLevel as L;
    if one.is_missing() || other.is_missing() {
        return None;
    }
    let vague = one.only_year() || other.only_year();
    if one == other && (one.is_whole() || one.month() == 0) {
        return Some(if one.is_whole() { L::Same } else { L::SameYearOneVague });
    }
    let same_year = one.year() == other.year();
    if one.is_whole() && other.is_whole() {
        if same_year && one.day() == other.month() && one.month() == other.day() {
            return Some(L::DayMonthSwapped);
        }
        if one_slip(one.digits(), other.digits()) {
            return Some(L::OneDigit);
        }
    }
    if same_year && vague {
        return Some(L::SameYearOneVague);
    }
    let same_month = one.month() == other.month();
    let same_day = one.day() == other.day();
    if same_month && same_day && one.is_whole() && !one.only_year() {
        return Some(L::SameDayAndMonth);
    }
    if same_year {
        return Some(if same_month || (same_day && one.day() != 0) {
            L::SameYearAndOne
        } else {
            L::SameYear
        });
    }
    Some(match one.year().abs_diff(other.year()) {
        ..=2 => L::NearYear,
        3..=10 => L::SameDecade,
        _ => L::Different,
    })
}

fn one_slip(one: [u32; 8], other: [u32; 8]) -> bool {
    let mut differ = one.iter().zip(&other).enumerate().filter(|(_, (a, b))| a != b);
    match (differ.next(), differ.next(), differ.next()) {
        (Some(_), None, None) => true,
        (Some((i, (a, b))), Some((j, (c, d))), None) => j == i + 1 && a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_usual_forms() {
        let day = Birth::new(1971, 6, 24);
        for text in [
            "1971-06-24",
            "19710624",
            "24/06/1971",
            "24.6.1971",
            "24 June 1971",
            "1971-06-24T00:00:00",
            "24-Jun-1971",
        ] {
            assert_eq!(Birth::parse(text), day, "{text}");
        }
        assert_eq!(Birth::parse("06/24/1971"), day, "month first, plain from the 24");
        assert_eq!(Birth::parse("1971"), Birth::new(1971, 0, 0));
        assert_eq!(Birth::parse("1971-06"), Birth::new(1971, 6, 0));
        for nothing in ["", "unknown", "24/06/71", "99999999999"] {
            assert!(Birth::parse(nothing).is_missing() || nothing.starts_with('9'), "{nothing}");
        }
    }

    #[test]
    fn levels() {
        use BirthLevel as L;
        let of = |a: &str, b: &str| compare(Birth::parse(a), Birth::parse(b));
        assert_eq!(of("1971-06-24", "1971-06-24"), Some(L::Same));
        assert_eq!(of("1971-06-04", "1971-04-06"), Some(L::DayMonthSwapped));
        assert_eq!(of("1971-06-24", "1971-06-25"), Some(L::OneDigit));
        assert_eq!(of("1971-06-24", "1917-06-24"), Some(L::OneDigit), "neighbours swapped");
        assert_eq!(of("1971-06-24", "1971-01-01"), Some(L::SameYearOneVague));
        assert_eq!(of("1971-06-24", "1988-06-24"), Some(L::SameDayAndMonth));
        assert_eq!(of("1971-06-24", "1971-06-07"), Some(L::SameYearAndOne));
        assert_eq!(of("1971-06-24", "1971-11-30"), Some(L::SameYear));
        assert_eq!(of("1971-06-24", "1972-11-30"), Some(L::NearYear));
        assert_eq!(of("1971-06-24", "1978-11-30"), Some(L::SameDecade));
        assert_eq!(of("1971-06-24", "1938-11-30"), Some(L::Different));
        assert_eq!(of("1971", "1971-06-24"), Some(L::SameYearOneVague));
        assert_eq!(of("", "1971-06-24"), None);
    }
}
