//! GP practice extracts: one a practice and month, in four tables.

use model::Feed;

use crate::specification::Specification;

pub(crate) const SPECIFICATION: Specification = Specification {
    feed: Feed::Gp,
    data_set: "the GP Data Set of the NHS Data Dictionary (Patient, Observation, Medication and Appointment), reduced to what GP \
        system suppliers' extracts have in common and with the person's identity, which that set does not carry; SNOMED CT (UK \
        edition) and dm+d. Words of appointments follow NHS England's Appointments in General Practice.",
    about: "What a GP practice's clinical system holds: its registered people, their coded entries, the medicines issued to them \
        and their appointments. One extract a practice and month; the first holds everybody and their history, later ones what is \
        new or changed.",
    tables: &[patients::TABLE, observations::TABLE, medications::TABLE, appointments::TABLE],
    duplicates: "Within one practice, an entry is told by its table and its identifier (`observation_id`, `issue_id`, \
        `appointment_id`). The copy with the later `extract_date` stands, then the later file's, then the later line's. A copy \
        marked `deleted` takes the entry away.",
    caveats: &[
        "A patient row replaces the earlier one of the same practice and patient: registration, address and death come from \
         the latest extract.",
        "A person who moves practice is a new patient of the new practice; linkage joins the two.",
        "A result that is words (`Negative`) has no value here; the entry itself is kept and the row reported as repaired.",
        "Appointments that lie ahead of the extract are kept (status Booked); other entries dated after their extract are refused.",
        "Codes are not looked up in SNOMED CT: a well-formed code that does not exist is kept.",
    ],
};

mod patients {
    use crate::specification::Format::{
        Date, Ethnicity, Identifier, Lsoa, NhsNumber, Organisation, Postcode, Sex, Text,
    };
    use crate::specification::{Column, PersonColumns, Standardise, Table, optional, required};

    const COLUMNS: &[Column] = &[
        required(
            "practice_code",
            Organisation,
            "The practice",
            "GENERAL MEDICAL PRACTICE CODE (PATIENT REGISTRATION)",
        ),
        required(
            "patient_id",
            Identifier,
            "The patient's number in the practice's system",
            "LOCAL PATIENT IDENTIFIER",
        ),
        required("nhs_number", NhsNumber, "NHS number", "NHS NUMBER"),
        required("family_name", Text, "Family name", "PERSON FAMILY NAME"),
        required("given_name", Text, "Given name", "PERSON GIVEN NAME"),
        required("date_of_birth", Date, "Date of birth", "PERSON BIRTH DATE"),
        optional("sex", Sex, "Sex or stated gender", "PERSON STATED GENDER CODE"),
        optional("address_1", Text, "First line of the address", "PATIENT USUAL ADDRESS"),
        optional("postcode", Postcode, "Postcode", "POSTCODE OF USUAL ADDRESS"),
        optional("lsoa", Lsoa, "Small area of residence", "LOWER LAYER SUPER OUTPUT AREA (RESIDENCE)"),
        optional("ethnic_category", Ethnicity, "Ethnic category 2001", "ETHNIC CATEGORY"),
        optional("registration_date", Date, "Registered from", "none"),
        optional("deregistration_date", Date, "Registered until; blank while registered", "none"),
        optional("date_of_death", Date, "Date of death", "PERSON DEATH DATE"),
        optional("extract_date", Date, "The day the extract was true", "none"),
    ];

    pub(super) const TABLE: Table = Table {
        name: "patients",
        about: "One row a registered, or formerly registered, patient.",
        columns: COLUMNS,
        shared: &[],
        without: &[],
        person: PersonColumns {
            nhs_number: "nhs_number",
            family_name: "family_name",
            given_name: "given_name",
            birth_date: "date_of_birth",
            death_date: "date_of_death",
            sex: "sex",
            address: "address_1",
            postcode: "postcode",
            lsoa: &["lsoa"],
            ethnic_category: "ethnic_category",
            practice: "practice_code",
            registered_from: "registration_date",
            registered_to: "deregistration_date",
            ..super::PERSON
        },
        events: "A row says who the patient is and where registered; it gives no event. The practice is the row's own, and only \
            this feed says from when until when a person is registered.",
        standardise: Standardise::People,
    };
}

/// Who an entry of any table is about.
const PERSON: crate::PersonColumns = crate::PersonColumns {
    organisation: "practice_code",
    source_person: &["patient_id"],
    as_at: "extract_date",
    ..crate::PersonColumns::NONE
};

