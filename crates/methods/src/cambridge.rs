//! Cambridge Multimorbidity Score: a weighted sum over twenty long-term conditions.
//!
//! Source: Payne RA and others, CMAJ 2020; 192: E107-14 (PMC7004217). ICD-10 codes: phenotypes of Kuan V and others, Lancet Digit
//! Health 2019; 1: e63-77, chosen by us for the conditions that hospitals code.

use crate::diagnosis_score::{Condition, Definition, condition};

/// Weights in hundredths: for the general outcome, and for death.
pub const PAYNE: Definition = Definition {
    conditions: CONDITIONS,
    weightings: &["general", "mortality"],
    hierarchy: &[],
    least: None,
    bands: &[],
};

/// Units of a point that the weights are written in.
pub const HUNDREDTHS: i32 = 100;

const CONDITIONS: &[Condition] = &[
    condition("hypertension", "Hypertension", &[8, -209], "I10 I11 I12 I13 I15"),
    condition("anxiety_or_depression", "Anxiety or depression", &[50, 704], "F32 F33 F40 F41"),
    // Told by repeated prescriptions: hospitals have no code for it.
    condition("painful_condition", "Painful condition", &[92, 1646], ""),
    condition("hearing_loss", "Hearing loss", &[9, -394], "H90 H91 Z453 Z461 Z974"),
    condition("irritable_bowel_syndrome", "Irritable bowel syndrome", &[21, -133], "K58"),
    condition("asthma", "Asthma", &[19, -273], "J45 J46"),
    condition(
        "diabetes",
        "Diabetes",
        &[75, 1023],
        "E10 E11 E12 E13 E14 G590 G632 H280 H360 M142 N083 O240 O241 O243",
    ),
    condition(
        "coronary_heart_disease",
        "Coronary heart disease",
        &[49, 422],
        "I20 I21 I22 I23 I241 I250 I251 I252 I253 I254 I255 I256 I258 I259",
    ),
    condition("chronic_kidney_disease", "Chronic kidney disease", &[53, 1661], "N183 N184 N185 N189"),
    condition("atrial_fibrillation", "Atrial fibrillation", &[134, 2214], "I48"),
    // Told by repeated laxatives.
    condition("constipation", "Constipation", &[112, 3542], ""),
    condition(
        "stroke_tia",
        "Stroke or transient ischaemic attack",
        &[80, 2063],
        "G45 G46 I60 I61 I63 I64 I690 I691 I693 I694",
    ),
    condition("copd", "Chronic obstructive pulmonary disease", &[146, 4250], "J40 J41 J42 J43 J44"),
    condition(
        "connective_tissue_disorder",
        "Connective tissue disorder",
        &[43, -39],
        "J990 L405 L93 M05 M06 M070 M071 M072 M073 M315 M32 M34 M350 M353 M45",
    ),
    condition(
        "cancer",
        "Cancer",
        &[153, 6200],
        "C0 C1 C2 C3 C40 C41 C43 C45 C46 C47 C48 C49 C5 C6 C7 C80 C81 C82 C83 C84 C85 C86 C88 C9",
    ),
    condition(
        "alcohol_problems",
        "Alcohol problems",
        &[65, 1272],
        "E244 F101 F102 F103 F104 F105 F106 F107 F108 F109 G312 G621 G721 I426 K292 K70 K852 K860 Z502 Z714",
    ),
    condition("heart_failure", "Heart failure", &[118, 4347], "I110 I130 I132 I50"),
    condition("dementia", "Dementia", &[250, 12442], "F00 F01 F03 F051 G30"),
    condition(
        "psychosis_or_bipolar",
        "Psychosis or bipolar disorder",
        &[64, 720],
        "F20 F21 F22 F25 F28 F29 F30 F31",
    ),
    condition("epilepsy", "Epilepsy", &[92, 1826], "G40 G41"),
];

/// Our code lists (definitions/codelists) that tell conditions from SNOMED CT.
pub const LISTS: [(&str, &str); 19] = [
    ("hypertension", "hypertension"),
    ("anxiety", "anxiety_or_depression"),
    ("depression", "anxiety_or_depression"),
    ("hearing_loss", "hearing_loss"),
    ("asthma", "asthma"),
    ("diabetes", "diabetes"),
    ("coronary_heart_disease", "coronary_heart_disease"),
    ("chronic_kidney_disease", "chronic_kidney_disease"),
    ("atrial_fibrillation", "atrial_fibrillation"),
    ("stroke", "stroke_tia"),
    ("tia", "stroke_tia"),
    ("copd", "copd"),
    ("rheumatoid_arthritis", "connective_tissue_disorder"),
    ("cancer", "cancer"),
    ("alcohol_dependence", "alcohol_problems"),
    ("heart_failure", "heart_failure"),
    ("dementia", "dementia"),
    ("serious_mental_illness", "psychosis_or_bipolar"),
    ("epilepsy", "epilepsy"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis_score::tests::score;

    #[test]
    fn published_weights_add_up() {
        let sum = |at: usize| -> i32 { CONDITIONS.iter().map(|c| c.points[at]).sum() };
        // Sums of the twenty published weights: 16.33 and 432.84.
        assert_eq!((CONDITIONS.len(), sum(0), sum(1)), (20, 1633, 43_284));
    }

    #[test]
    fn diagnoses_are_scored() {
        assert_eq!(score(&PAYNE, "general", "F00 I10 I50 E119 E112"), 250 + 8 + 118 + 75);
        assert_eq!(score(&PAYNE, "mortality", "I10"), -209);
    }
}
