//! Every address and what each role gets there. A route that is not in the table fails the test.

use axum::http::StatusCode;

use crate::system::TestSystem;

/// Address, then what a GP, a care coordinator, a commissioner, a governance lead and a person get.
/// ok = the page; no = refused, with the rule's sentence; none = not found; home = sent to their own page;
/// wait = nothing has been published for it.
const TABLE: &[(&str, [&str; 5])] = &[
    ("/", ["ok", "ok", "ok", "ok", "home"]),
    ("/people", ["ok", "ok", "no", "no", "no"]),
    ("/people/{person}", ["ok", "ok", "none", "none", "no"]),
    ("/people/{person}/reasons", ["ok", "ok", "none", "none", "no"]),
    ("/people/{person}/timeline", ["ok", "ok", "none", "none", "no"]),
    ("/people/{person}/linkage", ["ok", "ok", "none", "ok", "no"]),
    ("/people/{person}/linkage/part", ["none", "none", "none", "none", "no"]),
    ("/people/{person}/linkage/partings/{parting}", ["none", "no", "none", "none", "no"]),
    ("/people/{person}/teams", ["ok", "ok", "none", "none", "no"]),
    ("/people/{person}/emergency", ["ok", "ok", "none", "none", "none"]),
    ("/emergency", ["ok", "ok", "none", "none", "none"]),
    ("/emergency/told", ["ok", "ok", "no", "no", "no"]),
    ("/worklist", ["ok", "ok", "no", "no", "no"]),
    ("/caseload", ["no", "ok", "no", "no", "no"]),
    ("/team", ["no", "ok", "no", "no", "no"]),
    ("/teams", ["ok", "ok", "no", "ok", "no"]),
    ("/teams/{team}", ["none", "none", "no", "none", "no"]),
    ("/population/groups", ["no", "no", "wait", "no", "no"]),
    ("/population/budget", ["no", "no", "wait", "no", "no"]),
    ("/population/indicators", ["no", "no", "wait", "no", "no"]),
    ("/population/indicators/{name}", ["no", "no", "wait", "no", "no"]),
    ("/population/risk-model", ["wait", "no", "wait", "wait", "no"]),
    ("/population/risk-model/{name}", ["wait", "no", "wait", "wait", "no"]),
    ("/population/risk-model/{name}/card.csv", ["wait", "no", "wait", "wait", "no"]),
    ("/population/indicators/{name}/{table}", ["no", "no", "wait", "no", "no"]),
    ("/population/return", ["no", "no", "wait", "no", "no"]),
    ("/population/return.csv", ["no", "no", "wait", "no", "no"]),
    ("/population/practices", ["wait", "no", "wait", "no", "no"]),
    ("/population/practices/{practice}", ["wait", "no", "wait", "no", "no"]),
    ("/population/practices/{practice}/indicators.csv", ["wait", "no", "wait", "no", "no"]),
    ("/audit", ["no", "no", "no", "ok", "no"]),
    ("/audit/unusual", ["no", "no", "no", "ok", "no"]),
    ("/audit/rows/{row}", ["no", "no", "no", "ok", "no"]),
    ("/audit/emergencies", ["no", "no", "no", "ok", "no"]),
    ("/rules", ["no", "no", "no", "ok", "no"]),
    ("/rules/matrix", ["no", "no", "no", "ok", "no"]),
    ("/rules/try", ["no", "no", "no", "ok", "no"]),
    ("/audit/questions", ["no", "no", "no", "ok", "no"]),
    ("/audit/questions/{question}", ["no", "no", "no", "none", "no"]),
    ("/agreements", ["no", "no", "ok", "ok", "no"]),
    ("/agreements/new", ["no", "no", "no", "ok", "no"]),
    ("/agreements/removed", ["no", "no", "no", "ok", "no"]),
    ("/agreements/coverage", ["no", "no", "ok", "ok", "no"]),
    ("/agreements/coverage/{organisation}", ["no", "no", "none", "none", "no"]),
    ("/agreements/{id}", ["no", "no", "no", "none", "no"]),
    ("/agreements/{id}/edit", ["no", "no", "no", "none", "no"]),
    ("/objections", ["no", "no", "no", "ok", "no"]),
    ("/feeds", ["no", "no", "no", "ok", "no"]),
    ("/feeds/{file}", ["no", "no", "no", "none", "no"]),
    ("/feeds/{file}/quarantine", ["no", "no", "no", "none", "no"]),
    ("/linkage/review", ["no", "no", "no", "ok", "no"]),
    ("/linkage/review/{case}", ["no", "no", "no", "none", "no"]),
    ("/linkage/quality", ["no", "no", "ok", "ok", "no"]),
    ("/linkage/quality.csv", ["no", "no", "ok", "ok", "no"]),
    ("/my-record", ["none", "none", "none", "none", "ok"]),
    ("/my-record/accesses", ["none", "none", "none", "none", "ok"]),
    ("/my-record/choices", ["none", "none", "none", "none", "ok"]),
    ("/my-record/for/{person}", ["no", "no", "none", "none", "ok"]),
    ("/my-record/accesses/{row}/ask", ["none", "none", "none", "none", "none"]),
    ("/account", ["ok", "ok", "ok", "ok", "ok"]),
    ("/account/password", ["ok", "ok", "ok", "ok", "ok"]),
    ("/account/second-factor", ["ok", "ok", "ok", "ok", "ok"]),
];

