//! Elixhauser comorbidities: their number, and sums with weights.
//!
//! Sources: Elixhauser A and others, Med Care 1998; 36: 8-27 (conditions). Quan H and others, Med Care 2005; 43: 1130-9 (ICD-10
//! codes). van Walraven C and others, Med Care 2009; 47: 626-33, and Sharma N and others, BMC Health Serv Res 2021; 21: 13 (weights).

use crate::diagnosis_score::{Condition, Definition, condition};

/// Codes of Quan 2005, counted, or with the weights of van Walraven or of Sharma (Switzerland).
pub const QUAN: Definition = Definition {
    conditions: CONDITIONS,
    weightings: &["count", "van-walraven", "swiss"],
    hierarchy: &[("hypc", "hypunc"), ("diabc", "diabunc"), ("metacanc", "solidtum")],
    least: None,
    bands: &[(i32::MIN, "below 0"), (0, "0"), (1, "1-4"), (5, "5+")],
};

const CONDITIONS: &[Condition] = &[
    condition(
        "chf",
        "Congestive heart failure",
        &[1, 7, 13],
        "I099 I110 I130 I132 I255 I420 I425 I426 I427 I428 I429 I43 I50 P290",
    ),
    condition(
        "carit",
        "Cardiac arrhythmias",
        &[1, 5, 6],
        "I441 I442 I443 I456 I459 I47 I48 I49 R000 R001 R008 T821 Z450 Z950",
    ),
    condition(
        "valv",
        "Valvular disease",
        &[1, -1, -1],
        "A520 I05 I06 I07 I08 I091 I098 I34 I35 I36 I37 I38 I39 Q230 Q231 Q232 Q233 Z952 Z953 Z954",
    ),
    condition("pcd", "Pulmonary circulation disorders", &[1, 4, 6], "I26 I27 I280 I288 I289"),
    condition(
        "pvd",
        "Peripheral vascular disorders",
        &[1, 2, 3],
        "I70 I71 I731 I738 I739 I771 I790 I792 K551 K558 K559 Z958 Z959",
    ),
    condition("hypunc", "Hypertension, uncomplicated", &[1, 0, -4], "I10"),
    condition("hypc", "Hypertension, complicated", &[1, 0, -3], "I11 I12 I13 I15"),
    condition("para", "Paralysis", &[1, 7, 11], "G041 G114 G801 G802 G81 G82 G830 G831 G832 G833 G834 G839"),
    condition(
        "ond",
        "Other neurological disorders",
        &[1, 6, 10],
        "G10 G11 G12 G13 G20 G21 G22 G254 G255 G312 G318 G319 G32 G35 G36 G37 G40 G41 G931 G934 R470 \
         R56",
    ),
    condition(
        "cpd",
        "Chronic pulmonary disease",
        &[1, 3, 3],
        "I278 I279 J40 J41 J42 J43 J44 J45 J46 J47 J60 J61 J62 J63 J64 J65 J66 J67 J684 J701 J703",
    ),
    condition(
        "diabunc",
        "Diabetes, uncomplicated",
        &[1, 0, 1],
        "E100 E101 E109 E110 E111 E119 E120 E121 E129 E130 E131 E139 E140 E141 E149",
    ),
    condition(
        "diabc",
        "Diabetes, complicated",
        &[1, 0, -1],
        "E102 E103 E104 E105 E106 E107 E108 E112 E113 E114 E115 E116 E117 E118 E122 E123 E124 E125 \
         E126 E127 E128 E132 E133 E134 E135 E136 E137 E138 E142 E143 E144 E145 E146 E147 E148",
    ),
    condition("hypothy", "Hypothyroidism", &[1, 0, -3], "E00 E01 E02 E03 E890"),
    condition("rf", "Renal failure", &[1, 5, 8], "I120 I131 N18 N19 N250 Z490 Z491 Z492 Z940 Z992"),
    condition(
        "ld",
        "Liver disease",
        &[1, 11, 16],
        "B18 I85 I864 I982 K70 K711 K713 K714 K715 K717 K72 K73 K74 K760 K762 K763 K764 K765 K766 \
         K767 K768 K769 Z944",
    ),
    condition(
        "pud",
        "Peptic ulcer disease excluding bleeding",
        &[1, 0, 0],
        "K257 K259 K267 K269 K277 K279 K287 K289",
    ),
    condition("aids", "AIDS or HIV", &[1, 0, 0], "B20 B21 B22 B24"),
    condition("lymph", "Lymphoma", &[1, 9, 9], "C81 C82 C83 C84 C85 C88 C96 C900 C902"),
    condition("metacanc", "Metastatic cancer", &[1, 12, 17], "C77 C78 C79 C80"),
    condition(
        "solidtum",
        "Solid tumour without metastasis",
        &[1, 4, 10],
        "C0 C1 C20 C21 C22 C23 C24 C25 C26 C30 C31 C32 C33 C34 C37 C38 C39 C40 C41 C43 C45 C46 C47 \
         C48 C49 C50 C51 C52 C53 C54 C55 C56 C57 C58 C6 C70 C71 C72 C73 C74 C75 C76 C97",
    ),
    condition(
        "rheumd",
        "Rheumatoid arthritis or collagen vascular disease",
        &[1, 0, -1],
        "L940 L941 L943 M05 M06 M08 M120 M123 M30 M310 M311 M312 M313 M32 M33 M34 M35 M45 M461 M468 \
         M469",
    ),
    condition("coag", "Coagulopathy", &[1, 3, 9], "D65 D66 D67 D68 D691 D693 D694 D695 D696"),
    condition("obes", "Obesity", &[1, -4, -6], "E66"),
    condition("wloss", "Weight loss", &[1, 6, 6], "E40 E41 E42 E43 E44 E45 E46 R634 R64"),
    condition("fed", "Fluid and electrolyte disorders", &[1, 5, 5], "E222 E86 E87"),
    condition("blane", "Blood loss anaemia", &[1, -2, -5], "D500"),
    condition("dane", "Deficiency anaemia", &[1, -2, -7], "D508 D509 D51 D52 D53"),
    condition(
        "alcohol",
        "Alcohol abuse",
        &[1, 0, -3],
        "F10 E52 G621 I426 K292 K700 K703 K709 T51 Z502 Z714 Z721",
    ),
    condition("drug", "Drug abuse", &[1, -7, -5], "F11 F12 F13 F14 F15 F16 F18 F19 Z715 Z722"),
    condition("psycho", "Psychoses", &[1, 0, -4], "F20 F22 F23 F24 F25 F28 F29 F302 F312 F315"),
    condition("depre", "Depression", &[1, -3, -3], "F204 F313 F314 F315 F32 F33 F341 F412 F432"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis_score::tests::score;

    #[test]
    fn one_code_may_stand_for_two_conditions() {
        // F31.5 is both a psychosis and a depression: two conditions, 0 and -3 points, -4 and -3 points.
        assert_eq!(score(&QUAN, "count", "F31.5"), 2);
        assert_eq!(score(&QUAN, "van-walraven", "F31.5"), -3);
        assert_eq!(score(&QUAN, "swiss", "F31.5"), -7);
    }

    #[test]
    fn the_severe_condition_takes_the_place_of_the_milder() {
        let codes = "I10 I11 E109 E112 C50 C78";
        assert_eq!(score(&QUAN, "count", codes), 3);
        assert_eq!(score(&QUAN, "van-walraven", codes), 12);
        assert_eq!(score(&QUAN, "swiss", codes), -3 - 1 + 17);
    }
}
