use chrono::NaiveDate;
use linkage::{Link, Linker, Rule};
use model::{Demographics, NhsNumber, PersonId, Sex};

/// A valid test number made from a small one.
pub fn number(n: u64) -> String {
    (0..).find_map(|step| NhsNumber::from_first_nine(999_000_000 + n * 20 + step)).unwrap().digits()
}

pub fn who(id: &str, nhs: &str, family: &str, given: &str, birth: &str, postcode: &str) -> Demographics {
    Demographics {
        source: format!("src:{}", id.split('-').next().unwrap()),
        source_person: id.into(),
        nhs_number: nhs.into(),
        family_name: family.into(),
        given_name: given.into(),
        birth_date: NaiveDate::parse_from_str(birth, "%Y-%m-%d").ok(),
        postcode: postcode.into(),
        ..Demographics::default()
    }
}

fn links(all: &[Demographics]) -> Vec<Link> {
    let mut linker = Linker::new();
    all.iter().map(|one| linker.link(one)).collect()
}

fn rules(all: &[Demographics]) -> Vec<(u32, Rule)> {
    links(all).into_iter().map(|link| (link.person.0, link.rule)).collect()
}

#[test]
fn a_number_needs_the_date_of_birth_or_the_name() {
    let n = number(1);
    let got = rules(&[
        who("a", &n, "Okafor", "Ann", "1950-01-02", "HA9 9HA"),
        who("b", &n, "", "", "1950-01-02", ""),
        who("c", &n, "OKAFOR-LEE", "Anne", "1951-01-02", ""),
        who("d", &n, "Brown", "Joan", "1977-05-05", ""),
        who("e", &n, "", "", "", ""),
    ]);
    assert_eq!(got[1], (1, Rule::NhsNumberAndBirthDate));
    assert_eq!(got[2], (1, Rule::NhsNumberAndName));
    assert_eq!(got[3], (2, Rule::NewPerson));
    assert_eq!(got[4].1, Rule::NewPerson, "nothing to confirm it by");
}

#[test]
fn a_number_that_fails_its_check_digit_counts_for_nothing() {
    let got = rules(&[
        who("a", "9990000001", "Okafor", "Ann", "1950-01-02", ""),
        who("b", "9990000001", "Okafor", "Ann", "1971-07-09", ""),
    ]);
    assert_eq!(got[1].1, Rule::NewPerson);
}

#[test]
fn three_of_four() {
    let first = who("a", "", "O'Neill", "Siân", "1950-01-02", "HA9 9HA");
    for (other, rule) in [
        (who("b", "", "ONEILL", "SIAN", "1950-01-02", "ha99ha"), Rule::FourOfFour),
        (who("b", "", "O'Neill", "Sian", "1950-01-02", "NW10 5UY"), Rule::NamesAndBirthDate),
        (who("b", "", "O'Neill", "Sian", "1950-02-01", "HA9 9HA"), Rule::NamesAndPostcode),
        (who("b", "", "O'Neill", "S", "1950-01-02", "HA9 9HA"), Rule::FamilyNameBirthDatePostcode),
        (who("b", "", "Patel", "Sian", "1950-01-02", "HA9 9HA"), Rule::GivenNameBirthDatePostcode),
        (who("b", "", "O'Neill", "Sian", "", "NW10 5UY"), Rule::NewPerson),
        (who("b", "", "Patel", "Sian", "1950-01-02", "NW10 5UY"), Rule::NewPerson),
    ] {
        assert_eq!(rules(&[first.clone(), other])[1].1, rule);
    }
}

#[test]
fn twins_stay_two_people() {
    let (one, two) = (number(1), number(2));
    let hassan = who("a-1", &one, "Khan", "Hassan", "2001-03-04", "HA9 9HA");
    let hussain = who("a-2", &two, "Khan", "Hussain", "2001-03-04", "HA9 9HA");
    // Without numbers, and with one entered under the other's.
    let got = rules(&[
        hassan,
        hussain,
        who("b-1", "", "Khan", "Hassan", "2001-03-04", "HA9 9HA"),
        who("b-2", "", "Khan", "Hussain", "2001-03-04", "HA9 9HA"),
        who("c-1", &one, "Khan", "Hussain", "2001-03-04", "HA9 9HA"),
        who("d-1", "", "Khan", "", "2001-03-04", "HA9 9HA"),
    ]);
    let people: Vec<u32> = got.iter().map(|(person, _)| *person).collect();
    assert_eq!(people[..4], [1, 2, 1, 2]);
    assert!(people[4] != 1 && people[4] != 2, "a number and a name that contradict each other join nobody");
    assert!(people[5] > 2, "either twin: none is chosen");
}

