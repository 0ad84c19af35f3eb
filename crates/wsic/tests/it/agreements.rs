//! What becomes of a source's data when its agreement is signed, withdrawn and signed again, from files to figures.

use std::path::Path;

use chrono::Utc;
use model::agreement::Change;
use model::{Objection, PersonId, Purpose, Role};
use pipeline::Deployment;
use policy::{Access, Action, Resource, UserId};
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

/// People in groups by practice, as a commissioner of the area reads them.
async fn counted(deployment: &Deployment) -> Result<Vec<(String, i64)>, WarehouseError> {
    let who = access(Role::Commissioner, Purpose::Planning, "QRV");
    let permit = deployment.store.request(&who, Action::ViewPopulation, Resource::Marts).await.unwrap();
    let current = generations::current(&deployment.store).await.unwrap().unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&current.manifest).unwrap();
    let marts = Marts::open(&deployment.marts(manifest["key"].as_str().unwrap())).await.unwrap();
    let sql = "SELECT practice, SUM(people) AS n FROM group_people GROUP BY practice ORDER BY practice";
    let rows: Vec<Counted> = marts.rows(&permit, sql).await?;
    Ok(rows.into_iter().map(|row| (row.practice, row.n)).collect())
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
        let all = counted(&deployment).await.unwrap();
        let practice = all.first().unwrap().0.clone();
        change(&deployment, &practice, Purpose::Planning, false).await;
        // The sums hold the practice's people and cannot be taken apart: nothing is given.
        let withheld = counted(&deployment).await;
        let Err(WarehouseError::LeftOut(sources)) = withheld else { panic!("the figures were given") };
        assert_eq!(sources, [format!("gp:{practice}")]);
        (practice, all)
    });
    let second = json(&dir, &["refresh"], 0);
    assert_eq!((&second["people"], &second["unchanged"]), (&first["people"], &false.into()));
    runtime.block_on(async {
        let deployment = open(&dir).await;
        let left = counted(&deployment).await.unwrap();
        assert_eq!(left, all[1..], "everybody else's figures, and only theirs");
        assert_eq!(removed(&deployment).await, [(format!("gp:{practice}"), Purpose::Planning, true)]);
        change(&deployment, &practice, Purpose::Planning, true).await;
        change(&deployment, &practice, Purpose::DirectCare, false).await;
    });
    let third = json(&dir, &["refresh"], 0);
    assert!(third["events"].as_u64() < first["events"].as_u64());
    assert!(third["not_covered"].as_u64() > Some(0));
    runtime.block_on(async {
        let deployment = open(&dir).await;
        assert!(counted(&deployment).await.unwrap().iter().all(|(code, _)| *code != practice));
        change(&deployment, &practice, Purpose::DirectCare, true).await;
    });
    let fourth = json(&dir, &["refresh"], 0);
    assert_eq!(fourth["digest"], first["digest"], "all is as it was");
    runtime.block_on(async {
        assert_eq!(counted(&open(&dir).await).await.unwrap(), all);
    });
}

#[test]
fn who_opted_out_is_counted_nowhere_and_cared_for_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let dir = deployment(folder.path(), &synth(folder.path(), 200, 1));
    let first = json(&dir, &["refresh"], 0);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let before: i64 = runtime.block_on(async {
        let deployment = open(&dir).await;
        let who = access(Role::GovernanceLead, Purpose::Governance, "QRV");
        let kinds = [Objection::NationalOptOut, Objection::Type1, Objection::Planning, Objection::Sharing];
        let grouped = warehouse::derived::practices(&facts(&deployment).await).unwrap();
        for ((person, _), objection) in grouped.into_iter().zip(kinds) {
            ask(&deployment, &who, person, &objection).await;
        }
        counted(&deployment).await.unwrap().iter().map(|(_, n)| n).sum()
    });
    let second = json(&dir, &["refresh"], 0);
    assert_eq!(second["people"], first["people"], "direct care is another matter");
    let after: i64 =
        runtime.block_on(async { counted(&open(&dir).await).await.unwrap().iter().map(|(_, n)| n).sum() });
    assert_eq!(before - after, 3, "three of the four objections are to being counted");
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
