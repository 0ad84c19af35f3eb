//! A model of a person's risk: logistic regression on yes-or-no terms, what each says, and the reasons for one person.
//!
//! Source: logistic regression by iteratively reweighted least squares ([`crate::regression::glm`]). At least ten outcomes a term: Peduzzi P and
//! others, J Clin Epidemiol 1996; 49: 1373-9. At least 100 people with and 100 without the outcome to validate: Vergouwe Y and others, J Clin
//! Epidemiol 2005; 58: 475-83. The constant brought up to the later year: Steyerberg EW, Clinical prediction models, 2019, chapter 20.

pub mod bands;
pub mod card;
pub mod performance;
pub mod stability;

use std::collections::BTreeMap;

use nalgebra::DVector;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::distributions::Confidence;
use crate::rates::Estimate;
use crate::regression::glm::{Family, Glm};
use crate::regression::{Coefficient, FitError, Reference, Terms, coefficients};

/// Outcomes that must be there for each term of the model.
pub const EVENTS_A_TERM: u64 = 10;
/// People with, and people without the outcome, that a model or its validation needs at least.
pub const FEWEST: u64 = 100;
/// People with a term, and of them with and without the outcome, below which the term is left out.
const FEWEST_WITH_TERM: u64 = 20;
const FEWEST_OF_EACH: u64 = 5;

/// A standard error of a coefficient above which it is as good as unknown.
const LARGEST_ERROR: f64 = 5.0;

const CONSTANT: &str = "constant";

/// A term: whether a whole number of a person lies in a range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Name, one of its own.
    pub name: String,
    /// The column that holds the number. Terms of one column are one characteristic.
    pub column: String,
    /// The smallest number that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// The largest number that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
    /// In plain words for a list of terms.
    pub title: String,
    /// In plain words about one person; `{column}` stands for a value of theirs.
    pub words: String,
}

impl Term {
    /// Whether a person with this number has it.
    pub fn holds(&self, value: i64) -> bool {
        self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value <= to)
    }
}

/// Why there is no model.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RiskError {
    /// Too few with or without the outcome.
    #[error("{had} people {which} the outcome are too few: {needed} are needed")]
    TooFew {
        /// `with` or `without`.
        which: &'static str,
        /// How many there are.
        had: u64,
        /// How many are needed.
        needed: u64,
    },
    /// A column that is not there.
    #[error("there is no column `{0}`")]
    NoColumn(String),
    /// No term is left.
    #[error("every term is met in too few people")]
    NoTerm,
    /// The regression does not come to an end.
    #[error(transparent)]
    Fit(#[from] FitError),
}

/// A term of a fitted model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedTerm {
    /// The term.
    pub term: Term,
    /// People it was fitted on who have it.
    pub people: u64,
    /// Of them with the outcome.
    pub events: u64,
    /// Their share of all.
    pub share: f64,
    /// Change of the log odds, with standard error and 95 % limits.
    pub coefficient: Coefficient,
    /// Odds against somebody without it who is otherwise alike, with 95 % limits.
    pub odds_ratio: Estimate,
}

/// A term that could not be fitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The term.
    pub term: Term,
    /// Why.
    pub why: String,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// People it was fitted on.
    pub people: u64,
    /// Of them with the outcome.
    pub events: u64,
    /// Log odds of somebody with no term.
    pub constant: Coefficient,
    /// Added to the constant when risks are computed: what the later year asked for. Nought until then.
    pub shift: f64,
    /// Terms, in the order of the definition.
    pub terms: Vec<FittedTerm>,
    /// Terms left out.
    pub left_out: Vec<LeftOut>,
}

/// What a characteristic adds to one person's log odds, against the average person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution<'a> {
    /// The column.
    pub column: &'a str,
    /// Log odds.
    pub adds: f64,
    /// The term that holds; `None` when the person is in the reference.
    pub term: Option<&'a Term>,
}

