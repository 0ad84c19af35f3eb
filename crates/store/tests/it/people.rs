//! Who may find, open and list whom, through the store.

use model::{Objection, PersonId, Role};
use policy::{Action, Permit, Resource, UserId};
use store::people::{Query, SearchError};
use store::worklists::Filter;
use store::{
    Page, RequestError, Store, StoreError, caseloads, decode_record, objections, organisations, people,
    records, worklists,
};

use crate::support::*;

on_both!(
    a_gp_finds_and_opens_their_own_practices_people,
    a_search_needs_enough_to_go_on,
    a_coordinator_opens_their_caseload,
    an_objection_holds_at_once,
    worklists_show_only_whom_the_viewer_may_see,
    a_permit_is_good_for_one_thing,
    nothing_published_is_nobody_known,
    a_person_opens_their_own_record,
);

async fn ask(store: &Store, role: Role, action: Action, resource: Resource) -> Result<Permit, RequestError> {
    let user = if role == Role::CareCoordinator { "cora" } else { "gina" };
    store.request(&access(user, role), action, resource).await
}

fn refused(result: Result<Permit, RequestError>) -> (String, bool) {
    match result.unwrap_err() {
        RequestError::Refused { sentence, known } => (sentence, known),
        other => panic!("{other}"),
    }
}

fn born(n: u32) -> Query {
    let who = person(n);
    Query { family_name: who.family_name, birth_date: who.birth_date, ..Query::default() }
}

async fn a_gp_finds_and_opens_their_own_practices_people(f: Fixture) {
    publish(&f.store, 6).await;
    let permit = ask(&f.store, Role::Gp, Action::FindPerson, Resource::People).await.unwrap();
    let by_number = Query { nhs_number: number(1).unwrap().to_string(), ..Query::default() };
    let hits = people::search(&f.store, &permit, &by_number).await.unwrap();
    assert_eq!(hits.iter().map(|hit| hit.person).collect::<Vec<_>>(), [PersonId(1)]);
    assert_eq!(hits[0].nhs_number, number(1));
    // Accents and case do not matter; people of other practices are not found.
    let mut query = Query { family_name: "SMITH".into(), ..born(3) };
    assert_eq!(people::search(&f.store, &permit, &query).await.unwrap().len(), 1);
    query.given_name = "given".into();
    query.postcode = "ha99ha".into();
    assert_eq!(people::search(&f.store, &permit, &query).await.unwrap().len(), 1);
    query.given_name = "other".into();
    assert!(people::search(&f.store, &permit, &query).await.unwrap().is_empty());
    assert!(people::search(&f.store, &permit, &born(2)).await.unwrap().is_empty());
    assert!(people::search(&f.store, &permit, &born(6)).await.unwrap().is_empty());
    let permit = ask(&f.store, Role::Gp, Action::OpenRecord, Resource::Person(PersonId(3))).await.unwrap();
    let body = records::open(&f.store, &permit).await.unwrap().unwrap();
    assert_eq!(decode_record(&body).unwrap(), record(3));
    for other in [2, 6, 99] {
        let (_, known) =
            refused(ask(&f.store, Role::Gp, Action::OpenRecord, Resource::Person(PersonId(other))).await);
        assert!(!known, "{other}");
    }
}

async fn a_search_needs_enough_to_go_on(f: Fixture) {
    publish(&f.store, 2).await;
    let permit = ask(&f.store, Role::Gp, Action::FindPerson, Resource::People).await.unwrap();
    let only_name = Query { family_name: "Okafor".into(), ..Query::default() };
    for query in [Query::default(), only_name, Query { family_name: "-".into(), ..born(1) }] {
        let error = people::search(&f.store, &permit, &query).await.unwrap_err();
        assert!(matches!(error, SearchError::TooLittle));
    }
    let wrong = Query { nhs_number: "999 000 0001".into(), ..Query::default() };
    let error = people::search(&f.store, &permit, &wrong).await.unwrap_err();
    assert_eq!(error.to_string(), "NHS number fails its check digit");
}

async fn a_coordinator_opens_their_caseload(f: Fixture) {
    publish(&f.store, 6).await;
    add_user(&f.store, "cora", Role::CareCoordinator).await;
    let cora = UserId("cora".into());
    organisations::set_practices(&f.store, "E84001", &["E84001".into(), "E84002".into()]).await.unwrap();
    caseloads::assign(&f.store, &cora, &[PersonId(2), PersonId(2)], day(1)).await.unwrap();
    let open = |n| ask(&f.store, Role::CareCoordinator, Action::OpenRecord, Resource::Person(PersonId(n)));
    assert!(records::open(&f.store, &open(2).await.unwrap()).await.unwrap().is_some());
    assert_eq!(refused(open(4).await), (COORDINATOR.into(), true));
    assert_eq!(refused(open(6).await), (COORDINATOR.into(), false));
    let permit = ask(&f.store, Role::CareCoordinator, Action::FindPerson, Resource::People).await.unwrap();
    let found = people::search(&f.store, &permit, &born(2)).await.unwrap();
    assert!(found[0].on_caseload);
    assert_eq!(people::search(&f.store, &permit, &born(4)).await.unwrap().len(), 1);
    assert!(people::search(&f.store, &permit, &born(6)).await.unwrap().is_empty());
    let permit =
        ask(&f.store, Role::CareCoordinator, Action::ListCaseload, Resource::Worklist).await.unwrap();
    let (total, all) = caseloads::own(&f.store, &permit, Page::FIRST).await.unwrap();
    assert_eq!((total, all[0].who.person, all[0].since), (1, PersonId(2), day(1)));
    caseloads::end(&f.store, &cora, PersonId(2)).await.unwrap();
    assert!(open(2).await.is_err());
}

