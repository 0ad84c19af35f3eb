//! Writes links, clusters and what is for people to look at. Each file is written to a temporary name and renamed, so that a
//! file that is there is whole.

use std::io::Write;
use std::path::Path;

use linkage::Edge;

use super::{Done, Ids};
use crate::failure::Failure;
use crate::tables::{Partial, push_cell, push_number, push_whole};

/// Writes a file of the folder as a whole.
pub fn whole(
    folder: &Path,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let path = folder.join(name);
    let go = || -> std::io::Result<()> {
        let mut file = Partial::create(&path)?;
        write(&mut file)?;
        file.finish()
    };
    go().map_err(|e| Failure::data(format!("{} cannot be written: {e}", path.display())))
}

/// links.csv, clusters.csv, clerical.csv.
pub fn tables(folder: &Path, done: &Done) -> Result<(), Failure> {
    let names = Names::of(done);
    whole(folder, "clusters.csv", |to| clusters(done, &names, to))?;
    whole(folder, "links.csv", |to| links(done, &names, to))?;
    whole(folder, "clerical.csv", |to| clerical(done, &names, to))
}

/// How each record is written, its file and its id as cells of a table, and how each rule.
struct Names<'a> {
    /// Number of the first record of each file, the file, its name as a cell.
    files: Vec<(usize, &'a Ids, String)>,
    /// Name of each blocking pass as a cell.
    passes: Vec<String>,
}

impl<'a> Names<'a> {
    fn of(done: &'a Done) -> Self {
        let cell = |text: &str| {
            let mut cell = Vec::new();
            push_cell(&mut cell, text);
            String::from_utf8_lossy(&cell).into_owned()
        };
        let mut first = 0;
        let of = |ids: &'a Ids| {
            first += ids.len();
            (first - ids.len(), ids, cell(&ids.file))
        };
        let passes = done.outcome.passes.iter().map(|pass| cell(&pass.name)).collect();
        Self { files: done.files.iter().map(of).collect(), passes }
    }

    /// A record's file, the file's name as a cell, and the record's id.
    fn of_record(&self, record: u32) -> Option<(&'a Ids, &str, &'a str)> {
        let record = record as usize;
        let at = self.files.partition_point(|(first, ..)| *first <= record);
        let (first, ids, name) = self.files.get(at.checked_sub(1)?)?;
        Some((ids, name, ids.get(record - first)))
    }

    fn push(&self, line: &mut Vec<u8>, record: u32) {
        let Some((ids, name, id)) = self.of_record(record) else { return };
        line.extend_from_slice(name.as_bytes());
        line.push(b',');
        if ids.quoted { push_cell(line, id) } else { line.extend_from_slice(id.as_bytes()) }
    }

    /// Looks at the ids of some links in one go, so that the processor need not wait for each.
    fn fetch(&self, links: &[Edge]) {
        let first = |link: &Edge| self.of_record(link.other)?.2.bytes().next();
        std::hint::black_box(links.iter().filter_map(first).fold(0, |all, byte| all ^ byte));
    }
}

fn clusters(done: &Done, names: &Names<'_>, to: &mut dyn Write) -> std::io::Result<()> {
    to.write_all(b"file,id,cluster\n")?;
    let mut lines = Vec::new();
    let mut records = 0_u32..;
    for clusters in done.outcome.clusters.chunks(64) {
        lines.clear();
        for (cluster, record) in clusters.iter().zip(&mut records) {
            names.push(&mut lines, record);
            lines.push(b',');
            push_whole(&mut lines, u64::from(*cluster));
            lines.push(b'\n');
        }
        to.write_all(&lines)?;
    }
    Ok(())
}

pub const HEAD: &str = "left_file,left_id,right_file,right_id,match_probability,match_weight,rule";

fn push_link(line: &mut Vec<u8>, names: &Names<'_>, link: &Edge) {
    names.push(line, link.one);
    line.push(b',');
    names.push(line, link.other);
    line.push(b',');
    push_number(line, link.probability(), 6);
    line.push(b',');
    push_number(line, f64::from(link.bits), 2);
    line.push(b',');
    let pass = link.pass.and_then(|pass| names.passes.get(usize::from(pass)));
    line.extend_from_slice(pass.map_or("cluster", String::as_str).as_bytes());
}

fn links(done: &Done, names: &Names<'_>, to: &mut dyn Write) -> std::io::Result<()> {
    writeln!(to, "{HEAD}")?;
    let mut line = Vec::new();
    for links in done.outcome.links.chunks(64) {
        names.fetch(links);
        line.clear();
        for link in links {
            push_link(&mut line, names, link);
            line.push(b'\n');
        }
        to.write_all(&line)?;
    }
    Ok(())
}

/// Pairs for people to look at, and whether each is linked, in the order of the records.
pub fn doubtful(done: &Done) -> Vec<(&Edge, bool)> {
    let [from, to] = done.spec.clerical;
    let within = |edge: &&Edge| (from..=to).contains(&edge.probability());
    let links = done.outcome.links.iter().filter(within).map(|edge| (edge, true));
    let others = done.outcome.others.iter().filter(within).map(|edge| (edge, false));
    let mut pairs: Vec<(&Edge, bool)> = links.chain(others).collect();
    pairs.sort_by_key(|(edge, _)| (edge.one, edge.other));
    pairs
}

fn clerical(done: &Done, names: &Names<'_>, to: &mut dyn Write) -> std::io::Result<()> {
    writeln!(to, "{HEAD},linked,agreement")?;
    let mut agreements = done.outcome.agreements(&done.records);
    let (mut line, mut agreement) = (Vec::new(), String::new());
    for (edge, linked) in doubtful(done) {
        line.clear();
        push_link(&mut line, names, edge);
        line.extend_from_slice(if linked { b",yes," } else { b",no," });
        agreement.clear();
        for (field, level) in agreements.of(edge.one, edge.other) {
            let semicolon = if agreement.is_empty() { "" } else { "; " };
            agreement.extend([semicolon, field, " ", level]);
        }
        push_cell(&mut line, &agreement);
        line.push(b'\n');
        to.write_all(&line)?;
    }
    Ok(())
}
