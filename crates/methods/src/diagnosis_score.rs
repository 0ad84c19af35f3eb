//! Scores of diagnoses: conditions told by prefixes of ICD-10 codes, each with its points, each counted once.

use crate::icd10::{Code, Prefixes};

/// A condition of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Short name, as the R package `comorbidity` has it where it has one.
    pub name: &'static str,
    /// Name in words.
    pub label: &'static str,
    /// Points under each weighting of the score.
    pub points: &'static [i32],
    /// Prefixes of ICD-10 codes without a point, blanks between.
    pub icd10: &'static str,
}

/// A condition, shortly written.
pub(crate) const fn condition(
    name: &'static str,
    label: &'static str,
    points: &'static [i32],
    icd10: &'static str,
) -> Condition {
    Condition { name, label, points, icd10 }
}

/// A published score.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Its conditions, 128 at most.
    pub conditions: &'static [Condition],
    /// Names of its weightings; the first is used when none is asked for.
    pub weightings: &'static [&'static str],
    /// Where the first of two conditions is there, the second does not count.
    pub hierarchy: &'static [(&'static str, &'static str)],
    /// A lower sum is raised to this.
    pub least: Option<i32>,
    /// Names of bands, each with the least sum in it, in order.
    pub bands: &'static [(i32, &'static str)],
}

/// A score ready for use.
#[derive(Clone, Debug)]
pub struct Scorer {
    names: Vec<&'static str>,
    points: Vec<i32>,
    prefixes: Prefixes,
    /// The bit of the severe condition, the bit of the milder one.
    hierarchy: Vec<(u128, u128)>,
    least: Option<i32>,
    bands: Vec<(i32, &'static str)>,
}

impl Scorer {
    /// A score under one of its weightings; `None` when it has no such weighting. Without `hierarchy` the milder condition counts
    /// beside the severe one.
    pub fn new(definition: &Definition, weighting: Option<&str>, hierarchy: bool) -> Option<Self> {
        let at = match weighting {
            None => 0,
            Some(name) => definition.weightings.iter().position(|known| *known == name)?,
        };
        let conditions = definition.conditions;
        let each = conditions.iter().map(|c| (c.name, c.icd10, c.points.get(at).copied().unwrap_or(0)));
        let mut scorer = Self::of(each, definition.bands);
        let bit = |name: &str| conditions.iter().position(|c| c.name == name).map_or(0, bit);
        if hierarchy {
            scorer.hierarchy = definition.hierarchy.iter().map(|(one, two)| (bit(one), bit(two))).collect();
        }
        scorer.least = definition.least;
        Some(scorer)
    }

    /// A score of named conditions with prefixes and points, without hierarchy.
    pub(crate) fn of(
        conditions: impl Iterator<Item = (&'static str, &'static str, i32)>,
        bands: &[(i32, &'static str)],
    ) -> Self {
        let (mut names, mut points, mut prefixes) = (Vec::new(), Vec::new(), Prefixes::default());
        for (n, (name, icd10, worth)) in conditions.enumerate() {
            for prefix in icd10.split_ascii_whitespace() {
                prefixes.add(prefix, bit(n));
            }
            names.push(name);
            points.push(worth);
        }
        Self { names, points, prefixes, hierarchy: Vec::new(), least: None, bands: bands.to_vec() }
    }

    /// Lets a sum below the least of the definition stand.
    pub fn keep_low_sums(&mut self) {
        self.least = None;
    }

    /// Names of the conditions, in the order of their bits.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// The conditions that a code stands for.
    pub fn conditions(&self, code: Code) -> u128 {
        self.prefixes.of(code)
    }

    /// Takes away the milder conditions that do not count beside a severe one.
    pub fn settle(&self, conditions: u128) -> u128 {
        self.hierarchy.iter().fold(
            conditions,
            |bits, (severe, mild)| {
                if conditions & severe != 0 { bits & !mild } else { bits }
            },
        )
    }

    /// The score of conditions that are settled.
    pub fn score(&self, conditions: u128) -> i32 {
        let sum = self
            .points
            .iter()
            .enumerate()
            .filter(|(n, _)| conditions & bit(*n) != 0)
            .map(|(_, points)| points)
            .sum();
        self.least.map_or(sum, |least| least.max(sum))
    }

    /// The band of a score.
    pub fn band(&self, score: i32) -> &'static str {
        self.bands.iter().rev().find(|(from, _)| *from <= score).map_or("", |(_, name)| *name)
    }
}

/// The bit of the n-th condition.
fn bit(n: usize) -> u128 {
    u32::try_from(n).ok().and_then(|n| 1_u128.checked_shl(n)).unwrap_or(0)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{charlson, elixhauser, imperial_frailty};

    /// The score of codes, with hierarchy.
    pub(crate) fn score(definition: &Definition, weighting: &str, codes: &str) -> i32 {
        let scorer = Scorer::new(definition, Some(weighting), true).unwrap();
        let codes = codes.split(' ').map(|code| scorer.conditions(Code::read(code).unwrap()));
        scorer.score(scorer.settle(codes.fold(0, |all, one| all | one)))
    }

    #[test]
    fn tables_are_whole() {
        for (definition, conditions) in [
            (&charlson::QUAN, 17),
            (&charlson::SHMI_1_35, 17),
            (&charlson::SHMI_1_60, 17),
            (&charlson::RCS, 14),
            (&elixhauser::QUAN, 31),
            (&imperial_frailty::SOONG, 9),
        ] {
            let names: std::collections::BTreeSet<_> = definition.conditions.iter().map(|c| c.name).collect();
            assert_eq!((names.len(), definition.conditions.len()), (conditions, conditions));
            assert!(definition.hierarchy.iter().all(|(one, two)| names.contains(one) && names.contains(two)));
            for condition in definition.conditions {
                assert_eq!(condition.points.len(), definition.weightings.len(), "{}", condition.name);
                for prefix in condition.icd10.split(' ') {
                    assert!(Prefixes::default().add(prefix, 1), "{}: {prefix}", condition.name);
                }
            }
        }
    }

    #[test]
    fn a_weighting_that_is_not_there_is_refused() {
        assert!(Scorer::new(&charlson::QUAN, Some("swiss"), true).is_none());
        assert!(Scorer::new(&charlson::QUAN, None, true).is_some());
    }
}
