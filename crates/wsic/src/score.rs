//! `wsic score`: a clinical score for each person of a file, written as a table.

mod cells;
mod codes;
mod deficits;
mod diagnoses;
mod forms;
mod repeats;
mod roll;
mod window;

use std::fmt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::failure::Failure;
use crate::progress::Shown;
use crate::tables::apart;

/// A score that the tool knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Name {
    /// Hospital Frailty Risk Score
    Hfrs,
    /// Charlson index, codes of Quan 2005
    CharlsonQuan,
    /// Charlson index of the Summary Hospital-level Mortality Indicator
    CharlsonShmi,
    /// Charlson index of the Royal College of Surgeons
    CharlsonRcs,
    /// Elixhauser conditions, counted
    ElixhauserQuan,
    /// Elixhauser conditions, weights of van Walraven
    ElixhauserVw,
    /// Imperial frailty groups, counted
    ImperialFrailty,
    /// Cambridge Multimorbidity Score
    Cms,
    /// Electronic Frailty Index
    Efi,
    /// LACE index
    Lace,
    /// PARR-30
    Parr30,
}

impl Name {
    fn text(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// A yes or a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// Yes
    Yes,
    /// No
    No,
}

/// What happens to a code that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BadCodes {
    /// The file is refused, and the line is named
    Refuse,
    /// It is passed over and counted
    Skip,
}

/// Which admissions' diagnoses count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Admissions {
    /// All
    All,
    /// Those with an emergency method of admission
    Emergency,
}

/// Which convention the bands of the Hospital Frailty Risk Score follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Bands {
    /// 5.0 is intermediate, as NHS England has it
    NhsEngland,
    /// 5.0 is low, as the R package `hfrs` has it
    UpperClosed,
}

/// How often a category counts whose codes come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Repeats {
    /// Once, as published
    Once,
    /// Once for each different code, as the Python package `comorbidipy` sums
    EachCode,
}

/// What the command says.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The score
    #[arg(value_enum)]
    pub name: Name,
    /// The file to score: CSV or Parquet; which columns, docs/score.md says
    #[arg(long = "in", value_name = "FILE")]
    pub input: PathBuf,
    /// The file to write: CSV, or Parquet when it ends in .parquet
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// People to list, diagnoses or none: person_id, age, sex
    #[arg(long, value_name = "FILE")]
    pub people: Option<PathBuf>,
    /// Count only what is dated on this day or before (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub as_at: Option<NaiveDate>,
    /// Count only what is dated at most so many days before --as-at; 730 for hfrs, else all, when not given
    #[arg(long, value_name = "DAYS", requires = "as_at")]
    pub window_days: Option<u32>,
    /// Whose diagnoses count, by admission_method
    #[arg(long, value_enum, default_value = "all")]
    pub admissions: Admissions,
    /// Weights: charlson, quan or quan-hiv-2 (charlson-quan), count, van-walraven or swiss (elixhauser), general or mortality (cms)
    #[arg(long, value_name = "NAME")]
    pub weights: Option<String>,
    /// Version of the mortality indicator (charlson-shmi): 1.35 or 1.60
    #[arg(long, value_name = "VERSION", default_value = "1.35", value_parser = ["1.35", "1.60"])]
    pub shmi_version: String,
    /// Whether a severe condition takes the place of the milder one
    #[arg(long, value_enum, default_value = "yes")]
    pub hierarchy: YesNo,
    /// Whether a sum below nought is nought (charlson-shmi)
    #[arg(long, value_enum, default_value = "yes")]
    pub floor: YesNo,
    /// Add Charlson's points for age, from --people (charlson-quan)
    #[arg(long, requires = "people")]
    pub age_points: bool,
    /// Which bands (hfrs)
    #[arg(long, value_enum, default_value = "nhs-england")]
    pub bands: Bands,
    /// How often a category counts that several codes show (hfrs)
    #[arg(long, value_enum, default_value = "once")]
    pub repeats: Repeats,
    /// Change the coefficients of the two cancers (parr30)
    #[arg(long)]
    pub exchange_cancers: bool,
    /// What happens to a diagnosis that is no ICD-10 code
    #[arg(long, value_enum, default_value = "refuse")]
    pub bad_codes: BadCodes,
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// The score.
    pub score: String,
    /// The file that was written.
    pub out: PathBuf,
    /// Rows that were read.
    pub rows: u64,
    /// People, or admissions, that were scored.
    pub scored: u64,
    /// Rows without a code.
    pub blank: u64,
    /// Rows outside the window or of other admissions.
    pub outside: u64,
    /// Rows whose code is none, passed over.
    pub bad_codes: u64,
    /// What the score cannot see here.
    pub cautions: Vec<String>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} scored from {} rows, {}", self.score, self.scored, self.rows, self.out.display())?;
        for (rows, what) in [
            (self.blank, "rows had no code"),
            (self.outside, "rows were not in the window asked for"),
            (self.bad_codes, "rows had a code that is none"),
        ] {
            if rows > 0 {
                write!(f, "\n{rows} {what}")?;
            }
        }
        self.cautions.iter().try_for_each(|caution| write!(f, "\n{caution}"))
    }
}

/// Scores a file.
pub fn run(options: &Options, progress: &Shown) -> Result<Summary, Failure> {
    let mut summary = Summary { score: options.name.text(), out: options.out.clone(), ..Summary::default() };
    options.fit()?;
    let inputs: Vec<&Path> =
        [Some(options.input.as_path()), options.people.as_deref()].into_iter().flatten().collect();
    apart(&options.out, &inputs)?;
    match options.name {
        Name::Lace => forms::lace(options, &mut summary, progress)?,
        Name::Parr30 => forms::parr30(options, &mut summary, progress)?,
        Name::Efi => deficits::run(options, &mut summary, progress)?,
        _ => diagnoses::run(options, &mut summary, progress)?,
    }
    progress.finish();
    Ok(summary)
}

impl Options {
    /// Refuses options that the score would pass over without a word.
    fn fit(&self) -> Result<(), Failure> {
        use Name::{CharlsonQuan, CharlsonShmi, Hfrs, Parr30};
        let dated = !matches!(self.name, Name::Lace | Name::Parr30);
        for (given, fits, option) in [
            (self.as_at.is_some(), dated, "--as-at"),
            (self.admissions == Admissions::Emergency, dated, "--admissions"),
            (self.shmi_version != "1.35", self.name == CharlsonShmi, "--shmi-version"),
            (self.floor == YesNo::No, self.name == CharlsonShmi, "--floor"),
            (self.age_points, self.name == CharlsonQuan, "--age-points"),
            (self.bands == Bands::UpperClosed, self.name == Hfrs, "--bands"),
            (self.repeats == Repeats::EachCode, self.name == Hfrs, "--repeats"),
            (self.exchange_cancers, self.name == Parr30, "--exchange-cancers"),
        ] {
            if given && !fits {
                return Err(Failure::usage(format!(
                    "{option} is not for {}: leave it out",
                    self.name.text()
                )));
            }
        }
        Ok(())
    }
}
