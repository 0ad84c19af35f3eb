//! Accounts, lock-out and sessions.

use model::Role;
use policy::{Action, Resource, UserId};
use store::sessions::{self, SignInError};
use store::{Page, StoreError, audit, users};

use crate::support::*;

on_both!(five_failures_lock_an_account, a_session_ends_when_idle_and_when_old, every_sign_in_is_written_down);

fn gina() -> UserId {
    UserId("gina".into())
}

async fn five_failures_lock_an_account(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let sign_in = async |password: &str, minute| {
        sessions::sign_in(&f.store, &gina(), password, "c", later(minute)).await
    };
    for _ in 0..4 {
        assert!(matches!(sign_in("wrong", 0).await, Err(SignInError::Wrong)));
    }
    assert!(sign_in("correct horse", 0).await.is_ok(), "four are not five, and a success begins again");
    for _ in 0..5 {
        assert!(matches!(sign_in("wrong", 1).await, Err(SignInError::Wrong)));
    }
    assert!(matches!(sign_in("correct horse", 15).await, Err(SignInError::Locked)));
    assert!(sign_in("correct horse", 16).await.is_ok());
    let nobody = sessions::sign_in(&f.store, &UserId("nobody".into()), "x", "c", now()).await;
    assert!(matches!(nobody, Err(SignInError::Wrong)));
    let user = users::get(&f.store, &gina()).await.unwrap().unwrap();
    assert!(matches!(users::create(&f.store, &user, "x").await, Err(StoreError::Exists("user"))));
    assert!(users::set_password(&f.store, &gina(), "battery staple").await.unwrap());
    assert!(sign_in("battery staple", 17).await.is_ok());
}

async fn a_session_ends_when_idle_and_when_old(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let token = sessions::sign_in(&f.store, &gina(), "correct horse", "c", now()).await.unwrap().token;
    let alive = async |minute| sessions::find(&f.store, &token, later(minute)).await.unwrap();
    let session = alive(0).await.unwrap();
    assert_eq!((session.user.id, session.user.role), (gina(), Role::Gp));
    assert_eq!(session.ends_at, session.signed_in_at + chrono::Duration::hours(12));
    for minute in (50..=700).step_by(50) {
        assert!(alive(minute).await.is_some(), "used within the hour: {minute}");
    }
    assert!(alive(719).await.is_some());
    assert!(alive(720).await.is_none(), "twelve hours in any case");
    let token = sessions::sign_in(&f.store, &gina(), "correct horse", "c", now()).await.unwrap().token;
    assert!(sessions::find(&f.store, &token, later(60)).await.unwrap().is_none(), "an hour without use");
    assert!(sessions::find(&f.store, &token, later(1)).await.unwrap().is_none(), "gone for good");
    let other = sessions::sign_in(&f.store, &gina(), "correct horse", "c", now()).await.unwrap().token;
    assert_ne!(token, other);
    sessions::sign_out(&f.store, &other, "c", later(1)).await.unwrap();
    assert!(sessions::find(&f.store, &other, later(1)).await.unwrap().is_none());
    assert!(sessions::find(&f.store, "made up", now()).await.unwrap().is_none());
}

async fn every_sign_in_is_written_down(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let _ = sessions::sign_in(&f.store, &gina(), "wrong", "c", now()).await;
    let _ = sessions::sign_in(&f.store, &UserId("my password".into()), "x", "c", now()).await;
    let token = sessions::sign_in(&f.store, &gina(), "correct horse", "c", now()).await.unwrap().token;
    sessions::sign_out(&f.store, &token, "c", later(1)).await.unwrap();
    let lead = access("iga", Role::GovernanceLead);
    let permit = f.store.request(&lead, Action::SearchAudit, Resource::Audit).await.unwrap();
    let (_, rows) = audit::search(&f.store, &permit, &audit::Filter::default(), Page::FIRST).await.unwrap();
    let actions: Vec<(&str, &str)> =
        rows.iter().rev().map(|row| (row.user.as_str(), row.action.as_str())).collect();
    assert_eq!(
        actions[..4],
        [
            ("gina", "sign_in_refused"),
            ("unknown", "sign_in_refused"),
            ("gina", "sign_in"),
            ("gina", "sign_out")
        ]
    );
    assert_eq!(audit::verify(&f.store).await.unwrap(), Ok(5));
}
