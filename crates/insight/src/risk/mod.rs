//! Models of risk: what they were made from, how well they do, for whom less well, and how that changes.

mod view;

use methods::discrimination::RocPoint;
use methods::risk::FEWEST;
use methods::risk::card::{Breakdown, Card, Check, Cohort, Today, Trained};
use methods::risk::performance::{AtTop, Performance};
use methods::risk::{FittedTerm, LeftOut, Model};
use methods::{Estimate, Published, Rule};
use policy::Permit;
use warehouse::WarehouseError;
use warehouse::marts::Marts;

use crate::{InsightError, coverage};

pub use view::{
    Fit, Group, Now, Off, RiskModel, RiskModels, Rows, Seen, Since, Tenth, TermLine, Told, TopLine,
};

/// Where the cards lie among the marts.
const CARDS: &str = "risk.json";

/// The cards of today's models. Empty before the first run that made them.
pub async fn models(marts: &Marts, permit: &Permit) -> Result<RiskModels, InsightError> {
    let cards: Vec<Card> = match marts.document(permit, CARDS)? {
        Some(text) => serde_json::from_str(&text)
            .map_err(|e| WarehouseError::Table { file: CARDS.to_owned(), reason: e.to_string() })?,
        None => Vec::new(),
    };
    let rule = Rule::default();
    let models = cards.into_iter().map(|card| model(card, rule)).collect();
    Ok(RiskModels { models, coverage: coverage(marts, permit).await? })
}

/// The card through disclosure control.
pub fn model(card: Card, rule: Rule) -> RiskModel {
    let trained = card.trained.as_ref();
    RiskModel {
        version: trained.map(|trained| trained.version.clone()).unwrap_or_default(),
        until: trained.map(|trained| trained.until),
        cohorts: trained.map(|trained| [rows(&trained.fitted_on, rule), rows(&trained.tried_on, rule)]),
        fit: trained.and_then(|trained| trained.model.as_ref()).map(|model| fit(model, rule)),
        apparent: trained.and_then(|trained| trained.apparent.as_ref()).map(|seen| how(seen, rule)),
        validation: trained.and_then(|trained| trained.validation.as_ref()).map(|seen| how(seen, rule)),
        breakdowns: trained.map(|trained| breakdowns(trained, rule)).unwrap_or_default(),
        checks: card.checks.iter().map(|check| since(check, rule)).collect(),
        today: card.today.as_ref().map(|today| now(today, rule)),
        name: card.name,
        title: card.title,
        source: card.source,
        note: card.note,
        outcome: card.outcome,
        follow_up_days: card.follow_up_days,
        list_percent: card.list_percent,
        why_not: card.why_not,
    }
}

fn rows(cohort: &Cohort, rule: Rule) -> Rows {
    Rows {
        day: cohort.day,
        rows: rule.count(cohort.rows),
        events: rule.count(cohort.events),
        share: rule.proportion(cohort.events, cohort.rows, 100.0),
        died: rule.count(cohort.died),
    }
}

fn fit(model: &Model, rule: Rule) -> Fit {
    let without = model.people - model.events;
    let constant = Told { estimate: model.constant.estimate, standard_error: model.constant.standard_error };
    let left_out = |left: &LeftOut| (left.term.title.clone(), left.why.clone());
    Fit {
        constant: rule.statistic(Some(constant), model.events, without),
        shift: model.shift,
        terms: model.terms.iter().map(|term| line(term, rule)).collect(),
        left_out: model.left_out.iter().map(left_out).collect(),
    }
}

fn line(fitted: &FittedTerm, rule: Rule) -> TermLine {
    let (with, without) = (fitted.events, fitted.people - fitted.events);
    let told =
        Told { estimate: fitted.coefficient.estimate, standard_error: fitted.coefficient.standard_error };
    TermLine {
        title: fitted.term.title.clone(),
        people: rule.count(fitted.people),
        share: rule.proportion(with, fitted.people, 100.0),
        coefficient: rule.statistic(Some(told), with, without),
        odds_ratio: rule.statistic(Some(fitted.odds_ratio), with, without),
    }
}

