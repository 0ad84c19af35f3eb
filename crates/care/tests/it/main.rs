//! A care team's day, through the use-cases: find, open, read the timeline, work a list; and the person's own pages.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::collections::BTreeSet;

use care::CareError;
use chrono::{DateTime, NaiveDate, Utc};
use model::record::{Banner, PersonRecord, TimelineEntry};
use model::{EventKind, NhsNumber, Pence, PersonId, Purpose, Role, Setting, Sex};
use policy::{Access, Section, UserId};
use store::people::{IndexedPerson, Query};
use store::{Page, RecordEncoder, Store, caseloads, generations, users, worklists};

const PAT: PersonId = PersonId(1);

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn access(role: Role) -> Access {
    Access {
        user: UserId(role.name().into()),
        display_name: format!("A {}", role.label()),
        role,
        organisation: if role == Role::Person { String::new() } else { "E84001".into() },
        purpose: if role == Role::Person { Purpose::OwnCare } else { Purpose::DirectCare },
        reason: None,
        correlation: "c".into(),
        session: String::new(),
        at: DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap(),
        person: (role == Role::Person).then_some(PAT),
    }
}

fn pat() -> IndexedPerson {
    IndexedPerson {
        person: PAT,
        nhs_number: NhsNumber::parse("9991234578").ok(),
        family_name: "Okafor".into(),
        given_name: "Pat".into(),
        birth_date: Some(day(1, 2)),
        death_date: None,
        sex: Sex::Female,
        address: "1 High Road".into(),
        postcode: "HA9 9HA".into(),
        lsoa: String::new(),
        practice: "E84001".into(),
        borough: "E09000005".into(),
        ethnic_category: String::new(),
    }
}

fn record() -> PersonRecord {
    let entry = |kind, start, source: &str| TimelineEntry {
        kind,
        start,
        end: None,
        summary: "what for".into(),
        provider: "RYJ".into(),
        source: source.into(),
        cost: Pence(4_200),
    };
    let who = pat();
    PersonRecord {
        banner: Banner {
            person: PAT,
            family_name: who.family_name,
            given_name: who.given_name,
            nhs_number: who.nhs_number,
            birth_date: who.birth_date,
            death_date: None,
            sex: who.sex,
            address: who.address,
            postcode: who.postcode,
            practice: who.practice,
        },
        data_as_at: day(10, 31),
        registers: vec![],
        group: None,
        scores: vec![],
        flags: vec![],
        problems: vec![],
        medicines: vec![],
        allergies: None,
        results: vec![],
        care_package: vec![],
        timeline: vec![
            entry(EventKind::OutpatientAppointment, day(11, 20), "sus_op:RYJ"),
            entry(EventKind::GpAppointment, day(10, 20), "gp:E84001"),
            entry(EventKind::Observation, day(10, 20), "gp:E84001"),
            entry(EventKind::Episode, day(9, 1), "sus_apc:RYJ"),
        ],
        sources: vec![],
    }
}

async fn ward() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite://{}", folder.path().join("s.db").display())).await.unwrap();
    let mut generation = generations::begin(store.pipeline()).await.unwrap();
    generation.people(vec![pat()]).await.unwrap();
    let body = RecordEncoder::new().unwrap().encode(&record()).unwrap();
    generation.records(vec![(PAT, body)]).await.unwrap();
    let row = worklists::WorklistRow {
        worklist: "frailty".into(),
        person: PAT,
        weight: 3,
        reason: "3 admissions".into(),
        practice: "E84001".into(),
        borough: "E09000005".into(),
        group: Some(7),
        age: Some(76),
    };
    generation.worklist(vec![row]).await.unwrap();
    generation.publish("{}", day(10, 31), access(Role::Gp).at).await.unwrap();
    (folder, store)
}

