//! What the rules come to, case by case: for the golden file and for the page of the governance lead.

use chrono::DateTime;
use model::{PersonId, Purpose, Role};

use crate::{Access, Action, Cover, Decision, Facts, Glass, GlassReason, Resource, Rules, UserId, decide};

/// What holds around a request besides who asks for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Situation {
    /// Agreements cover everything; no glass is broken.
    Covered,
    /// The practice where the person is registered has withdrawn from its agreement.
    Withdrawn,
    /// No agreement covers anything.
    Uncovered,
    /// The glass is broken for unplanned care.
    Unplanned,
    /// The glass is broken for vital interests.
    Vital,
}

impl Situation {
    /// Every situation, the usual one first.
    pub const ALL: [Self; 5] =
        [Self::Covered, Self::Withdrawn, Self::Uncovered, Self::Unplanned, Self::Vital];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Covered => "agreements cover all",
            Self::Withdrawn => "the person's practice has withdrawn",
            Self::Uncovered => "no agreement covers",
            Self::Unplanned => "glass broken for unplanned care",
            Self::Vital => "glass broken for vital interests",
        }
    }
}

/// What one action comes to for a role and purpose.
#[derive(Clone, Debug)]
pub struct Line {
    /// The action.
    pub action: Action,
    /// What it comes to: all of the usual situation, and of another what differs from it. None: it is never permitted.
    pub outcomes: Vec<Outcome>,
}

/// One outcome, with all whom or what it is the outcome for.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What holds around it.
    pub situation: Situation,
    /// Kinds of person, or of thing.
    pub about: Vec<&'static str>,
    /// The decision for the first of them; those for the others say the same.
    pub decision: Decision,
}

/// Every action that there is for this role and purpose.
pub fn lines(rules: &Rules, role: Role, purpose: Purpose) -> Vec<Line> {
    let access = somebody(role, purpose);
    Action::ALL
        .into_iter()
        .map(|action| Line { action, outcomes: outcomes(rules, &access, action) })
        .collect()
}

const USER: PersonId = PersonId(1);
const OTHER: PersonId = PersonId(2);
const OWN: &str = "A00001";
const ELSEWHERE: &str = "A00002";

/// A user who acts for an organisation; in the role Person, one who is somebody.
fn somebody(role: Role, purpose: Purpose) -> Access {
    Access {
        user: UserId("somebody".into()),
        display_name: String::new(),
        role,
        organisation: if role == Role::Person { String::new() } else { OWN.into() },
        purpose,
        reason: None,
        correlation: String::new(),
        session: String::new(),
        at: DateTime::UNIX_EPOCH,
        person: (role == Role::Person).then_some(USER),
    }
}

/// Kinds of person: what they are to the user, and what they have asked for.
fn people() -> Vec<(&'static str, PersonId, Facts)> {
    let stranger = Facts { known: true, registered_practice: Some(ELSEWHERE.into()), ..Facts::default() };
    let own =
        Facts { registered_practice: Some(OWN.into()), practice_of_organisation: true, ..stranger.clone() };
    let caseload = Facts { on_caseload: true, ..stranger.clone() };
    let team = Facts { under_team: true, ..stranger.clone() };
    let proxy = Facts { proxy: true, ..stranger.clone() };
    let objects = |facts: &Facts| Facts { objects_to_sharing: true, ..facts.clone() };
    let kept_out = |facts: &Facts| Facts { objects_to_organisation: true, ..facts.clone() };
    let died = |facts: &Facts| Facts { deceased: true, ..facts.clone() };
    let of_organisation = Facts { practice_of_organisation: true, ..stranger.clone() };
    vec![
        ("nobody of that number", OTHER, Facts::default()),
        ("stranger", OTHER, stranger.clone()),
        ("stranger who objects to sharing", OTHER, objects(&stranger)),
        ("stranger who keeps the user's organisation out", OTHER, kept_out(&stranger)),
        ("stranger who has died", OTHER, died(&stranger)),
        ("registered at the user's practice", OTHER, own.clone()),
        ("registered at the user's practice, objects to sharing", OTHER, objects(&own)),
        ("registered at the user's practice, keeps it out", OTHER, kept_out(&own)),
        ("registered where the user's organisation works", OTHER, of_organisation),
        ("on the user's caseload", OTHER, caseload.clone()),
        ("on the user's caseload, objects to sharing", OTHER, objects(&caseload)),
        ("on the user's caseload, keeps their organisation out", OTHER, kept_out(&caseload)),
        ("under the care of the user's team", OTHER, team.clone()),
        ("under the care of the user's team, objects to sharing", OTHER, objects(&team)),
        ("under the care of the user's team, keeps their organisation out", OTHER, kept_out(&team)),
        ("the user acts for them", OTHER, proxy.clone()),
        ("the user acts for them, has died", OTHER, died(&proxy)),
        ("the user", USER, stranger.clone()),
        ("the user, recorded as having died", USER, died(&stranger)),
    ]
}

