//! Accounts, lock-out, second factors and sessions.

use chrono::Duration;
use model::Role;
use policy::{Action, Resource, UserId};
use store::provider_sign_ins::{self, Waiting};
use store::sessions::{self, ProviderSession, Session, Stage};
use store::settings::SignInSettings;
use store::sign_in::{self, Knock, SignInError, SignedIn};
use store::users::{self, ByOperator, User};
use store::{Page, StoreError, audit, second_factor, totp};

use crate::support::*;

on_both!(
    failures_lock_for_longer_and_longer,
    a_name_nobody_has_locks_like_one_that_somebody_has,
    tries_at_once_are_no_more_than_tries_in_turn,
    many_failures_lock_an_address,
    an_unknown_name_takes_as_long_as_a_wrong_password,
    a_session_ends_when_idle_and_when_old,
    signing_out_everywhere_ends_every_other_session,
    a_second_factor_is_asked_for_and_its_codes_are_good_once,
    wrong_codes_lock_too,
    a_role_that_must_have_a_second_factor_sets_one_up_first,
    a_given_password_is_changed_first_and_expires,
    a_disabled_account_is_out_at_once,
    a_changed_password_ends_other_sessions_and_rotates_this_one,
    a_provided_account_has_no_password,
    a_sign_in_at_the_provider_is_good_once_and_for_its_browser,
    every_sign_in_is_written_down,
);

const PASSWORD: &str = "correct horse";

fn gina() -> UserId {
    UserId("gina".into())
}

fn settings() -> SignInSettings {
    SignInSettings::default()
}

fn knock(minute: i64) -> Knock<'static> {
    Knock { address: "192.0.2.1", correlation: "c", now: later(minute) }
}

fn by() -> ByOperator<'static> {
    ByOperator { sentence: "The operator did it.", correlation: "command", now: now() }
}

async fn try_as(f: &Fixture, user: &str, password: &str, minute: i64) -> Result<SignedIn, SignInError> {
    sign_in::with_password(&f.store, &settings(), &UserId(user.into()), password, &knock(minute)).await
}

async fn signed_in(f: &Fixture, minute: i64) -> SignedIn {
    try_as(f, "gina", PASSWORD, minute).await.unwrap()
}

async fn session(f: &Fixture, token: &str, minute: i64) -> Option<Session> {
    sessions::find(&f.store, &settings(), token, later(minute)).await.unwrap()
}

fn locked_for(outcome: Result<SignedIn, SignInError>, minute: i64) -> i64 {
    match outcome {
        // PostgreSQL keeps microseconds.
        Err(SignInError::Locked { until }) => ((until - later(minute)).num_milliseconds() + 1) / 60_000,
        other => panic!("not locked: {other:?}"),
    }
}

async fn failures_lock_for_longer_and_longer(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    for _ in 0..4 {
        assert!(matches!(try_as(&f, "gina", "wrong", 0).await, Err(SignInError::Wrong)));
    }
    assert_eq!(signed_in(&f, 0).await.stage, Stage::Full, "four are free, and a success begins again");
    for _ in 0..5 {
        assert!(matches!(try_as(&f, "gina", "wrong", 10).await, Err(SignInError::Wrong)));
    }
    assert_eq!(locked_for(try_as(&f, "gina", PASSWORD, 10).await, 10), 1);
    let mut minute = 11;
    for wait in [2, 4, 8, 15, 15] {
        assert!(matches!(try_as(&f, "gina", "wrong", minute).await, Err(SignInError::Wrong)), "{wait}");
        assert_eq!(locked_for(try_as(&f, "gina", PASSWORD, minute).await, minute), wait);
        minute += wait;
    }
    assert!(try_as(&f, "gina", PASSWORD, minute).await.is_ok());
    let user = users::get(&f.store, &gina()).await.unwrap().unwrap();
    assert!(matches!(users::create(&f.store, &user, "x").await, Err(StoreError::Exists("user"))));
}

async fn a_name_nobody_has_locks_like_one_that_somebody_has(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    for attempt in 0..7 {
        let one = try_as(&f, "gina", "wrong", 0).await;
        let other = try_as(&f, "nobody", "wrong", 0).await;
        assert_eq!(one.unwrap_err().to_string(), other.unwrap_err().to_string(), "{attempt}");
    }
}

