//! What opening a record costs in the store of a whole area: `cargo test -p store --test it at_scale -- --ignored --nocapture`.
//! It takes some minutes and 2 GB of disk; `WSIC_PEOPLE` makes it smaller.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use model::agreement::{Party, Terms};
use model::{Feed, PersonId, Purpose, Role};
use policy::{Access, Action, Facts, Permit, Resource, Rules, UserId, decide};
use store::identities::{self, Identity};
use store::people::IndexedPerson;
use store::sessions::ProviderSession;
use store::settings::SignInSettings;
use store::sign_in::{self, Knock};
use store::sources::PublishedSource;
use store::users::User;
use store::{Store, agreements, caseloads, generations};

use crate::support::*;

const PRACTICES: u32 = 360;
/// The last practices have signed nothing, so that what may be shown is asked person by person.
const UNSIGNED: u32 = 10;
const STAFF: u32 = 5_000;
const ASKED: usize = 4_000;

fn practice(n: u32) -> String {
    format!("E{:05}", 84_000 + n % PRACTICES)
}

#[tokio::test]
#[ignore = "a measurement"]
async fn opening_a_record_at_scale() {
    let people: u32 = std::env::var("WSIC_PEOPLE").map_or(2_200_000, |text| text.parse().unwrap());
    let f = crate::support::sqlite().await;
    let began = Instant::now();
    fill(&f.store, people).await;
    let bytes = std::fs::metadata(f.url.trim_start_matches("sqlite://")).unwrap().len();
    println!(
        "{people} people, {STAFF} staff, {PRACTICES} practices: {} MB, filled in {:.0} s",
        bytes / 1_000_000,
        began.elapsed().as_secs_f64()
    );
    let mut there = 0;
    for agreements in [1, 100, 2_000] {
        while there < agreements {
            there += 1;
            agree(&f.store, there).await;
        }
        measure(&f.store, agreements, people).await;
    }
}

async fn fill(store: &Store, people: u32) {
    let mut generation = generations::begin(store.pipeline()).await.unwrap();
    for from in (1..=people).step_by(20_000) {
        let part = from..=people.min(from + 19_999);
        let indexed = |n| IndexedPerson { practice: practice(n), ..person(n) };
        generation.people(part.clone().map(indexed).collect()).await.unwrap();
    }
    // Everybody is known to their practice, every second to a hospital.
    let mut writer = identities::begin(store.pipeline()).await.unwrap();
    for from in (1..=people).step_by(20_000) {
        let part = from..=people.min(from + 19_999);
        let known = part.flat_map(|n| {
            let hospital = n.is_multiple_of(2).then(|| identity("sus_apc:RYJ".into(), n));
            std::iter::once(identity(format!("gp:{}", practice(n)), n)).chain(hospital)
        });
        writer.put(known.collect()).await.unwrap();
    }
    writer.commit().await.unwrap();
    let source = |source| PublishedSource { source, planning: true, people: 1, events: 1 };
    let practices = (0..PRACTICES).map(|n| source(format!("gp:{}", practice(n))));
    generation.sources(practices.chain([source("sus_apc:RYJ".into())]).collect());
    generation.publish("{}", day(31), now()).await.unwrap();
    for n in 0..STAFF {
        staff(store, n, people).await;
    }
}

fn identity(source: String, n: u32) -> Identity {
    Identity {
        source,
        source_person: format!("{n:08x}"),
        person: PersonId(n),
        rule: "nhs-number-birth-date".into(),
        reason: "The NHS number agrees, confirmed by the date of birth.".into(),
        as_at: Some(day(1)),
        demographics_digest: i64::from(n),
    }
}

/// Four of five are GPs, the others care coordinators with fifty people each.
async fn staff(store: &Store, n: u32, people: u32) {
    let role = if n.is_multiple_of(5) { Role::CareCoordinator } else { Role::Gp };
    let user = User {
        id: UserId(format!("staff{n}")),
        name: format!("Staff {n}"),
        role,
        organisation: practice(n),
        person: None,
    };
    let provider = ProviderSession { session: String::new(), token: "t".into() };
    let from = Knock { address: "192.0.2.1", correlation: "c", now: now() };
    sign_in::by_provider(store, &SignInSettings::default(), &user, &provider, &from).await.unwrap();
    if role == Role::CareCoordinator {
        let caseload: Vec<PersonId> = (0..50).map(|i| PersonId(1 + (n * 50 + i) % people)).collect();
        caseloads::assign(store, &user.id, &caseload, day(1)).await.unwrap();
    }
}

