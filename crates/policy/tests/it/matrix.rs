//! policies/matrix.golden: role x action x purpose x what is so about the person. Rewrite it with WSIC_WRITE_GOLDEN=1.

use std::fmt::Write;
use std::path::Path;

use model::{PersonId, Purpose, Role};
use policy::{Action, Facts, Resource, Rules, decide};

use crate::cases::{PERSON, access, same_practice, stranger};

fn people() -> Vec<(&'static str, PersonId, Facts)> {
    let caseload = Facts { on_caseload: true, ..stranger() };
    let organisation = Facts { practice_of_organisation: true, ..stranger() };
    let objects = |facts: Facts| Facts { objects_to_sharing: true, ..facts };
    let not_here = |facts: Facts| Facts { objects_to_organisation: true, ..facts };
    let other = PersonId(PERSON.0 + 1);
    vec![
        ("nobody of that number", other, Facts::default()),
        ("a stranger", other, stranger()),
        ("registered at the user's practice", other, same_practice()),
        ("the same, objects to sharing", other, objects(same_practice())),
        ("the same, objects to the user's organisation", other, not_here(same_practice())),
        ("registered at a practice of the user's organisation", other, organisation),
        ("on the user's caseload", other, caseload.clone()),
        ("the same, objects to sharing", other, objects(caseload)),
        (
            "the same, objects to the user's organisation",
            other,
            not_here(Facts { on_caseload: true, ..stranger() }),
        ),
        ("somebody the user acts for", other, Facts { proxy: true, ..stranger() }),
        ("the same, recorded as deceased", other, Facts { proxy: true, deceased: true, ..stranger() }),
        ("the user", PERSON, stranger()),
        ("the user, recorded as deceased", PERSON, Facts { deceased: true, ..stranger() }),
    ]
}

fn classes() -> [Resource; 7] {
    [
        Resource::People,
        Resource::Worklist,
        Resource::Marts,
        Resource::Feeds,
        Resource::Audit,
        Resource::Agreements,
        Resource::Linkage,
    ]
}

fn line(out: &mut String, what: &str, decision: &policy::Decision) {
    let answer = match (decision.permitted(), decision.known()) {
        (true, _) => format!("YES  {}", decision.rules().join(", ")),
        (false, true) => format!("no   {}", decision.rules().join(", ")),
        (false, false) => "no   and may not know whether there is such a person".to_owned(),
    };
    let masks: Vec<&str> = decision.masks().iter().map(|section| section.name()).collect();
    let masks = if masks.is_empty() { String::new() } else { format!("  [withheld: {}]", masks.join(", ")) };
    let reach = decision.reach().to_string();
    let reach = if reach.is_empty() { reach } else { format!("  [people: {reach}]") };
    let _ = writeln!(out, "    {:<54}{}", what, format!("{answer}{masks}{reach}").trim_end());
}

/// Every case; a purpose under which nothing at all is permitted takes one line.
fn matrix(rules: &Rules) -> String {
    let mut out = String::from(
        "Who may do what, case by case. Made from policies/*.cedar by a test; rewrite it with WSIC_WRITE_GOLDEN=1.\n",
    );
    for role in Role::ALL {
        let _ = writeln!(out, "\n== {} ==", role.label());
        for purpose in Purpose::ALL {
            let who = access(role, purpose);
            let (mut part, mut any) = (String::new(), false);
            for action in Action::ALL {
                let mut lines = String::new();
                let mut permitted = false;
                for (what, person, facts) in people() {
                    let resource = Resource::Person(person);
                    if resource.takes(action) {
                        let decision = decide(rules, &who, action, resource, &facts);
                        permitted |= decision.permitted();
                        line(&mut lines, what, &decision);
                    }
                }
                for class in classes().into_iter().filter(|class| class.takes(action)) {
                    let decision = decide(rules, &who, action, class, &Facts::default());
                    permitted |= decision.permitted();
                    line(&mut lines, class.name(), &decision);
                }
                any |= permitted;
                if permitted {
                    let _ = write!(part, "  {}\n{lines}", action.name());
                } else {
                    let _ = writeln!(part, "  {}: never", action.name());
                }
            }
            if any {
                let _ = write!(out, "\nfor {}\n{part}", purpose.name());
            } else {
                let _ = writeln!(out, "\nfor {}: nothing at all", purpose.name());
            }
        }
    }
    out
}

#[test]
fn the_matrix_is_as_written_down() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/matrix.golden");
    let now = matrix(&Rules::built_in().unwrap());
    if std::env::var_os("WSIC_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == now,
        "policies/matrix.golden is not what the rules come to; look at the difference after WSIC_WRITE_GOLDEN=1 \
         cargo test -p policy"
    );
}

/// What the governance lead does to say whose a record is: names and addresses of doubtful links, never care. Beside it they
/// record what a person has asked for, by NHS number.
const LINKAGE: [Action; 5] =
    [Action::CompareRecords, Action::JudgeLink, Action::ViewLinkage, Action::PartPerson, Action::ViewParting];

#[test]
fn planning_and_governance_never_reach_a_person() {
    let rules = Rules::built_in().unwrap();
    for role in [Role::Commissioner, Role::GovernanceLead] {
        for purpose in Purpose::ALL {
            for action in Action::ALL {
                for (_, person, facts) in people() {
                    let decision =
                        decide(&rules, &access(role, purpose), action, Resource::Person(person), &facts);
                    let whose = role == Role::GovernanceLead
                        && purpose == Purpose::Governance
                        && (LINKAGE.contains(&action) || action == Action::RecordObjection);
                    let permitted = decision.permitted() && !whose;
                    assert!(!permitted, "{} {}", role.name(), action.name());
                }
            }
        }
    }
}
