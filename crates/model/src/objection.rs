use serde::{Deserialize, Serialize};

/// Something that a person has asked for about the use of their data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Objection {
    /// Not shared for direct care beyond their practice.
    Sharing,
    /// Not seen by the staff of this organisation.
    Organisation(String),
    /// Not used for planning: their own choice here.
    Planning,
    /// National data opt-out: no confidential information beyond individual care. It stays after death. Source: NHS England,
    /// National data opt-out operational policy guidance.
    NationalOptOut,
    /// Type 1 opt-out: no GP data leave the practice for anything but direct care (SNOMED CT 827241000000103, Read 9Nu0).
    Type1,
}

impl Objection {
    /// Those that name no organisation.
    pub const GENERAL: [Self; 4] = [Self::Sharing, Self::Planning, Self::NationalOptOut, Self::Type1];

    /// Lower-case name, as in the table and in forms.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sharing => "sharing",
            Self::Organisation(_) => "organisation",
            Self::Planning => "planning",
            Self::NationalOptOut => "national_opt_out",
            Self::Type1 => "type_1",
        }
    }

    /// The organisation it names; blank when it names none.
    pub fn organisation(&self) -> &str {
        match self {
            Self::Organisation(code) => code,
            _ => "",
        }
    }

    /// The objection of a name and an organisation.
    pub fn from_name(name: &str, organisation: &str) -> Option<Self> {
        if name == "organisation" {
            return (!organisation.is_empty()).then(|| Self::Organisation(organisation.to_owned()));
        }
        Self::GENERAL.into_iter().find(|known| known.name() == name)
    }

    /// In words.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Sharing => "Not shared beyond the GP practice",
            Self::Organisation(_) => "Not seen by one organisation",
            Self::Planning => "Not used for planning",
            Self::NationalOptOut => "National data opt-out",
            Self::Type1 => "Type 1 opt-out: GP data not used beyond care",
        }
    }

    /// Whether it takes the person out of everything that is counted for planning. Planning counts people by their GP
    /// registration, so that without GP data there is nobody to count.
    pub fn excludes_from_planning(&self) -> bool {
        matches!(self, Self::Planning | Self::NationalOptOut | Self::Type1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_objection_is_found_by_its_name() {
        for objection in Objection::GENERAL.into_iter().chain([Objection::Organisation("RYJ".into())]) {
            let found = Objection::from_name(objection.name(), objection.organisation());
            assert_eq!(found, Some(objection));
        }
        assert_eq!(Objection::from_name("organisation", ""), None);
        assert_eq!(Objection::from_name("x", ""), None);
    }
}
