//! The same questions asked of a store that was told of the same changes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use model::agreement::Change;
use model::{Objection, PersonId, Purpose, Role};
use policy::{Access, Action, Permit, Resource, UserId};
use store::identities::{self, Identity};
use store::people::{IndexedPerson, Query};
use store::sources::PublishedSource;
use store::team_care::Referred;
use store::teams::{Added, TeamKind};
use store::worklists::{Filter, WorklistRow};
use store::{
    Page, RequestError, Store, agreements, caseloads, generations, objections, organisations, people,
    proxies, team_care, teams, users, worklists,
};

use super::tables::{self, Answer};
use super::world::{Dice, PEOPLE, Step, TEAMS, World, published};
use super::{Question, how_many, resource};
use crate::support::*;

on_both!(the_store_answers_as_the_tables_say);

/// What is published of the world, and its users.
async fn begin(store: &Store, world: &World) {
    let mut writer = identities::begin(store.pipeline()).await.unwrap();
    let known = world.people.iter().flat_map(|who| who.sources.iter().map(move |source| (source, who.id)));
    let identity = |(source, id): (&String, u32)| Identity {
        source: source.clone(),
        source_person: id.to_string(),
        person: PersonId(id),
        rule: "nhs_number".into(),
        reason: "The same NHS number".into(),
        as_at: None,
        demographics_digest: 1,
    };
    writer.put(known.map(identity).collect()).await.unwrap();
    writer.commit().await.unwrap();
    let mut generation = generations::begin(store.pipeline()).await.unwrap();
    let indexed = world.people.iter().map(|who| IndexedPerson {
        practice: who.practice.into(),
        death_date: who.died.then(|| NaiveDate::from_ymd_opt(2026, 9, 1).unwrap()),
        ..person(who.id)
    });
    generation.people(indexed.collect()).await.unwrap();
    let rows = world
        .people
        .iter()
        .map(|who| WorklistRow { practice: who.practice.into(), ..row("frailty", who.id, 1) });
    generation.worklist(rows.collect()).await.unwrap();
    let source = |source| PublishedSource { source, planning: true, people: 1, events: 1 };
    generation.sources(published().into_iter().map(source).collect());
    generation.publish("{}", day(31), now()).await.unwrap();
    for user in &world.users {
        let account = users::User {
            id: UserId(user.id.clone()),
            name: user.id.clone(),
            role: user.role,
            organisation: user.organisation.into(),
            person: user.person.map(PersonId),
        };
        users::create(store, &account, "correct horse").await.unwrap();
    }
    for team in 0..TEAMS {
        let lead = who(world, Role::GovernanceLead, "QRV");
        let name = format!("team {team}");
        teams::make(store, &lead, &name, TeamKind::Neighbourhood, "QRV").await.unwrap();
    }
    for (organisation, practices) in &world.works_for {
        let practices: Vec<String> = practices.iter().map(|code| (*code).to_owned()).collect();
        organisations::set_practices(store, organisation, &practices).await.unwrap();
    }
}

fn who(world: &World, role: Role, organisation: &str) -> Access {
    let at = now() + (world.today - now().date_naive());
    Access { organisation: organisation.into(), at, ..access(role.name(), role) }
}

async fn leave(
    store: &Store,
    who: &Access,
    action: Action,
    resource: Resource,
) -> Result<Permit, RequestError> {
    store.request(who, action, resource).await
}

/// Leave to record something for a person; `None` when the lead may know of nobody of that number. The tables must say so too.
async fn for_person(store: &Store, world: &World, person: u32) -> Option<Permit> {
    let lead = world.users.iter().position(|user| user.role == Role::GovernanceLead).unwrap();
    let hidden = world.hidden(lead, Purpose::Governance);
    let question = Question {
        user: lead,
        purpose: Purpose::Governance,
        action: Action::RecordObjection,
        of: "person",
        person,
    };
    let answer = tables::decide(&question.case(world, Some(world.about(lead, person, &hidden)), &hidden));
    let asked = leave(store, &question.access(world), question.action, resource("person", person)).await;
    assert_eq!(asked.is_ok(), answer.permitted, "recording for person {person}");
    asked.ok()
}

