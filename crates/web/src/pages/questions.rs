//! What people ask about accesses to their record: the governance lead's queue, and one question to answer.

use maud::{Markup, html};
use store::audit::Entry;
use store::questions::Question;

use super::accesses::{purpose_words, role_words};
use crate::components::nhs::{Button, Cell, Crumb, Head, Input, Row, SummaryList, Table, Tag, TagColour};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, crumb, post_form};
use crate::words;

/// Questions, those that wait first.
pub(crate) struct QuestionsPage {
    pub(crate) waiting: u64,
    pub(crate) questions: Vec<Question>,
}

/// Questions on the page: those that wait, and the latest answered.
pub(crate) const QUESTIONS: u64 = 100;

impl Page for QuestionsPage {
    fn title(&self) -> String {
        "Questions about accesses".to_owned()
    }

    fn place(&self) -> &'static str {
        "/audit"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Who looked at whom", "/audit")]
    }

    fn body(&self) -> Markup {
        let n = i64::try_from(self.waiting).unwrap_or(i64::MAX);
        html! {
            p { "People ask here why somebody looked at their record. They see your answer beside the access." }
            p { strong { (words::counted(n, "question waits", "questions wait")) " for an answer." } }
            @if !self.questions.is_empty() { (self.table()) }
        }
    }
}

impl QuestionsPage {
    fn table(&self) -> Table {
        let row = |question: &Question| {
            let link = html! {
                a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/audit/questions/" (question.id) } {
                    (words::moment(question.asked_at))
                }
            };
            let state = match &question.answer {
                Some((_, at)) => html! { (Tag::of(TagColour::Green, "Answered")) " " (words::moment(*at)) },
                None => html! { (Tag::of(TagColour::Orange, "Waits")) },
            };
            vec![
                Cell::from(link),
                question.person.to_string().into(),
                question.question.as_str().into(),
                state.into(),
            ]
        };
        Table {
            caption: "Questions, those that wait first".into(),
            head: ["Asked", "Person", "Question", "Answer"].map(Head::from).into(),
            rows: self.questions.iter().map(row).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}

/// One question.
pub(crate) struct QuestionPage {
    pub(crate) question: Question,
    pub(crate) about: Entry,
    pub(crate) answer: String,
    pub(crate) errors: Errors,
    pub(crate) names: Names,
    pub(crate) csrf: String,
}

impl Page for QuestionPage {
    fn title(&self) -> String {
        "A question about an access".to_owned()
    }

    fn place(&self) -> &'static str {
        "/audit"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Who looked at whom", "/audit"), crumb("Questions", "/audit/questions")]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        html! {
            (SummaryList { rows: self.facts(), ..SummaryList::default() })
            @match &self.question.answer {
                Some((answer, at)) => {
                    h2 class="nhsuk-heading-m" { "Your answer" }
                    p { (answer) }
                    p class="app-quiet" { (words::moment(*at)) }
                }
                None => (post_form(&format!("/audit/questions/{}", self.question.id), &self.csrf, &self.form())),
            }
        }
    }
}

impl QuestionPage {
    fn facts(&self) -> Vec<Row> {
        let about = &self.about;
        let access = html! {
            a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/audit/rows/" (about.id) } {
                (about.user_name) ", " (words::moment(about.at))
            }
            br;
            (role_words(&about.role))
            @if !about.organisation.is_empty() { ", " (self.names.of(&about.organisation)) }
            br;
            (about.action_label()) ", for " (purpose_words(&about.purpose))
        };
        vec![
            Row::new("Person", self.question.person.to_string()),
            Row::new("Asked", words::moment(self.question.asked_at)),
            Row::new("Question", self.question.question.as_str()),
            Row::new("About", access),
        ]
    }

    fn form(&self) -> Markup {
        html! {
            (Input {
                label: "Your answer to the person".into(),
                hint: "In plain English: who it was, what they did for the person, and what happens next. It cannot be changed later.".into(),
                name: "answer".to_owned(),
                value: Some(self.answer.clone()),
                autocomplete: "off".to_owned(),
                error_message: self.errors.message("answer"),
                ..Input::default()
            })
            (Button { content: "Send the answer".into(), prevent_double_click: Some(true), ..Button::default() })
        }
    }
}