impl Model {
    /// Fits a model. `columns` hold a whole number a person each, `outcome` whether it came.
    ///
    /// # Errors
    /// When there are too few outcomes for the terms, or the regression does not come to an end.
    pub fn fit(
        terms: &[Term],
        columns: &BTreeMap<String, Vec<i64>>,
        outcome: &[bool],
    ) -> Result<Self, RiskError> {
        let people = outcome.len() as u64;
        let events = outcome.iter().filter(|came| **came).count() as u64;
        enough(people, events, 1)?;
        let (mut kept, mut left_out) = (Vec::new(), Vec::new());
        for term in terms {
            let met = Met::of(term, columns, outcome)?;
            if met.is_enough(people) {
                kept.push((term.clone(), met));
            } else {
                left_out.push(LeftOut { term: term.clone(), why: "too few people".to_owned() });
            }
        }
        loop {
            enough(people, events, kept.len())?;
            match regress(&kept, outcome) {
                Ok((constant, fitted)) => {
                    if let Some(at) = untold(&fitted) {
                        let (term, _) = kept.remove(at);
                        left_out.push(LeftOut { term, why: "cannot be told from other terms".to_owned() });
                        continue;
                    }
                    let terms =
                        kept.into_iter().zip(fitted).map(|((term, met), c)| met.fitted(term, c, people));
                    return Ok(Self {
                        people,
                        events,
                        constant,
                        shift: 0.0,
                        terms: terms.collect(),
                        left_out,
                    });
                }
                Err(FitError::Collinear(name)) if name != CONSTANT => {
                    let Some(at) = kept.iter().position(|(term, _)| term.name == name) else {
                        return Err(FitError::Collinear(name).into());
                    };
                    let (term, _) = kept.remove(at);
                    left_out
                        .push(LeftOut { term, why: "says nothing that terms before it do not".to_owned() });
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The log odds of a person, by the numbers of their columns.
    pub fn log_odds(&self, value: impl Fn(&str) -> i64) -> f64 {
        let terms = self.terms.iter().filter(|fitted| fitted.term.holds(value(&fitted.term.column)));
        self.constant.estimate + self.shift + terms.map(|fitted| fitted.coefficient.estimate).sum::<f64>()
    }

    /// The risk of a person, from 0 to 1.
    pub fn risk(&self, value: impl Fn(&str) -> i64) -> f64 {
        1.0 / (1.0 + (-self.log_odds(value)).exp())
    }

    /// What each characteristic adds against the average person, the largest first. They add up to the person's log odds less those of
    /// somebody who has every term as far as the average of all has.
    pub fn contributions(&self, value: impl Fn(&str) -> i64) -> Vec<Contribution<'_>> {
        let mut found: Vec<Contribution<'_>> = Vec::new();
        for fitted in &self.terms {
            let term = &fitted.term;
            let holds = term.holds(value(&term.column));
            let has = if holds { 1.0 } else { 0.0 };
            let adds = fitted.coefficient.estimate * (has - fitted.share);
            match found.iter_mut().find(|known| known.column == term.column) {
                Some(known) => {
                    known.adds += adds;
                    known.term = known.term.or(holds.then_some(term));
                }
                None => found.push(Contribution { column: &term.column, adds, term: holds.then_some(term) }),
            }
        }
        found.sort_by(|a, b| b.adds.total_cmp(&a.adds));
        found
    }
}

fn enough(people: u64, events: u64, terms: usize) -> Result<(), RiskError> {
    let needed = FEWEST.max(EVENTS_A_TERM * terms as u64);
    let without = people - events;
    if events < needed {
        return Err(RiskError::TooFew { which: "with", had: events, needed });
    }
    if without < needed {
        return Err(RiskError::TooFew { which: "without", had: without, needed });
    }
    if terms == 0 { Err(RiskError::NoTerm) } else { Ok(()) }
}

/// The coefficient that is known least, when it is not known at all: with such a standard error its odds ratio may be anything.
fn untold(fitted: &[Coefficient]) -> Option<usize> {
    let errors = fitted.iter().map(|coefficient| coefficient.standard_error).enumerate();
    errors.filter(|(_, error)| *error > LARGEST_ERROR).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
}

/// Who has a term.
struct Met {
    column: Vec<f64>,
    people: u64,
    events: u64,
}

impl Met {
    fn of(term: &Term, columns: &BTreeMap<String, Vec<i64>>, outcome: &[bool]) -> Result<Self, RiskError> {
        let values = columns.get(&term.column).ok_or_else(|| RiskError::NoColumn(term.column.clone()))?;
        let has: Vec<bool> = values.iter().map(|value| term.holds(*value)).collect();
        let events = has.iter().zip(outcome).filter(|(has, came)| **has && **came).count() as u64;
        Ok(Self {
            people: has.iter().filter(|has| **has).count() as u64,
            events,
            column: has.into_iter().map(|has| if has { 1.0 } else { 0.0 }).collect(),
        })
    }

    /// Enough who have it and enough who have not, with and without the outcome, for a coefficient that means something.
    fn is_enough(&self, all: u64) -> bool {
        let without = all - self.people;
        self.people >= FEWEST_WITH_TERM
            && without >= FEWEST_WITH_TERM
            && self.events >= FEWEST_OF_EACH
            && self.people - self.events >= FEWEST_OF_EACH
    }

    fn fitted(self, term: Term, coefficient: Coefficient, all: u64) -> FittedTerm {
        let odds_ratio = Estimate {
            value: coefficient.estimate.exp(),
            lower: coefficient.lower.exp(),
            upper: coefficient.upper.exp(),
        };
        let share = self.people as f64 / all as f64;
        FittedTerm { term, people: self.people, events: self.events, share, coefficient, odds_ratio }
    }
}

/// The constant, and a coefficient a term.
fn regress(kept: &[(Term, Met)], outcome: &[bool]) -> Result<(Coefficient, Vec<Coefficient>), FitError> {
    let mut design = Terms::default();
    design.add(CONSTANT, vec![1.0; outcome.len()]);
    for (term, met) in kept {
        design.add(term.name.as_str(), met.column.clone());
    }
    let names = design.names().to_vec();
    let x = design.matrix()?;
    drop(design);
    let y = DVector::from_iterator(outcome.len(), outcome.iter().map(|came| if *came { 1.0 } else { 0.0 }));
    let fit = Glm::of(Family::Binomial, &x, &y, None, &names)?;
    let mut all =
        coefficients(&names, &fit.estimates, &fit.bread, Reference::Normal, Confidence::P95).into_iter();
    let constant = all.next().ok_or(FitError::TooFew { points: outcome.len(), terms: 0 })?;
    Ok((constant, all.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(name: &str, column: &str, from: i64, to: Option<i64>) -> Term {
        let words = name.to_owned();
        Term {
            name: name.to_owned(),
            column: column.to_owned(),
            from: Some(from),
            to,
            title: words.clone(),
            words,
        }
    }

    /// 1,200 people; a third of those with the condition and a fifth of the others have the outcome.
    fn people() -> (BTreeMap<String, Vec<i64>>, Vec<bool>) {
        let condition: Vec<i64> = (0..1_200).map(|n| i64::from(n % 2 == 0)).collect();
        let outcome = (0..1_200).map(|n| if n % 2 == 0 { n % 6 == 0 } else { n % 10 == 1 }).collect();
        let rare = (0..1_200).map(|n| i64::from(n < 12)).collect();
        let columns = [
            ("condition".to_owned(), condition.clone()),
            ("again".to_owned(), condition),
            ("rare".to_owned(), rare),
        ];
        (columns.into(), outcome)
    }

    #[test]
    fn an_odds_ratio_is_that_of_the_two_by_two_table() {
        let (columns, outcome) = people();
        let terms = [term("condition", "condition", 1, None), term("rare", "rare", 1, None)];
        let model = Model::fit(&terms, &columns, &outcome).unwrap();
        assert_eq!((model.people, model.events), (1_200, 320));
        let [only] = &model.terms[..] else { panic!("one term is left") };
        // 200 of 600 against 120 of 600.
        assert_eq!((only.people, only.events, only.share), (600, 200, 0.5));
        assert!((only.odds_ratio.value - (200.0 / 400.0) / (120.0 / 480.0)).abs() < 1e-9);
        let woolf = (1.0 / 200.0 + 1.0 / 400.0 + 1.0 / 120.0 + 1.0 / 480.0_f64).sqrt();
        assert!((only.coefficient.standard_error - woolf).abs() < 1e-9);
        assert_eq!(model.left_out[0].term.name, "rare");
        assert!((model.risk(|_| 1) - 1.0 / 3.0).abs() < 1e-9);
        assert!((model.risk(|_| 0) - 0.2).abs() < 1e-9);
    }

    #[test]
    fn a_term_that_repeats_another_is_left_out_and_said() {
        let (columns, outcome) = people();
        let terms = [term("condition", "condition", 1, None), term("again", "again", 1, None)];
        let model = Model::fit(&terms, &columns, &outcome).unwrap();
        assert_eq!(model.terms.len(), 1);
        assert_eq!(model.left_out[0].why, "says nothing that terms before it do not");
    }

    #[test]
    fn too_few_outcomes_give_no_model() {
        let (columns, outcome) = people();
        let few: Vec<bool> = outcome.iter().enumerate().map(|(n, came)| *came && n < 300).collect();
        let terms = [term("condition", "condition", 1, None)];
        let refused = Model::fit(&terms, &columns, &few).unwrap_err();
        assert_eq!(refused, RiskError::TooFew { which: "with", had: 80, needed: 100 });
        let missing = Model::fit(&[term("no", "no", 1, None)], &columns, &outcome).unwrap_err();
        assert_eq!(missing, RiskError::NoColumn("no".to_owned()));
    }

    #[test]
    fn contributions_add_up_to_the_difference_from_the_average_person() {
        let (columns, outcome) = people();
        let model = Model::fit(&[term("condition", "condition", 1, None)], &columns, &outcome).unwrap();
        let (has, has_not) = (model.contributions(|_| 1), model.contributions(|_| 0));
        let average = model.constant.estimate + 0.5 * model.terms[0].coefficient.estimate;
        assert!((has[0].adds - (model.log_odds(|_| 1) - average)).abs() < 1e-12);
        assert_eq!(has[0].term.unwrap().name, "condition");
        assert!(has_not[0].adds < 0.0 && has_not[0].term.is_none());
    }
}
