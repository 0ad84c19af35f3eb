//! Who looked at the record of the person who is signed in.

use maud::{Markup, html};

use super::audit::Entry;
use crate::components::nhs::{Cell, Crumb, InsetText, Table};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::paging::{Paging, pagination};
use crate::words;

/// Each look at one's own record, latest first.
pub(crate) struct AccessesPage {
    pub(crate) entries: Vec<Entry>,
    pub(crate) page: u64,
    pub(crate) names: Names,
}

/// Entries on a page.
const ENTRIES: u64 = 50;

impl Page for AccessesPage {
    fn title(&self) -> String {
        "Who looked at my record".to_owned()
    }

    fn place(&self) -> &'static str {
        "/my-record/accesses"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("My record", "/my-record")]
    }

    fn body(&self) -> Markup {
        let paging = Paging::new(self.entries.len(), self.page, ENTRIES);
        let n = i64::try_from(self.entries.len()).unwrap_or(i64::MAX);
        html! {
            p { "Everyone who opened or tried to open your record, with the reason, written down at the time: " (words::counted(n, "look", "looks")) "." }
            @if self.entries.is_empty() { p { "Nobody has opened your record." } }
            @else { (self.table(paging.slice(&self.entries), paging)) }
            (pagination(paging, |page| format!("/my-record/accesses?page={page}")))
            (InsetText {
                content: "If you do not know why someone looked, ask your practice or the information-governance lead.".into(),
                ..InsetText::default()
            })
        }
    }
}

impl AccessesPage {
    fn table(&self, entries: &[Entry], paging: Paging) -> Table {
        Table {
            caption: format!("Looks at your record, latest first{}", paging.of_pages()).into(),
            head: vec!["When".into(), "Who".into(), "What they did".into(), "Why they may".into()],
            rows: entries
                .iter()
                .map(|entry| {
                    let who = html! {
                        (entry.user_name)
                        br;
                        span class="app-quiet" {
                            (entry.role)
                            @if !entry.organisation.is_empty() { ", " (self.names.of(&entry.organisation)) }
                        }
                    };
                    let did = if entry.permitted {
                        format!("{}, for {}", entry.action, entry.purpose)
                    } else {
                        format!(
                            "Tried, and was refused: {}, for {}",
                            entry.action.to_lowercase(),
                            entry.purpose
                        )
                    };
                    vec![
                        Cell::from(words::moment(entry.at)),
                        who.into(),
                        did.into(),
                        entry.sentence.as_str().into(),
                    ]
                })
                .collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}
