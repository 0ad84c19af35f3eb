//! Rows with faults: which line, which field, what kind of value, why. Never the value.

use maud::{Markup, html};

use super::feeds::{FileLine, account, named, what_next};
use crate::components::nhs::{Cell, Crumb, Head, Table};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::page::{Page, crumb};
use crate::paging::{Paging, pagination};
use crate::words;

/// The refused rows of one file, or its mended ones.
pub(crate) struct QuarantinePage {
    pub(crate) file: FileLine,
    /// The mended rows are shown, not the refused ones.
    pub(crate) mended: bool,
    pub(crate) total: u64,
    pub(crate) page: u64,
    pub(crate) lines: Vec<FaultyRow>,
}

/// One row that was refused or mended.
#[derive(Clone, Debug)]
pub(crate) struct FaultyRow {
    pub(crate) line: i64,
    /// The column; blank when the whole row is meant.
    pub(crate) field: String,
    /// The kind of value, such as `text, 7 characters`.
    pub(crate) class: String,
    pub(crate) reason: String,
}

/// Rows on a page.
pub(crate) const ROWS: u64 = 100;

impl Page for QuarantinePage {
    fn title(&self) -> String {
        if self.mended { "Mended rows" } else { "Refused rows" }.to_owned()
    }

    fn place(&self) -> &'static str {
        "/feeds"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Feeds and quality", "/feeds"), crumb("One file", format!("/feeds/{}", self.file.sha256))]
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.total, self.page, ROWS);
        let show = if self.mended { "mended" } else { "refused" };
        html! {
            p { (named(&self.file)) }
            (account(&self.file))
            @if !self.mended { (what_next(&self.file)) }
            h2 class="nhsuk-heading-m" { "Row by row" }
            p { "Lines are counted from 1, the header included. Values are not shown: they may be about a person. The supplier finds them by file and line." }
            (filters("Choose rows", &[self.kinds()]))
            @if self.lines.is_empty() { p { "No row of this file was " (show) "." } } @else { (self.table(paging)) }
            @if self.mended { p { "Of each kind of mend the first 20 rows are listed." } }
            (pagination(paging, |page| format!("{}?show={show}&page={page}", self.address())))
        }
    }
}

impl QuarantinePage {
    fn address(&self) -> String {
        format!("/feeds/{}/quarantine", self.file.sha256)
    }

    fn kinds(&self) -> FilterGroup {
        let link = |words: &str, rows: i64, show: &str, chosen| {
            FilterLink::new(
                format!("{words} ({})", words::count(rows)),
                format!("{}?show={show}", self.address()),
                chosen,
            )
        };
        FilterGroup {
            name: "Rows",
            links: vec![
                link("Refused", self.file.quarantined, "refused", !self.mended),
                link("Mended", self.file.repaired, "mended", self.mended),
            ],
        }
    }

    fn table(&self, paging: Paging) -> Table {
        let why = if self.mended { "What was wrong, and done" } else { "Why refused" };
        Table {
            caption: format!("{} by line{}", self.title(), paging.of_pages()).into(),
            head: ["Line", "Field", "Kind of value", why].map(Head::from).to_vec(),
            rows: self
                .lines
                .iter()
                .map(|row| {
                    let field = if row.field.is_empty() { "the whole row" } else { row.field.as_str() };
                    vec![
                        Cell::from(words::count(row.line)),
                        field.into(),
                        row.class.as_str().into(),
                        row.reason.as_str().into(),
                    ]
                })
                .collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}
