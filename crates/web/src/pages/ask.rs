//! The person asks about one access to their record.

use care::own_record::Looked;
use maud::{Markup, html};

use super::accesses::{did, who};
use crate::components::nhs::{Button, Crumb, Input, Row, SummaryList};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, crumb, post_form};
use crate::words;

/// The question.
pub(crate) struct AskPage {
    pub(crate) looked: Looked,
    pub(crate) question: String,
    pub(crate) errors: Errors,
    pub(crate) names: Names,
    pub(crate) csrf: String,
}

impl Page for AskPage {
    fn title(&self) -> String {
        "Ask about this look at my record".to_owned()
    }

    fn place(&self) -> &'static str {
        "/my-record/accesses"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("My record", "/my-record"), crumb("Who looked at it", "/my-record/accesses")]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let rows = vec![
            Row::new("When", words::moment(self.looked.at)),
            Row::new("Who", who(&self.looked, &self.names)),
            Row::new("What they did", did(&self.looked)),
            Row::new("Why they may", self.looked.why.as_str()),
        ];
        html! {
            (SummaryList { rows, ..SummaryList::default() })
            (post_form(&format!("/my-record/accesses/{}/ask", self.looked.row), &self.csrf, &self.form()))
        }
    }
}

impl AskPage {
    fn form(&self) -> Markup {
        html! {
            (Input {
                label: "What would you like to know?".into(),
                hint: "The information-governance lead reads it and answers here. They see your question and this access, not your record.".into(),
                name: "question".to_owned(),
                value: Some(self.question.clone()),
                autocomplete: "off".to_owned(),
                error_message: self.errors.message("question"),
                ..Input::default()
            })
            (Button { content: "Send the question".into(), prevent_double_click: Some(true), ..Button::default() })
        }
    }
}
