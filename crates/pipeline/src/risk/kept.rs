//! Models as they are kept: a file each, named by the last day it knows of, written once; and beside them how they have done since.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use methods::risk::card::{Check, Trained};

use super::spec::Spec;
use crate::{Deployment, PipelineError};

/// The models of one definition, and of the definitions it rests on as they are now.
pub(crate) struct Kept {
    folder: PathBuf,
    definition: String,
}

impl Kept {
    pub(crate) fn of(deployment: &Deployment, spec: &Spec<'_>, definition: String) -> Self {
        Self { folder: deployment.risk().join(&spec.definition.name), definition }
    }

    /// The model made last with these definitions.
    pub(crate) fn latest(&self) -> Result<Option<Trained>, PipelineError> {
        let mut names = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(PipelineError::file(&self.folder)(e)),
        };
        let end = format!("-{}.json", self.definition);
        for entry in entries {
            let path = entry.map_err(PipelineError::file(&self.folder))?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(&end)) {
                names.push(path);
            }
        }
        // Names begin with the day.
        names.sort();
        names.pop().map(|path| read(&path)).transpose()
    }

    /// Keeps a model.
    pub(crate) fn put(&self, trained: &Trained) -> Result<(), PipelineError> {
        let path = self.folder.join(format!("{}-{}.json", trained.until, self.definition));
        write(&path, &(serde_json::to_string_pretty(trained)? + "\n"))
    }

    /// How models of this definition have done on what came later, oldest first.
    pub(crate) fn checks(&self) -> Result<Vec<Check>, PipelineError> {
        let text = self.checks_text()?;
        Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
    }

    /// The last day until which they were looked at.
    pub(crate) fn checked_until(&self) -> Result<Option<NaiveDate>, PipelineError> {
        Ok(self.checks()?.last().map(|check| check.until))
    }

    /// Adds lines, each once.
    pub(crate) fn add_checks(&self, checks: &[Check]) -> Result<(), PipelineError> {
        let mut text = self.checks_text()?;
        for check in checks {
            let line = serde_json::to_string(check)?;
            if !text.lines().any(|known| known == line) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        if checks.is_empty() { Ok(()) } else { write(&self.checks_path(), &text) }
    }

    fn checks_path(&self) -> PathBuf {
        self.folder.join(format!("checks-{}.jsonl", self.definition))
    }

    fn checks_text(&self) -> Result<String, PipelineError> {
        let path = self.checks_path();
        match fs::read_to_string(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            text => text.map_err(PipelineError::file(&path)),
        }
    }
}

fn read(path: &Path) -> Result<Trained, PipelineError> {
    let bytes = fs::read(path).map_err(PipelineError::file(path))?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// Whole or not at all: a run that was killed leaves no half of a file.
fn write(path: &Path, text: &str) -> Result<(), PipelineError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(PipelineError::file(folder))?;
    }
    let partial = path.with_extension("partial");
    fs::write(&partial, text).map_err(PipelineError::file(&partial))?;
    fs::rename(&partial, path).map_err(PipelineError::file(path))
}
