//! Boroughs, neighbourhoods and practices by name.

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
    /// A neighbourhood: the practices of a primary care network.
    Neighbourhood,
    /// A practice.
    Practice,
}

impl AreaKind {
    /// The name in marts and links.
    pub fn name(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Borough => "borough",
            Self::Neighbourhood => "neighbourhood",
            Self::Practice => "practice",
        }
    }

    /// Several of them, in words.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Area => "areas",
            Self::Borough => "boroughs",
            Self::Neighbourhood => "neighbourhoods",
            Self::Practice => "practices",
        }
    }
}

/// A place of the area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Level.
    pub area_kind: AreaKind,
    /// Code: ONS code of a borough, name of a neighbourhood, ODS code of a practice, `all`.
    pub area: String,
    /// Name.
    pub name: String,
    /// ONS code of the borough that it is in or is; blank for the whole area.
    pub borough: String,
    /// The neighbourhood that it is in or is; blank when in none.
    #[serde(default)]
    pub neighbourhood: String,
    /// A practice of the pilot.
    #[serde(default)]
    pub pilot: bool,
    /// People on a practice's list, as published nationally; nought for other places.
    #[serde(default)]
    pub list_size: u64,
}

impl Place {
    /// The whole area.
    pub fn whole() -> Self {
        Self { name: "The whole area".to_owned(), ..Self::of(AreaKind::Area, "all") }
    }

    /// A borough by its ONS code.
    pub fn borough(code: &str, name: &str) -> Self {
        Self { name: name.to_owned(), borough: code.to_owned(), ..Self::of(AreaKind::Borough, code) }
    }

    fn of(area_kind: AreaKind, area: &str) -> Self {
        Self {
            area_kind,
            area: area.to_owned(),
            name: area.to_owned(),
            borough: String::new(),
            neighbourhood: String::new(),
            pilot: false,
            list_size: 0,
        }
    }

    /// As a sentence has it.
    pub fn in_words(&self) -> &str {
        if self.area_kind == AreaKind::Area { "the whole area" } else { &self.name }
    }
}

/// The whole area, then boroughs, neighbourhoods and practices, each by name.
pub async fn places(marts: &Marts, permit: &Permit) -> Result<Vec<Place>, InsightError> {
    let mut rows: Vec<Place> = marts.rows(permit, "SELECT * FROM place").await?;
    rows.sort_by(|a, b| (a.area_kind, &a.name, &a.area).cmp(&(b.area_kind, &b.name, &b.area)));
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
