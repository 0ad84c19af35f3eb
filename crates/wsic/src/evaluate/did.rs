//! Difference in differences: from rows to places at times, and from what came of them to JSON.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use methods::did::{Design, Did, Effects, Observation, did};
use serde_json::{Value, json};

use super::spec::{self, DidSpec, Reference};
use crate::failure::Failure;
use crate::period::Moment;
use crate::sheet::{Column, Sheet};

/// Fits what the specification says.
pub fn run(path: &Path, spec: &DidSpec, sheet: &Sheet) -> Result<(Value, String), Failure> {
    let mut rows = Rows::default();
    let columns = Columns::of(spec, sheet)?;
    let dates = dates(sheet, columns.date)?;
    let wrong = |what: String| Failure::usage(format!("{}: {what}", path.display()));
    let text = &spec.did.intervention;
    let begun = Moment::of(text)
        .ok_or_else(|| wrong(format!("did.intervention = {text:?} is no date: write \"2026-04-01\"")))?;
    let start =
        dates.range(begun..).next().map(|(_, (time, _))| *time).filter(|start| *start > 0).ok_or_else(
            || {
                wrong(format!(
                    "did.intervention = {text:?} is not inside the dates: dates before and after are needed"
                ))
            },
        )?;
    let mut observations = Vec::new();
    for row in sheet.rows() {
        observations.push(columns.observation(sheet, row, &dates, &mut rows)?);
    }
    for treated in [true, false] {
        if !observations.iter().any(|o| o.treated == treated) {
            let which =
                if treated { "1: nowhere did it begin" } else { "0: there is nothing to compare with" };
            return Err(sheet.wrong(0, columns.treated, &format!("is never {which}")));
        }
    }
    let design = Design {
        start,
        effects: match spec.did.effects {
            spec::Effects::TwoWay => Effects::TwoWay,
            spec::Effects::Pooled => Effects::Pooled,
        },
        covariates: spec.columns.covariates.clone(),
        small_sample: spec.did.small_sample,
        student: spec.did.reference == Reference::T,
        confidence: spec::confidence(path, spec.did.confidence)?,
    };
    let found = did(&observations, &design).map_err(|e| Failure::data(format!("{}: {e}", path.display())))?;
    let sentence = sentence(&found, &design);
    let names: Vec<&str> = dates.values().map(|(_, text)| text.as_str()).collect();
    Ok((report(spec, &design, found, &names)?, sentence))
}

/// The place of each date among all, from nought, and how it is written first.
fn dates(sheet: &Sheet, column: Column) -> Result<BTreeMap<Moment, (usize, String)>, Failure> {
    let mut dates = BTreeMap::new();
    for row in sheet.rows() {
        let text = sheet.text(row, column);
        let moment = Moment::of(text).ok_or_else(|| {
            sheet.wrong(row, column, "is no date: write 2026-04-01, 2026-04, April 2026 or a number")
        })?;
        dates.entry(moment).or_insert_with(|| (0, text.to_owned()));
    }
    for (place, (time, _)) in dates.values_mut().enumerate() {
        *time = place;
    }
    Ok(dates)
}

struct Columns {
    unit: Column,
    date: Column,
    value: Column,
    treated: Column,
    weight: Option<Column>,
    cluster: Option<Column>,
    covariates: Vec<Column>,
}

/// What is known of the rows before.
#[derive(Default)]
struct Rows {
    units: HashMap<String, (usize, bool)>,
    clusters: HashMap<String, usize>,
    seen: HashMap<(usize, usize), ()>,
}

