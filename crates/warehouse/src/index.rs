//! The index: every event under its person, sorted by person and date, late and corrected rows in place of what they
//! correct.
//!
//! Two passes. The first reads each standardised batch once and throws its events into buckets of neighbouring people;
//! the second sorts one bucket at a time in memory. Memory depends on the bucket, not on the deployment.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{
    Array, BooleanArray, Date32Array, Float64Array, UInt8Array, UInt32Array, UInt64Array,
};
use serde::{Deserialize, Serialize};

use crate::WarehouseError;
use crate::columns::{Texts, column, open};
use crate::events::{BUCKET_PEOPLE, BucketWriter, bucket_file};
use crate::packed::{NO_DATE, Packed, SIZE};
use crate::standardised::{BatchFiles, TEXT_COLUMNS, is_true};

/// The person of a source's people whom no agreement lets us link: their events are left out and counted.
pub const NOBODY: u32 = u32::MAX;

/// What went in and what came of it: `events_in` is always `events_out + replaced + deleted + not_covered`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexManifest {
    /// Events in the standardised batches.
    pub events_in: u64,
    /// Events in the index.
    pub events_out: u64,
    /// Earlier statements replaced by later ones.
    pub replaced: u64,
    /// Happenings that their source took back.
    pub deleted: u64,
    /// Events of sources that no agreement covers.
    pub not_covered: u64,
    /// Buckets, by number.
    pub buckets: BTreeMap<u32, BucketTotals>,
    /// The same as `not_covered`, by batch.
    pub not_covered_of: BTreeMap<String, u64>,
    /// Version of the program that built it.
    pub made_by: String,
}

/// The part of one bucket in the totals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketTotals {
    /// Events read.
    pub events_in: u64,
    /// Events written.
    pub events_out: u64,
    /// Earlier statements replaced by later ones.
    pub replaced: u64,
    /// Happenings that their source took back.
    pub deleted: u64,
}

/// An index of nearly the same inputs, of which most buckets still hold.
pub struct Earlier<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// Its totals.
    pub manifest: &'a IndexManifest,
    /// Buckets to build anew: all that hold, or held, people of whom something is said anew or otherwise.
    pub touched: BTreeSet<u32>,
    /// Names of the batches that are new or whose people are others now.
    pub changed: BTreeSet<String>,
}

/// The bucket of a person.
pub fn bucket_of(person: u32) -> u32 {
    person / BUCKET_PEOPLE
}

/// Builds the index of these batches in `folder`: from scratch, or of an earlier one only the buckets that are touched.
///
/// `persons` gives, for a batch, the person of each of its local numbers. `threads` share the work; the result does not
/// depend on how many there are. `progress` is told of units done and units in all.
pub fn build(
    batches: &[BatchFiles],
    persons: &(dyn Fn(&BatchFiles) -> Result<Vec<u32>, WarehouseError> + Sync),
    folder: &Path,
    earlier: Option<&Earlier<'_>>,
    threads: usize,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<IndexManifest, WarehouseError> {
    let spill = folder.join("spill");
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(WarehouseError::file(folder))?;
    }
    fs::create_dir_all(&spill).map_err(WarehouseError::file(&spill))?;

    let next = AtomicUsize::new(0);
    let partitions = each_thread(threads, |worker| {
        let mut partition = Partition::new(&spill, worker)?;
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            partition.read(batch, &persons(batch)?, earlier)?;
            progress(next.load(Ordering::Relaxed).min(batches.len()), batches.len() * 2);
        }
        partition.finish()
    })?;

    let texts: Vec<Vec<Box<str>>> = partitions.iter().map(|p| p.texts.clone()).collect();
    let mut spilled: BTreeMap<u32, Vec<PathBuf>> = BTreeMap::new();
    for partition in &partitions {
        for (bucket, path) in &partition.buckets {
            spilled.entry(*bucket).or_default().push(path.clone());
        }
    }
    let todo: Vec<(u32, Vec<PathBuf>)> = spilled.into_iter().collect();
    let next = AtomicUsize::new(0);
    let built: Mutex<BTreeMap<u32, BucketTotals>> = Mutex::default();
    each_thread(threads, |_| {
        while let Some((bucket, paths)) = todo.get(next.fetch_add(1, Ordering::Relaxed)) {
            let totals = sort_bucket(*bucket, paths, &texts, folder)?;
            if let Ok(mut built) = built.lock() {
                built.insert(*bucket, totals);
            }
            let done = batches.len() * next.load(Ordering::Relaxed).min(todo.len()) / todo.len().max(1);
            progress(batches.len() + done, batches.len() * 2);
        }
        Ok(())
    })?;
    let mut buckets = built.into_inner().unwrap_or_default();
    if let Some(earlier) = earlier {
        buckets.extend(take_over(earlier, folder)?);
    }
    let not_covered_of = partitions.into_iter().flat_map(|partition| partition.not_covered).collect();
    fs::remove_dir_all(&spill).map_err(WarehouseError::file(&spill))?;
    Ok(IndexManifest::of(buckets, not_covered_of))
}

