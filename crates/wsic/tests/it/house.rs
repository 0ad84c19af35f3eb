//! The rules of the house, held by tests: who imports whom, how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The storey of each room: imports go strictly down. `shared-features` holds no code.
const STOREYS: [(&str, u8); 16] = [
    ("shared-features", 0),
    ("model", 0),
    ("feeds", 1),
    ("linkage", 1),
    ("methods", 1),
    ("policy", 1),
    ("synth", 1),
    ("store", 2),
    ("warehouse", 2),
    ("pipeline", 3),
    ("care", 3),
    ("insight", 3),
    ("finance", 3),
    ("governance", 3),
    ("web", 4),
    ("wsic", 5),
];

/// Rooms that must never see each other, directly or by way of others.
const WALLS: [(&str, &str); 4] =
    [("care", "warehouse"), ("governance", "warehouse"), ("insight", "care"), ("finance", "care")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn imports_go_strictly_down() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let storeys = BTreeMap::from(STOREYS);
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages {
        let name = package["name"].as_str().unwrap().to_owned();
        let storey = storeys.get(name.as_str()).unwrap_or_else(|| panic!("{name} has no storey"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let to = dependency["name"].as_str().unwrap();
            let Some(below) = storeys.get(to).filter(|_| dependency["kind"].is_null()) else { continue };
            assert!(below < storey, "{name} may not import {to}");
            imports.entry(name.clone()).or_default().insert(to.to_owned());
        }
    }
    assert_eq!(packages.len(), STOREYS.len());
    for (from, to) in WALLS {
        let mut reached = BTreeSet::new();
        let mut todo = vec![from.to_owned()];
        while let Some(next) = todo.pop() {
            if reached.insert(next.clone()) {
                todo.extend(imports.get(&next).into_iter().flatten().cloned());
            }
        }
        assert!(!reached.contains(to), "{from} must not reach {to}");
    }
}

/// Lines of a file, tests left out.
const CEILING: usize = 450;

/// Files above the ceiling: sample pages for tests. The list only shrinks.
const LONG_FILES: [&str; 1] = ["crates/web/src/pages/samples.rs"];

/// Every source file under crates/*/src: its path from the root, and its text.
fn sources() -> Vec<(PathBuf, String)> {
    let root = root();
    let mut files = Vec::new();
    let mut todo = vec![root.join("crates")];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "rs")
                && path.components().any(|c| c.as_os_str() == "src")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path.strip_prefix(&root).unwrap().to_owned(), text));
            }
        }
    }
    assert!(files.len() > 100, "the sources were not found");
    files
}

#[test]
fn files_stay_short() {
    let mut long = Vec::new();
    for (path, text) in sources() {
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
        let lines = code.lines().count();
        let name = path.to_string_lossy();
        if lines > CEILING && !LONG_FILES.contains(&name.as_ref()) {
            long.push(format!("{name}: {lines} lines"));
        }
    }
    assert!(long.is_empty(), "longer than {CEILING} lines without tests:\n{}", long.join("\n"));
}

/// Source files with this text outside comments, as paths from the root.
fn files_with(text: &str) -> Vec<String> {
    let says = |line: &str| !line.trim_start().starts_with("//") && line.contains(text);
    let all = sources().into_iter().filter(|(_, source)| source.lines().any(says));
    all.map(|(path, _)| path.to_string_lossy().into_owned()).collect()
}

/// Nothing but the store's audit turns a decision into a permit.
#[test]
fn a_permit_is_made_in_one_file() {
    assert_eq!(files_with("Permit::issue"), ["crates/store/src/audit.rs"]);
}

#[test]
fn only_the_pipeline_room_asks_for_the_bulk_handle() {
    let asking = files_with(".pipeline()");
    assert!(
        !asking.is_empty() && asking.iter().all(|file| file.starts_with("crates/pipeline/src/")),
        "{asking:?}"
    );
}

/// Files whose public structs hold what pages, charts, files and sentences about populations show.
const PUBLISHED: [&str; 8] = [
    "crates/insight/src/",
    "crates/finance/src/",
    "crates/governance/src/linkage_quality.rs",
    "crates/web/src/csv.rs",
    "crates/web/src/charts/control_chart.rs",
    "crates/web/src/charts/funnel.rs",
    "crates/web/src/charts/interval.rs",
    "crates/web/src/charts/spine.rs",
];

/// Fields there that are bare numbers and count nobody: the number of a group, what an indicator is multiplied by or aims at, the size of a
/// practice's list, which is published nationally; what a model of risk is set to and its coefficients, which are published as a whole, and
/// where its highest risks begin. The list only shrinks.
const NO_FIGURES: [&str; 12] = [
    "pub group: Option<i64>,",
    "pub number: i64,",
    "pub per: f64,",
    "pub target: Option<f64>,",
    "pub list_size: u64,",
    "pub follow_up_days: u32,",
    "pub list_percent: f64,",
    "pub shift: f64,",
    "pub estimate: f64,",
    "pub standard_error: f64,",
    "pub percent: f64,",
    "pub from: f64,",
];

/// The type of a field without whatever stands inside `Published<...>`.
fn outside_published(field: &str) -> String {
    let mut parts = field.split("Published<");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut depth = 1;
        rest.extend(part.chars().skip_while(|letter| {
            depth += i32::from(*letter == '<') - i32::from(*letter == '>');
            depth > 0
        }));
    }
    rest
}

/// A number about people leaves the rooms of planning as a `Published` or not at all.
#[test]
fn every_figure_of_a_planning_view_is_published() {
    const BARE: [&str; 14] = [
        "u8", "u16", "u32", "u64", "usize", "i16", "i32", "i64", "isize", "f32", "f64", "Pence", "Estimate",
        "Counts",
    ];
    let mut bare = Vec::new();
    let mut fields = 0;
    for (path, text) in sources() {
        let name = path.to_string_lossy().into_owned();
        if !PUBLISHED.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        let code = text.split("#[cfg(test)]\n").next().unwrap_or("");
        let of_web = name.starts_with("crates/web/");
        for line in code.lines().map(str::trim) {
            // In the front room what is shared is shared within it.
            let line = if of_web { line.replace("pub(crate) ", "pub ") } else { line.to_owned() };
            // A private field is no view of anything; a function is no field.
            if !(line.starts_with("pub ") && line.ends_with(',') && line.contains(": "))
                || line.contains(" fn ")
            {
                continue;
            }
            fields += 1;
            let of_type = outside_published(&line);
            let mut words = of_type.split(|letter: char| !letter.is_alphanumeric());
            if words.any(|word| BARE.contains(&word)) && !NO_FIGURES.contains(&line.as_str()) {
                bare.push(format!("{name}: {line}"));
            }
        }
    }
    assert!(fields > 80, "the views were not read: {fields} fields");
    assert!(bare.is_empty(), "these are not published:\n{}", bare.join("\n"));
    assert_eq!(outside_published("pub a: Vec<(Published<Option<u64>>, u64)>,"), "pub a: Vec<(>, u64)>,");
}
