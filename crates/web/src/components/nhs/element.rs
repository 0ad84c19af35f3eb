//! The small things that every component is built from.

use maud::{Escaper, Markup, PreEscaped, Render};
use std::fmt::Write as _;

/// What stands inside a component: text, which is escaped, or ready mark-up, which is not.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(rename_all = "lowercase"))]
pub(crate) enum Content {
    /// Nothing.
    #[default]
    Empty,
    /// Words.
    Text(String),
    /// Mark-up made by other components.
    #[cfg_attr(test, serde(deserialize_with = "ready_markup"))]
    Html(Markup),
}

#[cfg(test)]
fn ready_markup<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Markup, D::Error> {
    <String as serde::Deserialize>::deserialize(from).map(PreEscaped)
}

impl Content {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.is_empty(),
            Self::Html(html) => html.0.is_empty(),
        }
    }

    pub(crate) fn is_html(&self) -> bool {
        matches!(self, Self::Html(_))
    }

    /// This content, or these words when it is empty.
    pub(crate) fn or(&self, words: &str) -> Content {
        if self.is_empty() { words.into() } else { self.clone() }
    }

    /// The words without mark-up; blank for ready mark-up.
    pub(crate) fn words(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Empty | Self::Html(_) => "",
        }
    }
}

impl Render for Content {
    fn render_to(&self, buffer: &mut String) {
        match self {
            Self::Empty => {}
            Self::Text(text) => text.trim().render_to(buffer),
            Self::Html(html) => buffer.push_str(html.0.trim()),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Markup> for Content {
    fn from(html: Markup) -> Self {
        Self::Html(html)
    }
}

/// Attributes of an element, in order. A value of `None` is an attribute without a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes(Vec<(String, Option<String>)>);

#[cfg(test)]
impl<'de> serde::Deserialize<'de> for Attributes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<String, serde_json::Value>::deserialize(from)?;
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Ok(Self(map.into_iter().map(|(name, value)| (name, Some(text(value)))).collect()))
    }
}

impl Attributes {
    /// Starts with these classes.
    pub(crate) fn class(classes: impl Into<String>) -> Self {
        Self::default().set("class", classes)
    }

    /// Adds an attribute.
    pub(crate) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), Some(value.into())));
        self
    }

    /// Adds an attribute unless its value is blank.
    pub(crate) fn opt(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.set(name, value) }
    }

    /// Adds an attribute when it has a value, be it blank.
    pub(crate) fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an attribute without a value when this holds.
    pub(crate) fn flag(mut self, name: &str, holds: bool) -> Self {
        if holds {
            self.0.push((name.to_owned(), None));
        }
        self
    }

    /// Adds a true-or-false attribute when it has been said which.
    pub(crate) fn said(self, name: &str, value: Option<bool>) -> Self {
        match value {
            Some(value) => self.set(name, value.to_string()),
            None => self,
        }
    }

    /// Adds all of these.
    pub(crate) fn extend(mut self, others: &Self) -> Self {
        self.0.extend(others.0.iter().cloned());
        self
    }

    fn render_to(&self, buffer: &mut String) {
        for (name, value) in &self.0 {
            buffer.push(' ');
            buffer.push_str(name);
            if let Some(value) = value {
                buffer.push_str("=\"");
                // Writing to a string does not fail.
                let _ = Escaper::new(buffer).write_str(value);
                buffer.push('"');
            }
        }
    }
}

/// An element whose name or attributes are not known until it is drawn.
pub(crate) fn element(name: &str, attributes: Attributes, inside: impl Render) -> Markup {
    let mut html = String::new();
    html.push('<');
    html.push_str(name);
    attributes.render_to(&mut html);
    html.push('>');
    inside.render_to(&mut html);
    html.push_str("</");
    html.push_str(name);
    html.push('>');
    PreEscaped(html)
}

/// An element that has no inside and no end tag.
pub(crate) fn void(name: &str, attributes: Attributes) -> Markup {
    let mut html = String::new();
    html.push('<');
    html.push_str(name);
    attributes.render_to(&mut html);
    html.push('>');
    PreEscaped(html)
}

/// A component's own class, then those modifiers that hold and are not already among the caller's classes, then the
/// caller's classes.
pub(crate) fn class_names(own: &str, modifiers: &[(bool, &str)], classes: &str) -> String {
    let mut all = own.to_owned();
    for (holds, modifier) in modifiers {
        if *holds && !classes.contains(modifier) {
            all.push(' ');
            all.push_str(modifier);
        }
    }
    if !classes.is_empty() {
        all.push(' ');
        all.push_str(classes);
    }
    all
}
