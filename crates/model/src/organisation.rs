use std::fmt;

use serde::{Deserialize, Serialize};

/// An organisation's code in the Organisation Data Service, upper case, three to eight letters or digits.
///
/// Councils have ODS codes too; adult social care files give the ONS code of the local authority (`E09000005`),
/// which is accepted here as it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OdsCode(String);

impl OdsCode {
    /// Reads a code, trimming blanks and raising case; `None` if it is not three to nine letters or digits.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let ok = (3..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        ok.then(|| Self(text.to_ascii_uppercase()))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OdsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of organisation, as its staff would say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// A GP practice.
    Practice,
    /// An acute or specialist hospital trust.
    AcuteTrust,
    /// A mental-health trust.
    MentalHealthTrust,
    /// A community trust.
    CommunityTrust,
    /// A council with adult social care responsibility.
    Council,
    /// The integrated care board that commissions for the area.
    Icb,
}

impl OrganisationKind {
    /// Lower-case name in files and definitions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::AcuteTrust => "acute_trust",
            Self::MentalHealthTrust => "mental_health_trust",
            Self::CommunityTrust => "community_trust",
            Self::Council => "council",
            Self::Icb => "icb",
        }
    }
}
