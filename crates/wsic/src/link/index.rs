//! `wsic link --keep` and `--against`: keeping an index of everybody linked, and linking new records with it.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use linkage::{Limits, Records, Standing};
use pipeline::Progress;
use pipeline::person_index::{Answer, Builder, How, Kept, Linked, PersonIndex};
use serde::Serialize;

use super::columns::{self, Resolved};
use super::ids::Ids;
use super::spec::{self, Spec, SpecMode};
use super::write::{HEAD, whole};
use super::{Done, read};
use crate::failure::Failure;
use crate::progress::Shown;
use crate::tables::{push_cell, push_number};

/// What the command names.
pub struct Paths {
    /// The specification.
    pub spec: PathBuf,
    /// The folder to write to.
    pub out: PathBuf,
    /// The index.
    pub index: PathBuf,
    /// Whether the new records are put into the index.
    pub add: bool,
    /// Whether each record is looked up by itself.
    pub each: bool,
    /// The files.
    pub files: Vec<PathBuf>,
}

/// Records handed over at once.
const AT_ONCE: usize = 1 << 14;

/// Whether an index can be kept there.
pub fn check_new(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Err(Failure::usage(format!(
            "{} is there already: link with it by --against, or remove it first",
            path.display()
        )));
    }
    Ok(())
}

/// Keeps an index of a linkage.
pub fn keep(path: &Path, done: &Done, progress: &Shown) -> Result<(), Failure> {
    let standing = Standing::of(&done.records, &done.outcome);
    let files = done.files.iter().map(|ids| ids.file.clone()).collect();
    let mut builder = Builder::new(path, standing, files).map_err(|e| problem(path, e))?;
    let mut rows = Vec::with_capacity(AT_ONCE);
    let clusters = &mut (0_u32..).zip(&done.outcome.clusters);
    for (number, ids) in (0_u16..).zip(&done.files) {
        for (at, (record, cluster)) in clusters.take(ids.len()).enumerate() {
            let texts = done.records.texts(record);
            rows.push(Kept { person: cluster + 1, file: number, id: ids.get(at).to_owned(), texts });
            if rows.len() == AT_ONCE {
                progress.at("keeping records", record as usize, done.records.len());
                builder.push(&rows).map_err(|e| problem(path, e))?;
                rows.clear();
            }
        }
    }
    builder.push(&rows).map_err(|e| problem(path, e))?;
    let say = |at, of| progress.at("keeping keys", at, of);
    builder.finish(&done.records, "", &say).map_err(|e| problem(path, e))?;
    Ok(())
}

fn problem(path: &Path, e: impl fmt::Display) -> Failure {
    Failure::data(format!("{}: {e}", path.display()))
}

/// What came of it, in a few numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Where the files are.
    pub out: PathBuf,
    /// Records in the index before.
    pub known: u32,
    /// Records of the files.
    pub records: usize,
    /// Records that the index held already.
    pub seen: usize,
    /// Records of people who were known.
    pub of_known: usize,
    /// People who are new.
    pub new_people: usize,
    /// Pairs for people to look at.
    pub clerical: usize,
    /// Whether they were added.
    pub added: bool,
    /// Seconds of looking up and linking.
    pub linking_seconds: f64,
    /// Seconds from beginning to end.
    pub seconds: f64,
    /// Of records looked up one by one: half took at most so many microseconds, and 99 of 100.
    pub microseconds: Option<(u64, u64)>,
}

