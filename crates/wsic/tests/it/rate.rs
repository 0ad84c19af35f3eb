//! `wsic rate` against R and published numbers, and what it says of mistakes.

use std::path::Path;

use crate::expected::{compare, file, ran, real, refused, rows};

/// Runs a method over a file of ours and holds the result against what R gives.
fn check(method: &str, input: &str, expected: &str, key: &[&str], more: &[&str], within: f64) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    let input = file("rate").join(input);
    let mut arguments = vec!["rate", method, "--in", input.to_str().unwrap(), "--out", out.to_str().unwrap()];
    arguments.extend(more);
    let output = ran(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    compare(&rows(&out), &rows(&file("rate").join(expected)), key, within);
}

const BOTH: [&str; 2] = ["--confidence", "95,99.8"];

fn with_groups<'a>(by: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&BOTH[..], &["--by", by], more].concat()
}

#[test]
fn proportions_rates_and_means_are_rs() {
    check("proportion", "crude.csv", "crude.proportion.csv", &["area"], &BOTH, 1e-9);
    check(
        "proportion",
        "crude.csv",
        "crude.proportion.region.csv",
        &["region"],
        &with_groups("region", &[]),
        1e-9,
    );
    check("rate", "crude.csv", "crude.rate.csv", &["area"], &BOTH, 1e-9);
    check("mean", "mean.csv", "mean.expected.csv", &["ward"], &with_groups("ward", &[]), 1e-9);
}

#[test]
fn standardised_rates_are_rs() {
    check("dsr", "dsr.csv", "dsr.expected.csv", &["area", "sex"], &with_groups("area,sex", &[]), 1e-9);
    let repeat = with_groups("area", &["--repeat-events"]);
    check("dsr", "dsr_repeat.csv", "dsr_repeat.expected.csv", &["area"], &repeat, 1e-9);
    check("isr", "indirect.csv", "indirect.isr.csv", &["area"], &with_groups("area", &[]), 1e-9);
    check("smr", "indirect.csv", "indirect.smr.csv", &["area"], &with_groups("area", &[]), 1e-9);
}

#[test]
fn ranks_and_inequality_are_rs() {
    check("quantile", "quantile.csv", "quantile.expected.csv", &[], &["--by", "region"], 0.0);
    check("quantile", "quantile.csv", "quantile.five.csv", &[], &["--quantiles", "5", "--invert", "no"], 0.0);
    check("sii", "sii.csv", "sii.expected.csv", &["area"], &with_groups("area", &[]), 1e-9);
    // Limits of proportions are drawn at random, here and there.
    check("sii", "sii_proportion.csv", "sii_proportion.expected.csv", &[], &["--values", "proportion"], 2e-3);
}

#[test]
fn funnels_are_rs() {
    for (expected, more) in [
        ("funnel.proportion.csv", vec![]),
        ("funnel.rate.csv", vec!["--statistic", "rate"]),
        ("funnel.ratio.csv", vec!["--statistic", "ratio"]),
        ("funnel.proportion.cqc.csv", vec!["--overdispersion", "cqc"]),
        ("funnel.ratio.cqc.csv", vec!["--statistic", "ratio", "--overdispersion", "cqc"]),
        ("funnel.ratio.shmi.csv", vec!["--statistic", "ratio", "--overdispersion", "shmi"]),
    ] {
        check("funnel", "funnel.csv", expected, &["trust"], &more, 1e-9);
    }
}

#[test]
fn life_expectancy_is_rs_and_what_was_published() {
    check("life-expectancy", "life.csv", "life.expected.csv", &["startage"], &BOTH, 1e-9);
    // The published limits are 1.96 standard errors wide, rounded.
    check("life-expectancy", "life.csv", "life.published.csv", &["startage"], &[], 1e-6);
}

