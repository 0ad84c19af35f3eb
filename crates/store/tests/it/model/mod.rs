//! Random cases in a world that changes between them, decided twice: by the rules, and by plain tables written independently of
//! them ([`tables`]). They must never disagree.
//!
//! Two tests. In bulk [`policy::decide`] is asked with what is so in the world; `WSIC_CASES=1000000` says how many cases. Then the
//! store is asked the whole way, its own reading of agreements, objections, proxies and caseloads included, and its lists are
//! held against the tables person by person; `WSIC_STEPS` says how many changes.

mod tables;
mod through_the_store;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use model::{PersonId, Purpose, Role};
use policy::{Access, Action, Cover, Decision, Facts, Resource, Rules, UserId, decide};
use tables::{ASKED_OF, About, Answer, Case, MAY, MAY_NOT, WITHHELD};
use world::{Dice, PEOPLE, World, published};

use crate::support::now;

/// How many, or what a variable of the environment says.
fn how_many(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

fn resource(of: &str, person: u32) -> Resource {
    match of {
        "person" => Resource::Person(PersonId(person)),
        "people" => Resource::People,
        "worklist" => Resource::Worklist,
        "marts" => Resource::Marts,
        "feeds" => Resource::Feeds,
        "audit" => Resource::Audit,
        "agreements" => Resource::Agreements,
        "linkage" => Resource::Linkage,
        "rules" => Resource::Rules,
        "teams" => Resource::Teams,
        other => panic!("no resource {other}"),
    }
}

fn usual_purpose(role: Role) -> Purpose {
    match role {
        Role::Gp | Role::CareCoordinator | Role::TeamMember => Purpose::DirectCare,
        Role::Commissioner => Purpose::Planning,
        Role::GovernanceLead | Role::Signatory => Purpose::Governance,
        Role::Person => Purpose::OwnCare,
    }
}

/// A question that somebody of the world may ask.
struct Question {
    user: usize,
    purpose: Purpose,
    action: Action,
    of: &'static str,
    person: u32,
}

impl Question {
    /// Mostly what the user's role is there for, on what the action is for; sometimes anything on anything.
    fn think(world: &World, dice: &mut Dice) -> Self {
        let user = dice.below(world.users.len());
        let role = world.users[user].role;
        let purpose = if dice.below(12) == 0 { dice.one(&Purpose::ALL) } else { usual_purpose(role) };
        let own: Vec<Action> = Action::ALL.into_iter().filter(|action| is_for(role, *action)).collect();
        let action = if dice.below(4) == 0 { dice.one(&Action::ALL) } else { dice.one(&own) };
        let fitting: Vec<&str> = ASKED_OF
            .iter()
            .filter(|(_, actions)| tables::among(action.name(), actions))
            .map(|(of, _)| *of)
            .collect();
        let any = dice.below(30) == 0 || fitting.is_empty();
        let of = if any { ASKED_OF[dice.below(ASKED_OF.len())].0 } else { dice.one(&fitting) };
        // Now and then nobody's number; the user themselves oftener than chance.
        let own = world.users[user].person.filter(|_| dice.below(3) == 0);
        let person = own.unwrap_or(1 + dice.below(PEOPLE as usize + 1) as u32);
        Self { user, purpose, action, of, person }
    }

    fn access(&self, world: &World) -> Access {
        let user = &world.users[self.user];
        Access {
            user: UserId(user.id.clone()),
            display_name: user.id.clone(),
            role: user.role,
            organisation: user.organisation.into(),
            purpose: self.purpose,
            reason: None,
            correlation: "model".into(),
            session: String::new(),
            at: now() + (world.today - now().date_naive()),
            person: user.person.map(PersonId),
        }
    }

    /// The question in the words of the tables; `hidden` are the sources that the user may not be shown.
    fn case(&self, world: &World, about: Option<About>, hidden: &BTreeSet<String>) -> Case<'static> {
        let user = &world.users[self.user];
        Case {
            role: user.role.name(),
            purpose: self.purpose.name(),
            action: self.action.name(),
            of: self.of,
            has_organisation: !user.organisation.is_empty(),
            has_person: user.person.is_some(),
            has_agreement: hidden.len() < published().len(),
            about,
        }
    }
}

fn is_for(role: Role, action: Action) -> bool {
    MAY.iter().any(|(roles, _, actions, _)| {
        tables::among(role.name(), roles) && tables::among(action.name(), actions)
    })
}

/// Where two answers differ; blank when they do not.
fn differs(answer: &Answer, decision: &Decision, hidden: &BTreeSet<String>) -> String {
    let withheld: BTreeSet<&str> = decision.masks().iter().map(|section| section.name()).collect();
    let cover: BTreeSet<String> = decision.cover().hidden().map(str::to_owned).collect();
    let mut said = String::new();
    for (what, ours, theirs) in [
        ("permitted", answer.permitted.to_string(), decision.permitted().to_string()),
        ("known", answer.known.to_string(), decision.known().to_string()),
        ("withheld", format!("{:?}", answer.withheld), format!("{withheld:?}")),
        ("hidden", format!("{hidden:?}"), format!("{cover:?}")),
    ] {
        if ours != theirs {
            said += &format!(" {what}: the tables {ours}, the rules {theirs};");
        }
    }
    said
}

