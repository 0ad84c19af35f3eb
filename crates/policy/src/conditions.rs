use model::PersonId;

use crate::{Access, Facts};

/// What may be so about a person and the user who asks. It is all that the rules can know of them; in a list or a search it
/// becomes the store's filter instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// The person is registered at the user's own practice.
    SamePractice,
    /// The person is registered at a practice that the user's organisation works for.
    OwnOrganisationPractice,
    /// The person is on the user's own caseload.
    OnCaseload,
    /// The person is under the care of a team of which the user is a member today.
    UnderTeam,
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

impl Condition {
    /// Every condition.
    pub const ALL: [Self; 9] = [
        Self::SamePractice,
        Self::OwnOrganisationPractice,
        Self::OnCaseload,
        Self::UnderTeam,
        Self::OwnRecord,
        Self::ObjectsToSharing,
        Self::ObjectsToOrganisation,
        Self::Proxy,
        Self::Deceased,
    ];

    /// Lower-case name, as in the matrix.
    pub fn name(self) -> &'static str {
        match self {
            Self::SamePractice => "same_practice",
            Self::OwnOrganisationPractice => "own_organisation_practice",
            Self::OnCaseload => "on_caseload",
            Self::UnderTeam => "under_team",
            Self::OwnRecord => "own_record",
            Self::ObjectsToSharing => "objects_to_sharing",
            Self::ObjectsToOrganisation => "objects_to_organisation",
            Self::Proxy => "proxy",
            Self::Deceased => "deceased",
        }
    }

    fn bit(self) -> u16 {
        1 << (self as u8)
    }
}

/// The conditions that hold for one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Conditions(u16);

impl Conditions {
    /// Everything is so.
    pub(crate) const ALL: Self = Self((1 << Condition::ALL.len()) - 1);

    /// Of somebody who is not there nothing is so. Where somebody is registered is known from that practice's data: when agreements
    /// leave those out, it is not known.
    pub(crate) fn of(access: &Access, person: PersonId, facts: &Facts) -> Self {
        if !facts.known {
            return Self::default();
        }
        let practice = facts.registered_practice.as_deref();
        let known = !practice.is_some_and(|practice| facts.cover.hides_practice(practice));
        let own = !access.organisation.is_empty() && practice == Some(access.organisation.as_str());
        let answers = [
            (Condition::SamePractice, known && own),
            (Condition::OwnOrganisationPractice, known && facts.practice_of_organisation),
            (Condition::OnCaseload, facts.on_caseload),
            (Condition::UnderTeam, facts.under_team),
            (Condition::OwnRecord, access.person == Some(person)),
            (Condition::ObjectsToSharing, facts.objects_to_sharing),
            (Condition::ObjectsToOrganisation, facts.objects_to_organisation),
            (Condition::Proxy, facts.proxy),
            (Condition::Deceased, facts.deceased),
        ];
        Self(answers.iter().filter(|(_, holds)| *holds).fold(0, |all, (condition, _)| all | condition.bit()))
    }

    /// Every set there is.
    pub(crate) fn every() -> impl Iterator<Item = Self> {
        (0..=Self::ALL.0).map(Self)
    }

    pub(crate) fn has(self, condition: Condition) -> bool {
        self.0 & condition.bit() != 0
    }

    /// Whether all of these hold here.
    pub(crate) fn includes(self, these: Self) -> bool {
        self.0 & these.0 == these.0
    }

    pub(crate) fn list(self) -> Vec<Condition> {
        Condition::ALL.into_iter().filter(|condition| self.has(*condition)).collect()
    }
}
