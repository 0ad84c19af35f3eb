//! Electronic Frailty Index: how many of 36 deficits a person has, as a share.
//!
//! Source: Clegg A and others, Age Ageing 2016; 45: 353-60. Bands: fit to 0.12, mild to 0.24, moderate to 0.36, severe above; 13
//! deficits (0.361) are severe. The values that trigger a deficit are those of the public primary-care implementation in Greater
//! Manchester. The published code sets are not ours to hold: see docs/methods/efi.md.

/// How many deficits there are.
pub const DEFICITS: usize = 36;

/// The deficits, in the order of the publication.
pub const NAMES: [&str; DEFICITS] = [
    "activity_limitation",
    "anaemia",
    "arthritis",
    "atrial_fibrillation",
    "cerebrovascular_disease",
    "chronic_kidney_disease",
    "diabetes",
    "dizziness",
    "dyspnoea",
    "falls",
    "foot_problems",
    "fragility_fracture",
    "hearing_impairment",
    "heart_failure",
    "heart_valve_disease",
    "housebound",
    "hypertension",
    "hypotension_or_syncope",
    "ischaemic_heart_disease",
    "memory_and_cognitive_problems",
    "mobility_and_transfer_problems",
    "osteoporosis",
    "parkinsonism_and_tremor",
    "peptic_ulcer",
    "peripheral_vascular_disease",
    "polypharmacy",
    "requirement_for_care",
    "respiratory_disease",
    "skin_ulcer",
    "sleep_disturbance",
    "social_vulnerability",
    "thyroid_disease",
    "urinary_incontinence",
    "urinary_system_disease",
    "visual_impairment",
    "weight_loss_and_anorexia",
];

/// Our code lists (definitions/codelists), and the deficit that each tells a part of. The published code sets are wider.
pub const LISTS: [(&str, &str); 24] = [
    ("asthma", "respiratory_disease"),
    ("atrial_fibrillation", "atrial_fibrillation"),
    ("care_home", "requirement_for_care"),
    ("chronic_kidney_disease", "chronic_kidney_disease"),
    ("copd", "respiratory_disease"),
    ("coronary_heart_disease", "ischaemic_heart_disease"),
    ("delirium", "memory_and_cognitive_problems"),
    ("dementia", "memory_and_cognitive_problems"),
    ("diabetes", "diabetes"),
    ("falls", "falls"),
    ("gout", "arthritis"),
    ("hearing_loss", "hearing_impairment"),
    ("heart_failure", "heart_failure"),
    ("hip_fracture", "fragility_fracture"),
    ("housebound", "housebound"),
    ("hypertension", "hypertension"),
    ("hypothyroidism", "thyroid_disease"),
    ("osteoarthritis", "arthritis"),
    ("osteoporosis", "osteoporosis"),
    ("parkinsons_disease", "parkinsonism_and_tremor"),
    ("peripheral_arterial_disease", "peripheral_vascular_disease"),
    ("rheumatoid_arthritis", "arthritis"),
    ("stroke", "cerebrovascular_disease"),
    ("visual_impairment", "visual_impairment"),
];

/// When a value of a measure stands for a deficit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trigger {
    /// The value or more.
    From(f64),
    /// More than the value.
    Above(f64),
    /// The value or less.
    UpTo(f64),
    /// Less than the value.
    Below(f64),
    /// Less than the first or more than the second.
    Outside(f64, f64),
    /// Less than the first for a man, than the second for a woman.
    BelowBySex(f64, f64),
}

