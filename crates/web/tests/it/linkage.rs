//! Clerical review and un-merging, as a reviewer meets them.

use axum::http::StatusCode;
use model::{Demographics, PersonId, Role};
use policy::UserId;
use scraper::{Html, Selector};
use store::cases::{self, Case, Part, Side};
use store::identities::{self, Identity};
use store::users::{self, User};

use crate::system::{OWN, PASSWORD, STRANGER, TestSystem, day};

fn identity(source: &str, source_person: &str, person: PersonId) -> Identity {
    Identity {
        source: source.into(),
        source_person: source_person.into(),
        person,
        rule: "nhs_number".into(),
        reason: "The same NHS number".into(),
        as_at: Some(day(2026, 11, 1)),
        demographics_digest: 1,
    }
}

fn side(source: &str, source_person: &str, person: PersonId, family: &str) -> Side {
    let demographics = Demographics { family_name: family.into(), ..Demographics::default() };
    Side { source: source.into(), source_person: source_person.into(), person, demographics }
}

/// Two records of OWN, one of STRANGER; two doubtful links between the two people; a second reviewer.
async fn system() -> TestSystem {
    let system = TestSystem::new().await;
    let pipeline = system.store.pipeline();
    let mut writer = identities::begin(pipeline).await.unwrap();
    let known = [("gp:E84002", "a", OWN), ("sus_ae:R1K", "b", OWN), ("gp:E84013", "c", STRANGER)];
    writer.put(known.map(|(source, n, person)| identity(source, n, person)).into()).await.unwrap();
    let case = |source: &str, n: &str, probability| Case {
        one: side(source, n, OWN, "Okonkwo"),
        other: side("gp:E84013", "c", STRANGER, "Petrov"),
        probability,
        parts: vec![Part { field: "nhs_number".into(), level: "one digit differs".into(), bits: 12.0 }],
        prior: -12.0,
        taken_off: -1.0,
        opened_on: day(2026, 11, 19),
    };
    cases::put(&mut writer, vec![case("gp:E84002", "a", 0.55), case("sus_ae:R1K", "b", 0.9)]).await.unwrap();
    writer.commit().await.unwrap();
    let second = User {
        id: UserId("second".into()),
        name: "The second".into(),
        role: Role::GovernanceLead,
        organisation: "QRV".into(),
        person: None,
    };
    users::create(&system.store, &second, PASSWORD).await.unwrap();
    system
}

/// Addresses of the cases on a page, in its order.
fn cases_of(body: &str) -> Vec<String> {
    let html = Html::parse_document(body);
    let links = Selector::parse("table a[href^='/linkage/review/']").unwrap();
    html.select(&links).map(|link| link.attr("href").unwrap().to_owned()).collect()
}

