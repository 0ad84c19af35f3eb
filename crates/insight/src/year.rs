//! The latest twelve months of an indicator for every place at once, so that what is hidden in one view is hidden in every view.

use std::collections::BTreeMap;

use methods::disclosure::Line;
use methods::{Counts, Measure, Rule};
use policy::Permit;
use serde::Deserialize;
use warehouse::marts::Marts;

use crate::InsightError;
use crate::indicator::Indicator;
use crate::places::{AreaKind, Place};

/// Whose value it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    /// A place, by level and code.
    Place(AreaKind, String),
    /// The pilot practices of a borough, or of the area when it is blank.
    Pilot(String),
    /// The others of the same borough or area.
    Others(String),
}

/// Exact counts and what may be shown of them.
pub(crate) struct Year {
    of: BTreeMap<Whose, (Counts, Measure)>,
}

#[derive(Deserialize)]
struct Sum {
    indicator: String,
    area_kind: AreaKind,
    area: String,
    numerator: i64,
    denominator: i64,
}

/// The latest twelve months of every indicator, or of one, by indicator.
pub(crate) async fn read(
    marts: &Marts,
    permit: &Permit,
    only: Option<&Indicator>,
) -> Result<BTreeMap<String, BTreeMap<(AreaKind, String), Counts>>, InsightError> {
    // The name is that of a definition: nothing a user wrote reaches the query.
    let only = only.map_or_else(String::new, |indicator| format!("WHERE indicator = '{}'", indicator.name));
    let sql = format!(
        "SELECT indicator, area_kind, area, SUM(numerator) AS numerator, SUM(denominator) AS denominator FROM \
         (SELECT *, MAX(month) OVER (PARTITION BY indicator) AS latest FROM indicator {only}) \
         WHERE month > latest - INTERVAL '12 months' GROUP BY indicator, area_kind, area"
    );
    let rows: Vec<Sum> = marts.rows(permit, &sql).await?;
    let mut all: BTreeMap<String, BTreeMap<(AreaKind, String), Counts>> = BTreeMap::new();
    for row in rows {
        let counts = Counts::of(row.numerator, row.denominator);
        all.entry(row.indicator).or_default().insert((row.area_kind, row.area), counts);
    }
    Ok(all)
}

impl Year {
    /// Adds up neighbourhoods and the pilot, and puts all through disclosure control together.
    pub(crate) fn of(
        indicator: &Indicator,
        found: &BTreeMap<(AreaKind, String), Counts>,
        places: &[Place],
    ) -> Self {
        let mut builder = Builder::default();
        for ((kind, area), counts) in found {
            builder.add(Whose::Place(*kind, area.clone()), *counts);
        }
        for place in places.iter().filter(|place| place.area_kind == AreaKind::Practice) {
            let Some(counts) = found.get(&(AreaKind::Practice, place.area.clone())) else { continue };
            if !place.neighbourhood.is_empty() {
                let neighbourhood = Whose::Place(AreaKind::Neighbourhood, place.neighbourhood.clone());
                builder.add(neighbourhood, *counts);
            }
            for scope in [String::new(), place.borough.clone()] {
                builder.add(if place.pilot { Whose::Pilot(scope) } else { Whose::Others(scope) }, *counts);
            }
        }
        builder.publish(indicator, places)
    }

    /// What may be shown; no data where there is none.
    pub(crate) fn measure(&self, whose: &Whose) -> Measure {
        self.of.get(whose).map_or_else(Measure::no_data, |(_, measure)| *measure)
    }

    pub(crate) fn of_place(&self, place: &Place) -> Measure {
        self.measure(&Whose::Place(place.area_kind, place.area.clone()))
    }

    /// Exact counts, for what is computed over them in this room.
    pub(crate) fn counts(&self, place: &Place) -> Counts {
        let whose = Whose::Place(place.area_kind, place.area.clone());
        self.of.get(&whose).map(|(counts, _)| *counts).unwrap_or_default()
    }

    pub(crate) fn has(&self, place: &Place) -> bool {
        self.of.contains_key(&Whose::Place(place.area_kind, place.area.clone()))
    }
}

/// Counts in the order in which they came, each in one place.
#[derive(Default)]
struct Builder {
    at: BTreeMap<Whose, usize>,
    counts: Vec<Counts>,
}

impl Builder {
    fn add(&mut self, whose: Whose, counts: Counts) {
        match self.at.get(&whose).and_then(|at| self.counts.get_mut(*at)) {
            Some(sum) => sum.add(counts),
            None => {
                self.at.insert(whose, self.counts.len());
                self.counts.push(counts);
            }
        }
    }

    /// The parts of a whole and then the whole, where it is known.
    fn line(&self, parts: impl Iterator<Item = Whose>, whole: &Whose) -> Option<Line> {
        let whole = self.at.get(whole)?;
        let mut line: Line = parts.filter_map(|part| self.at.get(&part).copied()).collect();
        line.push(*whole);
        Some(line)
    }