impl IndexManifest {
    fn of(buckets: BTreeMap<u32, BucketTotals>, not_covered_of: BTreeMap<String, u64>) -> Self {
        let sum = |of: fn(&BucketTotals) -> u64| buckets.values().map(of).sum::<u64>();
        let not_covered: u64 = not_covered_of.values().sum();
        Self {
            events_in: sum(|bucket| bucket.events_in) + not_covered,
            events_out: sum(|bucket| bucket.events_out),
            replaced: sum(|bucket| bucket.replaced),
            deleted: sum(|bucket| bucket.deleted),
            not_covered,
            not_covered_of,
            made_by: MADE_BY.to_owned(),
            buckets,
        }
    }
}

/// What [`IndexManifest::made_by`] is in this version of the program.
pub const MADE_BY: &str = env!("CARGO_PKG_VERSION");

/// Puts the buckets of an earlier index that are not touched into the folder; they are never written to again.
fn take_over(earlier: &Earlier<'_>, folder: &Path) -> Result<BTreeMap<u32, BucketTotals>, WarehouseError> {
    let kept = earlier.manifest.buckets.iter().filter(|(bucket, _)| !earlier.touched.contains(*bucket));
    for (bucket, _) in kept.clone() {
        let (from, to) = (bucket_file(earlier.folder, *bucket), bucket_file(folder, *bucket));
        same_file(&from, &to)?;
    }
    Ok(kept.map(|(bucket, totals)| (*bucket, *totals)).collect())
}

/// Gives a file a second name, or copies it where the file system knows no second names.
pub fn same_file(from: &Path, to: &Path) -> Result<(), WarehouseError> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).map(|_| ()).map_err(WarehouseError::file(to))
}

/// Runs the same work on so many threads and gathers what each returns, in order.
pub(crate) fn each_thread<T: Send>(
    threads: usize,
    work: impl Fn(u8) -> Result<T, WarehouseError> + Sync,
) -> Result<Vec<T>, WarehouseError> {
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..u8::try_from(threads.clamp(1, 64)).unwrap_or(1))
            .map(|worker| {
                let work = &work;
                scope.spawn(move || work(worker))
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or(Err(WarehouseError::TooMany("failures in one step"))))
            .collect()
    })
}

/// One worker's share of the first pass.
struct Partition {
    spill: PathBuf,
    worker: u8,
    texts: TextTable,
    open: BTreeMap<u32, (PathBuf, BufWriter<File>)>,
    not_covered: BTreeMap<String, u64>,
    row: Vec<u8>,
}

struct Partitioned {
    texts: Vec<Box<str>>,
    buckets: Vec<(u32, PathBuf)>,
    not_covered: BTreeMap<String, u64>,
}

impl Partition {
    fn new(spill: &Path, worker: u8) -> Result<Self, WarehouseError> {
        let mut texts = TextTable::default();
        texts.number("")?;
        Ok(Self {
            spill: spill.to_owned(),
            worker,
            texts,
            open: BTreeMap::new(),
            not_covered: BTreeMap::new(),
            row: Vec::with_capacity(SIZE),
        })
    }

    fn read(
        &mut self,
        files: &BatchFiles,
        persons: &[u32],
        earlier: Option<&Earlier<'_>>,
    ) -> Result<(), WarehouseError> {
        let wanted = |person: u32| {
            person != NOBODY && earlier.is_none_or(|earlier| earlier.touched.contains(&bucket_of(person)))
        };
        let name = files.name();
        let known = earlier.filter(|earlier| !earlier.changed.contains(&name));
        let known = known.map(|earlier| earlier.manifest.not_covered_of.get(&name).copied().unwrap_or(0));
        let mut not_covered = 0;
        if known.is_none() || persons.iter().any(|person| wanted(*person)) {
            not_covered = self.read_events(files, persons, &wanted)?;
        }
        self.not_covered.insert(name, known.unwrap_or(not_covered));
        Ok(())
    }

