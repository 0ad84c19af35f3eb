use model::EventKind;

use super::resource::{Resource, Standard, at, coded_or_blank, extension, text};
use crate::row::Refusal;

/// An Encounter as the contact that its class says it is.
pub(super) fn encounter<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
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
