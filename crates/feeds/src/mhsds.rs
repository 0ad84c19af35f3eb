//! Mental health services: contacts and inpatient stays, in the tables of `csds.rs` with a referral's identifier.

use model::{Event, EventKind, Feed};

use crate::csds::{
    CONTACT, MENTAL_HEALTH, PEOPLE, PERSON_AT_CONTACT, PERSON_AT_SPELL, SPELL, contact, spell,
};
use crate::row::{Refusal, Row, Scratch};
use crate::specification::Format::Identifier;
use crate::specification::{Column, Specification, Standardise, Table, required};

const REFERRAL: &[Column] = &[required(
    MENTAL_HEALTH,
    Identifier,
    "The referral's number; tells these files from community services' and is not used otherwise",
    "UNIQUE SERVICE REQUEST IDENTIFIER",
)];

pub(crate) const SPECIFICATION: Specification = Specification {
    feed: Feed::Mhsds,
    data_set: "the Mental Health Services Data Set (MHSDS, DCB0011): MHS201 care contact and MHS501 hospital provider spell, with \
        the person's MHS001.",
    about: "What a mental health trust sends about the contacts of its teams with people, and inpatient stays. One submission a \
        provider and month; each table comes with the columns that say who the person is, so that a file stands on its own.",
    tables: &[
        Table {
            name: "contacts",
            about: "One row a contact, kept or not.",
            columns: CONTACT,
            shared: &[REFERRAL, PEOPLE],
            without: &[],
            person: PERSON_AT_CONTACT,
            events: "A row gives one `mental_health_contact`, key `con:` and `CareContactId`, on `CareContDate`. `outcome` is \
                AttendStatus, `specialty` TeamType, `method` ConsMechanism; the primary diagnosis where one is given.",
            standardise: Standardise::Row(mental_health_contact),
        },
        Table {
            name: "spells",
            about: "One row an inpatient stay.",
            columns: SPELL,
            shared: &[REFERRAL, PEOPLE],
            without: &[],
            person: PERSON_AT_SPELL,
            events: "A row gives one `mental_health_spell`, key `spl:` and `HospProvSpellId`, from `StartDateHospProvSpell` to \
                `DischDateHospProvSpell` (open when blank), with the primary diagnosis.",
            standardise: Standardise::Row(mental_health_spell),
        },
    ],
    duplicates: "Within one provider, a contact is told by `CareContactId`, a stay by `HospProvSpellId`. The copy with the later \
        `ReportingPeriodEnd` stands, then the later file's, then the later line's: a submission that closes a stay replaces the \
        open copy.",
    caveats: &[
        "Only AttendStatus 5 and 6 are care given; 7 is late and not seen, 2 cancelled by the patient, 3 did not attend, 4 \
         cancelled by the provider.",
        "The national data set spreads a person, referral and contact over several tables; here they are joined into one by the sender.",
        "Diagnoses are sparse; a blank one says nothing.",
        "Talking therapies (IAPT) are another data set and are not read.",
    ],
};

fn mental_health_contact<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
    contact(row, scratch, EventKind::MentalHealthContact)
}

fn mental_health_spell<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
    spell(row, scratch, EventKind::MentalHealthSpell)
}
