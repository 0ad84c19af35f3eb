//! A day killed at a named point of every step, before and after what the step commits, is finished by running it again and
//! comes to the same bytes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::command::{copy, json, run, synth, wsic};

const INGEST: [&str; 6] = [
    "land",
    "land: before commit",
    "land: committed",
    "standardise: rows read",
    "standardise: before commit",
    "standardise: committed",
];

/// Three days, each killed again and again, every run coming further than the one before: while a step works, before what it
/// commits, and after. A name alone is the step's first report of how far it is.
const REFRESH: [&[&str]; 3] = [
    &["link", "index", "definitions", "publish", "check"],
    &["link: before commit", "index: before commit", "derive: before commit", "publish: before commit"],
    &["link: committed", "index: committed", "derive: committed", "publish: committed"],
];

/// Starts a command that halts at this point (crates/wsic/src/progress.rs) and kills it there.
fn kill_at(point: &str, dir: &Path, arguments: &[&str]) {
    let mut command = wsic(dir, arguments);
    let mut child =
        command.env("WSIC_HALT_AT", point).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stderr.take().unwrap()).lines();
    let halted = said.map(Result::unwrap).any(|line| line == format!("halted at {point}"));
    assert!(halted, "{arguments:?} ended without coming to {point}");
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9), "{point}");
}

/// Every file under a folder of the data, by its path, with its bytes.
fn bytes(dir: &Path, zone: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let root = dir.join("data").join(zone);
    let (mut files, mut todo) = (BTreeMap::new(), vec![root.clone()]);
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.file_name().is_some_and(|name| name != "made.json") {
                // That file says when and in how many seconds, which no two runs have in common.
                files.insert(path.strip_prefix(&root).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    assert!(!files.is_empty(), "nothing in {zone}");
    files
}

fn same_bytes(left: &Path, right: &Path, zone: &str, point: &str) {
    let (left, right) = (bytes(left, zone), bytes(right, zone));
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&left), names(&right), "{point}: files of {zone}");
    for ((name, one), other) in left.iter().zip(right.values()) {
        assert!(one == other, "{point}: {zone}/{} differs", name.display());
    }
}

/// A deployment of few people whose GP data are published and whose hospital data were taken in since.
fn ready(folder: &Path) -> PathBuf {
    let feeds = synth(folder, 60, 1);
    let take = |dir: &Path, feed: &str| {
        run(dir, &["ingest", feed, feeds.join(feed).to_str().unwrap(), "--quiet"], 0);
        run(dir, &["agree", feed, "--waiting"], 0);
    };
    let published = folder.join("published");
    run(folder, &["init", published.to_str().unwrap(), "--synthetic"], 0);
    take(&published, "gp");
    run(&published, &["refresh", "--quiet"], 0);
    let waiting = folder.join("waiting");
    copy(&published, &waiting);
    take(&waiting, "sus_apc");
    waiting
}

#[test]
fn a_day_killed_at_every_named_point_comes_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let waiting = ready(folder.path());
    let before = json(&waiting, &["status"], 0)["digest"].clone();
    let whole = folder.path().join("whole");
    copy(&waiting, &whole);
    let expected = json(&whole, &["refresh"], 0);
    assert_ne!(expected["digest"], before);

    for day in REFRESH {
        let killed = folder.path().join("killed");
        copy(&waiting, &killed);
        for point in day {
            kill_at(point, &killed, &["refresh", "--quiet"]);
            // Readers see the day before, whole, until the pointer has moved; then the new one, whole.
            let seen = json(&killed, &["status"], 0)["digest"].clone();
            let now = if *point == "publish: committed" { &expected["digest"] } else { &before };
            assert_eq!(seen, *now, "{point}");
        }
        let done = json(&killed, &["refresh"], 0);
        assert_eq!(done["unchanged"], day.contains(&"publish: committed"), "{day:?}");
        for name in ["people", "events", "replaced", "deleted", "not_covered", "rows", "digest"] {
            assert_eq!(done[name], expected[name], "{day:?}: {name}");
        }
        for zone in ["marts", "links", "standardised"] {
            same_bytes(&whole, &killed, zone, &format!("{day:?}"));
        }
        std::fs::remove_dir_all(&killed).unwrap();
    }
}

#[test]
fn an_ingest_killed_at_every_named_point_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 60, 1);
    let empty = folder.path().join("empty");
    run(folder.path(), &["init", empty.to_str().unwrap(), "--synthetic"], 0);
    let files = feeds.join("gp");
    let ingest = ["ingest", "gp", files.to_str().unwrap(), "--quiet"];
    let counts = |dir: &Path| {
        let mut feeds = json(dir, &["status"], 0)["feeds"].take();
        feeds[0].as_object_mut().unwrap().remove("last_landed");
        (feeds, json(dir, &["quarantine"], 0))
    };
    let whole = folder.path().join("whole");
    copy(&empty, &whole);
    run(&whole, &ingest, 0);
    let expected = counts(&whole);

    for point in INGEST {
        let killed = folder.path().join("killed");
        copy(&empty, &killed);
        kill_at(point, &killed, &ingest);
        run(&killed, &ingest, 0);
        // What a refresh reads, to the byte: the ledger's account of every row, and the batches.
        assert_eq!(counts(&killed), expected, "{point}");
        for zone in ["landing", "standardised"] {
            same_bytes(&whole, &killed, zone, point);
        }
        std::fs::remove_dir_all(&killed).unwrap();
    }
}
