//! What happened to a person in a month, as whole numbers side by side: what most indicators add up.

use chrono::NaiveDate;
use model::EventKind;

use super::table::{Cell, FactTable};
use super::{About, ActivityLine, Spell, activity_from, first_of_month};
use crate::WarehouseError;
use crate::events::PersonEvent;

/// What is counted, in the order of the columns of `person_month`.
#[derive(Clone, Copy)]
enum Counted {
    GpWithGp,
    GpWithOther,
    GpNotAttended,
    AeType1,
    AeOther,
    AeByAmbulance,
    AeAmbulance1,
    AeAmbulance2,
    AeAmbulance3,
    AeAmbulance4,
    AeAmbulanceUnknown,
    OutpatientNew,
    OutpatientFollowUp,
    OutpatientProcedure,
    OutpatientAttended,
    OutpatientNotAttended,
    CommunityContacts,
    OtherBedDays,
    EmergencyAdmissions,
    EmergencyStaysEnded,
    EmergencyNights,
    NonElectiveSameDay,
    NonElectiveOvernight,
    NonElectiveNights,
    DischargedKnown,
    DischargedHome,
}

use Counted::{
    AeAmbulance1, AeAmbulance2, AeAmbulance3, AeAmbulance4, AeAmbulanceUnknown, AeByAmbulance, AeOther,
    AeType1, CommunityContacts, DischargedHome, DischargedKnown, EmergencyAdmissions, EmergencyNights,
    EmergencyStaysEnded, GpNotAttended, GpWithGp, GpWithOther, NonElectiveNights, NonElectiveOvernight,
    NonElectiveSameDay, OtherBedDays, OutpatientAttended, OutpatientFollowUp, OutpatientNew,
    OutpatientNotAttended, OutpatientProcedure,
};

/// How many things are counted.
const COLUMNS: usize = DischargedHome as usize + 1;

/// Months that are counted, for most people in one way.
const MONTHS: usize = 36;

/// Modes of arrival by ambulance: A&E ARRIVAL MODE 1, and those of the Emergency Care Data Set.
const AMBULANCE: [&str; 4] = ["1", "1048051000000107", "1048031000000100", "1048041000000109"];

/// What is counted of one person, by month and whether planning may see it.
struct Months<'a> {
    from: NaiveDate,
    about: &'a About<'a>,
    /// In the order in which months are met: events come by date, so that the month of the one before is most often right.
    counts: Vec<((NaiveDate, bool), [i64; COLUMNS])>,
}

impl Months<'_> {
    fn add(&mut self, day: NaiveDate, source: &str, counted: Counted, n: i64) {
        if day < self.from || day > self.about.as_at || n == 0 {
            return;
        }
        let key = (first_of_month(day), self.about.covered(source));
        let at = self.counts.iter().rposition(|(of, _)| *of == key).unwrap_or_else(|| {
            self.counts.push((key, [0; COLUMNS]));
            self.counts.len() - 1
        });
        if let Some(cell) = self.counts.get_mut(at).and_then(|(_, row)| row.get_mut(counted as usize)) {
            *cell += n;
        }
    }

    fn line(&mut self, line: &ActivityLine<'_>) {
        let (counted, n) = match line.kind {
            "gp_appointment_gp" => (GpWithGp, line.n),
            "gp_appointment_other" => (GpWithOther, line.n),
            "gp_appointment_dna" => (GpNotAttended, line.n),
            "ae_type1" => (AeType1, line.n),
            "ae_other" => (AeOther, line.n),
            "outpatient_first" | "outpatient_follow_up" => (OutpatientAttended, line.n),
            "outpatient_dna" => (OutpatientNotAttended, line.n),
            "community_contact" => (CommunityContacts, line.n),
            "community_bed_day" | "mental_health_bed_day" => (OtherBedDays, line.days),
            _ => return,
        };
        self.add(line.month, line.source, counted, n);
    }

    fn event(&mut self, event: &PersonEvent<'_>) {
        match event.kind {
            EventKind::AeAttendance if AMBULANCE.contains(&event.method) => {
                self.add(event.start, event.source, AeByAmbulance, 1);
                if let Some(category) = by_acuity(event.value) {
                    self.add(event.start, event.source, category, 1);
                }
            }
            EventKind::OutpatientAppointment if matches!(event.outcome, "5" | "6") => {
                let counted = match event.subtype {
                    _ if !event.procedures.is_empty() => OutpatientProcedure,
                    "1" | "3" => OutpatientNew,
                    "2" | "4" => OutpatientFollowUp,
                    _ => return,
                };
                self.add(event.start, event.source, counted, 1);
            }
            _ => {}
        }
    }

    fn spell(&mut self, spell: &Spell<'_>) {
        if spell.emergency() {
            self.add(spell.admitted, spell.source, EmergencyAdmissions, 1);
        }
        let Some(discharged) = spell.discharged else { return };
        let nights = spell.nights(discharged);
        let mut add = |counted, n| self.add(discharged, spell.source, counted, n);
        if spell.emergency() {
            add(EmergencyStaysEnded, 1);
            add(EmergencyNights, nights);
        }
        if is_non_elective(spell.method) {
            add(if nights == 0 { NonElectiveSameDay } else { NonElectiveOvernight }, 1);
            add(NonElectiveNights, nights);
        }
        // 79: died; 98 and 99: not applicable, not known.
        if !spell.day_case() && !matches!(spell.destination, "" | "79" | "98" | "99") {
            add(DischargedKnown, 1);
            add(DischargedHome, i64::from(spell.destination == "19"));
        }
    }
}

