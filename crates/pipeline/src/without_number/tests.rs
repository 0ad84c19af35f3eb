use std::path::Path;

use chrono::NaiveDate;
use methods::distributions::Confidence;
use methods::rates::proportion;
use model::{Area, Demographics, Sex};
use warehouse::standardised::Statement;

use super::*;
use crate::probable::LIMITS;

fn said(demographics: Demographics) -> Said {
    Said::of(Statement { who: 0, file: 0, line: 0, demographics })
}

fn settled() -> Settled {
    Settled::default()
}

fn linked(said: &[Said]) -> Vec<Decided> {
    let mut linker = Linker::new();
    let by_rule: Vec<Decided> = said
        .iter()
        .map(|said| {
            let link = linker.link(&said.demographics);
            (link.person, Some(link.rule))
        })
        .collect();
    let joined = join_everybody(said, &by_rule, 1, &settled(), None).1;
    joined.people.iter().map(|person| (PersonId(*person), None)).collect()
}

fn tried(said: &mut [Said], decided: &[Decided], people: usize) -> Vec<TriedRecord> {
    let settled = settled();
    let again = Again { decided, settled: &settled, model: None };
    again.try_without(said, people, &mut KnownPeople::none()).unwrap()
}

/// Recall over the tried records that `of` lets through, with its limits.
fn recall(tried: &[TriedRecord], of: impl Fn(&SourcePerson) -> bool) -> methods::Estimate {
    let of: Vec<&TriedRecord> = tried.iter().filter(|tried| of(&tried.record)).collect();
    let found = of.iter().filter(|tried| tried.came == Came::Found).count();
    proportion(found as f64, of.len() as f64, 1.0, Confidence::P95).unwrap()
}

const FAMILIES: [&str; 12] = [
    "Adeyemi",
    "Baxter",
    "Choudhury",
    "Dunmore",
    "Eastwood",
    "Farouk",
    "Goldberg",
    "Hanratty",
    "Ivanova",
    "Jarvis",
    "Kowalska",
    "Lindqvist",
];
const GIVEN: [&str; 10] = [
    "Amina",
    "Bernard",
    "Catherine",
    "Dmitri",
    "Eleanor",
    "Farhan",
    "Geraldine",
    "Horace",
    "Isolde",
    "Jerome",
];

/// Two sources' records of 400 people. Of every fourth person (source person divisible by 4) the second source has the
/// names mangled and no postcode.
fn two_sources() -> Vec<Said> {
    let mut numbers = (999_000_000..).filter_map(NhsNumber::from_first_nine);
    let mut records = Vec::new();
    for n in 0_u32..400 {
        let number = numbers.next().unwrap().as_u64().to_string();
        let birth = NaiveDate::from_ymd_opt(1930 + (n as i32 * 7) % 80, 1 + n % 12, 1 + n % 28).unwrap();
        let postcode = format!("HA{} {}{}{}", n % 9, n % 10, char::from(b'A' + (n % 20) as u8), "B");
        let right = Demographics {
            source: "gp:A".to_owned(),
            source_person: n.to_string(),
            nhs_number: number,
            family_name: FAMILIES[n as usize % 12].to_owned(),
            given_name: GIVEN[n as usize / 12 % 10].to_owned(),
            birth_date: Some(birth),
            postcode,
            sex: if n % 2 == 0 { Sex::Female } else { Sex::Male },
            ..Demographics::default()
        };
        let mut other = Demographics { source: "csds:B".to_owned(), ..right.clone() };
        if n % 4 == 0 {
            other.family_name = right.given_name.chars().rev().collect();
            other.given_name = right.family_name.chars().rev().collect();
            other.postcode = String::new();
        }
        records.extend([right, other]);
    }
    records.into_iter().map(said).collect()
}

#[test]
fn a_group_whose_names_are_mangled_is_missed_most() {
    let mut said = two_sources();
    let before: Vec<String> = said.iter().map(|said| said.demographics.nhs_number.clone()).collect();
    let decided = linked(&said);
    let people: HashSet<PersonId> = decided.iter().map(|(person, _)| *person).collect();
    assert_eq!(people.len(), 400, "with their numbers all are linked");
    let tried = tried(&mut said, &decided, 1_000);
    let mangled = |record: &SourcePerson| record.1.parse::<u32>().unwrap().is_multiple_of(4);
    assert_eq!(tried.len(), 400);
    let (poor, good) = (recall(&tried, mangled), recall(&tried, |record| !mangled(record)));
    assert!(poor.upper < 0.2 && good.lower > 0.9, "{poor:?} {good:?}");
    assert!(tried.iter().all(|tried| tried.came != Came::Wrong || mangled(&tried.record)));
    let after: Vec<&String> = said.iter().map(|said| &said.demographics.nhs_number).collect();
    assert_eq!(after, before.iter().collect::<Vec<_>>(), "every number is back in its place");
}

#[test]
fn the_same_people_are_drawn_whatever_comes_beside_them() {
    let mut said = two_sources();
    let names = |said: &[Said]| -> Vec<(String, String)> {
        draw(said, 50).iter().map(|hidden| said[hidden.at].key()).collect()
    };
    let all = names(&said);
    assert_eq!(all.len(), 50);
    said.reverse();
    assert_eq!(names(&said), all);
    // A record that has no name because it has a number cannot be tried; it still says who the other is.
    for said in said.iter_mut().filter(|said| said.demographics.source == "csds:B") {
        said.demographics.family_name.clear();
        said.demographics.given_name.clear();
    }
    let named = names(&said);
    assert!(named.len() == 50 && named.iter().all(|(source, _)| source == "gp:A"));
    said.retain(|said| said.demographics.source == "gp:A");
    assert!(names(&said).is_empty(), "a number of one organisation only proves nothing");
}

