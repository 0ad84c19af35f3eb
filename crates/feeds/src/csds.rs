//! Community services: contacts and stays in community hospital beds. Mental health services send the same tables with a
//! referral's identifier (`mhsds.rs`).

use model::{CodeScheme, Event, EventKind, Feed};

use crate::codes::{key, push_icd10};
use crate::row::{Refusal, Row, Scratch};
use crate::specification::Format::{
    Date, Ethnicity, Icd10, Identifier, NationalCode, NhsNumber, Organisation, Postcode, Sex, Text,
};
use crate::specification::{
    Column, PersonColumns, Specification, Standardise, Table, at, optional, required,
};

pub(crate) const SPECIFICATION: Specification = Specification {
    feed: Feed::Csds,
    data_set: "the Community Services Data Set (CSDS, DAPB1069): CYP201 care contact with the person's CYP001, and the hospital \
        provider spell.",
    about: "What a community trust sends about the contacts of its teams with people, and stays in its community hospital beds. One \
        submission a provider and month; each table comes with the columns that say who the person is, so that a file stands on \
        its own.",
    tables: &[
        Table {
            name: "contacts",
            about: "One row a contact, kept or not.",
            columns: CONTACT,
            shared: &[PEOPLE],
            without: &[MENTAL_HEALTH],
            person: PERSON_AT_CONTACT,
            events: "A row gives one `community_contact`, key `con:` and `CareContactId`, on `CareContDate`. `outcome` is AttendStatus, \
                `specialty` TeamType, `method` ConsMechanism.",
            standardise: Standardise::Row(community_contact),
        },
        Table {
            name: "spells",
            about: "One row a stay in a bed.",
            columns: SPELL,
            shared: &[PEOPLE],
            without: &[MENTAL_HEALTH],
            person: PERSON_AT_SPELL,
            events: "A row gives one `community_spell`, key `spl:` and `HospProvSpellId`, from `StartDateHospProvSpell` to \
                `DischDateHospProvSpell` (open when blank), with the primary diagnosis.",
            standardise: Standardise::Row(community_spell),
        },
    ],
    duplicates: "Within one provider, a contact is told by `CareContactId`, a stay by `HospProvSpellId`. The copy with the later \
        `ReportingPeriodEnd` stands, then the later file's, then the later line's: a submission that closes a stay replaces the \
        open copy.",
    caveats: &[
        "Only AttendStatus 5 and 6 are care given; 7 is late and not seen, 2 cancelled by the patient, 3 did not attend, 4 \
         cancelled by the provider.",
        "The national data set spreads a person, referral and contact over several tables; here they are joined into one by the sender.",
        "Group sessions and indirect activity are not read.",
    ],
};

/// The column that marks a mental health file.
pub(crate) const MENTAL_HEALTH: &str = "UniqServReqId";

/// Who a row is about, in both tables of both feeds.
pub(crate) const PEOPLE: &[Column] = &[
    required("OrgIDProv", Organisation, "The provider", "ORGANISATION IDENTIFIER (CODE OF PROVIDER)"),
    required(
        "LocalPatientId",
        Identifier,
        "The person's number in the provider",
        "LOCAL PATIENT IDENTIFIER (EXTENDED)",
    ),
    optional("NHSNumber", NhsNumber, "NHS number", "NHS NUMBER"),
    optional(
        "FamilyName",
        Text,
        "Family name; sent only where the NHS number is absent",
        "PERSON FAMILY NAME",
    ),
    optional("GivenName", Text, "Given name; sent only where the NHS number is absent", "PERSON GIVEN NAME"),
    optional("PersonBirthDate", Date, "Date of birth", "PERSON BIRTH DATE"),
    optional("Gender", Sex, "Stated gender", "PERSON STATED GENDER CODE"),
    optional("EthnicCategory", Ethnicity, "Ethnic category 2001", "ETHNIC CATEGORY"),
    optional("Postcode", Postcode, "Postcode", "POSTCODE OF USUAL ADDRESS"),
    optional(
        "GMPReg",
        Organisation,
        "Registered practice",
        "GENERAL MEDICAL PRACTICE CODE (PATIENT REGISTRATION)",
    ),
    optional(
        "ReportingPeriodEnd",
        Date,
        "Last day of the period: the row is true as at this day",
        "REPORTING PERIOD END DATE",
    ),
];