#[tokio::test]
async fn a_gp_finds_a_person_and_opens_the_record_and_the_timeline() {
    let (_folder, store) = ward().await;
    let gp = access(Role::Gp);
    let query = Query { nhs_number: "999 123 4578".into(), ..Query::default() };
    let found = care::find::find(&store, &gp, &query).await.unwrap();
    assert_eq!((found.people.len(), found.cut_short), (1, false));
    let shared = care::record::open(&store, &gp, PAT).await.unwrap();
    assert_eq!(shared.record, record());
    assert!(shared.withheld.is_empty());
    let kinds = |entries: &[TimelineEntry]| entries.iter().map(|entry| entry.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&shared.last_contacts), [EventKind::GpAppointment, EventKind::Episode]);
    assert_eq!(kinds(&shared.next_contacts), [EventKind::OutpatientAppointment]);
    let filter = care::timeline::Filter {
        settings: BTreeSet::from([Setting::Gp]),
        from: Some(day(9, 15)),
        ..care::timeline::Filter::default()
    };
    let timeline = care::timeline::open(&store, &gp, PAT, &filter).await.unwrap();
    assert_eq!(timeline.entries.len(), 2);
    assert_eq!(
        timeline.by_setting.into_iter().collect::<Vec<_>>(),
        [(Setting::Gp, 2), (Setting::Outpatient, 1)]
    );
    assert_eq!(timeline.by_month.get(&(day(10, 1), Setting::Gp)), Some(&2));
    let filter = worklists::Filter { worklist: "frailty".into(), ..worklists::Filter::default() };
    let list = care::worklist::list(&store, &gp, &filter, Page::FIRST).await.unwrap();
    assert_eq!((list.total, list.lists), (1, vec![("frailty".to_owned(), 1)]));
}

#[tokio::test]
async fn who_may_not_know_reads_not_found_and_who_may_reads_the_rule() {
    let (_folder, store) = ward().await;
    let stranger = Access { organisation: "E84999".into(), ..access(Role::Gp) };
    let opened = care::record::open(&store, &stranger, PAT).await;
    assert!(matches!(opened, Err(CareError::NotFound)));
    let nobody = care::record::open(&store, &stranger, PersonId(99)).await;
    assert_eq!(nobody.unwrap_err().to_string(), opened.unwrap_err().to_string());
    let coordinator = access(Role::CareCoordinator);
    let refused = care::record::open(&store, &coordinator, PAT).await.unwrap_err();
    assert!(matches!(&refused, CareError::Refused(why) if why.contains("own caseload")), "{refused}");
    let too_little = care::find::find(&store, &access(Role::Gp), &Query::default()).await.unwrap_err();
    assert!(matches!(too_little, CareError::Query(_)));
}

#[tokio::test]
async fn a_coordinator_sees_no_costs() {
    let (_folder, store) = ward().await;
    let user = users::User {
        id: UserId("care_coordinator".into()),
        name: "Cora".into(),
        role: Role::CareCoordinator,
        organisation: "E84001".into(),
        person: None,
    };
    users::create(&store, &user, "correct horse").await.unwrap();
    caseloads::assign(&store, &user.id, &[PAT], day(10, 1)).await.unwrap();
    let coordinator = access(Role::CareCoordinator);
    let shared = care::record::open(&store, &coordinator, PAT).await.unwrap();
    assert!(shared.withholds(Section::Costs));
    assert!(shared.record.timeline.iter().all(|entry| entry.cost == Pence(0)));
    let (total, people) = care::caseload::own(&store, &coordinator, Page::FIRST).await.unwrap();
    assert_eq!((total, people[0].who.person), (1, PAT));
}

#[tokio::test]
async fn a_person_sees_their_record_and_who_looked() {
    let (_folder, store) = ward().await;
    care::record::open(&store, &access(Role::Gp), PAT).await.unwrap();
    let me = access(Role::Person);
    let (shared, _) = care::own_record::open(&store, &me).await.unwrap();
    assert!(shared.withholds(Section::Scores));
    let (total, looked, asked) = care::own_record::who_looked(&store, &me, Page::FIRST).await.unwrap();
    assert_eq!(total, 3);
    // Asking about the GP's opening shows beside it; asking about somebody else's record is nothing that is there.
    assert!(asked.is_empty());
    let row = looked.last().unwrap().row;
    assert!(care::own_record::ask(&store, &me, row, "Why?").await.unwrap().is_some());
    assert_eq!(care::own_record::ask(&store, &me, 999, "Why?").await.unwrap(), None);
    let (_, _, asked) = care::own_record::who_looked(&store, &me, Page::FIRST).await.unwrap();
    assert_eq!((asked.len(), asked[0].about), (1, row));
    let gp = looked.last().unwrap();
    assert_eq!((gp.who.as_str(), gp.what.as_str(), gp.permitted), ("A GP", "Opened the record", true));
    assert!(gp.why.starts_with("A GP may"));
    let nobody = Access { person: None, ..me };
    assert!(matches!(care::own_record::open(&store, &nobody).await, Err(CareError::NotFound)));
}
