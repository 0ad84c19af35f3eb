//! How well records are linked, counted for those whom linking may serve worse: by source, age, sex, ethnicity and
//! deprivation. What becomes of records without an NHS number is tried in `without_number.rs` and counted here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use hashbrown::HashMap;
use model::{Feed, PersonId, age_on};
use store::cases;
use store::quality::{self, Line, Quality, Tried};
use warehouse::facts::PersonFact;

use crate::link::{KnownIdentity, Linked};
use crate::without_number::Came;
use crate::{Deployment, PipelineError};

/// Counts the records of this run, but of nobody who has asked not to be counted. The counts go into the store once the run is
/// published.
pub(crate) async fn quality(
    deployment: &Deployment,
    linked: &Linked,
    facts: &[PersonFact],
    objected: &BTreeSet<PersonId>,
    as_at: NaiveDate,
) -> Result<Quality, PipelineError> {
    let open = cases::open(deployment.store.pipeline()).await?;
    let mut lines = tokio::task::block_in_place(|| count(linked, facts, objected, &open, as_at));
    let tried_as_at = match &linked.tried {
        Some(_) => Some(as_at),
        None => {
            let last = quality::last(deployment.store.pipeline()).await?;
            last.and_then(|last| carry_over(&mut lines, &last))
        }
    };
    Ok(Quality { as_at, lines, tried_as_at })
}

/// Where nothing was linked anew, what was tried before holds still.
fn carry_over(lines: &mut [Line], last: &Quality) -> Option<NaiveDate> {
    for line in lines {
        let before = last.lines.iter().find(|before| before.by == line.by && before.group == line.group);
        line.tried = before.map(|before| before.tried).unwrap_or_default();
    }
    last.tried_as_at
}

type Group = (&'static str, String);
type Pair = (cases::SourcePerson, cases::SourcePerson);

fn count(
    linked: &Linked,
    facts: &[PersonFact],
    objected: &BTreeSet<PersonId>,
    open: &[Pair],
    as_at: NaiveDate,
) -> Vec<Line> {
    let facts: HashMap<PersonId, &PersonFact> = facts.iter().map(|fact| (fact.person, fact)).collect();
    let doubtful: BTreeSet<(&str, &str)> =
        open.iter().flat_map(|(one, other)| [one, other]).map(|(s, p)| (s.as_str(), p.as_str())).collect();
    let tried: HashMap<(&str, &str), Came> = linked
        .tried
        .iter()
        .flatten()
        .map(|tried| ((tried.record.0.as_str(), tried.record.1.as_str()), tried.came))
        .collect();
    let mut owners = HashMap::new();
    let mut lines: BTreeMap<Group, Line> = BTreeMap::new();
    for (person, records) in linked.people().filter(|(person, _)| !objected.contains(person)) {
        let mut groups = facts.get(&person).map(|fact| groups_of(fact, as_at)).unwrap_or_default();
        groups.push(everybody());
        let mut feeds = BTreeSet::new();
        for record in records {
            let said = &record.demographics;
            let own = source_group(&said.source);
            feeds.insert(own.clone());
            let others = || records.iter().map(|r| &r.demographics).filter(|r| r.source != said.source);
            let by_number = !said.nhs_number.is_empty() && others().any(|r| r.nhs_number == said.nhs_number);
            let came = tried.get(&key(record));
            for group in groups.iter().chain([&own]) {
                let line = lines.entry(group.clone()).or_insert_with(|| blank(group));
                line.records += 1;
                line.linked += u64::from(others().next().is_some());
                line.no_number += u64::from(said.nhs_number.is_empty());
                line.by_number += u64::from(by_number);
                line.tried.records += u64::from(came.is_some());
                line.tried.found += u64::from(came == Some(&Came::Found));
                line.tried.wrong += u64::from(came == Some(&Came::Wrong));
            }
            if doubtful.contains(&key(record)) {
                owners.insert(key(record), groups.iter().cloned().chain([own]).collect::<BTreeSet<Group>>());
            }
        }
        for group in groups.into_iter().chain(feeds) {
            if let Some(line) = lines.get_mut(&group) {
                line.people += 1;
            }
        }
    }
    for (one, other) in open {
        // A case whose two records are of one group counts there once.
        let sides = [one, other].map(|(source, person)| owners.get(&(source.as_str(), person.as_str())));
        let touched: BTreeSet<&Group> = sides.into_iter().flatten().flatten().collect();
        for group in touched {
            if let Some(line) = lines.get_mut(group) {
                line.open_cases += 1;
            }
        }
    }
    lines.into_values().collect()
}

fn key(record: &KnownIdentity) -> (&str, &str) {
    (&record.demographics.source, &record.demographics.source_person)
}

fn blank((by, group): &Group) -> Line {
    Line {
        by: (*by).to_owned(),
        group: group.clone(),
        people: 0,
        records: 0,
        linked: 0,
        no_number: 0,
        open_cases: 0,
        by_number: 0,
        tried: Tried::default(),
    }
}

/// The group that everybody is of.
fn everybody() -> Group {
    (quality::EVERYBODY, quality::EVERYBODY.to_owned())
}

fn source_group(source: &str) -> Group {
    let feed = source.split(':').next().unwrap_or("");
    ("Source", feed.parse::<Feed>().map_or_else(|_| feed.to_owned(), |feed| feed.label().to_owned()))
}

/// The groups that a person is of, as the most trusted source of each fact has it.
fn groups_of(fact: &PersonFact, as_at: NaiveDate) -> Vec<Group> {
    let age = fact.birth_date.and_then(|birth| age_on(birth, fact.death_date.unwrap_or(as_at)));
    let band = match age {
        None => NOT_KNOWN,
        Some(0..=4) => "0 to 4",
        Some(5..=17) => "5 to 17",
        Some(18..=39) => "18 to 39",
        Some(40..=64) => "40 to 64",
        Some(65..=79) => "65 to 79",
        Some(_) => "80 and over",
    };
    let fifth = match fact.imd_decile {
        Some(1 | 2) => "1 (most deprived)",
        Some(3 | 4) => "2",
        Some(5 | 6) => "3",
        Some(7 | 8) => "4",
        Some(9 | 10) => "5 (least deprived)",
        _ => NOT_KNOWN,
    };
    vec![
        ("Age", band.to_owned()),
        ("Sex", fact.sex.label().to_owned()),
        ("Ethnic category", ethnic_group(&fact.ethnic_category).to_owned()),
        ("Deprivation fifth", fifth.to_owned()),
    ]
}

const NOT_KNOWN: &str = "Not known";

/// The five groups of the 2001 categories. Source: NHS Data Dictionary, ETHNIC CATEGORY.
fn ethnic_group(category: &str) -> &'static str {
    match category {
        "A" | "B" | "C" => "White",
        "D" | "E" | "F" | "G" => "Mixed",
        "H" | "J" | "K" | "L" => "Asian or Asian British",
        "M" | "N" | "P" => "Black or Black British",
        "R" | "S" => "Other ethnic groups",
        _ => "Not stated or not known",
    }
}

