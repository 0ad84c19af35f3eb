//! Landing and standardising: bytes kept as they came, every row accounted for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use feeds::{Issue, Severity, Sink, SinkError};
use model::{Demographics, Event, Feed, Purpose, sha256_hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::agreements;
use store::feeds_ledger::{self as ledger, FileOutcome, FileReading, FileState, IssueRow, NewFile};
use warehouse::standardised::BatchWriter;

use crate::{Deployment, PipelineError, Progress};

/// Files and bytes that one batch holds at the most; a file is never split.
const BATCH_FILES: usize = 256;
const BATCH_BYTES: u64 = 48 << 20;

/// Mended rows of each kind that are kept by line; the rest are counted.
const MENDED_KEPT: u64 = 20;

/// What became of one file.
#[derive(Clone, Debug, Serialize)]
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

/// What the ledger keeps about a file beside its account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct FileNotes {
    /// The standardised batch it is in.
    pub batch: String,
    /// Unknown columns and how many rows fill them.
    pub unknown_columns: Vec<(String, u64)>,
    /// Rows accepted that give no event yet, by kind.
    pub other_rows: BTreeMap<String, u64>,
    /// Anything else.
    pub notes: Vec<String>,
}

/// A file of the ledger waiting to be standardised.
#[derive(Clone)]
struct Waiting {
    sha256: String,
    name: String,
    bytes: u64,
    /// Its place in the order of arrival.
    number: u32,
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
    let before: BTreeMap<String, FileState> =
        ledger::all(pipeline, None).await?.into_iter().map(|file| (file.file.sha256, file.state)).collect();
    let mut landed = Vec::new();
    let mut seen = BTreeSet::new();
    for (i, path) in paths.iter().enumerate() {
        progress.at("land", i, paths.len());
        let (sha256, bytes) = land(&deployment.landing(), path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let arrival = TimeDelta::microseconds(i64::try_from(i).unwrap_or(i64::MAX));
        let again = !seen.insert(sha256.clone());
        let done = again || before.get(&sha256).is_some_and(|state| *state == FileState::Standardised);
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
    ledger::land_all(pipeline, &new).await?;

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
    Ok(report(&landed, readings))
}

fn report(landed: &[(NewFile, bool)], readings: BTreeMap<String, FileReading>) -> Ingested {
    let files = landed.iter().map(|(file, done)| {
        let reading = readings.get(&file.sha256).filter(|_| !done);
        let outcome = reading.map(|reading| &reading.outcome);
        let account = outcome.map(|outcome| outcome.account).unwrap_or_default();
        let notes: FileNotes =
            outcome.and_then(|outcome| serde_json::from_str(&outcome.notes).ok()).unwrap_or_default();
        FileReport {
            file: file.file_name.clone(),
            sha256: file.sha256.clone(),
            state: match outcome.map(|outcome| outcome.state) {
                None => "already here",
                Some(FileState::Refused) => "refused",
                Some(_) => "standardised",
            },
            table: outcome.map(|outcome| outcome.table.clone()).unwrap_or_default(),
            read: account.read,
            accepted: account.accepted,
            repaired: account.repaired,
            quarantined: account.quarantined,
            duplicate: account.duplicate,
            notes: notes.notes,
        }
    });
    Ingested { files: files.collect() }
}

/// Copies a file's bytes to its name by hash, unless they are there.
fn land(landing: &Path, path: &Path) -> Result<(String, u64), PipelineError> {
    fs::create_dir_all(landing).map_err(PipelineError::file(landing))?;
    let size = fs::metadata(path).map_err(PipelineError::file(path))?.len();
    let partial = landing.join("arriving.partial");
    let mut source = File::open(path).map_err(PipelineError::file(path))?;
    let (sha256, bytes) = if size <= 8 << 20 {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(PipelineError::file(path))?;
        let sha256 = sha256_hex(&bytes);
        if landing.join(&sha256).exists() {
            return Ok((sha256, bytes.len() as u64));
        }
        fs::write(&partial, &bytes).map_err(PipelineError::file(&partial))?;
        (sha256, bytes.len() as u64)
    } else {
        copy_hashed(&mut source, path, &partial)?
    };
    let place = landing.join(&sha256);
    fs::rename(&partial, &place).map_err(PipelineError::file(&place))?;
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

/// Reads the waiting files in batches on every thread; the ledger learns of a batch when all its files are on disk.
async fn standardise(
    deployment: &Deployment,
    feed: Feed,
    waiting: Vec<Waiting>,
    covered: BTreeSet<String>,
    progress: &dyn Progress,
) -> Result<BTreeMap<String, FileReading>, PipelineError> {
    let chunks = chunks(waiting);
    let (landing, zone) = (deployment.landing(), deployment.standardised());
    let next = AtomicUsize::new(0);
    let all = Mutex::new(BTreeMap::new());
    let runtime = tokio::runtime::Handle::current();
    let work = || -> Result<(), PipelineError> {
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let readings = standardise_chunk(feed, chunk, &landing, &zone, &covered)?;
            runtime.block_on(ledger::finish_all(deployment.store.pipeline(), readings.clone()))?;
            let done = next.load(Ordering::Relaxed).min(chunks.len());
            progress.at("standardise", done, chunks.len());
            if let Ok(mut all) = all.lock() {
                all.extend(readings.into_iter().map(|reading| (reading.sha256.clone(), reading)));
            }
        }
        Ok(())
    };
    tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..deployment.threads).map(|_| scope.spawn(work)).collect();
            threads.into_iter().try_for_each(|thread| {
                thread.join().unwrap_or_else(|_| Err(PipelineError::Worker("standardise".to_owned())))
            })
        })
    })?;
    Ok(all.into_inner().unwrap_or_default())
}

