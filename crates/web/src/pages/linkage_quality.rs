//! How well records are linked, and for whom less well: counts only.

use governance::linkage_quality::{Found, LinkageQuality, Shown};
use maud::{Markup, html};
use methods::Published;
use methods::rates::Estimate;

use super::groups::SMALL_NUMBERS;
use crate::charts::bar;
use crate::components::nhs::{Cell, Head, InsetText, Table};
use crate::page::Page;
use crate::words;

/// Linkage quality.
pub(crate) struct LinkageQualityPage {
    pub(crate) quality: LinkageQuality,
}

impl Page for LinkageQualityPage {
    fn title(&self) -> String {
        "Linkage quality".to_owned()
    }

    fn place(&self) -> &'static str {
        "/linkage/quality"
    }

    fn body(&self) -> Markup {
        let quality = &self.quality;
        html! {
            p class="nhsuk-lede-text" {
                "Linking says which services' records are the same person's. A group whose records are joined less often, or come without an NHS number more often, is a group whose care may be seen only in part."
            }
            p { "A person known to one service only has nothing to be joined to: a lower share is a reason to look, not proof that links are missed." }
            @match quality.as_at {
                Some(day) => {
                    p { "Data as at " (words::date(day)) ". " a class="nhsuk-link nhsuk-link--no-visited-state" href="/linkage/quality.csv" { "Download the tables (CSV)" } }
                }
                None => { p { "Nothing has been counted yet: the next nightly run does." } }
            }
            @for (by, groups) in &quality.tables { (table(by, groups)) }
            (self.reviewed())
            (InsetText { content: SMALL_NUMBERS.into(), ..InsetText::default() })
        }
    }
}

impl LinkageQualityPage {
    fn reviewed(&self) -> Markup {
        let row = |name: &'static str, found: &Found| {
            vec![Cell::from(name), found.settled.to_string().into(), percent(&found.same).into()]
        };
        let table = Table {
            caption: "What reviewers found of doubtful links".into(),
            head: vec![
                "The machine held them to be".into(),
                Head::numeric("Settled"),
                Head::numeric("Were the same person (95% limits)"),
            ],
            rows: vec![
                row("The same person", &self.quality.likely),
                row("Different people", &self.quality.unlikely),
            ],
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        };
        html! {
            h2 class="nhsuk-heading-m" { "Precision and recall, as far as they are known" }
            p {
                "Precision is the share of joined pairs that are truly one person's; recall the share of true pairs that were joined. Both are estimated here only for doubtful links, from people's answers; the first line is precision where the machine leant to joining, the second the share that it would have missed where it leant to leaving apart. Limits are Wilson's."
            }
            p { "Links that were never in doubt are not reviewed: nothing on this page estimates them. " (self.quality.open.to_string()) " doubtful links wait for a reviewer." }
            (table)
        }
    }
}

fn table(by: &str, groups: &[Shown]) -> Table {
    let rows = groups.iter().map(|group| {
        vec![
            Cell::from(group.group.as_str()),
            group.people.to_string().into(),
            group.records.to_string().into(),
            with_bar(&group.linked),
            with_bar(&group.no_number),
            group.open_cases.to_string().into(),
        ]
    });
    Table {
        caption: format!("By {}", by.to_lowercase()).into(),
        head: vec![
            by.into(),
            Head::numeric("People"),
            Head::numeric("Records"),
            Head::numeric("Joined to another source"),
            Head::numeric("Without an NHS number"),
            Head::numeric("Doubtful links"),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

/// A share with a bar of its hundred parts; its limits stand in the file, where there is room.
fn with_bar(share: &Published<Estimate>) -> Cell {
    let Some(estimate) = share.value() else { return share.words().unwrap_or_default().into() };
    // A share of a hundred is a small number; tenths are as fine as the bar can show.
    let tenths = format!("{:.0}", estimate.value * 10.0).parse().unwrap_or(0);
    html! {
        span class="app-figure" { (format!("{:.1}%", estimate.value)) }
        (bar(tenths, 1_000))
    }
    .into()
}

fn percent(share: &Published<Estimate>) -> String {
    share.value().map_or_else(
        || share.words().unwrap_or_default(),
        |e| format!("{:.1}% ({:.1} to {:.1})", e.value, e.lower, e.upper),
    )
}

/// The tables as one file: every cell as the page shows it, shares with their limits.
/// `coverage` says whose data were counted; it stands in the last column, so that it goes where the file goes.
pub(crate) fn csv(quality: &LinkageQuality, coverage: &str) -> String {
    let mut text = String::from(
        "by,group,people,records,joined_percent,joined_lower,joined_upper,no_nhs_number_percent,no_nhs_number_lower,\
         no_nhs_number_upper,doubtful_links,coverage\r\n",
    );
    for (by, groups) in &quality.tables {
        for group in groups {
            let number = |n: &Published<u64>| {
                n.value().map_or_else(|| n.words().unwrap_or_default(), |n| n.to_string())
            };
            let mut cells =
                vec![by.clone(), group.group.clone(), number(&group.people), number(&group.records)];
            for share in [&group.linked, &group.no_number] {
                match share.value() {
                    Some(e) => cells.extend([e.value, e.lower, e.upper].map(|v| format!("{v:.2}"))),
                    None => cells.extend([share.words().unwrap_or_default(), String::new(), String::new()]),
                }
            }
            cells.push(number(&group.open_cases));
            cells.push(coverage.to_owned());
            let quoted: Vec<String> =
                cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text.push_str(&quoted.join(","));
            text.push_str("\r\n");
        }
    }
    text
}
