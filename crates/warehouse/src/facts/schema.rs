//! The fact tables: what a definition may read.

/// The type of a fact's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// BIGINT.
    Integer,
    /// DOUBLE.
    Number,
    /// VARCHAR.
    Text,
    /// DATE.
    Date,
    /// BOOLEAN.
    Boolean,
}

use ColumnType::{Boolean, Date, Integer, Number, Text};

/// A fact table: its name and columns.
pub type Table = (&'static str, &'static [(&'static str, ColumnType)]);

/// Every table that definitions may name as an input, with its columns.
pub const TABLES: &[Table] = &[
    (
        "person",
        &[
            ("person_id", Integer),
            ("sex", Text),
            ("birth_date", Date),
            ("age", Integer),
            ("death_date", Date),
            ("practice", Text),
            ("borough", Text),
            ("lsoa", Text),
            ("imd_decile", Integer),
            ("ethnic_category", Text),
            ("registered", Boolean),
        ],
    ),
    (
        "code_date",
        &[
            ("person_id", Integer),
            ("codelist", Text),
            ("first_date", Date),
            ("last_date", Date),
            ("n", Integer),
            ("n_12m", Integer),
            ("n_24m", Integer),
        ],
    ),
    (
        "hospital_diagnosis",
        &[
            ("person_id", Integer),
            ("icd10_3", Text),
            ("last_date", Date),
            ("n", Integer),
            ("emergency", Boolean),
        ],
    ),
    (
        "spell",
        &[
            ("person_id", Integer),
            ("provider", Text),
            ("admitted", Date),
            ("discharged", Date),
            ("method", Text),
            ("emergency", Boolean),
            ("day_case", Boolean),
            ("nights", Integer),
            ("destination", Text),
            ("primary_icd10", Text),
            ("age", Integer),
        ],
    ),
    (
        "activity",
        &[
            ("person_id", Integer),
            ("month", Date),
            ("kind", Text),
            ("provider", Text),
            ("n", Integer),
            ("days", Integer),
            ("pence", Integer),
        ],
    ),
    ("attendance", &[("person_id", Integer), ("day", Date), ("kind", Text), ("outcome", Text)]),
    (
        "care_service",
        &[
            ("person_id", Integer),
            ("service_type", Text),
            ("component", Text),
            ("delivery", Text),
            ("start", Date),
            ("end", Date),
            ("council", Text),
        ],
    ),
    (
        "result",
        &[
            ("person_id", Integer),
            ("codelist", Text),
            ("code", Text),
            ("day", Date),
            ("value", Number),
            ("unit", Text),
        ],
    ),
    (
        "medicine",
        &[
            ("person_id", Integer),
            ("medicine", Text),
            ("last_date", Date),
            ("n_6m", Integer),
            ("n_12m", Integer),
        ],
    ),
    ("register", &[("person_id", Integer), ("register", Text), ("since", Date)]),
    ("score", &[("person_id", Integer), ("score", Text), ("value_tenths", Integer), ("band", Text)]),
    ("population_group", &[("person_id", Integer), ("group", Integer), ("reason", Text)]),
    ("price", &[("price", Text), ("group", Integer), ("pence", Integer)]),
    ("worklist", &[("worklist", Text), ("person_id", Integer), ("weight", Integer), ("reason", Text)]),
    (
        "practice",
        &[
            ("practice", Text),
            ("name", Text),
            ("pcn", Text),
            ("borough", Text),
            ("registered", Number),
            ("weighted", Number),
        ],
    ),
    ("organisation", &[("organisation", Text), ("name", Text), ("kind", Text)]),
    ("borough", &[("borough", Text), ("name", Text)]),
    ("lsoa", &[("lsoa", Text), ("borough", Text), ("ward", Text), ("imd_decile", Integer)]),
    ("codelist", &[("codelist", Text), ("scheme", Text), ("code", Text), ("term", Text)]),
    ("unit_cost", &[("kind", Text), ("title", Text), ("unit", Text), ("pence", Integer)]),
];

/// The columns of a fact table.
pub fn columns(table: &str) -> Option<&'static [(&'static str, ColumnType)]> {
    TABLES.iter().find(|(name, _)| *name == table).map(|(_, columns)| *columns)
}
