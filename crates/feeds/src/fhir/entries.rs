use model::{CodeScheme, EventKind};
use serde_json::Value;

use super::resource::{Coded, Draft, Resource, Standard, at, coded, elements, text};
use crate::row::Refusal;

/// A Condition as an entry.
pub(super) fn condition<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
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

/// An AllergyIntolerance as an entry.
pub(super) fn allergy<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
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

/// An Observation as an entry, or one for each of its components.
pub(super) fn observation<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
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

/// A MedicationRequest as a medicine issued.
pub(super) fn medication<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
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

/// A Procedure as an entry.
pub(super) fn procedure<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
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

/// An Immunization as a vaccine given.
pub(super) fn immunization<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
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
