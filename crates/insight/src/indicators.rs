//! Outcome indicators: value, control chart, comparison, sentence.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use methods::spc::{Assurance, Direction, Variation};
use methods::{Coverage, Estimate, Published, Rule, spc};
use policy::Permit;
use serde::{Deserialize, Serialize};
use warehouse::definitions::{Definition, Kind};
use warehouse::marts::Marts;

use crate::places::{AreaKind, Place, place, places};
use crate::series::{chart, published, sentence};
use crate::{InsightError, coverage};

/// How numerator and denominator become a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Events over people: Byar's limits.
    Rate,
    /// A part of a whole: Wilson limits.
    Proportion,
    /// A sum over a count: no limits.
    Mean,
}

/// What an indicator is: the head of its definition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Indicator {
    /// Definition name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Domain of the outcomes framework.
    pub domain: String,
    /// Which way is better.
    pub direction: Direction,
    /// How it is computed.
    pub form: Form,
    /// Unit in words, such as `per 1,000 people a month`.
    pub unit: String,
    /// The value is numerator over denominator times this.
    pub per: f64,
    /// Numerator in words.
    pub numerator: String,
    /// Denominator in words.
    pub denominator: String,
    /// Where the method is published.
    pub source: String,
    /// Version of the definition.
    pub version: String,
    /// What to keep in mind; blank when there is nothing.
    pub note: String,
}

impl Indicator {
    /// The indicators among the definitions in force, by domain and title.
    pub fn all(definitions: &[Definition]) -> Vec<Self> {
        let mut all: Vec<Self> =
            definitions.iter().filter(|d| d.kind == Kind::Indicator).map(Self::of).collect();
        all.sort_by(|a, b| (&a.domain, &a.title).cmp(&(&b.domain, &b.title)));
        all
    }

    fn of(definition: &Definition) -> Self {
        let text =
            |key: &str| definition.more.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let number = |key: &str| {
            let value = definition.more.get(key);
            value.and_then(|v| v.as_float().or_else(|| v.as_integer().map(|n| n as f64))).unwrap_or(1.0)
        };
        Self {
            name: definition.name.clone(),
            title: definition.title.clone(),
            domain: text("domain"),
            direction: match text("direction").as_str() {
                "increase" => Direction::Increase,
                "decrease" => Direction::Decrease,
                _ => Direction::Neutral,
            },
            form: match text("form").as_str() {
                "proportion" => Form::Proportion,
                "mean" => Form::Mean,
                _ => Form::Rate,
            },
            unit: text("unit"),
            per: number("per"),
            numerator: text("numerator"),
            denominator: text("denominator"),
            source: definition.source.clone(),
            version: definition.version.clone(),
            note: text("note"),
        }
    }
}

/// One month of an indicator.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MonthPoint {
    /// First of the month.
    pub month: NaiveDate,
    /// The value with its limits; for a mean the limits are the value.
    pub value: Published<Estimate>,
    /// Numerator.
    pub numerator: Published<u64>,
    /// Denominator.
    pub denominator: Published<u64>,
    /// What the control chart says of it; common cause when the value is not shown.
    pub variation: Variation,
}

/// A place's value over the latest twelve months.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// The place.
    pub place: Place,
    /// Value with its limits.
    pub value: Published<Estimate>,
    /// Against the whole area: `higher`, `lower`, `similar`, or blank when either is not shown.
    pub against_area: &'static str,
}

/// An indicator for one place.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorView {
    /// What it is.
    pub indicator: Indicator,
    /// Where.
    pub place: Place,
    /// By month, oldest first, at most 36.
    pub series: Vec<MonthPoint>,
    /// The control chart over the months that are shown, with limits.
    pub chart: spc::Chart,
    /// What the latest month says.
    pub variation: Variation,
    /// Whether a target is met; there are no targets yet.
    pub assurance: Option<Assurance>,
    /// In one sentence.
    pub sentence: String,
    /// Places of the next level beside one another: boroughs for the whole area, practices for a borough.
    pub comparison: Vec<Compared>,
    /// What the figures cover.
    pub coverage: Coverage,
}

/// One line of the list of indicators.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorSummary {
    /// What it is.
    pub indicator: Indicator,
    /// The latest month, when there is one.
    pub latest: Option<MonthPoint>,
    /// In one sentence.
    pub sentence: String,
}

#[derive(Clone, Deserialize)]
struct Row {
    indicator: String,
    area_kind: AreaKind,
    area: String,
    month: NaiveDate,
    numerator: i64,
    denominator: i64,
}

