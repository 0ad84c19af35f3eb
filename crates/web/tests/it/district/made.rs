//! What the deployment is made of.

use model::agreement::{Party, Terms};
use model::record::{Banner, PersonRecord, SourceLine, TimelineEntry};
use model::{Demographics, EventKind, Feed, Pence, PersonId, Purpose, Role, Sex};
use policy::UserId;
use store::cases::{self, Case, Part, Side};
use store::history::{self, Moved, Why};
use store::identities::{self, Identity};
use store::people::IndexedPerson;
use store::sources::PublishedSource;
use store::users::{self, User};
use store::worklists::WorklistRow;
use store::{RecordEncoder, agreements, caseloads, generations, organisations};

use super::{AGREEMENT, BRACK, FORMER, KNOWN, Known, OSTRO, QUILL, VANTO, number_of};
use crate::system::{PASSWORD, TestSystem, day};

fn identity(source: &str, source_person: &str, person: PersonId) -> Identity {
    Identity {
        source: source.into(),
        source_person: source_person.into(),
        person,
        rule: "nhs_number".into(),
        reason: "The same NHS number".into(),
        as_at: Some(day(2026, 11, 1)),
        demographics_digest: 1,
    }
}

pub(super) async fn people_and_sources(system: &TestSystem) {
    let store = &system.store;
    let mut writer = identities::begin(store.pipeline()).await.unwrap();
    let known = [
        ("gp:E84002", "mg-1", QUILL),
        ("sus_ae:RYJ", "ae-1", QUILL),
        ("sus_apc:RYJ", "apc-1", QUILL),
        ("gp:E84002", "mg-2", BRACK),
        ("gp:E84013", "o-1", OSTRO),
        ("sus_apc:RYJ", "apc-2", OSTRO),
        ("gp:E84013", "o-2", VANTO),
    ];
    writer.put(known.map(|(source, there, person)| identity(source, there, person)).into()).await.unwrap();
    let side = |source: &str, there: &str, person, family: &str| Side {
        source: source.into(),
        source_person: there.into(),
        person,
        demographics: Demographics { family_name: family.into(), ..Demographics::default() },
    };
    let case = Case {
        one: side("gp:E84002", "mg-1", QUILL, "Quillfeather"),
        other: side("gp:E84013", "o-1", OSTRO, "Ostrowicz"),
        probability: 0.6,
        parts: vec![Part { field: "nhs_number".into(), level: "one digit differs".into(), bits: 12.0 }],
        prior: -12.0,
        taken_off: 0.0,
        opened_on: day(2026, 11, 19),
    };
    cases::put(&mut writer, vec![case]).await.unwrap();
    let moved = Moved {
        source: "sus_ae:RYJ".into(),
        source_person: "ae-1".into(),
        at: "2026-11-01T03:00:00Z".parse().unwrap(),
        person: QUILL,
        former: FORMER,
        why: Why::Merged,
        reason: "The same NHS number came later".into(),
    };
    history::add(&mut writer, vec![moved]).await.unwrap();
    writer.commit().await.unwrap();

    let mut generation = generations::begin(store.pipeline()).await.unwrap();
    let living = || KNOWN.iter().filter(|known| !known.family.is_empty());
    generation.people(living().map(indexed).collect()).await.unwrap();
    let mut encoder = RecordEncoder::new().unwrap();
    let records = living().map(|known| (known.id, encoder.encode(&record(known)).unwrap()));
    generation.records(records.collect()).await.unwrap();
    let rows = living().map(|known| WorklistRow {
        worklist: "falls".into(),
        person: known.id,
        weight: 3,
        reason: format!("Fell in the {}", garden(known)),
        practice: known.practice.into(),
        borough: "E09000005".into(),
        group: Some(4),
        age: Some(85),
    });
    generation.worklist(rows.collect()).await.unwrap();
    let source = |name: &str| PublishedSource { source: name.into(), planning: true, people: 2, events: 4 };
    generation.sources(["gp:E84002", "gp:E84013", "sus_apc:RYJ", "sus_ae:RYJ"].map(source).into());
    let at = "2026-11-20T03:00:00Z".parse().unwrap();
    generation.publish("{}", day(2026, 11, 19), at).await.unwrap();
}

fn garden(known: &Known) -> &'static str {
    if known.practice == "E84002" { "Marigold garden" } else { "yard" }
}

fn died(known: &Known) -> Option<chrono::NaiveDate> {
    (known.id == VANTO).then(|| day(2026, 9, 30))
}

