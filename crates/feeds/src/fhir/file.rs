use std::io::{BufRead, BufReader, Cursor, Read};

use model::{Demographics, Event};
use serde_json::Value;

use super::document::document;
use super::resource::{Resource, Standard, reference_id, text};
use crate::encoding::{Input, windows_1252};
use crate::header::fitting_feed;
use crate::lines::{Line, read_line, without_break};
use crate::row::Refusal;
use crate::seen::Seen;
use crate::sink::{Sink, SinkError};
use crate::specification::Standardise;
use crate::{FileError, Issue, Outcome, Severity};

/// A line of NDJSON longer than this is refused.
const LINE_LIMIT: usize = 16 << 20;
/// A first line longer than this is looked at as a document, not as a line.
const PEEK: u64 = 1 << 20;

/// Reads a FHIR export: NDJSON a line at a time, a Bundle an entry at a time.
pub(crate) fn read(file_name: &str, input: Input<'_>, sink: &mut dyn Sink) -> Result<Outcome, FileError> {
    let notes = input.note.into_iter().collect();
    let mut reader = input.reader;
    let mut start = Vec::new();
    let mut blank_lines = 0;
    loop {
        // The line may be a whole document, so no more of it is taken than is looked at.
        if Read::take(&mut reader, PEEK).read_until(b'\n', &mut start)? == 0 {
            return Err(FileError::NoHeader);
        }
        if !start.trim_ascii().is_empty() {
            break;
        }
        blank_lines += 1;
        start.clear();
    }
    let shape = shape(&start)?;
    let mut resources = Resources::new(file_name, sink, Outcome { notes, ..Outcome::default() });
    let whole = BufReader::with_capacity(64 << 10, Cursor::new(start).chain(reader));
    match shape {
        Shape::Lines => {
            resources.line = blank_lines;
            lines(whole, &mut resources)?;
        }
        Shape::Document => document(whole, &mut resources)?,
    }
    Ok(resources.outcome)
}

enum Shape {
    /// One resource a line.
    Lines,
    /// One Bundle, array or resource over any number of lines.
    Document,
}

/// What the first line says the file is.
fn shape(start: &[u8]) -> Result<Shape, FileError> {
    match start.trim_ascii_start().first() {
        Some(b'[') => return Ok(Shape::Document),
        Some(b'{') => {}
        _ => return Err(not_json(start)),
    }
    Ok(match serde_json::from_slice::<Value>(start) {
        Ok(value) if text(&value, &["resourceType"]) == "Bundle" => Shape::Document,
        Err(error) if error.is_eof() => Shape::Document,
        _ => Shape::Lines,
    })
}

fn not_json(start: &[u8]) -> FileError {
    let mut header = String::new();
    windows_1252(without_break(start.trim_ascii_start()), &mut header);
    let names: Vec<&str> = header.split([',', ';', '|', '\t']).map(|name| name.trim_matches('"')).collect();
    match fitting_feed(&names) {
        Some((fits, table)) => FileError::WrongFeed { named: model::Feed::Fhir, fits, table },
        None => FileError::NotJson,
    }
}

fn lines(mut reader: impl BufRead, resources: &mut Resources<'_>) -> Result<(), FileError> {
    "ndjson".clone_into(&mut resources.outcome.table);
    let mut line = Vec::new();
    loop {
        line.clear();
        let kind = read_line(&mut reader, &mut line, LINE_LIMIT)?;
        let content = line.trim_ascii();
        match kind {
            Line::End => return Ok(()),
            Line::TooLong => {
                resources.line += 1;
                resources.refuse(Refusal {
                    field: "",
                    class: "long text".to_owned(),
                    reason: "a line is over 16 MiB",
                });
                continue;
            }
            Line::Whole | Line::Unterminated => resources.line += 1,
        }
        if content.is_empty() {
            continue;
        }
        match serde_json::from_slice::<Value>(content) {
            _ if !resources.seen.is_new(content) => resources.duplicate(),
            Ok(_) if holds_nul(content) => {
                resources.refuse(Refusal { field: "", class: "text".to_owned(), reason: NUL })
            }
            Ok(value) => resources.take(&value, "").map_err(FileError::Sink)?,
            Err(error) => resources.not_json(&error, kind == Line::Unterminated),
        }
    }
}

/// Takes resources to the sink, one after the other, and keeps the account.
pub(super) struct Resources<'a> {
    organisation: String,
    source: String,
    sink: &'a mut dyn Sink,
    pub(super) outcome: Outcome,
    pub(super) seen: Seen,
    /// The line, or in a document the entry, that is being taken.
    pub(super) line: u64,
}

