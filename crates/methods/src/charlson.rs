//! Charlson comorbidity index, in the three forms in use in England.
//!
//! Sources: Charlson ME and others, J Chronic Dis 1987; 40: 373-83 (weights). Quan H and others, Med Care 2005; 43: 1130-9 (ICD-10
//! codes). Quan H and others, Am J Epidemiol 2011; 173: 676-82 (later weights). NHS Digital, Summary Hospital-level Mortality
//! Indicator, specifications 1.35 (September 2020) and 1.60 (June 2026). Armitage JN, van der Meulen JH, Br J Surg 2010; 97: 772-81
//! (Royal College of Surgeons).

use crate::diagnosis_score::{Condition, Definition, condition};

/// The severe condition takes the place of the milder one.
const HIERARCHY: &[(&str, &str)] = &[("msld", "mld"), ("diabwc", "diab"), ("metacanc", "canc")];

/// Codes of Quan 2005; weights of Charlson 1987 or of Quan 2011, which gives HIV 4 points. Two software packages give it 2: that
/// weighting is there to compare with them.
pub const QUAN: Definition = Definition {
    conditions: QUAN_CONDITIONS,
    weightings: &["charlson", "quan", "quan-hiv-2"],
    hierarchy: HIERARCHY,
    least: None,
    bands: &[(0, "0"), (1, "1-2"), (3, "3-4"), (5, "5+")],
};

/// Codes and weights of the Summary Hospital-level Mortality Indicator 1.35. A sum below nought is nought.
pub const SHMI_1_35: Definition = Definition {
    conditions: SHMI_1_35_CONDITIONS,
    weightings: &["shmi"],
    hierarchy: HIERARCHY,
    least: Some(0),
    bands: SHMI_BANDS,
};

/// Codes and weights of the Summary Hospital-level Mortality Indicator 1.60.
pub const SHMI_1_60: Definition = Definition { conditions: SHMI_1_60_CONDITIONS, ..SHMI_1_35 };

/// Codes of the Royal College of Surgeons; conditions are counted.
pub const RCS: Definition = Definition {
    conditions: RCS_CONDITIONS,
    weightings: &["rcs"],
    hierarchy: &[("metacanc", "canc")],
    least: None,
    bands: &[(0, "0"), (1, "1"), (2, "2"), (3, "3+")],
};

const SHMI_BANDS: &[(i32, &str)] = &[(i32::MIN, "below 0"), (0, "0"), (1, "1-5"), (6, "6+")];

/// Points for age that Charlson 1994 adds: one for each ten years from 50 on, four at most.
pub fn age_points(age: u16) -> i32 {
    i32::from(age.saturating_sub(40) / 10).min(4)
}

