//! What data about people may be used for: the activities that an agreement names.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::Purpose;

/// One of the 54 activities. Source: the first lines of `policies/purposes.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Activity {
    /// Its function's letter and its number, such as `E5`.
    #[serde(rename = "activity")]
    pub id: String,
    /// One of the seven functions.
    pub function: String,
    /// What is done.
    pub title: String,
    confidence: Confidence,
}

/// How the common law duty of confidence is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Confidence {
    Implied,
    DeIdentified,
}

impl Activity {
    /// Direct care where consent is implied; planning, on de-identified data, elsewhere.
    pub fn purpose(&self) -> Purpose {
        match self.confidence {
            Confidence::Implied => Purpose::DirectCare,
            Confidence::DeIdentified => Purpose::Planning,
        }
    }

    /// The lawful basis in words.
    pub fn basis(&self) -> &'static str {
        match self.confidence {
            Confidence::Implied => {
                "UK GDPR 6(1)(e) or (f) and 9(2)(h); implied consent and reasonable expectations"
            }
            Confidence::DeIdentified => {
                "UK GDPR 6(1)(e) or (f) and 9(2)(h); confidence set aside because data are de-identified"
            }
        }
    }
}

static ACTIVITIES: LazyLock<Vec<Activity>> = LazyLock::new(|| {
    let table = include_str!("../../../policies/purposes.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    // A line that cannot be read leaves its activity out; a test holds that none does.
    reader.deserialize().filter_map(Result::ok).collect()
});

/// Every activity, in the order of its table.
pub fn activities() -> &'static [Activity] {
    &ACTIVITIES
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn there_are_54_activities_in_seven_functions() {
        let all = activities();
        assert_eq!(all.len(), 54);
        assert_eq!(all.iter().map(|a| &a.id).collect::<BTreeSet<_>>().len(), 54);
        let mut by_letter: BTreeMap<char, usize> = BTreeMap::new();
        all.iter().for_each(|a| *by_letter.entry(a.id.chars().next().unwrap()).or_default() += 1);
        assert_eq!(by_letter.into_values().collect::<Vec<_>>(), [7, 6, 7, 2, 14, 7, 11]);
        let care = all.iter().filter(|a| a.purpose() == Purpose::DirectCare);
        assert_eq!(care.count(), 20, "functions A to C");
    }
}
