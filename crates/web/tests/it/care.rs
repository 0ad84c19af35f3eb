//! A person's care: what a GP and a care coordinator see, and what is written down about it.

use axum::http::StatusCode;
use store::audit;

use crate::system::{NOBODY, OWN, STRANGER, TestSystem, number_of};

#[tokio::test]
async fn a_gp_opens_a_record_of_the_practice_and_the_person_reads_of_it() {
    let system = TestSystem::new().await;
    let mut gp = system.signed_in("gp").await;
    let answer = gp.get(&format!("/people/{OWN}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.h1(), "Shared record");
    assert!(answer.body.contains("OKONKWO, Ada"));
    assert!(answer.body.contains("No source says anything about allergies"));
    assert!(!answer.body.contains("<title>Okonkwo"));
    let mut person = system.signed_in("person").await;
    let accesses = person.get("/my-record/accesses").await;
    assert!(accesses.body.contains("The gp") && accesses.body.contains("Opened the record"));
    assert!(
        accesses
            .body
            .contains("A GP may find and open the records of people registered at their own practice.")
    );
    assert!(audit::verify(&system.store).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_stranger_and_nobody_look_the_same() {
    let system = TestSystem::new().await;
    for user in ["gp", "coordinator"] {
        let mut browser = system.signed_in(user).await;
        for end in ["", "/timeline"] {
            let stranger = browser.get(&format!("/people/{STRANGER}{end}")).await;
            let nobody = browser.get(&format!("/people/{NOBODY}{end}")).await;
            assert_eq!(stranger.status, StatusCode::NOT_FOUND, "{user}");
            assert_eq!(stranger.body, nobody.body, "{user}: the pages differ");
        }
    }
}

#[tokio::test]
async fn a_search_finds_whom_one_may_find_and_stands_in_no_address() {
    let system = TestSystem::new().await;
    let mut gp = system.signed_in("gp").await;
    gp.get("/people").await;
    let own = number_of(OWN).digits();
    let answer = gp.post("/people", &[("by", "number"), ("nhs_number", &own)]).await;
    assert!(answer.body.contains("1 person found") && answer.body.contains("/people/1\""));
    let stranger = number_of(STRANGER).digits();
    let answer = gp.post("/people", &[("by", "number"), ("nhs_number", &stranger)]).await;
    assert!(answer.body.contains("Nobody found"));
    let fields = [("by", "name"), ("family_name", "okonkwo"), ("day", "9"), ("month", "3"), ("year", "1941")];
    assert!(gp.post("/people", &fields).await.body.contains("1 person found"));
}

#[tokio::test]
async fn a_search_that_says_too_little_is_told_what_to_put_right() {
    let system = TestSystem::new().await;
    let mut gp = system.signed_in("gp").await;
    gp.get("/people").await;
    for (number, sentence) in [
        ("", "Enter an NHS number"),
        ("123", "Enter an NHS number of 10 digits"),
        ("9990000000", "one of its digits is wrong"),
    ] {
        let answer = gp.post("/people", &[("by", "number"), ("nhs_number", number)]).await;
        assert!(answer.body.contains("There is a problem") && answer.body.contains(sentence), "{number}");
        assert!(answer.body.contains("href=\"#nhs_number\""));
    }
    let answer = gp.post("/people", &[("by", "name"), ("day", "31"), ("month", "2"), ("year", "1950")]).await;
    assert!(answer.body.contains("Enter the family name"));
    assert!(answer.body.contains("Enter a date of birth that is in the calendar"));
}

#[tokio::test]
async fn costs_are_for_the_gp_and_not_for_the_coordinator() {
    let system = TestSystem::new().await;
    let address = format!("/people/{OWN}/timeline");
    assert!(system.signed_in("gp").await.get(&address).await.body.contains("£42"));
    let answer = system.signed_in("coordinator").await.get(&address).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.body.contains('£'));
}

#[tokio::test]
async fn worklists_show_whom_one_may_see_with_the_reason() {
    let system = TestSystem::new().await;
    for user in ["gp", "coordinator"] {
        let mut browser = system.signed_in(user).await;
        let overview = browser.get("/worklist").await;
        assert!(overview.body.contains("Fall or hip fracture in the last year"), "{user}");
        let list = browser.get("/worklist?list=falls").await;
        assert!(list.body.contains("Fell on 2 October 2026") && list.body.contains("OKONKWO"), "{user}");
        assert!(!list.body.contains("PETROV"), "{user}");
        let narrowed = browser.get("/worklist?list=falls&age=18-64").await;
        assert!(narrowed.body.contains("Nobody on the list is of this kind"), "{user}");
    }
}

#[tokio::test]
async fn odd_values_in_an_address_narrow_nothing_and_break_nothing() {
    let system = TestSystem::new().await;
    let mut gp = system.signed_in("gp").await;
    for address in [
        "/worklist?list=falls&page=0&group=x&age=y",
        "/worklist?list=%3Cscript%3E",
        "/worklist?list=falls&page=99999999999999999999",
        "/people/1/timeline?setting=x&months=7&page=-1",
        "/people/1/timeline?months=12&months=24",
    ] {
        let answer = gp.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert!(!answer.body.contains("<script>"), "{address}");
    }
}