impl<'a> Resources<'a> {
    fn new(file_name: &str, sink: &'a mut dyn Sink, outcome: Outcome) -> Self {
        let organisation = organisation(file_name);
        let source = format!("fhir:{}", organisation.as_deref().unwrap_or("FHIR"));
        let organisation = organisation.unwrap_or_default();
        Self { organisation, source, sink, outcome, seen: Seen::new(Seen::ROWS), line: 0 }
    }

    pub(super) fn take(&mut self, value: &Value, full_url: &str) -> Result<(), SinkError> {
        let own_id = text(value, &["id"]);
        let id = if own_id.is_empty() { reference_id(full_url) } else { own_id };
        let organisation = self.organisation.clone();
        let mut resource = Resource { value, id, organisation: &organisation, mends: Vec::new() };
        match standard(&mut resource) {
            Ok(standard) => {
                self.mended(resource.mends);
                self.emit(standard)
            }
            Err(refusal) => {
                self.refuse(refusal);
                Ok(())
            }
        }
    }

    fn emit(&mut self, standard: Standard<'_>) -> Result<(), SinkError> {
        match standard {
            Standard::Aside(kind) => *self.outcome.other_rows.entry(kind).or_insert(0) += 1,
            Standard::Person(who) => {
                let who = Demographics { source: self.source.clone(), ..*who };
                self.sink.demographics(self.line, &who)?;
            }
            Standard::Events(person, drafts) => {
                for draft in &drafts {
                    let event = Event {
                        source: &self.source,
                        source_person: person,
                        key: &draft.key,
                        codes: &draft.codes,
                        ..draft.event
                    };
                    self.sink.event(self.line, &event)?;
                }
            }
        }
        Ok(())
    }

    fn mended(&mut self, mends: Vec<crate::row::Mend>) {
        self.outcome.account.read += 1;
        if mends.is_empty() {
            self.outcome.account.accepted += 1;
        } else {
            self.outcome.account.repaired += 1;
        }
        for mend in mends {
            self.issue(Severity::Repaired, mend.field, mend.class, mend.reason);
        }
    }

    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.outcome.account.read += 1;
        self.outcome.account.quarantined += 1;
        self.issue(Severity::Quarantined, refusal.field, refusal.class, refusal.reason);
    }

    pub(super) fn duplicate(&mut self) {
        self.outcome.account.read += 1;
        self.outcome.account.duplicate += 1;
        self.sink.duplicate(self.line);
    }

    pub(super) fn not_json(&mut self, error: &serde_json::Error, last: bool) {
        let cut = last && error.is_eof();
        let (class, reason) = if cut { ("cut line", "line is cut short") } else { ("text", "is not JSON") };
        self.refuse(Refusal { field: "", class: class.to_owned(), reason });
        if cut {
            self.outcome
                .notes
                .push("the file ends in the middle of a resource: it may have been cut short".to_owned());
        }
    }

    fn issue(&mut self, severity: Severity, field: &'static str, class: String, reason: &str) {
        self.sink.issue(&Issue { line: self.line, field, severity, class, reason: reason.to_owned() });
    }
}

/// The organisation that a file name `fhir_{ORGANISATION}_...` says.
fn organisation(file_name: &str) -> Option<String> {
    let base = file_name.rsplit(['/', '\\']).next()?;
    let (code, _) = base.strip_prefix("fhir_")?.split_once('_')?;
    model::OdsCode::parse(code).map(|code| code.as_str().to_owned())
}

fn standard<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    let kind = text(resource.value, &["resourceType"]);
    let table = super::SPECIFICATION.tables.iter().find(|table| table.name == kind);
    match table.map(|table| &table.standardise) {
        Some(Standardise::Resource(standardise)) => standardise(resource),
        Some(_) | None if is_type_name(kind) => Ok(Standard::Aside(kind.to_owned())),
        _ => Err(Refusal::new("resourceType", kind, "is not a resource")),
    }
}

/// A resource type is a word of letters, the first one large.
fn is_type_name(kind: &str) -> bool {
    kind.len() <= 40
        && kind.bytes().next().is_some_and(|b| b.is_ascii_uppercase())
        && kind.bytes().all(|b| b.is_ascii_alphabetic())
}

pub(super) const NUL: &str = "holds a NUL character";

/// Whether JSON holds a NUL character, which databases cannot keep.
pub(super) fn holds_nul(json: &[u8]) -> bool {
    json.windows(6).any(|window| window == b"\\u0000")
}
