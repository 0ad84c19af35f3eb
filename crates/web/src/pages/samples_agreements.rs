//! Pages about agreements, coverage, objections and choices with sample data.

use governance::coverage::{Line, Matrix, Signed};
use model::agreement::{Agreement, Change, Party, Terms};
use model::{Feed, Objection, Purpose};
use store::agreements::Version;
use store::objections::Recorded;
use store::sources::{Held, PublishedSource, Removed};

use super::samples::{day, moment, names};
use super::*;
use crate::forms::Errors;
use crate::page::Page;

fn terms() -> Terms {
    let party = |name: &str, codes: &[&str]| Party {
        name: name.to_owned(),
        members: codes.iter().map(|code| (*code).to_owned()).collect(),
    };
    Terms {
        title: "Planning in Brent".to_owned(),
        purpose: Purpose::Planning,
        suppliers: vec![
            party("All practices of Brent", &["E84002", "E84013"]),
            party("Imperial College Healthcare NHS Trust", &["RYJ"]),
        ],
        recipients: vec![party("NHS North West London ICB", &["QRV"])],
        feeds: [Feed::Gp, Feed::SusApc].into(),
        activities: ["E5", "F1"].map(str::to_owned).into(),
        starts: day(2026, 4, 1),
        ends: Some(day(2028, 3, 31)),
        review: Some(day(2027, 3, 31)),
        dpia: "DPIA 2026/12".to_owned(),
    }
}

fn agreement() -> (Agreement, Vec<Version>) {
    let signed = Change::Signed { organisations: ["E84002", "RYJ", "QRV"].map(str::to_owned).into() };
    let withdrawn = Change::Withdrawn {
        organisation: "RYJ".to_owned(),
        reason: "Our board asked for a new assessment".to_owned(),
    };
    let drafted = Change::Drafted { terms: terms() };
    let mut agreement = Agreement::begin("DSA-0003", drafted.clone()).unwrap();
    agreement.apply(signed.clone(), moment()).unwrap();
    agreement.apply(withdrawn.clone(), moment()).unwrap();
    let version = |version, change| Version {
        version,
        at: moment(),
        user_name: "Ruth Adeyemi".to_owned(),
        organisation: "QRV".to_owned(),
        audit_id: 900 + i64::from(version),
        change,
    };
    (agreement, vec![version(3, withdrawn), version(2, signed), version(1, drafted)])
}

fn matrix() -> Matrix {
    let line = |code: &str, practice, signed| Line {
        code: code.to_owned(),
        practice,
        boroughs: vec!["E09000005".to_owned()],
        signed,
    };
    Matrix {
        lines: vec![
            line("E84002", true, [Signed::InForce, Signed::InForce]),
            line("E84013", true, [Signed::InForce, Signed::Waits]),
            line("R1K", false, [Signed::Suspended, Signed::NotAsked]),
            line("RYJ", false, [Signed::InForce, Signed::Withdrawn]),
        ],
    }
}

fn one(own: Option<&str>, may_write: bool, errors: Errors) -> agreement::AgreementPage {
    let (agreement, versions) = agreement();
    agreement::AgreementPage {
        agreement,
        versions,
        signs_for: own.map(str::to_owned),
        may_write,
        on: day(2026, 11, 20),
        errors,
        csrf: "0123456789abcdef".to_owned(),
        names: names(),
    }
}

pub(super) fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    let mut wrong = Errors::default();
    wrong.add("activities", "Choose at least one activity");
    let mut no_reason = Errors::default();
    no_reason.add("suspend_reason", "Enter a reason");
    let mut no_number = Errors::default();
    no_number.add("nhs_number", "Enter an NHS number of 10 digits, such as 999 123 4567");
    let form = |id: Option<&str>, errors| agreement_form::AgreementFormPage {
        id: id.map(str::to_owned),
        draft: agreement_form::Draft {
            activities: vec!["E5".to_owned()],
            ..agreement_form::Draft::default()
        },
        parties: vec![
            ("practices-E09000005".to_owned(), "All practices of Brent".to_owned()),
            ("RYJ".to_owned(), "Imperial College Healthcare NHS Trust".to_owned()),
        ],
        errors,
        csrf: "0123456789abcdef".to_owned(),
    };
    let objections = |errors| objections::ObjectionsPage {
        counts: vec![("national_opt_out".to_owned(), 1_204), ("sharing".to_owned(), 311)],
        typed: objections::Typed::default(),
        done: None,
        errors,
        csrf: "0123456789abcdef".to_owned(),
    };
    let recorded = |objection| Recorded { objection, at: moment() };
    vec![
        (
            "agreements",
            Box::new(agreements::AgreementsPage {
                coverage: matrix(),
                agreements: Some(vec![agreement().0]),
                signs_for: Some("E84013".to_owned()),
                may_write: true,
                on: day(2026, 11, 20),
            }),
        ),
        (
            "agreements-coverage-only",
            Box::new(agreements::AgreementsPage {
                coverage: matrix(),
                agreements: None,
                signs_for: None,
                may_write: false,
                on: day(2026, 11, 20),
            }),
        ),
        ("agreement", Box::new(one(None, true, Errors::default()))),
        ("agreement-wrong", Box::new(one(None, true, no_reason))),
        ("agreement-to-sign", Box::new(one(Some("E84013"), false, Errors::default()))),
        ("agreement-signed", Box::new(one(Some("E84002"), false, Errors::default()))),
        ("agreement-new", Box::new(form(None, Errors::default()))),
        ("agreement-new-wrong", Box::new(form(None, wrong))),
        ("agreement-edit", Box::new(form(Some("DSA-0003"), Errors::default()))),
        (
            "agreements-removed",
            Box::new(agreements::RemovedPage {
                removed: vec![Removed {
                    source: "sus_apc:RYJ".to_owned(),
                    purpose: Purpose::Planning,
                    people: 48_211,
                    events: 190_443,
                    at: moment(),
                }],
                names: names(),
            }),
        ),
        (
            "coverage",
            Box::new(coverage::CoveragePage {
                matrix: matrix(),
                borough: String::new(),
                missing: false,
                boroughs: vec![("E09000005".to_owned(), "Brent".to_owned())],
                names: names(),
            }),
        ),
        (
            "coverage-organisation",
            Box::new(coverage::OrganisationCoveragePage {
                covered: matrix().covered(),
                line: matrix().lines.remove(1),
                held: vec![Held {
                    feed: Feed::Gp,
                    files: 36,
                    rows: 412_904,
                    latest: moment(),
                    published: Some(PublishedSource {
                        source: "gp:E84013".to_owned(),
                        planning: false,
                        people: 9_204,
                        events: 410_000,
                    }),
                }],
                registered: Some((9_180.0, 2_480_000.0)),
                names: names(),
            }),
        ),
        ("objections", Box::new(objections(Errors::default()))),
        ("objections-wrong", Box::new(objections(no_number))),
        (
            "choices",
            Box::new(choices::ChoicesPage {
                recorded: vec![
                    recorded(Objection::NationalOptOut),
                    recorded(Objection::Organisation("RYJ".to_owned())),
                    recorded(Objection::Planning),
                ],
                errors: Errors::default(),
                csrf: "0123456789abcdef".to_owned(),
                names: names(),
            }),
        ),
        (
            "figures-being-counted",
            Box::new(refusal::BeingCountedPage {
                sources: vec!["GP records, The Lonsdale Medical Centre".to_owned()],
                since: Some(moment()),
            }),
        ),
        (
            "figures-withheld",
            Box::new(refusal::LeftOutPage { sources: vec!["Hospital admissions, Imperial".to_owned()] }),
        ),
    ]
}
