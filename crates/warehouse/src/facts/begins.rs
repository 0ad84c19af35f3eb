//! From which month data of each kind came: an earlier month is not nought, it is not known.

use chrono::{Months, NaiveDate};

use super::table::{Cell, FactTable};
use super::{FactStore, MONTHS, activity_from, first_of_month, month_number};
use crate::WarehouseError;
use crate::costs::ActivityKind;

/// The kinds of data that an indicator may name as its own.
pub(crate) const DATA: [&str; 7] =
    ["ae", "ae_acuity", "community_contact", "gp_appointment", "outpatient", "social_care", "stay"];

/// The same, by number.
#[derive(Clone, Copy)]
pub(super) enum Data {
    Ae,
    AeAcuity,
    CommunityContact,
    GpAppointment,
    Outpatient,
    SocialCare,
    Stay,
}

/// A month with less than one in so many of the middle month's events has strays only: a stay that began long before the data.
const STRAY: u64 = 10;

/// Events by month.
type ByMonth = [u64; MONTHS];

/// What came of each kind of data in each month, that planning may see.
#[derive(Clone)]
pub(super) struct Came {
    from: NaiveDate,
    all: [ByMonth; DATA.len()],
    /// Appointments by practice: practices begin to send one by one.
    practices: Vec<(String, ByMonth)>,
}

impl Came {
    pub(super) fn new(as_at: NaiveDate) -> Self {
        Self { from: activity_from(as_at), all: [[0; MONTHS]; DATA.len()], practices: Vec::new() }
    }

    /// Counts activity of a kind. Running services of councils are passed over: old ones are sent while they last.
    pub(super) fn activity(&mut self, kind: ActivityKind, provider: &str, month: NaiveDate, n: i64) {
        let n = u64::try_from(n).unwrap_or(0);
        match kind {
            ActivityKind::AeType1 | ActivityKind::AeOther => self.count(Data::Ae, month, n),
            ActivityKind::GpAppointmentGp
            | ActivityKind::GpAppointmentOther
            | ActivityKind::GpAppointmentDna => {
                self.count(Data::GpAppointment, month, n);
                self.practice(provider, month, n);
            }
            ActivityKind::OutpatientFirst
            | ActivityKind::OutpatientFollowUp
            | ActivityKind::OutpatientDna => self.count(Data::Outpatient, month, n),
            ActivityKind::CommunityContact => self.count(Data::CommunityContact, month, n),
            ActivityKind::CareRequest | ActivityKind::CareAssessment | ActivityKind::CareReview => {
                self.count(Data::SocialCare, month, n);
            }
            _ => {}
        }
    }

    /// Counts things of a kind of data on a day.
    pub(super) fn count(&mut self, data: Data, day: NaiveDate, n: u64) {
        let month = month_number(self.from, day);
        if let Some(count) = month.and_then(|month| self.all.get_mut(data as usize)?.get_mut(month)) {
            *count += n;
        }
    }

