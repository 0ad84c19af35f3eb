//! What holds of linkage by probability whatever the records are.

use std::collections::{BTreeMap, BTreeSet};

use linkage::{Layout, Mode, Model, Outcome, Records, Role, Settings, link};
use model::NhsNumber;
use proptest::prelude::*;

use crate::families::number;
use crate::town::{ROLES, Town};

const FAMILIES: [&str; 5] = ["Khan", "Smith", "Smith-Khan", "O'Brien", ""];
const GIVEN: [&str; 8] = ["Ann", "Anne", "José", "Hussain", "Robert", "Bob", "Baby", ""];
const BIRTHS: [&str; 6] = ["1950-01-02", "1950-02-01", "2001-03-04", "1980-12-31", "1900-01-01", ""];
const ADDRESSES: [&str; 3] = ["1 High Street", "14 Mill Lane", ""];
const POSTCODES: [&str; 3] = ["HA9 9HA", "NW10 5UY", ""];

/// Columns of a record in the order of [`ROLES`], and its file.
type Written = (Vec<String>, usize);

/// Few values, so that records agree and contradict each other in every way.
fn anybody() -> impl Strategy<Value = Written> {
    let parts =
        (0..2_usize, 0..7_u64, 0..8_usize, 0..5_usize, 0..6_usize, 0..3_usize, 0..3_usize, 0..3_usize);
    parts.prop_map(|(file, nhs, given, family, birth, sex, address, postcode)| {
        let nhs = match nhs {
            0..=2 => String::new(),
            3 => "9990000001".to_owned(),
            n => number(n),
        };
        let text = [
            &nhs,
            GIVEN[given],
            "",
            FAMILIES[family],
            BIRTHS[birth],
            ["M", "F", ""][sex],
            ADDRESSES[address],
            POSTCODES[postcode],
            "",
        ];
        (text.map(str::to_owned).to_vec(), file)
    })
}

fn tables() -> impl Strategy<Value = Vec<Written>> {
    // By file, as records are read.
    prop::collection::vec(anybody(), 1..40).prop_map(|mut all| {
        all.sort_by_key(|(_, file)| *file);
        all
    })
}

const HALF: Settings = Settings { mode: Mode::Dedupe, one_to_one: false, threshold: 0.5, precision: None };

/// Links records of two files; `more` columns of a role hold nothing.
fn linked(all: &[Written], settings: &Settings, model: Option<&Model>, more: Option<Role>) -> Outcome {
    let mut records = Records::new();
    for file in 0..2 {
        let mut reader = records.file(&Layout { columns: ROLES.into_iter().chain(more).map(Some).collect() });
        for (columns, _) in all.iter().filter(|(_, of)| *of == file) {
            reader.push(|n| columns.get(n).map_or("", String::as_str));
        }
    }
    link(&mut records, settings, model, &mut |_| {})
}

fn pairs(outcome: &Outcome) -> Vec<(u32, u32, u32)> {
    outcome.links.iter().map(|edge| (edge.one, edge.other, edge.bits.to_bits())).collect()
}

