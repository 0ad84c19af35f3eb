use maud::{Markup, PreEscaped, Render, html};

use super::icon::icon;
use super::{Attributes, Content, class_names, element};

/// The head of every page: the service's name, who is signed in, and where one can go.
///
/// It has no logo of the NHS: the licence for that and for the NHS's letter-form is for NHS organisations.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Header {
    pub(crate) service: Service,
    /// Names the organisation whose logo stands here; blank here, `NHS` in the design system's examples.
    pub(crate) logo: Logo,
    pub(crate) account: Option<Account>,
    pub(crate) navigation: Option<Navigation>,
    /// `white`.
    pub(crate) colour: String,
    pub(crate) inline: bool,
    pub(crate) container_classes: String,
    pub(crate) classes: String,
}

/// Whose service this is.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Logo {
    pub(crate) href: String,
    pub(crate) alt: String,
    pub(crate) aria_label: String,
}

/// The service's name.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Service {
    pub(crate) content: Content,
    pub(crate) href: String,
}

/// Who is signed in.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Account {
    pub(crate) items: Vec<AccountItem>,
}

/// A name, a link or a button (`action`).
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct AccountItem {
    pub(crate) content: Content,
    pub(crate) href: String,
    pub(crate) action: String,
    pub(crate) icon: bool,
    /// Fields that go with the button, such as the token against forged requests.
    #[cfg_attr(test, serde(skip))]
    pub(crate) fields: Content,
}

/// Where one can go: the top of the house only.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Navigation {
    pub(crate) items: Vec<NavigationItem>,
    pub(crate) colour: String,
    pub(crate) justified: bool,
}

/// One way.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct NavigationItem {
    pub(crate) content: Content,
    pub(crate) href: String,
    /// This page is below that one.
    pub(crate) active: bool,
    /// This page is that one.
    pub(crate) current: bool,
}

impl Render for Header {
    fn render(&self) -> Markup {
        let classes = class_names(
            "nhsuk-header",
            &[(self.colour == "white", "nhsuk-header--white"), (self.inline, "nhsuk-header--inline")],
            &self.classes,
        );
        let own = Attributes::class(classes).set("data-module", "nhsuk-header").set("role", "banner");
        let container =
            class_names("nhsuk-header__container nhsuk-width-container", &[], &self.container_classes);
        let inside = html! {
            div class=(container) {
                div class="nhsuk-header__service" { (self.service_name()) }
                @if let Some(account) = &self.account { (account) }
            }
            @if let Some(navigation) = &self.navigation { (navigation.draw(&self.container_classes)) }
        };
        element("header", own, inside)
    }
}

impl Header {
    fn service_name(&self) -> Markup {
        let service = &self.service;
        let name = html! {
            @if !service.content.is_empty() { span class="nhsuk-header__service-name" { (service.content) } }
        };
        // One link, not two, when the logo and the name lead to the same place.
        let one = !service.content.is_empty()
            && !service.href.is_empty()
            && (self.logo.href.is_empty() || self.logo.href == service.href);
        let href = if one { &service.href } else { &self.logo.href };
        let beside = html! {
            @if !one && !service.content.is_empty() {
                @if service.href.is_empty() { (name) } @else {
                    a class="nhsuk-header__service-name" href=(service.href) { (service.content) }
                }
            }
        };
        if href.is_empty() {
            return html! { @if one { (name) } (beside) };
        }
        let label = if self.logo.aria_label.is_empty() {
            let words = if one { service.content.words() } else { "" };
            let parts = [self.logo.alt.as_str(), words, "homepage"];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        } else {
            self.logo.aria_label.clone()
        };
        html! {
            a class="nhsuk-header__service-logo" href=(href) aria-label=(label) { @if one { (name) } }
            (beside)
        }
    }
}

impl Render for Account {
    fn render(&self) -> Markup {
        html! {
            nav class="nhsuk-header__account" aria-label="Account" {
                ul class="nhsuk-header__account-list" {
                    @for item in &self.items { li class="nhsuk-header__account-item" { (item) } }
                }
            }
        }
    }
}

impl Render for AccountItem {
    fn render(&self) -> Markup {
        let inside = html! { @if self.icon { (icon("user")) } (self.content) };
        html! {
            @if !self.href.is_empty() { a class="nhsuk-header__account-link" href=(self.href) { (inside) } }
            @else if !self.action.is_empty() {
                form class="nhsuk-header__account-form" action=(self.action) method="post" novalidate {
                    (self.fields)
                    button class="nhsuk-header__account-button" { (inside) }
                }
            } @else { (inside) }
        }
    }
}

impl Navigation {
    fn draw(&self, container_classes: &str) -> Markup {
        if self.items.is_empty() {
            return PreEscaped(String::new());
        }
        let classes = class_names(
            "nhsuk-header__navigation",
            &[
                (self.colour == "white", "nhsuk-header__navigation--white"),
                (self.justified, "nhsuk-header__navigation--justified"),
            ],
            "",
        );
        let container =
            class_names("nhsuk-header__navigation-container nhsuk-width-container", &[], container_classes);
        html! {
            nav class=(classes) aria-label="Menu" {
                div class=(container) {
                    ul class="nhsuk-header__navigation-list" {
                        @for item in &self.items { (item) }
                        li class="nhsuk-header__menu" hidden {
                            button class="nhsuk-header__menu-toggle nhsuk-header__navigation-link" id="toggle-menu"
                                aria-expanded="false" {
                                span class="nhsuk-u-visually-hidden" { "Browse " } "More"
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Render for NavigationItem {
    fn render(&self) -> Markup {
        let here = self.active || self.current;
        let inside = html! {
            @if here {
                strong class="nhsuk-header__navigation-item-current-fallback" { (self.content) }
            } @else { (self.content) }
        };
        let current = match (self.current, self.active) {
            (true, _) => "page",
            (false, true) => "true",
            (false, false) => "",
        };
        let link = !self.href.is_empty();
        let class = if link { "nhsuk-header__navigation-link" } else { "nhsuk-header__navigation-text" };
        let own = Attributes::class(class).opt("href", &self.href).opt("aria-current", current);
        let item = class_names(
            "nhsuk-header__navigation-item",
            &[(here, "nhsuk-header__navigation-item--current")],
            "",
        );
        html! { li class=(item) { (element(if link { "a" } else { "span" }, own, inside)) } }
    }
}
