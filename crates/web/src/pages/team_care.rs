//! The people under the care of the user's teams, and referring one person to a team.

use care::teams::TeamsOf;
use chrono::NaiveDate;
use maud::{Markup, html};
use model::PersonId;
use store::team_care::{CareOfTeam, UnderCare};

use super::record::{person_banner, person_views};
use crate::components::nhs::{
    Button, Cell, Crumb, ErrorMessage, Head, Input, Row, Select, SelectItem, SummaryList, Table,
};
use crate::components::ours::{born, left_out, person_link};
use crate::forms::{Errors, error_summary};
use crate::names::Names;
use crate::page::{Page, crumb, post_form};
use crate::paging::{Paging, pagination};
use crate::words;

/// The people under the care of the user's teams, by name.
pub(crate) struct TeamListPage {
    pub(crate) lines: Vec<UnderCare>,
    pub(crate) total: u64,
    pub(crate) page: u64,
    pub(crate) as_at: NaiveDate,
    pub(crate) names: Names,
}

/// Lines on a page of the list.
pub(crate) const LINES: u64 = 25;

impl Page for TeamListPage {
    fn title(&self) -> String {
        "My team".to_owned()
    }

    fn place(&self) -> &'static str {
        "/team"
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.total, self.page, LINES);
        let total = i64::try_from(self.total).unwrap_or(i64::MAX);
        html! {
            p { strong { (words::counted(total, "referral", "referrals")) } " to your teams whose care goes on today. "
                a class="nhsuk-link" href="/teams" { "Teams and who is in them" } }
            @if self.lines.is_empty() {
                p { "Nobody whom you may see is under the care of a team of yours today. A person's GP, care coordinator or team refers them from their record." }
            } @else { (self.table(paging)) }
            (pagination(paging, |page| format!("/team?page={page}")))
        }
    }
}

impl TeamListPage {
    fn table(&self, paging: Paging) -> Table {
        let row = |line: &UnderCare| {
            vec![
                Cell::from(person_link(&line.who)),
                born(&line.who, self.as_at).into(),
                self.names.of(&line.who.practice).into(),
                line.reason.as_str().into(),
                line.referred_by.as_str().into(),
                line.team.as_str().into(),
                words::short_date(line.since).into(),
                words::short_date(line.until).into(),
            ]
        };
        Table {
            caption: format!("People under the care of my teams, by name{}", paging.of_pages()).into(),
            head: ["Person", "Born", "Practice", "Why", "Referred by", "Team", "Since", "Until"]
                .map(Head::from)
                .into(),
            rows: self.lines.iter().map(row).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

/// What was typed to refer somebody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) team: String,
    pub(crate) reason: String,
    pub(crate) until: String,
}

/// The teams that look after one person; referring them to another, and ending a team's care.
pub(crate) struct PersonTeamsPage {
    pub(crate) person: PersonId,
    pub(crate) teams: TeamsOf,
    pub(crate) typed: Typed,
    pub(crate) errors: Errors,
    pub(crate) csrf: String,
    pub(crate) names: Names,
}

impl Page for PersonTeamsPage {
    fn title(&self) -> String {
        "Teams".to_owned()
    }

    fn place(&self) -> &'static str {
        "/people"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Shared record", format!("/people/{}", self.person))]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn before_heading(&self) -> Markup {
        html! {
            (error_summary(&self.errors))
            (person_banner(&self.teams.shared, &self.names))
            (person_views(self.person, "teams"))
        }
    }

    fn body(&self) -> Markup {
        html! {
            (left_out(&self.teams.shared.left_out, &self.names))
            p { "Whoever is in a team may open the record of the people it looks after, as far as agreements cover their organisation and the person has not said no. The person reads your reasons." }
            h2 class="nhsuk-heading-m" { "Looked after by" }
            @if self.teams.care.is_empty() { p { "No team looks after this person today." } }
            @for care in &self.teams.care { (self.ending(care)) }
            h2 class="nhsuk-heading-m" { "Refer to a team" }
            @if self.teams.all.is_empty() { p { "There is no team yet. The information-governance lead makes one." } }
            @else { (post_form(&self.action(), &self.csrf, &self.referral())) }
        }
    }
}

impl PersonTeamsPage {
    fn action(&self) -> String {
        format!("/people/{}/teams", self.person)
    }

