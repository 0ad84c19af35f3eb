//! The files themselves: names, headers, habits, identity of bytes, and what stands in the way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use model::{Area, NhsNumber, sha256_hex};
use synth::{Options, SynthError, generate};

use crate::made::{MADE, Made, area, decode, files};

fn digest(folder: &std::path::Path) -> BTreeMap<String, String> {
    let name = |path: &std::path::Path| path.strip_prefix(folder).unwrap().to_string_lossy().to_string();
    files(folder).iter().map(|path| (name(path), sha256_hex(&fs::read(path).unwrap()))).collect()
}

#[test]
fn the_same_options_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, seed: u64| {
        let out = folder.path().join(name);
        generate(&area(), Options::new(300, 1, seed), &out, &mut |_, _, _| {}).unwrap();
        digest(&out)
    };
    let first = make("a", 5);
    assert!(first.len() > 100, "{}", first.len());
    assert_eq!(first, make("b", 5));
    // Run again over its own folder, and with another seed.
    assert_eq!(first, make("a", 5));
    assert_ne!(first, make("c", 6));
    let leftovers: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(leftovers.len(), 3, "{leftovers:?}");
}

#[test]
fn an_interrupted_run_is_taken_up_and_other_folders_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let run = |people| generate(&area(), Options::new(people, 1, 1), &out, &mut |_, _, _| {});
    let partial = folder.path().join("out.partial");
    fs::create_dir(&partial).unwrap();
    fs::write(partial.join("mine.txt"), "keep").unwrap();
    assert!(matches!(run(50), Err(SynthError::NotEmpty { .. })));
    fs::write(partial.join(".wsic-synth"), "").unwrap();
    run(50).unwrap();
    assert!(!partial.exists() && !out.join("mine.txt").exists());
    fs::remove_dir_all(&out).unwrap();
    fs::create_dir(&out).unwrap();
    fs::write(out.join("letter.txt"), "keep").unwrap();
    assert!(matches!(run(50), Err(SynthError::NotEmpty { .. })));
    assert!(out.join("letter.txt").exists());
}

#[test]
fn options_that_cannot_be_met_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let run = |area: &Area, people, years| {
        generate(area, Options::new(people, years, 1), &out, &mut |_, _, _| {}).unwrap_err().to_string()
    };
    assert!(run(&area(), 1_000_000, 1).contains("909"));
    assert!(run(&area(), 0, 1).contains("at least one person"));
    assert!(run(&area(), 10, 0).contains("years"));
    assert!(run(&Area::default(), 10, 1).contains("borough"));
    assert!(!out.exists());
}

/// A small area with one organisation of each kind: nothing depends on the real one.
#[test]
fn a_small_area_works() {
    let organisations = "code,name,kind,boroughs\nRAA,A,acute_trust,X1\nRBB,B,community_trust,X1\n\
        RCC,C,mental_health_trust,X1\nX1,Council,council,X1\n";
    let practices = "code,name,pcn_code,pcn_name,borough,postcode,registered,weighted\n\
        P00001,One,U1,N,X1,HA0 1AA,5000,5000\nP00002,Two,U1,N,X1,HA9 1AA,7000,5000\n";
    let lsoas = "code,borough,ward,imd_decile\nE01000001,X1,W,1\nE01000002,X1,W,9\n";
    let area = Area::from_csv("code,name\nX1,Here\n", organisations, practices, lsoas).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut told = Vec::new();
    let summary = generate(&area, Options::new(200, 1, 1), &out, &mut |step, done, of| {
        told.push((step.to_string(), done, of))
    })
    .unwrap();
    assert_eq!(summary.practices, 2);
    assert!(told.contains(&("people".to_string(), 200, 200)), "{told:?}");
    assert_eq!(told.last(), Some(&("files".to_string(), 1, 1)));
}

const SUS: &str = "NEWNHSNO DOB HOMEADD LOPATID FORENAME SURNAME SUSLDDATE SEX ETHNOS LSOA11 GPPRAC PROCODE3";

