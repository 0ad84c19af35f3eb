use model::Event;

use crate::encoding::Input;
use crate::header::{Layout, layout};
use crate::people::{People, as_at, whose};
use crate::row::{Mend, Refusal, Row, Scratch};
use crate::rows::{Broken, Cells, Next, Rows};
use crate::seen::Seen;
use crate::sink::Sink;
use crate::specification::{Specification, Standardise};
use crate::{Account, FileError, Issue, Outcome, Severity};

/// Reads one delimited text file of a feed.
pub(crate) fn read(
    feed: &'static Specification,
    input: Input<'_>,
    sink: &mut dyn Sink,
) -> Result<Outcome, FileError> {
    let mut outcome = Outcome { notes: input.note.into_iter().collect(), ..Outcome::default() };
    let mut rows = Rows::new(input.reader);
    let mut layout = header(feed, &mut rows)?;
    let mut unknown = std::mem::take(&mut layout.unknown);
    outcome.table = layout.table.name.to_owned();
    let mut reader = RowReader::new(feed, &layout, sink);
    let mut seen = Seen::new(Seen::ROWS);
    let mut cut_short = false;
    loop {
        match rows.next(Some(layout.width))? {
            Next::End => break,
            Next::Broken(line, why) => {
                cut_short |= why == Broken::CutShort;
                reader.broken(line, why);
            }
            Next::Row(line) if !seen.is_new(rows.raw()) => reader.duplicate(line),
            Next::Row(line) => {
                let cells = rows.cells();
                reader.row(line, cells)?;
                for (cell, _, filled) in &mut unknown {
                    *filled += u64::from(!cells.get(*cell).is_empty());
                }
            }
        }
        reader.account.read += 1;
    }
    outcome.account = reader.account;
    outcome.unknown_columns = unknown.into_iter().map(|(_, name, filled)| (name, filled)).collect();
    outcome.notes.extend(notes(&rows, cut_short));
    Ok(outcome)
}

fn header(feed: &'static Specification, rows: &mut Rows<'_>) -> Result<Layout, FileError> {
    match rows.header()? {
        Next::End => Err(FileError::NoHeader),
        Next::Broken(..) => layout(feed, &[]),
        Next::Row(_) => {
            let header: Vec<&str> = rows.cells().iter().collect();
            layout(feed, &header)
        }
    }
}

fn notes(rows: &Rows<'_>, cut_short: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(delimiter) = rows.unusual_delimiter() {
        notes.push(format!("cells are separated by {delimiter}"));
    }
    if rows.windows_1252 > 0 {
        notes.push(format!("{} row(s) are not UTF-8 and were read as Windows-1252", rows.windows_1252));
    }
    if cut_short {
        notes.push("the file ends in the middle of a row: it may have been cut short".to_owned());
    }
    notes
}

/// Takes rows to the sink, one after the other, and keeps the account.
struct RowReader<'a> {
    feed: &'static str,
    layout: &'a Layout,
    sink: &'a mut dyn Sink,
    account: Account,
    people: People,
    source: String,
    scratch: Scratch,
}

impl<'a> RowReader<'a> {
    fn new(feed: &'static Specification, layout: &'a Layout, sink: &'a mut dyn Sink) -> Self {
        Self {
            feed: feed.feed.name(),
            layout,
            sink,
            account: Account::default(),
            people: People::new(layout),
            source: String::new(),
            scratch: Scratch::default(),
        }
    }

    fn row(&mut self, line: u64, cells: Cells<'_>) -> Result<(), FileError> {
        self.scratch.clear();
        let mut row = Row::new(cells, self.layout);
        let standard = standard(self.feed, self.layout, &mut row, &mut self.source, &mut self.scratch);
        let event = match standard {
            Ok(event) => event,
            Err(refusal) => {
                self.account.quarantined += 1;
                self.sink.issue(&quarantined(line, refusal));
                return Ok(());
            }
        };
        let who = self.people.demographics(&mut row, self.layout);
        if row.mends.is_empty() {
            self.account.accepted += 1;
        } else {
            self.account.repaired += 1;
            row.mends.drain(..).for_each(|mend| self.sink.issue(&repaired(line, mend)));
        }
        if let Some(who) = who {
            self.sink.demographics(line, &who).map_err(FileError::Sink)?;
        }
        match event {
            Some(event) => self.sink.event(line, &event).map_err(FileError::Sink),
            None => Ok(()),
        }
    }

    fn duplicate(&mut self, line: u64) {
        self.account.duplicate += 1;
        self.sink.duplicate(line);
    }

    fn broken(&mut self, line: u64, why: Broken) {
        self.account.quarantined += 1;
        let width = self.layout.width;
        let (class, reason) = match why {
            Broken::CutShort => ("cut line".to_owned(), "line is cut short".to_owned()),
            Broken::OpenQuote => ("open quote".to_owned(), "a quote is opened and not closed".to_owned()),
            Broken::Cells(cells) => {
                (format!("{cells} cells"), format!("the row has not the {width} cells that the header has"))
            }
            Broken::Nul => ("not text".to_owned(), "the row holds a NUL character".to_owned()),
            Broken::TooLong => {
                ("long text".to_owned(), "a cell is over 1 MiB or a line over 8 MiB".to_owned())
            }
        };
        self.sink.issue(&Issue { line, field: "", severity: Severity::Quarantined, class, reason });
    }
}

/// A row in standard form: whose it is is filled into the row, and its event, if the table gives any, comes back.
fn standard<'r>(
    feed: &str,
    layout: &'r Layout,
    row: &mut Row<'r>,
    source: &'r mut String,
    scratch: &'r mut Scratch,
) -> Result<Option<Event<'r>>, Refusal> {
    row.person = whose(row, layout, feed, source)?;
    row.source = source;
    row.organisation = row.source.get(feed.len() + 1..).unwrap_or_default();
    row.as_at = as_at(row, layout);
    match layout.table.standardise {
        Standardise::People | Standardise::Resource(_) => Ok(None),
        Standardise::Row(standardise) => standardise(row, scratch).map(Some),
    }
}

fn quarantined(line: u64, refusal: Refusal) -> Issue {
    let Refusal { field, class, reason } = refusal;
    Issue { line, field, severity: Severity::Quarantined, class, reason: reason.to_owned() }
}

fn repaired(line: u64, mend: Mend) -> Issue {
    let Mend { field, class, reason } = mend;
    Issue { line, field, severity: Severity::Repaired, class, reason: reason.to_owned() }
}
