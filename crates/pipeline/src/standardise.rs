//! Standardising: landed files read in batches, every row accounted for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use feeds::{Issue, Severity, Sink, SinkError};
use model::{Demographics, Event, Feed, sha256_hex};
use serde::{Deserialize, Serialize};
use store::feeds_ledger::{self as ledger, FileOutcome, FileReading, FileState, IssueRow};
use warehouse::standardised::BatchWriter;

use crate::{Deployment, PipelineError, Progress, threads};

/// Files and bytes that one batch holds at the most; a file is never split.
const BATCH_FILES: usize = 4096;
const BATCH_BYTES: u64 = 48 << 20;

/// What is less than a large batch is cut in so many, each of so many bytes at least: work for every thread.
const PARTS: u64 = 4;
const PART_BYTES: u64 = 2 << 20;

/// Mended rows of each kind, and duplicates, that are kept by line; the rest are counted.
const LINES_KEPT: u64 = 20;

/// What the ledger keeps about a file beside its account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct FileNotes {
    /// The standardised batch it is in.
    pub batch: String,
    /// The first lines that are the same as an earlier row of the file.
    #[serde(default)]
    pub duplicate_lines: Vec<u64>,
    /// What a person should know about the file, a sentence each.
    pub notes: Vec<String>,
}

/// A file of the ledger waiting to be standardised.
#[derive(Clone)]
pub(crate) struct Waiting {
    pub sha256: String,
    pub name: String,
    pub bytes: u64,
    /// Its place in the order of arrival.
    pub number: u32,
}

/// Reads the waiting files in batches on every thread; the ledger learns of a batch when all its files are on disk.
pub(crate) async fn standardise(
    deployment: &Deployment,
    feed: Feed,
    waiting: Vec<Waiting>,
    covered: BTreeSet<String>,
    progress: &dyn Progress,
) -> Result<BTreeMap<String, FileReading>, PipelineError> {
    let chunks = chunks(waiting);
    let (landing, zone) = (deployment.landing(), deployment.standardised());
    let done = AtomicUsize::new(0);
    let runtime = tokio::runtime::Handle::current();
    let readings = tokio::task::block_in_place(|| {
        threads::each(&chunks, deployment.threads, |_, _, chunk| {
            let readings = standardise_chunk(feed, chunk, &landing, &zone, &covered, progress)?;
            progress.reached("standardise: before commit");
            runtime.block_on(ledger::finish_all(deployment.store.pipeline(), readings.clone()))?;
            progress.reached("standardise: committed");
            progress.at("standardise", done.fetch_add(1, Ordering::Relaxed) + 1, chunks.len());
            Ok(readings)
        })
    })?;
    Ok(readings.into_iter().flatten().map(|reading| (reading.sha256.clone(), reading)).collect())
}

/// Cuts the files into batches. The cut follows from the files alone, never from the machine.
fn chunks(waiting: Vec<Waiting>) -> Vec<Vec<Waiting>> {
    let all: u64 = waiting.iter().map(|file| file.bytes).sum();
    let most = all.div_ceil(PARTS).clamp(PART_BYTES, BATCH_BYTES);
    let mut chunks: Vec<Vec<Waiting>> = Vec::new();
    let mut bytes = 0;
    for file in waiting {
        let full = chunks.last().is_none_or(|c| c.len() >= BATCH_FILES || bytes + file.bytes > most);
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
    progress: &dyn Progress,
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
        progress.reached("standardise: rows read");
        sink.writer.finish()?;
        readings.extend(refused.into_values());
        return Ok(readings);
    }
}

fn unknown_column_note((column, filled): &(String, u64)) -> String {
    format!(
        "column `{column}` is not known here and was left out ({filled} rows fill it): it may be another column under a \
         wrong name"
    )
}

fn other_rows_note((kind, rows): (&String, &u64)) -> String {
    format!("{rows} rows of kind {kind} were accepted but are not used yet")
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
    duplicates: Vec<u64>,
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
            duplicates: Vec::new(),
            repairs: BTreeMap::new(),
        }
    }

    fn begin_file(&mut self, number: u32) {
        self.rows = 0;
        self.sources.clear();
        self.last_source.clear();
        self.issues.clear();
        self.duplicates.clear();
        self.repairs.clear();
        self.writer.begin_file(number);
    }

    fn reading(&mut self, file: &Waiting, batch: &str, outcome: feeds::Outcome) -> FileReading {
        let sources: Vec<String> = std::mem::take(&mut self.sources).into_iter().collect();
        let repairs = std::mem::take(&mut self.repairs);
        let mut remarks: Vec<String> = outcome.unknown_columns.iter().map(unknown_column_note).collect();
        remarks.extend(outcome.other_rows.iter().map(other_rows_note));
        remarks.extend(outcome.notes);
        let uncovered: Vec<&str> =
            sources.iter().filter(|s| !self.covered.contains(*s)).map(String::as_str).collect();
        if !uncovered.is_empty() {
            remarks.push(uncovered_note(&uncovered));
        }
        let notes = FileNotes {
            batch: batch.to_owned(),
            duplicate_lines: std::mem::take(&mut self.duplicates),
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

    fn duplicate(&mut self, line: u64) {
        if (self.duplicates.len() as u64) < LINES_KEPT {
            self.duplicates.push(line);
        }
    }

    fn issue(&mut self, issue: &Issue) {
        let quarantined = issue.severity == Severity::Quarantined;
        let mut keep = quarantined;
        if !quarantined {
            let n = self.repairs.entry((issue.field.to_owned(), issue.reason.clone())).or_default();
            *n += 1;
            keep = *n <= LINES_KEPT;
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
