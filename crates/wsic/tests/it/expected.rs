//! Tables against what another implementation gives: numbers to 1e-9, everything else to the letter. `scripts/expected` makes the files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::command::wsic;

/// A row by the names of its columns.
pub type Row = BTreeMap<String, String>;

/// A file of `tests/it/expected`.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/expected").join(name)
}

/// A file of the real data beside the repository; a stranger's clone has none.
pub fn real(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.is_file() {
        println!("skipped: there is no {name} beside the repository");
        return None;
    }
    Some(path)
}

/// Runs the program.
pub fn ran(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    wsic(folder.path(), arguments).output().unwrap()
}

/// What the program said of a mistake; that it failed with this code and wrote nothing.
pub fn refused(arguments: &[&str], out: &Path, code: i32) -> String {
    let output = ran(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    let folder = out.parent().unwrap();
    let left: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let name = out.file_name().unwrap().to_string_lossy().into_owned();
    assert!(!left.iter().any(|file| file.to_string_lossy().contains(&name)), "{left:?}");
    said
}

/// The rows of a CSV file.
pub fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// Whether two cells say the same, numbers to so much of their size (of 1 when they are smaller).
pub fn same(ours: &str, theirs: &str, within: f64) -> bool {
    match (ours.parse::<f64>(), theirs.parse::<f64>()) {
        (Ok(ours), Ok(theirs)) => (ours - theirs).abs() <= within * theirs.abs().max(1.0),
        _ => ours == theirs,
    }
}

/// Holds every column of the expected rows against ours. Rows are matched by `key`, or by their order without one.
pub fn compare(ours: &[Row], theirs: &[Row], key: &[&str], within: f64) {
    assert_eq!(ours.len(), theirs.len());
    let of = |row: &Row| key.iter().map(|name| row[*name].clone()).collect::<Vec<String>>();
    for (place, expected) in theirs.iter().enumerate() {
        let found = match key {
            [] => &ours[place],
            _ => ours
                .iter()
                .find(|row| of(row) == of(expected))
                .unwrap_or_else(|| panic!("no {:?}", of(expected))),
        };
        for (column, value) in expected {
            let own = found.get(column).unwrap_or_else(|| panic!("no column {column}"));
            assert!(same(own, value, within), "{column} of {:?}: {own}, expected {value}", of(expected));
        }
    }
}
