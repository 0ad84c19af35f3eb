//! Openings that stand out, what was found out about them, and what people ask about them.

use chrono::{DateTime, Duration, Utc};
use model::record::TimelineEntry;
use model::{EventKind, Pence, PersonId, Role};
use policy::{Access, Action, Permit, Resource, UserId};
use store::outcomes::{self, Verdict};
use store::unusual::{self, Found, Sign, Stretch};
use store::{Page, RecordEncoder, RequestError, Store, audit, generations, questions, users};

use crate::support::*;

on_both!(
    openings_that_stand_out_are_found_and_no_others,
    many_in_a_day_are_held_against_what_is_usual,
    an_outcome_stands_with_its_audit_row,
    a_question_is_asked_and_answered,
);

/// Noon of the day this many days after the first of October.
fn noon(days: i64) -> DateTime<Utc> {
    day(1).and_hms_opt(12, 0, 0).unwrap().and_utc() + Duration::days(days)
}

fn october() -> Stretch {
    Stretch { from: noon(0) - Duration::hours(12), to: noon(31) - Duration::hours(12) }
}

async fn staff(store: &Store, id: &str, name: &str, person: Option<u32>) {
    let user = users::User {
        id: UserId(id.into()),
        name: name.into(),
        role: Role::Gp,
        organisation: "E84001".into(),
        person: person.map(PersonId),
    };
    users::create(store, &user, "correct horse").await.unwrap();
}

fn at(user: &str, when: DateTime<Utc>) -> Access {
    Access { at: when, ..access(user, Role::Gp) }
}

async fn opens(store: &Store, user: &str, person: u32, when: DateTime<Utc>) -> i64 {
    let asked = store.request(&at(user, when), Action::OpenRecord, Resource::Person(PersonId(person))).await;
    asked.unwrap().audit_id()
}

async fn lead(store: &Store) -> Permit {
    store.request(&access("iga", Role::GovernanceLead), Action::SearchAudit, Resource::Audit).await.unwrap()
}

async fn found(store: &Store, sign: Sign, working: &[Stretch]) -> Found {
    unusual::find(store, &lead(store).await, sign, october(), working).await.unwrap()
}

/// Who opened whose, by sign-in name and number.
fn pairs(found: &Found) -> Vec<(&str, u32)> {
    found.lines.iter().map(|line| (line.user.as_str(), line.person.map_or(0, |person| person.0))).collect()
}

/// People 1 to 11: the odd ones are of the practice; 1 and 7 are Okafors; 3 has care in the middle of the month.
async fn people(store: &Store) {
    let mut generation = generations::begin(store.pipeline()).await.unwrap();
    let mut encoder = RecordEncoder::new().unwrap();
    let mut all: Vec<_> = (1..=11).map(person).collect();
    all[4].address = all[2].address.to_uppercase();
    generation.people(all).await.unwrap();
    let records = (1..=11).map(|n| {
        let mut record = record(n);
        if n == 3 {
            record.timeline.push(TimelineEntry {
                kind: EventKind::GpAppointment,
                start: day(15),
                end: None,
                summary: String::new(),
                provider: String::new(),
                source: String::new(),
                cost: Pence(0),
            });
        }
        (PersonId(n), encoder.encode(&record).unwrap())
    });
    let records = records.collect();
    generation.records(records).await.unwrap();
    generation.publish("{}", day(31), now()).await.unwrap();
}

async fn openings_that_stand_out_are_found_and_no_others(f: Fixture) {
    let store = &f.store;
    people(store).await;
    staff(store, "ada", "Dr Ada Okafor", None).await;
    staff(store, "given", "Givenh Okafor", Some(7)).await;
    staff(store, "tied", "Tia Else", Some(3)).await;
    for (user, person, days) in
        [("ada", 1, 5), ("ada", 7, 6), ("ada", 3, 7), ("given", 7, 8), ("tied", 5, 9), ("tied", 3, 16)]
    {
        opens(store, user, person, noon(days)).await;
    }
    opens(store, "ada", 7, noon(6) + Duration::hours(1)).await;
    opens(store, "ada", 9, noon(10) + Duration::hours(10)).await;
    opens(store, "ada", 9, noon(40)).await;
    // Refused: not of the practice. Not an opening.
    let refused = store.request(&at("ada", noon(5)), Action::OpenRecord, Resource::Person(PersonId(2))).await;
    assert!(matches!(refused, Err(RequestError::Refused { .. })));

    let own = found(store, Sign::OwnRecord, &[]).await;
    assert_eq!(pairs(&own), [("tied", 3), ("given", 7)]);
    let surname = found(store, Sign::SameSurname, &[]).await;
    assert_eq!(pairs(&surname), [("ada", 7), ("ada", 1)]);
    let twice = &surname.lines[0];
    assert_eq!((twice.times, twice.first, twice.last), (2, noon(6), noon(6) + Duration::hours(1)));
    assert_eq!(pairs(&found(store, Sign::SameAddress, &[]).await), [("tied", 5)]);
    assert_eq!(pairs(&found(store, Sign::Colleague, &[]).await), [("ada", 7), ("ada", 3)]);
    let hours = |days| Stretch { from: noon(days) - Duration::hours(5), to: noon(days) + Duration::hours(8) };
    let working: Vec<Stretch> = (0..31).map(hours).collect();
    assert_eq!(pairs(&found(store, Sign::OutOfHours, &working).await), [("ada", 9)]);
    // The last fortnight is not settled yet; 3 had care on the 15th, which is around the 8th and the 17th.
    let alone = found(store, Sign::NoLaterCare, &[]).await;
    assert_eq!(pairs(&alone), [("ada", 9), ("ada", 7), ("tied", 5), ("given", 7), ("ada", 1)]);
    assert!(unusual::find(store, &wrong(store).await, Sign::Volume, october(), &[]).await.is_err());
}

