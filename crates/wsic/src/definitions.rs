//! `wsic definitions`: the worked examples, code lists taken in, definitions tried on a deployment's data.

use std::path::{Path, PathBuf};

use chrono::Utc;
use clap::Subcommand;
use pipeline::Deployment;
use warehouse::examples::{self, Checked};
use warehouse::reference::DefinitionFiles;

use crate::codelist;
use crate::commands::say;
use crate::failure::Failure;
use crate::progress::Shown;

/// What else can be done with definitions.
#[derive(Debug, Subcommand)]
pub enum DefinitionsCommand {
    /// Take in a code list as OpenCodelists gives it: CSV with a column `code` and maybe `term`
    ImportCodelist(codelist::Options),
    /// Run definitions on the events of the published index into a folder, without publishing; says what each step took
    Try {
        /// The folder to write what definitions give to; it must not be there yet
        #[arg(long)]
        out: PathBuf,
        /// Only definitions of this name or kind; may be said again. What they read of others must be among them
        #[arg(long)]
        only: Vec<String>,
    },
}

/// Runs every worked example.
pub async fn check(folder: Option<&Path>, json: bool) -> Result<(), Failure> {
    let files = match folder {
        Some(folder) => DefinitionFiles::from_folder(folder)?,
        None => DefinitionFiles::embedded(),
    };
    let Checked { definitions, cases, wrong } = examples::check(&files).await?;
    let value = serde_json::json!({ "definitions": definitions, "cases": cases, "wrong": wrong });
    say(json, &value, || format!("{definitions} definitions, {cases} cases, {} wrong", wrong.len()))?;
    if wrong.is_empty() { Ok(()) } else { Err(Failure::data(wrong.join("\n"))) }
}

/// Tries definitions on what is published.
pub async fn rehearse(
    deployment: &Deployment,
    out: &Path,
    only: &[String],
    json: bool,
    progress: &Shown,
) -> Result<(), Failure> {
    if out.exists() {
        return Err(Failure::usage(format!("{} is there already: name a new folder", out.display())));
    }
    let done = pipeline::rehearse(deployment, out, only, Utc::now().date_naive(), progress).await?;
    progress.finish();
    say(json, &serde_json::to_value(&done)?, || {
        let rows: Vec<String> = done.rows.iter().map(|(name, n)| format!("  {name}: {n} rows")).collect();
        format!(
            "facts {:.1} s, definitions {:.1} s\n{}",
            done.facts_seconds,
            done.definitions_seconds,
            rows.join("\n")
        )
    })
}
