//! How often things happen: bands around what NHS England, QOF and client-level data show for London.

use std::collections::{BTreeMap, BTreeSet};

use crate::made::{MADE, Made};

fn band(what: &str, value: f64, low: f64, high: f64) -> Option<String> {
    println!("{what}: {value:.4} ({low} to {high})");
    (!(low..=high).contains(&value)).then(|| format!("{what} is {value:.4}, not {low} to {high}"))
}

fn hold(bands: Vec<Option<String>>) {
    let out: Vec<String> = bands.into_iter().flatten().collect();
    assert!(out.is_empty(), "{out:#?}");
}

/// First episodes whose method begins so.
fn admissions(made: &Made, method: char) -> f64 {
    let apc = made.table("sus_apc");
    let (admimeth, order) = (apc.column("ADMIMETH"), apc.column("EPIORDER"));
    let latest = apc.latest("EPIKEY");
    let first = latest.values().filter(|row| row.cells[order] == "1");
    first.filter(|row| row.cells[admimeth].starts_with(method)).count() as f64
}

fn distinct(made: &Made, table: &str, key: &str) -> f64 {
    made.table(table).latest(key).len() as f64
}

/// Share of rows (the last for each key) whose column holds one of these.
fn share(made: &Made, table: &str, key: &str, column: &str, of: &[&str], among: &[&str]) -> f64 {
    let table = made.table(table);
    let at = table.column(column);
    let latest = table.latest(key);
    let count =
        |values: &[&str]| latest.values().filter(|row| values.contains(&row.cells[at].as_str())).count();
    count(of) as f64 / count(among) as f64
}

#[test]
fn activity_is_as_frequent_as_in_life() {
    let made = &*MADE;
    let years = made.person_years();
    let rows: u64 = made.summary.feeds.values().map(|counts| counts.rows).sum();
    let attendances = distinct(made, "sus_ae", "AEKEY") + made.summary.feeds["fhir"].rows as f64 / 4.0;
    let cld = made.table("cld");
    let kind = cld.column("Event_Type");
    let requests = cld.latest("Event_Reference").values().filter(|row| row.cells[kind] == "Request").count();
    let deaths = f64::from(made.summary.deaths);
    hold(vec![
        band("rows a person-year", rows as f64 / years, 24.0, 36.0),
        band("GP appointments", distinct(made, "gp.appointments", "appointment_id") / years, 4.7, 6.4),
        band("observations", distinct(made, "gp.observations", "observation_id") / years, 7.0, 12.0),
        band("medicine issues", distinct(made, "gp.medications", "issue_id") / years, 6.5, 9.5),
        band("A&E attendances", attendances / years, 0.34, 0.48),
        band("emergency admissions", admissions(made, '2') / years, 0.08, 0.125),
        band("planned admissions", admissions(made, '1') / years, 0.095, 0.155),
        band("births", admissions(made, '8') / years, 0.007, 0.016),
        band("outpatient appointments", distinct(made, "sus_op", "ATTENDKEY") / years, 1.4, 2.1),
        band("community contacts", distinct(made, "csds.contacts", "CareContactId") / years, 0.7, 2.0),
        band("mental health contacts", distinct(made, "mhsds.contacts", "CareContactId") / years, 0.15, 0.6),
        band("requests for care", requests as f64 / years, 0.012, 0.05),
        band("deaths", deaths / years, 0.004, 0.009),
    ]);
}

#[test]
fn missed_appointments_and_ways_in_are_as_in_life() {
    let made = &*MADE;
    let outpatient = share(made, "sus_op", "ATTENDKEY", "ATTENDED", &["3", "7"], &["3", "5", "6", "7"]);
    let gp = share(
        made,
        "gp.appointments",
        "appointment_id",
        "status",
        &["Did not attend"],
        &["Did not attend", "Attended"],
    );
    let major = share(made, "sus_ae", "AEKEY", "AEDEPTTYPE", &["01"], &["01", "02", "03"]);
    let admitted = share(made, "sus_ae", "AEKEY", "AEATTENDDISP", &["01"], &["01", "02", "03", "06", "12"]);
    let day_cases = share(made, "sus_apc", "EPIKEY", "CLASSPAT", &["2"], &["1", "2"]);
    hold(vec![
        band("outpatient DNA", outpatient, 0.05, 0.09),
        band("GP DNA", gp, 0.035, 0.07),
        band("major A&E", major, 0.6, 0.85),
        band("A&E to admission", admitted, 0.14, 0.3),
        band("day cases", day_cases, 0.25, 0.5),
    ]);
}

