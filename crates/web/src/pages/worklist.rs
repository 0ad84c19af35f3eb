//! Case-finding lists and caseloads: who to look at, and why.

use chrono::NaiveDate;
use maud::{Markup, html};
use model::{NhsNumber, PersonId, age_on};

use crate::components::nhs::{Cell, Details, Table};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::names::Names;
use crate::page::Page;
use crate::paging::{Paging, pagination};
use crate::words;

/// A list of people, each with the reasons.
pub(crate) struct WorklistPage {
    /// A caseload is the user's own; a worklist comes from case finding.
    pub(crate) kind: Kind,
    pub(crate) view: View,
    /// Lists to choose from: name, title, people on it.
    pub(crate) lists: Vec<(String, String, i64)>,
    /// What the chosen list is for and how it is made.
    pub(crate) purpose: String,
    /// Population groups to choose from: number and name.
    pub(crate) groups: Vec<(u8, String)>,
    /// Practices to choose from, by code.
    pub(crate) practices: Vec<String>,
    pub(crate) total: u64,
    pub(crate) lines: Vec<Line>,
    pub(crate) as_at: NaiveDate,
    pub(crate) names: Names,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Worklist,
    Caseload,
}

impl Kind {
    fn address(self) -> &'static str {
        match self {
            Self::Worklist => "/worklist",
            Self::Caseload => "/caseload",
        }
    }
}

/// One person on the list.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) person: PersonId,
    pub(crate) family_name: String,
    pub(crate) given_name: String,
    pub(crate) nhs_number: Option<NhsNumber>,
    pub(crate) birth_date: Option<NaiveDate>,
    pub(crate) practice: String,
    pub(crate) group: Option<u8>,
    /// In words, the weightiest first.
    pub(crate) reasons: Vec<String>,
    /// On the caseload since.
    pub(crate) since: Option<NaiveDate>,
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
    pub(crate) fn ages(self) -> (u32, u32) {
        match self {
            Self::Under18 => (0, 17),
            Self::To64 => (18, 64),
            Self::To74 => (65, 74),
            Self::To84 => (75, 84),
            Self::From85 => (85, 200),
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.name() == name)
    }
}

/// People on a page of the list.
pub(crate) const LINES: u64 = 25;

impl View {
    fn address(&self, kind: Kind) -> String {
        let mut parts = Vec::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                parts.push(format!("{name}={value}"));
            }
        };
        add("list", &self.list);
        add("practice", &self.practice);
        add("group", &self.group.map(|group| group.to_string()).unwrap_or_default());
        add("age", self.age.map_or("", AgeBand::name));
        if self.page > 1 {
            add("page", &self.page.to_string());
        }
        if parts.is_empty() {
            kind.address().to_owned()
        } else {
            format!("{}?{}", kind.address(), parts.join("&"))
        }
    }
}

impl Page for WorklistPage {
    fn title(&self) -> String {
        match self.kind {
            Kind::Caseload => "My caseload".to_owned(),
            Kind::Worklist => {
                self.list_title().map_or_else(|| "Worklist".to_owned(), |title| format!("Worklist: {title}"))
            }
        }
    }

    fn place(&self) -> &'static str {
        self.kind.address()
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.total, self.view.page, LINES);
        let total = i64::try_from(self.total).unwrap_or(i64::MAX);
        html! {
            (filters("Narrow the list", &self.filter_groups()))
            p role="status" {
                strong { (words::counted(total, "person", "people")) }
                @if self.view.narrowed() { ", narrowed. " a class="nhsuk-link" href=(self.plain()) { "Show everyone" } }
            }
            @if !self.purpose.is_empty() {
                (Details {
                    summary: "How people come to be on this list".into(),
                    content: html! { p { (self.purpose) } }.into(),
                    ..Details::default()
                })
            }
            @if self.lines.is_empty() { (self.nobody()) } @else { (self.table(paging)) }
            (pagination(paging, |page| View { page, ..self.view.clone() }.address(self.kind)))
        }
    }
}

impl View {
    fn narrowed(&self) -> bool {
        !self.practice.is_empty() || self.group.is_some() || self.age.is_some()
    }
}

impl WorklistPage {
    fn list_title(&self) -> Option<&str> {
        self.lists.iter().find(|(name, _, _)| *name == self.view.list).map(|(_, title, _)| title.as_str())
    }

