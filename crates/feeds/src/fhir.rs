//! FHIR R4: one table a resource type.

use model::{CodeScheme, Demographics, EventKind, Feed, NhsNumber, NhsNumberError, Sex, normalise_postcode};
use serde_json::Value;

use crate::people::{ethnic_category, practice};
use crate::resource::{Coded, Draft, Resource, Standard, at, coded, elements, text};
use crate::row::Refusal;
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

fn patient<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    let id = resource.needed_id()?;
    let value = resource.value;
    let name = preferred(value, "name", &["official", "usual"]);
    let address = preferred(value, "address", &["home"]);
    let postcode = text(address, &["postalCode"]);
    let as_at = resource.optional_day("Patient.meta.lastUpdated", &["meta", "lastUpdated"]);
    Ok(Standard::Person(Box::new(Demographics {
        source: String::new(),
        source_person: id.to_owned(),
        nhs_number: nhs_number(resource),
        family_name: text(name, &["family"]).to_owned(),
        given_name: text(name, &["given"]).to_owned(),
        birth_date: resource.optional_day("Patient.birthDate", &["birthDate"]),
        death_date: resource.optional_day("Patient.deceasedDateTime", &["deceasedDateTime"]),
        sex: Sex::parse(resource.text(&["gender"])).unwrap_or_default(),
        address: text(address, &["line"]).to_owned(),
        postcode: normalise_postcode(postcode).unwrap_or_else(|| postcode.to_owned()),
        ethnic_category: ethnic_category(extension(value, "EthnicCategory")),
        practice: practice(text(value, &["generalPractitioner", "identifier", "value"])),
        as_at,
        ..Demographics::default()
    })))
}

fn nhs_number(resource: &mut Resource<'_>) -> String {
    let numbers = elements(resource.value, "identifier");
    let system = "https://fhir.nhs.uk/Id/nhs-number";
    let Some(number) = numbers.iter().find(|number| text(number, &["system"]) == system) else {
        return String::new();
    };
    let number = text(number, &["value"]);
    match NhsNumber::parse(number) {
        Ok(good) => return good.digits(),
        Err(NhsNumberError::Missing) => {}
        Err(NhsNumberError::NotTenDigits) => {
            resource.mend("Patient.identifier", number, "is not ten digits; it was left out");
        }
        Err(NhsNumberError::CheckDigit) => {
            resource.mend("Patient.identifier", number, "fails its check digit; it was left out");
        }
    }
    String::new()
}

/// Of several names or addresses, the one of the first of these uses that is there, else the first that is not an old one.
fn preferred<'v>(value: &'v Value, name: &str, uses: &[&str]) -> &'v Value {
    let all = elements(value, name);
    let of = |one: &str| all.iter().find(|item| text(item, &["use"]) == one);
    let current = || all.iter().find(|item| !matches!(text(item, &["use"]), "old" | "maiden"));
    uses.iter().find_map(|one| of(one)).or_else(current).unwrap_or(&Value::Null)
}

/// The code of a UK Core extension of this name.
fn extension<'v>(value: &'v Value, name: &str) -> &'v str {
    let mut extensions = elements(value, "extension").iter();
    let found = extensions.find(|extension| text(extension, &["url"]).ends_with(name));
    found.map_or("", |extension| text(extension, &["valueCodeableConcept", "coding", "code"]))
}

fn encounter<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    let class = resource.text(&["class", "code"]);
    let name = text(resource.value, &["serviceProvider", "display"]);
    let (kind, method) = match class {
        "EMER" => (EventKind::AeAttendance, ""),
        "IMP" | "ACUTE" | "NONAC" | "SS" | "OBSENC" => {
            (EventKind::Episode, extension(resource.value, "AdmissionMethod"))
        }
        "AMB" if is_hospital(name) => (EventKind::OutpatientAppointment, ""),
        "AMB" => (EventKind::GpAppointment, "face_to_face"),
        "HH" => (EventKind::GpAppointment, "home_visit"),
        "VR" => (EventKind::GpAppointment, "online"),
        _ => return Ok(Standard::Aside("Encounter of another class".to_owned())),
    };
    let person = resource.patient("Encounter.subject", "subject")?;
    let start = resource.day(&[("Encounter.period.start", &["period", "start"])])?;
    let mut draft =
        resource.draft("enc", kind, start, coded_or_blank(at(resource.value, &["reasonCode"])))?;
    let provider = resource.text(&["serviceProvider", "identifier", "value"]);
    let event = &mut draft.event;
    event.method = method;
    event.outcome = encounter_outcome(resource, kind);
    event.specialty = resource.text(&["serviceType", "coding", "code"]);
    event.deleted = resource.text(&["status"]) == "entered-in-error";
    if !provider.is_empty() {
        event.provider = provider;
    }
    if kind == EventKind::Episode {
        event.end = resource.end("Encounter.period.end", &["period", "end"], start);
        event.admitted = Some(start);
        event.discharged = event.end;
        event.value = Some(1.0);
    }
    Ok(Standard::Events(person, vec![draft]))
}

