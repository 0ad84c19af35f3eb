use serde::{Deserialize, Serialize};

/// Why data are used. Direct care sees people; every other purpose sees pseudonyms and counts.
///
/// Source: the seven functions of NHS England's population-health purposes (2022); the activities of each are
/// [`crate::activities`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Care of this person by those who look after them.
    DirectCare,
    /// The person's own use of their own record.
    OwnCare,
    /// Planning, commissioning and paying for services.
    Planning,
    /// Governing the use of data: audit, agreements.
    Governance,
    /// Running the system: feeds, runs, data quality.
    Operations,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] =
        [Self::DirectCare, Self::OwnCare, Self::Planning, Self::Governance, Self::Operations];

    /// Lower-case name, as in policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::DirectCare => "direct_care",
            Self::OwnCare => "own_care",
            Self::Planning => "planning",
            Self::Governance => "governance",
            Self::Operations => "operations",
        }
    }

    /// In plain English, to follow "for".
    pub fn label(self) -> &'static str {
        match self {
            Self::DirectCare => "direct care",
            Self::OwnCare => "your own use",
            Self::Planning => "planning services",
            Self::Governance => "checking how data are used",
            Self::Operations => "running the system",
        }
    }
}

/// What a signed-in user does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// General practitioner at a practice.
    Gp,
    /// Care coordinator with a caseload.
    CareCoordinator,
    /// Works in a multidisciplinary or neighbourhood team: a social worker, a community nurse, a mental health practitioner.
    TeamMember,
    /// Commissioner, NHS or council.
    Commissioner,
    /// Information-governance lead.
    GovernanceLead,
    /// A person looking at their own record.
    Person,
    /// Signs and withdraws agreements for an organisation: a practice partner, a Caldicott guardian.
    Signatory,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Gp,
        Self::CareCoordinator,
        Self::TeamMember,
        Self::Commissioner,
        Self::GovernanceLead,
        Self::Person,
        Self::Signatory,
    ];

    /// Lower-case name, as in policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gp => "gp",
            Self::CareCoordinator => "care_coordinator",
            Self::TeamMember => "team_member",
            Self::Commissioner => "commissioner",
            Self::GovernanceLead => "governance_lead",
            Self::Person => "person",
            Self::Signatory => "signatory",
        }
    }

    /// As a screen says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Gp => "GP",
            Self::CareCoordinator => "Care coordinator",
            Self::TeamMember => "Team member",
            Self::Commissioner => "Commissioner",
            Self::GovernanceLead => "Information-governance lead",
            Self::Person => "Person",
            Self::Signatory => "Signatory",
        }
    }
}