async fn tries_at_once_are_no_more_than_tries_in_turn(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let tries: Vec<_> = (0..12)
        .map(|_| {
            let store = f.store.clone();
            tokio::spawn(async move {
                sign_in::with_password(&store, &settings(), &gina(), "wrong", &knock(0)).await
            })
        })
        .collect();
    let mut looked_at = 0;
    for outcome in tries {
        looked_at += usize::from(matches!(outcome.await.unwrap(), Err(SignInError::Wrong)));
    }
    assert_eq!(looked_at, 5);
}

async fn many_failures_lock_an_address(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    for n in 0..29 {
        assert!(matches!(try_as(&f, &format!("n{n}"), "wrong", 0).await, Err(SignInError::Wrong)));
        assert!(try_as(&f, "gina", PASSWORD, 0).await.is_ok(), "a right password from there does not count");
    }
    assert!(matches!(try_as(&f, "n30", "wrong", 0).await, Err(SignInError::Wrong)));
    assert_eq!(locked_for(try_as(&f, "gina", PASSWORD, 0).await, 0), 1);
    let elsewhere = Knock { address: "192.0.2.2", ..knock(0) };
    assert!(sign_in::with_password(&f.store, &settings(), &gina(), PASSWORD, &elsewhere).await.is_ok());
}

async fn an_unknown_name_takes_as_long_as_a_wrong_password(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let mut taken = [Vec::new(), Vec::new()];
    let _ = try_as(&f, "first", "x", 0).await;
    // A day between tries, so that nothing locks.
    for round in 1..6 {
        for (user, taken) in ["gina", "nobody"].into_iter().zip(&mut taken) {
            let began = std::time::Instant::now();
            assert!(matches!(try_as(&f, user, "wrong", round * 1_500).await, Err(SignInError::Wrong)));
            taken.push(began.elapsed());
        }
    }
    let [mut known, mut unknown] = taken;
    known.sort();
    unknown.sort();
    let ratio = known[0].as_secs_f64() / unknown[0].as_secs_f64();
    assert!((0.5..2.0).contains(&ratio), "known {known:?}, unknown {unknown:?}");
}

async fn a_session_ends_when_idle_and_when_old(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let token = signed_in(&f, 0).await.token;
    let first = session(&f, &token, 0).await.unwrap();
    assert_eq!((first.user.id, first.user.role, first.stage), (gina(), Role::Gp, Stage::Full));
    assert_eq!(first.ends_at, first.signed_in_at + Duration::hours(12));
    assert_eq!(first.idle_ends_at, first.signed_in_at + Duration::hours(1));
    for minute in (50..=700).step_by(50) {
        let going_on = session(&f, &token, minute).await.expect("used within the hour");
        assert!((going_on.idle_ends_at - later(minute + 60)).num_seconds() == 0);
    }
    assert!(session(&f, &token, 719).await.is_some());
    assert!(session(&f, &token, 720).await.is_none(), "twelve hours in any case");
    let token = signed_in(&f, 0).await.token;
    assert!(session(&f, &token, 60).await.is_none(), "an hour without use");
    assert!(session(&f, &token, 1).await.is_none(), "gone for good");
    let other = signed_in(&f, 0).await.token;
    assert_ne!(token, other);
    let ended = sessions::sign_out(&f.store, &settings(), &other, "c", later(1)).await.unwrap();
    assert_eq!(ended.unwrap().user.id, gina());
    assert!(session(&f, &other, 1).await.is_none());
    assert!(session(&f, "made up", 0).await.is_none());
    let short = SignInSettings { idle_minutes: 5, longest_minutes: 8, ..settings() };
    let token = signed_in(&f, 0).await.token;
    let find = async |minute| sessions::find(&f.store, &short, &token, later(minute)).await.unwrap();
    assert!(find(4).await.is_some() && find(7).await.is_some() && find(8).await.is_none());
}

