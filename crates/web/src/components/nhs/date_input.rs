use maud::{Markup, Render, html};

use super::input::hint_and_error;
use super::{ErrorMessage, Fieldset, FormGroup, Hint, Input, Label, class_names};

/// A date that one remembers, as day, month and year.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct DateInput {
    pub(crate) id: String,
    pub(crate) fieldset: Option<Fieldset>,
    pub(crate) hint: Hint,
    pub(crate) error_message: ErrorMessage,
    pub(crate) name_prefix: String,
    pub(crate) values: DateValues,
    pub(crate) day: DatePart,
    pub(crate) month: DatePart,
    pub(crate) year: DatePart,
    pub(crate) disabled: bool,
}

/// What stands in the three fields.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct DateValues {
    pub(crate) day: Option<String>,
    pub(crate) month: Option<String>,
    pub(crate) year: Option<String>,
}

/// What is special about one of the three fields.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct DatePart {
    pub(crate) label: Label,
    pub(crate) value: Option<String>,
    pub(crate) autocomplete: String,
    pub(crate) error: bool,
    pub(crate) disabled: Option<bool>,
}

impl Render for DateInput {
    fn render(&self) -> Markup {
        let before = self.fieldset.as_ref().map_or("", |fieldset| &fieldset.described_by);
        let (messages, described_by) = hint_and_error(&self.id, before, &self.hint, &self.error_message);
        let inner = html! {
            (messages)
            div class="nhsuk-date-input" id=(self.id) {
                (self.part("day", "Day", 2, &self.day, self.values.day.as_ref()))
                (self.part("month", "Month", 2, &self.month, self.values.month.as_ref()))
                (self.part("year", "Year", 4, &self.year, self.values.year.as_ref()))
            }
        };
        let in_error = self.any_part_in_error() || !self.error_message.content.is_empty();
        html! {
            div class=(class_names("nhsuk-form-group", &[(in_error, "nhsuk-form-group--error")], "")) {
                @if let Some(fieldset) = &self.fieldset {
                    (Fieldset {
                        content: inner.into(),
                        described_by,
                        role: "group".to_owned(),
                        ..fieldset.clone()
                    })
                } @else { (inner) }
            }
        }
    }
}

impl DateInput {
    fn any_part_in_error(&self) -> bool {
        self.day.error || self.month.error || self.year.error
    }

    fn part(&self, name: &str, usual: &str, width: u8, part: &DatePart, value: Option<&String>) -> Markup {
        let whole = !self.error_message.content.is_empty() && !self.any_part_in_error();
        let field = Input {
            label: Label {
                content: part.label.content.or(usual),
                classes: "nhsuk-date-input__label".to_owned(),
                ..Label::default()
            },
            id: format!("{}-{name}", self.id),
            name: if self.name_prefix.is_empty() {
                name.to_owned()
            } else {
                format!("{}[{name}]", self.name_prefix)
            },
            value: part.value.as_ref().or(value).cloned(),
            width: Some(width),
            inputmode: "numeric".to_owned(),
            autocomplete: part.autocomplete.clone(),
            disabled: part.disabled.unwrap_or(self.disabled),
            classes: "nhsuk-date-input__input".to_owned(),
            form_group: FormGroup { in_error: part.error || whole, ..FormGroup::default() },
            ..Input::default()
        };
        html! { div class="nhsuk-date-input__item" { (field) } }
    }
}
