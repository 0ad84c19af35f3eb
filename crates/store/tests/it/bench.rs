//! How fast many rows go in. `WSIC_BENCH=1 cargo test -p store --test it bench -- --nocapture` prints rows a second.

use std::time::Instant;

use model::{PersonId, Role};
use policy::{Action, Resource};
use store::identities::{self, Identity};
use store::{decode_record, generations, records};

use crate::support::*;

on_both!(rows_a_second);

async fn rows_a_second(f: Fixture) {
    let measure = std::env::var_os("WSIC_BENCH").is_some();
    let n: u32 = if measure { 100_000 } else { 2_000 };
    let pipeline = f.store.pipeline();
    let rate = |what: &str, rows: u32, began: Instant| {
        if measure {
            let seconds = began.elapsed().as_secs_f64();
            println!("{what}: {rows} rows in {seconds:.2} s, {:.0} a second", f64::from(rows) / seconds);
        }
    };

    let began = Instant::now();
    let mut writer = identities::begin(pipeline).await.unwrap();
    for source in ["gp:E84001", "sus_apc:RYJ", "sus_op:RYJ"] {
        for from in (0..n).step_by(10_000) {
            let identity = |n: u32| Identity {
                source: source.into(),
                source_person: format!("{:08x}", n.wrapping_mul(2_654_435_761)),
                person: PersonId(n),
                rule: "nhs-number-birth-date".into(),
                reason: "The NHS number agrees, confirmed by the date of birth.".into(),
                as_at: Some(day(1)),
                demographics_digest: i64::from(n),
            };
            writer.put((from..n.min(from + 10_000)).map(identity).collect()).await.unwrap();
        }
    }
    writer.commit().await.unwrap();
    rate("identities", 3 * n, began);

    let began = Instant::now();
    let read = identities::each(pipeline, |_| ()).await.unwrap();
    assert_eq!(read, u64::from(3 * n));
    rate("identities read", 3 * n, began);

    let mut generation = generations::begin(pipeline).await.unwrap();
    let began = Instant::now();
    for from in (1..=n).step_by(10_000) {
        generation.people((from..=n.min(from + 9_999)).map(person).collect()).await.unwrap();
    }
    rate("people", n, began);
    let began = Instant::now();
    let body = |n: u32| (0..1_500_u32).map(|i| (i.wrapping_mul(n) >> 3) as u8).collect::<Vec<u8>>();
    for from in (1..=n).step_by(10_000) {
        generation
            .records((from..=n.min(from + 9_999)).map(|n| (PersonId(n), body(n))).collect())
            .await
            .unwrap();
    }
    rate("records of 1.5 kB", n, began);
    let began = Instant::now();
    for list in ["a", "b"] {
        for from in (1..=n).step_by(10_000) {
            let rows = (from..=n.min(from + 9_999)).map(|n| row(list, n, i64::from(n % 100)));
            generation.worklist(rows.collect()).await.unwrap();
        }
    }
    rate("worklist rows", 2 * n, began);
    let began = Instant::now();
    let publication = generation.publish("{}", day(31), now()).await.unwrap();
    rate("publish", 1, began);
    let began = Instant::now();
    assert_eq!(generations::digest(pipeline, publication.generation).await.unwrap(), publication.digest);
    rate("digest read back", n, began);
    let began = Instant::now();
    let next = generations::begin(pipeline).await.unwrap().publish("{}", day(31), now()).await.unwrap();
    assert_eq!(next.generation, 2);
    rate("old generation cleared", n, began);

    publish(&f.store, 6).await;
    let times = if measure { 2_000 } else { 20 };
    let began = Instant::now();
    for _ in 0..times {
        let resource = Resource::Person(PersonId(1));
        let permit = f.store.request(&access("gina", Role::Gp), Action::OpenRecord, resource).await.unwrap();
        let body = records::open(&f.store, &permit).await.unwrap().unwrap();
        decode_record(&body).unwrap();
    }
    rate("records opened (facts, decision, audit, read, decode)", times, began);
}

/// What agreements cost a request: `cargo test -p store --test it agreements_cost -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "a measurement"]
async fn agreements_cost() {
    use model::agreement::{Party, Terms};
    let f = crate::support::sqlite().await;
    publish(&f.store, 1_000).await;
    let mut generation = store::generations::begin(f.store.pipeline()).await.unwrap();
    crate::support::write(&mut generation, 1_000).await;
    let codes: Vec<String> = (0..360).map(|n| format!("E{:05}", 84_000 + n)).collect();
    let source = |code: &String| store::sources::PublishedSource {
        source: format!("gp:{code}"),
        planning: true,
        people: 1,
        events: 1,
    };
    generation.sources(codes.iter().map(source).collect());
    generation.publish("{}", day(31), now()).await.unwrap();
    let all: std::collections::BTreeSet<String> = codes.iter().cloned().collect();
    let party = Party { name: "All practices".into(), members: all.clone() };
    let terms = Terms {
        title: "t".into(),
        purpose: model::Purpose::DirectCare,
        suppliers: vec![party.clone()],
        recipients: vec![party],
        feeds: [model::Feed::Gp].into(),
        activities: ["B3".to_owned()].into(),
        starts: day(1),
        ends: None,
        review: None,
        dpia: "d".into(),
    };
    let mut there = 0;
    for agreements in [1, 100, 2_000] {
        while there < agreements {
            there += 1;
            let id = format!("A{there}");
            let terms = Terms { title: id.clone(), ..terms.clone() };
            store::agreements::record(f.store.pipeline(), &id, terms, all.clone(), now()).await.unwrap();
        }
        let gp = access("gina", Role::Gp);
        let compiled = Instant::now();
        store::sources::made_of(&f.store, &gp).await.unwrap();
        let compiled = compiled.elapsed();
        let looked = async || {
            store::sources::made_of(&f.store, &gp).await.unwrap();
        };
        let asked = async || {
            let person = Resource::Person(PersonId(1));
            f.store.request(&gp, Action::OpenRecord, person).await.unwrap();
        };
        let (looked, asked) = (spread(looked).await, spread(asked).await);
        println!(
            "{agreements} agreements: compiled in {compiled:?}; looked up {looked}; decided and audited {asked}"
        );
    }
}

/// The middle and the slowest hundredth of a thousand.
async fn spread(once: impl AsyncFn()) -> String {
    let mut times = Vec::new();
    for _ in 0..1_000 {
        let begun = Instant::now();
        once().await;
        times.push(begun.elapsed());
    }
    times.sort();
    format!("p50 {:?}, p99 {:?}", times[500], times[990])
}
