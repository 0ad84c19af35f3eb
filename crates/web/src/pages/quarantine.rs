//! Refused rows: which line, which field, what kind of value, why. Never the value.

use maud::{Markup, html};

use crate::components::nhs::{Cell, Crumb, Head, Table};
use crate::page::{Page, crumb};
use crate::paging::{Paging, pagination};
use crate::words;

/// The refused rows of one file.
pub(crate) struct QuarantinePage {
    pub(crate) sha256: String,
    pub(crate) file_name: String,
    pub(crate) total: u64,
    pub(crate) page: u64,
    pub(crate) lines: Vec<RefusedRow>,
}

/// One refused row.
#[derive(Clone, Debug)]
pub(crate) struct RefusedRow {
    pub(crate) line: i64,
    pub(crate) field: String,
    /// The kind of value, such as `text, 7 characters`.
    pub(crate) class: String,
    pub(crate) reason: String,
}

/// Rows on a page.
pub(crate) const ROWS: u64 = 100;

impl Page for QuarantinePage {
    fn title(&self) -> String {
        "Refused rows".to_owned()
    }

    fn place(&self) -> &'static str {
        "/feeds"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Feeds and quality", "/feeds"), crumb("One file", format!("/feeds/{}", self.sha256))]
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.total, self.page, ROWS);
        let total = i64::try_from(self.total).unwrap_or(i64::MAX);
        html! {
            p { (words::counted(total, "row", "rows")) " of " strong { (self.file_name) } " refused. Values are not shown here: they may be about a person. The supplier finds them by line." }
            @if self.lines.is_empty() { p { "No row of this file was refused." } } @else { (self.table(paging)) }
            (pagination(paging, |page| format!("/feeds/{}/quarantine?page={page}", self.sha256)))
        }
    }
}

impl QuarantinePage {
    fn table(&self, paging: Paging) -> Table {
        Table {
            caption: format!("Refused rows by line{}", paging.of_pages()).into(),
            head: vec![Head::numeric("Line"), "Field".into(), "Kind of value".into(), "Why refused".into()],
            rows: self
                .lines
                .iter()
                .map(|row| {
                    vec![
                        Cell::from(words::count(row.line)),
                        row.field.as_str().into(),
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
