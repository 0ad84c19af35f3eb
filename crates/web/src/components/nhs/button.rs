use maud::{Markup, Render, html};

use super::icon::icon;
use super::{Attributes, Content, class_names, element};

/// A button, or a link that looks like one.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Button {
    pub(crate) content: Content,
    /// When given and no type is, this is a link.
    pub(crate) href: String,
    #[cfg_attr(test, serde(rename = "type"))]
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    pub(crate) id: String,
    /// `brand`, `login`, `reverse`, `secondary`, `secondary-solid` or `warning`.
    pub(crate) variant: String,
    pub(crate) small: bool,
    pub(crate) disabled: bool,
    pub(crate) icon: Option<ButtonIcon>,
    pub(crate) aria_label: String,
    pub(crate) prevent_double_click: Option<bool>,
    pub(crate) classes: String,
    pub(crate) attributes: Attributes,
}

/// A drawing inside a button.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct ButtonIcon {
    pub(crate) name: String,
    /// `start` or `end`.
    pub(crate) placement: String,
}

const VARIANTS: [&str; 6] = ["brand", "login", "reverse", "secondary", "secondary-solid", "warning"];

impl Render for Button {
    fn render(&self) -> Markup {
        let link = !self.href.is_empty() && self.kind.is_empty();
        let own = Attributes::class(self.class_names())
            .opt("id", &self.id)
            .opt("name", if link { "" } else { &self.name })
            .set("data-module", "nhsuk-button")
            .said("data-prevent-double-click", self.prevent_double_click);
        if link {
            let own = own
                .set("href", &self.href)
                .set("role", "button")
                .set("draggable", "false")
                .opt("aria-label", &self.aria_label);
            return element("a", own.extend(&self.attributes), self.inside());
        }
        let own = own
            .set("type", if self.kind.is_empty() { "submit" } else { &self.kind })
            .maybe("value", self.value.as_deref())
            .flag("disabled", self.disabled)
            .opt("aria-label", &self.aria_label)
            .opt("aria-disabled", if self.disabled { "true" } else { "" });
        element("button", own.extend(&self.attributes), self.inside())
    }
}

impl Button {
    fn class_names(&self) -> String {
        let already = self.classes.contains("nhsuk-button--");
        let variant = format!("nhsuk-button--{}", self.variant);
        class_names(
            "nhsuk-button",
            &[
                (VARIANTS.contains(&self.variant.as_str()) && !already, &variant),
                (self.icon.is_some(), "nhsuk-button--icon"),
                (self.small, "nhsuk-button--small"),
            ],
            &self.classes,
        )
    }

    fn inside(&self) -> Markup {
        let Some(drawing) = &self.icon else { return self.content.render() };
        html! {
            @if drawing.placement != "end" { (icon(&drawing.name)) }
            @if !self.content.is_empty() { span class="nhsuk-button__content" { (self.content) } }
            @if drawing.placement == "end" { (icon(&drawing.name)) }
        }
    }
}
