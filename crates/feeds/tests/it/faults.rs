//! Files with faults put in by hand, accounted for row by row.

use feeds::FileError;
use model::{EventKind, Feed, Sex};

use crate::kept::{account, day, read, refused};

const OBSERVATIONS: &str = "practice_code,patient_id,observation_id,effective_date,snomed_code,term,value,unit,extract_date,deleted\n";

#[test]
fn observations_with_every_fault_are_accounted_for_row_by_row() {
    let file = OBSERVATIONS.to_owned()
        + "E84002,P1,1,2026-01-05,84114007,Heart failure,,,2026-01-31,\n"
        + "E84002,P1,2,31/02/2026,84114007,Heart failure,,,2026-01-31,\n"
        + "E84002,P1,3,2026-01-05,271649006,Systolic,raised,mm[Hg],2026-01-31,\n"
        + "E84002,P1,1,2026-01-05,84114007,Heart failure,,,2026-01-31,\n"
        + "E84002,P1,4,2026-02-05,84114007,Heart failure,,,2026-01-31,\n"
        + "E84002,P1,5,05/01/26,84114007,Heart failure,,,31 Jan 2026,\n"
        + "E84002,,6,2026-01-05,84114007,Heart failure,,,2026-01-31,\n"
        + "E84002,P1,7,2026-01-05,G58..,Heart failure,,,2026-01-31,\n"
        + "E84002,P1,8,2026-01-05,271649006,Systolic,<120,mm[Hg],2026-01-31,\n"
        + "E84002,P1,9,2026-01-05,84114007,Heart failure,,,2026-01-31,,,\n"
        + "\n"
        + "E84002,P1,10,2026-01-05,84114007,\"Heart failure,,,2026-01-31,\n"
        + "E84002,P1,11,2026-01-05,,,,,2026-01-31,Y\n"
        + "\"not a practice\",P1,12,2026-01-05,84114007,,,,2026-01-31,\n"
        + "E84002,P1,13,2026-01-05,84114007,Heart fai";
    let (outcome, kept) = read(Feed::Gp, file);
    assert_eq!(outcome.account, account(14, 2, 3, 8, 1));
    assert_eq!(
        kept.issues(),
        [
            "3 quarantined effective_date (date-like, 10 characters): is not a date",
            "4 repaired value (letters, 6 characters): is not a number; it was left out",
            "6 quarantined effective_date (date-like, 10 characters): is after the extract",
            "7 repaired effective_date (date-like, 8 characters): has a year of two digits; the century was guessed",
            "8 quarantined patient_id (blank): does not say whose row it is",
            "9 quarantined snomed_code (letters and digits, 5 characters): is not a SNOMED CT code",
            "10 repaired value (text, 4 characters): is a number with other signs; only the number was kept",
            "11 quarantined  (12 cells): the row has not the 10 cells that the header has",
            "13 quarantined  (open quote): a quote is opened and not closed",
            "15 quarantined practice_code (text, 14 characters): is not an organisation's code",
            "16 quarantined  (cut line): line is cut short",
        ]
    );
    assert_eq!(kept.duplicates, [5]);
    assert_eq!(outcome.notes, ["the file ends in the middle of a row: it may have been cut short"]);
    let first = &kept.events[0];
    assert_eq!(
        (first.source.as_str(), first.person.as_str(), first.key.as_str()),
        ("gp:E84002", "P1", "obs:1")
    );
    assert_eq!((first.line, first.start, first.as_at), (2, day(2026, 1, 5), Some(day(2026, 1, 31))));
    assert_eq!((first.codes.as_str(), first.provider.as_str()), ("84114007", "E84002"));
    assert_eq!(kept.events[1].value, None);
    assert_eq!(kept.events[2].start, day(2026, 1, 5));
    assert_eq!(kept.events[3].value, Some(120.0));
    assert!(kept.events[4].deleted && kept.events[4].codes.is_empty());
    assert!(kept.people.is_empty(), "only the patients table says who people are");
}

