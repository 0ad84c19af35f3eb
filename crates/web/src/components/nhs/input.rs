use maud::{Markup, Render, html};

use super::{Attributes, Button, ButtonIcon, Content, ErrorMessage, Hint, Label, class_names, element, void};

/// A field for one line of text.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Input {
    pub(crate) label: Label,
    pub(crate) hint: Hint,
    pub(crate) error_message: ErrorMessage,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    #[cfg_attr(test, serde(rename = "type"))]
    pub(crate) kind: String,
    /// In characters: 2, 3, 4, 5, 10, 20 or 30.
    pub(crate) width: Option<u8>,
    pub(crate) large: bool,
    pub(crate) code: bool,
    pub(crate) spellcheck: Option<bool>,
    pub(crate) inputmode: String,
    pub(crate) autocomplete: String,
    pub(crate) autocapitalize: String,
    pub(crate) placeholder: String,
    pub(crate) disabled: bool,
    pub(crate) described_by: String,
    pub(crate) prefix: Affix,
    pub(crate) suffix: Affix,
    pub(crate) classes: String,
    pub(crate) attributes: Attributes,
    pub(crate) form_group: FormGroup,
}

/// Words at the edge of a field, such as a unit.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Affix {
    pub(crate) content: Content,
}

/// What stands around a field.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct FormGroup {
    pub(crate) classes: String,
    pub(crate) after_input: Affix,
    #[cfg_attr(test, serde(skip))]
    pub(crate) attributes: Attributes,
    #[cfg_attr(test, serde(skip))]
    pub(crate) wrapper_classes: String,
    /// The field has no label of its own error words but is in error (parts of a date).
    #[cfg_attr(test, serde(skip))]
    pub(crate) in_error: bool,
}

impl Input {
    fn own_id(&self) -> &str {
        if self.id.is_empty() { &self.name } else { &self.id }
    }

    fn in_error(&self) -> bool {
        self.form_group.in_error || !self.error_message.content.is_empty()
    }

    fn class_names(&self) -> String {
        let width = self.width.map(|width| format!("nhsuk-input--width-{width}")).unwrap_or_default();
        let sized = !width.is_empty() && !self.classes.contains("nhsuk-input--width-");
        class_names(
            "nhsuk-input",
            &[
                (self.large, "nhsuk-input--large"),
                (self.code, "nhsuk-input--code"),
                (self.in_error(), "nhsuk-input--error"),
                (sized, &width),
            ],
            &self.classes,
        )
    }

    fn field(&self, described_by: &str) -> Markup {
        let own = Attributes::class(self.class_names())
            .set("id", self.own_id())
            .set("name", &self.name)
            .set("type", if self.kind.is_empty() { "text" } else { &self.kind })
            .said("spellcheck", self.spellcheck)
            .maybe("value", self.value.as_deref())
            .flag("disabled", self.disabled)
            .opt("aria-describedby", described_by)
            .opt("autocomplete", &self.autocomplete)
            .opt("autocapitalize", &self.autocapitalize)
            .opt("placeholder", &self.placeholder)
            .opt("inputmode", &self.inputmode);
        void("input", own.extend(&self.attributes))
    }

    fn wrapped(&self, field: Markup) -> Markup {
        let group = &self.form_group;
        let bare = self.prefix.content.is_empty()
            && self.suffix.content.is_empty()
            && group.after_input.content.is_empty()
            && group.wrapper_classes.is_empty();
        if bare {
            return field;
        }
        let classes = class_names(
            "nhsuk-input-wrapper",
            &[(self.large, "nhsuk-input-wrapper--large")],
            &group.wrapper_classes,
        );
        html! {
            div class=(classes) {
                (affix(&self.prefix, "prefix")) (field) (affix(&self.suffix, "suffix")) (group.after_input.content)
            }
        }
    }
}

fn affix(affix: &Affix, place: &str) -> Markup {
    html! {
        @if !affix.content.is_empty() {
            div class={ "nhsuk-input-wrapper__" (place) } aria-hidden="true" { (affix.content) }
        }
    }
}

/// The hint and the error of a field with their ids, and those ids as the field's description.
pub(super) fn hint_and_error(
    id: &str,
    described_by: &str,
    hint: &Hint,
    error: &ErrorMessage,
) -> (Markup, String) {
    let named = |own: &str, end: &str| if own.is_empty() { format!("{id}-{end}") } else { own.to_owned() };
    let hint = Hint { id: named(&hint.id, "hint"), ..hint.clone() };
    let error = ErrorMessage { id: named(&error.id, "error"), ..error.clone() };
    let mut described = vec![described_by];
    if !hint.content.is_empty() {
        described.push(&hint.id);
    }
    if !error.content.is_empty() {
        described.push(&error.id);
    }
    described.retain(|part| !part.is_empty());
    let described = described.join(" ");
    let html = html! {
        @if !hint.content.is_empty() { (hint) }
        @if !error.content.is_empty() { (error) }
    };
    (html, described)
}

