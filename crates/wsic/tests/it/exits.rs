//! Every exit against everything that keeps a person's data in: page, list, count, file. One table, each cell looked at as a
//! user would. There is no FHIR exit: the day a route gives FHIR out, this test fails until it has a column.

use std::path::{Path, PathBuf};

use chrono::{Days, Duration, Utc};
use model::agreement::Change;
use model::record::Banner;
use model::{NhsNumber, PersonId, Purpose, Role};
use pipeline::{Deployment, Quiet};
use policy::{Access, Action, Resource, UserId};
use serde::Deserialize;
use store::users::{self, User};
use store::{agreements, generations, identities, proxies};
use tokio::runtime::Runtime;
use warehouse::marts::{Marts, pseudonym};

use crate::browser::{Browser, Served};
use crate::command::run;

const PASSWORD: &str = "joined-up-care";

/// A file of figures: an indicator month by month, with the people of each month.
const CSV: &str = "/population/indicators/ae_attendances/months.csv";

/// What is looked at, in the order of the columns of the table.
const EXITS: [&str; 14] = [
    "record, GP",
    "timeline, GP",
    "found by number, GP",
    "worklists, GP",
    "record, coordinator",
    "caseload, coordinator",
    "record, social worker",
    "list, social worker",
    "own record",
    "record, proxy",
    "population groups",
    "indicator, CSV",
    "analysts' table",
    "sensitive code",
];

/// For each thing that keeps data in, which exits still show the person: y or -. A point where a new run brought new counts, so
/// that nothing follows from them about one person.
const TABLE: [(&str, &str); 10] = [
    ("nothing", "yyyyyyyyyyyyy-"),
    ("national data opt-out", "yyyyyyyyyy----"),
    ("Type 1 opt-out", "yyyyyyyyyy----"),
    ("own choice: not for planning", "yyyyyyyyyy----"),
    // That somebody is on one's caseload is one's own doing; what others know of them is not shown. A team is many others.
    ("own choice: not beyond the practice", "yyyy-y--yyyyy-"),
    // The practice knows whom it has registered; what there is of them it may not open.
    ("own choice: not this practice", "--y-yyyyyyyyy-"),
    ("the practice withdraws, planning", "yyyyyyyyyy----"),
    // A practice that shares nothing is shown nothing. Others go on seeing what the other sources say.
    ("the practice withdraws, direct care", "----yyyy--yyy-"),
    ("the proxy has ended", "yyyyyyyyy-yyy-"),
    ("has died", "yyy-yyyy--..--"),
];

struct Town {
    runtime: Runtime,
    deployment: Deployment,
    served: Served,
    dir: PathBuf,
    person: PersonId,
    patient: String,
    banner: Banner,
    number: NhsNumber,
    practice: String,
    gp: Browser,
    coordinator: Browser,
    social_worker: Browser,
    own: Browser,
    proxy: Browser,
    commissioner: Browser,
    governance: Browser,
    /// People in groups when nothing is kept in, as the page says it.
    everybody: String,
    /// The file of an indicator when nothing is kept in.
    file: String,
}

impl Town {
    fn new(folder: &Path) -> Self {
        let dir = folder.join("demo");
        let name = dir.to_str().unwrap();
        run(folder, &["demo", name, "--people", "500", "--years", "2", "--no-serve", "--quiet"], 0);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_stack_size(16 << 20)
            .build()
            .unwrap();
        let deployment = runtime.block_on(Deployment::open(&dir)).unwrap();
        let user =
            |id: &str| runtime.block_on(users::get(&deployment.store, &UserId(id.into()))).unwrap().unwrap();
        let (person, practice) = (user("person").person.unwrap(), user("gp").organisation);
        let patient = runtime.block_on(patient_of(&deployment, person, &practice));
        sensitive_file(&dir, &practice, &patient);
        let friend = User {
            id: UserId("friend".into()),
            name: "The friend".into(),
            role: Role::Person,
            organisation: String::new(),
            person: Some(PersonId(person.0 + 1)),
        };
        runtime.block_on(users::create(&deployment.store, &friend, PASSWORD)).unwrap();
        let served = Served::new(&runtime, &deployment);
        let browser = |id: &str| served.signed_in(id, PASSWORD);
        let banner = runtime.block_on(banner_of(&deployment, &practice, person));
        let mut town = Self {
            dir,
            person,
            patient,
            number: banner.nhs_number.unwrap(),
            banner,
            practice,
            gp: browser("gp"),
            coordinator: browser("coordinator"),
            social_worker: browser("social-worker"),
            own: browser("person"),
            proxy: browser("friend"),
            commissioner: browser("commissioner"),
            governance: browser("governance"),
            everybody: String::new(),
            file: String::new(),
            served,
            runtime,
            deployment,
        };
        town.acts_until(30);
        town.everybody = town.page_total();
        town.file = town.csv();
        assert!(!town.everybody.is_empty());
        town
    }

