//! `wsic score` as its users run it: against other packages' scores, and with mistakes in the files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::command::{json, run};

/// 140 people's made-up diagnoses, in every dress that codes come in.
const DIAGNOSES: &str = include_str!("scores/diagnoses.csv");
/// They and twenty without a diagnosis.
const PEOPLE: &str = include_str!("scores/people.csv");
/// Scores of pycomorb 1.20261001.1; shmi_1_35, charlson_quan_hiv_2 and hfrs_each_code of comorbidipy 0.8.0.
const EXPECTED: &str = include_str!("scores/expected.csv");

/// Somebody's row by column.
type Rows = BTreeMap<String, BTreeMap<String, String>>;

fn rows(text: &str) -> Rows {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize().map(|row| row.unwrap());
    rows.map(|row: BTreeMap<String, String>| (row["person_id"].clone(), row)).collect()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("diagnoses.csv", DIAGNOSES);
        folder.write("people.csv", PEOPLE);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Arguments whose files are those of this folder.
    fn arguments(&self, arguments: &[&str]) -> Vec<String> {
        let is_file = |text: &str| text.ends_with(".csv") || text.ends_with(".parquet");
        let named = |text: &&str| match is_file(text) {
            true => self.path(text).to_string_lossy().into_owned(),
            false => (*text).to_owned(),
        };
        arguments.iter().map(named).collect()
    }

    /// Runs the program; what it said as JSON.
    fn said(&self, arguments: &[&str]) -> Value {
        let arguments = self.arguments(arguments);
        json(self.0.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>(), 0)
    }

    /// Runs the program; what it said on standard error.
    fn error(&self, arguments: &[&str], code: i32) -> String {
        let arguments = self.arguments(arguments);
        let output = run(self.0.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>(), code);
        String::from_utf8(output.stderr).unwrap()
    }

    /// Scores a file; what was said, and the rows that were written.
    fn score(&self, name: &str, options: &[&str]) -> (Value, Rows) {
        let mut arguments = vec!["score", name, "--out", "out.csv"];
        if !options.contains(&"--in") {
            arguments.extend(["--in", "diagnoses.csv"]);
        }
        arguments.extend(options);
        let said = self.said(&arguments);
        (said, rows(&std::fs::read_to_string(self.path("out.csv")).unwrap()))
    }

    /// What is said of a file that is refused; nothing is written, and nobody's value is told.
    fn refused(&self, name: &str, text: &str, options: &[&str], code: i32) -> String {
        self.write("wrong.csv", text);
        let mut arguments = vec!["score", name, "--in", "wrong.csv", "--out", "refused.csv"];
        arguments.extend(options);
        let said = self.error(&arguments, code);
        let left = std::fs::read_dir(self.0.path()).unwrap();
        let left = left.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        let left: Vec<String> = left.filter(|name| name.contains("refused")).collect();
        assert!(left.is_empty(), "{left:?}");
        said
    }
}

#[test]
fn scores_are_those_of_other_packages() {
    let folder = Folder::new();
    let expected = rows(EXPECTED);
    assert!(expected.len() > 130);
    for (column, name, options) in [
        ("charlson", "charlson-quan", &[][..]),
        ("charlson_age", "charlson-quan", &["--age-points"]),
        ("charlson_quan", "charlson-quan", &["--weights", "quan"]),
        ("charlson_quan_hiv_2", "charlson-quan", &["--weights", "quan-hiv-2"]),
        ("shmi_1_35", "charlson-shmi", &[]),
        ("shmi_1_60", "charlson-shmi", &["--shmi-version", "1.60"]),
        ("rcs", "charlson-rcs", &[]),
        ("elixhauser", "elixhauser-quan", &[]),
        ("van_walraven", "elixhauser-vw", &[]),
        ("swiss", "elixhauser-quan", &["--weights", "swiss"]),
        ("hfrs", "hfrs", &[]),
        ("hfrs_each_code", "hfrs", &["--repeats", "each-code"]),
    ] {
        let (said, scored) = folder.score(name, &[&["--people", "people.csv"], options].concat());
        assert_eq!((said["scored"].as_u64(), scored.len()), (Some(160), 160), "{said}");
        for (person, row) in &expected {
            assert_eq!(scored[person]["score"], row[column], "{column} of {person}");
        }
        if column != "charlson_age" {
            let others = scored.iter().filter(|(person, _)| !expected.contains_key(*person));
            assert!(others.map(|(_, row)| row["score"].as_str()).all(|score| score == "0"), "{column}");
        }
    }
}

