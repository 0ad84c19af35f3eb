//! The monthly return of neighbourhood health measures, ready to be sent.

use chrono::{Days, NaiveDate};
use insight::nnhip::{Return, ReturnLine};
use maud::{Markup, html};

use super::groups::borough_filter;
use crate::components::nhs::{Cell, Crumb, Details, Head, InsetText, Table, Tag, TagColour};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::csv::{self, Csv, Field};
use crate::page::{Page, crumb};
use crate::words;

/// Days after the end of a month in which the return is due: eight weeks.
const DUE: u64 = 56;
/// Months to choose from.
const MONTHS: usize = 6;

/// The return of one month.
pub(crate) struct ReturnPage {
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) monthly: Return,
}

impl Page for ReturnPage {
    fn title(&self) -> String {
        "Monthly return of neighbourhood health".to_owned()
    }

    fn place(&self) -> &'static str {
        "/population/indicators"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Outcomes framework", "/population/indicators")]
    }

    fn body(&self) -> Markup {
        let monthly = &self.monthly;
        html! {
            (borough_filter("/population/return", &self.boroughs, &monthly.place.borough))
            (self.month_filter())
            p class="nhsuk-lede-text" { (self.sentence()) }
            p { a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/population/return.csv" (self.query(monthly.month)) } { "Download the return (CSV)" } }
            (self.table())
            @for line in monthly.lines.iter().filter(|line| !line.splits.is_empty()) { (splits(line)) }
            h2 class="nhsuk-heading-m" { "How it is made" }
            p {
                "After NHS England's measurement guide 1.2 (December 2025) of the National Neighbourhood Health Implementation Programme: O1 to O6 and P1, counted among the people of the cohort and shown per 1,000 of them, by age in tens of years, ethnic group and deprivation fifth. "
                "The columns of the file are those that the guide's list of metrics names; the programme's own template was not published where we could read it."
            }
            (InsetText {
                content: html! {
                    p { (monthly.coverage.sentence()) }
                    p { "Counts of 1 to 5 are not shown, nor what would give them away; others are not rounded, as the guide has it. A metric with such a number is flagged." }
                }.into(),
                ..InsetText::default()
            })
        }
    }
}

impl ReturnPage {
    fn query(&self, month: Option<NaiveDate>) -> String {
        let month = month.map(|month| format!("month={}", month.format("%Y-%m")));
        let borough = Some(&self.monthly.place.borough).filter(|code| !code.is_empty());
        let borough = borough.map(|code| format!("borough={code}"));
        let parts: Vec<String> = [borough, month].into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    fn month_filter(&self) -> Markup {
        let links = self.monthly.months.iter().take(MONTHS).map(|month| {
            let href = format!("/population/return{}", self.query(Some(*month)));
            FilterLink::new(month.format("%B %Y").to_string(), href, Some(*month) == self.monthly.month)
        });
        filters("Choose a month", &[FilterGroup { name: "Month", links: links.collect() }])
    }

    fn sentence(&self) -> String {
        let monthly = &self.monthly;
        let ready = monthly.lines.iter().filter(|line| line.why_not.is_empty()).count();
        let all = monthly.lines.len();
        match monthly.month {
            None => format!(
                "{}: no month can be returned yet; of {all} metrics none is counted.",
                monthly.place.name
            ),
            Some(month) => {
                let next = month.checked_add_months(chrono::Months::new(1)).unwrap_or(month);
                let due = next.checked_add_days(Days::new(DUE)).unwrap_or(next);
                format!(
                    "{}, {}: {ready} of {all} metrics are ready to be sent. The return is due by {}, eight weeks after the end of the month.",
                    monthly.place.name,
                    month.format("%B %Y"),
                    words::date(due)
                )
            }
        }
    }

    fn table(&self) -> Table {
        let rows = self.monthly.lines.iter().map(|line| {
            let name = html! {
                (line.title) br;
                span class="app-quiet" {
                    (line.metric) ", " (line.dataset) ". "
                    @if let Some(indicator) = &line.indicator {
                        a class="nhsuk-link" href={ "/population/indicators/" (indicator.name) } { "Definition" span class="nhsuk-u-visually-hidden" { " of " (line.metric) } }
                    }
                }
            };
            let state = match (line.why_not.is_empty(), line.flagged) {
                (false, _) => html! { (Tag::of(TagColour::Grey, "Not counted")) " " (line.why_not) },
                (true, true) => html! { (Tag::of(TagColour::Yellow, "Flagged")) " Small numbers are not shown." },
                (true, false) => html! { (Tag::of(TagColour::Green, "Ready")) },
            };
            vec![
                Cell::from(line.id),
                name.into(),
                line.measure.numerator.to_string().into(),
                line.measure.denominator.to_string().into(),
                line.measure.value.to_string().into(),
                state.into(),
            ]
        });
        Table {
            caption: "The metrics of the return".into(),
            head: vec![
                "Set".into(),
                "Metric".into(),
                Head::numeric("Count"),
                Head::numeric("People of the cohort"),
                Head::numeric("Per 1,000 (95% limits)"),
                "State".into(),
            ],
            rows: rows.collect(),
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }
}

fn splits(line: &ReturnLine) -> Details {
    let rows = line.splits.iter().map(|split| {
        vec![
            Cell::from(words::capital(split.by)),
            split.category.as_str().into(),
            split.measure.numerator.to_string().into(),
            split.measure.denominator.to_string().into(),
            split.measure.value.to_string().into(),
        ]
    });
    let table = Table {
        caption: format!("{} by kind of person", line.title).into(),
        head: vec![
            "By".into(),
            "Kind".into(),
            Head::numeric("Count"),
            Head::numeric("People of the cohort"),
            Head::numeric("Per 1,000 (95% limits)"),
        ],
        rows: rows.collect(),
        responsive: true,
        compact: true,
        ..Table::default()
    };
    Details {
        summary: format!("{}. {}: by age, ethnic group and deprivation", line.id, line.title).as_str().into(),
        content: html! { (table) }.into(),
        ..Details::default()
    }
}

/// The return as a file.
pub(crate) fn return_csv(monthly: &Return) -> Csv {
    let month = monthly.month.map_or_else(String::new, |month| month.format("%Y-%m").to_string());
    let row = |line: &ReturnLine, by: &str, category: &str, measure| {
        let head: Vec<Field> = vec![
            line.id.into(),
            line.metric.into(),
            month.as_str().into(),
            monthly.place.name.as_str().into(),
            by.into(),
            category.into(),
        ];
        let flag = if line.flagged { "yes" } else { "no" };
        [head, csv::measure(measure).to_vec(), vec![flag.into(), line.why_not.as_str().into()]].concat()
    };
    let rows = monthly.lines.iter().flat_map(|line| {
        let splits = line.splits.iter().map(|split| row(line, split.by, &split.category, &split.measure));
        std::iter::once(row(line, "everybody", "", &line.measure)).chain(splits).collect::<Vec<_>>()
    });
    let head = ["metric_id", "metric", "month", "place", "split", "category"];
    let numbers = ["numerator", "cohort", "per_1000", "lower_95", "upper_95", "small_numbers_flag", "note"];
    Csv {
        name: format!("nnhip-return-{month}"),
        head: [head.to_vec(), numbers.to_vec()].concat(),
        rows: rows.collect(),
        coverage: monthly.coverage.sentence(),
    }
}
