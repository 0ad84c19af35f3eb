//! Who may do what, written a second time: plain tables of words, read off the sentences of the rules by hand, and a decider of a
//! few lines over them. It calls nothing of `policy` and knows none of its types, so that the two can only agree by being right.

use std::collections::BTreeSet;

/// Every role, or every purpose.
const ANY: &str = "any";
/// Every action that is asked of people, one of them or a list.
const PEOPLE_S: &str = "of people";

/// Roles; purposes; actions; when. A permit, when everything of a line is so.
pub const MAY: &[(&str, &str, &str, &str)] = &[
    (
        "gp",
        "direct_care",
        "find_person open_record open_timeline list_worklist view_linkage part_person view_parting",
        "registered at the user's practice",
    ),
    ("gp", "direct_care", "list_broken_glass", "registered at the user's practice"),
    ("gp care_coordinator team_member", "direct_care", "break_glass", "always"),
    ("care_coordinator", "direct_care", "find_person", "registered at a practice of the user's organisation"),
    (
        "care_coordinator",
        "direct_care",
        "find_person open_record open_timeline list_worklist list_caseload view_linkage list_broken_glass",
        "on the user's caseload",
    ),
    (
        "care_coordinator team_member",
        "direct_care",
        "find_person open_record open_timeline list_worklist list_team view_linkage list_broken_glass refer_to_team",
        "under the care of the user's team",
    ),
    ("care_coordinator", "direct_care", "refer_to_team", "on the user's caseload"),
    ("gp", "direct_care", "refer_to_team", "registered at the user's practice"),
    ("gp care_coordinator team_member", "direct_care", "view_teams", "always"),
    ("governance_lead", "governance", "view_teams manage_teams", "always"),
    (
        "person",
        "own_care",
        "open_own_record view_own_accesses ask_about_access view_own_choices choose_sharing",
        "is the user",
    ),
    ("person", "own_care", "open_own_record", "the user acts for them"),
    (
        "commissioner",
        "planning",
        "view_population view_budget view_indicators view_practice_profile view_risk_model view_coverage \
         view_linkage_quality",
        "always",
    ),
    ("gp", "planning", "view_own_practice view_risk_model", "always"),
    (
        "governance_lead",
        "governance",
        "search_audit judge_access answer_question view_agreements view_coverage manage_agreements view_objections \
         record_objection view_feeds view_quarantine review_links compare_records judge_link view_linkage part_person \
         view_parting view_linkage_quality view_rules try_case",
        "always",
    ),
    ("governance_lead", "planning", "view_risk_model", "always"),
    ("governance_lead", "operations", "view_feeds view_quarantine view_coverage", "always"),
    ("signatory", "governance", "view_agreements view_coverage sign_agreement", "always"),
];

/// The same for what is forbidden whatever permits it.
pub const MAY_NOT: &[(&str, &str, &str, &str)] = &[
    (
        "care_coordinator team_member",
        "direct_care",
        "open_record open_timeline list_worklist list_team refer_to_team view_linkage",
        "objects to sharing",
    ),
    (
        "gp care_coordinator team_member",
        "direct_care",
        "open_record open_timeline list_worklist list_team refer_to_team view_linkage view_parting break_glass",
        "objects to the user's organisation",
    ),
    ("gp", ANY, "break_glass", "registered at the user's practice"),
    ("care_coordinator", ANY, "break_glass", "on the user's caseload"),
    ("care_coordinator team_member", ANY, "break_glass", "under the care of the user's team"),
    (ANY, ANY, "break_glass", "has died"),
    ("person", "own_care", "open_own_record view_own_accesses ask_about_access", "has died"),
    ("gp care_coordinator team_member", ANY, PEOPLE_S, "the user acts for no organisation"),
    ("person", ANY, PEOPLE_S, "the user is tied to nobody"),
    (
        ANY,
        "direct_care",
        "find_person open_record open_timeline list_worklist list_caseload list_team refer_to_team view_linkage part_person \
         view_parting break_glass",
        "no agreement is in force",
    ),
    (
        ANY,
        ANY,
        "view_population view_budget view_indicators view_practice_profile view_own_practice view_risk_model",
        "no agreement is in force",
    ),
];

/// The same for sections that are withheld of what is permitted; the sections stand last.
pub const WITHHELD: &[(&str, &str, &str, &str, &str)] = &[
    (
        "gp",
        "direct_care",
        "open_record open_timeline view_linkage view_parting",
        "objects to sharing",
        "emergency inpatient outpatient community mental_health social_care care_package scores",
    ),
    ("care_coordinator team_member", "direct_care", "open_record open_timeline", "always", "costs"),
    ("person", "own_care", "open_own_record", "always", "scores flags group costs"),
];

/// What each action can be asked of.
pub const ASKED_OF: &[(&str, &str)] = &[
    (
        "person",
        "find_person open_record open_timeline open_own_record view_own_accesses compare_records judge_link view_linkage \
         part_person view_parting record_objection view_own_choices choose_sharing ask_about_access break_glass refer_to_team",
    ),
    ("people", "find_person"),
    ("worklist", "list_worklist list_caseload list_team list_broken_glass"),
    (
        "marts",
        "view_population view_budget view_indicators view_practice_profile view_own_practice view_risk_model",
    ),
    ("feeds", "view_feeds view_quarantine"),
    ("agreements", "view_agreements view_coverage manage_agreements sign_agreement view_objections"),
    ("audit", "search_audit judge_access answer_question"),
    ("linkage", "review_links view_linkage_quality"),
    ("rules", "view_rules try_case"),
    ("teams", "view_teams manage_teams"),
];

