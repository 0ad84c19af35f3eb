//! Nobody's data leave without an audit row that names them: every address, asked by every kind of user, for every person, and
//! whoever stands in the answer is looked for in the rows that the request wrote.

use std::collections::{BTreeMap, BTreeSet};

use model::{PersonId, Purpose, Role};
use policy::{Access, Action, Resource, UserId};
use store::Page;
use store::audit::{self, Entry, Filter};
use store::users::{self, User};

use crate::district::{BRACK, District, FORMER, KNOWN, OSTRO, QUILL, ROLES, number_of, people_in, users_of};
use crate::system::{Answer, Browser, PASSWORD};

/// What the auditor of this test sees: rows that one user wrote after a row, oldest first.
async fn rows(district: &District, user: &str, after: i64) -> Vec<Entry> {
    let access = Access {
        user: UserId("auditor".into()),
        display_name: "The auditor".into(),
        role: Role::GovernanceLead,
        organisation: "QRV".into(),
        purpose: Purpose::Governance,
        reason: None,
        correlation: "test".into(),
        session: String::new(),
        at: district.system.now(),
        person: None,
    };
    let store = &district.system.store;
    let permit = store.request(&access, Action::SearchAudit, Resource::Audit).await.unwrap();
    let filter = Filter { user: Some(user.to_owned()), ..Filter::default() };
    let (_, mut entries) = audit::search(store, &permit, &filter, Page::FIRST).await.unwrap();
    entries.retain(|entry| entry.id > after);
    entries.reverse();
    entries
}

