//! One practice: its people, and every indicator beside its neighbourhood, its borough, the area and practices like it.

use std::collections::BTreeMap;

use methods::{Counts, Coverage, Estimate, Measure, Published, Rule};
use policy::{Action, Permit};
use serde::{Deserialize, Serialize};
use warehouse::definitions::Definition;
use warehouse::marts::Marts;

use crate::cells;
use crate::comparison::Against;
use crate::indicator::Indicator;
use crate::indicators::find;
use crate::places::{AreaKind, Place, places};
use crate::year::{self, Year};
use crate::{InsightError, coverage};

/// Practices that are most like one, by deprivation and age, beside which it is set.
const ALIKE: usize = 10;

/// A practice's profile.
#[derive(Clone, Debug, Serialize)]
pub struct PracticeProfile {
    /// The practice.
    pub place: Place,
    /// Its borough, by name.
    pub borough: String,
    /// People on its list by the national publication.
    pub list_size: Published<u64>,
    /// Registered people whose data are here, if its agreement covers planning.
    pub people: Published<u64>,
    /// Whether its agreement covers planning.
    pub covered: bool,
    /// Its people by group, age and deprivation.
    pub population: Vec<Split>,
    /// Practices like it, most alike first.
    pub alike: Vec<Place>,
    /// Every indicator, by domain and title.
    pub indicators: Vec<PracticeIndicator>,
    /// What the figures of the area cover.
    pub coverage: Coverage,
}

/// A practice's people by one thing, beside everybody.
#[derive(Clone, Debug, Serialize)]
pub struct Split {
    /// Heading.
    pub title: &'static str,
    /// Kind, the practice's people and share, everybody's share.
    pub rows: Vec<SplitRow>,
}

/// People of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct SplitRow {
    /// In words.
    pub name: String,
    /// People of the practice.
    pub people: Published<u64>,
    /// In the hundred of the practice's people.
    pub share: Published<f64>,
    /// In the hundred of the area's people.
    pub area_share: Published<f64>,
}

/// One indicator of a practice over the latest twelve months.
#[derive(Clone, Debug, Serialize)]
pub struct PracticeIndicator {
    /// What it is.
    pub indicator: Indicator,
    /// The practice.
    pub own: Measure,
    /// Against the area.
    pub against: Against,
    /// Practices like it together, those that are shown.
    pub alike: Measure,
    /// Its neighbourhood.
    pub neighbourhood: Measure,
    /// Its borough.
    pub borough: Measure,
    /// The whole area.
    pub area: Measure,
    /// How practices of the area lie.
    pub spread: Spread,
}

/// How practices lie: lowest, quarters and highest of those that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Lowest.
    pub lowest: Published<f64>,
    /// A quarter of practices are lower.
    pub lower_quarter: Published<f64>,
    /// A quarter of practices are higher.
    pub upper_quarter: Published<f64>,
    /// Highest.
    pub highest: Published<f64>,
}

#[derive(Deserialize)]
struct PeopleRow {
    practice: String,
    group: i64,
    age_band: String,
    imd_quintile: i64,
    people: i64,
}

#[derive(Deserialize)]
struct NameRow {
    group: i64,
    name: String,
}

#[derive(Deserialize)]
struct CoverageRow {
    practice: String,
    covered: bool,
    people: i64,
}

/// The practices whose profile the permit's holder may see, by name.
pub async fn open_to(marts: &Marts, permit: &Permit) -> Result<Vec<Place>, InsightError> {
    let mut all = places(marts, permit).await?;
    all.retain(|place| place.area_kind == AreaKind::Practice && may_see(permit, &place.area));
    Ok(all)
}

/// Whether the permit is for this practice: for any, or for the holder's own.
fn may_see(permit: &Permit, practice: &str) -> bool {
    match permit.action() {
        Action::ViewPracticeProfile => true,
        Action::ViewOwnPractice => permit.access().organisation == practice,
        _ => false,
    }
}

/// The profile of one practice by its ODS code. A practice that the holder may not see is as one that is not there.
pub async fn profile(
    marts: &Marts,
    permit: &Permit,
    definitions: &[Definition],
    practice: &str,
) -> Result<PracticeProfile, InsightError> {
    let places = places(marts, permit).await?;
    let place = find(&places, AreaKind::Practice, practice)?;
    if !may_see(permit, practice) {
        return Err(InsightError::NotFound("practice"));
    }
    let people: Vec<PeopleRow> = marts
        .rows(
            permit,
            "SELECT practice, \"group\", age_band, imd_quintile, SUM(people) AS people FROM group_people \
             GROUP BY practice, \"group\", age_band, imd_quintile",
        )
        .await?;
    let names: Vec<NameRow> =
        marts.rows(permit, "SELECT \"group\", name FROM group_name ORDER BY position").await?;
    let covered: Vec<CoverageRow> =
        marts.rows(permit, "SELECT practice, covered, people FROM coverage").await?;
    let own = covered.iter().find(|row| row.practice == practice);
    let registered = own.map_or(0, |row| u64::try_from(row.people).unwrap_or(0));
    let alike = alike(&people, &places, practice);
    let years = year::read(marts, permit, None).await?;
    let indicators = Indicator::all(definitions).into_iter().map(|indicator| {
        let found = years.get(&indicator.name).cloned().unwrap_or_default();
        let year = Year::of(&indicator, &found, &places);
        of_indicator(indicator, &year, &places, &place, &alike)
    });
    let borough = places.iter().find(|p| p.area_kind == AreaKind::Borough && p.area == place.borough);
    Ok(PracticeProfile {
        borough: borough.map(|b| b.name.clone()).unwrap_or_default(),
        list_size: Rule::default().count(place.list_size),
        people: Rule::default().count(registered),
        covered: own.is_some_and(|row| row.covered),
        population: population(&people, &names, practice),
        indicators: indicators.collect(),
        alike,
        coverage: coverage(marts, permit).await?,
        place,
    })
}

