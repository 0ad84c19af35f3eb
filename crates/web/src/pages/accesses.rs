//! Who looked at the record of the person who is signed in.

use care::own_record::Looked;
use maud::{Markup, html};
use model::{Purpose, Role};
use store::questions::Question;

use crate::components::nhs::{Cell, Crumb, Head, InsetText, Table};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::paging::{Paging, pagination};
use crate::words;

/// Each look at one's own record, latest first.
pub(crate) struct AccessesPage {
    pub(crate) entries: Vec<Looked>,
    pub(crate) total: u64,
    pub(crate) page: u64,
    /// What the person has asked, latest first.
    pub(crate) questions: Vec<Question>,
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
            @if self.entries.is_empty() { p { "Nobody has looked at your record." } }
            @else { (self.table(paging)) }
            (pagination(paging, |page| format!("/my-record/accesses?page={page}")))
            (InsetText {
                content: "If you do not know why someone looked, ask. The information-governance lead reads your question and answers it here.".into(),
                ..InsetText::default()
            })
        }
    }
}

impl AccessesPage {
    /// What was asked about a look and what was answered, or the way to ask.
    fn asked(&self, entry: &Looked) -> Markup {
        let asked: Vec<&Question> = self.questions.iter().filter(|asked| asked.about == entry.row).collect();
        html! {
            @for question in &asked {
                p { "You asked: \u{201c}" (question.question) "\u{201d}" }
                @match &question.answer {
                    Some((answer, at)) => p { "Answer, " (words::moment(*at)) ": " (answer) },
                    None => p class="app-quiet" { "Not answered yet." },
                }
            }
            @if asked.is_empty() {
                a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/my-record/accesses/" (entry.row) "/ask" } {
                    "Ask" span class="nhsuk-u-visually-hidden" { " about the look by " (entry.who) " on " (words::moment(entry.at)) }
                }
            }
        }
    }

    fn table(&self, paging: Paging) -> Table {
        Table {
            caption: format!("Looks at your record, latest first{}", paging.of_pages()).into(),
            head: ["When", "Who", "What they did", "Why they may", "Ask"].map(Head::from).into(),
            rows: self
                .entries
                .iter()
                .map(|entry| {
                    vec![
                        Cell::from(words::moment(entry.at)),
                        who(entry, &self.names).into(),
                        did(entry).into(),
                        why(entry).into(),
                        self.asked(entry).into(),
                    ]
                })
                .collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

/// Who looked, their role and where from.
pub(crate) fn who(entry: &Looked, names: &Names) -> Markup {
    html! {
        (entry.who)
        br;
        span class="app-quiet" {
            (role_words(&entry.role))
            @if !entry.organisation.is_empty() { ", " (names.of(&entry.organisation)) }
        }
    }
}

/// The rule's sentence, and what they said themselves.
fn why(entry: &Looked) -> Markup {
    html! {
        (entry.why)
        @if let Some(reason) = &entry.reason { br; "They said: \u{201c}" (reason) "\u{201d}" }
    }
}

/// What was done and what for.
pub(crate) fn did(entry: &Looked) -> String {
    let purpose = purpose_words(&entry.purpose);
    if entry.permitted {
        format!("{}, for {purpose}", entry.what)
    } else {
        format!("Tried, and was refused: {}, for {purpose}", entry.what.to_lowercase())
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