const QUAN_CONDITIONS: &[Condition] = &[
    condition("ami", "Myocardial infarction", &[1, 0, 0], "I21 I22 I252"),
    condition(
        "chf",
        "Congestive heart failure",
        &[1, 2, 2],
        "I099 I110 I130 I132 I255 I420 I425 I426 I427 I428 I429 I43 I50 P290",
    ),
    condition(
        "pvd",
        "Peripheral vascular disease",
        &[1, 0, 0],
        "I70 I71 I731 I738 I739 I771 I790 I792 K551 K558 K559 Z958 Z959",
    ),
    condition("cevd", "Cerebrovascular disease", &[1, 0, 0], "G45 G46 H340 I6"),
    condition("dementia", "Dementia", &[1, 2, 2], "F00 F01 F02 F03 F051 G30 G311"),
    condition(
        "copd",
        "Chronic pulmonary disease",
        &[1, 1, 1],
        "I278 I279 J40 J41 J42 J43 J44 J45 J46 J47 J60 J61 J62 J63 J64 J65 J66 J67 J684 J701 J703",
    ),
    condition("rheumd", "Rheumatic disease", &[1, 1, 1], "M05 M06 M315 M32 M33 M34 M351 M353 M360"),
    condition("pud", "Peptic ulcer disease", &[1, 0, 0], "K25 K26 K27 K28"),
    condition(
        "mld",
        "Mild liver disease",
        &[1, 2, 2],
        "B18 K700 K701 K702 K703 K709 K713 K714 K715 K717 K73 K74 K760 K762 K763 K764 K768 K769 Z944",
    ),
    condition(
        "diab",
        "Diabetes without chronic complication",
        &[1, 0, 0],
        "E100 E101 E106 E108 E109 E110 E111 E116 E118 E119 E120 E121 E126 E128 E129 E130 E131 E136 \
         E138 E139 E140 E141 E146 E148 E149",
    ),
    condition(
        "diabwc",
        "Diabetes with chronic complication",
        &[2, 1, 1],
        "E102 E103 E104 E105 E107 E112 E113 E114 E115 E117 E122 E123 E124 E125 E127 E132 E133 E134 \
         E135 E137 E142 E143 E144 E145 E147",
    ),
    condition(
        "hp",
        "Hemiplegia or paraplegia",
        &[2, 2, 2],
        "G041 G114 G801 G802 G81 G82 G830 G831 G832 G833 G834 G839",
    ),
    condition(
        "rend",
        "Renal disease",
        &[2, 1, 1],
        "I120 I131 N032 N033 N034 N035 N036 N037 N052 N053 N054 N055 N056 N057 N18 N19 N250 Z490 Z491 \
         Z492 Z940 Z992",
    ),
    condition(
        "canc",
        "Any malignancy",
        &[2, 2, 2],
        "C0 C1 C20 C21 C22 C23 C24 C25 C26 C30 C31 C32 C33 C34 C37 C38 C39 C40 C41 C43 C45 C46 C47 \
         C48 C49 C50 C51 C52 C53 C54 C55 C56 C57 C58 C6 C70 C71 C72 C73 C74 C75 C76 C81 C82 C83 C84 \
         C85 C88 C90 C91 C92 C93 C94 C95 C96 C97",
    ),
    condition(
        "msld",
        "Moderate or severe liver disease",
        &[3, 4, 4],
        "I850 I859 I864 I982 K704 K711 K721 K729 K765 K766 K767",
    ),
    condition("metacanc", "Metastatic solid tumour", &[6, 6, 6], "C77 C78 C79 C80"),
    condition("aids", "AIDS or HIV", &[6, 4, 2], "B20 B21 B22 B24"),
];

const SHMI_1_35_CONDITIONS: &[Condition] = &[
    condition("ami", "Myocardial infarction", &[5], "I21 I22 I23 I252 I258"),
    condition("chf", "Congestive heart failure", &[13], "I50"),
    condition("pvd", "Peripheral vascular disease", &[6], "I71 I739 I790 R02 Z958 Z959"),
    condition("cevd", "Cerebrovascular disease", &[11], "G450 G451 G452 G454 G458 G459 G46 I6"),
    condition("dementia", "Dementia", &[14], "F00 F01 F02 F03 F051"),
    condition(
        "copd",
        "Chronic pulmonary disease",
        &[4],
        "J40 J41 J42 J43 J44 J45 J46 J47 J60 J61 J62 J63 J64 J65 J66 J67",
    ),
    condition("rheumd", "Rheumatic disease", &[4], "M05 M060 M063 M069 M32 M332 M34 M351 M353"),
    condition("pud", "Peptic ulcer disease", &[9], "K25 K26 K27 K28"),
    condition("mld", "Mild liver disease", &[8], "K702 K703 K717 K73 K74"),
    condition(
        "diab",
        "Diabetes without chronic complication",
        &[3],
        "E101 E105 E106 E108 E109 E110 E111 E115 E116 E118 E119 E131 E135 E136 E138 E139 E141 E145 \
         E146 E148 E149",
    ),
    condition(
        "diabwc",
        "Diabetes with chronic complication",
        &[-1],
        "E102 E103 E104 E107 E112 E113 E114 E117 E132 E133 E134 E137 E142 E143 E144 E147",
    ),
    condition("hp", "Hemiplegia or paraplegia", &[1], "G041 G81 G820 G821 G822"),
    condition(
        "rend",
        "Renal disease",
        &[10],
        "I12 I13 N01 N03 N052 N053 N054 N055 N056 N072 N073 N074 N18 N19 N25",
    ),
    condition(
        "canc",
        "Any malignancy",
        &[8],
        "C0 C1 C20 C21 C22 C23 C24 C25 C26 C30 C31 C32 C33 C34 C37 C38 C39 C40 C41 C43 C44 C45 C46 \
         C47 C48 C49 C50 C51 C52 C53 C54 C55 C56 C57 C58 C6 C70 C71 C72 C73 C74 C75 C76 C81 C82 C83 \
         C84 C85 C86 C88 C90 C91 C92 C93 C94 C95 C96 C97",
    ),
    condition("msld", "Moderate or severe liver disease", &[18], "K721 K729 K766 K767"),
    condition("metacanc", "Metastatic solid tumour", &[14], "C77 C78 C79 C80"),
    condition("aids", "AIDS or HIV", &[2], "B20 B21 B22 B23 B24 O987"),
];

