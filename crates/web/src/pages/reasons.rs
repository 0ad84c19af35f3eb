//! Why a person is on case-finding lists: each rule in plain English, the facts that met it, and the definition.

use care::reasons::Fact;
use care::record::SharedRecord;
use maud::{Markup, html};
use model::{Feed, PersonId};
use policy::Section;

use super::record::{person_banner, person_views};
use crate::catalogue::List;
use crate::components::nhs::{Cell, Crumb, Row, SummaryList, Table};
use crate::components::ours::{left_out, withheld};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::words;

/// The lists a person is on, as one viewer may see it.
pub(crate) struct ReasonsPage {
    pub(crate) person: PersonId,
    pub(crate) shared: SharedRecord,
    /// Each list with the reason that case finding gave and the facts that met its rule.
    pub(crate) lists: Vec<(List, String, Vec<Fact>)>,
    pub(crate) names: Names,
}

impl Page for ReasonsPage {
    fn title(&self) -> String {
        "Why on a list".to_owned()
    }

    fn place(&self) -> &'static str {
        "/people"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Shared record", format!("/people/{}", self.person))]
    }

    fn before_heading(&self) -> Markup {
        html! {
            (person_banner(&self.shared, &self.names))
            (person_views(self.person, "reasons"))
        }
    }

    fn body(&self) -> Markup {
        let hidden = self.shared.withheld.iter().find(|line| line.section == Section::Flags);
        html! {
            (left_out(&self.shared.left_out, &self.names))
            @if let Some(hidden) = hidden { (withheld(&hidden.reason)) }
            @else if self.lists.is_empty() { p { "The person is on no list. Lists are made anew with every day's data." } }
            @else {
                p class="nhsuk-lede-text" {
                    "The person is on " (words::counted(i64::try_from(self.lists.len()).unwrap_or(i64::MAX), "list", "lists"))
                    ". A list is a reason to look, not a diagnosis."
                }
            }
            @for (list, reason, facts) in &self.lists { (self.list(list, reason, facts)) }
        }
    }
}

impl ReasonsPage {
    fn list(&self, list: &List, reason: &str, facts: &[Fact]) -> Markup {
        let mut rows = vec![Row::new("What was found", reason)];
        if !list.rule.is_empty() {
            rows.insert(0, Row::new("The rule", list.rule.as_str()));
        }
        if !list.purpose.is_empty() {
            rows.push(Row::new("What to do", format!("{}.", list.purpose)));
        }
        if !list.path.is_empty() {
            rows.push(Row::new("Based on", format!("{}.", list.source)));
            let definition = format!("definitions/{}, version {}, {}", list.path, list.version, list.owner);
            rows.push(Row::new("Definition", html! { span class="app-wrap" { (definition) } }));
        }
        html! {
            section class="app-section" aria-labelledby=(list.name) {
                h2 class="nhsuk-heading-m" id=(list.name) { (list.title) }
                (SummaryList { rows, ..SummaryList::default() })
                @if facts.is_empty() {
                    p { "The facts behind it are not in the part of the record that you see here: they may be older, withheld, or worked out from several sources." }
                } @else { (self.facts(list, facts)) }
            }
        }
    }

    fn facts(&self, list: &List, facts: &[Fact]) -> Table {
        let rows = facts.iter().map(|fact| {
            vec![
                fact.day.map_or_else(|| Cell::from("No date"), |day| words::short_date(day).into()),
                fact.what.as_str().into(),
                source(&fact.source, &self.names).into(),
            ]
        });
        Table {
            caption: format!("Facts that the rule looks at: {}", list.title).into(),
            head: vec!["Date".into(), "What".into(), "Source".into()],
            rows: rows.collect(),
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }
}

/// A source in words: the feed and whose it is.
fn source(source: &str, names: &Names) -> String {
    let Some((feed, organisation)) = source.split_once(':') else {
        return "Worked out from the whole record".to_owned();
    };
    let feed = feed.parse::<Feed>().map_or_else(|_| feed.to_owned(), |feed| feed.label().to_owned());
    format!("{feed}, {}", names.of(organisation))
}
