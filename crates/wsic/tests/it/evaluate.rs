//! `wsic evaluate` against statsmodels, and what it says of mistakes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::expected::{file, ran, real, refused};

const SERIES: &str = "[columns]\ndate = \"month\"\nvalue = \"admissions\"\nseries = \"area\"\n";
const NWL: &str = "[its]\nseries = \"NWL\"\nintervention = \"2016-01-01\"\n";
const PLACES: &str =
    "[columns]\nunit = \"practice\"\ndate = \"quarter\"\nvalue = \"rate\"\ntreated = \"pilot\"\n";

fn evaluated(method: &str, spec: &str) -> Value {
    of_file(method, &file("evaluate").join(format!("{method}.csv")), spec)
}

fn of_file(method: &str, input: &Path, spec: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("spec.toml"), spec).unwrap();
    let output = ran(&[
        "evaluate",
        method,
        "--in",
        input.to_str().unwrap(),
        "--spec",
        &at("spec.toml"),
        "--out",
        &at("result.json"),
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&std::fs::read(at("result.json")).unwrap()).unwrap()
}

fn expected(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(file("evaluate").join(format!("{name}.json"))).unwrap()).unwrap()
}

fn close(ours: &Value, theirs: &Value, what: &str) {
    let (ours, theirs) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
    // Of small numbers, such as a p-value far out, the size is a thousandth.
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1e-3), "{what}: {ours}, expected {theirs}");
}

/// Coefficients by their terms.
fn terms(found: &Value, part: &str) -> BTreeMap<String, Value> {
    let all = found[part].as_array().unwrap().iter();
    all.map(|fields| (fields["term"].as_str().unwrap().to_owned(), fields.clone())).collect()
}

fn compare(name: &str, found: &Value, part: &str) {
    let (theirs, ours) = (expected(name), terms(found, part));
    for (term, fields) in theirs["coefficients"].as_object().unwrap() {
        for (field, value) in fields.as_object().unwrap() {
            close(&ours[term][field], value, &format!("{name}, {term}, {field}"));
        }
    }
    for field in ["sigma", "r_squared", "durbin_watson", "autocorrelation", "dispersion"] {
        if !theirs[field].is_null() {
            close(&found[field], &theirs[field], &format!("{name}, {field}"));
        }
    }
}

#[test]
fn interrupted_time_series_are_statsmodels() {
    let counted = SERIES.replace("[columns]", "[columns]\nexposure = \"people\"");
    let plain = "small_sample = false\n";
    for (name, columns, model) in [
        ("its.independent", SERIES, "errors = \"independent\"\n".to_owned()),
        ("its.newey_west", SERIES, "lag = 3\n".to_owned()),
        ("its.newey_west_normal", SERIES, format!("lag = 6\n{plain}reference = \"normal\"\n")),
        ("its.season", SERIES, "season = \"harmonic\"\n".to_owned()),
        ("its.prais_winsten", SERIES, "errors = \"prais-winsten\"\n".to_owned()),
        ("its.control", SERIES, format!("control = \"Control\"\nlag = 3\n{plain}reference = \"normal\"\n")),
        (
            "its.poisson",
            &counted,
            "outcome = \"poisson\"\nerrors = \"independent\"\nseason = \"harmonic\"\n".to_owned(),
        ),
        (
            "its.quasi_poisson",
            &counted,
            "outcome = \"quasi-poisson\"\nerrors = \"independent\"\nseason = \"harmonic\"\n".to_owned(),
        ),
        (
            "its.poisson_newey_west",
            &counted,
            format!("outcome = \"poisson\"\nlag = 3\n{plain}season = \"harmonic\"\n"),
        ),
    ] {
        compare(name, &evaluated("its", &format!("{columns}{NWL}{model}")), "coefficients");
    }
}

