//! Writing an agreement, or changing its terms.

use maud::{Markup, html};
use model::{Feed, Purpose, activities};

use crate::components::nhs::{Button, Checkboxes, Choice, Crumb, Details, Fieldset, Hint, Input, InsetText};
use crate::forms::Errors;
use crate::page::{Page, crumb, post_form};

/// What is typed and chosen. A party's value is its key in the list of parties.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) title: String,
    pub(crate) suppliers: Vec<String>,
    pub(crate) recipients: Vec<String>,
    /// Codes of single organisations, separated by blanks.
    pub(crate) other_suppliers: String,
    pub(crate) other_recipients: String,
    pub(crate) feeds: Vec<String>,
    pub(crate) activities: Vec<String>,
    pub(crate) starts: String,
    pub(crate) ends: String,
    pub(crate) review: String,
    pub(crate) dpia: String,
}

/// The form.
pub(crate) struct AgreementFormPage {
    /// The agreement that is changed; none for a new one.
    pub(crate) id: Option<String>,
    pub(crate) draft: Draft,
    /// Who can be chosen: key and name.
    pub(crate) parties: Vec<(String, String)>,
    pub(crate) errors: Errors,
    pub(crate) csrf: String,
}

impl Page for AgreementFormPage {
    fn title(&self) -> String {
        if self.id.is_some() { "Change the terms".to_owned() } else { "Write an agreement".to_owned() }
    }

    fn place(&self) -> &'static str {
        "/agreements"
    }

    fn trail(&self) -> Vec<Crumb> {
        let mut trail = vec![crumb("Agreements and coverage", "/agreements")];
        trail.extend(self.id.iter().map(|id| crumb(id.as_str(), format!("/agreements/{id}"))));
        trail
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let action =
            self.id.as_ref().map_or("/agreements/new".to_owned(), |id| format!("/agreements/{id}/edit"));
        html! {
            @if self.id.is_some() {
                (InsetText { content: html! { p { "Adding parties keeps the signatures there are. Any other change asks everybody to sign again: until both sides have, nothing of the agreement holds." } }.into(), ..InsetText::default() })
            }
            (post_form(&action, &self.csrf, &self.fields()))
        }
    }
}

impl AgreementFormPage {
    fn fields(&self) -> Markup {
        let draft = &self.draft;
        html! {
            (self.text("title", "What the agreement is called", "", &draft.title, 30))
            (self.parties("suppliers", "Whose data", &draft.suppliers))
            (self.text("other_suppliers", "Single practices that supply data (codes, may be left blank)", "Such as E84002 E84013", &draft.other_suppliers, 20))
            (self.parties("recipients", "Who receives them", &draft.recipients))
            (self.text("other_recipients", "Single practices that receive data (codes, may be left blank)", "Such as E84002 E84013", &draft.other_recipients, 20))
            (boxes("feeds", "Which data", "", Feed::ALL.iter().map(|feed| (feed.name().to_owned(), feed.label().to_owned())), &draft.feeds, &self.errors))
            h2 class="nhsuk-heading-m" { "What for" }
            p { "The 54 activities of NHS England's population health management purposes (2022). An agreement is for direct care (functions A to C) or for secondary use (D to G), not both." }
            (self.activities(Purpose::DirectCare, "Direct care: functions A to C"))
            (self.activities(Purpose::Planning, "Secondary use: functions D to G"))
            h2 class="nhsuk-heading-m" { "From when to when" }
            (self.text("starts", "First day", "Year, month and day, such as 2026-12-01", &draft.starts, 10))
            (self.text("ends", "Last day (may be left blank)", "Such as 2028-11-30", &draft.ends, 10))
            (self.text("review", "Day of review (may be left blank)", "Such as 2027-11-30", &draft.review, 10))
            (self.text("dpia", "Data protection impact assessment", "Its reference or where it is kept", &draft.dpia, 30))
            (Button { content: "Save".into(), ..Button::default() })
        }
    }

    fn text(&self, name: &'static str, label: &str, hint: &str, value: &str, width: u8) -> Input {
        Input {
            label: label.into(),
            hint: if hint.is_empty() { Hint::default() } else { hint.into() },
            id: name.to_owned(),
            name: name.to_owned(),
            value: Some(value.to_owned()),
            width: Some(width),
            autocomplete: "off".to_owned(),
            error_message: self.errors.message(name),
            ..Input::default()
        }
    }

    fn parties(&self, name: &'static str, legend: &str, chosen: &[String]) -> Checkboxes {
        boxes(
            name,
            legend,
            "Who belongs to a group is fixed on the day the terms are written.",
            self.parties.iter().cloned(),
            chosen,
            &self.errors,
        )
    }

    fn activities(&self, purpose: Purpose, summary: &str) -> Details {
        let of_use = activities().iter().filter(|activity| activity.purpose() == purpose);
        let items =
            of_use.map(|activity| (activity.id.clone(), format!("{}. {}", activity.id, activity.title)));
        let items: Vec<(String, String)> = items.collect();
        let open = items.iter().any(|(id, _)| self.draft.activities.contains(id));
        // Both sets have one name; the error stands with the first.
        let (name, errors) = if purpose == Purpose::DirectCare {
            ("activities", self.errors.clone())
        } else {
            ("planning", Errors::default())
        };
        let set = boxes(name, summary, "", items.into_iter(), &self.draft.activities, &errors);
        Details {
            summary: summary.into(),
            content: html! { (set) }.into(),
            open: open || !errors.is_empty(),
            ..Details::default()
        }
    }
}

/// A set of boxes, each with a name of its own, so that none is lost when the form is read.
fn boxes(
    name: &'static str,
    legend: &str,
    hint: &str,
    items: impl Iterator<Item = (String, String)>,
    chosen: &[String],
    errors: &Errors,
) -> Checkboxes {
    let items: Vec<Choice> = items
        .map(|(value, words)| Choice {
            content: words.into(),
            name: format!("{name}.{value}"),
            value,
            ..Choice::default()
        })
        .collect();
    let mut fieldset = Fieldset { legend: legend.into(), ..Fieldset::default() };
    fieldset.legend.size = "s".to_owned();
    Checkboxes {
        name: name.to_owned(),
        id_prefix: name.to_owned(),
        fieldset: Some(fieldset),
        hint: if hint.is_empty() { Hint::default() } else { hint.into() },
        error_message: errors.message(name),
        items,
        values: chosen.to_vec(),
        small: true,
        ..Checkboxes::default()
    }
}
