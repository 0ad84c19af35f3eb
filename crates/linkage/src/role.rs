use std::fmt;

use serde::{Deserialize, Serialize};

/// What a column of a file means to linkage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// The record's identifier in its file; never compared.
    Id,
    /// A whole name: `GIVEN MIDDLE FAMILY`, or `FAMILY, GIVEN MIDDLE`.
    FullName,
    /// The first given name, with or without further ones.
    GivenName,
    /// Further given names.
    MiddleName,
    /// The family name.
    FamilyName,
    /// The whole date of birth, in any of the usual English or ISO forms.
    DateOfBirth,
    /// Year of birth, four digits.
    BirthYear,
    /// Month of birth, 1 to 12.
    BirthMonth,
    /// Day of birth, 1 to 31.
    BirthDay,
    /// Sex or gender, by word, letter or NHS code (1 male, 2 female).
    Sex,
    /// A part of an address; several columns are read as one address.
    Address,
    /// A postcode: UK, or of any other country.
    Postcode,
    /// An NHS number.
    NhsNumber,
    /// Another identifier of the person: each such column is compared with its own kind.
    Identifier,
    /// A telephone number.
    Phone,
    /// An email address.
    Email,
    /// Anything else that says something of the person: each such column is compared with its own kind.
    Other,
}

impl Role {
    /// Every role, in the order of the documentation.
    pub const ALL: [Self; 17] = [
        Self::Id,
        Self::FullName,
        Self::GivenName,
        Self::MiddleName,
        Self::FamilyName,
        Self::DateOfBirth,
        Self::BirthYear,
        Self::BirthMonth,
        Self::BirthDay,
        Self::Sex,
        Self::Address,
        Self::Postcode,
        Self::NhsNumber,
        Self::Identifier,
        Self::Phone,
        Self::Email,
        Self::Other,
    ];

    /// As a specification writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::FullName => "full_name",
            Self::GivenName => "given_name",
            Self::MiddleName => "middle_name",
            Self::FamilyName => "family_name",
            Self::DateOfBirth => "date_of_birth",
            Self::BirthYear => "birth_year",
            Self::BirthMonth => "birth_month",
            Self::BirthDay => "birth_day",
            Self::Sex => "sex",
            Self::Address => "address",
            Self::Postcode => "postcode",
            Self::NhsNumber => "nhs_number",
            Self::Identifier => "identifier",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Other => "other",
        }
    }

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
