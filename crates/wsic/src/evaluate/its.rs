//! Interrupted time series: from rows to points in time, and from what came of them to JSON.

use std::collections::BTreeMap;
use std::path::Path;

use methods::its::{Design, Errors, Its, Outcome, Point, Season, its};
use methods::regression::robust::usual_lag;
use serde_json::{Value, json};

use super::spec::{self, ItsSpec, Reference};
use crate::failure::Failure;
use crate::period::Moment;
use crate::sheet::{Column, Sheet};

/// Rows of a series, in order of time.
struct Series {
    points: Vec<Point>,
    /// The date of each as it is written.
    dates: Vec<String>,
}

/// Fits what the specification says.
pub fn run(path: &Path, spec: &ItsSpec, sheet: &Sheet) -> Result<(Value, String), Failure> {
    let model = &spec.its;
    let columns = Columns::of(path, spec, sheet)?;
    let times = times(spec, sheet, &columns)?;
    let design = design(path, spec, &times)?;
    let series = columns.points(path, spec, sheet, &times, model.series.as_deref())?;
    let control = match &model.control {
        Some(name) => columns.points(path, spec, sheet, &times, Some(name))?,
        None => Series { points: Vec::new(), dates: Vec::new() },
    };
    let found = its(&series.points, &control.points, &design)
        .map_err(|e| Failure::data(format!("{}: {e}", path.display())))?;
    let gaps = gaps(&times);
    let sentence = sentence(&found, &design) + &gaps_told(&gaps);
    let mut report = report(spec, &design, found, &series, &control)?;
    if let Some(fields) = report.as_object_mut() {
        fields.insert("gaps".to_owned(), json!(gaps));
    }
    Ok((report, sentence))
}

struct Columns {
    date: Column,
    value: Column,
    exposure: Option<Column>,
    series: Option<Column>,
    covariates: Vec<Column>,
}

