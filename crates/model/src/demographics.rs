use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Person stated gender as feeds carry it, folded to what linkage and analysis use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// `F`, `2`, `female`.
    Female,
    /// `M`, `1`, `male`.
    Male,
    /// `I`, `9`, `other`, indeterminate.
    Other,
    /// `0`, `X`, blank, not known.
    #[default]
    Unknown,
}

impl Sex {
    /// Reads the spellings of the NHS Data Dictionary (1, 2, 9, 0, X), FHIR and supplier extracts; `None` for others.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "2" | "F" | "f" | "female" | "Female" => Self::Female,
            "1" | "M" | "m" | "male" | "Male" => Self::Male,
            "9" | "I" | "i" | "other" | "Other" | "Indeterminate" => Self::Other,
            "" | "0" | "X" | "x" | "U" | "u" | "3" | "unknown" | "Unknown" => Self::Unknown,
            _ => return None,
        })
    }

    /// One letter: F, M, I or U.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Other => "I",
            Self::Unknown => "U",
        }
    }

    /// As a screen says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Female => "Female",
            Self::Male => "Male",
            Self::Other => "Indeterminate",
            Self::Unknown => "Not known",
        }
    }
}

/// What one source says about one of its people. Every field is as that source has it, blank when it does not say.
///
/// Identity (names, NHS number, address) goes to linkage and the person index only; nothing past the
/// standardised zone of the warehouse holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demographics {
    /// The source: feed and organisation, such as `gp:E84002`.
    pub source: String,
    /// The person's identifier in that source, opaque to us.
    pub source_person: String,
    /// NHS number, ten digits with a right check digit; blank when the source gives none such.
    pub nhs_number: String,
    /// Family name as sent.
    pub family_name: String,
    /// Given name as sent.
    pub given_name: String,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Date of death.
    pub death_date: Option<NaiveDate>,
    /// Sex.
    pub sex: Sex,
    /// First address line.
    pub address: String,
    /// Postcode in standard form (`HA9 9HA`), or as sent when it has no standard form.
    pub postcode: String,
    /// LSOA code (2011 or 2021) of residence.
    pub lsoa: String,
    /// Ethnic category 2001 (A to S, Z), one letter; blank when not given.
    pub ethnic_category: String,
    /// ODS code of the practice where the person is registered, as this source believes.
    pub practice: String,
    /// Registered from (GP sources only).
    pub registered_from: Option<NaiveDate>,
    /// No longer registered since (GP sources only).
    pub registered_to: Option<NaiveDate>,
    /// The day this was true: the extract's date, or the activity's. A later one replaces an earlier one.
    pub as_at: Option<NaiveDate>,
}

/// A postcode in standard form: upper case, one blank before the last three characters; `None` when it is not of a
/// UK shape. Source: BS 7666 as given in the NHS Data Dictionary, POSTCODE.
pub fn normalise_postcode(text: &str) -> Option<String> {
    let packed: String =
        text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
    if !(5..=7).contains(&packed.len()) || !packed.is_ascii() {
        return None;
    }
    let (out, inward) = packed.split_at(packed.len() - 3);
    let mut inward_bytes = inward.bytes();
    let inward_ok = inward_bytes.next().is_some_and(|b| b.is_ascii_digit())
        && inward_bytes.all(|b| b.is_ascii_alphabetic());
    let out_ok = out.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && out.bytes().any(|b| b.is_ascii_digit());
    (inward_ok && out_ok).then(|| format!("{out} {inward}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_take_standard_form() {
        assert_eq!(normalise_postcode("ha99ha").as_deref(), Some("HA9 9HA"));
        assert_eq!(normalise_postcode(" W1A  1AA ").as_deref(), Some("W1A 1AA"));
        assert_eq!(normalise_postcode("NW10 5UY").as_deref(), Some("NW10 5UY"));
        for bad in ["", "ZZ", "HA9 HA9", "1234567", "HA9-9H", "ÉÉÉÉÉ"] {
            assert_eq!(normalise_postcode(bad), None, "{bad}");
        }
    }
}
