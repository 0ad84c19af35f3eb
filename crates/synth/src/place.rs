//! Where people live and who serves them: practices chosen for the run, their small areas with made-up postcodes and
//! addresses, and the organisations of each borough.

use std::collections::BTreeMap;

use model::{Area, OrganisationKind};

use crate::SynthError;
use crate::dice::Dice;

/// How many people one practice of the run has, roughly, before another practice is taken in.
const PEOPLE_A_PRACTICE: u32 = 500;
/// Fewest practices of a run.
const FEWEST_PRACTICES: usize = 8;
/// Letters that end no real postcode: every postcode here has one of them in its last two places.
const NEVER_INWARD: &[u8] = b"CIKMOV";

/// The NHS's postcode for people of no fixed abode.
pub const NO_FIXED_ABODE: &str = "ZZ99 3VZ";

/// An organisation that sends files.
pub struct Supplier {
    pub code: String,
    pub kind: OrganisationKind,
    /// Order among suppliers of its kind, by code; decides its habits.
    pub order: usize,
}

/// A small area with the postcodes that we made up for it.
pub struct SmallArea {
    pub code: String,
    pub imd_decile: u8,
    outward: String,
    first_unit: u32,
}

/// A borough of the run.
pub struct BoroughPlace {
    pub code: String,
    small_areas: Vec<SmallArea>,
    /// Acute trusts (positions among suppliers) with the share of the borough that uses each.
    pub acute: Vec<(usize, f64)>,
    pub community: Option<usize>,
    pub mental_health: Option<usize>,
    pub council: Option<usize>,
}

/// A practice of the run.
pub struct PracticePlace {
    pub code: String,
    pub borough: usize,
    /// People registered at the end of the run who started there.
    pub people: u32,
    first_area: usize,
    areas: usize,
}

/// Every place of the run.
pub struct Places {
    pub boroughs: Vec<BoroughPlace>,
    /// In the order in which they are made: by borough, then code.
    pub practices: Vec<PracticePlace>,
    pub suppliers: Vec<Supplier>,
    inward: Vec<String>,
}

/// An address that people live at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    pub borough: usize,
    pub area: usize,
    pub address: String,
    pub postcode: String,
}

const STREETS: [&str; 60] = [
    "High",
    "Station",
    "Church",
    "Park",
    "Victoria",
    "Albert",
    "Kings",
    "Queens",
    "Manor",
    "Mill",
    "Grove",
    "Chestnut",
    "Elm",
    "Oakfield",
    "Beech",
    "Cedar",
    "Willow",
    "Lime",
    "Hawthorn",
    "Laburnum",
    "Rosebery",
    "Gladstone",
    "Clarence",
    "Alexandra",
    "Cambridge",
    "Oxford",
    "Windsor",
    "Richmond",
    "Kensal",
    "Preston",
    "Harlesden",
    "Sudbury",
    "Northolt",
    "Greenford",
    "Hanger",
    "Boston",
    "Syon",
    "Isleworth",
    "Cranford",
    "Heston",
    "Lampton",
    "Wellington",
    "Nelson",
    "Cromwell",
    "Warwick",
    "Lancaster",
    "York",
    "Stanley",
    "Derby",
    "Salisbury",
    "Montague",
    "Russell",
    "Tavistock",
    "Carlton",
    "Dudden",
    "Fernhead",
    "Bravington",
    "Shirland",
    "Marylands",
    "Elgin",
];
const STREET_KINDS: [&str; 10] =
    ["Road", "Street", "Avenue", "Close", "Gardens", "Lane", "Way", "Crescent", "Drive", "Terrace"];

impl Places {
    /// Chooses the practices of the run and lays out small areas, postcodes and who serves whom.
    pub fn new(area: &Area, people: u32) -> Result<Self, SynthError> {
        let suppliers = suppliers(area);
        let mut boroughs: Vec<BoroughPlace> = Vec::new();
        let mut codes: Vec<&str> = area.boroughs.iter().map(|b| b.code.as_str()).collect();
        codes.sort_unstable();
        codes.retain(|code| {
            area.practices.iter().any(|p| p.borough == *code && p.registered > 0.0)
                && area.lsoas.iter().any(|l| l.borough == *code)
        });
        if codes.is_empty() {
            return Err(SynthError::Options(
                "the area has no borough with both practices and small areas".into(),
            ));
        }
        let mut units: BTreeMap<String, u32> = BTreeMap::new();
        for code in &codes {
            boroughs.push(borough(area, code, &suppliers, &mut units));
        }
        let practices = practices(area, &codes, &boroughs, people);
        let letters = (b'A'..=b'Z').flat_map(|a| (b'A'..=b'Z').map(move |b| (a, b)));
        let pairs = letters.filter(|(a, b)| NEVER_INWARD.contains(a) || NEVER_INWARD.contains(b));
        let inward = pairs
            .flat_map(|(a, b)| (0..10).map(move |digit| format!("{digit}{}{}", a as char, b as char)))
            .collect();
        Ok(Self { boroughs, practices, suppliers, inward })
    }

