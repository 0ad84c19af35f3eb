//! The part of an indicator's page that says for whom it differs: deprivation, ethnic group, age, sex.

use insight::indicators::IndicatorView;
use insight::inequality::Breakdown;
use maud::{Markup, html};
use methods::disclosure::PublishedGap;

use super::indicator::download;
use super::indicator_places::against_tag;
use crate::charts::Intervals;
use crate::components::nhs::{Cell, Head, Table};
use crate::words;

pub(crate) fn breakdowns(view: &IndicatorView) -> Markup {
    html! {
        h2 class="nhsuk-heading-m" { "For whom it differs" }
        @if view.breakdowns.is_empty() { p { "Nothing has been counted by kind of person yet." } }
        @else {
            p {
                "The latest 12 months together. Each kind of person is set beside everybody of " (view.place.in_words())
                ". Age, deprivation and practice are those of today. Values are not adjusted for one another: older people are of other ethnic groups and live elsewhere."
            }
            @for breakdown in &view.breakdowns {
                h3 class="nhsuk-heading-s" { (breakdown.title) }
                @if let Some(gap) = &breakdown.gap { p { (gap_sentence(view, gap)) } }
                (table(view, breakdown))
            }
            (download(view, "people", "these tables"))
        }
    }
}

/// The slope and relative index of inequality in words.
fn gap_sentence(view: &IndicatorView, gap: &PublishedGap) -> String {
    let (Some(slope), Some(ratio)) = (gap.slope.value(), gap.ratio.value()) else {
        return match gap.slope.is_suppressed() {
            true => "The numbers are too few to say how much deprivation matters.".to_owned(),
            false => "How much deprivation matters cannot be worked out for this indicator.".to_owned(),
        };
    };
    let more = if slope.value >= 0.0 { "higher" } else { "lower" };
    let sure = if slope.lower > 0.0 || slope.upper < 0.0 { "more" } else { "no more" };
    format!(
        "From the least to the most deprived the value is {:.1} {more} (slope index of inequality {:.1}, 95% limits {:.1} to {:.1} {}), \
         and the most deprived have {:.2} times that of the least deprived (relative index {:.2}, {:.2} to {:.2}). This is {sure} than chance.",
        slope.value.abs(),
        slope.value,
        slope.lower,
        slope.upper,
        view.indicator.unit,
        ratio.value,
        ratio.value,
        ratio.lower,
        ratio.upper,
    )
}

fn table(view: &IndicatorView, breakdown: &Breakdown) -> Table {
    let values = breakdown.rows.iter().map(|row| row.measure.value);
    let everybody = methods::Published::no_data();
    let scale = Intervals::of(values, everybody);
    let rows = breakdown.rows.iter().map(|line| {
        vec![
            Cell::from(line.name.as_str()),
            scale.figure(line.measure.value),
            line.measure.numerator.to_string().into(),
            line.measure.denominator.to_string().into(),
            against_tag(line.against.words(view.indicator.direction)).into(),
        ]
    });
    Table {
        caption: format!("By {}, latest 12 months", words::lower(breakdown.title)).into(),
        head: vec![
            breakdown.title.into(),
            Head::numeric("Value (95% limits)"),
            Head::numeric("Numerator"),
            Head::numeric("Denominator"),
            "Against everybody".into(),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}
