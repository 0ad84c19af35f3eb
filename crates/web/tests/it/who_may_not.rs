//! Every address and who may not: a visitor, the same role elsewhere, every other role, anybody once the practice has withdrawn.
//! An address of the router that has no entry fails the test. What an entry leaves open stands in one list, which only shrinks.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;

use crate::district::{
    AGREEMENT, BRACK, District, OF_THE_PRACTICE, OSTRO, QUILL, ROLES, number_of, people_in, users_of,
};
use crate::system::{Answer, Browser};

/// One address and method, and what each of four gets.
///
/// `who` names the roles that may and what the same role gets elsewhere; every role that is not named is refused. `visitor` is what
/// somebody who has not signed in gets; `withdrawn` what the first role of `who` gets once the practice has withdrawn.
/// in = sent to sign in; no = refused, with the rule's sentence; none = not found; held = withheld until the next run; own = an
/// answer with their own people and agreements only; less = an answer without anything that the practice said; open = as if
/// nothing stood against it.
struct Entry {
    route: &'static str,
    visitor: &'static str,
    who: &'static str,
    withdrawn: &'static str,
}

const fn e(route: &'static str, visitor: &'static str, who: &'static str, withdrawn: &'static str) -> Entry {
    Entry { route, visitor, who, withdrawn }
}

const ALL_OWN: &str = "gp:own coordinator:own commissioner:own governance:own person:own signatory:own";

/// A route that does two things for two roles stands twice, told apart after `#`.
#[rustfmt::skip]
const ENTRIES: &[Entry] = &[
    e("GET /", "in", ALL_OWN, "less"),
    e("GET /people", "in", "gp:own coordinator:own", "less"),
    e("POST /people", "in", "gp:own coordinator:own", "no"),
    e("GET /people/{person}", "in", "gp:none coordinator:none", "no"),
    e("GET /people/{person}/timeline", "in", "gp:none coordinator:none", "no"),
    e("GET /people/{person}/linkage", "in", "gp:none coordinator:none governance:open", "no"),
    e("GET /people/{person}/linkage/part", "in", "gp:none governance:open", "no"),
    e("POST /people/{person}/linkage/part", "in", "gp:none governance:open", "no"),
    e("GET /people/{person}/linkage/partings/{parting}", "in", "gp:none governance:open", "no"),
    e("POST /people/{person}/linkage/partings/{parting}", "in", "gp:none governance:open", "no"),
    e("GET /worklist", "in", "gp:own coordinator:own", "no"),
    e("GET /caseload", "in", "coordinator:own", "less"),
    e("GET /population/groups", "in", "commissioner:no", "held"),
    e("GET /population/budget", "in", "commissioner:no", "held"),
    e("GET /population/indicators", "in", "commissioner:no", "held"),
    e("GET /population/indicators/{name}", "in", "commissioner:no", "held"),
    e("GET /audit", "in", "governance:open", "less"),
    e("GET /audit/unusual", "in", "governance:open", "less"),
    e("GET /audit/rows/{row}", "in", "governance:open", "less"),
    e("POST /audit/rows/{row}", "in", "governance:open", "less"),
    e("GET /audit/questions", "in", "governance:open", "less"),
    e("GET /audit/questions/{question}", "in", "governance:open", "less"),
    e("POST /audit/questions/{question}", "in", "governance:open", "less"),
    e("GET /agreements", "in", "commissioner:open governance:open signatory:own", "less"),
    e("GET /agreements/new", "in", "governance:open", "less"),
    e("POST /agreements/new", "in", "governance:open", "less"),
    e("GET /agreements/removed", "in", "governance:open signatory:open", "less"),
    e("GET /agreements/coverage", "in", "commissioner:open governance:open signatory:open", "less"),
    e("GET /agreements/coverage/{organisation}", "in", "commissioner:open governance:open signatory:open", "less"),
    e("GET /agreements/{id}", "in", "governance:open signatory:none", "less"),
    e("GET /agreements/{id}/edit", "in", "governance:open", "less"),
    e("GET /objections", "in", "governance:open", "less"),
    e("POST /objections", "in", "governance:open", "less"),
    e("GET /feeds", "in", "governance:open", "less"),
    e("GET /feeds/{file}", "in", "governance:open", "less"),
    e("GET /feeds/{file}/quarantine", "in", "governance:open", "less"),
    e("GET /linkage/review", "in", "governance:open", "less"),
    e("GET /linkage/review/{case}", "in", "governance:open", "none"),
    e("POST /linkage/review/{case}", "in", "governance:open", "none"),
    e("GET /linkage/quality", "in", "commissioner:held governance:open", "held"),
    e("GET /linkage/quality.csv", "in", "commissioner:held governance:open", "held"),
    e("GET /my-record", "in", "person:own", "less"),
    e("GET /my-record/accesses", "in", "person:own", "less"),
    e("GET /my-record/choices", "in", "person:own", "less"),
    e("POST /my-record/choices", "in", "person:own", "less"),
    e("GET /my-record/for/{person}", "in", "person:none", "none"),
    e("GET /my-record/accesses/{row}/ask", "in", "person:none", "less"),
    e("POST /my-record/accesses/{row}/ask", "in", "person:none", "less"),
    e("GET /account", "in", ALL_OWN, "less"),
    e("GET /account/password", "in", ALL_OWN, "less"),
    e("POST /account/password", "in", ALL_OWN, "less"),
    e("GET /account/second-factor", "in", ALL_OWN, "less"),
    e("POST /account/second-factor", "in", ALL_OWN, "less"),
    e("POST /account/second-factor/begin", "in", ALL_OWN, "less"),
    e("POST /account/stay", "in", ALL_OWN, "less"),
    e("POST /account/sign-out-everywhere", "in", ALL_OWN, "less"),
    // What agreements let is changed last.
    e("POST /agreements/{id}#suspend", "in", "governance:open", "less"),
    e("POST /agreements/{id}#sign", "in", "signatory:none", "less"),
    e("POST /agreements/{id}/edit", "in", "governance:open", "less"),
    e("GET /sign-in", "open", "", ""),
    e("POST /sign-in", "open", "", ""),
    e("GET /sign-in/code", "open", "", ""),
    e("POST /sign-in/code", "open", "", ""),
    e("GET /sign-in/password", "open", "", ""),
    e("POST /sign-in/password", "open", "", ""),
    e("GET /sign-in/provider", "open", "", ""),
    e("GET /sign-in/provider/return", "open", "", ""),
    e("POST /sign-in/provider/ended", "open", "", ""),
    e("GET /sign-out", "open", "", ""),
    e("POST /sign-out", "open", "", ""),
    e("GET /help", "open", "", ""),
    e("GET /accessibility", "open", "", ""),
    e("GET /privacy", "open", "", ""),
    e("GET /assets/{*name}", "open", "", ""),
];

