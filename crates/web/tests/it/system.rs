//! A small deployment: three people, two practices, five users.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use model::record::{Banner, PersonRecord, SourceLine, TimelineEntry};
use model::{Area, EventKind, Feed, NhsNumber, Pence, PersonId, Role, Sex};
use policy::UserId;
use store::people::IndexedPerson;
use store::settings::SignInSettings;
use store::users::User;
use store::worklists::WorklistRow;
use store::{RecordEncoder, SeededEntropy, Store, caseloads, generations, users};
use tower::ServiceExt;
use warehouse::reference::DefinitionFiles;
use web::{App, Catalogue, Config};

pub const PASSWORD: &str = "correct horse battery staple";
/// Registered at the GP's practice, and on the coordinator's caseload.
pub const OWN: PersonId = PersonId(1);
/// Registered elsewhere and on nobody's caseload.
pub const STRANGER: PersonId = PersonId(2);
/// Number of nobody.
pub const NOBODY: PersonId = PersonId(999);

pub struct TestSystem {
    router: Router,
    pub store: Store,
    now: Arc<Mutex<DateTime<Utc>>>,
    _folder: tempfile::TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// A browser: it keeps cookies and sends forms with their token.
pub struct Browser<'a> {
    system: &'a TestSystem,
    cookies: std::collections::BTreeMap<String, String>,
    token: String,
}

pub fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

impl TestSystem {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same served in another way.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("store.db").display());
        let store = Store::open(&url).await.unwrap().with_key(&[7; 32]).unwrap();
        let now = Arc::new(Mutex::new("2026-11-20T08:00:00Z".parse::<DateTime<Utc>>().unwrap()));
        people(&store).await;
        for (id, role, organisation, person) in [
            ("gp", Role::Gp, "E84002", None),
            ("coordinator", Role::CareCoordinator, "U00001", None),
            ("commissioner", Role::Commissioner, "QRV", None),
            ("governance", Role::GovernanceLead, "QRV", None),
            ("person", Role::Person, "", Some(OWN)),
        ] {
            let user = User {
                id: UserId(id.to_owned()),
                name: format!("The {id}"),
                role,
                organisation: organisation.to_owned(),
                person,
            };
            users::create(&store, &user, PASSWORD).await.unwrap();
        }
        caseloads::assign(&store, &UserId("coordinator".to_owned()), &[OWN], day(2026, 1, 1)).await.unwrap();
        let clock = Arc::clone(&now);
        let catalogue = Catalogue::from_files(&DefinitionFiles::embedded()).unwrap();
        let mut config = Config {
            service: "Test service".to_owned(),
            synthetic: true,
            secure_cookie: false,
            sign_in: SignInSettings::default(),
        };
        change(&mut config);
        let mut app = App::new(store.clone(), area(), catalogue, folder.path(), config);
        app.clock = Arc::new(move || *clock.lock().unwrap());
        app.entropy = Arc::new(SeededEntropy::new(7));
        Self { router: web::router(app), store, now, _folder: folder }
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    pub fn wait(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { system: self, cookies: Default::default(), token: String::new() }
    }

    /// A browser in which this user has signed in.
    pub async fn signed_in(&self, user: &str) -> Browser<'_> {
        let mut browser = self.browser();
        browser.get("/sign-in").await;
        let answer = browser.post("/sign-in", &[("user", user), ("password", PASSWORD), ("next", "/")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{user} could not sign in");
        browser
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 4 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap_or_default(),
        }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn h1(&self) -> String {
        let html = scraper::Html::parse_document(&self.body);
        let h1 = scraper::Selector::parse("h1").unwrap();
        html.select(&h1).next().map(|h1| h1.text().collect::<String>().trim().to_owned()).unwrap_or_default()
    }
}

impl Browser<'_> {
    pub async fn get(&mut self, address: &str) -> Answer {
        let request = self.request("GET", address).body(Body::empty()).unwrap();
        self.take(request).await
    }

    /// Sends a form of the page that was loaded last, with that page's token.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.clone();
        self.post_with(address, &token, fields).await
    }

    pub async fn post_with(&mut self, address: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", token)];
        all.extend(fields);
        let body: Vec<String> =
            all.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        let request = self
            .request("POST", address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.take(request).await
    }

    pub fn request(&self, method: &str, address: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, cookies.join("; "))
    }

    /// The token of the page that was loaded last.
    pub fn csrf(&self) -> &str {
        &self.token
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    async fn take(&mut self, request: Request<Body>) -> Answer {
        let answer = self.system.send(request).await;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some((_, after)) = answer.body.split_once("name=\"csrf\" value=\"") {
            self.token = after.split('"').next().unwrap().to_owned();
        }
        answer
    }
}

