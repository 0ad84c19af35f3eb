//! From months to a control chart and a sentence. Charts are drawn over published values only.

use methods::spc::{self, Direction, Options, SpecialCause, Variation};
use methods::{Estimate, Published, Rule};

use crate::indicators::{Form, Indicator, MonthPoint};
use crate::places::{AreaKind, Place};

/// The value of a numerator over a denominator after disclosure control.
pub(crate) fn published(indicator: &Indicator, numerator: i64, denominator: i64) -> Published<Estimate> {
    let rule = Rule::default();
    let below = u64::try_from(denominator).unwrap_or(0);
    let above = u64::try_from(numerator).unwrap_or(0);
    match indicator.form {
        Form::Rate => rule.rate(above, below, indicator.per),
        Form::Proportion => rule.proportion(above, below, indicator.per),
        Form::Mean => rule.mean(numerator, below).map(|mean| {
            let value = mean * indicator.per;
            Estimate { value, lower: value, upper: value }
        }),
    }
}

/// The chart over the months whose value is shown; each month is told what the chart says of it.
pub(crate) fn chart(series: &mut [MonthPoint], direction: Direction) -> spc::Chart {
    let values: Vec<f64> = series.iter().filter_map(|p| p.value.value()).map(|e| e.value).collect();
    let chart = spc::xmr(&values, Options { direction, screen: true, target: None });
    let shown = series.iter_mut().filter(|p| p.value.value().is_some());
    for (month, point) in shown.zip(&chart.points) {
        month.variation = point.variation;
    }
    chart
}

/// The latest month in words.
pub(crate) fn sentence(
    indicator: &Indicator,
    place: &Place,
    latest: Option<&MonthPoint>,
    chart: &spc::Chart,
) -> String {
    let name = if place.area_kind == AreaKind::Area { "the whole area" } else { &place.name };
    let start = format!("{}, {name}", indicator.title);
    let Some(point) = latest else { return format!("{start}: no complete month yet.") };
    let month = point.month.format("%B %Y");
    let Some(estimate) = point.value.value() else {
        return match point.value.is_suppressed() {
            true => format!("{start}: in {month} the numbers are too few to be shown."),
            false => format!("{start}: nothing to count in {month}."),
        };
    };
    let value = format!("{start}: {:.1} {} in {month}.", estimate.value, indicator.unit);
    let Some(limits) = chart.limits else {
        return format!("{value} There are too few months for control limits.");
    };
    let range = format!("{:.1} to {:.1}", limits.lower.max(0.0), limits.upper);
    let cause = chart.points.last().and_then(|p| p.cause).map(because);
    let said = match (point.variation, cause) {
        (Variation::Improvement, Some(cause)) => format!("This is special cause for the better: {cause}"),
        (Variation::Concern, Some(cause)) => format!("This is special cause for the worse: {cause}"),
        (Variation::NeutralHigh, Some(cause)) => format!("This is special cause, high: {cause}"),
        (Variation::NeutralLow, Some(cause)) => format!("This is special cause, low: {cause}"),
        _ => return format!("{value} This is within common variation, with limits of {range}."),
    };
    match chart.points.last().and_then(|p| p.cause) {
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
