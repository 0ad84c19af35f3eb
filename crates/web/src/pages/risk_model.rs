//! Model cards: what a model of risk was made from, how well it does, for whom less well, and what it is not.

use insight::risk::{Fit, Group, RiskModel, RiskModels, Seen};
use maud::{Markup, html};

use super::groups::SMALL_NUMBERS;
use super::risk_tables::{breakdown, checks, cohorts, curve, lists, measures, single, tenths, terms};
use crate::charts::{Calibration, Roc};
use crate::components::nhs::{Crumb, Details, InsetText, Row, SummaryList};
use crate::page::{Page, crumb};
use crate::words;

const PLACE: &str = "/population/risk-model";

/// What risks are for, and what they are not.
const CAUTION: &str = "A predicted risk is an estimate from what is recorded. It says how often people with the same facts had the outcome, not why, not who will, and not whom care will help. It knows nothing of what nobody recorded, and less of people whom services see less. It is for deciding with a person whether more help is wanted, by their own care team; never for refusing care, and never a reason by itself.";

/// Every model, with what it comes to.
pub(crate) struct RiskModelsPage {
    pub(crate) found: RiskModels,
}

impl Page for RiskModelsPage {
    fn title(&self) -> String {
        "Models of risk".to_owned()
    }

    fn place(&self) -> &'static str {
        PLACE
    }

    fn body(&self) -> Markup {
        html! {
            p class="nhsuk-lede-text" { "Which models predict a risk of people of this area, and how well they do." }
            @if self.found.models.is_empty() { p { "No model has been looked at yet: the next run does." } }
            @for model in &self.found.models {
                h2 class="nhsuk-heading-m" { a class="nhsuk-link" href={ (PLACE) "/" (model.name) } { (model.title) } }
                p { (sentence(model)) }
            }
            (InsetText { content: CAUTION.into(), ..InsetText::default() })
        }
    }
}

/// The card of one model.
pub(crate) struct RiskModelPage {
    pub(crate) model: RiskModel,
    pub(crate) coverage: String,
}

impl Page for RiskModelPage {
    fn title(&self) -> String {
        self.model.title.clone()
    }

    fn place(&self) -> &'static str {
        PLACE
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Models of risk", PLACE)]
    }

    fn body(&self) -> Markup {
        let model = &self.model;
        html! {
            p class="nhsuk-lede-text" { (sentence(model)) }
            (InsetText { content: CAUTION.into(), ..InsetText::default() })
            @if model.cohorts.is_some() {
                p { a class="nhsuk-link nhsuk-link--no-visited-state" href={ (PLACE) "/" (model.name) "/card.csv" } { "Download the tables (CSV)" } }
            }
            h2 class="nhsuk-heading-m" { "What it was made from" }
            @if let Some([fitted, tried]) = &model.cohorts { (cohorts(fitted, tried)) }
            (about(model))
            @if let Some(seen) = &model.validation { (performance(model, seen)) }
            @if !model.breakdowns.is_empty() { (sub_groups(&model.breakdowns)) }
            (drift(model))
            @if let Some(fit) = &model.fit { (rests_on(fit)) }
            (InsetText { content: html! { p { (self.coverage) } p { (SMALL_NUMBERS) } }.into(), ..InsetText::default() })
        }
    }
}

/// What a model comes to, in one or two sentences.
pub(super) fn sentence(model: &RiskModel) -> String {
    if !model.why_not.is_empty() {
        return format!(
            "There is no model of {} yet, and nobody has a risk: {}.",
            model.outcome, model.why_not
        );
    }
    let area = model.validation.as_ref().and_then(|seen| seen.area.value());
    let Some(area) = area else { return format!("A model of {}.", model.outcome) };
    let told = format!(
        "Of a person who had {} and one who had not, the model gave the former the higher risk {:.0} times in 100 (95% limits {:.0} to {:.0}), on people of a later year than those it was made from.",
        model.outcome,
        area.value * 100.0,
        area.lower * 100.0,
        area.upper * 100.0
    );
    let listed = model.today.as_ref().and_then(|today| today.listed.value());
    match listed {
        Some(listed) => format!(
            "{told} Today {} people stand on the list of the highest {}%.",
            words::count(i64::try_from(listed).unwrap_or(i64::MAX)),
            model.list_percent
        ),
        None => told,
    }
}

