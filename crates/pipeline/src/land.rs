//! Landing: bytes kept as they came, named by their hash, and what became of each file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use model::{Feed, Purpose, sha256_hex};
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::agreements;
use store::feeds_ledger::{self as ledger, FeedFile, FileReading, FileState, NewFile};

use crate::standardise::{FileNotes, Waiting, standardise};
use crate::{Deployment, PipelineError, Progress, threads};

/// What became of one file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileReport {
    /// Its name.
    pub file: String,
    /// Its hash.
    pub sha256: String,
    /// `standardised`, `refused`, or `already here`.
    pub state: &'static str,
    /// Table of the feed.
    pub table: String,
    /// Rows read.
    pub read: u64,
    /// Rows taken as they are.
    pub accepted: u64,
    /// Rows taken after a mend.
    pub repaired: u64,
    /// Rows refused.
    pub quarantined: u64,
    /// Rows the same as an earlier one.
    pub duplicate: u64,
    /// Why it was refused, or what to know.
    pub notes: Vec<String>,
}

/// What became of all files of one `ingest`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ingested {
    /// Each file, in the order given.
    pub files: Vec<FileReport>,
}

impl Ingested {
    /// True when some file could not be read as its feed.
    pub fn any_refused(&self) -> bool {
        self.files.iter().any(|file| file.state == "refused")
    }
}

/// Lands files and standardises them. Files whose bytes are here already change nothing.
pub async fn ingest(
    deployment: &Deployment,
    feed: Feed,
    paths: &[PathBuf],
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Ingested, PipelineError> {
    let _lock = deployment.lock()?;
    let pipeline = deployment.store.pipeline();
    let before: BTreeMap<String, FeedFile> =
        ledger::all(pipeline, None).await?.into_iter().map(|file| (file.file.sha256.clone(), file)).collect();
    let arrived = tokio::task::block_in_place(|| land_all(deployment, paths, progress))?;
    let mut landed = Vec::new();
    let mut seen = BTreeSet::new();
    for (i, (path, (sha256, bytes))) in paths.iter().zip(arrived).enumerate() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let arrival = TimeDelta::microseconds(i64::try_from(i).unwrap_or(i64::MAX));
        let again = !seen.insert(sha256.clone());
        let done = again || before.get(&sha256).is_some_and(|file| file.state == FileState::Standardised);
        landed.push((
            NewFile {
                sha256,
                feed,
                file_name: name,
                bytes,
                batch: now.to_rfc3339(),
                landed_at: now + arrival,
            },
            done,
        ));
    }
    progress.at("land", paths.len(), paths.len());
    let new: Vec<NewFile> = landed.iter().filter(|(_, done)| !done).map(|(file, _)| file.clone()).collect();
    progress.reached("land: before commit");
    ledger::land_all(pipeline, &new).await?;
    progress.reached("land: committed");

    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    for (number, file) in ledger::all(pipeline, None).await?.into_iter().enumerate() {
        let number = u32::try_from(number).map_err(|_| PipelineError::TooMany("files"))?;
        numbers.insert(file.file.sha256, number);
    }
    let waiting: Vec<Waiting> = new
        .iter()
        .filter_map(|file| {
            Some(Waiting {
                sha256: file.sha256.clone(),
                name: file.file_name.clone(),
                bytes: file.bytes,
                number: *numbers.get(&file.sha256)?,
            })
        })
        .collect();
    // What no agreement covers is kept aside: it is accounted for, but neither linked, shown nor counted.
    let covered = agreements::covered(pipeline, Purpose::DirectCare, now.date_naive()).await?;
    let readings = standardise(deployment, feed, waiting, covered, progress).await?;
    Ok(report(&landed, &readings, &before))
}

fn report(
    landed: &[(NewFile, bool)],
    readings: &BTreeMap<String, FileReading>,
    before: &BTreeMap<String, FeedFile>,
) -> Ingested {
    let files = landed.iter().map(|(file, done)| {
        let mut report = FileReport {
            file: file.file_name.clone(),
            sha256: file.sha256.clone(),
            state: "already here",
            ..FileReport::default()
        };
        if let Some(known) = before.get(&file.sha256).filter(|_| *done) {
            report.count(&known.table, known.account);
            if known.file.feed != file.feed {
                report.notes.push(format!("these bytes were taken in before as {}", known.file.feed));
            }
        } else if let Some(reading) = readings.get(&file.sha256).filter(|_| !done) {
            let outcome = &reading.outcome;
            report.state = if outcome.state == FileState::Refused { "refused" } else { "standardised" };
            report.count(&outcome.table, outcome.account);
            let notes: FileNotes = serde_json::from_str(&outcome.notes).unwrap_or_default();
            report.notes = notes.notes;
        }
        report
    });
    Ingested { files: files.collect() }
}

impl FileReport {
    fn count(&mut self, table: &str, account: ledger::Account) {
        table.clone_into(&mut self.table);
        self.read = account.read;
        self.accepted = account.accepted;
        self.repaired = account.repaired;
        self.quarantined = account.quarantined;
        self.duplicate = account.duplicate;
    }
}

/// Keeps the bytes of every file, on every thread; gives hash and size of each in the order given.
fn land_all(
    deployment: &Deployment,
    paths: &[PathBuf],
    progress: &dyn Progress,
) -> Result<Vec<(String, u64)>, PipelineError> {
    let landing = deployment.landing();
    fs::create_dir_all(&landing).map_err(PipelineError::file(&landing))?;
    threads::each(paths, deployment.threads, |thread, at, path| {
        progress.at("land", at, paths.len());
        land(&landing, &landing.join(format!("arriving-{thread}.partial")), path)
    })
}

/// Copies a file's bytes to its name by hash, by way of `partial`, unless they are there.
fn land(landing: &Path, partial: &Path, path: &Path) -> Result<(String, u64), PipelineError> {
    let size = fs::metadata(path).map_err(PipelineError::file(path))?.len();
    let mut source = File::open(path).map_err(PipelineError::file(path))?;
    let (sha256, bytes) = if size <= 8 << 20 {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(PipelineError::file(path))?;
        let sha256 = sha256_hex(&bytes);
        if landing.join(&sha256).exists() {
            return Ok((sha256, bytes.len() as u64));
        }
        fs::write(partial, &bytes).map_err(PipelineError::file(partial))?;
        (sha256, bytes.len() as u64)
    } else {
        copy_hashed(&mut source, path, partial)?
    };
    let place = landing.join(&sha256);
    fs::rename(partial, &place).map_err(PipelineError::file(&place))?;
    Ok((sha256, bytes))
}

fn copy_hashed(source: &mut File, path: &Path, to: &Path) -> Result<(String, u64), PipelineError> {
    let mut hash = Sha256::new();
    let mut out = File::create(to).map_err(PipelineError::file(to))?;
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        let n = source.read(&mut buffer).map_err(PipelineError::file(path))?;
        let Some(part) = buffer.get(..n).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        out.write_all(part).map_err(PipelineError::file(to))?;
        bytes += part.len() as u64;
    }
    Ok((hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), bytes))
}