#[test]
fn conditions_are_as_common_as_in_qof_for_london() {
    let made = &*MADE;
    let table = made.table("gp.observations");
    let (person, code) = (table.column("patient_id"), table.column("snomed_code"));
    let mut people: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for row in &table.rows {
        people.entry(&row.cells[code]).or_default().insert((&row.organisation, &row.cells[person]));
    }
    let percent = |codes: &[&str]| {
        let all: BTreeSet<_> = codes.iter().filter_map(|code| people.get(code)).flatten().collect();
        all.len() as f64 / f64::from(made.options.people) * 100.0
    };
    hold(vec![
        band("hypertension", percent(&["38341003"]), 9.0, 15.0),
        band("diabetes", percent(&["44054006", "46635009"]), 5.0, 9.5),
        band("asthma", percent(&["195967001"]), 3.5, 7.0),
        band("COPD", percent(&["13645005"]), 0.5, 2.2),
        band("coronary heart disease", percent(&["53741008"]), 1.3, 3.6),
        band("heart failure", percent(&["84114007"]), 0.3, 1.6),
        band("atrial fibrillation", percent(&["49436004"]), 0.7, 2.2),
        band("stroke and TIA", percent(&["230690007", "266257000"]), 0.8, 2.8),
        band("CKD 3 to 5", percent(&["433144002", "431857002", "433146000"]), 1.5, 4.5),
        band("dementia", percent(&["26929004", "429998004", "52448006"]), 0.25, 1.2),
        band("cancer", percent(&["254837009", "399068003", "93761005", "93880001", "118600007"]), 1.0, 3.2),
        band("serious mental illness", percent(&["58214004", "13746004", "69322001"]), 0.6, 1.9),
        band("depression", percent(&["35489007"]), 4.5, 9.5),
        band("learning disability", percent(&["110359009"]), 0.2, 0.9),
        band("obesity", percent(&["414916001"]), 5.0, 10.5),
        band("severe frailty", percent(&["925861000000102"]), 0.15, 1.0),
    ]);
}

#[test]
fn people_have_the_ages_of_north_west_london() {
    let made = &*MADE;
    let table = made.table("gp.patients");
    let birth = table.column("date_of_birth");
    let latest = table.latest("patient_id");
    let ages: Vec<i32> =
        latest.values().map(|row| 2026 - row.cells[birth][..4].parse::<i32>().unwrap()).collect();
    let share = |from: i32, to: i32| {
        ages.iter().filter(|age| (from..to).contains(age)).count() as f64 / ages.len() as f64
    };
    hold(vec![
        band("under 18", share(0, 18), 0.17, 0.27),
        band("18 to 44", share(18, 45), 0.36, 0.5),
        band("45 to 64", share(45, 65), 0.19, 0.29),
        band("65 and over", share(65, 120), 0.09, 0.16),
        band("85 and over", share(85, 120), 0.006, 0.022),
    ]);
}

/// Speed and size: `WSIC_SYNTH_PEOPLE=100000 cargo test -p synth --test it measure -- --ignored --nocapture`. With
/// `WSIC_SYNTH_OUT` the files stay there.
#[test]
#[ignore = "a measure, not a test"]
fn measure() {
    let folder = tempfile::tempdir().unwrap();
    let people = std::env::var("WSIC_SYNTH_PEOPLE").map_or(100_000, |people| people.parse().unwrap());
    let out = std::env::var("WSIC_SYNTH_OUT").map_or_else(|_| folder.path().join("out"), Into::into);
    let begun = std::time::Instant::now();
    let options = synth::Options::new(people, 3, 1);
    let summary = synth::generate(&crate::made::area(), options, &out, &mut |_, _, _| {}).unwrap();
    let rows: u64 = summary.feeds.values().map(|counts| counts.rows).sum();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_string();
    println!("{rows} rows in {:.1} s; {peak}; {summary:#?}", begun.elapsed().as_secs_f64());
}
