//! FHIR R4: one table a resource type. What each becomes is in the files beside: who somebody is, contacts with services, and
//! entries of a record; how a file is taken apart is in `file`, how a resource is read in `resource`.

mod document;
mod encounter;
mod entries;
pub(crate) mod file;
mod patient;
pub(crate) mod resource;

use model::Feed;

use encounter::encounter;
use entries::{allergy, condition, immunization, medication, observation, procedure};
use patient::patient;

use crate::specification::Format::{
    Date, Identifier, NationalCode, NhsNumber as TenDigits, Number, Organisation, Postcode, Sex as Gender,
    Text,
};
use crate::specification::{Column, PersonColumns, Specification, Standardise, Table, optional, required};

pub(crate) const SPECIFICATION: Specification = Specification {
    feed: Feed::Fhir,
    data_set: "HL7 FHIR R4 (4.0.1), with the identifiers and extensions of UK Core; bulk data export (NDJSON) as in the FHIR Bulk Data \
        Access guide, and Bundles of type collection, transaction or searchset.",
    about: "What a system that speaks FHIR exports: a file with one resource a line (NDJSON), a Bundle, an array of resources, or one \
        resource. The organisation that sends it is told by the file's name, `fhir_{ORGANISATION}_...`; otherwise the source is \
        `fhir:FHIR`. A person is told by `Patient.id` within that source.",
    tables: &[
        table("Patient", "Who somebody is.", PATIENT, PATIENT_TO, Standardise::Resource(patient)),
        table(
            "Encounter",
            "A contact with a service.",
            ENCOUNTER,
            ENCOUNTER_TO,
            Standardise::Resource(encounter),
        ),
        table(
            "Condition",
            "A problem or diagnosis.",
            CONDITION,
            CONDITION_TO,
            Standardise::Resource(condition),
        ),
        table(
            "Observation",
            "A finding or result.",
            OBSERVATION,
            OBSERVATION_TO,
            Standardise::Resource(observation),
        ),
        table(
            "MedicationRequest",
            "A medicine prescribed.",
            MEDICATION,
            MEDICATION_TO,
            Standardise::Resource(medication),
        ),
        table("Procedure", "Something done.", PROCEDURE, PROCEDURE_TO, Standardise::Resource(procedure)),
        table(
            "Immunization",
            "A vaccine given.",
            IMMUNIZATION,
            IMMUNIZATION_TO,
            Standardise::Resource(immunization),
        ),
        table(
            "AllergyIntolerance",
            "An allergy or intolerance.",
            ALLERGY,
            ALLERGY_TO,
            Standardise::Resource(allergy),
        ),
    ],
    duplicates: "Within one source, an event is told by its resource type and `id` (a component of an observation also by its place). \
        The copy with the later `meta.lastUpdated` stands, then the later file's, then the later line's. A resource whose status \
        is `entered-in-error` takes the event away.",
    caveats: &[
        "Resources of other types are accepted, give no event and are counted by type.",
        "The day is the one written, in the time zone it was written in.",
        "A date that gives only a year or month is taken as its first day, and the resource reported as repaired; a partial date of \
         birth is left out.",
        "A line that is not JSON costs that line. In a Bundle what follows broken JSON cannot be read: it is one quarantined row \
         and a note.",
        "An Encounter of class AMB is an outpatient appointment where the name of its service provider says hospital, infirmary or \
         NHS trust, else an appointment in general practice: FHIR does not say which it is.",
        "Synthea's patients have no NHS number and live in the United States: nothing links them to anybody.",
    ],
};

const fn table(
    name: &'static str,
    about: &'static str,
    columns: &'static [Column],
    events: &'static str,
    standardise: Standardise,
) -> Table {
    Table {
        name,
        about,
        columns,
        shared: &[],
        without: &[],
        person: PersonColumns::NONE,
        events,
        standardise,
    }
}

