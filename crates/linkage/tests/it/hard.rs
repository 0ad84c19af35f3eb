//! The cases where linkage fails first, each in a town of people who are no such case.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use linkage::Outcome;

use crate::town::{Town, Who, typo};

/// How many of each case there are in the town.
const EACH: usize = 12;

/// One instance of a case: records of one person, then of the other where there are two.
type Pair = (Vec<u32>, Vec<u32>);

/// A town with every case that is a matter of a few people, linked once for all the tests.
struct Cases {
    town: Town,
    outcome: Outcome,
    twins: Vec<Pair>,
    numbered_twins: Vec<Pair>,
    namesakes: Vec<Pair>,
    brides_with_number: Vec<Vec<u32>>,
    brides_with_phone: Vec<Vec<u32>>,
    brides: Vec<Vec<u32>>,
    babies: Vec<Vec<u32>>,
    unnamed_twins: Vec<(Vec<u32>, Vec<u32>, u32)>,
    swapped_numbers: Vec<Pair>,
    swapped_in_house: Vec<Pair>,
    swapped_names: Vec<Vec<u32>>,
    transliterated: Vec<Vec<u32>>,
}

static CASES: LazyLock<Cases> = LazyLock::new(|| {
    let mut town = Town::new(1969, 1_400);
    let each = |town: &mut Town,
                make: &mut dyn FnMut(&mut Town, usize) -> Vec<Vec<u32>>|
     -> Vec<Vec<Vec<u32>>> { (0..EACH).map(|n| make(town, n)).collect() };
    let pairs = |all: Vec<Vec<Vec<u32>>>| -> Vec<Pair> {
        all.into_iter().map(|mut one| (one.remove(0), one.remove(0))).collect()
    };
    let ones =
        |all: Vec<Vec<Vec<u32>>>| -> Vec<Vec<u32>> { all.into_iter().map(|mut one| one.remove(0)).collect() };
    let blank = |who: &Who| who.numbered("");

    let twins = pairs(each(&mut town, &mut |town, n| {
        let (one, other) = pair_of_twins(town, n);
        vec![twice(town, &blank(&one)), twice(town, &blank(&other))]
    }));
    let numbered_twins = pairs(each(&mut town, &mut |town, n| {
        let (one, other) = pair_of_twins(town, n);
        // Names that differ by a sound: without their numbers these could be one person.
        let (first, second) = [("Hassan", "Hussain"), ("Amelia", "Amelie"), ("Sophie", "Sophia")][n % 3];
        let (one, other) = (one.named(first, &one.family), other.named(second, &one.family));
        vec![twice(town, &one), twice(town, &other)]
    }));
    let namesakes = pairs(each(&mut town, &mut |town, _| {
        let father = blank(&town.somebody("M", 1940, 1970));
        let son = Who { middle: String::new(), ..father.clone() }.born(&town.birth(1971, 2000));
        vec![twice(town, &father), twice(town, &son)]
    }));
    let brides_with_number = ones(each(&mut town, &mut |town, _| {
        let (before, after) = bride(town);
        vec![town.records_of(&[before, after])]
    }));
    let brides_with_phone = ones(each(&mut town, &mut |town, _| {
        let (before, after) = bride(town);
        vec![town.records_of(&[blank(&before), blank(&after)])]
    }));
    let brides = ones(each(&mut town, &mut |town, _| {
        let (before, after) = bride(town);
        let after = Who { phone: String::new(), ..blank(&after) };
        vec![town.records_of(&[before, after])]
    }));
    let babies = ones(each(&mut town, &mut |town, n| {
        let child = town.somebody("F", 2022, 2024);
        let unnamed = ["Baby", "Baby of Sarah", "B/O Sarah", "Infant", "Baby Girl", "Female infant"][n % 6];
        let at_birth = Who { middle: String::new(), ..blank(&child).named(unnamed, &child.family) };
        vec![town.records_of(&[at_birth, child])]
    }));
    let unnamed_twins = each(&mut town, &mut |town, n| {
        let (one, other) = pair_of_twins(town, n);
        let baby = town.person();
        let at_birth = blank(&one).named("Baby", &one.family);
        let at_birth = Who { middle: String::new(), sex: "", ..at_birth };
        vec![twice(town, &one), twice(town, &blank(&other)), vec![town.record(baby, &at_birth)]]
    });
    let unnamed_twins =
        unnamed_twins.into_iter().map(|mut all| (all.remove(0), all.remove(0), all.remove(0)[0])).collect();
    let swapped_numbers = pairs(each(&mut town, &mut |town, _| {
        let (one, other) = (town.somebody("F", 1940, 2000), town.somebody("M", 1940, 2000));
        swapped(town, &one, &other)
    }));
    let swapped_in_house = pairs(each(&mut town, &mut |town, _| {
        let one = town.somebody("F", 1970, 2000);
        let other = town.somebody("M", 1970, 2000);
        let other = Who { family: one.family.clone(), phone: one.phone.clone(), ..other };
        let other = other.moved(&(one.address.clone(), one.postcode.clone()));
        swapped(town, &one, &other)
    }));
    let swapped_names = ones(each(&mut town, &mut |town, n| {
        let names = [
            ("Wai Wei", "Zhang"),
            ("Arjun", "Nair"),
            ("Van", "Nguyen"),
            ("Ferenc", "Nagy"),
            ("Li Na", "Chen"),
            ("Sivakumar", "Rajaratnam"),
            ("Tadeusz", "Wojcik"),
            ("Abebe", "Tadesse"),
            ("Hiroshi", "Tanaka"),
            ("Minh", "Pham"),
            ("Babak", "Karimi"),
            ("Joon", "Kim"),
        ][n];
        // Some come back with a slip or a hyphen too.
        let (family, given) = match names {
            ("Wai Wei", _) => ("Wai-Wei", "Zhang"),
            ("Li Na", _) => ("Li-Na", "Chenn"),
            (given, family) => (given, family),
        };
        let who = blank(&town.somebody("M", 1950, 2000)).named(names.0, names.1);
        let home = town.home();
        vec![town.records_of(&[who.clone(), who.named(given, family).moved(&home)])]
    }));
    let transliterated = ones(each(&mut town, &mut |town, n| {
        let forms = [
            ("Mohammed", "Hussein", "Muhammad", "Husain"),
            ("Yousef", "Choudhury", "Yusuf", "Chaudhry"),
            ("Olga", "Shevchenko", "Olha", "Schewtschenko"),
            ("Fatemeh", "Rezaei", "Fatima", "Rezai"),
            ("Giorgos", "Papadopoulos", "Georgios", "Papadopulos"),
            ("Siân", "Müller", "Sian", "Mueller"),
            ("Aleksandr", "Chaikovsky", "Alexander", "Tchaikovsky"),
            ("Khadija", "Abdulrahman", "Khadijah", "Abdul Rahman"),
            ("Jerzy", "Wałęsa", "Jerzy", "Walesa"),
            ("Xiaoming", "Chiang", "Xiao Ming", "Jiang"),
            ("Zaynab", "Qureshi", "Zainab", "Kureshi"),
            ("Ayşe", "Yıldız", "Ayse", "Yildiz"),
        ][n];
        let who = blank(&town.somebody("F", 1950, 2000)).named(forms.0, forms.1);
        let other = Who { phone: String::new(), middle: String::new(), ..who.named(forms.2, forms.3) };
        vec![town.records_of(&[who, other])]
    }));
    let outcome = town.linked();
    Cases {
        town,
        outcome,
        twins,
        numbered_twins,
        namesakes,
        brides_with_number,
        brides_with_phone,
        brides,
        babies,
        unnamed_twins,
        swapped_numbers,
        swapped_in_house,
        swapped_names,
        transliterated,
    }
});

