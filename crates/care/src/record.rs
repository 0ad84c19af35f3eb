//! A person's shared record, opened by their care team.

use model::PersonId;
use model::record::{PersonRecord, TimelineEntry};
use policy::{Access, Action, Glass, Permit, Resource, Section};
use store::team_care::{self, CareOfTeam};
use store::{Store, decode_record, records};

use crate::leave_out::leave_out;
use crate::mask::mask;
use crate::{CareError, contacts};

/// A person's record as this viewer may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedRecord {
    /// The record without what is withheld.
    pub record: PersonRecord,
    /// What is withheld from this viewer and why, one line a section.
    pub withheld: Vec<Withheld>,
    /// Sources of the record whose data no agreement lets this viewer see any more, such as `gp:E84002`.
    pub left_out: Vec<String>,
    /// The latest contact of each setting, latest first.
    pub last_contacts: Vec<TimelineEntry>,
    /// What is booked, soonest first.
    pub next_contacts: Vec<TimelineEntry>,
    /// Teams that look after the person today.
    pub teams: Vec<CareOfTeam>,
    /// The glass that the viewer has broken to see it, when they have.
    pub glass: Option<Glass>,
    /// The audit row of this opening.
    pub audit_id: i64,
}

/// A section that is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// Which.
    pub section: Section,
    /// Why, in plain English.
    pub reason: String,
}

impl SharedRecord {
    /// Whether a section is withheld: then its being empty says nothing about the person.
    pub fn withholds(&self, section: Section) -> bool {
        self.withheld.iter().any(|line| line.section == section)
    }
}

/// Opens a person's shared record.
pub async fn open(store: &Store, access: &Access, person: PersonId) -> Result<SharedRecord, CareError> {
    let permit = store.request(access, Action::OpenRecord, Resource::Person(person)).await?;
    read(store, &permit).await
}

/// Whom to open instead of somebody whose number is not in use any more because they were found to be another; `None` when there is
/// nobody, or nobody that the user may do this with.
pub async fn now(
    store: &Store,
    access: &Access,
    action: Action,
    former: PersonId,
) -> Result<Option<PersonId>, CareError> {
    let permit = store.request_now(access, action, former).await?;
    Ok(permit.and_then(|permit| permit.person()))
}

/// Reads the published record with a permit and takes out what it masks.
pub(crate) async fn read(store: &Store, permit: &Permit) -> Result<SharedRecord, CareError> {
    let bytes = records::open(store, permit).await?.ok_or(CareError::NotFound)?;
    let mut record = decode_record(&bytes)?;
    mask(&mut record, permit.masks());
    let (left_out, mut withheld) = leave_out(&mut record, permit.cover());
    let masked = permit
        .mask_reasons()
        .iter()
        .map(|(section, reason)| Withheld { section: *section, reason: reason.clone() });
    withheld.extend(masked);
    Ok(SharedRecord {
        last_contacts: contacts::last(&record),
        next_contacts: contacts::next(&record),
        record,
        withheld,
        left_out,
        teams: team_care::of_person(store, permit).await?,
        glass: permit.glass(),
        audit_id: permit.audit_id(),
    })
}
