//! LACE index of re-admission or death within 30 days of discharge: length of stay, acuity, comorbidity, emergency visits.
//!
//! Source: van Walraven C and others, CMAJ 2010; 182: 551-7. Bands as hospitals use them: low 0 to 4, moderate 5 to 9, high 10 and
//! above (Wang H and others, BMC Cardiovasc Disord 2014; 14: 97, table 1).

/// A condition of the index's own form of Charlson, and its points.
pub const COMORBIDITY: [(&str, u32); 14] = [
    ("previous_myocardial_infarction", 1),
    ("cerebrovascular_disease", 1),
    ("peripheral_vascular_disease", 1),
    ("diabetes_without_complications", 1),
    ("congestive_heart_failure", 2),
    ("diabetes_with_end_organ_damage", 2),
    ("chronic_pulmonary_disease", 2),
    ("mild_liver_or_renal_disease", 2),
    ("any_tumour", 2),
    ("dementia", 3),
    ("connective_tissue_disease", 3),
    ("aids", 4),
    ("moderate_or_severe_liver_or_renal_disease", 4),
    ("metastatic_solid_tumour", 6),
];

/// Which condition of Charlson's index (codes of Quan 2005) tells each of [`COMORBIDITY`] where only diagnoses are known. Ours: the index
/// was made from notes. Quan's renal disease is moderate or severe.
pub const FROM_CHARLSON: [(&str, &str); 15] = [
    ("ami", "previous_myocardial_infarction"),
    ("cevd", "cerebrovascular_disease"),
    ("pvd", "peripheral_vascular_disease"),
    ("diab", "diabetes_without_complications"),
    ("chf", "congestive_heart_failure"),
    ("diabwc", "diabetes_with_end_organ_damage"),
    ("copd", "chronic_pulmonary_disease"),
    ("mld", "mild_liver_or_renal_disease"),
    ("canc", "any_tumour"),
    ("dementia", "dementia"),
    ("rheumd", "connective_tissue_disease"),
    ("aids", "aids"),
    ("msld", "moderate_or_severe_liver_or_renal_disease"),
    ("rend", "moderate_or_severe_liver_or_renal_disease"),
    ("metacanc", "metastatic_solid_tumour"),
];

/// Points of each part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lace {
    /// Length of stay, 0 to 7.
    pub length: u32,
    /// Acute admission, 0 or 3.
    pub acute: u32,
    /// Comorbidity, 0 to 5.
    pub comorbidity: u32,
    /// Emergency visits, 0 to 4.
    pub emergency: u32,
}

impl Lace {
    /// Points for whole days in hospital, acuity, the sum of [`COMORBIDITY`], and visits to emergency departments in the six months
    /// before, the one that led to the admission left out.
    pub fn of(days: u32, acute: bool, comorbidity: u32, visits: u32) -> Self {
        let length = match days {
            0..=3 => days,
            4..=6 => 4,
            7..=13 => 5,
            _ => 7,
        };
        Self {
            length,
            acute: if acute { 3 } else { 0 },
            comorbidity: if comorbidity >= 4 { 5 } else { comorbidity },
            emergency: visits.min(4),
        }
    }

    /// The index, 0 to 19.
    pub fn score(&self) -> u32 {
        self.length + self.acute + self.comorbidity + self.emergency
    }

    /// The band of the index.
    pub fn band(&self) -> &'static str {
        match self.score() {
            0..=4 => "low",
            5..=9 => "moderate",
            _ => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_those_of_the_table() {
        let length: Vec<u32> =
            [0, 1, 2, 3, 4, 6, 7, 13, 14, 200].map(|days| Lace::of(days, false, 0, 0).score()).to_vec();
        assert_eq!(length, [0, 1, 2, 3, 4, 4, 5, 5, 7, 7]);
        let comorbidity: Vec<u32> = [0, 1, 3, 4, 12].map(|sum| Lace::of(0, false, sum, 0).score()).to_vec();
        assert_eq!(comorbidity, [0, 1, 3, 5, 5]);
        let visits: Vec<u32> = [0, 3, 4, 9].map(|visits| Lace::of(0, false, 0, visits).score()).to_vec();
        assert_eq!(visits, [0, 3, 4, 4]);
        assert_eq!(Lace::of(0, true, 0, 0).score(), 3);
        assert_eq!(Lace::of(30, true, 9, 9).score(), 19, "the most there is");
    }

    #[test]
    fn bands_begin_at_five_and_ten() {
        let band = |days, visits| Lace::of(days, false, 0, visits).band();
        assert_eq!(
            [band(4, 0), band(7, 0), band(7, 4), band(14, 3)],
            ["low", "moderate", "moderate", "high"]
        );
    }
}
