//! Signing in and out, forged forms, sessions that end.

use axum::body::Body;
use axum::http::{StatusCode, header};
use chrono::Duration;
use model::Role;
use policy::UserId;
use store::{totp, users};

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
async fn failures_lock_and_say_for_how_long() {
    let system = TestSystem::new().await;
    let mut browser = system.browser();
    browser.get("/sign-in").await;
    for user in ["gp", "nobody"] {
        for _ in 0..5 {
            browser.post("/sign-in", &[("user", user), ("password", "wrong")]).await;
        }
        let answer = browser.post("/sign-in", &[("user", user), ("password", PASSWORD)]).await;
        assert!(answer.body.contains("Too many failures: wait 1 minute and try again"), "{user}");
    }
    system.wait(Duration::minutes(1));
    let answer = browser.post("/sign-in", &[("user", "gp"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn over_https_the_cookies_are_bound_to_the_host() {
    let system = TestSystem::with(|config| config.secure_cookie = true).await;
    let mut browser = system.browser();
    let answer = browser.get("/sign-in").await;
    assert!(answer.header("set-cookie").starts_with("__Host-wsic_form="));
    assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"));
    let answer = browser.post("/sign-in", &[("user", "gp"), ("password", PASSWORD)]).await;
    let session = answer.header("set-cookie");
    assert!(session.starts_with("__Host-wsic_session=") && session.contains("; Path=/;"), "{session}");
    assert!(
        session.ends_with("; HttpOnly; SameSite=Lax; Secure") && !session.contains("Domain"),
        "{session}"
    );
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    // A cookie of the plain name, which any host beside this one could have set, counts for nothing.
    let token = browser.cookie("__Host-wsic_session").unwrap().to_owned();
    let mut other = system.browser();
    other.set_cookie("wsic_session", &token);
    assert_eq!(other.get("/").await.status, StatusCode::SEE_OTHER);
}

/// The key on the page on which a second factor is set up.
fn key(body: &str) -> Vec<u8> {
    let key = body.split("Key: <code class=\"app-secret\">").nth(1).unwrap().split('<').next().unwrap();
    totp::from_base32(&key.replace(' ', "")).unwrap()
}

#[tokio::test]
async fn a_second_factor_is_set_up_and_then_asked_for() {
    let system = TestSystem::new().await;
    let mut browser = system.signed_in("gp").await;
    let before = browser.cookie("wsic_session").unwrap().to_owned();
    browser.get("/account/second-factor").await;
    let begin = "/account/second-factor/begin";
    let answer = browser.post(begin, &[("password", "wrong")]).await;
    assert!(answer.body.contains("That is not your password"));
    let answer = browser.post(begin, &[("password", PASSWORD), ("next", "/account")]).await;
    let page = browser.get(answer.header("location")).await;
    assert!(page.body.contains("<title>QR code that holds the key below</title>"));
    let secret = key(&page.body);
    let answer = browser.post("/account/second-factor", &[("code", "000000")]).await;
    assert!(answer.body.contains("The code is wrong: type the one that is shown now"));
    let code = totp::code_at(&secret, system.now());
    let answer = browser.post("/account/second-factor", &[("code", &code), ("next", "/account")]).await;
    assert_eq!(answer.h1(), "Your recovery codes");
    assert_ne!(browser.cookie("wsic_session").unwrap(), before, "a new token");
    let codes = answer.body.matches("<li><code>").count();
    assert_eq!(codes, 8);
    let recovery = answer.body.split("<li><code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(browser.get("/account").await.body.contains("Recovery codes left: 8."));

    let mut browser = system.browser();
    browser.get("/sign-in?next=/worklist").await;
    let fields = [("user", "gp"), ("password", PASSWORD), ("next", "/worklist")];
    let answer = browser.post("/sign-in", &fields).await;
    assert_eq!(answer.header("location"), "/sign-in/code?next=/worklist");
    for address in ["/", "/worklist", "/account", "/people/1"] {
        let answer = browser.get(address).await;
        assert!(
            answer.header("location").starts_with("/sign-in/code?next=/"),
            "{address}: not yet signed in"
        );
    }
    browser.get("/sign-in/code?next=/worklist").await;
    let answer = browser.post("/sign-in/code", &[("code", "000000"), ("next", "/worklist")]).await;
    assert!(answer.body.contains("The code is wrong, or has been used already"));
    system.wait(Duration::seconds(30));
    let waiting = browser.cookie("wsic_session").unwrap().to_owned();
    let code = totp::code_at(&secret, system.now());
    let answer = browser.post("/sign-in/code", &[("code", &code), ("next", "/worklist")]).await;
    assert_eq!(answer.header("location"), "/worklist");
    assert_ne!(browser.cookie("wsic_session").unwrap(), waiting, "a new token");
    assert_eq!(browser.get("/worklist").await.status, StatusCode::OK);

    let mut browser = system.browser();
    browser.get("/sign-in").await;
    browser.post("/sign-in", &[("user", "gp"), ("password", PASSWORD)]).await;
    browser.get("/sign-in/code").await;
    let answer = browser.post("/sign-in/code", &[("code", &recovery)]).await;
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn a_role_that_must_have_a_second_factor_cannot_go_round_it() {
    let system = TestSystem::with(|config| config.sign_in.second_factor = vec![Role::Gp]).await;
    let mut browser = system.browser();
    browser.get("/sign-in").await;
    let answer = browser.post("/sign-in", &[("user", "gp"), ("password", PASSWORD)]).await;
    assert_eq!(answer.header("location"), "/account/second-factor?next=/");
    assert!(browser.get("/worklist").await.header("location").starts_with("/account/second-factor"));
    assert!(browser.get("/account").await.header("location").starts_with("/account/second-factor"));
    let page = browser.get("/account/second-factor").await;
    assert!(page.body.contains("Your role must have a second factor") && !page.body.contains("<nav"));
    let answer = browser.post("/account/second-factor/begin", &[]).await;
    let page = browser.get(answer.header("location")).await;
    let code = totp::code_at(&key(&page.body), system.now());
    let answer = browser.post("/account/second-factor", &[("code", &code)]).await;
    assert_eq!(answer.h1(), "Your recovery codes");
    assert_eq!(browser.get("/worklist").await.status, StatusCode::OK);
    let mut browser = system.signed_in("governance").await;
    assert_eq!(browser.get("/").await.status, StatusCode::OK, "other roles need none");
}

#[tokio::test]
async fn a_given_password_is_changed_at_the_first_sign_in() {
    let system = TestSystem::new().await;
    let until = system.now() + Duration::days(7);
    let by = users::ByOperator { sentence: "By hand.", correlation: "command", now: system.now() };
    users::give_password(&system.store, &UserId("gp".into()), "given by hand", until, &by).await.unwrap();
    let mut browser = system.browser();
    browser.get("/sign-in").await;
    let answer = browser.post("/sign-in", &[("user", "gp"), ("password", "given by hand")]).await;
    assert_eq!(answer.header("location"), "/sign-in/password?next=/");
    assert!(browser.get("/worklist").await.header("location").starts_with("/sign-in/password"));
    browser.get("/sign-in/password").await;
    let answer = browser.post("/sign-in/password", &[("new_password", "short")]).await;
    assert!(answer.body.contains("The new password must have at least 15 characters"));
    let chosen = "another horse and battery";
    let answer = browser.post("/sign-in/password", &[("new_password", chosen)]).await;
    assert_eq!(answer.header("location"), "/");
    browser.get("/account/password").await;
    let answer = browser.post("/account/password", &[("password", "x"), ("new_password", chosen)]).await;
    assert!(answer.body.contains("That is not your password"));
    let fields = [("password", chosen), ("new_password", "a third one of many words")];
    let answer = browser.post("/account/password", &fields).await;
    assert_eq!(answer.header("location"), "/account?done=password");
    assert!(browser.get("/account?done=password").await.body.contains("Your password has been changed."));
}

#[tokio::test]
async fn a_page_says_when_the_session_ends_and_one_may_stay() {
    let system = TestSystem::new().await;
    let mut browser = system.signed_in("gp").await;
    let page = browser.get("/").await;
    // 8:00 in London; idle after one hour, twelve in any case.
    let words = "You will be signed out at 9:00am unless you open another page before then, and at 8:00pm in any case.";
    assert!(page.body.contains(words));
    assert!(page.body.contains("data-seconds=\"3600\" data-warning=\"300\""));
    system.wait(Duration::minutes(50));
    let answer = browser.post("/account/stay", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let said: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&said["seconds"], &said["last"]), (&3600.into(), &false.into()));
    for _ in 0..10 {
        system.wait(Duration::minutes(59));
        assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    }
    system.wait(Duration::minutes(50));
    let page = browser.get("/").await;
    assert!(page.body.contains("You will be signed out at 8:00pm. Save what you are doing before then."));
    system.wait(Duration::minutes(30));
    let answer = browser.get("/worklist?list=falls").await;
    assert_eq!(answer.header("location"), "/sign-in?next=/worklist%3Flist%3Dfalls&ended=1");
    let page = browser.get(answer.header("location")).await;
    assert!(page.body.contains("Your session has ended. Sign in, and you go on where you were."));
    assert!(page.body.contains("name=\"next\" value=\"/worklist?list=falls\""));
    assert!(!page.body.contains("You will be signed out at"), "nobody is signed in");
    let answer = browser.post("/account/stay", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_out_everywhere_leaves_this_browser_alone() {
    let system = TestSystem::new().await;
    let mut one = system.signed_in("gp").await;
    let mut other = system.signed_in("gp").await;
    assert!(one.get("/account").await.body.contains("in 1 other place"));
    let answer = one.post("/account/sign-out-everywhere", &[]).await;
    let page = one.get(answer.header("location")).await;
    assert!(page.body.contains("You have been signed out everywhere else."));
    assert!(page.body.contains("You are signed in here and nowhere else."));
    assert_eq!(other.get("/").await.status, StatusCode::SEE_OTHER);
}
