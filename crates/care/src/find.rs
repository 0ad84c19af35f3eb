//! Finding a person.

use policy::{Access, Action, Resource};
use store::Store;
use store::people::{self, MOST_HITS, PersonHit, Query};

use crate::CareError;

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// People the user may find who answer the query, by name and date of birth.
    pub people: Vec<PersonHit>,
    /// There may be more than are given.
    pub cut_short: bool,
}

/// Looks for a person by NHS number, or by family name and date of birth. The search is audited, found or not.
/// Errors: [`CareError::Query`] when the query says too little.
pub async fn find(store: &Store, access: &Access, query: &Query) -> Result<Found, CareError> {
    let permit = store.request(access, Action::FindPerson, Resource::People).await?;
    let people = people::search(store, &permit, query).await?;
    let cut_short = people.len() >= MOST_HITS;
    Ok(Found { people, cut_short })
}
