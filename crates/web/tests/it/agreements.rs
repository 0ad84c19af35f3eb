//! Agreements, coverage, objections and choices, as those who use them meet them.

use axum::http::StatusCode;
use model::{PersonId, Role};
use policy::UserId;
use store::identities::{self, Identity};
use store::sources::PublishedSource;
use store::users::{self, User};
use store::{audit, generations};

use crate::system::{OWN, PASSWORD, STRANGER, TestSystem, day, number_of, publish};

/// OWN is known to the practice and to a hospital; both have signed nothing yet.
async fn system() -> TestSystem {
    let system = TestSystem::new().await;
    let store = &system.store;
    let identity = |source: &str, person: PersonId| Identity {
        source: source.into(),
        source_person: person.to_string(),
        person,
        rule: "nhs_number".into(),
        reason: "The same NHS number".into(),
        as_at: None,
        demographics_digest: 1,
    };
    let mut writer = identities::begin(store.pipeline()).await.unwrap();
    let known = [("gp:E84002", OWN), ("sus_apc:RYJ", OWN), ("gp:E84013", STRANGER)];
    writer.put(known.map(|(source, person)| identity(source, person)).into()).await.unwrap();
    writer.commit().await.unwrap();
    for (id, organisation) in [("partner", "E84002"), ("guardian", "RYJ"), ("network", "U00001")] {
        add(&system, id, Role::Signatory, organisation, None).await;
    }
    republish(&system, &["gp:E84002", "sus_apc:RYJ", "gp:E84013"]).await;
    system
}

async fn add(system: &TestSystem, id: &str, role: Role, organisation: &str, person: Option<PersonId>) {
    let user = User {
        id: UserId(id.into()),
        name: format!("The {id}"),
        role,
        organisation: organisation.into(),
        person,
    };
    users::create(&system.store, &user, PASSWORD).await.unwrap();
}

/// The next run, made of these sources.
async fn republish(system: &TestSystem, sources: &[&str]) {
    let mut generation = generations::begin(system.store.pipeline()).await.unwrap();
    let source =
        |name: &&str| PublishedSource { source: (*name).into(), planning: true, people: 1, events: 1 };
    generation.sources(sources.iter().map(source).collect());
    publish(generation, sources.contains(&"sus_apc:RYJ")).await;
}

const DRAFT: [(&str, &str); 11] = [
    ("title", "Direct+care+in+Brent"),
    ("suppliers.RYJ", "RYJ"),
    ("other_suppliers", "E84002"),
    ("recipients.all-networks", "all-networks"),
    ("other_recipients", "E84002"),
    ("feeds.gp", "gp"),
    ("feeds.sus_apc", "sus_apc"),
    ("activities.B3", "B3"),
    ("starts", "2026-11-01"),
    ("ends", ""),
    ("dpia", "DPIA+1"),
];

/// Writes the agreement and has the three parties sign; gives its address.
async fn signed(system: &TestSystem) -> String {
    let mut lead = system.signed_in("governance").await;
    lead.get("/agreements/new").await;
    let written = lead.post("/agreements/new", &DRAFT).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.body);
    let address = written.header("location").to_owned();
    for who in ["partner", "guardian", "network"] {
        let mut browser = system.signed_in(who).await;
        let page = browser.get(&address).await;
        assert!(page.body.contains("has not signed"), "{who}");
        browser.post(&address, &[("do", "sign")]).await;
        assert!(browser.get(&address).await.body.contains(" has signed."), "{who}");
    }
    address
}