async fn wrong(store: &Store) -> Permit {
    store.request(&access("gina", Role::Gp), Action::OpenRecord, Resource::Person(PersonId(1))).await.unwrap()
}

async fn many_in_a_day_are_held_against_what_is_usual(f: Fixture) {
    let store = &f.store;
    publish(store, 120).await;
    let odd = |n: u32| 2 * n + 1;
    for days in 0..8 {
        for n in 0..10 {
            opens(store, "steady", odd(n), noon(days)).await;
        }
    }
    for n in 0..30 {
        opens(store, "steady", odd(n), noon(9)).await;
    }
    assert_eq!(found(store, Sign::Volume, &[]).await.lines, [], "three times as many is not more than that");
    for n in 0..31 {
        opens(store, "steady", odd(n), noon(10)).await;
        opens(store, "steady", odd(n), noon(10)).await;
    }
    for n in 0..40 {
        opens(store, "new", odd(n), noon(12)).await;
    }
    let lines = found(store, Sign::Volume, &[]).await.lines;
    let told: Vec<_> = lines.iter().map(|line| (line.user.as_str(), line.times, line.usual)).collect();
    assert_eq!(
        told,
        [("new", 40, Some(10)), ("steady", 31, Some(10))],
        "people, not openings; the new one by the role"
    );
}

async fn an_outcome_stands_with_its_audit_row(f: Fixture) {
    let store = &f.store;
    people(store).await;
    staff(store, "ada", "Ada Okafor", None).await;
    let row = opens(store, "ada", 1, noon(5)).await;
    let iga = access("iga", Role::GovernanceLead);
    assert!(outcomes::record(store, &iga, row, Verdict::ToInvestigate, "asked").await.unwrap());
    assert!(outcomes::record(store, &iga, row, Verdict::Explained, "her clinic").await.unwrap());
    assert!(!outcomes::record(store, &iga, 999, Verdict::Explained, "").await.unwrap());
    let refused = outcomes::record(store, &at("ada", noon(6)), row, Verdict::Explained, "fine").await;
    assert!(matches!(refused, Err(RequestError::Refused { .. })));
    let (entry, said) = outcomes::row(store, &lead(store).await, row).await.unwrap().unwrap();
    assert_eq!((entry.id, said.len()), (row, 2));
    assert_eq!((said[0].verdict, said[0].note.as_str()), (Verdict::Explained, "her clinic"));
    let line = &found(store, Sign::SameSurname, &[]).await.lines[0];
    assert_eq!(line.outcome.as_ref(), Some(&said[0]));
    let filter = audit::Filter { action: Some("judge_access".into()), ..audit::Filter::default() };
    let (total, rows) = audit::search(store, &lead(store).await, &filter, Page::FIRST).await.unwrap();
    assert_eq!((total, rows[0].permitted), (4, false), "the refusal stays written");
    assert_eq!(rows[3].subject, row.to_string());
    assert!(audit::verify(store).await.unwrap().is_ok());
}

async fn a_question_is_asked_and_answered(f: Fixture) {
    let store = &f.store;
    publish(store, 6).await;
    let row = opens(store, "gina", 1, noon(5)).await;
    let other = opens(store, "gina", 3, noon(5)).await;
    let me = access("pat", Role::Person);
    let ask = async |person: u32, about| questions::ask(store, &me, PersonId(person), about, "Why?").await;
    let question = ask(1, row).await.unwrap().unwrap();
    assert_eq!(ask(1, other).await.unwrap(), None, "that one is about somebody else");
    assert_eq!(ask(1, 999).await.unwrap(), None);
    assert!(matches!(ask(3, other).await, Err(RequestError::Refused { .. })));
    let iga = access("iga", Role::GovernanceLead);
    let (waiting, queue) = questions::queue(store, &lead(store).await, Page::FIRST).await.unwrap();
    assert_eq!((waiting, queue[0].id, queue[0].about, queue[0].person), (1, question, row, PersonId(1)));
    assert!(matches!(questions::answer(store, &me, question, "x").await, Err(RequestError::Refused { .. })));
    assert!(questions::answer(store, &iga, question, "She is your GP.").await.unwrap());
    assert!(!questions::answer(store, &iga, question, "Again.").await.unwrap(), "once");
    let own = store.request(&me, Action::ViewOwnAccesses, Resource::Person(PersonId(1))).await.unwrap();
    let mine = questions::of_person(store, &own).await.unwrap();
    assert_eq!(mine[0].answer.as_ref().map(|(text, _)| text.as_str()), Some("She is your GP."));
    assert_eq!(questions::queue(store, &lead(store).await, Page::FIRST).await.unwrap().0, 0);
    assert_eq!(audit::one_of_person(store, &own, other).await.unwrap(), None);
    let (_, rows) = audit::of_person(store, &own, Page::FIRST).await.unwrap();
    assert!(rows.iter().any(|entry| entry.id == question && entry.subject == row.to_string()));
}
