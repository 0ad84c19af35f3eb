//! What happened to a person in a month, as whole numbers side by side: what most indicators add up.

use chrono::NaiveDate;
use model::EventKind;

use super::table::{Cell, FactTable};
use super::{About, ActivityLine, MONTHS, Spell, activity_from, month_number};
use crate::WarehouseError;
use crate::costs::ActivityKind;
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

/// Modes of arrival by ambulance: A&E ARRIVAL MODE 1, and those of the Emergency Care Data Set.
const AMBULANCE: [&str; 4] = ["1", "1048051000000107", "1048031000000100", "1048041000000109"];

/// Room for what is counted of one person, by month and whether planning may see it; empty again after each person.
pub(super) struct Room([[Option<Counts>; 2]; MONTHS]);

impl Default for Room {
    fn default() -> Self {
        Self([[None; 2]; MONTHS])
    }
}

type Counts = [i32; COLUMNS];

/// What is counted of one person.
struct Person<'a> {
    from: NaiveDate,
    about: &'a About<'a>,
    room: &'a mut Room,
}

impl Person<'_> {
    fn add(&mut self, day: NaiveDate, source: &str, counted: Counted, n: i64) {
        if day > self.about.as_at || n == 0 {
            return;
        }
        let month = month_number(self.from, day).and_then(|month| self.room.0.get_mut(month));
        let counts = month.and_then(|month| month.get_mut(usize::from(self.about.covered(source))));
        let counts = counts.map(|counts| counts.get_or_insert([0; COLUMNS]));
        if let Some(count) = counts.and_then(|counts| counts.get_mut(counted as usize)) {
            *count = count.saturating_add(i32::try_from(n).unwrap_or(i32::MAX));
        }
    }

    fn line(&mut self, line: &ActivityLine<'_>) {
        let (counted, n) = match line.kind {
            ActivityKind::GpAppointmentGp => (GpWithGp, line.n),
            ActivityKind::GpAppointmentOther => (GpWithOther, line.n),
            ActivityKind::GpAppointmentDna => (GpNotAttended, line.n),
            ActivityKind::AeType1 => (AeType1, line.n),
            ActivityKind::AeOther => (AeOther, line.n),
            ActivityKind::OutpatientFirst | ActivityKind::OutpatientFollowUp => (OutpatientAttended, line.n),
            ActivityKind::OutpatientDna => (OutpatientNotAttended, line.n),
            ActivityKind::CommunityContact => (CommunityContacts, line.n),
            ActivityKind::CommunityBedDay | ActivityKind::MentalHealthBedDay => (OtherBedDays, line.days),
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
    room: &mut Room,
    table: &mut FactTable,
) -> Result<(), WarehouseError> {
    let Some(place) = about.place.filter(|_| table.is_kept()) else { return Ok(()) };
    let from = activity_from(about.as_at);
    let mut person = Person { from, about, room };
    lines.iter().for_each(|line| person.line(line));
    events.iter().for_each(|event| person.event(event));
    spells.iter().for_each(|spell| person.spell(spell));
    for (month, of_month) in about.making.months.iter().zip(&mut room.0) {
        for (covered, counts) in [false, true].into_iter().zip(of_month) {
            let Some(counts) = counts.take() else { continue };
            let head = [about.person.into(), place.into(), Cell::Date(Some(*month)), Cell::Boolean(covered)];
            table.push_with(&head, &counts)?;
        }
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