impl Render for Input {
    fn render(&self) -> Markup {
        let (messages, described_by) =
            hint_and_error(self.own_id(), &self.described_by, &self.hint, &self.error_message);
        let classes = class_names(
            "nhsuk-form-group",
            &[(self.in_error(), "nhsuk-form-group--error")],
            &self.form_group.classes,
        );
        let inside = html! {
            (self.label.of(self.own_id()))
            (messages)
            (self.wrapped(self.field(&described_by)))
        };
        element("div", Attributes::class(classes).extend(&self.form_group.attributes), inside)
    }
}

/// A field for a password, which can be shown. Passwords may be pasted.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct PasswordInput {
    pub(crate) label: Label,
    pub(crate) hint: Hint,
    pub(crate) error_message: ErrorMessage,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    pub(crate) width: Option<u8>,
    pub(crate) code: bool,
    pub(crate) autocomplete: String,
    pub(crate) disabled: bool,
    pub(crate) prefix: Affix,
    pub(crate) button: Button,
}

impl Render for PasswordInput {
    fn render(&self) -> Markup {
        let id = if self.id.is_empty() { &self.name } else { &self.id };
        let own = |text: &str, usual: &str| if text.is_empty() { usual.to_owned() } else { text.to_owned() };
        let toggle = Button {
            content: self.button.content.or("Show"),
            aria_label: own(&self.button.aria_label, "Show password"),
            kind: own(&self.button.kind, "button"),
            variant: own(&self.button.variant, "secondary"),
            small: true,
            disabled: self.button.disabled || self.disabled,
            classes: "nhsuk-password-input__toggle nhsuk-js-password-input-toggle".to_owned(),
            attributes: Attributes::default().set("aria-controls", id).flag("hidden", true),
            ..self.button.clone()
        };
        Input {
            label: self.label.clone(),
            hint: self.hint.clone(),
            error_message: self.error_message.clone(),
            id: id.clone(),
            name: self.name.clone(),
            value: self.value.clone(),
            kind: "password".to_owned(),
            width: self.width,
            code: self.code,
            spellcheck: Some(false),
            autocomplete: own(&self.autocomplete, "current-password"),
            autocapitalize: "none".to_owned(),
            disabled: self.disabled,
            prefix: self.prefix.clone(),
            classes: "nhsuk-password-input__input nhsuk-js-password-input-input".to_owned(),
            form_group: FormGroup {
                classes: "nhsuk-password-input".to_owned(),
                attributes: Attributes::default().set("data-module", "nhsuk-password-input"),
                after_input: Affix { content: toggle.render().into() },
                ..FormGroup::default()
            },
            ..Input::default()
        }
        .render()
    }
}

/// A field to search with, and its button.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the set is kept whole: forms of the next screens ask for it")
)]
pub(crate) struct SearchInput {
    pub(crate) label: Label,
    pub(crate) hint: Hint,
    pub(crate) error_message: ErrorMessage,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    pub(crate) placeholder: String,
    pub(crate) width: Option<u8>,
    pub(crate) large: bool,
    pub(crate) code: bool,
    pub(crate) disabled: bool,
    pub(crate) prefix: Affix,
    pub(crate) button: Button,
}

impl Render for SearchInput {
    fn render(&self) -> Markup {
        let icon = self
            .button
            .icon
            .clone()
            .or_else(|| Some(ButtonIcon { name: "search".to_owned(), placement: "start".to_owned() }));
        let aria_label = if self.button.aria_label.is_empty() { "Search" } else { &self.button.aria_label };
        let button = Button {
            aria_label: aria_label.to_owned(),
            icon,
            small: !self.large,
            disabled: self.button.disabled || self.disabled,
            classes: "nhsuk-search-input__button".to_owned(),
            ..self.button.clone()
        };
        Input {
            label: self.label.clone(),
            hint: self.hint.clone(),
            error_message: self.error_message.clone(),
            id: self.id.clone(),
            name: self.name.clone(),
            value: self.value.clone(),
            placeholder: self.placeholder.clone(),
            kind: "search".to_owned(),
            width: self.width,
            large: self.large,
            code: self.code,
            autocomplete: "off".to_owned(),
            disabled: self.disabled,
            prefix: self.prefix.clone(),
            classes: "nhsuk-search-input__input".to_owned(),
            form_group: FormGroup {
                classes: class_names("nhsuk-search-input", &[(self.large, "nhsuk-search-input--large")], ""),
                wrapper_classes: "nhsuk-search-input__wrapper".to_owned(),
                after_input: Affix { content: button.render().into() },
                ..FormGroup::default()
            },
            ..Input::default()
        }
        .render()
    }
}