/// One indicator for one place, with its chart and comparison.
pub async fn view(
    marts: &Marts,
    permit: &Permit,
    definitions: &[Definition],
    name: &str,
    kind: AreaKind,
    area: &str,
) -> Result<IndicatorView, InsightError> {
    let indicator = Indicator::all(definitions)
        .into_iter()
        .find(|indicator| indicator.name == name)
        .ok_or(InsightError::NotFound("indicator"))?;
    let place =
        if kind == AreaKind::Area { Place::whole() } else { place(marts, permit, kind, area).await? };
    // The name is that of a definition and the code that of a known place: nothing a user wrote reaches the query.
    let practices = if kind == AreaKind::Area { " AND area_kind <> 'practice'" } else { "" };
    let sql =
        format!("SELECT * FROM indicator WHERE indicator = '{}'{practices} ORDER BY month", indicator.name);
    let rows: Vec<Row> = marts.rows(permit, &sql).await?;
    let comparison = compare(&indicator, &rows, &places(marts, permit).await?, &place);
    let coverage = coverage(marts, permit).await?;
    let (series, chart) = of_place(&indicator, &rows, &place);
    let sentence = sentence(&indicator, &place, series.last(), &chart);
    Ok(IndicatorView {
        variation: series.last().map_or(Variation::Common, |point| point.variation),
        assurance: chart.assurance,
        indicator,
        place,
        series,
        chart,
        sentence,
        comparison,
        coverage,
    })
}

/// Every indicator for one place, by domain and title.
pub async fn list(
    marts: &Marts,
    permit: &Permit,
    definitions: &[Definition],
    kind: AreaKind,
    area: &str,
) -> Result<Vec<IndicatorSummary>, InsightError> {
    let place =
        if kind == AreaKind::Area { Place::whole() } else { place(marts, permit, kind, area).await? };
    let sql = format!(
        "SELECT * FROM indicator WHERE area_kind = '{}' AND area = '{}' ORDER BY month",
        kind.name(),
        place.area
    );
    let rows: Vec<Row> = marts.rows(permit, &sql).await?;
    let summary = |indicator: Indicator| {
        let (series, chart) = of_place(&indicator, &rows, &place);
        let sentence = sentence(&indicator, &place, series.last(), &chart);
        IndicatorSummary { latest: series.last().copied(), indicator, sentence }
    };
    Ok(Indicator::all(definitions).into_iter().map(summary).collect())
}

fn of_place(indicator: &Indicator, rows: &[Row], place: &Place) -> (Vec<MonthPoint>, spc::Chart) {
    let mut series: Vec<MonthPoint> = rows
        .iter()
        .filter(|r| r.indicator == indicator.name && r.area_kind == place.area_kind && r.area == place.area)
        .map(|r| point(indicator, r))
        .collect();
    series.sort_by_key(|point| point.month);
    let cut = series.len().saturating_sub(36);
    let mut series: Vec<MonthPoint> = series.into_iter().skip(cut).collect();
    let chart = chart(&mut series, indicator.direction);
    (series, chart)
}

fn point(indicator: &Indicator, row: &Row) -> MonthPoint {
    let rule = Rule::default();
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    let numerator = match indicator.form {
        // The sum of a mean counts nights, not people: it is as safe as the count below it.
        Form::Mean if rule.is_small(count(row.denominator)) => Published::withheld(),
        Form::Mean => rule.count(count(row.numerator)),
        _ => rule.count(count(row.numerator)),
    };
    MonthPoint {
        month: row.month,
        value: published(indicator, row.numerator, row.denominator),
        numerator,
        denominator: rule.count(count(row.denominator)),
        variation: Variation::Common,
    }
}

/// Sums of the latest twelve months of the places one level below.
fn compare(indicator: &Indicator, rows: &[Row], places: &[Place], place: &Place) -> Vec<Compared> {
    let Some(latest) = rows.iter().map(|row| row.month).max() else { return Vec::new() };
    let from = latest - chrono::Months::new(11);
    let below = match place.area_kind {
        AreaKind::Area => AreaKind::Borough,
        _ => AreaKind::Practice,
    };
    let mut sums: BTreeMap<(AreaKind, &str), (i64, i64)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.month >= from) {
        let sum = sums.entry((row.area_kind, &row.area)).or_default();
        sum.0 += row.numerator;
        sum.1 += row.denominator;
    }
    let value = |kind: AreaKind, area: &str| {
        sums.get(&(kind, area)).map_or_else(Published::no_data, |sum| published(indicator, sum.0, sum.1))
    };
    let whole = value(AreaKind::Area, "all");
    places
        .iter()
        .filter(|p| p.area_kind == below && (below == AreaKind::Borough || p.borough == place.borough))
        .filter(|p| sums.contains_key(&(p.area_kind, p.area.as_str())))
        .map(|p| {
            let value = value(p.area_kind, &p.area);
            Compared { place: p.clone(), value, against_area: against(value, whole) }
        })
        .collect()
}

