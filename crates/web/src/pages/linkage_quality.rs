//! How well records are linked, and for whom less well: counts only.

use governance::linkage_quality::{EVERYBODY, Found, LinkageQuality, MissedMost, Shown};
use maud::{Markup, Render, html};
use methods::Published;
use methods::rates::Estimate;

use super::groups::SMALL_NUMBERS;
use crate::charts::{Largest, bar};
use crate::components::nhs::{Cell, Head, InsetText, Table};
use crate::csv::{self, Csv, Field};
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
                "Linking says which services' records are the same person's. A group whose records are missed more often is a group whose care may be seen only in part."
            }
            (self.missed_most())
            @match quality.as_at {
                Some(day) => {
                    p { "Data as at " (words::date(day)) ". " a class="nhsuk-link nhsuk-link--no-visited-state" href="/linkage/quality.csv" { "Download the tables (CSV)" } }
                }
                None => { p { "Nothing has been counted yet: the next nightly run does." } }
            }
            @if !quality.tables.is_empty() { (how()) }
            @for (by, groups) in &quality.tables { (table(by, groups)) }
            (self.reviewed())
            (InsetText { content: SMALL_NUMBERS.into(), ..InsetText::default() })
        }
    }
}

impl LinkageQualityPage {
    /// Who is missed, in one sentence.
    fn missed_most(&self) -> Markup {
        let Some(tried) = self.quality.tried_as_at else { return html! {} };
        let sentence = match &self.quality.missed_most {
            Some(most) => sentence(most),
            None => "No group's records are missed clearly more often than everybody's.".to_owned(),
        };
        let tried = format!(" Tried on the data as at {}.", words::date(tried));
        InsetText { content: (sentence + &tried).into(), ..InsetText::default() }.render()
    }

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
            h2 class="nhsuk-heading-m" { "What people say of doubtful links" }
            p {
                "Of the doubtful links that reviewers settled: the first line is precision where the machine leant to joining, the second the share that it would have missed where it leant to leaving apart. Limits are Wilson's."
            }
            p { (self.quality.open.to_string()) " doubtful links wait for a reviewer." }
            (table)
        }
    }
}

/// "Records of people aged 0 to 4 are missed most: ...".
fn sentence(most: &MissedMost) -> String {
    let group = &most.group;
    let who = match most.by.as_str() {
        "Source" => format!("Records from {group}"),
        "Age" if group == "Not known" => "Records of people whose age is not known".to_owned(),
        "Age" => format!("Records of people aged {group}"),
        "Deprivation fifth" => format!("Records of people in deprivation fifth {group}"),
        by => format!("Records of people whose {} is {}", by.to_lowercase(), group.to_lowercase()),
    };
    let (Some(e), Some(all)) = (most.missed.value(), most.everybodys.value()) else { return String::new() };
    format!(
        "{who} are missed most: without an NHS number {} ({:.1}%, 95% limits {:.1} to {:.1}) would not be joined to the person's other records; of everybody's, {} ({:.1}%).",
        one_in(e.value),
        e.value,
        e.lower,
        e.upper,
        one_in(all.value),
        all.value,
    )
}

/// A share in the hundred as one in so many.
fn one_in(percent: f64) -> String {
    match percent {
        p if p <= 0.0 => "none".to_owned(),
        p if p > 40.0 => format!("{p:.0} in 100"),
        p => format!("1 in {:.0}", 100.0 / p),
    }
}

/// What the columns of the tables mean.
fn how() -> Markup {
    html! {
        p {
            "Records with the same verified NHS number in two sources are linked by it, and are right as far as numbers are. "
            "For records without one, recall and precision are estimated: a sample of records that have a number is linked again without it. "
            b { "Recall" } " is the share that was joined to a record with the same number, "
            b { "precision" } " the share of those joined to somebody that was joined to the right person. In brackets are 95% limits. "
            "Records that really come without a number may be written worse than those of the sample: the true recall may be lower. "
            "Hospital records that have a number carry no name and cannot be tried: for their sources there may be no data."
        }
        p { "A person known to one source only may have nothing to be joined to: a high share is a reason to look, not proof that links are missed." }
    }
}

