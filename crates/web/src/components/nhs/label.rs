use maud::{Markup, PreEscaped, Render, html};

use super::{Attributes, Content, Heading, class_names, element};

/// What a field is called.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Label {
    pub(crate) content: Content,
    /// The field's id; the field fills it in.
    #[cfg_attr(test, serde(rename = "for"))]
    pub(crate) target: String,
    /// `s`, `m`, `l` or `xl`.
    pub(crate) size: String,
    /// When the label is also a heading of the page.
    pub(crate) heading: Option<Heading>,
    pub(crate) is_page_heading: bool,
    pub(crate) id: String,
    pub(crate) classes: String,
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self { content: text.into(), ..Self::default() }
    }
}

impl Label {
    /// The label for the field of this id.
    pub(crate) fn of(&self, target: &str) -> Self {
        let mut label = self.clone();
        if label.target.is_empty() {
            label.target = target.to_owned();
        }
        label
    }
}

impl Render for Label {
    fn render(&self) -> Markup {
        let heading = self.heading.clone().unwrap_or_default();
        let has_heading = self.is_page_heading || self.heading.is_some();
        let content = if heading.content.is_empty() { &self.content } else { &heading.content };
        if content.is_empty() {
            return PreEscaped(String::new());
        }
        let size = if heading.size.is_empty() { &self.size } else { &heading.size };
        let modifier = format!("nhsuk-label--{size}");
        let sized = ["s", "m", "l", "xl"].contains(&size.as_str()) && !self.classes.contains("nhsuk-label--");
        let own = Attributes::class(class_names("nhsuk-label", &[(sized, &modifier)], &self.classes))
            .opt("id", &self.id)
            .opt("for", &self.target);
        let label = element("label", own, content);
        if !has_heading {
            return label;
        }
        let name = format!("h{}", heading.level.unwrap_or(1));
        element(&name, Attributes::class("nhsuk-label-wrapper").opt("id", &heading.id), html! { (label) })
    }
}
