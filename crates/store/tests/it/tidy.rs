//! Two lines that hold the house up, read in the source of every room.

use std::path::{Path, PathBuf};

fn sources(folder: &Path, to: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            sources(&path, to);
        } else if path.extension().is_some_and(|end| end == "rs") {
            to.push(path);
        }
    }
}

/// Files under crates/*/src with this text outside comments, as paths from `crates`.
fn files_with(text: &str) -> Vec<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = Vec::new();
    for room in std::fs::read_dir(&crates).unwrap().flatten() {
        sources(&room.path().join("src"), &mut all);
    }
    assert!(all.len() > 20, "the rooms are where they should be");
    let has = |path: &PathBuf| {
        let source = std::fs::read_to_string(path).unwrap();
        source.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(text))
    };
    let mut files: Vec<String> = all
        .iter()
        .filter(|path| has(path))
        .map(|path| path.strip_prefix(&crates).unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    files
}

#[test]
fn a_permit_is_made_in_one_file() {
    assert_eq!(files_with("Permit::issue"), ["store/src/audit.rs"]);
}

#[test]
fn only_the_pipeline_room_asks_for_the_bulk_handle() {
    let asking = files_with(".pipeline()");
    assert!(asking.iter().all(|file| file.starts_with("pipeline/src/")), "{asking:?}");
}