fn of_indicator(
    indicator: Indicator,
    year: &Year,
    places: &[Place],
    place: &Place,
    alike: &[Place],
) -> PracticeIndicator {
    let own = year.of_place(place);
    let area = year.of_place(&Place::whole());
    let near = |kind: AreaKind, code: &str| {
        find(places, kind, code).map_or_else(|_| Measure::no_data(), |place| year.of_place(&place))
    };
    // Only those that are shown: what is added up gives nobody away.
    let shown = |place: &&Place| year.of_place(place).value.value().is_some();
    let sum = alike.iter().filter(shown).fold(Counts::default(), |mut sum, place| {
        sum.add(year.counts(place));
        sum
    });
    let alike = Rule::default().measure(indicator.form, indicator.per, sum);
    let practices = places.iter().filter(|place| place.area_kind == AreaKind::Practice);
    let values: Vec<Published<Estimate>> = practices.map(|place| year.of_place(place).value).collect();
    PracticeIndicator {
        own,
        against: Against::of(own.value, area.value),
        alike,
        neighbourhood: near(AreaKind::Neighbourhood, &place.neighbourhood),
        borough: near(AreaKind::Borough, &place.borough),
        area,
        spread: Spread::of(&values),
        indicator,
    }
}

impl Spread {
    /// Of the values that are shown; a quarter is a practice's own value, none is made up between two.
    fn of(values: &[Published<Estimate>]) -> Self {
        let mut shown: Vec<Published<f64>> =
            values.iter().filter(|v| v.value().is_some()).map(|v| v.map(|e| e.value)).collect();
        shown.sort_by(|a, b| a.value().unwrap_or(0.0).total_cmp(&b.value().unwrap_or(0.0)));
        let last = shown.len().saturating_sub(1);
        let at = |place: usize| shown.get(place).copied().unwrap_or_else(Published::no_data);
        Self {
            lowest: at(0),
            lower_quarter: at(last / 4),
            upper_quarter: at(last - last / 4),
            highest: at(last),
        }
    }
}

/// The practice's people by group, age and deprivation: each a table over all practices, so that what is hidden of one practice
/// follows from no other.
fn population(people: &[PeopleRow], names: &[NameRow], practice: &str) -> Vec<Split> {
    let groups: Vec<(String, String)> =
        names.iter().map(|n| (n.group.to_string(), format!("{}. {}", n.group, n.name))).collect();
    let fifths = [
        ("1", "Fifth 1, most deprived"),
        ("2", "Fifth 2"),
        ("3", "Fifth 3"),
        ("4", "Fifth 4"),
        ("5", "Fifth 5, least deprived"),
        ("0", "Not known"),
    ];
    let fifths = fifths.map(|(key, name)| (key.to_owned(), name.to_owned())).to_vec();
    let ages = ["0-17", "18-39", "40-64", "65-74", "75-84", "85+", "not known"];
    let ages =
        ages.map(|band| (band.to_owned(), band.replace('-', " to ").replace('+', " and over"))).to_vec();
    vec![
        split("Population group", people, &groups, practice, |row| row.group.to_string()),
        split("Age", people, &ages, practice, |row| row.age_band.clone()),
        split("Deprivation", people, &fifths, practice, |row| row.imd_quintile.to_string()),
    ]
}

fn split(
    title: &'static str,
    people: &[PeopleRow],
    kinds: &[(String, String)],
    practice: &str,
    of: impl Fn(&PeopleRow) -> String,
) -> Split {
    let mut counts = cells::Counts::new();
    for row in people {
        counts.add(row.practice.clone(), of(row), row.people);
    }
    let published = counts.publish(Rule::default());
    let hundredths = |part: Published<u64>, whole: Published<u64>| {
        part.with(whole, |part, whole| if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 })
    };
    let own = practice.to_owned();
    let all = published.row(&own, None);
    let rows = kinds
        .iter()
        .map(|(key, name)| {
            let people = published.row(&own, Some(key));
            SplitRow {
                name: name.clone(),
                people,
                share: hundredths(people, all),
                area_share: hundredths(published.total(Some(key)), published.total(None)),
            }
        })
        .filter(|row| row.people.value() != Some(0) || row.area_share.value() != Some(0.0));
    Split { title, rows: rows.collect() }
}

