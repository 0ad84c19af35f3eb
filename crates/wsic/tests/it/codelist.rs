//! `wsic definitions import-codelist`: a list as OpenCodelists gives it becomes one of ours, or the mistake is named.

use std::fs;
use std::path::{Path, PathBuf};

use warehouse::codelists::CodeLists;
use warehouse::reference::DefinitionFiles;

use crate::command::{json, run};

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let lists = folder.path().join("definitions/codelists");
    fs::create_dir_all(&lists).unwrap();
    (folder, lists)
}

fn import<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let own =
        ["definitions", "import-codelist", "in.csv", "--name", "diabetes", "--list-version", "2026-10-01"];
    [own.as_slice(), more].concat()
}

#[test]
fn a_list_is_taken_in_and_can_be_used() {
    let (folder, lists) = folder();
    let text = "code,term\n73211009,Diabetes mellitus\n44054006,\"Type 2, diabetes\"\n73211009,Said again\n";
    fs::write(folder.path().join("in.csv"), text).unwrap();
    let said = json(
        folder.path(),
        &words(&import(folder.path(), &["--source", "NHS England DM_COD; by way of OpenCodelists"])),
        0,
    );
    assert_eq!((said["codes"].as_u64(), said["repeated"].as_u64()), (Some(2), Some(1)));
    let written = fs::read_to_string(lists.join("diabetes.csv")).unwrap();
    let first = written.lines().next().unwrap();
    // Four parts, as every list says of itself: title; source; version; licence.
    assert_eq!(first.split("; ").count(), 4, "{first}");
    assert!(first.starts_with("# Diabetes; ") && first.contains("; 2026-10-01; "), "{first}");
    let files = DefinitionFiles::from_folder(&folder.path().join("definitions")).unwrap();
    let known = CodeLists::load(&files).unwrap();
    let codes: Vec<(&str, &str)> = known.codes().iter().map(|c| (c.code.as_str(), c.term.as_str())).collect();
    assert_eq!(codes, [("44054006", "Type 2, diabetes"), ("73211009", "Diabetes mellitus")]);
    assert!(known.is_problem(0));
}

#[test]
fn schemes_have_their_own_forms() {
    let (folder, lists) = folder();
    for (scheme, column, given, kept) in [
        ("icd10", "code", "I10X", "icd10,I10,"),
        ("icd10", "ICD", "e11.9", "icd10,E119,"),
        ("bnf", "bnf_code", "0301", "bnf,0301,"),
    ] {
        fs::write(folder.path().join("in.csv"), format!("{column},term\n{given},Something\n")).unwrap();
        run(
            folder.path(),
            &words(&import(folder.path(), &["--scheme", scheme, "--column", column, "--kind", "medicine"])),
            0,
        );
        let written = fs::read_to_string(lists.join("diabetes.csv")).unwrap();
        assert!(written.contains("# kind: medicine\n") && written.contains(kept), "{written}");
    }
}

#[test]
fn a_mistake_is_named_by_file_line_and_column_and_nothing_is_written() {
    let (folder, lists) = folder();
    fs::write(lists.join("diabetes.csv"), "# what was there\n").unwrap();
    for (text, more, code, wanted) in [
        ("", &[][..], 1, "in.csv is empty"),
        ("code,term\n", &[], 1, "in.csv has a header and no row"),
        ("id,term\n73211009,x\n", &[], 1, "in.csv, line 1: column `code` is missing"),
        ("Code,term\n73211009,x\n", &[], 1, "is `Code` meant?"),
        ("code,term\n73211009,x\n,y\n", &[], 1, "in.csv, line 3, column `code`: is blank"),
        // A spreadsheet keeps fifteen digits.
        (
            "code,term\n1064811000000100,x\n",
            &[],
            1,
            "in.csv, line 2, column `code`: is no SNOMED CT identifier",
        ),
        ("code,term\n1.06481E+15,x\n", &[], 1, "line 2, column `code`: is no SNOMED CT identifier"),
        ("code,term\nF,x\n", &["--scheme", "icd10"], 1, "line 2, column `code`: is no ICD-10 code"),
        ("code,term\n73211009\n", &[], 1, "in.csv, line 2: the row has 1 cells and the header 2"),
        ("code,term\n73211009,x\n", &["--folder", "nowhere"], 2, "there is no folder nowhere/codelists"),
    ] {
        fs::write(folder.path().join("in.csv"), text).unwrap();
        let said = run(folder.path(), &words(&import(folder.path(), more)), code);
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.contains(wanted), "{wanted}: {said}");
        assert!(!said.contains("1064811000000100"), "the value is not said: {said}");
        assert_eq!(names(&lists), ["diabetes.csv"]);
        assert_eq!(fs::read_to_string(lists.join("diabetes.csv")).unwrap(), "# what was there\n");
    }
    let more = import(folder.path(), &[]);
    let elsewhere: Vec<&str> =
        words(&more).into_iter().map(|word| if word == "diabetes" { "../x" } else { word }).collect();
    run(folder.path(), &elsewhere, 2);
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect()
}
