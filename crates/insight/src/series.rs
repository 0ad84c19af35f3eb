//! From months to a control chart and a sentence. Charts are drawn over published values only.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use methods::disclosure::{Judged, PublishedChart};
use methods::spc::{Options, SpecialCause, Variation};
use methods::{Counts, Measure, Rule};
use serde::{Deserialize, Serialize};

use crate::indicator::Indicator;
use crate::places::{AreaKind, Place};

/// Months on a chart at most.
pub const MONTHS: usize = 36;

/// One month of one place, as marts hold it.
#[derive(Clone, Deserialize)]
pub(crate) struct Row {
    pub(crate) indicator: String,
    pub(crate) area_kind: AreaKind,
    pub(crate) area: String,
    pub(crate) month: NaiveDate,
    pub(crate) numerator: i64,
    pub(crate) denominator: i64,
}

impl Row {
    pub(crate) fn counts(&self) -> Counts {
        Counts::of(self.numerator, self.denominator)
    }
}

/// One month of an indicator.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MonthPoint {
    /// First of the month.
    pub month: NaiveDate,
    /// Value, numerator and denominator.
    pub measure: Measure,
    /// What the control chart says of it; none when the value is not shown.
    pub judged: Option<Judged>,
}

impl MonthPoint {
    /// What the chart says; common cause when it says nothing.
    pub fn variation(&self) -> Variation {
        self.judged.map_or(Variation::Common, |judged| judged.variation)
    }
}

/// The months of one place, oldest first, and their chart. Boroughs add up to the area, so that a single hidden borough takes another
/// with it, in every view.
pub(crate) fn of_place(
    indicator: &Indicator,
    rows: &[Row],
    place: &Place,
) -> (Vec<MonthPoint>, PublishedChart) {
    let mut months: BTreeMap<NaiveDate, (BTreeMap<&str, Counts>, Counts)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.indicator == indicator.name) {
        let (boroughs, whole) = months.entry(row.month).or_default();
        match row.area_kind {
            AreaKind::Area => *whole = row.counts(),
            AreaKind::Borough => boroughs.entry(&row.area).or_default().add(row.counts()),
            AreaKind::Neighbourhood | AreaKind::Practice => {}
        }
    }
    let cut = months.len().saturating_sub(MONTHS);
    let measured = months.into_iter().skip(cut);
    let mut series: Vec<MonthPoint> = measured
        .filter_map(|(month, (boroughs, whole))| {
            let measure = of_month(indicator, &boroughs, whole, place)?;
            Some(MonthPoint { month, measure, judged: None })
        })
        .collect();
    let values: Vec<_> = series.iter().map(|point| point.measure.value).collect();
    let options = Options { direction: indicator.direction, screen: true, target: indicator.target };
    let chart = PublishedChart::of(&values, options);
    for (point, judged) in series.iter_mut().zip(&chart.points) {
        point.judged = *judged;
    }
    (series, chart)
}

/// The place's value in a month, after disclosure control over all boroughs; `None` when it has none.
fn of_month(
    indicator: &Indicator,
    boroughs: &BTreeMap<&str, Counts>,
    whole: Counts,
    place: &Place,
) -> Option<Measure> {
    let mut all: Vec<Counts> = boroughs.values().copied().collect();
    let known = all.iter().fold(Counts::default(), |mut sum, part| {
        sum.add(*part);
        sum
    });
    // People of no known borough are a part that is shown nowhere.
    all.push(Counts {
        numerator: whole.numerator.saturating_sub(known.numerator),
        denominator: whole.denominator.saturating_sub(known.denominator),
    });
    all.push(whole);
    let line = (0..all.len()).collect();
    let shown = Rule::default().measures(indicator.form, indicator.per, &all, &[line]);
    match place.area_kind {
        AreaKind::Area => shown.last().copied(),
        _ => {
            let at = boroughs.keys().position(|code| *code == place.area)?;
            shown.get(at).copied()
        }
    }
}

