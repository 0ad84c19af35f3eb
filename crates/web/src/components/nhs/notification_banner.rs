use maud::{Markup, Render, html};

use super::{Attributes, Content, Heading, element};

/// Tells the outcome of what was just done, or something that matters on every page.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct NotificationBanner {
    pub(crate) content: Content,
    pub(crate) title: Heading,
    pub(crate) heading: Heading,
    /// `success` when something was done.
    pub(crate) variant: String,
    pub(crate) role: String,
    pub(crate) disable_auto_focus: Option<bool>,
    pub(crate) attributes: Attributes,
}

impl Render for NotificationBanner {
    fn render(&self) -> Markup {
        let success = self.variant == "success";
        let role = match (self.role.as_str(), success) {
            ("", true) => "alert",
            ("", false) => "region",
            (said, _) => said,
        };
        let class = "nhsuk-notification-banner";
        let title = Heading {
            content: self.title.content.or(if success { "Success" } else { "Important" }),
            id: if self.title.id.is_empty() { format!("{class}-title") } else { self.title.id.clone() },
            level: self.title.level.or(Some(2)),
            ..self.title.clone()
        };
        let own =
            Attributes::class(if success { format!("{class} {class}--success") } else { class.to_owned() })
                .set("data-module", class)
                .said("data-disable-auto-focus", self.disable_auto_focus)
                .set("role", role)
                .set("aria-labelledby", &title.id)
                .extend(&self.attributes);
        let heading = Heading { level: self.heading.level.or(Some(3)), ..self.heading.clone() };
        let inside = html! {
            div class="nhsuk-notification-banner__header" { (title.in_class("nhsuk-notification-banner__title", "")) }
            div class="nhsuk-notification-banner__content" {
                (heading.in_class("nhsuk-notification-banner__heading", ""))
                @if self.content.is_html() { (self.content) }
                @else if self.heading.content.is_empty() {
                    p class="nhsuk-notification-banner__heading" { (self.content) }
                } @else if !self.content.is_empty() { p class="nhsuk-body" { (self.content) } }
            }
        };
        element("div", own, inside)
    }
}
