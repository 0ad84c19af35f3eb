use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of file that suppliers send. One name on the command line, one file in `crates/feeds`, one page in docs/feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feed {
    /// GP practice extract: patients, observations, medicines, appointments.
    Gp,
    /// Admitted patient care episodes.
    SusApc,
    /// Accident and emergency attendances.
    SusAe,
    /// Outpatient appointments.
    SusOp,
    /// Community services: contacts and spells.
    Csds,
    /// Mental health services: contacts and spells.
    Mhsds,
    /// Adult social care client-level data.
    Cld,
    /// FHIR R4 bulk NDJSON and Bundles.
    Fhir,
}

impl Feed {
    /// Every feed, GP first: the order in which new sources are linked.
    pub const ALL: [Self; 8] =
        [Self::Gp, Self::SusApc, Self::SusAe, Self::SusOp, Self::Csds, Self::Mhsds, Self::Cld, Self::Fhir];

    /// The name on the command line and in file paths.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gp => "gp",
            Self::SusApc => "sus_apc",
            Self::SusAe => "sus_ae",
            Self::SusOp => "sus_op",
            Self::Csds => "csds",
            Self::Mhsds => "mhsds",
            Self::Cld => "cld",
            Self::Fhir => "fhir",
        }
    }

    /// As a screen says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Gp => "GP practice",
            Self::SusApc => "Hospital admissions",
            Self::SusAe => "A&E attendances",
            Self::SusOp => "Outpatient appointments",
            Self::Csds => "Community services",
            Self::Mhsds => "Mental health services",
            Self::Cld => "Adult social care",
            Self::Fhir => "FHIR R4",
        }
    }
}

impl fmt::Display for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Feed {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|feed| feed.name() == text).ok_or_else(|| {
            format!("there is no feed `{text}`; the feeds are {}", Self::ALL.map(Feed::name).join(", "))
        })
    }
}
