//! Which rows of a file count: by their day, by how the admission came about.

use std::ops::RangeInclusive;

use chrono::{Days, NaiveDate};

use super::{Admissions, Options, cells};
use crate::failure::Failure;
use crate::tables::{Row, Table};

/// Names of the columns that a window reads.
pub const COLUMNS: [&str; 2] = ["date", "admission_method"];

/// Which rows count.
pub struct Window {
    days: Option<RangeInclusive<NaiveDate>>,
    emergency: bool,
    /// Which cell of a row the date is; the method of admission is the next.
    date: usize,
}

impl Window {
    /// The window that the options ask for; without --window-days it is as long as the score's own, if it has one.
    pub fn of(options: &Options, table: &Table, date: usize, own_days: Option<u32>) -> Result<Self, Failure> {
        let emergency = options.admissions == Admissions::Emergency;
        for (needed, column) in [options.as_at.is_some(), emergency].into_iter().zip(COLUMNS) {
            if needed {
                table.must(column)?;
            }
        }
        let days = options.as_at.map(|as_at| {
            let days = options.window_days.or(own_days).map(|days| Days::new(u64::from(days)));
            days.and_then(|days| as_at.checked_sub_days(days)).unwrap_or(NaiveDate::MIN)..=as_at
        });
        Ok(Self { days, emergency, date })
    }

    /// Whether a row counts. Its date is read even where it does not matter: a wrong one is a mistake of the file.
    pub fn takes(&self, row: &Row<'_>) -> Result<bool, Failure> {
        let in_days = match (cells::date(row, self.date)?, &self.days) {
            (_, None) => true,
            (Some(date), Some(days)) => days.contains(&date),
            (None, Some(_)) => {
                return Err(row.wrong(self.date, "is blank: --as-at asks for the day of every row"));
            }
        };
        Ok(in_days && (!self.emergency || cells::is_emergency(row, self.date + 1)?))
    }
}