#[test]
fn parquet_gives_what_csv_gives() {
    let folder = Folder::new();
    let (_, from_csv) = folder.score("hfrs", &[]);
    folder.said(&["score", "hfrs", "--in", "diagnoses.csv", "--out", "hfrs.parquet"]);
    assert_eq!(std::fs::read(folder.path("hfrs.parquet")).unwrap()[..4], *b"PAR1");
    // The Parquet file that was written lists the same people in the same order.
    folder.said(&[
        "score",
        "hfrs",
        "--in",
        "diagnoses.csv",
        "--people",
        "hfrs.parquet",
        "--out",
        "again.csv",
    ]);
    assert_eq!(rows(&std::fs::read_to_string(folder.path("again.csv")).unwrap()), from_csv);
}

#[test]
fn the_window_and_the_kind_of_admission_matter() {
    let folder = Folder::new();
    folder.write(
        "dated.csv",
        "person_id,icd10,date,admission_method\n\
         a,F00.0,2024-03-31,21\na,G81,2022-04-01,2A\na,G30,2022-03-31,21\na,I69,2024-04-01,21\na,R29,31/03/2023,11\n",
    );
    let score = |options: &[&str]| {
        let (said, scored) = folder.score("hfrs", &[&["--in", "dated.csv"], options].concat());
        (scored["a"]["score"].clone(), scored["a"]["band"].clone(), said["outside"].as_u64().unwrap())
    };
    assert_eq!(score(&[]), ("22.8".into(), "high".into(), 0));
    // Of the window of 730 days the first day is within, the day before is not: 71 + 44 + 36 tenths.
    assert_eq!(score(&["--as-at", "2024-03-31"]), ("15.1".into(), "high".into(), 2));
    assert_eq!(score(&["--as-at", "2024-03-31", "--window-days", "731"]).0, "19.1");
    assert_eq!(score(&["--as-at", "2024-03-31", "--admissions", "emergency"]).0, "11.5");
    assert_eq!(score(&["--as-at", "2021-01-01"]), ("0".into(), "low".into(), 5));
}

#[test]
fn conditions_tell_what_was_counted() {
    let folder = Folder::new();
    folder.write("d.csv", "person_id,icd10\na,E11.9\na,e112D\na,\nb,\n");
    let (said, scored) = folder.score("charlson-shmi", &["--in", "d.csv"]);
    assert_eq!((said["blank"].as_u64(), scored.len()), (Some(2), 2));
    let of =
        |row: &BTreeMap<String, String>| [row["score"].clone(), row["diab"].clone(), row["diabwc"].clone()];
    assert_eq!(of(&scored["a"]), ["0", "0", "1"]);
    assert_eq!(of(&scored["b"]), ["0", "0", "0"]);
    let (_, scored) = folder.score("charlson-shmi", &["--in", "d.csv", "--hierarchy", "no"]);
    assert_eq!(of(&scored["a"]), ["2", "1", "1"]);
    let (_, scored) = folder.score("charlson-shmi", &["--in", "d.csv", "--floor", "no"]);
    assert_eq!(of(&scored["a"]), ["-1", "0", "1"]);
}

#[test]
fn multimorbidity_is_told_by_names_and_codes() {
    let folder = Folder::new();
    folder.write(
        "d.csv",
        "person_id,condition,snomed,icd10\na,dementia,,\na,Hypertension,,\nb,,13645005,\nb,,,I50.0\nc,constipation,,\nd,,,Z99\n",
    );
    let (_, scored) = folder.score("cms", &["--in", "d.csv"]);
    let of = |person: &str| scored[person]["score"].as_str();
    assert_eq!(["a", "b", "c", "d"].map(of), ["2.58", "2.64", "1.12", "0"]);
    assert_eq!(scored["b"]["copd"], "1");
    let (_, scored) = folder.score("cms", &["--in", "d.csv", "--weights", "mortality"]);
    assert_eq!(scored["a"]["score"], "122.33");
    // What was written, a column a condition, is scored again as it is.
    let written = std::fs::read_to_string(folder.path("out.csv")).unwrap();
    folder.write("wide.csv", &written);
    let (_, again) = folder.score("cms", &["--in", "wide.csv", "--weights", "mortality"]);
    assert_eq!(again, scored);
    let part = folder.refused("cms", "person_id,dementia,copd\na,1,0\n", &[], 1);
    assert!(part.contains("column `hypertension` is missing"), "{part}");
}

