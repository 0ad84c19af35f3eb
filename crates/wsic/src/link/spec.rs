//! The specification: what each column is, and how to link.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use linkage::Role;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::failure::Failure;

/// Probability from which a pair is a link, when the specification does not say.
pub const THRESHOLD: f64 = 0.5;
/// Probabilities between which a pair is for people to look at, when the specification does not say.
const CLERICAL: [f64; 2] = [0.05, 0.95];
/// Pairs below this are not kept.
const LEAST: f64 = 0.001;

/// A specification as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What is linked with what.
    pub mode: SpecMode,
    /// Whether each side is already unique.
    #[serde(default)]
    pub one_to_one: bool,
    /// Probability from which a pair is a link.
    pub threshold: Option<f64>,
    /// Instead: share of the links that is expected to be right.
    pub precision: Option<f64>,
    #[serde(default = "clerical")]
    /// Probabilities between which a pair is for people to look at.
    pub clerical: [f64; 2],
    /// Columns of every file.
    #[serde(default)]
    pub columns: Columns,
    /// Files that name their columns otherwise.
    #[serde(default)]
    pub files: BTreeMap<String, FileSpec>,
}

/// What the specification says of one file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSpec {
    /// Its columns, where they are named otherwise.
    pub columns: Columns,
}

/// What is linked with what, in the words of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecMode {
    /// Records of one file.
    Dedupe,
    /// Records of different files.
    LinkOnly,
    /// Both.
    LinkAndDedupe,
}

/// Columns and their roles, in the order written.
#[derive(Clone, Debug, Default)]
pub struct Columns(pub Vec<(String, Role)>);

fn clerical() -> [f64; 2] {
    CLERICAL
}

impl SpecMode {
    /// As the specification writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dedupe => "dedupe",
            Self::LinkOnly => "link_only",
            Self::LinkAndDedupe => "link_and_dedupe",
        }
    }
}

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Columns;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of columns and their roles, such as surname = \"family_name\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Columns, A::Error> {
        // The parser may give keys in another order than the file's; where each stands says the order.
        let mut found: Vec<(usize, String, Role)> = Vec::new();
        while let Some((column, role)) = map.next_entry::<Spanned<String>, Spanned<String>>()? {
            let role_named = Role::from_name(role.get_ref()).ok_or_else(|| {
                A::Error::custom(format!(
                    "column `{}` has the role `{}`, which there is not; the roles are {}",
                    column.get_ref(),
                    role.get_ref(),
                    Role::ALL.map(Role::name).join(", ")
                ))
            })?;
            found.push((column.span().start, column.into_inner().trim().to_owned(), role_named));
        }
        found.sort_by_key(|(start, _, _)| *start);
        Ok(Columns(found.into_iter().map(|(_, column, role)| (column, role)).collect()))
    }
}

impl Spec {
    /// Reads and checks a specification.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let said = |what: String| Failure::usage(format!("{}: {what}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|e| {
            said(format!("cannot be read: {e}; `wsic link --help` shows what a specification looks like"))
        })?;
        let mut spec: Self = toml::from_str(&text).map_err(|e| said(e.to_string().trim_end().to_owned()))?;
        // A file may be written with its folder.
        let named = |name: String| match Path::new(&name).file_name() {
            Some(last) => last.to_string_lossy().into_owned(),
            None => name,
        };
        spec.files = spec.files.into_iter().map(|(name, file)| (named(name), file)).collect();
        spec.check().map_err(said)?;
        Ok(spec)
    }

    fn check(&self) -> Result<(), String> {
        let open = |name: &str, value: Option<f64>| match value {
            Some(p) if !(p > 0.0 && p < 1.0) => {
                Err(format!("{name} = {p}: a probability between 0 and 1 is meant, such as 0.9"))
            }
            _ => Ok(()),
        };
        open("threshold", self.threshold)?;
        open("precision", self.precision)?;
        if self.threshold.is_some() && self.precision.is_some() {
            return Err("threshold and precision both say which pairs are links: keep one".to_owned());
        }
        let [from, to] = self.clerical;
        if !(LEAST..=1.0).contains(&from) || !(from..=1.0).contains(&to) {
            return Err(format!(
                "clerical = [{from}, {to}]: two probabilities are meant, the lower first and at least {LEAST}, such as {CLERICAL:?}"
            ));
        }
        if self.one_to_one && self.mode != SpecMode::LinkOnly {
            return Err(format!(
                "one_to_one says that no file has anybody twice, and mode = \"{}\" looks for those: set mode = \"link_only\" or leave one_to_one out",
                self.mode.name()
            ));
        }
        if self.columns.0.is_empty() && self.files.is_empty() {
            return Err(
                "there is no [columns] table: write a line for each column to use, such as surname = \"family_name\""
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// Whether the mode is one for so many files.
    pub fn fits(&self, files: usize) -> Result<(), Failure> {
        match (self.mode, files) {
            (SpecMode::Dedupe, 1) => Ok(()),
            (SpecMode::Dedupe, _) => Err(Failure::usage(format!(
                "mode = \"dedupe\" is for one file, and {files} are given: set mode = \"link_and_dedupe\" to link them and find doubles in each, \"link_only\" to link them, or give one file"
            ))),
            (mode, 0 | 1) => Err(Failure::usage(format!(
                "mode = \"{}\" needs at least two files, and one is given: give the other files, or set mode = \"dedupe\"",
                mode.name()
            ))),
            _ => Ok(()),
        }
    }
}
