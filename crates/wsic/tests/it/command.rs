//! Runs the binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The binary with these arguments, its folder first.
pub fn wsic(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wsic"));
    command.arg("-C").arg(dir).args(arguments);
    command
}

/// Runs it and gives what it printed; the exit code must be this one.
pub fn run(dir: &Path, arguments: &[&str], code: i32) -> Output {
    let output = wsic(dir, arguments).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "wsic {arguments:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Runs it with `--json` and gives what it said.
pub fn json(dir: &Path, arguments: &[&str], code: i32) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    let output = run(dir, &arguments, code);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{arguments:?}: {e}: {}", String::from_utf8_lossy(&output.stdout)))
}

/// A small synthetic area as supplier files.
pub fn synth(folder: &Path, people: u32, years: u32) -> PathBuf {
    let out = folder.join("feeds");
    let (people, years) = (people.to_string(), years.to_string());
    let arguments =
        ["synth", "--people", &people, "--years", &years, "--seed", "7", "--out", out.to_str().unwrap()];
    run(folder, &arguments, 0);
    out
}

/// A deployment that has taken every feed in, in the order of the feeds.
pub fn deployment(folder: &Path, feeds: &Path) -> PathBuf {
    let dir = folder.join("deployment");
    run(folder, &["init", dir.to_str().unwrap(), "--synthetic"], 0);
    for feed in model::Feed::ALL {
        let files = feeds.join(feed.name());
        if files.exists() {
            run(&dir, &["ingest", feed.name(), files.to_str().unwrap(), "--quiet"], 0);
        }
        run(&dir, &["agree", feed.name(), "--waiting"], 0);
    }
    dir
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
