//! The scores of a day are what `methods` computes, for everybody; every pack has everybody in one group; movement adds up.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{Days, Months, NaiveDate};
use methods::diagnosis_score::Scorer;
use methods::icd10::Code;
use methods::lace::{self, Lace};
use methods::parr30::{self, Admission};
use methods::{cambridge, charlson, day, efi, hfrs};
use warehouse::texts::TextFile;

use crate::command::{deployment, json, synth};

/// A made day: its facts and what definitions gave.
struct Day {
    facts: PathBuf,
    derived: PathBuf,
    as_at: NaiveDate,
}

type Row = BTreeMap<String, String>;

impl Day {
    fn make(folder: &Path) -> Self {
        let feeds = synth(folder, 1_500, 3);
        let dir = deployment(folder, &feeds);
        let said = json(&dir, &["refresh"], 0);
        let key = std::fs::read_dir(dir.join("data/facts")).unwrap().next().unwrap().unwrap().path();
        let as_at = said["data_as_at"].as_str().unwrap().parse().unwrap();
        Self { facts: key.join("facts"), derived: key.join("derived"), as_at }
    }

    /// The rows of a table as text.
    fn rows(&self, folder: &Path) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for path in files {
            let file = TextFile::open(&path).unwrap();
            let names = file.columns();
            let places: Vec<Option<usize>> = (0..names.len()).map(Some).collect();
            for part in file.read(&places).unwrap() {
                let part = part.unwrap();
                for row in 0..part.len() {
                    let cells = names.iter().enumerate();
                    rows.push(cells.map(|(n, name)| (name.clone(), part.get(row, n).to_owned())).collect());
                }
            }
        }
        rows
    }

    fn fact(&self, table: &str) -> Vec<Row> {
        self.rows(&self.facts.join(table))
    }

    /// A score of the day by person: value and band.
    fn score(&self, name: &str) -> BTreeMap<String, (f64, String)> {
        let rows = self.rows(&self.derived.join("score"));
        let own = rows.into_iter().filter(|row| row["score"] == name);
        own.map(|row| (row["person_id"].clone(), (row["value"].parse().unwrap(), row["band"].clone())))
            .collect()
    }

    /// Values of a column by person.
    fn by_person(&self, table: &str, column: &str) -> BTreeMap<String, Vec<String>> {
        let mut people: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in self.fact(table) {
            people.entry(row["person_id"].clone()).or_default().push(row[column].clone());
        }
        people
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The day's score is this for each of these people, and for nobody else.
fn same(name: &str, day: &Day, expected: &BTreeMap<String, (f64, String)>, near: f64) {
    let got = day.score(name);
    assert!(expected.len() > 50, "{name}: {} people are too few to tell", expected.len());
    assert_eq!(got.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{name}: other people");
    for (person, (value, band)) in expected {
        let (had, its) = &got[person];
        assert!(
            (had - value).abs() <= near && its == band,
            "{name}, {person}: {had} {its}, not {value} {band}"
        );
    }
    assert!(expected.values().any(|(value, _)| *value != 0.0), "{name}: everybody has nought");
}

#[test]
fn scores_of_a_day_are_those_of_the_methods() {
    let folder = tempfile::tempdir().unwrap();
    let day = Day::make(folder.path());
    let diagnoses = day.by_person("hospital_diagnosis", "icd10");
    for score in day::SCORES {
        let scorer = Scorer::new(score.definition, Some(score.weighting), true).unwrap();
        let of = |codes: &Vec<String>| {
            let codes = codes.iter().filter_map(|code| Code::read(code));
            let sum = scorer.score(scorer.settle(codes.fold(0, |all, code| all | scorer.conditions(code))));
            (f64::from(sum), scorer.band(sum).to_owned())
        };
        let expected = diagnoses.iter().map(|(person, codes)| (person.clone(), of(codes))).collect();
        same(score.name, &day, &expected, 0.0);
    }
    let points = hfrs::published().map(|(code, tenths)| (code.to_owned(), tenths)).collect();
    let of = |codes: &Vec<String>| {
        let tenths = hfrs::tenths(&points, codes.iter().map(String::as_str));
        let band = hfrs::band(tenths, hfrs::Boundary::NhsEngland);
        (f64::from(tenths) / 10.0, serde_json::to_value(band).unwrap().as_str().unwrap().to_owned())
    };
    let expected = diagnoses.iter().map(|(person, codes)| (person.clone(), of(codes))).collect();
    same("hfrs", &day, &expected, 0.0);
    same("cambridge_multimorbidity", &day, &cambridge_scores(&day), 1e-12);
    same("efi", &day, &frailty_indices(&day), 1e-12);
    let quan = charlson_conditions(&diagnoses);
    same("lace", &day, &lace_indices(&day, &quan), 0.0);
    same("parr30", &day, &readmission_risks(&day, &quan), 1e-12);
    packs_hold_everybody_once(&day);
    movement_adds_up(&day);
}

/// The registered and living, with the rest of what is known of them.
fn living(day: &Day) -> BTreeMap<String, Row> {
    let people = day.fact("person").into_iter();
    let here = people.filter(|row| row["registered"] == "true" && row["death_date"].is_empty());
    here.map(|row| (row["person_id"].clone(), row)).collect()
}

fn cambridge_scores(day: &Day) -> BTreeMap<String, (f64, String)> {
    let (year, five) = (Months::new(12), day.as_at - Months::new(60));
    let mut listed: BTreeMap<String, BTreeMap<String, Row>> = BTreeMap::new();
    for row in day.fact("code_date") {
        listed.entry(row["person_id"].clone()).or_default().insert(row["codelist"].clone(), row);
    }
    let mut rates: BTreeMap<String, Vec<(NaiveDate, f64)>> = BTreeMap::new();
    for row in day.fact("result").into_iter().filter(|row| row["codelist"] == "egfr") {
        let rate = (date(&row["day"]), row["value"].parse().unwrap());
        rates.entry(row["person_id"].clone()).or_default().push(rate);
    }
    assert!(day.as_at - year > five);
    let treated = ["asthma", "epilepsy"];
    let repeated = [
        ("analgesics", "painful_condition"),
        ("laxatives", "constipation"),
        ("antispasmodics", "irritable_bowel_syndrome"),
    ];
    let of = |person: &str| {
        let nothing = BTreeMap::new();
        let lists = listed.get(person).unwrap_or(&nothing);
        let in_year = |list: &str| lists.get(list).map_or(0, |row| row["n_12m"].parse::<i64>().unwrap());
        let mut found: BTreeSet<&str> = BTreeSet::new();
        for (list, condition) in cambridge::LISTS {
            let there = match list {
                "cancer" => lists.get(list).is_some_and(|row| date(&row["first_date"]) > five),
                "anxiety" | "depression" => in_year(list) > 0 || in_year("antidepressants") >= 4,
                "chronic_kidney_disease" => false,
                list if treated.contains(&list) => {
                    lists.contains_key(list) && in_year(&format!("{list}_treatment")) > 0
                }
                list => lists.contains_key(list),
            };
            if there {
                found.insert(condition);
            }
        }
        found.extend(repeated.iter().filter(|(list, _)| in_year(list) >= 4).map(|(_, condition)| *condition));
        let mut rates = rates.get(person).cloned().unwrap_or_default();
        rates.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
        let best = rates.iter().take(2).map(|(_, rate)| *rate).fold(f64::NEG_INFINITY, f64::max);
        if !rates.is_empty() && best < 60.0 {
            found.insert("chronic_kidney_disease");
        }
        let points =
            cambridge::PAYNE.conditions.iter().filter(|c| found.contains(c.name)).map(|c| c.points[0]);
        (f64::from(points.sum::<i32>()) / f64::from(cambridge::HUNDREDTHS), String::new())
    };
    living(day).into_keys().map(|person| (person.clone(), of(&person))).collect()
}

fn frailty_indices(day: &Day) -> BTreeMap<String, (f64, String)> {
    let lists = day.by_person("code_date", "codelist");
    let medicines = day.by_person("medicine", "medicine");
    let mut values: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
    for row in day.fact("result") {
        let value: f64 = row["value"].parse().unwrap();
        values.entry(row["person_id"].clone()).or_default().push((row["codelist"].clone(), value));
    }
    let of = |person: &str, sex: &str| {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        for list in lists.get(person).into_iter().flatten() {
            found.extend(efi::LISTS.iter().filter(|(known, _)| known == list).map(|(_, deficit)| *deficit));
        }
        let mut measured = values.get(person).cloned().unwrap_or_default();
        measured.retain(|(measure, value)| measure != "haemoglobin" || *value >= 30.0);
        measured.push(("medicines_12_months".to_owned(), medicines.get(person).map_or(0, Vec::len) as f64));
        let male = match sex {
            "M" => Some(true),
            "F" => Some(false),
            _ => None,
        };
        for (measure, value) in &measured {
            let known = efi::MEASURES.iter().filter(|(name, ..)| name == measure);
            found.extend(
                known.filter(|(.., met)| met.met(*value, male) == Some(true)).map(|(_, deficit, _)| *deficit),
            );
        }
        let count = u32::try_from(found.len()).unwrap();
        (efi::index(count), efi::band(count).to_owned())
    };
    let old = living(day).into_iter().filter(|(_, row)| row["age"].parse().is_ok_and(|age: u16| age >= 65));
    old.map(|(person, row)| (person.clone(), of(&person, &row["sex"]))).collect()
}

/// The conditions of Charlson's index that each person has.
fn charlson_conditions(
    diagnoses: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, BTreeSet<&'static str>> {
    let scorer = Scorer::new(&charlson::QUAN, None, true).unwrap();
    let of = |codes: &Vec<String>| {
        let codes = codes.iter().filter_map(|code| Code::read(code));
        let bits = scorer.settle(codes.fold(0, |all, code| all | scorer.conditions(code)));
        let names = scorer.names().iter().enumerate();
        names.filter(|(n, _)| bits >> n & 1 == 1).map(|(_, name)| *name).collect()
    };
    diagnoses.iter().map(|(person, codes)| (person.clone(), of(codes))).collect()
}

/// Stays of the living, those of a day aside, by person.
fn stays(day: &Day) -> BTreeMap<String, Vec<Row>> {
    let dead: BTreeSet<String> = day
        .fact("person")
        .into_iter()
        .filter(|row| !row["death_date"].is_empty())
        .map(|row| row["person_id"].clone())
        .collect();
    let mut stays: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in day.fact("spell").into_iter().filter(|row| !dead.contains(&row["person_id"])) {
        stays.entry(row["person_id"].clone()).or_default().push(row);
    }
    stays
}

fn lace_indices(
    day: &Day,
    quan: &BTreeMap<String, BTreeSet<&'static str>>,
) -> BTreeMap<String, (f64, String)> {
    let mut visits: BTreeMap<String, Vec<(NaiveDate, bool)>> = BTreeMap::new();
    for row in day.fact("ae_attendance") {
        let admitted = ["01", "1"].contains(&row["outcome"].as_str());
        visits.entry(row["person_id"].clone()).or_default().push((date(&row["day"]), admitted));
    }
    let year = day.as_at - Months::new(12);
    let mut scores = BTreeMap::new();
    for (person, stays) in stays(day) {
        let ended = stays.into_iter().filter(|stay| {
            let in_time = !stay["discharged"].is_empty() && date(&stay["discharged"]) > year;
            stay["day_case"] == "false"
                && in_time
                && date(&stay["discharged"]) <= day.as_at
                && stay["destination"] != "79"
        });
        let Some(stay) = ended.max_by_key(|s| {
            (date(&s["discharged"]), date(&s["admitted"]), std::cmp::Reverse(s["provider"].clone()))
        }) else {
            continue;
        };
        let admitted = date(&stay["admitted"]);
        let counts = |(day, led): &&(NaiveDate, bool)| {
            *day < admitted && *day >= admitted - Months::new(6) && !(*day == admitted - Days::new(1) && *led)
        };
        let visits = visits.get(&person).into_iter().flatten().filter(counts).count();
        let own: BTreeSet<&str> = lace::FROM_CHARLSON
            .iter()
            .filter(|(charlson, _)| quan.get(&person).is_some_and(|found| found.contains(charlson)))
            .map(|(_, own)| *own)
            .collect();
        let points =
            lace::COMORBIDITY.iter().filter(|(name, _)| own.contains(name)).map(|(_, points)| points).sum();
        let visits = u32::try_from(visits).unwrap();
        let lace = Lace::of(stay["nights"].parse().unwrap(), stay["emergency"] == "true", points, visits);
        scores.insert(person, (f64::from(lace.score()), lace.band().to_owned()));
    }
    scores
}

fn readmission_risks(
    day: &Day,
    quan: &BTreeMap<String, BTreeSet<&'static str>>,
) -> BTreeMap<String, (f64, String)> {
    let deciles: BTreeMap<String, String> = day
        .fact("person")
        .into_iter()
        .map(|row| (row["person_id"].clone(), row["imd_decile"].clone()))
        .collect();
    let imd: BTreeMap<String, f64> = day
        .fact("ref_imd_score")
        .into_iter()
        .map(|row| (row["decile"].clone(), row["imd_score"].parse().unwrap()))
        .collect();
    let year = day.as_at - Months::new(12);
    let mut scores = BTreeMap::new();
    for (person, stays) in stays(day) {
        let admitted = |stay: &Row| date(&stay["admitted"]);
        let begun = stays
            .iter()
            .filter(|s| s["day_case"] == "false" && admitted(s) > year && admitted(s) <= day.as_at);
        let latest = begun.max_by_key(|s| (admitted(s), std::cmp::Reverse(s["provider"].clone())));
        let Some(stay) = latest.filter(|stay| !stay["age"].is_empty()) else { continue };
        let before = |s: &&Row| {
            let earlier = admitted(s) < admitted(stay)
                || (admitted(s) == admitted(stay) && s["provider"] > stay["provider"]);
            s["emergency"] == "true" && admitted(s) >= admitted(stay) - Days::new(365) && earlier
        };
        let emergencies: Vec<&Row> = stays.iter().filter(before).collect();
        let has = |(name, _): (&str, f64)| {
            let told = parr30::FROM_CHARLSON.iter().filter(|(_, own)| *own == name);
            told.into_iter()
                .any(|(charlson, _)| quan.get(&person).is_some_and(|found| found.contains(charlson)))
        };
        let admission = Admission {
            age: stay["age"].parse().unwrap(),
            deprivation: imd.get(&deciles[&person]).copied().unwrap_or(0.0),
            emergency_admissions: u32::try_from(emergencies.len()).unwrap(),
            admitted_30_days: emergencies.iter().any(|s| admitted(s) >= admitted(stay) - Days::new(30)),
            emergency: stay["emergency"] == "true",
            conditions: parr30::CONDITIONS.map(has),
            ..Admission::default()
        };
        let probability = admission.probability();
        scores.insert(person, (probability, parr30::band(probability).to_owned()));
    }
    scores
}

/// Everybody registered and alive is in one group of every pack, and nobody else is in any.
fn packs_hold_everybody_once(day: &Day) {
    let people: Vec<String> = living(day).into_keys().collect();
    let mut packs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in day.rows(&day.derived.join("population_group")) {
        assert!(!row["reason"].is_empty(), "{row:?}");
        packs.entry(row["pack"].clone()).or_default().push(row["person_id"].clone());
    }
    assert!(packs.len() >= 3, "{:?}", packs.keys());
    for (pack, mut members) in packs {
        members.sort();
        assert_eq!(members, people, "{pack}");
    }
}

/// From each day to the next everybody of the one is somewhere in the other, and the counts of both are the groups' own.
fn movement_adds_up(day: &Day) {
    let number = |row: &Row, column: &str| row[column].parse::<i64>().unwrap();
    let mut members: BTreeMap<(String, String, i64), i64> = BTreeMap::new();
    for row in day.rows(&day.derived.join("group_history")) {
        *members.entry((row["pack"].clone(), row["as_at"].clone(), number(&row, "group"))).or_default() += 1;
    }
    for row in day.rows(&day.derived.join("population_group")) {
        *members.entry((row["pack"].clone(), day.as_at.to_string(), number(&row, "group"))).or_default() += 1;
    }
    let (mut from, mut to) = (BTreeMap::new(), BTreeMap::new());
    let mut moved = 0;
    for row in day.rows(&day.derived.join("group_movement")) {
        let people = number(&row, "people");
        let (one, other) = (number(&row, "from_group"), number(&row, "to_group"));
        *from.entry((row["pack"].clone(), row["from_day"].clone(), one)).or_insert(0) += people;
        *to.entry((row["pack"].clone(), row["to_day"].clone(), other)).or_insert(0) += people;
        moved += if one != other && one >= 0 && other >= 0 { people } else { 0 };
    }
    assert!(moved > 0, "nobody moved in a year");
    let days: BTreeSet<&String> = members.keys().map(|(_, day, _)| day).collect();
    assert_eq!(days.len(), 3, "a year ago, half a year ago, now");
    for ((pack, as_at, group), n) in &members {
        let key = (pack.clone(), as_at.clone(), *group);
        if *as_at != day.as_at.to_string() {
            assert_eq!(from.get(&key), Some(n), "from {key:?}");
        }
        if Some(&as_at) != days.first() {
            assert_eq!(to.get(&key), Some(n), "to {key:?}");
        }
    }
}
