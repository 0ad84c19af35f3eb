//! What documents about security name is there: each test a test, each file a file, each function in the room that is named.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 4] = ["SECURITY.md", "docs/asvs.md", "ARCHITECTURE.md", "docs/audit.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every source file under a folder, with its text.
fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && name != "node_modules" {
            sources(&path, found);
        } else if [".rs", ".mjs"].iter().any(|end| name.ends_with(end)) {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// What stands between backticks, but for blocks of code.
fn named(text: &str) -> BTreeSet<&str> {
    let mut all = BTreeSet::new();
    let mut in_block = false;
    for line in text.lines() {
        in_block ^= line.starts_with("```");
        if !in_block && !line.starts_with("```") {
            all.extend(line.split('`').skip(1).step_by(2));
        }
    }
    all
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Names of tests: functions under a test's attribute, and those that `on_both!` makes tests of.
fn tests(sources: &[(PathBuf, String)]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (_, text) in sources {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let Some(rest) = line.split_once("fn ").map(|(_, rest)| rest) else { continue };
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let attributes = lines[..at].iter().rev().take_while(|line| line.starts_with('#'));
            let mut attributes = attributes.map(|line| line.to_string());
            let own = attributes.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"));
            if own || text.contains("on_both!") && line.contains("(f: Fixture)") {
                all.insert(name);
            }
        }
        // Properties and journeys name theirs in other ways.
        all.extend(
            text.split("fn ")
                .skip(1)
                .filter(|_| text.contains("proptest!"))
                .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()),
        );
    }
    all
}

#[test]
fn documents_name_tests_files_and_functions_that_are_there() {
    let root = root();
    let mut sources = Vec::new();
    super::documents::sources(&root.join("crates"), &mut sources);
    let tests = tests(&sources);
    let code = |room: &str, word: &str| {
        let of_room = root.join("crates").join(room).join("src");
        sources.iter().any(|(path, text)| path.starts_with(&of_room) && text.contains(word))
    };
    let (mut wrong, mut counted) = (Vec::new(), 0);
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).unwrap();
        for name in named(&text) {
            let path = name.split_whitespace().next().unwrap_or_default();
            let mut parts = name.split("::");
            let room = parts.next().unwrap_or_default();
            let is_room = is_word(room) && root.join("crates").join(room).is_dir();
            let last = name.rsplit("::").next().unwrap_or_default();
            let there = if is_word(name) && name.matches('_').count() >= 4 {
                tests.contains(name)
            } else if path.starts_with("crates/") && !path.contains(['{', '*', '<']) && !path.contains("ROOM")
            {
                root.join(path.split(':').next().unwrap()).exists()
            } else if name.contains("::") && is_room {
                let word: String =
                    last.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                code(room, &word)
            } else {
                continue;
            };
            counted += 1;
            if !there {
                wrong.push(format!("{document}: `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "named, and not there:\n{}", wrong.join("\n"));
    assert!(counted > 100, "only {counted} names were looked for");
}

/// Every line that says "yes" says why: a test or a reason stands beside it.
#[test]
fn every_line_of_the_checklist_says_why() {
    let text = fs::read_to_string(root().join("docs/asvs.md")).unwrap();
    let mut lines = 0;
    for line in text.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit()) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, asks, answer, why] = cells[..] else { panic!("not four cells: {line}") };
        lines += 1;
        assert!(["yes", "part", "no", "operator"].contains(&answer), "{number} {asks}: {answer}");
        assert!(!why.is_empty() || answer == "operator", "{number} {asks}: nothing is named");
    }
    assert!(lines > 100, "{lines} lines");
}
