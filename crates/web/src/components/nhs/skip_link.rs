use maud::{Markup, Render, html};

use super::Content;

/// The first link of a page: past the header to what the page is about.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct SkipLink {
    pub(crate) content: Content,
    pub(crate) href: String,
}

impl Render for SkipLink {
    fn render(&self) -> Markup {
        let href = if self.href.is_empty() { "#maincontent" } else { &self.href };
        html! {
            a class="nhsuk-skip-link" data-module="nhsuk-skip-link" href=(href) {
                (self.content.or("Skip to main content"))
            }
        }
    }
}