fn how(seen: &Performance, rule: Rule) -> Seen {
    let (with, without) = (seen.events, seen.people - seen.events);
    let of = |value: Option<Estimate>| rule.statistic(value, with, without);
    let calibration = seen.calibration.as_ref();
    let tenths = calibration.map(|c| c.groups.as_slice()).unwrap_or_default();
    Seen {
        area: of(seen.area),
        ratio: of(seen.ratio),
        intercept: of(calibration.map(|c| limits(&c.intercept))),
        slope: of(calibration.map(|c| limits(&c.slope))),
        brier: rule.statistic(calibration.map(|c| c.brier), with, without),
        tenths: tenths
            .iter()
            .map(|group| {
                let people = group.people as u64;
                let events = whole(group.observed.value * group.people as f64);
                Tenth {
                    people: rule.count(people),
                    expected: rule.statistic(Some(group.expected * 100.0), people, people),
                    observed: rule.proportion(events, people, 100.0),
                }
            })
            .collect(),
        curve: seen.curve.iter().filter(|point| tells_of_many(point, with, without, rule)).copied().collect(),
        lists: seen.lists.iter().map(|list| top(list, with, rule)).collect(),
    }
}

fn limits(coefficient: &methods::regression::Coefficient) -> Estimate {
    Estimate { value: coefficient.estimate, lower: coefficient.lower, upper: coefficient.upper }
}

/// Whether no count behind a point of the curve is small.
fn tells_of_many(point: &RocPoint, with: u64, without: u64, rule: Rule) -> bool {
    let positive = whole(point.sensitivity * with as f64);
    let negative = whole(point.specificity * without as f64);
    [positive, with.saturating_sub(positive), negative, without.saturating_sub(negative)]
        .into_iter()
        .all(|n| !rule.is_small(n))
}

fn whole(n: f64) -> u64 {
    n.round().max(0.0) as u64
}

fn top(list: &AtTop, all_events: u64, rule: Rule) -> TopLine {
    TopLine {
        percent: list.percent,
        from: list.from * 100.0,
        people: rule.count(list.people),
        predictive_value: rule.proportion(list.events, list.people, 100.0),
        sensitivity: rule.proportion(list.events, all_events, 100.0),
    }
}

fn breakdowns(trained: &Trained, rule: Rule) -> Vec<(String, Vec<Group>)> {
    trained.sub_groups.iter().map(|by| (by.by.clone(), groups(by, rule))).collect()
}

/// Counts with and without the outcome go through disclosure control as one table, so that none comes back by subtraction.
fn groups(by: &Breakdown, rule: Rule) -> Vec<Group> {
    let counts: Vec<Vec<u64>> =
        by.groups.iter().map(|(_, group)| vec![group.events, group.people - group.events]).collect();
    let table = rule.table(&counts);
    by.groups
        .iter()
        .enumerate()
        .map(|(at, (name, group))| {
            let events = table.cells.get(at).and_then(|row| row.first()).copied();
            let events = events.unwrap_or_else(Published::no_data);
            let people = table.row_totals.get(at).copied().unwrap_or_else(Published::no_data);
            let (with, without) = (group.events, group.people - group.events);
            let shown = |value: Option<Estimate>| {
                if events.is_suppressed() {
                    Published::withheld()
                } else {
                    rule.statistic(value, with, without)
                }
            };
            let enough = with >= FEWEST && without >= FEWEST;
            let ratio = shown(group.ratio);
            Group {
                name: name.clone(),
                people,
                events,
                area: shown(group.area.filter(|_| enough)),
                listed: rule.proportion(group.listed, group.people, 100.0),
                off: ratio.value().and_then(off),
                ratio,
            }
        })
        .collect()
}

fn off(ratio: Estimate) -> Option<Off> {
    if ratio.lower > 1.0 {
        Some(Off::TooLow)
    } else if ratio.upper < 1.0 {
        Some(Off::TooHigh)
    } else {
        None
    }
}

fn since(check: &Check, rule: Rule) -> Since {
    let (with, without) = (check.cohort.events, check.cohort.rows - check.cohort.events);
    Since {
        until: check.until,
        rows: rows(&check.cohort, rule),
        ratio: rule.statistic(check.ratio, with, without),
        intercept: rule.statistic(check.intercept.as_ref().map(limits), with, without),
        slope: rule.statistic(check.slope.as_ref().map(limits), with, without),
        area: rule.statistic(check.area, with, without),
        stability: rule.statistic(Some(check.stability), with, without),
    }
}

fn now(today: &Today, rule: Rule) -> Now {
    Now {
        as_at: today.as_at,
        people: rule.count(today.people),
        expected: rule.count(whole(today.expected)),
        listed: rule.count(today.listed),
        from: rule.statistic(
            Some(today.from * 100.0).filter(|_| today.listed > 0),
            today.listed,
            today.people,
        ),
        stability: rule.statistic(Some(today.stability), today.people, today.people),
    }
}
