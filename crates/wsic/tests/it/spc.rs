//! `wsic spc` against NHSRplotthedots, on test data and on all A&E departments of England.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::expected::{Row, compare, file, ran, real, refused, rows, same};

fn charted(input: &Path, more: &[&str]) -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("points.csv");
    let mut arguments = vec!["spc", "--in", input.to_str().unwrap(), "--out", out.to_str().unwrap()];
    arguments.extend(more);
    let output = ran(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    rows(&out)
}

#[test]
fn every_point_is_as_the_package_has_it() {
    let input = file("spc").join("series.csv");
    for (expected, more) in [
        ("series.increase.csv", vec![]),
        ("series.unscreened.csv", vec!["--direction", "decrease", "--screen", "no"]),
        ("series.rebased.csv", vec!["--direction", "neutral", "--rebase", "2024-04-01", "--baseline", "12"]),
    ] {
        let ours = charted(&input, &more);
        compare(&ours, &rows(&file("spc").join(expected)), &["series", "date"], 1e-9);
    }
}

/// Breaches of four hours by department and month, 2016 to 2019: points and sums of limits by what makes a point special.
#[test]
fn all_emergency_departments_of_england_are_as_the_package_has_them() {
    let Some(path) = real("spc/ae_attendances.csv") else { return };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("series.csv");
    let mut text = "series,date,value\n".to_owned();
    for row in rows(&path) {
        writeln!(text, "{}-{},{},{}", row["org_code"], row["type"], row["period"], row["breaches"]).unwrap();
    }
    std::fs::write(&input, text).unwrap();
    let mut sums: BTreeMap<[String; 2], [f64; 4]> = BTreeMap::new();
    // The package has no limits where nothing ever varies, nor has a department of one month.
    for row in charted(&input, &[]).iter().filter(|row| !row["lpl"].is_empty()) {
        let sum = sums.entry(["special_cause_type", "point_type"].map(|name| row[name].clone())).or_default();
        let numbers = ["mean", "lpl", "upl"].map(|name| row[name].parse::<f64>().unwrap());
        for (total, more) in sum.iter_mut().zip([1.0, numbers[0], numbers[1], numbers[2]]) {
            *total += more;
        }
    }
    let expected = rows(&file("spc").join("ae.expected.csv"));
    assert_eq!(sums.len(), expected.len());
    for row in expected {
        let sum = sums[&["special_cause_type", "point_type"].map(|name| row[name].clone())];
        for (total, name) in sum.iter().zip(["points", "mean", "lpl", "upl"]) {
            assert!(same(&total.to_string(), &row[name], 1e-9), "{name} of {row:?}: {total}");
        }
    }
}

fn of_text(text: &str, more: &[&str]) -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("series.csv");
    std::fs::write(&input, text).unwrap();
    charted(&input, more)
}

#[test]
fn targets_are_met_missed_or_hit_and_missed() {
    let mut text = "date,value,target\n".to_owned();
    for month in 1..=12 {
        writeln!(text, "2025-{month:02},{},{}", 10 + month % 2, [5, 20, 10][month % 3]).unwrap();
    }
    let ours = of_text(&text, &["--direction", "decrease"]);
    let assurance: Vec<&str> = ours.iter().take(3).map(|row| row["assurance"].as_str()).collect();
    assert_eq!(assurance, ["consistent_pass", "inconsistent", "consistent_fail"]);
    assert!(ours.iter().all(|row| row["variation"] == "common_cause" && row["trial_limits"] == "1"));
    assert!(of_text(&text, &["--direction", "neutral"]).iter().all(|row| row["assurance"].is_empty()));
}

#[test]
fn shares_have_limits_by_their_size() {
    let mut text = "date,value,denominator\n".to_owned();
    for month in 1..=12 {
        writeln!(text, "2025-{month:02},{},{}", 10 * month, 100 * month).unwrap();
    }
    let ours = of_text(&text, &["--chart", "p"]);
    let upper = |place: usize| ours[place]["upl"].parse::<f64>().unwrap();
    assert!((upper(0) - 0.19).abs() < 1e-12 && (upper(3) - 0.145).abs() < 1e-12);
    assert!(ours.iter().all(|row| row["special_cause_flag"] == "0"));
}

#[test]
fn mistakes_are_told_with_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in.csv"), folder.path().join("points.csv"));
    for (text, more, code, says) in [
        (
            "series,date,value\nA,2025-01-01,3\nA,2025-13-01,4\n",
            vec![],
            1,
            "in.csv, line 3: column `date`: is no date",
        ),
        ("series,date,value\nA,2025-01-01,\n", vec![], 1, "in.csv, line 2: column `value`: is empty"),
        (
            "series,date,value\nA,2025-01,1\nA,2025-01-01,2\n",
            vec![],
            1,
            "in.csv, line 3: column `date`: is in its series a second time",
        ),
        ("date,value\n2025-01-01,1\n", vec!["--rebase", "soon"], 2, "--rebase soon is no date"),
        (
            "date,value\n2025-01-01,1\n",
            vec!["--rebase", "2025-02-01"],
            2,
            "no series has a point of this date",
        ),
        ("date\n2025-01-01\n", vec![], 1, "in.csv, line 1: column `value` is missing"),
        (
            "date,value,denominator\n2025-01-01,3,2\n",
            vec!["--chart", "p"],
            1,
            "in.csv, line 2: column `value`: is above its denominator",
        ),
    ] {
        std::fs::write(&input, text).unwrap();
        let base = ["spc", "--in", input.to_str().unwrap(), "--out", out.to_str().unwrap()];
        let said = refused(&[&base[..], &more].concat(), &out, code);
        assert!(said.contains(says), "{said}");
    }
}