    fn ending(&self, care: &CareOfTeam) -> Markup {
        let wrong = self.typed.team == care.team.to_string();
        // The summary of what is wrong leads to the one that was sent.
        let id = if wrong { "ended".to_owned() } else { format!("ended-{}", care.team) };
        let inside = html! {
            input type="hidden" name="do" value="end";
            input type="hidden" name="team" value=(care.team);
            (Input {
                label: format!("Why the care of {} ends", care.name).as_str().into(),
                id,
                name: "ended".to_owned(),
                autocomplete: "off".to_owned(),
                error_message: if wrong { self.errors.message("ended") } else { ErrorMessage::default() },
                ..Input::default()
            })
            (Button { content: html! { "End the care of " (care.name) }.into(), variant: "secondary".to_owned(), ..Button::default() })
        };
        html! {
            section class="app-section" aria-label=(care.name) {
                (team_summary(care, &self.names))
                (post_form(&self.action(), &self.csrf, &inside))
            }
        }
    }

    fn referral(&self) -> Markup {
        let item = |words: String, value: String| SelectItem {
            content: words.as_str().into(),
            value: Some(value),
            ..SelectItem::default()
        };
        let free = |id: i64| !self.teams.care.iter().any(|care| care.team == id);
        let mut items = vec![item("Choose".to_owned(), String::new())];
        items.extend(self.teams.all.iter().filter(|team| free(team.id)).map(|team| {
            item(format!("{}, {}", team.name, self.names.of(&team.organisation)), team.id.to_string())
        }));
        let text = |name: &'static str, label: &str, value: &str| Input {
            label: label.into(),
            id: name.to_owned(),
            name: name.to_owned(),
            value: Some(value.to_owned()),
            autocomplete: "off".to_owned(),
            error_message: self.errors.message(name),
            ..Input::default()
        };
        html! {
            input type="hidden" name="do" value="refer";
            (Select {
                label: "Team".into(),
                id: "team".to_owned(),
                name: "team".to_owned(),
                items,
                value: self.typed.team.clone(),
                error_message: self.errors.message("team"),
                ..Select::default()
            })
            (Input { hint: "In a sentence, as you would say it to the person: they will read it.".into(), ..text("reason", "Why", &self.typed.reason) })
            (Input { width: Some(10), ..text("until", "Last day of the team's care, such as 2027-03-31", &self.typed.until) })
            (Button { content: "Refer".into(), prevent_double_click: Some(true), ..Button::default() })
        }
    }
}

/// One team that looks after a person, in a few lines.
fn team_summary(care: &CareOfTeam, names: &Names) -> SummaryList {
    let organisations: Vec<&str> = care.organisations.iter().map(|code| names.of(code)).collect();
    let organisations =
        if organisations.is_empty() { "Nobody is in it today".to_owned() } else { organisations.join(", ") };
    let days = format!("{} to {}", words::date(care.since), words::date(care.until));
    let rows = vec![
        Row::new("Team", care.name.as_str()),
        Row::new("Its staff are of", organisations),
        Row::new("From and to", days),
        Row::new("Why", care.reason.as_str()),
        Row::new("Referred by", care.referred_by.as_str()),
    ];
    SummaryList { rows, ..SummaryList::default() }
}

/// The teams that look after a person, on a page of theirs; nothing when none does.
pub(crate) fn looked_after(care: &[CareOfTeam], names: &Names, heading: &str) -> Markup {
    html! {
        @if !care.is_empty() {
            section class="app-section" aria-labelledby="teams" {
                h2 class="nhsuk-heading-m" id="teams" { (heading) }
                @for care in care { (team_summary(care, names)) }
            }
        }
    }
}