fn twice(town: &mut Town, who: &Who) -> Vec<u32> {
    let mut slip = who.clone();
    typo(&mut slip.family, &mut town.dice);
    slip.phone.clear();
    town.records_of(&[who.clone(), slip, who.clone()])
}

/// Two of one sex with plainly different names.
fn pair_of_twins(town: &mut Town, n: usize) -> (Who, Who) {
    let names = [
        ("Hamza", "Bilal"),
        ("Oliver", "Harry"),
        ("Jack", "Thomas"),
        ("Aisha", "Zainab"),
        ("Leo", "Adam"),
        ("Sophie", "Lily"),
    ][n % 6];
    let one = Who {
        middle: String::new(),
        ..town.somebody(if n.is_multiple_of(2) { "M" } else { "F" }, 2005, 2024)
    };
    let one = one.named(names.0, &one.family);
    let number = town.nhs();
    let other = one.named(names.1, &one.family).numbered(&number);
    (one, other)
}

/// A woman before and after her marriage and her move; the number and the telephone stay.
fn bride(town: &mut Town) -> (Who, Who) {
    let before = town.somebody("F", 1965, 2000);
    let (family, home) = (town.family_name(), town.home());
    let after = before.named(&before.given, &family).moved(&home);
    (before, after)
}

/// Two people, and a record of each under the other's number.
fn swapped(town: &mut Town, one: &Who, other: &Who) -> Vec<Vec<u32>> {
    vec![
        town.records_of(&[one.clone(), one.clone(), one.numbered(&other.nhs)]),
        town.records_of(&[other.clone(), other.clone(), other.numbered(&one.nhs)]),
    ]
}

