//! No audit, no permit; and what is written cannot be changed unseen.

use model::{PersonId, Role};
use policy::{Action, Resource};
use sea_orm::{ConnectionTrait, Database};
use store::audit::{self, Filter};
use store::{Page, RequestError};

use crate::support::*;

on_both!(
    every_request_is_written_down_refusals_too,
    a_changed_row_breaks_the_chain,
    no_audit_no_permit,
    many_at_once_make_one_chain,
);

async fn every_request_is_written_down_refusals_too(f: Fixture) {
    publish(&f.store, 2).await;
    let gp = access("gina", Role::Gp);
    let permit = f.store.request(&gp, Action::OpenRecord, Resource::Person(PersonId(1))).await.unwrap();
    f.store.request(&gp, Action::OpenRecord, Resource::Person(PersonId(2))).await.unwrap_err();
    let lead = access("iga", Role::GovernanceLead);
    let search = f.store.request(&lead, Action::SearchAudit, Resource::Audit).await.unwrap();
    let (total, rows) = audit::search(&f.store, &search, &Filter::default(), Page::FIRST).await.unwrap();
    assert_eq!(total, 3, "the search itself is there too");
    let opened = &rows[2];
    assert_eq!(opened.id, permit.audit_id());
    assert_eq!(
        (opened.user.as_str(), opened.role.as_str(), opened.organisation.as_str()),
        ("gina", "gp", "E84001")
    );
    assert_eq!(
        (opened.action.as_str(), opened.person, opened.permitted),
        ("open_record", Some(PersonId(1)), true)
    );
    assert!(opened.sections.contains("problems") && opened.masks.is_empty(), "{opened:?}");
    assert!(opened.agreement_version.parse::<i64>().is_ok());
    assert_eq!(opened.rules, "gp-own-practice");
    assert_eq!((opened.purpose.as_str(), opened.correlation.as_str()), ("direct_care", "c1"));
    assert_eq!(opened.policy_version, f.store.rules().version());
    assert!((opened.at - now()).num_microseconds().unwrap().abs() < 1);
    let gina = || Filter { user: Some("gina".into()), ..Filter::default() };
    let count =
        async |filter: Filter| audit::search(&f.store, &search, &filter, Page::FIRST).await.unwrap().0;
    assert_eq!(count(Filter { permitted: Some(false), ..gina() }).await, 1);
    assert_eq!(count(Filter { person: Some(PersonId(2)), ..gina() }).await, 1);
    assert_eq!(count(gina()).await, 2);
    assert_eq!(count(Filter { from: Some(later(-1)), to: Some(later(1)), ..gina() }).await, 2);
    assert_eq!(count(Filter { from: Some(later(1)), ..Filter::default() }).await, 0);
    assert_eq!(count(Filter { action: Some("open_record".into()), ..Filter::default() }).await, 2);
    // Each search that gave rows about somebody is a row that names them.
    let shown = Filter { person: Some(PersonId(1)), user: Some("iga".into()), ..Filter::default() };
    assert_eq!(count(shown).await, 4);
    // The person sees who opened theirs, and who was shown that somebody did; nobody sees another's.
    let me = access("pat", Role::Person);
    let own = f.store.request(&me, Action::ViewOwnAccesses, Resource::Person(PersonId(1))).await.unwrap();
    let (total, rows) = audit::of_person(&f.store, &own, Page::FIRST).await.unwrap();
    let users: Vec<&str> = rows.iter().rev().map(|row| row.user.as_str()).collect();
    assert_eq!((total, users), (6, vec!["gina", "iga", "iga", "iga", "iga", "pat"]));
    assert!(rows.iter().all(|row| row.person == Some(PersonId(1)) || row.shown().contains(&PersonId(1))));
    assert!(audit::verify(&f.store).await.unwrap().is_ok());
    // A person's own list of rows is held against the rows themselves.
    let outside = Database::connect(&f.url).await.unwrap();
    outside.execute_unprepared("DELETE FROM audit_shown WHERE person_id = 1 AND row_id = 4").await.unwrap();
    let report = audit::inspect(&f.store, &[], &[]).await.unwrap();
    assert_eq!(report.findings, [audit::Finding::Unlisted { row: 4 }]);
}

async fn a_changed_row_breaks_the_chain(f: Fixture) {
    publish(&f.store, 6).await;
    for n in 1..=6 {
        let _ = f
            .store
            .request(&access("gina", Role::Gp), Action::OpenRecord, Resource::Person(PersonId(n)))
            .await;
    }
    assert_eq!(audit::verify(&f.store).await.unwrap(), Ok(6));
    let outside = Database::connect(&f.url).await.unwrap();
    let run = async |sql: &str| outside.execute_unprepared(sql).await.unwrap();
    run("UPDATE audit SET user_id = 'nobody' WHERE id = 3").await;
    assert_eq!(audit::verify(&f.store).await.unwrap(), Err(3));
    run("UPDATE audit SET user_id = 'gina' WHERE id = 3").await;
    assert_eq!(audit::verify(&f.store).await.unwrap(), Ok(6));
    run("DELETE FROM audit WHERE id = 6").await;
    assert_eq!(audit::verify(&f.store).await.unwrap(), Err(6), "cut off at the end");
    run("DELETE FROM audit WHERE id = 2").await;
    assert_eq!(audit::verify(&f.store).await.unwrap(), Err(2));
}

async fn no_audit_no_permit(f: Fixture) {
    publish(&f.store, 1).await;
    let outside = Database::connect(&f.url).await.unwrap();
    outside.execute_unprepared("DROP TABLE audit").await.unwrap();
    let asked =
        f.store.request(&access("gina", Role::Gp), Action::OpenRecord, Resource::Person(PersonId(1))).await;
    assert!(matches!(asked, Err(RequestError::Audit(_))));
}

async fn many_at_once_make_one_chain(f: Fixture) {
    publish(&f.store, 6).await;
    let mut asking = tokio::task::JoinSet::new();
    for n in 0..60_u32 {
        let store = f.store.clone();
        asking.spawn(async move {
            let resource = Resource::Person(PersonId(1 + n % 6));
            let _ = store.request(&access("gina", Role::Gp), Action::OpenRecord, resource).await;
        });
    }
    asking.join_all().await;
    assert_eq!(audit::verify(&f.store).await.unwrap(), Ok(60));
}