#[test]
fn father_and_son_of_one_name_stay_two_people() {
    let got = rules(&[
        who("a-1", "", "Khan", "Imran", "1960-03-04", "HA9 9HA"),
        who("a-2", "", "Khan", "Imran", "1990-11-21", "HA9 9HA"),
    ]);
    assert_eq!(got[1], (2, Rule::NewPerson));
}

#[test]
fn brother_and_sister_with_one_initial_stay_two_people() {
    let sex = |mut one: Demographics, sex| {
        one.sex = sex;
        one
    };
    let got = rules(&[
        sex(who("a-1", "", "Khan", "S", "2001-03-04", "HA9 9HA"), Sex::Male),
        sex(who("a-2", "", "Khan", "Sara", "2001-03-04", "HA9 9HA"), Sex::Female),
    ]);
    assert_eq!(got[1], (2, Rule::NewPerson));
}

#[test]
fn different_numbers_are_never_joined() {
    let got = links(&[
        who("a", &number(1), "Khan", "Imran", "1960-03-04", "HA9 9HA"),
        who("b", &number(2), "Khan", "Imran", "1960-03-04", "HA9 9HA"),
    ]);
    assert!(got[1].is_new());
    assert!(got[1].review.as_deref().is_some_and(|why| why.contains("another NHS number")));
}

#[test]
fn sources_without_names_join_nobody() {
    let got = rules(&[
        who("a", "", "", "", "", ""),
        who("b", "", "", "", "", ""),
        who("c", "", "", "", "1960-01-01", "HA9 9HA"),
    ]);
    assert_eq!(got.iter().map(|(person, _)| *person).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn no_fixed_abode_is_not_an_address_and_baby_is_not_a_name() {
    let got = rules(&[
        who("a", "", "Khan", "Imran", "", "ZZ99 3VZ"),
        who("b", "", "Khan", "Imran", "", "ZZ99 3VZ"),
        who("c-1", "", "Cole", "Baby", "2026-01-01", "HA9 9HA"),
        who("c-2", "", "Cole", "Ada", "2026-01-01", "HA9 9HA"),
    ]);
    assert_eq!(got[1].1, Rule::NewPerson);
    assert_eq!(got[3].1, Rule::FamilyNameBirthDatePostcode);
}

#[test]
fn a_source_person_keeps_who_they_are() {
    let mut linker = Linker::new();
    let first = linker.link(&who("a", &number(1), "Khan", "Imran", "1960-03-04", "HA9 9HA"));
    let again = linker.link(&who("a", &number(2), "Lee", "Bo", "1999-09-09", "NW10 5UY"));
    assert_eq!((again.person, again.rule), (first.person, Rule::SameSourcePerson));
    assert!(again.review.is_some());
    // The new number was not taken: somebody else who brings it is not this person.
    assert!(linker.link(&who("b", &number(2), "Lee", "Bo", "1999-09-09", "")).is_new());
    // A move is learnt from.
    linker.link(&who("a", "", "Khan", "Imran", "1960-03-04", "W1A 1AA"));
    let moved = linker.link(&who("c", "", "Khan", "Imran", "", "W1A 1AA"));
    assert_eq!(moved.person, first.person);
}

#[test]
fn loading_gives_numbers_above_all_loaded() {
    let mut linker = Linker::with_room_for(10);
    linker.load(&who("a", "", "Khan", "Imran", "1960-03-04", "HA9 9HA"), PersonId(41));
    linker.remember("src:b", "b", PersonId(7));
    assert_eq!(linker.seen("src:b", "b"), Some(PersonId(7)));
    let link = linker.link(&who("c", "", "Lee", "Bo", "1999-09-09", ""));
    assert_eq!(link.person, PersonId(42));
    let link = linker.link(&who("d", "", "Khan", "Imran", "1960-03-04", ""));
    assert_eq!(link.person, PersonId(41));
}

#[test]
fn rule_ids_are_stable() {
    let ids: Vec<&str> = Rule::ALL.map(Rule::id).to_vec();
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), Rule::ALL.len());
    for rule in Rule::ALL {
        assert_eq!(Rule::from_id(rule.id()), Some(rule));
    }
}
