//! Accesses that stand out: which, why each is shown, and what to do next.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Europe::London;
use policy::{Access, Action, Resource};
use store::Store;
use store::audit::Entry;
use store::outcomes::{self, Outcome, Verdict};
use store::unusual::{self, AROUND, BEFORE, Found, Line, MANY, Sign, Stretch, TIMES};

use crate::GovernanceError;

/// Working hours, London time, Monday to Friday. Our choice: the hours in which most practices and offices are staffed.
const WORKING: (u32, u32) = (7, 20);

/// Days that may be looked through at once.
pub const MOST_DAYS: u64 = 31;

/// A sign in words.
pub fn title(sign: Sign) -> &'static str {
    match sign {
        Sign::OwnRecord => "Own record",
        Sign::SameSurname => "Same surname",
        Sign::SameAddress => "Same address",
        Sign::Colleague => "Colleague",
        Sign::Volume => "Unusually many",
        Sign::OutOfHours => "Out of hours",
        Sign::NoLaterCare => "No care around it",
    }
}

/// How openings with this sign are found.
pub fn how(sign: Sign) -> String {
    match sign {
        Sign::OwnRecord => "Staff who opened the record of a person who is, or is called exactly as, themselves.".into(),
        Sign::SameSurname => "Staff who opened the record of a person with their own surname. Most of these are chance, above all with common names.".into(),
        Sign::SameAddress => "Staff who opened the record of a person at their own address. Only staff whose account is tied to their own record can be compared.".into(),
        Sign::Colleague => "Staff who opened the record of a person who is, or is called exactly as, somebody with an account of the same organisation.".into(),
        Sign::Volume => format!("Days on which somebody opened more than {MANY} people's records, and more than {TIMES} times their usual day of the {BEFORE} days before."),
        Sign::OutOfHours => format!("Records opened before {}:00, from {}:00 on, or at a weekend (London time). Bank holidays are not known here.", WORKING.0, WORKING.1),
        Sign::NoLaterCare => format!("Records opened when no service recorded anything of the person from {} days before to {} days after.", AROUND.0, AROUND.1),
    }
}

/// Why a line is shown, in a sentence.
pub fn why(sign: Sign, line: &Line) -> String {
    let who = &line.user_name;
    let times = if line.times == 1 { "once".to_owned() } else { format!("{} times", line.times) };
    match sign {
        Sign::OwnRecord => format!("{who} opened, {times}, a record that is or may be their own."),
        Sign::SameSurname => format!("{who} opened, {times}, the record of somebody with the same surname."),
        Sign::SameAddress => {
            format!("{who} opened, {times}, the record of somebody who lives at the same address.")
        }
        Sign::Colleague => {
            format!("{who} opened, {times}, the record of somebody who is or may be a colleague.")
        }
        Sign::Volume => {
            let usual = line.usual.unwrap_or(0);
            format!("{who} opened the records of {} people that day; {usual} is usual.", line.times)
        }
        Sign::OutOfHours => format!("{who} opened the record, {times}, outside working hours."),
        Sign::NoLaterCare => {
            format!("{who} opened the record, {times}, and no service recorded any care around then.")
        }
    }
}

/// What to do about a line.
pub fn next(sign: Sign) -> &'static str {
    match sign {
        Sign::OwnRecord => {
            "Ask the user whether it is their own record. Staff see their own record through the person's pages, not through their work."
        }
        Sign::SameSurname => {
            "Ask the user whether they know the person, and whether they were caring for them."
        }
        Sign::SameAddress => "Ask the user why; somebody else should care for people they live with.",
        Sign::Colleague => "Ask the user's manager whether the colleague was in their care.",
        Sign::Volume => {
            "Look at what they opened that day, and ask whether there was a clinic, a recall or an audit."
        }
        Sign::OutOfHours => {
            "Compare with the rota. Out-of-hours services and on-call staff are expected here."
        }
        Sign::NoLaterCare => {
            "Ask the user what it was for: a phone call, a letter or a check may leave no trace in the data."
        }
    }
}

/// Openings with this sign from one day to another, both included, London days.
pub async fn find(
    store: &Store,
    access: &Access,
    sign: Sign,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Found, GovernanceError> {
    let permit = store.request(access, Action::SearchAudit, Resource::Audit).await?;
    let to = to.min(from + Days::new(MOST_DAYS - 1));
    let stretch = Stretch { from: at(from, 0), to: at(to + Days::new(1), 0) };
    let working: Vec<Stretch> =
        from.iter_days().take_while(|day| *day <= to).filter_map(working_hours).collect();
    Ok(unusual::find(store, &permit, sign, stretch, &working).await?)
}

fn working_hours(day: NaiveDate) -> Option<Stretch> {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    (!weekend).then(|| Stretch { from: at(day, WORKING.0), to: at(day, WORKING.1) })
}

/// This hour of a London day. The clocks change at one in the night; of an hour that comes twice the first is meant.
fn at(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    London.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |at| at.to_utc())
}

/// One row of the audit, and what was found out about it, latest first; `None` when there is none of that number.
pub async fn row(
    store: &Store,
    access: &Access,
    row: i64,
) -> Result<Option<(Entry, Vec<Outcome>)>, GovernanceError> {
    let permit = store.request(access, Action::SearchAudit, Resource::Audit).await?;
    Ok(outcomes::row(store, &permit, row).await?)
}

/// Writes down what was found out about a row; `false` when there is none of that number.
pub async fn judge(
    store: &Store,
    access: &Access,
    row: i64,
    verdict: Verdict,
    note: &str,
) -> Result<bool, GovernanceError> {
    Ok(outcomes::record(store, access, row, verdict, note).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_hours_are_london_hours_on_weekdays() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let hours =
            |day: NaiveDate| working_hours(day).map(|hours| (hours.from.to_string(), hours.to.to_string()));
        let utc = |from: &str, to: &str| Some((format!("{from} UTC"), format!("{to} UTC")));
        assert_eq!(hours(day(7, 1)), utc("2026-07-01 06:00:00", "2026-07-01 19:00:00"), "summer time");
        assert_eq!(hours(day(11, 20)), utc("2026-11-20 07:00:00", "2026-11-20 20:00:00"));
        assert_eq!(hours(day(11, 21)), None, "a Saturday");
    }
}