fn is_hospital(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["hospital", "infirmary", "nhs trust", "foundation trust"].iter().any(|word| name.contains(word))
}

fn encounter_outcome<'v>(resource: &Resource<'v>, kind: EventKind) -> &'v str {
    let status = resource.text(&["status"]);
    match (kind, status) {
        (EventKind::Episode | EventKind::AeAttendance, _) => {
            resource.text(&["hospitalization", "dischargeDisposition", "coding", "code"])
        }
        (EventKind::OutpatientAppointment, "planned") => "0",
        (EventKind::OutpatientAppointment, "cancelled") => "4",
        (EventKind::OutpatientAppointment, _) => "5",
        (_, "planned") => "booked",
        (_, "cancelled") => "cancelled",
        _ => "attended",
    }
}

fn condition<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    let person = resource.patient("Condition.subject", "subject")?;
    let start = resource.day(&[
        ("Condition.onset", &["onsetDateTime"]),
        ("Condition.onset", &["onsetPeriod", "start"]),
        ("Condition.recordedDate", &["recordedDate"]),
    ])?;
    let code = needed_code(resource.value.get("code"), "Condition.code")?;
    let mut draft = resource.draft("cond", EventKind::Observation, start, code)?;
    draft.event.end = resource.end("Condition.abatement", &["abatementDateTime"], start);
    draft.event.subtype = "condition";
    draft.event.outcome = resource.text(&["clinicalStatus", "coding", "code"]);
    draft.event.deleted = is_taken_back(resource);
    Ok(Standard::Events(person, vec![draft]))
}

fn allergy<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    let person = resource.patient("AllergyIntolerance.patient", "patient")?;
    let start = resource.day(&[
        ("AllergyIntolerance.recordedDate", &["recordedDate"]),
        ("AllergyIntolerance.onset", &["onsetDateTime"]),
        ("AllergyIntolerance.lastOccurrence", &["lastOccurrence"]),
        ("AllergyIntolerance.meta.lastUpdated", &["meta", "lastUpdated"]),
    ])?;
    let code = needed_code(resource.value.get("code"), "AllergyIntolerance.code")?;
    let mut draft = resource.draft("alg", EventKind::Observation, start, code)?;
    draft.event.subtype = "allergy";
    draft.event.outcome = resource.text(&["clinicalStatus", "coding", "code"]);
    draft.event.deleted = is_taken_back(resource);
    Ok(Standard::Events(person, vec![draft]))
}

fn is_taken_back(resource: &Resource<'_>) -> bool {
    matches!(resource.text(&["verificationStatus", "coding", "code"]), "entered-in-error" | "refuted")
}

fn observation<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    let person = resource.patient("Observation.subject", "subject")?;
    let start = resource.day(&[
        ("Observation.effective", &["effectiveDateTime"]),
        ("Observation.effective", &["effectivePeriod", "start"]),
        ("Observation.effective", &["effectiveInstant"]),
        ("Observation.issued", &["issued"]),
    ])?;
    let code = needed_code(resource.value.get("code"), "Observation.code")?;
    let deleted = resource.text(&["status"]) == "entered-in-error";
    let components = elements(resource.value, "component");
    let mut own = resource.draft("obs", EventKind::Observation, start, code)?;
    let has_value = result(resource.value, &mut own);
    own.event.deleted = deleted;
    let mut drafts = Vec::with_capacity(components.len() + 1);
    for (place, component) in components.iter().enumerate() {
        let code = needed_code(component.get("code"), "Observation.component.code")?;
        let mut draft = resource.draft("obs", EventKind::Observation, start, code)?;
        draft.key.push_str(&format!(":{}", place + 1));
        result(component, &mut draft);
        draft.event.deleted = deleted;
        drafts.push(draft);
    }
    if has_value || drafts.is_empty() {
        drafts.insert(0, own);
    }
    Ok(Standard::Events(person, drafts))
}