#[tokio::test]
async fn an_agreement_is_written_signed_and_in_force_in_the_browser() {
    let system = system().await;
    let mut gp = system.signed_in("gp").await;
    let record = format!("/people/{OWN}");
    let refused = gp.get(&record).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "nobody has signed");
    assert!(refused.body.contains("No agreement in force lets this organisation use anybody's data"));
    assert!(gp.get("/").await.body.contains("No agreement in force lets these pages use any data."));
    let mut lead = system.signed_in("governance").await;
    lead.get("/agreements/new").await;
    let wrong = lead.post("/agreements/new", &[("title", ""), ("other_suppliers", "X99999")]).await;
    for sentence in [
        "There is a problem",
        "Enter what the agreement is called",
        "Enter codes of practices of the area: X99999 is none",
        "Choose who receives the data",
        "Choose at least one kind of data",
        "Choose at least one activity",
        "Enter a day as year, month and day",
        "Enter the reference of the data protection impact assessment",
    ] {
        assert!(wrong.body.contains(sentence), "{sentence}");
    }
    let address = signed(&system).await;
    let page = lead.get(&address).await;
    assert!(page.body.contains("In force") && page.body.contains("version 4"), "{}", page.body);
    assert!(page.body.contains("Direct care in Brent") && page.body.contains("B3. "));
    let opened = gp.get(&record).await;
    assert_eq!(opened.status, StatusCode::OK);
    assert!(opened.body.contains("Made of data of 1 of 2 practices and 1 of 1 other organisations."));
    // Who signs changes nothing else, and a stranger to the agreement does not see it.
    add(&system, "elsewhere", Role::Signatory, "E84013", None).await;
    let mut elsewhere = system.signed_in("elsewhere").await;
    assert_eq!(elsewhere.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(elsewhere.get("/agreements/new").await.status, StatusCode::FORBIDDEN);
    let list = elsewhere.get("/agreements").await;
    assert!(list.body.contains("No agreement has been written down."));
    assert!(audit::verify(&system.store).await.unwrap().is_ok());
}

/// What a GP sees of OWN at every exit: found, on the list, the home page's count, the record, its hospital line.
async fn seen(system: &TestSystem) -> [bool; 6] {
    let mut gp = system.signed_in("gp").await;
    gp.get("/people").await;
    let number = number_of(OWN).digits();
    let found = gp.post("/people", &[("by", "number"), ("nhs_number", &number)]).await;
    let list = gp.get("/worklist?list=falls").await;
    let home = gp.get("/").await;
    let record = gp.get(&format!("/people/{OWN}")).await;
    let timeline = gp.get(&format!("/people/{OWN}/timeline")).await;
    let linkage = gp.get(&format!("/people/{OWN}/linkage")).await;
    let hospital = timeline.body.contains("Elective admission");
    assert_eq!(hospital, linkage.body.contains("Hospital admissions"), "both or neither");
    assert_eq!(record.status, timeline.status);
    [
        found.body.contains("1 person found"),
        list.body.contains("OKONKWO"),
        home.body.contains("1 person"),
        record.status == StatusCode::OK,
        hospital,
        record.body.contains("Not everything is shown."),
    ]
}

#[tokio::test]
async fn withdrawal_is_not_seen_nor_counted_at_once_and_gone_after_the_run() {
    let system = system().await;
    let address = signed(&system).await;
    let whole = [true, true, true, true, true, false];
    assert_eq!(seen(&system).await, whole);
    let mut guardian = system.signed_in("guardian").await;
    guardian.get(&address).await;
    let without = guardian.post(&address, &[("do", "withdraw"), ("withdraw_reason", "")]).await;
    assert!(without.body.contains("Enter a reason"));
    guardian.post(&address, &[("do", "withdraw"), ("withdraw_reason", "A+new+assessment")]).await;
    // The hospital's line goes, and the list that may be made with it; the practice's own remains.
    assert_eq!(seen(&system).await, [true, false, false, true, false, true]);
    let mut person = system.signed_in("person").await;
    let own = person.get("/my-record").await;
    assert!(own.body.contains("Not everything is shown.") && !own.body.contains("Elective admission"));
    // Linkage counts are of every source: withheld, as a page and as a file.
    let mut lead = system.signed_in("governance").await;
    for exit in ["/linkage/quality", "/linkage/quality.csv"] {
        let answer = lead.get(exit).await;
        assert_eq!(
            (answer.status, answer.h1().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "Figures are withheld")
        );
        assert!(answer.body.contains("Hospital admissions, Imperial"), "{exit}");
    }
    let refused = lead.get("/linkage/review").await;
    assert!(refused.status == StatusCode::OK && !refused.body.contains("Imperial"));
    // The next run has none of it, and says so.
    republish(&system, &["gp:E84002"]).await;
    let without = [true, true, true, true, false, false];
    assert_eq!(seen(&system).await, without, "the list is made without it, and nothing is withheld");
    let removed = lead.get("/agreements/removed").await;
    assert!(removed.body.contains("Hospital admissions, Imperial"), "{}", removed.body);
    // The practice goes too: nobody is found, listed, counted or opened.
    let mut partner = system.signed_in("partner").await;
    partner.get(&address).await;
    partner.post(&address, &[("do", "withdraw"), ("withdraw_reason", "We+leave")]).await;
    assert_eq!(seen(&system).await, [false; 6]);
    partner.get(&address).await;
    partner.post(&address, &[("do", "sign")]).await;
    assert_eq!(seen(&system).await, without, "signed again, back at once");
    guardian.get(&address).await;
    guardian.post(&address, &[("do", "sign")]).await;
    assert_eq!(seen(&system).await, without, "what a run took out, a run brings back");
    republish(&system, &["gp:E84002", "sus_apc:RYJ", "gp:E84013"]).await;
    assert_eq!(seen(&system).await, whole);
}

