//! Unit costs: what one event or one day of each kind of activity costs.

use hashbrown::HashMap;
use model::Pence;
use serde::Deserialize;

use crate::WarehouseError;
use crate::reference::DefinitionFiles;

/// What a unit cost is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostUnit {
    /// One event.
    Event,
    /// One day.
    Day,
}

/// The price of one kind of activity.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct UnitCost {
    /// Activity kind, such as `emergency_admission_long`.
    pub kind: String,
    /// As a screen says it.
    pub title: String,
    /// For an event or a day.
    pub unit: CostUnit,
    /// Pence for one unit.
    pub pence: i64,
    /// Where the figure is from.
    pub source: String,
    /// Price year.
    pub year: String,
}

/// All unit costs by kind.
#[derive(Clone, Debug, Default)]
pub struct UnitCosts(HashMap<String, UnitCost>);

impl UnitCosts {
    /// Reads definitions/costs/unit_costs.csv.
    pub fn load(files: &DefinitionFiles) -> Result<Self, WarehouseError> {
        const FILE: &str = "costs/unit_costs.csv";
        let bad = |reason: String| WarehouseError::Table { file: FILE.to_owned(), reason };
        let text = files.get(FILE).ok_or_else(|| bad("the file is missing".to_owned()))?;
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let mut costs = HashMap::new();
        for (i, row) in reader.deserialize::<UnitCost>().enumerate() {
            let cost = row.map_err(|e| bad(format!("row {}: {e}", i + 1)))?;
            costs.insert(cost.kind.clone(), cost);
        }
        Ok(Self(costs))
    }

    /// The cost of so many events over so many days; nothing for a kind without a price.
    pub fn cost(&self, kind: &str, events: i64, days: i64) -> Pence {
        self.0.get(kind).map_or(Pence(0), |cost| match cost.unit {
            CostUnit::Event => Pence(cost.pence * events),
            CostUnit::Day => Pence(cost.pence * days),
        })
    }

    /// True when the kind has a price, zero included.
    pub fn has(&self, kind: &str) -> bool {
        self.0.contains_key(kind)
    }

    /// The costs in order of kind.
    pub fn iter(&self) -> impl Iterator<Item = &UnitCost> {
        let mut costs: Vec<&UnitCost> = self.0.values().collect();
        costs.sort_unstable_by_key(|cost| &cost.kind);
        costs.into_iter()
    }
}
