use maud::{Markup, PreEscaped, Render, html};

use super::{Attributes, Content, element};

/// A heading, as other components carry it.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Heading {
    pub(crate) content: Content,
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) level: Option<u8>,
    /// `s`, `m`, `l` or `xl`.
    pub(crate) size: String,
    pub(crate) classes: String,
    pub(crate) visually_hidden_text: String,
}

impl From<&str> for Heading {
    fn from(text: &str) -> Self {
        Self { content: text.into(), ..Self::default() }
    }
}

impl From<String> for Heading {
    fn from(text: String) -> Self {
        Self { content: text.into(), ..Self::default() }
    }
}

impl Heading {
    /// The heading element with the component's own class for it; nothing when there are no words.
    pub(crate) fn in_class(&self, class: &str, prefix: &str) -> Markup {
        let name = format!("h{}", self.level.unwrap_or(1));
        self.as_element(&name, class, prefix)
    }

    /// The same in another element, such as `caption` or `legend`.
    pub(crate) fn as_element(&self, name: &str, class: &str, prefix: &str) -> Markup {
        if self.content.is_empty() {
            return PreEscaped(String::new());
        }
        let mut classes = class.to_owned();
        if !self.size.is_empty() && !self.classes.contains(prefix) {
            classes = format!("{class} {prefix}{}", self.size);
        }
        if !self.classes.is_empty() {
            classes = format!("{classes} {}", self.classes);
        }
        let inside = html! {
            @if self.href.is_empty() { (self.content) }
            @else { a class="nhsuk-link" href=(self.href) { (self.content) } }
            @if !self.visually_hidden_text.is_empty() {
                span class="nhsuk-u-visually-hidden" { " " (self.visually_hidden_text) }
            }
        };
        element(name, Attributes::default().opt("class", &classes).opt("id", &self.id), inside)
    }
}

impl Render for Heading {
    fn render(&self) -> Markup {
        self.in_class("", "")
    }
}
