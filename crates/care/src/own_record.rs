//! The person's own record and who looked at it.

use chrono::{DateTime, Utc};
use model::PersonId;
use policy::{Access, Action, Resource};
use store::audit::{self, Entry};
use store::proxies::{self, ActsFor};
use store::questions::{self, Question};
use store::{Page, Store};

use crate::CareError;
use crate::record::{self, SharedRecord};

/// One line of "who looked at my record".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The audit row.
    pub row: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The name of who did.
    pub who: String,
    /// Their role, by name.
    pub role: String,
    /// ODS code of their organisation.
    pub organisation: String,
    /// What they did, in words.
    pub what: String,
    /// What for, by name.
    pub purpose: String,
    /// The rule that let them, or kept them from it, in plain English.
    pub why: String,
    /// Their own reason, if they gave one.
    pub reason: Option<String>,
    /// Whether they saw anything.
    pub permitted: bool,
}

/// The person's own record, and whom they act for today.
pub async fn open(store: &Store, access: &Access) -> Result<(SharedRecord, Vec<ActsFor>), CareError> {
    let permit = store.request(access, Action::OpenOwnRecord, own(access)?).await?;
    Ok((record::read(store, &permit).await?, proxies::of_user(store, &permit).await?))
}

/// The record of somebody the user acts for.
pub async fn open_for(store: &Store, access: &Access, person: PersonId) -> Result<SharedRecord, CareError> {
    let permit = store.request(access, Action::OpenOwnRecord, Resource::Person(person)).await?;
    record::read(store, &permit).await
}

/// Who looked at the person's own record, latest first, how many times, and what the person has asked about it.
pub async fn who_looked(
    store: &Store,
    access: &Access,
    page: Page,
) -> Result<(u64, Vec<Looked>, Vec<Question>), CareError> {
    let permit = store.request(access, Action::ViewOwnAccesses, own(access)?).await?;
    let (total, entries) = audit::of_person(store, &permit, page).await?;
    let asked = questions::of_person(store, &permit).await?;
    Ok((total, entries.into_iter().map(looked).collect(), asked))
}

/// One access to the person's own record, to ask about; `None` when there is none of that number.
pub async fn looked_once(store: &Store, access: &Access, row: i64) -> Result<Option<Looked>, CareError> {
    let permit = store.request(access, Action::ViewOwnAccesses, own(access)?).await?;
    Ok(audit::one_of_person(store, &permit, row).await?.map(looked))
}

/// Asks about an access to the person's own record; `None` when there is none of that number.
pub async fn ask(store: &Store, access: &Access, row: i64, question: &str) -> Result<Option<i64>, CareError> {
    let person = access.person.ok_or(CareError::NotFound)?;
    Ok(questions::ask(store, access, person, row, question).await?)
}

pub(crate) fn own(access: &Access) -> Result<Resource, CareError> {
    access.person.map(Resource::Person).ok_or(CareError::NotFound)
}

fn looked(entry: Entry) -> Looked {
    Looked {
        row: entry.id,
        at: entry.at,
        what: entry.action_label().to_owned(),
        who: entry.user_name,
        role: entry.role,
        organisation: entry.organisation,
        purpose: entry.purpose,
        why: entry.sentence,
        reason: entry.reason,
        permitted: entry.permitted,
    }
}
