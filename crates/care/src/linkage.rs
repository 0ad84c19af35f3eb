//! Which sources' records were joined into a person, and un-merging what was wrongly joined.

use chrono::{DateTime, Utc};
use model::PersonId;
use policy::{Access, Action, Resource};
use store::history::{self, Moved};
use store::identities::{self, Identity};
use store::partings::{self, Parting, WhoSaw};
use store::{Page, Store, audit};

use crate::CareError;
use crate::mask::source_masked;

/// One source's record of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The record and why it was joined.
    pub identity: Identity,
    /// Since when, where the joining was written down.
    pub since: Option<DateTime<Utc>>,
    /// It was said to be somebody else's; the next run parts it.
    pub parting: bool,
}

/// What was joined into a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linkage {
    /// Records, by source and identifier.
    pub joined: Vec<Joined>,
    /// What came and went, latest first.
    pub history: Vec<Moved>,
    /// What was parted, latest first.
    pub partings: Vec<Parting>,
    /// Records of some services are withheld from this viewer.
    pub withheld: bool,
}

/// What was joined into a person, as this viewer may see it.
pub async fn open(store: &Store, access: &Access, person: PersonId) -> Result<Linkage, CareError> {
    let permit = store.request(access, Action::ViewLinkage, Resource::Person(person)).await?;
    let shown = |source: &str| !source_masked(source, permit.masks()) && !permit.cover().hides(source);
    let mut history = history::of_person(store, &permit).await?;
    let mut partings = partings::of_person(store, &permit).await?;
    history.retain(|moved| shown(&moved.source));
    partings.retain(|parting| shown(&parting.source));
    audit::shown(store, &permit, history.iter().flat_map(|moved| [moved.person, moved.former])).await?;
    let all = identities::of_person(store, &permit).await?;
    let count = all.len();
    let joined: Vec<Joined> = all
        .into_iter()
        .filter(|identity| shown(&identity.source))
        .map(|identity| {
            let of = |source: &str, source_person: &str| {
                source == identity.source && source_person == identity.source_person
            };
            let came = history.iter().find(|m| m.person == person && of(&m.source, &m.source_person));
            Joined {
                since: came.map(|moved| moved.at),
                parting: partings.iter().any(|p| p.holds && of(&p.source, &p.source_person)),
                identity,
            }
        })
        .collect();
    Ok(Linkage { withheld: joined.len() < count, joined, history, partings })
}

/// Says that one record of a person is somebody else's. Gives the parting's number; `None` when the record is not joined to
/// another of theirs.
pub async fn part(
    store: &Store,
    access: &Access,
    person: PersonId,
    record: &(String, String),
    reason: &str,
) -> Result<Option<i64>, CareError> {
    let permit = store.request(access, Action::PartPerson, Resource::Person(person)).await?;
    Ok(partings::part(store, &permit, record, reason).await?)
}

/// Takes a parting back. `false` when there is none that holds.
pub async fn take_back(
    store: &Store,
    access: &Access,
    person: PersonId,
    parting: i64,
    reason: &str,
) -> Result<bool, CareError> {
    let permit = store.request(access, Action::PartPerson, Resource::Person(person)).await?;
    Ok(partings::take_back(store, &permit, parting, reason).await?)
}

/// Who opened the person's record while the parted record was joined to it: whom to tell.
pub async fn who_saw(
    store: &Store,
    access: &Access,
    person: PersonId,
    parting: i64,
    page: Page,
) -> Result<WhoSaw, CareError> {
    let permit = store.request(access, Action::ViewParting, Resource::Person(person)).await?;
    let saw = partings::who_saw(store, &permit, parting, page).await?;
    saw.filter(|saw| !source_masked(&saw.parting.source, permit.masks())).ok_or(CareError::NotFound)
}
