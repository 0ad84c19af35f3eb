//! Teams and who is in them; nothing of whom they look after.

use chrono::NaiveDate;
use maud::{Markup, html};
use store::teams::{Member, Team, TeamKind};

use super::accesses::role_words;
use crate::components::nhs::{Button, Cell, Crumb, Head, Input, Row, Select, SelectItem, SummaryList, Table};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, crumb, post_form};
use crate::words;

/// What was typed about a new team.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypedTeam {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) organisation: String,
}

/// Every team; for the lead a form for another.
pub(crate) struct TeamsPage {
    pub(crate) teams: Vec<Team>,
    pub(crate) may_change: bool,
    pub(crate) typed: TypedTeam,
    pub(crate) errors: Errors,
    pub(crate) csrf: String,
    pub(crate) names: Names,
}

impl Page for TeamsPage {
    fn title(&self) -> String {
        "Teams".to_owned()
    }

    fn place(&self) -> &'static str {
        "/teams"
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        html! {
            p { "Professionals of several organisations who look after the same people. Whoever is in a team may open the records of the people it looks after, as far as agreements cover their organisation." }
            @if self.teams.is_empty() { p { "There is no team yet." } } @else { (self.table()) }
            @if self.may_change {
                h2 class="nhsuk-heading-m" { "Make a team" }
                (post_form("/teams", &self.csrf, &self.fields()))
            }
        }
    }
}

fn text(name: &'static str, label: &str, value: &str, errors: &Errors) -> Input {
    Input {
        label: label.into(),
        id: name.to_owned(),
        name: name.to_owned(),
        value: Some(value.to_owned()),
        autocomplete: "off".to_owned(),
        spellcheck: Some(false),
        width: Some(20),
        error_message: errors.message(name),
        ..Input::default()
    }
}

impl TeamsPage {
    fn table(&self) -> Table {
        let row = |team: &Team| {
            let way = html! { a class="nhsuk-link" href={ "/teams/" (team.id) } { (team.name) } };
            let members = words::count(i64::try_from(team.members).unwrap_or(i64::MAX));
            vec![
                Cell::from(way),
                team.kind.label().into(),
                self.names.of(&team.organisation).into(),
                Cell { content: members.into(), format: "numeric".to_owned(), ..Cell::default() },
            ]
        };
        Table {
            caption: "Teams, by name".into(),
            head: vec![
                "Team".into(),
                "Kind".into(),
                "Home organisation".into(),
                Head::numeric("Members today"),
            ],
            rows: self.teams.iter().map(row).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn fields(&self) -> Markup {
        let item = |kind: TeamKind| SelectItem {
            content: kind.label().into(),
            value: Some(kind.name().to_owned()),
            ..SelectItem::default()
        };
        html! {
            (text("name", "What it is called", &self.typed.name, &self.errors))
            (Select {
                label: "Kind".into(),
                id: "kind".to_owned(),
                name: "kind".to_owned(),
                items: TeamKind::ALL.map(item).into(),
                value: self.typed.kind.clone(),
                ..Select::default()
            })
            (text("organisation", "Name or code of its home organisation", &self.typed.organisation, &self.errors))
            (Button { content: "Make the team".into(), ..Button::default() })
        }
    }
}

/// What was typed about a new member.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypedMember {
    pub(crate) user: String,
    pub(crate) since: String,
    pub(crate) until: String,
}

/// One team and all who were ever in it; for the lead forms to change that.
pub(crate) struct TeamPage {
    pub(crate) team: Team,
    pub(crate) members: Vec<Member>,
    pub(crate) today: NaiveDate,
    pub(crate) may_change: bool,
    pub(crate) typed: TypedMember,
    pub(crate) errors: Errors,
    pub(crate) csrf: String,
    pub(crate) names: Names,
}

impl Page for TeamPage {
    fn title(&self) -> String {
        self.team.name.clone()
    }

    fn place(&self) -> &'static str {
        "/teams"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Teams", "/teams")]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let members = i64::try_from(self.team.members).unwrap_or(i64::MAX);
        let rows = vec![
            Row::new("Kind", self.team.kind.label()),
            Row::new("Home organisation", self.names.of(&self.team.organisation)),
            Row::new("In it today", words::counted(members, "person", "people")),
        ];
        html! {
            (SummaryList { rows, ..SummaryList::default() })
            @if self.members.is_empty() { p { "Nobody is in this team yet." } } @else { (self.table()) }
            @if self.may_change {
                h2 class="nhsuk-heading-m" { "Add somebody" }
                p { "A care coordinator or a team member, for the organisation that they act for. When they move to another, add them again." }
                (post_form(&self.action(), &self.csrf, &self.fields()))
            }
        }
    }
}

impl TeamPage {
    fn action(&self) -> String {
        format!("/teams/{}", self.team.id)
    }

    fn table(&self) -> Table {
        let row = |member: &Member| {
            let mut cells = vec![
                Cell::from(member.name.as_str()),
                role_words(&member.role).into(),
                self.names.of(&member.organisation).into(),
                self.days(member).into(),
            ];
            if self.may_change {
                cells.push(self.leaving(member).into());
            }
            cells
        };
        let mut head: Vec<Head> =
            vec!["Name".into(), "Role".into(), "Organisation".into(), "In the team".into()];
        if self.may_change {
            head.push("Change".into());
        }
        Table {
            caption: "Who is, was or will be in the team".into(),
            head,
            rows: self.members.iter().map(row).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn days(&self, member: &Member) -> String {
        if member.until < member.since {
            return "Taken out on the first day".to_owned();
        }
        format!("{} to {}", words::short_date(member.since), words::short_date(member.until))
    }

    fn leaving(&self, member: &Member) -> Markup {
        let inside = html! {
            input type="hidden" name="do" value="end";
            input type="hidden" name="user" value=(member.user);
            (Button {
                content: html! { "Take out" span class="nhsuk-u-visually-hidden" { " " (member.name) } }.into(),
                variant: "secondary".to_owned(),
                small: true,
                ..Button::default()
            })
        };
        html! {
            @if member.until >= self.today { (post_form(&self.action(), &self.csrf, &inside)) }
            @else { "Has left" }
        }
    }

    fn fields(&self) -> Markup {
        html! {
            input type="hidden" name="do" value="add";
            (text("user", "Sign-in name", &self.typed.user, &self.errors))
            (text("since", "First day, such as 2026-12-01", &self.typed.since, &self.errors))
            (text("until", "Last day, such as 2027-11-30", &self.typed.until, &self.errors))
            (Button { content: "Add to the team".into(), ..Button::default() })
        }
    }
}
