//! What a definition of risk says beside its query.

use std::collections::BTreeMap;

use methods::risk::Term;
use methods::risk::card::Card;
use serde::Deserialize;
use warehouse::WarehouseError;
use warehouse::definitions::{Definition, Kind};

use crate::PipelineError;

/// The head of a definition of risk, read.
pub(crate) struct Spec<'a> {
    /// The definition.
    pub definition: &'a Definition,
    /// What it predicts.
    pub outcome: &'a Definition,
    /// The rest of its head.
    pub head: Head,
}

/// See definitions/risk.
#[derive(Deserialize)]
pub(crate) struct Head {
    outcome: String,
    /// Days that a row is followed, from the day after its own.
    pub follow_up_days: u32,
    pub list_percent: f64,
    /// Only rows that are so many days old at most have a risk today.
    pub list_days: Option<u32>,
    pub outcome_words: String,
    #[serde(default)]
    note: String,
    pub terms: Vec<Term>,
    #[serde(default)]
    pub sub_groups: BTreeMap<String, String>,
}

impl<'a> Spec<'a> {
    /// Reads the head.
    pub(crate) fn of(definition: &'a Definition, all: &'a [Definition]) -> Result<Self, PipelineError> {
        let bad = |reason: String| {
            PipelineError::Warehouse(WarehouseError::Definition { file: definition.path.clone(), reason })
        };
        let head: Head =
            definition.more.clone().try_into().map_err(|e: toml::de::Error| bad(e.to_string()))?;
        let outcome = all.iter().find(|d| d.kind == Kind::RiskOutcome && d.name == head.outcome);
        let outcome = outcome.ok_or_else(|| bad(format!("there is no risk_outcome `{}`", head.outcome)))?;
        Ok(Self { definition, outcome, head })
    }

    /// An empty card.
    pub(crate) fn card(&self) -> Card {
        Card {
            name: self.definition.name.clone(),
            title: self.definition.title.clone(),
            source: self.definition.source.clone(),
            note: self.head.note.clone(),
            outcome: self.head.outcome_words.clone(),
            follow_up_days: self.head.follow_up_days,
            list_percent: self.head.list_percent,
            why_not: String::new(),
            trained: None,
            checks: Vec::new(),
            today: None,
        }
    }
}
