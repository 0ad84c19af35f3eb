//! What is written down of a model: what it was fitted on, how it did on a later year, how it has done since, what it says today.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Model;
use super::performance::{Performance, SubGroup};
use super::stability::Spread;
use crate::rates::Estimate;
use crate::regression::Coefficient;

/// A model as it is kept: fitted on one year, tried on the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// Name of its definition.
    pub name: String,
    /// Version of its definition.
    pub version: String,
    /// Digest of the definitions it was made with.
    pub definition: String,
    /// The last day whose outcomes it knows of.
    pub until: NaiveDate,
    /// Rows it was fitted on.
    pub fitted_on: Cohort,
    /// Rows it was tried on.
    pub tried_on: Cohort,
    /// Why there is no model; blank when there is one.
    pub why_not: String,
    /// The model.
    pub model: Option<Model>,
    /// How it does on the rows it was fitted on.
    pub apparent: Option<Performance>,
    /// How it does on the later rows, before its constant was brought up to them.
    pub validation: Option<Performance>,
    /// The same by sub-group.
    pub sub_groups: Vec<Breakdown>,
    /// Risks of the later rows after its constant was brought up: what later risks are compared with.
    pub spread: Option<Spread>,
}

/// Rows with an outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cohort {
    /// The last day that the rows know of.
    pub day: NaiveDate,
    /// Rows: people, or discharges.
    pub rows: u64,
    /// Of them with the outcome.
    pub events: u64,
    /// Rows whose person died while they were followed, without the outcome: they count as without.
    pub died: u64,
}

/// Performance by one characteristic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Breakdown {
    /// The characteristic, in words.
    pub by: String,
    /// Sub-groups by name.
    pub groups: Vec<(String, SubGroup)>,
}

/// How a model does on rows that came after it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The last day whose outcomes were looked at.
    pub until: NaiveDate,
    /// The rows.
    pub cohort: Cohort,
    /// Sum of their risks.
    pub expected: f64,
    /// Outcomes for each one expected, with Byar's limits.
    pub ratio: Option<Estimate>,
    /// Calibration in the large: nought when as many came as expected, on the logit scale.
    pub intercept: Option<Coefficient>,
    /// Calibration slope.
    pub slope: Option<Coefficient>,
    /// Area under the curve.
    pub area: Option<Estimate>,
    /// Population stability index against the rows it was tried on.
    pub stability: f64,
}

/// What a model says of today's people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Today {
    /// The day of the data.
    pub as_at: NaiveDate,
    /// People with a risk.
    pub people: u64,
    /// Sum of their risks.
    pub expected: f64,
    /// People on the list.
    pub listed: u64,
    /// The lowest risk on it.
    pub from: f64,
    /// Population stability index against the rows it was tried on.
    pub stability: f64,
}

/// A model card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Name of the definition.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Where the method is from.
    pub source: String,
    /// What else is to be known.
    pub note: String,
    /// What is predicted, in words.
    pub outcome: String,
    /// Days that a row is followed.
    pub follow_up_days: u32,
    /// Per cent of the highest risks that stand on the list.
    pub list_percent: f64,
    /// Why nobody has a risk today; blank when people have.
    pub why_not: String,
    /// The model, or why it could not be made.
    pub trained: Option<Trained>,
    /// How it has done since, oldest first.
    pub checks: Vec<Check>,
    /// Today's risks.
    pub today: Option<Today>,
}