fn cluster(outcome: &Outcome, record: u32) -> u32 {
    outcome.clusters[record as usize]
}

fn together(cases: &Cases, records: &[u32]) -> bool {
    records.windows(2).all(|two| cluster(&cases.outcome, two[0]) == cluster(&cases.outcome, two[1]))
}

fn meet(cases: &Cases, (ones, others): &Pair) -> bool {
    ones.iter().any(|one| others.iter().any(|other| together(cases, &[*one, *other])))
}

fn tell(cases: &Cases, records: &[u32]) -> String {
    let mut text = String::new();
    let of: Vec<u32> = records.iter().map(|record| cluster(&cases.outcome, *record)).collect();
    let all = 0..cases.town.records.len() as u32;
    let records: Vec<u32> = all.filter(|record| of.contains(&cluster(&cases.outcome, *record))).collect();
    for record in &records {
        let (_, who) = &cases.town.records[*record as usize];
        text += &format!("\n{record} in {}: {:?}", cluster(&cases.outcome, *record), who.columns());
    }
    for edge in cases.outcome.links.iter().chain(&cases.outcome.others) {
        if records.contains(&edge.one) && records.contains(&edge.other) {
            text += &format!("\n{} {} {:.1}", edge.one, edge.other, edge.bits);
        }
    }
    text
}

fn assert_apart(cases: &Cases, pairs: &[Pair]) {
    let wrong: Vec<&Pair> = pairs.iter().filter(|pair| meet(cases, pair)).collect();
    let tell = |pair: &&Pair| tell(cases, &[pair.0.clone(), pair.1.clone()].concat());
    assert!(wrong.is_empty(), "{} of {}: {}", wrong.len(), pairs.len(), tell(&wrong[0]));
}

/// At least so many of the cases are together.
fn assert_together(cases: &Cases, all: &[Vec<u32>], least: usize) {
    let apart: Vec<&Vec<u32>> = all.iter().filter(|one| !together(cases, one)).collect();
    let told: String = apart.iter().map(|one| tell(cases, one)).collect();
    assert!(all.len() - apart.len() >= least, "{} of {} apart: {told}", apart.len(), all.len());
}

#[test]
fn the_town_is_linked_well() {
    let cases = &*CASES;
    let (precision, recall) = cases.town.quality(&cases.outcome, |_| true);
    assert!(precision > 0.99, "precision {precision}");
    assert!(recall > 0.97, "recall {recall}");
}

#[test]
fn twins() {
    assert_apart(&CASES, &CASES.twins);
    assert_apart(&CASES, &CASES.numbered_twins);
    let both = CASES.twins.iter().flat_map(|(one, other)| [one.clone(), other.clone()]);
    assert_together(&CASES, &both.collect::<Vec<_>>(), 2 * EACH);
}

