//! Opening a record in an emergency, and the access rules as a page, as those who use them meet them.

use axum::http::StatusCode;

use crate::system::{OWN, STRANGER, TestSystem, number_of};

fn asked<'a>(number: &'a str, year: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("nhs_number", number),
        ("day", "9"),
        ("month", "3"),
        ("year", year),
        ("reason", "unplanned_care"),
        ("words", "Fell in the surgery"),
    ]
}

#[tokio::test]
async fn a_gp_breaks_the_glass_and_everyone_who_must_knows_of_it() {
    let system = TestSystem::new().await;
    let record = format!("/people/{STRANGER}");
    let mut gp = system.signed_in("gp").await;
    assert_eq!(gp.get(&record).await.status, StatusCode::NOT_FOUND);
    let page = gp.get("/emergency").await;
    assert_eq!(page.h1(), "Open a record in an emergency");
    assert!(page.body.contains("until 20 November 2026") && page.body.contains("the person reads them"));
    let wrong = gp.post("/emergency", &[("nhs_number", "1")]).await;
    for sentence in [
        "Enter an NHS number of 10 digits",
        "Enter a date of birth",
        "Choose why you must see the record now",
        "Enter what has happened",
    ] {
        assert!(wrong.body.contains(sentence), "{sentence}");
    }
    let number = number_of(STRANGER).digits();
    let nobody = gp.post("/emergency", &asked(&number, "1901")).await;
    assert!(nobody.body.contains("Nobody with this NHS number and date of birth is known here"));
    let opened = gp.post("/emergency", &asked(&number, "1941")).await;
    assert_eq!((opened.status, opened.header("location")), (StatusCode::SEE_OTHER, record.as_str()));
    let page = gp.get(&record).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("You opened this record in an emergency"));
    assert!(page.body.contains("An emergency does not need scores, lists or costs."));
    let mut lead = system.signed_in("governance").await;
    assert!(lead.get("/").await.body.contains("Opened in an emergency"));
    let queue = lead.get("/audit/emergencies").await;
    assert!(queue.body.contains("1 emergency opening waits") && queue.body.contains("Fell in the surgery"));
    let row = queue.body.split("href=\"/audit/rows/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let row = format!("/audit/rows/{row}");
    lead.get(&row).await;
    lead.post(&row, &[("verdict", "unjustified"), ("note", "Nobody was ill")]).await;
    let queue = lead.get("/audit/emergencies").await;
    assert!(queue.body.contains("0 emergency openings wait") && queue.body.contains("No good reason"));
    // With the session the glass is whole again.
    gp.get("/").await;
    gp.post("/sign-out", &[]).await;
    let mut gp = system.signed_in("gp").await;
    assert_eq!(gp.get(&record).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_coordinator_goes_from_the_refusal_to_the_record_and_the_person_reads_why() {
    let system = TestSystem::new().await;
    store::organisations::set_practices(&system.store, "U00001", &["E84002".to_owned()]).await.unwrap();
    store::caseloads::end(&system.store, &policy::UserId("coordinator".into()), OWN).await.unwrap();
    let mut coordinator = system.signed_in("coordinator").await;
    let refused = coordinator.get(&format!("/people/{OWN}")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let way = format!("/people/{OWN}/emergency");
    assert!(refused.body.contains(&way));
    coordinator.get(&way).await;
    let fields = [("reason", "cover"), ("words", "My colleague is away")];
    assert_eq!(coordinator.post(&way, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(coordinator.get(&format!("/people/{OWN}")).await.status, StatusCode::OK);
    let mut gp = system.signed_in("gp").await;
    assert!(gp.get("/").await.body.contains("Others opened records of people you look after."));
    assert!(gp.get("/emergency/told").await.body.contains("My colleague is away"));
    let mut person = system.signed_in("person").await;
    let accesses = person.get("/my-record/accesses").await;
    assert!(accesses.body.contains("Broke the glass: asked to open the record in an emergency"));
    assert!(
        accesses.body.contains("Standing in for a colleague who cares for the person: My colleague is away")
    );
    // An objection is not set aside by a colleague's absence.
    person.get("/my-record/choices").await;
    person.post("/my-record/choices", &[("kind", "sharing"), ("do", "object")]).await;
    assert_eq!(coordinator.get(&format!("/people/{OWN}")).await.status, StatusCode::FORBIDDEN);
    coordinator.get(&way).await;
    let again = coordinator.post(&way, &fields).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    assert!(again.body.contains("Only danger to life"));
    coordinator.get(&way).await;
    let vital = [("reason", "vital_interests"), ("words", "Found without consciousness")];
    assert_eq!(coordinator.post(&way, &vital).await.status, StatusCode::SEE_OTHER);
    assert_eq!(coordinator.get(&format!("/people/{OWN}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_rules_their_matrix_and_a_case_are_pages_of_the_governance_lead() {
    let system = TestSystem::new().await;
    let mut lead = system.signed_in("governance").await;
    let rules = lead.get("/rules").await;
    for rule in policy::Rules::built_in().unwrap().all() {
        assert!(rules.body.contains(&format!("id=\"{}\"", rule.id)), "{}", rule.id);
    }
    let matrix = lead.get("/rules/matrix?role=care_coordinator").await;
    assert!(matrix.h1().ends_with("Care coordinator") && matrix.body.contains("no agreement covers"));
    let try_case = "/rules/try?action=open_record&role=care_coordinator&purpose=direct_care&organisation=U00001&practice=E84002";
    let refused = lead.get(try_case).await;
    assert!(
        refused.body.contains("Refused") && refused.body.contains("as if there were nobody"),
        "{}",
        refused.body
    );
    let caseload = lead.get(&format!("{try_case}&so.caseload=caseload")).await;
    assert!(caseload.body.contains("Permitted") && caseload.body.contains("coordinator-caseload"));
    let objects = lead.get(&format!("{try_case}&so.caseload=caseload&so.objects=objects")).await;
    assert!(objects.body.contains("What the user would read"));
    assert!(
        objects.body.contains("The person has asked that their record is not shared beyond their practice.")
    );
    let uncovered = lead.get(&format!("{try_case}&so.caseload=caseload&agreements=none")).await;
    assert!(uncovered.body.contains("no-agreement") && uncovered.body.contains("nothing is covered."));
    let wrong = lead.get("/rules/try?action=open_record&organisation=X99999").await;
    assert!(wrong.body.contains("There is a problem"));
    let audit = lead.get("/audit?action=try_case").await;
    assert!(audit.body.contains("4 entries"), "a case is written down as one");
}