async fn signing_out_everywhere_ends_every_other_session(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    add_user(&f.store, "other", Role::Gp).await;
    let one = signed_in(&f, 0).await;
    let two = signed_in(&f, 0).await;
    let others = try_as(&f, "other", PASSWORD, 0).await.unwrap();
    assert_eq!(sessions::going_on(&f.store, &settings(), &one.user, later(1)).await.unwrap(), 2);
    let ended = sessions::sign_out_everywhere(&f.store, &one.user, Some(&one.token), "c", later(1)).await;
    assert_eq!(ended.unwrap(), 1);
    assert!(session(&f, &one.token, 1).await.is_some());
    assert!(session(&f, &two.token, 1).await.is_none());
    assert!(session(&f, &others.token, 1).await.is_some());
}

/// Gives the user a second factor; gives its secret and the recovery codes.
async fn enrol(f: &Fixture, token: &str, minute: i64) -> (Vec<u8>, Vec<String>, SignedIn) {
    let user = users::get(&f.store, &gina()).await.unwrap().unwrap();
    second_factor::propose(&f.store, &user).await.unwrap();
    let secret = second_factor::proposed(&f.store, &user).await.unwrap().unwrap();
    let code = totp::code_at(&secret, later(minute));
    let set = sign_in::with_second_factor(&f.store, &settings(), token, &code, &knock(minute)).await;
    let (signed_in, codes) = set.unwrap().expect("the code is right");
    (secret, codes, signed_in)
}

async fn a_second_factor_is_asked_for_and_its_codes_are_good_once(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let before = signed_in(&f, 0).await;
    let (secret, codes, after) = enrol(&f, &before.token, 0).await;
    assert!(session(&f, &before.token, 0).await.is_none(), "the token has changed with what is asked");
    assert_eq!(session(&f, &after.token, 0).await.unwrap().stage, Stage::Full);
    assert_eq!(codes.len(), 8);
    let with_code = async |token: &str, code: &str, minute| {
        sign_in::with_code(&f.store, &settings(), token, code, &knock(minute)).await
    };
    let waiting = signed_in(&f, 0).await;
    assert_eq!(waiting.stage, Stage::Code);
    assert_eq!(session(&f, &waiting.token, 0).await.unwrap().stage, Stage::Code);
    let used = totp::code_at(&secret, later(0));
    assert!(matches!(with_code(&waiting.token, &used, 0).await, Err(SignInError::Wrong)), "used to set up");
    let full = with_code(&waiting.token, &totp::code_at(&secret, later(1)), 1).await.unwrap();
    assert_eq!(full.stage, Stage::Full);
    assert_ne!(full.token, waiting.token);
    assert!(matches!(with_code(&full.token, "1", 1).await, Err(SignInError::Step)), "no step any more");
    let waiting = signed_in(&f, 1).await;
    let again = with_code(&waiting.token, &totp::code_at(&secret, later(1)), 1).await;
    assert!(matches!(again, Err(SignInError::Wrong)), "a code is good once");
    let typed = codes[0].replace('-', " ").to_lowercase();
    assert!(with_code(&waiting.token, &typed, 1).await.is_ok(), "a recovery code, however it is typed");
    let waiting = signed_in(&f, 1).await;
    assert!(matches!(with_code(&waiting.token, &codes[0], 1).await, Err(SignInError::Wrong)), "once");
    assert_eq!(second_factor::recovery_codes(&f.store, &full.user).await.unwrap(), 7);
    assert!(session(&f, &waiting.token, 11).await.is_none(), "a step waits ten minutes");
    assert!(users::reset_second_factor(&f.store, &gina(), &by()).await.unwrap());
    assert!(session(&f, &full.token, 2).await.is_none());
    assert_eq!(signed_in(&f, 12).await.stage, Stage::Full);
}

async fn wrong_codes_lock_too(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let token = signed_in(&f, 0).await.token;
    let (secret, _, _) = enrol(&f, &token, 0).await;
    for round in 0..5 {
        // A right password in between does not begin the counting of codes again.
        let waiting = signed_in(&f, 1).await;
        let outcome = sign_in::with_code(&f.store, &settings(), &waiting.token, "000000", &knock(1)).await;
        assert!(matches!(outcome, Err(SignInError::Wrong)), "{round}");
    }
    let waiting = signed_in(&f, 1).await;
    let code = totp::code_at(&secret, later(1));
    let outcome = sign_in::with_code(&f.store, &settings(), &waiting.token, &code, &knock(1)).await;
    assert_eq!(locked_for(outcome, 1), 1);
}