    /// The proxy's last day, so many days from today; before today it has ended.
    fn acts_until(&self, days: i64) {
        self.runtime.block_on(async {
            let who = access(Role::GovernanceLead, Purpose::Governance, "QRV");
            let asked =
                self.deployment.store.request(&who, Action::RecordObjection, Resource::Person(self.person));
            let until = (self.served.now() + Duration::days(days)).date_naive();
            let since = until - Days::new(60);
            let permit = asked.await.unwrap();
            let friend = UserId("friend".into());
            assert!(proxies::set(&self.deployment.store, &permit, &friend, since, until).await.unwrap());
        });
    }

    fn page_total(&mut self) -> String {
        let (status, body) = self.commissioner.get("/population/groups");
        assert_eq!(status, 200, "{body}");
        assert!(body.contains("practices have signed for planning"), "a page says what it covers");
        let before = body.split_once(" people, whose care cost").map_or("", |(before, _)| before);
        before.rsplit(' ').next().unwrap_or_default().to_owned()
    }

    fn csv(&mut self) -> String {
        let (status, body) = self.commissioner.get(CSV);
        assert_eq!(status, 200, "{body}");
        assert!(body.lines().all(|line| line.contains("coverage") || line.contains("signed for planning")));
        body
    }

    fn listed(&mut self) -> bool {
        let link = format!("/people/{}\"", self.person);
        let lists = ["frailty", "falls", "polypharmacy", "missed_appointments", "recent_discharge"];
        let more = ["ae_frequent_attenders", "no_recent_contact"];
        lists.iter().chain(&more).any(|list| {
            (1..=3).any(|page| self.gp.get(&format!("/worklist?list={list}&page={page}")).1.contains(&link))
        })
    }

    fn in_analysts_table(&self) -> bool {
        #[derive(Deserialize)]
        struct Row {
            n: i64,
        }
        let key = self.deployment.config.pseudonym_key.as_bytes();
        let sql = format!(
            "SELECT COUNT(*) AS n FROM person_year WHERE pseudonym = {}",
            pseudonym(key, i64::from(self.person.0))
        );
        self.runtime.block_on(async {
            let who = access(Role::Commissioner, Purpose::Planning, "QRV");
            let permit =
                self.deployment.store.request(&who, Action::ViewPopulation, Resource::Marts).await.unwrap();
            let current = generations::current(&self.deployment.store).await.unwrap().unwrap();
            let manifest: serde_json::Value = serde_json::from_str(&current.manifest).unwrap();
            let key = manifest["key"].as_str().unwrap();
            let marts = Marts::open(&self.deployment.figures(key, permit.cover().figures())).await.unwrap();
            let rows: Vec<Row> = marts.rows(&permit, &sql).await.unwrap();
            rows[0].n == 1
        })
    }