/// The latest month in words.
pub(crate) fn sentence(
    indicator: &Indicator,
    place: &Place,
    latest: Option<&MonthPoint>,
    chart: &PublishedChart,
) -> String {
    let start = format!("{}, {}", indicator.title, place.in_words());
    let Some(point) = latest else { return format!("{start}: no complete month yet.") };
    let month = point.month.format("%B %Y");
    let Some(estimate) = point.measure.value.value() else {
        return match point.measure.value.is_suppressed() {
            true => format!("{start}: in {month} the numbers are too few to be shown."),
            false => format!("{start}: nothing to count in {month}."),
        };
    };
    let value = format!("{start}: {:.1} {} in {month}.", estimate.value, indicator.unit);
    let Some(limits) = chart.limits.value() else {
        return format!("{value} There are too few months for control limits.");
    };
    let range = format!("{:.1} to {:.1}", limits.lower.max(0.0), limits.upper);
    let cause = point.judged.and_then(|judged| judged.cause).map(because);
    let said = match (point.variation(), cause) {
        (Variation::Improvement, Some(cause)) => format!("This is special cause for the better: {cause}"),
        (Variation::Concern, Some(cause)) => format!("This is special cause for the worse: {cause}"),
        (Variation::NeutralHigh, Some(cause)) => format!("This is special cause, high: {cause}"),
        (Variation::NeutralLow, Some(cause)) => format!("This is special cause, low: {cause}"),
        _ => return format!("{value} This is within common variation, with limits of {range}."),
    };
    match point.judged.and_then(|judged| judged.cause) {
        Some(SpecialCause::OutsideLimits) => format!("{value} {said} of {range}."),
        _ => format!("{value} {said}, with limits of {range}."),
    }
}

fn because(cause: SpecialCause) -> &'static str {
    match cause {
        SpecialCause::OutsideLimits => "outside the limits",
        SpecialCause::Trend => "seven months in a row in one direction",
        SpecialCause::TwoOfThree => "two of three months close to a limit",
        SpecialCause::Shift => "seven months in a row on one side of the mean",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warehouse::reference::DefinitionFiles;

    fn emergency() -> Indicator {
        let definitions = warehouse::definitions::load(&DefinitionFiles::embedded()).unwrap();
        Indicator::named(&definitions, "emergency_admissions").unwrap()
    }

    fn row(area_kind: AreaKind, area: &str, month: u32, numerator: i64, denominator: i64) -> Row {
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        Row {
            indicator: "emergency_admissions".to_owned(),
            area_kind,
            area: area.to_owned(),
            month: first + chrono::Months::new(month),
            numerator,
            denominator,
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
        assert_eq!(series.last().unwrap().variation(), Variation::Concern);
        let limits = chart.limits.value().unwrap();
        let said = sentence(&emergency(), &Place::whole(), series.last(), &chart);
        assert_eq!(
            said,
            format!(
                "Emergency admissions, the whole area: 30.0 per 1,000 people a month in December 2025. This is special cause for the \
                 worse: outside the limits of {:.1} to {:.1}.",
                limits.lower, limits.upper
            )
        );
    }

    #[test]
    fn small_months_of_one_borough_hide_another_and_are_left_out_of_the_chart() {
        let rows: Vec<Row> = (0..12)
            .flat_map(|m| {
                [
                    row(AreaKind::Borough, "A", m, 3, 800),
                    row(AreaKind::Borough, "B", m, 30, 900),
                    row(AreaKind::Borough, "C", m, 50, 1_900),
                    row(AreaKind::Area, "all", m, 83, 3_600),
                ]
            })
            .collect();
        let hidden = |area: &str| {
            let (series, chart) = of_place(&emergency(), &rows, &Place::borough(area, "Borough"));
            let all = series.iter().all(|p| p.measure.value.is_suppressed());
            assert_eq!(all, chart.limits.value().is_none());
            let said = sentence(&emergency(), &Place::borough(area, "Borough"), series.last(), &chart);
            assert_eq!(all, said.contains("too few to be shown"), "{said}");
            all
        };
        assert_eq!(["A", "B", "C"].map(hidden), [true, true, false]);
        let (series, _) = of_place(&emergency(), &rows, &Place::whole());
        assert!(series.iter().all(|p| p.measure.value.value().is_some()));
    }
}
