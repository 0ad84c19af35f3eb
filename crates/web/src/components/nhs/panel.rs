use maud::{Markup, Render, html};

use super::{Attributes, Content, Heading, class_names, element};

/// Says that something is done, or (variant `interruption`) that something needs thought before it is.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the set is kept whole: forms of the next screens ask for it")
)]
pub(crate) struct Panel {
    pub(crate) heading: Heading,
    pub(crate) content: Content,
    pub(crate) variant: String,
}

impl Render for Panel {
    fn render(&self) -> Markup {
        let classes =
            class_names("nhsuk-panel", &[(self.variant == "interruption", "nhsuk-panel--interruption")], "");
        let inside = html! {
            (self.heading.in_class("nhsuk-panel__heading", "nhsuk-panel__heading--"))
            @if !self.content.is_empty() { div class="nhsuk-panel__body" { (self.content) } }
        };
        element("div", Attributes::class(classes), inside)
    }
}
