//! What deciding costs, printed: `cargo test --release -p policy -- --ignored --nocapture cost`. Figures: docs/benchmarks.md.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use model::{PersonId, Purpose, Role};
use policy::{Access, Action, Cover, Facts, Resource, Rules, decide};

use crate::cases::{access, same_practice, stranger};

fn facts(cover: &Cover, n: u32) -> Facts {
    let base = if n.is_multiple_of(3) { stranger() } else { same_practice() };
    Facts {
        on_caseload: n.is_multiple_of(2),
        objects_to_sharing: n.is_multiple_of(11),
        objects_to_organisation: n.is_multiple_of(13),
        deceased: n.is_multiple_of(17),
        cover: cover.clone(),
        ..base
    }
}

/// The time of each of many decisions, least first.
fn times(
    rules: impl Fn() -> Rules,
    agreements: usize,
    actions: &[(Action, bool)],
    many: u32,
) -> Vec<Duration> {
    let hidden: BTreeSet<String> = (0..agreements).map(|n| format!("gp:X{n:05}")).collect();
    let cover = Cover::new(hidden, false, 1);
    let users: Vec<Access> =
        [Role::Gp, Role::CareCoordinator].map(|role| access(role, Purpose::DirectCare)).into();
    let mut times = Vec::new();
    for n in 0..many {
        let (facts, rules) = (facts(&cover, n), rules());
        let user = &users[n as usize % users.len()];
        let (action, one) = actions[n as usize % actions.len()];
        let resource = if one { Resource::Person(PersonId(n)) } else { Resource::People };
        let start = Instant::now();
        std::hint::black_box(decide(&rules, user, action, resource, &facts));
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times
}

fn say(what: &str, times: &[Duration]) {
    let at = |share: usize| times[(times.len() * share / 1000).min(times.len() - 1)];
    println!("{what:<60} p50 {:>10.2?}  p99 {:>10.2?}  p99.9 {:>10.2?}", at(500), at(990), at(999));
}

#[test]
#[ignore = "prints times; it holds nothing"]
fn cost() {
    let built_in = Rules::built_in().unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let schema = read("schema.cedarschema");
    let names: BTreeSet<&'static str> = built_in.all().iter().map(|rule| rule.file).collect();
    let texts: Vec<(&'static str, String)> = names.into_iter().map(|name| (name, read(name))).collect();
    let files: Vec<(&'static str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let start = Instant::now();
    let parsed = Rules::parse(&schema, &files).unwrap();
    println!("{} rules read and held against the schema in {:.2?}", parsed.all().len(), start.elapsed());
    let one = [(Action::OpenRecord, true), (Action::OpenTimeline, true), (Action::FindPerson, true)];
    let list = [(Action::FindPerson, false)];
    let fresh = || Rules::parse(&schema, &files).unwrap();
    say("a person, class never asked before", &times(fresh, 0, &one, 500));
    say("a list, class never asked before", &times(fresh, 0, &list, 50));
    for agreements in [1, 100, 2_000] {
        let what = format!("a person, {agreements} agreements leave a source out");
        say(&what, &times(|| built_in.clone(), agreements, &one, 200_000));
    }
}
