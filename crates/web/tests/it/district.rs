//! A small synthetic deployment in which every address has something to show: four people, two practices, a hospital, agreements
//! in force for care and for planning, marts, a doubtful link, a parting, a question, a file, and users on both sides of each line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use axum::http::StatusCode;
use model::agreement::{Party, Terms};
use model::record::{Banner, PersonRecord, SourceLine, TimelineEntry};
use model::{Demographics, EventKind, Feed, NhsNumber, Pence, PersonId, Purpose, Role, Sex};
use policy::UserId;
use store::cases::{self, Case, Part, Side};
use store::feeds_ledger::{self, NewFile};
use store::history::{self, Moved, Why};
use store::identities::{self, Identity};
use store::people::IndexedPerson;
use store::quality::{self, Line, Quality};
use store::sources::PublishedSource;
use store::users::{self, User};
use store::worklists::WorklistRow;
use store::{RecordEncoder, agreements, caseloads, generations, organisations};
use warehouse::marts::write_coverage;
use warehouse::tables::{Cell, Kind, ParquetTable};

use crate::system::{PASSWORD, TestSystem, day};

/// Somebody of the deployment, with nothing that anybody else has too.
pub struct Known {
    pub id: PersonId,
    pub family: &'static str,
    pub given: &'static str,
    pub address: &'static str,
    pub practice: &'static str,
}

/// At the practice, in hospital once, on the coordinator's caseload.
pub const QUILL: PersonId = PersonId(48_017);
/// At the practice, objects to sharing; QUILL acts for them.
pub const BRACK: PersonId = PersonId(51_962);
/// At the other practice, on the other coordinator's caseload.
pub const OSTRO: PersonId = PersonId(60_341);
/// At the other practice; has died.
pub const VANTO: PersonId = PersonId(73_355);
/// Was found to be QUILL.
pub const FORMER: PersonId = PersonId(44_418);

pub const KNOWN: [Known; 5] = [
    Known {
        id: QUILL,
        family: "Quillfeather",
        given: "Marthabel",
        address: "12 Marbleford Lane",
        practice: "E84002",
    },
    Known {
        id: BRACK,
        family: "Brackenthwaite",
        given: "Ignatia",
        address: "3 Pewterbank",
        practice: "E84002",
    },
    Known {
        id: OSTRO,
        family: "Ostrowicz",
        given: "Benedykt",
        address: "77 Saffronhythe",
        practice: "E84013",
    },
    Known {
        id: VANTO,
        family: "Vantongeren",
        given: "Lieselot",
        address: "9 Copperdyke",
        practice: "E84013",
    },
    Known { id: FORMER, family: "", given: "", address: "", practice: "" },
];

/// What the practice alone has said: in no answer once it has withdrawn.
pub const OF_THE_PRACTICE: [&str; 6] = [
    "Marigold",
    "12 Marbleford Lane",
    "3 Pewterbank",
    "number there: mg-",
    "BRACKENTHWAITE",
    "Brackenthwaite",
];
/// What signatories of other organisations do not see.
pub const AGREEMENT: &str = "Sharing along the Marbleford";

pub const ROLES: [&str; 6] = ["gp", "coordinator", "commissioner", "governance", "person", "signatory"];

/// Who has this role at the organisation that everything here is about, and who has it elsewhere.
pub fn users_of(role: &str) -> [&'static str; 2] {
    match role {
        "gp" => ["gp", "gp-elsewhere"],
        "coordinator" => ["coordinator", "coordinator-elsewhere"],
        "commissioner" => ["commissioner", "commissioner-elsewhere"],
        "governance" => ["governance", "governance-elsewhere"],
        "person" => ["quill", "ostro"],
        "signatory" => ["partner", "partner-elsewhere"],
        other => panic!("no role {other}"),
    }
}

/// The deployment, and the parts of addresses that name something in it.
pub struct District {
    pub system: TestSystem,
    /// What stands for `{name}` in an address.
    pub parts: BTreeMap<&'static str, String>,
}

