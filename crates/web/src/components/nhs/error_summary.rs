use maud::{Markup, Render, html};

use super::{Attributes, Content, Description, Heading, element};

/// What is wrong with a form, each line a link to its field.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct ErrorSummary {
    pub(crate) heading: Heading,
    pub(crate) description: Description,
    pub(crate) error_list: Vec<ErrorItem>,
    pub(crate) disable_auto_focus: Option<bool>,
}

/// One error.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct ErrorItem {
    pub(crate) content: Content,
    pub(crate) href: String,
}

impl Render for ErrorSummary {
    fn render(&self) -> Markup {
        let own = Attributes::class("nhsuk-error-summary")
            .set("data-module", "nhsuk-error-summary")
            .said("data-disable-auto-focus", self.disable_auto_focus);
        let heading = Heading { level: Some(2), ..self.heading.clone() };
        let inside = html! {
            div role="alert" {
                (heading.in_class("nhsuk-error-summary__heading", ""))
                div class="nhsuk-error-summary__body" {
                    @if !self.description.content.is_empty() { p { (self.description.content) } }
                    @if !self.error_list.is_empty() {
                        ul class="nhsuk-list nhsuk-error-summary__list" {
                            @for item in &self.error_list {
                                li {
                                    @if item.href.is_empty() { (item.content) }
                                    @else { a href=(item.href) { (item.content) } }
                                }
                            }
                        }
                    }
                }
            }
        };
        element("div", own, inside)
    }
}
