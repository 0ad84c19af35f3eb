//! The pages about models of risk with sample data. Nobody in them is real.

use std::collections::BTreeMap;

use insight::risk::{RiskModel, RiskModels, model};
use methods::discrimination::Predicted;
use methods::risk::card::{Breakdown, Card, Check, Cohort, Today, Trained};
use methods::risk::performance::{performance, sub_group};
use methods::risk::stability::Spread;
use methods::risk::{Model, Term};
use methods::{Coverage, Rule};

use super::samples::day;
use super::{risk_csv, risk_model};
use crate::page::Page;

fn term(name: &str, column: &str, from: i64, title: &str) -> Term {
    let (name, column, title) = (name.to_owned(), column.to_owned(), title.to_owned());
    Term { name, column, from: Some(from), to: None, words: title.clone(), title }
}

/// 4,000 people; who was admitted or is old has the outcome more often.
fn people() -> (BTreeMap<String, Vec<i64>>, Vec<bool>) {
    let age: Vec<i64> = (0..4_000).map(|n| 18 + n * 7 % 80).collect();
    let admitted: Vec<i64> = (0..4_000).map(|n| i64::from(n % 9 == 0)).collect();
    let rare = (0..4_000).map(|n| i64::from(n < 10)).collect();
    let came = (0_i64..4_000)
        .map(|n| (n * 13 % 100) < 4 + age[n as usize] / 8 + 20 * admitted[n as usize])
        .collect();
    let columns = [("age".to_owned(), age), ("admitted".to_owned(), admitted), ("rare".to_owned(), rare)];
    (columns.into(), came)
}

fn card() -> Card {
    let (columns, came) = people();
    let terms = [
        term("age_75", "age", 75, "Aged 75 and over"),
        term("admitted", "admitted", 1, "An emergency admission in the last 12 months"),
        term("rare", "rare", 1, "A condition that few people have"),
    ];
    let mut fitted = Model::fit(&terms, &columns, &came).unwrap();
    let risk = |row: usize| fitted.risk(|column| columns[column][row]);
    let seen: Vec<Predicted> = came
        .iter()
        .enumerate()
        .map(|(row, outcome)| Predicted { risk: risk(row), outcome: *outcome })
        .collect();
    let risks: Vec<f64> = seen.iter().map(|person| person.risk).collect();
    let (spread, whole) = (Spread::of(&risks, 10), performance(&seen));
    let cohort = |y| Cohort { day: day(y, 10, 31), rows: whole.people, events: whole.events, died: 12 };
    let sex = |name: &str, part: &[Predicted]| (name.to_owned(), sub_group(part, 0.3));
    let check = Check {
        until: day(2026, 11, 30),
        cohort: cohort(2025),
        expected: whole.expected,
        ratio: whole.ratio,
        intercept: whole.calibration.as_ref().map(|c| c.intercept.clone()),
        slope: whole.calibration.as_ref().map(|c| c.slope.clone()),
        area: whole.area,
        stability: spread.index(&risks),
    };
    fitted.shift = 0.04;
    Card {
        name: "emergency_admission_12m".to_owned(),
        title: "Predicted risk of an emergency admission in the next 12 months".to_owned(),
        source: "Logistic regression on this area's own data, tried on a later year".to_owned(),
        note: "Adults registered and alive on the day.".to_owned(),
        outcome: "an emergency admission within 12 months".to_owned(),
        follow_up_days: 365,
        list_percent: 2.0,
        why_not: String::new(),
        trained: Some(Trained {
            name: "emergency_admission_12m".to_owned(),
            version: "1.0".to_owned(),
            definition: "ab".to_owned(),
            until: day(2026, 10, 31),
            fitted_on: cohort(2024),
            tried_on: cohort(2025),
            why_not: String::new(),
            model: Some(fitted),
            apparent: Some(whole.clone()),
            validation: Some(whole),
            sub_groups: vec![Breakdown {
                by: "Sex".to_owned(),
                groups: vec![
                    sex("Female", &seen[..2_000]),
                    sex("Male", &seen[2_000..3_990]),
                    sex("Not known", &seen[3_990..]),
                ],
            }],
            spread: Some(spread),
        }),
        checks: vec![check],
        today: Some(Today {
            as_at: day(2026, 11, 19),
            people: 4_000,
            expected: 512.4,
            listed: 81,
            from: 0.41,
            stability: 0.012,
        }),
    }
}

fn without() -> RiskModel {
    let why_not = "310 people with the outcome are too few: 540 are needed".to_owned();
    model(Card { why_not, trained: None, checks: Vec::new(), today: None, ..card() }, Rule::default())
}

pub(super) fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    let found = RiskModels { models: vec![model(card(), Rule::default())], coverage: Coverage::default() };
    let coverage = "Made of data of 348 of 351 practices.".to_owned();
    vec![
        ("risk-models", Box::new(risk_model::RiskModelsPage { found })),
        (
            "risk-model",
            Box::new(risk_model::RiskModelPage {
                model: model(card(), Rule::default()),
                coverage: coverage.clone(),
            }),
        ),
        ("risk-model-none", Box::new(risk_model::RiskModelPage { model: without(), coverage })),
    ]
}

#[test]
fn the_file_says_what_the_page_says_and_no_small_count() {
    let text = risk_csv::csv(&model(card(), Rule::default()), "Made of data of 3 of 4 practices.");
    let lines: Vec<Vec<&str>> =
        text.lines().map(|line| line.trim_matches('"').split("\",\"").collect()).collect();
    assert!(lines.iter().skip(1).all(|line| line.len() == 8), "every line has every column");
    let of = |table: &str, row: &str, measure: &str| {
        lines.iter().skip(1).find(|line| line[1..4] == [table, row, measure]).map(|line| line[4].to_owned())
    };
    assert_eq!(of("rows", "made from", "rows").unwrap(), "4000");
    assert!(of("terms", "Aged 75 and over", "odds ratio").unwrap().parse::<f64>().unwrap() > 1.0);
    assert_eq!(of("terms", "A condition that few people have", "people"), None, "left out of the model");
    // Ten people whose sex is not known: how many had the outcome is not said, in any form.
    assert!(of("Sex", "Not known", "events").unwrap().parse::<u64>().is_err());
    assert!(of("Sex", "Not known", "outcomes for each predicted").unwrap().parse::<f64>().is_err());
    assert!(lines.iter().skip(1).all(|line| line[7] == "Made of data of 3 of 4 practices."));
}