#[test]
fn deficits_are_told_by_names_codes_and_values() {
    let folder = Folder::new();
    folder.write("people.csv", "person_id,sex\na,F\nb,male\nc,2\n");
    folder.write(
        "d.csv",
        "person_id,deficit,snomed,measure,value\n\
         a,falls,,,\na,,73211009,,\na,,,haemoglobin,120\nb,,,haemoglobin,120\nb,anaemia,,,\nb,,,egfr,59\nb,,,medicines_12_months,5\n",
    );
    let (said, scored) = folder.score("efi", &["--in", "d.csv", "--people", "people.csv"]);
    let of = |person: &str| [scored[person]["score"].as_str(), scored[person]["band"].as_str()];
    assert_eq!(of("a"), ["0.05555555555555555", "fit"]);
    assert_eq!(of("b"), ["0.08333333333333333", "fit"]);
    assert_eq!(of("c"), ["0", "fit"]);
    assert!(said["cautions"][0].as_str().unwrap().contains("of 36 deficits"), "{said}");
    let written = std::fs::read_to_string(folder.path("out.csv")).unwrap();
    folder.write("wide.csv", &written);
    let (said, again) = folder.score("efi", &["--in", "wide.csv"]);
    assert_eq!((again, said["cautions"].as_array().map(Vec::len)), (scored, Some(0)));
}

#[test]
fn admissions_are_scored_row_by_row() {
    let folder = Folder::new();
    folder.write(
        "d.csv",
        "person_id,length_of_stay,acute,comorbidity,ed_visits\na,14,yes,4,4\nb,0,0,0,0\nc,6.5,1,1,1\n",
    );
    let (_, scored) = folder.score("lace", &["--in", "d.csv"]);
    let of = |person: &str| [scored[person]["score"].as_str(), scored[person]["band"].as_str()];
    assert_eq!([of("a"), of("b"), of("c")], [["19", "high"], ["0", "low"], ["9", "moderate"]]);

    let conditions = "congestive_heart_failure,peripheral_vascular_disease,copd,diabetes_with_complications,renal_disease,metastatic_cancer,other_malignant_cancer,moderate_or_severe_liver_disease,other_liver_disease,hemiplegia_or_paraplegia,dementia";
    folder.write("d.csv", &format!(
        "person_id,age,imd_score,emergency_admissions_last_365_days,admission_last_30_days,current_admission_emergency,hospital_coefficient,{conditions}\n\
         a,80,20,2,1,1,,0,0,1,0,0,0,0,0,0,0,0\nb,45,9.9,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\nc,92,61.5,7,1,1,,1,1,1,1,1,1,1,1,1,1,1\nd,70,40,1,0,1,0.2,0,0,0,0,0,1,0,0,0,0,0\n"
    ));
    let (_, scored) = folder.score("parr30", &["--in", "d.csv"]);
    let close = |person: &str, to: f64, scored: &Rows| {
        let score: f64 = scored[person]["score"].parse().unwrap();
        assert!((score - to).abs() < 1e-9, "{person}: {score}");
    };
    // Computed apart in Python from the published coefficients.
    close("a", 0.277_480_930_801_446_87, &scored);
    close("b", 0.057_566_016_255_959_92, &scored);
    close("c", 0.859_246_726_777_353_8, &scored);
    close("d", 0.203_353_839_913_715_3, &scored);
    let (_, scored) = folder.score("parr30", &["--in", "d.csv", "--exchange-cancers"]);
    close("d", 0.243_283_159_180_038_57, &scored);
}