/// What is so about a person, for one user.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    pub known: bool,
    pub own_practice: bool,
    pub practice_of_organisation: bool,
    pub on_caseload: bool,
    pub under_team: bool,
    pub is_user: bool,
    pub acted_for: bool,
    pub objects_to_sharing: bool,
    pub objects_to_organisation: bool,
    pub died: bool,
}

/// One question.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub role: &'a str,
    pub purpose: &'a str,
    pub action: &'a str,
    /// What it is asked of, by name.
    pub of: &'a str,
    /// The user acts for an organisation; the user is tied to a person; an agreement lets them have anything.
    pub has_organisation: bool,
    pub has_person: bool,
    pub has_agreement: bool,
    /// The person it is asked of.
    pub about: Option<About>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub permitted: bool,
    /// The user may know that there is such a person.
    pub known: bool,
    pub withheld: BTreeSet<&'static str>,
    /// Which lines of the three tables made it.
    pub lines: Vec<(&'static str, usize)>,
}

/// Whether a word is among words.
pub fn among(word: &str, words: &str) -> bool {
    words.split_whitespace().any(|one| one == word)
}

/// Whether a `when` holds of a person.
pub fn holds(when: &str, about: &About) -> bool {
    match when {
        "always" => true,
        "registered at the user's practice" => about.own_practice,
        "registered at a practice of the user's organisation" => about.practice_of_organisation,
        "on the user's caseload" => about.on_caseload,
        "under the care of the user's team" => about.under_team,
        "is the user" => about.is_user,
        "the user acts for them" => about.acted_for,
        "objects to sharing" => about.objects_to_sharing,
        "objects to the user's organisation" => about.objects_to_organisation,
        "has died" => about.died,
        other => panic!("the tables say `{other}`, which nobody can answer"),
    }
}

/// Whether a `when` is about the user alone, and then whether it holds.
fn of_user(when: &str, case: &Case<'_>) -> Option<bool> {
    match when {
        "the user acts for no organisation" => Some(!case.has_organisation),
        "the user is tied to nobody" => Some(!case.has_person),
        "no agreement is in force" => Some(!case.has_agreement),
        _ => None,
    }
}

/// Whether a line is about what is asked.
fn asked(case: &Case<'_>, roles: &str, purpose: &str, actions: &str) -> bool {
    let of_people = ["person", "people", "worklist"].contains(&case.of);
    (roles == ANY || among(case.role, roles))
        && (purpose == ANY || case.purpose == purpose)
        && (among(case.action, actions) || actions == PEOPLE_S && of_people)
}

pub fn decide(case: &Case<'_>) -> Answer {
    let mut answer = Answer { permitted: false, known: false, withheld: BTreeSet::new(), lines: Vec::new() };
    if !ASKED_OF.iter().any(|(of, actions)| *of == case.of && among(case.action, actions)) {
        return answer;
    }
    // Of a list the lines about people say who is on it, not whether it may be seen; of nobody nothing is so.
    let so = |when: &str, of_a_list: bool| match (of_user(when, case), case.about) {
        (Some(so), _) => so,
        (None, Some(about)) => about.known && holds(when, &about),
        (None, None) => of_a_list,
    };
    for (at, (roles, purpose, actions, when)) in MAY.iter().enumerate() {
        if asked(case, roles, purpose, actions) && so(when, true) {
            answer.lines.push(("may", at));
        }
    }
    let mut forbidden_to_the_user = false;
    for (at, (roles, purpose, actions, when)) in MAY_NOT.iter().enumerate() {
        if asked(case, roles, purpose, actions) && so(when, false) {
            answer.lines.push(("may not", at));
            forbidden_to_the_user |= of_user(when, case).is_some();
        }
    }
    let any = |table| answer.lines.iter().any(|(of, _)| *of == table);
    answer.permitted = any("may") && !any("may not");
    answer.known =
        answer.permitted || forbidden_to_the_user || case.about.is_none_or(|about| may_know(case, &about));
    for (at, (roles, purpose, actions, when, sections)) in WITHHELD.iter().enumerate() {
        if answer.permitted && asked(case, roles, purpose, actions) && so(when, false) {
            answer.lines.push(("withheld", at));
            answer.withheld.extend(sections.split_whitespace());
        }
    }
    answer
}

/// Whether the user could find the person by searching, or may break the glass to their record, or is them.
fn may_know(case: &Case<'_>, about: &About) -> bool {
    let find = Case { action: "find_person", ..*case };
    let finds = MAY.iter().any(|(r, p, a, when)| asked(&find, r, p, a) && holds(when, about));
    let breaks = case.action == "break_glass" && MAY.iter().any(|(r, p, a, _)| asked(case, r, p, a));
    about.known && (about.is_user || finds || breaks)
}

/// Whether a list of this action has this person, as far as the tables go.
pub fn listed(case: &Case<'_>, about: &About) -> bool {
    let person = |when: &str| of_user(when, case).unwrap_or_else(|| holds(when, about));
    MAY.iter().any(|(r, p, a, when)| asked(case, r, p, a) && person(when))
        && !MAY_NOT.iter().any(|(r, p, a, when)| asked(case, r, p, a) && person(when))
}
