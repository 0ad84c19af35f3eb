//! FHIR exports: NDJSON, Bundles, arrays and single resources.

use std::collections::BTreeMap;
use std::fs;

use feeds::Outcome;
use model::{CodeScheme, EventKind, Feed};

use crate::kept::{Kept, account, day, read, shared};

/// Every file of a folder with this ending, read into one sink.
fn folder(name: &str, ending: &str) -> Option<(BTreeMap<String, Outcome>, Kept)> {
    let folder = shared(name)?;
    let mut kept = Kept::default();
    let mut outcomes = BTreeMap::new();
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for path in files.into_iter().filter(|path| path.to_string_lossy().ends_with(ending)) {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let outcome = feeds::read(Feed::Fhir, &file, fs::File::open(&path).unwrap(), &mut kept).unwrap();
        assert!(outcome.account.balances(), "{file}");
        outcomes.insert(file, outcome);
    }
    Some((outcomes, kept))
}

fn other_rows(outcomes: &BTreeMap<String, Outcome>) -> BTreeMap<&str, u64> {
    let mut counts = BTreeMap::new();
    for (kind, n) in outcomes.values().flat_map(|outcome| &outcome.other_rows) {
        *counts.entry(kind.as_str()).or_default() += n;
    }
    counts
}

#[test]
fn the_synthea_bulk_export_loads_with_counts_that_match() {
    let Some((outcomes, kept)) = folder("fhir/synthea_bulk_10", ".000.ndjson") else { return };
    let read = |kind: &str| outcomes[&format!("{kind}.000.ndjson")].account;
    for (kind, rows) in [
        ("AllergyIntolerance", 11),
        ("Condition", 555),
        ("Device", 16),
        ("DocumentReference", 1215),
        ("Encounter", 1215),
        ("Immunization", 161),
        ("Location", 44),
        ("MedicationRequest", 1745),
        ("Organization", 43),
        ("Patient", 13),
        ("Practitioner", 43),
        ("PractitionerRole", 43),
        ("Procedure", 2056),
    ] {
        assert_eq!(read(kind), account(rows, rows, 0, 0, 0), "{kind}");
    }
    assert_eq!(kept.people.len(), 13);
    assert_eq!(
        kept.events_by_kind(),
        BTreeMap::from([
            ("observation", 11 + 555 + 2056),
            ("medicine_issue", 1745),
            ("immunisation", 161),
            ("ae_attendance", 23),
            ("episode", 49),
            ("gp_appointment", 352 + 9 + 1),
            ("outpatient_appointment", 781),
        ])
    );
    assert_eq!(
        other_rows(&outcomes),
        BTreeMap::from([
            ("Device", 16),
            ("DocumentReference", 1215),
            ("Location", 44),
            ("Organization", 43),
            ("Practitioner", 43),
            ("PractitionerRole", 43),
        ])
    );
    let people: Vec<&str> = kept.people.iter().map(|who| who.source_person.as_str()).collect();
    assert!(
        kept.events.iter().all(|event| people.contains(&event.person.as_str())),
        "every event is a known person's"
    );
}

#[test]
fn the_log_of_a_bulk_export_is_not_resources() {
    let Some((outcomes, _)) = folder("fhir/synthea_bulk_10", "log.ndjson") else { return };
    assert_eq!(outcomes["log.ndjson"].account, account(4, 0, 0, 4, 0));
}

#[test]
fn the_synthea_bundles_load_with_counts_that_match() {
    let Some((outcomes, kept)) = folder("fhir/synthea_bundles", ".json") else { return };
    let read: u64 = outcomes.values().map(|outcome| outcome.account.read).sum();
    let accepted: u64 = outcomes.values().map(|outcome| outcome.account.accepted).sum();
    assert_eq!((outcomes.len(), read, accepted), (8, 1266, 1266));
    assert_eq!(kept.people.len(), 8);
    assert!(kept.people.iter().any(|who| who.family_name == "Ordóñez"));
    let components = 136;
    assert_eq!(
        kept.events_by_kind(),
        BTreeMap::from([
            ("observation", 575 + components + 51 + 36),
            ("medicine_issue", 25),
            ("immunisation", 80),
            ("ae_attendance", 8),
            ("gp_appointment", 103),
        ])
    );
    assert_eq!(
        other_rows(&outcomes),
        BTreeMap::from([
            ("CarePlan", 15),
            ("Claim", 136),
            ("DiagnosticReport", 28),
            ("ExplanationOfBenefit", 111),
            ("Goal", 5),
            ("ImagingStudy", 1),
            ("Organization", 8),
            ("Practitioner", 8),
        ])
    );
    let people: Vec<&str> = kept.people.iter().map(|who| who.source_person.as_str()).collect();
    assert!(kept.events.iter().all(|event| people.contains(&event.person.as_str())));
}

#[test]
fn the_standards_own_examples_never_fail() {
    let Some((outcomes, _)) = folder("fhir/r4_examples", ".json") else { return };
    assert!(outcomes.len() > 50);
    let one = |file: &str| outcomes[file].account;
    assert_eq!(one("condition-example.json"), account(1, 1, 0, 0, 0));
    assert_eq!(one("observation-example.json"), account(1, 1, 0, 0, 0));
    assert_eq!(one("encounter-example.json"), account(1, 0, 0, 1, 0), "it has no date");
    assert_eq!(one("list-example.json"), account(1, 1, 0, 0, 0), "its entries are not a Bundle's");
}

