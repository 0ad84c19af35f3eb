//! Which files arrived and what became of their rows.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use model::Feed;
use store::feeds_ledger::FileState;

use crate::components::nhs::{
    Cell, Crumb, Head, Heading, Row, SummaryList, Table, Tag, TagColour, WarningCallout,
};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::page::{Page, crumb};
use crate::paging::{Paging, pagination};
use crate::words;

/// One file and its account: read = accepted + repaired + quarantined + duplicate.
#[derive(Clone, Debug)]
pub(crate) struct FileLine {
    /// SHA-256 of the bytes: the file's name in addresses.
    pub(crate) sha256: String,
    pub(crate) feed: String,
    pub(crate) file_name: String,
    pub(crate) table: String,
    pub(crate) source: String,
    pub(crate) bytes: i64,
    pub(crate) read: i64,
    pub(crate) accepted: i64,
    pub(crate) repaired: i64,
    pub(crate) quarantined: i64,
    pub(crate) duplicate: i64,
    pub(crate) landed_at: DateTime<Utc>,
    pub(crate) state: FileState,
    /// The first lines that are the same as an earlier row.
    pub(crate) duplicate_lines: Vec<i64>,
    /// What to know of the file, or why it was refused; a sentence each.
    pub(crate) notes: Vec<String>,
}

/// What all files of a feed add up to.
#[derive(Clone, Debug, Default)]
pub(crate) struct FeedTotal {
    pub(crate) feed: String,
    pub(crate) files: i64,
    pub(crate) read: i64,
    pub(crate) accepted: i64,
    pub(crate) repaired: i64,
    pub(crate) quarantined: i64,
    pub(crate) duplicate: i64,
    /// Files that could not be read as this feed.
    pub(crate) files_refused: i64,
    /// When the last one arrived, in words.
    pub(crate) last_arrival: String,
}

/// All feeds and, file by file, one of them.
pub(crate) struct FeedsPage {
    pub(crate) totals: Vec<FeedTotal>,
    pub(crate) feed: Option<Feed>,
    pub(crate) files: Vec<FileLine>,
    pub(crate) total: u64,
    pub(crate) page: u64,
}

/// Files on a page.
pub(crate) const FILES: u64 = 50;

fn feed_label(name: &str) -> String {
    name.parse::<Feed>().map_or_else(|_| name.to_owned(), |feed| feed.label().to_owned())
}

impl Page for FeedsPage {
    fn title(&self) -> String {
        "Feeds and quality".to_owned()
    }

    fn place(&self) -> &'static str {
        "/feeds"
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.total, self.page, FILES);
        let here = self.feed.map_or("", Feed::name);
        html! {
            p { (self.sentence()) }
            @if !self.totals.is_empty() { (self.totals_table()) }
            h2 class="nhsuk-heading-m" { "File by file" }
            (filters("Choose a feed", &[self.feed_links()]))
            @if self.files.is_empty() { p { "No file has arrived." } } @else { (self.file_table(paging)) }
            (pagination(paging, |page| format!("/feeds?feed={here}&page={page}")))
        }
    }
}

impl FeedsPage {
    fn sentence(&self) -> String {
        let sum = |of: &dyn Fn(&FeedTotal) -> i64| self.totals.iter().map(of).sum::<i64>();
        let (read, refused) = (sum(&|t| t.read), sum(&|t| t.quarantined));
        format!(
            "{} rows in {} files. {} rows ({}) were refused and wait in quarantine; every row is accounted for.",
            words::count(read),
            words::count(sum(&|t| t.files)),
            words::count(refused),
            words::percent(refused, read),
        ) + &match sum(&|t| t.files_refused) {
            0 => String::new(),
            n => format!(" {} could not be read at all.", words::counted(n, "file", "files")),
        }
    }

