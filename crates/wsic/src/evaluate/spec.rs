//! Specifications of evaluations, as they are written.

use std::path::Path;

use methods::Confidence;
use serde::Deserialize;

use crate::failure::Failure;

/// One text or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Texts {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Texts {
    /// All of them.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts,
        }
    }
}

/// Against what statistics are judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// Student's distribution.
    #[default]
    T,
    /// The normal distribution.
    Normal,
}

/// An interrupted time series.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItsSpec {
    /// Columns.
    #[serde(default)]
    pub columns: ItsColumns,
    /// What to fit.
    pub its: ItsModel,
}

/// Columns of a series.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItsColumns {
    /// The date, or a number.
    #[serde(default = "date")]
    pub date: String,
    /// The value.
    #[serde(default = "value")]
    pub value: String,
    /// What counts are out of.
    pub exposure: Option<String>,
    /// Which series a row is of.
    pub series: Option<String>,
    /// Other columns that matter.
    #[serde(default)]
    pub covariates: Vec<String>,
}

impl Default for ItsColumns {
    fn default() -> Self {
        Self { date: date(), value: value(), exposure: None, series: None, covariates: Vec::new() }
    }
}

/// What to fit to a series.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItsModel {
    /// The first date at which the thing was in place.
    pub intervention: Texts,
    /// Which series to evaluate.
    pub series: Option<String>,
    /// Which series to hold it against.
    pub control: Option<String>,
    /// How the outcome varies.
    #[serde(default)]
    pub outcome: Outcome,
    /// What is believed of residuals.
    #[serde(default)]
    pub errors: Errors,
    /// How many points apart residuals may depend on each other.
    pub lag: Option<usize>,
    /// The season.
    #[serde(default)]
    pub season: Season,
    /// Points of a period.
    #[serde(default = "period")]
    pub period: usize,
    /// Pairs of sine and cosine.
    #[serde(default = "pairs")]
    pub pairs: usize,
    /// Time since the intervention at its first point.
    #[serde(default)]
    pub slope_from: u8,
    /// First and last dates that are left out.
    #[serde(default)]
    pub exclude: Vec<[String; 2]>,
    /// Whether variances are corrected for small samples.
    #[serde(default = "yes")]
    pub small_sample: bool,
    /// Against what statistics are judged.
    pub reference: Option<Reference>,
    /// Level of confidence.
    #[serde(default = "level")]
    pub confidence: f64,
}

/// How an outcome varies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Around a line.
    #[default]
    Linear,
    /// Counts.
    Poisson,
    /// Counts that vary more or less than Poisson's.
    QuasiPoisson,
}

/// What is believed of residuals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Errors {
    /// They depend on each other up to some points apart.
    #[default]
    NeweyWest,
    /// They do not depend on each other.
    Independent,
    /// Each carries over a share of the one before.
    PraisWinsten,
}

/// A season.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Season {
    /// None.
    #[default]
    None,
    /// Sine and cosine.
    Harmonic,
    /// A level for each point of a period.
    Levels,
}

/// A difference in differences.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DidSpec {
    /// Columns.
    #[serde(default)]
    pub columns: DidColumns,
    /// What to fit.
    pub did: DidModel,
}

/// Columns of places at times.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DidColumns {
    /// The place.
    #[serde(default = "unit")]
    pub unit: String,
    /// The date, or a number.
    #[serde(default = "date")]
    pub date: String,
    /// The value.
    #[serde(default = "value")]
    pub value: String,
    /// 1 where the thing began at the start, else 0.
    #[serde(default = "treated")]
    pub treated: String,
    /// Weight.
    pub weight: Option<String>,
    /// What depends on each other.
    pub cluster: Option<String>,
    /// Other columns that matter.
    #[serde(default)]
    pub covariates: Vec<String>,
}

impl Default for DidColumns {
    fn default() -> Self {
        let [unit, date, value, treated] = [unit(), date(), value(), treated()];
        Self { unit, date, value, treated, weight: None, cluster: None, covariates: Vec::new() }
    }
}

/// What to fit to places at times.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DidModel {
    /// The first date at which the thing was in place.
    pub intervention: String,
    /// What stays the same.
    #[serde(default)]
    pub effects: Effects,
    /// Whether variances are corrected for few clusters.
    #[serde(default = "yes")]
    pub small_sample: bool,
    /// Against what statistics are judged.
    #[serde(default)]
    pub reference: Reference,
    /// Level of confidence.
    #[serde(default = "level")]
    pub confidence: f64,
}

/// What stays the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effects {
    /// A level for each place and each time.
    #[default]
    TwoWay,
    /// Two groups and two periods.
    Pooled,
}

fn date() -> String {
    "date".to_owned()
}

fn value() -> String {
    "value".to_owned()
}

fn unit() -> String {
    "unit".to_owned()
}

fn treated() -> String {
    "treated".to_owned()
}

fn yes() -> bool {
    true
}

fn level() -> f64 {
    95.0
}

fn period() -> usize {
    12
}

fn pairs() -> usize {
    2
}

/// The level of confidence.
pub fn confidence(path: &Path, level: f64) -> Result<Confidence, Failure> {
    Confidence::percent(level).filter(|_| level >= 50.0).ok_or_else(|| {
        Failure::usage(format!(
            "{}: confidence = {level}: a level is from 50 to below 100 per cent",
            path.display()
        ))
    })
}
