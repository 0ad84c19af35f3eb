//! Which records were joined into one person, and parting what is somebody else's.

use care::linkage::{Joined, Linkage};
use maud::{Markup, html};
use model::PersonId;
use store::history::{Moved, Why};
use store::partings::{Parting, WhoSaw};

use super::accesses::role_words;
use super::record::person_views;
use crate::components::nhs::{
    Button, Cell, Crumb, Head, Input, InsetText, Row, SummaryList, Table, Tag, TagColour, WarningCallout,
};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, crumb, csrf_field, post_form};
use crate::paging::{Paging, pagination};
use crate::words;

/// Which records were joined into a person.
pub(crate) struct LinkagePage {
    pub(crate) person: PersonId,
    pub(crate) linkage: Linkage,
    /// The viewer may say that a record is somebody else's.
    pub(crate) may_part: bool,
    /// The viewer may open the record: the page leads back to it.
    pub(crate) may_open: bool,
    pub(crate) names: Names,
}

fn trail(person: PersonId) -> Vec<Crumb> {
    vec![crumb("Where this record comes from", format!("/people/{person}/linkage"))]
}

impl Page for LinkagePage {
    fn title(&self) -> String {
        "Where this record comes from".to_owned()
    }

    fn place(&self) -> &'static str {
        if self.may_open { "/people" } else { "/linkage/review" }
    }

    fn trail(&self) -> Vec<Crumb> {
        if self.may_open { vec![crumb("Find a person", "/people")] } else { Vec::new() }
    }

    fn before_heading(&self) -> Markup {
        if self.may_open {
            person_views(self.person, "linkage")
        } else {
            html! {}
        }
    }

    fn body(&self) -> Markup {
        let n = i64::try_from(self.linkage.joined.len()).unwrap_or(i64::MAX);
        html! {
            p class="nhsuk-lede-text" {
                "Person " (self.person) ": " (words::counted(n, "record", "records")) " of services here " (if n == 1 { "is" } else { "are" }) " taken to be theirs."
                @if self.linkage.withheld { " Records of some services are withheld from you, because the person has objected to sharing or no agreement covers them." }
            }
            (self.joined())
            @if !self.linkage.partings.is_empty() { (self.partings()) }
            @if self.linkage.history.is_empty() { p { "Nothing has come to this person from another, or gone to another." } }
            @else { (self.history()) }
        }
    }
}