/// What entries leave open, with the reason. It only shrinks: [`HELD`] is its size, and may be lowered and never raised.
const EXCEPTIONS: &[(&str, &[&str])] = &[
    (
        "visitor: signing in and out, what is said to everybody, and files of the pages' looks; nobody's data is in them",
        &[
            "GET /sign-in",
            "POST /sign-in",
            "GET /sign-in/code",
            "POST /sign-in/code",
            "GET /sign-in/password",
            "POST /sign-in/password",
            "GET /sign-in/provider",
            "GET /sign-in/provider/return",
            "POST /sign-in/provider/ended",
            "GET /sign-out",
            "POST /sign-out",
            "GET /help",
            "GET /accessibility",
            "GET /privacy",
            "GET /assets/{*name}",
        ],
    ),
    (
        "roles: everybody has a home page and an account, and sees nobody else's",
        &[
            "GET /",
            "GET /account",
            "GET /account/password",
            "POST /account/password",
            "GET /account/second-factor",
            "POST /account/second-factor",
            "POST /account/second-factor/begin",
            "POST /account/stay",
            "POST /account/sign-out-everywhere",
        ],
    ),
    (
        "governance elsewhere: the rules know one governance lead's office, for the whole area, and do not tell leads apart by \
         organisation",
        &[
            "GET /people/{person}/linkage",
            "GET /people/{person}/linkage/part",
            "POST /people/{person}/linkage/part",
            "GET /people/{person}/linkage/partings/{parting}",
            "POST /people/{person}/linkage/partings/{parting}",
            "GET /audit",
            "GET /audit/unusual",
            "GET /audit/rows/{row}",
            "POST /audit/rows/{row}",
            "GET /audit/questions",
            "GET /audit/questions/{question}",
            "POST /audit/questions/{question}",
            "GET /agreements",
            "GET /agreements/new",
            "POST /agreements/new",
            "GET /agreements/removed",
            "GET /agreements/coverage",
            "GET /agreements/coverage/{organisation}",
            "GET /agreements/{id}",
            "POST /agreements/{id}#suspend",
            "GET /agreements/{id}/edit",
            "POST /agreements/{id}/edit",
            "GET /objections",
            "POST /objections",
            "GET /feeds",
            "GET /feeds/{file}",
            "GET /feeds/{file}/quarantine",
            "GET /linkage/review",
            "GET /linkage/review/{case}",
            "POST /linkage/review/{case}",
            "GET /linkage/quality",
            "GET /linkage/quality.csv",
        ],
    ),
    (
        "commissioner elsewhere: who has signed for what is known to every commissioner of the area",
        &["GET /agreements", "GET /agreements/coverage", "GET /agreements/coverage/{organisation}"],
    ),
    (
        "signatory elsewhere: who has signed, and what was removed for want of it, is known to every signatory",
        &["GET /agreements/removed", "GET /agreements/coverage", "GET /agreements/coverage/{organisation}"],
    ),
];

