//! Who looked at the record of the person who is signed in.

use care::own_record::Looked;
use maud::{Markup, html};
use model::{Purpose, Role};

use crate::components::nhs::{Cell, Crumb, InsetText, Table};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::paging::{Paging, pagination};
use crate::words;

/// Each look at one's own record, latest first.
pub(crate) struct AccessesPage {
    pub(crate) entries: Vec<Looked>,
    pub(crate) total: u64,
    pub(crate) page: u64,
    pub(crate) names: Names,
}

/// Entries on a page.
pub(crate) const ENTRIES: u64 = 50;

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
        let paging = Paging::of_total(self.total, self.page, ENTRIES);
        let n = i64::try_from(self.total).unwrap_or(i64::MAX);
        html! {
            p { "Everyone who opened or tried to open your record, with the reason, written down at the time: " (words::counted(n, "look", "looks")) "." }
            @if self.entries.is_empty() { p { "Nobody has opened your record." } }
            @else { (self.table(paging)) }
            (pagination(paging, |page| format!("/my-record/accesses?page={page}")))
            (InsetText {
                content: "If you do not know why someone looked, ask your practice or the information-governance lead.".into(),
                ..InsetText::default()
            })
        }
    }
}

impl AccessesPage {
    fn table(&self, paging: Paging) -> Table {
        Table {
            caption: format!("Looks at your record, latest first{}", paging.of_pages()).into(),
            head: vec!["When".into(), "Who".into(), "What they did".into(), "Why they may".into()],
            rows: self
                .entries
                .iter()
                .map(|entry| {
                    let who = html! {
                        (entry.who)
                        br;
                        span class="app-quiet" {
                            (role_words(&entry.role))
                            @if !entry.organisation.is_empty() { ", " (self.names.of(&entry.organisation)) }
                        }
                    };
                    let did = if entry.permitted {
                        format!("{}, for {}", entry.what, purpose_words(&entry.purpose))
                    } else {
                        format!(
                            "Tried, and was refused: {}, for {}",
                            entry.what.to_lowercase(),
                            purpose_words(&entry.purpose)
                        )
                    };
                    vec![
                        Cell::from(words::moment(entry.at)),
                        who.into(),
                        did.into(),
                        entry.why.as_str().into(),
                    ]
                })
                .collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

/// A role's name in words; a name that is not one stays as it is.
pub(crate) fn role_words(name: &str) -> String {
    let known = Role::ALL.into_iter().find(|role| role.name() == name);
    known.map_or_else(|| name.to_owned(), |role| role.label().to_owned())
}

/// A purpose's name in words, to follow "for".
pub(crate) fn purpose_words(name: &str) -> String {
    let known = Purpose::ALL.into_iter().find(|purpose| purpose.name() == name);
    known.map_or_else(|| name.to_owned(), |purpose| purpose.label().to_owned())
}
