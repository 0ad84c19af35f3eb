//! `wsic spc`: control charts of the series of a table, point by point.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use methods::spc::{self, Assurance, Chart, Direction, Limits, Phases, Point, SpecialCause, Variation};

use crate::failure::Failure;
use crate::period;
use crate::sheet::{Column, Group, Results, Sheet, Value};
use crate::tables::{Kind, apart};

/// What the command names.
#[derive(Debug, Args)]
pub struct SpcArguments {
    /// The table: columns series, date, value [, target]
    #[arg(long = "in", value_name = "FILE")]
    input: PathBuf,
    /// Where to write every point
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Which way is better
    #[arg(long, value_enum, default_value_t = Way::Increase)]
    direction: Way,
    /// Leave out moving ranges of 3.267 times their mean or more when drawing limits
    #[arg(long, value_enum, default_value_t = YesNo::Yes)]
    screen: YesNo,
    /// Draw limits anew from the point of this date on; several are parted by commas
    #[arg(long, value_name = "DATE", value_delimiter = ',')]
    rebase: Vec<String>,
    /// Draw limits from so many first points of a series, or after each rebase
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    baseline: Option<u32>,
    /// The kind of chart; p (shares) and u (rates) need a column denominator
    #[arg(long, value_enum, default_value_t = ChartKind::Xmr)]
    chart: ChartKind,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Way {
    Increase,
    Decrease,
    Neutral,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// The kind of chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ChartKind {
    Xmr,
    P,
    U,
    C,
}

impl From<Way> for Direction {
    fn from(way: Way) -> Self {
        match way {
            Way::Increase => Self::Increase,
            Way::Decrease => Self::Decrease,
            Way::Neutral => Self::Neutral,
        }
    }
}

/// The columns of the table.
struct Columns {
    series: Option<Column>,
    date: Column,
    value: Column,
    target: Option<Column>,
    denominator: Option<Column>,
}

/// A point of the table.
struct Given {
    row: usize,
    day: NaiveDate,
    value: f64,
    target: Option<f64>,
    denominator: f64,
}

/// Judges every series; gives how many points there were.
pub fn run(arguments: &SpcArguments) -> Result<usize, Failure> {
    let rebase = arguments
        .rebase
        .iter()
        .map(|text| {
            period::day(text)
                .ok_or_else(|| Failure::usage(format!("--rebase {text} is no date: write 2026-04-01")))
        })
        .collect::<Result<Vec<NaiveDate>, Failure>>()?;
    apart(&arguments.out, &[&arguments.input])?;
    let sheet = Sheet::read(&arguments.input)?;
    let parts = matches!(arguments.chart, ChartKind::P | ChartKind::U);
    let columns = Columns {
        series: sheet.may(&["series"])?,
        date: sheet.must(&["date"])?,
        value: sheet.must(&["value"])?,
        target: sheet.may(&["target"])?,
        denominator: if parts { Some(sheet.must(&["denominator"])?) } else { None },
    };
    let mut results = Results { columns: names(), rows: Vec::new() };
    let mut unused = rebase.clone();
    for group in sheet.groups(columns.series.as_slice())? {
        let points = points(&sheet, &columns, &group, arguments.chart)?;
        unused.retain(|date| points.iter().all(|point| point.day != *date));
        let rows = judged(&sheet, &columns, &group, &points, &rebase, arguments);
        results.rows.extend(rows);
    }
    if let Some(date) = unused.first() {
        return Err(Failure::usage(format!("--rebase {date}: no series has a point of this date")));
    }
    results.write(&arguments.out)?;
    Ok(results.rows.len())
}

fn points(sheet: &Sheet, columns: &Columns, group: &Group, chart: ChartKind) -> Result<Vec<Given>, Failure> {
    let mut points = Vec::with_capacity(group.rows.len());
    for row in group.rows.iter().copied() {
        let day = period::day(sheet.text(row, columns.date)).ok_or_else(|| {
            sheet.wrong(row, columns.date, "is no date: write 2026-04-01, 01/04/2026, 2026-04 or April 2026")
        })?;
        let value = match chart {
            ChartKind::Xmr => sheet.known(row, columns.value)?,
            ChartKind::P | ChartKind::U | ChartKind::C => sheet.count(row, columns.value)?,
        };
        let denominator = columns.denominator.map_or(Ok(1.0), |column| sheet.positive(row, column))?;
        if chart == ChartKind::P && value > denominator {
            return Err(sheet.wrong(row, columns.value, "is above its denominator"));
        }
        let target = columns.target.map_or(Ok(None), |column| sheet.number(row, column))?;
        points.push(Given { row, day, value, target, denominator });
    }
    points.sort_by_key(|point| point.day);
    for pair in points.windows(2) {
        if let [one, other] = pair
            && one.day == other.day
        {
            return Err(sheet.wrong(one.row.max(other.row), columns.date, "is in its series a second time"));
        }
    }
    Ok(points)
}

fn judged(
    sheet: &Sheet,
    columns: &Columns,
    group: &Group,
    points: &[Given],
    rebase: &[NaiveDate],
    arguments: &SpcArguments,
) -> Vec<Vec<Value>> {
    let starts: Vec<usize> =
        (0..).zip(points).filter(|(_, point)| rebase.contains(&point.day)).map(|(place, _)| place).collect();
    let phases = Phases { starts, baseline: arguments.baseline.map(|count| count as usize) };
    let direction = arguments.direction.into();
    let charted = match arguments.chart {
        ChartKind::Xmr => {
            let values: Vec<f64> = points.iter().map(|point| point.value).collect();
            let screen = arguments.screen == YesNo::Yes;
            spread(spc::xmr_phases(&values, &phases, spc::Options { direction, screen, target: None }))
        }
        kind => attribute(points, kind, &phases, direction),
    };
    let name = group.key.first().map_or("", String::as_str);
    points
        .iter()
        .zip(charted)
        .enumerate()
        .map(|(place, (given, charted))| {
            let rebased = phases.starts.iter().filter(|start| **start <= place).count();
            let mut row = vec![Value::from(name), Value::from(sheet.text(given.row, columns.date))];
            row.extend(cells(given, &charted, rebased, direction));
            row
        })
        .collect()
}

/// A point and its limits.
struct Charted {
    point: Point,
    limits: Option<Limits>,
    trial: bool,
}

fn spread(charts: Vec<Chart>) -> Vec<Charted> {
    charts
        .into_iter()
        .flat_map(|chart| {
            let (limits, trial) = (chart.limits, chart.trial);
            chart.points.into_iter().map(move |point| Charted { point, limits, trial })
        })
        .collect()
}

/// P, U and C charts: each phase by itself.
fn attribute(points: &[Given], kind: ChartKind, phases: &Phases, direction: Direction) -> Vec<Charted> {
    let mut charted = Vec::with_capacity(points.len());
    let mut starts: Vec<usize> = phases.starts.iter().copied().chain([0, points.len()]).collect();
    starts.sort_unstable();
    starts.dedup();
    for ends in starts.windows(2) {
        let [from, to] = ends else { continue };
        let own = points.get(*from..*to).unwrap_or_default();
        let limits = attribute_limits(own, kind, phases.baseline);
        let values: Vec<f64> = own.iter().map(|point| point.value / point.denominator).collect();
        let judged = spc::judge(&values, &limits, direction);
        let trial = own.len() < spc::TRIAL_BELOW;
        let each = judged.into_iter().zip(limits);
        charted.extend(each.map(|(point, limits)| Charted { point, limits: Some(limits), trial }));
    }
    charted
}

fn attribute_limits(points: &[Given], kind: ChartKind, baseline: Option<usize>) -> Vec<Limits> {
    let values: Vec<f64> = points.iter().map(|point| point.value).collect();
    let sizes: Vec<f64> = points.iter().map(|point| point.denominator).collect();
    let drawn_from = baseline.unwrap_or(points.len());
    match kind {
        ChartKind::P => spc::p_limits(&values, &sizes, drawn_from),
        ChartKind::U => spc::u_limits(&values, &sizes, drawn_from),
        ChartKind::Xmr | ChartKind::C => spc::c_limits(&values, drawn_from),
    }
}

fn names() -> Vec<(String, Kind)> {
    let text = ["series", "date"].map(|name| (name, Kind::Text));
    let numbers = ["value", "target"].map(|name| (name, Kind::Number));
    let limits = ["mean", "lpl", "upl", "nlpl", "nupl"].map(|name| (name, Kind::Number));
    let flags = ["outside_limits", "relative_to_mean", "close_to_limits", "special_cause_flag"];
    let said = ["special_cause_type", "point_type", "variation", "assurance"].map(|name| (name, Kind::Text));
    let mut names = text.to_vec();
    names.extend(numbers);
    names.push(("rebase_group", Kind::Whole));
    names.extend(limits);
    names.extend(flags.map(|name| (name, Kind::Whole)));
    names.extend(said);
    names.push(("trial_limits", Kind::Whole));
    names.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect()
}

fn cells(given: &Given, charted: &Charted, rebased: usize, direction: Direction) -> Vec<Value> {
    let point = &charted.point;
    let limits = charted.limits;
    let limit = |of: fn(&Limits) -> f64| Value::from(limits.as_ref().map(of));
    let flag = |is: bool| Value::Whole(i64::from(is));
    let outside = limits.is_some_and(|l| point.value > l.upper || point.value < l.lower);
    let close =
        limits.is_some_and(|l| !outside && (point.value > l.near_upper || point.value < l.near_lower));
    let side = limits.map_or(0, |l| i64::from(point.value > l.mean) - i64::from(point.value < l.mean));
    let assurance = given.target.zip(limits).and_then(|(target, l)| spc::assurance(target, &l, direction));
    vec![
        Value::Number(point.value),
        Value::from(given.target),
        Value::Whole(i64::try_from(rebased).unwrap_or(0)),
        limit(|l| l.mean),
        limit(|l| l.lower),
        limit(|l| l.upper),
        limit(|l| l.near_lower),
        limit(|l| l.near_upper),
        flag(outside),
        Value::Whole(side),
        flag(close),
        flag(point.cause.is_some()),
        Value::from(special_cause(point)),
        Value::from(point_type(point.variation)),
        Value::from(variation(point)),
        assurance.map_or(Value::Blank, |assurance| Value::from(assurance_type(assurance))),
        flag(charted.trial),
    ]
}

/// The rule that makes a point special, in the words of NHSRplotthedots.
fn special_cause(point: &Point) -> &'static str {
    let high = point.way > 0;
    match (point.cause, high) {
        (None, _) => "Common Cause",
        (Some(SpecialCause::OutsideLimits), true) => "Above UCL",
        (Some(SpecialCause::OutsideLimits), false) => "Below LCL",
        (Some(SpecialCause::Trend), true) => "7 Point Trend (Increasing)",
        (Some(SpecialCause::Trend), false) => "7 Point Trend (Decreasing)",
        (Some(SpecialCause::TwoOfThree), true) => "2 in 3 Above CL",
        (Some(SpecialCause::TwoOfThree), false) => "2 in 3 Below CL",
        (Some(SpecialCause::Shift), true) => "7 Points Above CL",
        (Some(SpecialCause::Shift), false) => "7 Points Below CL",
    }
}

fn point_type(variation: Variation) -> &'static str {
    match variation {
        Variation::Common => "common_cause",
        Variation::Improvement => "special_cause_improvement",
        Variation::Concern => "special_cause_concern",
        Variation::NeutralHigh => "special_cause_neutral_high",
        Variation::NeutralLow => "special_cause_neutral_low",
    }
}

/// The icon of Making Data Count.
fn variation(point: &Point) -> &'static str {
    match (point.variation, point.way > 0) {
        (Variation::Common, _) => "common_cause",
        (Variation::Improvement, true) => "improvement_high",
        (Variation::Improvement, false) => "improvement_low",
        (Variation::Concern, true) => "concern_high",
        (Variation::Concern, false) => "concern_low",
        (Variation::NeutralHigh, _) => "neutral_high",
        (Variation::NeutralLow, _) => "neutral_low",
    }
}

fn assurance_type(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::ConsistentlyMeets => "consistent_pass",
        Assurance::ConsistentlyMisses => "consistent_fail",
        Assurance::Inconsistent => "inconsistent",
    }
}