/// How many exceptions there are. Lower it with each that goes.
const HELD: usize = 62;

/// Every method and address of the router, read from its source.
fn router() -> BTreeSet<String> {
    let source = include_str!("../../src/routes.rs");
    let mut all = BTreeSet::new();
    for line in source.lines().filter_map(|line| line.trim().split_once(".route(\"")) {
        let (route, how) = line.1.split_once('"').unwrap();
        for (call, method) in [("get(", "GET"), ("post(", "POST")] {
            if how.contains(call) {
                all.insert(format!("{method} {route}"));
            }
        }
        assert!(how.contains("get(") || how.contains("post("), "{route} takes neither GET nor POST");
        let other = ["put(", "delete(", "patch(", "any(", "on("].iter().find(|call| how.contains(**call));
        assert!(other.is_none(), "{route}: this test knows of GET and POST only");
    }
    assert_eq!(
        all.iter().map(|of| of.split_once(' ').unwrap().1).collect::<BTreeSet<_>>().len(),
        source.matches(".route(").count(),
        "an address stands on a line of its own"
    );
    for other in [".nest(", ".route_service(", ".nest_service(", ".fallback_service("] {
        assert!(!source.contains(other), "{other} hides addresses from this test");
    }
    all
}

fn route_of(entry: &Entry) -> &'static str {
    entry.route.split('#').next().unwrap()
}

/// The roles that may, with what they get elsewhere.
fn who(entry: &Entry) -> Vec<(&'static str, &'static str)> {
    entry.who.split_whitespace().map(|part| part.split_once(':').unwrap()).collect()
}

#[test]
fn every_address_has_an_entry_and_every_exception_a_reason() {
    let entries: BTreeSet<String> = ENTRIES.iter().map(|entry| route_of(entry).to_owned()).collect();
    let router = router();
    let missing: Vec<_> = router.difference(&entries).collect();
    assert!(missing.is_empty(), "say in ENTRIES who may not: {missing:?}");
    let gone: Vec<_> = entries.difference(&router).collect();
    assert!(gone.is_empty(), "these are no addresses any more: {gone:?}");

    let mut open: BTreeSet<(String, &str)> = BTreeSet::new();
    for entry in ENTRIES {
        if entry.visitor == "open" {
            open.insert(("visitor".into(), entry.route));
            continue;
        }
        let roles = who(entry);
        if roles.len() == ROLES.len() {
            open.insert(("roles".into(), entry.route));
        }
        let elsewhere = roles.iter().filter(|(_, elsewhere)| *elsewhere == "open");
        open.extend(elsewhere.map(|(role, _)| (format!("{role} elsewhere"), entry.route)));
        assert_ne!(entry.withdrawn, "open", "{}: a withdrawal holds everywhere", entry.route);
    }
    let mut excepted = BTreeSet::new();
    for (reason, routes) in EXCEPTIONS {
        let (column, _) = reason.split_once(": ").unwrap();
        for route in *routes {
            assert!(excepted.insert((column.to_owned(), *route)), "{route} is excepted twice for {column}");
        }
    }
    assert_eq!(open, excepted, "what is open is excepted with a reason, and nothing else is");
    assert!(excepted.len() <= HELD, "the list of exceptions only shrinks");
    assert_eq!(excepted.len(), HELD, "an exception has gone: lower HELD");
}