fn words(body: &str, selector: &str) -> Vec<String> {
    let html = Html::parse_document(body);
    let found = Selector::parse(selector).unwrap();
    html.select(&found)
        .map(|e| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[tokio::test]
async fn a_verdict_opens_the_next_case_and_the_second_reviewer_is_asked() {
    let system = system().await;
    let mut lead = system.signed_in("governance").await;
    let queue = lead.get("/linkage/review").await;
    assert!(queue.body.contains("2 cases are open, 2 waiting for you."), "{}", queue.body);
    assert!(!queue.body.contains("Okonkwo"), "the queue names nobody");
    let [first, next] = cases_of(&queue.body).try_into().unwrap();

    let case = lead.get(&first).await;
    assert_eq!(case.h1(), "Are these two records the same person?");
    assert!(case.body.contains("Okonkwo") && case.body.contains("Petrov"));
    let cells = words(&case.body, "table.app-records tbody tr:nth-child(3) td");
    assert!(cells.iter().any(|cell| cell.contains("Different")), "{cells:?}");
    assert_eq!(words(&case.body, "button[name=verdict]"), ["Same person", "Different people", "Not sure"]);
    assert!(case.body.contains("+12.0") && case.body.contains("-12.0"));

    // Against the machine's leaning: another reviewer is asked, and the next case is there at once.
    let answer = lead.post(&first, &[("verdict", "different"), ("note", "Born apart")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let to = answer.header("location").to_owned();
    assert!(to.starts_with(&format!("{next}?outcome=asked&after=")), "{to}");
    let opened = lead.get(&to).await;
    assert!(opened.body.contains("Another reviewer is asked about that case before anything changes."));
    // With it: settled, and nothing is left to do.
    let answer = lead.post(&next, &[("verdict", "same"), ("note", "")]).await;
    assert!(answer.header("location").starts_with("/linkage/review?outcome=same"));
    let done = lead.get(answer.header("location")).await;
    assert!(done.body.contains("1 case is open, 0 waiting for you."), "{}", done.body);
    assert!(lead.get(&first).await.body.contains("Born apart"), "one's own answer is shown");

    let mut second = system.signed_in("second").await;
    let queue = second.get("/linkage/review").await;
    assert_eq!(cases_of(&queue.body), [first.as_str()]);
    assert!(words(&queue.body, ".nhsuk-tag").contains(&"Second".to_owned()));
    let case = second.get(&first).await;
    assert!(
        case.body.contains("Another reviewer has answered this case already")
            && !case.body.contains("Born apart")
    );
    let answer = second.post(&first, &[("verdict", "different")]).await;
    assert!(answer.header("location").starts_with("/linkage/review?outcome=different"));
    let settled = cases::settled(system.store.pipeline()).await.unwrap();
    assert_eq!(settled.iter().filter(|decision| decision.same).count(), 1);
    assert_eq!(settled.len(), 2);
    // The person reads who compared and judged.
    let mut person = system.signed_in("person").await;
    let accesses = person.get("/my-record/accesses").await;
    assert!(accesses.body.contains("Compared two records that may be of one person"));
    assert!(accesses.body.contains("Said whether two records are of one person"));
    assert!(!accesses.body.contains("Born apart"), "a note is for reviewers alone");
}

#[tokio::test]
async fn a_settled_case_is_opened_again_only_with_a_reason() {
    let system = system().await;
    let mut lead = system.signed_in("governance").await;
    let first = cases_of(&lead.get("/linkage/review").await.body).remove(0);
    lead.get(&first).await;
    assert_eq!(lead.post(&first, &[("verdict", "maybe")]).await.status, StatusCode::BAD_REQUEST);
    let long = "x".repeat(501);
    assert!(lead.post(&first, &[("verdict", "same"), ("note", &long)]).await.body.contains("500 characters"));
    lead.post(&first, &[("verdict", "same")]).await;
    let settled = lead.get(&first).await;
    assert!(settled.body.contains("Settled: the same person"));
    assert!(words(&settled.body, "button[name=verdict]").is_empty());
    let again = lead.post(&first, &[("reopen", "yes"), ("reason", "")]).await;
    assert!(again.body.contains("Enter a reason"));
    let again = lead.post(&first, &[("reopen", "yes"), ("reason", "The practice wrote")]).await;
    assert_eq!(again.header("location"), first);
    let open = lead.get(&first).await;
    assert_eq!(words(&open.body, "button[name=verdict]").len(), 3);
    assert!(cases::settled(system.store.pipeline()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_gp_parts_a_record_and_is_told_who_saw_it() {
    let system = system().await;
    let mut coordinator = system.signed_in("coordinator").await;
    coordinator.get(&format!("/people/{OWN}")).await;
    let page = coordinator.get(&format!("/people/{OWN}/linkage")).await;
    assert!(page.body.contains("The same NHS number") && !page.body.contains("This is somebody else"));

    let mut gp = system.signed_in("gp").await;
    let record = gp.get(&format!("/people/{OWN}")).await;
    assert!(record.body.contains(&format!("/people/{OWN}/linkage")), "the record leads there");
    let page = gp.get(&format!("/people/{OWN}/linkage")).await;
    assert!(page.body.contains("2 records of services here are"));
    let ask = format!("/people/{OWN}/linkage/part?record=2");
    assert!(page.body.contains(&ask));
    assert_eq!(gp.get(&ask).await.h1(), "Is this record somebody else's?");
    let part = format!("/people/{OWN}/linkage/part");
    let which = [("source", "sus_ae:R1K"), ("source_person", "b")];
    let without = gp.post(&part, &[which[0], which[1], ("reason", "")]).await;
    assert!(without.body.contains("Enter a reason"));
    let answer = gp.post(&part, &[which[0], which[1], ("reason", "Another woman")]).await;
    let parting = answer.header("location").to_owned();
    assert!(parting.starts_with(&format!("/people/{OWN}/linkage/partings/")), "{parting}");
    let saw = gp.get(&parting).await;
    assert_eq!(saw.h1(), "Who saw the joined record");
    let rows = words(&saw.body, "table tbody tr");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].contains("The gp") && rows[1].contains("The coordinator"));
    let settled = cases::settled(system.store.pipeline()).await.unwrap();
    assert_eq!(settled.len(), 1);
    assert!(!settled[0].same);
    assert!(gp.get(&format!("/people/{OWN}/linkage")).await.body.contains("Parts at the next run"));

    gp.get(&parting).await;
    let back = gp.post(&parting, &[("reason", "It is hers")]).await;
    assert_eq!(back.header("location"), format!("/people/{OWN}/linkage"));
    assert!(cases::settled(system.store.pipeline()).await.unwrap().is_empty());
}

#[tokio::test]
async fn linkage_of_a_stranger_and_of_nobody_look_the_same() {
    let system = system().await;
    let mut gp = system.signed_in("gp").await;
    for end in ["linkage", "linkage/part?record=1", "linkage/partings/1"] {
        let stranger = gp.get(&format!("/people/{STRANGER}/{end}")).await;
        let nobody = gp.get(&format!("/people/999/{end}")).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND, "{end}");
        assert_eq!(stranger.body, nobody.body, "{end}");
    }
    gp.get(&format!("/people/{OWN}/linkage/part?record=1")).await;
    let fields = [("source", "gp:E84013"), ("source_person", "c"), ("reason", "x")];
    let refused = gp.post(&format!("/people/{STRANGER}/linkage/part"), &fields).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    // A record of somebody else's person is not parted by way of one's own.
    let elsewhere = gp.post(&format!("/people/{OWN}/linkage/part"), &fields).await;
    assert_eq!(elsewhere.header("location"), format!("/people/{OWN}/linkage"));
    assert!(cases::settled(system.store.pipeline()).await.unwrap().is_empty());
}

#[tokio::test]
async fn linkage_quality_is_counts_as_a_page_and_as_a_file() {
    use store::quality::{self, Line, Quality, Tried};
    let system = system().await;
    let line = |group: &str, people| Line {
        by: "Sex".into(),
        group: group.into(),
        people,
        records: people * 2,
        linked: people,
        no_number: people / 4,
        open_cases: 2,
        by_number: people,
        tried: Tried { records: people / 4, found: people / 4 - people / 50, wrong: 2 },
    };
    let everybody = Line {
        by: quality::EVERYBODY.into(),
        tried: Tried { records: 5_000, found: 4_900, wrong: 1 },
        ..line(quality::EVERYBODY, 7_906)
    };
    let lines = vec![everybody, line("Female", 4_000), line("Indeterminate", 3), line("Male", 3_903)];
    let (as_at, tried_as_at) = (day(2026, 11, 19), Some(day(2026, 11, 18)));
    quality::put(system.store.pipeline(), &Quality { as_at, lines, tried_as_at }).await.unwrap();
    let mut commissioner = system.signed_in("commissioner").await;
    let page = commissioner.get("/linkage/quality").await;
    assert!(page.body.contains("8,000") && page.body.contains("50.0%") && page.body.contains("7 or fewer"));
    let most = "Records of people whose sex is female are missed most: without an NHS number 1 in 12 (8.0%";
    assert!(page.body.contains(most), "{}", page.body);
    assert!(page.body.contains("98.0% (97.6 to 98.4)") && page.body.contains("as at 18 November 2026"));
    let file = commissioner.get("/linkage/quality.csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.body.starts_with("by,group,people"));
    assert!(file.body.contains("\"Sex\",\"Female\",\"4000\""), "{}", file.body);
    assert!(!file.body.contains("\"3\"") && !file.body.contains("3903"), "{}", file.body);
}
