//! How fast rows of the audit become durable, and what a checkpoint, an inspection and a proof cost.
//! `WSIC_BENCH=1 cargo test --release -p store --test it audit_bench -- --nocapture --test-threads 1` prints rows a second.

use std::time::{Duration, Instant};

use model::{PersonId, Role};
use policy::{Action, Resource};
use store::audit::{self, Signer};

use crate::support::*;

on_both!(decisions_a_second);

/// Each of these many ask one after another, at once with the others.
const ASKING: [u32; 4] = [1, 8, 64, 256];

async fn decisions_a_second(f: Fixture) {
    let measure = std::env::var_os("WSIC_BENCH").is_some();
    publish(&f.store, 6).await;
    let mut written = 0;
    for asking in ASKING {
        let each = if measure { 20_000_u32.div_ceil(asking).min(3_000) } else { 3 };
        let began = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..asking {
            let store = f.store.clone();
            tasks.spawn(async move {
                let gp = access("gina", Role::Gp);
                let mut took = Vec::new();
                for i in 0..each {
                    let began = Instant::now();
                    let resource = Resource::Person(PersonId(1 + 2 * ((n + i) % 3)));
                    store.request(&gp, Action::OpenRecord, resource).await.unwrap();
                    took.push(began.elapsed());
                }
                took
            });
        }
        let mut took: Vec<Duration> = tasks.join_all().await.concat();
        written += u64::from(asking * each);
        let seconds = began.elapsed().as_secs_f64();
        took.sort();
        let at = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1e3;
        if measure {
            let rate = f64::from(asking * each) / seconds;
            println!("{asking} at once: {rate:.0} rows a second, p50 {:.2} ms, p99 {:.2} ms", at(50), at(99));
        }
    }
    let signer = Signer::from_seed([3; 32]);
    let keys = [signer.verifier()];
    let mut began = Instant::now();
    let mut said = |what: &str| {
        if measure {
            println!("{what}: {:.3} s", began.elapsed().as_secs_f64());
        }
        began = Instant::now();
    };
    let signed = audit::checkpoint(&f.store, &signer, now()).await.unwrap().unwrap();
    assert_eq!(signed.head.size, written);
    said(&format!("first checkpoint over {written} rows"));
    f.store
        .request(&access("gina", Role::Gp), Action::OpenRecord, Resource::Person(PersonId(1)))
        .await
        .unwrap();
    said("one row more");
    assert_eq!(audit::checkpoint(&f.store, &signer, now()).await.unwrap().unwrap().head.size, written + 1);
    said("checkpoint over one row more");
    let report = audit::inspect(&f.store, &keys, &[]).await.unwrap();
    assert_eq!((report.rows, report.findings.len()), (written + 1, 0));
    said(&format!("inspection of {} rows", written + 1));
    audit::include(&f.store, &keys, 5).await.unwrap();
    said("proof of a row");
}