const SHMI_1_60_CONDITIONS: &[Condition] = &[
    condition("ami", "Myocardial infarction", &[5], "I21 I22 I23 I252 I258"),
    condition("chf", "Congestive heart failure", &[13], "I50"),
    condition("pvd", "Peripheral vascular disease", &[6], "I71 I739 I790 R02 Z958 Z959"),
    condition("cevd", "Cerebrovascular disease", &[11], "G450 G451 G452 G454 G458 G459 G46 I6"),
    condition("dementia", "Dementia", &[14], "F00 F01 F02 F03 F051"),
    condition(
        "copd",
        "Chronic pulmonary disease",
        &[4],
        "J40 J41 J42 J43 J44 J45 J46 J47 J60 J61 J62 J63 J64 J65 J66 J67",
    ),
    condition("rheumd", "Rheumatic disease", &[4], "M05 M060 M063 M069 M32 M332 M34 M353"),
    condition("pud", "Peptic ulcer disease", &[9], "K25 K26 K27 K28"),
    condition("mld", "Mild liver disease", &[8], "K702 K703 K717 K73 K74"),
    condition(
        "diab",
        "Diabetes without chronic complication",
        &[3],
        "E101 E105 E106 E108 E109 E111 E115 E116 E118 E119 E131 E135 E136 E138 E139 E141 E145 E146 \
         E148 E149",
    ),
    condition(
        "diabwc",
        "Diabetes with chronic complication",
        &[-1],
        "E102 E103 E104 E107 E112 E113 E114 E117 E132 E133 E134 E137 E142 E143 E144 E147",
    ),
    condition("hp", "Hemiplegia or paraplegia", &[1], "G041 G81 G820 G821 G822"),
    condition(
        "rend",
        "Renal disease",
        &[10],
        "I12 I13 N01 N03 N052 N053 N054 N055 N056 N072 N073 N074 N18 N19 N25",
    ),
    condition(
        "canc",
        "Any malignancy",
        &[8],
        "C0 C1 C2 C3 C4 C5 C6 C70 C71 C72 C73 C74 C75 C76 C81 C82 C83 C84 C85 C86 C88 C90 C91 C92 C93 \
         C94 C95 C96 C97",
    ),
    condition("msld", "Moderate or severe liver disease", &[18], "K721 K729 K766 K767"),
    condition("metacanc", "Metastatic solid tumour", &[14], "C77 C78 C79 C80"),
    condition("aids", "AIDS or HIV", &[2], "B20 B21 B22 B23 B24 O987"),
];