/// A measure, the deficit it may show, and when; units are those of English laboratories.
pub const MEASURES: [(&str, &str, Trigger); 17] = [
    ("medicines_12_months", "polypharmacy", Trigger::From(5.0)),
    ("systolic_24_hours", "hypertension", Trigger::Above(135.0)),
    ("diastolic_24_hours", "hypertension", Trigger::Above(85.0)),
    ("barthel", "activity_limitation", Trigger::UpTo(18.0)),
    ("six_cit", "memory_and_cognitive_problems", Trigger::From(8.0)),
    // g/L
    ("haemoglobin", "anaemia", Trigger::BelowBySex(130.0, 115.0)),
    // mU/L
    ("tsh", "thyroid_disease", Trigger::Outside(0.36, 5.5)),
    // mL/min/1.73 m2
    ("egfr", "chronic_kidney_disease", Trigger::Below(60.0)),
    // mg in 24 hours
    ("urine_protein_24_hours", "chronic_kidney_disease", Trigger::Above(150.0)),
    // mg/L
    ("urine_albumin", "chronic_kidney_disease", Trigger::Above(20.0)),
    // mg/mmol, as the next
    ("urine_protein_creatinine_ratio", "chronic_kidney_disease", Trigger::Above(50.0)),
    ("urine_albumin_creatinine_ratio", "chronic_kidney_disease", Trigger::Above(3.0)),
    ("ankle_brachial_index", "peripheral_vascular_disease", Trigger::Below(0.95)),
    ("dxa_t_score", "osteoporosis", Trigger::UpTo(-2.5)),
    ("copd_exacerbations", "respiratory_disease", Trigger::From(1.0)),
    ("must", "weight_loss_and_anorexia", Trigger::From(1.0)),
    // Whoever has a stroke-risk score for atrial fibrillation has it.
    ("chads", "atrial_fibrillation", Trigger::From(0.0)),
];

impl Trigger {
    /// Whether a value triggers it; `None` when the sex must be known and is not.
    pub fn met(self, value: f64, male: Option<bool>) -> Option<bool> {
        Some(match self {
            Self::From(least) => value >= least,
            Self::Above(most) => value > most,
            Self::UpTo(most) => value <= most,
            Self::Below(least) => value < least,
            Self::Outside(least, most) => value < least || value > most,
            Self::BelowBySex(man, woman) => value < if male? { man } else { woman },
        })
    }

    /// Whether the sex must be known.
    pub fn asks_sex(self) -> bool {
        matches!(self, Self::BelowBySex(..))
    }
}

/// The index of so many deficits.
pub fn index(deficits: u32) -> f64 {
    f64::from(deficits) / DEFICITS as f64
}

/// The band of so many deficits. Whole numbers are compared: 4, 8 and 12 of 36 are at or below 0.12, 0.24 and 0.36.
pub fn band(deficits: u32) -> &'static str {
    match deficits {
        0..=4 => "fit",
        5..=8 => "mild",
        9..=12 => "moderate",
        _ => "severe",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_those_of_the_shares() {
        for deficits in 0..=36 {
            let by_share = match index(deficits) {
                share if share <= 0.12 => "fit",
                share if share <= 0.24 => "mild",
                share if share <= 0.36 => "moderate",
                _ => "severe",
            };
            assert_eq!(band(deficits), by_share, "{deficits}");
        }
        assert_eq!(band(13), "severe");
    }

    #[test]
    fn every_measure_shows_a_deficit() {
        assert!(MEASURES.iter().all(|(_, deficit, _)| NAMES.contains(deficit)));
    }

    #[test]
    fn values_trigger_at_the_published_edges() {
        for (measure, value, male, met) in [
            ("medicines_12_months", 4.0, None, Some(false)),
            ("medicines_12_months", 5.0, None, Some(true)),
            ("systolic_24_hours", 135.0, None, Some(false)),
            ("systolic_24_hours", 135.1, None, Some(true)),
            ("barthel", 18.0, None, Some(true)),
            ("haemoglobin", 120.0, Some(true), Some(true)),
            ("haemoglobin", 120.0, Some(false), Some(false)),
            ("haemoglobin", 120.0, None, None),
            ("tsh", 0.35, None, Some(true)),
            ("tsh", 5.5, None, Some(false)),
            ("egfr", 60.0, None, Some(false)),
            ("ankle_brachial_index", 0.94, None, Some(true)),
            ("dxa_t_score", -2.5, None, Some(true)),
            ("chads", 0.0, None, Some(true)),
        ] {
            let (_, _, trigger) = MEASURES.iter().find(|(name, ..)| *name == measure).unwrap();
            assert_eq!(trigger.met(value, male), met, "{measure} {value}");
        }
    }
}
