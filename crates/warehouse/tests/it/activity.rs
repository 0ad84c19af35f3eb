//! Activity: spells from episodes, days by month, costs to the penny.

use chrono::NaiveDate;
use model::{CodeScheme, EventKind, Pence};
use warehouse::costs::{ActivityKind, UnitCosts};
use warehouse::events::PersonEvent;
use warehouse::facts::{activity_of, spells_of};
use warehouse::reference::DefinitionFiles;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn event(kind: EventKind, start: &str) -> PersonEvent<'static> {
    PersonEvent {
        kind,
        start: day(start),
        end: None,
        admitted: None,
        discharged: None,
        scheme: CodeScheme::None,
        codes: "",
        procedures: "",
        term: "",
        value: None,
        unit: "",
        provider: "RYJ",
        method: "",
        outcome: "",
        specialty: "",
        subtype: "",
        source: "sus_apc:RYJ",
    }
}

fn episode(
    start: &str,
    admitted: &str,
    discharged: Option<&str>,
    method: &'static str,
) -> PersonEvent<'static> {
    PersonEvent {
        admitted: Some(day(admitted)),
        discharged: discharged.map(day),
        method,
        subtype: "1",
        ..event(EventKind::Episode, start)
    }
}

fn kinds(
    events: &[PersonEvent<'_>],
    as_at: &str,
    death: Option<&str>,
) -> Vec<(String, String, i64, i64, Pence)> {
    let costs = UnitCosts::load(&DefinitionFiles::embedded()).unwrap();
    let spells = spells_of(events);
    activity_of(events, &spells, &costs, day(as_at), death.map(day))
        .into_iter()
        .map(|line| (line.month.to_string(), line.kind.name().to_owned(), line.n, line.days, line.cost))
        .collect()
}

#[test]
fn the_episodes_of_one_stay_are_one_spell() {
    let events = [
        episode("2026-09-28", "2026-09-28", None, "21"),
        episode("2026-09-30", "2026-09-28", Some("2026-10-03"), "21"),
        episode("2026-10-20", "2026-10-20", Some("2026-10-21"), "21"),
        episode("2026-10-25", "2026-10-25", Some("2026-10-25"), "31"),
    ];
    let spells = spells_of(&events);
    assert_eq!(spells.len(), 3);
    assert_eq!(spells[0].nights(day("2026-10-31")), 5);
    let said = kinds(&events, "2026-10-31", None);
    let names: Vec<&str> = said.iter().map(|line| line.1.as_str()).collect();
    assert_eq!(names, ["emergency_admission_long", "emergency_admission_short", "other_admission_short"]);
    assert_eq!(said[0].0, "2026-09-01");
}

#[test]
fn an_open_stay_ends_with_life() {
    let events = [episode("2026-10-01", "2026-10-01", None, "21")];
    assert_eq!(spells_of(&events)[0].nights(day("2026-10-31")), 30);
    let died = kinds(&events, "2026-10-31", Some("2026-10-02"));
    assert_eq!(died[0].1, "emergency_admission_short");
}

#[test]
fn days_of_a_service_fall_in_their_months_and_cost_by_the_day() {
    let mut home = event(EventKind::CareService, "2026-08-30");
    home.subtype = "Long Term Support: Residential Care";
    let price = UnitCosts::load(&DefinitionFiles::embedded()).unwrap();
    let price = price.cost(ActivityKind::CareResidentialDay, 0, 1).0;
    let said = kinds(&[home], "2026-10-31", None);
    let days: Vec<(String, i64, i64)> = said.iter().map(|line| (line.0.clone(), line.2, line.3)).collect();
    let month = |m: &str| format!("2026-{m}-01");
    assert_eq!(days, [(month("08"), 1, 2), (month("09"), 0, 30), (month("10"), 0, 31)]);
    assert_eq!(said.iter().map(|line| line.4).sum::<Pence>(), Pence(63 * price));
    let closed = PersonEvent { end: Some(day("2026-09-01")), ..home };
    assert_eq!(kinds(&[closed], "2026-10-31", None).iter().map(|line| line.3).sum::<i64>(), 3);
    assert_eq!(kinds(&[home], "2026-10-31", Some("2026-08-31")).iter().map(|line| line.3).sum::<i64>(), 2);
}
