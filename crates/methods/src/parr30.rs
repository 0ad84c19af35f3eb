//! PARR-30: the probability of an emergency re-admission within 30 days of discharge.
//!
//! Source: Billings J and others, BMJ Open 2012; 2: e001667. The coefficient of each hospital is not among the published ones we
//! hold: 0 stands for an average hospital unless it is given. Whether the two coefficients of cancer stand in the right rows in the
//! one copy that is public is not settled: see docs/methods/parr30.md.

/// A condition of the last two years, and its coefficient.
pub const CONDITIONS: [(&str, f64); 11] = [
    ("congestive_heart_failure", 0.095),
    ("peripheral_vascular_disease", 0.1043),
    ("copd", 0.2243),
    ("diabetes_with_complications", 0.1457),
    ("renal_disease", 0.1977),
    (METASTATIC, METASTATIC_AS_COPIED),
    (OTHER_CANCER, OTHER_CANCER_AS_COPIED),
    ("moderate_or_severe_liver_disease", 0.2673),
    ("other_liver_disease", 0.2133),
    ("hemiplegia_or_paraplegia", 0.1061),
    ("dementia", 0.0467),
];

/// The coefficients of conditions have four decimal places.
pub const TEN_THOUSANDTHS: f64 = 10_000.0;

/// Which condition of Charlson's index (codes of Quan 2005) tells each of [`CONDITIONS`] where only diagnoses are known.
pub const FROM_CHARLSON: [(&str, &str); 11] = [
    ("chf", "congestive_heart_failure"),
    ("pvd", "peripheral_vascular_disease"),
    ("copd", "copd"),
    ("diabwc", "diabetes_with_complications"),
    ("rend", "renal_disease"),
    ("metacanc", METASTATIC),
    ("canc", OTHER_CANCER),
    ("msld", "moderate_or_severe_liver_disease"),
    ("mld", "other_liver_disease"),
    ("hp", "hemiplegia_or_paraplegia"),
    ("dementia", "dementia"),
];

/// The terms that are not conditions, and their coefficients.
pub const TERMS: [(&str, f64); 5] = [
    ("constant", CONSTANT),
    ("age_squared", AGE_SQUARED),
    ("emergency_admission", EMERGENCY_ADMISSION),
    ("admitted_30_days", ADMITTED_30_DAYS),
    ("this_is_emergency", THIS_IS_EMERGENCY),
];

const METASTATIC: &str = "metastatic_cancer";
const METASTATIC_AS_COPIED: f64 = 0.2762;
const OTHER_CANCER: &str = "other_malignant_cancer";
const OTHER_CANCER_AS_COPIED: f64 = 0.5069;

/// Bands of the score of Index of Multiple Deprivation: the least score in each, and the coefficient.
pub const DEPRIVATION: [(f64, f64); 6] =
    [(0.0, 0.0), (10.0, 0.0209), (15.0, 0.0239), (25.0, 0.0661), (40.0, 0.1017), (50.0, 0.0982)];

const CONSTANT: f64 = -2.91821;
const AGE_SQUARED: f64 = 0.000_060_581;
const EMERGENCY_ADMISSION: f64 = 0.1215;
const ADMITTED_30_DAYS: f64 = 0.5258;
const THIS_IS_EMERGENCY: f64 = 0.5565;

/// What is known of a person and their admission.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Admission {
    /// Years of age.
    pub age: f64,
    /// Score (not rank) of Index of Multiple Deprivation of where the person lives.
    pub deprivation: f64,
    /// Emergency admissions in the last 365 days.
    pub emergency_admissions: u32,
    /// Whether there was an emergency admission in the last 30 days.
    pub admitted_30_days: bool,
    /// Whether this is an emergency admission.
    pub emergency: bool,
    /// Whether each of [`CONDITIONS`] was recorded in the last two years.
    pub conditions: [bool; 11],
    /// Coefficient of the hospital.
    pub hospital: f64,
    /// Whether the two coefficients of cancer change places.
    pub exchange_cancers: bool,
}

impl Admission {
    /// The sum of the coefficients.
    pub fn log_odds(&self) -> f64 {
        let deprived =
            DEPRIVATION.iter().rev().find(|(from, _)| *from <= self.deprivation).map_or(0.0, |b| b.1);
        let conditions: f64 = CONDITIONS
            .iter()
            .zip(self.conditions)
            .filter(|(_, there)| *there)
            .map(|((name, coefficient), _)| match *name {
                METASTATIC if self.exchange_cancers => OTHER_CANCER_AS_COPIED,
                OTHER_CANCER if self.exchange_cancers => METASTATIC_AS_COPIED,
                _ => *coefficient,
            })
            .sum();
        let flag = |there: bool, coefficient: f64| if there { coefficient } else { 0.0 };
        CONSTANT
            + AGE_SQUARED * self.age * self.age
            + deprived
            + EMERGENCY_ADMISSION * f64::from(self.emergency_admissions)
            + flag(self.admitted_30_days, ADMITTED_30_DAYS)
            + flag(self.emergency, THIS_IS_EMERGENCY)
            + conditions
            + self.hospital
    }

    /// The probability, 0 to 1.
    pub fn probability(&self) -> f64 {
        logistic(self.log_odds())
    }
}

/// The probability that log odds stand for.
pub fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The band of a probability: the paper reports what happens to those of 0.5 and above.
pub fn band(probability: f64) -> &'static str {
    if probability >= 0.5 { "50% and over" } else { "under 50%" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody() -> Admission {
        let mut conditions = [false; 11];
        conditions[2] = true;
        Admission {
            age: 80.0,
            deprivation: 20.0,
            emergency_admissions: 2,
            admitted_30_days: true,
            emergency: true,
            conditions,
            ..Admission::default()
        }
    }

    #[test]
    fn the_worked_example_comes_out() {
        // Computed apart from this code: see docs/methods/parr30.md.
        assert!((somebody().log_odds() + 0.956_991_6).abs() < 1e-9, "{}", somebody().log_odds());
        assert!(
            (somebody().probability() - 0.277_480_930_801_4).abs() < 1e-9,
            "{}",
            somebody().probability()
        );
    }

    #[test]
    fn deprivation_has_six_bands() {
        let at = |deprivation| Admission { deprivation, ..Admission::default() }.log_odds() - CONSTANT;
        for (score, coefficient) in [
            (0.0, 0.0),
            (9.99, 0.0),
            (10.0, 0.0209),
            (15.0, 0.0239),
            (24.9, 0.0239),
            (25.0, 0.0661),
            (40.0, 0.1017),
            (50.0, 0.0982),
            (92.6, 0.0982),
        ] {
            assert!((at(score) - coefficient).abs() < 1e-12, "{score}");
        }
    }

    #[test]
    fn the_cancers_may_change_places() {
        let with = |condition: &str, exchange_cancers| {
            let conditions = CONDITIONS.map(|(name, _)| name == condition);
            Admission { conditions, exchange_cancers, ..Admission::default() }.log_odds() - CONSTANT
        };
        assert!((with(METASTATIC, false) - 0.2762).abs() < 1e-12);
        assert!((with(METASTATIC, true) - 0.5069).abs() < 1e-12);
        assert!((with(OTHER_CANCER, true) - 0.2762).abs() < 1e-12);
    }
}
