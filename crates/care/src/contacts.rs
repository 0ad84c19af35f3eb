use chrono::NaiveDate;
use model::Setting;
use model::record::{PersonRecord, TimelineEntry};

/// The latest entry of each setting up to the day of the data, latest first, entries of a record that are not meetings
/// (results, medicines) left out.
pub(crate) fn last(record: &PersonRecord) -> Vec<TimelineEntry> {
    let mut latest: Vec<TimelineEntry> = Vec::new();
    for setting in Setting::ALL {
        let of_setting = record.timeline.iter().filter(|entry| {
            entry.kind.setting() == setting && is_contact(entry) && entry.start <= record.data_as_at
        });
        latest.extend(of_setting.max_by_key(|entry| entry.start).cloned());
    }
    latest.sort_by_key(|entry| std::cmp::Reverse(entry.start));
    latest
}

/// What is booked after the day of the data, soonest first.
pub(crate) fn next(record: &PersonRecord) -> Vec<TimelineEntry> {
    let mut booked: Vec<TimelineEntry> = record
        .timeline
        .iter()
        .filter(|entry| is_contact(entry) && entry.start > record.data_as_at)
        .cloned()
        .collect();
    booked.sort_by_key(|entry| entry.start);
    booked
}

fn is_contact(entry: &TimelineEntry) -> bool {
    use model::EventKind as Kind;
    !matches!(entry.kind, Kind::Observation | Kind::MedicineIssue | Kind::CareRequest)
}

/// The first day of a day's month.
pub(crate) fn month_of(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    day.with_day(1).unwrap_or(day)
}
