use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// One person in this deployment: a dense number given in order of first linkage, and never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(pub u32);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Completed years of age on a day; born on 29 February turns older on 1 March in other years.
/// `None` before birth.
pub fn age_on(birth: NaiveDate, day: NaiveDate) -> Option<u32> {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    let years = day.year() - birth.year() - i32::from(!had_birthday);
    u32::try_from(years).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_counts_completed_years() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(age_on(day(1950, 6, 15), day(2026, 6, 14)), Some(75));
        assert_eq!(age_on(day(1950, 6, 15), day(2026, 6, 15)), Some(76));
        assert_eq!(age_on(day(2004, 2, 29), day(2005, 2, 28)), Some(0));
        assert_eq!(age_on(day(2004, 2, 29), day(2005, 3, 1)), Some(1));
        assert_eq!(age_on(day(2026, 1, 2), day(2026, 1, 1)), None);
    }
}