/// Attendances at one trust of North West London, as if something had begun in April 2023, alone and against another trust.
#[test]
fn a_real_series_is_statsmodels() {
    let Some(path) = real("nwl_reference/nwl_trust_accidents_emergency.csv") else { return };
    let spec = "[columns]\nvalue = \"total_attendances\"\nseries = \"nhs_trust22_code\"\n[its]\nseries = \"RQM\"\nintervention = \"April 2023\"\nseason = \"harmonic\"\nlag = 3\n";
    compare("its.real", &of_file("its", &path, spec), "coefficients");
    let against = format!("{spec}control = \"RYJ\"\nsmall_sample = false\nreference = \"normal\"\n");
    compare("its.real_control", &of_file("its", &path, &against), "coefficients");
}

#[test]
fn each_point_has_its_counterfactual() {
    let found = evaluated("its", &format!("{SERIES}{NWL}errors = \"independent\"\n"));
    let theirs = expected("its.independent");
    let points = found["points"].as_array().unwrap();
    assert_eq!(points.len(), 60);
    for (place, point) in points.iter().enumerate() {
        close(&point["fitted"], &theirs["fitted"][place], "fitted");
        close(&point["counterfactual"], &theirs["counterfactual"][place], "counterfactual");
    }
    assert_eq!(points[36]["date"], "2016-01-01");
    // At the first point the effect is the level, with the limits of the level.
    let level = &terms(&found, "coefficients")["level"];
    close(&points[36]["effect"], &level["estimate"], "effect");
    close(&points[36]["effect_upper"], &level["upper"], "effect_upper");
    let summed: f64 = points.iter().map(|point| point["effect"].as_f64().unwrap()).sum();
    close(&found["cumulative_effect"]["estimate"], &Value::from(summed), "cumulative effect");
}

#[test]
fn what_is_left_out_is_not_fitted_and_time_goes_on() {
    let whole = evaluated("its", &format!("{SERIES}{NWL}errors = \"independent\"\n"));
    let less = evaluated(
        "its",
        &format!("{SERIES}{NWL}errors = \"independent\"\nexclude = [[\"2014-01-01\", \"2014-06-01\"]]\n"),
    );
    assert_eq!(whole["points_fitted"].as_u64().unwrap() - less["points_fitted"].as_u64().unwrap(), 6);
    assert_eq!(less["points"][12]["date"], "2014-07-01");
    assert_eq!(less["points"][12]["time"], 19.0);
    let later = evaluated("its", &format!("{SERIES}{NWL}errors = \"independent\"\nslope_from = 1\n"));
    let [a, b] = [&whole, &later].map(|found| terms(found, "coefficients"));
    close(&a["slope"]["estimate"], &b["slope"]["estimate"], "slope");
    let moved = b["level"]["estimate"].as_f64().unwrap() + b["slope"]["estimate"].as_f64().unwrap();
    close(&a["level"]["estimate"], &Value::from(moved), "level");
}

#[test]
fn differences_in_differences_are_statsmodels() {
    let two_way = evaluated("did", &format!("{PLACES}[did]\nintervention = \"2024-01-01\"\n"));
    compare("did.two_way", &two_way, "coefficients");
    compare("did.event_study", &two_way, "event_study");
    let theirs = expected("did.event_study");
    close(&two_way["parallel_trends"]["chi_squared"], &theirs["chi_squared"], "chi-squared");
    close(&two_way["parallel_trends"]["p_value"], &theirs["p_value"], "p");
    assert_eq!(two_way["means"][8]["date"], "2024-01-01");
    let weighted = format!(
        "{PLACES}weight = \"people\"\ncluster = \"network\"\ncovariates = [\"beds\"]\n[did]\nintervention = \"2024-01-01\"\n"
    );
    compare("did.weighted", &evaluated("did", &weighted), "coefficients");
    let pooled = format!("{PLACES}[did]\nintervention = \"2024-01-01\"\neffects = \"pooled\"\n");
    compare("did.pooled", &evaluated("did", &pooled), "coefficients");
}

