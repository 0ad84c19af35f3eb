//! Hospital Frailty Risk Score: points, sum and band. The points are data (definitions/reference/hfrs_points.csv).
//!
//! Source: Gilbert T and others, Lancet 2018; 391: 1775-82.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::diagnosis_score::Scorer;

/// The published points.
const POINTS: &str = include_str!("../../../definitions/reference/hfrs_points.csv");

/// The band of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Below 5.
    Low,
    /// 5 to 15.
    Intermediate,
    /// Above 15.
    High,
}

/// Where a score of exactly 5.0 belongs; publications differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Boundary {
    /// Intermediate is 5.0 to 15.0, both included, as NHS England computes it. The definition `hfrs` follows this one.
    #[default]
    NhsEngland,
    /// Low is up to and with 5.0, as the R package `hfrs` cuts it.
    UpperClosed,
}

/// The score in whole tenths: each three-character ICD-10 category counts once, whatever its position.
pub fn tenths<'a>(points: &BTreeMap<String, u32>, codes: impl IntoIterator<Item = &'a str>) -> u32 {
    let distinct: BTreeSet<&str> = codes.into_iter().map(model::icd10_category).collect();
    distinct.into_iter().filter_map(|code| points.get(code)).sum()
}

/// The band of a score in whole tenths.
pub fn band(tenths: u32, boundary: Boundary) -> Band {
    let low = match boundary {
        Boundary::NhsEngland => tenths < 50,
        Boundary::UpperClosed => tenths <= 50,
    };
    match tenths {
        _ if low => Band::Low,
        0..=150 => Band::Intermediate,
        _ => Band::High,
    }
}

/// The published categories and their points in whole tenths, in the order of the publication.
pub fn published() -> impl Iterator<Item = (&'static str, u32)> {
    POINTS.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        Some((cells.next()?, cells.next()?.parse().ok()?))
    })
}

/// The score over lists of diagnoses: a condition is a category, a point a tenth.
pub fn scorer(boundary: Boundary) -> Scorer {
    let intermediate = match boundary {
        Boundary::NhsEngland => 50,
        Boundary::UpperClosed => 51,
    };
    let conditions = published().map(|(code, tenths)| (code, code, i32::try_from(tenths).unwrap_or(0)));
    Scorer::of(conditions, &[(0, "low"), (intermediate, "intermediate"), (151, "high")])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icd10::Code;

    #[test]
    fn boundaries_are_those_of_the_convention() {
        use Band::{High, Intermediate, Low};
        for (score, nhs, other) in [
            (0, Low, Low),
            (49, Low, Low),
            (50, Intermediate, Low),
            (51, Intermediate, Intermediate),
            (150, Intermediate, Intermediate),
            (151, High, High),
        ] {
            assert_eq!(band(score, Boundary::NhsEngland), nhs, "{score}");
            assert_eq!(band(score, Boundary::UpperClosed), other, "{score}");
        }
    }

    #[test]
    fn the_published_points_add_up() {
        let points: BTreeMap<String, u32> =
            published().map(|(code, tenths)| (code.to_owned(), tenths)).collect();
        assert_eq!(points.len(), 109);
        assert_eq!(points.values().sum::<u32>(), 1_732);
        // Twice the same category counts once; a code outside the list counts nothing.
        assert_eq!(tenths(&points, ["F000", "F001", "G811", "Z999", "H269"]), 71 + 44 + 8);
    }

    #[test]
    fn lists_are_scored_as_sums_are() {
        let names = |boundary| {
            let scorer = scorer(boundary);
            [0, 49, 50, 51, 150, 151].map(|tenths| scorer.band(tenths))
        };
        assert_eq!(
            names(Boundary::NhsEngland),
            ["low", "low", "intermediate", "intermediate", "intermediate", "high"]
        );
        assert_eq!(
            names(Boundary::UpperClosed),
            ["low", "low", "low", "intermediate", "intermediate", "high"]
        );
        let scorer = scorer(Boundary::NhsEngland);
        let codes = ["F00.0", "f001", "G81.1", "Z999", "H269"].map(|code| Code::read(code).unwrap());
        let found = codes.into_iter().fold(0, |all, code| all | scorer.conditions(code));
        assert_eq!((scorer.score(found), scorer.names().len()), (71 + 44 + 8, 109));
    }
}
