//! Case-finding lists: who to look at, and why.

use chrono::NaiveDate;
use maud::{Markup, html};
use store::people::PersonHit;
use store::worklists::ListedPerson;
use warehouse::reference::Group;

use crate::catalogue::List;
use crate::components::nhs::{Card, Cell, Crumb, Details, Head, Heading, Table};
use crate::components::ours::{FilterGroup, FilterLink, born, filters, person_link};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::paging::{Paging, pagination};
use crate::words;

/// The lists there are, with how many people stand on each.
pub(crate) struct WorklistsPage {
    pub(crate) lists: Vec<(List, u64)>,
}

impl Page for WorklistsPage {
    fn title(&self) -> String {
        "Worklists".to_owned()
    }

    fn place(&self) -> &'static str {
        "/worklist"
    }

    fn body(&self) -> Markup {
        html! {
            @if self.lists.is_empty() { p { "Nobody whom you may see is on a list today. Lists are made anew with every day's data." } }
            @else {
                p { "People whom case finding says to look at, each with the reason. One person can be on several lists." }
                ul class="nhsuk-grid-row nhsuk-card-group app-ways" {
                    @for (list, people) in &self.lists {
                        li class="nhsuk-grid-column-one-half nhsuk-card-group__item" { (card(list, *people)) }
                    }
                }
            }
        }
    }
}

fn card(list: &List, people: u64) -> Card {
    let inside = html! {
        p class="app-ways__count" { (words::counted(signed(people), "person", "people")) }
        @if !list.purpose.is_empty() { p class="nhsuk-card__description" { (list.purpose) "." } }
    };
    Card {
        heading: Heading { size: "m".to_owned(), ..list.title.as_str().into() },
        href: format!("/worklist?list={}", list.name),
        clickable: true,
        description: inside.into(),
        ..Card::default()
    }
}

/// One list, narrowed.
pub(crate) struct WorklistPage {
    pub(crate) list: List,
    pub(crate) view: View,
    /// Lists to choose from, with how many people are on each.
    pub(crate) lists: Vec<(List, u64)>,
    pub(crate) groups: Vec<Group>,
    /// Practices on this page of the list, by code.
    pub(crate) practices: Vec<String>,
    pub(crate) total: u64,
    pub(crate) people: Vec<ListedPerson>,
    pub(crate) as_at: NaiveDate,
    pub(crate) names: Names,
}

/// What of the list is shown: everything here stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) list: String,
    pub(crate) practice: String,
    pub(crate) group: Option<u8>,
    pub(crate) age: Option<AgeBand>,
    pub(crate) page: u64,
}

/// Ages as lists are narrowed by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AgeBand {
    Under18,
    To64,
    To74,
    To84,
    From85,
}

impl AgeBand {
    pub(crate) const ALL: [Self; 5] = [Self::Under18, Self::To64, Self::To74, Self::To84, Self::From85];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Under18 => "0-17",
            Self::To64 => "18-64",
            Self::To74 => "65-74",
            Self::To84 => "75-84",
            Self::From85 => "85-",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Under18 => "Under 18",
            Self::To64 => "18 to 64",
            Self::To74 => "65 to 74",
            Self::To84 => "75 to 84",
            Self::From85 => "85 and over",
        }
    }

    /// First and last age, both in the band.
    pub(crate) fn ages(self) -> (Option<u16>, Option<u16>) {
        match self {
            Self::Under18 => (None, Some(17)),
            Self::To64 => (Some(18), Some(64)),
            Self::To74 => (Some(65), Some(74)),
            Self::To84 => (Some(75), Some(84)),
            Self::From85 => (Some(85), None),
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.name() == name)
    }
}

/// People on a page of the list.
pub(crate) const LINES: u64 = 25;

impl View {
    fn address(&self) -> String {
        let mut parts = vec![format!("list={}", self.list)];
        if !self.practice.is_empty() {
            parts.push(format!("practice={}", self.practice));
        }
        if let Some(group) = self.group {
            parts.push(format!("group={group}"));
        }
        if let Some(age) = self.age {
            parts.push(format!("age={}", age.name()));
        }
        if self.page > 1 {
            parts.push(format!("page={}", self.page));
        }
        format!("/worklist?{}", parts.join("&"))
    }

    fn narrowed(&self) -> bool {
        !self.practice.is_empty() || self.group.is_some() || self.age.is_some()
    }
}

impl Page for WorklistPage {
    fn title(&self) -> String {
        format!("Worklist: {}", self.list.title)
    }

    fn place(&self) -> &'static str {
        "/worklist"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Worklists", "/worklist")]
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.total, self.view.page, LINES);
        let plain = View { list: self.view.list.clone(), ..View::default() }.address();
        html! {
            @if !self.list.purpose.is_empty() { p class="nhsuk-lede-text" { "What to do: " (self.list.purpose) "." } }
            (filters("Narrow the list", &self.filter_groups()))
            p role="status" {
                strong { (words::counted(signed(self.total), "person", "people")) }
                @if self.view.narrowed() { ", narrowed. " a class="nhsuk-link" href=(plain) { "Show everyone" } }
            }
            @if self.people.is_empty() { (self.nobody()) } @else { (self.table(paging)) }
            (pagination(paging, |page| View { page, ..self.view.clone() }.address()))
            @if !self.list.source.is_empty() {
                (Details {
                    summary: "How people come to be on this list".into(),
                    content: html! {
                        @if !self.list.rule.is_empty() { p { (self.list.rule) } }
                        @if self.list.predicted {
                            p { "A predicted risk is an estimate from records. It does not say why, nor whom care will help; it knows nothing of what nobody recorded. It is for deciding with a person whether more help is wanted, never for refusing care." }
                        }
                        p { "Based on: " (self.list.source) "." }
                        @if !self.list.path.is_empty() {
                            p class="app-wrap" { "Definition: definitions/" (self.list.path) ", version " (self.list.version) ", " (self.list.owner) "." }
                        }
                    }.into(),
                    ..Details::default()
                })
            }
        }
    }
}