impl LinkagePage {
    fn joined(&self) -> Table {
        let part = self.may_part && self.linkage.joined.len() > 1;
        let mut head = vec!["Record of", "Why it is theirs", "Since"];
        if part {
            head.push("If it is not theirs");
        }
        let rows = self.linkage.joined.iter().enumerate().map(|(i, joined)| {
            let mut row = self.record(joined);
            if part {
                row.push(self.not_theirs(i, joined));
            }
            row
        });
        Table {
            caption: "Records joined into this person".into(),
            rows: rows.collect(),
            head: head.into_iter().map(Head::from).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn record(&self, joined: &Joined) -> Vec<Cell> {
        let since = match (joined.since, joined.identity.as_at) {
            (Some(at), _) => words::moment(at),
            (None, Some(day)) => format!("Data of {}", words::short_date(day)),
            (None, None) => "Not known".to_owned(),
        };
        let source = html! {
            (self.names.source(&joined.identity.source))
            br;
            span class="app-code" { "number there: " (joined.identity.source_person) }
        };
        vec![source.into(), joined.identity.reason.as_str().into(), since.into()]
    }

    fn not_theirs(&self, at: usize, joined: &Joined) -> Cell {
        if joined.parting {
            return html! { (Tag::of(TagColour::Orange, "Parts at the next run")) }.into();
        }
        html! {
            a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/people/" (self.person) "/linkage/part?record=" (at + 1) } {
                "This is somebody else"
                span class="nhsuk-u-visually-hidden" { ": record " (at + 1) ", " (self.names.source(&joined.identity.source)) }
            }
        }
        .into()
    }

    fn partings(&self) -> Table {
        let row = |parting: &Parting| {
            let state = if parting.holds { "Holds" } else { "Taken back" };
            let when = if self.may_part {
                Cell::link(
                    words::moment(parting.at),
                    format!("/people/{}/linkage/partings/{}", self.person, parting.id),
                )
            } else {
                words::moment(parting.at).into()
            };
            vec![
                when,
                self.names.source(&parting.source).into(),
                parting.user_name.as_str().into(),
                parting.reason.as_str().into(),
                state.into(),
            ]
        };
        Table {
            caption: "Said to be somebody else's".into(),
            head: ["When", "Record of", "Who said so", "Reason", "State"].map(Head::from).into(),
            rows: self.linkage.partings.iter().map(row).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn history(&self) -> Table {
        let row = |moved: &Moved| {
            let what = match (moved.why, moved.person == self.person) {
                (_, true) => format!("Came here from person {}", moved.former),
                (Why::Merged, false) => format!("Went to person {}: they are the same", moved.person),
                (Why::Parted, false) => format!("Went to person {}: somebody else's", moved.person),
            };
            vec![
                Cell::from(words::moment(moved.at)),
                self.names.source(&moved.source).into(),
                what.into(),
                moved.reason.as_str().into(),
            ]
        };
        Table {
            caption: "What came and what went".into(),
            head: ["When", "Record of", "What", "Why"].map(Head::from).into(),
            rows: self.linkage.history.iter().map(row).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

/// The last question before a record is parted.
pub(crate) struct PartPage {
    pub(crate) person: PersonId,
    pub(crate) joined: Joined,
    pub(crate) reason: String,
    pub(crate) errors: Errors,
    pub(crate) names: Names,
    pub(crate) csrf: String,
}

impl Page for PartPage {
    fn title(&self) -> String {
        "Is this record somebody else's?".to_owned()
    }

    fn trail(&self) -> Vec<Crumb> {
        trail(self.person)
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let identity = &self.joined.identity;
        let rows = vec![
            Row::new("Person", self.person.to_string()),
            Row::new("Record of", self.names.source(&identity.source)),
            Row::new("Number there", identity.source_person.as_str()),
            Row::new("Why it was joined", identity.reason.as_str()),
        ];
        let form = html! {
            input type="hidden" name="source" value=(identity.source);
            input type="hidden" name="source_person" value=(identity.source_person);
            (Input {
                label: "How do you know that it is somebody else's?".into(),
                hint: "Others read this. Leave out names, numbers and addresses.".into(),
                name: "reason".to_owned(),
                value: Some(self.reason.clone()),
                autocomplete: "off".to_owned(),
                error_message: self.errors.message("reason"),
                ..Input::default()
            })
            div class="nhsuk-button-group" {
                (Button { content: "Yes, part it from this person".into(), variant: "warning".to_owned(), prevent_double_click: Some(true), ..Button::default() })
                a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/people/" (self.person) "/linkage" } { "No, leave it" }
            }
        };
        html! {
            (SummaryList { rows, ..SummaryList::default() })
            p { "The next nightly run gives this record a person of its own. Until then both are still shown together: if it matters today, tell the practice." }
            p { "You are then shown who opened the joined record in between, so that each can be told. It can be taken back." }
            (post_form(&format!("/people/{}/linkage/part", self.person), &self.csrf, &form))
        }
    }
}

/// A parting, and who saw the joined record.
pub(crate) struct PartingPage {
    pub(crate) person: PersonId,
    pub(crate) saw: WhoSaw,
    pub(crate) page: u64,
    pub(crate) errors: Errors,
    pub(crate) names: Names,
    pub(crate) csrf: String,
}

/// Openings on a page.
pub(crate) const OPENINGS: u64 = 100;

impl Page for PartingPage {
    fn title(&self) -> String {
        "Who saw the joined record".to_owned()
    }

    fn trail(&self) -> Vec<Crumb> {
        trail(self.person)
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let parting = &self.saw.parting;
        let source = self.names.source(&parting.source);
        let since = parting.linked_at.map_or_else(
            || "since records are kept here: when the two were joined was not written down".to_owned(),
            |at| format!("since the two were joined on {}", words::moment(at)),
        );
        let n = i64::try_from(self.saw.total).unwrap_or(i64::MAX);
        let paging = Paging::of_total(self.saw.total, self.page, OPENINGS);
        let state = if parting.holds {
            format!(
                "{} said on {} that the record of {source} is somebody else's: {}. The next nightly run gives it a person of its own.",
                parting.user_name,
                words::moment(parting.at),
                parting.reason
            )
        } else {
            format!("That the record of {source} is somebody else's was taken back.")
        };
        html! {
            (InsetText { content: state.into(), ..InsetText::default() })
            p class="nhsuk-lede-text" {
                "Person " (self.person) "'s record was opened, or their name was on a list that somebody looked at, " (words::counted(n, "time", "times")) " " (since) "."
                @if n > 0 { " Tell each of these people that part of what they saw was about somebody else." }
            }
            @if n > 0 { (self.table(paging)) }
            (pagination(paging, |page| format!("/people/{}/linkage/partings/{}?page={page}", self.person, parting.id)))
            @if parting.holds { (self.take_back()) }
        }
    }
}

impl PartingPage {
    fn table(&self, paging: Paging) -> Table {
        let rows = self.saw.entries.iter().map(|entry| {
            let who = html! { (entry.user_name) br; span class="app-quiet" { (entry.user) } };
            let role = if entry.organisation.is_empty() {
                role_words(&entry.role)
            } else {
                format!("{}, {}", role_words(&entry.role), self.names.of(&entry.organisation))
            };
            vec![Cell::from(who), role.into(), words::moment(entry.at).into(), entry.action_label().into()]
        });
        Table {
            caption: format!("Who opened it, latest first{}", paging.of_pages()).into(),
            head: ["Who", "Role", "When", "What they did"].map(Head::from).into(),
            rows: rows.collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn take_back(&self) -> Markup {
        let action = format!("/people/{}/linkage/partings/{}", self.person, self.saw.parting.id);
        html! {
            (WarningCallout {
                heading: crate::components::nhs::Heading { level: Some(2), ..crate::components::nhs::Heading::from("If this was a mistake") },
                content: html! {
                    form action=(action) method="post" novalidate {
                        (csrf_field(&self.csrf))
                        (Input {
                            label: "Why is the record this person's after all?".into(),
                            hint: "Others read this. Leave out names, numbers and addresses.".into(),
                            name: "reason".to_owned(),
                            autocomplete: "off".to_owned(),
                            error_message: self.errors.message("reason"),
                            ..Input::default()
                        })
                        (Button { content: "Take it back".into(), variant: "secondary".to_owned(), ..Button::default() })
                    }
                }.into(),
                ..WarningCallout::default()
            })
        }
    }
}
