//! A seeded synthetic North West London, written as the files that real suppliers send: development and demonstration only.
//!
//! May import `model`. Must never read a clock, draw chance that is not seeded, or copy a real person: every name is drawn
//! from tables of common names, every postcode ends in letters that no real one has, and every NHS number is from the
//! range kept for tests (999 000 0000 to 999 999 9999), or where only identities are made for more people than that has, begins with 9.

mod admission;
mod calendar;
mod community;
mod dice;
mod emergency;
mod episodes;
mod errors;
mod ethnicity;
mod folder;
mod generate;
mod gp;
mod gp_reviews;
mod health;
mod hospital;
mod household;
mod identities;
mod identity;
mod life;
mod long_term_support;
mod members;
mod mental_health;
mod moving;
mod names;
mod numbers;
mod outpatient;
mod person;
mod place;
mod rates;
mod social_care;
mod supplier;
mod tables;
mod truth;
mod world;
mod writing;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;

pub use generate::generate;
pub use identities::generate_identities;
pub use supplier::shelf::Counts;

/// What to make. The same options give the same bytes on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Options {
    /// People, at most some 909,000 (there are no more NHS numbers for tests), or nine million where only identities are made.
    pub people: u32,
    /// Whole years of months, 1 to 20, that end with the month of `end`.
    pub years: u32,
    /// Seed of all chance.
    pub seed: u64,
    /// Last day that anything is known of.
    pub end: NaiveDate,
}

impl Options {
    /// Options that end on 31 October 2026.
    pub fn new(people: u32, years: u32, seed: u64) -> Self {
        let end = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap_or_default();
        Self { people, years, seed, end }
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// True people.
    pub people: u32,
    /// Of them, those who died in the period.
    pub deaths: u32,
    /// Practices.
    pub practices: u32,
    /// People of sources, one line each in `truth.csv`.
    pub source_people: u64,
    /// Files, rows (headers aside) and bytes by feed.
    pub feeds: BTreeMap<String, Counts>,
    /// Errors planted by kind.
    pub errors: BTreeMap<String, u64>,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// Options that make no sense.
    #[error("{0}")]
    Options(String),
    /// More people than NHS numbers.
    #[error("{asked} people were asked for, but there are NHS numbers for only {most}: ask for fewer")]
    TooManyPeople {
        /// People asked for.
        asked: u32,
        /// Numbers there are.
        most: usize,
    },
    /// A fault in one of our own tables.
    #[error("table {0} is wrong: {1}")]
    Table(&'static str, String),
    /// The folder holds something else.
    #[error("`{}` is not empty and was not made by this command: choose another folder", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
