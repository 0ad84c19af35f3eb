//! The pages about emergencies and access rules with sample data. Nobody in them is real.

use std::collections::BTreeSet;

use governance::cases::{Agreements, Case, So, Tried};
use model::{PersonId, Purpose, Role};
use policy::{Access, Action, Facts, GlassReason, Rules, UserId, decide, lines};
use store::broken_glass::Broken;
use store::outcomes::{Outcome, Verdict};
use store::people::PersonHit;

use super::samples::{moment, names};
use super::{broken_glass, emergency, rules, try_case};
use crate::forms::Errors;
use crate::page::Page;

fn glass(row: i64, outcome: Option<Verdict>) -> Broken {
    let outcome = outcome.map(|verdict| Outcome {
        verdict,
        note: "Asked her manager".into(),
        at: moment(),
        user_name: "Demo Governance Lead".into(),
    });
    Broken {
        row,
        person: PersonId(4711),
        user: "amina".into(),
        user_name: "Amina Yusuf".into(),
        role: "care_coordinator".into(),
        organisation: "E84013".into(),
        reason: GlassReason::UnplannedCare,
        words: "Fell at the day centre and could not say what he takes".into(),
        at: moment(),
        ends_at: moment(),
        outcome,
    }
}

fn hit() -> PersonHit {
    PersonHit {
        person: PersonId(4711),
        nhs_number: None,
        family_name: "Okonkwo".into(),
        given_name: "Ada".into(),
        birth_date: None,
        death_date: None,
        sex: model::Sex::Female,
        postcode: "HA9 9ZZ".into(),
        practice: "E84013".into(),
        on_caseload: false,
    }
}

fn tried(rules: &Rules, case: &Case) -> Tried {
    let access = Access {
        user: UserId(String::new()),
        display_name: String::new(),
        role: case.role,
        organisation: case.organisation.clone(),
        purpose: case.purpose,
        reason: None,
        correlation: String::new(),
        session: String::new(),
        at: moment(),
        person: None,
    };
    let facts = Facts { known: true, on_caseload: true, objects_to_sharing: true, ..Facts::default() };
    let decision = decide(rules, &access, case.action, case.resource(), &facts);
    Tried { decision, agreements: vec![("DSA-0001".into(), true), ("DSA-0002".into(), false)] }
}

fn case() -> Case {
    Case {
        role: Role::CareCoordinator,
        organisation: "E84013".into(),
        purpose: Purpose::DirectCare,
        action: Action::OpenRecord,
        practice: "E84013".into(),
        so: BTreeSet::from([So::Caseload, So::ObjectsToSharing]),
        glass: None,
        agreements: Agreements::Today,
    }
}

pub(super) fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    let in_force = Rules::built_in().unwrap();
    let mut errors = Errors::default();
    errors.add("reason", "Choose why you must see the record now");
    let form = |errors| emergency::EmergencyPage {
        person: None,
        typed: emergency::Typed::default(),
        ends: moment(),
        errors,
        csrf: "t".into(),
    };
    let try_page = |tried, errors| try_case::TryCasePage {
        case: case(),
        typed: ["E84013".into(), "E84013".into()],
        tried,
        rules: in_force.all().iter().take(2).cloned().collect(),
        errors,
        names: names(),
    };
    let parts = Purpose::ALL.map(|purpose| (purpose, lines(&in_force, Role::CareCoordinator, purpose)));
    vec![
        ("emergency", Box::new(form(Errors::default()))),
        ("emergency-wrong", Box::new(form(errors))),
        (
            "emergencies",
            Box::new(broken_glass::GlassesPage {
                waiting: 1,
                page: 1,
                lines: vec![
                    glass(7, None),
                    glass(6, Some(Verdict::Explained)),
                    glass(5, Some(Verdict::Unjustified)),
                ],
                names: names(),
            }),
        ),
        (
            "emergency-told",
            Box::new(broken_glass::ToldPage {
                total: 1,
                page: 1,
                lines: vec![(hit(), glass(7, None))],
                names: names(),
            }),
        ),
        (
            "rules",
            Box::new(rules::RulesPage { version: in_force.version().into(), rules: in_force.all().to_vec() }),
        ),
        (
            "rules-matrix",
            Box::new(rules::MatrixPage {
                role: Role::CareCoordinator,
                parts: parts.into(),
                rules: in_force.all().to_vec(),
            }),
        ),
        ("rules-try", Box::new(try_page(None, Errors::default()))),
        ("rules-tried", Box::new(try_page(Some(tried(&in_force, &case())), Errors::default()))),
    ]
}