    fn totals_table(&self) -> Table {
        let rows = self
            .totals
            .iter()
            .map(|total| {
                let mut row: Vec<Cell> =
                    vec![Cell::link(feed_label(&total.feed), format!("/feeds?feed={}", total.feed))];
                row.extend(
                    [
                        total.files,
                        total.read,
                        total.accepted,
                        total.repaired,
                        total.quarantined,
                        total.duplicate,
                    ]
                    .map(|n| Cell::from(words::count(n))),
                );
                row.push(total.last_arrival.as_str().into());
                row
            })
            .collect();
        let mut head = vec![Head::from("Feed")];
        head.extend(["Files", "Read", "Accepted", "Repaired", "Quarantined", "Duplicate"].map(Head::numeric));
        head.push("Last arrival".into());
        Table {
            caption: "Rows by feed".into(),
            head,
            rows,
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }

    fn feed_links(&self) -> FilterGroup {
        let all = FilterLink::new("All feeds", "/feeds", self.feed.is_none());
        let each = self.totals.iter().map(|total| {
            let chosen = self.feed.is_some_and(|feed| feed.name() == total.feed);
            FilterLink::new(feed_label(&total.feed), format!("/feeds?feed={}", total.feed), chosen)
        });
        FilterGroup { name: "Feed", links: std::iter::once(all).chain(each).collect() }
    }

    fn file_table(&self, paging: Paging) -> Table {
        let rows = self
            .files
            .iter()
            .map(|file| {
                vec![
                    Cell::link(file.file_name.as_str(), format!("/feeds/{}", file.sha256)),
                    words::moment(file.landed_at).into(),
                    words::count(file.read).into(),
                    words::count(file.accepted).into(),
                    words::count(file.repaired).into(),
                    words::count(file.quarantined).into(),
                    words::count(file.duplicate).into(),
                    html! { (status(file)) }.into(),
                ]
            })
            .collect();
        let mut head = vec![Head::from("File"), "Arrived".into()];
        head.extend(["Read", "Accepted", "Repaired", "Quarantined", "Duplicate"].map(Head::numeric));
        head.push("Status".into());
        Table {
            caption: format!("Files, latest first{}", paging.of_pages()).into(),
            head,
            rows,
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }
}

fn status(file: &FileLine) -> Tag {
    if file.state == FileState::Refused {
        Tag::of(TagColour::Red, "File refused")
    } else if file.state == FileState::Landed {
        Tag::of(TagColour::Grey, "Not yet read")
    } else if file.read != file.accepted + file.repaired + file.quarantined + file.duplicate {
        Tag::of(TagColour::Red, "Does not add up")
    } else if file.quarantined > 0 {
        Tag::of(TagColour::Orange, "Some refused")
    } else if file.repaired > 0 {
        Tag::of(TagColour::Blue, "Some repaired")
    } else {
        Tag::of(TagColour::Green, "Complete")
    }
}

/// One file: its account, and what was mended in it.
pub(crate) struct FilePage {
    pub(crate) file: FileLine,
    /// Mends by field and reason, with how many rows.
    pub(crate) repairs: Vec<(String, String, i64)>,
}

impl Page for FilePage {
    fn title(&self) -> String {
        "One file".to_owned()
    }

    fn place(&self) -> &'static str {
        "/feeds"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Feeds and quality", "/feeds")]
    }

    fn body(&self) -> Markup {
        let file = &self.file;
        let mut rows = vec![
            Row::new("Size", format!("{} bytes", words::count(file.bytes))),
            Row::new("SHA-256", html! { span class="app-code app-code--long" { (file.sha256) } }),
        ];
        if file.state == FileState::Standardised {
            rows.insert(0, Row::new("Table", file.table.as_str()));
            rows.insert(1, Row::new("Source", file.source.as_str()));
        }
        html! {
            p { (named(file)) " " (status(file)) }
            (what_next(file))
            @if !file.notes.is_empty() && file.state != FileState::Refused {
                h2 class="nhsuk-heading-m" { "To know of this file" }
                ul class="nhsuk-list nhsuk-list--bullet" { @for note in &file.notes { li { (note) } } }
            }
            (account(file))
            @if !self.repairs.is_empty() { (self.repair_table()) }
            h2 class="nhsuk-heading-m" { "The file" }
            (SummaryList { rows, ..SummaryList::default() })
        }
    }
}

/// Which file it is.
pub(super) fn named(file: &FileLine) -> Markup {
    html! { strong class="app-wrap" { (file.file_name) } ", " (feed_label(&file.feed)) ", arrived " (words::moment(file.landed_at)) "." }
}

/// What became of a file's rows, with the way to each. All of it adds up to what was read, or the page says that it does not.
pub(super) fn account(file: &FileLine) -> Markup {
    if file.state != FileState::Standardised {
        return html! {};
    }
    let each = |n: i64, what: &str| match n {
        0 => Cell::from(""),
        _ => Cell::link(format!("Each {what} row"), format!("/feeds/{}/quarantine?show={what}", file.sha256)),
    };
    let sum = file.accepted + file.repaired + file.quarantined + file.duplicate;
    let adds_up =
        if sum == file.read { "Every row is accounted for" } else { "Does not add up: tell the operator" };
    let line = |words: &str, n: i64, which: Cell| vec![words.into(), words::count(n).into(), which];
    let table = Table {
        caption: "What became of its rows".into(),
        head: vec!["Rows".into(), Head::numeric("Number"), "Which".into()],
        rows: vec![
            line("Accepted as they were", file.accepted, "".into()),
            line("Repaired: accepted after a mend", file.repaired, each(file.repaired, "mended")),
            line(
                "Quarantined: refused, in nobody's record",
                file.quarantined,
                each(file.quarantined, "refused"),
            ),
            line("Duplicate: the same as an earlier row, left out", file.duplicate, duplicates(file).into()),
            line("All of these", sum, "".into()),
            line("Rows read in the file", file.read, adds_up.into()),
        ],
        first_cell_is_header: true,
        ..Table::default()
    };
    html! { (table) }
}

/// The lines that are the same as an earlier row, as far as the ledger keeps them.
fn duplicates(file: &FileLine) -> String {
    let mut lines: Vec<String> = file.duplicate_lines.iter().map(|line| words::count(*line)).collect();
    if !lines.is_empty() && i64::try_from(lines.len()).is_ok_and(|kept| kept < file.duplicate) {
        lines.push("and more".to_owned());
    }
    match lines.len() {
        0 => String::new(),
        1 => format!("Line {}", lines.join("")),
        _ => format!("Lines {}", lines.join(", ")),
    }
}

/// What a governance lead can do about a file; nothing when it is whole.
pub(super) fn what_next(file: &FileLine) -> Markup {
    let again = format!("wsic ingest {} FILE", file.feed);
    if file.state == FileState::Refused {
        return html! {
            (WarningCallout { heading: Heading { level: Some(2), ..Heading::from("The whole file was refused") }, content: html! {
                ul class="nhsuk-list nhsuk-list--bullet" { @for note in &file.notes { li { (note) } } }
                p { "No row of it is in anybody's record. Tell the supplier this reason and ask for the file again, mended. The operator takes it in with " code { (again) } "." }
            }.into(), ..WarningCallout::default() })
        };
    }
    if file.quarantined == 0 {
        return html! {};
    }
    html! {
        h2 class="nhsuk-heading-m" { "What to do next" }
        ol class="nhsuk-list nhsuk-list--number" {
            li { "Send the supplier the file's name and, for each refused row, its line, field and reason." }
            li { "Ask for a new file with these rows put right. It may hold the other rows as well: a row that is here already does not count twice." }
            li { "The operator takes the new file in with " code { (again) } "; its own page then says what became of it. This page stays as it is." }
        }
    }
}

impl FilePage {
    fn repair_table(&self) -> Table {
        Table {
            caption: "What was mended".into(),
            head: vec!["Field".into(), "Mend".into(), Head::numeric("Rows")],
            rows: self
                .repairs
                .iter()
                .map(|(field, reason, n)| {
                    vec![field.as_str().into(), reason.as_str().into(), words::count(*n).into()]
                })
                .collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}
