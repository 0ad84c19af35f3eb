//! A real layout with faults put in by hand is accounted for row by row.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command::{json, run};

const HEAD: &str =
    "practice_code,patient_id,observation_id,effective_date,snomed_code,term,value,unit,extract_date,deleted";

/// Files that the browser journey of the same faults takes in as well (web-assets/journeys/faulty-file.test.mjs).
fn faulty(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/faulty").join(name)
}

#[test]
fn every_faulty_row_is_named_with_line_field_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("d");
    run(folder.path(), &["init", dir.to_str().unwrap()], 0);
    let file = faulty("gp_E84002_2026-10_observations.csv");
    let expected = fs::read(faulty("gp_E84002_2026-10_observations.expected.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let said = json(&dir, &["ingest", "gp", file.to_str().unwrap()], 0);
    let account = &said["files"][0];
    let n = |name: &str| account[name].as_u64().unwrap();
    assert_eq!(n("read"), expected["read"].as_u64().unwrap());
    assert_eq!(n("read"), n("accepted") + n("repaired") + n("quarantined") + n("duplicate"));
    for name in ["accepted", "repaired", "quarantined", "duplicate"] {
        assert_eq!(n(name), expected[name].as_array().unwrap().len() as u64, "{name}");
    }
    for note in expected["notes"].as_array().unwrap() {
        assert!(account["notes"].as_array().unwrap().contains(note), "{note}");
    }
    let refused = json(&dir, &["quarantine", "gp"], 0);
    assert_eq!(refused["total"].as_u64().unwrap(), n("quarantined"));
    let mut rows = refused["rows"].clone();
    for row in rows.as_array_mut().unwrap() {
        let row = row.as_object_mut().unwrap();
        assert_eq!(row.remove("feed").unwrap(), "gp");
        assert_eq!(row.remove("file").unwrap(), "gp_E84002_2026-10_observations.csv");
    }
    // Line, field, class and reason of each: no cell's value is among them.
    assert_eq!(rows, expected["quarantined"]);
}

#[test]
fn a_wrong_column_name_refuses_the_file_and_names_the_column() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("d");
    run(folder.path(), &["init", dir.to_str().unwrap()], 0);
    let file = faulty("gp_E84003_2026-10_observations.csv");
    let said = json(&dir, &["ingest", "gp", file.to_str().unwrap()], 1);
    assert_eq!(said["files"][0]["state"], "refused");
    assert!(said["files"][0]["notes"].to_string().contains("snomed_code"), "{said}");
}

#[test]
fn a_wrong_feed_is_refused_and_the_right_one_named() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("d");
    run(folder.path(), &["init", dir.to_str().unwrap()], 0);
    let file = folder.path().join("observations.csv");
    fs::write(&file, format!("{HEAD}\nE84002,p1,1,2026-10-01,38341003,Hypertension,,,2026-10-31,\n"))
        .unwrap();
    let output = run(&dir, &["ingest", "sus_apc", file.to_str().unwrap()], 1);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("gp"), "{said}");
    // Taken in as what it is, it is good.
    let said = json(&dir, &["ingest", "gp", file.to_str().unwrap()], 0);
    assert_eq!(said["files"][0]["accepted"], 1);
    let feeds = json(&dir, &["status"], 0)["feeds"].clone();
    let names: Vec<&str> =
        feeds.as_array().unwrap().iter().map(|feed| feed["feed"].as_str().unwrap()).collect();
    assert_eq!(names, ["gp"], "the ledger knows the file as what it is");
    let empty = folder.path().join("empty.csv");
    fs::write(&empty, "").unwrap();
    run(&dir, &["ingest", "gp", empty.to_str().unwrap()], 1);
}

/// NHS England's artificial HES and Synthea's exports load as they are, through the command line.
#[test]
fn third_party_files_load_as_they_are() {
    let shared = std::env::var("WSIC_SHARED").map_or_else(
        |_| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    let hes = shared.join("data/hes");
    if !hes.exists() {
        println!("skipped: the artificial HES files are not beside this checkout");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("d");
    run(folder.path(), &["init", dir.to_str().unwrap()], 0);
    for (feed, file, rows) in [
        ("sus_apc", "artificial_hes_apc_0102_truncated.csv", 2075),
        ("sus_ae", "artificial_hes_ae_0708_truncated.csv", 1000),
        ("sus_op", "artificial_hes_op_0304_truncated.csv", 1000),
    ] {
        let said = json(&dir, &["ingest", feed, hes.join(file).to_str().unwrap()], 0);
        let account = &said["files"][0];
        let n = |name: &str| account[name].as_u64().unwrap();
        assert_eq!(n("read"), rows, "{account}");
        assert_eq!(n("read"), n("accepted") + n("repaired") + n("quarantined") + n("duplicate"));
        assert!(n("accepted") + n("repaired") >= rows * 9 / 10, "{account}");
    }
    for folder in ["synthea_bulk_10", "synthea_bundles"] {
        run(&dir, &["ingest", "fhir", shared.join("data/fhir").join(folder).to_str().unwrap()], 0);
    }
    for feed in ["sus_apc", "sus_ae", "sus_op", "fhir"] {
        run(&dir, &["agree", feed, "--waiting"], 0);
    }
    let done = json(&dir, &["refresh"], 0);
    assert!(done["people"].as_u64().unwrap() > 3000);
    assert_eq!(done["not_covered"], 0);
}
