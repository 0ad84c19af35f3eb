//! Identities alone: what the files hold, and that names and errors differ by group as they do in real feeds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use model::NhsNumber;
use synth::{Options, Summary, SynthError, generate_identities};

use crate::made::{area, files};

const FEEDS: [&str; 5] = ["gp", "sus_apc", "csds", "mhsds", "cld"];

/// 40,000 people, made once for all tests.
static PEOPLE: LazyLock<People> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("out");
    let summary = generate_identities(&area(), Options::new(40_000, 3, 5), &root, &mut |_, _, _| {}).unwrap();
    let rows = FEEDS.iter().map(|feed| (*feed, read(&root.join(format!("{feed}.csv"))))).collect();
    let truth = read(&root.join("truth.csv")).into_iter();
    let truth =
        truth.map(|row| ((row["source"].clone(), row["source_person"].clone()), row["true_person"].clone()));
    let known = read(&root.join("truth_people.csv")).into_iter().map(|row| (row["true_person"].clone(), row));
    People { truth: truth.collect(), known: known.collect(), rows, summary, root, _folder: folder }
});

type Cells = BTreeMap<String, String>;

struct People {
    truth: BTreeMap<(String, String), String>,
    known: BTreeMap<String, Cells>,
    rows: BTreeMap<&'static str, Vec<Cells>>,
    summary: Summary,
    root: PathBuf,
    _folder: tempfile::TempDir,
}

fn read(path: &Path) -> Vec<Cells> {
    csv::Reader::from_path(path).unwrap().deserialize().map(|row| row.unwrap()).collect()
}

impl People {
    /// The true person of a row.
    fn who(&self, feed: &str, row: &Cells) -> &Cells {
        &self.known[&self.truth[&(feed.to_string(), row["source_person"].clone())]]
    }

    /// Share of rows of a feed for which this holds, among people of these ethnic categories.
    fn share(&self, feed: &str, of: &str, holds: impl Fn(&Cells) -> bool) -> f64 {
        let rows = self.rows[feed].iter().filter(|row| of.contains(&self.who(feed, row)["ethnic_category"]));
        let (all, held) = rows.fold((0, 0), |(all, held), row| (all + 1, held + u32::from(holds(row))));
        f64::from(held) / f64::from(all)
    }

    /// Share of people whom community services have otherwise than their practice, in this column, among those of whom this holds.
    fn differ(&self, column: &str, of: impl Fn(&Cells) -> bool) -> f64 {
        let mut at_practice: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in &self.rows["gp"] {
            at_practice.entry(&self.who("gp", row)["true_person"]).or_default().push(&row[column]);
        }
        let (mut all, mut differ) = (0, 0);
        for row in &self.rows["csds"] {
            let person = self.who("csds", row);
            if let Some(held) = at_practice.get(person["true_person"].as_str()).filter(|_| of(person)) {
                all += 1;
                differ += u32::from(!held.contains(&row[column].as_str()));
            }
        }
        f64::from(differ) / f64::from(all)
    }
}

#[test]
fn the_truth_knows_every_row_and_every_person() {
    let people = &*PEOPLE;
    let rows: usize = people.rows.values().map(Vec::len).sum();
    assert_eq!(rows, people.truth.len());
    assert_eq!(rows as u64, people.summary.source_people);
    assert_eq!(people.known.len(), 40_000);
    let categories: BTreeSet<_> = people.known.values().map(|row| row["ethnic_category"].clone()).collect();
    assert_eq!(categories.len(), 16);
    for (feed, rows) in &people.rows {
        assert_eq!(people.summary.feeds[*feed].rows, rows.len() as u64);
        let ids: BTreeSet<_> = rows.iter().map(|row| &row["source_person"]).collect();
        assert_eq!(ids.len(), rows.len(), "{feed}");
        assert!(
            rows.iter()
                .all(|row| people.truth.contains_key(&(feed.to_string(), row["source_person"].clone())))
        );
        assert!(rows.iter().all(|row| row["address"].is_empty() != (*feed == "gp")), "{feed}");
    }
    let hospital = &people.rows["sus_apc"];
    assert!(hospital.iter().all(|row| row["nhs_number"].is_empty() || row["family_name"].is_empty()));
    let numbers =
        people.rows.values().flatten().map(|row| row["nhs_number"].as_str()).filter(|n| !n.is_empty());
    let (right, wrong): (Vec<_>, Vec<_>) = numbers.partition(|number| NhsNumber::parse(number).is_ok());
    assert!(right.iter().all(|number| number.starts_with("999")));
    assert!((0.001..0.01).contains(&(wrong.len() as f64 / right.len() as f64)));
}