fn required(table: &str) -> String {
    let own = match table {
        "gp.patients" => {
            "practice_code patient_id nhs_number family_name given_name date_of_birth sex address_1 postcode lsoa \
             ethnic_category registration_date deregistration_date date_of_death extract_date"
        }
        "gp.observations" => {
            "practice_code patient_id observation_id effective_date snomed_code term value unit extract_date deleted"
        }
        "gp.medications" => {
            "practice_code patient_id issue_id issue_date dmd_code term quantity quantity_unit bnf_code extract_date \
             deleted"
        }
        "gp.appointments" => {
            "practice_code patient_id appointment_id start_date start_time status role_group mode extract_date deleted"
        }
        "sus_apc" => {
            "EPIKEY ADMIDATE EPISTART ADMIMETH EPIEND DISDATE DISDEST DISMETH CLASSPAT EPIORDER EPISTAT SPELBGIN \
             ADMISORC DIAG_4_01 DIAG_4_20 OPERTN_4_01 OPERTN_4_24 OPDATE_01 MAINSPEF TRETSPEF MYDOB STARTAGE SUSRECID"
        }
        "sus_ae" => {
            "AEKEY ARRIVALDATE AEDEPTTYPE ARRIVALTIME AEARRIVALMODE AEATTENDDISP AEATTENDCAT DIAG2_01 DIAG2_12 DEPTIME \
             ACUITYSNOMED"
        }
        "sus_op" => {
            "ATTENDKEY APPTDATE ATTENDED FIRSTATT TRETSPEF MAINSPEF DIAG_4_01 DIAG_4_12 OPERTN_4_01 OPERTN_4_24 \
             ATENTYPE"
        }
        "csds.contacts" => {
            "OrgIDProv LocalPatientId CareContactId CareContDate NHSNumber PersonBirthDate FamilyName GivenName \
             Postcode Gender EthnicCategory GMPReg TeamType ConsMechanism AttendStatus ReportingPeriodEnd"
        }
        "csds.spells" | "mhsds.spells" => {
            "OrgIDProv LocalPatientId HospProvSpellId StartDateHospProvSpell DischDateHospProvSpell NHSNumber \
             PersonBirthDate FamilyName GivenName Postcode Gender EthnicCategory GMPReg PrimDiagICD10 \
             ReportingPeriodEnd"
        }
        "mhsds.contacts" => {
            "OrgIDProv LocalPatientId CareContactId CareContDate UniqServReqId PrimDiagICD10 TeamType"
        }
        "cld" => {
            "LA_Code Event_Type Event_Start_Date Client_Type LA_Person_Unique_Identifier NHS_Number Given_Name \
             Family_Name Date_of_Birth Gender Ethnicity Postcode Event_Reference Event_End_Date Event_Outcome \
             Service_Type Service_Component Delivery_Mechanism Primary_Support_Reason Request_Route_of_Access \
             Accommodation_Status Employment_Status Has_Unpaid_Carer Date_of_Death Reporting_Period_Start \
             Reporting_Period_End"
        }
        _ => panic!("unknown table {table}"),
    };
    if table.starts_with("sus") { format!("{own} {SUS}") } else { own.to_string() }
}

#[test]
fn every_header_is_its_layouts() {
    assert_eq!(MADE.tables.len(), 12, "{:?}", MADE.tables.keys());
    for (name, table) in &MADE.tables {
        for column in required(name).split_whitespace() {
            assert!(table.header.iter().any(|header| header == column), "{name} has no column {column}");
        }
        let unique: BTreeSet<_> = table.header.iter().collect();
        assert_eq!(unique.len(), table.header.len(), "{name}");
        assert!(table.rows.iter().all(|row| row.cells.len() == table.header.len()), "{name}");
    }
    let marked = |name: &str| MADE.table(name).header.iter().any(|header| header == "UniqServReqId");
    assert!(
        marked("mhsds.contacts")
            && marked("mhsds.spells")
            && !marked("csds.contacts")
            && !marked("csds.spells")
    );
}

#[test]
fn files_are_named_by_feed_organisation_and_month_and_counted_in_the_manifest() {
    let made = &*MADE;
    let manifest = fs::read_to_string(made.root.join("manifest.json")).unwrap();
    assert!(manifest.contains("\"synthetic\": true") && manifest.contains("\"seed\": 11"));
    let mut seen: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut contents = BTreeSet::new();
    for path in files(&made.root) {
        let name = path.file_name().unwrap().to_string_lossy().to_string();
        if name == "manifest.json" || name.starts_with("truth") {
            continue;
        }
        let month = path.parent().unwrap().file_name().unwrap().to_string_lossy().to_string();
        let feed =
            path.parent().unwrap().parent().unwrap().file_name().unwrap().to_string_lossy().to_string();
        assert!(name.starts_with(&format!("{feed}_")) && name.contains(&month), "{name}");
        let bytes = fs::read(&path).unwrap();
        assert!(contents.insert(sha256_hex(&bytes)), "{name} has the bytes of another file");
        let counts = seen.entry(feed).or_default();
        (counts.0, counts.1) = (counts.0 + 1, counts.1 + bytes.len() as u64);
    }
    for (feed, counts) in &made.summary.feeds {
        assert_eq!(seen[feed], (counts.files, counts.bytes), "{feed}");
        let rows: usize = made
            .tables
            .iter()
            .filter(|(name, _)| name.split('.').next() == Some(feed))
            .map(|(_, t)| t.rows.len())
            .sum();
        assert!(feed == "fhir" || rows as u64 == counts.rows, "{feed}");
    }
}

