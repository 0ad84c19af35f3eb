use maud::{Markup, Render, html};

use super::{Attributes, Card, CardActions, Content, class_names, element};

/// Facts about one thing: what it is called, what it is.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct SummaryList {
    pub(crate) rows: Vec<Row>,
    pub(crate) card: Option<Card>,
    pub(crate) border: Option<bool>,
    pub(crate) last_row_border: Option<bool>,
    pub(crate) classes: String,
}

/// One fact.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Row {
    pub(crate) key: RowKey,
    pub(crate) value: RowValue,
    pub(crate) actions: CardActions,
    pub(crate) border: Option<bool>,
    pub(crate) classes: String,
}

/// What the fact is called.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct RowKey {
    pub(crate) content: Content,
    pub(crate) width: String,
}

/// What it is.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct RowValue {
    pub(crate) content: Content,
}

impl Row {
    /// A fact without actions.
    pub(crate) fn new(key: impl Into<Content>, value: impl Into<Content>) -> Self {
        Self {
            key: RowKey { content: key.into(), width: String::new() },
            value: RowValue { content: value.into() },
            ..Self::default()
        }
    }
}

impl Render for SummaryList {
    fn render(&self) -> Markup {
        let classes = class_names(
            "nhsuk-summary-list",
            &[
                (self.border == Some(false), "nhsuk-summary-list--no-border"),
                (
                    self.border != Some(false) && self.last_row_border == Some(false),
                    "nhsuk-summary-list--no-last-row-border",
                ),
            ],
            &self.classes,
        );
        let has_actions = self.rows.iter().any(|row| !row.actions.items.is_empty());
        let list = html! { dl class=(classes) { @for row in &self.rows { (self.row(row, has_actions)) } } };
        match &self.card {
            Some(card) => Card { description: list.into(), ..card.clone() }.render(),
            None => list,
        }
    }
}

impl SummaryList {
    fn row(&self, row: &Row, has_actions: bool) -> Markup {
        let actions = &row.actions.items;
        let classes = class_names(
            "nhsuk-summary-list__row",
            &[
                (has_actions && actions.is_empty(), "nhsuk-summary-list__row--no-actions"),
                (row.border == Some(false), "nhsuk-summary-list__row--no-border"),
            ],
            &row.classes,
        );
        let about = self.card.as_ref().map_or(&Content::Empty, |card| &card.heading.content);
        let width = format!("nhsuk-u-width-{}", row.key.width);
        let key = class_names("nhsuk-summary-list__key", &[(!row.key.width.is_empty(), &width)], "");
        let inside = html! {
            (element("dt", Attributes::class(key), &row.key.content))
            dd class="nhsuk-summary-list__value" { (row.value.content) }
            @match actions.as_slice() {
                [] => {}
                [only] => { dd class="nhsuk-summary-list__actions" { (only.draw(about)) } }
                several => {
                    dd class="nhsuk-summary-list__actions" {
                        ul class="nhsuk-summary-list__actions-list" {
                            @for action in several {
                                li class="nhsuk-summary-list__actions-list-item" { (action.draw(about)) }
                            }
                        }
                    }
                }
            }
        };
        element("div", Attributes::class(classes), inside)
    }
}