#[test]
fn the_same_options_give_the_same_identities_on_any_threads() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("again");
    generate_identities(&area(), Options::new(40_000, 3, 5), &out, &mut |_, _, _| {}).unwrap();
    for path in files(&out) {
        let first = fs::read(PEOPLE.root.join(path.file_name().unwrap())).unwrap();
        assert!(fs::read(&path).unwrap() == first, "{}", path.display());
    }
    let refused = generate_identities(&area(), Options::new(9_000_001, 3, 5), &out, &mut |_, _, _| {});
    assert!(matches!(refused, Err(SynthError::TooManyPeople { .. })));
}

#[test]
fn some_names_are_shared_by_many_in_some_groups() {
    let people = &*PEOPLE;
    let top = |group: &str| {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for row in people.rows["gp"].iter().filter(|row| group == people.who("gp", row)["ethnic_category"]) {
            *seen.entry(&row["family_name"]).or_default() += 1;
        }
        let all: u32 = seen.values().sum();
        let (name, most) = seen.into_iter().max_by_key(|(_, count)| *count).unwrap();
        println!("{group}: {name} {:.3}", f64::from(most) / f64::from(all));
        (name.to_string(), f64::from(most) / f64::from(all))
    };
    assert!(top("A").1 < 0.025);
    assert!(top("B").1 < 0.05);
    let (name, share) = top("H");
    assert!(["Patel", "Singh"].contains(&name.as_str()) && share > 0.06);
    assert!(top("K").1 > 0.06 && top("J").1 > 0.06 && top("R").1 > 0.04);
}

#[test]
fn errors_differ_by_group_and_deprivation() {
    let people = &*PEOPLE;
    let january = |of| people.share("gp", of, |row| row["date_of_birth"].ends_with("-01-01"));
    assert!(january("NS") > 0.05 && january("A") < 0.008, "{} {}", january("NS"), january("A"));
    let none = |of| people.share("mhsds", of, |row| row["nhs_number"].is_empty());
    assert!(none("HJKLMNPRS") > none("A") * 1.1, "{} {}", none("HJKLMNPRS"), none("A"));
    for column in ["given_name", "family_name"] {
        let differ = |group: &str| people.differ(column, |person| group.contains(&person["ethnic_category"]));
        println!(
            "{column}: A {:.3} H {:.3} JK {:.3} N {:.3} R {:.3}",
            differ("A"),
            differ("H"),
            differ("JK"),
            differ("N"),
            differ("R")
        );
        assert!(differ("JKN") > differ("A") * 1.5, "{column}: {} {}", differ("JKN"), differ("A"));
    }
    let moved = |fifth: &str| people.differ("postcode", |person| person["deprivation_fifth"] == fifth);
    println!("postcode: {:.3} to {:.3}", moved("1"), moved("5"));
    assert!(moved("1") > moved("5") * 1.3, "{} {}", moved("1"), moved("5"));
}

#[test]
fn there_are_newborns_without_names_twins_hostels_and_fathers_and_sons_of_one_name() {
    let rows = &PEOPLE.rows["gp"];
    let unnamed = rows
        .iter()
        .filter(|row| row["given_name"].starts_with("Baby") || row["given_name"].starts_with("Twin"));
    assert!(unnamed.count() > 2);
    let mut homes: BTreeMap<(&str, &str), Vec<&Cells>> = BTreeMap::new();
    for row in rows {
        homes.entry((&row["address"], &row["postcode"])).or_default().push(row);
    }
    assert!(homes.iter().any(|((address, _), people)| address.contains("Hostel") && people.len() > 8));
    assert!(homes.iter().any(|((address, _), people)| address.contains("Care Home") && people.len() > 5));
    let pairs = homes.values().filter(|people| people.len() < 9).flat_map(|people| {
        people.iter().enumerate().flat_map(|(n, one)| people.iter().skip(n + 1).map(move |two| (*one, *two)))
    });
    let (mut twins, mut one_name) = (0, 0);
    for (one, two) in pairs.filter(|(one, two)| one["family_name"] == two["family_name"]) {
        twins +=
            u32::from(one["date_of_birth"] == two["date_of_birth"] && one["given_name"] != two["given_name"]);
        one_name +=
            u32::from(one["date_of_birth"] != two["date_of_birth"] && one["given_name"] == two["given_name"]);
    }
    assert!(twins > 60 && one_name > 20, "{twins} twins, {one_name} of one name");
}
