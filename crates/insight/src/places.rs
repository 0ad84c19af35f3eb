//! Boroughs and practices by name.

use policy::Permit;
use serde::{Deserialize, Serialize};
use warehouse::marts::Marts;

use crate::InsightError;

/// The level of a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaKind {
    /// The whole area.
    #[default]
    Area,
    /// A borough.
    Borough,
    /// A practice.
    Practice,
}

impl AreaKind {
    /// The name in marts and links.
    pub fn name(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Borough => "borough",
            Self::Practice => "practice",
        }
    }
}

/// A place of the area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Level.
    pub area_kind: AreaKind,
    /// Code: ONS code of a borough, ODS code of a practice, `all`.
    pub area: String,
    /// Name.
    pub name: String,
    /// ONS code of the borough that it is in or is; blank for the whole area.
    pub borough: String,
}

impl Place {
    /// The whole area.
    pub fn whole() -> Self {
        Self {
            area_kind: AreaKind::Area,
            area: "all".to_owned(),
            name: "The whole area".to_owned(),
            borough: String::new(),
        }
    }
}

/// The whole area, then boroughs by name, then practices by name.
pub async fn places(marts: &Marts, permit: &Permit) -> Result<Vec<Place>, InsightError> {
    let rows: Vec<Place> = marts
        .rows(permit, "SELECT area_kind, area, name, borough FROM place ORDER BY area_kind, name, area")
        .await?;
    Ok(std::iter::once(Place::whole()).chain(rows).collect())
}

/// The place with this level and code.
pub(crate) async fn place(
    marts: &Marts,
    permit: &Permit,
    kind: AreaKind,
    code: &str,
) -> Result<Place, InsightError> {
    places(marts, permit)
        .await?
        .into_iter()
        .find(|place| place.area_kind == kind && place.area == code)
        .ok_or(InsightError::NotFound(kind.name()))
}