#[test]
fn mistakes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let its = "[its]\nintervention = \"2025-03\"\n";
    let did = "[did]\nintervention = \"2025-02\"\n";
    for (method, table, spec, code, says) in [
        (
            "its",
            "date,value\n2025-01,1\n2025-02,x\n2025-03,1\n",
            format!("[columns]\n{its}"),
            1,
            "in.csv, line 3: column `value`: is no number",
        ),
        (
            "its",
            "date,value\n2025-01,1\n2025-01,2\n2025-03,1\n",
            format!("[columns]\n{its}"),
            1,
            "in.csv, line 3: column `date`: is there a second time",
        ),
        (
            "its",
            "date,value\n2025-01,1\n2025-02,2\n",
            format!("[columns]\n{its}"),
            2,
            "its.intervention = \"2025-03\" is not inside the series",
        ),
        (
            "its",
            "date,value\n2025-01,1\n2025-02,2\n2025-03,1\n",
            format!("[columns]\n{its}"),
            1,
            "3 points are too few for the 4 terms of the model",
        ),
        (
            "its",
            "date,value\n2025-01,1\n2025-02,2\n2025-03,1\n",
            format!("[columns]\nspeed = 1\n{its}"),
            2,
            "unknown field `speed`",
        ),
        (
            "its",
            "date,value\n2025-01,1\n2025-02,2\n2025-03,1\n",
            format!("[columns]\n{its}series = \"A\"\n"),
            2,
            "need columns.series",
        ),
        (
            "its",
            "date,value\n1,1\n2,2\n3,1\n4,1\n5,3\n6,2\n",
            "[columns]\n[its]\nintervention = \"6\"\n".to_owned(),
            1,
            "the term `slope` says nothing",
        ),
        (
            "did",
            "unit,date,value,treated\nA,2025-01,1,1\nA,2025-02,1,0\n",
            format!("[columns]\n{did}"),
            1,
            "in.csv, line 3: column `treated`: is 1 in some rows of its place and 0 in others",
        ),
        (
            "did",
            "unit,date,value,treated\nA,2025-01,1,1\nA,2025-02,1,1\n",
            format!("[columns]\n{did}"),
            1,
            "column `treated`: is never 0",
        ),
        (
            "did",
            "unit,date,value,treated\nA,2025-01,1,maybe\nA,2025-02,1,1\n",
            format!("[columns]\n{did}"),
            1,
            "in.csv, line 2: column `treated`: must be 1 or 0",
        ),
    ] {
        std::fs::write(at("in.csv"), table).unwrap();
        std::fs::write(at("spec.toml"), spec).unwrap();
        let out = at("result.json");
        let [input, spec, to] =
            [at("in.csv"), at("spec.toml"), out.clone()].map(|p| p.to_str().unwrap().to_owned());
        let said = refused(&["evaluate", method, "--in", &input, "--spec", &spec, "--out", &to], &out, code);
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn columns_need_not_be_named_and_a_gap_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let months = ["2025-01", "2025-02", "2025-03", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09"];
    let rows: Vec<String> = (1..).zip(months).map(|(n, month)| format!("{month},{}", n * n % 7)).collect();
    std::fs::write(at("in.csv"), format!("date,value\n{}\n", rows.join("\n"))).unwrap();
    let found = of_file("its", &at("in.csv"), "[its]\nintervention = \"2025-06\"\n");
    assert_eq!(found["gaps"], serde_json::json!([["2025-03-01", "2025-05-01"]]));
    assert_eq!(found["points_fitted"], 8);
}

#[test]
fn nothing_is_written_over_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let series = "date,value\n2025-01,1\n2025-02,2\n";
    std::fs::write(at("in.csv"), series).unwrap();
    for arguments in [
        vec!["spc", "--in", "in.csv", "--out", "in.csv"],
        vec!["rate", "mean", "--in", "in.csv", "--out", "./in.csv"],
        vec!["score", "hfrs", "--in", "in.csv", "--out", "in.csv"],
        vec!["evaluate", "its", "--in", "in.csv", "--spec", "in.csv", "--out", "in.csv"],
    ] {
        let done = Command::new(env!("CARGO_BIN_EXE_wsic"))
            .args(&arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(said.contains("--out would overwrite in.csv: name another file"), "{said}");
        assert_eq!(std::fs::read_to_string(at("in.csv")).unwrap(), series);
    }
}
