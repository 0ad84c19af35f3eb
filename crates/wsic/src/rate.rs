//! `wsic rate`: proportions, rates, means, standardised rates, inequality, funnels and life expectancy of a table of counts.

mod bands;
mod crude;
mod inequality;
mod life;
mod ranked;
mod standardised;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use methods::{Confidence, Estimate};

use crate::failure::Failure;
use crate::sheet::{Column, Group, Sheet, Value};
use crate::spc::YesNo;
use crate::tables::{Kind, apart};

/// What the command names.
#[derive(Debug, Args)]
pub struct RateArguments {
    /// The method
    #[arg(value_enum)]
    method: Method,
    /// The table of counts
    #[arg(long = "in", value_name = "FILE")]
    input: PathBuf,
    /// Where to write the results
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Levels of confidence in per cent [default: 95; of funnels 95,99.8]
    #[arg(long, value_name = "LEVELS", value_delimiter = ',')]
    confidence: Vec<f64>,
    /// Columns whose texts part the rows into groups
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    by: Vec<String>,
    /// What values are multiplied by [default: 100000 for rate, dsr, isr and funnels of rates, else 1]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    multiplier: Option<f64>,
    /// dsr: people may have several events; numerator counts people, eventfreq says with how many events each
    #[arg(long)]
    repeat_events: bool,
    /// quantile: how many groups
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..))]
    quantiles: u32,
    /// quantile: the highest values are in group 1
    #[arg(long, value_enum, default_value_t = YesNo::Yes)]
    invert: YesNo,
    /// sii: what the values are; rates vary on a log scale, proportions on a logit scale
    #[arg(long, value_enum, default_value_t = Values::Other)]
    values: Values,
    /// sii: draws for the limits of rates and proportions
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    draws: u32,
    /// sii: the same seed gives the same limits
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// funnel: what is compared
    #[arg(long, value_enum, default_value_t = Statistic::Proportion)]
    statistic: Statistic,
    /// funnel: allow for more variation than by chance: on the square root scale (cqc) or the log scale (shmi); of proportions arcsine
    #[arg(long, value_enum, default_value_t = Overdispersion::No)]
    overdispersion: Overdispersion,
}

/// The method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Numerator over denominator, Wilson limits
    Proportion,
    /// Events over people, Byar's limits, exact below ten
    Rate,
    /// Directly standardised rate, Dobson's limits
    Dsr,
    /// Indirectly standardised rate
    Isr,
    /// Standardised mortality ratio
    Smr,
    /// Mean with Student's limits
    Mean,
    /// Groups of equal size by rank
    Quantile,
    /// Slope and relative index of inequality
    Sii,
    /// Funnel limits
    Funnel,
    /// Life expectancy
    LifeExpectancy,
}

/// What values of inequality are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Values {
    Other,
    Rate,
    Proportion,
}

/// What a funnel compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Statistic {
    Proportion,
    Rate,
    Ratio,
}

/// How a funnel allows for more variation than by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Overdispersion {
    No,
    Cqc,
    Shmi,
}

/// What every method is given.
struct Task<'a> {
    sheet: Sheet,
    by: Vec<Column>,
    levels: Vec<Confidence>,
    arguments: &'a RateArguments,
}

/// Computes and writes; gives how many rows were written.
pub fn run(arguments: &RateArguments) -> Result<usize, Failure> {
    let levels = levels(arguments)?;
    apart(&arguments.out, &[&arguments.input])?;
    let sheet = Sheet::read(&arguments.input)?;
    let by = arguments.by.iter().map(|name| sheet.must(&[name.as_str()])).collect::<Result<_, _>>()?;
    let task = Task { sheet, by, levels, arguments };
    let results = match arguments.method {
        Method::Proportion => crude::proportion(&task),
        Method::Rate => crude::rate(&task),
        Method::Mean => crude::mean(&task),
        Method::Dsr => standardised::dsr(&task),
        Method::Isr => standardised::indirect(&task, true),
        Method::Smr => standardised::indirect(&task, false),
        Method::Quantile => ranked::quantile(&task),
        Method::Funnel => ranked::funnel(&task),
        Method::Sii => inequality::sii(&task),
        Method::LifeExpectancy => life::expectancy(&task),
    }?;
    results.write(&arguments.out)?;
    Ok(results.rows.len())
}

