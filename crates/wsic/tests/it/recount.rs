//! How long figures are away when what may be counted has changed.

use std::time::Instant;

use chrono::Utc;
use model::agreement::Change;
use model::{Objection, Purpose, Role};
use pipeline::{Deployment, Quiet};
use policy::{Action, Resource, UserId};
use store::{agreements, objections, users};

use crate::command::run;
use crate::exits::access;

#[test]
#[ignore = "makes a demonstration of PEOPLE people (20,000) and takes minutes: docs/benchmarks.md, Figures under agreements and objections"]
fn how_long_counting_anew_takes() {
    let people = std::env::var("PEOPLE").unwrap_or_else(|_| "20000".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let begun = Instant::now();
    run(folder.path(), &["demo", dir.to_str().unwrap(), "--people", &people, "--no-serve", "--quiet"], 0);
    println!("{people} people, made in {:.0} s", begun.elapsed().as_secs_f64());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(16 << 20).build().unwrap();
    runtime.block_on(async {
        let deployment = Deployment::open(&dir).await.unwrap();
        let user = async |id: &str| users::get(&deployment.store, &UserId(id.into())).await.unwrap().unwrap();
        let person = user("person").await.person.unwrap();
        let practice = user("gp").await.organisation;
        object(&deployment, person).await;
        took(&deployment, "one person objects").await;
        signs(&deployment, &practice, false).await;
        took(&deployment, "a practice withdraws").await;
        signs(&deployment, &practice, true).await;
        took(&deployment, "it signs again").await;
    });
}

async fn object(deployment: &Deployment, person: model::PersonId) {
    let who = access(Role::GovernanceLead, Purpose::Governance, "QRV");
    let permit =
        deployment.store.request(&who, Action::RecordObjection, Resource::Person(person)).await.unwrap();
    assert!(objections::set(&deployment.store, &permit, &Objection::NationalOptOut, true).await.unwrap());
}

async fn signs(deployment: &Deployment, practice: &str, sign: bool) {
    let who = access(Role::Signatory, Purpose::Governance, practice);
    let permit = deployment.store.request(&who, Action::SignAgreement, Resource::Agreements).await.unwrap();
    let organisation = practice.to_owned();
    let change = if sign {
        Change::Signed { organisations: [organisation].into() }
    } else {
        Change::Withdrawn { organisation, reason: "The partners decided so".into() }
    };
    agreements::change(&deployment.store, &permit, "DSA-0002", change).await.unwrap().unwrap();
}

async fn took(deployment: &Deployment, what: &str) {
    let begun = Instant::now();
    let made = pipeline::recount(deployment, Utc::now(), &Quiet).await.unwrap();
    assert!(made > 0, "{what}");
    println!("| {what} | {:.1} |", begun.elapsed().as_secs_f64());
}
