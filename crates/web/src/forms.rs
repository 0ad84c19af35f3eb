//! What was typed, and what is wrong with it.

use maud::{Markup, Render, html};

use crate::components::nhs::{ErrorItem, ErrorMessage, ErrorSummary};

/// What is wrong with a form: the field's id and a sentence that says how to put it right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errors(Vec<(&'static str, String)>);

impl Errors {
    pub(crate) fn add(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.0.push((field, sentence.into()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The message that stands with this field; blank when it is right.
    pub(crate) fn message(&self, field: &str) -> ErrorMessage {
        self.0
            .iter()
            .find(|(name, _)| *name == field)
            .map_or_else(ErrorMessage::default, |(_, sentence)| sentence.as_str().into())
    }
}

/// The summary that stands above the heading; nothing when all is right.
pub(crate) fn error_summary(errors: &Errors) -> Markup {
    if errors.is_empty() {
        return html! {};
    }
    ErrorSummary {
        heading: "There is a problem".into(),
        error_list: errors
            .0
            .iter()
            .map(|(field, sentence)| ErrorItem {
                content: sentence.as_str().into(),
                href: format!("#{field}"),
            })
            .collect(),
        ..ErrorSummary::default()
    }
    .render()
}

/// An address of ours to go to after signing in. Anything else, such as another site's, is the home page.
pub(crate) fn own_address(next: &str) -> &str {
    let plain = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn only_own_addresses_are_gone_to() {
        assert_eq!(own_address("/worklist?page=2"), "/worklist?page=2");
        for other in
            ["https://x.example", "//x.example", "/\\x.example", "", "javascript:alert(1)", "/a b", "/a\nb"]
        {
            assert_eq!(own_address(other), "/", "{other}");
        }
    }
}
