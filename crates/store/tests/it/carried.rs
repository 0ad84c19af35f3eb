//! What holds for a person goes with their records, when two numbers are found to be one person's, and when they are found not to be.

use chrono::{DateTime, Days, NaiveDate, Utc};
use model::{Objection, PersonId, Role};
use policy::{Access, Action, Resource, UserId};
use store::history::{self, Moved, Why};
use store::identities::{self, Identity};
use store::{Store, caseloads, generations, objections, proxies, team_care};

use crate::support::*;
use crate::teams;

on_both!(
    what_holds_for_either_number_holds_for_the_one_that_stays,
    what_was_entered_for_the_one_that_goes_goes_with_it,
    the_number_that_stays_is_not_the_one_it_was_entered_for,
    of_two_proxies_the_days_that_both_have,
);

const ONE: PersonId = PersonId(1);
const OTHER: PersonId = PersonId(3);
const NEW: PersonId = PersonId(5);

fn identity(record: &str, person: PersonId) -> Identity {
    Identity {
        source: "gp:E84001".into(),
        source_person: record.into(),
        person,
        rule: "nhs_number".into(),
        reason: "The same NHS number".into(),
        as_at: None,
        demographics_digest: 1,
    }
}

/// The run finds that these records are of this person.
async fn moves(store: &Store, records: &[&str], former: PersonId, person: PersonId, why: Why, hour: i64) {
    let mut writer = identities::begin(store.pipeline()).await.unwrap();
    writer.put(records.iter().map(|record| identity(record, person)).collect()).await.unwrap();
    let moved = |record: &&str| Moved {
        source: "gp:E84001".into(),
        source_person: (*record).into(),
        at: later(hour * 60),
        person,
        former,
        why,
        reason: "r".into(),
    };
    history::add(&mut writer, records.iter().map(moved).collect()).await.unwrap();
    writer.commit().await.unwrap();
}

/// Persons 1, 3 and 5, all of E84001; records a and b are of 1, c of 3. Cora coordinates, Sam is in a team, Pat is a relative.
async fn begin(f: &Fixture) -> i64 {
    publish(&f.store, 5).await;
    let mut writer = identities::begin(f.store.pipeline()).await.unwrap();
    writer.put(vec![identity("a", ONE), identity("b", ONE), identity("c", OTHER)]).await.unwrap();
    writer.commit().await.unwrap();
    add_user(&f.store, "cora", Role::CareCoordinator).await;
    add_user(&f.store, "pat", Role::Person).await;
    teams::team(&f.store, "sam").await
}

fn lead() -> Access {
    access("lead", Role::GovernanceLead)
}

async fn object(store: &Store, person: PersonId, objection: &Objection, asked: bool, at: DateTime<Utc>) {
    let lead = Access { at, ..lead() };
    let permit = store.request(&lead, Action::RecordObjection, Resource::Person(person)).await.unwrap();
    assert!(objections::set(store, &permit, objection, asked).await.unwrap());
}

async fn acts(store: &Store, person: PersonId, since: NaiveDate, until: NaiveDate) {
    let permit = store.request(&lead(), Action::RecordObjection, Resource::Person(person)).await.unwrap();
    assert!(proxies::set(store, &permit, &UserId("pat".into()), since, until).await.unwrap());
}

async fn refer(store: &Store, person: PersonId, team: i64) {
    let gp = access("gina", Role::Gp);
    let until = teams::today() + Days::new(10);
    team_care::refer(store, &gp, person, team, "Falls", until).await.unwrap();
}

async fn may(store: &Store, who: &Access, action: Action, person: PersonId) -> bool {
    store.request(who, action, Resource::Person(person)).await.is_ok()
}

fn cora() -> Access {
    access("cora", Role::CareCoordinator)
}

fn sam() -> Access {
    access("sam", Role::TeamMember)
}

/// A letter for each who has a way to the person: their coordinator, their team, who acts for them.
async fn ways(store: &Store, person: PersonId) -> String {
    let mut ways = String::new();
    if may(store, &cora(), Action::OpenRecord, person).await {
        ways.push('c');
    }
    if may(store, &sam(), Action::OpenRecord, person).await {
        ways.push('t');
    }
    let pat = Access { person: Some(PersonId(2)), ..access("pat", Role::Person) };
    if may(store, &pat, Action::OpenOwnRecord, person).await {
        ways.push('p');
    }
    ways
}

async fn all_for(store: &Store, person: PersonId, team: i64) {
    caseloads::assign(store, &UserId("cora".into()), &[person], day(1)).await.unwrap();
    acts(store, person, day(1), teams::today() + Days::new(30)).await;
    refer(store, person, team).await;
}

async fn uncounted(store: &Store) -> Vec<u32> {
    objections::not_for_planning(store.pipeline()).await.unwrap().into_iter().map(|person| person.0).collect()
}

