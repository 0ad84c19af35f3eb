//! Brent's indicators: each as a list line, and each on a page with its control chart and comparison.

use insight::indicators::{Compared, IndicatorSummary, IndicatorView, MonthPoint};
use insight::places::{AreaKind, Place};
use maud::{Markup, html};
use methods::spc::{Direction, Variation};

use super::groups::borough_filter;
use crate::charts::ControlChart;
use crate::components::nhs::{Cell, Crumb, Details, Head, Row, SummaryList, Table, Tag, TagColour};
use crate::components::ours::FiguresBasis;
use crate::page::{Page, crumb};

/// The indicators of one borough or of the whole area.
pub(crate) struct IndicatorsPage {
    pub(crate) boroughs: Vec<(String, String)>,
    /// Code; blank for the whole area.
    pub(crate) borough: String,
    pub(crate) place_name: String,
    pub(crate) lines: Vec<IndicatorSummary>,
    pub(crate) basis: FiguresBasis,
}

impl Page for IndicatorsPage {
    fn title(&self) -> String {
        "Indicators".to_owned()
    }

    fn place(&self) -> &'static str {
        "/population/indicators"
    }

    fn body(&self) -> Markup {
        let concern = self.lines.iter().filter(|line| variation(line) == Variation::Concern).count();
        html! {
            (borough_filter("/population/indicators", &self.boroughs, &self.borough))
            p class="nhsuk-lede-text" { (self.place_name) ": " (concern) " of " (self.lines.len()) " indicators show a change for the worse that is more than chance." }
            (self.table())
            (self.basis)
        }
    }
}

impl IndicatorsPage {
    fn table(&self) -> Table {
        let rows = self.lines.iter().map(|line| {
            let at = if self.borough.is_empty() { String::new() } else { format!("?borough={}", self.borough) };
            let name = html! {
                a class="nhsuk-link" href={ "/population/indicators/" (line.indicator.name) (at) } { (line.indicator.title) }
                br;
                span class="app-quiet" { (line.indicator.unit) ". " (direction(line.indicator.direction)) }
            };
            let (value, month) = match &line.latest {
                Some(point) => (short(point), point.month.format("%B %Y").to_string()),
                None => ("no data".to_owned(), "-".to_owned()),
            };
            vec![
                Cell::from(name),
                line.indicator.domain.as_str().into(),
                value.into(),
                month.into(),
                html! { @if shown(line) { (variation_tag(variation(line))) } @else { "-" } }.into(),
            ]
        });
        Table {
            caption: "Indicators in their latest month".into(),
            head: vec![
                "Indicator".into(),
                "Domain".into(),
                Head::numeric("Latest"),
                "Month".into(),
                "Change".into(),
            ],
            rows: rows.collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

/// Whether there is a value of which something can be said.
fn shown(line: &IndicatorSummary) -> bool {
    line.latest.as_ref().is_some_and(|point| point.value.value().is_some())
}

fn variation(line: &IndicatorSummary) -> Variation {
    line.latest.as_ref().map_or(Variation::Common, |point| point.variation)
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Increase => "More is better",
        Direction::Decrease => "Less is better",
        Direction::Neutral => "Neither more nor less is better",
    }
}

/// What the chart says of a point, in words.
pub(crate) fn variation_words(variation: Variation) -> &'static str {
    match variation {
        Variation::Common => "As before",
        Variation::Improvement => "Better",
        Variation::Concern => "Worse",
        Variation::NeutralHigh => "Higher",
        Variation::NeutralLow => "Lower",
    }
}

fn variation_tag(variation: Variation) -> Tag {
    let colour = match variation {
        Variation::Common => TagColour::Grey,
        Variation::Improvement => TagColour::Blue,
        Variation::Concern => TagColour::Orange,
        Variation::NeutralHigh | Variation::NeutralLow => TagColour::Purple,
    };
    Tag::of(colour, variation_words(variation))
}

/// The value without its limits.
fn short(point: &MonthPoint) -> String {
    match point.value.value() {
        Some(estimate) => format!("{:.1}", estimate.value),
        None => point.value.words().unwrap_or_default(),
    }
}

/// One indicator for one place.
pub(crate) struct IndicatorPage {
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) view: IndicatorView,
    pub(crate) basis: FiguresBasis,
}

impl Page for IndicatorPage {
    fn title(&self) -> String {
        self.view.indicator.title.clone()
    }

    fn place(&self) -> &'static str {
        "/population/indicators"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Indicators", "/population/indicators")]
    }

    fn body(&self) -> Markup {
        let view = &self.view;
        let address = format!("/population/indicators/{}", view.indicator.name);
        html! {
            (borough_filter(&address, &self.boroughs, &view.place.borough))
            p class="nhsuk-lede-text" { (view.sentence) }
            (ControlChart { view })
            (Details { summary: "Month by month".into(), content: html! { (months(view)) }.into(), ..Details::default() })
            @if !view.comparison.is_empty() { (comparison(view)) }
            h2 class="nhsuk-heading-m" { "How it is counted" }
            (definition(view))
            (self.basis)
        }
    }
}

fn months(view: &IndicatorView) -> Table {
    let rows = view.series.iter().rev().map(|point| {
        vec![
            Cell::from(point.month.format("%B %Y").to_string()),
            point.value.to_string().into(),
            point.numerator.to_string().into(),
            point.denominator.to_string().into(),
            variation_words(point.variation).into(),
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

fn comparison(view: &IndicatorView) -> Table {
    let rows = view.comparison.iter().map(|line: &Compared| {
        vec![
            place_cell(view, &line.place),
            line.value.to_string().into(),
            if line.against_area.is_empty() { "-".into() } else { line.against_area.into() },
        ]
    });
    let level = if view.place.area_kind == AreaKind::Area { "Boroughs" } else { "Practices" };
    Table {
        caption: format!("{level} beside one another, latest 12 months").into(),
        head: vec!["Place".into(), Head::numeric("Value (95% limits)"), "Against the whole area".into()],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}

fn place_cell(view: &IndicatorView, place: &Place) -> Cell {
    if place.area_kind == AreaKind::Borough {
        let href = format!("/population/indicators/{}?borough={}", view.indicator.name, place.area);
        Cell::link(place.name.as_str(), href)
    } else {
        place.name.as_str().into()
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
        Row::new("Version", indicator.version.as_str()),
    ];
    if !indicator.note.is_empty() {
        rows.push(Row::new("Note", indicator.note.as_str()));
    }
    SummaryList { rows, ..SummaryList::default() }
}
