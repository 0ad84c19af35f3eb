//! Signing in and out, forged forms, sessions that end.

use axum::body::Body;
use axum::http::{StatusCode, header};
use chrono::Duration;

use crate::system::{PASSWORD, TestSystem};

#[tokio::test]
async fn a_wrong_password_gives_the_form_again_with_the_error() {
    let system = TestSystem::new().await;
    let mut browser = system.browser();
    browser.get("/sign-in").await;
    let answer = browser.post("/sign-in", &[("user", "gp"), ("password", "wrong")]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("<title>Error: Sign in"));
    assert!(answer.body.contains("The user name or the password is wrong"));
    assert!(browser.cookie("wsic_session").is_none());
}

#[tokio::test]
async fn the_session_cookie_is_kept_from_scripts_and_other_sites() {
    let system = TestSystem::new().await;
    let mut browser = system.browser();
    browser.get("/sign-in").await;
    let answer = browser.post("/sign-in", &[("user", "GP"), ("password", PASSWORD)]).await;
    let cookies: Vec<&str> =
        answer.headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap()).collect();
    let session = cookies.iter().find(|line| line.starts_with("wsic_session=")).unwrap();
    assert!(session.contains("; HttpOnly; SameSite=Lax"), "{session}");
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let system = TestSystem::new().await;
    for next in ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"] {
        let mut browser = system.browser();
        browser.get("/sign-in").await;
        let answer =
            browser.post("/sign-in", &[("user", "gp"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!(answer.header("location"), "/", "{next}");
    }
}

#[tokio::test]
async fn a_forged_form_changes_nothing() {
    let system = TestSystem::new().await;
    let mut browser = system.signed_in("gp").await;
    for token in ["", "0", &"a".repeat(64)] {
        let answer = browser.post_with("/sign-out", token, &[]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{token}");
        let answer =
            browser.post_with("/people", token, &[("nhs_number", "9990001234"), ("by", "number")]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{token}");
    }
    assert_eq!(browser.get("/").await.status, StatusCode::OK, "still signed in");
    let from_elsewhere = browser
        .request("POST", "/sign-out")
        .header(header::ORIGIN, "https://elsewhere.example")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("csrf=x"))
        .unwrap();
    assert_eq!(system.send(from_elsewhere).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let system = TestSystem::new().await;
    let mut browser = system.signed_in("gp").await;
    browser.get("/").await;
    let token = browser.cookie("wsic_session").unwrap().to_owned();
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(browser.get(answer.header("location")).await.body.contains("You have signed out."));
    browser.set_cookie("wsic_session", &token);
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER, "the old token is no use");
}

#[tokio::test]
async fn a_session_without_use_ends_after_an_hour() {
    let system = TestSystem::new().await;
    let mut browser = system.signed_in("gp").await;
    system.wait(Duration::minutes(59));
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    system.wait(Duration::minutes(61));
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn five_wrong_passwords_lock_for_a_quarter_of_an_hour() {
    let system = TestSystem::new().await;
    let mut browser = system.browser();
    browser.get("/sign-in").await;
    for _ in 0..5 {
        browser.post("/sign-in", &[("user", "gp"), ("password", "wrong")]).await;
    }
    let answer = browser.post("/sign-in", &[("user", "gp"), ("password", PASSWORD)]).await;
    assert!(answer.body.contains("wait 15 minutes"));
    system.wait(Duration::minutes(16));
    let answer = browser.post("/sign-in", &[("user", "gp"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}