/// Two practices, their network, a hospital and who commissions.
fn area() -> Area {
    let practices = "code,name,pcn_code,pcn_name,borough,postcode,registered,weighted\n\
        E84002,Willow Tree Family Doctors,U00001,Harness South,E09000005,HA9 9ZZ,3000,3000\n\
        E84013,The Lonsdale Medical Centre,U00002,Kilburn,E09000005,NW6 9ZZ,1000,1000\n";
    let organisations = "code,name,kind,boroughs\nQRV,NHS North West London ICB,icb,E09000005\n\
        RYJ,Imperial College Healthcare NHS Trust,acute_trust,E09000005\n";
    Area::from_csv("code,name\nE09000005,Brent\n", organisations, practices, "code,borough,ward,imd_decile\n")
        .unwrap()
}

async fn people(store: &Store) {
    publish(generations::begin(store.pipeline()).await.unwrap(), true).await;
}

/// Writes the people, their records (with what the hospital said, or without) and the list, and makes them current.
pub async fn publish(mut generation: generations::Generation<'_>, hospital: bool) {
    let all = [(OWN, "E84002", "Okonkwo"), (STRANGER, "E84013", "Petrov")];
    generation
        .people(all.map(|(person, practice, name)| indexed(person, practice, name)).into())
        .await
        .unwrap();
    let mut encoder = RecordEncoder::new().unwrap();
    let records = all.map(|(person, practice, name)| {
        (person, encoder.encode(&record(person, practice, name, hospital)).unwrap())
    });
    generation.records(records.into()).await.unwrap();
    let rows = all.map(|(person, practice, _)| WorklistRow {
        worklist: "falls".to_owned(),
        person,
        weight: 3,
        reason: "Fell on 2 October 2026".to_owned(),
        practice: practice.to_owned(),
        borough: "E09000005".to_owned(),
        group: Some(4),
        age: Some(85),
    });
    generation.worklist(rows.into()).await.unwrap();
    generation.publish("{}", day(2026, 11, 19), "2026-11-20T03:00:00Z".parse().unwrap()).await.unwrap();
}

pub fn number_of(person: PersonId) -> NhsNumber {
    (0..).find_map(|i| NhsNumber::from_first_nine(999_000_000 + u64::from(person.0) * 100 + i)).unwrap()
}

fn indexed(person: PersonId, practice: &str, name: &str) -> IndexedPerson {
    IndexedPerson {
        person,
        nhs_number: Some(number_of(person)),
        family_name: name.to_owned(),
        given_name: "Ada".to_owned(),
        birth_date: Some(day(1941, 3, 9)),
        death_date: None,
        sex: Sex::Female,
        address: "1 The Street".to_owned(),
        postcode: "HA9 9ZZ".to_owned(),
        lsoa: String::new(),
        practice: practice.to_owned(),
        borough: "E09000005".to_owned(),
        ethnic_category: String::new(),
    }
}

fn record(person: PersonId, practice: &str, name: &str, hospital: bool) -> PersonRecord {
    let hospital = hospital && person == OWN;
    let source = format!("gp:{practice}");
    PersonRecord {
        banner: Banner {
            person,
            family_name: name.to_owned(),
            given_name: "Ada".to_owned(),
            nhs_number: Some(number_of(person)),
            birth_date: Some(day(1941, 3, 9)),
            death_date: None,
            sex: Sex::Female,
            address: "1 The Street".to_owned(),
            postcode: "HA9 9ZZ".to_owned(),
            practice: practice.to_owned(),
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
        timeline: vec![TimelineEntry {
            kind: EventKind::GpAppointment,
            start: day(2026, 11, 2),
            end: None,
            summary: "Attended".to_owned(),
            provider: practice.to_owned(),
            source: source.clone(),
            cost: Pence(4_200),
        }]
        .into_iter()
        .chain(hospital.then(|| TimelineEntry {
            kind: EventKind::Episode,
            start: day(2026, 10, 1),
            end: Some(day(2026, 10, 2)),
            summary: "Elective admission".to_owned(),
            provider: "RYJ".to_owned(),
            source: "sus_apc:RYJ".to_owned(),
            cost: Pence(0),
        }))
        .collect(),
        sources: vec![SourceLine {
            feed: Feed::Gp,
            organisation: practice.to_owned(),
            linked_because: "First source of this person".to_owned(),
            events: 1,
            latest: Some(day(2026, 11, 2)),
        }]
        .into_iter()
        .chain(hospital.then(|| SourceLine {
            feed: Feed::SusApc,
            organisation: "RYJ".to_owned(),
            linked_because: "The same NHS number".to_owned(),
            events: 1,
            latest: Some(day(2026, 10, 2)),
        }))
        .collect(),
    }
}
