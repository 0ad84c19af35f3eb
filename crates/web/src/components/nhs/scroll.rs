use maud::{Markup, Render, html};

use super::{Attributes, Content, class_names, element};

/// A region that scrolls sideways by itself, so that the page does not.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Scroll {
    pub(crate) content: Content,
    pub(crate) labelled_by: String,
    pub(crate) variant: String,
    pub(crate) classes: String,
}

impl Render for Scroll {
    fn render(&self) -> Markup {
        let classes = class_names(
            "nhsuk-scroll",
            &[(self.variant == "reverse", "nhsuk-scroll--reverse")],
            &self.classes,
        );
        let region = Attributes::class("nhsuk-scroll__content")
            .set("role", "region")
            .opt("aria-labelledby", &self.labelled_by);
        let inside = html! {
            @if self.content.is_html() { (self.content) } @else { p { (self.content) } }
        };
        let own = Attributes::class(classes).set("data-module", "nhsuk-scroll");
        element("div", own, element("div", region, inside))
    }
}
