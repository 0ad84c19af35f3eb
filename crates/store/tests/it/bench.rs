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