const RCS_CONDITIONS: &[Condition] = &[
    condition("ami", "Myocardial infarction", &[1], "I21 I22 I23 I252"),
    condition("chf", "Congestive heart failure", &[1], "I11 I13 I255 I42 I43 I50 I517"),
    condition(
        "pvd",
        "Peripheral vascular disease",
        &[1],
        "I70 I71 I72 I73 I770 I771 K551 K558 K559 R02 Z958 Z959",
    ),
    condition("cevd", "Cerebrovascular disease", &[1], "G45 G46 I6"),
    condition("dementia", "Dementia", &[1], "A810 F00 F01 F02 F03 F051 G30 G31"),
    condition(
        "copd",
        "Chronic pulmonary disease",
        &[1],
        "I26 I27 J40 J41 J42 J44 J43 J45 J46 J47 J60 J61 J62 J63 J66 J64 J65 J67 J684 J701 J703",
    ),
    condition("rheumd", "Rheumatic disease", &[1], "M05 M06 M09 M120 M315 M32 M33 M34 M35 M36"),
    condition("ld", "Liver disease", &[1], "B18 I85 I864 I982 K70 K71 K721 K729 K76 R162 Z944"),
    condition("diab", "Diabetes", &[1], "E10 E11 E12 E13 E14"),
    condition("hp", "Hemiplegia or paraplegia", &[1], "G114 G81 G82 G83"),
    condition(
        "rend",
        "Renal disease",
        &[1],
        "I12 I13 N01 N03 N05 N07 N08 N171 N172 N18 N19 N25 Z49 Z940 Z992",
    ),
    condition(
        "canc",
        "Any malignancy",
        &[1],
        "C0 C1 C20 C21 C22 C23 C24 C25 C26 C30 C31 C32 C33 C34 C37 C38 C39 C40 C41 C43 C45 C46 C47 \
         C48 C49 C50 C51 C52 C53 C54 C55 C56 C57 C58 C6 C70 C71 C72 C73 C74 C75 C76 C80 C81 C82 C83 \
         C84 C85 C88 C90 C91 C92 C93 C94 C95 C96 C97",
    ),
    condition("metacanc", "Metastatic solid tumour", &[1], "C77 C78 C79"),
    condition("aids", "AIDS or HIV", &[1], "B20 B21 B22 B23 B24"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis_score::tests::score;

    #[test]
    fn the_severe_condition_takes_the_place_of_the_milder() {
        // Mild and severe liver disease, both diabetes, a cancer and its spread: 3 + 2 + 6 of 1987, 4 + 1 + 6 of 2011.
        let codes = "K703 K721 E109 E112 C50.9 C78";
        assert_eq!(score(&QUAN, "charlson", codes), 11);
        assert_eq!(score(&QUAN, "quan", codes), 11);
        assert_eq!(score(&QUAN, "charlson", "K703 E109 C50"), 1 + 1 + 2);
        assert_eq!(score(&RCS, "rcs", codes), 3);
    }

    #[test]
    fn the_most_there_is() {
        // One code of every condition: 29 of 1987 less what the severe forms take the place of, 24 of 2011 as its authors say.
        let codes = "I21 I50 I70 I63 F00 J44 M05 K25 K703 E109 E112 G81 N18 C50 K721 C78 B20";
        assert_eq!(score(&QUAN, "charlson", codes), 29);
        assert_eq!(score(&QUAN, "quan", codes), 24);
        assert_eq!(score(&QUAN, "quan-hiv-2", codes), 22);
    }

    #[test]
    fn one_code_more_of_a_condition_adds_nothing() {
        assert_eq!(score(&QUAN, "charlson", "I21 I22 I252 I219"), 1);
    }

    #[test]
    fn diabetes_with_complications_alone_is_below_nought_in_the_mortality_indicator() {
        assert_eq!(score(&SHMI_1_35, "shmi", "E112"), 0);
        assert_eq!(score(&SHMI_1_35, "shmi", "E112 I50"), 12);
        assert_eq!(score(&SHMI_1_35, "shmi", "E112 E119"), 0);
    }

    #[test]
    fn versions_of_the_mortality_indicator_differ() {
        for (code, v_1_35, v_1_60) in
            [("E110", 3, 0), ("M351", 4, 0), ("M330", 0, 0), ("M332", 4, 4), ("C44", 8, 8)]
        {
            assert_eq!(score(&SHMI_1_35, "shmi", code), v_1_35, "{code}");
            assert_eq!(score(&SHMI_1_60, "shmi", code), v_1_60, "{code}");
        }
    }

    #[test]
    fn age_counts_from_fifty_to_eighty() {
        let at = [0, 49, 50, 59, 60, 79, 80, 110].map(age_points);
        assert_eq!(at, [0, 0, 1, 1, 2, 3, 4, 4]);
    }
}
