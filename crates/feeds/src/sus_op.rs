//! Outpatients: one row an appointment.

use model::{CodeScheme, Event, EventKind, Feed};

use crate::codes::{key, national_code, push_icd10, push_opcs4};
use crate::hospital;
use crate::row::{Refusal, Row, Scratch};
use crate::specification::Format::{Date, Icd10, Identifier, NationalCode, Opcs4, Text};
use crate::specification::{
    Column, PersonColumns, Specification, Standardise, Table, at, numbered, optional, required,
};

const COLUMNS: &[Column] = &[
    required("ATTENDKEY", Identifier, "The appointment's number", "HES: ATTENDKEY"),
    required("APPTDATE", Date, "The day of the appointment", "APPOINTMENT DATE"),
    required(
        "ATTENDED",
        NationalCode,
        "5 and 6 seen, 7 late and not seen, 3 did not attend, 2 cancelled by patient, 4 by provider",
        "ATTENDED OR DID NOT ATTEND CODE",
    ),
    optional(
        "FIRSTATT",
        NationalCode,
        "1 first, 2 follow-up, 3 and 4 the same by telephone",
        "FIRST ATTENDANCE CODE",
    ),
    optional("ATENTYPE", NationalCode, "Kind of attendance, with whom", "HES: ATENTYPE"),
    optional(
        "MAINSPEF",
        NationalCode,
        "Main specialty of the consultant",
        "CARE PROFESSIONAL MAIN SPECIALTY CODE",
    ),
    optional("TRETSPEF", NationalCode, "Treatment function", "ACTIVITY TREATMENT FUNCTION CODE"),
    numbered(
        "DIAG_4_",
        12,
        Icd10,
        "Diagnoses, the primary one first",
        "PRIMARY and SECONDARY DIAGNOSIS (ICD)",
    ),
    optional("DIAG_4_CONCAT", Text, "The diagnoses in one cell; not used", "HES: DIAG_4_CONCAT"),
    numbered(
        "OPERTN_4_",
        24,
        Opcs4,
        "Procedures, the primary one first",
        "PRIMARY and SECONDARY PROCEDURE (OPCS)",
    ),
    optional("OPERTN_4_CONCAT", Text, "The procedures in one cell; not used", "HES: OPERTN_4_CONCAT"),
];

pub(crate) const SPECIFICATION: Specification = Specification {
    feed: Feed::SusOp,
    data_set: hospital::DATA_SET,
    about: "What a hospital trust sends about outpatient appointments, kept or not. One extract a trust and month. Column order is \
        free; HES columns that are not listed are kept aside: their names and how many rows fill them are reported.",
    tables: &[Table {
        name: "appointments",
        about: "One row an outpatient appointment.",
        columns: COLUMNS,
        shared: &[hospital::PEOPLE],
        without: &[],
        person: PersonColumns { or_else_as_at: "APPTDATE", ..hospital::PERSON },
        events: "A row gives one `outpatient_appointment`, key `op:` and `ATTENDKEY`, on `APPTDATE`. `outcome` is ATTENDED, `specialty` \
            TRETSPEF or else MAINSPEF, `subtype` FIRSTATT, `method` ATENTYPE; diagnoses in ICD-10 and procedures in OPCS-4 without dots.",
        standardise: Standardise::Row(event),
    }],
    duplicates: "Within one trust, an appointment is told by `ATTENDKEY`. The copy with the later `SUSLDDATE` stands, then the \
        later file's, then the later line's.",
    caveats: &[
        hospital::PERSON_IS_THE_TRUSTS,
        hospital::NO_FULL_BIRTH_DATE,
        "Appointments not kept are rows too: only ATTENDED 5 and 6 are care given.",
        "Diagnoses are hardly ever coded in outpatients: nearly every row says `R69` (unknown).",
        "Appointments may lie ahead of the extract.",
    ],
};

fn event<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
    key(&mut scratch.key, "op", row.filled(at!("ATTENDKEY"))?);
    let start = row.day_to_come(at!("APPTDATE"))?;
    row.codes(at!("DIAG_4_"), &mut scratch.codes, push_icd10, "is not an ICD-10 code; it was left out");
    row.codes(
        at!("OPERTN_4_"),
        &mut scratch.procedures,
        push_opcs4,
        "is not an OPCS-4 code; it was left out",
    );
    let treatment = national_code(row.text(at!("TRETSPEF")));
    Ok(Event {
        scheme: CodeScheme::Icd10,
        codes: &scratch.codes,
        procedures: &scratch.procedures,
        provider: row.organisation,
        method: row.text(at!("ATENTYPE")),
        outcome: row.text(at!("ATTENDED")),
        specialty: if treatment.is_empty() { national_code(row.text(at!("MAINSPEF"))) } else { treatment },
        subtype: row.text(at!("FIRSTATT")),
        as_at: row.as_at,
        ..Event::new(row.source, row.person, &scratch.key, EventKind::OutpatientAppointment, start)
    })
}
