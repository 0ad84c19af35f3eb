//! Accesses that stand out and what is found out about them; what a person asks and is answered.

use axum::http::StatusCode;
use chrono::Duration;

use crate::system::{OWN, TestSystem};

/// The number in the first address of the page that begins like this.
fn number_after(body: &str, begins: &str) -> String {
    let rest = body.split(begins).nth(1).unwrap_or_else(|| panic!("no {begins} in {body}"));
    rest.chars().take_while(char::is_ascii_digit).collect()
}

#[tokio::test]
async fn an_access_at_night_is_listed_and_its_outcome_kept() {
    let system = TestSystem::new().await;
    system.wait(Duration::hours(14));
    system.signed_in("gp").await.get(&format!("/people/{OWN}")).await;
    let mut lead = system.signed_in("governance").await;
    let list = "/audit/unusual?sign=out_of_hours&from=2026-11-20&to=2026-11-20";
    let answer = lead.get(list).await;
    assert!(answer.body.contains("The gp opened the record, once, outside working hours."));
    assert!(!answer.body.contains("Okonkwo"), "who it is about is a number here");
    let row = number_after(&answer.body, "/audit/rows/");
    let page = format!("/audit/rows/{row}");
    let answer = lead.get(&page).await;
    assert!(answer.body.contains("Opened the record") && answer.body.contains("Sections shown"));
    let answer = lead.post(&page, &[("verdict", ""), ("note", "")]).await;
    assert!(answer.body.contains("Choose what you found out") && answer.body.contains("Enter how you know"));
    let answer = lead.post(&page, &[("verdict", "explained"), ("note", "on call")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(lead.get(&page).await.body.contains("on call"));
    assert!(lead.get(list).await.body.contains("Explained"));
    assert!(lead.get("/audit?action=judge_access").await.body.contains("1 entry"));
    let wrong = lead.get("/audit/unusual?from=2026-01-01&to=2026-11-20").await;
    assert!(wrong.body.contains("Enter a day at most 31 days before the last one"));
    lead.get("/linkage/quality.csv").await;
    let exported = lead.get("/audit?action=view_linkage_quality").await;
    let row = number_after(&exported.body, "/audit/rows/");
    assert!(
        lead.get(&format!("/audit/rows/{row}")).await.body.contains("csv"),
        "an export is told from a look"
    );
    assert_eq!(lead.get("/audit/rows/999").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        lead.post("/audit/rows/999", &[("verdict", "explained"), ("note", "x")]).await.status,
        StatusCode::NOT_FOUND
    );
    let mut gp = system.signed_in("gp").await;
    gp.get("/people").await;
    let refused = gp.post(&page, &[("verdict", "explained"), ("note", "x")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_person_asks_about_an_access_and_is_answered() {
    let system = TestSystem::new().await;
    system.signed_in("gp").await.get(&format!("/people/{OWN}")).await;
    let mut person = system.signed_in("person").await;
    let answer = person.get("/my-record/accesses").await;
    let looks: Vec<&str> = answer.body.split("/my-record/accesses/").skip(1).collect();
    let row: String = looks.last().unwrap().chars().take_while(char::is_ascii_digit).collect();
    let page = format!("/my-record/accesses/{row}/ask");
    assert!(person.get(&page).await.body.contains("The gp"));
    assert!(person.post(&page, &[("question", "")]).await.body.contains("Enter what you would like to know"));
    assert_eq!(person.post(&page, &[("question", "Why at all?")]).await.status, StatusCode::SEE_OTHER);
    assert!(person.get("/my-record/accesses").await.body.contains("Not answered yet."));

    let mut lead = system.signed_in("governance").await;
    assert!(lead.get("/audit").await.body.contains("(1 waiting)"));
    let queue = lead.get("/audit/questions").await;
    assert!(queue.body.contains("Why at all?") && queue.body.contains("1 question waits"));
    let question = format!("/audit/questions/{}", number_after(&queue.body, "/audit/questions/"));
    let opened = lead.get(&question).await;
    assert!(opened.body.contains(&format!("/audit/rows/{row}")) && !opened.body.contains("Okonkwo"));
    assert!(lead.post(&question, &[("answer", "")]).await.body.contains("Enter an answer"));
    assert_eq!(lead.post(&question, &[("answer", "He is your GP.")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(lead.post(&question, &[("answer", "Again.")]).await.status, StatusCode::NOT_FOUND);
    assert!(lead.get(&question).await.body.contains("He is your GP."));
    assert!(person.get("/my-record/accesses").await.body.contains("He is your GP."));
}