    fn plain(&self) -> String {
        View { list: self.view.list.clone(), ..View::default() }.address(self.kind)
    }

    fn nobody(&self) -> Markup {
        html! {
            p {
                @if self.view.narrowed() { "Nobody on the list is of this kind. Show everyone, or choose another kind." }
                @else if self.kind == Kind::Caseload { "Nobody is on your caseload yet. Your team's manager adds people to it." }
                @else { "Nobody is on this list today. It is made anew with every day's data." }
            }
        }
    }

    fn filter_groups(&self) -> Vec<FilterGroup> {
        let to = |change: &dyn Fn(&mut View)| {
            let mut view = View { page: 1, ..self.view.clone() };
            change(&mut view);
            view.address(self.kind)
        };
        let mut groups = Vec::new();
        let all_lists =
            FilterLink::new("All reasons", to(&|view| view.list.clear()), self.view.list.is_empty());
        let lists = self.lists.iter().map(|(name, title, people)| {
            FilterLink::new(
                format!("{title} ({})", words::count(*people)),
                to(&|view| view.list.clone_from(name)),
                self.view.list == *name,
            )
        });
        groups.push(FilterGroup { name: "List", links: std::iter::once(all_lists).chain(lists).collect() });
        let any_age = FilterLink::new("All ages", to(&|view| view.age = None), self.view.age.is_none());
        let ages = AgeBand::ALL.into_iter().map(|band| {
            FilterLink::new(band.label(), to(&|view| view.age = Some(band)), self.view.age == Some(band))
        });
        groups.push(FilterGroup { name: "Age", links: std::iter::once(any_age).chain(ages).collect() });
        let any_group =
            FilterLink::new("All groups", to(&|view| view.group = None), self.view.group.is_none());
        let population = self.groups.iter().map(|(number, name)| {
            FilterLink::new(
                format!("{number}. {name}"),
                to(&|view| view.group = Some(*number)),
                self.view.group == Some(*number),
            )
        });
        groups.push(FilterGroup {
            name: "Group",
            links: std::iter::once(any_group).chain(population).collect(),
        });
        if self.practices.len() > 1 {
            let any = FilterLink::new(
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
            groups.push(FilterGroup {
                name: "Practice",
                links: std::iter::once(any).chain(practices).collect(),
            });
        }
        groups
    }

    fn table(&self, paging: Paging) -> Table {
        let several_practices = self.practices.len() > 1;
        let caseload = self.kind == Kind::Caseload;
        let mut head = vec!["Person".into(), "Born".into(), "Why".into(), "Group".into()];
        if several_practices {
            head.push("Practice".into());
        }
        if caseload {
            head.push("On caseload since".into());
        }
        let rows = self
            .lines
            .iter()
            .map(|line| {
                let mut row =
                    vec![self.who(line), self.born(line), why(line).into(), self.group(line).into()];
                if several_practices {
                    row.push(self.names.of(&line.practice).into());
                }
                if caseload {
                    row.push(words::date_or(line.since, "Not known").into());
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

    fn who(&self, line: &Line) -> Cell {
        html! {
            a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/people/" (line.person) } {
                (words::person_name(&line.family_name, &line.given_name))
            }
            br;
            span class="app-quiet" { (words::nhs_number(line.nhs_number)) }
        }
        .into()
    }

    fn born(&self, line: &Line) -> Cell {
        let Some(birth) = line.birth_date else { return "Not known".into() };
        let age = age_on(birth, self.as_at).map_or_else(String::new, |age| format!(" (aged {age})"));
        format!("{}{age}", words::short_date(birth)).into()
    }

    fn group(&self, line: &Line) -> String {
        let Some(number) = line.group else { return "Not worked out".to_owned() };
        match self.groups.iter().find(|(n, _)| *n == number) {
            Some((_, name)) => format!("{number}. {name}"),
            None => number.to_string(),
        }
    }
}

/// The weightiest reasons; the record has the rest.
const REASONS: usize = 3;

fn why(line: &Line) -> Markup {
    let more = line.reasons.len().saturating_sub(REASONS);
    html! {
        @if line.reasons.is_empty() { "No reason today" }
        @else {
            ul class="app-reasons" {
                @for reason in line.reasons.iter().take(REASONS) { li { (reason) } }
                @if more > 0 { li { "and " (more) " more in the record" } }
            }
        }
    }
}