fn against(value: Published<Estimate>, whole: Published<Estimate>) -> &'static str {
    match (value.value(), whole.value()) {
        (Some(v), Some(w)) if v.lower == v.upper && v.value != w.value => "",
        (Some(v), Some(w)) if v.lower > w.value => "higher",
        (Some(v), Some(w)) if v.upper < w.value => "lower",
        (Some(_), Some(_)) => "similar",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warehouse::reference::DefinitionFiles;

    fn definitions() -> Vec<Definition> {
        warehouse::definitions::load(&DefinitionFiles::embedded()).unwrap()
    }

    fn row(kind: AreaKind, area: &str, month: u32, numerator: i64, denominator: i64) -> Row {
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        Row {
            indicator: "emergency_admissions".to_owned(),
            area_kind: kind,
            area: area.to_owned(),
            month: first + chrono::Months::new(month),
            numerator,
            denominator,
        }
    }

    fn emergency() -> Indicator {
        Indicator::all(&definitions()).into_iter().find(|i| i.name == "emergency_admissions").unwrap()
    }

    #[test]
    fn every_indicator_says_what_it_is() {
        let all = Indicator::all(&definitions());
        assert!(all.len() >= 10);
        for indicator in all {
            assert!(!indicator.domain.is_empty() && !indicator.unit.is_empty(), "{}", indicator.name);
            assert!(
                !indicator.numerator.is_empty() && !indicator.denominator.is_empty(),
                "{}",
                indicator.name
            );
            assert!(indicator.per >= 1.0 && !indicator.source.is_empty(), "{}", indicator.name);
        }
    }

    #[test]
    fn a_jump_is_seen_and_said() {
        let rows: Vec<Row> = (0..24)
            .map(|m| {
                row(AreaKind::Area, "all", m, if m == 23 { 300 } else { 100 + i64::from(m % 3) * 5 }, 10_000)
            })
            .collect();
        let (series, chart) = of_place(&emergency(), &rows, &Place::whole());
        assert_eq!(series.len(), 24);
        assert!(chart.limits.is_some());
        assert_eq!(series.last().unwrap().variation, Variation::Concern);
        let said = sentence(&emergency(), &Place::whole(), series.last(), &chart);
        assert_eq!(
            said,
            "Emergency admissions, the whole area: 30.0 per 1,000 people a month in December 2025. This is special cause for the worse: \
             outside the limits of 8.0 to 14.2."
                .replace("8.0 to 14.2", &limits_text(&chart))
        );
    }

    fn limits_text(chart: &spc::Chart) -> String {
        let limits = chart.limits.unwrap();
        format!("{:.1} to {:.1}", limits.lower.max(0.0), limits.upper)
    }

    #[test]
    fn small_months_are_left_out_of_the_chart() {
        let rows: Vec<Row> = (0..12).map(|m| row(AreaKind::Practice, "E84002", m, 3, 800)).collect();
        let place = Place {
            area_kind: AreaKind::Practice,
            area: "E84002".to_owned(),
            name: "Forty Willows Surgery".to_owned(),
            borough: "E09000005".to_owned(),
        };
        let (series, chart) = of_place(&emergency(), &rows, &place);
        assert!(series.iter().all(|p| p.value.is_suppressed() && p.numerator.is_suppressed()));
        assert!(chart.points.is_empty() && chart.limits.is_none());
        let said = sentence(&emergency(), &place, series.last(), &chart);
        assert!(said.contains("too few to be shown"), "{said}");
    }

    #[test]
    fn places_are_compared_over_twelve_months() {
        let borough = |code: &str| Place {
            area_kind: AreaKind::Borough,
            area: code.to_owned(),
            name: code.to_owned(),
            borough: code.to_owned(),
        };
        let mut rows = Vec::new();
        for month in 0..24 {
            // Older months would tell another story; they do not count.
            let old = month < 12;
            rows.push(row(AreaKind::Borough, "A", month, if old { 500 } else { 20 }, 1_000));
            rows.push(row(AreaKind::Borough, "B", month, 10, 1_000));
            rows.push(row(AreaKind::Area, "all", month, 30, 2_000));
        }
        let compared =
            compare(&emergency(), &rows, &[borough("A"), borough("B"), borough("C")], &Place::whole());
        let said: Vec<(&str, &str)> =
            compared.iter().map(|c| (c.place.area.as_str(), c.against_area)).collect();
        assert_eq!(said, [("A", "higher"), ("B", "lower")]);
        assert_eq!(compared[0].value.value().map(|e| e.value), Some(20.0));
    }
}
