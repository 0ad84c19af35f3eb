use model::{Event, Feed};

use crate::fhir::resource::{Resource, Standard};
use crate::row::{Refusal, Row, Scratch};

/// What a feed is: its tables and their columns as data, from which the reader works and the page in docs/feeds is made.
pub struct Specification {
    /// Which feed.
    pub feed: Feed,
    /// The national data set that it follows.
    pub data_set: &'static str,
    /// What it is, who sends it and how often.
    pub about: &'static str,
    /// Its tables; a file is one of them, told by its header.
    pub tables: &'static [Table],
    /// Which rows are the same happening, and which of them stands.
    pub duplicates: &'static str,
    /// What a user of the data should know.
    pub caveats: &'static [&'static str],
}

/// One table of a feed.
pub struct Table {
    /// Name within the feed.
    pub name: &'static str,
    /// What one row is.
    pub about: &'static str,
    /// Columns of its own.
    pub columns: &'static [Column],
    /// Groups of columns that other tables have too, such as those that say who a row is about.
    pub shared: &'static [&'static [Column]],
    /// Columns that mark another table: a file that has them is not this one.
    pub without: &'static [&'static str],
    /// Which columns say who the row is about.
    pub person: PersonColumns,
    /// How a row becomes an event, in words.
    pub events: &'static str,
    /// How a row becomes an event.
    pub(crate) standardise: Standardise,
}

impl Table {
    /// Its own columns, then the shared ones.
    pub fn all_columns(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().chain(self.shared.iter().copied().flatten())
    }
}

/// How the rows of a table are put into standard form.
pub(crate) enum Standardise {
    /// A row says something about a person and gives no event.
    People,
    /// A row gives one event.
    Row(RowToEvent),
    /// A FHIR resource gives a person or some events.
    Resource(ResourceToEvents),
}

/// One row in, one event out, or the reason why not. Mends are told to the row.
pub(crate) type RowToEvent = for<'r> fn(&mut Row<'r>, &'r mut Scratch) -> Result<Event<'r>, Refusal>;

/// One resource in; a person, events or nothing out, or the reason why not. Mends are told to the resource.
pub(crate) type ResourceToEvents = for<'v> fn(&mut Resource<'v>) -> Result<Standard<'v>, Refusal>;

/// One column, or a run of numbered columns.
pub struct Column {
    /// Name; letter case, blanks and underscores do not matter. For a run, the name without its two-digit number.
    pub name: &'static str,
    /// How many numbered columns there are; 0 for a single column.
    pub numbered: u8,
    /// Whether a file without it is not this table.
    pub required: bool,
    /// What its cells look like.
    pub format: Format,
    /// What it means.
    pub meaning: &'static str,
    /// Its item in the national data set or the NHS Data Dictionary.
    pub item: &'static str,
}

/// What the cells of a column look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Free text.
    Text,
    /// An identifier, opaque to us.
    Identifier,
    /// ODS or ONS code of an organisation.
    Organisation,
    /// Ten digits with a check digit.
    NhsNumber,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// Month and year of birth, MMYYYY.
    Month,
    /// A number.
    Number,
    /// A postcode.
    Postcode,
    /// Sex or gender: 1, 2, 9, 0, X or M, F, I, U.
    Sex,
    /// A small area of the Office for National Statistics.
    Lsoa,
    /// Ethnic category 2001: A to S, Z.
    Ethnicity,
    /// `Y` or blank.
    Flag,
    /// A code of a national code list, kept as it is.
    NationalCode,
    /// SNOMED CT identifier.
    Snomed,
    /// dm+d identifier.
    Dmd,
    /// BNF code.
    Bnf,
    /// ICD-10 code.
    Icd10,
    /// OPCS-4 code.
    Opcs4,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// Which columns of a table say who a row is about, by name; blank for what the table does not say.
