//! What was known on an earlier day: events and people without what came later.
//!
//! A day is that on which something happened. What was recorded late, or corrected since, counts as it stands today.

use chrono::NaiveDate;
use model::EventKind;

use super::{FactInputs, PersonFact};
use crate::events::PersonEvent;

/// The events that had begun by a day. What ended later had not ended; a hospital episode that was not over had no codes yet.
pub(super) fn events<'a>(events: &[PersonEvent<'a>], day: NaiveDate) -> Vec<PersonEvent<'a>> {
    events.iter().filter(|event| event.start <= day).map(|event| as_known(event, day)).collect()
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

/// The date of death, if it was known.
pub(super) fn death(person: &PersonFact, inputs: &FactInputs<'_>) -> Option<NaiveDate> {
    person.death_date.filter(|death| !inputs.as_it_stood || *death <= inputs.as_at)
}

/// Whether a practice of the area had the person. Who has died since was registered until then.
pub(super) fn registered(person: &PersonFact, inputs: &FactInputs<'_>) -> bool {
    if !inputs.as_it_stood {
        return person.registered;
    }
    let died_later = person.death_date.is_some_and(|death| death > inputs.as_at);
    (person.registered || died_later && !person.practice.is_empty())
        && person.registered_since.is_none_or(|since| since <= inputs.as_at)
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
