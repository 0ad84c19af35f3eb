//! The tables of a model card.

use insight::risk::{Group, Off, Rows, Seen, Since, TermLine};
use maud::html;
use methods::{Estimate, Published};

use crate::components::nhs::{Cell, Head, Table, Tag, TagColour};
use crate::words;

pub(super) fn cohorts(fitted: &Rows, tried: &Rows) -> Table {
    let row = |name: &'static str, rows: &Rows| {
        vec![
            Cell::from(name),
            words::date(rows.day).into(),
            rows.rows.to_string().into(),
            rows.events.to_string().into(),
            percent(&rows.share).into(),
            rows.died.to_string().into(),
        ]
    };
    Table {
        caption: "Rows that the model was made from and tried on".into(),
        head: vec![
            "".into(),
            "Known until".into(),
            Head::numeric("Rows"),
            Head::numeric("With the outcome"),
            Head::numeric("Per cent (95% limits)"),
            Head::numeric("Died without it"),
        ],
        rows: vec![row("Made from", fitted), row("Tried on", tried)],
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

pub(super) fn tenths(seen: &Seen) -> Table {
    let rows = seen.tenths.iter().enumerate().map(|(at, tenth)| {
        vec![
            Cell::from(format!("{}", at + 1)),
            tenth.people.to_string().into(),
            tenth.expected.to_string().into(),
            tenth.observed.to_string().into(),
        ]
    });
    Table {
        caption: "Tenths of people by predicted risk, from the lowest".into(),
        head: vec![
            "Tenth".into(),
            Head::numeric("People"),
            Head::numeric("Predicted, per cent"),
            Head::numeric("Had the outcome, per cent (95% limits)"),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}

pub(super) fn curve(seen: &Seen) -> Table {
    let rows = seen.curve.iter().map(|point| {
        vec![
            Cell::from(format!("{:.1}%", point.threshold * 100.0)),
            format!("{:.0}%", point.sensitivity * 100.0).into(),
            format!("{:.0}%", point.specificity * 100.0).into(),
        ]
    });
    Table {
        caption: "Who counts as found from so much risk on".into(),
        head: vec!["Risk from".into(), Head::numeric("Sensitivity"), Head::numeric("Specificity")],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}

pub(super) fn measures(seen: &Seen, apparent: Option<&Seen>) -> Table {
    let row = |name: &'static str, of: &dyn Fn(&Seen) -> String| {
        let before = apparent.map_or_else(|| "-".to_owned(), of);
        vec![Cell::from(name), of(seen).into(), before.into()]
    };
    Table {
        caption: "Measures, with 95% limits".into(),
        head: vec![
            "Measure".into(),
            Head::numeric("On the later year"),
            Head::numeric("On the rows it was made from"),
        ],
        rows: vec![
            row("Area under the curve: 0.5 is chance, 1 is without fail", &|seen| three(&seen.area)),
            row("Outcomes for each one predicted: 1 is right", &|seen| three(&seen.ratio)),
            row("Calibration in the large: 0 is right", &|seen| three(&seen.intercept)),
            row("Calibration slope: 1 is right, below 1 too extreme", &|seen| three(&seen.slope)),
            row("Brier score: the lower the better", &|seen| single(&seen.brier, 4)),
        ],
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

pub(super) fn lists(seen: &Seen) -> Table {
    let rows = seen.lists.iter().map(|list| {
        vec![
            Cell::from(format!("{}%", list.percent)),
            list.people.to_string().into(),
            format!("{:.0}%", list.from).into(),
            percent(&list.predictive_value).into(),
            percent(&list.sensitivity).into(),
        ]
    });
    Table {
        caption: "What a list of the highest risks would have held".into(),
        head: vec![
            "Highest".into(),
            Head::numeric("On the list"),
            Head::numeric("Risk from"),
            Head::numeric("Of them, had the outcome"),
            Head::numeric("Of all who had it, on the list"),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

pub(super) fn breakdown(by: &str, groups: &[Group]) -> Table {
    let rows = groups.iter().map(|group| {
        let tag = match group.off {
            Some(Off::TooLow) => html! { (Tag::of(TagColour::Orange, "Risks too low")) },
            Some(Off::TooHigh) => html! { (Tag::of(TagColour::Purple, "Risks too high")) },
            None if group.ratio.value().is_some() => html! { "Within chance" },
            None => html! { "-" },
        };
        vec![
            Cell::from(group.name.as_str()),
            group.people.to_string().into(),
            group.events.to_string().into(),
            three(&group.ratio).into(),
            tag.into(),
            three(&group.area).into(),
            percent(&group.listed).into(),
        ]
    });
    Table {
        caption: format!("By {}", by.to_lowercase()).into(),
        head: vec![
            by.into(),
            Head::numeric("People"),
            Head::numeric("With the outcome"),
            Head::numeric("For each one predicted"),
            "Beyond chance".into(),
            Head::numeric("Area under the curve"),
            Head::numeric("On the list"),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

pub(super) fn checks(checks: &[Since]) -> Table {
    let rows = checks.iter().rev().map(|check| {
        vec![
            Cell::from(words::date(check.until)),
            check.rows.rows.to_string().into(),
            check.rows.events.to_string().into(),
            three(&check.ratio).into(),
            three(&check.intercept).into(),
            three(&check.area).into(),
            single(&check.stability, 3).into(),
        ]
    });
    Table {
        caption: "How models have done on outcomes that came later".into(),
        head: vec![
            "Outcomes until".into(),
            Head::numeric("Rows"),
            Head::numeric("With the outcome"),
            Head::numeric("For each one predicted"),
            Head::numeric("Calibration in the large"),
            Head::numeric("Area under the curve"),
            Head::numeric("Stability index"),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

pub(super) fn terms(lines: &[TermLine]) -> Table {
    let rows = lines.iter().map(|term| {
        vec![
            Cell::from(term.title.as_str()),
            term.people.to_string().into(),
            percent(&term.share).into(),
            term.odds_ratio
                .value()
                .map_or_else(
                    || term.odds_ratio.words().unwrap_or_default(),
                    |e| format!("{:.2} ({:.2} to {:.2})", e.value, e.lower, e.upper),
                )
                .into(),
            term.coefficient
                .value()
                .map_or_else(
                    || term.coefficient.words().unwrap_or_default(),
                    |told| format!("{:.3} ({:.3})", told.estimate, told.standard_error),
                )
                .into(),
        ]
    });
    Table {
        caption: "Terms of the model".into(),
        head: vec![
            "Term".into(),
            Head::numeric("People"),
            Head::numeric("Had the outcome"),
            Head::numeric("Odds ratio (95% limits)"),
            Head::numeric("Coefficient (standard error)"),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}

fn percent(share: &Published<Estimate>) -> String {
    share.value().map_or_else(
        || share.words().unwrap_or_default(),
        |e| format!("{:.1}% ({:.1} to {:.1})", e.value, e.lower, e.upper),
    )
}

fn three(estimate: &Published<Estimate>) -> String {
    estimate.value().map_or_else(
        || estimate.words().unwrap_or_default(),
        |e| format!("{:.3} ({:.3} to {:.3})", e.value, e.lower, e.upper),
    )
}

pub(super) fn single(value: &Published<f64>, places: usize) -> String {
    value.value().map_or_else(|| value.words().unwrap_or_default(), |v| format!("{v:.places$}"))
}
