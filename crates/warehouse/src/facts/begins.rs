//! From which month data of each kind came: an earlier month is not nought, it is not known.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use model::EventKind;

use super::table::{Cell, FactTable};
use super::{activity_from, first_of_month};
use crate::WarehouseError;
use crate::events::PersonEvent;

/// The kinds of data that an indicator may name as its own.
pub(crate) const DATA: [&str; 7] =
    ["ae", "ae_acuity", "community_contact", "gp_appointment", "outpatient", "social_care", "stay"];

/// A month with less than one in so many of the middle month's events has strays only: a stay that began long before the data.
const STRAY: u64 = 10;

/// Events by kind of data and month.
#[derive(Default)]
pub(super) struct Months(BTreeMap<(&'static str, NaiveDate), u64>);

impl Months {
    /// Counts an event that planning may see.
    pub(super) fn event(&mut self, event: &PersonEvent<'_>) {
        let (data, day) = match event.kind {
            EventKind::AeAttendance => ("ae", event.start),
            EventKind::GpAppointment => ("gp_appointment", event.start),
            EventKind::OutpatientAppointment => ("outpatient", event.start),
            EventKind::CommunityContact => ("community_contact", event.start),
            // Hospitals send stays that have ended; services of long ago are sent while they last, what else councils do is not.
            EventKind::Episode => match event.discharged {
                Some(discharged) => ("stay", discharged),
                None => return,
            },
            EventKind::CareRequest
            | EventKind::CareAssessment
            | EventKind::CareService
            | EventKind::CareReview => ("social_care", event.start),
            _ => return,
        };
        let mut count = |data| *self.0.entry((data, first_of_month(day))).or_default() += 1;
        count(data);
        if event.kind == EventKind::AeAttendance && event.value.is_some() {
            count("ae_acuity");
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (key, n) in &other.0 {
            *self.0.entry(*key).or_default() += n;
        }
    }

    /// The first complete month of the 36 with more than strays.
    fn begin(&self, data: &str, as_at: NaiveDate) -> Option<NaiveDate> {
        let end = first_of_month(as_at.succ_opt().unwrap_or(as_at));
        let within = |month: NaiveDate| month >= activity_from(as_at) && month < end;
        let months = || self.0.iter().filter(|((kind, month), _)| *kind == data && within(*month));
        let mut counts: Vec<u64> = months().map(|(_, n)| *n).collect();
        counts.sort_unstable();
        let middle = counts.get(counts.len() / 2).copied()?;
        months().find(|(_, n)| **n * STRAY >= middle).map(|((_, month), _)| *month)
    }
}

/// Writes a row a kind of data; without a month where none came.
pub(super) fn write(as_at: NaiveDate, months: &Months, folder: &Path) -> Result<(), WarehouseError> {
    let mut table = FactTable::create(folder, "data_begins", "data")?;
    for data in DATA {
        table.push(&[Cell::Text(data), Cell::Date(months.begin(data, as_at))])?;
    }
    table.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn months(data: &'static str, counts: &[(&str, u64)]) -> Months {
        Months(counts.iter().map(|(month, n)| ((data, day(month)), *n)).collect())
    }

    #[test]
    fn data_begin_with_the_first_month_that_has_more_than_strays() {
        let as_at = day("2026-10-31");
        let stays = [
            ("2025-01-01", 1),
            ("2025-03-01", 9),
            ("2025-04-01", 90),
            ("2025-05-01", 100),
            ("2025-06-01", 95),
        ];
        assert_eq!(
            months("stay", &stays).begin("stay", as_at),
            Some(day("2025-03-01")),
            "9 of 90 is a tenth"
        );
        assert_eq!(months("stay", &stays).begin("ae", as_at), None, "no data of this kind");
        let few = [("2026-08-01", 1), ("2026-10-01", 2)];
        assert_eq!(months("ae", &few).begin("ae", as_at), Some(day("2026-08-01")));
    }

    #[test]
    fn only_complete_months_of_the_36_count() {
        let old = [("2020-01-01", 50), ("2026-10-01", 50)];
        assert_eq!(months("ae", &old).begin("ae", day("2026-10-31")), Some(day("2026-10-01")));
        assert_eq!(months("ae", &old).begin("ae", day("2026-10-30")), None, "the month has not ended");
    }
}
