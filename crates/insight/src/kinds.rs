//! Counts by kind of person through disclosure control: all kinds of all boroughs at once, so that what is hidden in one view is hidden in
//! every view.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use methods::disclosure::Line;
use methods::{Counts, Measure, Rule};
use serde::Deserialize;

use crate::indicator::Indicator;
use crate::places::Place;

/// What tells people apart, as marts name it and as a page does.
pub(crate) const DIMENSIONS: [(&str, &str); 4] =
    [("deprivation", "Deprivation"), ("ethnicity", "Ethnic group"), ("age", "Age"), ("sex", "Sex")];

/// The category of those of whom it is not known.
pub(crate) const NOT_KNOWN: &str = "Not known";

/// One kind of person of one borough in one month, as marts hold it.
#[derive(Clone, Deserialize)]
pub(crate) struct Row {
    pub(crate) indicator: String,
    pub(crate) borough: String,
    pub(crate) dimension: String,
    pub(crate) category: String,
    pub(crate) month: NaiveDate,
    pub(crate) numerator: i64,
    pub(crate) denominator: i64,
}

/// Borough, or `all`; dimension and category, or nothing for everybody.
type Key = (String, Option<(String, String)>);

/// Exact counts and what may be shown of them.
pub(crate) struct Kinds {
    exact: BTreeMap<Key, Counts>,
    shown: BTreeMap<Key, Measure>,
}

impl Kinds {
    /// Adds up an indicator's rows and puts all through disclosure control together.
    pub(crate) fn of<'a>(rule: Rule, indicator: &Indicator, rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut exact: BTreeMap<Key, Counts> = BTreeMap::new();
        for row in rows {
            let counts = Counts::of(row.numerator, row.denominator);
            let kind = Some((row.dimension.clone(), row.category.clone()));
            exact.entry((row.borough.clone(), kind)).or_default().add(counts);
            // Each dimension holds everybody once: any of them gives the whole.
            if row.dimension == "sex" {
                exact.entry((row.borough.clone(), None)).or_default().add(counts);
            }
        }
        let counts: Vec<Counts> = exact.values().copied().collect();
        let measures = rule.measures(indicator.form, indicator.per, &counts, &lines(&exact));
        let shown = exact.keys().cloned().zip(measures).collect();
        Self { exact, shown }
    }

    /// Everybody of a place.
    pub(crate) fn everybody(&self, place: &Place) -> Measure {
        self.measure(&(borough(place).to_owned(), None))
    }

    /// The kinds of a place by one dimension, what is not known last: category, exact counts, what may be shown.
    pub(crate) fn by<'a>(&'a self, place: &'a Place, dimension: &'a str) -> Vec<(&'a str, Counts, Measure)> {
        let mut all: Vec<(&str, Counts, Measure)> = self
            .exact
            .iter()
            .filter(|((of, _), _)| of == borough(place))
            .filter_map(|(key, counts)| {
                let (of, category) = key.1.as_ref()?;
                (of == dimension).then(|| (category.as_str(), *counts, self.measure(key)))
            })
            .collect();
        all.sort_by_key(|(category, ..)| *category == NOT_KNOWN);
        all
    }

    fn measure(&self, key: &Key) -> Measure {
        self.shown.get(key).copied().unwrap_or_else(Measure::no_data)
    }
}

fn borough(place: &Place) -> &str {
    if place.borough.is_empty() { "all" } else { &place.borough }
}

/// Kinds add up to everybody, boroughs to the area.
fn lines(exact: &BTreeMap<Key, Counts>) -> Vec<Line> {
    let at: BTreeMap<&Key, usize> = exact.keys().zip(0..).collect();
    let place = |key: &Key| at.get(key).copied();
    let boroughs: BTreeSet<&String> = exact.keys().map(|(borough, _)| borough).collect();
    let mut lines: Vec<Line> = Vec::new();
    for borough in &boroughs {
        for (dimension, _) in DIMENSIONS {
            let own = |(of, kind): &&Key| {
                of == *borough && kind.as_ref().is_some_and(|(name, _)| name == dimension)
            };
            let parts = exact.keys().filter(own).filter_map(place);
            lines.push(parts.chain(place(&((*borough).clone(), None))).collect());
        }
    }
    let kinds: BTreeSet<&Option<(String, String)>> = exact.keys().map(|(_, kind)| kind).collect();
    for kind in kinds {
        let of = |borough: &str| place(&(borough.to_owned(), kind.clone()));
        let parts = boroughs.iter().filter(|borough| **borough != "all").filter_map(|borough| of(borough));
        lines.push(parts.chain(of("all")).collect());
    }
    lines
}
