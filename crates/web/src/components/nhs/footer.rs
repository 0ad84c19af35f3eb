use maud::{Markup, Render, html};

use super::{Attributes, Content, Heading, class_names, element};

/// The foot of every page: help and statements, always in the same place.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Footer {
    pub(crate) navigation: Vec<FooterColumn>,
    pub(crate) columns: Option<usize>,
    pub(crate) meta: FooterMeta,
    pub(crate) copyright: Copyright,
    pub(crate) container_classes: String,
}

/// A column of links.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct FooterColumn {
    pub(crate) heading: Heading,
    pub(crate) items: Vec<FooterLink>,
    pub(crate) content: Content,
    pub(crate) width: String,
}

/// One link.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct FooterLink {
    pub(crate) content: Content,
    pub(crate) href: String,
}

/// Links and words below the columns.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct FooterMeta {
    pub(crate) items: Vec<FooterLink>,
    pub(crate) content: Content,
}

/// Whose this is.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Copyright {
    pub(crate) content: Content,
}

impl From<&str> for Copyright {
    fn from(text: &str) -> Self {
        Self { content: text.into() }
    }
}

impl Render for Footer {
    fn render(&self) -> Markup {
        let columns = self.columns.filter(|columns| (1..=4).contains(columns)).unwrap_or(4);
        let width = match columns {
            1 => "full",
            2 => "one-half",
            3 => "one-third",
            _ => "one-quarter",
        };
        let inside = html! {
            div class=(class_names("nhsuk-width-container", &[], &self.container_classes)) {
                @for row in self.navigation.chunks(columns) {
                    div class="nhsuk-footer__navigation nhsuk-grid-row" {
                        @for column in row { (column.draw(width)) }
                    }
                }
                div class="nhsuk-footer__meta" {
                    @if !self.meta.items.is_empty() {
                        h2 class="nhsuk-u-visually-hidden" { "Support links" }
                        (links(&self.meta.items))
                    }
                    (small(&self.meta.content))
                    (small(&self.copyright.content))
                }
            }
        };
        element("footer", Attributes::class("nhsuk-footer").set("role", "contentinfo"), inside)
    }
}

impl FooterColumn {
    fn draw(&self, width: &str) -> Markup {
        let width = if self.width.is_empty() { width } else { &self.width };
        let heading = Heading { level: Some(2), size: "s".to_owned(), ..self.heading.clone() };
        html! {
            div class={ "nhsuk-grid-column-" (width) } {
                (heading.in_class("nhsuk-footer__heading", "nhsuk-heading-"))
                (small(&self.content))
                @if !self.items.is_empty() { (links(&self.items)) }
            }
        }
    }
}

fn links(items: &[FooterLink]) -> Markup {
    html! {
        ul class="nhsuk-footer__list" {
            @for item in items {
                li class="nhsuk-footer__list-item" {
                    a class="nhsuk-footer__list-item-link" href=(item.href) { (item.content) }
                }
            }
        }
    }
}

fn small(content: &Content) -> Markup {
    html! {
        @if content.is_html() { (content) }
        @else if !content.is_empty() { p class="nhsuk-body-s" { (content) } }
    }
}
