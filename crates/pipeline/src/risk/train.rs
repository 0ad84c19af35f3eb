//! Training: a model fitted on one year's rows and tried on the next year's, whole or not at all.

use chrono::NaiveDate;
use methods::Rule;
use methods::discrimination::Predicted;
use methods::risk::bands::top;
use methods::risk::card::{Breakdown, Check, Cohort, Trained};
use methods::risk::performance::{performance, sub_group};
use methods::risk::stability::Spread;
use methods::risk::{Model, RiskError};
use warehouse::WarehouseError;
use warehouse::risk::RiskRows;

use super::set::{Came, Maker, Set, sub_groups};
use crate::PipelineError;

/// Groups of the spread that later risks are compared with.
const GROUPS: usize = 10;

/// Fits a model a year before `later`, and tries it on `later`.
pub(crate) async fn train(
    maker: &Maker<'_>,
    later: &Set,
    until: NaiveDate,
    came: &Came,
) -> Result<Trained, PipelineError> {
    let day = maker.earlier_day(until);
    let mut trained = Trained {
        name: maker.spec.definition.name.clone(),
        version: maker.spec.definition.version.clone(),
        definition: maker.definition(),
        until,
        fitted_on: Cohort { day, rows: 0, events: 0, died: 0 },
        tried_on: later.cohort.clone(),
        why_not: String::new(),
        model: None,
        apparent: None,
        validation: None,
        sub_groups: Vec::new(),
        spread: None,
    };
    if !maker.reaches_back(day) {
        trained.why_not = format!(
            "hospital data begin too late: people of {day} are looked at with the 12 months before, and followed until {until}"
        );
        return Ok(trained);
    }
    let earlier = maker.set(day, later.cohort.day, came).await?;
    trained.fitted_on = earlier.cohort.clone();
    match Model::fit(&maker.spec.head.terms, &earlier.rows.numbers, &earlier.came) {
        Ok(model) => try_on(&mut trained, model, &earlier, later, maker),
        Err(RiskError::NoColumn(column)) => {
            let (file, reason) =
                (maker.spec.definition.path.clone(), format!("the query returns no column `{column}`"));
            return Err(WarehouseError::Definition { file, reason }.into());
        }
        // The card shows this: no small count stands in it.
        Err(RiskError::TooFew { which, had, needed }) => {
            let had = Rule::default().count(had);
            trained.why_not = format!("{had} people {which} the outcome are too few: {needed} are needed");
        }
        Err(error) => trained.why_not = error.to_string(),
    }
    Ok(trained)
}

/// Tries a model on later rows; without a calibration on them it is not kept.
fn try_on(trained: &mut Trained, mut model: Model, earlier: &Set, later: &Set, maker: &Maker<'_>) {
    let apparent = predicted(&model, earlier);
    let tried = predicted(&model, later);
    let validation = performance(&tried);
    let Some(calibration) = &validation.calibration else {
        trained.why_not = format!(
            "{} people with the outcome in the later year are too few to try the model on",
            Rule::default().count(validation.events)
        );
        return;
    };
    let from = top(&tried.iter().map(|person| person.risk).collect::<Vec<_>>(), maker.spec.head.list_percent);
    trained.sub_groups = sub_groups(maker.spec, &later.rows)
        .into_iter()
        .map(|(by, groups)| Breakdown {
            by: by.to_owned(),
            groups: groups
                .into_iter()
                .map(|(name, rows)| {
                    let people: Vec<Predicted> =
                        rows.iter().filter_map(|row| tried.get(*row)).copied().collect();
                    (name.to_owned(), sub_group(&people, from))
                })
                .collect(),
        })
        .collect();
    model.shift = calibration.intercept.estimate;
    let risks: Vec<f64> = predicted(&model, later).iter().map(|person| person.risk).collect();
    trained.spread = Some(Spread::of(&risks, GROUPS));
    trained.apparent = Some(performance(&apparent));
    trained.validation = Some(validation);
    trained.model = Some(model);
}

/// How a model that is in use does on later rows.
pub(crate) fn check(trained: &Trained, set: &Set, until: NaiveDate) -> Check {
    let nothing = Check {
        until,
        cohort: set.cohort.clone(),
        expected: 0.0,
        ratio: None,
        intercept: None,
        slope: None,
        area: None,
        stability: 0.0,
    };
    let (Some(model), Some(spread)) = (&trained.model, &trained.spread) else { return nothing };
    let people = predicted(model, set);
    let seen = performance(&people);
    let risks: Vec<f64> = people.iter().map(|person| person.risk).collect();
    let (intercept, slope) = seen.calibration.map(|c| (c.intercept, c.slope)).unzip();
    Check {
        expected: seen.expected,
        ratio: seen.ratio,
        intercept,
        slope,
        area: seen.area,
        stability: spread.index(&risks),
        ..nothing
    }
}

fn predicted(model: &Model, set: &Set) -> Vec<Predicted> {
    let one =
        |(row, outcome): (usize, &bool)| Predicted { risk: risk(model, &set.rows, row), outcome: *outcome };
    set.came.iter().enumerate().map(one).collect()
}

/// The risk of a row.
pub(crate) fn risk(model: &Model, rows: &RiskRows, row: usize) -> f64 {
    model.risk(|column| rows.number(column, row))
}
