use crate::{Cover, Glass};

/// What policy must know about the person asked for and how the user stands to them. Read by the store for one
/// request, never shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// There is such a person. Everything is refused for one who is not there, in the same words as for a stranger.
    pub known: bool,
    /// ODS code of the practice where the person is registered; `None` when registered nowhere here.
    pub registered_practice: Option<String>,
    /// That practice is one the user's organisation works for.
    pub practice_of_organisation: bool,
    /// The person is on the user's own caseload.
    pub on_caseload: bool,
    /// A team looks after the person today of which the user is a member today.
    pub under_team: bool,
    /// The person has objected to sharing beyond their practice.
    pub objects_to_sharing: bool,
    /// The person has asked that the user's own organisation does not see their record.
    pub objects_to_organisation: bool,
    /// The user acts for the person today, by a proxy that has begun and not ended.
    pub proxy: bool,
    /// The person has died.
    pub deceased: bool,
    /// The user has broken the glass to this person's record, in this session.
    pub break_glass: Option<Glass>,
    /// What agreements leave out for the user; goes into the permit.
    pub cover: Cover,
}
