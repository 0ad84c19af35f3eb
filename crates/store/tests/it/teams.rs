//! A team's members see whom it looks after, from the first day of both to the last, and nobody else.

use chrono::{Days, NaiveDate};
use model::{Objection, PersonId, Role};
use policy::{Access, Action, Resource, UserId};
use store::team_care::{self, Referred};
use store::teams::{self, Added, TeamKind};
use store::{Page, RequestError, Store, StoreError, audit, objections};

use crate::support::*;

on_both!(
    a_member_sees_whom_the_team_looks_after_while_both_last,
    a_referral_and_a_membership_are_written_down_and_happen_once,
    a_person_reads_which_team_and_whose_staff,
);

pub fn today() -> NaiveDate {
    now().date_naive()
}

/// A team at E84001 with one team member of that organisation, for a month from yesterday.
pub async fn team(store: &Store, user: &str) -> i64 {
    add_user(store, user, Role::TeamMember).await;
    let lead = access("lead", Role::GovernanceLead);
    let team = teams::make(store, &lead, "Willesden team", TeamKind::Neighbourhood, "E84001").await.unwrap();
    let days = (today() - Days::new(1), today() + Days::new(30));
    let added = teams::add_member(store, &lead, team, &UserId(user.into()), days).await.unwrap();
    assert_eq!(added, Added::Done);
    team
}

fn gp() -> Access {
    access("gina", Role::Gp)
}

async fn refer(store: &Store, team: i64, person: u32) -> Referred {
    let until = today() + Days::new(10);
    team_care::refer(store, &gp(), PersonId(person), team, "Falls at home", until).await.unwrap()
}

async fn opens(store: &Store, who: &Access, person: u32) -> bool {
    store.request(who, Action::OpenRecord, Resource::Person(PersonId(person))).await.is_ok()
}

async fn list(store: &Store, who: &Access) -> Vec<(u32, String)> {
    let permit = store.request(who, Action::ListTeam, Resource::Worklist).await.unwrap();
    let (total, lines) = team_care::own(store, &permit, Page::FIRST).await.unwrap();
    assert_eq!((total, team_care::size(store, &permit).await.unwrap()), (lines.len() as u64, total));
    lines.into_iter().map(|line| (line.who.person.0, line.reason)).collect()
}

async fn a_member_sees_whom_the_team_looks_after_while_both_last(f: Fixture) {
    publish(&f.store, 5).await;
    let team = team(&f.store, "sam").await;
    let sam = access("sam", Role::TeamMember);
    assert!(!opens(&f.store, &sam, 1).await && list(&f.store, &sam).await.is_empty());
    assert_eq!(refer(&f.store, team, 1).await, Referred::Done);
    assert!(opens(&f.store, &sam, 1).await && !opens(&f.store, &sam, 3).await);
    assert_eq!(list(&f.store, &sam).await, [(1, "Falls at home".to_owned())]);
    let elsewhere = Access { organisation: "E84009".into(), ..sam.clone() };
    assert!(!opens(&f.store, &elsewhere, 1).await, "for the organisation they act for in the team");
    let outsider = Access { user: UserId("olga".into()), ..sam.clone() };
    assert!(!opens(&f.store, &outsider, 1).await && list(&f.store, &outsider).await.is_empty());
    let on = |days: u64| Access { at: now() + Days::new(days), ..sam.clone() };
    assert!(opens(&f.store, &on(10), 1).await && !opens(&f.store, &on(11), 1).await, "the last day of care");
    // Objections come before it, for the record and for the list.
    let lead = access("lead", Role::GovernanceLead);
    let recorded =
        f.store.request(&lead, Action::RecordObjection, Resource::Person(PersonId(1))).await.unwrap();
    objections::set(&f.store, &recorded, &Objection::Sharing, true).await.unwrap();
    assert!(!opens(&f.store, &sam, 1).await && list(&f.store, &sam).await.is_empty());
    objections::set(&f.store, &recorded, &Objection::Sharing, false).await.unwrap();
    // A member leaves; the team goes on.
    assert!(teams::end_member(&f.store, &lead, team, &UserId("sam".into())).await.unwrap());
    assert!(!opens(&f.store, &sam, 1).await);
    let days = (today(), today());
    let back = teams::add_member(&f.store, &lead, team, &UserId("sam".into()), days).await.unwrap();
    assert_eq!(back, Added::Done);
    assert!(opens(&f.store, &sam, 1).await && !opens(&f.store, &on(1), 1).await, "the last day in the team");
    assert!(team_care::end(&f.store, &gp(), PersonId(1), team, "Well again").await.unwrap());
    assert!(!opens(&f.store, &sam, 1).await);
    assert!(audit::verify(&f.store).await.unwrap().is_ok());
}

