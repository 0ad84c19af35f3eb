//! What becomes of a source's data when its agreement is signed, withdrawn and signed again, from files to figures.

use std::path::Path;

use chrono::Utc;
use model::agreement::Change;
use model::{Objection, PersonId, Purpose, Role};
use pipeline::{Deployment, Quiet};
use policy::{Access, Action, Permit, Resource, UserId};
use serde::Deserialize;
use store::{Page, agreements, generations, objections, sources};
use warehouse::WarehouseError;
use warehouse::marts::Marts;

use crate::command::{deployment, json, synth};

fn access(role: Role, purpose: Purpose, organisation: &str) -> Access {
    Access {
        user: UserId(role.name().into()),
        display_name: role.label().into(),
        role,
        organisation: organisation.into(),
        purpose,
        reason: None,
        correlation: "test".into(),
        session: String::new(),
        at: Utc::now(),
        person: None,
    }
}

/// The practice withdraws from (or signs) the agreement of its feed for a purpose.
async fn change(deployment: &Deployment, practice: &str, purpose: Purpose, sign: bool) {
    let who = access(Role::Signatory, Purpose::Governance, practice);
    let permit = deployment.store.request(&who, Action::SignAgreement, Resource::Agreements).await.unwrap();
    let change = if sign {
        Change::Signed { organisations: [practice.to_owned()].into() }
    } else {
        Change::Withdrawn { organisation: practice.into(), reason: "The partners decided so".into() }
    };
    let id = format!("gp-{}", purpose.name());
    agreements::change(&deployment.store, &permit, &id, change).await.unwrap().unwrap();
}

#[derive(Deserialize)]
struct Counted {
    practice: String,
    n: i64,
}

/// Leave for a commissioner of the area to read figures.
async fn planner(deployment: &Deployment) -> Permit {
    let who = access(Role::Commissioner, Purpose::Planning, "QRV");
    deployment.store.request(&who, Action::ViewPopulation, Resource::Marts).await.unwrap()
}

/// The figures that a permit may read; nothing while they are not counted anew.
async fn marts_of(deployment: &Deployment, permit: &Permit) -> Option<Marts> {
    let current = generations::current(&deployment.store).await.unwrap().unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&current.manifest).unwrap();
    let figures = deployment.figures(manifest["key"].as_str().unwrap(), permit.cover().figures());
    if figures.exists() { Some(Marts::open(&figures).await.unwrap()) } else { None }
}

const BY_PRACTICE: &str =
    "SELECT practice, SUM(people) AS n FROM group_people GROUP BY practice ORDER BY practice";

/// People in groups by practice, as a commissioner reads them.
async fn counted(deployment: &Deployment) -> Vec<(String, i64)> {
    let permit = planner(deployment).await;
    let marts = marts_of(deployment, &permit).await.unwrap();
    let rows: Vec<Counted> = marts.rows(&permit, BY_PRACTICE).await.unwrap();
    rows.into_iter().map(|row| (row.practice, row.n)).collect()
}

async fn recounted(deployment: &Deployment) -> usize {
    pipeline::recount(deployment, Utc::now(), &Quiet).await.unwrap()
}

async fn removed(deployment: &Deployment) -> Vec<(String, Purpose, bool)> {
    let who = access(Role::GovernanceLead, Purpose::Governance, "QRV");
    let permit = deployment.store.request(&who, Action::ViewAgreements, Resource::Agreements).await.unwrap();
    let all = sources::removed(&deployment.store, &permit, Page::FIRST).await.unwrap();
    all.into_iter().map(|line| (line.source, line.purpose, line.people > 0 && line.events > 0)).collect()
}

async fn open(dir: &Path) -> Deployment {
    Deployment::open(dir).await.unwrap()
}

