//! Outcome indicators: latest value, control chart, comparison, inequalities, sentence.

use methods::Coverage;
use methods::disclosure::PublishedChart;
use policy::Permit;
use serde::Serialize;
use warehouse::definitions::Definition;
use warehouse::marts::Marts;

use crate::comparison::{Comparison, Pilot, compare, levels, pilot};
use crate::indicator::Indicator;
use crate::inequality::{Breakdown, breakdowns};
use crate::places::{AreaKind, Place, places};
use crate::series::{MonthPoint, Row, of_place, sentence};
use crate::year::{self, Year};
use crate::{InsightError, coverage};

/// An indicator for one place.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorView {
    /// What it is.
    pub indicator: Indicator,
    /// Where.
    pub place: Place,
    /// By month, oldest first, at most 36.
    pub series: Vec<MonthPoint>,
    /// The control chart over the months that are shown.
    pub chart: PublishedChart,
    /// In one sentence.
    pub sentence: String,
    /// Places of one level beside one another.
    pub comparison: Comparison,
    /// Pilot practices against the others, where there are any.
    pub pilot: Option<Pilot>,
    /// By kind of person.
    pub breakdowns: Vec<Breakdown>,
    /// What the figures cover.
    pub coverage: Coverage,
}

/// One line of the list of indicators.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorSummary {
    /// What it is.
    pub indicator: Indicator,
    /// By month, oldest first.
    pub series: Vec<MonthPoint>,
    /// The control chart over the months that are shown.
    pub chart: PublishedChart,
    /// In one sentence.
    pub sentence: String,
}

impl IndicatorSummary {
    /// The latest month, when there is one.
    pub fn latest(&self) -> Option<&MonthPoint> {
        self.series.last()
    }

    /// An indicator of which nothing is known yet.
    pub fn empty(indicator: Indicator) -> Self {
        let (series, chart) = of_place(&indicator, &[], &Place::whole());
        let sentence = sentence(&indicator, &Place::whole(), None, &chart);
        Self { indicator, series, chart, sentence }
    }
}

/// One indicator for the whole area or a borough; `level` is what is compared, the usual one when it cannot be here.
pub async fn view(
    marts: &Marts,
    permit: &Permit,
    definitions: &[Definition],
    name: &str,
    (kind, area): (AreaKind, &str),
    level: Option<AreaKind>,
) -> Result<IndicatorView, InsightError> {
    let indicator = Indicator::named(definitions, name).ok_or(InsightError::NotFound("indicator"))?;
    let places = places(marts, permit).await?;
    let place = find(&places, kind, area)?;
    // The name is that of a definition: nothing a user wrote reaches the query.
    let sql = format!(
        "SELECT * FROM indicator WHERE indicator = '{}' AND area_kind <> 'practice' ORDER BY month",
        indicator.name
    );
    let rows: Vec<Row> = marts.rows(permit, &sql).await?;
    let found =
        year::read(marts, permit, Some(&indicator)).await?.remove(&indicator.name).unwrap_or_default();
    let year = Year::of(&indicator, &found, &places);
    let can_be = levels(kind);
    let level = level.filter(|level| can_be.contains(level)).or(can_be.first().copied()).unwrap_or_default();
    let (series, chart) = of_place(&indicator, &rows, &place);
    let sentence = sentence(&indicator, &place, series.last(), &chart);
    Ok(IndicatorView {
        comparison: compare(&indicator, &year, &places, &place, level),
        pilot: pilot(&year, &place),
        breakdowns: breakdowns(marts, permit, &indicator, &place).await?,
        coverage: coverage(marts, permit).await?,
        indicator,
        place,
        series,
        chart,
        sentence,
    })
}

/// The place with this level and code among these.
pub(crate) fn find(places: &[Place], kind: AreaKind, area: &str) -> Result<Place, InsightError> {
    let fits = |place: &&Place| place.area_kind == kind && place.area == area;
    places.iter().find(fits).cloned().ok_or(InsightError::NotFound(kind.name()))
}

/// Every indicator for the whole area or a borough, by domain and title.
pub(crate) async fn list(
    marts: &Marts,
    permit: &Permit,
    definitions: &[Definition],
    kind: AreaKind,
    area: &str,
) -> Result<(Place, Vec<IndicatorSummary>), InsightError> {
    let place = find(&places(marts, permit).await?, kind, area)?;
    let rows: Vec<Row> = marts
        .rows(permit, "SELECT * FROM indicator WHERE area_kind IN ('area', 'borough') ORDER BY month")
        .await?;
    let summary = |indicator: Indicator| {
        let (series, chart) = of_place(&indicator, &rows, &place);
        let sentence = sentence(&indicator, &place, series.last(), &chart);
        IndicatorSummary { indicator, series, chart, sentence }
    };
    let lines = Indicator::all(definitions).into_iter().map(summary).collect();
    Ok((place, lines))
}
