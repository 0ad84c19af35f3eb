//! A whole day on a small area, and what must hold afterwards.

use crate::command::{deployment, json, run, synth};

#[test]
fn a_day_links_counts_and_publishes_and_a_second_one_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 600, 2);
    let dir = deployment(folder.path(), &feeds);

    let status = json(&dir, &["status"], 0);
    for feed in status["feeds"].as_array().unwrap() {
        let n = |name: &str| feed[name].as_u64().unwrap();
        assert_eq!(n("read"), n("accepted") + n("repaired") + n("quarantined") + n("duplicate"), "{feed}");
        assert!(n("read") > 0, "{feed}");
        assert_eq!(n("refused"), 0, "{feed}");
    }
    assert!(status["waiting_for_agreement"].as_array().unwrap().is_empty());
    assert!(status["data_as_at"].is_null());

    let first = json(&dir, &["refresh"], 0);
    assert_eq!(first["unchanged"], false);
    assert_eq!(first["data_as_at"], "2026-10-31");
    let people = first["people"].as_u64().unwrap();
    // Missing numbers and names leave some people in two; nothing may merge hundreds of people into few.
    assert!((600..700).contains(&people), "{people} people were made of 600");
    assert!(first["rows"]["wsic_ten"].as_u64().unwrap() > 500);
    assert!(first["rows"]["hypertension"].as_u64().unwrap() > 20);
    assert!(first["uncosted"].as_object().unwrap().is_empty(), "{}", first["uncosted"]);

    let second = json(&dir, &["refresh"], 0);
    assert_eq!(second["unchanged"], true);
    assert_eq!(second["digest"], first["digest"]);

    // The same bytes again change nothing.
    let files = feeds.join("gp");
    let again = json(&dir, &["ingest", "gp", files.to_str().unwrap()], 0);
    assert!(again["files"].as_array().unwrap().iter().all(|file| file["state"] == "already here"));
    assert_eq!(json(&dir, &["refresh"], 0)["digest"], first["digest"]);
}

#[test]
fn rows_without_an_agreement_are_kept_aside_and_count_after_it_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 300, 1);
    let dir = folder.path().join("deployment");
    run(folder.path(), &["init", dir.to_str().unwrap(), "--synthetic"], 0);
    for feed in ["gp", "sus_ae"] {
        run(&dir, &["ingest", feed, feeds.join(feed).to_str().unwrap()], 0);
    }
    run(&dir, &["agree", "gp", "--waiting"], 0);
    let before = json(&dir, &["refresh"], 0);
    assert!(before["not_covered"].as_u64().unwrap() > 0);
    assert!(!json(&dir, &["status"], 0)["waiting_for_agreement"].as_array().unwrap().is_empty());
    run(&dir, &["agree", "sus_ae", "--waiting"], 0);
    let after = json(&dir, &["refresh"], 0);
    assert_eq!(after["not_covered"], 0);
    assert!(after["events"].as_u64().unwrap() > before["events"].as_u64().unwrap());
    assert_ne!(after["digest"], before["digest"]);
}

#[test]
fn two_deployments_of_the_same_files_publish_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 300, 1);
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    std::fs::create_dir_all(&one).unwrap();
    std::fs::create_dir_all(&two).unwrap();
    let digest = |folder| json(&deployment(folder, &feeds), &["refresh"], 0)["digest"].clone();
    assert_eq!(digest(&one), digest(&two));
}

#[test]
fn a_wrong_use_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let said =
        |arguments: &[&str], code| String::from_utf8_lossy(&run(here, arguments, code).stderr).into_owned();
    assert!(said(&["refresh"], 2).contains("wsic init"));
    assert!(said(&["ingest", "sus", "x.csv"], 2).contains("sus_apc"));
    let dir = here.join("d");
    run(here, &["init", dir.to_str().unwrap()], 0);
    assert!(said(&["init", dir.to_str().unwrap()], 2).contains("already"));
    let refresh = run(&dir, &["refresh"], 1);
    assert!(String::from_utf8_lossy(&refresh.stderr).contains("wsic ingest"));
    let missing = run(&dir, &["ingest", "gp", "no-such-file.csv"], 2);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no file"));
    for command in ["init", "synth", "agree", "ingest", "quarantine", "refresh", "status", "serve", "demo"] {
        let help = run(here, &[command, "--help"], 0);
        assert!(!help.stdout.is_empty());
    }
}