async fn what_holds_for_either_number_holds_for_the_one_that_stays(f: Fixture) {
    let team = begin(&f).await;
    all_for(&f.store, OTHER, team).await;
    object(&f.store, OTHER, &Objection::NationalOptOut, true, now()).await;
    assert_eq!((ways(&f.store, ONE).await, ways(&f.store, OTHER).await), (String::new(), "ctp".to_owned()));
    moves(&f.store, &["c"], OTHER, ONE, Why::Merged, 1).await;
    assert_eq!(ways(&f.store, ONE).await, "ctp");
    assert!(uncounted(&f.store).await.contains(&ONE.0), "the choice of either is the person's");
    // An objection of the one that stays comes before the care of the other.
    object(&f.store, ONE, &Objection::Sharing, true, later(120)).await;
    assert_eq!(ways(&f.store, ONE).await, "p");
}

async fn what_was_entered_for_the_one_that_goes_goes_with_it(f: Fixture) {
    let team = begin(&f).await;
    all_for(&f.store, OTHER, team).await;
    object(&f.store, OTHER, &Objection::NationalOptOut, true, now()).await;
    object(&f.store, ONE, &Objection::Type1, true, now()).await;
    moves(&f.store, &["c"], OTHER, ONE, Why::Merged, 1).await;
    // While they are taken to be one: a choice, and an end of care.
    object(&f.store, ONE, &Objection::Planning, true, later(120)).await;
    let gp = access("gina", Role::Gp);
    assert!(team_care::end(&f.store, &gp, ONE, team, "Well again").await.unwrap());
    moves(&f.store, &["c"], ONE, NEW, Why::Parted, 3).await;
    assert_eq!((ways(&f.store, ONE).await, ways(&f.store, NEW).await), (String::new(), "cp".to_owned()));
    for (objection, one, new) in [
        (Objection::NationalOptOut, false, true),
        (Objection::Type1, true, false),
        // Whose it was nobody can tell.
        (Objection::Planning, true, true),
    ] {
        for (person, asked) in [(ONE, one), (NEW, new)] {
            let own = Access { person: Some(person), ..access("pat", Role::Person) };
            let permit =
                f.store.request(&own, Action::ViewOwnChoices, Resource::Person(person)).await.unwrap();
            let recorded = objections::of_person(&f.store, &permit).await.unwrap();
            let stands = recorded.iter().any(|recorded| recorded.objection == objection);
            assert_eq!(stands, asked, "{} of {person}", objection.name());
        }
    }
}

async fn the_number_that_stays_is_not_the_one_it_was_entered_for(f: Fixture) {
    let team = begin(&f).await;
    all_for(&f.store, ONE, team).await;
    moves(&f.store, &["c"], OTHER, ONE, Why::Merged, 1).await;
    // One record of two goes: what was entered for the number stays with it, and with the record that had it before.
    moves(&f.store, &["a"], ONE, PersonId(2), Why::Parted, 2).await;
    assert_eq!(ways(&f.store, ONE).await, "ctp");
    // The other goes too. The number is now that of the record that came to it, for which nobody entered anything.
    moves(&f.store, &["b"], ONE, NEW, Why::Parted, 3).await;
    assert_eq!((ways(&f.store, ONE).await, ways(&f.store, NEW).await), (String::new(), "ctp".to_owned()));
}

async fn of_two_proxies_the_days_that_both_have(f: Fixture) {
    begin(&f).await;
    let (early, late) = (teams::today() - Days::new(5), teams::today() + Days::new(5));
    acts(&f.store, ONE, early, late + Days::new(9)).await;
    acts(&f.store, OTHER, early - Days::new(9), late).await;
    moves(&f.store, &["c"], OTHER, ONE, Why::Merged, 1).await;
    let on = |at: NaiveDate| Access {
        at: now() + (at - teams::today()),
        person: Some(PersonId(2)),
        ..access("pat", Role::Person)
    };
    let day_after = late + Days::new(1);
    assert!(may(&f.store, &on(early), Action::OpenOwnRecord, ONE).await);
    assert!(may(&f.store, &on(late), Action::OpenOwnRecord, ONE).await);
    assert!(
        !may(&f.store, &on(day_after), Action::OpenOwnRecord, ONE).await,
        "the earlier of the two last days"
    );
    // Both had it, so that both have it.
    moves(&f.store, &["c"], ONE, NEW, Why::Parted, 2).await;
    assert!(may(&f.store, &on(early), Action::OpenOwnRecord, NEW).await);
    assert!(may(&f.store, &on(early), Action::OpenOwnRecord, ONE).await);
    let current = generations::current(&f.store).await.unwrap();
    assert!(current.is_some());
}
