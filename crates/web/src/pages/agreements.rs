//! Data-sharing agreements: who has signed for what, and so what a figure covers.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::components::nhs::{Cell, Head, Table, Tag, TagColour};
use crate::names::Names;
use crate::page::Page;
use crate::words;

/// One agreement.
#[derive(Clone, Debug)]
pub(crate) struct AgreementLine {
    pub(crate) feed: String,
    pub(crate) organisation: String,
    pub(crate) purpose: String,
    pub(crate) category: String,
    pub(crate) starts: NaiveDate,
    pub(crate) ends: Option<NaiveDate>,
    /// Signed by both sides and in force on the day.
    pub(crate) in_force: bool,
}

/// What a feed covers for a purpose.
#[derive(Clone, Debug)]
pub(crate) struct CoverageLine {
    pub(crate) feed: String,
    pub(crate) purpose: String,
    pub(crate) signed: i64,
    pub(crate) expected: i64,
    /// Codes of those who have not signed.
    pub(crate) missing: Vec<String>,
}

/// Coverage for everyone who reads figures; the agreements too for who governs them.
pub(crate) struct AgreementsPage {
    pub(crate) coverage: Vec<CoverageLine>,
    pub(crate) agreements: Option<Vec<AgreementLine>>,
    pub(crate) names: Names,
}

impl Page for AgreementsPage {
    fn title(&self) -> String {
        if self.agreements.is_some() { "Agreements and coverage".to_owned() } else { "Coverage".to_owned() }
    }

    fn place(&self) -> &'static str {
        "/agreements"
    }

    fn body(&self) -> Markup {
        html! {
            p { "Data are used for a purpose only when the organisation they come from has signed for it. A figure covers those who have." }
            @if self.coverage.is_empty() { p { "No agreement has been recorded." } } @else { (self.coverage_table()) }
            @if let Some(agreements) = &self.agreements { (self.agreement_table(agreements)) }
        }
    }
}

impl AgreementsPage {
    fn coverage_table(&self) -> Table {
        let rows = self
            .coverage
            .iter()
            .map(|line| {
                let missing: Vec<&str> = line.missing.iter().map(|code| self.names.of(code)).collect();
                vec![
                    Cell::from(line.feed.as_str()),
                    line.purpose.as_str().into(),
                    format!("{} of {}", words::count(line.signed), words::count(line.expected)).into(),
                    if missing.is_empty() { "None".into() } else { missing.join("; ").into() },
                ]
            })
            .collect();
        Table {
            caption: "Coverage by feed and purpose".into(),
            head: vec!["Feed".into(), "Purpose".into(), Head::numeric("Signed"), "Not signed".into()],
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn agreement_table(&self, agreements: &[AgreementLine]) -> Table {
        let rows = agreements
            .iter()
            .map(|line| {
                let status = if line.in_force {
                    Tag::of(TagColour::Green, "In force")
                } else {
                    Tag::of(TagColour::Grey, "Not in force")
                };
                vec![
                    Cell::from(self.names.of(&line.organisation)),
                    line.feed.as_str().into(),
                    line.purpose.as_str().into(),
                    line.category.as_str().into(),
                    words::short_date(line.starts).into(),
                    line.ends.map_or_else(|| "No end".to_owned(), words::short_date).into(),
                    html! { (status) }.into(),
                ]
            })
            .collect();
        Table {
            caption: "Agreements".into(),
            head: ["Organisation", "Feed", "Purpose", "Data", "From", "To", "Status"].map(Head::from).into(),
            rows,
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }
}
