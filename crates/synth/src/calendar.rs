//! Days and months of the period, with their written forms made once.

use chrono::{Datelike, NaiveDate};

use crate::SynthError;
use crate::dice::Dice;

/// A day as its number from 1 January of the year 1 (which is 1), as chrono counts.
pub type Day = i32;

/// A month of the period.
pub struct Month {
    /// `2026-10`.
    pub label: String,
    /// Its first day, not before the period's.
    pub first: Day,
    /// Its last day, not after the period's: the day of the extract.
    pub last: Day,
    /// 1 to 12.
    number: usize,
}

/// The period that the files cover and every day that may be written in them.
pub struct Calendar {
    /// First day of the first month.
    pub start: Day,
    /// Last day of all.
    pub end: Day,
    /// Months in order.
    pub months: Vec<Month>,
    month_of_day: Vec<u16>,
    first_written: Day,
    written: Vec<[u8; 10]>,
}

/// 1 January 1900, which many systems write for an unknown birth.
pub const FIRST_OF_1900: Day = 693_596;

/// How happenings spread over a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    Even,
    Winter,
    Summer,
}

impl Season {
    /// Weight of a calendar month (1 to 12) against an even spread, at most 1.5.
    fn weight(self, month: usize) -> f64 {
        const WINTER: [f64; 12] = [1.5, 1.3, 1.1, 0.95, 0.8, 0.7, 0.65, 0.65, 0.8, 1.0, 1.2, 1.45];
        const SUMMER: [f64; 12] = [0.8, 0.8, 0.95, 1.05, 1.15, 1.25, 1.2, 1.1, 1.05, 1.0, 0.85, 0.8];
        let of = |table: [f64; 12]| table.get(month.wrapping_sub(1)).copied().unwrap_or(1.0);
        match self {
            Self::Even => 1.0,
            Self::Winter => of(WINTER),
            Self::Summer => of(SUMMER),
        }
    }
}

impl Calendar {
    /// The calendar of `years` whole years of months that end with the month of `end`, cut at `end`.
    pub fn new(end: NaiveDate, years: u32) -> Result<Self, SynthError> {
        let bad =
            || SynthError::Options("the period must end between 1970 and 2090 and last 1 to 20 years".into());
        if !(1..=20).contains(&years) || !(1970..=2090).contains(&end.year()) {
            return Err(bad());
        }
        let mut months = Vec::new();
        let mut month_of_day = Vec::new();
        let count = i32::try_from(years).map_err(|_| bad())? * 12;
        let last_index = end.year() * 12 + end.month0() as i32;
        for (at, index) in (last_index - count + 1..=last_index).enumerate() {
            let first = month_start(index).ok_or_else(bad)?;
            let last = month_start(index + 1).ok_or_else(bad)?.min(end.num_days_from_ce() + 1) - 1;
            let number = index.rem_euclid(12) as usize + 1;
            let label = format!("{:04}-{number:02}", index.div_euclid(12));
            month_of_day.extend((first..=last).map(|_| at as u16));
            months.push(Month { label, first, last, number });
        }
        let start = months.first().map(|month| month.first).ok_or_else(bad)?;
        let first_written = (start - 130 * 366).min(FIRST_OF_1900);
        let written = (first_written..=end.num_days_from_ce() + 400).map(write_day).collect();
        Ok(Self { start, end: end.num_days_from_ce(), months, month_of_day, first_written, written })
    }

    /// Position of the month of this day; days before the period count as its first month, later ones as its last.
    pub fn month_of(&self, day: Day) -> usize {
        let at = usize::try_from(day - self.start).unwrap_or(0);
        let last = self.month_of_day.len().saturating_sub(1);
        self.month_of_day.get(at.min(last)).copied().map_or(0, usize::from)
    }

    /// The day as `2026-10-31`.
    pub fn iso(&self, day: Day) -> &str {
        let at = usize::try_from(day - self.first_written).unwrap_or(0);
        self.written.get(at).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// A day from `from` to `to` as the season has it; `None` when there is no day between.
    pub fn day_in(&self, dice: &mut Dice, from: Day, to: Day, season: Season) -> Option<Day> {
        if from > to {
            return None;
        }
        for _ in 0..12 {
            let day = dice.between(from, to);
            let number = self.months.get(self.month_of(day)).map_or(1, |month| month.number);
            if season == Season::Even || dice.chance(season.weight(number) / 1.5) {
                return Some(day);
            }
        }
        Some(dice.between(from, to))
    }
}

fn month_start(index: i32) -> Option<Day> {
    NaiveDate::from_ymd_opt(index.div_euclid(12), index.rem_euclid(12) as u32 + 1, 1)
        .map(|date| date.num_days_from_ce())
}

fn write_day(day: Day) -> [u8; 10] {
    let mut bytes = [b'0'; 10];
    if let Some(date) = NaiveDate::from_num_days_from_ce_opt(day) {
        let text = date.format("%Y-%m-%d").to_string();
        for (slot, byte) in bytes.iter_mut().zip(text.bytes()) {
            *slot = byte;
        }
    }
    bytes
}

/// Completed years of age on a day.
pub fn age_at(birth: Day, day: Day) -> i32 {
    // INVARIANT: both days come from the calendar, so both are dates.
    let date = |day| NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default();
    model::age_on(date(birth), date(day)).and_then(|age| i32::try_from(age).ok()).unwrap_or(0)
}

/// The year of a day.
pub fn year_of(day: Day) -> i32 {
    NaiveDate::from_num_days_from_ce_opt(day).map_or(2000, |date| date.year())
}

/// Age in years with its fraction.
pub fn years_at(birth: Day, day: Day) -> f64 {
    f64::from(day - birth) / 365.25
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Stream;

    #[test]
    fn months_fill_the_period() {
        let calendar = Calendar::new(NaiveDate::from_ymd_opt(2026, 10, 15).unwrap(), 1).unwrap();
        assert_eq!(calendar.months.len(), 12);
        assert_eq!(calendar.months[0].label, "2025-11");
        assert_eq!(calendar.iso(calendar.start), "2025-11-01");
        assert_eq!(calendar.iso(calendar.months[11].last), "2026-10-15");
        assert_eq!(calendar.month_of(calendar.start - 400), 0);
        assert_eq!(calendar.month_of(calendar.end), 11);
        assert_eq!(calendar.month_of(calendar.end + 9), 11);
        assert!(Calendar::new(NaiveDate::from_ymd_opt(2026, 10, 15).unwrap(), 0).is_err());
    }

    #[test]
    fn winter_has_more_days_than_summer() {
        let calendar = Calendar::new(NaiveDate::from_ymd_opt(2026, 10, 31).unwrap(), 1).unwrap();
        let mut dice = Dice::new(1, Stream::Rows, 0);
        let mut seen = [0u32; 13];
        for _ in 0..6_000 {
            let day = calendar.day_in(&mut dice, calendar.start, calendar.end, Season::Winter).unwrap();
            seen[calendar.months[calendar.month_of(day)].number] += 1;
        }
        assert!(seen[1] > seen[7] * 3 / 2, "{seen:?}");
        assert_eq!(calendar.day_in(&mut dice, 5, 4, Season::Even), None);
    }
}
