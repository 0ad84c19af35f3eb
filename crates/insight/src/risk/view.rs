//! What a model card shows: every figure has been through disclosure control.

use chrono::NaiveDate;
use methods::discrimination::RocPoint;
use methods::{Coverage, Estimate, Published};

/// The cards of every model, and what they cover.
#[derive(Clone, Debug)]
pub struct RiskModels {
    /// In order of name.
    pub models: Vec<RiskModel>,
    /// What they cover.
    pub coverage: Coverage,
}

/// The card of one model.
#[derive(Clone, Debug)]
pub struct RiskModel {
    /// Name of its definition.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Where the method is from.
    pub source: String,
    /// What else is to be known.
    pub note: String,
    /// What is predicted.
    pub outcome: String,
    /// Days that a row is followed.
    pub follow_up_days: u32,
    /// Per cent of the highest risks that stand on the list.
    pub list_percent: f64,
    /// Why nobody has a risk; blank when people have.
    pub why_not: String,
    /// Version of its definition.
    pub version: String,
    /// The last day whose outcomes it knows of.
    pub until: Option<NaiveDate>,
    /// Rows it was fitted on, and those it was tried on.
    pub cohorts: Option<[Rows; 2]>,
    /// The model.
    pub fit: Option<Fit>,
    /// How it does on the rows it was fitted on.
    pub apparent: Option<Seen>,
    /// How it does on the later rows.
    pub validation: Option<Seen>,
    /// The same by sub-group.
    pub breakdowns: Vec<(String, Vec<Group>)>,
    /// How it has done since.
    pub checks: Vec<Since>,
    /// Today's risks.
    pub today: Option<Now>,
}

/// Rows with an outcome.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The last day that they know of.
    pub day: NaiveDate,
    /// Rows.
    pub rows: Published<u64>,
    /// Of them with the outcome.
    pub events: Published<u64>,
    /// Of them with the outcome, per cent.
    pub share: Published<Estimate>,
    /// Died while followed, without the outcome.
    pub died: Published<u64>,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Log odds of somebody with no term.
    pub constant: Published<Told>,
    /// Added to it since the later year.
    pub shift: f64,
    /// Terms.
    pub terms: Vec<TermLine>,
    /// Terms left out, and why.
    pub left_out: Vec<(String, String)>,
}

/// A coefficient and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// The coefficient.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// A term of the model.
#[derive(Clone, Debug)]
pub struct TermLine {
    /// In words.
    pub title: String,
    /// People who have it.
    pub people: Published<u64>,
    /// Of them with the outcome, per cent.
    pub share: Published<Estimate>,
    /// Coefficient.
    pub coefficient: Published<Told>,
    /// Odds against somebody without it who is otherwise alike.
    pub odds_ratio: Published<Estimate>,
}

/// How a model does on some rows.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Area under the receiver operating curve.
    pub area: Published<Estimate>,
    /// Outcomes for each one expected.
    pub ratio: Published<Estimate>,
    /// Calibration in the large.
    pub intercept: Published<Estimate>,
    /// Calibration slope.
    pub slope: Published<Estimate>,
    /// Mean square of risk less outcome.
    pub brier: Published<f64>,
    /// By tenths of risk.
    pub tenths: Vec<Tenth>,
    /// The curve, without points that would tell of few people.
    pub curve: Vec<RocPoint>,
    /// Lists of the highest risks.
    pub lists: Vec<TopLine>,
}

/// A tenth by risk.
#[derive(Clone, Debug)]
pub struct Tenth {
    /// People.
    pub people: Published<u64>,
    /// Mean risk, per cent.
    pub expected: Published<f64>,
    /// With the outcome, per cent.
    pub observed: Published<Estimate>,
}

/// What a list of the highest risks holds.
#[derive(Clone, Debug)]
pub struct TopLine {
    /// Per cent of all rows.
    pub percent: f64,
    /// The lowest risk on it, per cent.
    pub from: f64,
    /// Rows on it.
    pub people: Published<u64>,
    /// Of them with the outcome, per cent.
    pub predictive_value: Published<Estimate>,
    /// Of all with the outcome on it, per cent.
    pub sensitivity: Published<Estimate>,
}

/// A sub-group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Rows.
    pub people: Published<u64>,
    /// With the outcome.
    pub events: Published<u64>,
    /// Outcomes for each one expected.
    pub ratio: Published<Estimate>,
    /// Area under the curve; only where there are enough outcomes to tell.
    pub area: Published<Estimate>,
    /// On the list, per cent.
    pub listed: Published<Estimate>,
    /// More or fewer outcomes than expected, beyond chance.
    pub off: Option<Off>,
}

/// Which way a sub-group's risks are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// More had the outcome than expected: risks are too low.
    TooLow,
    /// Fewer had it: risks are too high.
    TooHigh,
}

/// How a model has done on what came later.
#[derive(Clone, Debug)]
pub struct Since {
    /// Until when outcomes were looked at.
    pub until: NaiveDate,
    /// The rows.
    pub rows: Rows,
    /// Outcomes for each one expected.
    pub ratio: Published<Estimate>,
    /// Calibration in the large.
    pub intercept: Published<Estimate>,
    /// Calibration slope.
    pub slope: Published<Estimate>,
    /// Area under the curve.
    pub area: Published<Estimate>,
    /// Population stability index.
    pub stability: Published<f64>,
}

/// Today's risks.
#[derive(Clone, Debug)]
pub struct Now {
    /// The day of the data.
    pub as_at: NaiveDate,
    /// People with a risk.
    pub people: Published<u64>,
    /// How many would have the outcome, were the risks true.
    pub expected: Published<u64>,
    /// On the list.
    pub listed: Published<u64>,
    /// The lowest risk on it, per cent.
    pub from: Published<f64>,
    /// Population stability index.
    pub stability: Published<f64>,
}
