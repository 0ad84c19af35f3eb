use maud::{Markup, Render, html};

use super::{Attributes, Content, class_names, element};

/// What is wrong with one field.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct ErrorMessage {
    pub(crate) content: Content,
    pub(crate) id: String,
    pub(crate) classes: String,
    pub(crate) visually_hidden_text: Option<String>,
}

impl From<&str> for ErrorMessage {
    fn from(text: &str) -> Self {
        Self { content: text.into(), ..Self::default() }
    }
}

impl Render for ErrorMessage {
    fn render(&self) -> Markup {
        let own = Attributes::class(class_names("nhsuk-error-message", &[], &self.classes));
        let before = self.visually_hidden_text.as_deref().unwrap_or("Error");
        let inside = html! {
            @if !before.is_empty() { span class="nhsuk-u-visually-hidden" { (before) ": " } }
            (self.content)
        };
        element("span", own.opt("id", &self.id), inside)
    }
}

/// Help that stands with one field.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Hint {
    pub(crate) content: Content,
    pub(crate) id: String,
    pub(crate) classes: String,
}

impl From<&str> for Hint {
    fn from(text: &str) -> Self {
        Self { content: text.into(), ..Self::default() }
    }
}

impl Render for Hint {
    fn render(&self) -> Markup {
        let own = Attributes::class(class_names("nhsuk-hint", &[], &self.classes));
        element("div", own.opt("id", &self.id), &self.content)
    }
}

/// Words set apart from the text around them.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct InsetText {
    pub(crate) content: Content,
    pub(crate) id: String,
}

impl Render for InsetText {
    fn render(&self) -> Markup {
        let inside = html! {
            span class="nhsuk-u-visually-hidden" { "Information: " }
            @if self.content.is_html() { (self.content) } @else { p { (self.content) } }
        };
        element("div", Attributes::class("nhsuk-inset-text").opt("id", &self.id), inside)
    }
}
