use std::fmt;
use std::str::FromStr;

use model::Setting;
use serde::{Deserialize, Serialize};

/// A part of a record that can be withheld on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Long-term-condition registers.
    Registers,
    /// The population group.
    Group,
    /// Scores, such as frailty.
    Scores,
    /// Why case finding put the person on a list.
    Flags,
    /// Problems.
    Problems,
    /// Medicines.
    Medicines,
    /// Allergies.
    Allergies,
    /// Results.
    Results,
    /// Social care services now running.
    CarePackage,
    /// Everything that came from general practice.
    Gp,
    /// Everything that came from A&E.
    Emergency,
    /// Everything that came from hospital admissions.
    Inpatient,
    /// Everything that came from outpatients.
    Outpatient,
    /// Everything that came from community services.
    Community,
    /// Everything that came from mental health services.
    MentalHealth,
    /// Everything that came from social care.
    SocialCare,
    /// What things cost.
    Costs,
}

impl Section {
    /// Every section.
    pub const ALL: [Self; 17] = [
        Self::Registers,
        Self::Group,
        Self::Scores,
        Self::Flags,
        Self::Problems,
        Self::Medicines,
        Self::Allergies,
        Self::Results,
        Self::CarePackage,
        Self::Gp,
        Self::Emergency,
        Self::Inpatient,
        Self::Outpatient,
        Self::Community,
        Self::MentalHealth,
        Self::SocialCare,
        Self::Costs,
    ];

    /// The section that holds what came from this setting.
    pub fn of_setting(setting: Setting) -> Self {
        match setting {
            Setting::Gp => Self::Gp,
            Setting::Emergency => Self::Emergency,
            Setting::Inpatient => Self::Inpatient,
            Setting::Outpatient => Self::Outpatient,
            Setting::Community => Self::Community,
            Setting::MentalHealth => Self::MentalHealth,
            Setting::SocialCare => Self::SocialCare,
        }
    }

    /// Lower-case name, as in rules and in the audit.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registers => "registers",
            Self::Group => "group",
            Self::Scores => "scores",
            Self::Flags => "flags",
            Self::Problems => "problems",
            Self::Medicines => "medicines",
            Self::Allergies => "allergies",
            Self::Results => "results",
            Self::CarePackage => "care_package",
            Self::Gp => "gp",
            Self::Emergency => "emergency",
            Self::Inpatient => "inpatient",
            Self::Outpatient => "outpatient",
            Self::Community => "community",
            Self::MentalHealth => "mental_health",
            Self::SocialCare => "social_care",
            Self::Costs => "costs",
        }
    }

    /// As a screen says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Registers => "Long-term conditions",
            Self::Group => "Population group",
            Self::Scores => "Scores",
            Self::Flags => "Reasons to review",
            Self::Problems => "Problems",
            Self::Medicines => "Medicines",
            Self::Allergies => "Allergies",
            Self::Results => "Results",
            Self::CarePackage => "Care package",
            Self::Gp => "GP",
            Self::Emergency => "A&E",
            Self::Inpatient => "Hospital admissions",
            Self::Outpatient => "Outpatients",
            Self::Community => "Community services",
            Self::MentalHealth => "Mental health services",
            Self::SocialCare => "Social care",
            Self::Costs => "Costs",
        }
    }
}

impl Section {
    /// What it was made from, as the rules say it: a setting's kind of organisation, or several. The frailty score is made of
    /// hospital admissions.
    pub fn source(self) -> &'static str {
        match self {
            Self::Problems | Self::Medicines | Self::Allergies | Self::Results | Self::Gp => "gp",
            Self::Emergency | Self::Inpatient | Self::Outpatient | Self::Scores => "hospital",
            Self::Community => "community",
            Self::MentalHealth => "mental_health",
            Self::SocialCare | Self::CarePackage => "social_care",
            Self::Registers | Self::Group | Self::Flags | Self::Costs => "several",
        }
    }

    /// Of what kind it is, as the rules say it: care as it was written down, what wsic derives from it, or money.
    pub fn sensitivity(self) -> &'static str {
        match self {
            Self::Group | Self::Scores | Self::Flags => "derived",
            Self::Costs => "money",
            _ => "care",
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Section {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|section| section.name() == text).ok_or_else(|| {
            format!("there is no section `{text}`; the sections are {}", Self::ALL.map(Self::name).join(", "))
        })
    }
}