fn chunks(waiting: Vec<Waiting>) -> Vec<Vec<Waiting>> {
    let mut chunks: Vec<Vec<Waiting>> = Vec::new();
    let mut bytes = 0;
    for file in waiting {
        let full = chunks.last().is_none_or(|c| c.len() >= BATCH_FILES || bytes + file.bytes > BATCH_BYTES);
        if full {
            chunks.push(Vec::new());
            bytes = 0;
        }
        bytes += file.bytes;
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(file);
        }
    }
    chunks
}

/// Reads one batch. A file that cannot be read is left out whole: if rows of it were taken already, the batch begins again
/// without it.
fn standardise_chunk(
    feed: Feed,
    chunk: &[Waiting],
    landing: &Path,
    zone: &Path,
    covered: &BTreeSet<String>,
) -> Result<Vec<FileReading>, PipelineError> {
    let mut refused: BTreeMap<String, FileReading> = BTreeMap::new();
    'again: loop {
        let files: Vec<&Waiting> = chunk.iter().filter(|file| !refused.contains_key(&file.sha256)).collect();
        let hashes: String = files.iter().map(|file| file.sha256.as_str()).collect();
        let batch: String = sha256_hex(hashes.as_bytes()).chars().take(32).collect();
        let mut readings = Vec::new();
        let mut sink = BatchSink::new(BatchWriter::create(zone, &batch)?, covered);
        for file in files {
            let path = landing.join(&file.sha256);
            let input = File::open(&path).map_err(PipelineError::file(&path))?;
            sink.begin_file(file.number);
            match feeds::read(feed, &file.name, BufReader::with_capacity(1 << 18, input), &mut sink) {
                Ok(outcome) => readings.push(sink.reading(file, &batch, outcome)),
                Err(e) => {
                    let rows_taken = sink.rows > 0;
                    refused.insert(file.sha256.clone(), refusal(file, &e.to_string()));
                    if rows_taken {
                        continue 'again;
                    }
                }
            }
        }
        sink.writer.finish()?;
        readings.extend(refused.into_values());
        return Ok(readings);
    }
}

/// Says that rows wait for an agreement.
fn uncovered_note(sources: &[&str]) -> String {
    let shown = sources.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    let more = sources.len().saturating_sub(3);
    let more = if more == 0 { String::new() } else { format!(" and {more} more sources") };
    format!(
        "no signed agreement covers {shown}{more}: kept aside, neither linked nor shown until one is signed \
         (`wsic agree`)"
    )
}