#[test]
fn parquet_goes_in_and_out() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let input = file("rate").join("crude.csv");
    let run = |input: &str, out: &str| {
        let output = ran(&["rate", "rate", "--in", input, "--out", out, "--by", "region"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run(input.to_str().unwrap(), &at("once.parquet"));
    run(input.to_str().unwrap(), &at("once.csv"));
    // The sums of the first run are counts for the second.
    run(&at("once.parquet"), &at("twice.csv"));
    compare(&rows(Path::new(&at("twice.csv"))), &rows(Path::new(&at("once.csv"))), &["region"], 0.0);
}

/// Runs a method over this text; what it says, without the folder.
fn said_of(method: &str, text: &str, more: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("counts.csv"), folder.path().join("rates.csv"));
    std::fs::write(&input, text).unwrap();
    let mut arguments = vec!["rate", method, "--in", input.to_str().unwrap(), "--out", out.to_str().unwrap()];
    arguments.extend(more);
    let said = refused(&arguments, &out, 1);
    said.replace(&format!("wsic: {}/", folder.path().display()), "").trim().to_owned()
}

#[test]
fn mistakes_are_told_with_line_and_column() {
    for (method, text, more, said) in [
        (
            "proportion",
            "area,numerator,denominator\nA,1,2\n\nB,3,2\n",
            vec![],
            "counts.csv, line 4: column `numerator`: is above its denominator",
        ),
        (
            "proportion",
            "numerator,denominator\n-1,2\n",
            vec![],
            "counts.csv, line 2: column `numerator`: is negative: it must be 0 or more",
        ),
        (
            "rate",
            "numerator,denominator\n1,0\n",
            vec![],
            "counts.csv, line 2: column `denominator`: is not above 0",
        ),
        (
            "rate",
            "numerator,denominator\n1,\n",
            vec![],
            "counts.csv, line 2: column `denominator`: is empty: a number is needed",
        ),
        (
            "rate",
            "numerator,denominator\none,5\n",
            vec![],
            "counts.csv, line 2: column `numerator`: is no number",
        ),
        ("rate", "numerator,denominator\n", vec![], "counts.csv, line 2: there is no row under the header"),
        (
            "rate",
            "Numerator,denominator\n1,2\n",
            vec![],
            "counts.csv, line 1: column `numerator` (or `x`, `obs`, `observed`, `count`, `events`, `deaths`) is missing; is `Numerator` meant? Rename it",
        ),
        (
            "rate",
            "numerator,denominator,numerator\n1,2,3\n",
            vec![],
            "counts.csv, line 1: column `numerator` is there more than once: keep one",
        ),
        (
            "rate",
            "area,numerator,denominator\n,1,2\n",
            vec!["--by", "area"],
            "counts.csv, line 2: column `area`: is empty: the row belongs to no group",
        ),
        (
            "dsr",
            "area,ageband,x,n\nA,0-64,9,100\nA,65+,9,100\nB,0-64,9,100\n",
            vec!["--by", "area"],
            "counts.csv, line 4: column `ageband`: its group has no row for the band of age that begins at 65",
        ),
        (
            "dsr",
            "ageband,x,n\n0-4,9,100\n10-14,9,100\n",
            vec![],
            "counts.csv, line 2: column `ageband`: its group has no band after 0-4 that begins at 5",
        ),
        (
            "dsr",
            "ageband,x,n\n0,9,100\n7,9,100\n",
            vec![],
            "counts.csv, line 2: column `ageband`: the European Standard Population 2013 has no such band: give a column stdpop",
        ),
        (
            "dsr",
            "ageband,x,n\n0-4,9,100\n0-4,9,100\n",
            vec![],
            "counts.csv, line 3: column `ageband`: is in its group a second time: name what parts the rows with --by",
        ),
        (
            "smr",
            "observed,expected\n1,0\n",
            vec![],
            "counts.csv, line 2: nothing is expected in its group: there is no ratio to give",
        ),
        (
            "sii",
            "quantile,population,value,se\n1,10,1,1\n2,10,1,1\n",
            vec![],
            "counts.csv, line 2: column `quantile`: its group has 2 quantiles: there must be 5 to 100",
        ),
        (
            "life-expectancy",
            "startage,deaths,population\n0,5,3\n5,1,3\n",
            vec![],
            "counts.csv, line 2: column `deaths`: is above the population",
        ),
        (
            "funnel",
            "x,n\n0,5\n0,6\n",
            vec![],
            "counts.csv, line 2: in its group nothing was counted: there is nothing to compare",
        ),
    ] {
        assert_eq!(said_of(method, text, &more), said);
    }
}

#[test]
fn levels_and_names_that_cannot_be_followed_are_refused() {
    let input = file("rate").join("crude.csv");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    let base = ["rate", "rate", "--in", input.to_str().unwrap(), "--out", out.to_str().unwrap()];
    for (more, says) in
        [(["--confidence", "100"], "a level is from 50 to below 100"), (["--quantiles", "1"], "--quantiles")]
    {
        assert!(refused(&[&base[..], &more].concat(), &out, 2).contains(says));
    }
    let said = refused(&[&base[..], &["--by", "nowhere"]].concat(), &out, 1);
    assert!(said.contains("column `nowhere` is missing"), "{said}");
}

/// Real files with wrong headers, of a public service that takes them.
#[test]
fn wrong_files_of_fingertips_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    for (name, says) in [
        ("Empty.csv", "is empty"),
        ("ValidHeadersAndNoDataRows.csv", "there is no row under the header"),
        ("NoHeadersAndValidDataRows.csv", "column `numerator` (or"),
        ("InvalidHeadersAndInvalidDataRows.csv", "column `numerator` (or"),
    ] {
        let Some(path) = real(&format!("fingertips/validation_csvs/{name}")) else { return };
        let said = refused(
            &["rate", "rate", "--in", path.to_str().unwrap(), "--out", out.to_str().unwrap()],
            &out,
            1,
        );
        assert!(said.contains(name) && said.contains(says), "{said}");
    }
}

#[test]
fn the_standard_population_is_eurostats() {
    let Some(path) = real("methods/esp2013.csv") else { return };
    let bands = rows(&path);
    let starts: Vec<u32> =
        bands.iter().map(|row| row["age_band"].split(['-', '+']).next().unwrap().parse().unwrap()).collect();
    for (place, row) in bands.iter().enumerate() {
        let people: f64 = row["standard_population"].parse().unwrap();
        assert_eq!(methods::dsr::esp2013(starts[place], starts.get(place + 1).copied()), Some(people));
    }
}