#[test]
fn a_link_to_somebody_with_another_number_is_wrong() {
    let mut said = two_sources();
    // Person 1 is known to a hospital under the names, day and postcode of person 2.
    let [Some(of_1), Some(of_2)] =
        ["1", "2"].map(|n| said.iter().find(|s| s.demographics.source_person == n))
    else {
        panic!("both are there")
    };
    let taken = Demographics {
        source: "sus_op:C".to_owned(),
        source_person: "taken".to_owned(),
        nhs_number: of_1.demographics.nhs_number.clone(),
        ..of_2.demographics.clone()
    };
    said.retain(|said| said.demographics.source_person != "1" || said.demographics.source == "gp:A");
    said.push(Said::of(Statement { who: 0, file: 0, line: 0, demographics: taken }));
    let decided: Vec<Decided> = said
        .iter()
        .map(|s| (PersonId(s.demographics.source_person.parse().unwrap_or(1) + 1), None))
        .collect();
    let at = said.len() - 1;
    let hidden = [Hidden { at, unit: unit(&said[at]), number: number(&said[at]).unwrap() }];
    for (person, came) in [(3, Came::Wrong), (2, Came::Found), (9_000, Came::Missed)] {
        let people = BTreeMap::from([(at, PersonId(person))]);
        assert_eq!(judge(&said, &decided, &hidden, &people)[0].came, came, "{person}");
    }
}

/// What five feeds say of synthetic people, and who each truly is.
fn synthetic(people: u32) -> (Vec<Said>, HashMap<SourcePerson, String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../area");
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let [boroughs, organisations, practices, lsoas] =
        ["boroughs.csv", "organisations.csv", "practices.csv", "lsoas.csv"]
            .map(|name| read(&root.join(name)));
    let area = Area::from_csv(&boroughs, &organisations, &practices, &lsoas).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    synth::generate_identities(&area, synth::Options::new(people, 3, 11), &out, &mut |_, _, _| {}).unwrap();
    let mut records = Vec::new();
    for feed in ["gp", "sus_apc", "csds", "mhsds", "cld"] {
        for line in read(&out.join(format!("{feed}.csv"))).lines().skip(1) {
            // Only the address may hold commas, and is quoted then.
            let (head, postcode) = line.rsplit_once(',').unwrap();
            let cells: Vec<&str> = head.splitn(7, ',').collect();
            let verified = NhsNumber::parse(cells[1]).is_ok();
            records.push(said(Demographics {
                source: format!("{feed}:X"),
                source_person: cells[0].to_owned(),
                nhs_number: if verified { cells[1].to_owned() } else { String::new() },
                family_name: cells[2].to_owned(),
                given_name: cells[3].to_owned(),
                birth_date: cells[4].parse().ok(),
                sex: Sex::parse(cells[5]).unwrap_or_default(),
                address: cells[6].trim_matches('"').to_owned(),
                postcode: postcode.to_owned(),
                ..Demographics::default()
            }));
        }
    }
    let truth = read(&out.join("truth.csv"));
    let truth = truth.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        ((format!("{}:X", cells[0].split(':').next().unwrap()), cells[1].to_owned()), cells[2].to_owned())
    });
    (records, truth.collect())
}

/// Every tenth record that has a name comes without its number, whoever it is of. What is estimated from the records that have one must
/// hold for those: the truth says how many of them were linked with another record of their person.
#[test]
fn the_estimate_holds_for_records_that_truly_have_no_number() {
    let (mut said, truth) = synthetic(4_000);
    let named = said.iter().filter(|said| has_name(said)).map(Said::key);
    let blank: HashSet<SourcePerson> = named.filter(|key| unit_number(key).is_multiple_of(10)).collect();
    for said in said.iter_mut().filter(|said| blank.contains(&said.key())) {
        said.demographics.nhs_number.clear();
    }
    said.sort_by_key(|said| said.demographics.nhs_number.is_empty());
    let decided = linked(&said);
    let tried = tried(&mut said, &decided, 1_500);
    assert_eq!(tried.len(), 1_500);

    let mut known: HashMap<&str, Vec<(usize, PersonId)>> = HashMap::new();
    for (at, (said, (person, _))) in said.iter().zip(&decided).enumerate() {
        known.entry(truth[&said.key()].as_str()).or_default().push((at, *person));
    }
    let (mut all, mut found) = (0_u64, 0_u64);
    for records in known.values() {
        for (at, person) in records.iter().filter(|(at, _)| blank.contains(&said[*at].key())) {
            let others = || records.iter().filter(|(other, _)| other != at);
            all += u64::from(others().next().is_some());
            found += u64::from(others().any(|(_, other)| other == person));
        }
    }
    let (estimate, truly) = (recall(&tried, |_| true), found as f64 / all as f64);
    assert!(all > 400 && truly < 0.999, "{found} of {all}");
    assert!(
        estimate.lower <= truly && truly <= estimate.upper,
        "{estimate:?}, truly {truly} ({found} of {all})"
    );
    assert!(estimate.upper - estimate.lower < 0.03, "{estimate:?} says something");

    // Right and wrong by number are right and wrong by truth.
    let wrong = tried.iter().filter(|tried| tried.came == Came::Wrong).count();
    assert!(wrong * 100 <= tried.len(), "{wrong} wrong at a limit of {}", LIMITS.join);
}

fn unit_number((source, person): &SourcePerson) -> u64 {
    XxHash3_64::oneshot(format!("{source}/{person}").as_bytes())
}
