//! A model of risk in a whole day: made once, asked every night, the same bytes from the same files, and only for whom it may be.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command::{copy, deployment, json, synth};

const NAME: &str = "emergency_admission_12m";

/// The definition of the year's model with four of its terms, so that few people are enough to make it.
fn few_terms(dir: &Path) {
    let definitions = dir.join("definitions");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../definitions"), &definitions);
    let path = definitions.join("risk").join(format!("{NAME}.sql"));
    let text = fs::read_to_string(&path).unwrap();
    let keep = ["age_75", "age_80", "emergency_1", "emergency_2", "medicines_5"];
    let kept = |line: &&str| {
        !line.starts_with("  { name = ") || keep.iter().any(|term| line.contains(&format!("\"{term}\"")))
    };
    fs::write(&path, text.lines().filter(kept).collect::<Vec<_>>().join("\n")).unwrap();
}

/// The model that was made last.
fn model(dir: &Path) -> (PathBuf, Value) {
    let folder = dir.join("data/risk").join(NAME);
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut models: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    models.sort();
    let path = models.pop().unwrap();
    let model = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    (path, model)
}

/// The card among the figures.
fn card(dir: &Path) -> Value {
    let inside = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut figures = inside(dir.join("data/marts"))
        .filter(|path| path.is_dir())
        .flat_map(inside)
        .map(|path| path.join("risk.json"));
    let path = figures.find(|path| path.exists()).unwrap();
    let cards: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    cards.as_array().unwrap().iter().find(|card| card["name"] == NAME).unwrap().clone()
}

#[test]
fn a_model_is_made_once_and_asked_every_night() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 3_000, 3);
    let dir = deployment(folder.path(), &feeds);
    few_terms(&dir);
    let other = folder.path().join("other");
    copy(&dir, &other);

    let first = json(&dir, &["refresh"], 0);
    let (path, made) = model(&dir);
    assert_eq!(made["why_not"], "", "{made}");
    // Hospital data of October, not all of them: of people as they were two years and one year before its first day.
    assert_eq!(made["until"], "2026-09-30");
    assert_eq!(made["fitted_on"]["day"], "2024-09-30");
    assert_eq!(made["tried_on"]["day"], "2025-09-30");
    let terms = made["model"]["terms"].as_array().unwrap();
    assert!(terms.iter().all(|term| term["coefficient"]["standard_error"].as_f64().unwrap() > 0.0));
    // Who has been admitted is admitted again more often, in any area.
    let admitted = terms.iter().find(|term| term["term"]["name"] == "emergency_1").unwrap();
    assert!(admitted["odds_ratio"]["lower"].as_f64().unwrap() > 1.0, "{admitted}");
    let area = made["validation"]["area"]["value"].as_f64().unwrap();
    assert!((0.55..0.99).contains(&area), "{area}");

    let card = card(&dir);
    let (people, listed) = (&card["today"]["people"], &card["today"]["listed"]);
    let share = listed.as_f64().unwrap() / people.as_f64().unwrap();
    assert!((0.015..0.06).contains(&share), "{listed} of {people}");
    assert!(!dir.join("data/risk/work").exists());

    // The same files elsewhere give the same model and the same publication; again, and nothing is made anew.
    assert_eq!(json(&other, &["refresh"], 0)["digest"], first["digest"]);
    assert_eq!(fs::read(model(&other).0).unwrap(), fs::read(&path).unwrap());
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(json(&dir, &["refresh"], 0)["unchanged"], true);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[test]
fn a_month_later_the_model_is_looked_at_and_not_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 3_000, 3);
    // The hospitals' last month comes late.
    let late = folder.path().join("late");
    fs::create_dir(&late).unwrap();
    for entry in fs::read_dir(feeds.join("sus_apc")).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains("2026-10") {
            fs::rename(&path, late.join(path.file_name().unwrap())).unwrap();
        }
    }
    let dir = deployment(folder.path(), &feeds);
    few_terms(&dir);
    json(&dir, &["refresh"], 0);
    let (path, made) = model(&dir);
    assert_eq!(made["why_not"], "", "{made}");
    let until = made["until"].as_str().unwrap().to_owned();
    assert_eq!(until, "2026-08-31");
    assert!(card(&dir)["checks"].as_array().unwrap().is_empty());

    json(&dir, &["ingest", "sus_apc", late.to_str().unwrap()], 0);
    json(&dir, &["refresh"], 0);
    assert_eq!(model(&dir).0, path, "made less than three months ago");
    let checks = card(&dir)["checks"].clone();
    let [check] = checks.as_array().unwrap().as_slice() else { panic!("one look: {checks}") };
    assert_eq!(check["until"], "2026-09-30");
    // Nearly the same people a month later: little has changed.
    assert!(check["stability"].as_f64().unwrap() < 0.1, "{check}");
    let ratio = &check["ratio"];
    assert!(ratio["lower"].as_f64().unwrap() < 1.0 && ratio["upper"].as_f64().unwrap() > 1.0, "{ratio}");
}

#[test]
fn too_few_outcomes_make_no_model_and_the_card_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 600, 3);
    let dir = deployment(folder.path(), &feeds);
    json(&dir, &["refresh"], 0);
    let card = card(&dir);
    assert!(card["why_not"].as_str().unwrap().contains("too few"), "{}", card["why_not"]);
    assert!(card["today"].is_null());
    assert!(card["trained"]["model"].is_null() && card["trained"]["validation"].is_null());
}
