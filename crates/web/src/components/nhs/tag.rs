use maud::{Markup, Render};

use super::{Attributes, Content, class_names, element};

/// A status: an adjective in sentence case.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Tag {
    pub(crate) content: Content,
    pub(crate) colour: Option<TagColour>,
    pub(crate) border: Option<bool>,
    pub(crate) classes: String,
}

/// The colours a tag may have. The words carry the meaning; the colour only helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(rename_all = "kebab-case"))]
#[cfg_attr(not(test), expect(dead_code, reason = "the design system's whole list, which its fixtures use"))]
pub(crate) enum TagColour {
    White,
    Grey,
    Green,
    AquaGreen,
    Blue,
    Purple,
    Pink,
    Red,
    Orange,
    Yellow,
}

impl TagColour {
    fn name(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Grey => "grey",
            Self::Green => "green",
            Self::AquaGreen => "aqua-green",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Pink => "pink",
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
        }
    }
}

impl Tag {
    /// A tag of this colour.
    pub(crate) fn of(colour: TagColour, words: impl Into<Content>) -> Self {
        Self { content: words.into(), colour: Some(colour), ..Self::default() }
    }
}

impl Render for Tag {
    fn render(&self) -> Markup {
        let colour = self.colour.map(|colour| format!("nhsuk-tag--{}", colour.name())).unwrap_or_default();
        let classes = class_names(
            "nhsuk-tag",
            &[
                (!colour.is_empty() && !self.classes.contains("nhsuk-tag--"), colour.as_str()),
                (self.border == Some(false), "nhsuk-tag--no-border"),
            ],
            &self.classes,
        );
        element("strong", Attributes::class(classes), &self.content)
    }
}
