//! The pages about teams with sample data. Nobody in them is real.

use care::teams::TeamsOf;
use model::{PersonId, Sex};
use policy::UserId;
use store::people::PersonHit;
use store::team_care::{CareOfTeam, UnderCare};
use store::teams::{Member, Team, TeamKind};

use super::samples::{day, names, record, shared};
use super::{team_care, teams};
use crate::forms::Errors;
use crate::page::Page;

pub(super) fn care() -> CareOfTeam {
    CareOfTeam {
        team: 12,
        name: "Willesden neighbourhood team".into(),
        since: day(2026, 10, 2),
        until: day(2027, 4, 1),
        reason: "Fell twice at home; lives alone".into(),
        referred_by: "Dr Demo".into(),
        organisations: vec!["E09000005".into(), "E84013".into()],
    }
}

fn team(id: i64, name: &str) -> Team {
    let kind = if id == 12 { TeamKind::Neighbourhood } else { TeamKind::Multidisciplinary };
    Team { id, name: name.into(), kind, organisation: "E84013".into(), members: 2 }
}

fn under_care() -> UnderCare {
    let who = PersonHit {
        person: PersonId(4711),
        nhs_number: None,
        family_name: "Okonkwo".into(),
        given_name: "Ada".into(),
        birth_date: Some(day(1941, 3, 9)),
        death_date: None,
        sex: Sex::Female,
        postcode: "HA9 9ZZ".into(),
        practice: "E84013".into(),
        on_caseload: false,
    };
    let CareOfTeam { name, since, until, reason, referred_by, .. } = care();
    UnderCare { who, team: name, since, until, reason, referred_by }
}

fn member(name: &str, role: &str, until: chrono::NaiveDate) -> Member {
    Member {
        user: UserId(name.to_lowercase()),
        name: name.into(),
        role: role.into(),
        organisation: "E84013".into(),
        since: day(2026, 9, 1),
        until,
    }
}

pub(super) fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    let list = |lines: Vec<UnderCare>| team_care::TeamListPage {
        total: lines.len() as u64,
        lines,
        page: 1,
        as_at: day(2026, 11, 19),
        names: names(),
    };
    let of_person = |care: Vec<CareOfTeam>, errors| team_care::PersonTeamsPage {
        person: PersonId(4711),
        teams: TeamsOf {
            shared: shared(record(), Vec::new()),
            care,
            all: vec![team(12, "Willesden neighbourhood team"), team(13, "Frailty meeting")],
        },
        typed: team_care::Typed { team: "12".into(), reason: String::new(), until: "2027-04-01".into() },
        errors,
        csrf: "t".into(),
        names: names(),
    };
    let mut errors = Errors::default();
    errors.add("ended", "Enter why the team's care ends");
    let every = |may_change, teams| teams::TeamsPage {
        teams,
        may_change,
        typed: teams::TypedTeam::default(),
        errors: Errors::default(),
        csrf: "t".into(),
        names: names(),
    };
    let one = |may_change| teams::TeamPage {
        team: team(12, "Willesden neighbourhood team"),
        members: vec![
            member("Amina Yusuf", "team_member", day(2027, 8, 31)),
            member("Demo Coordinator", "care_coordinator", day(2026, 9, 30)),
        ],
        today: day(2026, 11, 20),
        may_change,
        typed: teams::TypedMember::default(),
        errors: Errors::default(),
        csrf: "t".into(),
        names: names(),
    };
    let both = || vec![team(12, "Willesden neighbourhood team"), team(13, "Frailty meeting")];
    vec![
        ("team", Box::new(list(vec![under_care()]))),
        ("team-nobody", Box::new(list(Vec::new()))),
        ("person-teams", Box::new(of_person(vec![care()], Errors::default()))),
        ("person-teams-wrong", Box::new(of_person(vec![care()], errors))),
        ("person-teams-none", Box::new(of_person(Vec::new(), Errors::default()))),
        ("teams", Box::new(every(true, both()))),
        ("teams-none", Box::new(every(false, Vec::new()))),
        ("team-members", Box::new(one(true))),
        ("team-members-read", Box::new(one(false))),
    ]
}