    /// Throws the wanted events into their buckets; gives how many are nobody's.
    fn read_events(
        &mut self,
        files: &BatchFiles,
        persons: &[u32],
        wanted: &dyn Fn(u32) -> bool,
    ) -> Result<u64, WarehouseError> {
        let path = &files.events;
        let mut not_covered = 0;
        let mut sources = Vec::with_capacity(persons.len());
        for who in crate::standardised::read_who(files)? {
            sources.push(self.texts.number(&who.source)?);
        }
        for batch in open(path, 64 * 1024)? {
            let batch = batch?;
            let who: &UInt32Array = column(path, &batch, "who")?;
            let key: &UInt64Array = column(path, &batch, "key")?;
            let kind: &UInt8Array = column(path, &batch, "kind")?;
            let scheme: &UInt8Array = column(path, &batch, "scheme")?;
            let value: &Float64Array = column(path, &batch, "value")?;
            let deleted: &BooleanArray = column(path, &batch, "deleted")?;
            let file: &UInt32Array = column(path, &batch, "file")?;
            let line: &UInt64Array = column(path, &batch, "line")?;
            let mut dates: Vec<&Date32Array> = Vec::with_capacity(5);
            for name in ["start", "end", "admitted", "discharged", "as_at"] {
                dates.push(column(path, &batch, name)?);
            }
            let mut texts = Vec::with_capacity(9);
            for name in TEXT_COLUMNS {
                let column = Texts::of(path, &batch, name)?;
                let numbers: Vec<u32> =
                    column.values().map(|text| self.texts.number(text)).collect::<Result<_, _>>()?;
                texts.push((column, numbers));
            }
            for row in 0..batch.num_rows() {
                let local = usize::try_from(who.value(row)).unwrap_or(usize::MAX);
                let (Some(person), Some(source)) = (persons.get(local), sources.get(local)) else {
                    return Err(WarehouseError::Column { path: path.clone(), column: "who" });
                };
                if !wanted(*person) {
                    not_covered += u64::from(*person == NOBODY);
                    continue;
                }
                let mut packed = Packed {
                    person: *person,
                    key: key.value(row),
                    kind: kind.value(row),
                    scheme: scheme.value(row),
                    deleted: is_true(deleted, row),
                    worker: self.worker,
                    dates: [NO_DATE; 5],
                    value: value.is_valid(row).then(|| value.value(row)),
                    file: file.value(row),
                    line: line.value(row),
                    texts: [0; 10],
                };
                for (slot, column) in packed.dates.iter_mut().zip(&dates) {
                    if column.is_valid(row) {
                        *slot = column.value(row);
                    }
                }
                for (slot, (column, numbers)) in packed.texts.iter_mut().zip(&texts) {
                    let key = column.key(row).and_then(|key| usize::try_from(key).ok());
                    *slot = key.and_then(|key| numbers.get(key)).copied().unwrap_or(0);
                }
                if let Some(last) = packed.texts.last_mut() {
                    *last = *source;
                }
                self.spill(&packed)?;
            }
        }
        Ok(not_covered)
    }

    fn spill(&mut self, packed: &Packed) -> Result<(), WarehouseError> {
        let bucket = bucket_of(packed.person);
        let (path, writer) = match self.open.entry(bucket) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let path = self.spill.join(format!("{bucket:05}.{}", self.worker));
                let file = File::create(&path).map_err(WarehouseError::file(&path))?;
                entry.insert((path, BufWriter::with_capacity(64 * 1024, file)))
            }
        };
        self.row.clear();
        packed.write(&mut self.row);
        writer.write_all(&self.row).map_err(WarehouseError::file(path))
    }

    fn finish(self) -> Result<Partitioned, WarehouseError> {
        let mut buckets = Vec::with_capacity(self.open.len());
        for (bucket, (path, mut writer)) in self.open {
            writer.flush().map_err(WarehouseError::file(&path))?;
            buckets.push((bucket, path));
        }
        Ok(Partitioned { texts: self.texts.texts, buckets, not_covered: self.not_covered })
    }
}

/// Texts by number; 0 is the blank one.
#[derive(Default)]
struct TextTable {
    numbers: hashbrown::HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl TextTable {
    fn number(&mut self, text: &str) -> Result<u32, WarehouseError> {
        if let Some(number) = self.numbers.get(text) {
            return Ok(*number);
        }
        let number =
            u32::try_from(self.texts.len()).map_err(|_| WarehouseError::TooMany("different texts"))?;
        self.numbers.insert(text.into(), number);
        self.texts.push(text.into());
        Ok(number)
    }
}

fn sort_bucket(
    bucket: u32,
    paths: &[PathBuf],
    texts: &[Vec<Box<str>>],
    folder: &Path,
) -> Result<BucketTotals, WarehouseError> {
    let mut rows = Vec::new();
    for path in paths {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|mut file| file.read_to_end(&mut bytes))
            .map_err(WarehouseError::file(path))?;
        rows.reserve(bytes.len() / SIZE);
        rows.extend(bytes.chunks_exact(SIZE).filter_map(Packed::read));
        fs::remove_file(path).map_err(WarehouseError::file(path))?;
    }
    let events_in = rows.len() as u64;

    // The last statement about one happening wins.
    rows.sort_unstable_by_key(|r| (r.person, r.key, r.as_at(), r.file, r.line));
    let mut kept: Vec<Packed> = Vec::with_capacity(rows.len());
    for row in rows {
        match kept.last_mut() {
            Some(last) if last.person == row.person && last.key == row.key => *last = row,
            _ => kept.push(row),
        }
    }
    let happenings = kept.len() as u64;
    kept.retain(|row| !row.deleted);
    kept.sort_unstable_by_key(|r| (r.person, r.start(), r.kind, r.key));

    let mut writer = BucketWriter::create(&bucket_file(folder, bucket))?;
    for row in &kept {
        let text = |number: u32| {
            texts
                .get(usize::from(row.worker))
                .and_then(|table| table.get(usize::try_from(number).ok()?))
                .map_or("", |text| text.as_ref())
        };
        writer.push(row, text)?;
    }
    let events_out = writer.finish()?;
    Ok(BucketTotals {
        events_in,
        events_out,
        replaced: events_in - happenings,
        deleted: happenings - events_out,
    })
}
