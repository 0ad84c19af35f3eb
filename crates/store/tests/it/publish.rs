//! A reader sees yesterday or today, never half of each, whenever the run is stopped.

use model::{PersonId, Role};
use policy::{Action, Resource};
use sea_orm::{ConnectionTrait, Database, Statement};
use store::identities::{self, Identity, Review};
use store::{StoreError, generations, records};

use crate::support::*;

on_both!(
    a_generation_replaces_the_one_before,
    a_stopped_run_leaves_what_was_published,
    the_digest_is_of_the_content_alone,
    rows_must_come_in_order,
    identities_are_all_or_nothing,
);

async fn count(f: &Fixture, table: &str) -> i64 {
    let outside = Database::connect(&f.url).await.unwrap();
    let sql = format!("SELECT COUNT(*) AS n FROM {table}");
    let statement = Statement::from_string(outside.get_database_backend(), sql);
    let n = outside.query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap();
    outside.close().await.unwrap();
    n
}

async fn a_generation_replaces_the_one_before(f: Fixture) {
    assert_eq!(generations::current(&f.store).await.unwrap(), None);
    let first = publish(&f.store, 6).await;
    assert_eq!(generations::current(&f.store).await.unwrap(), Some(first.clone()));
    let second = publish(&f.store, 4).await;
    assert_eq!((first.generation, second.generation), (1, 2));
    for table in ["person", "published_record", "worklist_row"] {
        assert_eq!(count(&f, table).await, 4, "{table}");
    }
    let gone =
        f.store.request(&access("gina", Role::Gp), Action::OpenRecord, Resource::Person(PersonId(5))).await;
    assert!(gone.is_err());
}

async fn a_stopped_run_leaves_what_was_published(f: Fixture) {
    let before = publish(&f.store, 3).await;
    let mut stopped = generations::begin(f.store.pipeline()).await.unwrap();
    write(&mut stopped, 6).await;
    drop(stopped);
    assert_eq!(count(&f, "person").await, 9);
    assert_eq!(generations::current(&f.store).await.unwrap(), Some(before.clone()));
    let again = open(&f.url).await;
    let five =
        again.request(&access("gina", Role::Gp), Action::OpenRecord, Resource::Person(PersonId(5))).await;
    assert!(five.is_err(), "of the generation that was never published");
    let permit = again
        .request(&access("gina", Role::Gp), Action::OpenRecord, Resource::Person(PersonId(3)))
        .await
        .unwrap();
    assert!(records::open(&again, &permit).await.unwrap().is_some());
    let after = publish(&again, 6).await;
    assert_eq!(count(&f, "person").await, 6);
    assert_ne!(after.digest, before.digest);
}

async fn the_digest_is_of_the_content_alone(f: Fixture) {
    let first = publish(&f.store, 6).await;
    let second = publish(&f.store, 6).await;
    assert_eq!(first.digest, second.digest);
    let again = generations::digest(f.store.pipeline(), second.generation).await.unwrap();
    assert_eq!(again, second.digest, "read back from the tables");
    assert_ne!(publish(&f.store, 5).await.digest, first.digest);
    // Batches do not matter.
    let mut generation = generations::begin(f.store.pipeline()).await.unwrap();
    for n in 1..=6 {
        generation.people(vec![person(n)]).await.unwrap();
        let body = store::RecordEncoder::new().unwrap().encode(&record(n)).unwrap();
        generation.records(vec![(PersonId(n), body)]).await.unwrap();
        generation.worklist(vec![row("frailty", n, i64::from(n))]).await.unwrap();
    }
    assert_eq!(generation.publish("{}", day(31), later(5)).await.unwrap().digest, first.digest);
}

async fn rows_must_come_in_order(f: Fixture) {
    let mut generation = generations::begin(f.store.pipeline()).await.unwrap();
    generation.people(vec![person(2)]).await.unwrap();
    assert!(matches!(generation.people(vec![person(2)]).await, Err(StoreError::Order("people"))));
    assert!(matches!(generation.people(vec![person(1)]).await, Err(StoreError::Order("people"))));
    generation.worklist(vec![row("a", 2, 1), row("b", 1, 1)]).await.unwrap();
    assert!(generation.worklist(vec![row("a", 3, 1)]).await.is_err());
}

fn identity(source: &str, n: u32) -> Identity {
    Identity {
        source: source.into(),
        source_person: format!("{n:05}"),
        person: PersonId(n),
        rule: "new-person".into(),
        reason: "Nobody known before agrees enough.".into(),
        as_at: Some(day(1)),
        demographics_digest: -i64::from(n),
    }
}

async fn identities_are_all_or_nothing(f: Fixture) {
    let pipeline = f.store.pipeline();
    assert_eq!(identities::last_person(pipeline).await.unwrap(), None);
    let mut writer = identities::begin(pipeline).await.unwrap();
    writer.put((1..=10).map(|n| identity("gp:E84001", n)).collect()).await.unwrap();
    drop(writer);
    let mut seen = Vec::new();
    assert_eq!(identities::each(pipeline, |batch| seen.extend(batch)).await.unwrap(), 0);
    let mut writer = identities::begin(pipeline).await.unwrap();
    writer.put((1..=3_000).map(|n| identity("gp:E84001", n)).collect()).await.unwrap();
    writer.put((1..=5).map(|n| identity("cld:E09000005", n)).collect()).await.unwrap();
    let changed = Identity { person: PersonId(7_000), ..identity("gp:E84001", 1) };
    writer.put(vec![changed.clone()]).await.unwrap();
    let review = Review {
        source: "gp:E84001".into(),
        source_person: "00001".into(),
        person: PersonId(7_000),
        reason: "The source now gives another NHS number for this person.".into(),
    };
    writer.review(vec![review.clone()]).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(identities::each(pipeline, |batch| seen.extend(batch)).await.unwrap(), 3_005);
    assert_eq!(seen[0], identity("cld:E09000005", 1), "by source and source person");
    assert_eq!(seen[5], changed, "replaced");
    assert!(seen.is_sorted_by_key(|one| (one.source.clone(), one.source_person.clone())));
    assert_eq!(identities::last_person(pipeline).await.unwrap(), Some(PersonId(7_000)));
    assert_eq!(identities::reviews(pipeline).await.unwrap(), [review]);
}