const PATIENT: &[Column] = &[
    required("id", Identifier, "The person's identifier in the source", "Patient.id"),
    optional(
        "identifier",
        TenDigits,
        "The NHS number, of system https://fhir.nhs.uk/Id/nhs-number",
        "NHS NUMBER",
    ),
    optional(
        "name",
        Text,
        "The official name, else the usual, else the first; not an old one",
        "PERSON NAME",
    ),
    optional("gender", Gender, "Administrative gender", "PERSON STATED GENDER CODE"),
    optional("birthDate", Date, "Date of birth", "PERSON BIRTH DATE"),
    optional("deceasedDateTime", Date, "Date of death", "PERSON DEATH DATE"),
    optional("address", Postcode, "First line and postcode of the home address", "PATIENT USUAL ADDRESS"),
    optional("generalPractitioner", Organisation, "Practice, by ODS code", "GENERAL MEDICAL PRACTICE CODE"),
    optional("extension UKCore-EthnicCategory", NationalCode, "Ethnic category", "ETHNIC CATEGORY"),
    optional("meta.lastUpdated", Date, "The day the resource was true", "none"),
];
const PATIENT_TO: &str = "A Patient says who the person is; it gives no event.";

const ENCOUNTER: &[Column] = &[
    required("id", Identifier, "The contact's identifier", "Encounter.id"),
    required("subject", Identifier, "The patient", "Encounter.subject"),
    required("period", Date, "From when until when", "Encounter.period"),
    required(
        "class",
        NationalCode,
        "AMB, VR, HH, EMER, IMP, ACUTE, NONAC, SS or OBSENC",
        "v3 ActEncounterCode",
    ),
    optional("status", NationalCode, "What came of it", "Encounter.status"),
    optional("reasonCode", NationalCode, "What for", "Encounter.reasonCode"),
    optional(
        "serviceProvider",
        Organisation,
        "Who gave it: identifier, else name",
        "Encounter.serviceProvider",
    ),
    optional("serviceType", NationalCode, "Service", "Encounter.serviceType"),
    optional("hospitalization.dischargeDisposition", NationalCode, "Where to", "DISCHARGE DESTINATION CODE"),
    optional(
        "extension UKCore-AdmissionMethod",
        NationalCode,
        "Method of admission",
        "ADMISSION METHOD CODE",
    ),
];
const ENCOUNTER_TO: &str = "An Encounter gives one event, key `enc:` and `id`, on the first day of `period`. EMER is an `ae_attendance`; \
    IMP, ACUTE, NONAC, SS and OBSENC are an `episode` that is its own spell, from `period.start` to `period.end`; AMB is an \
    `outpatient_appointment` at a hospital, else a `gp_appointment` (`face_to_face`), as are HH (`home_visit`) and VR (`online`). \
    `outcome` of appointments follows `status`: `finished` is attended (`5` for outpatients), `planned` booked (`0`), `cancelled` \
    cancelled (`4`). Encounters of other classes are counted and give no event.";

const CONDITION: &[Column] = &[
    required("id", Identifier, "The entry's identifier", "Condition.id"),
    required("subject", Identifier, "The patient", "Condition.subject"),
    required("code", NationalCode, "What: SNOMED CT, else ICD-10, else another; or words", "Condition.code"),
    required("onset, recordedDate", Date, "Since when: onset, else when recorded", "Condition.onset[x]"),
    optional("abatementDateTime", Date, "Until when", "Condition.abatement[x]"),
    optional("clinicalStatus", NationalCode, "Active, resolved and so on", "Condition.clinicalStatus"),
    optional(
        "verificationStatus",
        NationalCode,
        "Refuted and entered in error take it away",
        "Condition.verificationStatus",
    ),
];
const CONDITION_TO: &str = "A Condition gives one `observation`, key `cond:` and `id`, with `subtype` `condition` and `outcome` the \
    clinical status.";