/// Links the records of some files with those of an index.
pub fn run(paths: &Paths, progress: &Shown) -> Result<Summary, Failure> {
    let begun = Instant::now();
    let mut spec = Spec::read(&paths.spec)?;
    // Files that were linked when the index was made need not be there.
    let given = |name: &str| paths.files.iter().any(|file| file.file_name().is_some_and(|file| file == name));
    spec.files.retain(|name, _| given(name));
    let (records, ids) = read_files(paths, &spec, progress)?;
    let mut index = PersonIndex::open(&paths.index).map_err(|e| problem(&paths.index, e))?;
    if records.columns() != index.standing().columns() {
        return Err(Failure::usage(format!(
            "{}: was made of other identifier or other columns: give each the same role in the same order as then",
            paths.index.display()
        )));
    }
    let new = kept(&records, &ids, &mut index).map_err(|e| problem(&paths.index, e))?;
    drop(records);
    let known = index.records();
    let across_files = spec.mode == SpecMode::LinkOnly;
    let threshold = spec.threshold.unwrap_or(spec::THRESHOLD);
    let [from, _] = spec.clerical;
    let limits = Limits { join: threshold, ask: from, cases: usize::MAX };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let how = How { across_files, one_to_one: spec.one_to_one, ..How::new(limits, threads) };
    progress.at("linking", 0, new.len());
    let linking = Instant::now();
    let (linked, microseconds) = if paths.each {
        let (answers, took) = one_by_one(&index, &new, &how, progress)?;
        (Linked { answers, ..Linked::default() }, Some(took))
    } else {
        (index.link(&new, &how).map_err(|e| problem(&paths.index, e))?, None)
    };
    let linking_seconds = linking.elapsed().as_secs_f64();
    let found = Found { new: &new, linked: &linked, files: index.files().to_vec(), clerical: spec.clerical };
    whole(&paths.out, "clusters.csv", |to| found.clusters(to))?;
    let mut clerical = 0;
    if !paths.each {
        whole(&paths.out, "links.csv", |to| found.links(to))?;
        whole(&paths.out, "clerical.csv", |to| {
            clerical = found.clerical(to)?;
            Ok(())
        })?;
    }
    let first_new = index.next_person();
    if paths.add {
        progress.at("adding", 0, 1);
        let unseen = new.iter().zip(&linked.answers).filter(|(_, answer)| !answer.seen);
        let unseen = unseen.map(|(new, answer)| Kept { person: answer.person, ..new.clone() });
        index.put(&unseen.collect::<Vec<_>>(), "").map_err(|e| problem(&paths.index, e))?;
    }
    progress.finish();
    let answers = &linked.answers;
    Ok(Summary {
        out: paths.out.clone(),
        known,
        records: new.len(),
        seen: answers.iter().filter(|answer| answer.seen).count(),
        of_known: answers.iter().filter(|answer| answer.person < first_new).count(),
        new_people: new_people(answers, first_new, paths.each),
        clerical,
        added: paths.add,
        linking_seconds,
        seconds: begun.elapsed().as_secs_f64(),
        microseconds,
    })
}

/// New people among the answers. Records looked up one by one know nothing of each other.
fn new_people(answers: &[Answer], first_new: u32, each: bool) -> usize {
    let mut new: Vec<u32> = answers.iter().map(|answer| answer.person).filter(|n| *n >= first_new).collect();
    if !each {
        new.sort_unstable();
        new.dedup();
    }
    new.len()
}

fn read_files(paths: &Paths, spec: &Spec, progress: &Shown) -> Result<(Records, Vec<Ids>), Failure> {
    let sources = read::open(&paths.files)?;
    let Resolved { readings, .. } = columns::resolve(spec, &sources)?;
    let mut records = Records::new();
    let mut ids = Vec::new();
    for (source, reading) in sources.into_iter().zip(&readings) {
        ids.push(read::read(source, reading, &mut records, progress)?);
    }
    Ok((records, ids))
}

fn kept(
    records: &Records,
    ids: &[Ids],
    index: &mut PersonIndex,
) -> Result<Vec<Kept>, pipeline::person_index::IndexError> {
    let mut new = Vec::with_capacity(records.len());
    let mut record = 0;
    for ids in ids {
        let file = index.file(&ids.file)?;
        for at in 0..ids.len() {
            new.push(Kept { person: 0, file, id: ids.get(at).to_owned(), texts: records.texts(record) });
            record += 1;
        }
    }
    Ok(new)
}

