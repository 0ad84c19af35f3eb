//! A glass is broken with its audit row, stays broken for its time and its session, and those who must know are told.

use chrono::{DateTime, Utc};
use model::{PersonId, Role};
use policy::{Access, Action, GLASS_HOURS, GlassReason, Resource, UserId};
use store::broken_glass::{self, Asking, Whose};
use store::outcomes::{self, Verdict};
use store::settings::SignInSettings;
use store::sign_in::{self, Knock};
use store::{Page, RequestError, Store, audit, caseloads, sessions, team_care};

use crate::support::*;
use crate::teams;

on_both!(
    a_broken_glass_opens_a_strangers_record_until_its_time_or_session_ends,
    nobody_and_a_wrong_date_of_birth_are_refused_and_written_down,
    the_practice_the_caseload_the_team_and_the_governance_lead_are_told,
);

/// A GP of E84001 signs in; people 2 and 4 are of E84002. Gives the session's token.
async fn signed_in(f: &Fixture) -> String {
    publish(&f.store, 4).await;
    add_user(&f.store, "gina", Role::Gp).await;
    let knock = Knock { address: "192.0.2.1", correlation: "c1", now: now() };
    let settings = SignInSettings::default();
    let gina = UserId("gina".into());
    sign_in::with_password(&f.store, &settings, &gina, "correct horse", &knock).await.unwrap().token
}

async fn ask(
    store: &Store,
    who: &Access,
    whose: Whose,
    ends: DateTime<Utc>,
) -> Result<PersonId, RequestError> {
    let (reason, words) = (GlassReason::UnplannedCare, "Collapsed in the street");
    broken_glass::break_glass(store, who, whose, Asking { reason, words, session_ends: ends }).await
}

fn typed(n: u32, day: u32) -> Whose {
    let birth_date = person(n).birth_date.unwrap() + chrono::Days::new(day.into());
    Whose::Typed { nhs_number: number(n).unwrap(), birth_date }
}

async fn a_broken_glass_opens_a_strangers_record_until_its_time_or_session_ends(f: Fixture) {
    let token = signed_in(&f).await;
    let session = sessions::token_hash(&token);
    let gina = |minutes| Access { at: later(minutes), session: session.clone(), ..access("gina", Role::Gp) };
    let opens = async |who: Access, n| {
        f.store.request(&who, Action::OpenRecord, Resource::Person(PersonId(n))).await.is_ok()
    };
    assert!(!opens(gina(0), 2).await);
    let found = ask(&f.store, &gina(1), typed(2, 0), later(600)).await.unwrap();
    assert_eq!(found, PersonId(2));
    assert!(opens(gina(2), 2).await && !opens(gina(2), 4).await, "one person's record, no other's");
    let other = Access { user: UserId("greta".into()), ..gina(2) };
    assert!(!opens(other, 2).await, "one user, no other");
    let second = Access { session: "another".into(), ..gina(2) };
    assert!(!opens(second, 2).await, "one session, no other of the same user");
    let elsewhere = Access { organisation: "E84009".into(), ..gina(2) };
    assert!(!opens(elsewhere, 2).await, "for the organisation for which it was broken");
    let hours = i64::from(GLASS_HOURS) * 60;
    assert!(opens(gina(hours), 2).await && !opens(gina(hours + 1), 2).await, "eight hours");
    // To the end of the session, when that is sooner.
    ask(&f.store, &gina(hours + 2), Whose::Person(PersonId(4)), later(hours + 4)).await.unwrap();
    assert!(opens(gina(hours + 3), 4).await && !opens(gina(hours + 4), 4).await);
    // Another glass, and then one signs out.
    ask(&f.store, &gina(3), Whose::Person(PersonId(4)), later(600)).await.unwrap();
    assert!(opens(gina(4), 4).await);
    sessions::sign_out(&f.store, &SignInSettings::default(), &token, "c1", later(5)).await.unwrap();
    assert!(!opens(gina(6), 4).await && !opens(gina(6), 2).await, "whole again");
    assert!(audit::verify(&f.store).await.unwrap().is_ok());
}

