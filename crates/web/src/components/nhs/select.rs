use maud::{Markup, Render, html};

use super::input::hint_and_error;
use super::{Affix, Attributes, ErrorMessage, FormGroup, Hint, Label, class_names, element};

/// One of a list that drops down.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Select {
    pub(crate) label: Label,
    pub(crate) hint: Hint,
    pub(crate) error_message: ErrorMessage,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) items: Vec<SelectItem>,
    /// The value chosen.
    pub(crate) value: String,
    pub(crate) disabled: bool,
    pub(crate) form_group: FormGroup,
}

/// One choice.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct SelectItem {
    pub(crate) content: super::Content,
    pub(crate) value: Option<String>,
    pub(crate) disabled: bool,
}

impl Render for Select {
    fn render(&self) -> Markup {
        let id = if self.id.is_empty() { &self.name } else { &self.id };
        let (messages, described_by) = hint_and_error(id, "", &self.hint, &self.error_message);
        let in_error = !self.error_message.content.is_empty();
        let own = Attributes::class(class_names("nhsuk-select", &[(in_error, "nhsuk-select--error")], ""))
            .set("id", id)
            .set("name", &self.name)
            .flag("disabled", self.disabled)
            .opt("aria-describedby", &described_by);
        let field = element("select", own, html! { @for item in &self.items { (self.option(item)) } });
        let Affix { content: after } = &self.form_group.after_input;
        html! {
            div class=(class_names("nhsuk-form-group", &[(in_error, "nhsuk-form-group--error")], "")) {
                (self.label.of(id))
                (messages)
                @if after.is_empty() { (field) } @else { div class="nhsuk-input-wrapper" { (field) (after) } }
            }
        }
    }
}

impl Select {
    fn option(&self, item: &SelectItem) -> Markup {
        let effective = item.value.as_deref().unwrap_or(item.content.words());
        let own = Attributes::default()
            .maybe("value", item.value.as_deref())
            .flag("selected", !self.value.is_empty() && effective == self.value)
            .flag("disabled", item.disabled);
        element("option", own, &item.content)
    }
}
