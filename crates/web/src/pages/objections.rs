//! What people have asked for: how many, and recording it for somebody.

use maud::{Markup, html};
use model::Objection;

use crate::components::nhs::{
    Button, Cell, Checkboxes, Choice, Head, Input, InsetText, Select, SelectItem, Table,
};
use crate::forms::Errors;
use crate::page::{Page, post_form};
use crate::session::Posted;
use crate::words;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) nhs_number: String,
    pub(crate) kind: String,
    pub(crate) organisation: String,
    pub(crate) user: String,
    pub(crate) until: String,
    pub(crate) taken_back: bool,
}

impl Typed {
    pub(crate) fn of(form: &Posted) -> Self {
        Self {
            nhs_number: form.get("nhs_number").to_owned(),
            kind: form.get("kind").to_owned(),
            organisation: form.get("organisation").to_owned(),
            user: form.get("user").to_owned(),
            until: form.get("until").to_owned(),
            taken_back: !form.ticked("taken_back").is_empty(),
        }
    }
}

/// The page.
pub(crate) struct ObjectionsPage {
    /// Name of the objection, and how many people.
    pub(crate) counts: Vec<(String, u64)>,
    pub(crate) typed: Typed,
    /// What became of the last recording.
    pub(crate) done: Option<&'static str>,
    pub(crate) errors: Errors,
    pub(crate) csrf: String,
}

/// Every objection, and what it takes the person out of.
fn kinds() -> impl Iterator<Item = (Objection, &'static str)> {
    [
        (
            Objection::Sharing,
            "Records and lists of everybody but the practice, which sees its own part; at once",
        ),
        (Objection::Organisation(String::new()), "Records and lists of that organisation; at once"),
        (Objection::Planning, "Every figure and every file for analysts; at once"),
        (Objection::NationalOptOut, "Every figure and every file for analysts; at once, and after death too"),
        (Objection::Type1, "Every figure and every file for analysts; at once"),
    ]
    .into_iter()
}

impl Page for ObjectionsPage {
    fn title(&self) -> String {
        "Objections".to_owned()
    }

    fn place(&self) -> &'static str {
        "/objections"
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        html! {
            @if let Some(done) = self.done {
                (InsetText { content: html! { p role="status" { (done) } }.into(), ..InsetText::default() })
            }
            (self.table())
            h2 class="nhsuk-heading-m" { "Record what somebody has asked for" }
            p { "Nothing of their record is shown. That it was recorded is written down where the person can read it." }
            (post_form("/objections", &self.csrf, &self.fields()))
        }
    }
}

impl ObjectionsPage {
    fn table(&self) -> Table {
        let people = |objection: &Objection| {
            let found = self.counts.iter().find(|(name, _)| name == objection.name());
            words::count(found.map_or(0, |(_, n)| i64::try_from(*n).unwrap_or(i64::MAX)))
        };
        let rows = kinds()
            .map(|(objection, effect)| {
                vec![
                    Cell::from(objection.label()),
                    Cell {
                        content: people(&objection).into(),
                        format: "numeric".to_owned(),
                        ..Cell::default()
                    },
                    effect.into(),
                ]
            })
            .collect();
        Table {
            caption: "What people have asked for".into(),
            head: vec!["Objection".into(), Head::numeric("People"), "Takes them out of".into()],
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn fields(&self) -> Markup {
        let typed = &self.typed;
        let text = |name: &'static str, label: &str, value: &str, width: u8| Input {
            label: label.into(),
            id: name.to_owned(),
            name: name.to_owned(),
            value: Some(value.to_owned()),
            autocomplete: "off".to_owned(),
            spellcheck: Some(false),
            width: Some(width),
            error_message: self.errors.message(name),
            ..Input::default()
        };
        let item = |words: &str, value: &str| SelectItem {
            content: words.into(),
            value: Some(value.to_owned()),
            ..SelectItem::default()
        };
        let mut items = vec![item("Choose", "")];
        items.extend(kinds().map(|(objection, _)| item(objection.label(), objection.name())));
        items.push(item("Somebody acts for them (proxy)", "proxy"));
        html! {
            (Input { inputmode: "numeric".to_owned(), ..text("nhs_number", "NHS number of the person", &typed.nhs_number, 10) })
            (Select {
                label: "What they have asked for".into(),
                id: "kind".to_owned(),
                name: "kind".to_owned(),
                items,
                value: typed.kind.clone(),
                error_message: self.errors.message("kind"),
                ..Select::default()
            })
            (text("organisation", "Name or code of the organisation, if it is about one", &typed.organisation, 30))
            (text("user", "Sign-in name of who acts for them, if it is a proxy", &typed.user, 20))
            (text("until", "Last day of the proxy, such as 2027-03-31", &typed.until, 10))
            (Checkboxes {
                name: "taken_back".to_owned(),
                id_prefix: "taken_back".to_owned(),
                items: vec![Choice { content: "They have taken it back".into(), name: "taken_back.yes".to_owned(), value: "yes".to_owned(), ..Choice::default() }],
                values: if typed.taken_back { vec!["yes".to_owned()] } else { Vec::new() },
                ..Checkboxes::default()
            })
            (Button { content: "Record".into(), ..Button::default() })
        }
    }
}
