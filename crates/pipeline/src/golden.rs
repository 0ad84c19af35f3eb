//! One person out of what every source says: which statement is believed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use model::{Area, Demographics, Feed, NhsNumber, PersonId};
use store::people::IndexedPerson;
use warehouse::facts::PersonFact;

/// A registration that ended at most so many days before a death was the last one of that life.
const DAYS_BEFORE_DEATH: i64 = 31;

/// The person index's row for a person. Each field is that of the most trusted source that gives it: the practice where the
/// person is registered, then other practices, then whoever spoke last. A date of death from any source counts.
pub(crate) fn golden<'a>(
    person: PersonId,
    said: impl IntoIterator<Item = &'a Demographics>,
    places: &Places,
    as_at: NaiveDate,
) -> IndexedPerson {
    let mut said: Vec<&Demographics> = said.into_iter().collect();
    said.sort_by_key(|d| {
        let gp = d.source.starts_with(Feed::Gp.name());
        let left = d.registered_to.is_some_and(|day| day <= as_at);
        (std::cmp::Reverse((gp && !left, gp, d.registered_from.filter(|_| gp), d.as_at)), d.source.clone())
    });
    let text = |field: fn(&Demographics) -> &str| {
        said.iter().map(|d| field(d)).find(|text| !text.is_empty()).unwrap_or("").to_owned()
    };
    let registered = said
        .iter()
        .find(|d| d.source.starts_with(Feed::Gp.name()) && d.registered_to.is_none_or(|day| day > as_at));
    let practice = registered.map(|d| d.practice.clone()).unwrap_or_default();
    let lsoa = text(|d| &d.lsoa);
    let borough = places.borough(&lsoa, &practice);
    IndexedPerson {
        person,
        nhs_number: said.iter().find_map(|d| NhsNumber::parse(&d.nhs_number).ok()),
        family_name: text(|d| &d.family_name),
        given_name: text(|d| &d.given_name),
        birth_date: said.iter().find_map(|d| d.birth_date),
        death_date: said.iter().filter_map(|d| d.death_date).min(),
        sex: said.iter().map(|d| d.sex).find(|sex| *sex != model::Sex::Unknown).unwrap_or_default(),
        address: text(|d| &d.address),
        postcode: text(|d| &d.postcode),
        lsoa,
        practice,
        borough,
        ethnic_category: text(|d| &d.ethnic_category),
    }
}

/// A person and, without a name, what facts know of them, of all that is said of them: GP first, then by source and
/// identifier.
pub(crate) fn make<'a, I: Iterator<Item = &'a Demographics> + Clone>(
    person: PersonId,
    said: impl Fn() -> I,
    places: &Places,
    as_at: NaiveDate,
) -> (IndexedPerson, PersonFact) {
    let person = golden(person, said(), places, as_at);
    let mut fact = fact(&person, places, false);
    registrations(&mut fact, said());
    (person, fact)
}

/// The first day after this one as of which a person would be made otherwise of the same: somebody's registration ends.
pub(crate) fn until<'a>(said: impl Iterator<Item = &'a Demographics>, as_at: NaiveDate) -> Option<NaiveDate> {
    said.filter_map(|d| d.registered_to).filter(|day| *day > as_at).min()
}

/// The same person without a name.
pub(crate) fn fact(person: &IndexedPerson, places: &Places, planning: bool) -> PersonFact {
    PersonFact {
        person: person.person,
        sex: person.sex,
        birth_date: person.birth_date,
        death_date: person.death_date,
        practice: person.practice.clone(),
        borough: person.borough.clone(),
        lsoa: person.lsoa.clone(),
        imd_decile: places.decile(&person.lsoa),
        ethnic_category: person.ethnic_category.clone(),
        registered: !person.practice.is_empty(),
        registered_since: None,
        planning,
        before_death: None,
    }
}

/// Adds since when a practice has had the person, and of somebody who has died which one had them last.
fn registrations<'a>(fact: &mut PersonFact, said: impl Iterator<Item = &'a Demographics> + Clone) {
    let at_practice = said.filter(|d| d.source.starts_with(Feed::Gp.name()));
    fact.registered_since = at_practice.clone().filter_map(|d| d.registered_from).min();
    let Some(death) = fact.death_date.filter(|_| fact.practice.is_empty()) else { return };
    let last = at_practice.max_by_key(|d| (d.registered_to, &d.source));
    // Whose registration the death ended, or was ended shortly before it.
    let until_then = last.filter(|d| {
        d.registered_to
            .is_some_and(|ended| death.signed_duration_since(ended).num_days() <= DAYS_BEFORE_DEATH)
    });
    fact.before_death = until_then.map(|d| d.practice.clone());
}

/// Small areas and practices by code.
pub(crate) struct Places {
    lsoas: BTreeMap<String, (String, u8)>,
    practices: BTreeMap<String, String>,
}

impl Places {
    pub(crate) fn of(area: &Area) -> Self {
        Self {
            lsoas: area.lsoas.iter().map(|l| (l.code.clone(), (l.borough.clone(), l.imd_decile))).collect(),
            practices: area.practices.iter().map(|p| (p.code.clone(), p.borough.clone())).collect(),
        }
    }

    /// A text that differs where anybody's borough or deprivation may.
    pub(crate) fn stamp(&self) -> String {
        model::sha256_hex(format!("{:?} {:?}", self.lsoas, self.practices).as_bytes())
    }

    fn borough(&self, lsoa: &str, practice: &str) -> String {
        let of_lsoa = self.lsoas.get(lsoa).map(|(borough, _)| borough);
        of_lsoa.or_else(|| self.practices.get(practice)).cloned().unwrap_or_default()
    }

    fn decile(&self, lsoa: &str) -> Option<u8> {
        self.lsoas.get(lsoa).map(|(_, decile)| *decile)
    }
}
