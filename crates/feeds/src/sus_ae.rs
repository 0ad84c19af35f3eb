//! Accident and emergency: one row an attendance.

use model::{CodeScheme, Event, EventKind, Feed};

use crate::codes::{key, push_ae_diagnosis, push_code};
use crate::hospital;
use crate::row::{Refusal, Row, Scratch, is_concept};
use crate::specification::Format::{Date, Identifier, NationalCode, OneOf, Snomed, Time};
use crate::specification::{
    Column, PersonColumns, Specification, Standardise, Table, at, numbered, optional, required,
};

const COLUMNS: &[Column] = &[
    required("AEKEY", Identifier, "The attendance's number", "HES: AEKEY"),
    required("ARRIVALDATE", Date, "The day of arrival", "ARRIVAL DATE AT ACCIDENT AND EMERGENCY DEPARTMENT"),
    required(
        "AEDEPTTYPE",
        NationalCode,
        "01 is a major department, 02 a single specialty, 03 minor injuries, 04 walk-in",
        "A and E DEPARTMENT TYPE",
    ),
    optional(
        "ARRIVALTIME",
        Time,
        "Time of arrival; kept in the landed file only",
        "ARRIVAL TIME AT ACCIDENT AND EMERGENCY DEPARTMENT",
    ),
    optional("DEPTIME", Time, "Time of departure; kept in the landed file only", "A and E DEPARTURE TIME"),
    optional(
        "AEARRIVALMODE",
        NationalCode,
        "1 by ambulance, 2 otherwise; or the code of the Emergency Care Data Set",
        "A and E ARRIVAL MODE; EMERGENCY CARE ARRIVAL MODE (SNOMED CT)",
    ),
    optional(
        "AEATTENDDISP",
        NationalCode,
        "What came of it; 01 is admitted",
        "A and E ATTENDANCE DISPOSAL CODE",
    ),
    optional("AEATTENDCAT", NationalCode, "1 first, 2 and 3 follow-up", "A and E ATTENDANCE CATEGORY CODE"),
    numbered("DIAG2_", 12, NationalCode, "Diagnoses of the A&E list", "A and E DIAGNOSIS"),
    numbered("DIAGA_", 12, NationalCode, "Diagnoses as analysed, where DIAG2 is blank", "HES: DIAGA"),
    numbered(
        "DIAGSNOMED_",
        12,
        Snomed,
        "Diagnoses of the Emergency Care Data Set; they win over DIAG2",
        "EMERGENCY CARE DIAGNOSIS (SNOMED CT)",
    ),
    optional(
        "ACUITYSNOMED",
        OneOf(&ACUITY),
        "How urgent the need for care was, a SNOMED CT code: immediate, very urgent, urgent, standard, low",
        "EMERGENCY CARE ACUITY (SNOMED CT)",
    ),
];

/// Emergency care acuity, from category 1 (immediate) to 5 (low). Source: Emergency Care Data Set, EMERGENCY CARE ACUITY (SNOMED CT).
const ACUITY: [&str; 5] =
    ["1064891000000107", "1064911000000105", "1064901000000108", "1077241000000103", "1077251000000100"];

pub(crate) const SPECIFICATION: Specification = Specification {
    feed: Feed::SusAe,
    data_set: hospital::DATA_SET,
    about: "What a hospital trust sends about people who come to its accident and emergency departments. One extract a trust and \
        month. Column order is free; HES columns that are not listed are kept aside: their names and how many rows fill them \
        are reported.",
    tables: &[Table {
        name: "attendances",
        about: "One row an attendance.",
        columns: COLUMNS,
        shared: &[hospital::PEOPLE],
        without: &[],
        person: PersonColumns { or_else_as_at: "ARRIVALDATE", ..hospital::PERSON },
        events: "A row gives one `ae_attendance`, key `ae:` and `AEKEY`, on `ARRIVALDATE`. `specialty` is AEDEPTTYPE, `method` \
            AEARRIVALMODE, `outcome` AEATTENDDISP, `subtype` AEATTENDCAT, `value` the category of ACUITYSNOMED: 1 immediate to 5 low. \
            Codes are SNOMED CT where DIAGSNOMED has any, else the \
            A&E list's.",
        standardise: Standardise::Row(event),
    }],
    duplicates: "Within one trust, an attendance is told by `AEKEY`. The copy with the later `SUSLDDATE` stands, then the later \
        file's, then the later line's.",
    caveats: &[
        hospital::PERSON_IS_THE_TRUSTS,
        hospital::NO_FULL_BIRTH_DATE,
        hospital::TIMES,
        "DIAGSCHEME is not looked at: where a trust wrote codes of another scheme into DIAG2, those of two to six letters or \
         digits are kept under the A&E list's name.",
        "Without ACUITYSNOMED, and without a code of it in a row, the acuity is not known; the attendance counts all the same.",
        "Planned follow-ups (AEATTENDCAT 2) are attendances too; definitions leave them out where they should.",
    ],
};

fn event<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
    key(&mut scratch.key, "ae", row.filled(at!("AEKEY"))?);
    let start = row.day(at!("ARRIVALDATE"))?;
    row.codes(
        at!("DIAGSNOMED_"),
        &mut scratch.codes,
        push_snomed,
        "is not a SNOMED CT code; it was left out",
    );
    let scheme = if scratch.codes.is_empty() {
        let filled = row.texts(at!("DIAG2_")).next().is_some();
        let column = if filled { at!("DIAG2_") } else { at!("DIAGA_") };
        row.codes(
            column,
            &mut scratch.codes,
            push_ae_diagnosis,
            "is not an A&E diagnosis code; it was left out",
        );
        CodeScheme::AeDiagnosis
    } else {
        CodeScheme::Snomed
    };
    let value = acuity(row);
    Ok(Event {
        scheme,
        codes: &scratch.codes,
        provider: row.organisation,
        value,
        method: row.text(at!("AEARRIVALMODE")),
        outcome: row.text(at!("AEATTENDDISP")),
        specialty: row.text(at!("AEDEPTTYPE")),
        subtype: row.text(at!("AEATTENDCAT")),
        as_at: row.as_at,
        ..Event::new(row.source, row.person, &scratch.key, EventKind::AeAttendance, start)
    })
}

/// The category of acuity, when the row gives one.
fn acuity(row: &mut Row<'_>) -> Option<f64> {
    let code = row.text(at!("ACUITYSNOMED"));
    let category = (1_u8..).zip(ACUITY).find(|(_, known)| *known == code);
    if category.is_none() && !code.is_empty() {
        row.mend(at!("ACUITYSNOMED"), "is not an acuity of the Emergency Care Data Set; it was left out");
    }
    category.map(|(category, _)| f64::from(category))
}

fn push_snomed(codes: &mut String, text: &str) -> bool {
    is_concept(text) && push_code(codes, text)
}
