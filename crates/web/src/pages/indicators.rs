//! Brent's indicators, each against all of the area.

use maud::{Markup, html};

use super::groups::{SMALL_NUMBERS, borough_filter};
use crate::charts::sparkline;
use crate::components::nhs::{Cell, Details, Head, InsetText, Table};
use crate::page::Page;
use crate::words;

/// The indicators of one borough or of the whole area.
pub(crate) struct IndicatorsPage {
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) borough: String,
    pub(crate) area_name: String,
    pub(crate) coverage: String,
    pub(crate) lines: Vec<IndicatorLine>,
}

/// One indicator in its latest month.
#[derive(Clone, Debug)]
pub(crate) struct IndicatorLine {
    pub(crate) title: String,
    pub(crate) unit: String,
    /// The month, such as `October 2026`.
    pub(crate) month: String,
    /// As written, such as `12.4`; blank when a small number is not shown.
    pub(crate) value: String,
    /// The same for the whole area.
    pub(crate) area_value: String,
    /// Whether more is better, in words.
    pub(crate) direction: String,
    pub(crate) numerator: Option<i64>,
    pub(crate) denominator: Option<i64>,
    /// By month, oldest first.
    pub(crate) trend: Vec<(chrono::NaiveDate, f64)>,
    /// How it is counted, and from what.
    pub(crate) definition: String,
}

impl Page for IndicatorsPage {
    fn title(&self) -> String {
        "Indicators".to_owned()
    }

    fn place(&self) -> &'static str {
        "/population/indicators"
    }

    fn body(&self) -> Markup {
        html! {
            (borough_filter("/population/indicators", &self.boroughs, &self.borough))
            @if self.lines.is_empty() { p { "Nothing has been published yet." } } @else {
                p { (self.area_name) ": the latest month of each indicator, beside the whole area and the months before." }
                (self.table())
                (Details { summary: "Month by month".into(), content: self.months().into(), ..Details::default() })
                (Details { summary: "How each is counted".into(), content: self.definitions().into(), ..Details::default() })
            }
            (InsetText { content: html! { p { (self.coverage) } p { (SMALL_NUMBERS) } }.into(), ..InsetText::default() })
        }
    }
}

impl IndicatorsPage {
    fn table(&self) -> Table {
        let not_shown = |text: &str| if text.is_empty() { "Not shown".to_owned() } else { text.to_owned() };
        let rows = self
            .lines
            .iter()
            .map(|line| {
                vec![
                    html! { (line.title) br; span class="app-quiet" { (line.unit) ". " (line.direction) } }
                        .into(),
                    not_shown(&line.value).into(),
                    not_shown(&line.area_value).into(),
                    line.month.as_str().into(),
                    html! { (sparkline(&line.trend)) }.into(),
                ]
            })
            .collect();
        Table {
            caption: "Indicators in their latest month".into(),
            head: vec![
                "Indicator".into(),
                Head::numeric("Here"),
                Head::numeric("Whole area"),
                "Month".into(),
                "Trend".into(),
            ],
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn months(&self) -> Markup {
        html! {
            @for line in &self.lines {
                (Table {
                    caption: format!("{} by month", line.title).into(),
                    head: vec!["Month".into(), Head::numeric("Value")],
                    rows: line.trend.iter().rev().map(|(month, value)| {
                        vec![Cell::from(month.format("%B %Y").to_string()), words::value(*value).into()]
                    }).collect(),
                    first_cell_is_header: true,
                    compact: true,
                    ..Table::default()
                })
            }
        }
    }

    fn definitions(&self) -> Markup {
        let n = |count: Option<i64>| super::groups::shown(count);
        html! {
            dl class="app-definitions" {
                @for line in &self.lines {
                    dt { (line.title) }
                    dd { (line.definition) " Latest month: " (n(line.numerator)) " of " (n(line.denominator)) "." }
                }
            }
        }
    }
}
