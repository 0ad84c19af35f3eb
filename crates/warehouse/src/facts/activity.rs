//! Activity: what was done, in the kinds that unit costs are set for, by month.

use chrono::{Months, NaiveDate};
use model::{EventKind, Pence};

use super::spells::Spell;
use super::table::{Cell, FactTable, FactTables};
use super::{About, activity_from, first_of_month, last_day};
use crate::WarehouseError;
use crate::costs::{ActivityKind, UnitCosts};
use crate::events::PersonEvent;

/// Activity of one kind in one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityLine<'a> {
    /// First of the month.
    pub month: NaiveDate,
    /// Kind.
    pub kind: ActivityKind,
    /// Who gave it.
    pub provider: &'a str,
    /// The source that says so.
    pub source: &'a str,
    /// Events that began in the month.
    pub n: i64,
    /// Days in the month, for what is counted in days.
    pub days: i64,
    /// Cost by the unit costs.
    pub cost: Pence,
}

/// The activity of a person in the 36 months to `as_at`. Running services and stays end at `death` if nobody ended them.
pub fn activity_of<'a>(
    events: &[PersonEvent<'a>],
    spells: &[Spell<'a>],
    costs: &UnitCosts,
    as_at: NaiveDate,
    death: Option<NaiveDate>,
) -> Vec<ActivityLine<'a>> {
    let from = activity_from(as_at);
    let last_day = last_day(as_at, death);
    let mut lines = Vec::with_capacity(events.len());
    for spell in spells.iter().filter(|s| s.admitted >= from && s.admitted <= as_at) {
        let kind = spell.activity_kind(last_day);
        let days = spell.nights(last_day);
        let month = first_of_month(spell.admitted);
        let cost = costs.cost(kind, 1, days);
        lines.push(ActivityLine {
            month,
            kind,
            provider: spell.provider,
            source: spell.source,
            n: 1,
            days,
            cost,
        });
    }
    for event in events {
        let Some((kind, counted)) = activity_kind(event) else { continue };
        match counted {
            Counted::Event => {
                if event.start >= from && event.start <= as_at {
                    lines.push(ActivityLine {
                        month: first_of_month(event.start),
                        kind,
                        provider: event.provider,
                        source: event.source,
                        n: 1,
                        days: 0,
                        cost: costs.cost(kind, 1, 0),
                    });
                }
            }
            Counted::Nights | Counted::Days => {
                let last = event.end.unwrap_or(last_day).min(as_at);
                // A service covers its last day; a stay ends on the morning of it, but lasts a day at least.
                let until = match counted {
                    Counted::Days => last.succ_opt().unwrap_or(last),
                    _ => last.max(event.start.succ_opt().unwrap_or(event.start)),
                };
                by_month(event, kind, from, until, costs, &mut lines);
            }
        }
    }
    lines
}

/// How an event of a kind is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    Event,
    Nights,
    Days,
}

/// The kind of activity of an event, hospital episodes aside: those count as spells.
fn activity_kind(event: &PersonEvent<'_>) -> Option<(ActivityKind, Counted)> {
    use Counted::{Days, Event, Nights};
    Some(match event.kind {
        EventKind::Observation | EventKind::Immunisation | EventKind::Episode => return None,
        EventKind::MedicineIssue => (ActivityKind::MedicineIssue, Event),
        EventKind::GpAppointment => match (event.outcome, event.specialty) {
            ("attended", "gp") => (ActivityKind::GpAppointmentGp, Event),
            ("attended", _) => (ActivityKind::GpAppointmentOther, Event),
            ("dna", _) => (ActivityKind::GpAppointmentDna, Event),
            _ => return None,
        },
        EventKind::AeAttendance => match event.specialty {
            "01" | "1" => (ActivityKind::AeType1, Event),
            _ => (ActivityKind::AeOther, Event),
        },
        EventKind::OutpatientAppointment => match (event.outcome, event.subtype) {
            ("5" | "6", "1" | "3") => (ActivityKind::OutpatientFirst, Event),
            ("5" | "6", _) => (ActivityKind::OutpatientFollowUp, Event),
            ("3" | "7", _) => (ActivityKind::OutpatientDna, Event),
            _ => return None,
        },
        EventKind::CommunityContact if attended(event) => (ActivityKind::CommunityContact, Event),
        EventKind::MentalHealthContact if attended(event) => (ActivityKind::MentalHealthContact, Event),
        EventKind::CommunityContact | EventKind::MentalHealthContact => return None,
        EventKind::CommunitySpell => (ActivityKind::CommunityBedDay, Nights),
        EventKind::MentalHealthSpell => (ActivityKind::MentalHealthBedDay, Nights),
        EventKind::CareRequest => (ActivityKind::CareRequest, Event),
        EventKind::CareAssessment => (ActivityKind::CareAssessment, Event),
        EventKind::CareReview => (ActivityKind::CareReview, Event),
        EventKind::CareService => (care_kind(event.subtype), Days),
    })
}

