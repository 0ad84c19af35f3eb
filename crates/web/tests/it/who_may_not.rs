//! Every address and who may not: a visitor, the same role elsewhere, every other role, anybody once the practice has withdrawn.
//! An address of the router that has no entry fails the test. What an entry leaves open stands in one list, which only shrinks.

mod entries;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use entries::{ENTRIES, EXCEPTIONS, Entry, HELD};

use crate::district::{
    AGREEMENT, BRACK, District, OF_THE_PRACTICE, OSTRO, QUILL, ROLES, number_of, people_in, users_of,
};
use crate::system::{Answer, Browser};

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
        "POST /people/{person}/teams" => text(&[
            ("do", "refer"),
            ("team", "{other_team}"),
            ("reason", "Fell at home"),
            ("until", "2027-01-01"),
        ]),
        "POST /teams" => text(&[("name", "Another team"), ("organisation", "E84002")]),
        "POST /teams/{team}" => {
            text(&[("do", "add"), ("user", "coordinator"), ("since", "2026-11-20"), ("until", "2027-01-01")])
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
    let fields: Vec<_> =
        fields(route).into_iter().map(|(name, value)| (name, district.filled(&value))).collect();
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
        StatusCode::SERVICE_UNAVAILABLE => "wait",
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
                "open" => got == "ok" || (entry.withdrawn == "wait" && got == "wait"),
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
            let counts = entry.withdrawn == "wait" && word(&answer) == "wait";
            if word(&answer) != "ok" && !counts {
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
