//! What people settle about links, and what the next day makes of it.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::Utc;
use model::{PersonId, Purpose, Role};
use pipeline::Deployment;
use policy::{Access, Action, Resource, UserId};
use store::cases::SourcePerson;
use store::{identities, partings};

use crate::command::{deployment, json, synth};

/// Whom each record is of.
async fn people(deployment: &Deployment) -> BTreeMap<SourcePerson, PersonId> {
    let mut people = BTreeMap::new();
    identities::each(deployment.store.pipeline(), |part| {
        people.extend(part.into_iter().map(|i| ((i.source, i.source_person), i.person)));
    })
    .await
    .unwrap();
    people
}

/// A governance lead says that the first record of somebody with three or more is somebody else's.
async fn part_one(dir: &Path) -> (SourcePerson, BTreeMap<SourcePerson, PersonId>) {
    let deployment = Deployment::open(dir).await.unwrap();
    let before = people(&deployment).await;
    let of = |person: &PersonId| before.values().filter(|other| *other == person).count();
    let (record, person) = before.iter().find(|(_, person)| of(person) >= 3).unwrap();
    let lead = Access {
        user: UserId("lead".into()),
        display_name: "Governance lead".into(),
        role: Role::GovernanceLead,
        organisation: "QRV".into(),
        purpose: Purpose::Governance,
        reason: None,
        correlation: "test".into(),
        session: String::new(),
        at: Utc::now(),
        person: None,
    };
    let permit =
        deployment.store.request(&lead, Action::PartPerson, Resource::Person(*person)).await.unwrap();
    assert!(
        partings::part(&deployment.store, &permit, record, "Told by the practice").await.unwrap().is_some()
    );
    (record.clone(), before)
}

#[test]
fn a_parted_record_is_a_person_of_its_own_from_the_next_day_on() {
    let folder = tempfile::tempdir().unwrap();
    let dir = deployment(folder.path(), &synth(folder.path(), 200, 1));
    let first = json(&dir, &["refresh"], 0);

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (record, before) = runtime.block_on(part_one(&dir));
    let second = json(&dir, &["refresh"], 0);
    assert_eq!(second["unchanged"], false);
    assert_eq!(second["people"].as_u64(), first["people"].as_u64().map(|people| people + 1));
    assert_eq!(second["events"], first["events"], "no event is lost or doubled");

    let after = runtime.block_on(async { people(&Deployment::open(&dir).await.unwrap()).await });
    assert!(!before.values().any(|person| *person == after[&record]), "a number never given before");
    let changed: Vec<_> = after.iter().filter(|(key, person)| before[*key] != **person).collect();
    assert_eq!(changed.len(), 1, "nobody else goes");

    // What is settled stays so, and nothing else changes.
    assert_eq!(json(&dir, &["refresh"], 0)["unchanged"], true);
}
