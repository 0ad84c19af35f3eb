//! What came of a linkage, in a few numbers.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use super::Done;
use super::write::doubtful;

/// A linkage in a few numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Where the files are.
    pub out: PathBuf,
    /// What was linked with what.
    pub mode: &'static str,
    /// Each file.
    pub files: Vec<FileSummary>,
    /// Records of all files.
    pub records: usize,
    /// Pairs of records of one person.
    pub links: usize,
    /// Clusters of two records or more.
    pub clusters: usize,
    /// Records that are with no other.
    pub alone: usize,
    /// Records of the largest cluster.
    pub largest_cluster: usize,
    /// Pairs for people to look at.
    pub clerical: usize,
    /// Probability from which a pair was a link.
    pub threshold: f64,
    /// Share of the links that is expected to be right; none without links.
    pub expected_precision: Option<f64>,
    /// Share of the true pairs that is expected to be linked; none where the model expects none.
    pub expected_recall: Option<f64>,
    /// Seconds from beginning to end.
    pub seconds: f64,
}

/// One file in a few numbers.
#[derive(Clone, Debug, Serialize)]
pub struct FileSummary {
    /// Its name.
    pub file: String,
    /// Its records.
    pub records: usize,
    /// Rows with fewer or more cells than the header.
    pub ragged_rows: u64,
    /// Rows that are not UTF-8 and were read as Windows-1252.
    pub windows_1252_rows: u64,
}

impl Summary {
    /// The numbers of a linkage.
    pub(super) fn of(out: &Path, done: &Done, took: Duration) -> Self {
        let outcome = &done.outcome;
        let sizes = sizes(&outcome.clusters);
        let right: f64 = outcome.links.iter().map(linkage::Edge::probability).sum();
        let links = outcome.links.len();
        let true_pairs = outcome.model.lambda * outcome.pairs;
        Self {
            out: out.to_owned(),
            mode: done.spec.mode.name(),
            files: done
                .files
                .iter()
                .map(|ids| FileSummary {
                    file: ids.file.clone(),
                    records: ids.len(),
                    ragged_rows: ids.ragged,
                    windows_1252_rows: ids.other_encoding,
                })
                .collect(),
            records: done.records.len(),
            links,
            clusters: sizes.iter().filter(|(size, _)| *size > 1).map(|(_, times)| times).sum(),
            alone: sizes.iter().find(|(size, _)| *size == 1).map_or(0, |(_, times)| *times),
            largest_cluster: sizes.last().map_or(0, |(size, _)| *size),
            clerical: doubtful(done).len(),
            threshold: outcome.threshold,
            expected_precision: (links > 0).then(|| right / links as f64),
            expected_recall: (true_pairs > 0.0).then(|| (right / true_pairs).min(1.0)),
            seconds: took.as_secs_f64(),
        }
    }
}

/// How many clusters there are of each size, smallest first.
pub fn sizes(clusters: &[u32]) -> Vec<(usize, usize)> {
    let mut members = vec![0_u32; clusters.len()];
    for cluster in clusters {
        if let Some(n) = members.get_mut(*cluster as usize) {
            *n += 1;
        }
    }
    let mut sizes: Vec<usize> = Vec::new();
    for n in members.into_iter().map(|n| n as usize) {
        if n >= sizes.len() {
            sizes.resize(n + 1, 0);
        }
        if let Some(times) = sizes.get_mut(n) {
            *times += 1;
        }
    }
    sizes.into_iter().enumerate().skip(1).filter(|(_, times)| *times > 0).collect()
}

/// `12,345`.
pub fn count(n: impl TryInto<u64>) -> String {
    let digits = n.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `99.95%`, or that there is nothing to say it of.
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "not known".to_owned(), |share| format!("{:.2}%", share * 100.0))
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            writeln!(f, "{}: {} records", file.file, count(file.records))?;
            if file.ragged_rows > 0 {
                let rows = count(file.ragged_rows);
                writeln!(f, "  warning: {rows} rows have fewer or more cells than the header")?;
            }
            if file.windows_1252_rows > 0 {
                let rows = count(file.windows_1252_rows);
                writeln!(f, "  note: {rows} rows are not UTF-8 and were read as Windows-1252")?;
            }
        }
        writeln!(f, "records: {}", count(self.records))?;
        writeln!(f, "links: {}, from probability {:.4}", count(self.links), self.threshold)?;
        writeln!(
            f,
            "clusters: {} of two or more, the largest of {}; {} records alone",
            count(self.clusters),
            count(self.largest_cluster),
            count(self.alone)
        )?;
        writeln!(f, "expected precision: {}", percent(self.expected_precision))?;
        writeln!(f, "expected recall: {}", percent(self.expected_recall))?;
        writeln!(f, "for people to look at: {} pairs", count(self.clerical))?;
        writeln!(f, "seconds: {:.2}", self.seconds)?;
        write!(
            f,
            "{}: links.csv, clusters.csv, clerical.csv, model.json; open report.html first",
            self.out.display()
        )
    }
}
