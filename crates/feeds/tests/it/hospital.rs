//! NHS England's artificial HES files as they are, and SUS extracts with identifying columns.

use std::collections::BTreeMap;
use std::fs;

use model::{CodeScheme, EventKind, Feed, Sex};

use crate::kept::{Kept, account, day, read, shared};

fn artificial(feed: Feed, file: &str) -> Option<(feeds::Outcome, Kept)> {
    let path = shared("hes")?.join(file);
    let mut kept = Kept::default();
    let outcome = feeds::read(feed, file, fs::File::open(path).unwrap(), &mut kept).unwrap();
    assert!(outcome.account.balances());
    Some((outcome, kept))
}

#[test]
fn artificial_admissions_load_as_they_are() {
    let Some((outcome, kept)) = artificial(Feed::SusApc, "artificial_hes_apc_0102_truncated.csv") else {
        return;
    };
    assert_eq!(outcome.account, account(2075, 2070, 4, 1, 0));
    assert_eq!(
        kept.issues_by_reason(),
        BTreeMap::from([
            ("quarantined EPISTART: is missing".to_owned(), 1),
            ("repaired DIAG_4_: is not an ICD-10 code; it was left out".to_owned(), 3),
            ("repaired OPERTN_4_: is not an OPCS-4 code; it was left out".to_owned(), 1),
        ]),
        "the row refused has 1801-01-01, not known, for every date"
    );
    assert_eq!(kept.events.len(), 2074);
    assert_eq!(kept.events.iter().filter(|e| e.method == "21").count(), 431);
    assert_eq!(kept.events.iter().filter(|e| e.subtype == "2").count(), 572);
    assert!(outcome.unknown_columns.iter().any(|(name, filled)| name == "FYEAR" && *filled == 2075));
    assert!(kept.people.iter().all(|who| who.birth_date.is_none() && who.nhs_number.is_empty()));
}

#[test]
fn artificial_attendances_load_as_they_are() {
    let Some((outcome, kept)) = artificial(Feed::SusAe, "artificial_hes_ae_0708_truncated.csv") else {
        return;
    };
    assert_eq!(outcome.account, account(1000, 963, 37, 0, 0));
    assert_eq!(kept.events.len(), 1000);
    assert_eq!(
        kept.events.iter().filter(|e| e.scheme == CodeScheme::AeDiagnosis && !e.codes.is_empty()).count(),
        745
    );
}

#[test]
fn artificial_outpatients_load_as_they_are() {
    let Some((outcome, kept)) = artificial(Feed::SusOp, "artificial_hes_op_0304_truncated.csv") else {
        return;
    };
    assert_eq!(outcome.account, account(1000, 934, 66, 0, 0));
    assert_eq!(kept.events.len(), 1000);
    assert_eq!(kept.events.iter().filter(|e| e.outcome == "5").count(), 806);
}