impl District {
    pub async fn new() -> Self {
        let system = TestSystem::new().await;
        people_and_sources(&system).await;
        accounts(&system).await;
        agreed(&system).await;
        marts(&system.folder().join("marts"));
        let pipeline = system.store.pipeline();
        let line = Line {
            by: quality::EVERYBODY.into(),
            group: quality::EVERYBODY.into(),
            people: 400,
            records: 800,
            linked: 300,
            no_number: 40,
            open_cases: 1,
            by_number: 200,
            tried: Default::default(),
        };
        let counted = Quality { as_at: day(2026, 11, 19), lines: vec![line], tried_as_at: None };
        quality::put(pipeline, &counted).await.unwrap();
        let file = NewFile {
            sha256: "ab".repeat(32),
            feed: Feed::Gp,
            file_name: "practice.csv".into(),
            bytes: 1_000,
            batch: "b1".into(),
            landed_at: "2026-11-19T20:00:00Z".parse().unwrap(),
        };
        feeds_ledger::land_all(pipeline, &[file]).await.unwrap();
        let parts = used(&system).await;
        Self { system, parts }
    }

    /// An address with its parts filled in.
    pub fn filled(&self, route: &str) -> String {
        self.parts
            .iter()
            .fold(route.to_owned(), |address, (name, value)| address.replace(&format!("{{{name}}}"), value))
    }

    /// The practice withdraws from every agreement.
    pub async fn withdraw(&self) {
        let mut partner = self.system.signed_in("partner").await;
        for agreement in ["MARBLEFORD", "MARBLEFORD-PLANNING"] {
            let address = format!("/agreements/{agreement}");
            partner.get(&address).await;
            let fields = [("do", "withdraw"), ("withdraw_reason", "The partners decided so")];
            assert_eq!(partner.post(&address, &fields).await.status, StatusCode::SEE_OTHER);
        }
    }
}

/// The people whose data stand in a text that a user was sent, but for what the user had sent themselves.
pub fn people_in(body: &str, sent: &str) -> BTreeSet<PersonId> {
    let upper = body.to_uppercase();
    let words: BTreeSet<&str> = body.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let sent = sent.to_uppercase();
    let names = |known: &Known, text: &str| {
        let number = number_of(known.id);
        let digits = number.digits();
        let spaced = format!("{} {} {}", &digits[..3], &digits[3..6], &digits[6..]);
        let said = [known.family, known.given, known.address].map(str::to_uppercase);
        let mut marks: Vec<String> = said.into_iter().filter(|mark| !mark.is_empty()).collect();
        marks.extend([digits, spaced]);
        marks.into_iter().any(|mark| text.contains(&mark) && !sent.contains(&mark))
    };
    let numbered = |known: &Known| {
        let id = known.id.to_string();
        words.contains(id.as_str()) && !sent.contains(&id)
    };
    KNOWN.iter().filter(|known| names(known, &upper) || numbered(known)).map(|known| known.id).collect()
}

pub fn number_of(person: PersonId) -> NhsNumber {
    let nth = u64::from(person.0 % 1_000);
    (0..).find_map(|i| NhsNumber::from_first_nine(999_000_000 + nth * 100 + i)).unwrap()
}

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