#[test]
fn father_and_son_of_one_name_at_one_address() {
    assert_apart(&CASES, &CASES.namesakes);
    let both = CASES.namesakes.iter().flat_map(|(one, other)| [one.clone(), other.clone()]);
    assert_together(&CASES, &both.collect::<Vec<_>>(), 2 * EACH);
}

#[test]
fn a_woman_who_changed_name_and_moved() {
    assert_together(&CASES, &CASES.brides_with_number, EACH);
    assert_together(&CASES, &CASES.brides_with_phone, EACH);
    // Given name and date of birth alone do not make sure of her, but she is seen: a link, or a pair for review.
    for records in &CASES.brides {
        let seen = |edge: &&linkage::Edge| (edge.one, edge.other) == (records[0], records[1]);
        let found = CASES.outcome.links.iter().chain(&CASES.outcome.others).find(seen);
        assert!(found.is_some(), "{}", tell(&CASES, records));
    }
}

#[test]
fn a_newborn_without_a_name() {
    assert_together(&CASES, &CASES.babies, EACH);
    for (one, other, baby) in &CASES.unnamed_twins {
        let pair = (one.clone(), other.clone());
        assert!(!meet(&CASES, &pair), "{}", tell(&CASES, &[&one[..], other, &[*baby]].concat()));
    }
}

#[test]
fn two_people_with_swapped_numbers() {
    assert_apart(&CASES, &CASES.swapped_numbers);
    assert_apart(&CASES, &CASES.swapped_in_house);
    for (one, other) in CASES.swapped_numbers.iter().chain(&CASES.swapped_in_house) {
        assert!(together(&CASES, &one[..2]) && together(&CASES, &other[..2]));
    }
}

#[test]
fn names_in_the_other_order() {
    assert_together(&CASES, &CASES.swapped_names, EACH);
}

#[test]
fn names_from_other_scripts() {
    // Both names in another form is the most that can be asked: one may be left for review.
    assert_together(&CASES, &CASES.transliterated, EACH - 1);
}

/// So many that the block of one date would be more than a thousand million pairs.
#[test]
fn fifty_thousand_born_on_the_first_of_january_1900() {
    let mut town = Town::among(1900, 1_000, 40_000);
    for n in 0..50_000_u32 {
        let sex = if n.is_multiple_of(2) { "M" } else { "F" };
        let who = town.somebody(sex, 1930, 2020).born("1900-01-01");
        let who = Who { phone: String::new(), middle: String::new(), ..who.numbered("") };
        town.records_of(&[who]);
    }
    let began = Instant::now();
    let outcome = town.linked();
    let took = began.elapsed();
    let (precision, recall) = town.quality(&outcome, |_| true);
    let mut sizes = std::collections::HashMap::new();
    for (at, cluster) in (0..).zip(&outcome.clusters) {
        let (person, who) = &town.records[at];
        if who.birth == "1900-01-01" {
            sizes.entry(*cluster).or_insert_with(Vec::new).push(*person);
        }
    }
    let merged: usize = sizes.values().filter(|people| people.len() > 1).map(Vec::len).sum();
    // Those of one given name who by chance live at one address, or next door with both names the same.
    assert!(merged <= 100, "{merged} of 50,000 merged");
    assert!(precision > 0.98 && recall > 0.99, "precision {precision}, recall {recall}");
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
fn a_postcode_shared_by_three_thousand() {
    let mut town = Town::new(1948, 800);
    let home = ("HM Prison, Du Cane Road".to_owned(), "W12 0AE".to_owned());
    let from = town.records.len() as u32;
    for _ in 0..3_000 {
        let who = town.somebody("M", 1950, 2005).moved(&home);
        let who = Who { phone: "02085885200".into(), ..who };
        if town.dice.chance(0.5) {
            town.records_of(&[who.numbered("")]);
        } else {
            town.written(&who);
        }
    }
    let outcome = town.linked();
    let (precision, recall) = town.quality(&outcome, |record| record >= from);
    assert!(precision > 0.985, "precision {precision}");
    assert!(recall > 0.95, "recall {recall}");
}
