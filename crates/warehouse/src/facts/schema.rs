//! The fact tables: what a definition may read.

/// The type of a fact's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// BIGINT.
    Integer,
    /// INT: a count of one person in one month.
    Count,
    /// DOUBLE.
    Number,
    /// VARCHAR.
    Text,
    /// DATE.
    Date,
    /// BOOLEAN.
    Boolean,
}

use ColumnType::{Boolean, Count, Date, Integer, Number, Text};

/// A fact table: its name and columns.
pub type Table = (&'static str, &'static [(&'static str, ColumnType)]);

/// Every table that definitions may name as an input, with its columns.
///
/// `planning` says that an agreement covers the row for planning; indicators, prices, budgets and marts see no other rows.
/// `place` is where a person counts, by the numbers of `population_place`: 0 unless registered here now or until death.
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
            ("place", Integer),
            ("planning", Boolean),
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
            ("icd10", Text),
            ("icd10_3", Text),
            ("last_date", Date),
            ("n", Integer),
            ("emergency", Boolean),
        ],
    ),
    (
        "coded_activity",
        &[("person_id", Integer), ("codelist", Text), ("code", Text), ("day", Date), ("planning", Boolean)],
    ),
    ("hospital_condition", &[("person_id", Integer), ("family", Text), ("condition", Text)]),
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
            ("codes", Text),
            ("procedures", Text),
            ("specialty", Text),
            ("age", Integer),
            ("place", Integer),
            ("planning", Boolean),
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
            ("planning", Boolean),
        ],
    ),
    (
        "ae_attendance",
        &[
            ("person_id", Integer),
            ("day", Date),
            ("kind", Text),
            ("outcome", Text),
            ("category", Text),
            ("arrival_mode", Text),
            ("planning", Boolean),
        ],
    ),
    (
        "appointment",
        &[
            ("person_id", Integer),
            ("day", Date),
            ("kind", Text),
            ("outcome", Text),
            ("subtype", Text),
            ("method", Text),
            ("procedure", Boolean),
            ("planning", Boolean),
        ],
    ),
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
            ("planning", Boolean),
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
    (
        "person_month",
        &[
            ("person_id", Integer),
            ("place", Integer),
            ("month", Date),
            ("planning", Boolean),
            ("gp_with_gp", Count),
            ("gp_with_other", Count),
            ("gp_not_attended", Count),
            ("ae_type1", Count),
            ("ae_other", Count),
            ("ae_by_ambulance", Count),
            ("ae_ambulance_1", Count),
            ("ae_ambulance_2", Count),
            ("ae_ambulance_3", Count),
            ("ae_ambulance_4", Count),
            ("ae_ambulance_unknown", Count),
            ("outpatient_new", Count),
            ("outpatient_follow_up", Count),
            ("outpatient_procedure", Count),
            ("outpatient_attended", Count),
            ("outpatient_not_attended", Count),
            ("community_contacts", Count),
            ("other_bed_days", Count),
            ("emergency_admissions", Count),
            ("emergency_stays_ended", Count),
            ("emergency_nights", Count),
            ("non_elective_same_day", Count),
            ("non_elective_overnight", Count),
            ("non_elective_nights", Count),
            ("discharged_known", Count),
            ("discharged_home", Count),
        ],
    ),
    ("population_place", &[("place", Integer), ("practice", Text), ("borough", Text)]),
    (
        "population_month",
        &[
            ("place", Integer),
            ("month", Date),
            ("people", Integer),
            ("people_18_64", Integer),
            ("people_65", Integer),
        ],
    ),
    ("data_begins", &[("data", Text), ("practice", Text), ("month", Date)]),
    ("register", &[("person_id", Integer), ("register", Text), ("since", Date)]),
    (
        "score",
        &[("person_id", Integer), ("score", Text), ("value", Number), ("band", Text), ("reason", Text)],
    ),
    ("population_group", &[("pack", Text), ("person_id", Integer), ("group", Integer), ("reason", Text)]),
    ("group_history", &[("pack", Text), ("person_id", Integer), ("as_at", Date), ("group", Integer)]),
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
    (
        "pack_group",
        &[
            ("pack", Text),
            ("title", Text),
            ("main", Boolean),
            ("group", Integer),
            ("name", Text),
            ("position", Integer),
        ],
    ),
    ("register_rule", &[("register", Text), ("title", Text), ("min_age", Integer), ("max_age", Integer)]),
    ("score_points", &[("score", Text), ("condition", Text), ("title", Text), ("points", Number)]),
    ("score_band", &[("score", Text), ("least", Integer), ("above", Integer), ("band", Text)]),
    ("family_code", &[("family", Text), ("condition", Text), ("prefix", Text)]),
    ("family_hierarchy", &[("family", Text), ("severe", Text), ("milder", Text)]),
    ("from_charlson", &[("score", Text), ("condition", Text), ("own", Text)]),
    ("parr30_term", &[("term", Text), ("coefficient", Number)]),
    ("parr30_deprivation", &[("least", Number), ("coefficient", Number)]),
    ("efi_list", &[("codelist", Text), ("deficit", Text)]),
    (
        "efi_measure",
        &[
            ("measure", Text),
            ("deficit", Text),
            ("sex", Text),
            ("from", Number),
            ("above", Number),
            ("up_to", Number),
            ("below", Number),
        ],
    ),
    ("codelist", &[("codelist", Text), ("scheme", Text), ("code", Text), ("term", Text)]),
    ("unit_cost", &[("kind", Text), ("title", Text), ("unit", Text), ("pence", Integer)]),
];

/// The columns of a fact table.
pub fn columns(table: &str) -> Option<&'static [(&'static str, ColumnType)]> {
    TABLES.iter().find(|(name, _)| *name == table).map(|(_, columns)| *columns)
}
