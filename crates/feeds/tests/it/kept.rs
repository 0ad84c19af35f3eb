//! A sink that keeps everything, and one that keeps nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;
use feeds::{Account, FileError, Issue, Outcome, Sink, SinkError};
use model::{Demographics, Event, EventKind, Feed};

/// An event that owns its texts.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptEvent {
    pub line: u64,
    pub source: String,
    pub person: String,
    pub key: String,
    pub kind: EventKind,
    pub start: NaiveDate,
    pub end: Option<NaiveDate>,
    pub admitted: Option<NaiveDate>,
    pub discharged: Option<NaiveDate>,
    pub codes: String,
    pub procedures: String,
    pub scheme: model::CodeScheme,
    pub term: String,
    pub value: Option<f64>,
    pub method: String,
    pub outcome: String,
    pub specialty: String,
    pub subtype: String,
    pub provider: String,
    pub as_at: Option<NaiveDate>,
    pub deleted: bool,
}

#[derive(Default)]
pub struct Kept {
    pub events: Vec<KeptEvent>,
    pub people: Vec<Demographics>,
    pub issues: Vec<Issue>,
    pub duplicates: Vec<u64>,
}

impl Sink for Kept {
    fn event(&mut self, line: u64, event: &Event<'_>) -> Result<(), SinkError> {
        self.events.push(KeptEvent {
            line,
            source: event.source.into(),
            person: event.source_person.into(),
            key: event.key.into(),
            kind: event.kind,
            start: event.start,
            end: event.end,
            admitted: event.admitted,
            discharged: event.discharged,
            codes: event.codes.into(),
            procedures: event.procedures.into(),
            scheme: event.scheme,
            term: event.term.into(),
            value: event.value,
            method: event.method.into(),
            outcome: event.outcome.into(),
            specialty: event.specialty.into(),
            subtype: event.subtype.into(),
            provider: event.provider.into(),
            as_at: event.as_at,
            deleted: event.deleted,
        });
        Ok(())
    }

    fn demographics(&mut self, _line: u64, who: &Demographics) -> Result<(), SinkError> {
        self.people.push(who.clone());
        Ok(())
    }

    fn issue(&mut self, issue: &Issue) {
        self.issues.push(issue.clone());
    }

    fn duplicate(&mut self, line: u64) {
        self.duplicates.push(line);
    }
}

impl Kept {
    /// Issues as `line severity field (class): reason`.
    pub fn issues(&self) -> Vec<String> {
        let line =
            |i: &Issue| format!("{} {} {} ({}): {}", i.line, i.severity.name(), i.field, i.class, i.reason);
        self.issues.iter().map(line).collect()
    }

    /// Issues counted by severity, field and reason.
    pub fn issues_by_reason(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for i in &self.issues {
            *counts.entry(format!("{} {}: {}", i.severity.name(), i.field, i.reason)).or_default() += 1;
        }
        counts
    }

    /// Events counted by kind.
    pub fn events_by_kind(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for event in &self.events {
            *counts.entry(event.kind.name()).or_default() += 1;
        }
        counts
    }
}

/// Reads a file that must be one of the feed.
pub fn read(feed: Feed, text: impl AsRef<[u8]>) -> (Outcome, Kept) {
    let mut kept = Kept::default();
    let outcome = feeds::read(feed, "file", text.as_ref(), &mut kept).unwrap();
    assert!(outcome.account.balances(), "{}", outcome.account);
    (outcome, kept)
}

/// Reads a file that must be refused as a whole.
pub fn refused(feed: Feed, text: impl AsRef<[u8]>) -> FileError {
    let mut kept = Kept::default();
    let error = feeds::read(feed, "file", text.as_ref(), &mut kept).unwrap_err();
    assert!(kept.events.is_empty() && kept.people.is_empty());
    error
}

pub fn account(read: u64, accepted: u64, repaired: u64, quarantined: u64, duplicate: u64) -> Account {
    Account { read, accepted, repaired, quarantined, duplicate }
}

pub fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

/// A folder of the public sample data, or nothing, said aloud.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("WSIC_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        |shared| PathBuf::from(shared).join("data"),
    );
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: the public sample data ({folder}) are not here");
    None
}
