//! A person of the synthetic population: who they are and where they lived, before anything happens to them.

use std::rc::Rc;

use model::{NhsNumber, Sex};

use crate::calendar::{Day, years_at};
use crate::ethnicity::Broad;
use crate::names::Custom;
use crate::place::Home;

/// Where a person is registered, and since and until when.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// Position of the practice in the run.
    pub practice: usize,
    pub from: Day,
    pub to: Option<Day>,
}

/// A child's birth, in the mother's life.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    pub day: Day,
    pub caesarean: bool,
}

/// What a newborn's mother was called at the birth.
#[derive(Clone)]
pub struct Mother {
    pub given: String,
    pub family: String,
}

/// A person.
pub struct Person {
    /// Number in the run, from 0: the true identity.
    pub index: u32,
    pub nhs_number: NhsNumber,
    pub sex: Sex,
    pub birth: Day,
    pub death: Option<Day>,
    /// Given name, of one word or more as the custom has it.
    pub given: String,
    /// Family names, each since a day, in order.
    pub families: Vec<(Day, String)>,
    /// Homes, each since a day, in order.
    pub homes: Vec<(Day, Rc<Home>)>,
    pub registrations: Vec<Registration>,
    /// Another family name that is theirs too: the father's, Kaur beside a clan's.
    pub other_family: Option<String>,
    /// The given name is all the name there is.
    pub one_name: bool,
    pub custom: Custom,
    /// A home of years before the period.
    pub former_home: Option<Rc<Home>>,
    /// The registered birth is 1 January because nobody knew the day.
    pub january: bool,
    /// Came from abroad in the period.
    pub recent: bool,
    /// First or second of twins.
    pub twin: Option<u8>,
    /// Letter of the ethnic category.
    pub ethnic: char,
    pub broad: Broad,
    /// Decile of deprivation of the first home in the period, 1 the most deprived.
    pub imd_decile: u8,
    pub homeless: bool,
    pub asylum_seeker: bool,
    pub lives_alone: bool,
    /// The mother, when born in the period.
    pub born_to: Option<Mother>,
    pub deliveries: Vec<Delivery>,
    /// Days of the period in which the person lives here, both included, before a death.
    pub here: (Day, Day),
}

impl Person {
    /// Fifth of deprivation, 1 the most deprived.
    pub fn fifth(&self) -> u8 {
        self.imd_decile.div_ceil(2)
    }

    /// The figure for this person's fifth of deprivation.
    pub fn by_fifth(&self, figures: [f64; 5]) -> f64 {
        figures.get(usize::from(self.fifth()).saturating_sub(1)).copied().unwrap_or(1.0)
    }

    /// The family name on a day.
    pub fn family_on(&self, day: Day) -> &str {
        latest(&self.families, day).map_or("", String::as_str)
    }

    /// The home on a day.
    pub fn home_on(&self, day: Day) -> Option<&Rc<Home>> {
        latest(&self.homes, day)
    }

    /// The registration on a day, or the nearest before it, or the first.
    pub fn registration_on(&self, day: Day) -> Option<&Registration> {
        let before = self.registrations.iter().rev().find(|registration| registration.from <= day);
        before.or_else(|| self.registrations.first())
    }

    /// Age in years with its fraction.
    pub fn age_on(&self, day: Day) -> f64 {
        years_at(self.birth, day)
    }

    /// First and last day of the period on which things can happen to this person.
    pub fn active(&self) -> (Day, Day) {
        let (from, to) = self.here;
        (from.max(self.birth), self.death.map_or(to, |death| to.min(death)))
    }

    /// True when the person lived here on this day.
    pub fn is_active(&self, day: Day) -> bool {
        let (from, to) = self.active();
        (from..=to).contains(&day)
    }
}

/// The entry in force on a day, or the first.
pub fn latest<T>(entries: &[(Day, T)], day: Day) -> Option<&T> {
    let found = entries.iter().rev().find(|(since, _)| *since <= day).or_else(|| entries.first());
    found.map(|(_, entry)| entry)
}