/// An agreement of every practice and the hospital, signed by all but the last practices.
async fn agree(store: &Store, n: u32) {
    let codes: BTreeSet<String> = (0..PRACTICES).map(practice).chain(["RYJ".to_owned()]).collect();
    let party = Party { name: "All".into(), members: codes.clone() };
    let terms = Terms {
        title: format!("Agreement {n}"),
        purpose: Purpose::DirectCare,
        suppliers: vec![party.clone()],
        recipients: vec![party],
        feeds: [Feed::Gp, Feed::SusApc].into(),
        activities: ["B3".to_owned()].into(),
        starts: day(1),
        ends: None,
        review: None,
        dpia: "d".into(),
    };
    let unsigned: BTreeSet<String> = (PRACTICES - UNSIGNED..PRACTICES).map(practice).collect();
    let signed = codes.difference(&unsigned).cloned().collect();
    agreements::record(store.pipeline(), &format!("A{n}"), terms, signed, now()).await.unwrap();
}

/// A GP or coordinator, and somebody of their own.
fn asked(n: usize, people: u32) -> (Access, PersonId) {
    let n = (n as u32).wrapping_mul(2_654_435_761) % STAFF;
    let n = if n % PRACTICES >= PRACTICES - UNSIGNED { n - UNSIGNED } else { n };
    let role = if n.is_multiple_of(5) { Role::CareCoordinator } else { Role::Gp };
    // A person's practice follows from their number, as a GP's from theirs.
    let own = n % PRACTICES + PRACTICES * (1 + n.wrapping_mul(40_503) % (people / PRACTICES - 1));
    let person = if role == Role::Gp { own } else { 1 + n * 50 % people };
    let who = Access { organisation: practice(n), ..access(&format!("staff{n}"), role) };
    (who, PersonId(person))
}

async fn measure(store: &Store, agreements: u32, people: u32) {
    let compiled = Instant::now();
    store::sources::made_of(store, &asked(1, people).0).await.unwrap();
    let compiled = compiled.elapsed();
    let (mut whole, mut deciding, mut refused) = (Vec::new(), Vec::new(), 0);
    let rules = Rules::built_in().unwrap();
    let cpu = cpu();
    for n in 0..ASKED {
        let (who, person) = asked(n, people);
        let begun = Instant::now();
        let asked = store.request(&who, Action::OpenRecord, Resource::Person(person)).await;
        whole.push(begun.elapsed());
        refused += usize::from(asked.is_err());
    }
    let cpu = (self::cpu() - cpu) / ASKED as u32;
    for n in 0..ASKED {
        let (who, person) = asked(n, people);
        let facts = facts(&who, store.request(&who, Action::FindPerson, Resource::People).await.ok());
        let begun = Instant::now();
        decide(&rules, &who, Action::OpenRecord, Resource::Person(person), &facts);
        deciding.push(begun.elapsed());
    }
    println!(
        "{agreements} agreements: compiled in {compiled:?}; decided and audited {}, {cpu:?} of CPU each, {refused} of {ASKED} \
         refused; deciding alone {}",
        spread(whole),
        spread(deciding)
    );
}

/// What is so about somebody of one's own, with what agreements leave out for the user.
fn facts(who: &Access, permit: Option<Permit>) -> Facts {
    Facts {
        known: true,
        registered_practice: Some(who.organisation.clone()),
        practice_of_organisation: true,
        on_caseload: who.role == Role::CareCoordinator,
        cover: permit.map(|permit| permit.cover().clone()).unwrap_or_default(),
        ..Facts::default()
    }
}

/// CPU time of every thread of this process so far, from /proc/self/schedstat of each (nanoseconds on a CPU come first).
fn cpu() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let of = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("schedstat")).ok();
    let spent = tasks.filter_map(|task| of(task.ok()?)?.split_whitespace().next()?.parse::<u64>().ok());
    Duration::from_nanos(spent.sum())
}

/// The middle and the slowest hundredth.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("p50 {:?}, p99 {:?}", times[times.len() / 2], times[times.len() * 99 / 100])
}
