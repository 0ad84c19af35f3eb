//! Imperial frailty groups: how many of nine frailty syndromes somebody's diagnoses show.
//!
//! Source: Soong J and others, BMJ Open 2015; 5: e008456 and e008457, ICD-10 groups as the Health Foundation's analysts published
//! them.

use crate::diagnosis_score::{Condition, Definition, condition};

/// The nine groups, counted.
pub const SOONG: Definition = Definition {
    conditions: CONDITIONS,
    weightings: &["count"],
    hierarchy: &[],
    least: None,
    bands: &[(0, "none"), (1, "one"), (2, "two or more")],
};

const CONDITIONS: &[Condition] = &[
    condition("anxiety_and_depression", "Anxiety and depression", &[1], "F32 F33 F38 F41 F43 F44"),
    condition("delirium", "Delirium", &[1], "F05"),
    condition("dementia", "Dementia", &[1], "F00 F01 F02 F03 F04 R41"),
    condition("functional_dependence", "Functional dependence", &[1], "Z74 Z75"),
    condition("falls_and_fractures", "Falls and fractures", &[1], "R55 S32 S33 S42 S43 S62 S72 S73 W"),
    condition("incontinence", "Incontinence", &[1], "R15 R32"),
    condition("mobility_problems", "Mobility problems", &[1], "R26 Z74"),
    condition("pressure_ulcers", "Pressure ulcers", &[1], "L89"),
    condition("senility", "Senility", &[1], "R54"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis_score::tests::score;

    #[test]
    fn a_code_of_two_groups_counts_in_both() {
        assert_eq!(score(&SOONG, "count", "Z74.1"), 2);
        assert_eq!(score(&SOONG, "count", "W01 S72.0 F00 R41 X59"), 2);
    }
}
