//! Taking in a code list as OpenCodelists gives it: a CSV file becomes a file of definitions/codelists.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use model::{is_snomed_identifier, normalise_icd10};
use serde::Serialize;

use crate::failure::Failure;
use crate::tables::Table;

/// The scheme of a list's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scheme {
    /// SNOMED CT identifiers
    Snomed,
    /// ICD-10 codes, with or without the point
    Icd10,
    /// dm+d identifiers of medicines
    Dmd,
    /// BNF codes, whole or the beginning of one
    Bnf,
}

impl Scheme {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The code as our lists have it; nothing when it is none.
    fn read(self, code: &str) -> Option<String> {
        let plain = |most: usize| {
            (2..=most).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        match self {
            Self::Snomed | Self::Dmd => is_snomed_identifier(code).then(|| code.to_owned()),
            Self::Icd10 => normalise_icd10(code),
            Self::Bnf => plain(15).then(|| code.to_ascii_uppercase()),
        }
    }

    fn wants(self) -> &'static str {
        match self {
            Self::Snomed => {
                "is no SNOMED CT identifier: 6 to 18 digits, the last one a check (a spreadsheet rounds long numbers off: take the file as it was downloaded)"
            }
            Self::Icd10 => "is no ICD-10 code: a letter, two digits, and what may follow",
            Self::Dmd => "is no dm+d identifier: 6 to 18 digits, the last one a check",
            Self::Bnf => "is no BNF code: 2 to 15 letters and digits",
        }
    }
}

/// What the command says.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The CSV file
    pub file: PathBuf,
    /// Name of the list: lower-case words joined by underscores; an older list of the name is replaced
    #[arg(long)]
    pub name: String,
    /// The folder of definitions
    #[arg(long, default_value = "definitions")]
    pub folder: PathBuf,
    /// Scheme of its codes
    #[arg(long, value_enum, default_value = "snomed")]
    pub scheme: Scheme,
    /// What the list is of: condition, status, resolved, result, medicine, activity or sensitive
    #[arg(long, default_value = "condition", value_parser = ["condition", "status", "resolved", "result", "medicine", "activity", "sensitive"])]
    pub kind: String,
    /// Title; the name in words when not given
    #[arg(long)]
    pub title: Option<String>,
    /// Where it is from
    #[arg(long, default_value = "OpenCodelists")]
    pub source: String,
    /// Its version, as its source says
    #[arg(long)]
    pub list_version: String,
    /// Under which licence
    #[arg(
        long,
        default_value = "SNOMED CT identifiers and terms are SNOMED International's, used under the UK licence"
    )]
    pub licence: String,
    /// The column of the codes
    #[arg(long, default_value = "code")]
    pub column: String,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Taken {
    /// The file written.
    pub list: PathBuf,
    /// Codes in it.
    pub codes: usize,
    /// Rows whose code another row had already.
    pub repeated: u64,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} codes, {} rows said one again", self.list.display(), self.codes, self.repeated)
    }
}

/// Reads the file and writes the list. Nothing is written when a row is wrong.
pub fn import(options: &Options) -> Result<Taken, Failure> {
    let right = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if options.name.is_empty() || !options.name.chars().all(right) {
        return Err(Failure::usage(
            "--name is of lower-case letters, digits and underscores: it becomes a file's name",
        ));
    }
    let lists = options.folder.join("codelists");
    if !lists.is_dir() {
        return Err(Failure::usage(format!(
            "there is no folder {}: name the folder of definitions with --folder",
            lists.display()
        )));
    }
    let (codes, repeated) = read(options)?;
    let list = lists.join(format!("{}.csv", options.name));
    let partial = list.with_extension("partial");
    let problem = |e: std::io::Error| Failure::data(format!("{}: {e}", list.display()));
    fs::write(&partial, text(options, &codes)?).map_err(problem)?;
    fs::rename(&partial, &list).map_err(problem)?;
    Ok(Taken { list, codes: codes.len(), repeated })
}

/// Terms by code, and how many rows said a code again.
fn read(options: &Options) -> Result<(BTreeMap<String, String>, u64), Failure> {
    let table = Table::open(&options.file)?;
    let places = [Some(table.must(&options.column)?), table.may("term")?.or(table.may("name")?)];
    let path = table.path().to_owned();
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    let rows = table.visit_whole(&places, &|_, _| {}, |row| {
        let code = row.get(0);
        if code.is_empty() {
            return Err(row.wrong(0, "is blank: take the row out, or give its code"));
        }
        let read = options.scheme.read(code).ok_or_else(|| row.wrong(0, options.scheme.wants()))?;
        codes.entry(read).or_insert_with(|| row.get(1).to_owned());
        Ok(())
    })?;
    if codes.is_empty() {
        return Err(Failure::data(format!(
            "{} has a header and no row: there are no codes to take in",
            path.display()
        )));
    }
    Ok((codes.clone(), rows - codes.len() as u64))
}

/// The list as our folder has it: what it is, its kind, its codes.
fn text(options: &Options, codes: &BTreeMap<String, String>) -> Result<String, Failure> {
    let title = options.title.clone().unwrap_or_else(|| {
        let words = options.name.replace('_', " ");
        let mut letters = words.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    });
    let one_line = |text: &str| text.replace(['\n', '\r', ';'], ",");
    let head =
        [title.as_str(), &options.source, &options.list_version, &options.licence].map(one_line).join("; ");
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(["scheme", "code", "term"]).map_err(Failure::data)?;
    for (code, term) in codes {
        writer.write_record([&options.scheme.name(), code, term]).map_err(Failure::data)?;
    }
    let rows = writer.into_inner().map_err(Failure::data)?;
    Ok(format!("# {head}\n# kind: {}\n{}", options.kind, String::from_utf8_lossy(&rows)))
}