fn attended(event: &PersonEvent<'_>) -> bool {
    matches!(event.outcome, "" | "5" | "6")
}

/// The kind of a social care service, by its client-level data Service_Type.
fn care_kind(service_type: &str) -> ActivityKind {
    match service_type {
        "Long Term Support: Nursing Care" => ActivityKind::CareNursingDay,
        "Long Term Support: Residential Care" => ActivityKind::CareResidentialDay,
        "Long Term Support: Community" => ActivityKind::CareLongTermCommunityDay,
        "Short Term Support: ST-Max" => ActivityKind::CareShortTermDay,
        other if other.starts_with("Carer Support") => ActivityKind::CarerSupportDay,
        _ => ActivityKind::CareOtherDay,
    }
}

/// Splits the days from an event's start until a day (that day not counted) over the months they fall in.
fn by_month<'a>(
    event: &PersonEvent<'a>,
    kind: ActivityKind,
    from: NaiveDate,
    until: NaiveDate,
    costs: &UnitCosts,
    lines: &mut Vec<ActivityLine<'a>>,
) {
    let mut day = event.start.max(from);
    let mut n = i64::from(event.start >= from);
    while day < until {
        let month = first_of_month(day);
        let next = month.checked_add_months(Months::new(1)).unwrap_or(until);
        let end = next.min(until);
        let days = end.signed_duration_since(day).num_days();
        let cost = costs.cost(kind, n, days);
        lines.push(ActivityLine {
            month,
            kind,
            provider: event.provider,
            source: event.source,
            n,
            days,
            cost,
        });
        n = 0;
        day = end;
    }
}

/// Month, kind of activity, provider, and whether planning may see it.
type Month<'a> = (NaiveDate, ActivityKind, &'a str, bool);

/// Writes a person's activity added up by month, kind and provider.
pub(super) fn write(
    about: &About<'_>,
    lines: &[ActivityLine<'_>],
    table: &mut FactTable,
) -> Result<(), WarehouseError> {
    if !table.is_kept() {
        return Ok(());
    }
    let keyed =
        lines.iter().map(|line| ((line.month, line.kind, line.provider, about.covered(line.source)), line));
    let mut keyed: Vec<(Month<'_>, &ActivityLine<'_>)> = keyed.collect();
    keyed.sort_unstable_by_key(|(key, _)| *key);
    for same in keyed.chunk_by(|(a, _), (b, _)| a == b) {
        let Some(((month, kind, provider, covered), _)) = same.first().copied() else { continue };
        table.push(&[
            about.person.into(),
            Cell::Date(Some(month)),
            Cell::Text(kind.name()),
            Cell::Text(provider),
            same.iter().map(|(_, line)| line.n).sum::<i64>().into(),
            same.iter().map(|(_, line)| line.days).sum::<i64>().into(),
            same.iter().map(|(_, line)| line.cost.0).sum::<i64>().into(),
            Cell::Boolean(covered),
        ])?;
    }
    Ok(())
}

/// Writes what is kept one by one: A&E attendances, appointments and contacts, services of councils.
pub(super) fn write_events(
    about: &About<'_>,
    events: &[PersonEvent<'_>],
    tables: &mut FactTables,
) -> Result<(), WarehouseError> {
    for event in events {
        let planning = || Cell::Boolean(about.covered(event.source));
        match event.kind {
            EventKind::AeAttendance if tables.ae_attendance.is_kept() => tables.ae_attendance.push(&[
                about.person.into(),
                Cell::Date(Some(event.start)),
                Cell::Text(activity_kind(event).map_or("", |(kind, _)| kind.name())),
                Cell::Text(event.outcome),
                Cell::Text(event.subtype),
                Cell::Text(event.method),
                planning(),
            ])?,
            EventKind::GpAppointment
            | EventKind::OutpatientAppointment
            | EventKind::CommunityContact
            | EventKind::MentalHealthContact
                if tables.appointment.is_kept() =>
            {
                tables.appointment.push(&[
                    about.person.into(),
                    Cell::Date(Some(event.start)),
                    Cell::Text(event.kind.name()),
                    Cell::Text(event.outcome),
                    Cell::Text(event.subtype),
                    Cell::Text(event.method),
                    Cell::Boolean(!event.procedures.is_empty()),
                    planning(),
                ])?;
            }
            EventKind::CareService => tables.care_service.push(&[
                about.person.into(),
                Cell::Text(event.subtype),
                Cell::Text(event.specialty),
                Cell::Text(event.method),
                Cell::Date(Some(event.start)),
                Cell::Date(event.end),
                Cell::Text(event.provider),
                planning(),
            ])?,
            _ => {}
        }
    }
    Ok(())
}