async fn a_role_that_must_have_a_second_factor_sets_one_up_first(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let strict = SignInSettings { second_factor: vec![Role::Gp], ..settings() };
    let waiting = sign_in::with_password(&f.store, &strict, &gina(), PASSWORD, &knock(0)).await.unwrap();
    assert_eq!(waiting.stage, Stage::Enrol);
    let user = waiting.user;
    second_factor::propose(&f.store, &user).await.unwrap();
    let wrong = sign_in::with_second_factor(&f.store, &strict, &waiting.token, "000000", &knock(0)).await;
    assert!(wrong.unwrap().is_none());
    let secret = second_factor::proposed(&f.store, &user).await.unwrap().unwrap();
    let code = totp::code_at(&secret, later(0));
    let set = sign_in::with_second_factor(&f.store, &strict, &waiting.token, &code, &knock(0)).await;
    let (full, _) = set.unwrap().unwrap();
    assert_eq!(full.stage, Stage::Full);
    assert!(session(&f, &waiting.token, 0).await.is_none());
}

async fn a_given_password_is_changed_first_and_expires(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    assert!(users::give_password(&f.store, &gina(), "given by hand", later(100), &by()).await.unwrap());
    let waiting = try_as(&f, "gina", "given by hand", 0).await.unwrap();
    assert_eq!(waiting.stage, Stage::NewPassword);
    let choose = async |password: &str| {
        sign_in::with_new_password(&f.store, &settings(), &waiting.token, password, &knock(0)).await
    };
    assert!(matches!(choose("short").await, Err(SignInError::Password(_))));
    let full = choose("battery staple fifteen").await.unwrap();
    assert_eq!(full.stage, Stage::Full);
    assert!(matches!(try_as(&f, "gina", "given by hand", 1).await, Err(SignInError::Wrong)));
    assert_eq!(try_as(&f, "gina", "battery staple fifteen", 1).await.unwrap().stage, Stage::Full);
    assert!(users::give_password(&f.store, &gina(), "given by hand", later(100), &by()).await.unwrap());
    assert!(session(&f, &full.token, 1).await.is_none(), "a given password ends what went on");
    assert!(matches!(try_as(&f, "gina", "given by hand", 100).await, Err(SignInError::Wrong)), "expired");
    assert!(!users::give_password(&f.store, &UserId("nobody".into()), "x", later(1), &by()).await.unwrap());
}

async fn a_disabled_account_is_out_at_once(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let token = signed_in(&f, 0).await.token;
    assert!(users::disable(&f.store, &gina(), Some(later(1)), &by()).await.unwrap());
    assert!(session(&f, &token, 1).await.is_none());
    assert!(matches!(try_as(&f, "gina", PASSWORD, 1).await, Err(SignInError::Wrong)));
    assert!(users::disable(&f.store, &gina(), None, &by()).await.unwrap());
    assert!(try_as(&f, "gina", PASSWORD, 1).await.is_ok());
    let none = SignInSettings { local_accounts: false, ..settings() };
    let outcome = sign_in::with_password(&f.store, &none, &gina(), PASSWORD, &knock(1)).await;
    assert!(matches!(outcome, Err(SignInError::Wrong)), "where the provider alone answers");
}

async fn a_changed_password_ends_other_sessions_and_rotates_this_one(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let (one, two) = (signed_in(&f, 0).await.token, signed_in(&f, 0).await.token);
    let change = async |old: &str, new: &str| {
        sign_in::change_password(&f.store, &settings(), &one, old, new, &knock(0)).await
    };
    assert!(matches!(change("wrong", "battery staple fifteen").await, Err(SignInError::Wrong)));
    assert!(matches!(change(PASSWORD, "short").await, Err(SignInError::Password(_))));
    let after = change(PASSWORD, "battery staple fifteen").await.unwrap();
    assert!(session(&f, &one, 0).await.is_none() && session(&f, &two, 0).await.is_none());
    assert_eq!(session(&f, &after.token, 0).await.unwrap().stage, Stage::Full);
}

