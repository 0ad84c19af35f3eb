use maud::{Markup, PreEscaped, Render, html};

use super::{Attributes, Content, Heading, class_names, element};

/// Fields that belong together, under one question.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Fieldset {
    pub(crate) legend: Legend,
    pub(crate) content: Content,
    pub(crate) described_by: String,
    pub(crate) role: String,
    pub(crate) classes: String,
}

/// The question.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Legend {
    pub(crate) content: Content,
    pub(crate) size: String,
    pub(crate) heading: Option<Heading>,
    pub(crate) is_page_heading: bool,
    pub(crate) id: String,
    pub(crate) classes: String,
}

impl From<&str> for Legend {
    fn from(text: &str) -> Self {
        Self { content: text.into(), ..Self::default() }
    }
}

impl Render for Fieldset {
    fn render(&self) -> Markup {
        let own = Attributes::class(class_names("nhsuk-fieldset", &[], &self.classes))
            .opt("role", &self.role)
            .opt("aria-describedby", &self.described_by);
        element("fieldset", own, html! { (self.legend) (self.content) })
    }
}

impl Render for Legend {
    fn render(&self) -> Markup {
        let heading = self.heading.clone().unwrap_or_default();
        let content = if heading.content.is_empty() { &self.content } else { &heading.content };
        if content.is_empty() {
            return PreEscaped(String::new());
        }
        let size = if heading.size.is_empty() { &self.size } else { &heading.size };
        let class = "nhsuk-fieldset__legend";
        let modifier = format!("{class}--{size}");
        let sized = !size.is_empty() && !self.classes.contains("nhsuk-fieldset__legend--");
        let own =
            Attributes::class(class_names(class, &[(sized, &modifier)], &self.classes)).opt("id", &self.id);
        if self.is_page_heading || self.heading.is_some() {
            let inner = Heading { content: content.clone(), size: String::new(), ..heading };
            element("legend", own, inner.in_class("nhsuk-fieldset__heading", ""))
        } else {
            element("legend", own, content)
        }
    }
}
