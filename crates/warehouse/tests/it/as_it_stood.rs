//! Facts of an earlier day know nothing that came later, whatever came: what a model of risk is fitted on cannot see its outcome.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use model::{CodeScheme, Event, EventKind, PersonId, Sex};
use warehouse::WarehouseError;
use warehouse::codelists::CodeLists;
use warehouse::costs::UnitCosts;
use warehouse::definitions;
use warehouse::engine::Engine;
use warehouse::facts::{self, FactInputs, FactStore, PersonFact, people_then, places_of};
use warehouse::index::build;
use warehouse::reference::DefinitionFiles;
use warehouse::reference_tables::write_reference;
use warehouse::risk::{needed, rows};
use warehouse::standardised::{BatchFiles, BatchWriter};

const THEN: &str = "2025-10-31";
const MODEL: &str = "emergency_admission_12m";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn stay<'a>(person: &'a str, key: &'a str, from: &str, to: &str, code: &'a str) -> Event<'a> {
    let mut event = Event::new("sus_apc:RYJ", person, key, EventKind::Episode, day(from));
    (event.end, event.admitted, event.discharged) = (Some(day(to)), Some(day(from)), Some(day(to)));
    (event.scheme, event.codes, event.method, event.subtype) = (CodeScheme::Icd10, code, "21", "1");
    (event.provider, event.as_at) = ("RYJ", Some(day("2026-10-31")));
    event
}

fn seen<'a>(person: &'a str, key: &'a str, on: &str, kind: EventKind, outcome: &'a str) -> Event<'a> {
    let mut event = Event::new("gp:E84002", person, key, kind, day(on));
    (event.outcome, event.provider, event.as_at) = (outcome, "E84002", Some(day("2026-10-31")));
    event
}

fn coded<'a>(person: &'a str, key: &'a str, on: &str, code: &'a str) -> Event<'a> {
    let mut event = seen(person, key, on, EventKind::Observation, "");
    (event.scheme, event.codes, event.subtype) = (CodeScheme::Snomed, code, "condition");
    event
}

fn medicine<'a>(person: &'a str, key: &'a str, on: &str, bnf: &'a str) -> Event<'a> {
    let mut event = seen(person, key, on, EventKind::MedicineIssue, "");
    event.specialty = bnf;
    event
}

/// What had happened by then, and with `later` what has happened since.
fn index(folder: &Path, later: bool) -> Vec<PathBuf> {
    let mut events = vec![
        stay("a", "1", "2025-05-01", "2025-05-04", "N390"),
        seen("a", "2", "2025-06-01", EventKind::GpAppointment, "dna"),
        coded("b", "3", "2024-01-01", "84114007"),
        stay("b", "4", "2025-10-01", "2025-10-02", "I500"),
        medicine("b", "10", "2025-08-01", "0601022B0AAAAAA"),
        medicine("b", "11", "2025-09-01", "0212000B0AAAAAA"),
    ];
    if later {
        events.extend([
            stay("a", "5", "2025-11-01", "2025-11-20", "F000"),
            stay("a", "6", "2026-01-01", "2026-01-03", "G300"),
            seen("a", "7", "2025-11-01", EventKind::GpAppointment, "dna"),
            coded("a", "8", "2025-11-01", "84114007"),
            stay("b", "9", "2026-05-01", "2026-05-02", "I500"),
            medicine("a", "12", "2025-11-01", "0601022B0AAAAAA"),
        ]);
    }
    let zone = folder.join("standardised");
    let mut batch = BatchWriter::create(&zone, "one").unwrap();
    batch.begin_file(0);
    for (line, event) in (2..).zip(&events) {
        batch.event(line, event).unwrap();
    }
    batch.finish().unwrap();
    let persons = |files: &BatchFiles| -> Result<Vec<u32>, WarehouseError> {
        let who = warehouse::standardised::read_who(files)?;
        Ok(who.iter().map(|who| u32::from(who.source_person == "b")).collect())
    };
    let index = folder.join("index");
    build(&[BatchFiles::of(&zone, "one")], &persons, &index, None, 1, &|_, _| {}).unwrap();
    let files = fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|end| end == "parquet")).collect()
}

/// Person 1 is said to have died when the later events are known.
fn people(later: bool) -> Vec<PersonFact> {
    let person = |number| PersonFact {
        person: PersonId(number),
        sex: Sex::Female,
        birth_date: Some(day("1940-01-01")),
        death_date: (later && number == 1).then(|| day("2026-05-02")),
        practice: if later && number == 1 { String::new() } else { "E84002".to_owned() },
        borough: String::new(),
        lsoa: String::new(),
        imd_decile: Some(3),
        ethnic_category: "A".to_owned(),
        registered: !(later && number == 1),
        registered_since: Some(day("2010-01-01")),
        planning: !(later && number == 1),
        before_death: (later && number == 1).then(|| "E84002".to_owned()),
    };
    vec![person(0), person(1)]
}

/// Every file of the facts as they stood then, and the model's rows.
async fn as_it_stood(later: bool) -> (BTreeMap<String, Vec<u8>>, warehouse::risk::RiskRows) {
    let folder = tempfile::tempdir().unwrap();
    let buckets = index(folder.path(), later);
    let files = DefinitionFiles::embedded();
    let (codelists, costs) = (CodeLists::load(&files).unwrap(), UnitCosts::load(&files).unwrap());
    let sources: BTreeSet<String> = ["gp:E84002".to_owned(), "sus_apc:RYJ".to_owned()].into();
    let (people, facts) = (people_then(&people(later), day(THEN), |_| true), folder.path().join("facts"));
    let inputs = FactInputs {
        people: &people,
        codelists: &codelists,
        costs: &costs,
        as_at: day(THEN),
        planning_sources: &sources,
        sources: Some(&sources),
        places: &places_of(&people),
        earlier: &[],
        as_it_stood: true,
    };
    let store = FactStore::folder(&facts);
    facts::build(&buckets, &inputs, &store, 1, &|_, _| ()).unwrap();
    let mut bytes = BTreeMap::new();
    for table in fs::read_dir(&facts).unwrap() {
        for file in fs::read_dir(table.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(&facts).unwrap().to_string_lossy().into_owned();
            bytes.insert(name, fs::read(&path).unwrap());
        }
    }
    write_reference(&store, &model::Area::default(), &codelists, &costs, &files).unwrap();
    let all = definitions::load(&files).unwrap();
    let needed = needed(&all, MODEL);
    let derived = folder.path().join("derived");
    Engine::open(&store, &derived, day(THEN), 1).await.unwrap().run(&needed, &|_, _| ()).await.unwrap();
    let rows = rows(&derived, needed.last().unwrap(), |_, _| true).unwrap();
    (bytes, rows)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_later_changes_nothing_that_a_model_sees() {
    let (before, rows_before) = as_it_stood(false).await;
    let (after, rows_after) = as_it_stood(true).await;
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (name, bytes) in &before {
        assert!(*bytes == after[name], "{name} knows something that came after {THEN}");
    }
    assert_eq!(rows_before, rows_after);
    assert_eq!(rows_after.len(), 2);
    // What had happened by then is seen.
    assert_eq!(rows_after.number("emergency_admissions", 0), 1);
    assert_eq!(rows_after.number("missed", 0), 1);
    assert_eq!(rows_after.number("hfrs_tenths", 0), 32);
    assert_eq!((rows_after.number("heart_failure", 0), rows_after.number("heart_failure", 1)), (0, 1));
}