#[test]
fn mistakes_are_told_with_file_line_and_column() {
    let folder = Folder::new();
    for (name, text, options, code, said) in [
        ("hfrs", "", &[][..], 1, "wrong.csv is empty"),
        ("hfrs", "person_id,icd10\n", &[], 1, "wrong.csv has a header and no row"),
        (
            "hfrs",
            "person_id,ICD10\na,I50\n",
            &[],
            1,
            "wrong.csv, line 1: column `icd10` is missing; is `ICD10` meant?",
        ),
        ("hfrs", "person_id,icd10\na,I50\n,I50\n", &[], 1, "wrong.csv, line 3, column `person_id`: is blank"),
        (
            "hfrs",
            "person_id,icd10\na,I50\n\na,SECRET\n",
            &[],
            1,
            "wrong.csv, line 4, column `icd10`: is no ICD-10 code",
        ),
        ("hfrs", "person_id,icd10\na,I50,1\n", &[], 1, "line 2: the row has 3 cells and the header 2"),
        ("hfrs", "person_id,icd10,date\na,I50,SECRET\n", &[], 1, "line 2, column `date`: is no date"),
        (
            "hfrs",
            "person_id,icd10,date\na,I50,\n",
            &["--as-at", "2024-01-01"],
            1,
            "line 2, column `date`: is blank",
        ),
        ("hfrs", "person_id,icd10\na,I50\n", &["--as-at", "2024-01-01"], 1, "column `date` is missing"),
        (
            "hfrs",
            "person_id,icd10\na,I50\n",
            &["--admissions", "emergency"],
            1,
            "column `admission_method` is missing",
        ),
        ("hfrs", "person_id,icd10\na,I50\n", &["--weights", "quan"], 2, "--weights is not for hfrs"),
        (
            "charlson-rcs",
            "person_id,icd10\na,I50\n",
            &["--weights", "quan"],
            2,
            "--weights of charlson-rcs are rcs",
        ),
        (
            "charlson-rcs",
            "person_id,icd10\na,I50\n",
            &["--shmi-version", "1.60"],
            2,
            "--shmi-version is not for charlson-rcs",
        ),
        (
            "charlson-quan",
            "person_id,icd10\nz,I50\n",
            &["--age-points", "--people", "people.csv"],
            1,
            "the age of somebody",
        ),
        (
            "charlson-quan",
            "person_id,icd10\np1,I50\n",
            &["--people", "wrong.csv", "--age-points"],
            1,
            "the age of somebody",
        ),
        ("cms", "person_id,code\na,1\n", &[], 1, "none of the columns `condition`, `snomed`, `icd10`"),
        (
            "cms",
            "person_id,condition\na,SECRET\n",
            &[],
            1,
            "line 2, column `condition`: is none of the score's conditions",
        ),
        ("cms", "person_id,snomed\na,123\n", &[], 1, "line 2, column `snomed`: is no SNOMED CT code"),
        ("efi", "person_id,measure,value\na,haemoglobin,120\n", &[], 1, "column `measure`: asks for the sex"),
        ("efi", "person_id,measure,value\na,egfr,SECRET\n", &[], 1, "line 2, column `value`: is no number"),
        ("efi", "person_id,measure\na,egfr\n", &[], 1, "column `value` is missing"),
        (
            "lace",
            "person_id,length_of_stay,acute,comorbidity,ed_visits\na,-1,1,0,0\n",
            &[],
            1,
            "column `length_of_stay`: is no number from 0",
        ),
        (
            "lace",
            "person_id,length_of_stay,acute,comorbidity,ed_visits\na,1,SECRET,0,0\n",
            &[],
            1,
            "column `acute`: is neither 1 nor 0",
        ),
        ("parr30", "person_id,age\na,1\n", &[], 1, "column `imd_score` is missing"),
    ] {
        let message = folder.refused(name, text, options, code);
        assert!(message.contains(said), "{name}: {message}");
        assert!(!message.contains("SECRET"), "{message}");
    }
    folder.write("people.csv", "person_id,age\na,1\na,2\n");
    let twice = folder.refused("hfrs", "person_id,icd10\na,I50\n", &["--people", "people.csv"], 1);
    assert!(twice.contains("people.csv, line 3, column `person_id`: is there a second time"), "{twice}");
    folder.write("people.csv", "person_id,age\na,1000\n");
    let old = folder.refused("hfrs", "person_id,icd10\na,I50\n", &["--people", "people.csv"], 1);
    assert!(old.contains("people.csv, line 2, column `age`: is no number from 0 to 130"), "{old}");
}

#[test]
fn codes_that_are_none_may_be_passed_over() {
    let folder = Folder::new();
    folder.write("d.csv", "person_id,icd10\na,F00\na,NA\nb,?\n");
    let (said, scored) = folder.score("hfrs", &["--in", "d.csv", "--bad-codes", "skip"]);
    assert_eq!(said["bad_codes"].as_u64(), Some(2));
    assert_eq!((scored["a"]["score"].as_str(), scored["b"]["score"].as_str()), ("7.1", "0"));
}

#[test]
fn an_older_result_stands_until_the_new_one_is_whole() {
    let folder = Folder::new();
    folder.write("out.csv", "before");
    folder.write("d.csv", "person_id,icd10\na,F00\na,?\n");
    folder.error(&["score", "hfrs", "--in", "d.csv", "--out", "out.csv"], 1);
    assert_eq!(std::fs::read_to_string(folder.path("out.csv")).unwrap(), "before");
}