/// The value of an observation or component, put into its event.
fn result<'v>(value: &'v Value, draft: &mut Draft<'v>) -> bool {
    let event = &mut draft.event;
    event.subtype = "result";
    let number = at(value, &["valueQuantity", "value"]).or_else(|| value.get("valueInteger"));
    event.value = number.and_then(Value::as_f64).filter(|number| number.is_finite());
    event.unit = text(value, &["valueQuantity", "unit"]);
    if event.unit.is_empty() {
        event.unit = text(value, &["valueQuantity", "code"]);
    }
    let concept = coded(value.get("valueCodeableConcept"));
    event.outcome = concept.map_or("", |concept| concept.term);
    event.value.is_some() || !event.outcome.is_empty()
}

fn medication<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    if matches!(resource.text(&["intent"]), "proposal" | "plan") {
        return Ok(Standard::Aside("MedicationRequest that is a plan".to_owned()));
    }
    let person = resource.patient("MedicationRequest.subject", "subject")?;
    let start = resource.day(&[("MedicationRequest.authoredOn", &["authoredOn"])])?;
    let contained = || contained(resource.value, resource.text(&["medicationReference", "reference"]));
    let concept = resource.value.get("medicationCodeableConcept").or_else(contained);
    let mut code = needed_code(concept, "MedicationRequest.medication")?;
    if code.scheme == CodeScheme::Snomed {
        code.scheme = CodeScheme::Dmd;
    }
    let mut draft = resource.draft("med", EventKind::MedicineIssue, start, code)?;
    let quantity = at(resource.value, &["dispenseRequest", "quantity", "value"]).and_then(Value::as_f64);
    draft.event.value = quantity.filter(|number| number.is_finite());
    draft.event.unit = resource.text(&["dispenseRequest", "quantity", "unit"]);
    draft.event.deleted = resource.text(&["status"]) == "entered-in-error";
    Ok(Standard::Events(person, vec![draft]))
}

/// The code of the resource contained in this one that a reference `#id` means.
fn contained<'v>(value: &'v Value, reference: &str) -> Option<&'v Value> {
    let id = reference.strip_prefix('#')?;
    elements(value, "contained").iter().find(|item| text(item, &["id"]) == id)?.get("code")
}

fn procedure<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    if resource.text(&["status"]) == "not-done" {
        return Ok(Standard::Aside("Procedure that was not done".to_owned()));
    }
    let person = resource.patient("Procedure.subject", "subject")?;
    let start = resource.day(&[
        ("Procedure.performed", &["performedDateTime"]),
        ("Procedure.performed", &["performedPeriod", "start"]),
    ])?;
    let code = needed_code(resource.value.get("code"), "Procedure.code")?;
    let mut draft = resource.draft("proc", EventKind::Observation, start, code)?;
    draft.event.subtype = "procedure";
    draft.event.deleted = resource.text(&["status"]) == "entered-in-error";
    Ok(Standard::Events(person, vec![draft]))
}

fn immunization<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    if resource.text(&["status"]) == "not-done" {
        return Ok(Standard::Aside("Immunization that was not done".to_owned()));
    }
    let person = resource.patient("Immunization.patient", "patient")?;
    let start = resource.day(&[("Immunization.occurrence", &["occurrenceDateTime"])])?;
    let code = needed_code(resource.value.get("vaccineCode"), "Immunization.vaccineCode")?;
    let mut draft = resource.draft("imm", EventKind::Immunisation, start, code)?;
    draft.event.deleted = resource.text(&["status"]) == "entered-in-error";
    Ok(Standard::Events(person, vec![draft]))
}

fn needed_code<'v>(concept: Option<&'v Value>, field: &'static str) -> Result<Coded<'v>, Refusal> {
    coded(concept).ok_or_else(|| Refusal::new(field, "", "has neither a code nor words"))
}

fn coded_or_blank(concept: Option<&Value>) -> Coded<'_> {
    coded(concept).unwrap_or(Coded { scheme: CodeScheme::None, code: String::new(), term: "" })
}