/// Tells the store of a step before it happens in the tables; `false` when it cannot happen.
async fn tell(store: &Store, world: &World, step: &Step) -> bool {
    let change = |at: usize, change: Change, by: &'static str| (world.agreements[at].0.clone(), change, by);
    let reason = || "r".to_owned();
    let (id, change, by) = match step {
        Step::Signed(at, code) => {
            change(*at, Change::Signed { organisations: [(*code).to_owned()].into() }, code)
        }
        Step::Withdrawn(at, code) => {
            change(*at, Change::Withdrawn { organisation: (*code).into(), reason: reason() }, code)
        }
        Step::Suspended(at) => change(*at, Change::Suspended { reason: reason() }, ""),
        Step::Resumed(at) => change(*at, Change::Resumed, ""),
        Step::Ended(at) => change(*at, Change::Ended { reason: reason() }, ""),
        Step::Sharing(person, asked) => {
            let Some(permit) = for_person(store, world, *person).await else { return false };
            objections::set(store, &permit, &Objection::Sharing, *asked).await.unwrap();
            return true;
        }
        Step::Organisation(person, code, asked) => {
            let Some(permit) = for_person(store, world, *person).await else { return false };
            let objection = Objection::Organisation((*code).to_owned());
            objections::set(store, &permit, &objection, *asked).await.unwrap();
            return true;
        }
        Step::Proxy(user, person, since, until) => {
            let Some(permit) = for_person(store, world, *person).await else { return false };
            let user = UserId(world.users[*user].id.clone());
            assert!(proxies::set(store, &permit, &user, *since, *until).await.unwrap());
            return true;
        }
        Step::Caseload(user, person, on) => {
            let user = UserId(world.users[*user].id.clone());
            if *on {
                caseloads::assign(store, &user, &[PersonId(*person)], day(1)).await.unwrap();
            } else {
                caseloads::end(store, &user, PersonId(*person)).await.unwrap();
            }
            return true;
        }
        Step::Joined(..) | Step::Left(..) => return member(store, world, step).await,
        Step::Referred(team, person, until) => {
            let Some(gp) = referrer(store, world, *person).await else { return false };
            let (team, person) = (team_of(store, world, *team).await, PersonId(*person));
            let came = team_care::refer(store, &gp, person, team, "r", *until).await.unwrap();
            return came == Referred::Done;
        }
        Step::CareEnded(team, person) => {
            let Some(gp) = referrer(store, world, *person).await else { return false };
            let team = team_of(store, world, *team).await;
            return team_care::end(store, &gp, PersonId(*person), team, "r").await.unwrap();
        }
        Step::WorksFor(organisation, practices) => {
            let practices: Vec<String> = practices.iter().map(|code| (*code).to_owned()).collect();
            organisations::set_practices(store, organisation, &practices).await.unwrap();
            return true;
        }
        // What the tables make of these is told afterwards.
        Step::Agreed(_) | Step::Redrafted(_) | Step::Day => return true,
    };
    let action = if by.is_empty() { Action::ManageAgreements } else { Action::SignAgreement };
    let role = if by.is_empty() { Role::GovernanceLead } else { Role::Signatory };
    let permit = leave(store, &who(world, role, by), action, Resource::Agreements).await.unwrap();
    agreements::change(store, &permit, &id, change).await.is_ok()
}