    fn practice(&mut self, code: &str, day: NaiveDate, n: u64) {
        let Some(month) = month_number(self.from, day) else { return };
        let last = self.practices.len().checked_sub(1);
        // What follows is mostly of the same practice, which is therefore kept last.
        let at = last.filter(|at| self.practices.get(*at).is_some_and(|(own, _)| own == code));
        let at = at.or_else(|| {
            let at = self.practices.iter().position(|(own, _)| own == code)?;
            self.practices.swap(at, last?);
            last
        });
        let at = at.unwrap_or_else(|| {
            self.practices.push((code.to_owned(), [0; MONTHS]));
            self.practices.len() - 1
        });
        if let Some(count) = self.practices.get_mut(at).and_then(|(_, months)| months.get_mut(month)) {
            *count += n;
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        let add = |own: &mut ByMonth, more: &ByMonth| {
            own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        };
        self.all.iter_mut().zip(&other.all).for_each(|(own, more)| add(own, more));
        for (code, more) in &other.practices {
            match self.practices.iter_mut().find(|(own, _)| own == code) {
                Some((_, own)) => add(own, more),
                None => self.practices.push((code.clone(), *more)),
            }
        }
    }

    /// The first complete month with more than strays.
    fn begin(&self, months: &ByMonth, as_at: NaiveDate) -> Option<NaiveDate> {
        let end = first_of_month(as_at.succ_opt().unwrap_or(as_at));
        let complete = month_number(self.from, end).unwrap_or(MONTHS);
        let months = months.get(..complete)?;
        let mut counts: Vec<u64> = months.iter().copied().filter(|n| *n > 0).collect();
        counts.sort_unstable();
        let middle = counts.get(counts.len() / 2).copied()?;
        let first = months.iter().position(|n| *n > 0 && n * STRAY >= middle)?;
        self.from.checked_add_months(Months::new(u32::try_from(first).ok()?))
    }
}

/// Writes a row a kind of data, without a month where none came, and one a practice that sends appointments.
pub(super) fn write(as_at: NaiveDate, came: &Came, store: &FactStore) -> Result<(), WarehouseError> {
    let mut table = FactTable::create(store, "data_begins", "data")?;
    let mut practices: Vec<(&str, &ByMonth)> =
        came.practices.iter().map(|(code, months)| (code.as_str(), months)).collect();
    practices.sort_unstable();
    let whole = DATA.iter().zip(&came.all).map(|(data, months)| (*data, "", months));
    for (data, practice, months) in
        whole.chain(practices.into_iter().map(|(code, months)| ("gp_appointment", code, months)))
    {
        let month = came.begin(months, as_at);
        table.push(&[Cell::Text(data), Cell::Text(practice), Cell::Date(month)])?;
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

    fn begin(as_at: &str, counts: &[(&str, u64)]) -> Option<NaiveDate> {
        let mut came = Came::new(day(as_at));
        counts.iter().for_each(|(month, n)| came.count(Data::Stay, day(month), *n));
        assert_eq!(came.begin(&came.all[Data::Ae as usize], day(as_at)), None, "no data of another kind");
        came.begin(&came.all[Data::Stay as usize], day(as_at))
    }

    #[test]
    fn data_begin_with_the_first_month_that_has_more_than_strays() {
        let stays = [
            ("2025-01-31", 1),
            ("2025-03-02", 9),
            ("2025-04-01", 90),
            ("2025-05-01", 100),
            ("2025-06-01", 95),
        ];
        assert_eq!(begin("2026-10-31", &stays), Some(day("2025-03-01")), "9 of 90 is a tenth");
        assert_eq!(begin("2026-10-31", &[("2026-08-01", 1), ("2026-10-01", 2)]), Some(day("2026-08-01")));
    }

    #[test]
    fn only_complete_months_of_the_36_count() {
        let old = [("2020-01-01", 50), ("2026-10-01", 50)];
        assert_eq!(begin("2026-10-31", &old), Some(day("2026-10-01")));
        assert_eq!(begin("2026-10-30", &old), None, "the month has not ended");
        assert_eq!(begin("2026-10-31", &[("2023-11-01", 5)]), Some(day("2023-11-01")), "the first of the 36");
    }

    #[test]
    fn practices_begin_one_by_one() {
        let as_at = day("2026-10-31");
        let mut came = Came::new(as_at);
        for (practice, month) in [
            ("E84002", "2026-03-01"),
            ("E84003", "2026-08-01"),
            ("E84002", "2026-04-01"),
            ("E84002", "2026-05-01"),
        ] {
            came.activity(ActivityKind::GpAppointmentGp, practice, day(month), 20);
            came.activity(ActivityKind::MedicineIssue, practice, day("2024-01-01"), 20);
        }
        let mut all = Came::new(as_at);
        all.add(&came);
        all.add(&came);
        let begin = |code: &str| {
            let (_, months) = all.practices.iter().find(|(own, _)| own == code).unwrap();
            all.begin(months, as_at)
        };
        assert_eq!((begin("E84002"), begin("E84003")), (Some(day("2026-03-01")), Some(day("2026-08-01"))));
        assert_eq!(all.begin(&all.all[Data::GpAppointment as usize], as_at), Some(day("2026-03-01")));
        assert_eq!(all.practices.len(), 2);
        assert_eq!(DATA[Data::GpAppointment as usize], "gp_appointment");
        assert_eq!((DATA[Data::Stay as usize], DATA.len()), ("stay", Data::Stay as usize + 1));
    }
}
