//! Trying a case: what the rules and today's agreements would say of somebody who does not exist.

use governance::cases::{Agreements, Case, So, Tried};
use maud::{Markup, html};
use model::{Purpose, Role};
use policy::{GlassReason, Rule};

use super::rules::{limits, verdict};
use crate::components::nhs::{
    Button, Checkboxes, Choice, Crumb, Fieldset, Input, InsetText, Row, Select, SelectItem, SummaryList,
};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::words;

/// The case and, once tried, what came of it.
pub(crate) struct TryCasePage {
    pub(crate) case: Case,
    /// Organisation and practice as they were typed.
    pub(crate) typed: [String; 2],
    pub(crate) tried: Option<Tried>,
    /// The rules that made the decision.
    pub(crate) rules: Vec<Rule>,
    pub(crate) errors: Errors,
    pub(crate) names: Names,
}

impl Page for TryCasePage {
    fn title(&self) -> String {
        "Try a case".to_owned()
    }

    fn place(&self) -> &'static str {
        "/rules"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Access rules", "/rules")]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        html! {
            @if let Some(tried) = &self.tried { (self.outcome(tried)) }
            @else { p { "Nobody in a case is real. It is decided by the same rules and agreements as everything else, and written down as a case." } }
            form action="/rules/try" method="get" novalidate {
                div class="nhsuk-grid-row" {
                    div class="nhsuk-grid-column-one-half" { h2 class="nhsuk-heading-m" { "Who asks" } (self.user()) }
                    div class="nhsuk-grid-column-one-half" { h2 class="nhsuk-heading-m" { "Of whom" } (self.person()) }
                }
                (Button { content: "Try this case".into(), ..Button::default() })
            }
        }
    }
}

impl TryCasePage {
    fn outcome(&self, tried: &Tried) -> Markup {
        let decision = &tried.decision;
        let what = html! { (verdict(decision)) (limits(decision)) };
        let read = if decision.permitted() {
            html! { (decision.sentence()) }
        } else if decision.known() {
            html! { "\u{201c}" (decision.sentence()) "\u{201d}" }
        } else {
            html! { "A page that is not found, as for a number that nobody has." }
        };
        let rows = vec![
            Row::new("Case", self.words()),
            Row::new("Decision", what),
            Row::new(if decision.permitted() { "Why" } else { "What the user would read" }, read),
            Row::new("Rules", self.rules_that_made_it()),
            Row::new("Agreements", self.agreements(tried)),
        ];
        html! {
            h2 class="nhsuk-heading-m" role="status" { "What would happen" }
            (SummaryList { rows, ..SummaryList::default() })
        }
    }

    fn words(&self) -> String {
        let Case { role, purpose, action, organisation, practice, so, glass, .. } = &self.case;
        let place = |code: &str, none: &str| {
            if code.is_empty() { none.to_owned() } else { self.names.of(code).to_owned() }
        };
        let mut words = format!(
            "{}, {}, for {}: {}. The person: {}",
            role.label(),
            place(organisation, "for no organisation"),
            purpose.label(),
            action.label(),
            if practice.is_empty() {
                "registered nowhere here".to_owned()
            } else {
                format!("registered at {}", place(practice, ""))
            }
        );
        for so in so {
            words.push_str("; ");
            words.push_str(so.label());
        }
        if let Some(reason) = glass {
            words.push_str(&format!("; in an emergency: {}", reason.label()));
        }
        words + "."
    }

    fn rules_that_made_it(&self) -> Markup {
        html! {
            @if self.rules.is_empty() { "None permits it." }
            @else {
                ul class="nhsuk-list" {
                    @for rule in &self.rules {
                        li { a class="nhsuk-link" href={ "/rules#" (rule.id) } { (rule.id) } ": " (rule.sentence) }
                    }
                }
            }
        }
    }

    fn agreements(&self, tried: &Tried) -> Markup {
        let cover = tried.decision.cover();
        let hidden = i64::try_from(cover.hidden().count()).unwrap_or(i64::MAX);
        html! {
            (self.case.agreements.label()) ": "
            @if cover.is_nothing() { "nothing is covered." }
            @else if cover.is_whole() { "everything that is published is covered." }
            @else { (words::counted(hidden, "source is", "sources are")) " left out." }
            @if self.case.agreements == Agreements::Today {
                ul class="nhsuk-list nhsuk-list--bullet" {
                    @for (agreement, of_practice) in &tried.agreements {
                        li {
                            a class="nhsuk-link" href={ "/agreements/" (agreement) } { (agreement) }
                            @if *of_practice { ", which covers the practice's own data" }
                        }
                    }
                }
                @if tried.agreements.is_empty() { "No agreement in force names this organisation for this purpose." }
            }
        }
    }

    fn user(&self) -> Markup {
        let case = &self.case;
        let (roles, purposes) = (Role::ALL.map(|r| item(r.label(), r.name())), Purpose::ALL);
        let purposes = purposes.map(|purpose| item(purpose.label(), purpose.name()));
        let actions = Case::actions().map(|action| item(action.label(), action.name())).collect();
        html! {
            (select("Role", "role", roles.into(), case.role.name()))
            (self.place("Organisation", "organisation", 0))
            (select("Purpose", "purpose", purposes.into(), case.purpose.name()))
            (select("What they do", "action", actions, case.action.name()))
        }
    }

    fn person(&self) -> Markup {
        let so = |so: So| Choice {
            content: so.label().into(),
            value: so.name().to_owned(),
            name: format!("so.{}", so.name()),
            ..Choice::default()
        };
        let chosen = So::ALL.into_iter().filter(|so| self.case.so.contains(so));
        let mut glass = vec![item("No glass is broken", "")];
        glass.extend(GlassReason::ALL.map(|reason| item(reason.label(), reason.name())));
        let agreements = Agreements::ALL.map(|state| item(state.label(), state.name()));
        html! {
            (self.place("Registered at", "practice", 1))
            (Checkboxes {
                id_prefix: "so".to_owned(),
                fieldset: Some(Fieldset { legend: "What is so".into(), ..Fieldset::default() }),
                items: So::ALL.map(so).into(),
                values: chosen.map(|so| so.name().to_owned()).collect(),
                small: true,
                ..Checkboxes::default()
            })
            (select("In an emergency", "glass", glass, self.case.glass.map_or("", GlassReason::name)))
            (select("Agreements", "agreements", agreements.into(), self.case.agreements.name()))
            (InsetText { content: "A list or a count has no one person: what is so of the person does not matter to it.".into(), ..InsetText::default() })
        }
    }

    fn place(&self, label: &str, name: &'static str, typed: usize) -> Input {
        Input {
            label: label.into(),
            hint: "Name or ODS code; blank for none".into(),
            id: name.to_owned(),
            name: name.to_owned(),
            value: self.typed.get(typed).cloned(),
            autocomplete: "off".to_owned(),
            width: Some(20),
            error_message: self.errors.message(name),
            ..Input::default()
        }
    }
}

fn item(words: &str, value: &str) -> SelectItem {
    SelectItem { content: words.into(), value: Some(value.to_owned()), ..SelectItem::default() }
}

fn select(label: &str, name: &str, items: Vec<SelectItem>, value: &str) -> Select {
    Select { label: label.into(), name: name.to_owned(), items, value: value.to_owned(), ..Select::default() }
}
