//! What a model says of today's people: risk, band, reasons, and who stands on the list.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{Days, NaiveDate};
use methods::risk::Model;
use methods::risk::bands::{Band, Bands, top};
use methods::risk::card::{Today, Trained};
use model::PersonId;
use warehouse::derived::PersonRisk;
use warehouse::risk::{RiskRows, day_of, rows};

use super::RiskInputs;
use super::spec::Spec;
use super::train::risk;
use crate::PipelineError;

/// Reasons that are told of one person.
const REASONS: usize = 3;
/// A characteristic that adds less to the log odds than this is no reason: it makes the odds less than a twentieth higher.
const LEAST: f64 = 0.05;
/// People whose rows are held at once.
const AT_ONCE: u32 = 250_000;

/// What a model says.
pub(crate) struct Scored {
    pub today: Today,
    pub people: Vec<(PersonId, PersonRisk)>,
    /// Worklist, person, weight, reason.
    pub listed: Vec<(String, PersonId, i64, String)>,
}

/// Asks a model of everybody whom it may be asked of.
pub(crate) fn score(
    inputs: &RiskInputs<'_>,
    spec: &Spec<'_>,
    model: &Model,
    trained: &Trained,
    folder: &Path,
) -> Result<Scored, PipelineError> {
    let all = risks(inputs, spec, model, folder)?;
    let risks: Vec<f64> = all.values().map(|(_, risk)| *risk).collect();
    let (bands, from) = (Bands::of(&risks), top(&risks, spec.head.list_percent));
    let expected = risks.iter().sum::<f64>();
    let about = Average { spec, percent: words(expected / risks.len().max(1) as f64) };
    // Reasons are told of those above the lowest band, or on the list.
    let told: BTreeSet<PersonId> = all
        .iter()
        .filter(|(_, (_, risk))| *risk >= from || bands.band(*risk) != Band::Low)
        .map(|(person, _)| *person)
        .collect();
    let rows = rows(folder, spec.definition, |person, day| {
        told.contains(&person) && all.get(&person).is_some_and(|(latest, _)| *latest == day)
    })?;
    let reasons: BTreeMap<PersonId, Vec<String>> =
        rows.people.iter().enumerate().map(|(row, person)| (*person, reasons(model, &rows, row))).collect();
    let mut scored = Scored {
        today: Today {
            as_at: inputs.as_at,
            people: all.len() as u64,
            expected,
            listed: 0,
            // Nobody's risk is above 1: nobody stands on a list that is empty.
            from: from.min(1.0),
            stability: trained.spread.as_ref().map_or(0.0, |spread| spread.index(&risks)),
        },
        people: Vec::with_capacity(all.len()),
        listed: Vec::new(),
    };
    for (person, (_, risk)) in all {
        let why = reasons.get(&person).cloned().unwrap_or_default();
        if risk >= from {
            let list = spec.definition.name.clone();
            scored.listed.push((list, person, weight(risk), about.sentence(risk, &why)));
        }
        let band = bands.band(risk).label().to_owned();
        let risk =
            PersonRisk { name: spec.definition.name.clone(), value: words(risk), band, reason: mainly(&why) };
        scored.people.push((person, risk));
    }
    scored.today.listed = scored.listed.len() as u64;
    Ok(scored)
}

/// The risk of each person's latest row, and its day.
fn risks(
    inputs: &RiskInputs<'_>,
    spec: &Spec<'_>,
    model: &Model,
    folder: &Path,
) -> Result<BTreeMap<PersonId, (NaiveDate, f64)>, PipelineError> {
    let oldest = spec.head.list_days.and_then(|days| inputs.as_at.checked_sub_days(Days::new(days.into())));
    let alive =
        |person| inputs.may_use(person).is_some_and(|fact| fact.registered && fact.death_date.is_none());
    let mut all: BTreeMap<PersonId, (NaiveDate, f64)> = BTreeMap::new();
    let last = inputs.people.last().map_or(0, |fact| fact.person.0);
    for part in 0..=last / AT_ONCE {
        let keep = |person: PersonId, day| {
            person.0 / AT_ONCE == part && oldest.is_none_or(|oldest| day > oldest) && alive(person)
        };
        let rows = rows(folder, spec.definition, keep)?;
        for (row, (person, day)) in rows.people.iter().zip(&rows.days).enumerate() {
            if all.get(person).is_none_or(|(known, _)| known < day) {
                all.insert(*person, (*day, risk(model, &rows, row)));
            }
        }
    }
    Ok(all)
}

/// What raises a row's risk above the average, the most first, in words with the facts behind them.
fn reasons(model: &Model, rows: &RiskRows, row: usize) -> Vec<String> {
    model
        .contributions(|column| rows.number(column, row))
        .into_iter()
        .filter(|contribution| contribution.adds >= LEAST)
        .filter_map(|contribution| contribution.term)
        .take(REASONS)
        .map(|term| filled(&term.words, rows, row))
        .collect()
}

/// A term's words with the row's own values in place of `{column}`.
fn filled(words: &str, rows: &RiskRows, row: usize) -> String {
    let mut parts = words.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, rest) = part.split_once('}').unwrap_or((part, ""));
        let value = rows.number(column, row);
        if rows.dates.contains(column) {
            text.push_str(&day_of(value).format("%-d %B %Y").to_string());
        } else {
            text.push_str(&value.to_string());
        }
        text.push_str(rest);
    }
    text
}

/// What raises a risk, in one sentence.
fn mainly(why: &[String]) -> String {
    if why.is_empty() { String::new() } else { format!("Above the average mainly for: {}", why.join("; ")) }
}

/// A risk in whole per cent.
fn words(risk: f64) -> String {
    match risk * 100.0 {
        percent if percent < 1.0 => "under 1%".to_owned(),
        percent if percent > 99.0 => "over 99%".to_owned(),
        percent => format!("{percent:.0}%"),
    }
}

/// A risk in tenths of a per cent: lists begin with the highest.
fn weight(risk: f64) -> i64 {
    (risk * 1_000.0).round() as i64
}

/// What a risk is told beside.
struct Average<'a> {
    spec: &'a Spec<'a>,
    percent: String,
}

impl Average<'_> {
    fn sentence(&self, risk: f64, why: &[String]) -> String {
        let why = mainly(why);
        let dot = if why.is_empty() { "" } else { ". " };
        let outcome = &self.spec.head.outcome_words;
        format!("Predicted risk of {outcome}: {} (average {}){dot}{why}", words(risk), self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_the_facts_behind_a_term() {
        let rows = RiskRows {
            people: vec![PersonId(1)],
            days: vec![NaiveDate::default()],
            numbers: [("n".to_owned(), vec![3]), ("latest".to_owned(), vec![31])].into(),
            dates: ["latest".to_owned()].into(),
            ..RiskRows::default()
        };
        assert_eq!(
            filled("{n} stays, the latest on {latest}", &rows, 0),
            "3 stays, the latest on 1 February 1970"
        );
        assert_eq!(filled("heart failure", &rows, 0), "heart failure");
        assert_eq!([0.004, 0.344, 0.996].map(words), ["under 1%", "34%", "over 99%"]);
        assert_eq!(weight(0.3442), 344);
    }
}