#[test]
fn no_issue_or_error_shows_a_value() {
    let file = "practice_code,patient_id,nhs_number,family_name,given_name,date_of_birth,sex,postcode\n\
                E84002,P1,9434765918,Abernathy,Zebedee,31/31/1950,Q,QQQ\n\
                Abernathy Zebedee,P2,9434765919,Abernathy,Zebedee,1950-01-01,,\n";
    let (outcome, kept) = read(Feed::Gp, file);
    assert_eq!(outcome.account, account(2, 0, 1, 1, 0));
    let told = format!("{:?} {:?}", kept.issues, outcome);
    for value in ["9434765918", "Abernathy", "Zebedee", "1950", "QQQ"] {
        assert!(!told.contains(value), "{value} in {told}");
    }
}

#[test]
fn patients_become_demographics() {
    let file = "Practice Code,PATIENT_ID,NHS Number,family_name,given_name,DateOfBirth,sex,address_1,postcode,lsoa,ethnic_category,registration_date,deregistration_date,date_of_death,extract_date,favourite_colour\r\n\
        e84002,P1,943 476 5919,O'Neil,\"Zoë, Ann\",03/02/1950,F,1 High Road,ha99ha,E01000001,a,2001-02-03,,,2026-01-31,blue\r\n\
        E84002,P2,9434765918,Smith,Al,1950-02-03,2,,ZZ99,,99,2020-01-01,2019-01-01,,2026-01-31,\r\n\
        E84002,P3,,Smith,Bo,2027-01-01,M,,,,Z,,,1900-01-01,2026-01-31,green\r\n";
    let (outcome, kept) = read(Feed::Gp, file);
    assert_eq!(outcome.account, account(3, 1, 2, 0, 0));
    assert_eq!(outcome.unknown_columns, [("favourite_colour".to_owned(), 2)]);
    let [first, second, third] = &kept.people[..] else { panic!("three people") };
    assert_eq!((first.source.as_str(), first.source_person.as_str()), ("gp:E84002", "P1"));
    assert_eq!((first.nhs_number.as_str(), first.given_name.as_str()), ("9434765919", "Zoë, Ann"));
    assert_eq!((first.birth_date, first.sex), (Some(day(1950, 2, 3)), Sex::Female));
    assert_eq!((first.postcode.as_str(), first.practice.as_str()), ("HA9 9HA", "E84002"));
    assert_eq!((first.ethnic_category.as_str(), first.registered_from), ("A", Some(day(2001, 2, 3))));
    assert_eq!((second.nhs_number.as_str(), second.registered_to), ("", None));
    assert_eq!((third.birth_date, third.death_date), (None, None));
    assert_eq!(
        kept.issues(),
        [
            "3 repaired nhs_number (digits, 10 characters): fails its check digit; it was left out",
            "3 repaired deregistration_date (date-like, 10 characters): is before the beginning; it was left out",
            "4 repaired date_of_birth (date-like, 10 characters): is after the extract; it was left out",
        ]
    );
}

