//! `wsic evaluate`: interrupted time series and difference in differences, as a specification describes them.

mod did;
mod its;
mod spec;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::Failure;
use crate::sheet::Sheet;
use crate::tables::{Partial, apart};

/// What the command names.
#[derive(Debug, Args)]
pub struct EvaluateArguments {
    /// The method
    #[arg(value_enum)]
    method: Method,
    /// The table
    #[arg(long = "in", value_name = "FILE")]
    input: PathBuf,
    /// The specification (TOML): what each column is, and what to fit
    #[arg(long, value_name = "SPEC.TOML")]
    spec: PathBuf,
    /// Where to write the result (JSON)
    #[arg(long, value_name = "RESULT.JSON")]
    out: PathBuf,
}

/// The method.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Method {
    /// Interrupted time series
    Its,
    /// Difference in differences
    Did,
}

/// Evaluates and writes; gives the sentence that says what came of it.
pub fn run(arguments: &EvaluateArguments) -> Result<String, Failure> {
    apart(&arguments.out, &[&arguments.input, &arguments.spec])?;
    let (result, sentence) = match arguments.method {
        Method::Its => {
            let spec = read(&arguments.spec)?;
            its::run(&arguments.spec, &spec, &Sheet::read(&arguments.input)?)?
        }
        Method::Did => {
            let spec = read(&arguments.spec)?;
            did::run(&arguments.spec, &spec, &Sheet::read(&arguments.input)?)?
        }
    };
    write(&arguments.out, &result)?;
    Ok(sentence)
}

/// Reads a specification.
fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let problem = |e: &dyn std::fmt::Display| Failure::usage(format!("{}: {e}", path.display()));
    let text = fs::read_to_string(path).map_err(|e| problem(&e))?;
    toml::from_str(&text).map_err(|e| problem(&e))
}

fn write(path: &Path, result: &Value) -> Result<(), Failure> {
    let problem = |e: std::io::Error| Failure::data(format!("{} cannot be written: {e}", path.display()));
    let mut text = serde_json::to_vec_pretty(result)?;
    text.push(b'\n');
    let mut file = Partial::create(path).map_err(problem)?;
    file.write_all(&text).map_err(problem)?;
    file.finish().map_err(problem)
}
