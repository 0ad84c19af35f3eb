//! A store to test on, and the people in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use model::record::{Banner, PersonRecord};
use model::{NhsNumber, PersonId, Purpose, Role, Sex};
use policy::{Access, Rules, UserId};
use store::people::IndexedPerson;
use store::worklists::WorklistRow;
use store::{RecordEncoder, SeededEntropy, Store, generations, users};

use crate::postgres;

/// A store of its own for one test.
pub struct Fixture {
    pub store: Store,
    pub url: String,
    _folder: tempfile::TempDir,
}

pub async fn sqlite() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("store.db").display());
    Fixture { store: open(&url).await, url, _folder: folder }
}

/// `None` when there is no PostgreSQL here; the reason has been printed.
pub async fn postgres() -> Option<Fixture> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let cluster = match tokio::task::spawn_blocking(postgres::cluster).await.unwrap() {
        Ok(cluster) => cluster,
        Err(why) => {
            println!("skipped: no PostgreSQL cluster to test on: {why}");
            return None;
        }
    };
    let name = format!("t{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let url = tokio::task::spawn_blocking(move || cluster.database(&name)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    Some(Fixture { store: open(&url).await, url, _folder: folder })
}

pub async fn open(url: &str) -> Store {
    let store = Store::open_with(url, Rules::built_in().unwrap(), Arc::new(SeededEntropy::new(1))).await;
    store.unwrap().with_key(&[7; 32]).unwrap()
}

/// Two tests of one function: on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::support::sqlite().await).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(fixture) = crate::support::postgres().await {
                    super::$name(fixture).await;
                }
            })+
        }
    };
}
pub(crate) use on_both;

pub fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 123_456_789).unwrap()
}

pub fn later(minutes: i64) -> DateTime<Utc> {
    now() + Duration::minutes(minutes)
}

pub fn access(user: &str, role: Role) -> Access {
    let purpose = match role {
        Role::Gp | Role::CareCoordinator | Role::TeamMember => Purpose::DirectCare,
        Role::Commissioner => Purpose::Planning,
        Role::GovernanceLead | Role::Signatory => Purpose::Governance,
        Role::Person => Purpose::OwnCare,
    };
    Access {
        user: UserId(user.into()),
        display_name: format!("Name of {user}"),
        role,
        organisation: if role == Role::Person { String::new() } else { "E84001".into() },
        purpose,
        reason: None,
        correlation: "c1".into(),
        session: String::new(),
        at: now(),
        person: (role == Role::Person).then_some(PersonId(1)),
    }
}

pub async fn add_user(store: &Store, id: &str, role: Role) {
    let user = users::User {
        id: UserId(id.into()),
        name: format!("Name of {id}"),
        role,
        organisation: "E84001".into(),
        person: (role == Role::Person).then_some(PersonId(1)),
    };
    users::create(store, &user, "correct horse").await.unwrap();
}

/// People 1 to 6: odd ones at E84001, even ones at E84002, 6 at no practice.
pub fn person(n: u32) -> IndexedPerson {
    let family = ["Okafor", "O'Brien", "Śmith", "Khan", "Jones", "Lee"][(n as usize - 1) % 6];
    IndexedPerson {
        person: PersonId(n),
        nhs_number: number(n),
        family_name: family.into(),
        given_name: format!("Given{}", char::from(b'a' + (n % 26) as u8)),
        birth_date: NaiveDate::from_ymd_opt(1950, 1, 1 + n % 28),
        death_date: None,
        sex: Sex::Female,
        address: format!("{n} High Road"),
        postcode: "HA9 9HA".into(),
        lsoa: "E01000001".into(),
        practice: match n {
            6 => String::new(),
            n if n % 2 == 1 => "E84001".into(),
            _ => "E84002".into(),
        },
        borough: "E09000005".into(),
        ethnic_category: "A".into(),
    }
}

pub fn number(n: u32) -> Option<NhsNumber> {
    // The test range has a million numbers; the benchmark has more people than twentieths of it.
    let n = u64::from(n % 40_000);
    (0..20).find_map(|step| NhsNumber::from_first_nine(999_000_000 + n * 20 + step))
}

pub fn record(n: u32) -> PersonRecord {
    let who = person(n);
    PersonRecord {
        banner: Banner {
            person: who.person,
            family_name: who.family_name,
            given_name: who.given_name,
            nhs_number: who.nhs_number,
            birth_date: who.birth_date,
            death_date: None,
            sex: who.sex,
            address: who.address,
            postcode: who.postcode,
            practice: who.practice,
        },
        data_as_at: day(31),
        registers: vec![],
        group: None,
        scores: vec![],
        flags: vec![],
        problems: vec![],
        medicines: vec![],
        allergies: None,
        results: vec![],
        care_package: vec![],
        timeline: vec![],
        sources: vec![],
    }
}

pub fn row(worklist: &str, n: u32, weight: i64) -> WorklistRow {
    WorklistRow {
        worklist: worklist.into(),
        person: PersonId(n),
        weight,
        reason: format!("{weight} admissions"),
        practice: person(n).practice,
        borough: person(n).borough,
        group: Some((n % 10) as u8),
        age: Some(76),
    }
}

/// Publishes people 1 to `n` with their records, and a list of all of them.
pub async fn publish(store: &Store, n: u32) -> store::Publication {
    let mut generation = generations::begin(store.pipeline()).await.unwrap();
    write(&mut generation, n).await;
    generation.publish("{}", day(31), now()).await.unwrap()
}

pub async fn write(generation: &mut generations::Generation<'_>, n: u32) {
    let mut encoder = RecordEncoder::new().unwrap();
    generation.people((1..=n).map(person).collect()).await.unwrap();
    let records = (1..=n).map(|n| (PersonId(n), encoder.encode(&record(n)).unwrap()));
    generation.records(records.collect()).await.unwrap();
    generation.worklist((1..=n).map(|n| row("frailty", n, i64::from(n))).collect()).await.unwrap();
}