    /// Looks at every exit; a letter each.
    fn looked(&mut self) -> String {
        let record = format!("/people/{}", self.person);
        let (timeline, number) = (format!("{record}/timeline"), self.number.digits());
        let opened = self.gp.get(&record);
        let lines = self.gp.get(&timeline);
        self.gp.get("/people");
        let found = self.gp.post("/people", &[("by", "number"), ("nhs_number", &number)]);
        let own = self.own.get("/my-record");
        let proxy = self.proxy.get(&format!("/my-record/for/{}", self.person));
        let all = [&opened, &lines, &own, &proxy].map(|(_, body)| body.as_str()).concat();
        let shown = [
            opened.0 == 200,
            lines.0 == 200,
            found.1.contains("1 person found"),
            self.listed(),
            self.coordinator.get(&record).0 == 200,
            self.coordinator.get("/caseload").1.contains(&format!("{record}\"")),
            self.social_worker.get(&record).0 == 200,
            self.social_worker.get("/team").1.contains(&format!("{record}\"")),
            own.0 == 200 && own.1.contains(HARMLESS),
            proxy.0 == 200 && proxy.1.contains(HARMLESS),
            self.page_total() == self.everybody,
            self.csv() == self.file,
            self.in_analysts_table(),
            all.contains(SENSITIVE),
        ];
        shown.map(|shown| if shown { 'y' } else { '-' }).iter().collect()
    }

    /// The lead records something of the person, or takes it back, on the page for it.
    fn lead(&mut self, kind: &str, back: bool) {
        self.governance.get("/objections");
        let (number, practice) = (self.number.digits(), self.practice.clone());
        let mut fields = vec![("nhs_number", number.as_str()), ("kind", kind), ("organisation", &practice)];
        if back {
            fields.push(("taken_back.yes", "yes"));
        }
        let done = self.governance.post("/objections", &fields);
        assert_eq!(done, (303, "/objections?done=recorded".to_owned()), "{kind}");
    }

    fn practice_signs(&self, agreement: &str, sign: bool) {
        let organisation = self.practice.clone();
        self.runtime.block_on(async {
            let who = access(Role::Signatory, Purpose::Governance, &organisation);
            let store = &self.deployment.store;
            let permit = store.request(&who, Action::SignAgreement, Resource::Agreements).await.unwrap();
            let change = if sign {
                Change::Signed { organisations: [organisation].into() }
            } else {
                Change::Withdrawn { organisation, reason: "The partners decided so".into() }
            };
            agreements::change(store, &permit, agreement, change).await.unwrap().unwrap();
        });
    }

    /// Brings one of the table's lines about, or undoes it.
    fn bring_about(&mut self, line: &str, undo: bool) {
        match line {
            "national data opt-out" => self.lead("national_opt_out", undo),
            "Type 1 opt-out" => self.lead("type_1", undo),
            "own choice: not for planning" => self.choose("planning", undo),
            "own choice: not beyond the practice" => self.choose("sharing", undo),
            "own choice: not this practice" => self.lead("organisation", undo),
            "the practice withdraws, planning" => self.practice_signs("DSA-0002", undo),
            "the practice withdraws, direct care" => self.practice_signs("DSA-0001", undo),
            "the proxy has ended" => self.acts_until(if undo { 30 } else { -1 }),
            "has died" if !undo => self.dies(),
            _ => {}
        }
    }

    /// The practice says so in its next file.
    fn dies(&self) {
        let Banner { family_name, given_name, birth_date, .. } = &self.banner;
        let head = "practice_code,patient_id,nhs_number,family_name,given_name,date_of_birth,sex,address_1,postcode,lsoa,\
            ethnic_category,registration_date,deregistration_date,date_of_death,extract_date";
        let row = format!(
            "{},{},{},{family_name},{given_name},{},,,,,,,,2026-10-30,2026-10-31",
            self.practice,
            self.patient,
            self.number.digits(),
            birth_date.unwrap()
        );
        let name = format!("gp_{}_2026-11_patients.csv", self.practice);
        new_data(&self.dir, &name, &format!("{head}\n{row}\n"));
    }

    fn choose(&mut self, kind: &str, undo: bool) {
        self.own.get("/my-record/choices");
        let way = if undo { "take_back" } else { "object" };
        let done = self.own.post("/my-record/choices", &[("kind", kind), ("do", way)]);
        assert_eq!(done, (303, "/my-record/choices".to_owned()), "{kind}");
    }

