use std::collections::BTreeMap;

use linkage::Linker;
use model::{Demographics, NhsNumber};
use proptest::prelude::*;

use crate::families::{number, who};

const FAMILIES: [&str; 5] = ["Khan", "Smith", "Smith-Khan", "O'Brien", ""];
const GIVEN: [&str; 7] = ["Ann", "Anne", "Hassan", "Hussain", "Robert", "Bob", ""];
const BIRTHS: [&str; 5] = ["1950-01-02", "1950-02-01", "2001-03-04", "1980-12-31", ""];
const POSTCODES: [&str; 3] = ["HA9 9HA", "NW10 5UY", ""];

/// Few values, so that people agree and contradict each other in every way.
fn anybody() -> impl Strategy<Value = Demographics> {
    let parts = (0..4_u32, 0..12_u32, 0..8_u64, 0..5_usize, 0..7_usize, 0..5_usize, 0..3_usize);
    parts.prop_map(|(source, person, nhs, family, given, birth, postcode)| {
        // 0: none, 6: fails its check digit, 7: not a number.
        let nhs = match nhs {
            0 => String::new(),
            6 => "9990000001".to_owned(),
            7 => "n/a".to_owned(),
            n => number(n),
        };
        let id = format!("{source}-{person}");
        who(&id, &nhs, FAMILIES[family], GIVEN[given], BIRTHS[birth], POSTCODES[postcode])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Every source person's first valid number: one person never has two.
    #[test]
    fn no_person_has_two_numbers(all in prop::collection::vec(anybody(), 1..60)) {
        let mut linker = Linker::new();
        let mut held: BTreeMap<u32, NhsNumber> = BTreeMap::new();
        for one in &all {
            let known = linker.seen(&one.source, &one.source_person).is_some();
            let link = linker.link(one);
            let Ok(new) = NhsNumber::parse(&one.nhs_number) else { continue };
            match held.get(&link.person.0) {
                None => { held.insert(link.person.0, new); }
                Some(old) if *old == new => {}
                // Only a source that changes its own mind may bring another, and that is for review.
                Some(_) => prop_assert!(known && link.review.is_some()),
            }
        }
    }

    /// The same people in the same order give the same links, and loading what was linked gives the same people.
    #[test]
    fn links_are_the_same_every_time(all in prop::collection::vec(anybody(), 1..60)) {
        let run = || {
            let mut linker = Linker::new();
            all.iter().map(|one| linker.link(one)).collect::<Vec<_>>()
        };
        let links = run();
        prop_assert_eq!(&links, &run());
        let mut loaded = Linker::new();
        for (one, link) in all.iter().zip(&links) {
            loaded.load(one, link.person);
        }
        for (one, link) in all.iter().zip(&links) {
            prop_assert_eq!(loaded.link(one).person, link.person);
        }
    }

    /// A new person's number was never given before.
    #[test]
    fn new_people_are_new(all in prop::collection::vec(anybody(), 1..60)) {
        let mut linker = Linker::new();
        let mut last = 0;
        for one in &all {
            let link = linker.link(one);
            if link.is_new() {
                prop_assert_eq!(link.person.0, last + 1);
                last += 1;
            } else {
                prop_assert!(link.person.0 <= last);
            }
        }
    }
}