const PERSON: PersonColumns = PersonColumns {
    organisation: "OrgIDProv",
    source_person: &["LocalPatientId"],
    nhs_number: "NHSNumber",
    family_name: "FamilyName",
    given_name: "GivenName",
    birth_date: "PersonBirthDate",
    sex: "Gender",
    postcode: "Postcode",
    ethnic_category: "EthnicCategory",
    practice: "GMPReg",
    as_at: "ReportingPeriodEnd",
    ..PersonColumns::NONE
};
pub(crate) const PERSON_AT_CONTACT: PersonColumns = PersonColumns { or_else_as_at: "CareContDate", ..PERSON };
pub(crate) const PERSON_AT_SPELL: PersonColumns =
    PersonColumns { or_else_as_at: "StartDateHospProvSpell", ..PERSON };

/// The columns of a contact, in both feeds.
pub(crate) const CONTACT: &[Column] = &[
    required("CareContactId", Identifier, "The contact's number", "CARE CONTACT IDENTIFIER"),
    required("CareContDate", Date, "The day of the contact", "CARE CONTACT DATE"),
    optional("TeamType", NationalCode, "The team", "SERVICE OR TEAM TYPE REFERRED TO"),
    optional(
        "ConsMechanism",
        NationalCode,
        "How: 01 face to face, 02 telephone, 11 video and others",
        "CONSULTATION MECHANISM",
    ),
    optional("AttendStatus", NationalCode, "Whether it took place", "ATTENDANCE STATUS"),
    optional("PrimDiagICD10", Icd10, "Primary diagnosis", "PRIMARY DIAGNOSIS (ICD)"),
];

/// The columns of a stay, in both feeds.
pub(crate) const SPELL: &[Column] = &[
    required("HospProvSpellId", Identifier, "The stay's number", "HOSPITAL PROVIDER SPELL IDENTIFIER"),
    required("StartDateHospProvSpell", Date, "Admission", "START DATE (HOSPITAL PROVIDER SPELL)"),
    optional(
        "DischDateHospProvSpell",
        Date,
        "Discharge; blank while in the bed",
        "DISCHARGE DATE (HOSPITAL PROVIDER SPELL)",
    ),
    optional("PrimDiagICD10", Icd10, "Primary diagnosis", "PRIMARY DIAGNOSIS (ICD)"),
];

fn community_contact<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
    contact(row, scratch, EventKind::CommunityContact)
}

fn community_spell<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
    spell(row, scratch, EventKind::CommunitySpell)
}

/// A row of [`CONTACT`] as a contact of this kind.
pub(crate) fn contact<'r>(
    row: &mut Row<'r>,
    scratch: &'r mut Scratch,
    kind: EventKind,
) -> Result<Event<'r>, Refusal> {
    const COLUMNS: &[Column] = CONTACT;
    key(&mut scratch.key, "con", row.filled(at!("CareContactId"))?);
    let start = row.day(at!("CareContDate"))?;
    row.codes(at!("PrimDiagICD10"), &mut scratch.codes, push_icd10, "is not an ICD-10 code; it was left out");
    Ok(Event {
        scheme: scheme(&scratch.codes),
        codes: &scratch.codes,
        provider: row.organisation,
        method: row.text(at!("ConsMechanism")),
        outcome: row.text(at!("AttendStatus")),
        specialty: row.text(at!("TeamType")),
        as_at: row.as_at,
        ..Event::new(row.source, row.person, &scratch.key, kind, start)
    })
}

/// A row of [`SPELL`] as a stay of this kind.
pub(crate) fn spell<'r>(
    row: &mut Row<'r>,
    scratch: &'r mut Scratch,
    kind: EventKind,
) -> Result<Event<'r>, Refusal> {
    const COLUMNS: &[Column] = SPELL;
    key(&mut scratch.key, "spl", row.filled(at!("HospProvSpellId"))?);
    let start = row.day(at!("StartDateHospProvSpell"))?;
    row.codes(at!("PrimDiagICD10"), &mut scratch.codes, push_icd10, "is not an ICD-10 code; it was left out");
    Ok(Event {
        end: row.end(at!("DischDateHospProvSpell"), start),
        scheme: scheme(&scratch.codes),
        codes: &scratch.codes,
        provider: row.organisation,
        as_at: row.as_at,
        ..Event::new(row.source, row.person, &scratch.key, kind, start)
    })
}

fn scheme(codes: &str) -> CodeScheme {
    if codes.is_empty() { CodeScheme::None } else { CodeScheme::Icd10 }
}
