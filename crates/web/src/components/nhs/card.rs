use maud::{Markup, PreEscaped, Render, html};

use super::icon::icon;
use super::{Attributes, Content, Heading, class_names, element};

/// A box with a heading, for one thing among several.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Card {
    pub(crate) heading: Heading,
    pub(crate) description: Description,
    pub(crate) href: String,
    pub(crate) clickable: bool,
    /// `feature`, `primary`, `secondary` or `warning`.
    pub(crate) variant: String,
    pub(crate) actions: CardActions,
    pub(crate) id: String,
    pub(crate) classes: String,
    pub(crate) attributes: Attributes,
}

/// What a card says.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Description {
    pub(crate) content: Content,
}

/// Links in a card's head.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct CardActions {
    pub(crate) items: Vec<CardAction>,
    pub(crate) classes: String,
}

/// One link, or button, in a card's head or at the end of a summary row.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct CardAction {
    pub(crate) content: Content,
    pub(crate) href: String,
    #[cfg_attr(test, serde(rename = "type"))]
    pub(crate) kind: String,
    pub(crate) visually_hidden_text: String,
}

const VARIANTS: [&str; 4] = ["feature", "primary", "secondary", "warning"];

impl From<Markup> for Description {
    fn from(html: Markup) -> Self {
        Self { content: html.into() }
    }
}

impl From<&str> for Description {
    fn from(text: &str) -> Self {
        Self { content: text.into() }
    }
}

impl From<Vec<CardAction>> for CardActions {
    fn from(items: Vec<CardAction>) -> Self {
        Self { items, classes: String::new() }
    }
}

impl Render for Card {
    fn render(&self) -> Markup {
        let variant = format!("nhsuk-card--{}", self.variant);
        let classes = class_names(
            "nhsuk-card",
            &[
                (self.clickable, "nhsuk-card--clickable"),
                (VARIANTS.contains(&self.variant.as_str()), &variant),
            ],
            &self.classes,
        );
        let has_actions = !self.actions.items.is_empty();
        let own = Attributes::class(&classes).opt("id", &self.id).extend(&self.attributes);
        let inside = html! {
            @if has_actions {
                div class="nhsuk-card__heading-container" { (self.headed()) (self.action_list()) }
            }
            div class="nhsuk-card__content" {
                @if !has_actions { (self.headed()) }
                @match &self.description.content {
                    Content::Empty => {}
                    Content::Text(text) => { p class="nhsuk-card__description" { (text.trim()) } }
                    Content::Html(html) => { (html) }
                }
                @if classes.contains("nhsuk-card--primary") { (icon("chevron-right-circle")) }
            }
        };
        element("div", own, inside)
    }
}

impl Card {
    fn headed(&self) -> Markup {
        let heading = &self.heading;
        match &heading.content {
            Content::Empty => PreEscaped(String::new()),
            Content::Html(html) => html.clone(),
            Content::Text(text) => {
                let feature = self.variant == "feature" || self.classes.contains("nhsuk-card--feature");
                let inside = html! {
                    @if !self.href.is_empty() && !feature {
                        a class="nhsuk-card__link" href=(self.href) { (text.trim()) }
                    } @else if !heading.visually_hidden_text.is_empty() {
                        span role="text" {
                            span class="nhsuk-u-visually-hidden" { (heading.visually_hidden_text) ": " }
                            (text.trim())
                        }
                    } @else { (text.trim()) }
                };
                Heading {
                    content: inside.into(),
                    visually_hidden_text: String::new(),
                    level: heading.level.or(Some(2)),
                    ..heading.clone()
                }
                .in_class("nhsuk-card__heading", "nhsuk-heading-")
            }
        }
    }

    fn action_list(&self) -> Markup {
        let list = |tag| Attributes::class(class_names(tag, &[], &self.actions.classes));
        let draw = |action: &CardAction| action.draw(&self.heading.content);
        match self.actions.items.as_slice() {
            [only] => element("div", list("nhsuk-card__actions"), draw(only)),
            several => element(
                "ul",
                list("nhsuk-card__actions"),
                html! { @for action in several { li class="nhsuk-card__action" { (draw(action)) } } },
            ),
        }
    }
}

impl CardAction {
    /// The link with, out of sight, what it is about.
    pub(crate) fn draw(&self, about: &Content) -> Markup {
        let inside = html! {
            (self.content)
            @if !self.visually_hidden_text.is_empty() || !about.is_empty() {
                span class="nhsuk-u-visually-hidden" {
                    @if !self.visually_hidden_text.is_empty() { " " (self.visually_hidden_text) }
                    @if !about.is_empty() { " (" (about) ")" }
                }
            }
        };
        if self.kind.is_empty() && !self.href.is_empty() {
            element("a", Attributes::class("nhsuk-link").set("href", &self.href), inside)
        } else {
            let kind = if self.kind.is_empty() { "submit" } else { &self.kind };
            element("button", Attributes::class("nhsuk-link").set("type", kind), inside)
        }
    }
}

/// A card that warns. Sparingly.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct WarningCallout {
    pub(crate) heading: Heading,
    pub(crate) content: Content,
    pub(crate) id: String,
}

impl Render for WarningCallout {
    fn render(&self) -> Markup {
        let mut heading = self.heading.clone();
        let words = heading.content.words();
        let says_so = words.contains("Important") || words.contains("important");
        if heading.visually_hidden_text.is_empty() && !words.is_empty() && !says_so {
            heading.visually_hidden_text = "Important".to_owned();
        }
        heading.level = heading.level.or(Some(3));
        Card {
            heading,
            description: Description { content: self.content.clone() },
            variant: "warning".to_owned(),
            id: self.id.clone(),
            ..Card::default()
        }
        .render()
    }
}