const OBSERVATION: &[Column] = &[
    required("id", Identifier, "The entry's identifier", "Observation.id"),
    required("subject", Identifier, "The patient", "Observation.subject"),
    required("code", NationalCode, "What", "Observation.code"),
    required("effective, issued", Date, "When: effective, else issued", "Observation.effective[x]"),
    optional("valueQuantity", Number, "Result and unit", "Observation.value[x]"),
    optional("valueCodeableConcept", Text, "Result as a concept", "Observation.value[x]"),
    optional(
        "component",
        Number,
        "Results of several parts, such as a blood pressure's two",
        "Observation.component",
    ),
];
const OBSERVATION_TO: &str = "An Observation gives one `observation`, key `obs:` and `id`, with `subtype` `result`, `value` and `unit`, and \
    `outcome` the words of a coded result. One with components gives one event each instead, key `obs:`, `id`, `:` and the place \
    counted from 1, beside its own value if it has one.";

const MEDICATION: &[Column] = &[
    required("id", Identifier, "The request's identifier", "MedicationRequest.id"),
    required("subject", Identifier, "The patient", "MedicationRequest.subject"),
    required(
        "medication",
        NationalCode,
        "What: a concept, or a Medication contained in the resource",
        "MedicationRequest.medication[x]",
    ),
    required("authoredOn", Date, "When", "MedicationRequest.authoredOn"),
    optional("dispenseRequest.quantity", Number, "How much", "MedicationRequest.dispenseRequest"),
    optional("intent", NationalCode, "Proposals and plans are no issue", "MedicationRequest.intent"),
];
const MEDICATION_TO: &str = "A MedicationRequest gives one `medicine_issue`, key `med:` and `id`, on `authoredOn`; a SNOMED CT code of a \
    medicine is a dm+d code. Proposals and plans are counted and give no event.";

const PROCEDURE: &[Column] = &[
    required("id", Identifier, "The entry's identifier", "Procedure.id"),
    required("subject", Identifier, "The patient", "Procedure.subject"),
    required("code", NationalCode, "What", "Procedure.code"),
    required("performed", Date, "When", "Procedure.performed[x]"),
    optional("status", NationalCode, "What was not done is no event", "Procedure.status"),
];
const PROCEDURE_TO: &str = "A Procedure gives one `observation`, key `proc:` and `id`, with `subtype` `procedure`. One not done is counted \
    and gives no event.";

const IMMUNIZATION: &[Column] = &[
    required("id", Identifier, "The entry's identifier", "Immunization.id"),
    required("patient", Identifier, "The patient", "Immunization.patient"),
    required("vaccineCode", NationalCode, "Which vaccine", "Immunization.vaccineCode"),
    required("occurrenceDateTime", Date, "When", "Immunization.occurrence[x]"),
    optional("status", NationalCode, "What was not done is no event", "Immunization.status"),
];
const IMMUNIZATION_TO: &str = "An Immunization gives one `immunisation`, key `imm:` and `id`. One not done is counted and gives no event.";

const ALLERGY: &[Column] = &[
    required("id", Identifier, "The entry's identifier", "AllergyIntolerance.id"),
    required("patient", Identifier, "The patient", "AllergyIntolerance.patient"),
    required("code", NationalCode, "To what", "AllergyIntolerance.code"),
    required(
        "recordedDate, onsetDateTime",
        Date,
        "When: recorded, else since, else last seen, else last updated",
        "AllergyIntolerance.recordedDate",
    ),
    optional(
        "clinicalStatus",
        NationalCode,
        "Active, resolved and so on",
        "AllergyIntolerance.clinicalStatus",
    ),
    optional(
        "verificationStatus",
        NationalCode,
        "Refuted and entered in error take it away",
        "AllergyIntolerance.verificationStatus",
    ),
];
const ALLERGY_TO: &str = "An AllergyIntolerance gives one `observation`, key `alg:` and `id`, with `subtype` `allergy` and `outcome` the \
    clinical status.";
