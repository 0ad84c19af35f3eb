//! Hospital spells: the episodes of one stay joined.

use chrono::NaiveDate;
use model::{EventKind, age_on};

use super::About;
use super::table::{Cell, FactTables};
use crate::WarehouseError;
use crate::costs::ActivityKind;
use crate::events::PersonEvent;

/// One stay in one hospital: the episodes of a person that share provider and admission date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell<'a> {
    /// Provider.
    pub provider: &'a str,
    /// Source of the first episode.
    pub source: &'a str,
    /// Admission date.
    pub admitted: NaiveDate,
    /// Discharge date, once an episode says it.
    pub discharged: Option<NaiveDate>,
    /// Method of admission (ADMIMETH).
    pub method: &'a str,
    /// Patient classification (CLASSPAT): 1 ordinary, 2 day case, 3 and 4 regular attender, 5 mother and baby.
    pub class: &'a str,
    /// Discharge destination (DISDEST).
    pub destination: &'a str,
    /// Codes of the first episode.
    pub codes: &'a str,
    /// Procedures of the first episode.
    pub procedures: &'a str,
    /// Words for the primary code of the first episode.
    pub term: &'a str,
    /// Specialty of the first episode.
    pub specialty: &'a str,
    /// Start and specialty of the last episode.
    pub last: (NaiveDate, &'a str),
}

impl Spell<'_> {
    /// Admitted as an emergency.
    pub fn emergency(&self) -> bool {
        is_emergency(self.method)
    }

    /// Admitted and discharged the same day as planned, or a regular attender.
    pub fn day_case(&self) -> bool {
        matches!(self.class, "2" | "3" | "4")
    }

    /// Nights in hospital, to discharge or, of an open stay, to this day ([`super::last_day`]).
    pub fn nights(&self, last_day: NaiveDate) -> i64 {
        let until = self.discharged.unwrap_or(last_day);
        until.signed_duration_since(self.admitted).num_days().max(0)
    }

    /// The kind of activity that a unit cost is set for.
    pub fn activity_kind(&self, last_day: NaiveDate) -> ActivityKind {
        let short = self.nights(last_day) <= 1;
        match self.method {
            _ if self.day_case() => ActivityKind::DayCase,
            "11" | "12" | "13" => ActivityKind::ElectiveAdmission,
            _ if self.emergency() && short => ActivityKind::EmergencyAdmissionShort,
            _ if self.emergency() => ActivityKind::EmergencyAdmissionLong,
            _ if short => ActivityKind::OtherAdmissionShort,
            _ => ActivityKind::OtherAdmissionLong,
        }
    }
}

/// Emergency methods of admission. Source: HES data dictionary, ADMIMETH (21 to 25, 28, 2A to 2D).
pub fn is_emergency(method: &str) -> bool {
    matches!(method, "21" | "22" | "23" | "24" | "25" | "28" | "2A" | "2B" | "2C" | "2D")
}

/// The spells of a person whose events come sorted by date, in order of admission.
pub fn spells_of<'a>(events: &[PersonEvent<'a>]) -> Vec<Spell<'a>> {
    let mut spells: Vec<Spell<'a>> = Vec::new();
    for event in events.iter().filter(|event| event.kind == EventKind::Episode) {
        let admitted = event.admitted.unwrap_or(event.start);
        let same = spells.iter_mut().rev().find(|s| s.admitted == admitted && s.provider == event.provider);
        match same {
            Some(spell) => {
                if event.start >= spell.last.0 {
                    spell.last = (event.start, event.specialty);
                }
                if event.discharged > spell.discharged {
                    spell.discharged = event.discharged;
                    spell.destination = event.outcome;
                }
            }
            None => spells.push(Spell {
                provider: event.provider,
                source: event.source,
                admitted,
                discharged: event.discharged,
                method: event.method,
                class: event.subtype,
                destination: event.outcome,
                codes: event.codes,
                procedures: event.procedures,
                term: event.term,
                specialty: event.specialty,
                last: (event.start, event.specialty),
            }),
        }
    }
    spells.sort_by(|a, b| (a.admitted, a.provider).cmp(&(b.admitted, b.provider)));
    spells
}

pub(super) fn write(
    about: &About<'_>,
    spells: &[Spell<'_>],
    tables: &mut FactTables,
) -> Result<(), WarehouseError> {
    let last_day = about.last_day();
    for spell in spells {
        let age = about.who.and_then(|w| w.birth_date).and_then(|born| age_on(born, spell.admitted));
        tables.spell.push(&[
            about.person.into(),
            Cell::Text(spell.provider),
            Cell::Date(Some(spell.admitted)),
            Cell::Date(spell.discharged),
            Cell::Text(spell.method),
            Cell::Boolean(spell.emergency()),
            Cell::Boolean(spell.day_case()),
            spell.nights(last_day).into(),
            Cell::Text(spell.destination),
            Cell::Text(spell.codes.split(' ').next().unwrap_or("")),
            Cell::Text(spell.codes),
            Cell::Text(spell.procedures),
            Cell::Text(spell.last.1),
            Cell::Integer(age.map(i64::from)),
            about.place.unwrap_or_default().into(),
            Cell::Boolean(about.covered(spell.source)),
        ])?;
    }
    Ok(())
}