async fn a_provided_account_has_no_password(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let local = users::get(&f.store, &gina()).await.unwrap().unwrap();
    let user = User { id: UserId("provider:7".into()), name: "Gina G".into(), ..local.clone() };
    let provider = ProviderSession { session: "s1".into(), token: "header.body.signature".into() };
    let come =
        async |user: &User| sign_in::by_provider(&f.store, &settings(), user, &provider, &knock(0)).await;
    let first = come(&user).await.unwrap();
    let known = session(&f, &first.token, 0).await.unwrap();
    assert_eq!(known.provider, Some(provider.clone()));
    assert!(matches!(try_as(&f, "provider:7", "", 0).await, Err(SignInError::Wrong)), "no password at all");
    assert!(!users::give_password(&f.store, &user.id, "given by hand", later(100), &by()).await.unwrap());
    let moved = User { organisation: "E84002".into(), role: Role::Commissioner, ..user.clone() };
    let second = come(&moved).await.unwrap();
    assert!(session(&f, &first.token, 0).await.is_none(), "under the role of before");
    let account = users::account(&f.store, &user.id).await.unwrap().unwrap();
    assert_eq!((account.user, account.second_factor), (moved.clone(), false));
    assert!(matches!(come(&local).await, Err(SignInError::Wrong)), "a local account is not taken over");
    let ended = async |user: Option<&UserId>, sid: Option<&str>| {
        sessions::ended_by_provider(&f.store, user, sid, "c", later(1)).await
    };
    assert!(ended(None, None).await.is_err());
    assert_eq!(ended(Some(&moved.id), Some("another")).await.unwrap(), 0);
    assert_eq!(ended(None, Some("s1")).await.unwrap(), 1);
    assert!(session(&f, &first.token, 1).await.is_none() && session(&f, &second.token, 1).await.is_none());
    come(&moved).await.unwrap();
    assert_eq!(ended(Some(&moved.id), None).await.unwrap(), 1);
    users::disable(&f.store, &user.id, Some(later(1)), &by()).await.unwrap();
    assert!(matches!(come(&moved).await, Err(SignInError::Wrong)), "disabled stays disabled");
}

async fn a_sign_in_at_the_provider_is_good_once_and_for_its_browser(f: Fixture) {
    let waiting = Waiting { nonce: "n".into(), verifier: "v".into(), next: "/worklist".into() };
    let keep = async |state: &str| {
        provider_sign_ins::keep(&f.store, state, "browser", &waiting, now()).await.unwrap();
    };
    let take = async |state: &str, browser: &str, minute| {
        provider_sign_ins::take(&f.store, state, browser, later(minute)).await.unwrap()
    };
    keep("one").await;
    assert_eq!(take("one", "another", 1).await, None, "begun in another browser");
    assert_eq!(take("two", "browser", 1).await, None, "never begun");
    assert_eq!(take("one", "browser", 1).await, Some(waiting.clone()));
    assert_eq!(take("one", "browser", 1).await, None, "once");
    keep("three").await;
    assert_eq!(take("three", "browser", 11).await, None, "too late");
}

async fn every_sign_in_is_written_down(f: Fixture) {
    add_user(&f.store, "gina", Role::Gp).await;
    let _ = try_as(&f, "gina", "wrong", 0).await;
    let _ = try_as(&f, "my password", "x", 0).await;
    let token = signed_in(&f, 0).await.token;
    sessions::sign_out(&f.store, &settings(), &token, "c", later(1)).await.unwrap();
    for _ in 0..6 {
        let _ = try_as(&f, "gina", "wrong", 2).await;
    }
    let lead = access("iga", Role::GovernanceLead);
    let permit = f.store.request(&lead, Action::SearchAudit, Resource::Audit).await.unwrap();
    let (_, rows) = audit::search(&f.store, &permit, &audit::Filter::default(), Page::FIRST).await.unwrap();
    let actions: Vec<(&str, &str)> =
        rows.iter().rev().map(|row| (row.user.as_str(), row.action.as_str())).collect();
    let refused = ("gina", "sign_in_refused");
    assert_eq!(
        actions[..11],
        [
            refused,
            ("unknown", "sign_in_refused"),
            ("gina", "sign_in"),
            ("gina", "sign_out"),
            refused,
            refused,
            refused,
            refused,
            refused,
            ("gina", "sign_in_locked"),
            refused,
        ]
    );
    assert!(rows.iter().all(|row| row.action_label() != row.action));
    assert_eq!(audit::verify(&f.store).await.unwrap(), Ok(12));
}