async fn people_and_sources(system: &TestSystem) {
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
    generation.publish("{\"key\": \"marts\"}", day(2026, 11, 19), at).await.unwrap();
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

async fn accounts(system: &TestSystem) {
    let store = &system.store;
    for (id, role, organisation, person) in [
        ("gp-elsewhere", Role::Gp, "E84013", None),
        ("coordinator-elsewhere", Role::CareCoordinator, "U00002", None),
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

async fn agreed(system: &TestSystem) {
    let party = |codes: &[&str]| Party {
        name: codes.join(" "),
        members: codes.iter().map(|code| (*code).to_owned()).collect(),
    };
    let suppliers = ["E84002", "E84013", "RYJ"];
    for (id, purpose, activity, recipients) in [
        ("MARBLEFORD", Purpose::DirectCare, "B3", &["E84002", "E84013", "U00001", "U00002"][..]),
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

/// The tables behind dashboards, of a few rows each.
fn marts(folder: &Path) {
    use Cell::{Text, Whole};
    let table = |name: &str, columns: &[(&str, Kind)], rows: &[&[Cell<'_>]]| {
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let mut table = ParquetTable::create(&folder.join("part.parquet"), columns).unwrap();
        for row in rows {
            table.row(row).unwrap();
        }
        table.finish().unwrap();
    };
    let (text, whole) = (|name| (name, Kind::Text), |name| (name, Kind::Whole));
    let names = [whole("group"), text("name"), whole("position")];
    table("group_name", &names, &[&[Whole(4), Text("Long-term conditions"), Whole(1)]]);
    let people = [text("borough"), text("practice"), whole("group"), whole("people")];
    table("group_people", &people, &[&[Text("E09000005"), Text("E84002"), Whole(4), Whole(1_200)]]);
    let activity = [text("borough"), whole("group"), text("kind"), whole("n"), whole("days"), whole("pence")];
    let row = [Text("E09000005"), Whole(4), Text("gp_appointment"), Whole(900), Whole(0), Whole(90_000)];
    table("group_matrix", &activity, &[&row]);
    let budget =
        [text("borough"), whole("group"), whole("people"), whole("budget_pence"), whole("actual_pence")];
    table("budget", &budget, &[&[Text("E09000005"), Whole(4), Whole(1_200), Whole(80_000), Whole(90_000)]]);
    let place = [text("area_kind"), text("area"), text("name"), text("borough")];
    table("place", &place, &[&[Text("borough"), Text("E09000005"), Text("Brent"), Text("E09000005")]]);
    let indicator = [
        text("indicator"),
        text("area_kind"),
        text("area"),
        text("month"),
        whole("numerator"),
        whole("denominator"),
    ];
    let month =
        [Text("length_of_stay"), Text("area"), Text("all"), Text("2026-10-01"), Whole(900), Whole(300)];
    table("indicator", &indicator, &[&month]);
    write_coverage(folder, &[("E84002", true, 1_200), ("E84013", true, 800)]).unwrap();
}

/// A day's work before: an opening, a question about it, a parting, a choice, a proxy. Gives what addresses name.
async fn used(system: &TestSystem) -> BTreeMap<&'static str, String> {
    let mut gp = system.signed_in("gp").await;
    assert_eq!(gp.get(&format!("/people/{QUILL}")).await.status, StatusCode::OK);
    gp.get(&format!("/people/{QUILL}/linkage/part?record=1")).await;
    let fields = [("source", "sus_ae:RYJ"), ("source_person", "ae-1"), ("reason", "Another woman")];
    let parted = gp.post(&format!("/people/{QUILL}/linkage/part"), &fields).await;
    let parting = parted.header("location").rsplit('/').next().unwrap().to_owned();

    let mut quill = system.signed_in("quill").await;
    let looks = quill.get("/my-record/accesses").await;
    let rows = looks.body.split("/my-record/accesses/").skip(1);
    let row: String = rows.last().unwrap().chars().take_while(char::is_ascii_digit).collect();
    let ask = format!("/my-record/accesses/{row}/ask");
    quill.get(&ask).await;
    let asked = quill.post(&ask, &[("question", "Why at all?")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);

    let mut lead = system.signed_in("governance").await;
    let questions = lead.get("/audit/questions").await;
    let question = questions.body.split("/audit/questions/").nth(1).unwrap();
    let question: String = question.chars().take_while(char::is_ascii_digit).collect();
    let queue = lead.get("/linkage/review").await;
    let case = queue.body.split("href=\"/linkage/review/").nth(1).unwrap();
    let case: String = case.chars().take_while(char::is_ascii_hexdigit).collect();
    lead.get("/objections").await;
    let number = number_of(BRACK).digits();
    let sharing = [("nhs_number", number.as_str()), ("kind", "sharing")];
    let proxy =
        [("nhs_number", number.as_str()), ("kind", "proxy"), ("user", "quill"), ("until", "2027-01-01")];
    for fields in [&sharing[..], &proxy[..]] {
        let done = lead.post("/objections", fields).await;
        assert_eq!(done.header("location"), "/objections?done=recorded", "{}", done.body);
    }
    BTreeMap::from([
        ("person", QUILL.to_string()),
        ("parting", parting),
        ("row", row),
        ("question", question),
        ("case", case),
        ("name", "length_of_stay".to_owned()),
        ("file", "ab".repeat(32)),
        ("organisation", "E84002".to_owned()),
        ("id", "MARBLEFORD".to_owned()),
        ("*name", "app.css".to_owned()),
    ])
}