#[test]
fn a_sus_extract_gives_episodes_and_people() {
    let file = "EPIKEY,PROCODE3,LOPATID,NEWNHSNO,DOB,HOMEADD,SEX,GPPRAC,ETHNOS,ADMIDATE,EPISTART,EPIEND,DISDATE,ADMIMETH,DISDEST,CLASSPAT,EPIORDER,\
        DIAG_4_01,DIAG_4_02,DIAG_4_03,OPERTN_4_01,TRETSPEF,MAINSPEF,SUSLDDATE\n\
        1,RYJ,L1,9434765919,1950-02-03,W2 1NY,1,E87711,A,2026-01-03,2026-01-03,2026-01-05,2026-01-09,21,19,1,1,I50.0,R54X,-,X352,300,300,2026-01-31\n\
        2,RYJ,L1,9434765919,1950-02-03,W2 1NY,1,E87711,A,2026-01-03,2026-01-05,2026-01-09,2026-01-09,21,19,1,2,I500,12345,,-,&,430,2026-01-31\n\
        3,RYJ,L2,,1950-02-03,W2 1NY,1,V81999,99,2026-01-20,1801-01-01,,,21,98,1,99,,,,,&,&,2026-01-31\n\
        4,RYJ,L3,9434765918,1950-02-03,W2 1NY,1,E87711,A,2026-01-20,2026-01-19,2026-01-18,2026-01-18,21,98,1,1,,,,,,,2026-01-31\n";
    let (outcome, kept) = read(Feed::SusApc, file);
    assert_eq!(outcome.account, account(4, 1, 3, 0, 0));
    let [one, two, three, four] = &kept.events[..] else { panic!("four episodes") };
    assert_eq!(
        (one.kind, one.key.as_str(), one.source.as_str()),
        (EventKind::Episode, "epi:1", "sus_apc:RYJ")
    );
    assert_eq!((one.codes.as_str(), one.procedures.as_str()), ("I500 R54", "X352"));
    assert_eq!((one.admitted, one.discharged), (Some(day(2026, 1, 3)), Some(day(2026, 1, 9))));
    assert_eq!((one.start, one.end), (day(2026, 1, 3), Some(day(2026, 1, 5))));
    assert_eq!(
        (one.method.as_str(), one.outcome.as_str(), one.subtype.as_str(), one.value),
        ("21", "19", "1", Some(1.0))
    );
    assert_eq!((two.codes.as_str(), two.procedures.as_str(), two.specialty.as_str()), ("I500", "", "430"));
    assert_eq!((three.start, three.end, three.value), (day(2026, 1, 20), None, None));
    assert_eq!((four.admitted, four.end, four.discharged), (Some(day(2026, 1, 19)), None, None));
    assert_eq!(
        kept.issues(),
        [
            "3 repaired DIAG_4_ (digits, 5 characters): is not an ICD-10 code; it was left out",
            "4 repaired EPISTART (date-like, 10 characters): is not known; the admission date was taken",
            "5 repaired ADMIDATE (date-like, 10 characters): is after the start of the episode; that was taken",
            "5 repaired EPIEND (date-like, 10 characters): is before the beginning; it was left out",
            "5 repaired DISDATE (date-like, 10 characters): is before the beginning; it was left out",
            "5 repaired NEWNHSNO (digits, 10 characters): fails its check digit; it was left out",
        ]
    );
    assert_eq!(kept.people.len(), 3, "the same words about the same person are told once");
    let first = &kept.people[0];
    assert_eq!(
        (first.source_person.as_str(), first.nhs_number.as_str(), first.sex),
        ("L1", "9434765919", Sex::Male)
    );
    assert_eq!(
        (first.practice.as_str(), first.postcode.as_str(), first.as_at),
        ("E87711", "W2 1NY", Some(day(2026, 1, 31)))
    );
    assert_eq!((kept.people[1].practice.as_str(), kept.people[1].ethnic_category.as_str()), ("", ""));
}

#[test]
fn emergency_diagnoses_in_snomed_win() {
    let file = "AEKEY,ARRIVALDATE,PROCODE3,AEDEPTTYPE,LOPATID,DIAG2_01,DIAGSNOMED_01,DIAGSNOMED_02\n\
        1,2026-01-03,RYJ,01,L1,38,84114007,22298006\n2,2026-01-03,RYJ,01,L1,38,,\n3,2026-01-03,RYJ,01,L1,a sprain,,\n";
    let (outcome, kept) = read(Feed::SusAe, file);
    assert_eq!(outcome.account, account(3, 2, 1, 0, 0));
    assert_eq!(
        (kept.events[0].scheme, kept.events[0].codes.as_str()),
        (CodeScheme::Snomed, "84114007 22298006")
    );
    assert_eq!((kept.events[1].scheme, kept.events[1].codes.as_str()), (CodeScheme::AeDiagnosis, "38"));
    assert_eq!(kept.events[2].codes, "");
}

#[test]
fn acuity_is_a_category_or_is_left_out_and_said() {
    let file = "AEKEY,ARRIVALDATE,PROCODE3,AEDEPTTYPE,LOPATID,ACUITYSNOMED\n\
        1,2026-01-03,RYJ,01,L1,1064891000000107\n2,2026-01-03,RYJ,01,L1,1077251000000100\n\
        3,2026-01-03,RYJ,01,L1,\n4,2026-01-03,RYJ,01,L1,84114007\n";
    let (outcome, kept) = read(Feed::SusAe, file);
    assert_eq!(outcome.account, account(4, 3, 1, 0, 0), "a code of something else mends the row");
    let values: Vec<Option<f64>> = kept.events.iter().map(|event| event.value).collect();
    assert_eq!(values, [Some(1.0), Some(5.0), None, None]);
    let older = "AEKEY,ARRIVALDATE,PROCODE3,AEDEPTTYPE,LOPATID\n1,2026-01-03,RYJ,01,L1\n";
    let (outcome, kept) = read(Feed::SusAe, older);
    assert_eq!((outcome.account, kept.events[0].value), (account(1, 1, 0, 0, 0), None), "an older file");
}