/// Levels as they are asked for: 95 and 0.95 are one.
fn levels(arguments: &RateArguments) -> Result<Vec<Confidence>, Failure> {
    let usual: &[f64] = if arguments.method == Method::Funnel { &[95.0, 99.8] } else { &[95.0] };
    let asked = if arguments.confidence.is_empty() { usual } else { &arguments.confidence };
    asked
        .iter()
        .map(|level| {
            let percent = if *level < 1.0 { level * 100.0 } else { *level };
            Confidence::percent(percent).filter(|_| percent >= 50.0).ok_or_else(|| {
                Failure::usage(format!("--confidence {level}: a level is from 50 to below 100 per cent"))
            })
        })
        .collect()
}

impl Task<'_> {
    /// The multiplier asked for, or the usual one.
    fn multiplier(&self, usual: f64) -> f64 {
        self.arguments.multiplier.unwrap_or(usual)
    }

    fn groups(&self) -> Result<Vec<Group>, Failure> {
        self.sheet.groups(&self.by)
    }

    /// Columns of results: those of the groups, then these, then limits and what was done.
    fn columns(&self, own: &[(&str, Kind)], limits: bool) -> Vec<(String, Kind)> {
        let mut columns: Vec<(String, Kind)> =
            self.arguments.by.iter().map(|name| (name.clone(), Kind::Text)).collect();
        columns.extend(own.iter().map(|(name, kind)| ((*name).to_owned(), *kind)));
        if limits {
            columns.extend(self.limit_names("").into_iter().map(|name| (name, Kind::Number)));
        }
        columns.extend(["confidence", "statistic", "method"].map(|name| (name.to_owned(), Kind::Text)));
        columns
    }

    /// `lowercl` and `uppercl` of one level, `lower95_0cl`, `upper95_0cl` and so on of several.
    fn limit_names(&self, before: &str) -> Vec<String> {
        if let ([_], "") = (self.levels.as_slice(), before) {
            return vec!["lowercl".to_owned(), "uppercl".to_owned()];
        }
        let name = |side: &str, level: &Confidence| {
            format!("{before}{side}{}cl", format!("{:.1}", level.level()).replace('.', "_"))
        };
        self.levels.iter().flat_map(|level| [name("lower", level), name("upper", level)]).collect()
    }

    /// Limits at every level, blank where there are none.
    fn limits(&self, of: impl Fn(Confidence) -> Option<Estimate>) -> Vec<Value> {
        let both = |level: &Confidence| {
            let estimate = of(*level);
            [estimate.map(|e| e.lower).into(), estimate.map(|e| e.upper).into()]
        };
        self.levels.iter().flat_map(both).collect()
    }

    /// The last three cells of a row.
    fn said(&self, statistic: &str, method: &str) -> [Value; 3] {
        let levels: Vec<String> = self.levels.iter().map(|level| format!("{}%", level.level())).collect();
        [Value::Text(levels.join(", ")), Value::from(statistic), Value::from(method)]
    }

    /// The first cells of a row.
    fn key(group: &Group) -> Vec<Value> {
        group.key.iter().map(|text| Value::from(text.as_str())).collect()
    }

    /// Columns of the file that results do not have, and their texts in a row.
    fn carried<'s>(&'s self, results: &'s [(String, Kind)]) -> Vec<(Column, &'s str)> {
        let taken = |name: &str| results.iter().any(|(result, _)| result == name);
        self.sheet.columns().filter(|(_, name)| !taken(name)).collect()
    }
}
