use chrono::{DateTime, Utc};
use model::{PersonId, Purpose, Role};
use policy::{Access, Action, Condition, Facts, Permit, Resource, Rules, Section, UserId, decide};

pub const PERSON: PersonId = PersonId(7);

pub fn access(role: Role, purpose: Purpose) -> Access {
    Access {
        user: UserId("someone".into()),
        display_name: "Some One".into(),
        role,
        organisation: if role == Role::Person { String::new() } else { "E84002".into() },
        purpose,
        reason: None,
        correlation: "c".into(),
        session: String::new(),
        at: DateTime::<Utc>::UNIX_EPOCH,
        person: (role == Role::Person).then_some(PERSON),
    }
}

pub fn stranger() -> Facts {
    Facts { known: true, registered_practice: Some("E84999".into()), ..Facts::default() }
}

pub fn same_practice() -> Facts {
    Facts { registered_practice: Some("E84002".into()), practice_of_organisation: true, ..stranger() }
}

fn open(role: Role, facts: &Facts) -> policy::Decision {
    let rules = Rules::built_in().unwrap();
    decide(&rules, &access(role, Purpose::DirectCare), Action::OpenRecord, Resource::Person(PERSON), facts)
}

#[test]
fn a_gp_opens_their_own_practices_people_and_no_others() {
    let decision = open(Role::Gp, &same_practice());
    assert!(decision.permitted());
    assert_eq!(decision.rules(), ["gp-own-practice"]);
    let refused = open(Role::Gp, &stranger());
    assert!(!refused.permitted());
    assert!(!refused.known(), "a stranger reads as nobody");
    assert!(Permit::issue(access(Role::Gp, Purpose::DirectCare), refused, 1).is_err());
}

#[test]
fn someone_who_is_not_there_reads_as_a_stranger() {
    for role in [Role::Gp, Role::CareCoordinator, Role::Commissioner, Role::GovernanceLead] {
        let nobody = open(role, &Facts::default());
        assert_eq!(nobody, open(role, &stranger()));
        let objects = open(role, &Facts { objects_to_sharing: true, ..stranger() });
        assert_eq!((nobody.sentence(), nobody.known()), (objects.sentence(), objects.known()));
    }
    let rumour = Facts { known: false, ..same_practice() };
    assert!(!open(Role::Gp, &rumour).permitted());
}

#[test]
fn a_coordinator_may_find_but_not_open_a_person_off_their_caseload() {
    let refused = open(Role::CareCoordinator, &same_practice());
    assert!(!refused.permitted() && refused.known());
    let facts = Facts { on_caseload: true, ..same_practice() };
    let decision = open(Role::CareCoordinator, &facts);
    assert!(decision.permitted());
    assert!(decision.masks().contains(&Section::Costs));
}

#[test]
fn an_objection_forbids_over_a_permit_and_masks_for_the_practice() {
    let facts = Facts { on_caseload: true, objects_to_sharing: true, ..same_practice() };
    let refused = open(Role::CareCoordinator, &facts);
    assert!(!refused.permitted());
    assert_eq!(refused.rules(), ["objection-coordinator"]);
    let decision = open(Role::Gp, &facts);
    assert!(decision.permitted());
    assert!(decision.masks().contains(&Section::MentalHealth) && !decision.masks().contains(&Section::Gp));
    assert!(decision.mask_reasons().iter().all(|(_, why)| why.contains("asked")));
}

#[test]
fn who_acts_for_no_organisation_or_is_nobody_is_refused_in_the_same_words_whoever_is_asked_for() {
    let rules = Rules::built_in().unwrap();
    let mut gp = access(Role::Gp, Purpose::DirectCare);
    gp.organisation.clear();
    let facts = Facts { registered_practice: Some(String::new()), ..same_practice() };
    for resource in [Resource::Person(PERSON), Resource::People] {
        let decision = decide(&rules, &gp, Action::FindPerson, resource, &facts);
        assert!(!decision.permitted());
        assert_eq!(decision.rules(), ["no-organisation"]);
        assert!(decision.known() && decision.sentence().contains("acts for no organisation"));
    }
    let mut nobody = access(Role::Person, Purpose::OwnCare);
    nobody.person = None;
    let proxy = Facts { proxy: true, ..stranger() };
    let decision = decide(&rules, &nobody, Action::OpenOwnRecord, Resource::Person(PERSON), &proxy);
    assert_eq!((decision.permitted(), decision.rules()), (false, &["no-person".to_owned()][..]));
}

