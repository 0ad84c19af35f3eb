//! The outcomes framework: every indicator under its domain, with its latest value, what its chart says, and its sentence.

use insight::framework::{DomainView, Framework, PartView};
use insight::indicators::IndicatorSummary;
use maud::{Markup, html};
use methods::spc::{Direction, Variation};

use super::groups::{SMALL_NUMBERS, borough_filter};
use crate::charts::{assurance_icon, published_sparkline, variation_icon};
use crate::components::nhs::{Cell, Head, InsetText, Table};
use crate::page::Page;
use crate::words;

/// The framework for one borough or the whole area.
pub(crate) struct OutcomesPage {
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) framework: Framework,
}

impl Page for OutcomesPage {
    fn title(&self) -> String {
        "Outcomes framework".to_owned()
    }

    fn place(&self) -> &'static str {
        "/population/indicators"
    }

    fn body(&self) -> Markup {
        html! {
            (borough_filter("/population/indicators", &self.boroughs, &self.framework.place.borough))
            p class="nhsuk-lede-text" { (self.sentence()) }
            @for domain in &self.framework.domains { (self.domain(domain)) }
            h2 class="nhsuk-heading-m" { "What the signs mean" }
            p {
                "Each indicator has a control chart by NHS England's Making Data Count. Common cause is what chance alone would bring. Special cause is more than chance: H is higher, L is lower. Where there is a target, P says that it will be met again and again, F that it will be missed, and ? that it will be hit and missed by chance."
            }
            p { a class="nhsuk-link" href="/population/return" { "Monthly return of neighbourhood health measures" } " - "
                a class="nhsuk-link" href="/population/practices" { "Practice profiles" } }
            (InsetText {
                content: html! { p { (self.framework.coverage.sentence()) } p { (SMALL_NUMBERS) } }.into(),
                ..InsetText::default()
            })
        }
    }
}

impl OutcomesPage {
    fn sentence(&self) -> String {
        let all = || self.framework.domains.iter().flat_map(|d| &d.parts).flat_map(|part| &part.indicators);
        let of = |variation| {
            let is = |line: &&IndicatorSummary| line.chart.latest().is_some_and(|p| p.variation == variation);
            all().filter(is).count()
        };
        format!(
            "{}: of {} indicators {} changed for the worse and {} for the better by more than chance.",
            self.framework.place.name,
            all().count(),
            of(Variation::Concern),
            of(Variation::Improvement)
        )
    }

    fn domain(&self, domain: &DomainView) -> Markup {
        html! {
            h2 class="nhsuk-heading-l" { (domain.title) }
            @for part in &domain.parts {
                @if !part.name.is_empty() { h3 class="nhsuk-heading-m" { (words::capital(part.name)) } }
                @if part.indicators.is_empty() {
                    (InsetText {
                        content: html! { p { b { "Nothing measures this yet." } " It would need: " (part.needs) } }.into(),
                        ..InsetText::default()
                    })
                } @else { (self.table(domain, part)) }
            }
        }
    }

    fn table(&self, domain: &DomainView, part: &PartView) -> Table {
        let borough = &self.framework.place.borough;
        let at = if borough.is_empty() { String::new() } else { format!("?borough={borough}") };
        let rows = part.indicators.iter().map(|line| row(line, &at)).collect();
        let caption = match part.name {
            "" => domain.title.to_owned(),
            name => format!("{}: {name}", domain.title),
        };
        Table {
            caption: crate::components::nhs::Caption {
                content: caption.into(),
                classes: "nhsuk-u-visually-hidden".to_owned(),
                ..Default::default()
            },
            head: vec![
                "Indicator".into(),
                Head::numeric("Latest (95% limits)"),
                "Month".into(),
                "Variation".into(),
                "Assurance".into(),
                "36 months".into(),
            ],
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

fn row(line: &IndicatorSummary, at: &str) -> Vec<Cell> {
    let indicator = &line.indicator;
    let name = html! {
        a class="nhsuk-link" href={ "/population/indicators/" (indicator.name) (at) } { (indicator.title) }
        br;
        span class="app-quiet" { (line.sentence) " " (direction(indicator.direction)) "." }
    };
    let (value, month) = match line.latest() {
        Some(point) => (point.measure.value.to_string(), point.month.format("%b\u{a0}%Y").to_string()),
        None => ("no data".to_owned(), "-".to_owned()),
    };
    let judged = line.chart.latest().filter(|_| line.chart.limits.value().is_some());
    let values: Vec<_> = line.series.iter().map(|point| (point.month, point.measure.value)).collect();
    let small = published_sparkline(&values);
    vec![
        Cell::from(name),
        value.into(),
        month.into(),
        variation_icon(judged.map(|j| j.variation), indicator.direction).into(),
        assurance_icon(line.chart.assurance).into(),
        if small.0.is_empty() { "Too few months".into() } else { small.into() },
    ]
}

pub(crate) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Increase => "More is better",
        Direction::Decrease => "Less is better",
        Direction::Neutral => "Neither more nor less is better",
    }
}
