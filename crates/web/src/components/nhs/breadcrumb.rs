use maud::{Markup, Render, html};

use super::{Attributes, BackLink, Content, class_names, element};

/// Where the page is: links from the home page down to the page above this one.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Breadcrumb {
    pub(crate) items: Vec<Crumb>,
    pub(crate) id: String,
    pub(crate) classes: String,
    pub(crate) variant: String,
    pub(crate) back_link: BackLink,
    pub(crate) attributes: Attributes,
}

/// One page above this one.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Crumb {
    pub(crate) content: Content,
    pub(crate) href: String,
    pub(crate) attributes: Attributes,
}

impl Render for Breadcrumb {
    fn render(&self) -> Markup {
        let classes = class_names(
            "nhsuk-breadcrumb",
            &[(self.variant == "reverse", "nhsuk-breadcrumb--reverse")],
            &self.classes,
        );
        let own = Attributes::class(classes)
            .opt("id", &self.id)
            .set("aria-label", "Breadcrumb")
            .extend(&self.attributes);
        let inside = html! {
            ol class="nhsuk-breadcrumb__list" {
                @for item in self.items.iter().filter(|item| !item.href.is_empty()) {
                    li class="nhsuk-breadcrumb__list-item" {
                        (element(
                            "a",
                            Attributes::class("nhsuk-breadcrumb__link")
                                .set("href", &item.href)
                                .extend(&item.attributes),
                            &item.content,
                        ))
                    }
                }
            }
            (self.back())
        };
        element("nav", own, inside)
    }
}

impl Breadcrumb {
    /// On narrow screens the trail is one link: back to the page above.
    fn back(&self) -> BackLink {
        let mut back = self.back_link.clone();
        if let Some(last) = self.items.last() {
            if back.content.is_empty() {
                back.content = last.content.clone();
            }
            if back.href.is_empty() {
                back.href = last.href.clone();
            }
            if self.back_link.attributes.is_empty() {
                back.attributes = last.attributes.clone();
            }
        }
        if back.visually_hidden_text.is_empty() {
            back.visually_hidden_text = "Back to".to_owned();
        }
        if back.variant.is_empty() {
            back.variant = self.variant.clone();
        }
        back
    }
}
