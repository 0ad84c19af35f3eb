//! `wsic account`.

use chrono::{DateTime, Duration, Utc};
use model::{PersonId, Role};
use pipeline::Deployment;
use policy::UserId;
use store::users::{self, Account, ByOperator, User};
use store::{Entropy, Store, SystemEntropy, totp};

use crate::arguments::AccountCommand;
use crate::commands::say;
use crate::failure::Failure;
use crate::show;

/// How long a password that the operator gives is good for choosing another.
fn given_time() -> Duration {
    Duration::days(7)
}

/// Does it, and writes it into the audit.
pub async fn run(deployment: &Deployment, what: AccountCommand, json: bool) -> Result<(), Failure> {
    let store = &deployment.store;
    let now = Utc::now();
    match what {
        AccountCommand::List => list(store, json).await,
        AccountCommand::Add { user, name, role, organisation, person } => {
            let user = User {
                id: sign_in_name(&user)?,
                name,
                role: role_named(&role)?,
                organisation: organisation.to_ascii_uppercase(),
                person: person.map(PersonId),
            };
            add(store, &user, now, json).await
        }
        AccountCommand::Password { user } => {
            let user = known(store, &user).await?;
            give(store, &user, now, json).await
        }
        AccountCommand::Disable { user } => {
            let user = known(store, &user).await?;
            let by = by("The operator disabled the account; sessions have ended.", now);
            users::disable(store, &user.id, Some(now), &by).await?;
            done(&user, &by, json)
        }
        AccountCommand::Enable { user } => {
            let user = known(store, &user).await?;
            let by = by("The operator let the account in again.", now);
            users::disable(store, &user.id, None, &by).await?;
            done(&user, &by, json)
        }
        AccountCommand::ResetTotp { user } => {
            let user = known(store, &user).await?;
            let by = by("The operator took the second factor away; sessions have ended.", now);
            users::reset_second_factor(store, &user.id, &by).await?;
            done(&user, &by, json)
        }
    }
}

async fn add(store: &Store, user: &User, now: DateTime<Utc>, json: bool) -> Result<(), Failure> {
    if (user.role == Role::Person) != user.person.is_some() {
        return Err(Failure::usage("--person goes with the role person, and with no other"));
    }
    if user.role != Role::Person && user.organisation.is_empty() {
        return Err(Failure::usage("name the organisation's code with --organisation"));
    }
    let (password, until) = (password()?, now + given_time());
    users::add(store, user, &password, until, &by("The operator made the account.", now)).await?;
    say_password(user, &password, until, json)
}

async fn give(store: &Store, user: &User, now: DateTime<Utc>, json: bool) -> Result<(), Failure> {
    let (password, until) = (password()?, now + given_time());
    let by = by("The operator gave a new password; sessions have ended.", now);
    if !users::give_password(store, &user.id, &password, until, &by).await? {
        return Err(Failure::data("an identity provider answers for this account: it has no password here"));
    }
    say_password(user, &password, until, json)
}

fn by(sentence: &str, now: DateTime<Utc>) -> ByOperator<'_> {
    ByOperator { sentence, correlation: "command", now }
}

fn say_password(user: &User, password: &str, until: DateTime<Utc>, json: bool) -> Result<(), Failure> {
    let value = serde_json::json!({ "user": user.id.0, "password": password, "good_until": until });
    say(json, &value, || {
        let day = until.format("%Y-%m-%d");
        format!(
            "{}: password {password}\nIt is good until {day}, for choosing another at the first sign-in.",
            user.id.0
        )
    })
}

fn done(user: &User, by: &ByOperator<'_>, json: bool) -> Result<(), Failure> {
    let sentence = by.sentence;
    say(json, &serde_json::json!({ "user": user.id.0, "done": sentence }), || {
        format!("{}: {sentence}", user.id.0)
    })
}

async fn list(store: &Store, json: bool) -> Result<(), Failure> {
    let accounts = users::accounts(store).await?;
    let state = |account: &Account| match (account.disabled_at, account.given_until) {
        (Some(_), _) => "disabled",
        (None, Some(_)) => "password given",
        (None, None) => "in use",
    };
    let password = |account: &Account| if account.is_local() { "here" } else { "at the identity provider" };
    if json {
        let rows = accounts.iter().map(|account| {
            let user = &account.user;
            serde_json::json!({
                "user": user.id.0, "name": user.name, "role": user.role, "organisation": user.organisation,
                "password": password(account), "second_factor": account.second_factor, "state": state(account),
            })
        });
        return say(true, &rows.collect(), String::new);
    }
    let head = ["user", "name", "role", "organisation", "password", "second factor", "state"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(accounts.iter().map(|account| {
        let (user, second_factor) = (&account.user, if account.second_factor { "yes" } else { "no" });
        let cells: [&str; 7] = [
            &user.id.0,
            &user.name,
            user.role.name(),
            &user.organisation,
            password(account),
            second_factor,
            state(account),
        ];
        cells.map(str::to_owned).to_vec()
    }));
    print!("{}", show::table(&rows));
    Ok(())
}

async fn known(store: &Store, user: &str) -> Result<User, Failure> {
    let found = users::get(store, &UserId(user.to_lowercase())).await?;
    found.ok_or_else(|| Failure::usage("there is no account of that name; `wsic account list` shows them"))
}

/// Sign-in names are typed without regard to case. A colon stands in names that an identity provider gives.
fn sign_in_name(text: &str) -> Result<UserId, Failure> {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_@".contains(c);
    if text.is_empty() || text.len() > 64 || !text.chars().all(plain) {
        return Err(Failure::usage("a sign-in name has letters, digits, `.`, `-`, `_` and `@`, 64 at most"));
    }
    Ok(UserId(text.to_ascii_lowercase()))
}

fn role_named(text: &str) -> Result<Role, Failure> {
    Role::ALL
        .into_iter()
        .find(|role| role.name() == text)
        .ok_or_else(|| Failure::usage(format!("the roles are {}", Role::ALL.map(Role::name).join(", "))))
}

/// 100 random bits as 20 letters and digits in groups of five.
fn password() -> Result<String, Failure> {
    let mut bytes = [0; 13];
    SystemEntropy.fill(&mut bytes)?;
    let text = totp::base32(&bytes).to_lowercase();
    let groups: Vec<&str> = (0..4).filter_map(|i| text.get(5 * i..5 * i + 5)).collect();
    Ok(groups.join("-"))
}
