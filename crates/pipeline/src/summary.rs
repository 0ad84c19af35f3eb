//! What happened, in words for the timeline. Codes are those of the NHS Data Dictionary and the HES data dictionary.

use chrono::NaiveDate;
use model::EventKind;
use warehouse::codelists::CodeLists;
use warehouse::events::PersonEvent;
use warehouse::facts::Spell;

/// A hospital stay: how it began, how long it was, what for. Nobody who has died is still in hospital.
pub(crate) fn of_spell(spell: &Spell<'_>, codelists: &CodeLists, last_day: NaiveDate, died: bool) -> String {
    let begun = match spell.method {
        method if warehouse::facts::is_emergency(method) => "Emergency admission",
        "11" | "12" | "13" if spell.day_case() => "Planned day case",
        "11" | "12" | "13" => "Planned admission",
        "31" | "32" => "Maternity admission",
        "81" => "Transfer from another hospital",
        "82" | "83" => "Birth",
        _ => "Admission",
    };
    let nights = match (spell.nights(last_day), spell.discharged) {
        (_, None) if !died => "still in hospital".to_owned(),
        (0, _) => "no night".to_owned(),
        (1, _) => "1 night".to_owned(),
        (n, _) => format!("{n} nights"),
    };
    let code = spell.codes.split(' ').next().unwrap_or("");
    let reason =
        if spell.term.is_empty() { codelists.term(model::CodeScheme::Icd10, code) } else { Some(spell.term) };
    match (reason, code) {
        (Some(reason), _) => format!("{begun}, {nights}: {reason}"),
        (None, "") => format!("{begun}, {nights}"),
        (None, code) => format!("{begun}, {nights}: ICD-10 {code}"),
    }
}

/// Any other event.
pub(crate) fn of_event(event: &PersonEvent<'_>, codelists: &CodeLists) -> String {
    let term = term_of(event, codelists);
    match event.kind {
        EventKind::GpAppointment => {
            let with = if event.specialty == "gp" { "GP" } else { "practice staff" };
            let how = match event.method {
                "telephone" => "by telephone",
                "home_visit" => "at home",
                "online" => "online",
                _ => "in person",
            };
            match event.outcome {
                "attended" => format!("With {with}, {how}"),
                "dna" => format!("Missed, with {with}"),
                "cancelled" => format!("Cancelled, with {with}"),
                _ => format!("Booked, with {with}"),
            }
        }
        EventKind::AeAttendance => {
            let department = if matches!(event.specialty, "01" | "1") { "Major A&E" } else { "Urgent care" };
            let arrived = if event.method == "1" { ", by ambulance" } else { "" };
            let left = match event.outcome {
                "01" => ", admitted",
                "02" => ", back to the GP",
                "03" => ", sent home",
                "04" | "05" | "06" | "11" => ", referred on",
                "07" => ", transferred",
                "10" => ", died",
                "12" | "13" => ", left before being seen",
                _ => "",
            };
            joined(&format!("{department}{arrived}{left}"), &term)
        }
        EventKind::OutpatientAppointment => {
            let visit = if matches!(event.subtype, "1" | "3") { "First visit" } else { "Follow-up" };
            let attended = attendance(event.outcome);
            joined(&format!("{visit}, {}{attended}", specialty(event.specialty)), &term)
        }
        EventKind::CommunityContact | EventKind::MentalHealthContact => {
            let medium = match event.method {
                "01" | "1" => "face to face",
                "02" | "2" => "by telephone",
                "03" | "11" => "by video",
                _ => "contact",
            };
            joined(&format!("{}{}", capital(medium), attendance(event.outcome)), &term)
        }
        EventKind::CommunitySpell | EventKind::MentalHealthSpell => match event.end {
            Some(end) => {
                let nights = end.signed_duration_since(event.start).num_days().max(0);
                joined(&format!("{nights} nights"), &term)
            }
            None => joined("Still there", &term),
        },
        EventKind::CareService => {
            let component = if event.specialty.is_empty() { "" } else { ", " };
            format!("{}{component}{}", event.subtype, event.specialty)
        }
        EventKind::CareRequest | EventKind::CareAssessment | EventKind::CareReview => {
            event.outcome.to_owned()
        }
        EventKind::Observation | EventKind::MedicineIssue | EventKind::Immunisation | EventKind::Episode => {
            term
        }
    }
}

/// The source's words for the primary code, else a code list's, else the code.
pub(crate) fn term_of(event: &PersonEvent<'_>, codelists: &CodeLists) -> String {
    if !event.term.is_empty() {
        return event.term.to_owned();
    }
    let code = event.each_code().next().unwrap_or("");
    codelists.term(event.scheme, code).unwrap_or(code).to_owned()
}

fn attendance(status: &str) -> &'static str {
    match status {
        "2" => ", cancelled by the person",
        "3" => ", missed",
        "4" => ", cancelled by the service",
        "7" => ", came too late to be seen",
        _ => "",
    }
}

/// Treatment function, in words for the commonest. Source: NHS Data Dictionary, TREATMENT FUNCTION CODE.
fn specialty(code: &str) -> String {
    let name = match code {
        "100" => "general surgery",
        "101" => "urology",
        "107" => "vascular surgery",
        "110" => "trauma and orthopaedics",
        "120" => "ear, nose and throat",
        "130" => "ophthalmology",
        "180" => "emergency medicine",
        "300" => "general medicine",
        "301" => "gastroenterology",
        "302" => "endocrinology",
        "303" => "haematology",
        "307" => "diabetes medicine",
        "315" => "palliative medicine",
        "320" => "cardiology",
        "330" => "dermatology",
        "340" => "respiratory medicine",
        "361" => "kidney medicine",
        "370" => "medical oncology",
        "400" => "neurology",
        "410" => "rheumatology",
        "420" => "paediatrics",
        "430" => "care of older people",
        "501" => "obstetrics",
        "502" => "gynaecology",
        "560" => "midwifery",
        "650" => "physiotherapy",
        "800" => "clinical oncology",
        "" => "specialty not given",
        other => return format!("specialty {other}"),
    };
    name.to_owned()
}

fn joined(what: &str, term: &str) -> String {
    if term.is_empty() { what.to_owned() } else { format!("{what}: {term}") }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
