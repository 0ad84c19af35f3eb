//! `wsic link --keep` and `--against`: what is found of new records is as good as what linking everybody anew finds, whether
//! they come together, in several nights or one by one.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::command::{json, run};

const SPEC: &str = r#"
mode = "link_and_dedupe"
[columns]
source_person = "id"
nhs_number = "nhs_number"
family_name = "family_name"
given_name = "given_name"
date_of_birth = "date_of_birth"
sex = "sex"
address = "address"
postcode = "postcode"
"#;

/// A record by its file and id.
type Record = (String, String);

const FEEDS: [&str; 5] = ["gp", "sus_apc", "csds", "mhsds", "cld"];

/// Identities of synthetic people: all but every 40th record in `base`, of the others half in `one`, half in `two`.
fn identities(folder: &Path) {
    let out = folder.join("all");
    let out = out.to_str().unwrap();
    run(
        folder,
        &["synth", "--people", "4000", "--identities-only", "--seed", "3", "--out", out, "--quiet"],
        0,
    );
    for feed in FEEDS {
        let text = std::fs::read_to_string(folder.join("all").join(format!("{feed}.csv"))).unwrap();
        let (head, rows) = text.split_once('\n').unwrap();
        let mut parts = [format!("{head}\n"), format!("{head}\n"), format!("{head}\n")];
        for (n, row) in rows.lines().enumerate() {
            let part = if n % 40 != 39 { 0 } else { 1 + n / 40 % 2 };
            parts[part] += &format!("{row}\n");
        }
        for (name, part) in ["base", "one", "two"].into_iter().zip(parts) {
            std::fs::create_dir_all(folder.join(name)).unwrap();
            std::fs::write(folder.join(name).join(format!("{feed}.csv")), part).unwrap();
        }
    }
}

/// The group of each record by one column of a table whose first two name the record.
fn groups(table: &Path) -> BTreeMap<Record, String> {
    let text = std::fs::read_to_string(table).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        ((cells[0].trim_end_matches(".csv").to_owned(), cells[1].to_owned()), cells[2].to_owned())
    };
    text.lines().skip(1).map(row).collect()
}

/// Of the pairs with one of these records: how many were found rightly, how many were found, how many there are.
fn pairs(found: &BTreeMap<Record, String>, truth: &BTreeMap<Record, String>, of: &[&Record]) -> [usize; 3] {
    let members = |groups: &BTreeMap<Record, String>| {
        let mut members: BTreeMap<String, Vec<Record>> = BTreeMap::new();
        for record in found.keys() {
            members.entry(groups[record].clone()).or_default().push(record.clone());
        }
        members
    };
    let (by_found, by_truth) = (members(found), members(truth));
    let mut counts = [0; 3];
    for record in of {
        for other in by_found[&found[*record]].iter().filter(|other| other != record) {
            counts[0] += usize::from(truth[other] == truth[*record]);
            counts[1] += 1;
        }
        counts[2] += by_truth[&truth[*record]].len() - 1;
    }
    counts
}

/// Arguments of a linkage in a folder; whatever is no option is a file or folder of it.
fn arguments(folder: &Path, out: &str, more: &[&str], files: &str) -> Vec<String> {
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let fixed = ["link".to_owned(), "--spec".to_owned(), at("spec.toml"), "--out".to_owned(), at(out)];
    let more = more.iter().map(|one| if one.starts_with("--") { (*one).to_owned() } else { at(one) });
    let files = FEEDS.map(|feed| at(&format!("{files}/{feed}.csv")));
    fixed.into_iter().chain(more).chain(files).collect()
}

#[test]
fn new_records_find_the_people_whom_linking_everybody_anew_finds() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("spec.toml"), SPEC).unwrap();
    identities(folder.path());
    let link = |out: &str, more: &[&str], files: &str| -> Value {
        let all = arguments(folder.path(), out, more, files);
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        json(folder.path(), &all, 0)
    };
    let count = |value: &Value, name: &str| value[name].as_u64().unwrap();

    let kept = link("base_out", &["--keep", "people.index"], "base");
    let one = link("one_out", &["--against", "people.index", "--add"], "one");
    let two = link("two_out", &["--against", "people.index", "--add"], "two");
    assert_eq!((count(&one, "known"), count(&one, "seen")), (count(&kept, "records"), 0));
    assert_eq!(count(&two, "known"), count(&kept, "records") + count(&one, "records"));
    assert!(count(&one, "new_people") > 0 && count(&one, "of_known") > 50);

    let truth = groups(&at("all/truth.csv"));
    let nights = [groups(&at("one_out/clusters.csv")), groups(&at("two_out/clusters.csv"))];
    let mut found = groups(&at("base_out/clusters.csv"));
    found.extend(nights.iter().flatten().map(|(record, group)| (record.clone(), group.clone())));
    let new: Vec<&Record> = nights.iter().flat_map(BTreeMap::keys).collect();
    let [right, all, of] = pairs(&found, &truth, &new);
    link("all_out", &[], "all");
    let [anew_right, anew_all, anew_of] = pairs(&groups(&at("all_out/clusters.csv")), &truth, &new);
    assert_eq!(of, anew_of);
    assert!(all - right <= anew_all - anew_right, "wrong: {} against {}", all - right, anew_all - anew_right);
    assert!(right * 100 >= anew_right * 99, "right: {right} against {anew_right} of {of}");

    // The same night again changes nothing, and one by one each record finds who it is.
    let again = link("again_out", &["--against", "people.index", "--add"], "two");
    assert_eq!((count(&again, "seen"), count(&again, "new_people")), (count(&two, "records"), 0));
    link("each_out", &["--against", "people.index", "--each"], "two");
    for out in ["again_out/clusters.csv", "each_out/clusters.csv"] {
        assert_eq!(groups(&at(out)), nights[1], "{out}");
    }
}

#[test]
fn an_index_is_not_overwritten_and_other_columns_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("spec.toml"), SPEC).unwrap();
    std::fs::write(at("other.toml"), SPEC.replace("\"address\"", "\"other\"")).unwrap();
    identities(folder.path());
    let link = |spec: &str, more: &[&str], code: i32| {
        let mut all = arguments(folder.path(), "out", more, "one");
        all[2] = at(spec).to_str().unwrap().to_owned();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        String::from_utf8_lossy(&run(folder.path(), &all, code).stderr).into_owned()
    };
    link("spec.toml", &["--keep", "people.index"], 0);
    for (spec, more, code, says) in [
        ("spec.toml", ["--keep", "people.index"], 2, "is there already"),
        ("other.toml", ["--against", "people.index"], 2, "other identifier or other columns"),
        ("spec.toml", ["--against", "no.index"], 1, "no.index"),
        ("spec.toml", ["--against", "spec.toml"], 1, "spec.toml"),
    ] {
        let said = link(spec, &more, code);
        assert!(said.contains(says), "{more:?}: {said}");
    }
}
