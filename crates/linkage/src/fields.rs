//! The fields that are compared, and the levels at which each can agree.

use crate::records::{MOST_EXTRAS, Records};
use crate::role::Role;

/// A field that is compared. Its place in [`FIELDS`] is its place in a [`Pattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Given,
    Family,
    Middle,
    Birth,
    Sex,
    Postcode,
    Address,
    Nhs,
    Phone,
    Email,
    /// An identifier or other column, by its number.
    Extra(u8),
}

/// Fields that every set of records may have; identifier and other columns come behind.
pub(crate) const FIXED: [Field; 10] = [
    Field::Given,
    Field::Family,
    Field::Middle,
    Field::Birth,
    Field::Sex,
    Field::Postcode,
    Field::Address,
    Field::Nhs,
    Field::Phone,
    Field::Email,
];

/// The fields of these records, in the order of a pattern.
pub(crate) fn fields_of(records: &Records) -> Vec<Field> {
    let extras = (0_u8..).take(records.extra_roles.len()).map(Field::Extra);
    FIXED.into_iter().chain(extras).collect()
}

/// How many fields a pattern has room for.
pub(crate) const MOST_FIELDS: usize = FIXED.len() + MOST_EXTRAS;

/// Levels of all fields of a pair, four bits each; 0: missing on one side, 1: the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pattern(pub u64);

impl Pattern {
    /// The level of a field.
    pub fn level(self, field: Field) -> u8 {
        (self.0 >> (4 * field.at()) & 15) as u8
    }

    /// Sets the level of a field that has none yet.
    pub fn set(&mut self, field: Field, level: u8) {
        self.0 |= u64::from(level) << (4 * field.at());
    }
}

impl Field {
    pub fn at(self) -> usize {
        match self {
            Self::Given => 0,
            Self::Family => 1,
            Self::Middle => 2,
            Self::Birth => 3,
            Self::Sex => 4,
            Self::Postcode => 5,
            Self::Address => 6,
            Self::Nhs => 7,
            Self::Phone => 8,
            Self::Email => 9,
            Self::Extra(n) => FIXED.len() + n as usize,
        }
    }

    /// The level at which given and family name are swapped.
    pub fn swapped(self) -> Option<u8> {
        match self {
            Self::Given => Some(7),
            Self::Family => Some(5),
            _ => None,
        }
    }

    /// Role of the column, for identifier and other columns.
    pub fn role(self, records: &Records) -> Option<Role> {
        match self {
            Self::Extra(n) => records.extra_roles.get(usize::from(n)).copied(),
            _ => None,
        }
    }

    /// The levels of the field from best to worst, in plain words, level 1 first; the share of true pairs that we expect
    /// at each before looking at the data, and the same of pairs drawn at random.
    pub fn levels(self, role: Option<Role>) -> &'static [(&'static str, f64, f64)] {
        match self {
            Self::Given => &[
                ("same", 0.84, 0.006),
                ("another form of the name", 0.02, 0.002),
                ("a slip apart", 0.05, 0.004),
                ("alike", 0.02, 0.02),
                ("initial", 0.02, 0.01),
                ("one's further name", 0.01, 0.002),
                ("given and family name swapped", 0.01, 0.000_01),
                ("different", 0.03, 0.956),
            ],
            Self::Family => &[
                ("same", 0.85, 0.002),
                ("a slip apart", 0.06, 0.003),
                ("alike", 0.02, 0.02),
                ("a word in common", 0.01, 0.000_5),
                ("given and family name swapped", 0.01, 0.000_01),
                ("different", 0.05, 0.975),
            ],
            Self::Middle => &[
                ("same", 0.6, 0.02),
                ("a name in common", 0.2, 0.04),
                ("initial", 0.1, 0.1),
                ("different", 0.1, 0.84),
            ],
            Self::Birth => &[
                ("same", 0.86, 0.000_05),
                ("day and month swapped", 0.01, 0.000_03),
                ("one digit", 0.05, 0.001),
                ("same year, one vague", 0.01, 0.000_5),
                ("same day and month", 0.01, 0.002_5),
                ("same year and month or day", 0.02, 0.001_5),
                ("same year", 0.01, 0.012),
                ("two years apart at most", 0.01, 0.05),
                ("ten years apart at most", 0.01, 0.17),
                ("further apart", 0.01, 0.76),
            ],
            Self::Sex => &[("same", 0.985, 0.5), ("different", 0.015, 0.5)],
            Self::Postcode => &[
                ("same", 0.75, 0.000_5),
                ("a slip apart", 0.04, 0.000_5),
                ("same sector", 0.04, 0.003),
                ("same district", 0.04, 0.01),
                ("same area", 0.05, 0.1),
                ("different", 0.08, 0.886),
            ],
            Self::Address => &[
                ("same", 0.6, 0.000_2),
                ("nine tenths of the words", 0.1, 0.000_1),
                ("three quarters of the words", 0.07, 0.000_2),
                ("half of the words", 0.06, 0.002),
                ("a third of the words", 0.04, 0.01),
                ("some words", 0.05, 0.3),
                ("no words", 0.08, 0.687_7),
            ],
            Self::Nhs => &[
                ("same", 0.96, 0.000_001),
                ("same, wrong check digit", 0.005, 0.000_001),
                ("a slip apart", 0.015, 0.000_002),
                ("different, one not verified", 0.01, 0.01),
                ("different, both verified", 0.01, 0.99),
            ],
            Self::Phone => {
                &[("same", 0.6, 0.000_2), ("a slip apart", 0.05, 0.000_02), ("different", 0.35, 0.999_78)]
            }
            Self::Email => &[
                ("same", 0.6, 0.000_1),
                ("same name before the at sign", 0.05, 0.000_5),
                ("alike", 0.1, 0.002),
                ("different", 0.25, 0.997_4),
            ],
            Self::Extra(_) if role == Some(Role::Identifier) => {
                &[("same", 0.9, 0.000_05), ("a slip apart", 0.05, 0.000_1), ("different", 0.05, 0.999_85)]
            }
            Self::Extra(_) => &[
                ("same", 0.75, 0.05),
                ("a slip apart", 0.05, 0.005),
                ("alike", 0.05, 0.02),
                ("different", 0.15, 0.925),
            ],
        }
    }

    /// As a model names it.
    pub fn name(self, role: Option<Role>) -> String {
        match self {
            Self::Given => "given_name".to_owned(),
            Self::Family => "family_name".to_owned(),
            Self::Middle => "middle_name".to_owned(),
            Self::Birth => "date_of_birth".to_owned(),
            Self::Sex => "sex".to_owned(),
            Self::Postcode => "postcode".to_owned(),
            Self::Address => "address".to_owned(),
            Self::Nhs => "nhs_number".to_owned(),
            Self::Phone => "phone".to_owned(),
            Self::Email => "email".to_owned(),
            Self::Extra(n) => format!("{}_{}", role.map_or("other", Role::name), n + 1),
        }
    }
}