#[tokio::test]
async fn suspension_and_end_are_the_leads_and_need_a_reason() {
    let system = system().await;
    let address = signed(&system).await;
    let mut lead = system.signed_in("governance").await;
    lead.get(&address).await;
    assert!(lead.post(&address, &[("do", "suspend")]).await.body.contains("Enter a reason"));
    lead.post(&address, &[("do", "suspend"), ("suspend_reason", "A+breach")]).await;
    assert_eq!(seen(&system).await, [false; 6]);
    let page = lead.get(&address).await;
    assert!(page.body.contains("Suspended: A breach") && page.body.contains("Resume"));
    lead.post(&address, &[("do", "resume")]).await;
    assert!(seen(&system).await[3]);
    let mut partner = system.signed_in("partner").await;
    partner.get(&address).await;
    let refused = partner.post(&address, &[("do", "end"), ("end_reason", "x")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    lead.get(&address).await;
    lead.post(&address, &[("do", "end"), ("end_reason", "Replaced")]).await;
    assert_eq!(seen(&system).await, [false; 6]);
    assert!(!lead.get(&address).await.body.contains("Change, suspend or end"));
    // A signatory of nobody signs for nobody; the lead signs for nobody either.
    assert_eq!(lead.post(&address, &[("do", "sign")]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn coverage_is_a_matrix_and_says_what_a_signature_would_add() {
    let system = system().await;
    signed(&system).await;
    let mut commissioner = system.signed_in("commissioner").await;
    let page = commissioner.get("/agreements").await;
    assert!(page.body.contains("1 of 2") && !page.body.contains("Write an agreement"));
    let all = commissioner.get("/agreements/coverage").await;
    for word in ["In force", "Not asked", "The Lonsdale Medical Centre", "Imperial"] {
        assert!(all.body.contains(word), "{word}");
    }
    let missing = commissioner.get("/agreements/coverage?borough=E09000005&missing=yes").await;
    assert!(missing.body.contains("Who is missing in Brent"));
    let one = commissioner.get("/agreements/coverage/E84013").await;
    assert!(
        one.body.contains("2 of 2") && one.body.contains("1,000 people are registered there"),
        "{}",
        one.body
    );
    assert!(one.body.contains("No file of it has arrived."));
    assert_eq!(commissioner.get("/agreements/coverage/X99999").await.status, StatusCode::NOT_FOUND);
    assert_eq!(commissioner.get("/agreements/DSA-0001").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_person_chooses_and_it_holds_at_once() {
    let system = system().await;
    signed(&system).await;
    let mut person = system.signed_in("person").await;
    let page = person.get("/my-record/choices").await;
    assert!(page.body.contains("Do not share my record beyond my practice"));
    person.post("/my-record/choices", &[("kind", "sharing"), ("do", "object")]).await;
    assert!(person.get("/my-record/choices").await.body.contains("You said no"));
    let mut coordinator = system.signed_in("coordinator").await;
    let record = format!("/people/{OWN}");
    assert_eq!(coordinator.get(&record).await.status, StatusCode::FORBIDDEN);
    assert!(!coordinator.get("/worklist?list=falls").await.body.contains("OKONKWO"));
    let mut gp = system.signed_in("gp").await;
    assert!(!gp.get(&format!("{record}/timeline")).await.body.contains("Elective admission"));
    person.post("/my-record/choices", &[("kind", "sharing"), ("do", "take_back")]).await;
    assert_eq!(coordinator.get(&record).await.status, StatusCode::OK);
    // One organisation.
    let wrong = person.post("/my-record/choices", &[("kind", "organisation"), ("do", "object")]).await;
    assert!(wrong.body.contains("Enter the name of an organisation"));
    let one = [("kind", "organisation"), ("organisation", "willow tree family doctors"), ("do", "object")];
    person.post("/my-record/choices", &one).await;
    assert_eq!(gp.get(&record).await.status, StatusCode::FORBIDDEN);
    assert!(!gp.get("/worklist?list=falls").await.body.contains("OKONKWO"));
    assert_eq!(coordinator.get(&record).await.status, StatusCode::OK);
    // What is national is not lifted here; all of it is in the person's own history.
    person.get("/my-record/choices").await;
    let national = person.post("/my-record/choices", &[("kind", "type_1"), ("do", "take_back")]).await;
    assert_eq!(national.status, StatusCode::BAD_REQUEST);
    let history = person.get("/my-record/accesses").await;
    assert!(history.body.contains("Recorded: Not seen by one organisation (E84002)."), "{}", history.body);
}

#[tokio::test]
async fn the_lead_records_opt_outs_and_proxies_by_number_and_sees_no_care() {
    let system = system().await;
    signed(&system).await;
    let mut lead = system.signed_in("governance").await;
    lead.get("/objections").await;
    let number = number_of(OWN).digits();
    let record = |kind| [("nhs_number", number.clone()), ("kind", kind)];
    let sent: Vec<(&str, String)> = record("national_opt_out".to_owned()).into();
    let fields: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = lead.post("/objections", &fields).await;
    assert_eq!(done.header("location"), "/objections?done=recorded");
    assert_eq!(lead.post("/objections", &fields).await.header("location"), "/objections?done=so");
    let page = lead.get("/objections?done=recorded").await;
    assert!(page.body.contains("It is written down and holds from now.") && !page.body.contains("Okonkwo"));
    let out = store::objections::not_for_planning(system.store.pipeline()).await.unwrap();
    assert_eq!(out, [OWN].into());
    for (fields, sentence) in [
        (vec![("nhs_number", "1"), ("kind", "type_1")], "Enter an NHS number of 10 digits"),
        (vec![("nhs_number", number.as_str()), ("kind", "")], "Choose what the person has asked for"),
        (vec![("nhs_number", number.as_str()), ("kind", "proxy"), ("until", "2020-01-01")], "from today on"),
        (
            vec![("nhs_number", number.as_str()), ("kind", "proxy"), ("user", "gp"), ("until", "2027-01-01")],
            "sign-in name",
        ),
    ] {
        let answer = lead.post("/objections", &fields).await;
        assert!(answer.body.contains(sentence), "{sentence}: {}", answer.body);
    }
    // A daughter acts for her mother, until a day.
    add(&system, "daughter", Role::Person, "", Some(STRANGER)).await;
    let mut daughter = system.signed_in("daughter").await;
    let mothers = format!("/my-record/for/{OWN}");
    assert_ne!(daughter.get(&mothers).await.status, StatusCode::OK);
    let proxy =
        [("nhs_number", number.as_str()), ("kind", "proxy"), ("user", "daughter"), ("until", "2026-11-21")];
    lead.get("/objections").await;
    assert_eq!(lead.post("/objections", &proxy).await.status, StatusCode::SEE_OTHER);
    let page = daughter.get(&mothers).await;
    assert_eq!(page.h1(), "The record of the person you act for");
    assert_ne!(daughter.get(&format!("/people/{OWN}")).await.status, StatusCode::OK);
    system.wait(chrono::Duration::days(2));
    let mut daughter = system.signed_in("daughter").await;
    assert_ne!(daughter.get(&mothers).await.status, StatusCode::OK, "the proxy has ended");
    assert_eq!(day(2026, 11, 21).to_string(), "2026-11-21");
}
