//! Files being filled: bytes are kept per series (organisation and table) and month, and put on disk when there are many.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::SynthError;
use crate::calendar::Calendar;
use crate::dice::{Dice, Stream};
use crate::errors::{Account, DUPLICATE_ROW, Planted};
use crate::supplier::sheet::{Row, Style};

/// A file's bytes go to disk when they are more than this.
const LARGE: usize = 96 * 1024;

/// What is the same for every monthly file of one organisation and table.
pub struct Series {
    pub feed: &'static str,
    /// `gp_E84002_{month}_patients.csv`: what stands before and after the month.
    pub before: String,
    pub after: &'static str,
    /// Header line without its end; blank for files that have none (NDJSON).
    pub header: String,
    pub style: Style,
}

/// Position of a series on its shelf.
pub type SeriesId = usize;

/// Files being filled.
pub struct Shelf {
    root: PathBuf,
    series: Vec<Series>,
    pages: BTreeMap<(SeriesId, usize), Page>,
    dice: Dice,
    /// Rows and files by feed.
    pub counts: BTreeMap<&'static str, Counts>,
}

/// What a feed's files hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Files.
    pub files: u64,
    /// Rows, headers aside.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

#[derive(Default)]
struct Page {
    bytes: Vec<u8>,
}

impl Shelf {
    /// An empty shelf whose files go under `root`. `subject` seeds which rows come twice.
    pub fn new(root: &Path, seed: u64, subject: u64) -> Self {
        Self {
            root: root.to_path_buf(),
            series: Vec::new(),
            pages: BTreeMap::new(),
            dice: Dice::new(seed, Stream::Rows, subject),
            counts: BTreeMap::new(),
        }
    }

    /// Adds a series.
    pub fn add(&mut self, series: Series) -> SeriesId {
        self.series.push(series);
        self.series.len() - 1
    }

    /// Writes one row to a series' file of a month; now and then the row comes twice.
    pub fn row(
        &mut self,
        id: SeriesId,
        month: usize,
        calendar: &Calendar,
        account: &mut Account,
        write: impl FnOnce(&mut Row),
    ) -> Result<(), SynthError> {
        let Some(series) = self.series.get(id) else { return Ok(()) };
        let page = self.pages.entry((id, month)).or_default();
        let counts = self.counts.entry(series.feed).or_default();
        if page.bytes.capacity() == 0 {
            counts.files += 1;
            page.bytes.reserve(1024);
            head(&mut page.bytes, series);
        }
        let before = page.bytes.len();
        let mut row = Row { out: &mut page.bytes, style: series.style, calendar, start: before };
        write(&mut row);
        row.end();
        counts.rows += 1;
        if !series.header.is_empty() && self.dice.chance(DUPLICATE_ROW) {
            page.bytes.extend_from_within(before..);
            counts.rows += 1;
            account.add(Planted::DuplicateRow);
        }
        if page.bytes.len() > LARGE {
            counts.bytes += page.bytes.len() as u64;
            let path = path(&self.root, series, month, calendar);
            put(&path, &page.bytes)?;
            page.bytes.clear();
        }
        Ok(())
    }

    /// Puts everything on disk.
    pub fn finish(mut self, calendar: &Calendar) -> Result<BTreeMap<&'static str, Counts>, SynthError> {
        for ((id, month), page) in std::mem::take(&mut self.pages) {
            if let Some(series) = self.series.get(id).filter(|_| !page.bytes.is_empty()) {
                self.counts.entry(series.feed).or_default().bytes += page.bytes.len() as u64;
                put(&path(&self.root, series, month, calendar), &page.bytes)?;
            }
        }
        Ok(self.counts)
    }
}

fn head(bytes: &mut Vec<u8>, series: &Series) {
    if series.header.is_empty() {
        return;
    }
    if series.style.windows {
        bytes.extend_from_slice("\u{feff}".as_bytes());
    }
    if series.style.quote_all {
        let quoted: Vec<String> = series.header.split(',').map(|name| format!("\"{name}\"")).collect();
        bytes.extend_from_slice(quoted.join(",").as_bytes());
    } else {
        bytes.extend_from_slice(series.header.as_bytes());
    }
    bytes.extend_from_slice(if series.style.windows { b"\r\n" } else { b"\n" });
}

fn path(root: &Path, series: &Series, month: usize, calendar: &Calendar) -> PathBuf {
    let month = calendar.months.get(month).map_or("", |month| month.label.as_str());
    root.join(series.feed).join(month).join(format!("{}{month}{}", series.before, series.after))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), SynthError> {
    let fail = |source| SynthError::Io { path: path.to_path_buf(), source };
    let open = || OpenOptions::new().create(true).append(true).open(path);
    let mut file = match open() {
        Ok(file) => file,
        Err(_) => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(fail)?;
            }
            open().map_err(fail)?
        }
    };
    file.write_all(bytes).map_err(fail)
}
