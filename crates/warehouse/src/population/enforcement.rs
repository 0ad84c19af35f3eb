//! What agreements and objections cost eight typical population queries over 2 million people and 40 million events, in the
//! layout of the index. Figures and what they mean: docs/benchmarks.md.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use chrono::NaiveDate;
use model::{EventKind, PersonId};

use super::Population;
use crate::columns::days;
use crate::counted::{Counted, PersonSet};
use crate::events::{BUCKET_PEOPLE, BucketWriter, bucket_file};
use crate::facts::FactStore;
use crate::facts::table::{Cell, FactTable};
use crate::index::each_thread;
use crate::packed::{NO_DATE, Packed};

/// Practices; each is a source. 120 other organisations send the rest.
const PRACTICES: u32 = 360;
const OTHERS: u32 = 120;
const EVENTS_A_PERSON: u32 = 20;
const REPEATS: usize = 5;

const YEAR: &str = "start >= DATE '2025-11-01' AND start < DATE '2026-11-01'";

/// The questions that commissioners ask most, each over all events.
fn queries() -> [(&'static str, String); 8] {
    let number = |kind: EventKind| kind as u8;
    let (gp, ae) = (number(EventKind::GpAppointment), number(EventKind::AeAttendance));
    let (stay, out) = (number(EventKind::Episode), number(EventKind::OutpatientAppointment));
    let (seen, care) = (number(EventKind::Observation), number(EventKind::CareService));
    [
        (
            "contacts by month and kind",
            "SELECT date_trunc('month', start) AS m, kind, COUNT(*) FROM event GROUP BY 1, 2".to_owned(),
        ),
        (
            "people seen in A&E in a year, by borough",
            format!(
                "SELECT p.borough, COUNT(DISTINCT e.person_id) FROM event e JOIN person p ON p.person_id = e.person_id \
             WHERE e.kind = {ae} AND {YEAR} GROUP BY 1"
            ),
        ),
        (
            "emergency admissions in a year, by practice",
            format!(
                "SELECT p.practice, COUNT(*) FROM event e JOIN person p ON p.person_id = e.person_id \
             WHERE e.kind = {stay} AND e.method = '21' AND {YEAR} GROUP BY 1"
            ),
        ),
        (
            "people with a diagnosis, by practice",
            format!(
                "SELECT p.practice, COUNT(DISTINCT e.person_id) FROM event e JOIN person p ON p.person_id = e.person_id \
             WHERE e.kind = {seen} AND e.codes IN ('code3', 'code7', 'code11') GROUP BY 1"
            ),
        ),
        (
            "mean of a result, by deprivation",
            format!(
                "SELECT p.imd_decile, AVG(e.value), COUNT(*) FROM event e JOIN person p ON p.person_id = e.person_id \
             WHERE e.kind = {seen} AND e.codes = 'code5' GROUP BY 1"
            ),
        ),
        (
            "frequent attenders, by borough",
            format!(
                "SELECT p.borough, COUNT(*) FROM (SELECT person_id FROM event WHERE kind = {gp} AND {YEAR} GROUP BY 1 \
             HAVING COUNT(*) >= 3) f JOIN person p ON p.person_id = f.person_id GROUP BY 1"
            ),
        ),
        (
            "appointments not kept, by specialty and month",
            format!(
                "SELECT specialty, date_trunc('month', start) AS m, SUM(CASE WHEN outcome = '3' THEN 1 ELSE 0 END), COUNT(*) \
             FROM event WHERE kind = {out} GROUP BY 1, 2"
            ),
        ),
        (
            "people with social care, by age and sex",
            format!(
                "SELECT p.sex, p.age / 10, COUNT(DISTINCT e.person_id) FROM event e JOIN person p ON p.person_id = e.person_id \
             WHERE e.kind = {care} GROUP BY 1, 2"
            ),
        ),
    ]
}

/// A number that follows from others and looks like chance (SplitMix64, Steele and others 2014).
fn drawn(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn part(of: u64, below: u32) -> u32 {
    u32::try_from(of % u64::from(below)).unwrap()
}

/// Neighbouring people are of one practice, as linkage numbers them.
fn practice(person: u32, people: u32) -> u32 {
    u32::try_from(u64::from(person) * u64::from(PRACTICES) / u64::from(people)).unwrap()
}

fn texts() -> Vec<String> {
    let mut texts = vec![String::new()];
    texts.extend((0..PRACTICES).map(|n| format!("gp:P{n:05}")));
    texts.extend((0..OTHERS).map(|n| format!("sus_apc:R{n:03}")));
    texts.extend((0..400).map(|n| format!("code{n}")));
    texts.extend(["21", "11", "3", "5"].map(str::to_owned));
    texts
}

fn write_index(folder: &Path, people: u32) {
    let texts = texts();
    let code = 1 + PRACTICES + OTHERS;
    let word = code + 400;
    let first = days(NaiveDate::from_ymd_opt(2023, 11, 1).unwrap());
    let kinds = [
        (EventKind::Observation, 8),
        (EventKind::GpAppointment, 5),
        (EventKind::OutpatientAppointment, 3),
        (EventKind::AeAttendance, 2),
        (EventKind::Episode, 1),
        (EventKind::CareService, 1),
    ];
    let kinds: Vec<EventKind> = kinds.iter().flat_map(|(kind, n)| vec![*kind; *n]).collect();
    let next = AtomicU32::new(0);
    each_thread(2, |_| {
        loop {
            let bucket = next.fetch_add(1, Ordering::Relaxed);
            let from = bucket * BUCKET_PEOPLE;
            if from >= people {
                return Ok(());
            }
            let mut writer = BucketWriter::create(&bucket_file(folder, bucket))?;
            for person in from..(from + BUCKET_PEOPLE).min(people) {
                let own = 1 + practice(person, people);
                let mut starts: Vec<u64> =
                    (0..EVENTS_A_PERSON).map(|n| drawn((u64::from(person) << 8) | u64::from(n))).collect();
                starts.sort_by_key(|chance| part(*chance, 1_095));
                for chance in starts {
                    let kind = kinds[part(chance >> 16, 20) as usize];
                    let gp = matches!(kind, EventKind::Observation | EventKind::GpAppointment);
                    let source = if gp { own } else { 1 + PRACTICES + part(chance >> 24, OTHERS) };
                    let mut row = Packed {
                        person,
                        key: chance,
                        kind: kind as u8,
                        scheme: 0,
                        deleted: false,
                        worker: 0,
                        dates: [
                            first + i32::try_from(part(chance, 1_095)).unwrap(),
                            NO_DATE,
                            NO_DATE,
                            NO_DATE,
                            NO_DATE,
                        ],
                        value: (kind == EventKind::Observation).then(|| f64::from(part(chance >> 32, 100))),
                        file: 0,
                        line: 0,
                        texts: [0; 10],
                    };
                    row.texts[0] = code + part(chance >> 40, 400);
                    row.texts[5] = if part(chance >> 12, 3) == 0 { word } else { word + 1 };
                    row.texts[6] = if part(chance >> 13, 10) == 0 { word + 2 } else { word + 3 };
                    row.texts[7] = code + part(chance >> 44, 30);
                    row.texts[9] = source;
                    writer.push(&row, |n| texts[n as usize].as_str())?;
                }
            }
            writer.finish()?;
        }
    })
    .unwrap();
}

fn write_people(facts: &Path, people: u32) {
    let mut table = FactTable::create(&FactStore::folder(facts), "person", "people").unwrap();
    for person in 0..people {
        let chance = drawn(u64::from(person) + (1 << 40));
        let number = practice(person, people);
        let (practice, borough) = (format!("P{number:05}"), format!("B{}", number % 8));
        table
            .push(&[
                PersonId(person).into(),
                Cell::Text(if chance.is_multiple_of(2) { "F" } else { "M" }),
                Cell::Date(None),
                i64::from(part(chance >> 8, 95)).into(),
                Cell::Date(None),
                Cell::Text(&practice),
                Cell::Text(&borough),
                Cell::Text(""),
                i64::from(1 + part(chance >> 20, 10)).into(),
                Cell::Text(""),
                Cell::Boolean(true),
                i64::from(person).into(),
                Cell::Boolean(true),
            ])
            .unwrap();
    }
    table.finish().unwrap();
}

/// One person in fifty has objected and one source in ten has not signed.
fn enforced(people: u32) -> Counted {
    let sources: BTreeSet<String> = texts()
        .into_iter()
        .filter(|text| text.contains(':'))
        .enumerate()
        .filter(|(n, _)| n % 10 != 0)
        .map(|(_, source)| source)
        .collect();
    Counted { sources: Some(Arc::new(sources)), people: without_one_in(50, people) }
}

/// One person in a thousand has objected, some in every file: nearly the rows that are read without enforcement, all asked.
fn hardly(people: u32) -> Counted {
    Counted { sources: None, people: without_one_in(1_000, people) }
}

fn without_one_in(n: u64, people: u32) -> Option<Arc<PersonSet>> {
    let kept = |person: &u32| !drawn(u64::from(*person) + (1 << 50)).is_multiple_of(n);
    Some(Arc::new((0..people).filter(kept).map(PersonId).collect()))
}

/// Seconds of processor that this process has used, where the system says so: what others do at the same time matters less
/// to them than to the clock. In ticks of a hundredth, as Linux counts on every machine it is built for here.
fn cpu() -> f64 {
    let said = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = said.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[test]
#[ignore = "writes about a gigabyte and takes minutes: docs/benchmarks.md, Figures under agreements and objections"]
fn what_enforcement_costs() {
    let people: u32 = std::env::var("PEOPLE").map_or(2_000_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (index, facts) = (folder.path().join("index"), folder.path().join("facts"));
    write_index(&index, people);
    write_people(&facts, people);
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(16 << 20).build().unwrap();
    runtime.block_on(async {
        let mut of = Vec::new();
        for (title, cover) in [
            ("off", Counted::everything()),
            ("on", enforced(people)),
            ("one in a thousand", hardly(people)),
        ] {
            let compiling = Instant::now();
            of.push(Population::open(&index, Some(&facts), &cover, 2).await.unwrap());
            println!("{title}: opened and compiled in {:.2} s", compiling.elapsed().as_secs_f64());
        }
        println!("{people} people; events off, on, one person in a thousand left out:");
        for population in &of {
            println!("  {}", population.events().await.unwrap());
        }
        println!(
            "| query | off, s | on, s | ratio | one in a thousand, s | ratio |\n|---|---:|---:|---:|---:|---:|"
        );
        let (mut sums, mut cpus) = ([0.0; 3], [0.0; 3]);
        for (title, sql) in queries() {
            let mut times: [Vec<f64>; 3] = Default::default();
            for repeat in 0..=REPEATS {
                for ((population, times), used) in of.iter().zip(&mut times).zip(&mut cpus) {
                    let (begun, before) = (Instant::now(), cpu());
                    assert!(!population.rows(&sql).await.unwrap().is_empty(), "{title}");
                    // The first round warms the cache of files.
                    if repeat > 0 {
                        times.push(begun.elapsed().as_secs_f64());
                        *used += (cpu() - before) / REPEATS as f64;
                    }
                }
            }
            let times = times.map(median);
            let [off, on, all] = times;
            println!("| {title} | {off:.2} | {on:.2} | {:.2} | {all:.2} | {:.2} |", on / off, all / off);
            sums.iter_mut().zip(times).for_each(|(sum, time)| *sum += time);
        }
        let [off, on, all] = sums;
        println!("| all eight | {off:.2} | {on:.2} | {:.2} | {all:.2} | {:.2} |", on / off, all / off);
        let [off, on, all] = cpus;
        println!("| processor | {off:.2} | {on:.2} | {:.2} | {all:.2} | {:.2} |", on / off, all / off);
    });
}
