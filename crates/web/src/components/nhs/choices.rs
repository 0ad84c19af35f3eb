use maud::{Markup, Render, html};

use super::input::hint_and_error;
use super::{Attributes, Content, ErrorMessage, Fieldset, Hint, Label, class_names, void};

/// One of a few.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Radios {
    pub(crate) name: String,
    pub(crate) id_prefix: String,
    pub(crate) fieldset: Option<Fieldset>,
    pub(crate) hint: Hint,
    pub(crate) error_message: ErrorMessage,
    pub(crate) items: Vec<Choice>,
    pub(crate) value: String,
    pub(crate) small: bool,
    pub(crate) inline: bool,
    pub(crate) disabled: bool,
}

/// Any of a few.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Checkboxes {
    pub(crate) name: String,
    pub(crate) id_prefix: String,
    pub(crate) fieldset: Option<Fieldset>,
    pub(crate) hint: Hint,
    pub(crate) error_message: ErrorMessage,
    pub(crate) items: Vec<Choice>,
    pub(crate) values: Vec<String>,
    pub(crate) small: bool,
    pub(crate) inline: bool,
    pub(crate) disabled: bool,
}

/// One choice, or a word between two choices.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Choice {
    pub(crate) content: Content,
    pub(crate) value: String,
    pub(crate) name: String,
    pub(crate) hint: Hint,
    /// Whatever the others are.
    pub(crate) disabled: Option<bool>,
    pub(crate) divider: String,
    /// What is asked only when this is chosen.
    pub(crate) conditional: Conditional,
    /// `exclusive`: choosing it clears the others. `inclusive`: choosing it chooses all.
    pub(crate) behaviour: String,
    pub(crate) behaviour_group: String,
}

/// Fields that open with a choice.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Conditional {
    pub(crate) content: Content,
}

impl Render for Radios {
    fn render(&self) -> Markup {
        Set {
            block: "nhsuk-radios",
            kind: "radio",
            name: &self.name,
            prefix: if self.id_prefix.is_empty() { &self.name } else { &self.id_prefix },
            fieldset: self.fieldset.as_ref(),
            hint: &self.hint,
            error: &self.error_message,
            items: &self.items,
            chosen: std::slice::from_ref(&self.value),
            small: self.small,
            inline: self.inline,
            disabled: self.disabled,
        }
        .draw()
    }
}

impl Render for Checkboxes {
    fn render(&self) -> Markup {
        Set {
            block: "nhsuk-checkboxes",
            kind: "checkbox",
            name: &self.name,
            prefix: if self.id_prefix.is_empty() { &self.name } else { &self.id_prefix },
            fieldset: self.fieldset.as_ref(),
            hint: &self.hint,
            error: &self.error_message,
            items: &self.items,
            chosen: &self.values,
            small: self.small,
            inline: self.inline,
            disabled: self.disabled,
        }
        .draw()
    }
}

/// What radios and checkboxes have in common.
struct Set<'a> {
    block: &'a str,
    kind: &'a str,
    name: &'a str,
    prefix: &'a str,
    fieldset: Option<&'a Fieldset>,
    hint: &'a Hint,
    error: &'a ErrorMessage,
    items: &'a [Choice],
    chosen: &'a [String],
    small: bool,
    inline: bool,
    disabled: bool,
}

impl Set<'_> {
    fn draw(&self) -> Markup {
        let before = self.fieldset.map_or("", |fieldset| &fieldset.described_by);
        let (messages, described_by) = hint_and_error(self.prefix, before, self.hint, self.error);
        let small = format!("{}--small", self.block);
        let inline = format!("{}--inline", self.block);
        let classes = class_names(self.block, &[(self.small, &small), (self.inline, &inline)], "");
        let inner = html! {
            (messages)
            div class=(classes) data-module=(self.block) {
                @for (i, item) in self.items.iter().enumerate() { (self.item(item, i + 1, &described_by)) }
            }
        };
        let in_error = !self.error.content.is_empty();
        let group = class_names("nhsuk-form-group", &[(in_error, "nhsuk-form-group--error")], "");
        html! {
            div class=(group) {
                @if let Some(fieldset) = self.fieldset {
                    (Fieldset { content: inner.into(), described_by, ..fieldset.clone() })
                } @else { (inner) }
            }
        }
    }

    fn item(&self, item: &Choice, number: usize, described_by: &str) -> Markup {
        let block = self.block;
        let hidden =
            if item.behaviour == "inclusive" { " nhsuk-u-frontend-not-supported-hidden" } else { "" };
        if !item.divider.is_empty() {
            return html! { div class={ (block) "__divider" (hidden) } { (item.divider) } };
        }
        let id = if number > 1 { format!("{}-{number}", self.prefix) } else { self.prefix.to_owned() };
        let checked = !item.value.is_empty() && self.chosen.contains(&item.value);
        let conditional = &item.conditional.content;
        let label = Label {
            content: item.content.clone(),
            target: id.clone(),
            classes: format!("{block}__label"),
            ..Label::default()
        };
        let hint = Hint {
            id: format!("{id}-item-hint"),
            classes: format!("{block}__hint"),
            content: item.hint.content.clone(),
        };
        let closed = if checked { String::new() } else { format!(" {block}__conditional--hidden") };
        html! {
            div class={ (block) "__item" (hidden) } {
                (self.field(item, &id, checked, described_by))
                (label)
                @if !hint.content.is_empty() { (hint) }
            }
            @if !conditional.is_empty() {
                div class={ (block) "__conditional" (closed) } id={ "conditional-" (id) } { (conditional) }
            }
        }
    }

    fn field(&self, item: &Choice, id: &str, checked: bool, described_by: &str) -> Markup {
        let mut described = Vec::new();
        // A checkbox that stands alone carries what describes the group.
        if self.kind == "checkbox" && self.fieldset.is_none() && !described_by.is_empty() {
            described.push(described_by.to_owned());
        }
        if !item.hint.content.is_empty() {
            described.push(format!("{id}-item-hint"));
        }
        let opens =
            if item.conditional.content.is_empty() { String::new() } else { format!("conditional-{id}") };
        let own = Attributes::class(format!("{}__input", self.block))
            .set("id", id)
            .set("name", if item.name.is_empty() { self.name } else { &item.name })
            .set("type", self.kind)
            .set("value", &item.value)
            .flag("checked", checked)
            .flag("disabled", item.disabled.unwrap_or(self.disabled))
            .opt("data-behaviour", &item.behaviour)
            .opt("data-behaviour-group", &item.behaviour_group)
            .opt("data-aria-controls", &opens)
            .opt("aria-describedby", &described.join(" "));
        void("input", own)
    }
}
