//! What a number covers: which practices an agreement lets us count.

use serde::Serialize;

/// How many of the practices that send data may be counted, so that a figure says what it leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Practices that have signed for this purpose.
    pub signed: usize,
    /// Practices that send data.
    pub practices: usize,
    /// ODS codes of those that have not signed, in order.
    pub missing: Vec<String>,
}

impl Coverage {
    /// Counts practices by code, each with whether it has signed.
    pub fn of(practices: impl IntoIterator<Item = (String, bool)>) -> Self {
        let mut coverage = Self::default();
        for (practice, signed) in practices {
            coverage.practices += 1;
            if signed {
                coverage.signed += 1;
            } else {
                coverage.missing.push(practice);
            }
        }
        coverage.missing.sort();
        coverage
    }

    /// True when nobody is left out.
    pub fn is_whole(&self) -> bool {
        self.practices > 0 && self.missing.is_empty()
    }

    /// In words: `37 of 40 practices have signed for planning; the other 3 are not counted.`
    pub fn sentence(&self) -> String {
        match (self.practices, self.missing.len()) {
            (0, _) => "It is not known which practices these figures cover.".to_owned(),
            (n, 0) => format!("All {n} practices have signed for planning."),
            (n, 1) => format!(
                "{} of {n} practices have signed for planning; the other one is not counted.",
                self.signed
            ),
            (n, left) => {
                format!(
                    "{} of {n} practices have signed for planning; the other {left} are not counted.",
                    self.signed
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_says_who_is_left_out() {
        let practices = |signed: usize, all: usize| (0..all).map(move |i| (format!("E{i:05}"), i < signed));
        let some = Coverage::of(practices(37, 40));
        assert_eq!(
            some.sentence(),
            "37 of 40 practices have signed for planning; the other 3 are not counted."
        );
        assert_eq!(some.missing, ["E00037", "E00038", "E00039"]);
        assert!(!some.is_whole());
        assert_eq!(Coverage::of(practices(2, 2)).sentence(), "All 2 practices have signed for planning.");
        assert!(Coverage::default().sentence().starts_with("It is not known"));
    }
}