#[cfg(test)]
mod tests {
    use linkage::Rule;
    use model::{Demographics, Sex};

    use super::*;
    use crate::without_number::TriedRecord;

    fn record(person: u32, source: &str, number: &str) -> KnownIdentity {
        let demographics = Demographics {
            source: source.to_owned(),
            source_person: person.to_string(),
            nhs_number: number.to_owned(),
            ..Demographics::default()
        };
        KnownIdentity { person: PersonId(person), rule: Rule::ALL[0], at: (0, 0), demographics }
    }

    fn fact(person: u32) -> PersonFact {
        PersonFact {
            person: PersonId(person),
            sex: Sex::Female,
            birth_date: NaiveDate::from_ymd_opt(1940, 1, 1),
            death_date: None,
            practice: String::new(),
            borough: String::new(),
            lsoa: String::new(),
            imd_decile: Some(3),
            ethnic_category: "P".to_owned(),
            registered: true,
            registered_since: None,
            before_death: None,
            planning: true,
        }
    }

    #[test]
    fn records_are_counted_by_source_and_by_who_they_are_of() {
        let linked = Linked {
            identities: vec![
                record(1, "gp:A", "9990000018"),
                record(1, "sus_ae:B", ""),
                record(2, "gp:A", ""),
            ],
            tried: Some(vec![TriedRecord { record: ("gp:A".to_owned(), "1".to_owned()), came: Came::Found }]),
            ..Linked::default()
        };
        let side = |source: &str, person: &str| (source.to_owned(), person.to_owned());
        let open = [(side("gp:A", "2"), side("sus_ae:B", "1"))];
        let as_at = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let lines = count(&linked, &[fact(1), fact(2)], &BTreeSet::new(), &open, as_at);
        let of = |by: &str, group: &str| {
            let line = lines.iter().find(|line| line.by == by && line.group == group).unwrap();
            [line.people, line.records, line.linked, line.no_number, line.open_cases]
        };
        assert_eq!(of("Source", Feed::Gp.label()), [2, 2, 1, 1, 1]);
        assert_eq!(of("Source", Feed::SusAe.label()), [1, 1, 1, 1, 1]);
        assert_eq!(of("Sex", "Female"), [2, 3, 2, 2, 1]);
        assert_eq!(of("Age", "80 and over"), [2, 3, 2, 2, 1]);
        assert_eq!(of("Ethnic category", "Black or Black British"), [2, 3, 2, 2, 1]);
        assert_eq!(of("Deprivation fifth", "2"), [2, 3, 2, 2, 1]);
        assert_eq!(of("Everybody", "Everybody"), [2, 3, 2, 2, 1]);
        let tried =
            |lines: &[Line], group: &str| lines.iter().find(|line| line.group == group).unwrap().tried;
        let once = Tried { records: 1, found: 1, wrong: 0 };
        assert_eq!([Feed::Gp.label(), "Female", "Everybody"].map(|group| tried(&lines, group)), [once; 3]);
        assert_eq!(tried(&lines, Feed::SusAe.label()), Tried::default());

        // A run that tried nothing keeps what was found before.
        let last = Quality { as_at, lines, tried_as_at: Some(as_at) };
        let linked = Linked { tried: None, ..linked };
        let mut lines = count(&linked, &[fact(1), fact(2)], &BTreeSet::new(), &[], as_at);
        assert_eq!(tried(&lines, "Female"), Tried::default());
        assert_eq!(carry_over(&mut lines, &last), Some(as_at));
        assert_eq!([tried(&lines, "Female"), tried(&lines, Feed::SusAe.label())], [once, Tried::default()]);
    }

    #[test]
    fn records_with_one_number_in_two_sources_are_linked_by_number() {
        let number = "9990000018";
        let identities = vec![
            record(1, "gp:A", number),
            record(1, "csds:B", number),
            record(1, "sus_ae:C", ""),
            record(2, "gp:A", "9990000026"),
        ];
        let linked = Linked { identities, ..Linked::default() };
        let as_at = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let everybody = |objected: &[u32]| {
            let objected = objected.iter().copied().map(PersonId).collect();
            let lines = count(&linked, &[], &objected, &[], as_at);
            let all = lines.iter().find(|line| line.group == "Everybody").unwrap();
            (all.records, all.by_number, all.no_number)
        };
        assert_eq!(everybody(&[]), (4, 2, 1));
        assert_eq!(everybody(&[2]), (3, 2, 1), "who asked not to be counted is not");
    }
}