#[test]
fn appointments_and_medicines_take_the_standard_words() {
    let (outcome, kept) = read(
        Feed::Gp,
        "practice_code,patient_id,appointment_id,start_date,start_time,status,role_group,mode,extract_date,deleted\n\
         E84002,P1,1,2026-01-05,09:00,Did not attend,GP,Home visit,2026-01-31,\n\
         E84002,P1,2,2026-03-05,09:00,booked,Other Practice staff,Pigeon,2026-01-31,N\n\
         E84002,P1,3,2026-01-05,09:00,Unknown,GP,Telephone,2026-01-31,\n",
    );
    assert_eq!(outcome.account, account(3, 1, 1, 1, 0));
    let words = |i: usize| {
        let e = &kept.events[i];
        [e.outcome.as_str(), e.specialty.as_str(), e.method.as_str()].map(str::to_owned)
    };
    assert_eq!(words(0), ["dna", "gp", "home_visit"]);
    assert_eq!(words(1), ["booked", "other_staff", ""]);
    let (_, kept) = read(
        Feed::Gp,
        "practice_code,patient_id,issue_id,issue_date,dmd_code,term,quantity,quantity_unit,bnf_code\n\
         E84002,P1,1,2026-01-05,318853006,Furosemide,28,tablet,0202020L0\n",
    );
    let issue = &kept.events[0];
    assert_eq!((issue.kind, issue.key.as_str()), (EventKind::MedicineIssue, "med:1"));
    assert_eq!((issue.value, issue.specialty.as_str()), (Some(28.0), "0202020L0"));
}

#[test]
fn a_wrong_column_refuses_the_file_and_says_which_is_missing() {
    let header = OBSERVATIONS.replace("snomed_code", "read_code");
    let error = refused(Feed::Gp, header + "E84002,P1,1,2026-01-05,G58..,,,,,\n");
    assert!(
        matches!(&error, FileError::MissingColumns { table: "observations", missing, .. } if missing == &["snomed_code"])
    );
    assert_eq!(
        error.to_string(),
        "this is not a gp file: nearest is its table observations, which needs the column(s) snomed_code"
    );
}

#[test]
fn rows_with_nul_characters_are_refused() {
    let file = OBSERVATIONS.to_owned()
        + "E84002,P1,1,2026-01-05,84114007,a\0b,,,,\nE84002,P1,2,2026-01-05,84114007,,,,,\n";
    let (outcome, kept) = read(Feed::Gp, file);
    assert_eq!(outcome.account, account(2, 1, 0, 1, 0));
    assert_eq!(kept.issues(), ["2 quarantined  (not text): the row holds a NUL character"]);
    let file = r#"{"resourceType":"Patient","id":"p","name":[{"family":"a\u0000b"}]}"#;
    let (outcome, _) = read(Feed::Fhir, file);
    assert_eq!(outcome.account, account(1, 0, 0, 1, 0));
}

#[test]
fn empty_files_say_so() {
    assert!(matches!(refused(Feed::Gp, ""), FileError::Empty));
    assert!(matches!(refused(Feed::Gp, "\r\n \n"), FileError::NoHeader));
    assert!(matches!(refused(Feed::Fhir, " \n"), FileError::NoHeader));
    assert!(matches!(refused(Feed::Gp, "\u{feff}"), FileError::NoHeader));
    let (outcome, _) = read(Feed::Gp, OBSERVATIONS);
    assert_eq!(outcome.account, account(0, 0, 0, 0, 0));
}

#[test]
fn a_sink_that_refuses_stops_the_reading() {
    struct Full;
    impl feeds::Sink for Full {
        fn event(&mut self, _: u64, _: &model::Event<'_>) -> Result<(), feeds::SinkError> {
            Err("the disk is full".into())
        }
        fn demographics(&mut self, _: u64, _: &model::Demographics) -> Result<(), feeds::SinkError> {
            Ok(())
        }
        fn issue(&mut self, _: &feeds::Issue) {}
    }
    let file = OBSERVATIONS.to_owned() + "E84002,P1,1,2026-01-05,84114007,,,,,\n";
    let error = feeds::read(Feed::Gp, "f", file.as_bytes(), &mut Full).unwrap_err();
    assert!(matches!(error, FileError::Sink(_)));
    let bundle = r#"{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Immunization", "id": "1",
        "patient": {"reference": "Patient/1"}, "occurrenceDateTime": "2026-01-01", "vaccineCode": {"text": "flu"}}}]}"#;
    let error = feeds::read(Feed::Fhir, "f", bundle.as_bytes(), &mut Full).unwrap_err();
    assert!(matches!(error, FileError::Sink(_)));
}