/// Not there unless the settings name an identity provider (`provider.rs`).
const PROVIDER: &[&str] = &["/sign-in/provider", "/sign-in/provider/return"];

/// Steps of a sign-in: whoever is not at that step goes to where they are.
const STEPS: &[&str] = &["/sign-in/code", "/sign-in/password"];

/// Addresses that only take forms.
const POSTED: &[&str] = &[
    "/sign-in/provider/ended",
    "/account/second-factor/begin",
    "/account/sign-out-everywhere",
    "/account/stay",
];

/// Open to anyone.
const OPEN: &[&str] = &["/sign-in", "/sign-out", "/help", "/accessibility", "/privacy"];

const ROLES: [&str; 5] = ["gp", "coordinator", "commissioner", "governance", "person"];

fn filled(route: &str) -> String {
    route
        .replace("{person}", "1")
        .replace("{name}", "falls")
        .replace("{table}", "months.csv")
        .replace("{practice}", "E84002")
        .replace("{file}", &"ab".repeat(32))
        .replace("{parting}", "5")
        .replace("{team}", "5")
        .replace("{case}", "ab12")
        .replace("{organisation}", "X99999")
        .replace("{id}", "DSA-9999")
        .replace("{row}", "1")
        .replace("{question}", "5")
}

#[test]
fn every_route_of_the_map_is_in_the_table() {
    for (route, _) in map().iter().filter(|(route, _)| !route.starts_with("/assets/")) {
        let known = TABLE.iter().any(|(known, _)| known == route)
            || [OPEN, STEPS, POSTED, PROVIDER].iter().any(|list| list.contains(route));
        assert!(known, "{route} is missing from the table");
    }
}