    fn publish(self, indicator: &Indicator, places: &[Place]) -> Year {
        let lines = self.lines(places);
        let shown = Rule::default().measures(indicator.form, indicator.per, &self.counts, &lines);
        let of = self
            .at
            .iter()
            .filter_map(|(whose, at)| Some((whose.clone(), (*self.counts.get(*at)?, *shown.get(*at)?))));
        Year { of: of.collect() }
    }

    fn lines(&self, places: &[Place]) -> Vec<Line> {
        let whole = Whose::Place(AreaKind::Area, "all".to_owned());
        let whose = |place: &Place| Whose::Place(place.area_kind, place.area.clone());
        let of_kind = |kind: AreaKind| places.iter().filter(move |place| place.area_kind == kind);
        let practices = || of_kind(AreaKind::Practice);
        let mut lines: Vec<Option<Line>> = of_kind(AreaKind::Neighbourhood)
            .map(|n| self.line(practices().filter(|p| p.neighbourhood == n.area).map(whose), &whose(n)))
            .collect();
        lines.push(self.line(of_kind(AreaKind::Borough).map(whose), &whole));
        lines.push(self.line(practices().map(whose), &whole));
        for borough in of_kind(AreaKind::Borough) {
            lines.push(
                self.line(practices().filter(|p| p.borough == borough.area).map(whose), &whose(borough)),
            );
        }
        let scopes = of_kind(AreaKind::Borough).map(|b| (b.area.clone(), whose(b)));
        for (scope, of) in scopes.chain([(String::new(), whole.clone())]) {
            let here = |pilot: bool| {
                let scope = scope.clone();
                practices()
                    .filter(move |p| p.pilot == pilot && (scope.is_empty() || p.borough == scope))
                    .map(whose)
            };
            let (pilot, others) = (Whose::Pilot(scope.clone()), Whose::Others(scope.clone()));
            lines.push(self.line(here(true), &pilot));
            lines.push(self.line(here(false), &others));
            lines.push(self.line([pilot, others].into_iter(), &of));
        }
        lines.into_iter().flatten().collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use warehouse::reference::DefinitionFiles;

    pub(crate) fn emergency() -> Indicator {
        let definitions = warehouse::definitions::load(&DefinitionFiles::embedded()).unwrap();
        Indicator::named(&definitions, "emergency_admissions").unwrap()
    }

    pub(crate) fn practice(code: &str, neighbourhood: &str, pilot: bool) -> Place {
        Place {
            area_kind: AreaKind::Practice,
            area: code.to_owned(),
            name: format!("Practice {code}"),
            borough: "A".to_owned(),
            neighbourhood: neighbourhood.to_owned(),
            pilot,
            list_size: 1_000,
        }
    }

    /// One borough, two neighbourhoods, five practices.
    pub(crate) fn area() -> Vec<Place> {
        let neighbourhood = |name: &str| Place {
            area_kind: AreaKind::Neighbourhood,
            area: name.to_owned(),
            name: name.to_owned(),
            ..practice("", name, false)
        };
        let mut places = vec![Place::whole(), Place::borough("A", "Brent")];
        places.extend([neighbourhood("North"), neighbourhood("South")]);
        places.extend([
            practice("P1", "North", true),
            practice("P2", "North", true),
            practice("P3", "North", false),
            practice("P4", "South", false),
            practice("P5", "South", false),
        ]);
        places
    }

    pub(crate) fn year(numerators: [u64; 5]) -> Year {
        let mut found = BTreeMap::new();
        for (at, numerator) in numerators.into_iter().enumerate() {
            let counts = Counts { numerator, denominator: 1_000 };
            found.insert((AreaKind::Practice, format!("P{}", at + 1)), counts);
        }
        let all = Counts { numerator: numerators.iter().sum(), denominator: 5_000 };
        found.insert((AreaKind::Borough, "A".to_owned()), all);
        found.insert((AreaKind::Area, "all".to_owned()), all);
        Year::of(&emergency(), &found, &area())
    }

    #[test]
    fn neighbourhoods_and_the_pilot_add_up_and_nothing_hidden_follows() {
        let year = year([3, 40, 60, 50, 70]);
        let places = area();
        let shown =
            |at: usize| year.of_place(&places[at]).value.value().map(|e| (e.value * 10.0).round() / 10.0);
        assert_eq!(shown(2), Some(34.3), "North, per 1,000: 103 of 3,000");
        assert_eq!(shown(3), Some(60.0));
        // P1 is small. P2 goes with it, for the neighbourhood and for the pilot.
        assert_eq!((shown(4), shown(5)), (None, None));
        assert_eq!(shown(6), Some(60.0));
        let pilot = year.measure(&Whose::Pilot("A".to_owned()));
        assert_eq!(pilot.numerator.value(), Some(45));
        assert_eq!(year.measure(&Whose::Others("A".to_owned())).numerator.value(), Some(180));
        assert_eq!(year.counts(&places[4]).numerator, 3);
    }
}