const COORDINATOR: &str = "The rule is: A care coordinator may open the records of people on their own caseload. \
    A care coordinator or team member may find and open the records of people who are under the care of their own team.";

async fn an_objection_holds_at_once(f: Fixture) {
    publish(&f.store, 2).await;
    add_user(&f.store, "cora", Role::CareCoordinator).await;
    let cora = UserId("cora".into());
    caseloads::assign(&f.store, &cora, &[PersonId(2)], day(1)).await.unwrap();
    let record =
        || ask(&f.store, Role::GovernanceLead, Action::RecordObjection, Resource::Person(PersonId(2)));
    let permit = record().await.unwrap();
    assert!(objections::set(&f.store, &permit, &Objection::Sharing, true).await.unwrap());
    assert!(
        !objections::set(&f.store, &permit, &Objection::Sharing, true).await.unwrap(),
        "it stands already"
    );
    let open = || ask(&f.store, Role::CareCoordinator, Action::OpenRecord, Resource::Person(PersonId(2)));
    let (sentence, known) = refused(open().await);
    assert!(known && sentence.contains("has asked"), "{sentence}");
    let permit =
        ask(&f.store, Role::CareCoordinator, Action::ListWorklist, Resource::Worklist).await.unwrap();
    let filter = Filter { worklist: "frailty".into(), ..Filter::default() };
    assert_eq!(worklists::list(&f.store, &permit, &filter, Page::FIRST).await.unwrap().0, 0);
    assert!(objections::set(&f.store, &record().await.unwrap(), &Objection::Sharing, false).await.unwrap());
    assert!(open().await.is_ok());
    assert_eq!(worklists::list(&f.store, &permit, &filter, Page::FIRST).await.unwrap().0, 1);
}

async fn worklists_show_only_whom_the_viewer_may_see(f: Fixture) {
    publish(&f.store, 40).await;
    let permit = ask(&f.store, Role::Gp, Action::ListWorklist, Resource::Worklist).await.unwrap();
    let all = Filter { worklist: "frailty".into(), ..Filter::default() };
    let list = async |filter: &Filter, page| worklists::list(&f.store, &permit, filter, page).await.unwrap();
    let (total, first) = list(&all, Page::number(1, 10)).await;
    assert_eq!((total, first.len()), (20, 10));
    assert_eq!(first[0].who.person, PersonId(39), "heaviest first");
    let (_, second) = list(&all, Page::number(2, 10)).await;
    assert_eq!(second.last().unwrap().who.person, PersonId(1));
    assert!(first.iter().chain(&second).all(|line| line.who.practice == "E84001"));
    let narrow = |change: fn(&mut Filter)| {
        let mut filter = all.clone();
        change(&mut filter);
        filter
    };
    assert_eq!(list(&narrow(|f| f.practice = Some("E84002".into())), Page::FIRST).await.0, 0);
    assert_eq!(list(&narrow(|f| f.group = Some(1)), Page::FIRST).await.0, 4);
    assert_eq!(list(&narrow(|f| f.age_from = Some(77)), Page::FIRST).await.0, 0);
    assert_eq!(list(&narrow(|f| f.borough = Some("E09000005".into())), Page::FIRST).await.0, 20);
    assert_eq!(list(&narrow(|f| f.name = "okaf".into()), Page::FIRST).await.0, 7);
    assert_eq!(list(&narrow(|f| f.on_caseload = true), Page::FIRST).await.0, 0);
    assert_eq!(worklists::counts(&f.store, &permit).await.unwrap(), [("frailty".to_owned(), 20)]);
}

async fn a_permit_is_good_for_one_thing(f: Fixture) {
    publish(&f.store, 2).await;
    let find = ask(&f.store, Role::Gp, Action::FindPerson, Resource::People).await.unwrap();
    let open = ask(&f.store, Role::Gp, Action::OpenRecord, Resource::Person(PersonId(1))).await.unwrap();
    assert!(matches!(records::open(&f.store, &find).await, Err(StoreError::WrongPermit)));
    assert!(people::search(&f.store, &open, &born(1)).await.is_err());
    assert!(worklists::counts(&f.store, &open).await.is_err());
    assert!(caseloads::own(&f.store, &open, Page::FIRST).await.is_err());
    assert!(store::audit::of_person(&f.store, &open, Page::FIRST).await.is_err());
    assert!(store::feeds_ledger::status(&f.store, &open).await.is_err());
    assert!(store::agreements::all(&f.store, &open).await.is_err());
}

async fn nothing_published_is_nobody_known(f: Fixture) {
    let (_, known) =
        refused(ask(&f.store, Role::Gp, Action::OpenRecord, Resource::Person(PersonId(1))).await);
    assert!(!known);
    let permit = ask(&f.store, Role::Gp, Action::FindPerson, Resource::People).await.unwrap();
    assert!(people::search(&f.store, &permit, &born(1)).await.unwrap().is_empty());
}

async fn a_person_opens_their_own_record(f: Fixture) {
    publish(&f.store, 2).await;
    let me = |n| ask(&f.store, Role::Person, Action::OpenOwnRecord, Resource::Person(PersonId(n)));
    let permit = me(1).await.unwrap();
    assert!(records::open(&f.store, &permit).await.unwrap().is_some());
    assert!(permit.masks().contains(&policy::Section::Flags));
    assert!(!refused(me(2).await).1);
}
