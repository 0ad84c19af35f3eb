//! A run of the generator, read back as a reader of the files would.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use model::Area;
use synth::{Options, Summary, generate};

/// 3,000 people over three years, made once for all tests.
pub static MADE: LazyLock<Made> = LazyLock::new(|| Made::new(3_000, 3, 11));

/// A run read back.
pub struct Made {
    _folder: tempfile::TempDir,
    pub root: PathBuf,
    pub options: Options,
    pub summary: Summary,
    /// By feed and table.
    pub tables: BTreeMap<String, Table>,
    /// True person by source and source person.
    pub truth: BTreeMap<(String, String), String>,
}

/// The rows of one table over all its files.
#[derive(Default)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Row>,
}

/// A row with the file it stands in.
pub struct Row {
    pub organisation: String,
    pub month: String,
    pub cells: Vec<String>,
}

impl Table {
    /// The position of a column.
    pub fn column(&self, name: &str) -> usize {
        self.header.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"))
    }

    /// The last row for each value of a key column: what is left when corrections replace what they correct.
    pub fn latest(&self, key: &str) -> BTreeMap<&str, &Row> {
        let at = self.column(key);
        self.rows.iter().map(|row| (row.cells[at].as_str(), row)).collect()
    }
}

pub fn area() -> Area {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../area");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    Area::from_csv(
        &read("boroughs.csv"),
        &read("organisations.csv"),
        &read("practices.csv"),
        &read("lsoas.csv"),
    )
    .unwrap()
}

pub fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// UTF-8 with or without a byte-order mark, or else Windows-1252.
pub fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_string(),
        Err(_) => bytes.iter().map(|byte| *byte as char).collect(),
    }
}

impl Made {
    pub fn new(people: u32, years: u32, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("out");
        let options = Options::new(people, years, seed);
        let summary = generate(&area(), options, &root, &mut |_, _, _| {}).unwrap();
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        for path in files(&root) {
            let name = path.file_stem().unwrap().to_string_lossy().to_string();
            if path.extension().is_none_or(|extension| extension != "csv") || name.starts_with("truth") {
                continue;
            }
            let feed =
                path.parent().unwrap().parent().unwrap().file_name().unwrap().to_string_lossy().to_string();
            let rest = name.strip_prefix(&format!("{feed}_")).unwrap();
            let parts: Vec<&str> = rest.split('_').collect();
            let table = [&feed as &str]
                .into_iter()
                .chain(parts.iter().skip(2).copied())
                .collect::<Vec<_>>()
                .join(".");
            let text = decode(&fs::read(&path).unwrap());
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let into = tables.entry(table).or_default();
            into.header = reader.headers().unwrap().iter().map(str::to_string).collect();
            for record in reader.records() {
                into.rows.push(Row {
                    organisation: parts[0].to_string(),
                    month: parts[1].to_string(),
                    cells: record.unwrap().iter().map(str::to_string).collect(),
                });
            }
        }
        for table in tables.values_mut() {
            table.rows.sort_by(|a, b| a.month.cmp(&b.month));
        }
        let truth = csv::Reader::from_path(root.join("truth.csv"))
            .unwrap()
            .records()
            .map(|record| {
                let record = record.unwrap();
                ((record[0].to_string(), record[1].to_string()), record[2].to_string())
            })
            .collect();
        Self { _folder: folder, root, options, summary, tables, truth }
    }

    pub fn table(&self, name: &str) -> &Table {
        &self.tables[name]
    }

    /// Person-years, near enough: most people are there throughout.
    pub fn person_years(&self) -> f64 {
        f64::from(self.options.people) * f64::from(self.options.years) * 0.955
    }
}