#[test]
fn suppliers_have_their_habits() {
    let made = &*MADE;
    let of = |ending: &str| {
        let all = files(&made.root).into_iter().filter(|path| path.to_string_lossy().contains(ending));
        all.map(|path| fs::read(path).unwrap()).collect::<Vec<_>>()
    };
    for bytes in of("sus_apc_R1K_") {
        assert!(bytes.starts_with("\u{feff}EPIKEY".as_bytes()) && bytes.ends_with(b"\r\n"));
    }
    assert!(of("sus_op_RAS_").iter().all(|bytes| bytes.starts_with(b"\"ATTENDKEY\",\"APPTDATE\"")));
    let trust: Vec<u8> = of("_RQM_").concat();
    assert!(std::str::from_utf8(&trust).is_err(), "no letter outside ASCII");
    assert!(decode(&trust).lines().count() > 100);
    let cld = made.table("cld");
    let start = cld.column("Event_Start_Date");
    let english = cld.rows.iter().filter(|row| row.organisation == "E09000013");
    assert!(english.clone().count() > 5);
    assert!(english.into_iter().all(|row| row.cells[start].as_bytes()[2] == b'/'));
}

/// Every column that holds an NHS number.
pub fn nhs_numbers(made: &Made) -> Vec<&str> {
    const COLUMNS: [&str; 4] = ["nhs_number", "NEWNHSNO", "NHSNumber", "NHS_Number"];
    let mut found = Vec::new();
    for table in made.tables.values() {
        let at = table.header.iter().position(|name| COLUMNS.contains(&name.as_str()));
        found.extend(at.into_iter().flat_map(|at| table.rows.iter().map(move |row| row.cells[at].as_str())));
    }
    found
}

#[test]
fn nhs_numbers_are_for_tests_and_valid_unless_planted() {
    let numbers = nhs_numbers(&MADE);
    assert!(numbers.len() > 10_000);
    let written = numbers.iter().filter(|number| !number.is_empty());
    assert!(written.clone().all(|number| number.len() == 10 && number.starts_with("999")));
    let wrong = written.clone().filter(|number| NhsNumber::parse(number).is_err()).count();
    let share = wrong as f64 / written.count() as f64;
    assert!((0.0005..0.02).contains(&share), "{share}");
    assert!(MADE.summary.errors["number_mistyped"] > 0);
}

#[test]
fn the_truth_knows_every_source_person_once() {
    let made = &*MADE;
    let mut sources: BTreeSet<(String, String)> = BTreeSet::new();
    for (name, table) in &made.tables {
        let feed = name.split('.').next().unwrap();
        let column = match feed {
            "gp" => "patient_id",
            "cld" => "LA_Person_Unique_Identifier",
            "csds" | "mhsds" => "LocalPatientId",
            _ => "LOPATID",
        };
        let at = table.column(column);
        sources.extend(
            table.rows.iter().map(|row| (format!("{feed}:{}", row.organisation), row.cells[at].clone())),
        );
    }
    for path in files(&made.root).iter().filter(|path| path.to_string_lossy().contains("_Patient.ndjson")) {
        for line in fs::read_to_string(path).unwrap().lines() {
            let patient: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(patient["resourceType"], "Patient");
            sources.insert(("fhir:RYX".into(), patient["id"].as_str().unwrap().to_string()));
        }
    }
    let known: BTreeSet<_> = made.truth.keys().cloned().collect();
    assert_eq!(sources.difference(&known).next(), None);
    assert_eq!(known.difference(&sources).next(), None);
    let lines = fs::read_to_string(made.root.join("truth.csv")).unwrap().lines().count();
    assert_eq!(lines, made.truth.len() + 1);
    assert_eq!(made.summary.source_people, made.truth.len() as u64);
    let people: BTreeSet<_> = made.truth.values().collect();
    assert!((2_900..=3_000).contains(&people.len()), "{}", people.len());
}

#[test]
fn fhir_resources_refer_to_each_other() {
    let mut ids = BTreeMap::new();
    let mut references = Vec::new();
    let mut kinds = BTreeSet::new();
    for path in files(&MADE.root).iter().filter(|path| path.extension().is_some_and(|e| e == "ndjson")) {
        for line in fs::read_to_string(path).unwrap().lines() {
            let resource: serde_json::Value = serde_json::from_str(line).unwrap();
            let kind = resource["resourceType"].as_str().unwrap().to_string();
            assert!(path.to_string_lossy().ends_with(&format!("_{kind}.ndjson")));
            ids.insert(format!("{kind}/{}", resource["id"].as_str().unwrap()), ());
            for field in ["subject", "encounter"] {
                references.extend(resource[field]["reference"].as_str().map(str::to_string));
            }
            kinds.insert(kind);
        }
    }
    assert_eq!(kinds.len(), 4);
    assert!(references.iter().all(|reference| ids.contains_key(reference)));
}