#[test]
fn a_uk_core_patient_and_a_blood_pressure() {
    let file = concat!(
        r#"{"resourceType":"Patient","id":"p1","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"943 476 5919"}],"#,
        r#""name":[{"use":"old","family":"Old"},{"use":"official","family":"Smith","given":["Ann"]}],"gender":"female","birthDate":"1950-02-03","#,
        r#""address":[{"line":["1 High Road"],"postalCode":"ha99ha"}],"generalPractitioner":[{"identifier":{"value":"E84002"}}],"#,
        r#""extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory","valueCodeableConcept":{"coding":[{"code":"A"}]}}]}"#,
        "\n",
        r#"{"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-01","code":{"coding":[{"system":"http://snomed.info/sct","code":"75367002"}]},"component":["#,
        r#"{"code":{"coding":[{"system":"http://snomed.info/sct","code":"271649006","display":"Systolic"}]},"valueQuantity":{"value":141,"unit":"mmHg"}},"#,
        r#"{"code":{"coding":[{"system":"http://snomed.info/sct","code":"271650006","display":"Diastolic"}]},"valueQuantity":{"value":"high"}}]}"#,
        "\n",
        r#"{"resourceType":"Condition","id":"c1","subject":{"reference":"Group/1"},"onsetDateTime":"2026-01-01","code":{"text":"x"}}"#,
        "\n",
        r##"{"resourceType":"MedicationRequest","id":"m1","subject":{"reference":"Patient/p1"},"authoredOn":"2026-01-01T09:00:00Z","medicationReference":{"reference":"#a"},"contained":[{"resourceType":"Medication","id":"a","code":{"coding":[{"system":"http://snomed.info/sct","code":"318853006"}]}}]}"##,
        "\n{\"resourceType\":\"Obs"
    );
    let mut kept = Kept::default();
    let outcome = feeds::read(Feed::Fhir, "in/fhir_RYJ_2026-01.ndjson", file.as_bytes(), &mut kept).unwrap();
    assert_eq!(outcome.account, account(5, 2, 1, 2, 0));
    let who = &kept.people[0];
    assert_eq!(
        (who.source.as_str(), who.nhs_number.as_str(), who.family_name.as_str()),
        ("fhir:RYJ", "9434765919", "Smith")
    );
    assert_eq!(
        (who.practice.as_str(), who.ethnic_category.as_str(), who.postcode.as_str()),
        ("E84002", "A", "HA9 9HA")
    );
    let keys: Vec<&str> = kept.events.iter().map(|event| event.key.as_str()).collect();
    assert_eq!(keys, ["obs:o1:1", "obs:o1:2", "med:m1"]);
    assert_eq!((kept.events[0].value, kept.events[1].value), (Some(141.0), None));
    assert_eq!((kept.events[0].start, kept.events[0].provider.as_str()), (day(2026, 1, 1), "RYJ"));
    assert_eq!((kept.events[2].kind, kept.events[2].scheme), (EventKind::MedicineIssue, CodeScheme::Dmd));
    assert_eq!(
        kept.issues(),
        [
            "2 repaired Observation.effective (date-like, 7 characters): gives no day; the first of the month or year was taken",
            "3 quarantined Condition.subject (letters and digits, 7 characters): does not refer to a patient",
            "5 quarantined  (cut line): line is cut short",
        ]
    );
}

const IMMUNIZATION: &str = r#"{"resourceType":"Immunization","id":"1","patient":{"reference":"urn:uuid:p"},"occurrenceDateTime":"2026-01-01","vaccineCode":{"text":"flu"}}"#;

#[test]
fn bundles_arrays_and_single_resources_are_read_alike() {
    let pretty = IMMUNIZATION.replace(',', ",\n  ");
    let other = IMMUNIZATION.replace("\"1\"", "\"2\"");
    let (outcome, kept) = read(Feed::Fhir, format!("[\n{pretty}, {other}, {IMMUNIZATION}]"));
    assert_eq!((outcome.account, kept.events.len()), (account(3, 2, 0, 0, 1), 2));
    let (outcome, _) = read(Feed::Fhir, &pretty);
    assert_eq!((outcome.account, outcome.table.as_str()), (account(1, 1, 0, 0, 0), "document"));
    let bundle = format!(
        r#"{{"entry":[{{"resource":{pretty}}},{{"fullUrl":"x"}},{{"resource":{other}}}],"resourceType":"Bundle"}}"#
    );
    let (outcome, kept) = read(Feed::Fhir, &bundle);
    assert_eq!((outcome.account, kept.events[0].person.as_str()), (account(3, 2, 0, 1, 0), "p"));
    let (outcome, kept) = read(Feed::Fhir, &bundle[..bundle.len() - 40]);
    assert_eq!((outcome.account, kept.events.len()), (account(3, 1, 0, 2, 0), 1));
    assert_eq!(outcome.notes.len(), 2, "{:?}", outcome.notes);
}

#[test]
fn a_line_that_is_not_json_costs_that_line() {
    let file = format!("{{]\n{IMMUNIZATION}\r\n\n7\n{IMMUNIZATION}\n");
    let (outcome, kept) = read(Feed::Fhir, file);
    assert_eq!((outcome.account, kept.events.len()), (account(4, 1, 0, 2, 1), 1));
}