#[test]
fn the_purpose_counts() {
    let rules = Rules::built_in().unwrap();
    for purpose in Purpose::ALL.into_iter().filter(|p| *p != Purpose::DirectCare) {
        let gp = access(Role::Gp, purpose);
        let decision = decide(&rules, &gp, Action::OpenRecord, Resource::Person(PERSON), &same_practice());
        assert!(!decision.permitted(), "{}", purpose.name());
    }
}

#[test]
fn a_list_is_decided_by_class_and_becomes_a_filter() {
    let rules = Rules::built_in().unwrap();
    let facts = Facts::default();
    let gp = access(Role::Gp, Purpose::DirectCare);
    let list = decide(&rules, &gp, Action::ListWorklist, Resource::Worklist, &facts);
    assert!(list.permitted());
    assert_eq!(list.reach().any_of(), [vec![Condition::SamePractice]]);
    let coordinator = access(Role::CareCoordinator, Purpose::DirectCare);
    let list = decide(&rules, &coordinator, Action::ListWorklist, Resource::Worklist, &facts);
    assert_eq!(
        list.reach().to_string(),
        "on_caseload or under_team but not objects_to_sharing or objects_to_organisation"
    );
    let find = decide(&rules, &coordinator, Action::FindPerson, Resource::People, &facts);
    assert_eq!(find.reach().to_string(), "own_organisation_practice or on_caseload or under_team");
    let member = access(Role::TeamMember, Purpose::DirectCare);
    for (action, reach) in [
        (Action::ListTeam, "under_team but not objects_to_sharing or objects_to_organisation"),
        (Action::ListBrokenGlass, "under_team"),
    ] {
        let list = decide(&rules, &member, action, Resource::Worklist, &facts);
        assert_eq!(list.reach().to_string(), reach, "{}", action.name());
    }
}

#[test]
fn a_member_of_a_team_opens_whom_the_team_looks_after_and_nobody_else() {
    let under = Facts { under_team: true, ..stranger() };
    let opened = open(Role::TeamMember, &under);
    assert!(opened.permitted() && opened.masks().contains(&Section::Costs));
    assert_eq!(opened.rules(), ["team-care", "coordinator-no-costs"]);
    let stranger_to_all = open(Role::TeamMember, &stranger());
    assert!(!stranger_to_all.permitted() && !stranger_to_all.known());
    for (against, rule) in [
        (Facts { objects_to_sharing: true, ..under.clone() }, "objection-coordinator"),
        (Facts { objects_to_organisation: true, ..under.clone() }, "choice-organisation"),
    ] {
        assert_eq!(open(Role::TeamMember, &against).rules(), [rule]);
    }
    assert!(!open(Role::Gp, &under).permitted(), "a GP has their own practice's people");
    let rules = Rules::built_in().unwrap();
    let refers = |role, facts: &Facts| {
        let who = access(role, Purpose::DirectCare);
        decide(&rules, &who, Action::ReferToTeam, Resource::Person(PERSON), facts).permitted()
    };
    assert!(refers(Role::Gp, &same_practice()) && !refers(Role::Gp, &under));
    assert!(refers(Role::TeamMember, &under) && !refers(Role::TeamMember, &same_practice()));
}

#[test]
fn an_action_is_asked_of_its_own_resource() {
    let rules = Rules::built_in().unwrap();
    let gp = access(Role::Gp, Purpose::DirectCare);
    assert!(!decide(&rules, &gp, Action::OpenRecord, Resource::People, &same_practice()).permitted());
    let lead = access(Role::GovernanceLead, Purpose::Governance);
    assert!(
        !decide(&rules, &lead, Action::SearchAudit, Resource::Person(PERSON), &same_practice()).permitted()
    );
}