/// What was asked: its address, the fields of a form, and what it is called in a complaint.
struct Asked {
    address: String,
    fields: Option<Vec<(&'static str, String)>>,
}

fn get(address: impl Into<String>) -> Asked {
    Asked { address: address.into(), fields: None }
}

fn post(address: impl Into<String>, fields: &[(&'static str, &str)]) -> Asked {
    let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Asked { address: address.into(), fields: Some(fields) }
}

/// Every address that takes GET, for every person where it names one, and lists in each of their forms; then every form.
fn asked(district: &District) -> Vec<Asked> {
    let mut all = Vec::new();
    for route in super::routes::gets() {
        if route.contains("{person}") {
            let of = |known: &crate::district::Known| route.replace("{person}", &known.id.to_string());
            all.extend(KNOWN.iter().map(|known| get(district.filled(&of(known)))));
        } else {
            all.push(get(district.filled(route)));
        }
    }
    all.extend(
        ["list=falls", "list=falls&page=2", "list=falls&age=85%2B"]
            .map(|query| get(format!("/worklist?{query}"))),
    );
    all.push(get("/caseload?page=2"));
    for known in KNOWN {
        all.push(get(format!("/audit?person={}", known.id)));
        all.push(get(format!("/people/{}/linkage/part?record=1", known.id)));
    }
    for sign in
        ["own_record", "same_surname", "same_address", "colleague", "volume", "out_of_hours", "no_later_care"]
    {
        all.push(get(format!("/audit/unusual?sign={sign}")));
    }
    all.extend((1..=12).map(|row| get(format!("/audit/rows/{row}"))));
    for known in &KNOWN[..4] {
        let number = number_of(known.id).digits();
        all.push(post("/people", &[("by", "number"), ("nhs_number", &number)]));
        let born = [("day", "9"), ("month", "3"), ("year", "1941")];
        all.push(post(
            "/people",
            &[("by", "name"), ("family_name", known.family), born[0], born[1], born[2]],
        ));
        all.push(post("/objections", &[("nhs_number", &number), ("kind", "type_1")]));
        all.push(post("/objections", &[("nhs_number", &number), ("kind", "proxy"), ("user", "nobody")]));
        let which = [("source", "sus_apc:RYJ"), ("source_person", "apc-1")];
        all.push(post(format!("/people/{}/linkage/part", known.id), &[which[0], which[1], ("reason", "")]));
    }
    for (route, fields) in [
        ("/people/{person}/linkage/partings/{parting}", &[("reason", "")][..]),
        ("/audit/rows/{row}", &[("verdict", ""), ("note", "")]),
        ("/audit/questions/{question}", &[("answer", "")]),
        ("/linkage/review/{case}", &[("verdict", "unsure"), ("note", &"x".repeat(501))]),
        ("/linkage/review/{case}", &[("verdict", "same")]),
        ("/my-record/accesses/{row}/ask", &[("question", "")]),
        ("/my-record/choices", &[("kind", "organisation"), ("do", "object")]),
        ("/people/{person}/teams", &[("do", "refer")]),
        ("/people/{person}/teams", &[("do", "end"), ("team", "1"), ("ended", "")]),
        ("/teams/{team}", &[("do", "add")]),
        ("/teams", &[("name", "")]),
    ] {
        all.push(post(district.filled(route), fields));
    }
    all
}

async fn send(browser: &mut Browser<'_>, asked: &Asked) -> (Answer, String) {
    let Some(fields) = &asked.fields else {
        return (browser.get(&asked.address).await, asked.address.clone());
    };
    let sent = format!("{} {fields:?}", asked.address);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    (browser.post(&asked.address, &fields).await, sent)
}

/// Pages that neither show nor count anything about people.
fn is_empty_form(address: &str) -> bool {
    let plain = ["/help", "/accessibility", "/privacy", "/people", "/"];
    plain.contains(&address)
        || address.ends_with("/emergency")
        || ["/account", "/sign-in", "/sign-out", "/assets/"].iter().any(|of| address.starts_with(of))
}

#[tokio::test]
async fn nobodys_data_leave_without_a_row_that_names_them() {
    let district = District::new().await;
    let (mut unnamed, mut unwritten) = (Vec::new(), Vec::new());
    let mut left: BTreeMap<&str, BTreeSet<PersonId>> = BTreeMap::new();
    let (mut requests, mut namings) = (0_u32, 0_u32);
    for user in ROLES.iter().flat_map(|role| users_of(role)) {
        let mut browser = district.system.signed_in(user).await;
        browser.get("/account").await;
        let mut last = rows(&district, user, 0).await.last().map_or(0, |entry| entry.id);
        for asked in asked(&district) {
            // One may search sixty times a minute, and take a file ten times.
            district.system.wait(chrono::Duration::milliseconds(1_100));
            let (answer, sent) = send(&mut browser, &asked).await;
            requests += 1;
            let written = rows(&district, user, last).await;
            last = written.last().map_or(last, |entry| entry.id);
            let permitted = || written.iter().filter(|entry| entry.permitted);
            let named: BTreeSet<PersonId> =
                permitted().flat_map(|entry| entry.person.into_iter().chain(entry.shown())).collect();
            let gone = people_in(&format!("{} {}", answer.header("location"), answer.body), &sent);
            namings += u32::try_from(gone.len()).unwrap();
            unnamed.extend(gone.difference(&named).map(|person| format!("{user} {sent}: {person}")));
            left.entry(user).or_default().extend(gone);
            let counts =
                answer.status.is_success() && asked.fields.is_none() && !is_empty_form(&asked.address);
            if counts && permitted().count() == 0 {
                unwritten.push(format!("{user} {sent}"));
            }
        }
    }
    assert!(unnamed.is_empty(), "people without a row:\n{}", unnamed.join("\n"));
    assert!(unwritten.is_empty(), "answers without a row:\n{}", unwritten.join("\n"));
    // The comparison was of something: who may see them did, and a commissioner and a signatory saw nobody.
    let seen = |user: &str| left[user].clone();
    assert_eq!(seen("gp"), [QUILL, BRACK, FORMER].into());
    assert!(seen("coordinator").contains(&QUILL) && seen("quill").contains(&BRACK));
    assert_eq!(seen("ostro"), [OSTRO].into());
    assert!(seen("social-worker").contains(&QUILL) && seen("social-worker-elsewhere") == [OSTRO].into());
    for nobody in ["commissioner", "commissioner-elsewhere", "partner", "partner-elsewhere"] {
        assert!(seen(nobody).is_empty(), "{nobody}: {:?}", seen(nobody));
    }
    println!("{requests} requests, {namings} times somebody's data left, 0 people without a row");
    assert!(audit::verify(&district.system.store).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_person_reads_on_which_lists_they_were() {
    let district = District::new().await;
    district.system.signed_in("gp").await.get("/worklist?list=falls").await;
    let mut quill = district.system.signed_in("quill").await;
    let looks = quill.get("/my-record/accesses").await;
    assert!(looks.body.contains("Looked at a worklist"), "{}", looks.body);
    assert_eq!(people_in(&looks.body, ""), [].into(), "who else was on the list is not for them");
    let mut ostro = district.system.signed_in("ostro").await;
    assert!(!ostro.get("/my-record/accesses").await.body.contains("Looked at a worklist"));
    // It can be asked about, like an opening.
    let line = looks.body.split("Looked at a worklist").nth(1).unwrap();
    let row = line.split("/my-record/accesses/").nth(1).unwrap();
    let row: String = row.chars().take_while(char::is_ascii_digit).collect();
    let ask = format!("/my-record/accesses/{row}/ask");
    assert!(quill.get(&ask).await.body.contains("Looked at a worklist"));
    let asked = quill.post(&ask, &[("question", "Which list?")]).await;
    assert_eq!(asked.header("location"), "/my-record/accesses");
    assert!(quill.get("/my-record/accesses").await.body.contains("Which list?"));
}

#[tokio::test]
async fn a_number_no_longer_in_use_leads_to_whom_it_became() {
    let district = District::new().await;
    let mut gp = district.system.signed_in("gp").await;
    let last = rows(&district, "gp", 0).await.last().map_or(0, |entry| entry.id);
    for page in ["", "/timeline", "/linkage"] {
        let answer = gp.get(&format!("/people/{FORMER}{page}")).await;
        assert_eq!(answer.header("location"), format!("/people/{QUILL}{page}"));
        assert_eq!(gp.get(answer.header("location")).await.status, axum::http::StatusCode::OK);
    }
    let written = rows(&district, "gp", last).await;
    let asked = written.iter().find(|entry| entry.person == Some(QUILL)).unwrap();
    assert!(asked.permitted && asked.subject == format!("asked for as {FORMER}"), "{asked:?}");
    // Their own account is theirs under the new number.
    let account = User {
        id: UserId("former".into()),
        name: "The former".into(),
        role: Role::Person,
        organisation: String::new(),
        person: Some(FORMER),
    };
    users::create(&district.system.store, &account, PASSWORD).await.unwrap();
    let mut own = district.system.signed_in("former").await;
    assert_eq!(own.get("/my-record").await.status, axum::http::StatusCode::OK);
    let written = rows(&district, "former", 0).await;
    assert!(written.iter().any(|entry| entry.person == Some(QUILL) && entry.action == "open_own_record"));
    // Who may not see whom it became sees what they see of a number that nobody ever had.
    let mut elsewhere = district.system.signed_in("gp-elsewhere").await;
    for page in ["", "/timeline", "/linkage"] {
        let former = elsewhere.get(&format!("/people/{FORMER}{page}")).await;
        let nobody = elsewhere.get(&format!("/people/999{page}")).await;
        assert_eq!((former.status, &former.body), (nobody.status, &nobody.body), "{page}");
    }
}
