use std::collections::BTreeMap;
use std::fmt;

/// Where every row of a file went. `read = accepted + repaired + quarantined + duplicate`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Rows in the file, its header and blank lines aside.
    pub read: u64,
    /// Rows that went in as they are.
    pub accepted: u64,
    /// Rows that went in after a mend that was reported.
    pub repaired: u64,
    /// Rows that were refused, with the reason reported.
    pub quarantined: u64,
    /// Rows equal in every byte to an earlier row of the file.
    pub duplicate: u64,
}

impl Account {
    /// Whether every row read is accounted for.
    pub fn balances(&self) -> bool {
        self.read == self.accepted + self.repaired + self.quarantined + self.duplicate
    }
}

/// `read 5, accepted 3, repaired 0, quarantined 1, duplicate 1`.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "read {}, accepted {}, repaired {}, quarantined {}, duplicate {}",
            self.read, self.accepted, self.repaired, self.quarantined, self.duplicate
        )
    }
}

/// What became of the row that an issue is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It went in after a mend.
    Repaired,
    /// It was refused.
    Quarantined,
}

impl Severity {
    /// Lower-case name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Repaired => "repaired",
            Self::Quarantined => "quarantined",
        }
    }
}

/// What was wrong with one cell of one row. It says where and what kind of value was there, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Line of the file, counted from 1, the header included. In a Bundle: the entry, counted from 1.
    pub line: u64,
    /// Column or element; blank when the whole row is meant.
    pub field: &'static str,
    /// What became of the row.
    pub severity: Severity,
    /// Class of the value: `text, 7 characters`, `blank`, `date`.
    pub class: String,
    /// What was wrong and, for a repaired row, what was done.
    pub reason: String,
}

/// What reading a file came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Where every row went.
    pub account: Account,
    /// The table of the feed that the file is; for FHIR `ndjson` or `document`.
    pub table: String,
    /// Columns that the specification does not know, as the file names them, and how many rows fill them.
    pub unknown_columns: Vec<(String, u64)>,
    /// Rows that were accepted and give no event because this system does not use them yet, by kind (FHIR resource type).
    pub other_rows: BTreeMap<String, u64>,
    /// What a person should know about the file: its encoding was guessed, it is cut short.
    pub notes: Vec<String>,
}