/// Whether a list that was decided on has a person, by the words of its conditions.
fn reached(decision: &Decision, about: &About) -> bool {
    let so = |name: &str| match name {
        "same_practice" => about.own_practice,
        "own_organisation_practice" => about.practice_of_organisation,
        "on_caseload" => about.on_caseload,
        "under_team" => about.under_team,
        "own_record" => about.is_user,
        "objects_to_sharing" => about.objects_to_sharing,
        "objects_to_organisation" => about.objects_to_organisation,
        "proxy" => about.acted_for,
        "deceased" => about.died,
        other => panic!("a list is made by `{other}`, which this test does not know"),
    };
    let any = |alternatives: &[Vec<policy::Condition>]| {
        alternatives.iter().any(|all| all.iter().all(|condition| so(condition.name())))
    };
    any(decision.reach().any_of()) && !any(decision.reach().none_of())
}

/// What the store would read: where somebody is registered as it is stored, whatever agreements hide of it.
fn facts(world: &World, question: &Question, about: &About, cover: &Cover) -> Facts {
    let own = world.users[question.user].organisation;
    let practice = world.people.get(question.person as usize - 1).map_or("", |who| who.practice);
    let works_for = world.works_for.get(own).is_some_and(|all| all.contains(practice));
    Facts {
        known: about.known,
        registered_practice: Some(practice.to_owned()).filter(|practice| about.known && !practice.is_empty()),
        practice_of_organisation: about.known && !practice.is_empty() && (practice == own || works_for),
        on_caseload: about.on_caseload,
        under_team: about.under_team,
        objects_to_sharing: about.objects_to_sharing,
        objects_to_organisation: about.objects_to_organisation,
        proxy: about.acted_for,
        deceased: about.died,
        // Whoever breaks a glass does so in a session; these users have none.
        break_glass: None,
        cover: cover.clone(),
    }
}

/// Sources hidden from a user for a purpose, with the cover that says so.
type Covers = BTreeMap<(usize, &'static str), (BTreeSet<String>, Cover)>;

fn cover<'a>(covers: &'a mut Covers, world: &World, question: &Question) -> &'a (BTreeSet<String>, Cover) {
    covers.entry((question.user, question.purpose.name())).or_insert_with(|| {
        let hidden = world.hidden(question.user, question.purpose);
        let nothing = hidden.len() == published().len();
        (hidden.clone(), Cover::new(hidden, nothing, 1))
    })
}

#[test]
fn random_cases_are_decided_as_the_tables_say() {
    let (rules, cases) = (Rules::built_in().unwrap(), how_many("WSIC_CASES", 50_000));
    let mut dice = Dice(how_many("WSIC_SEED", 4));
    let mut world = World::new(&mut dice);
    let (mut changes, mut permitted, mut listed) = (0_u64, 0_u64, 0_u64);
    let (mut wrong, mut lines, mut covers) = (Vec::new(), BTreeSet::new(), Covers::new());
    let mut deciding = std::time::Duration::ZERO;
    let began = Instant::now();
    for n in 0..cases {
        if n.is_multiple_of(20) {
            let step = world.think(&mut dice);
            changes += u64::from(world.happen(&step, &mut dice));
            world.forget_ended();
            covers.clear();
        }
        let question = Question::think(&world, &mut dice);
        let (hidden, cover) = cover(&mut covers, &world, &question).clone();
        let about = (question.of == "person").then(|| world.about(question.user, question.person, &hidden));
        let case = question.case(&world, about, &hidden);
        let answer = tables::decide(&case);
        let facts = facts(&world, &question, &about.unwrap_or_default(), &cover);
        let (access, resource) = (question.access(&world), resource(question.of, question.person));
        let asked = Instant::now();
        let decision = decide(&rules, &access, question.action, resource, &facts);
        deciding += asked.elapsed();
        let mut said = differs(&answer, &decision, &hidden);
        if answer.permitted && ["people", "worklist"].contains(&question.of) {
            for person in 1..=PEOPLE {
                let about = world.about(question.user, person, &hidden);
                listed += 1;
                if about.known && tables::listed(&case, &about) != reached(&decision, &about) {
                    said += &format!(" person {person} on the list;");
                }
            }
        }
        permitted += u64::from(answer.permitted);
        lines.extend(answer.lines.iter().copied());
        if !said.is_empty() {
            wrong.push(format!("{n}: {case:?}:{said} {:?}", decision.rules()));
        }
    }
    println!(
        "{cases} cases, {changes} changes between them, {listed} people of lists, {permitted} permitted, {} disagreements, \
         {:.1} s, of which {:.1} s deciding",
        wrong.len(),
        began.elapsed().as_secs_f64(),
        deciding.as_secs_f64()
    );
    assert!(wrong.is_empty(), "{}", wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n"));
    let all = MAY.len() + MAY_NOT.len() + WITHHELD.len();
    assert_eq!(lines.len(), all, "some line of the tables was never asked: {lines:?}");
    assert!(permitted > cases / 5 && permitted < cases * 4 / 5, "{permitted} of {cases} were permitted");
}