impl Columns {
    fn of(spec: &DidSpec, sheet: &Sheet) -> Result<Self, Failure> {
        let columns = &spec.columns;
        let named =
            |name: &Option<String>| name.as_ref().map(|name| sheet.must(&[name.as_str()])).transpose();
        Ok(Self {
            unit: sheet.must(&[columns.unit.as_str()])?,
            date: sheet.must(&[columns.date.as_str()])?,
            value: sheet.must(&[columns.value.as_str()])?,
            treated: sheet.must(&[columns.treated.as_str()])?,
            weight: named(&columns.weight)?,
            cluster: named(&columns.cluster)?,
            covariates: columns
                .covariates
                .iter()
                .map(|name| sheet.must(&[name.as_str()]))
                .collect::<Result<_, _>>()?,
        })
    }

    fn observation(
        &self,
        sheet: &Sheet,
        row: usize,
        dates: &BTreeMap<Moment, (usize, String)>,
        rows: &mut Rows,
    ) -> Result<Observation, Failure> {
        let treated = match sheet.text(row, self.treated).to_ascii_lowercase().as_str() {
            "1" | "yes" | "true" | "1.0" => true,
            "0" | "no" | "false" | "0.0" => false,
            _ => return Err(sheet.wrong(row, self.treated, "must be 1 or 0")),
        };
        let name = sheet.text(row, self.unit);
        if name.is_empty() {
            return Err(sheet.wrong(row, self.unit, "is empty: the row is of no place"));
        }
        let next = rows.units.len();
        let (unit, before) = *rows.units.entry(name.to_owned()).or_insert((next, treated));
        if before != treated {
            let what =
                "is 1 in some rows of its place and 0 in others: it says where the thing began, not when";
            return Err(sheet.wrong(row, self.treated, what));
        }
        let moment = Moment::of(sheet.text(row, self.date));
        let time = moment.and_then(|moment| dates.get(&moment)).map_or(0, |(time, _)| *time);
        if rows.seen.insert((unit, time), ()).is_some() {
            return Err(sheet.wrong(row, self.date, "is there a second time for its place"));
        }
        let next = rows.clusters.len();
        let cluster = self.cluster.map_or(name, |column| sheet.text(row, column));
        let cluster = *rows.clusters.entry(cluster.to_owned()).or_insert(next);
        Ok(Observation {
            unit,
            time,
            cluster,
            value: sheet.known(row, self.value)?,
            weight: self.weight.map_or(Ok(1.0), |column| sheet.positive(row, column))?,
            treated,
            covariates: self.covariates.iter().map(|c| sheet.known(row, *c)).collect::<Result<_, _>>()?,
        })
    }
}

fn report(spec: &DidSpec, design: &Design, found: Did, dates: &[&str]) -> Result<Value, Failure> {
    let mut report = serde_json::to_value(&found)?;
    for part in ["means", "event_study"] {
        let rows = report.get_mut(part).and_then(Value::as_array_mut);
        for fields in rows.into_iter().flatten().filter_map(Value::as_object_mut) {
            let time = fields
                .remove("time")
                .and_then(|time| time.as_u64())
                .and_then(|time| usize::try_from(time).ok());
            fields.insert("date".to_owned(), json!(time.and_then(|time| dates.get(time))));
        }
    }
    if let Some(fields) = report.as_object_mut() {
        let model = json!({
            "effects": match design.effects { Effects::TwoWay => "two-way", Effects::Pooled => "pooled" },
            "small_sample": design.small_sample,
            "reference": if design.student { "t" } else { "normal" },
            "confidence": design.confidence.level(),
            "intervention": spec.did.intervention,
            "cluster": spec.columns.cluster.as_ref().unwrap_or(&spec.columns.unit),
        });
        fields.insert("method".to_owned(), json!("difference in differences"));
        fields.insert("model".to_owned(), model);
    }
    Ok(report)
}

fn sentence(found: &Did, design: &Design) -> String {
    let effect = found.coefficients.iter().find(|c| c.term == "effect");
    let told = effect.map_or(String::new(), |c| {
        format!(
            "effect {:.4} ({} % limits {:.4} to {:.4})",
            c.estimate,
            design.confidence.level(),
            c.lower,
            c.upper
        )
    });
    format!("{} observations, {} clusters; {told}", found.observations, found.clusters)
}
