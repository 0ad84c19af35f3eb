//! What was known on an earlier day: events and people without what came later.
//!
//! A day is that on which something happened. What was recorded late, or corrected since, counts as it stands today.

use chrono::NaiveDate;
use model::EventKind;

use super::PersonFact;
use crate::events::{Coded, PersonEvent};

/// The events that had begun by a day. What ended later had not ended; a hospital episode that was not over had no codes yet.
pub(super) fn events<'a>(events: &[PersonEvent<'a>], day: NaiveDate) -> Vec<PersonEvent<'a>> {
    events.iter().filter(|event| event.start <= day).map(|event| as_known(event, day)).collect()
}

/// The same of codes.
pub(super) fn coded<'a>(coded: &[Coded<'a>], day: NaiveDate) -> Vec<Coded<'a>> {
    let known =
        |coded: &&Coded<'_>| coded.start <= day && (coded.kind != EventKind::Episode || coded.over_by(day));
    coded.iter().filter(known).copied().collect()
}

fn as_known<'a>(event: &PersonEvent<'a>, day: NaiveDate) -> PersonEvent<'a> {
    let by_then = |date: &NaiveDate| *date <= day;
    let mut known = PersonEvent {
        end: event.end.filter(by_then),
        discharged: event.discharged.filter(by_then),
        ..*event
    };
    if event.kind == EventKind::Episode {
        if known.end.or(known.discharged).is_none() {
            (known.codes, known.procedures, known.term) = ("", "", "");
        }
        if known.discharged.is_none() {
            known.outcome = "";
        }
    }
    known
}

/// The people as they stood on a day: who has died since was alive and with the practice that had them, who registered later was not
/// registered. The dead of before count with the practice that had them. `may` says of whom data may be counted; small area, sex and
/// ethnic category are today's.
pub fn people_then(
    people: &[PersonFact],
    day: NaiveDate,
    may: impl Fn(&PersonFact) -> bool,
) -> Vec<PersonFact> {
    people
        .iter()
        .map(|person| {
            let mut then = person.clone();
            then.planning = may(person);
            if let Some(practice) = &person.before_death {
                then.practice.clone_from(practice);
            }
            then.death_date = person.death_date.filter(|death| *death <= day);
            let died_later = person.death_date.is_some_and(|death| death > day);
            then.registered = then.death_date.is_none()
                && (person.registered || died_later && !then.practice.is_empty())
                && person.registered_since.is_none_or(|since| since <= day);
            then
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use model::CodeScheme;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn stay(start: &str, end: &str, discharged: &str) -> PersonEvent<'static> {
        PersonEvent {
            kind: EventKind::Episode,
            start: day(start),
            end: Some(day(end)),
            admitted: Some(day(start)),
            discharged: Some(day(discharged)),
            scheme: CodeScheme::Icd10,
            codes: "I500",
            procedures: "X111",
            term: "Heart failure",
            value: None,
            unit: "",
            provider: "RYJ",
            method: "21",
            outcome: "19",
            specialty: "300",
            subtype: "1",
            source: "sus_apc:RYJ",
        }
    }

    #[test]
    fn people_are_as_they_stood() {
        let person = |death: Option<&str>, since: &str, practice: &str| PersonFact {
            person: model::PersonId(0),
            sex: model::Sex::Female,
            birth_date: None,
            death_date: death.map(day),
            practice: practice.to_owned(),
            borough: String::new(),
            lsoa: String::new(),
            imd_decile: None,
            ethnic_category: String::new(),
            registered: !practice.is_empty(),
            registered_since: Some(day(since)),
            planning: !practice.is_empty(),
            before_death: (death.is_some() && practice.is_empty()).then(|| "E84002".to_owned()),
        };
        let people = [
            person(None, "2010-01-01", "E84002"),
            person(None, "2025-12-01", "E84002"),
            person(Some("2026-01-01"), "2010-01-01", ""),
            person(Some("2025-01-01"), "2010-01-01", ""),
        ];
        let then = people_then(&people, day("2025-10-31"), |_| true);
        let registered: Vec<bool> = then.iter().map(|person| person.registered).collect();
        assert_eq!(registered, [true, false, true, false]);
        assert_eq!((then[2].death_date, then[2].practice.as_str(), then[2].planning), (None, "E84002", true));
        assert_eq!((then[3].death_date, then[3].planning), (Some(day("2025-01-01")), true));
    }

    #[test]
    fn nothing_is_known_before_it_happened() {
        let then = day("2025-10-31");
        let over = stay("2025-10-01", "2025-10-05", "2025-10-05");
        // Its first episode is over, the stay is not.
        let half = stay("2025-10-20", "2025-10-30", "2025-11-04");
        let open = stay("2025-10-30", "2025-11-04", "2025-11-04");
        let later = stay("2025-11-01", "2025-11-02", "2025-11-02");
        let known = events(&[over, half, open, later], then);
        assert_eq!(known.len(), 3);
        assert_eq!(known[0], over);
        assert_eq!((known[1].codes, known[1].discharged, known[1].outcome), ("I500", None, ""));
        let (codes, procedures, end) = (known[2].codes, known[2].procedures, known[2].end);
        assert_eq!((codes, procedures, end, known[2].term), ("", "", None, ""));
    }
}