/// Where a conveyance is counted by its acuity: category 5, low, in none.
fn by_acuity(category: Option<f64>) -> Option<Counted> {
    match category {
        None => Some(AeAmbulanceUnknown),
        Some(1.0) => Some(AeAmbulance1),
        Some(2.0) => Some(AeAmbulance2),
        Some(3.0) => Some(AeAmbulance3),
        Some(4.0) => Some(AeAmbulance4),
        Some(_) => None,
    }
}

/// Non-elective methods of admission: emergencies, maternity, births and transfers. Source: the neighbourhood programme's measurement
/// guide 1.2.
fn is_non_elective(method: &str) -> bool {
    super::is_emergency(method) || matches!(method, "31" | "32" | "81" | "82" | "83" | "84" | "89")
}

pub(super) fn write(
    about: &About<'_>,
    events: &[PersonEvent<'_>],
    spells: &[Spell<'_>],
    lines: &[ActivityLine<'_>],
    table: &mut FactTable,
) -> Result<(), WarehouseError> {
    let Some(place) = about.place else { return Ok(()) };
    let mut months = Months { from: activity_from(about.as_at), about, counts: Vec::with_capacity(MONTHS) };
    lines.iter().for_each(|line| months.line(line));
    events.iter().for_each(|event| months.event(event));
    spells.iter().for_each(|spell| months.spell(spell));
    months.counts.sort_unstable_by_key(|(month, _)| *month);
    for ((month, covered), counts) in months.counts {
        let head = [about.person.into(), place.into(), Cell::Date(Some(month)), Cell::Boolean(covered)];
        table.push_with(&head, &counts)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::schema::columns;
    use super::*;

    #[test]
    fn every_count_has_its_column() {
        let names: Vec<&str> = columns("person_month").unwrap().iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), 4 + COLUMNS);
        assert_eq!(names[4 + GpWithGp as usize], "gp_with_gp");
        assert_eq!(names[4 + OtherBedDays as usize], "other_bed_days");
        assert_eq!(names[4 + DischargedHome as usize], "discharged_home");
    }

    #[test]
    fn conveyances_are_counted_by_their_acuity() {
        let column = |category| by_acuity(category).map(|counted| counted as usize);
        assert_eq!(column(Some(1.0)), Some(AeAmbulance1 as usize));
        assert_eq!(column(Some(4.0)), Some(AeAmbulance4 as usize));
        assert_eq!(column(Some(5.0)), None, "low acuity: the guide has no category for it");
        assert_eq!(column(None), Some(AeAmbulanceUnknown as usize));
    }

    #[test]
    fn non_elective_is_more_than_emergency() {
        for (method, is) in
            [("21", true), ("2D", true), ("31", true), ("81", true), ("11", false), ("", false)]
        {
            assert_eq!(is_non_elective(method), is, "{method}");
        }
    }
}
