//! policies/matrix.golden: role x purpose x action x who is asked for x what agreements cover x broken glass. Rewrite it with
//! WSIC_WRITE_GOLDEN=1.

use std::fmt::Write;
use std::path::Path;

use model::{Purpose, Role};
use policy::{
    Action, Decision, GLASS_HOURS, Glass, GlassReason, Line, Resource, Rules, Situation, decide, lines,
};

use crate::cases::{PERSON, access, stranger};

fn answer(decision: &Decision) -> String {
    let answer = match (decision.permitted(), decision.known()) {
        (true, _) => format!("YES  {}", decision.rules().join(", ")),
        (false, true) => format!("no   {}", decision.rules().join(", ")),
        (false, false) => "no   and may not know whether there is such a person".to_owned(),
    };
    let masks: Vec<&str> = decision.masks().iter().map(|section| section.name()).collect();
    let masks = if masks.is_empty() { String::new() } else { format!("  [withheld: {}]", masks.join(", ")) };
    let reach = decision.reach().to_string();
    let reach = if reach.is_empty() { reach } else { format!("  [people: {reach}]") };
    format!("{answer}{masks}{reach}").trim_end().to_owned()
}

fn write(out: &mut String, line: &Line) {
    let _ = writeln!(out, "  {}", line.action.name());
    let mut last = Situation::Covered;
    for outcome in &line.outcomes {
        if outcome.situation != last {
            last = outcome.situation;
            let _ = writeln!(out, "    but when {}:", last.label());
        }
        let indent = if last == Situation::Covered { "    " } else { "      " };
        let _ = writeln!(out, "{indent}{}", answer(&outcome.decision));
        for line in wrapped(&outcome.about) {
            let _ = writeln!(out, "{indent}       {line}");
        }
    }
}

/// Between semicolons, in lines that a screen holds.
fn wrapped(about: &[&str]) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (i, one) in about.iter().enumerate() {
        let text = if i + 1 < about.len() { format!("{one};") } else { (*one).to_owned() };
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(&text),
            Some(line) if line.len() + text.len() < 110 => line.push_str(&format!(" {text}")),
            _ => lines.push(text),
        }
    }
    lines
}

/// Every case; what is never permitted is named together.
fn matrix(rules: &Rules) -> String {
    let mut out = String::from(
        "Who may do what, case by case. Made from policies/*.cedar by a test; rewrite it with WSIC_WRITE_GOLDEN=1.\n\
         First what holds when agreements cover all, then what differs when they do not, or when the glass is broken.\n",
    );
    for role in Role::ALL {
        let _ = writeln!(out, "\n== {} ==", role.label());
        for purpose in Purpose::ALL {
            let (never, some): (Vec<Line>, Vec<Line>) =
                lines(rules, role, purpose).into_iter().partition(|line| line.outcomes.is_empty());
            if some.is_empty() {
                let _ = writeln!(out, "\nfor {}: nothing at all", purpose.name());
                continue;
            }
            let _ = writeln!(out, "\nfor {}", purpose.name());
            some.iter().for_each(|line| write(&mut out, line));
            let never: Vec<&str> = never.iter().map(|line| line.action.name()).collect();
            let _ = writeln!(out, "  never: {}", never.join(", "));
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
    for role in [Role::Commissioner, Role::GovernanceLead, Role::Signatory] {
        for purpose in Purpose::ALL {
            for line in lines(&rules, role, purpose) {
                let whose = role == Role::GovernanceLead
                    && purpose == Purpose::Governance
                    && (LINKAGE.contains(&line.action) || line.action == Action::RecordObjection);
                let reaches =
                    |decision: &Decision| decision.permitted() && decision.resource().person().is_some();
                let reached = line.outcomes.iter().any(|outcome| reaches(&outcome.decision));
                assert!(!reached || whose, "{} {}", role.name(), line.action.name());
            }
        }
    }
}

fn with_glass(role: Role, action: Action, facts: policy::Facts, reason: GlassReason, hours: u8) -> Decision {
    let rules = Rules::built_in().unwrap();
    let facts = policy::Facts { break_glass: Some(Glass { reason, hours }), ..facts };
    decide(&rules, &access(role, Purpose::DirectCare), action, Resource::Person(PERSON), &facts)
}

#[test]
fn a_broken_glass_opens_a_strangers_record_for_eight_hours_without_what_no_emergency_needs() {
    let open =
        |hours| with_glass(Role::Gp, Action::OpenRecord, stranger(), GlassReason::UnplannedCare, hours);
    let opened = open(GLASS_HOURS - 1);
    assert!(opened.permitted() && opened.known());
    assert_eq!(opened.rules(), ["break-glass-record", "break-glass-least"]);
    assert!(opened.masks().contains(&policy::Section::Scores));
    let late = open(GLASS_HOURS);
    assert_eq!((late.permitted(), late.rules()), (false, &["break-glass-ended".to_owned()][..]));
    for role in [Role::Commissioner, Role::GovernanceLead, Role::Person, Role::Signatory] {
        let no = with_glass(role, Action::OpenRecord, stranger(), GlassReason::VitalInterests, 0);
        assert!(!no.permitted(), "{}", role.name());
    }
    let linkage = with_glass(Role::Gp, Action::ViewLinkage, stranger(), GlassReason::UnplannedCare, 0);
    assert!(!linkage.permitted(), "an emergency needs the record and nothing else");
}

#[test]
fn only_vital_interests_come_before_a_persons_objection() {
    let objects = policy::Facts { objects_to_sharing: true, ..stranger() };
    let kept_out = policy::Facts { objects_to_organisation: true, ..stranger() };
    for (facts, rule) in [(objects, "break-glass-objection"), (kept_out, "choice-organisation")] {
        for action in [Action::BreakGlass, Action::OpenRecord] {
            for reason in GlassReason::ALL {
                let decision = with_glass(Role::CareCoordinator, action, facts.clone(), reason, 0);
                let vital = reason == GlassReason::VitalInterests;
                assert_eq!(decision.permitted(), vital, "{} {}", action.name(), reason.name());
                assert!(vital || decision.rules().contains(&rule.to_owned()));
            }
        }
    }
}

#[test]
fn a_glass_is_for_whom_one_may_not_open_and_who_is_there() {
    let ask = |facts| with_glass(Role::Gp, Action::BreakGlass, facts, GlassReason::Cover, 0);
    assert!(ask(stranger()).permitted());
    assert_eq!(ask(crate::cases::same_practice()).rules(), ["break-glass-not-needed"]);
    assert_eq!(ask(policy::Facts { deceased: true, ..stranger() }).rules(), ["break-glass-deceased"]);
    let nobody = ask(policy::Facts::default());
    assert!(!nobody.permitted() && !nobody.known());
}