/// Who is in a team: by the lead, who may always.
async fn member(store: &Store, world: &World, step: &Step) -> bool {
    let lead = who(world, Role::GovernanceLead, "QRV");
    let user = |user: &usize| UserId(world.users[*user].id.clone());
    match step {
        Step::Joined(team, one, since, until) => {
            let team = team_of(store, world, *team).await;
            let came = teams::add_member(store, &lead, team, &user(one), (*since, *until)).await.unwrap();
            assert!(matches!(came, Added::Done | Added::Already), "{came:?}");
            came == Added::Done
        }
        Step::Left(team, one) => {
            let team = team_of(store, world, *team).await;
            teams::end_member(store, &lead, team, &user(one)).await.unwrap()
        }
        other => panic!("{other:?} is not about who is in a team"),
    }
}

/// The number of one of the teams.
async fn team_of(store: &Store, world: &World, team: usize) -> i64 {
    let lead = who(world, Role::GovernanceLead, "QRV");
    let permit = leave(store, &lead, Action::ViewTeams, Resource::Teams).await.unwrap();
    let all = teams::all(store, &permit).await.unwrap();
    all.iter().find(|one| one.name == format!("team {team}")).unwrap().id
}

/// A GP of the person's practice, when they may refer them; the store and the tables agree whether.
async fn referrer(store: &Store, world: &World, person: u32) -> Option<Access> {
    let practice = world.someone(person).practice;
    let user = world.users.iter().position(|user| user.role == Role::Gp && user.organisation == practice)?;
    let purpose = Purpose::DirectCare;
    let question = Question { user, purpose, action: Action::ReferToTeam, of: "person", person };
    let hidden = world.hidden(user, purpose);
    let answer = tables::decide(&question.case(world, Some(world.about(user, person, &hidden)), &hidden));
    let access = question.access(world);
    let asked = leave(store, &access, question.action, resource("person", person)).await;
    assert_eq!(asked.is_ok(), answer.permitted, "referring person {person}");
    answer.permitted.then_some(access)
}

/// Tells the store of terms that the tables have made.
async fn tell_terms(store: &Store, world: &World, step: &Step) {
    match step {
        Step::Agreed(at) => {
            let (id, deal) = &world.agreements[*at];
            let signed = deal.signed.iter().map(|code| (*code).to_owned()).collect();
            let at = who(world, Role::GovernanceLead, "QRV").at;
            agreements::record(store.pipeline(), id, deal.terms(), signed, at).await.unwrap();
        }
        Step::Redrafted(at) => {
            let (id, deal) = &world.agreements[*at];
            let lead = who(world, Role::GovernanceLead, "QRV");
            let permit = leave(store, &lead, Action::ManageAgreements, Resource::Agreements).await.unwrap();
            let change = Change::Drafted { terms: deal.terms() };
            agreements::change(store, &permit, id, change).await.unwrap().unwrap();
        }
        _ => {}
    }
}

/// One question, and what came of it.
async fn ask(store: &Store, world: &World, question: &Question) {
    let hidden = world.hidden(question.user, question.purpose);
    let about = (question.of == "person").then(|| world.about(question.user, question.person, &hidden));
    let case = question.case(world, about, &hidden);
    let answer: Answer = tables::decide(&case);
    let access = question.access(world);
    let asked = store.request(&access, question.action, resource(question.of, question.person)).await;
    match asked {
        Ok(permit) => {
            assert!(answer.permitted, "{case:?}: the store permits it");
            let withheld: BTreeSet<&str> = permit.masks().iter().map(|section| section.name()).collect();
            assert_eq!(withheld, answer.withheld, "{case:?}");
            let cover: BTreeSet<String> = permit.cover().hidden().map(str::to_owned).collect();
            assert_eq!(cover, hidden, "{case:?}: what agreements leave out on {}", world.today);
            let listed = ["people", "worklist"].contains(&question.of);
            // Nobody has broken a glass here, so that nobody is on the list of those to whom it was.
            if answer.permitted && listed && question.action != Action::ListBrokenGlass {
                let on_list = lists(store, &permit).await;
                assert_eq!(on_list, expected(world, question, &hidden), "{case:?}: who is on the list");
            }
        }
        Err(RequestError::Refused { known, .. }) => {
            assert!(!answer.permitted, "{case:?}: the store refuses it");
            assert_eq!(known, answer.known, "{case:?}: whether they may know of them");
        }
        Err(other) => panic!("{case:?}: {other}"),
    }
}