impl Columns {
    fn of(path: &Path, spec: &ItsSpec, sheet: &Sheet) -> Result<Self, Failure> {
        let columns = &spec.columns;
        let model = &spec.its;
        if (model.series.is_some() || model.control.is_some()) && columns.series.is_none() {
            let what =
                "its.series and its.control need columns.series, the column that names the series of a row";
            return Err(Failure::usage(format!("{}: {what}", path.display())));
        }
        if model.control.is_some() && model.series.is_none() {
            let what = "its.control needs its.series: which series is held against it";
            return Err(Failure::usage(format!("{}: {what}", path.display())));
        }
        let named =
            |name: &Option<String>| name.as_ref().map(|name| sheet.must(&[name.as_str()])).transpose();
        Ok(Self {
            date: sheet.must(&[columns.date.as_str()])?,
            value: sheet.must(&[columns.value.as_str()])?,
            exposure: named(&columns.exposure)?,
            series: named(&columns.series)?,
            covariates: columns
                .covariates
                .iter()
                .map(|name| sheet.must(&[name.as_str()]))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The points of a series.
    fn points(
        &self,
        path: &Path,
        spec: &ItsSpec,
        sheet: &Sheet,
        times: &BTreeMap<Moment, f64>,
        name: Option<&str>,
    ) -> Result<Series, Failure> {
        let left_out = excluded(path, spec)?;
        let mut found: BTreeMap<Moment, (Point, String)> = BTreeMap::new();
        for row in sheet.rows() {
            if let (Some(name), Some(column)) = (name, self.series)
                && sheet.text(row, column) != name
            {
                continue;
            }
            let moment = moment(sheet, row, self.date)?;
            if left_out.iter().any(|(from, to)| moment >= *from && moment <= *to) {
                continue;
            }
            let point = self.point(spec, sheet, row, times.get(&moment).copied().unwrap_or(f64::NAN))?;
            let text = sheet.text(row, self.date).to_owned();
            if found.insert(moment, (point, text)).is_some() {
                let what = "is there a second time: a series has one row a date (its.series says which series to take)";
                return Err(sheet.wrong(row, self.date, what));
            }
        }
        if found.is_empty() {
            let what = format!("no row is of the series {}", name.unwrap_or_default());
            return Err(Failure::data(format!("{}: {what}", path.display())));
        }
        let (points, dates) = found.into_values().unzip();
        Ok(Series { points, dates })
    }

    fn point(&self, spec: &ItsSpec, sheet: &Sheet, row: usize, time: f64) -> Result<Point, Failure> {
        let value = match spec.its.outcome {
            spec::Outcome::Linear => sheet.known(row, self.value)?,
            spec::Outcome::Poisson | spec::Outcome::QuasiPoisson => sheet.count(row, self.value)?,
        };
        let exposure = self.exposure.map(|column| sheet.positive(row, column)).transpose()?;
        let covariates =
            self.covariates.iter().map(|column| sheet.known(row, *column)).collect::<Result<_, _>>()?;
        // Of a linear outcome the exposure makes a rate.
        match (spec.its.outcome, exposure) {
            (spec::Outcome::Linear, Some(people)) => {
                Ok(Point { time, value: value / people, exposure: None, covariates })
            }
            _ => Ok(Point { time, value, exposure, covariates }),
        }
    }
}

fn moment(sheet: &Sheet, row: usize, column: Column) -> Result<Moment, Failure> {
    Moment::of(sheet.text(row, column)).ok_or_else(|| {
        sheet.wrong(row, column, "is no date: write 2026-04-01, 01/04/2026, 2026-04, April 2026 or a number")
    })
}

/// Time in points, from 1: the place of each date among those of the series and its control.
fn times(spec: &ItsSpec, sheet: &Sheet, columns: &Columns) -> Result<BTreeMap<Moment, f64>, Failure> {
    let names = [&spec.its.series, &spec.its.control];
    let mut moments = BTreeMap::new();
    for row in sheet.rows() {
        let of = |name: &String| columns.series.is_some_and(|column| sheet.text(row, column) == name);
        if spec.its.series.is_none() || names.into_iter().flatten().any(of) {
            moments.insert(moment(sheet, row, columns.date)?, 0.0);
        }
    }
    for (place, time) in moments.values_mut().enumerate() {
        *time = (place + 1) as f64;
    }
    Ok(moments)
}

/// Pairs of neighbouring dates that lie further apart than most do, by half again: a period without a row, in which time stands still.
fn gaps(times: &BTreeMap<Moment, f64>) -> Vec<[String; 2]> {
    let apart = |from: &Moment, to: &Moment| match (from, to) {
        (Moment::Day(from), Moment::Day(to)) => Some((*to - *from).num_days()),
        (Moment::Number(from), Moment::Number(to)) => to.checked_sub(*from),
        _ => None,
    };
    let steps: Vec<(&Moment, &Moment, i64)> = times
        .keys()
        .zip(times.keys().skip(1))
        .filter_map(|(from, to)| Some((from, to, apart(from, to)?)))
        .collect();
    let mut lengths: Vec<i64> = steps.iter().map(|(.., days)| *days).collect();
    lengths.sort_unstable();
    let Some(middle) = lengths.get(lengths.len() / 2).copied() else { return Vec::new() };
    let wide = steps.into_iter().filter(|(.., days)| *days > middle.saturating_add(middle / 2));
    wide.map(|(from, to, _)| [from.to_string(), to.to_string()]).collect()
}

fn gaps_told(gaps: &[[String; 2]]) -> String {
    let Some([from, to]) = gaps.first() else { return String::new() };
    let more = if gaps.len() > 1 { format!(" and in {} more places", gaps.len() - 1) } else { String::new() };
    format!(
        "\nno row between {from} and {to}{more}: time stands still there; give every period a row (exclude leaves it out of the fit)"
    )
}

fn named(path: &Path, text: &str, of: &str) -> Result<Moment, Failure> {
    Moment::of(text).ok_or_else(|| {
        Failure::usage(format!("{}: {of} = {text:?} is no date: write \"2026-04-01\"", path.display()))
    })
}

fn excluded(path: &Path, spec: &ItsSpec) -> Result<Vec<(Moment, Moment)>, Failure> {
    let range =
        |[from, to]: &[String; 2]| Ok((named(path, from, "its.exclude")?, named(path, to, "its.exclude")?));
    spec.its.exclude.iter().map(range).collect()
}

/// The time of the first point with each intervention in place.
fn interventions(path: &Path, spec: &ItsSpec, times: &BTreeMap<Moment, f64>) -> Result<Vec<f64>, Failure> {
    let mut found = Vec::new();
    for text in spec.its.intervention.all() {
        let begun = named(path, text, "its.intervention")?;
        let first = times.range(begun..).next().map(|(_, time)| *time);
        let Some(first) = first.filter(|first| *first > 1.0) else {
            let what = "is not inside the series: points before and after are needed";
            return Err(Failure::usage(format!("{}: its.intervention = {text:?} {what}", path.display())));
        };
        found.push(first);
    }
    found.sort_by(f64::total_cmp);
    Ok(found)
}

fn design(path: &Path, spec: &ItsSpec, times: &BTreeMap<Moment, f64>) -> Result<Design, Failure> {
    let model = &spec.its;
    let wrong = |what: String| Failure::usage(format!("{}: {what}", path.display()));
    let interventions = interventions(path, spec, times)?;
    if model.slope_from > 1 {
        return Err(wrong("its.slope_from is 0 or 1".to_owned()));
    }
    if model.season != spec::Season::None && !(2..=366).contains(&model.period) {
        return Err(wrong("its.period is from 2 to 366 points".to_owned()));
    }
    let lag = model.lag.unwrap_or_else(|| usual_lag(times.len()));
    let errors = match model.errors {
        spec::Errors::NeweyWest => Errors::NeweyWest(lag),
        spec::Errors::Independent => Errors::Independent,
        spec::Errors::PraisWinsten => Errors::Autoregressive,
    };
    let outcome = match model.outcome {
        spec::Outcome::Linear => Outcome::Linear,
        spec::Outcome::Poisson => Outcome::Poisson,
        spec::Outcome::QuasiPoisson => Outcome::QuasiPoisson,
    };
    if errors == Errors::Autoregressive && outcome != Outcome::Linear {
        return Err(wrong(
            "errors = \"prais-winsten\" is for linear outcomes: use newey-west for counts".to_owned(),
        ));
    }
    let season = match model.season {
        spec::Season::None => Season::None,
        spec::Season::Harmonic => Season::Harmonic { period: model.period, pairs: model.pairs },
        spec::Season::Levels => Season::Levels { period: model.period },
    };
    // Counts whose variance is known are judged by the normal distribution.
    let usual = if outcome == Outcome::Poisson { Reference::Normal } else { Reference::T };
    Ok(Design {
        interventions,
        slope_from: f64::from(model.slope_from),
        outcome,
        errors,
        season,
        covariates: spec.columns.covariates.clone(),
        small_sample: model.small_sample,
        student: model.reference.unwrap_or(usual) == Reference::T,
        confidence: spec::confidence(path, model.confidence)?,
    })
}

fn report(
    spec: &ItsSpec,
    design: &Design,
    found: Its,
    series: &Series,
    control: &Series,
) -> Result<Value, Failure> {
    let mut report = serde_json::to_value(&found)?;
    let dates = series.dates.iter().chain(&control.dates);
    if let Some(points) = report.get_mut("points").and_then(Value::as_array_mut) {
        for (point, date) in points.iter_mut().zip(dates) {
            if let Some(fields) = point.as_object_mut() {
                fields.insert("date".to_owned(), json!(date));
            }
        }
    }
    if design.outcome != Outcome::Linear {
        ratios(&mut report);
    }
    let (errors, lag) = match design.errors {
        Errors::NeweyWest(lag) => ("newey-west", Some(lag)),
        Errors::Independent => ("independent", None),
        Errors::Autoregressive => ("prais-winsten", None),
    };
    let outcome = match design.outcome {
        Outcome::Linear => "linear",
        Outcome::Poisson => "poisson",
        Outcome::QuasiPoisson => "quasi-poisson",
    };
    if let Some(fields) = report.as_object_mut() {
        let model = json!({
            "outcome": outcome,
            "errors": errors,
            "lag": lag,
            "small_sample": lag.map(|_| design.small_sample),
            "reference": if design.student { "t" } else { "normal" },
            "confidence": design.confidence.level(),
            "intervention": spec.its.intervention.all(),
            "intervention_time": design.interventions,
            "slope_from": design.slope_from,
            "series": spec.its.series,
            "control": spec.its.control,
        });
        fields.insert("method".to_owned(), json!("interrupted time series"));
        fields.insert("model".to_owned(), model);
    }
    Ok(report)
}

/// Beside each coefficient of a model of counts the rate ratio that it is the logarithm of.
fn ratios(report: &mut Value) {
    let Some(coefficients) = report.get_mut("coefficients").and_then(Value::as_array_mut) else { return };
    for fields in coefficients.iter_mut().filter_map(Value::as_object_mut) {
        for (log, ratio) in [("estimate", "ratio"), ("lower", "ratio_lower"), ("upper", "ratio_upper")] {
            let value = fields.get(log).and_then(Value::as_f64).map(f64::exp);
            fields.insert(ratio.to_owned(), json!(value));
        }
    }
}

fn sentence(found: &Its, design: &Design) -> String {
    let told =
        found.coefficients.iter().filter(|c| c.term.contains("level") || c.term.contains("slope")).map(|c| {
            let ratio = |value: f64| if design.outcome == Outcome::Linear { value } else { value.exp() };
            format!(
                "{} {:.4} ({} % limits {:.4} to {:.4})",
                c.term,
                ratio(c.estimate),
                design.confidence.level(),
                ratio(c.lower),
                ratio(c.upper)
            )
        });
    let told: Vec<String> = told.collect();
    let what = if design.outcome == Outcome::Linear { "" } else { " as rate ratios" };
    format!("{} points; {}{what}", found.points_fitted, told.join("; "))
}