fn refusal(file: &Waiting, why: &str) -> FileReading {
    let notes = FileNotes { notes: vec![why.to_owned()], ..FileNotes::default() };
    FileReading {
        sha256: file.sha256.clone(),
        issues: Vec::new(),
        outcome: FileOutcome {
            state: FileState::Refused,
            table: String::new(),
            sources: String::new(),
            account: ledger::Account::default(),
            notes: serde_json::to_string(&notes).unwrap_or_default(),
            repairs: Vec::new(),
        },
    }
}

/// Takes a file's rows into the batch and keeps its account.
struct BatchSink<'a> {
    writer: BatchWriter,
    covered: &'a BTreeSet<String>,
    rows: u64,
    sources: BTreeSet<String>,
    last_source: String,
    issues: Vec<IssueRow>,
    repairs: BTreeMap<(String, String), u64>,
}

impl<'a> BatchSink<'a> {
    fn new(writer: BatchWriter, covered: &'a BTreeSet<String>) -> Self {
        Self {
            writer,
            covered,
            rows: 0,
            sources: BTreeSet::new(),
            last_source: String::new(),
            issues: Vec::new(),
            repairs: BTreeMap::new(),
        }
    }

    fn begin_file(&mut self, number: u32) {
        self.rows = 0;
        self.sources.clear();
        self.last_source.clear();
        self.issues.clear();
        self.repairs.clear();
        self.writer.begin_file(number);
    }

    fn reading(&mut self, file: &Waiting, batch: &str, outcome: feeds::Outcome) -> FileReading {
        let sources: Vec<String> = std::mem::take(&mut self.sources).into_iter().collect();
        let repairs = std::mem::take(&mut self.repairs);
        let mut remarks = outcome.notes;
        let uncovered: Vec<&str> =
            sources.iter().filter(|s| !self.covered.contains(*s)).map(String::as_str).collect();
        if !uncovered.is_empty() {
            remarks.push(uncovered_note(&uncovered));
        }
        let notes = FileNotes {
            batch: batch.to_owned(),
            unknown_columns: outcome.unknown_columns,
            other_rows: outcome.other_rows,
            notes: remarks,
        };
        let account = ledger::Account {
            read: outcome.account.read,
            accepted: outcome.account.accepted,
            repaired: outcome.account.repaired,
            quarantined: outcome.account.quarantined,
            duplicate: outcome.account.duplicate,
        };
        FileReading {
            sha256: file.sha256.clone(),
            issues: std::mem::take(&mut self.issues),
            outcome: FileOutcome {
                state: FileState::Standardised,
                table: outcome.table,
                sources: sources.join(" "),
                account,
                notes: serde_json::to_string(&notes).unwrap_or_default(),
                repairs: repairs.into_iter().map(|((field, reason), n)| (field, reason, n)).collect(),
            },
        }
    }

    fn note_source(&mut self, source: &str) {
        if source != self.last_source {
            self.sources.insert(source.to_owned());
            source.clone_into(&mut self.last_source);
        }
        self.rows += 1;
    }
}

impl Sink for BatchSink<'_> {
    fn event(&mut self, line: u64, event: &Event<'_>) -> Result<(), SinkError> {
        self.note_source(event.source);
        Ok(self.writer.event(line, event)?)
    }

    fn demographics(&mut self, line: u64, who: &Demographics) -> Result<(), SinkError> {
        self.note_source(&who.source);
        Ok(self.writer.demographics(line, who)?)
    }

    fn issue(&mut self, issue: &Issue) {
        let quarantined = issue.severity == Severity::Quarantined;
        let mut keep = quarantined;
        if !quarantined {
            let n = self.repairs.entry((issue.field.to_owned(), issue.reason.clone())).or_default();
            *n += 1;
            keep = *n <= MENDED_KEPT;
        }
        if keep {
            self.issues.push(IssueRow {
                line: issue.line,
                field: issue.field.to_owned(),
                quarantined,
                class: issue.class.clone(),
                reason: issue.reason.clone(),
            });
        }
    }
}
