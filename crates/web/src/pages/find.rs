//! Finding a person: by NHS number, or by name, date of birth and postcode. What is typed never stands in an address.

use maud::{Markup, html};
use store::people::PersonHit;

use crate::components::nhs::{
    Button, Card, DateInput, DateValues, Details, Fieldset, Input, Row, SummaryList,
};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, post_form};
use crate::words;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search {
    pub(crate) nhs_number: String,
    pub(crate) family_name: String,
    pub(crate) given_name: String,
    pub(crate) postcode: String,
    pub(crate) day: String,
    pub(crate) month: String,
    pub(crate) year: String,
}

/// The search and, once asked, what it found.
#[derive(Default)]
pub(crate) struct FindPage {
    pub(crate) search: Search,
    pub(crate) found: Option<Vec<PersonHit>>,
    /// There were more than are shown.
    pub(crate) more: bool,
    pub(crate) errors: Errors,
    pub(crate) csrf: String,
    pub(crate) names: Names,
}

impl Page for FindPage {
    fn title(&self) -> String {
        "Find a person".to_owned()
    }

    fn place(&self) -> &'static str {
        "/people"
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        html! {
            @if let Some(found) = &self.found {
                h2 class="nhsuk-heading-m" id="results" role="status" { (self.outcome(found.len())) }
                @for person in found { (self.card(person)) }
                @if found.is_empty() { (no_one()) }
                (Details {
                    summary: "Search again".into(),
                    content: self.forms().into(),
                    open: found.is_empty(),
                    ..Details::default()
                })
            } @else { (self.forms()) }
        }
    }
}

impl FindPage {
    fn outcome(&self, found: usize) -> String {
        match (found, self.more) {
            (0, _) => "Nobody found".to_owned(),
            (n, true) => {
                format!("The first {n} people found: add a date of birth or a postcode to narrow the search")
            }
            (n, false) => {
                let n = i64::try_from(n).unwrap_or(i64::MAX);
                format!("{} found", words::counted(n, "person", "people"))
            }
        }
    }

    fn card(&self, found: &PersonHit) -> Card {
        let mut rows = vec![
            Row::new("Born", words::date_or(found.birth_date, "Not known")),
            Row::new("NHS number", words::nhs_number(found.nhs_number)),
            Row::new("Postcode", found.postcode.as_str()),
            Row::new("Practice", self.names.of(&found.practice)),
        ];
        if let Some(day) = found.death_date {
            rows.insert(1, Row::new("Died", words::date(day)));
        }
        Card {
            heading: crate::components::nhs::Heading {
                size: "s".to_owned(),
                level: Some(3),
                ..words::person_name(&found.family_name, &found.given_name).into()
            },
            href: format!("/people/{}", found.person),
            clickable: true,
            description: html! { (SummaryList { rows, border: Some(false), ..SummaryList::default() }) }
                .into(),
            ..Card::default()
        }
    }

    fn forms(&self) -> Markup {
        let by_number = html! {
            (Input {
                label: crate::components::nhs::Label { size: "m".to_owned(), ..crate::components::nhs::Label::from("NHS number") },
                hint: "10 digits, such as 999 123 4567".into(),
                id: "nhs_number".to_owned(),
                name: "nhs_number".to_owned(),
                value: Some(self.search.nhs_number.clone()),
                inputmode: "numeric".to_owned(),
                spellcheck: Some(false),
                autocomplete: "off".to_owned(),
                width: Some(10),
                code: true,
                error_message: self.errors.message("nhs_number"),
                ..Input::default()
            })
            (Button { content: "Find by NHS number".into(), name: "by".to_owned(), value: Some("number".to_owned()), ..Button::default() })
        };
        html! {
            div class="nhsuk-grid-row" {
                div class="nhsuk-grid-column-two-thirds" {
                    (post_form("/people", &self.csrf, &by_number))
                    h2 class="nhsuk-heading-m" { "If you do not have the NHS number" }
                    (post_form("/people", &self.csrf, &self.by_name()))
                    p { "Each search is written down, with your name. You see people whom your role and organisation may see." }
                }
            }
        }
    }

    fn by_name(&self) -> Markup {
        let field = |label: &str, name: &'static str, value: &str, width: u8| Input {
            label: label.into(),
            name: name.to_owned(),
            value: Some(value.to_owned()),
            spellcheck: Some(false),
            autocomplete: "off".to_owned(),
            width: Some(width),
            error_message: self.errors.message(name),
            ..Input::default()
        };
        let part = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        html! {
            (field("Family name", "family_name", &self.search.family_name, 20))
            (field("Given name (may be left blank)", "given_name", &self.search.given_name, 20))
            (DateInput {
                id: "birth".to_owned(),
                fieldset: Some(Fieldset { legend: "Date of birth".into(), ..Fieldset::default() }),
                hint: "For example, 31 3 1946".into(),
                error_message: self.errors.message("birth-day"),
                values: DateValues {
                    day: part(&self.search.day),
                    month: part(&self.search.month),
                    year: part(&self.search.year),
                },
                ..DateInput::default()
            })
            (field("Postcode (may be left blank)", "postcode", &self.search.postcode, 10))
            (Button { content: "Find by name".into(), name: "by".to_owned(), value: Some("name".to_owned()), ..Button::default() })
        }
    }
}

fn no_one() -> Markup {
    html! {
        p { "Either nobody matches, or the person is outside what your role and organisation may see. Try:" }
        ul class="nhsuk-list nhsuk-list--bullet" {
            li { "the NHS number, read back digit by digit" }
            li { "another spelling of the family name, or the name before marriage" }
            li { "day and month the other way round" }
        }
        p { "If somebody's care cannot wait and you may not see them here, you may " a class="nhsuk-link" href="/emergency" { "open their record in an emergency" } "." }
    }
}