fn about(model: &RiskModel) -> SummaryList {
    let mut rows = vec![
        Row::new("Predicts", model.outcome.as_str()),
        Row::new("Method", model.source.as_str()),
        Row::new("Who is in it", model.note.as_str()),
        Row::new(
            "Who is not",
            "People who have opted out of planning, have a Type 1 or national data opt-out, or whose practice has not signed for risk stratification. Who moved away before the data were taken is not known any more.",
        ),
        Row::new("Version", model.version.as_str()),
    ];
    if let Some(until) = model.until {
        rows.push(Row::new("Outcomes known until", words::date(until)));
    }
    SummaryList { rows, ..SummaryList::default() }
}

fn performance(model: &RiskModel, seen: &Seen) -> Markup {
    let calibrated = calibration_words(seen);
    let told = sentence(model);
    html! {
        h2 class="nhsuk-heading-m" { "How well it does on a later year" }
        p { (calibrated) }
        (Calibration { tenths: &seen.tenths, sentence: &calibrated })
        (Details { summary: "By tenths of risk".into(), content: html! { (tenths(seen)) }.into(), ..Details::default() })
        (Roc { curve: &seen.curve, sentence: &told })
        (Details { summary: "Points of the curve".into(), content: html! { (curve(seen)) }.into(), ..Details::default() })
        (measures(seen, model.apparent.as_ref()))
        (lists(seen))
    }
}

/// Whether as many came as were predicted, in words.
fn calibration_words(seen: &Seen) -> String {
    let Some(ratio) = seen.ratio.value() else {
        return "There are too few outcomes to say how true the risks were.".to_owned();
    };
    let compared = if ratio.lower > 1.0 {
        "more than predicted"
    } else if ratio.upper < 1.0 {
        "fewer than predicted"
    } else {
        "as many as predicted, within chance"
    };
    format!(
        "For every 100 outcomes that were predicted {:.0} came (95% limits {:.0} to {:.0}): {compared}. Today's risks are brought up to that year.",
        ratio.value * 100.0,
        ratio.lower * 100.0,
        ratio.upper * 100.0
    )
}

fn sub_groups(breakdowns: &[(String, Vec<Group>)]) -> Markup {
    html! {
        h2 class="nhsuk-heading-m" { "For whom it does less well" }
        p { "On the later year. Where more people had the outcome than was predicted, risks of that group are too low, and people who need help are missed; where fewer had it, they are too high." }
        @for (by, groups) in breakdowns { (breakdown(by, groups)) }
    }
}

fn drift(model: &RiskModel) -> Markup {
    html! {
        h2 class="nhsuk-heading-m" { "How it changes" }
        p { "The population stability index compares today's risks with those of the year that the model was tried on: below 0.1 little has changed, from 0.25 on much, and the model should be looked at. A model is made anew every three months; in between it is looked at whenever a month of outcomes is complete." }
        @if let Some(today) = &model.today {
            p {
                "On " (words::date(today.as_at)) " " (today.people.to_string()) " people have a risk; were all true, " (today.expected.to_string())
                " would have the outcome. The stability index is " (single(&today.stability, 3)) "."
            }
        }
        @if model.checks.is_empty() { p { "No month of outcomes has been completed since the model was made." } }
        @else { (checks(&model.checks)) }
    }
}

fn rests_on(fit: &Fit) -> Markup {
    let constant = fit.constant.value();
    html! {
        h2 class="nhsuk-heading-m" { "What it rests on" }
        p { "An odds ratio compares people who have a term with people who are otherwise alike and do not; it does not say that the one brings about the other." }
        (terms(&fit.terms))
        @if let Some(told) = constant {
            p { "Constant " (format!("{:.3} (standard error {:.3})", told.estimate, told.standard_error)) "; brought up to the later year by " (format!("{:+.3}", fit.shift)) "." }
        }
        @if !fit.left_out.is_empty() {
            p { "Left out:" }
            ul { @for (title, why) in &fit.left_out { li { (title) ": " (why) } } }
        }
    }
}
