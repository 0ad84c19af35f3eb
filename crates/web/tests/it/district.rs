//! A small synthetic deployment in which every address has something to show: four people, two practices, a hospital, agreements
//! in force for care and for planning, a doubtful link, a parting, a question, a file, and users on both sides of each line.

mod made;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use model::{Feed, NhsNumber, PersonId};
use store::feeds_ledger::{self, NewFile};
use store::quality::{self, Line, Quality};

use crate::system::{TestSystem, day};

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

pub const ROLES: [&str; 7] =
    ["gp", "coordinator", "team", "commissioner", "governance", "person", "signatory"];

/// Who has this role at the organisation that everything here is about, and who has it elsewhere.
pub fn users_of(role: &str) -> [&'static str; 2] {
    match role {
        "gp" => ["gp", "gp-elsewhere"],
        "coordinator" => ["coordinator", "coordinator-elsewhere"],
        "team" => ["social-worker", "social-worker-elsewhere"],
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
        made::people_and_sources(&system).await;
        made::accounts(&system).await;
        made::agreed(&system).await;
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

/// A team of the social worker that looks after QUILL, and one of the social worker elsewhere that looks after OSTRO.
async fn teams(system: &TestSystem) -> (String, String) {
    let mut made = Vec::new();
    for (name, organisation, user, gp, person) in [
        ("Marbleford team", "E84002", "social-worker", "gp", QUILL),
        ("Saffronhythe team", "QRV", "social-worker-elsewhere", "gp-elsewhere", OSTRO),
    ] {
        let mut lead = system.signed_in("governance").await;
        lead.get("/teams").await;
        let fields = [("name", name), ("kind", "neighbourhood"), ("organisation", organisation)];
        let address = lead.post("/teams", &fields).await.header("location").to_owned();
        let days = [("since", "2026-11-20"), ("until", "2027-11-01")];
        let added = lead.post(&address, &[("do", "add"), ("user", user), days[0], days[1]]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let team = address.rsplit('/').next().unwrap().to_owned();
        let mut gp = system.signed_in(gp).await;
        let of_person = format!("/people/{person}/teams");
        gp.get(&of_person).await;
        let reason = ("reason", "Lives alone");
        let fields = [("do", "refer"), ("team", &team), reason, ("until", "2027-05-01")];
        assert_eq!(gp.post(&of_person, &fields).await.status, StatusCode::SEE_OTHER);
        made.push(team);
    }
    let [team, other]: [String; 2] = made.try_into().unwrap();
    (team, other)
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
    let (team, other_team) = teams(system).await;
    BTreeMap::from([
        ("team", team),
        ("other_team", other_team),
        ("person", QUILL.to_string()),
        ("parting", parting),
        ("row", row),
        ("question", question),
        ("case", case),
        ("name", "length_of_stay".to_owned()),
        ("file", "ab".repeat(32)),
        ("organisation", "E84002".to_owned()),
        ("practice", "E84002".to_owned()),
        ("table", "months.csv".to_owned()),
        ("id", "MARBLEFORD".to_owned()),
        ("*name", "app.css".to_owned()),
    ])
}