pub struct PersonColumns {
    /// The organisation whose file it is.
    pub organisation: &'static str,
    /// The person's identifier in that organisation: the first of these that is filled.
    pub source_person: &'static [&'static str],
    /// NHS number.
    pub nhs_number: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Date of birth.
    pub birth_date: &'static str,
    /// Date of death.
    pub death_date: &'static str,
    /// Sex or gender.
    pub sex: &'static str,
    /// First line of the address.
    pub address: &'static str,
    /// Postcode.
    pub postcode: &'static str,
    /// Small area of residence: the first of these that is filled.
    pub lsoa: &'static [&'static str],
    /// Ethnic category.
    pub ethnic_category: &'static str,
    /// Registered practice.
    pub practice: &'static str,
    /// Registered from.
    pub registered_from: &'static str,
    /// Registered until.
    pub registered_to: &'static str,
    /// The day the row was true: the extract's date.
    pub as_at: &'static str,
    /// The day the row was true where `as_at` is absent or blank: the activity's date.
    pub or_else_as_at: &'static str,
}

impl PersonColumns {
    /// A table that says nothing about its people but who they are.
    pub(crate) const NONE: Self = Self {
        organisation: "",
        source_person: &[],
        nhs_number: "",
        family_name: "",
        given_name: "",
        birth_date: "",
        death_date: "",
        sex: "",
        address: "",
        postcode: "",
        lsoa: &[],
        ethnic_category: "",
        practice: "",
        registered_from: "",
        registered_to: "",
        as_at: "",
        or_else_as_at: "",
    };

    /// Every column named.
    #[cfg(test)]
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        let lists = self.source_person.iter().chain(self.lsoa).copied();
        let single = [
            self.organisation,
            self.nhs_number,
            self.family_name,
            self.given_name,
            self.birth_date,
            self.death_date,
            self.sex,
            self.address,
            self.postcode,
            self.ethnic_category,
            self.practice,
            self.registered_from,
            self.registered_to,
            self.as_at,
            self.or_else_as_at,
        ];
        lists.chain(single).filter(|name| !name.is_empty())
    }
}

/// A column without which a file is not this table.
pub(crate) const fn required(
    name: &'static str,
    format: Format,
    meaning: &'static str,
    item: &'static str,
) -> Column {
    Column { name, numbered: 0, required: true, format, meaning, item }
}

/// A column that a file may lack.
pub(crate) const fn optional(
    name: &'static str,
    format: Format,
    meaning: &'static str,
    item: &'static str,
) -> Column {
    Column { name, numbered: 0, required: false, format, meaning, item }
}

/// A run of columns with a two-digit number behind the name, of which a file may have any.
pub(crate) const fn numbered(
    name: &'static str,
    numbered: u8,
    format: Format,
    meaning: &'static str,
    item: &'static str,
) -> Column {
    Column { name, numbered, required: false, format, meaning, item }
}

/// The position of a column in its table, found when the program is compiled: a name that the table lacks does not build.
pub(crate) const fn position(columns: &[Column], name: &str) -> usize {
    let mut at = 0;
    let mut rest = columns;
    while let Some((column, others)) = rest.split_first() {
        if same(column.name.as_bytes(), name.as_bytes()) {
            return at;
        }
        at += 1;
        rest = others;
    }
    assert!(at < columns.len(), "the table has no such column");
    at
}

const fn same(mut left: &[u8], mut right: &[u8]) -> bool {
    loop {
        match (left.split_first(), right.split_first()) {
            (None, None) => return true,
            (Some((a, left_rest)), Some((b, right_rest))) if *a == *b => {
                left = left_rest;
                right = right_rest;
            }
            _ => return false,
        }
    }
}

/// `at!("effective_date")`: the position of a column in the `COLUMNS` of the module it stands in.
macro_rules! at {
    ($name:literal) => {
        const { $crate::specification::position(COLUMNS, $name) }
    };
}
pub(crate) use at;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::Feed;

    use crate::header::normal_name;
    use crate::specification;

    #[test]
    fn tables_name_only_columns_that_they_have_and_none_twice() {
        for feed in Feed::ALL {
            for table in specification(feed).tables {
                let columns: Vec<String> = table.all_columns().map(|c| normal_name(c.name)).collect();
                let unique: BTreeSet<&String> = columns.iter().collect();
                assert_eq!(unique.len(), columns.len(), "{feed} {}: a column twice", table.name);
                for name in table.person.names() {
                    assert!(columns.contains(&normal_name(name)), "{feed} {}: no column {name}", table.name);
                }
            }
        }
    }

    #[test]
    fn every_feed_describes_itself() {
        for feed in Feed::ALL {
            let specification = specification(feed);
            assert_eq!(specification.feed, feed);
            assert!(!specification.tables.is_empty() && !specification.caveats.is_empty());
        }
    }
}
