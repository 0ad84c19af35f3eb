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
    ("/people/{person}/timeline", ["ok", "ok", "none", "none", "no"]),
    ("/people/{person}/linkage", ["ok", "ok", "none", "ok", "no"]),
    ("/people/{person}/linkage/part", ["none", "none", "none", "none", "no"]),
    ("/people/{person}/linkage/partings/{parting}", ["none", "no", "none", "none", "no"]),
    ("/worklist", ["ok", "ok", "no", "no", "no"]),
    ("/caseload", ["no", "ok", "no", "no", "no"]),
    ("/population/groups", ["no", "no", "wait", "no", "no"]),
    ("/population/budget", ["no", "no", "wait", "no", "no"]),
    ("/population/indicators", ["no", "no", "wait", "no", "no"]),
    ("/population/indicators/{name}", ["no", "no", "wait", "no", "no"]),
    ("/audit", ["no", "no", "no", "ok", "no"]),
    ("/audit/unusual", ["no", "no", "no", "ok", "no"]),
    ("/audit/rows/{row}", ["no", "no", "no", "ok", "no"]),
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
];

/// Open to anyone.
const OPEN: &[&str] = &["/sign-in", "/sign-out", "/help", "/accessibility", "/privacy"];

const ROLES: [&str; 5] = ["gp", "coordinator", "commissioner", "governance", "person"];

fn filled(route: &str) -> String {
    route
        .replace("{person}", "1")
        .replace("{name}", "falls")
        .replace("{file}", &"ab".repeat(32))
        .replace("{parting}", "5")
        .replace("{case}", "ab12")
        .replace("{organisation}", "X99999")
        .replace("{id}", "DSA-9999")
        .replace("{row}", "1")
        .replace("{question}", "5")
}

#[test]
fn every_route_of_the_map_is_in_the_table() {
    let map = include_str!("../../src/routes.rs");
    let routes: Vec<&str> =
        map.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(routes.len() > 15);
    for route in routes.iter().filter(|route| !route.starts_with("/assets/")) {
        let known = TABLE.iter().any(|(known, _)| known == route) || OPEN.contains(route);
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
            check_headers(route, &answer);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check_headers(route: &str, answer: &crate::system::Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"), "{route}");
    assert!(!policy.contains("unsafe"), "{route}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{route}");
    if answer.status != StatusCode::SEE_OTHER {
        assert_eq!(answer.header("cache-control"), "no-store", "{route}");
    }
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
    for (route, _) in TABLE {
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