/// What practices are told apart by: the mean deprivation fifth and the share of people of 65 and over.
#[derive(Clone, Copy, Default)]
struct Mix {
    people: f64,
    old: f64,
    fifths: f64,
    known: f64,
}

/// The practices most like one: nearest in mean deprivation fifth and in the share of people of 65 and over, each in standard deviations
/// over practices.
fn alike(people: &[PeopleRow], places: &[Place], practice: &str) -> Vec<Place> {
    let mut mixes: BTreeMap<&str, Mix> = BTreeMap::new();
    for row in people {
        let mix = mixes.entry(&row.practice).or_default();
        let n = row.people as f64;
        mix.people += n;
        mix.old += if matches!(row.age_band.as_str(), "65-74" | "75-84" | "85+") { n } else { 0.0 };
        if row.imd_quintile > 0 {
            mix.fifths += row.imd_quintile as f64 * n;
            mix.known += n;
        }
    }
    let place = |mix: &Mix| (mix.old / mix.people.max(1.0), mix.fifths / mix.known.max(1.0));
    let Some(own) = mixes.get(practice).map(place) else { return Vec::new() };
    let (age, deprivation) =
        (spread_of(mixes.values().map(|m| place(m).0)), spread_of(mixes.values().map(|m| place(m).1)));
    let mut near: Vec<(f64, &str)> = mixes
        .iter()
        .filter(|(code, _)| **code != practice)
        .map(|(code, mix)| {
            let (old, fifth) = place(mix);
            (((old - own.0) / age).hypot((fifth - own.1) / deprivation), *code)
        })
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    let codes = near.into_iter().take(ALIKE).map(|(_, code)| code);
    codes.filter_map(|code| find(places, AreaKind::Practice, code).ok()).collect()
}

/// Standard deviation; one where there is none, so that nothing is divided by nought.
fn spread_of(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    let n = (values.len() as f64).max(1.0);
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
    if deviation > 0.0 { deviation } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::year::tests::{area, emergency, year};

    fn row(practice: &str, age_band: &str, imd_quintile: i64, people: i64) -> PeopleRow {
        PeopleRow {
            practice: practice.to_owned(),
            group: 1,
            age_band: age_band.to_owned(),
            imd_quintile,
            people,
        }
    }

    #[test]
    fn the_practices_most_alike_come_first() {
        let people = [
            row("P1", "18-39", 1, 900),
            row("P1", "65-74", 1, 100),
            row("P2", "18-39", 5, 500),
            row("P2", "85+", 5, 500),
            row("P3", "18-39", 1, 880),
            row("P3", "75-84", 1, 120),
            row("P4", "18-39", 2, 900),
            row("P4", "65-74", 2, 150),
        ];
        let found = alike(&people, &area(), "P1");
        assert_eq!(found.iter().map(|p| p.area.as_str()).collect::<Vec<_>>(), ["P3", "P4", "P2"]);
        assert!(alike(&people, &area(), "P9").is_empty());
    }

    #[test]
    fn a_practice_stands_beside_area_neighbourhood_and_those_alike() {
        let (year, places) = (year([30, 40, 60, 200, 70]), area());
        let view =
            of_indicator(emergency(), &year, &places, &places[4], &[places[5].clone(), places[7].clone()]);
        let value = |m: Measure| m.value.value().map(|e| (e.value * 10.0).round() / 10.0);
        assert_eq!(value(view.own), Some(30.0));
        assert_eq!(value(view.alike), Some(120.0), "40 and 200 of 2,000");
        assert_eq!(value(view.neighbourhood), Some(43.3), "130 of 3,000");
        assert_eq!(value(view.area), Some(80.0));
        assert_eq!(view.against, Against::Lower);
        let spread =
            [view.spread.lowest, view.spread.lower_quarter, view.spread.upper_quarter, view.spread.highest];
        assert_eq!(spread.map(|v| v.value()), [Some(30.0), Some(40.0), Some(70.0), Some(200.0)]);
    }

    #[test]
    fn few_people_of_a_kind_are_hidden_with_a_second_kind() {
        let people = [
            row("P1", "18-39", 1, 90),
            row("P1", "85+", 1, 4),
            row("P1", "65-74", 1, 30),
            row("P2", "18-39", 1, 400),
        ];
        let split = &population(&people, &[NameRow { group: 1, name: "Healthy".to_owned() }], "P1")[1];
        let said: Vec<(&str, String)> =
            split.rows.iter().map(|row| (row.name.as_str(), row.people.to_string())).collect();
        assert_eq!(
            said,
            [
                ("18 to 39", "90".to_owned()),
                ("65 to 74", "not shown".to_owned()),
                ("85 and over", "7 or fewer".to_owned()),
            ]
        );
        assert!(split.rows[2].share.is_suppressed());
    }
}
