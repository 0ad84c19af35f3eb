use maud::{Markup, Render, html};

use super::{Attributes, Content, class_names, element};

/// A link, or a button, that goes back one page.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct BackLink {
    pub(crate) content: Content,
    pub(crate) href: String,
    /// `reverse`: white on a dark ground.
    pub(crate) variant: String,
    /// When given, this is a button of that type.
    #[cfg_attr(test, serde(rename = "type"))]
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) classes: String,
    pub(crate) visually_hidden_text: String,
    pub(crate) attributes: Attributes,
}

impl Render for BackLink {
    fn render(&self) -> Markup {
        let classes = class_names(
            "nhsuk-back-link",
            &[(self.variant == "reverse", "nhsuk-back-link--reverse")],
            &self.classes,
        );
        let own = Attributes::class(classes).opt("id", &self.id);
        let words = self.content.or("Back");
        let inside = html! {
            @if !self.visually_hidden_text.is_empty() {
                span class="nhsuk-u-visually-hidden" { (self.visually_hidden_text) " " }
            }
            (words)
        };
        if self.kind.is_empty() && !self.href.is_empty() {
            element("a", own.set("href", &self.href).extend(&self.attributes), inside)
        } else {
            let kind = if self.kind.is_empty() { "submit" } else { &self.kind };
            element("button", own.set("type", kind).extend(&self.attributes), inside)
        }
    }
}