/// Whom the store gives on a list of this permit.
async fn lists(store: &Store, permit: &Permit) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    match permit.action() {
        Action::FindPerson => {
            for id in 1..=PEOPLE {
                let query = Query { nhs_number: number(id).unwrap().to_string(), ..Query::default() };
                found.extend(
                    people::search(store, permit, &query).await.unwrap().iter().map(|hit| hit.person.0),
                );
            }
        }
        Action::ListWorklist => {
            let filter = Filter { worklist: "frailty".into(), ..Filter::default() };
            let (total, rows) = worklists::list(store, permit, &filter, Page::FIRST).await.unwrap();
            let counted = worklists::counts(store, permit).await.unwrap().first().map_or(0, |(_, n)| *n);
            assert_eq!((total, counted), (rows.len() as u64, rows.len() as u64), "what is counted is shown");
            found.extend(rows.iter().map(|row| row.who.person.0));
        }
        Action::ListTeam => {
            let (total, rows) = team_care::own(store, permit, Page::number(1, 500)).await.unwrap();
            assert_eq!(total, rows.len() as u64);
            found.extend(rows.iter().map(|row| row.who.person.0));
            assert_eq!(team_care::size(store, permit).await.unwrap(), found.len() as u64);
        }
        _ => {
            let (total, rows) = caseloads::own(store, permit, Page::FIRST).await.unwrap();
            assert_eq!(total, rows.len() as u64);
            found.extend(rows.iter().map(|row| row.who.person.0));
        }
    }
    found
}

/// Whom the tables have on it: a worklist, which is made of all data, has nobody of whom a source is left out.
fn expected(world: &World, question: &Question, hidden: &BTreeSet<String>) -> BTreeSet<u32> {
    let whole = |id: u32| world.someone(id).sources.iter().all(|source| !hidden.contains(source));
    (1..=PEOPLE)
        .filter(|id| {
            let about = world.about(question.user, *id, hidden);
            let listed = tables::listed(&question.case(world, None, hidden), &about);
            about.known && listed && (question.action != Action::ListWorklist || whole(*id))
        })
        .collect()
}

async fn the_store_answers_as_the_tables_say(f: Fixture) {
    let steps = how_many("WSIC_STEPS", 150);
    let mut dice = Dice(how_many("WSIC_SEED", 4));
    let mut world = World::new(&mut dice);
    begin(&f.store, &world).await;
    let (mut asked, mut changes) = (0, 0);
    for _ in 0..steps {
        let step = world.think(&mut dice);
        let told = tell(&f.store, &world, &step).await;
        let objects = matches!(
            step,
            Step::Sharing(..)
                | Step::Organisation(..)
                | Step::Proxy(..)
                | Step::Referred(..)
                | Step::CareEnded(..)
        );
        if told || !objects {
            let happened = world.happen(&step, &mut dice);
            let agreed = matches!(
                step,
                Step::Signed(..)
                    | Step::Joined(..)
                    | Step::Left(..)
                    | Step::Withdrawn(..)
                    | Step::Suspended(_)
                    | Step::Resumed(_)
                    | Step::Ended(_)
            );
            assert!(
                !agreed || told == happened,
                "{step:?}: the store and the tables disagree whether it can be"
            );
            changes += u32::from(happened);
        }
        tell_terms(&f.store, &world, &step).await;
        world.forget_ended();
        for _ in 0..12 {
            ask(&f.store, &world, &Question::think(&world, &mut dice)).await;
            asked += 1;
        }
    }
    println!("{asked} questions of the store, {changes} changes between them");
    assert!(asked > steps * 10 && changes > 0);
    assert!(store::audit::verify(&f.store).await.unwrap().is_ok());
}
