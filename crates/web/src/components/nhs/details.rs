use maud::{Markup, Render, html};

use super::{Attributes, Content, class_names, element};

/// Words that open on demand.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Details {
    pub(crate) summary: Summary,
    pub(crate) content: Content,
    pub(crate) open: bool,
    pub(crate) variant: String,
    pub(crate) id: String,
    pub(crate) classes: String,
    pub(crate) attributes: Attributes,
}

/// What one presses to open.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Summary {
    pub(crate) content: Content,
}

impl From<&str> for Summary {
    fn from(text: &str) -> Self {
        Self { content: text.into() }
    }
}

impl Render for Details {
    fn render(&self) -> Markup {
        let classes = class_names(
            "nhsuk-details",
            &[(self.variant == "reverse", "nhsuk-details--reverse")],
            &self.classes,
        );
        let own = Attributes::class(classes).opt("id", &self.id).extend(&self.attributes);
        let inside = html! {
            summary class="nhsuk-details__summary" {
                span class="nhsuk-details__summary-text" { (self.summary.content) }
            }
            div class="nhsuk-details__text" { (self.content) }
        };
        element("details", own.flag("open", self.open), inside)
    }
}