#[test]
fn a_withdrawn_practice_is_counted_nowhere_at_once_gone_after_the_run_and_back_when_it_signs() {
    let folder = tempfile::tempdir().unwrap();
    let dir = deployment(folder.path(), &synth(folder.path(), 300, 1));
    let first = json(&dir, &["refresh"], 0);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (practice, all) = runtime.block_on(async {
        let deployment = open(&dir).await;
        let all = counted(&deployment).await;
        let before = marts_of(&deployment, &planner(&deployment).await).await.unwrap();
        let practice = all.first().unwrap().0.clone();
        change(&deployment, &practice, Purpose::Planning, false).await;
        // The figures of before are given to nobody; counted anew, before any run, they are everybody else's.
        let permit = planner(&deployment).await;
        let Err(WarehouseError::LeftOut(sources)) = before.rows::<Counted>(&permit, BY_PRACTICE).await else {
            panic!("the figures were given")
        };
        assert_eq!(sources, [format!("gp:{practice}")]);
        assert!(marts_of(&deployment, &permit).await.is_none());
        assert_eq!(recounted(&deployment).await, 1);
        assert_eq!(counted(&deployment).await, all[1..]);
        assert_eq!(recounted(&deployment).await, 0, "nothing is left to count");
        (practice, all)
    });
    let second = json(&dir, &["refresh"], 0);
    assert_eq!((&second["people"], &second["unchanged"]), (&first["people"], &false.into()));
    runtime.block_on(async {
        let deployment = open(&dir).await;
        assert_eq!(counted(&deployment).await, all[1..], "the run counts what was counted before it");
        assert_eq!(removed(&deployment).await, [(format!("gp:{practice}"), Purpose::Planning, true)]);
        change(&deployment, &practice, Purpose::Planning, true).await;
        change(&deployment, &practice, Purpose::DirectCare, false).await;
    });
    let third = json(&dir, &["refresh"], 0);
    assert!(third["events"].as_u64() < first["events"].as_u64());
    assert!(third["not_covered"].as_u64() > Some(0));
    runtime.block_on(async {
        let deployment = open(&dir).await;
        assert!(counted(&deployment).await.iter().all(|(code, _)| *code != practice));
        change(&deployment, &practice, Purpose::DirectCare, true).await;
    });
    let fourth = json(&dir, &["refresh"], 0);
    assert_eq!(fourth["digest"], first["digest"], "all is as it was");
    runtime.block_on(async {
        assert_eq!(counted(&open(&dir).await).await, all);
    });
}

#[test]
fn who_opted_out_is_counted_nowhere_at_once_never_alone_and_cared_for_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let dir = deployment(folder.path(), &synth(folder.path(), 300, 1));
    let first = json(&dir, &["refresh"], 0);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sum = |counted: &[(String, i64)]| counted.iter().map(|(_, n)| n).sum::<i64>();
    let (before, anew) = runtime.block_on(async {
        let deployment = open(&dir).await;
        let before = counted(&deployment).await;
        let who = access(Role::GovernanceLead, Purpose::Governance, "QRV");
        let kinds = [Objection::Sharing, Objection::NationalOptOut, Objection::Type1, Objection::Planning];
        let largest = before.iter().max_by_key(|(_, n)| *n).unwrap().0.clone();
        let all = warehouse::derived::practices(&facts(&deployment).await).unwrap();
        let people: Vec<PersonId> =
            all.into_iter().filter(|(_, practice)| *practice == largest).map(|(person, _)| person).collect();
        let mut last = before.clone();
        for (person, objection) in people.iter().zip(&kinds) {
            ask(&deployment, &who, *person, objection).await;
            let due = usize::from(objection.excludes_from_planning());
            assert_eq!(recounted(&deployment).await, due, "{objection:?}");
            let now = counted(&deployment).await;
            // Nobody, or ten and more of one practice: from no two figures can one person's part be had.
            let gone = sum(&last) - sum(&now);
            assert!(gone == 0 || gone >= 9, "{objection:?}: {gone} left the figures");
            assert!(last.iter().all(|(code, n)| *code == largest || now.contains(&(code.clone(), *n))));
            last = now;
        }
        (before, last)
    });
    assert!(sum(&before) - sum(&anew) >= 9);
    let second = json(&dir, &["refresh"], 0);
    assert_eq!(second["people"], first["people"], "direct care is another matter");
    let after = runtime.block_on(async { counted(&open(&dir).await).await });
    assert_eq!(after, anew, "a run without new data changes nothing that one person could be told from");
}

async fn facts(deployment: &Deployment) -> std::path::PathBuf {
    let current = generations::current(&deployment.store).await.unwrap().unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&current.manifest).unwrap();
    deployment.facts(manifest["facts"].as_str().unwrap()).join("facts")
}

async fn ask(deployment: &Deployment, who: &Access, person: PersonId, objection: &Objection) {
    let request = deployment.store.request(who, Action::RecordObjection, Resource::Person(person));
    assert!(objections::set(&deployment.store, &request.await.unwrap(), objection, true).await.unwrap());
}
