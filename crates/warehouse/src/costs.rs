//! Unit costs: what one event or one day of each kind of activity costs.

use std::collections::BTreeMap;

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

/// A kind of activity that a unit cost is set for, in order of name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the titles of definitions/costs/unit_costs.csv say what each is")]
pub enum ActivityKind {
    AeOther,
    AeType1,
    CareAssessment,
    CareLongTermCommunityDay,
    CareNursingDay,
    CareOtherDay,
    CareRequest,
    CareResidentialDay,
    CareReview,
    CareShortTermDay,
    CarerSupportDay,
    CommunityBedDay,
    CommunityContact,
    DayCase,
    ElectiveAdmission,
    EmergencyAdmissionLong,
    EmergencyAdmissionShort,
    GpAppointmentDna,
    GpAppointmentGp,
    GpAppointmentOther,
    MedicineIssue,
    MentalHealthBedDay,
    MentalHealthContact,
    OtherAdmissionLong,
    OtherAdmissionShort,
    OutpatientDna,
    OutpatientFirst,
    OutpatientFollowUp,
}

/// How many kinds there are.
const KINDS: usize = ActivityKind::OutpatientFollowUp as usize + 1;

impl ActivityKind {
    /// The names of the kinds, in their order.
    const NAMES: [&'static str; KINDS] = [
        "ae_other",
        "ae_type1",
        "care_assessment",
        "care_long_term_community_day",
        "care_nursing_day",
        "care_other_day",
        "care_request",
        "care_residential_day",
        "care_review",
        "care_short_term_day",
        "carer_support_day",
        "community_bed_day",
        "community_contact",
        "day_case",
        "elective_admission",
        "emergency_admission_long",
        "emergency_admission_short",
        "gp_appointment_dna",
        "gp_appointment_gp",
        "gp_appointment_other",
        "medicine_issue",
        "mental_health_bed_day",
        "mental_health_contact",
        "other_admission_long",
        "other_admission_short",
        "outpatient_dna",
        "outpatient_first",
        "outpatient_follow_up",
    ];

    /// As definitions/costs/unit_costs.csv names it.
    pub fn name(self) -> &'static str {
        Self::NAMES.get(self as usize).copied().unwrap_or("")
    }
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

/// All unit costs.
#[derive(Clone, Debug, Default)]
pub struct UnitCosts {
    /// In order of kind.
    all: Vec<UnitCost>,
    /// By [`ActivityKind`]: asked for every event.
    prices: [Option<(CostUnit, i64)>; KINDS],
}

impl UnitCosts {
    /// Reads definitions/costs/unit_costs.csv.
    pub fn load(files: &DefinitionFiles) -> Result<Self, WarehouseError> {
        const FILE: &str = "costs/unit_costs.csv";
        let bad = |reason: String| WarehouseError::Table { file: FILE.to_owned(), reason };
        let text = files.get(FILE).ok_or_else(|| bad("the file is missing".to_owned()))?;
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let mut costs = BTreeMap::new();
        for (i, row) in reader.deserialize::<UnitCost>().enumerate() {
            let cost = row.map_err(|e| bad(format!("row {}: {e}", i + 1)))?;
            costs.insert(cost.kind.clone(), cost);
        }
        let price = |name: &str| costs.get(name).map(|cost| (cost.unit, cost.pence));
        let prices = ActivityKind::NAMES.map(price);
        Ok(Self { all: costs.into_values().collect(), prices })
    }

    /// The cost of so many events over so many days; nothing for a kind without a price.
    pub fn cost(&self, kind: ActivityKind, events: i64, days: i64) -> Pence {
        match self.price(kind) {
            Some((CostUnit::Event, pence)) => Pence(pence * events),
            Some((CostUnit::Day, pence)) => Pence(pence * days),
            None => Pence(0),
        }
    }

    /// True when the kind has a price, zero included.
    pub fn has(&self, kind: ActivityKind) -> bool {
        self.price(kind).is_some()
    }

    fn price(&self, kind: ActivityKind) -> Option<(CostUnit, i64)> {
        self.prices.get(kind as usize).copied().flatten()
    }

    /// The costs in order of kind.
    pub fn iter(&self) -> impl Iterator<Item = &UnitCost> {
        self.all.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_price_of_its_own() {
        let costs = UnitCosts::load(&DefinitionFiles::embedded()).unwrap();
        let priced: Vec<&str> = costs.iter().map(|cost| cost.kind.as_str()).collect();
        assert_eq!(priced, ActivityKind::NAMES, "in order of name, as the kinds are");
        assert_eq!(ActivityKind::OutpatientFollowUp.name(), "outpatient_follow_up");
        assert_eq!(ActivityKind::DayCase.name(), "day_case");
        assert_eq!(costs.cost(ActivityKind::CareNursingDay, 1, 2), Pence(2 * 17_300));
        assert_eq!(costs.cost(ActivityKind::AeType1, 3, 0), Pence(3 * 28_000));
    }
}
