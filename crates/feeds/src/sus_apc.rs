//! Admitted patient care: one row a consultant episode.

use model::{CodeScheme, Event, EventKind, Feed};

use crate::codes::{key, national_code, push_icd10, push_opcs4};
use crate::hospital;
use crate::row::{Refusal, Row, Scratch};
use crate::specification::Format::{Date, Icd10, Identifier, NationalCode, Number, Opcs4, Text};
use crate::specification::{
    Column, PersonColumns, Specification, Standardise, Table, at, numbered, optional, required,
};

const COLUMNS: &[Column] = &[
    required("EPIKEY", Identifier, "The episode's number", "HES: EPIKEY"),
    required("ADMIDATE", Date, "Admission of the spell", "START DATE (HOSPITAL PROVIDER SPELL)"),
    required("EPISTART", Date, "Start of the episode", "START DATE (EPISODE)"),
    required(
        "ADMIMETH",
        NationalCode,
        "Method of admission; 21 to 28 and 2A to 2D are emergencies",
        "ADMISSION METHOD CODE",
    ),
    optional("EPIEND", Date, "End of the episode; blank while open", "END DATE (EPISODE)"),
    optional(
        "DISDATE",
        Date,
        "Discharge; blank while in hospital",
        "DISCHARGE DATE (HOSPITAL PROVIDER SPELL)",
    ),
    optional("DISDEST", NationalCode, "Where to; 79 is death", "DISCHARGE DESTINATION CODE"),
    optional("DISMETH", NationalCode, "How discharged; not used", "DISCHARGE METHOD CODE"),
    optional(
        "CLASSPAT",
        NationalCode,
        "1 ordinary, 2 day case, 3 and 4 regular attender, 5 mother and baby",
        "PATIENT CLASSIFICATION CODE",
    ),
    optional(
        "EPIORDER",
        Number,
        "Place of the episode in its spell; 98 and 99 are not known",
        "EPISODE NUMBER",
    ),
    optional(
        "EPISTAT",
        NationalCode,
        "1 unfinished, 3 finished; not used, a blank EPIEND says it",
        "HES: EPISTAT",
    ),
    optional("SPELBGIN", NationalCode, "Whether the episode begins its spell; not used", "HES: SPELBGIN"),
    optional("ADMISORC", NationalCode, "Where from; not used", "SOURCE OF ADMISSION CODE"),
    numbered(
        "DIAG_4_",
        20,
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
    optional("OPDATE_01", Date, "Day of the primary procedure; not used", "PROCEDURE DATE"),
    optional(
        "MAINSPEF",
        NationalCode,
        "Main specialty of the consultant",
        "CARE PROFESSIONAL MAIN SPECIALTY CODE",
    ),
    optional("TRETSPEF", NationalCode, "Treatment function", "ACTIVITY TREATMENT FUNCTION CODE"),
    optional("STARTAGE", Number, "Age at the start; not used", "HES: STARTAGE"),
];

pub(crate) const SPECIFICATION: Specification = Specification {
    feed: Feed::SusApc,
    data_set: hospital::DATA_SET,
    about: "What a hospital trust sends about people admitted to it: one row a finished or open consultant episode. One extract a \
        trust and month. Column order is free; HES columns that are not listed are kept aside: their names and how many rows \
        fill them are reported.",
    tables: &[Table {
        name: "episodes",
        about: "One row a consultant episode.",
        columns: COLUMNS,
        shared: &[hospital::PEOPLE],
        without: &[],
        person: PersonColumns { or_else_as_at: "EPISTART", ..hospital::PERSON },
        events: "A row gives one `episode`, key `epi:` and `EPIKEY`, from `EPISTART` (the admission where HES does not know it) to \
            `EPIEND`, with the spell's admission and discharge. `method` is ADMIMETH, `outcome` DISDEST, `specialty` TRETSPEF or else \
            MAINSPEF, `subtype` CLASSPAT, `value` EPIORDER; diagnoses in ICD-10 and procedures in OPCS-4 without dots. An end \
            before its beginning is left out. Episodes are joined into spells later, not here.",
        standardise: Standardise::Row(event),
    }],
    duplicates: "Within one trust, an episode is told by `EPIKEY`. The copy with the later `SUSLDDATE` stands, then the later \
        file's, then the later line's.",
    caveats: &[
        hospital::PERSON_IS_THE_TRUSTS,
        hospital::NO_FULL_BIRTH_DATE,
        "An episode still open has no end until a later extract closes it.",
        "`R69` (unknown diagnosis) is kept as a code: it says that nothing was coded.",
        "What stands in a diagnosis or procedure cell and has not the form of a code is left out and the row reported; the \
         fillers `-` and `&` are nothing.",
    ],
};

fn event<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
    key(&mut scratch.key, "epi", row.filled(at!("EPIKEY"))?);
    let admitted = row.optional_day(at!("ADMIDATE"));
    let start = match admitted {
        Some(admitted) if row.has_no_day(at!("EPISTART")) => {
            row.mend(at!("EPISTART"), "is not known; the admission date was taken");
            admitted
        }
        _ => row.day(at!("EPISTART"))?,
    };
    let admitted = admitted.map(|admitted| {
        if admitted > start {
            row.mend(at!("ADMIDATE"), "is after the start of the episode; that was taken");
        }
        admitted.min(start)
    });
    row.codes(at!("DIAG_4_"), &mut scratch.codes, push_icd10, "is not an ICD-10 code; it was left out");
    row.codes(
        at!("OPERTN_4_"),
        &mut scratch.procedures,
        push_opcs4,
        "is not an OPCS-4 code; it was left out",
    );
    let treatment = national_code(row.text(at!("TRETSPEF")));
    Ok(Event {
        end: row.end(at!("EPIEND"), start),
        admitted,
        discharged: row.end(at!("DISDATE"), admitted.unwrap_or(start)),
        scheme: CodeScheme::Icd10,
        codes: &scratch.codes,
        procedures: &scratch.procedures,
        value: row.number(at!("EPIORDER")).filter(|order| *order < 98.0),
        provider: row.organisation,
        method: row.text(at!("ADMIMETH")),
        outcome: row.text(at!("DISDEST")),
        specialty: if treatment.is_empty() { national_code(row.text(at!("MAINSPEF"))) } else { treatment },
        subtype: row.text(at!("CLASSPAT")),
        as_at: row.as_at,
        ..Event::new(row.source, row.person, &scratch.key, EventKind::Episode, start)
    })
}