fn outcomes(rules: &Rules, access: &Access, action: Action) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    let cases = cases(action);
    let all = cases.len();
    for (about, resource, facts) in cases {
        let usual = decide(rules, access, action, resource, &facts);
        for situation in Situation::ALL {
            let decision = decide(rules, access, action, resource, &within(situation, &facts));
            if situation == Situation::Covered || !alike(&decision, &usual) {
                put(&mut outcomes, situation, about, decision);
            }
        }
    }
    for outcome in outcomes.iter_mut().filter(|outcome| all > 1 && outcome.about.len() == all) {
        outcome.about = vec!["everybody"];
    }
    outcomes.sort_by_key(|outcome| (outcome.situation, !outcome.decision.permitted()));
    if outcomes.iter().any(|outcome| outcome.decision.permitted()) { outcomes } else { Vec::new() }
}

/// Whom or what this action can be asked of.
fn cases(action: Action) -> Vec<(&'static str, Resource, Facts)> {
    let things = [Resource::People, Resource::Worklist].into_iter().chain(Resource::THINGS);
    let things = things.map(|thing| (thing.name(), thing, Facts::default()));
    let people = people().into_iter().map(|(about, person, facts)| (about, Resource::Person(person), facts));
    people.chain(things).filter(|(_, resource, _)| resource.takes(action)).collect()
}

fn within(situation: Situation, facts: &Facts) -> Facts {
    let practice = facts.registered_practice.as_deref().unwrap_or(OWN);
    let without = |nothing| Cover::new([format!("gp:{practice}")].into(), nothing, 0);
    let glass = |reason| Some(Glass { reason, hours: 0 });
    match situation {
        Situation::Covered => facts.clone(),
        Situation::Withdrawn => Facts { cover: without(false), ..facts.clone() },
        // Whoever no source may tell of is not there.
        Situation::Uncovered => Facts { cover: without(true), known: false, ..facts.clone() },
        Situation::Unplanned => Facts { break_glass: glass(GlassReason::UnplannedCare), ..facts.clone() },
        Situation::Vital => Facts { break_glass: glass(GlassReason::VitalInterests), ..facts.clone() },
    }
}

fn put(outcomes: &mut Vec<Outcome>, situation: Situation, about: &'static str, decision: Decision) {
    let same = |outcome: &&mut Outcome| outcome.situation == situation && alike(&outcome.decision, &decision);
    match outcomes.iter_mut().find(same) {
        Some(outcome) => outcome.about.push(about),
        None => outcomes.push(Outcome { situation, about: vec![about], decision }),
    }
}

/// Whether two decisions say the same, of whomever.
fn alike(one: &Decision, other: &Decision) -> bool {
    let of = |decision: &Decision| {
        let outcome = (decision.permitted(), decision.known(), decision.masks().clone());
        (outcome, decision.rules().to_vec(), decision.reach().clone())
    };
    of(one) == of(other)
}