    /// The borough at this position.
    pub fn borough(&self, at: usize) -> Option<&BoroughPlace> {
        self.boroughs.get(at)
    }

    /// The small area of a home.
    pub fn small_area(&self, home: &Home) -> Option<&SmallArea> {
        self.boroughs.get(home.borough)?.small_areas.get(home.area)
    }

    /// A home near this practice.
    pub fn home(&self, dice: &mut Dice, practice: &PracticePlace) -> Home {
        let area = practice.first_area + dice.below(practice.areas as u32) as usize;
        let borough = self.boroughs.get(practice.borough);
        let area = area % borough.map_or(1, |b| b.small_areas.len().max(1));
        // A postcode has some forty people in real life; a small run uses fewer postcodes an area, to keep that.
        let postcodes = (practice.people / practice.areas.max(1) as u32 / 40).clamp(1, 30);
        let unit = dice.below(postcodes);
        let number = 1 + dice.below(80);
        let (postcode, street) = self.postcode(practice.borough, area, unit);
        let address = if dice.chance(0.35) {
            format!("Flat {}, {number} {street}", 1 + dice.below(24))
        } else {
            format!("{number} {street}")
        };
        Home { borough: practice.borough, area, address, postcode }
    }

    /// How many care homes the borough has.
    pub fn care_homes(&self, borough: usize) -> u32 {
        let people: u32 = self.practices.iter().filter(|p| p.borough == borough).map(|p| p.people).sum();
        2 + people / 2_500
    }

    /// A care home of the borough, by number.
    pub fn care_home(&self, borough: usize, number: u32) -> Home {
        const NAMES: [&str; 8] =
            ["Beeches", "Cedars", "Elms", "Hollies", "Limes", "Maples", "Rowans", "Willows"];
        let name = NAMES.get(number as usize % NAMES.len()).copied().unwrap_or("Beeches");
        self.institution(borough, number, &format!("The {name} Care Home"))
    }

    /// The hostel of the borough: one postcode for many people.
    pub fn hostel(&self, borough: usize) -> Home {
        self.institution(borough, 50, "Broadway Hostel")
    }

    fn institution(&self, borough: usize, number: u32, name: &str) -> Home {
        let areas = self.boroughs.get(borough).map_or(1, |b| b.small_areas.len().max(1));
        let area = (number as usize * 7 + 3) % areas;
        let (postcode, street) = self.postcode(borough, area, 29);
        Home { borough, area, address: format!("{name}, {street}"), postcode }
    }

    /// Postcode and street of the nth unit of a small area.
    fn postcode(&self, borough: usize, area: usize, unit: u32) -> (String, String) {
        let place = self.boroughs.get(borough).and_then(|b| b.small_areas.get(area));
        let number = place.map_or(0, |p| p.first_unit) + unit;
        // 1009 has no common factor with the number of units, so each unit of an outward code has its own inward code.
        let at = (number as usize * 1009) % self.inward.len().max(1);
        let inward = self.inward.get(at).map_or("1CK", String::as_str);
        let outward = place.map_or("ZZ1", |p| p.outward.as_str());
        let mixed = number as usize * 31 + outward.bytes().map(usize::from).sum::<usize>();
        let street = STREETS.get(mixed % STREETS.len()).copied().unwrap_or("High");
        let kind = STREET_KINDS.get(mixed / 7 % STREET_KINDS.len()).copied().unwrap_or("Road");
        (format!("{outward} {inward}"), format!("{street} {kind}"))
    }
}

/// Organisations that send files, each with its order among its kind.
fn suppliers(area: &Area) -> Vec<Supplier> {
    let mut sorted: Vec<_> = area.organisations.iter().map(|o| (o.kind, o.code.clone())).collect();
    sorted.sort_by(|a, b| a.1.cmp(&b.1));
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    sorted
        .into_iter()
        .map(|(kind, code)| {
            let next = order.entry(format!("{kind:?}")).or_default();
            *next += 1;
            Supplier { code, kind, order: *next - 1 }
        })
        .collect()
}