#[test]
fn a_person_may_keep_one_organisation_from_their_record() {
    let facts = Facts { objects_to_organisation: true, ..same_practice() };
    let refused = open(Role::Gp, &facts);
    assert!(!refused.permitted());
    assert_eq!(refused.rules(), ["choice-organisation"]);
    assert!(refused.sentence().contains("asked that this organisation does not see"));
}

#[test]
fn a_proxy_opens_the_record_they_act_for_until_the_person_has_died() {
    let rules = Rules::built_in().unwrap();
    let who = access(Role::Person, Purpose::OwnCare);
    let other = Resource::Person(PersonId(PERSON.0 + 1));
    let ask = |action, facts: &Facts| decide(&rules, &who, action, other, facts).permitted();
    let proxy = Facts { proxy: true, ..stranger() };
    assert!(ask(Action::OpenOwnRecord, &proxy));
    assert!(!ask(Action::ChooseSharing, &proxy), "choices are the person's own");
    assert!(!ask(Action::OpenOwnRecord, &stranger()));
    assert!(!ask(Action::OpenOwnRecord, &Facts { deceased: true, ..proxy }));
}

#[test]
fn without_an_agreement_nobody_is_found_listed_opened_or_counted() {
    let rules = Rules::built_in().unwrap();
    let cover = policy::Cover::new(["gp:E84002".to_owned()].into(), true, 3);
    let facts = Facts { cover, ..same_practice() };
    let gp = access(Role::Gp, Purpose::DirectCare);
    let person = Resource::Person(PERSON);
    for (action, resource) in [
        (Action::FindPerson, Resource::People),
        (Action::ListWorklist, Resource::Worklist),
        (Action::OpenRecord, person),
        (Action::ViewLinkage, person),
    ] {
        let refused = decide(&rules, &gp, action, resource, &facts);
        assert_eq!((refused.permitted(), refused.rules()), (false, &["no-agreement".to_owned()][..]));
        assert!(refused.sentence().starts_with("No agreement in force"));
        let nobody = Facts { cover: facts.cover.clone(), ..Facts::default() };
        assert_eq!(refused, decide(&rules, &gp, action, resource, &nobody), "in the same words for nobody");
    }
    let planner = access(Role::Commissioner, Purpose::Planning);
    let refused = decide(&rules, &planner, Action::ViewBudget, Resource::Marts, &facts);
    assert_eq!(refused.rules(), ["no-agreement-planning"]);
    assert!(decide(&rules, &planner, Action::ViewCoverage, Resource::Agreements, &facts).permitted());
}

#[test]
fn a_practice_whose_agreement_has_ended_does_not_know_who_is_registered_there() {
    let cover = policy::Cover::new(["gp:E84002".to_owned()].into(), false, 3);
    let refused = open(Role::Gp, &Facts { cover: cover.clone(), ..same_practice() });
    assert!(!refused.permitted() && !refused.known());
    let elsewhere = policy::Cover::new(["gp:E84003".to_owned()].into(), false, 3);
    assert!(open(Role::Gp, &Facts { cover: elsewhere, ..same_practice() }).permitted());
}

#[test]
fn what_agreements_leave_out_goes_with_the_permit() {
    let cover = policy::Cover::new(["gp:E84002".to_owned()].into(), false, 3);
    let rules = Rules::built_in().unwrap();
    let gp = access(Role::Gp, Purpose::DirectCare);
    let facts = Facts { cover: cover.clone(), ..Facts::default() };
    let decision = decide(&rules, &gp, Action::FindPerson, Resource::People, &facts);
    assert_eq!(Permit::issue(gp, decision, 1).unwrap().cover(), &cover);
    assert!(cover.hides_practice("E84002") && !cover.hides_practice("E84003"));
}