#[tokio::test]
async fn each_role_gets_what_the_table_says() {
    let system = TestSystem::new().await;
    let mut wrong = Vec::new();
    for (column, role) in ROLES.iter().enumerate() {
        let mut browser = system.signed_in(role).await;
        for (route, expected) in TABLE {
            let answer = browser.get(&filled(route)).await;
            let got = match answer.status {
                StatusCode::OK => "ok",
                StatusCode::FORBIDDEN => "no",
                StatusCode::NOT_FOUND => "none",
                StatusCode::SEE_OTHER => "home",
                StatusCode::SERVICE_UNAVAILABLE => "wait",
                other => panic!("{role} {route}: {other}"),
            };
            if got != expected[column] {
                wrong.push(format!("{role} {route}: {got}, not {}", expected[column]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check_headers(route: &str, answer: &crate::system::Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"), "{route}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{route}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{route}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-robots-tag", "noindex"),
    ] {
        assert_eq!(answer.header(name), value, "{route}: {name}");
    }
    assert!(answer.header("permissions-policy").contains("camera=()"), "{route}");
    let cached = route.starts_with("/assets/") && answer.status == StatusCode::OK;
    let expected = if cached { "public, max-age=31536000, immutable" } else { "no-store" };
    assert_eq!(answer.header("cache-control"), expected, "{route}");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{route}");
}

/// Every route of the map, with whether it takes forms.
fn map() -> Vec<(&'static str, bool)> {
    let source = include_str!("../../src/routes.rs");
    let lines = source.lines().filter_map(|line| line.trim().split_once("route(\""));
    let routes: Vec<_> = lines
        .map(|(_, rest)| rest.split_once('"').unwrap())
        .map(|(route, how)| (route, how.contains("post(")))
        .collect();
    assert!(routes.len() > 30 && routes.iter().filter(|(_, posts)| *posts).count() > 10);
    routes
}

/// Every address that takes GET.
pub fn gets() -> impl Iterator<Item = &'static str> {
    let forms = [POSTED, &["/assets/{*name}"]].concat();
    map().into_iter().map(|(route, _)| route).filter(move |route| !forms.contains(route))
}

#[tokio::test]
async fn every_answer_of_every_route_has_the_headers() {
    let system = TestSystem::with(|config| config.secure_cookie = true).await;
    for user in [None, Some("gp"), Some("governance"), Some("person")] {
        let mut browser = match user {
            Some(user) => system.signed_in(user).await,
            None => system.browser(),
        };
        for (route, posts) in map() {
            let address = filled(route).replace("{*name}", "app.css");
            check_headers(route, &browser.get(&address).await);
            if posts {
                check_headers(route, &browser.post_with(&address, "forged", &[]).await);
            }
        }
        for odd in ["/nothing", "/assets/nothing", "/people/x"] {
            check_headers(odd, &browser.get(odd).await);
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_without_its_token() {
    let system = TestSystem::new().await;
    let other = {
        let mut browser = system.signed_in("coordinator").await;
        browser.get("/").await;
        browser.csrf().to_owned()
    };
    for user in ["gp", "governance", "person"] {
        let mut browser = system.signed_in(user).await;
        // The identity provider's own server brings a signed token and no cookie: `provider.rs` tests it.
        let forms = map().into_iter().filter(|(route, posts)| *posts && *route != "/sign-in/provider/ended");
        for (route, _) in forms {
            for token in ["", "0", other.as_str()] {
                let answer = browser.post_with(&filled(route), token, &[]).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{user} {route} {token}");
            }
        }
        browser.get("/account").await;
        let token = browser.csrf().to_owned();
        for (name, value) in [("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site")] {
            let request = browser
                .request("POST", "/sign-out")
                .header(name, value)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(axum::body::Body::from(format!("csrf={token}")))
                .unwrap();
            assert_eq!(system.send(request).await.status, StatusCode::BAD_REQUEST, "{user} {name}");
        }
        assert_eq!(browser.get("/account").await.status, StatusCode::OK, "{user}: still signed in");
    }
}

#[tokio::test]
async fn too_many_searches_wait() {
    let system = TestSystem::new().await;
    let mut gp = system.signed_in("gp").await;
    gp.get("/people").await;
    let fields = [("by", "number"), ("nhs_number", "1")];
    for _ in 0..60 {
        assert_eq!(gp.post("/people", &fields).await.status, StatusCode::OK);
    }
    let answer = gp.post("/people", &fields).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!((answer.h1().as_str(), answer.header("retry-after")), ("Too many requests", "1"));
    assert!(answer.body.contains("Wait 1 second, then go back and try again."));
    assert_eq!(gp.get("/people").await.status, StatusCode::OK, "other pages are there");
    let mut coordinator = system.signed_in("coordinator").await;
    coordinator.get("/people").await;
    assert_eq!(coordinator.post("/people", &fields).await.status, StatusCode::OK, "others search on");
    system.wait(chrono::Duration::seconds(1));
    assert_eq!(gp.post("/people", &fields).await.status, StatusCode::OK);
}

/// A signatory signs agreements and reads what they cover; no address gives them a person or a figure.
#[tokio::test]
async fn a_signatory_gets_agreements_and_nothing_else() {
    use model::Role;
    let system = TestSystem::new().await;
    let user = store::users::User {
        id: policy::UserId("partner".into()),
        name: "The partner".into(),
        role: Role::Signatory,
        organisation: "E84002".into(),
        person: None,
    };
    store::users::create(&system.store, &user, crate::system::PASSWORD).await.unwrap();
    let mut browser = system.signed_in("partner").await;
    let open = ["/", "/agreements", "/agreements/removed", "/agreements/coverage"];
    for (route, _) in TABLE.iter().filter(|(route, _)| !route.starts_with("/account")) {
        let answer = browser.get(&filled(route)).await;
        assert_eq!(answer.status == StatusCode::OK, open.contains(route), "{route}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_visitor_is_sent_to_sign_in_and_back() {
    let system = TestSystem::new().await;
    let mut browser = system.browser();
    for (route, _) in TABLE {
        let answer = browser.get(&filled(route)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{route}");
        assert!(answer.header("location").starts_with("/sign-in?next=/"), "{route}");
    }
    for route in OPEN {
        assert_eq!(browser.get(route).await.status, StatusCode::OK, "{route}");
    }
    for route in STEPS {
        assert_eq!(browser.get(route).await.header("location"), "/sign-in", "{route}");
    }
    for route in POSTED.iter().chain(PROVIDER) {
        assert_eq!(browser.get(route).await.status, StatusCode::NOT_FOUND, "{route}");
    }
    let mut browser = system.browser();
    let answer = browser.get("/worklist?list=falls&page=2").await;
    browser.get(answer.header("location")).await;
    let fields = [("user", "gp"), ("password", crate::system::PASSWORD), ("next", "/worklist%3Flist=falls")];
    assert_eq!(browser.post("/sign-in", &fields).await.header("location"), "/worklist?list=falls");
}

#[tokio::test]
async fn what_is_not_there_says_so_with_a_way_back() {
    let system = TestSystem::new().await;
    let mut browser = system.signed_in("gp").await;
    for address in ["/nothing", "/people/x", "/people/-1", "/people/99999999999", "/feeds/x", "/sign-in/x"] {
        let answer = browser.get(address).await;
        assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&answer.status), "{address}");
        assert!(answer.body.contains("Go to your home page"), "{address}");
    }
}

#[tokio::test]
async fn assets_are_kept_and_pages_are_not() {
    let system = TestSystem::new().await;
    let mut browser = system.browser();
    let page = browser.get("/help").await;
    let css = page.body.split("href=\"").find(|part| part.starts_with("/assets/app.css")).unwrap();
    let answer = browser.get(css.split('"').next().unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    assert!(answer.header("cache-control").contains("immutable"));
    assert!(!answer.body.contains("assets.nhs.uk") && !answer.body.contains("@font-face"));
    assert_eq!(browser.get("/assets/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_are_not_compressed_and_forms_are_small() {
    let system = TestSystem::new().await;
    let mut gp = system.signed_in("gp").await;
    let css = gp.get("/account").await.body.split("href=\"/assets/").nth(1).unwrap().to_owned();
    let css = format!("/assets/{}", css.split('"').next().unwrap());
    for (address, encoding) in [("/account", ""), ("/people/1", ""), (css.as_str(), "gzip")] {
        let request = gp.request("GET", address).header("accept-encoding", "gzip");
        let answer = system.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(
            (answer.status, answer.header("content-encoding")),
            (StatusCode::OK, encoding),
            "{address}"
        );
    }
    let long = "x".repeat(17 * 1024);
    let fields = [("by", "name"), ("family_name", long.as_str())];
    assert_eq!(gp.post("/people", &fields).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(gp.post("/people", &[("by", "name"), ("family_name", "x")]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_failure_is_told_by_a_number_alone() {
    let system = TestSystem::new().await;
    let mut gp = system.signed_in("gp").await;
    system.store.clone().close().await.unwrap();
    let answer = gp.get("/people/1").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        !answer.body.to_lowercase().contains("database") && !answer.body.contains("pool"),
        "{}",
        answer.body
    );
    assert_eq!(answer.h1(), "Sorry, there is a problem");
}
