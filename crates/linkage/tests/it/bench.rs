//! How much memory and time linkage takes. `WSIC_BENCH=1 cargo test -p linkage --test it bench -- --nocapture` prints it.

use std::time::Instant;

use chrono::NaiveDate;
use linkage::Linker;
use model::{Demographics, NhsNumber, Sex};

const FEEDS: [&str; 6] =
    ["gp:E84001", "sus_apc:RYJ", "sus_ae:RYJ", "sus_op:RYJ", "csds:RYX", "cld:E09000005"];

/// Person `n` as source `feed` knows them: a number as a rule, names in some, a postcode that was different in some.
fn who(n: u32, feed: usize) -> Demographics {
    let mixed = u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    let syllable =
        |i: u64| ["ka", "ro", "mi", "ta", "el", "an", "bo", "si", "du", "we", "ha", "li"][(i % 12) as usize];
    let name = |from: u64| [0, 4, 8, 12].map(|shift| syllable(from >> shift)).concat();
    let hospital = (1..=3).contains(&feed);
    Demographics {
        source: FEEDS[feed].into(),
        source_person: format!("{feed}{n:09}"),
        nhs_number: if (mixed + feed as u64).is_multiple_of(20) { String::new() } else { number(n) },
        family_name: if hospital { String::new() } else { name(mixed) },
        given_name: if hospital { String::new() } else { name(mixed >> 16) },
        birth_date: NaiveDate::from_num_days_from_ce_opt(700_000 + (mixed % 36_000) as i32),
        postcode: format!("HA{} {}AB", 1 + (mixed + u64::from(feed == 5)) % 9, mixed % 9),
        sex: if n.is_multiple_of(2) { Sex::Female } else { Sex::Male },
        ..Demographics::default()
    }
}

/// A test number of their own for each of 200,000 people.
fn number(n: u32) -> String {
    (0..).find_map(|step| NhsNumber::from_first_nine(999_000_000 + u64::from(n) * 4 + step)).unwrap().digits()
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[test]
fn memory_and_time() {
    let measure = std::env::var_os("WSIC_BENCH").is_some();
    let people: u32 = if measure { 200_000 } else { 2_000 };
    let (before, began) = (resident(), Instant::now());
    let mut linker = Linker::with_room_for(people as usize * FEEDS.len());
    let mut found = 0;
    for feed in 0..FEEDS.len() {
        for n in 1..=people {
            let link = linker.link(&who(n, feed));
            found += link.person.0.min(1);
        }
    }
    let identities = people * FEEDS.len() as u32;
    assert_eq!(found, identities);
    if measure {
        let (bytes, seconds) = (resident() - before, began.elapsed().as_secs_f64());
        let each = bytes / u64::from(identities);
        println!(
            "{identities} source people linked in {seconds:.2} s, {:.0} a second",
            f64::from(identities) / seconds
        );
        println!("{} MiB, {each} bytes for each source's person", bytes >> 20);
    }
}