async fn nobody_and_a_wrong_date_of_birth_are_refused_and_written_down(f: Fixture) {
    let session = sessions::token_hash(&signed_in(&f).await);
    let gina = Access { session, ..access("gina", Role::Gp) };
    let own = ask(&f.store, &gina, Whose::Person(PersonId(1)), later(600)).await;
    assert!(
        matches!(own, Err(RequestError::Refused { known: true, sentence }) if sentence.contains("without an emergency"))
    );
    for whose in [typed(2, 1), typed(9, 0), Whose::Person(PersonId(99))] {
        let refused = ask(&f.store, &gina, whose, later(600)).await;
        assert!(matches!(refused, Err(RequestError::Refused { known: false, .. })), "{refused:?}");
    }
    let lead = access("lead", Role::GovernanceLead);
    let permit = f.store.request(&lead, Action::SearchAudit, Resource::Audit).await.unwrap();
    let filter = audit::Filter { action: Some("break_glass".into()), ..audit::Filter::default() };
    let (total, rows) = audit::search(&f.store, &permit, &filter, Page::FIRST).await.unwrap();
    assert_eq!(total, 4);
    assert!(rows.iter().all(|row| !row.permitted && row.reason.as_ref().unwrap().contains("Collapsed")));
    assert_eq!(broken_glass::queue(&f.store, &permit, Page::FIRST).await.unwrap(), (0, vec![]));
}

async fn the_practice_the_caseload_the_team_and_the_governance_lead_are_told(f: Fixture) {
    let session = sessions::token_hash(&signed_in(&f).await);
    let team = teams::team(&f.store, "sam").await;
    for (id, role) in [("cora", Role::CareCoordinator), ("gert", Role::Gp)] {
        add_user(&f.store, id, role).await;
    }
    caseloads::assign(&f.store, &UserId("cora".into()), &[PersonId(2)], day(1)).await.unwrap();
    let of_two = Access { organisation: "E84002".into(), ..access("gert", Role::Gp) };
    team_care::refer(&f.store, &of_two, PersonId(2), team, "Falls", later(60 * 24).date_naive())
        .await
        .unwrap();
    let gina = Access { session, ..access("gina", Role::Gp) };
    ask(&f.store, &gina, typed(2, 0), later(600)).await.unwrap();
    let told = async |who: Access| {
        let permit = f.store.request(&who, Action::ListBrokenGlass, Resource::Worklist).await.unwrap();
        let (total, lines) = broken_glass::told(&f.store, &permit, Page::FIRST).await.unwrap();
        assert_eq!(total as usize, lines.len());
        lines.into_iter().map(|(who, glass)| (who.person.0, glass.words)).collect::<Vec<_>>()
    };
    let line = vec![(2, "Collapsed in the street".to_owned())];
    assert_eq!(told(Access { organisation: "E84002".into(), ..access("gert", Role::Gp) }).await, line);
    assert_eq!(told(access("cora", Role::CareCoordinator)).await, line);
    assert_eq!(told(access("sam", Role::TeamMember)).await, line);
    assert!(told(access("gert", Role::Gp)).await.is_empty(), "another practice");
    let lead = access("lead", Role::GovernanceLead);
    let queue = async || {
        let permit = f.store.request(&lead, Action::SearchAudit, Resource::Audit).await.unwrap();
        broken_glass::queue(&f.store, &permit, Page::FIRST).await.unwrap()
    };
    let (waiting, lines) = queue().await;
    assert_eq!((waiting, lines.len()), (1, 1));
    let note = "Asked: an ambulance had been called";
    assert!(outcomes::record(&f.store, &lead, lines[0].row, Verdict::Explained, note).await.unwrap());
    let (waiting, lines) = queue().await;
    assert_eq!((waiting, lines[0].outcome.as_ref().unwrap().verdict), (0, Verdict::Explained));
    // The person reads it, in words.
    let own = access("pat", Role::Person);
    let own = Access { person: Some(PersonId(2)), ..own };
    let permit = f.store.request(&own, Action::ViewOwnAccesses, Resource::Person(PersonId(2))).await.unwrap();
    let (_, rows) = audit::of_person(&f.store, &permit, Page::FIRST).await.unwrap();
    let glass = rows.iter().find(|row| row.action == "break_glass").unwrap();
    assert_eq!(glass.reason.as_deref(), Some("Urgent or unplanned care: Collapsed in the street"));
    assert!(
        glass.sentence.starts_with("In an emergency") && glass.action_label().starts_with("Broke the glass")
    );
}
