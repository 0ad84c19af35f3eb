//! The files under definitions/: part of the program, or a deployment's own folder in their place.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use model::sha256_hex;

use crate::WarehouseError;
use crate::definitions::Definition;
use crate::packs::Pack;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../definitions"]
struct Embedded;

/// The table of the practices that take part in a pilot.
pub const PILOT_PRACTICES: &str = "reference/pilot_practices.csv";

/// Every file under definitions/, by its path there.
#[derive(Clone, Debug, Default)]
pub struct DefinitionFiles(BTreeMap<String, String>);

impl DefinitionFiles {
    /// The files that the program was built with.
    pub fn embedded() -> Self {
        let files = Embedded::iter().filter_map(|path| {
            let file = Embedded::get(&path)?;
            Some((path.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
        });
        Self(files.collect())
    }

    /// The files of a folder.
    pub fn from_folder(folder: &Path) -> Result<Self, WarehouseError> {
        let mut files = BTreeMap::new();
        let mut todo = vec![folder.to_owned()];
        while let Some(here) = todo.pop() {
            for entry in fs::read_dir(&here).map_err(WarehouseError::file(&here))? {
                let path = entry.map_err(WarehouseError::file(&here))?.path();
                if path.is_dir() {
                    todo.push(path);
                } else if let Ok(name) = path.strip_prefix(folder) {
                    let text = fs::read_to_string(&path).map_err(WarehouseError::file(&path))?;
                    files.insert(name.to_string_lossy().replace('\\', "/"), text);
                }
            }
        }
        Ok(Self(files))
    }

    /// Files whose path starts and ends so, with their path.
    pub fn matching<'a>(&'a self, start: &'a str, end: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(move |(path, _)| path.starts_with(start) && path.ends_with(end))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// One file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// What the first line of a table says of where it is from; blank when it says nothing.
    pub fn source(&self, path: &str) -> &str {
        let first = self.get(path).and_then(|text| text.lines().next()).unwrap_or_default();
        first.strip_prefix('#').map_or("", |said| said.trim().trim_end_matches('.'))
    }

    /// Puts a file of the deployment's own in the place of one.
    pub fn put(&mut self, path: &str, text: String) {
        self.0.insert(path.to_owned(), text);
    }

    /// The groups of the main pack by number; none when it cannot be read.
    pub fn groups(&self) -> Vec<Group> {
        let main = self.packs().unwrap_or_default().into_iter().find(|pack| pack.main);
        let groups = main.into_iter().flat_map(|pack| pack.groups);
        let mut groups: Vec<Group> =
            groups.map(|group| Group { number: group.number, name: group.name }).collect();
        groups.sort_by_key(|group| group.number);
        groups
    }

    /// Every pack of population groups.
    pub fn packs(&self) -> Result<Vec<Pack>, WarehouseError> {
        let files = self.matching("groups/", ".sql");
        let definitions: Vec<Definition> =
            files.map(|(path, text)| Definition::parse(path, text)).collect::<Result<_, _>>()?;
        Pack::all(&definitions)
    }

    /// A digest over all files: with the same digest, the same definitions.
    pub fn digest(&self) -> String {
        let mut all = String::new();
        for (path, text) in &self.0 {
            all.push_str(path);
            all.push('\0');
            all.push_str(text);
            all.push('\0');
        }
        sha256_hex(all.as_bytes())
    }
}

/// A population group, as the pack names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its number in the pack.
    pub number: u8,
    /// Its name.
    pub name: String,
}

/// The last part of a path without its ending.
pub(crate) fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file)
}
