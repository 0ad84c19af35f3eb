//! model.json: what was learnt, with what it was learnt from and with.

use std::path::Path;

use linkage::{MODEL_VERSION, Model, PassCount, Records, ValueCounts};
use serde::{Deserialize, Serialize};

use super::Done;
use super::write::whole;
use crate::failure::Failure;

/// Reads the model of an earlier run.
pub fn read(path: &Path) -> Result<Model, Failure> {
    #[derive(Deserialize)]
    struct Learnt {
        model: Model,
    }
    let said = |what: String| {
        Failure::usage(format!(
            "{}: {what}; give the model.json of an earlier `wsic link`, or leave --model out to learn a new one",
            path.display()
        ))
    };
    let text = std::fs::read_to_string(path).map_err(|e| said(format!("cannot be read: {e}")))?;
    let saved: Learnt =
        serde_json::from_str(&text).map_err(|e| said(format!("is not a model of wsic link ({e})")))?;
    if saved.model.version != MODEL_VERSION {
        return Err(said(format!(
            "has version {} of the layout of models, and this program reads version {MODEL_VERSION}",
            saved.model.version
        )));
    }
    Ok(saved.model)
}

/// Whether the model is one of such records.
pub fn check(path: &Path, model: &Model, records: &Records) -> Result<(), Failure> {
    if model.fits(records) {
        return Ok(());
    }
    let fields: Vec<&str> = model.fields.iter().map(|field| field.name.as_str()).collect();
    Err(Failure::usage(format!(
        "{}: does not fit these columns or has chances outside 0 to 1; it compares {}, so give each identifier and other column the same role in the same order as when it was learnt, or leave --model out",
        path.display(),
        fields.join(", ")
    )))
}

/// Writes model.json.
pub fn write(folder: &Path, done: &Done) -> Result<(), Failure> {
    let (spec, outcome) = (&done.spec, &done.outcome);
    let saved = Saved {
        program: format!("wsic link {}", env!("CARGO_PKG_VERSION")),
        learnt_in_this_run: !done.given,
        settings: SettingsSaved {
            mode: spec.mode.name(),
            one_to_one: spec.one_to_one,
            threshold: outcome.threshold,
            precision: spec.precision,
            clerical: spec.clerical,
        },
        counts: Counts {
            files: done.files.iter().map(|ids| FileCount { file: &ids.file, records: ids.len() }).collect(),
            records: done.records.len(),
            pairs: outcome.pairs,
            links: outcome.links.len(),
        },
        identifier_and_other_columns: done
            .extras
            .iter()
            .map(|(name, column)| Extra { name, column })
            .collect(),
        model: &outcome.model,
        term_frequencies: outcome.value_counts(&done.records).into_iter().map(Frequency::from).collect(),
        blocking: outcome.passes.iter().map(Pass::from).collect(),
    };
    let text = serde_json::to_string_pretty(&saved)?;
    whole(folder, "model.json", |to| to.write_all(text.as_bytes()).and_then(|()| to.write_all(b"\n")))
}

#[derive(Serialize)]
struct Saved<'a> {
    program: String,
    learnt_in_this_run: bool,
    settings: SettingsSaved,
    counts: Counts<'a>,
    identifier_and_other_columns: Vec<Extra<'a>>,
    model: &'a Model,
    /// How often values occur where agreement is weighed by the value; not the values.
    term_frequencies: Vec<Frequency>,
    blocking: Vec<Pass<'a>>,
}

#[derive(Serialize)]
struct SettingsSaved {
    mode: &'static str,
    one_to_one: bool,
    threshold: f64,
    precision: Option<f64>,
    clerical: [f64; 2],
}

#[derive(Serialize)]
struct Counts<'a> {
    files: Vec<FileCount<'a>>,
    records: usize,
    pairs: f64,
    links: usize,
}

#[derive(Serialize)]
struct FileCount<'a> {
    file: &'a str,
    records: usize,
}

#[derive(Serialize)]
struct Extra<'a> {
    name: &'a str,
    column: &'a str,
}

#[derive(Serialize)]
struct Frequency {
    field: String,
    distinct_values: usize,
    records_with_a_value: u64,
    records_with_the_commonest: u32,
}

impl From<ValueCounts> for Frequency {
    fn from(counts: ValueCounts) -> Self {
        Self {
            field: counts.field,
            distinct_values: counts.values,
            records_with_a_value: counts.records,
            records_with_the_commonest: counts.commonest,
        }
    }
}

#[derive(Serialize)]
struct Pass<'a> {
    pass: &'a str,
    pairs: u64,
    links: u64,
}

impl<'a> From<&'a PassCount> for Pass<'a> {
    fn from(pass: &'a PassCount) -> Self {
        Self { pass: &pass.name, pairs: pass.pairs, links: pass.links }
    }
}
