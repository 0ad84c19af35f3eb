//! One indicator on a page: its chart, places beside one another, kinds of people, and how it is counted.

use insight::indicators::IndicatorView;
use insight::places::AreaKind;
use insight::series::MONTHS;
use maud::{Markup, html};
use methods::spc::Variation;

use super::groups::{SMALL_NUMBERS, borough_filter};
use super::indicator_people::breakdowns;
use super::indicator_places::places;
use super::outcomes::direction;
use crate::charts::{ControlChart, assurance_icon, variation_icon};
use crate::components::nhs::{Cell, Crumb, Details, Head, InsetText, Row, SummaryList, Table};
use crate::csv::{self, Csv};
use crate::page::{Page, crumb};

/// One indicator for one place.
pub(crate) struct IndicatorPage {
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) view: IndicatorView,
    /// Whose list of pilot practices it is.
    pub(crate) pilot_source: String,
}

impl Page for IndicatorPage {
    fn title(&self) -> String {
        self.view.indicator.title.clone()
    }

    fn place(&self) -> &'static str {
        "/population/indicators"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Outcomes framework", "/population/indicators")]
    }

    fn body(&self) -> Markup {
        let view = &self.view;
        let judged = view.chart.latest().filter(|_| view.chart.limits.value().is_some());
        html! {
            (borough_filter(&address(view, ""), &self.boroughs, &view.place.borough))
            p class="nhsuk-lede-text" { (view.sentence) }
            p class="app-icons" {
                (variation_icon(judged.map(|j| j.variation), view.indicator.direction)) (assurance_icon(view.chart.assurance))
            }
            (ControlChart { view })
            (data_begin(view))
            (Details { summary: "Month by month".into(), content: html! { (months(view)) }.into(), ..Details::default() })
            (download(view, "months", "the months"))
            (places(view, &self.pilot_source))
            (breakdowns(view))
            h2 class="nhsuk-heading-m" { "How it is counted" }
            (definition(view))
            (Details {
                summary: "The query that counts it".into(),
                content: html! {
                    p { "definitions/" (view.indicator.path) ", version " (view.indicator.version) ". " code { "{as_at}" } " is the day of the data." }
                    pre class="app-query" tabindex="0" aria-label="Query" { code { (view.indicator.sql) } }
                }.into(),
                ..Details::default()
            })
            (InsetText {
                content: html! { p { (view.coverage.sentence()) } p { (SMALL_NUMBERS) } }.into(),
                ..InsetText::default()
            })
        }
    }
}

/// The address of this indicator, or of one of its tables, without its borough.
pub(crate) fn address(view: &IndicatorView, table: &str) -> String {
    let name = &view.indicator.name;
    if table.is_empty() {
        format!("/population/indicators/{name}")
    } else {
        format!("/population/indicators/{name}/{table}.csv")
    }
}

/// The view as the rest of an address: borough and level.
pub(crate) fn query(view: &IndicatorView, level: AreaKind) -> String {
    match view.place.borough.as_str() {
        "" => format!("?by={}", level.name()),
        borough => format!("?borough={borough}&by={}", level.name()),
    }
}

pub(crate) fn download(view: &IndicatorView, table: &str, what: &str) -> Markup {
    let href = format!("{}{}", address(view, table), query(view, view.comparison.level));
    html! { p { a class="nhsuk-link nhsuk-link--no-visited-state" href=(href) { "Download " (what) " (CSV)" } } }
}

/// From when on there are data, where that is later than charts go back.
fn data_begin(view: &IndicatorView) -> Markup {
    let Some(first) = view.series.first().filter(|_| view.series.len() < MONTHS) else { return html! {} };
    html! { p { "No data before " (first.month.format("%B %Y")) "." } }
}

fn months(view: &IndicatorView) -> Table {
    let rows = view.series.iter().rev().map(|point| {
        vec![
            Cell::from(point.month.format("%B %Y").to_string()),
            point.measure.value.to_string().into(),
            point.measure.numerator.to_string().into(),
            point.measure.denominator.to_string().into(),
            point.judged.map_or("-", |judged| variation_words(judged.variation)).into(),
        ]
    });
    Table {
        caption: format!("{} by month", view.indicator.title).into(),
        head: vec![
            "Month".into(),
            Head::numeric("Value (95% limits)"),
            Head::numeric("Numerator"),
            Head::numeric("Denominator"),
            "Change".into(),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}

/// What the chart says of a point, in words.
fn variation_words(variation: Variation) -> &'static str {
    match variation {
        Variation::Common => "As before",
        Variation::Improvement => "Better",
        Variation::Concern => "Worse",
        Variation::NeutralHigh => "Higher",
        Variation::NeutralLow => "Lower",
    }
}

fn definition(view: &IndicatorView) -> SummaryList {
    let indicator = &view.indicator;
    let mut rows = vec![
        Row::new("Numerator", indicator.numerator.as_str()),
        Row::new("Denominator", indicator.denominator.as_str()),
        Row::new("Unit", indicator.unit.as_str()),
        Row::new("Which way is better", direction(indicator.direction)),
        Row::new("Source", indicator.source.as_str()),
        Row::new("Owner and version", format!("{}, version {}", indicator.owner, indicator.version)),
    ];
    if !indicator.note.is_empty() {
        rows.push(Row::new("Note", indicator.note.as_str()));
    }
    SummaryList { rows, ..SummaryList::default() }
}

/// The months as a file.
pub(crate) fn months_csv(view: &IndicatorView) -> Csv {
    let rows = view.series.iter().map(|point| {
        let judged = point.judged.map_or("", |judged| variation_words(judged.variation));
        let head = vec![place(view), point.month.into()];
        [head, csv::measure(&point.measure).to_vec(), vec![judged.into()]].concat()
    });
    Csv {
        name: format!("{}-months", view.indicator.name),
        head: [vec!["place", "month"], csv::MEASURE.to_vec(), vec!["change"]].concat(),
        rows: rows.collect(),
        coverage: view.coverage.sentence(),
    }
}

pub(crate) fn place(view: &IndicatorView) -> csv::Field {
    view.place.name.as_str().into()
}