fn table(by: &str, groups: &[Shown]) -> Table {
    let rows = groups.iter().map(|group| {
        vec![
            Cell::from(group.group.as_str()),
            group.records.to_string().into(),
            share(&group.with_number).into(),
            share(&group.by_number).into(),
            share(&group.alone).into(),
            with_bar(&group.recall),
            percent(&group.precision).into(),
        ]
    });
    let caption = if by == EVERYBODY { EVERYBODY.to_owned() } else { format!("By {}", by.to_lowercase()) };
    Table {
        caption: caption.into(),
        head: vec![
            (if by == EVERYBODY { "Group" } else { by }).into(),
            Head::numeric("Records"),
            Head::numeric("With a verified NHS number"),
            Head::numeric("Linked by it"),
            Head::numeric("Known to one source only"),
            Head::numeric("Recall without a number"),
            Head::numeric("Precision without a number"),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

fn share(share: &Published<Estimate>) -> String {
    share.value().map_or_else(|| share.words().unwrap_or_default(), |e| format!("{:.1}%", e.value))
}

/// A share with its limits and a bar of its hundred parts.
fn with_bar(share: &Published<Estimate>) -> Cell {
    html! {
        span class="app-figure" { (percent(share)) }
        (bar(*share, Largest::HUNDRED))
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
pub(crate) fn csv(quality: &LinkageQuality, coverage: &str) -> Csv {
    let rows = quality.tables.iter().flat_map(|(by, groups)| groups.iter().map(move |group| (by, group)));
    let row = |(by, group): (&String, &Shown)| {
        let shares = [group.with_number, group.by_number, group.alone, group.recall, group.precision];
        let mut fields: Vec<Field> =
            vec![by.as_str().into(), group.group.as_str().into(), group.people.into(), group.records.into()];
        fields.extend(shares.into_iter().flat_map(csv::estimate));
        fields.push(group.open_cases.into());
        fields
    };
    Csv {
        name: "linkage-quality".to_owned(),
        head: CSV_HEAD.to_vec(),
        rows: rows.map(row).collect(),
        coverage: coverage.to_owned(),
    }
}

const CSV_HEAD: [&str; 20] = [
    "by",
    "group",
    "people",
    "records",
    "with_number_percent",
    "with_number_lower",
    "with_number_upper",
    "linked_by_number_percent",
    "linked_by_number_lower",
    "linked_by_number_upper",
    "one_source_only_percent",
    "one_source_only_lower",
    "one_source_only_upper",
    "recall_without_number_percent",
    "recall_without_number_lower",
    "recall_without_number_upper",
    "precision_without_number_percent",
    "precision_without_number_lower",
    "precision_without_number_upper",
    "doubtful_links",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_missed_is_said_plainly() {
        let rule = methods::Rule::default();
        let most = |by: &str, group: &str| MissedMost {
            by: by.into(),
            group: group.into(),
            missed: rule.of_sample(49, 1_000, 100.0),
            everybodys: rule.of_sample(20, 1_000, 100.0),
        };
        assert_eq!(
            sentence(&most("Age", "0 to 4")),
            "Records of people aged 0 to 4 are missed most: without an NHS number 1 in 20 (4.9%, 95% limits 3.7 to 6.4) would not be joined to the person's other records; of everybody's, 1 in 50 (2.0%)."
        );
        let who = |by, group| sentence(&most(by, group)).split(" are missed").next().unwrap().to_owned();
        assert_eq!(who("Source", "A&E"), "Records from A&E");
        assert_eq!(who("Sex", "Not known"), "Records of people whose sex is not known");
        assert_eq!(one_in(62.4), "62 in 100");
        assert_eq!(one_in(0.0), "none");
    }
}
