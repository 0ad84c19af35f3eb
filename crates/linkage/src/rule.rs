/// Why two source people are one person. The ids are kept in the store and never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The same source's person was seen before.
    SameSourcePerson,
    /// NHS number, confirmed by the date of birth.
    NhsNumberAndBirthDate,
    /// NHS number, confirmed by the name.
    NhsNumberAndName,
    /// The number that the same organisation gives the person in another feed, confirmed by the date of birth or the name.
    SameOrganisation,
    /// Given name, family name, date of birth and postcode.
    FourOfFour,
    /// Given name, family name and date of birth; another postcode or none.
    NamesAndBirthDate,
    /// Given name, family name and postcode; the date of birth with a slip or none.
    NamesAndPostcode,
    /// Family name, date of birth and postcode; the given name a form of the other or none.
    FamilyNameBirthDatePostcode,
    /// Given name, date of birth and postcode; another family name or none.
    GivenNameBirthDatePostcode,
    /// Somebody has looked at the records and decided.
    Reviewed,
    /// By probability, where no rule said so.
    Probability,
    /// Nobody known agrees enough.
    NewPerson,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 12] = [
        Self::SameSourcePerson,
        Self::NhsNumberAndBirthDate,
        Self::NhsNumberAndName,
        Self::SameOrganisation,
        Self::FourOfFour,
        Self::NamesAndBirthDate,
        Self::NamesAndPostcode,
        Self::FamilyNameBirthDatePostcode,
        Self::GivenNameBirthDatePostcode,
        Self::Reviewed,
        Self::Probability,
        Self::NewPerson,
    ];

    /// Stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::SameSourcePerson => "same-source-person",
            Self::NhsNumberAndBirthDate => "nhs-number-birth-date",
            Self::NhsNumberAndName => "nhs-number-name",
            Self::SameOrganisation => "same-organisation",
            Self::FourOfFour => "four-of-four",
            Self::NamesAndBirthDate => "names-birth-date",
            Self::NamesAndPostcode => "names-postcode",
            Self::FamilyNameBirthDatePostcode => "family-name-birth-date-postcode",
            Self::GivenNameBirthDatePostcode => "given-name-birth-date-postcode",
            Self::Reviewed => "reviewed",
            Self::Probability => "probability",
            Self::NewPerson => "new-person",
        }
    }

    /// The rule with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.id() == id)
    }

    /// In plain English, without any value.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::SameSourcePerson => "The same person of this source was known before.",
            Self::NhsNumberAndBirthDate => "The NHS number agrees, confirmed by the date of birth.",
            Self::NhsNumberAndName => "The NHS number agrees, confirmed by the name.",
            Self::SameOrganisation => {
                "The same organisation gives the person this number in another feed, confirmed by the date of birth or the name."
            }
            Self::FourOfFour => "Given name, family name, date of birth and postcode agree.",
            Self::NamesAndBirthDate => {
                "Given name, family name and date of birth agree; the postcode does not or is missing."
            }
            Self::NamesAndPostcode => {
                "Given name, family name and postcode agree; the date of birth is a slip away or is missing."
            }
            Self::FamilyNameBirthDatePostcode => {
                "Family name, date of birth and postcode agree; the given name is a form of the other or is missing."
            }
            Self::GivenNameBirthDatePostcode => {
                "Given name, date of birth and postcode agree; the family name does not or is missing."
            }
            Self::Reviewed => "Somebody has looked at the records and decided.",
            Self::Probability => "What is known agrees so well that it is very probably the same person.",
            Self::NewPerson => "The first source that told of this person.",
        }
    }
}