/// The same records in another hand: letters, blanks, accents.
fn dirty(all: &[Written]) -> Vec<Written> {
    let hand = |(n, text): (usize, &String)| match ROLES[n] {
        Role::NhsNumber if text.len() == 10 => format!(" {} {} {} ", &text[..3], &text[3..6], &text[6..]),
        Role::GivenName | Role::FamilyName => {
            format!("  {} ", text.to_uppercase().replace('É', "e\u{301}").replace('-', "  "))
        }
        Role::DateOfBirth if text.len() == 10 => format!("{}/{}/{}", &text[8..], &text[5..7], &text[..4]),
        Role::Address => text.to_lowercase().replace(' ', ",  ").replace("street", "St."),
        Role::Postcode => text.to_lowercase().replace(' ', ""),
        Role::Sex => text.replace('M', "male").replace('F', " Female "),
        _ => text.clone(),
    };
    all.iter().map(|(columns, file)| (columns.iter().enumerate().map(hand).collect(), *file)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Two people with two verified numbers are two people, whatever else agrees.
    #[test]
    fn no_cluster_has_two_verified_numbers(all in tables(), threshold in 0.001..0.999_f64) {
        let outcome = linked(&all, &Settings { threshold, ..HALF }, None, None);
        let mut numbers: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
        for ((columns, _), cluster) in all.iter().zip(&outcome.clusters) {
            if let Ok(number) = NhsNumber::parse(&columns[0]) {
                numbers.entry(*cluster).or_default().insert(number.as_u64());
            }
        }
        prop_assert!(numbers.values().all(|numbers| numbers.len() == 1));
    }

    /// The same records give the same outcome, in every hand, with or without a column that holds nothing, and with
    /// the model that was learnt.
    #[test]
    fn the_same_people_are_the_same_links(all in tables()) {
        let outcome = linked(&all, &HALF, None, None);
        let again = linked(&all, &HALF, None, None);
        prop_assert_eq!(pairs(&outcome), pairs(&again));
        prop_assert_eq!(&outcome.clusters, &again.clusters);
        prop_assert_eq!(&outcome.others, &again.others);
        prop_assert_eq!(&outcome.model, &again.model);
        prop_assert_eq!(pairs(&outcome), pairs(&linked(&dirty(&all), &HALF, None, None)));
        for role in [Role::Email, Role::Identifier, Role::Other] {
            prop_assert_eq!(pairs(&outcome), pairs(&linked(&all, &HALF, None, Some(role))), "{}", role);
        }
        prop_assert_eq!(pairs(&outcome), pairs(&linked(&all, &HALF, Some(&outcome.model), None)));
    }

    /// Link only: no link inside a file. One to one: no record has two partners.
    #[test]
    fn files_are_kept_apart(all in tables(), mode in prop::sample::select(vec![Mode::Dedupe, Mode::LinkOnly])) {
        let file = |record: u32| all[record as usize].1;
        let only = linked(&all, &Settings { mode: Mode::LinkOnly, ..HALF }, None, None);
        prop_assert!(only.links.iter().all(|edge| file(edge.one) != file(edge.other)));
        let settings = Settings { mode, one_to_one: true, threshold: 0.01, precision: None };
        let single = linked(&all, &settings, None, None);
        let mut partners = BTreeSet::new();
        for edge in &single.links {
            prop_assert!(partners.insert(edge.one) && partners.insert(edge.other));
            prop_assert!(file(edge.one) != file(edge.other));
        }
    }

    /// A higher threshold only takes links away.
    #[test]
    fn a_higher_threshold_gives_no_more(all in tables(), mode in prop::sample::select(vec![Mode::Dedupe, Mode::LinkOnly])) {
        let mut last: Option<BTreeSet<(u32, u32)>> = None;
        for threshold in [0.01, 0.1, 0.5, 0.9, 0.99, 0.999_9, 0.999_999_999] {
            let outcome = linked(&all, &Settings { mode, threshold, ..HALF }, None, None);
            let links: BTreeSet<(u32, u32)> = outcome.links.iter().map(|edge| (edge.one, edge.other)).collect();
            if let Some(last) = &last {
                prop_assert!(links.is_subset(last), "at {}", threshold);
            }
            last = Some(links);
        }
    }

    /// So many of the links as stated are expected to be right.
    #[test]
    fn a_stated_precision_is_expected(all in tables(), precision in 0.5..0.999_f64) {
        let outcome = linked(&all, &Settings { precision: Some(precision), ..HALF }, None, None);
        let right: f64 = outcome.links.iter().map(linkage::Edge::probability).sum();
        prop_assert!(right >= precision * outcome.links.len() as f64 - 1e-6);
    }
}

/// On a town of people too: the stated precision is expected, nearly reached in truth, and no links are given away for it.
#[test]
fn a_stated_precision_is_reached() {
    let town = Town::new(7, 500);
    let mut found = Vec::new();
    for precision in [0.99, 0.9999] {
        let (mut records, _) = town.taken(1, |_| 0);
        let outcome = link(&mut records, &Settings { precision: Some(precision), ..HALF }, None, &mut |_| {});
        let right: f64 = outcome.links.iter().map(linkage::Edge::probability).sum();
        assert!(right >= precision * outcome.links.len() as f64 - 1e-6);
        let (reached, recall) = town.quality(&outcome, |_| true);
        assert!(reached > precision - 0.004, "{reached} for {precision}");
        assert!(recall > 0.9, "{recall} for {precision}");
        found.push(outcome.links.len());
    }
    assert!(found.is_sorted_by(|more, fewer| more >= fewer), "{found:?}");
}
