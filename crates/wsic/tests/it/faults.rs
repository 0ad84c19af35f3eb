//! A real layout with faults put in by hand is accounted for row by row.

use std::fs;

use crate::command::{json, run};

const HEAD: &str =
    "practice_code,patient_id,observation_id,effective_date,snomed_code,term,value,unit,extract_date,deleted";

#[test]
fn every_faulty_row_is_named_with_line_field_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("d");
    run(folder.path(), &["init", dir.to_str().unwrap()], 0);
    let rows = [
        HEAD,
        "E84002,p1,1,2026-10-01,38341003,Hypertension,,,2026-10-31,",
        "E84002,p1,2,01/10/2026,271649006,Systolic,142,mmHg,2026-10-31,",
        "E84002,p1,3,2026-13-45,271649006,Systolic,142,mmHg,2026-10-31,",
        "E84002,p1,4,2026-10-02,271649006,Systolic,high,mmHg,2026-10-31,",
        "E84002,p1,1,2026-10-01,38341003,Hypertension,,,2026-10-31,",
        "E84002,,5,2026-10-02,38341003,Hypertension,,,2026-10-31,",
        "E84002,p1,6,2026-10",
    ];
    let file = folder.path().join("gp_E84002_2026-10_observations.csv");
    fs::write(&file, rows.join("\n")).unwrap();
    let said = json(&dir, &["ingest", "gp", file.to_str().unwrap()], 0);
    let account = &said["files"][0];
    let n = |name: &str| account[name].as_u64().unwrap();
    assert_eq!(n("read"), 7);
    assert_eq!(n("read"), n("accepted") + n("repaired") + n("quarantined") + n("duplicate"));
    assert_eq!(n("duplicate"), 1);
    assert!(n("quarantined") >= 3, "{account}");

    let refused = json(&dir, &["quarantine", "gp"], 0);
    assert_eq!(refused["total"].as_u64().unwrap(), n("quarantined"));
    let lines: Vec<u64> =
        refused["rows"].as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()).collect();
    for line in [4, 7, 8] {
        assert!(lines.contains(&line), "line {line} is not in {lines:?}");
    }
    for row in refused["rows"].as_array().unwrap() {
        assert!(!row["reason"].as_str().unwrap().is_empty(), "{row}");
        assert!(!row.to_string().contains("2026-13-45"), "a value stands in {row}");
    }
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
