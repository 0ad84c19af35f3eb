//! The access rules in force, and the whole of what they come to.

use maud::{Markup, html};
use model::{Purpose, Role};
use policy::{Decision, Effect, Line, Outcome, Rule, Situation};

use crate::components::nhs::{Cell, Crumb, Details, Head, Row, SummaryList, Table, Tag, TagColour};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::page::{Page, crumb};

/// Every rule, as its owner wrote it.
pub(crate) struct RulesPage {
    pub(crate) version: String,
    pub(crate) rules: Vec<Rule>,
}

impl Page for RulesPage {
    fn title(&self) -> String {
        "Access rules in force".to_owned()
    }

    fn place(&self) -> &'static str {
        "/rules"
    }

    fn body(&self) -> Markup {
        html! {
            p { "Nothing is permitted unless a rule permits it. A rule that forbids wins over every rule that permits. What agreements leave out is taken out of every answer besides." }
            p { "Version " span class="app-wrap" { (self.version) } ". Rules change with a release; every change is in the audit." }
            ul class="nhsuk-list" {
                li { a class="nhsuk-link" href="/rules/matrix" { "What the rules come to, case by case" } }
                li { a class="nhsuk-link" href="/rules/try" { "Try a case" } }
            }
            @for file in self.files() {
                h2 class="nhsuk-heading-m" { (theme(file)) }
                @for rule in self.rules.iter().filter(|rule| rule.file == file) { (one(rule)) }
            }
        }
    }
}

impl RulesPage {
    fn files(&self) -> Vec<&'static str> {
        let mut files: Vec<&'static str> = self.rules.iter().map(|rule| rule.file).collect();
        files.dedup();
        files
    }
}

/// A file's name as a heading: `direct-care.cedar` is about direct care.
fn theme(file: &str) -> String {
    let words = file.trim_end_matches(".cedar").replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn one(rule: &Rule) -> Markup {
    let rows = vec![
        Row::new("Effect", html! { (effect(rule.effect)) }),
        Row::new("Owner", rule.owner.as_str()),
        Row::new("Legal basis", rule.legal_basis.as_str()),
    ];
    html! {
        section id=(rule.id) {
            h3 class="nhsuk-heading-s" { (rule.sentence) span class="nhsuk-caption-m nhsuk-caption--bottom" { (rule.id) } }
            (SummaryList { rows, ..SummaryList::default() })
            (Details {
                summary: format!("The rule {} as it is written", rule.id).as_str().into(),
                content: html! { pre class="app-source" tabindex="0" { code { (rule.text) } } }.into(),
                ..Details::default()
            })
        }
    }
}

fn effect(effect: Effect) -> Tag {
    match effect {
        Effect::Permit => Tag::of(TagColour::Green, "Permits"),
        Effect::Forbid => Tag::of(TagColour::Red, "Forbids"),
        Effect::Mask => Tag::of(TagColour::Orange, "Withholds"),
    }
}

/// What the rules come to for one role.
pub(crate) struct MatrixPage {
    pub(crate) role: Role,
    pub(crate) parts: Vec<(Purpose, Vec<Line>)>,
    pub(crate) rules: Vec<Rule>,
}

impl Page for MatrixPage {
    fn title(&self) -> String {
        format!("What the rules come to: {}", self.role.label())
    }

    fn place(&self) -> &'static str {
        "/rules"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Access rules", "/rules")]
    }

    fn body(&self) -> Markup {
        let link = |role: Role| {
            FilterLink::new(role.label(), format!("/rules/matrix?role={}", role.name()), role == self.role)
        };
        html! {
            p { "First what holds when agreements cover everything; then what differs when they do not, or when the glass is broken in an emergency." }
            (filters("Roles", &[FilterGroup { name: "Role", links: Role::ALL.map(link).into() }]))
            @for (purpose, lines) in &self.parts { (self.part(*purpose, lines)) }
        }
    }
}

impl MatrixPage {
    fn part(&self, purpose: Purpose, lines: &[Line]) -> Markup {
        let (never, some): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.outcomes.is_empty());
        let never: Vec<&str> = never.iter().map(|line| line.action.label()).collect();
        html! {
            h2 class="nhsuk-heading-m" { "For " (purpose.label()) }
            @if some.is_empty() { p { "Nothing at all." } }
            @else {
                @for line in some { (self.table(line)) }
                (Details {
                    summary: format!("Never permitted for {}", purpose.label()).as_str().into(),
                    content: html! { ul class="nhsuk-list nhsuk-list--bullet" { @for action in never { li { (action) } } } }.into(),
                    ..Details::default()
                })
            }
        }
    }

    fn table(&self, line: &Line) -> Table {
        let row = |outcome: &Outcome| {
            let when =
                if outcome.situation == Situation::Covered { "Usually" } else { outcome.situation.label() };
            let who =
                html! { @for (i, about) in outcome.about.iter().enumerate() { @if i > 0 { "; " } (about) } };
            vec![Cell::from(when), who.into(), self.said(&outcome.decision).into()]
        };
        Table {
            caption: line.action.label().into(),
            head: ["When", "Of whom or what", "Decision"].map(Head::from).into(),
            rows: line.outcomes.iter().map(row).collect(),
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }

    /// The decision, with the sentence of each rule that made it.
    fn said(&self, decision: &Decision) -> Markup {
        let rule = |id: &String| self.rules.iter().find(|rule| rule.id == *id);
        html! {
            (verdict(decision))
            @for rule in decision.rules().iter().filter_map(rule) {
                br; a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/rules#" (rule.id) } { (rule.id) } ": " (rule.sentence)
            }
            (limits(decision))
        }
    }
}

/// The decision as a tag, and whether a refused user may know that there is such a person.
pub(crate) fn verdict(decision: &Decision) -> Markup {
    html! {
        @match (decision.permitted(), decision.known()) {
            (true, _) => (Tag::of(TagColour::Green, "Permitted")),
            (false, true) => (Tag::of(TagColour::Red, "Refused")),
            (false, false) => { (Tag::of(TagColour::Red, "Refused")) " as if there were nobody" },
        }
    }
}

/// What is withheld of a record, and who may be in a list.
pub(crate) fn limits(decision: &Decision) -> Markup {
    let masks: Vec<&str> = decision.masks().iter().map(|section| section.label()).collect();
    let reach = decision.reach().to_string().replace('_', " ");
    html! {
        @if !masks.is_empty() { br; "Withheld: " (masks.join(", ")) "." }
        @if !reach.is_empty() { br; "People in it: " (reach) "." }
    }
}
