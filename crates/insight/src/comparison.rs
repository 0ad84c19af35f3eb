//! Places beside one another, and the pilot practices beside all others.

use methods::disclosure::{PublishedFunnel, Standing};
use methods::spc::Direction;
use methods::{Counts, Estimate, Measure, Published};
use serde::Serialize;

use crate::indicator::Indicator;
use crate::places::{AreaKind, Place};
use crate::year::{Whose, Year};

/// How a value lies to another one, by its 95 % limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// Its limits lie above.
    Higher,
    /// Its limits lie below.
    Lower,
    /// Its limits hold the other.
    Similar,
    /// One of the two is not shown, or there are no limits.
    Unknown,
}

impl Against {
    /// How a value lies to a benchmark.
    pub(crate) fn of(value: Published<Estimate>, benchmark: Published<Estimate>) -> Self {
        match (value.value(), benchmark.value()) {
            (Some(v), Some(_)) if v.lower == v.upper => Self::Unknown,
            (Some(v), Some(b)) if v.lower > b.value => Self::Higher,
            (Some(v), Some(b)) if v.upper < b.value => Self::Lower,
            (Some(_), Some(_)) => Self::Similar,
            _ => Self::Unknown,
        }
    }

    /// In one word: better or worse where one way is better, higher or lower where none is.
    pub fn words(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::Similar, _) => "Similar",
            (Self::Unknown, _) => "Not compared",
            (Self::Higher, Direction::Increase) | (Self::Lower, Direction::Decrease) => "Better",
            (Self::Higher, Direction::Decrease) | (Self::Lower, Direction::Increase) => "Worse",
            (Self::Higher, Direction::Neutral) => "Higher",
            (Self::Lower, Direction::Neutral) => "Lower",
        }
    }
}

/// A place's value over the latest twelve months.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// The place.
    pub place: Place,
    /// Its value.
    pub measure: Measure,
    /// Against the whole area.
    pub against: Against,
    /// Where it lies in the funnel; none when it is not shown or there is no funnel.
    pub standing: Option<Standing>,
}

/// Places of one level beside one another.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The level.
    pub level: AreaKind,
    /// The places, highest value first, those that are not shown last.
    pub rows: Vec<Compared>,
    /// The whole area.
    pub whole: Measure,
    /// The funnel over the places; none for means and for fewer than three places.
    pub funnel: Option<PublishedFunnel>,
}

/// Pilot practices against all others of the same borough or area.
#[derive(Clone, Debug, Serialize)]
pub struct Pilot {
    /// The pilot practices together.
    pub pilot: Measure,
    /// All others together.
    pub others: Measure,
    /// The pilot against the others.
    pub against: Against,
}

/// The levels that can be compared within a place, and which is usual.
pub fn levels(kind: AreaKind) -> &'static [AreaKind] {
    match kind {
        AreaKind::Area => &[AreaKind::Borough, AreaKind::Neighbourhood, AreaKind::Practice],
        _ => &[AreaKind::Practice, AreaKind::Neighbourhood],
    }
}

/// Places of one level within a place.
pub(crate) fn compare(
    indicator: &Indicator,
    year: &Year,
    places: &[Place],
    within: &Place,
    level: AreaKind,
) -> Comparison {
    let whole = year.of_place(&Place::whole());
    let here = |place: &&Place| {
        let inside = within.area_kind == AreaKind::Area || place.borough == within.borough;
        place.area_kind == level && inside && year.has(place)
    };
    let mut chosen: Vec<&Place> = places.iter().filter(here).collect();
    let value = |place: &Place| year.of_place(place).value.value().map(|e| e.value);
    chosen.sort_by(|a, b| {
        let (a, b) = (value(a), value(b));
        b.is_some().cmp(&a.is_some()).then(b.unwrap_or(0.0).total_cmp(&a.unwrap_or(0.0)))
    });
    let measures: Vec<Measure> = chosen.iter().map(|place| year.of_place(place)).collect();
    let counts: Vec<Counts> = chosen.iter().map(|place| year.counts(place)).collect();
    let funnel = PublishedFunnel::of(indicator.form, indicator.per, &counts, &measures);
    let rows = chosen.into_iter().zip(measures).enumerate().map(|(at, (place, measure))| Compared {
        place: place.clone(),
        measure,
        against: Against::of(measure.value, whole.value),
        standing: funnel.as_ref().and_then(|funnel| funnel.standings.get(at).copied().flatten()),
    });
    Comparison { level, rows: rows.collect(), whole, funnel }
}

/// The pilot within a place; `None` where it has no pilot practice.
pub(crate) fn pilot(year: &Year, within: &Place) -> Option<Pilot> {
    let scope = within.borough.clone();
    let (pilot, others) = (year.measure(&Whose::Pilot(scope.clone())), year.measure(&Whose::Others(scope)));
    (pilot != Measure::no_data()).then(|| Pilot {
        pilot,
        others,
        against: Against::of(pilot.value, others.value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::year::tests::{area, emergency, year};

    #[test]
    fn practices_are_compared_with_the_area_and_stand_in_their_funnel() {
        let year = year([30, 40, 60, 200, 70]);
        let compared = compare(&emergency(), &year, &area(), &area()[1], AreaKind::Practice);
        let said: Vec<(&str, &str)> = compared
            .rows
            .iter()
            .map(|row| (row.place.area.as_str(), row.against.words(Direction::Decrease)))
            .collect();
        assert_eq!(
            said,
            [("P4", "Worse"), ("P5", "Similar"), ("P3", "Better"), ("P2", "Better"), ("P1", "Better")]
        );
        assert_eq!(compared.rows[0].standing, Some(Standing::VeryHigh));
        assert_eq!(compared.rows[4].standing, Some(Standing::VeryLow));
        assert_eq!(compared.whole.value.value().map(|e| e.value), Some(80.0));
    }

    #[test]
    fn the_pilot_is_compared_with_the_others() {
        let year = year([30, 40, 60, 200, 70]);
        let found = pilot(&year, &area()[1]).unwrap();
        assert_eq!(found.pilot.value.value().map(|e| e.value), Some(35.0));
        assert_eq!(found.others.value.value().map(|e| e.value), Some(110.0));
        assert_eq!(found.against, Against::Lower);
        assert!(pilot(&year, &Place::borough("B", "Ealing")).is_none());
    }

    #[test]
    fn hidden_places_come_last_and_are_not_compared() {
        let compared =
            compare(&emergency(), &year([3, 40, 60, 200, 70]), &area(), &area()[0], AreaKind::Practice);
        let last: Vec<Against> = compared.rows.iter().skip(3).map(|row| row.against).collect();
        assert_eq!(last, [Against::Unknown, Against::Unknown]);
        assert!(compared.rows.iter().skip(3).all(|row| row.standing.is_none()));
    }
}
