//! The scores of hospital diagnoses that each day computes, for the tables that its definitions read: one copy of codes and points.

use crate::diagnosis_score::{Definition, Scorer};
use crate::{cambridge, charlson, elixhauser, imperial_frailty, lace, parr30};

/// A way of telling conditions from ICD-10 codes, which one or more scores share.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its name in tables.
    pub name: &'static str,
    scorer: Scorer,
}

/// A score over the conditions of a family.
#[derive(Clone, Copy, Debug)]
pub struct DayScore {
    /// Its name in tables, that of its definition.
    pub name: &'static str,
    /// Codes, points and bands.
    pub definition: &'static Definition,
    /// Which of its weightings.
    pub weighting: &'static str,
}

/// The scores of the day over lists of diagnoses. Of the mortality indicator's two specifications the later one is in force.
pub const SCORES: [DayScore; 6] = [
    DayScore { name: "charlson_quan", definition: &charlson::QUAN, weighting: "charlson" },
    DayScore { name: "charlson_shmi", definition: &charlson::SHMI_1_60, weighting: "shmi" },
    DayScore { name: "charlson_rcs", definition: &charlson::RCS, weighting: "rcs" },
    DayScore { name: "elixhauser_quan", definition: &elixhauser::QUAN, weighting: "count" },
    DayScore { name: "elixhauser_vw", definition: &elixhauser::QUAN, weighting: "van-walraven" },
    DayScore { name: "imperial_frailty", definition: &imperial_frailty::SOONG, weighting: "count" },
];

/// The families whose conditions the day looks for.
const FAMILIES: [(&str, &Definition); 5] = [
    ("charlson_quan", &charlson::QUAN),
    ("charlson_shmi", &charlson::SHMI_1_60),
    ("charlson_rcs", &charlson::RCS),
    ("elixhauser", &elixhauser::QUAN),
    ("imperial_frailty", &imperial_frailty::SOONG),
];

/// The families, ready for use.
pub fn families() -> Vec<Family> {
    let scorer = |(name, definition)| Some(Family { name, scorer: Scorer::new(definition, None, true)? });
    FAMILIES.into_iter().filter_map(scorer).collect()
}

impl Family {
    /// The scorer of its conditions.
    pub fn scorer(&self) -> &Scorer {
        &self.scorer
    }

    /// Names of the conditions that stand in these bits, milder ones beside a severe one left out.
    pub fn conditions(&self, found: u128) -> impl Iterator<Item = &'static str> {
        let settled = self.scorer.settle(found);
        let names = self.scorer.names().iter().enumerate();
        names.filter(move |(n, _)| settled >> n & 1 == 1).map(|(_, name)| *name)
    }
}

/// One row a condition of a score: score, condition, title, points; those of the Cambridge score in hundredths, those of PARR-30 in
/// ten-thousandths, so that they add up to the same in any order.
pub fn points() -> Vec<(&'static str, &'static str, &'static str, f64)> {
    let mut rows = Vec::new();
    for score in SCORES {
        let at = score.definition.weightings.iter().position(|name| *name == score.weighting);
        for condition in score.definition.conditions {
            let points = at.and_then(|at| condition.points.get(at)).copied().unwrap_or(0);
            rows.push((score.name, condition.name, condition.label, f64::from(points)));
        }
    }
    for condition in cambridge::PAYNE.conditions {
        let hundredths = condition.points.first().copied().unwrap_or(0);
        rows.push(("cambridge_multimorbidity", condition.name, condition.label, f64::from(hundredths)));
    }
    rows.extend(lace::COMORBIDITY.map(|(name, points)| ("lace", name, name, f64::from(points))));
    let whole = |coefficient: f64| (coefficient * parr30::TEN_THOUSANDTHS).round();
    rows.extend(parr30::CONDITIONS.map(|(name, coefficient)| ("parr30", name, name, whole(coefficient))));
    rows
}

/// One row a band of a score: score, the least value in it, the least above it, name.
pub fn bands() -> Vec<(&'static str, i64, i64, &'static str)> {
    let mut rows = Vec::new();
    for score in SCORES {
        let bands = score.definition.bands;
        for (n, (least, name)) in bands.iter().enumerate() {
            let above = bands.get(n + 1).map_or(i64::from(i32::MAX), |(next, _)| i64::from(*next));
            rows.push((score.name, i64::from(*least), above, *name));
        }
    }
    rows
}

/// One row a prefix of ICD-10 codes: family, condition, prefix. The day finds conditions without this table; it is for whoever
/// computes the same apart.
pub fn prefixes() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut rows = Vec::new();
    for (family, definition) in FAMILIES {
        for condition in definition.conditions {
            rows.extend(condition.icd10.split_ascii_whitespace().map(|code| (family, condition.name, code)));
        }
    }
    rows
}

/// One row a pair of which the second does not count beside the first: family, severe, milder.
pub fn hierarchies() -> Vec<(&'static str, &'static str, &'static str)> {
    let each = |(family, definition): (&'static str, &Definition)| {
        definition
            .hierarchy
            .iter()
            .map(move |(severe, milder)| (family, *severe, *milder))
            .collect::<Vec<_>>()
    };
    FAMILIES.into_iter().flat_map(each).collect()
}

/// One row a condition of Charlson's index that tells one of another score's: score, Charlson's, the other's.
pub fn from_charlson() -> Vec<(&'static str, &'static str, &'static str)> {
    let lace = lace::FROM_CHARLSON.iter().map(|(charlson, own)| ("lace", *charlson, *own));
    lace.chain(parr30::FROM_CHARLSON.iter().map(|(charlson, own)| ("parr30", *charlson, *own))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icd10::Code;

    #[test]
    fn families_leave_out_the_milder_condition() {
        let families = families();
        assert_eq!(families.len(), FAMILIES.len());
        let quan = &families[0];
        let found = ["E109", "E112", "I50"].map(|code| quan.scorer().conditions(Code::read(code).unwrap()));
        let found = found.into_iter().fold(0, |all, one| all | one);
        assert_eq!(quan.conditions(found).collect::<Vec<_>>(), ["chf", "diabwc"]);
    }

    #[test]
    fn every_condition_of_the_other_scores_is_told_by_one_of_charlson() {
        let points = points();
        let told = from_charlson();
        for (score, charlson, own) in &told {
            assert!(charlson::QUAN.conditions.iter().any(|c| c.name == *charlson), "{charlson}");
            assert!(points.iter().any(|(of, name, ..)| of == score && name == own), "{own}");
        }
        for (score, name, ..) in points.iter().filter(|(score, ..)| ["lace", "parr30"].contains(score)) {
            assert!(told.iter().any(|(of, _, own)| of == score && own == name), "{score} {name}");
        }
    }

    #[test]
    fn bands_follow_each_other() {
        let bands = bands();
        assert!(bands.windows(2).all(|two| two[0].0 != two[1].0 || two[0].2 == two[1].1));
        assert!(bands.contains(&("charlson_rcs", 3, i64::from(i32::MAX), "3+")));
    }
}