fn indexed(known: &Known) -> IndexedPerson {
    IndexedPerson {
        person: known.id,
        nhs_number: Some(number_of(known.id)),
        family_name: known.family.into(),
        given_name: known.given.into(),
        birth_date: Some(day(1941, 3, 9)),
        death_date: died(known),
        sex: Sex::Female,
        address: known.address.into(),
        postcode: "HA9 9ZZ".into(),
        lsoa: String::new(),
        practice: known.practice.into(),
        borough: "E09000005".into(),
        ethnic_category: String::new(),
    }
}

fn record(known: &Known) -> PersonRecord {
    let entry = |kind, summary: String, source: String| TimelineEntry {
        kind,
        start: day(2026, 10, 2),
        end: None,
        summary,
        provider: source.split(':').next_back().unwrap_or_default().into(),
        source,
        cost: Pence(4_200),
    };
    let source = |feed, organisation: &str| SourceLine {
        feed,
        organisation: organisation.into(),
        linked_because: "The same NHS number".into(),
        events: 1,
        latest: Some(day(2026, 10, 2)),
    };
    let gp = format!("gp:{}", known.practice);
    let mut timeline = vec![entry(EventKind::GpAppointment, format!("Seen in the {}", garden(known)), gp)];
    let mut sources = vec![source(Feed::Gp, known.practice)];
    if [QUILL, OSTRO].contains(&known.id) {
        timeline.push(entry(EventKind::Episode, "Elective admission".into(), "sus_apc:RYJ".into()));
        sources.push(source(Feed::SusApc, "RYJ"));
    }
    let who = indexed(known);
    PersonRecord {
        banner: Banner {
            person: who.person,
            family_name: who.family_name,
            given_name: who.given_name,
            nhs_number: who.nhs_number,
            birth_date: who.birth_date,
            death_date: who.death_date,
            sex: who.sex,
            address: who.address,
            postcode: who.postcode,
            practice: who.practice,
        },
        data_as_at: day(2026, 11, 19),
        registers: Vec::new(),
        group: None,
        scores: Vec::new(),
        flags: Vec::new(),
        problems: Vec::new(),
        medicines: Vec::new(),
        allergies: None,
        results: Vec::new(),
        care_package: Vec::new(),
        timeline,
        sources,
    }
}

pub(super) async fn accounts(system: &TestSystem) {
    let store = &system.store;
    for (id, role, organisation, person) in [
        ("gp-elsewhere", Role::Gp, "E84013", None),
        ("coordinator-elsewhere", Role::CareCoordinator, "U00002", None),
        ("social-worker", Role::TeamMember, "C00001", None),
        ("social-worker-elsewhere", Role::TeamMember, "C00002", None),
        ("commissioner-elsewhere", Role::Commissioner, "X26", None),
        ("governance-elsewhere", Role::GovernanceLead, "X26", None),
        ("quill", Role::Person, "", Some(QUILL)),
        ("ostro", Role::Person, "", Some(OSTRO)),
        ("partner", Role::Signatory, "E84002", None),
        ("partner-elsewhere", Role::Signatory, "X26", None),
    ] {
        let user = User {
            id: UserId(id.into()),
            name: format!("The {id}"),
            role,
            organisation: organisation.into(),
            person,
        };
        users::create(store, &user, PASSWORD).await.unwrap();
    }
    for (user, organisation, practice, person) in
        [("coordinator", "U00001", "E84002", QUILL), ("coordinator-elsewhere", "U00002", "E84013", OSTRO)]
    {
        organisations::set_practices(store, organisation, &[practice.to_owned()]).await.unwrap();
        caseloads::assign(store, &UserId(user.into()), &[person], day(2026, 1, 1)).await.unwrap();
    }
}

pub(super) async fn agreed(system: &TestSystem) {
    let party = |codes: &[&str]| Party {
        name: codes.join(" "),
        members: codes.iter().map(|code| (*code).to_owned()).collect(),
    };
    let suppliers = ["E84002", "E84013", "RYJ"];
    for (id, purpose, activity, recipients) in [
        (
            "MARBLEFORD",
            Purpose::DirectCare,
            "B3",
            &["E84002", "E84013", "U00001", "U00002", "C00001", "C00002"][..],
        ),
        ("MARBLEFORD-PLANNING", Purpose::Planning, "E5", &["QRV"][..]),
    ] {
        let terms = Terms {
            title: AGREEMENT.into(),
            purpose,
            suppliers: vec![party(&suppliers)],
            recipients: vec![party(recipients)],
            feeds: [Feed::Gp, Feed::SusApc, Feed::SusAe].into(),
            activities: [activity.to_owned()].into(),
            starts: day(2026, 11, 1),
            ends: None,
            review: None,
            dpia: "DPIA 1".into(),
        };
        let signed = suppliers.iter().chain(recipients).map(|code| (*code).to_owned()).collect();
        let pipeline = system.store.pipeline();
        agreements::record(pipeline, id, terms, signed, system.now()).await.unwrap();
    }
}