/// What a form of this address is sent with, so that it would do something if it were let.
fn fields(route: &str) -> Vec<(&'static str, String)> {
    let text = |fields: &[(&'static str, &str)]| {
        fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect::<Vec<_>>()
    };
    match route {
        "POST /people" => {
            let mut fields = text(&[("by", "number")]);
            fields.push(("nhs_number", number_of(QUILL).digits()));
            fields
        }
        "POST /people/{person}/linkage/part" => {
            text(&[("source", "sus_apc:RYJ"), ("source_person", "apc-1"), ("reason", "Another woman")])
        }
        "POST /people/{person}/linkage/partings/{parting}" => text(&[("reason", "It is hers")]),
        "POST /audit/rows/{row}" => text(&[("verdict", "explained"), ("note", "on call")]),
        "POST /audit/questions/{question}" => text(&[("answer", "Your GP.")]),
        "POST /agreements/{id}#suspend" => text(&[("do", "suspend"), ("suspend_reason", "A breach")]),
        "POST /agreements/{id}#sign" => text(&[("do", "sign")]),
        "POST /agreements/new" | "POST /agreements/{id}/edit" => text(&[
            ("title", AGREEMENT),
            ("suppliers.RYJ", "RYJ"),
            ("other_suppliers", "E84002"),
            ("other_recipients", "E84002"),
            ("feeds.gp", "gp"),
            ("activities.B3", "B3"),
            ("starts", "2026-11-01"),
            ("dpia", "DPIA 1"),
        ]),
        "POST /objections" => {
            let mut fields = text(&[("kind", "type_1")]);
            fields.push(("nhs_number", number_of(QUILL).digits()));
            fields
        }
        "POST /linkage/review/{case}" => text(&[("verdict", "same")]),
        "POST /my-record/choices" => text(&[("kind", "planning"), ("do", "object")]),
        "POST /my-record/accesses/{row}/ask" => text(&[("question", "And who told them?")]),
        _ => Vec::new(),
    }
}

fn address(district: &District, route: &str) -> String {
    let route = route.split('#').next().unwrap().split_once(' ').unwrap().1;
    // QUILL acts for BRACK.
    let person = if route == "/my-record/for/{person}" { BRACK } else { QUILL };
    let query = match route {
        "/worklist" => "?list=falls",
        "/people/{person}/linkage/part" => "?record=1",
        _ => "",
    };
    district.filled(&route.replace("{person}", &person.to_string())) + query
}

async fn send(browser: &mut Browser<'_>, district: &District, route: &str) -> (Answer, String) {
    let address = address(district, route);
    if route.starts_with("GET ") {
        return (browser.get(&address).await, address);
    }
    let fields = fields(route);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let sent = format!("{address} {fields:?}");
    (browser.post(address.split('?').next().unwrap(), &fields).await, sent)
}

/// What came back, in the table's words.
fn word(answer: &Answer) -> &'static str {
    match answer.status {
        StatusCode::OK => "ok",
        StatusCode::SEE_OTHER if answer.header("location").starts_with("/sign-in") => "in",
        StatusCode::SEE_OTHER => "ok",
        StatusCode::FORBIDDEN => "no",
        StatusCode::NOT_FOUND => "none",
        StatusCode::SERVICE_UNAVAILABLE if answer.h1() == "Figures are withheld" => "held",
        _ => "another",
    }
}

/// Browsers by user, signed in once each.
async fn browsers(district: &District) -> BTreeMap<&'static str, Browser<'_>> {
    let mut all = BTreeMap::new();
    for user in ROLES.iter().flat_map(|role| users_of(role)) {
        let mut browser = district.system.signed_in(user).await;
        browser.get("/account").await;
        all.insert(user, browser);
    }
    all
}

