use std::str::FromStr;

use model::PersonId;

use crate::{Access, Facts};

/// A condition that a rule may name. Each is a question about one person, answered by one function below; in a list
/// or a search it becomes the store's filter instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// The person is registered at the user's own practice.
    SamePractice,
    /// The person is registered at a practice that the user's organisation works for.
    OwnOrganisationPractice,
    /// The person is on the user's own caseload.
    OnCaseload,
    /// The person is the user.
    OwnRecord,
    /// The person has objected to sharing.
    ObjectsToSharing,
    /// The person has asked that the user's own organisation does not see their record.
    ObjectsToOrganisation,
    /// The user acts for the person today.
    Proxy,
    /// The person has died.
    Deceased,
}

/// A condition that could not be answered. The request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// The user acts for no organisation.
    #[error("the user acts for no organisation")]
    NoOrganisation,
    /// The user is signed in as a person, but nobody has said which.
    #[error("the user is not tied to a person")]
    NoPerson,
}

impl Condition {
    /// Every condition.
    pub const ALL: [Self; 8] = [
        Self::SamePractice,
        Self::OwnOrganisationPractice,
        Self::OnCaseload,
        Self::OwnRecord,
        Self::ObjectsToSharing,
        Self::ObjectsToOrganisation,
        Self::Proxy,
        Self::Deceased,
    ];

    /// Lower-case name, as in rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::SamePractice => "same_practice",
            Self::OwnOrganisationPractice => "own_organisation_practice",
            Self::OnCaseload => "on_caseload",
            Self::OwnRecord => "own_record",
            Self::ObjectsToSharing => "objects_to_sharing",
            Self::ObjectsToOrganisation => "objects_to_organisation",
            Self::Proxy => "proxy",
            Self::Deceased => "deceased",
        }
    }

    /// Whether the condition can be asked of this user at all, whoever the person is.
    pub(crate) fn can_be_asked(self, access: &Access) -> Result<(), ConditionError> {
        match self {
            Self::SamePractice | Self::OwnOrganisationPractice | Self::ObjectsToOrganisation
                if access.organisation.is_empty() =>
            {
                Err(ConditionError::NoOrganisation)
            }
            Self::OwnRecord if access.person.is_none() => Err(ConditionError::NoPerson),
            _ => Ok(()),
        }
    }

    /// Whether the condition holds for this person.
    pub(crate) fn holds(
        self,
        access: &Access,
        person: PersonId,
        facts: &Facts,
    ) -> Result<bool, ConditionError> {
        self.can_be_asked(access)?;
        Ok(match self {
            Self::SamePractice => facts.registered_practice.as_deref() == Some(access.organisation.as_str()),
            Self::OwnOrganisationPractice => facts.practice_of_organisation,
            Self::OnCaseload => facts.on_caseload,
            Self::OwnRecord => access.person == Some(person),
            Self::ObjectsToSharing => facts.objects_to_sharing,
            Self::ObjectsToOrganisation => facts.objects_to_organisation,
            Self::Proxy => facts.proxy,
            Self::Deceased => facts.deceased,
        })
    }
}

impl FromStr for Condition {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|condition| condition.name() == text).ok_or_else(|| {
            format!(
                "there is no condition `{text}`; the conditions are {}",
                Self::ALL.map(Self::name).join(", ")
            )
        })
    }
}
