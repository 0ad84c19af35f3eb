/// Why somebody opens, in an emergency, the record of a person they have no relationship with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GlassReason {
    /// Care that nobody planned, such as an out-of-hours call.
    UnplannedCare,
    /// Standing in for a colleague who cares for the person.
    Cover,
    /// Life or serious harm, and the person cannot be asked.
    VitalInterests,
}

impl GlassReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::UnplannedCare, Self::Cover, Self::VitalInterests];

    /// Lower-case name, as in rules, forms and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnplannedCare => "unplanned_care",
            Self::Cover => "cover",
            Self::VitalInterests => "vital_interests",
        }
    }

    /// The reason with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// As the person reads it in their access history.
    pub fn label(self) -> &'static str {
        match self {
            Self::UnplannedCare => "Urgent or unplanned care",
            Self::Cover => "Standing in for a colleague who cares for the person",
            Self::VitalInterests => "Danger to life or of serious harm, and the person cannot be asked",
        }
    }
}

/// A broken glass: a record opened in an emergency, for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Glass {
    /// Why.
    pub reason: GlassReason,
    /// Whole hours since it was broken.
    pub hours: u8,
}

/// Hours for which a glass stays broken at most. `policies/break-glass.cedar` says the same; a test holds both together.
pub const GLASS_HOURS: u8 = 8;
