//! Accounts and sessions change with their audit row or not at all; secrets are of no use to whoever has the database alone.

use model::Role;
use policy::{Rules, UserId};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use store::settings::SignInSettings;
use store::sign_in::{self, Knock, SignInError, SignedIn};
use store::users::{self, ByOperator, User};
use store::{SeededEntropy, Store, audit, second_factor, sessions, totp};

use crate::support::*;

on_both!(
    what_cannot_be_written_down_does_not_happen,
    a_second_factors_secret_is_sealed_for_its_account_and_deployment,
    secrets_of_an_earlier_version_are_sealed_once,
);

const PASSWORD: &str = "correct horse";

fn gina() -> UserId {
    UserId("gina".into())
}

fn knock(minute: i64) -> Knock<'static> {
    Knock { address: "192.0.2.1", correlation: "c", now: later(minute) }
}

async fn sign_in(store: &Store, minute: i64) -> Result<SignedIn, SignInError> {
    sign_in::with_password(store, &SignInSettings::default(), &gina(), PASSWORD, &knock(minute)).await
}

async fn code(store: &Store, token: &str, typed: &str, minute: i64) -> Result<SignedIn, SignInError> {
    sign_in::with_code(store, &SignInSettings::default(), token, typed, &knock(minute)).await
}

/// An account with a second factor: its session, its secret, its recovery codes.
async fn with_second_factor(f: &Fixture) -> (String, Vec<u8>, Vec<String>) {
    add_user(&f.store, "gina", Role::Gp).await;
    let before = sign_in(&f.store, 0).await.unwrap();
    second_factor::propose(&f.store, &before.user).await.unwrap();
    let secret = second_factor::proposed(&f.store, &before.user).await.unwrap().unwrap();
    let (typed, settings) = (totp::code_at(&secret, now()), SignInSettings::default());
    let set = sign_in::with_second_factor(&f.store, &settings, &before.token, &typed, &knock(0)).await;
    let (after, codes) = set.unwrap().unwrap();
    (after.token, secret, codes)
}

async fn what_cannot_be_written_down_does_not_happen(f: Fixture) {
    let (token, _, codes) = with_second_factor(&f).await;
    let waiting = sign_in(&f.store, 1).await.unwrap();
    let user = waiting.user.clone();
    let settings = SignInSettings::default();
    let by = ByOperator { sentence: "The operator did it.", correlation: "command", now: later(1) };
    let other = User { id: UserId("other".into()), ..user.clone() };
    let outside = Database::connect(&f.url).await.unwrap();

    outside.execute_unprepared("ALTER TABLE audit RENAME TO audit_away").await.unwrap();
    assert!(matches!(sign_in(&f.store, 2).await, Err(SignInError::Store(_))));
    assert!(matches!(code(&f.store, &waiting.token, &codes[0], 2).await, Err(SignInError::Store(_))));
    assert!(sessions::sign_out(&f.store, &settings, &token, "c", later(2)).await.is_err());
    assert!(sessions::sign_out_everywhere(&f.store, &user, None, "c", later(2)).await.is_err());
    let changed =
        sign_in::change_password(&f.store, &settings, &token, PASSWORD, "another horse", &knock(2)).await;
    assert!(changed.is_err());
    assert!(users::add(&f.store, &other, "given by hand", later(9), &by).await.is_err());
    assert!(users::give_password(&f.store, &gina(), "given by hand", later(9), &by).await.is_err());
    assert!(users::disable(&f.store, &gina(), Some(later(2)), &by).await.is_err());
    assert!(users::reset_second_factor(&f.store, &gina(), &by).await.is_err());
    outside.execute_unprepared("ALTER TABLE audit_away RENAME TO audit").await.unwrap();

    assert_eq!(
        sessions::going_on(&f.store, &settings, &user, later(3)).await.unwrap(),
        1,
        "none came, none went"
    );
    assert!(sessions::find(&f.store, &settings, &token, later(3)).await.unwrap().is_some());
    assert_eq!(users::get(&f.store, &other.id).await.unwrap(), None);
    let account = users::account(&f.store, &gina()).await.unwrap().unwrap();
    assert!(account.second_factor && account.disabled_at.is_none() && account.given_until.is_none());
    assert_eq!(second_factor::recovery_codes(&f.store, &user).await.unwrap(), 8);
    assert!(sign_in(&f.store, 4).await.is_ok(), "the password is the one it was");
    assert!(code(&f.store, &waiting.token, &codes[0], 4).await.is_ok(), "the code was not spent");
    assert!(audit::verify(&f.store).await.unwrap().is_ok());
}

async fn stored(outside: &DatabaseConnection, user: &str) -> String {
    let text = format!("SELECT totp_secret FROM app_user WHERE id = '{user}'");
    let statement = Statement::from_string(outside.get_database_backend(), text);
    outside.query_one_raw(statement).await.unwrap().unwrap().try_get("", "totp_secret").unwrap()
}

async fn a_second_factors_secret_is_sealed_for_its_account_and_deployment(f: Fixture) {
    let (_, secret, _) = with_second_factor(&f).await;
    let outside = Database::connect(&f.url).await.unwrap();
    let sealed = stored(&outside, "gina").await;
    assert!(sealed.starts_with("1:") && !sealed.contains(&totp::base32(&secret)), "{sealed}");
    let typed = totp::code_at(&secret, later(1));
    // Another deployment's key opens nothing, and no key at all neither.
    let waiting = sign_in(&f.store, 1).await.unwrap();
    let open = async || {
        Store::open_with(&f.url, Rules::built_in().unwrap(), std::sync::Arc::new(SeededEntropy::new(2)))
            .await
            .unwrap()
    };
    let elsewhere = open().await.with_key(&[8; 32]).unwrap();
    for store in [elsewhere, open().await] {
        assert!(matches!(code(&store, &waiting.token, &typed, 1).await, Err(SignInError::Store(_))));
    }
    // Put into another account it is of no use there.
    add_user(&f.store, "thief", Role::Gp).await;
    let moved = format!("UPDATE app_user SET totp_secret = '{sealed}' WHERE id = 'thief'");
    outside.execute_unprepared(&moved).await.unwrap();
    let thief = UserId("thief".into());
    let settings = SignInSettings::default();
    let theirs = sign_in::with_password(&f.store, &settings, &thief, PASSWORD, &knock(1)).await.unwrap();
    assert!(matches!(code(&f.store, &theirs.token, &typed, 1).await, Err(SignInError::Store(_))));
    assert!(code(&f.store, &waiting.token, &typed, 1).await.is_ok());
}

async fn secrets_of_an_earlier_version_are_sealed_once(f: Fixture) {
    let (_, secret, _) = with_second_factor(&f).await;
    let outside = Database::connect(&f.url).await.unwrap();
    let plain = format!("UPDATE app_user SET totp_secret = '{}' WHERE id = 'gina'", totp::base32(&secret));
    outside.execute_unprepared(&plain).await.unwrap();
    let waiting = sign_in(&f.store, 1).await.unwrap();
    let typed = totp::code_at(&secret, later(1));
    assert!(code(&f.store, &waiting.token, &typed, 1).await.is_err(), "what is not sealed is not believed");
    assert_eq!(second_factor::seal_all(&f.store).await.unwrap(), 1);
    assert!(stored(&outside, "gina").await.starts_with("1:"));
    assert_eq!(second_factor::seal_all(&f.store).await.unwrap(), 0);
    assert!(code(&f.store, &waiting.token, &typed, 1).await.is_ok());
}