impl WorklistPage {
    fn nobody(&self) -> Markup {
        html! {
            p {
                @if self.view.narrowed() { "Nobody on the list is of this kind." }
                @else { "Nobody whom you may see is on this list today. It is made anew with every day's data." }
            }
        }
    }

    fn filter_groups(&self) -> Vec<FilterGroup> {
        let to = |change: &dyn Fn(&mut View)| {
            let mut view = View { page: 1, ..self.view.clone() };
            change(&mut view);
            view.address()
        };
        let lists = self.lists.iter().map(|(list, people)| {
            let words = format!("{} ({})", list.title, words::count(signed(*people)));
            FilterLink::new(words, to(&|view| view.list.clone_from(&list.name)), self.view.list == list.name)
        });
        let any_age = FilterLink::new("All ages", to(&|view| view.age = None), self.view.age.is_none());
        let ages = AgeBand::ALL.into_iter().map(|band| {
            FilterLink::new(band.label(), to(&|view| view.age = Some(band)), self.view.age == Some(band))
        });
        let any_group =
            FilterLink::new("All groups", to(&|view| view.group = None), self.view.group.is_none());
        let groups = self.groups.iter().map(|group| {
            FilterLink::new(
                format!("{}. {}", group.number, group.name),
                to(&|view| view.group = Some(group.number)),
                self.view.group == Some(group.number),
            )
        });
        let any_practice = FilterLink::new(
            "All practices",
            to(&|view| view.practice.clear()),
            self.view.practice.is_empty(),
        );
        let practices = self.practices.iter().map(|code| {
            FilterLink::new(
                self.names.of(code),
                to(&|view| view.practice.clone_from(code)),
                self.view.practice == *code,
            )
        });
        let several = self.practices.len() > 1 || !self.view.practice.is_empty();
        vec![
            FilterGroup { name: "List", links: lists.collect() },
            FilterGroup { name: "Age", links: std::iter::once(any_age).chain(ages).collect() },
            FilterGroup { name: "Group", links: std::iter::once(any_group).chain(groups).collect() },
            FilterGroup {
                name: "Practice",
                links: if several {
                    std::iter::once(any_practice).chain(practices).collect()
                } else {
                    Vec::new()
                },
            },
        ]
    }

    fn table(&self, paging: Paging) -> Table {
        let mut head: Vec<Head> = vec!["Person".into(), "Born".into(), "Why".into(), "Group".into()];
        let several = self.practices.len() > 1;
        if several {
            head.push("Practice".into());
        }
        let rows = self
            .people
            .iter()
            .map(|listed| {
                let mut row: Vec<Cell> = vec![
                    person_link(&listed.who).into(),
                    born(&listed.who, self.as_at).into(),
                    self.why(listed).into(),
                    self.group(listed.group).into(),
                ];
                if several {
                    row.push(self.names.of(&listed.who.practice).into());
                }
                row
            })
            .collect();
        Table {
            caption: format!("People, the most pressing first{}", paging.of_pages()).into(),
            head,
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    /// The reason, and the way to its rule and facts.
    fn why(&self, listed: &ListedPerson) -> Markup {
        let who = words::person_name(&listed.who.family_name, &listed.who.given_name);
        html! {
            (listed.reason) " "
            a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/people/" (listed.who.person) "/reasons#" (self.list.name) } {
                "Rule and facts" span class="nhsuk-u-visually-hidden" { " for " (who) }
            }
        }
    }

    fn group(&self, number: Option<u8>) -> String {
        let Some(number) = number else { return "Not worked out".to_owned() };
        match self.groups.iter().find(|group| group.number == number) {
            Some(group) => format!("{number}. {}", group.name),
            None => number.to_string(),
        }
    }
}

/// The user's own caseload, by name.
pub(crate) struct CaseloadPage {
    pub(crate) people: Vec<(PersonHit, NaiveDate)>,
    pub(crate) total: u64,
    pub(crate) page: u64,
    pub(crate) as_at: NaiveDate,
    pub(crate) names: Names,
}

impl Page for CaseloadPage {
    fn title(&self) -> String {
        "My caseload".to_owned()
    }

    fn place(&self) -> &'static str {
        "/caseload"
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.total, self.page, LINES);
        html! {
            p { strong { (words::counted(signed(self.total), "person", "people")) } " for whom you coordinate care. "
                "Whom to look at first is on the " a class="nhsuk-link" href="/worklist" { "worklists" } "." }
            @if self.people.is_empty() { p { "Nobody is on your caseload yet. Your team's manager adds people to it." } }
            @else { (self.table(paging)) }
            (pagination(paging, |page| format!("/caseload?page={page}")))
        }
    }
}

impl CaseloadPage {
    fn table(&self, paging: Paging) -> Table {
        Table {
            caption: format!("People on my caseload, by name{}", paging.of_pages()).into(),
            head: vec!["Person".into(), "Born".into(), "Practice".into(), "On my caseload since".into()],
            rows: self
                .people
                .iter()
                .map(|(who, since)| {
                    vec![
                        Cell::from(person_link(who)),
                        born(who, self.as_at).into(),
                        self.names.of(&who.practice).into(),
                        words::date(*since).into(),
                    ]
                })
                .collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