async fn a_referral_and_a_membership_are_written_down_and_happen_once(f: Fixture) {
    publish(&f.store, 2).await;
    let team = team(&f.store, "sam").await;
    let lead = access("lead", Role::GovernanceLead);
    let days = (today(), today());
    let sam = UserId("sam".into());
    assert_eq!(teams::add_member(&f.store, &lead, team, &sam, days).await.unwrap(), Added::Already);
    assert_eq!(teams::add_member(&f.store, &lead, 999, &sam, days).await.unwrap(), Added::NoTeam);
    add_user(&f.store, "gina", Role::Gp).await;
    let gina = UserId("gina".into());
    assert_eq!(teams::add_member(&f.store, &lead, team, &gina, days).await.unwrap(), Added::NoUser);
    let refused = teams::make(&f.store, &gp(), "Mine", TeamKind::Multidisciplinary, "E84001").await;
    assert!(matches!(refused, Err(RequestError::Refused { .. })));
    assert_eq!(refer(&f.store, team, 1).await, Referred::Done);
    assert_eq!(refer(&f.store, team, 1).await, Referred::Already);
    assert_eq!(refer(&f.store, 999, 1).await, Referred::NoTeam);
    let until = today();
    let stranger = team_care::refer(&f.store, &gp(), PersonId(2), team, "Falls", until).await;
    assert!(matches!(stranger, Err(RequestError::Refused { known: false, .. })), "of another practice");
    let permit = f.store.request(&lead, Action::SearchAudit, Resource::Audit).await.unwrap();
    let filter = audit::Filter { action: Some("refer_to_team".into()), ..audit::Filter::default() };
    let (_, rows) = audit::search(&f.store, &permit, &filter, Page::FIRST).await.unwrap();
    let done: Vec<_> = rows.iter().filter(|row| row.permitted).collect();
    assert_eq!(done.len(), 1, "what did not happen left nothing");
    assert_eq!((done[0].person, done[0].reason.as_deref()), (Some(PersonId(1)), Some("Falls at home")));
    assert_eq!(done[0].subject, format!("referred to team {team}"));
    assert!(!team_care::end(&f.store, &gp(), PersonId(1), 999, "No").await.unwrap());
}

async fn a_person_reads_which_team_and_whose_staff(f: Fixture) {
    publish(&f.store, 2).await;
    let team = team(&f.store, "sam").await;
    refer(&f.store, team, 1).await;
    let own = access("pat", Role::Person);
    let permit = f.store.request(&own, Action::OpenOwnRecord, Resource::Person(PersonId(1))).await.unwrap();
    let teams = team_care::of_person(&f.store, &permit).await.unwrap();
    assert_eq!(teams.len(), 1);
    assert_eq!(
        (teams[0].name.as_str(), teams[0].organisations.as_slice()),
        ("Willesden team", &["E84001".to_owned()][..])
    );
    let wrong = f.store.request(&own, Action::ViewOwnAccesses, Resource::Person(PersonId(1))).await.unwrap();
    assert!(matches!(team_care::of_person(&f.store, &wrong).await, Err(StoreError::WrongPermit)));
}