#[tokio::test]
async fn nobody_gets_what_their_role_and_organisation_do_not_let_them() {
    let district = District::new().await;
    let mut browsers = browsers(&district).await;
    let mut wrong = Vec::new();
    for entry in ENTRIES {
        let mut visitor = district.system.browser();
        visitor.get("/sign-in").await;
        let (answer, sent) = send(&mut visitor, &district, entry.route).await;
        assert!(people_in(&answer.body, &sent).is_empty(), "{}: a visitor was told of somebody", entry.route);
        let got = word(&answer);
        if got != "in" && entry.visitor == "in" {
            wrong.push(format!("{} a visitor: {got}", entry.route));
        }
        if entry.visitor == "open" {
            assert!(!answer.status.is_server_error(), "{}: {}", entry.route, answer.status);
            continue;
        }
        let may = who(entry);
        for role in ROLES {
            let here = may.iter().find(|(known, _)| *known == role);
            let [own, elsewhere] = users_of(role);
            if here.is_none() {
                let answer = send(browsers.get_mut(own).unwrap(), &district, entry.route).await.0;
                if !["no", "none"].contains(&word(&answer)) {
                    wrong.push(format!("{} {own}: {} {}", entry.route, word(&answer), answer.status));
                }
            }
            let expected = here.map_or("refused", |(_, expected)| *expected);
            // Those who are elsewhere may do what is excepted; it is done once, by those who are here.
            if expected == "open" && entry.route.starts_with("POST ") {
                continue;
            }
            let (answer, sent) = send(browsers.get_mut(elsewhere).unwrap(), &district, entry.route).await;
            let got = word(&answer);
            let right = match expected {
                "refused" => ["no", "none"].contains(&got),
                "own" => got == "ok" && only_theirs(&answer, &sent, elsewhere),
                "open" => got == "ok",
                other => got == other,
            };
            if !right {
                wrong.push(format!("{} {elsewhere}: {got}, not {expected}", entry.route));
            }
        }
    }
    // After everybody who may not, whoever may: that they were refused had no other reason.
    for entry in ENTRIES.iter().filter(|entry| entry.visitor != "open") {
        let posts = entry.route.starts_with("POST ");
        for (role, _) in who(entry).into_iter().take(if posts { 1 } else { ROLES.len() }) {
            let user = users_of(role)[0];
            let answer = send(browsers.get_mut(user).unwrap(), &district, entry.route).await.0;
            if word(&answer) != "ok" {
                wrong.push(format!("{} {user}: {}, though they may", entry.route, answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nobody of the practice, and no agreement that does not name them.
fn only_theirs(answer: &Answer, sent: &str, user: &str) -> bool {
    let people = people_in(&answer.body, sent);
    let names_agreement = user == "partner-elsewhere" && answer.body.contains(AGREEMENT);
    people.iter().all(|person| *person == OSTRO || ![QUILL, BRACK].contains(person)) && !names_agreement
}

#[tokio::test]
async fn a_withdrawal_holds_at_every_address() {
    let district = District::new().await;
    let mut browsers = browsers(&district).await;
    let before = {
        let gp = browsers.get_mut("gp").unwrap();
        gp.get(&format!("/people/{QUILL}/timeline")).await.body
    };
    assert!(before.contains("Marigold"), "the practice's words are there to begin with");
    district.withdraw().await;
    let mut wrong = Vec::new();
    for entry in ENTRIES.iter().filter(|entry| entry.visitor != "open") {
        for (at, (role, _)) in who(entry).into_iter().enumerate() {
            let user = users_of(role)[0];
            let browser = browsers.get_mut(user).unwrap();
            let (answer, sent) = send(browser, &district, entry.route).await;
            let got = word(&answer);
            let said =
                OF_THE_PRACTICE.iter().find(|mark| answer.body.contains(**mark) && !sent.contains(**mark));
            if let Some(said) = said {
                wrong.push(format!("{} {user}: the answer says {said}", entry.route));
            }
            let expected = if entry.withdrawn == "less" { "ok" } else { entry.withdrawn };
            if at == 0 && got != expected {
                wrong.push(format!("{} {user}: {got}, not {}", entry.route, entry.withdrawn));
            }
            // Signed out everywhere: here again for what follows.
            if entry.route.ends_with("everywhere") {
                *browser = district.system.signed_in(user).await;
                browser.get("/account").await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
