//! model.json: what was learnt, with what it was learnt from and with.

use std::path::Path;

use linkage::{MODEL_VERSION, Model, Records};
use serde::Deserialize;
use serde_json::json;

use super::Done;
use super::write::whole;
use crate::failure::Failure;

/// Reads the model of an earlier run.
pub fn read(path: &Path) -> Result<Model, Failure> {
    #[derive(Deserialize)]
    struct Saved {
        model: Model,
    }
    let said = |what: String| {
        Failure::usage(format!(
            "{}: {what}; give the model.json of an earlier `wsic link`, or leave --model out to learn a new one",
            path.display()
        ))
    };
    let text = std::fs::read_to_string(path).map_err(|e| said(format!("cannot be read: {e}")))?;
    let saved: Saved =
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
    let records = done.records.len().max(1) as f64;
    let frequencies: Vec<_> = outcome
        .value_counts(&done.records)
        .into_iter()
        .map(|counts| {
            json!({
                "field": counts.field,
                "distinct_values": counts.values,
                "records_with_a_value": counts.records,
                "records_with_the_commonest": counts.commonest,
                "u_of_the_commonest": f64::from(counts.commonest) / records,
            })
        })
        .collect();
    let value = json!({
        "program": format!("wsic link {}", env!("CARGO_PKG_VERSION")),
        "learnt_in_this_run": !done.given,
        "settings": {
            "mode": spec.mode.name(),
            "one_to_one": spec.one_to_one,
            "threshold": spec.threshold,
            "precision": spec.precision,
            "clerical": spec.clerical,
        },
        "threshold": outcome.threshold,
        "counts": {
            "files": done.files.iter().map(|ids| json!({ "file": ids.file, "records": ids.len() })).collect::<Vec<_>>(),
            "records": done.records.len(),
            "pairs": outcome.pairs,
            "links": outcome.links.len(),
        },
        "model": outcome.model,
        "term_frequencies": frequencies,
        "blocking": outcome.passes.iter().map(|pass| json!({ "pass": pass.name, "pairs": pass.pairs, "links": pass.links })).collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&value)?;
    whole(folder, "model.json", |to| to.write_all(text.as_bytes()).and_then(|()| to.write_all(b"\n")))
}