    /// From the change on the figures of before are at no exit; then they are counted anew, as `wsic serve` does by itself.
    fn count_anew(&mut self, line: &str, is_due: bool) {
        for exit in ["/population/groups", "/population/budget", CSV] {
            let (status, body) = self.commissioner.get(exit);
            assert_eq!(status, if is_due { 503 } else { 200 }, "{line}: {exit}");
            assert_eq!(body.contains("Figures are being counted anew"), is_due, "{line}: {exit}");
        }
        let now = self.served.now();
        let made = self.runtime.block_on(pipeline::recount(&self.deployment, now, &Quiet)).unwrap();
        assert_eq!(made > 0, is_due, "{line}");
        self.served.wait(Duration::minutes(2));
    }
}

const SENSITIVE: &str = "Human immunodeficiency virus infection";
/// A code that is not; pages show a problem by the term under which it came first, and by its code.
const HARMLESS: &str = "44054006";

/// New data of the practice: of the person a code of a sensitive category, and one that is not. Then the run.
fn sensitive_file(dir: &Path, practice: &str, patient: &str) {
    let head = "practice_code,patient_id,observation_id,effective_date,snomed_code,term,value,unit,extract_date,deleted";
    let row = |id: u32, code: &str, term: &str| {
        format!("{practice},{patient},test{id},2026-10-20,{code},{term},,,2026-10-31,\n")
    };
    let rows = [row(1, "86406008", SENSITIVE), row(2, HARMLESS, "Type 2 diabetes mellitus")].concat();
    new_data(dir, &format!("gp_{practice}_2026-11_observations.csv"), &format!("{head}\n{rows}"));
}

fn new_data(dir: &Path, name: &str, text: &str) {
    let file = dir.join(name);
    std::fs::write(&file, text).unwrap();
    run(dir, &["ingest", "gp", file.to_str().unwrap()], 0);
    run(dir, &["refresh"], 0);
}

/// The practice's own number of the person.
async fn patient_of(deployment: &Deployment, person: PersonId, practice: &str) -> String {
    let mut patient = String::new();
    identities::each(deployment.store.pipeline(), |part| {
        for known in part {
            if known.person == person && known.source == format!("gp:{practice}") {
                patient = known.source_person;
            }
        }
    })
    .await
    .unwrap();
    patient
}

async fn banner_of(deployment: &Deployment, practice: &str, person: PersonId) -> Banner {
    let who = access(Role::Gp, Purpose::DirectCare, practice);
    let permit = deployment.store.request(&who, Action::OpenRecord, Resource::Person(person)).await.unwrap();
    let body = store::records::open(&deployment.store, &permit).await.unwrap().unwrap();
    store::decode_record(&body).unwrap().banner
}

pub fn access(role: Role, purpose: Purpose, organisation: &str) -> Access {
    Access {
        user: UserId(role.name().into()),
        display_name: role.label().into(),
        role,
        organisation: organisation.into(),
        purpose,
        reason: None,
        correlation: "test".into(),
        session: String::new(),
        at: Utc::now(),
        person: None,
    }
}

#[test]
fn every_exit_obeys_every_objection_and_agreement() {
    let routes = include_str!("../../../web/src/routes.rs");
    assert!(!routes.to_lowercase().contains("fhir"), "a FHIR exit needs a column in the table");
    let folder = tempfile::tempdir().unwrap();
    let mut town = Town::new(folder.path());
    let mut wrong = Vec::new();
    for (line, expected) in TABLE {
        let counted = line.contains("planning") || line.contains("opt-out");
        town.bring_about(line, false);
        town.count_anew(line, counted);
        let got = town.looked();
        for ((exit, got), expected) in EXITS.iter().zip(got.chars()).zip(expected.chars()) {
            if expected != '.' && got != expected {
                wrong.push(format!("{line}, {exit}: {got}, not {expected}"));
            }
        }
        town.bring_about(line, true);
        town.count_anew(line, counted);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