/// Looks every record up by itself, as if no other had come; gives the answers and how long half and 99 of 100 took at most,
/// in microseconds.
fn one_by_one(
    index: &PersonIndex,
    new: &[Kept],
    how: &How,
    progress: &Shown,
) -> Result<(Vec<Answer>, (u64, u64)), Failure> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Answer, u64)>, pipeline::PipelineError> {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = new.get(at..at + 1).filter(|one| !one.is_empty()) else { return Ok(done) };
            if at.is_multiple_of(1 << 12) {
                progress.at("linking", at, new.len());
            }
            let begun = Instant::now();
            let linked = index.link(one, how)?;
            let took = micros(begun.elapsed());
            done.push((at, linked.answers.into_iter().next().unwrap_or_default(), took));
        }
    };
    let done = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..how.threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join()).collect::<Vec<_>>()
    });
    let mut all = Vec::with_capacity(new.len());
    for done in done {
        let done = done.map_err(|_| Failure::data("a worker stopped".to_owned()))?;
        all.extend(done.map_err(|e| Failure::data(e.to_string()))?);
    }
    all.sort_unstable_by_key(|(at, ..)| *at);
    let mut took: Vec<u64> = all.iter().map(|(.., took)| *took).collect();
    took.sort_unstable();
    let at = |share: f64| took.get((took.len() as f64 * share) as usize).copied().unwrap_or(0);
    Ok((all.into_iter().map(|(_, answer, _)| answer).collect(), (at(0.5), at(0.99))))
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

/// What was found, to be written.
struct Found<'a> {
    new: &'a [Kept],
    linked: &'a Linked,
    files: Vec<String>,
    clerical: [f64; 2],
}

impl Found<'_> {
    fn push(&self, line: &mut Vec<u8>, record: u32) {
        let at = record as usize;
        let kept = self.new.get(at).or_else(|| self.linked.known.get(at.checked_sub(self.new.len())?));
        let Some(kept) = kept else { return };
        push_cell(line, self.files.get(usize::from(kept.file)).map_or("", String::as_str));
        line.push(b',');
        push_cell(line, &kept.id);
    }

    fn clusters(&self, to: &mut dyn Write) -> std::io::Result<()> {
        to.write_all(b"file,id,cluster\n")?;
        let mut line = Vec::new();
        for (record, answer) in (0_u32..).zip(&self.linked.answers) {
            line.clear();
            self.push(&mut line, record);
            // Clusters are numbered from 0, people from 1.
            writeln!(line, ",{}", answer.person.saturating_sub(1))?;
            to.write_all(&line)?;
        }
        Ok(())
    }

    fn links(&self, to: &mut dyn Write) -> std::io::Result<()> {
        writeln!(to, "{HEAD}")?;
        for edge in self.linked.joined.edges.iter().filter(|edge| self.linked.is_link(edge)) {
            let mut line = Vec::new();
            self.pair(&mut line, edge);
            line.push(b'\n');
            to.write_all(&line)?;
        }
        Ok(())
    }

    /// Writes the doubtful pairs; says how many.
    fn clerical(&self, to: &mut dyn Write) -> std::io::Result<usize> {
        writeln!(to, "{HEAD},linked")?;
        let [from, until] = self.clerical;
        let mut count = 0;
        for edge in self.linked.joined.edges.iter().filter(|e| (from..=until).contains(&e.probability())) {
            let mut line = Vec::new();
            self.pair(&mut line, edge);
            line.extend_from_slice(if self.linked.is_link(edge) { b",yes\n" } else { b",no\n" });
            to.write_all(&line)?;
            count += 1;
        }
        Ok(count)
    }

    fn pair(&self, line: &mut Vec<u8>, edge: &linkage::Edge) {
        self.push(line, edge.one);
        line.push(b',');
        self.push(line, edge.other);
        line.push(b',');
        push_number(line, edge.probability(), 6);
        line.push(b',');
        push_number(line, f64::from(edge.bits), 2);
        line.extend_from_slice(b",index");
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} records against {} known ones", self.records, self.known)?;
        if self.seen > 0 {
            writeln!(f, "  {} were known already by file and id", self.seen)?;
        }
        writeln!(f, "  {} are of people who were known", self.of_known)?;
        writeln!(f, "  {} new people", self.new_people)?;
        match self.microseconds {
            None => writeln!(f, "  {} pairs for people to look at: clerical.csv", self.clerical)?,
            Some((half, most)) => writeln!(
                f,
                "  one by one: {:.0} a second; half took {half} microseconds at most, 99 of 100 took {most}",
                self.records as f64 / self.linking_seconds
            )?,
        }
        if self.added {
            writeln!(f, "  added to the index")?;
        }
        write!(
            f,
            "{:.1} s, of which {:.1} s linking; see {}",
            self.seconds,
            self.linking_seconds,
            self.out.display()
        )
    }
}