fn borough(
    area: &Area,
    code: &str,
    suppliers: &[Supplier],
    units: &mut BTreeMap<String, u32>,
) -> BoroughPlace {
    let mut outwards: Vec<&str> = area
        .practices
        .iter()
        .filter(|p| p.borough == code)
        .filter_map(|p| p.postcode.split_whitespace().next())
        .collect();
    outwards.sort_unstable();
    let mut lsoas: Vec<_> = area.lsoas.iter().filter(|l| l.borough == code).collect();
    lsoas.sort_by(|a, b| a.code.cmp(&b.code));
    let count = lsoas.len();
    let small_areas = lsoas
        .into_iter()
        .enumerate()
        .map(|(at, lsoa)| {
            let outward =
                outwards.get(at * outwards.len() / count.max(1)).copied().unwrap_or("ZZ1").to_string();
            let next = units.entry(outward.clone()).or_default();
            let first_unit = *next;
            *next += 30;
            SmallArea { code: lsoa.code.clone(), imd_decile: lsoa.imd_decile, outward, first_unit }
        })
        .collect();
    let of_kind = |kind: OrganisationKind| serving(area, suppliers, code, kind);
    let nearest = |kind| of_kind(kind).first().map(|(at, _)| *at);
    BoroughPlace {
        code: code.to_string(),
        small_areas,
        acute: of_kind(OrganisationKind::AcuteTrust),
        community: nearest(OrganisationKind::CommunityTrust),
        mental_health: nearest(OrganisationKind::MentalHealthTrust),
        council: nearest(OrganisationKind::Council),
    }
}

/// Suppliers of a kind that serve a borough, the nearest first, weighed by how near; all of the kind when none says so.
/// A council serves only its own borough.
fn serving(area: &Area, suppliers: &[Supplier], code: &str, kind: OrganisationKind) -> Vec<(usize, f64)> {
    const BY_NEARNESS: [f64; 6] = [1.0, 0.55, 0.3, 0.18, 0.1, 0.06];
    let rank = |supplier: &Supplier| {
        let organisation = area.organisations.iter().find(|o| o.code == supplier.code)?;
        organisation.boroughs.split_whitespace().position(|b| b == code)
    };
    let mut found: Vec<(usize, f64)> = suppliers
        .iter()
        .enumerate()
        .filter(|(_, supplier)| supplier.kind == kind)
        .filter_map(|(at, supplier)| {
            rank(supplier).map(|rank| (at, BY_NEARNESS.get(rank).copied().unwrap_or(0.05)))
        })
        .collect();
    if found.is_empty() && kind != OrganisationKind::Council {
        let all = suppliers.iter().enumerate().filter(|(_, s)| s.kind == kind);
        found = all.map(|(at, _)| (at, 1.0)).collect();
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found
}

/// The practices of the run: as many as people fill, over all boroughs by registered people, spread over each borough's list.
fn practices(area: &Area, codes: &[&str], boroughs: &[BoroughPlace], people: u32) -> Vec<PracticePlace> {
    let all: Vec<Vec<&model::Practice>> = codes
        .iter()
        .map(|code| {
            let mut list: Vec<_> =
                area.practices.iter().filter(|p| p.borough == *code && p.registered > 0.0).collect();
            list.sort_by(|a, b| a.code.cmp(&b.code));
            list
        })
        .collect();
    let total: usize = all.iter().map(Vec::len).sum();
    let wanted = ((people / PEOPLE_A_PRACTICE) as usize)
        .max(FEWEST_PRACTICES)
        .clamp(codes.len(), total.max(codes.len()));
    let registered: Vec<f64> = all.iter().map(|list| list.iter().map(|p| p.registered).sum()).collect();
    let extra = share(wanted - codes.len(), &registered);
    let people_of = share(people as usize, &registered);
    let mut practices = Vec::new();
    for (at, list) in all.iter().enumerate() {
        let count = (1 + extra.get(at).copied().unwrap_or(0)).min(list.len());
        let chosen: Vec<_> = (0..count).filter_map(|n| list.get(n * list.len() / count)).collect();
        let weights: Vec<f64> = chosen.iter().map(|p| p.registered).collect();
        let lists = share(people_of.get(at).copied().unwrap_or(0), &weights);
        let area_count = boroughs.get(at).map_or(1, |b| b.small_areas.len());
        for (n, (practice, people)) in chosen.iter().zip(lists).enumerate() {
            practices.push(PracticePlace {
                code: practice.code.clone(),
                borough: at,
                people: people as u32,
                first_area: n * area_count / count,
                areas: (people / 60).clamp(3, 30).min(area_count.max(1)),
            });
        }
    }
    practices
}

/// A whole number shared in proportion to weights by largest remainder.
fn share(total: usize, weights: &[f64]) -> Vec<usize> {
    // Weights are whole people: exact as integers.
    let weights: Vec<u64> = weights.iter().map(|weight| weight.round() as u64).collect();
    let parts = model::Pence(total as i64).share(&weights);
    parts.into_iter().map(|part| usize::try_from(part.0).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        assert_eq!(share(10, &[1.0, 1.0, 1.0]).iter().sum::<usize>(), 10);
        assert_eq!(share(0, &[2.0, 1.0]), [0, 0]);
    }
}