mod observations {
    use model::{CodeScheme, Event, EventKind};

    use crate::codes::key;
    use crate::row::{Refusal, Row, Scratch};
    use crate::specification::Format::{Date, Flag, Identifier, Number, Organisation, Snomed, Text};
    use crate::specification::{Column, Standardise, Table, at, optional, required};

    const COLUMNS: &[Column] = &[
        required("practice_code", Organisation, "The practice", "ORGANISATION CODE (CODE OF PROVIDER)"),
        required(
            "patient_id",
            Identifier,
            "The patient's number in the practice's system",
            "LOCAL PATIENT IDENTIFIER",
        ),
        required("observation_id", Identifier, "The entry's number", "GP Data Set: Observation id"),
        required("effective_date", Date, "The day it is true of", "GP Data Set: Observation effective_date"),
        required(
            "snomed_code",
            Snomed,
            "What was found, done or measured",
            "GP Data Set: Observation codable concept",
        ),
        optional("term", Text, "The practice's words for the code", "none"),
        optional("value", Number, "Result", "GP Data Set: Observation value"),
        optional("unit", Text, "Unit of the result", "none"),
        optional("extract_date", Date, "The day the extract was true", "none"),
        optional("deleted", Flag, "Recorded in error", "GP Data Set: deletion_flag"),
    ];

    pub(super) const TABLE: Table = Table {
        name: "observations",
        about: "One row a coded entry: a diagnosis, a finding, a procedure, a result.",
        columns: COLUMNS,
        shared: &[],
        without: &[],
        person: super::PERSON,
        events: "A row gives one `observation`, key `obs:` and `observation_id`, on `effective_date`, with the SNOMED CT code, \
            its term, and value and unit where there is a result.",
        standardise: Standardise::Row(event),
    };

    fn event<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
        key(&mut scratch.key, "obs", row.filled(at!("observation_id"))?);
        let start = row.day(at!("effective_date"))?;
        let deleted = row.flag(at!("deleted"));
        let codes = match row.concept(at!("snomed_code"), "is not a SNOMED CT code") {
            Err(_) if deleted => "",
            code => code?,
        };
        Ok(Event {
            scheme: CodeScheme::Snomed,
            codes,
            term: row.text(at!("term")),
            value: row.number(at!("value")),
            unit: row.text(at!("unit")),
            provider: row.organisation,
            as_at: row.as_at,
            deleted,
            ..Event::new(row.source, row.person, &scratch.key, EventKind::Observation, start)
        })
    }
}

mod medications {
    use model::{CodeScheme, Event, EventKind};

    use crate::codes::key;
    use crate::row::{Refusal, Row, Scratch};
    use crate::specification::Format::{Bnf, Date, Dmd, Flag, Identifier, Number, Organisation, Text};
    use crate::specification::{Column, Standardise, Table, at, optional, required};

    const COLUMNS: &[Column] = &[
        required("practice_code", Organisation, "The practice", "ORGANISATION CODE (CODE OF PROVIDER)"),
        required(
            "patient_id",
            Identifier,
            "The patient's number in the practice's system",
            "LOCAL PATIENT IDENTIFIER",
        ),
        required("issue_id", Identifier, "The issue's number", "GP Data Set: Medication id"),
        required("issue_date", Date, "The day it was issued", "GP Data Set: Medication effective_date"),
        required("dmd_code", Dmd, "What was issued", "GP Data Set: Medication codable concept"),
        optional("term", Text, "The practice's words for the medicine", "none"),
        optional("quantity", Number, "How much", "none"),
        optional("quantity_unit", Text, "Of what", "none"),
        optional(
            "bnf_code",
            Bnf,
            "British National Formulary code, by which medicines are grouped",
            "NHSBSA: BNF code",
        ),
        optional("extract_date", Date, "The day the extract was true", "none"),
        optional("deleted", Flag, "Recorded in error", "GP Data Set: deletion_flag"),
    ];

    pub(super) const TABLE: Table = Table {
        name: "medications",
        about: "One row a medicine issued.",
        columns: COLUMNS,
        shared: &[],
        without: &[],
        person: super::PERSON,
        events: "A row gives one `medicine_issue`, key `med:` and `issue_id`, on `issue_date`, with the dm+d code; `value` is the \
            quantity, `unit` its unit, `specialty` the BNF code.",
        standardise: Standardise::Row(event),
    };

