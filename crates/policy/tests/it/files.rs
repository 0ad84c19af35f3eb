//! The rules as files: what is wrong with one is told with its file, line and reason, and nothing is decided.

use std::path::Path;

use model::{Purpose, Role};
use policy::{Action, Effect, Facts, Resource, Rules, RulesError, decide};

use crate::cases::{PERSON, access, same_practice};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn schema() -> String {
    std::fs::read_to_string(folder().join("schema.cedarschema")).unwrap()
}

/// A file of one rule: five lines of what is said of it, then this.
fn rule(text: &str) -> String {
    format!(
        "// A theme.\n@id(\"a\")\n@owner(\"The lead\")\n@legal_basis(\"A law\")\n@sentence(\"It may be.\")\n{text}\n"
    )
}

const PERMIT: &str =
    "permit (principal in Role::\"gp\", action == Action::\"open_record\", resource is Person)";

fn error(text: &str) -> RulesError {
    Rules::parse(&schema(), &[("theme.cedar", text)]).unwrap_err()
}

#[test]
fn built_in_rules_are_all_the_files_of_the_folder_and_carry_their_version() {
    let rules = Rules::built_in().unwrap();
    let mut there: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".cedar"))
        .collect();
    there.sort();
    let mut told: Vec<&str> = rules.all().iter().map(|rule| rule.file).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, there);
    assert!(rules.version().starts_with("2.3+"), "{}", rules.version());
    for effect in [Effect::Permit, Effect::Forbid, Effect::Mask] {
        assert!(rules.all().iter().any(|rule| rule.effect == effect));
    }
    let first = rules.all().first().unwrap();
    assert!(first.text.starts_with("permit (") && first.text.ends_with("};"), "{}", first.text);
}

#[test]
fn a_bad_rule_stops_the_program_with_file_line_and_reason() {
    let whole = rule(&format!("{PERMIT};"));
    assert!(Rules::parse(&schema(), &[("theme.cedar", &whole)]).is_ok());
    let cases = [
        // An attribute, a role, a purpose, an action and a type that are not there; a comparison that cannot be.
        (rule(&format!("{PERMIT}\nwhen {{ resource.practise == principal.organisation }};")), 7, "practise"),
        (rule(&format!("{PERMIT}\nwhen {{ principal in Role::\"gpp\" }};")), 7, "gpp"),
        (rule(&format!("{PERMIT} when {{\n  context.purpose == Purpose::\"care\"\n}};")), 7, "care"),
        (rule("permit (principal, action == Action::\"open_recrod\", resource);"), 6, "open_recrod"),
        (rule("permit (principal, action, resource is Persn);"), 6, "Persn"),
        (rule(&format!("{PERMIT}\nwhen {{ resource.deceased == \"no\" }};")), 7, "type"),
        // An attribute that need not be there, not asked for first; a rule that can never apply; a word too few.
        (rule(&format!("{PERMIT}\nwhen {{ principal.person == resource }};")), 7, "person"),
        (rule(&format!("{PERMIT}\nwhen {{ false }};")), 2, "impossible"),
        (rule("permit (principal, action == Action::\"open_record\"\n  resource);"), 7, "unexpected token"),
        // What a rule says of itself.
        (whole.replace("A law", " "), 2, "@legal_basis"),
        (whole.replace("@owner", "@ownr"), 2, "@ownr"),
        (whole.replace("@sentence(\"It may be.\")\n", ""), 2, "@sentence"),
        (format!("{whole}\n{whole}"), 2, "two rules have the id `a`"),
        (rule(&PERMIT.replace("Person", "Section")) + ";", 2, "nothing permits one"),
        (rule("permit (principal == ?principal, action, resource);"), 2, "no slots"),
    ];
    for (text, line, reason) in cases {
        let error = error(&text);
        assert_eq!((error.file.as_str(), error.line), ("theme.cedar", line), "{error}\n{text}");
        assert!(error.problem.contains(reason), "{error}");
        assert!(error.to_string().starts_with(&format!("policies/theme.cedar, line {line}: ")));
    }
}

#[test]
fn a_schema_and_the_code_name_the_same_actions() {
    let without = schema().replace("list_caseload, ", "");
    let error = Rules::parse(&without, &[]).unwrap_err();
    assert!(error.problem.contains("`list_caseload`"), "{error}");
    let more = schema().replace("list_caseload, ", "list_caseload, burn_record, ");
    let error = Rules::parse(&more, &[]).unwrap_err();
    assert!(error.problem.contains("`burn_record`") && error.line > 40, "{error}");
    assert!(Rules::parse(schema().trim_start_matches("// Version"), &[]).is_err());
}

#[test]
fn a_rule_that_cannot_be_evaluated_refuses_what_another_permits() {
    let overflow = "9223372036854775807 + (if resource.deceased then 0 else 1) > 0";
    let errs = rule(&format!("forbid (principal, action, resource is Person) when {{ {overflow} }};"));
    let errs = errs.replace("@id(\"a\")", "@id(\"b\")");
    let text = format!("{}\n{errs}", rule(&format!("{PERMIT};")));
    let rules = Rules::parse(&schema(), &[("theme.cedar", &text)]).unwrap();
    let gp = access(Role::Gp, Purpose::DirectCare);
    let ask = |facts: &Facts| decide(&rules, &gp, Action::OpenRecord, Resource::Person(PERSON), facts);
    let refused = ask(&same_practice());
    assert!(!refused.permitted() && refused.sentence().contains("could not be evaluated"));
    let fits = ask(&Facts { deceased: true, ..same_practice() });
    assert_eq!(fits.rules(), ["b"], "the rule itself forbids where it can be evaluated");
}

#[test]
fn a_rule_that_is_no_filter_refuses_the_list() {
    let text = rule(
        "permit (principal, action == Action::\"list_worklist\", resource is Person) unless { resource.deceased };",
    );
    let rules = Rules::parse(&schema(), &[("theme.cedar", &text)]).unwrap();
    let gp = access(Role::Gp, Purpose::DirectCare);
    let refused = decide(&rules, &gp, Action::ListWorklist, Resource::Worklist, &Facts::default());
    assert!(
        !refused.permitted() && refused.sentence().contains("filter of a list"),
        "{}",
        refused.sentence()
    );
}

#[test]
fn every_list_of_the_rules_in_force_can_be_made_into_a_filter() {
    let rules = Rules::built_in().unwrap();
    for role in Role::ALL {
        for purpose in Purpose::ALL {
            for (action, resource) in [
                (Action::FindPerson, Resource::People),
                (Action::ListWorklist, Resource::Worklist),
                (Action::ListCaseload, Resource::Worklist),
                (Action::ListTeam, Resource::Worklist),
            ] {
                let list = decide(&rules, &access(role, purpose), action, resource, &Facts::default());
                assert!(!list.sentence().contains("could not be evaluated"), "{}", list.sentence());
            }
        }
    }
}