    fn event<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
        key(&mut scratch.key, "med", row.filled(at!("issue_id"))?);
        let start = row.day(at!("issue_date"))?;
        let deleted = row.flag(at!("deleted"));
        let codes = match row.concept(at!("dmd_code"), "is not a dm+d code") {
            Err(_) if deleted => "",
            code => code?,
        };
        Ok(Event {
            scheme: CodeScheme::Dmd,
            codes,
            term: row.text(at!("term")),
            value: row.number(at!("quantity")),
            unit: row.text(at!("quantity_unit")),
            provider: row.organisation,
            specialty: row.text(at!("bnf_code")),
            as_at: row.as_at,
            deleted,
            ..Event::new(row.source, row.person, &scratch.key, EventKind::MedicineIssue, start)
        })
    }
}

mod appointments {
    use model::{Event, EventKind};

    use crate::codes::key;
    use crate::row::{Refusal, Row, Scratch};
    use crate::specification::Format::{Date, Flag, Identifier, OneOf, Organisation, Time};
    use crate::specification::{Column, Standardise, Table, at, optional, required};

    const STATUS: &[&str] = &["Attended", "Did not attend", "Cancelled", "Booked"];
    const ROLE: &[&str] = &["GP", "Other practice staff"];
    const MODE: &[&str] = &["Face-to-face", "Telephone", "Home visit", "Video/Online"];

    const COLUMNS: &[Column] = &[
        required("practice_code", Organisation, "The practice", "ORGANISATION CODE (CODE OF PROVIDER)"),
        required(
            "patient_id",
            Identifier,
            "The patient's number in the practice's system",
            "LOCAL PATIENT IDENTIFIER",
        ),
        required("appointment_id", Identifier, "The appointment's number", "none"),
        required("start_date", Date, "The day of the appointment", "APPOINTMENT DATE"),
        optional("start_time", Time, "Time of day; kept in the landed file only", "APPOINTMENT TIME"),
        required(
            "status",
            OneOf(STATUS),
            "What came of it",
            "Appointments in General Practice: appointment status",
        ),
        optional("role_group", OneOf(ROLE), "With whom", "Appointments in General Practice: HCP type"),
        optional("mode", OneOf(MODE), "How", "Appointments in General Practice: appointment mode"),
        optional("extract_date", Date, "The day the extract was true", "none"),
        optional("deleted", Flag, "Recorded in error", "GP Data Set: deletion_flag"),
    ];

    pub(super) const TABLE: Table = Table {
        name: "appointments",
        about: "One row an appointment.",
        columns: COLUMNS,
        shared: &[],
        without: &[],
        person: super::PERSON,
        events: "A row gives one `gp_appointment`, key `app:` and `appointment_id`, on `start_date`. `outcome` is `attended`, `dna`, \
            `cancelled` or `booked`; `specialty` `gp` or `other_staff`; `method` `face_to_face`, `telephone`, `home_visit` or `online`.",
        standardise: Standardise::Row(event),
    };

    fn event<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
        key(&mut scratch.key, "app", row.filled(at!("appointment_id"))?);
        let start = row.day_to_come(at!("start_date"))?;
        let outcome = one_of(row.text(at!("status")), STATUS, &["attended", "dna", "cancelled", "booked"]);
        let outcome =
            outcome.ok_or_else(|| row.refuse(at!("status"), "is not a known appointment status"))?;
        Ok(Event {
            provider: row.organisation,
            method: known(row, at!("mode"), MODE, &["face_to_face", "telephone", "home_visit", "online"]),
            outcome,
            specialty: known(row, at!("role_group"), ROLE, &["gp", "other_staff"]),
            as_at: row.as_at,
            deleted: row.flag(at!("deleted")),
            ..Event::new(row.source, row.person, &scratch.key, EventKind::GpAppointment, start)
        })
    }

    fn one_of(text: &str, words: &[&str], names: &[&'static str]) -> Option<&'static str> {
        words.iter().zip(names).find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, name)| *name)
    }

    fn known(row: &mut Row<'_>, column: usize, words: &[&str], names: &[&'static str]) -> &'static str {
        let text = row.text(column);
        let name = if text.is_empty() { Some("") } else { one_of(text, words, names) };
        name.unwrap_or_else(|| {
            row.mend(column, "is not one of the known words; it was left out");
            ""
        })
    }
}
