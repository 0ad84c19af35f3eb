//! A person as one organisation has them: local number, NHS number, names, birth, address, with that organisation's errors.

use std::rc::Rc;

use model::Sex;

use crate::calendar::{Calendar, Day, FIRST_OF_1900};
use crate::dice::{Dice, Stream};
use crate::errors::{self, Account, Planted};
use crate::person::{Person, latest};
use crate::place::Home;
use crate::world::World;

/// A kind of system that registers people, with how often it lacks an NHS number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemKind {
    Practice,
    Hospital,
    Community,
    MentalHealth,
    Council,
}

impl SystemKind {
    fn no_number(self) -> f64 {
        match self {
            Self::Practice => errors::NO_NUMBER_GP,
            Self::Hospital => errors::NO_NUMBER_HOSPITAL,
            Self::Community => errors::NO_NUMBER_COMMUNITY,
            Self::MentalHealth => errors::NO_NUMBER_MENTAL_HEALTH,
            Self::Council => errors::NO_NUMBER_COUNCIL,
        }
    }

    /// Typing errors against those of other systems: practices see their people often and put them right.
    fn care(self) -> f64 {
        if self == Self::Practice { 0.4 } else { 1.0 }
    }
}

/// A person as one organisation has them.
pub struct Identity {
    pub local: String,
    /// NHS number as held: right, wrong or blank.
    pub nhs_number: String,
    given: String,
    /// Family names by when this organisation learnt of them.
    families: Vec<(Day, String)>,
    homes: Vec<(Day, Rc<Home>)>,
    postcode: Postcode,
    /// Written birth: the true one unless swapped or wrong.
    pub birth: Day,
    pub sex: Sex,
    /// Blank when not asked.
    pub ethnic: Option<char>,
    swapped: bool,
}

enum Postcode {
    Right,
    Missing,
    /// One character of the inward part differs.
    Mistyped(u8),
}

impl Identity {
    /// Registers a person with an organisation. `organisation` is a number of the organisation in the run; `second` makes a
    /// second registration of the same person, with errors of its own. Names and addresses of days up to `fresh` are known at
    /// once: a new registration asks for them.
    pub fn register(
        world: &World,
        person: &Person,
        kind: SystemKind,
        organisation: u64,
        second: bool,
        fresh: Day,
        account: &mut Account,
    ) -> Self {
        let subject = u64::from(person.index) | (organisation * 2 + u64::from(second) + 1) << 32;
        let mut dice = Dice::new(world.seed, Stream::Identity, subject);
        let factor = errors::proneness_to_error(person);
        let typing = factor * kind.care() * if second { 8.0 } else { 1.0 };
        let mut count = |kind: Planted| account.add(kind);
        let nhs_number = number(world, person, &mut dice, kind.no_number() * factor, factor, &mut count);
        let rewritten = errors::rewrite_given(&mut dice, &world.names, &person.given, typing);
        let given = rewritten.map_or_else(
            || person.given.clone(),
            |(name, kind)| {
                count(kind);
                name
            },
        );
        let lag = if dice.chance(0.6) { dice.between(0, 30) } else { dice.between(30, 700) };
        let lag = |since: Day| if since <= fresh { 0 } else { lag };
        let families = families(world, person, &mut dice, typing, lag, &mut count);
        let swapped = dice.chance(errors::NAMES_SWAPPED * typing);
        if swapped {
            count(Planted::NamesSwapped);
        }
        let birth = birth(&world.calendar, person.birth, &mut dice, typing, &mut count);
        let homes = homes(person, lag, &mut count);
        let postcode = match dice.unit() {
            draw if draw < errors::NO_POSTCODE * factor => Postcode::Missing,
            draw if draw < (errors::NO_POSTCODE + errors::POSTCODE_TYPO) * factor => {
                Postcode::Mistyped(dice.below(26) as u8)
            }
            _ => Postcode::Right,
        };
        match postcode {
            Postcode::Missing => count(Planted::PostcodeMissing),
            Postcode::Mistyped(_) => count(Planted::PostcodeTypo),
            Postcode::Right => {}
        }
        let ethnic = match dice.unit() {
            draw if draw < errors::NO_ETHNICITY / 2.0 => None,
            draw if draw < errors::NO_ETHNICITY => Some('Z'),
            _ => Some(person.ethnic),
        };
        if ethnic != Some(person.ethnic) {
            count(Planted::EthnicityMissing);
        }
        let local = local_number(person.index, organisation, second, kind);
        let sex = person.sex;
        Self { local, nhs_number, given, families, homes, postcode, birth, sex, ethnic, swapped }
    }

    /// Given name as this organisation writes it.
    pub fn given(&self, day: Day) -> &str {
        if self.swapped { self.family_held(day) } else { &self.given }
    }

    /// Family name as this organisation has it on a day.
    pub fn family(&self, day: Day) -> &str {
        if self.swapped { &self.given } else { self.family_held(day) }
    }

    fn family_held(&self, day: Day) -> &str {
        latest(&self.families, day).map_or("", String::as_str)
    }

    /// The home that this organisation knows of on a day.
    pub fn home(&self, day: Day) -> Option<&Home> {
        latest(&self.homes, day).map(Rc::as_ref)
    }

    /// Postcode as this organisation has it on a day; blank when it has none.
    pub fn postcode(&self, day: Day) -> String {
        let held = self.home(day).map_or("", |home| home.postcode.as_str());
        match self.postcode {
            Postcode::Right => held.to_string(),
            Postcode::Missing => String::new(),
            Postcode::Mistyped(letter) => {
                let mut text = held.to_string();
                text.pop();
                text.push(char::from(b'A' + letter));
                text
            }
        }
    }

    /// Days on which this organisation learnt of another name or address.
    pub fn changes(&self) -> impl Iterator<Item = Day> {
        let names = self.families.iter().skip(1).map(|(day, _)| *day);
        names.chain(self.homes.iter().skip(1).map(|(day, _)| *day))
    }
}

fn number(
    world: &World,
    person: &Person,
    dice: &mut Dice,
    missing: f64,
    factor: f64,
    count: &mut impl FnMut(Planted),
) -> String {
    let digits = person.nhs_number.digits();
    let wrong = errors::NUMBER_MISTYPED * factor;
    match dice.unit() {
        draw if draw < missing => {
            count(Planted::NumberMissing);
            String::new()
        }
        draw if draw < missing + wrong => {
            count(Planted::NumberMistyped);
            errors::mistype_number(dice, &digits)
        }
        draw if draw < missing + wrong + errors::NUMBER_OF_ANOTHER => {
            count(Planted::NumberOfAnother);
            world.other_number(dice, person.index).digits()
        }
        _ => digits,
    }
}

fn families(
    world: &World,
    person: &Person,
    dice: &mut Dice,
    typing: f64,
    lag: impl Fn(Day) -> i32,
    count: &mut impl FnMut(Planted),
) -> Vec<(Day, String)> {
    let mut held = Vec::with_capacity(person.families.len());
    for (since, name) in &person.families {
        let written = match errors::rewrite_family(dice, &world.names, name, typing) {
            Some((other, kind)) => {
                count(kind);
                other
            }
            None => name.clone(),
        };
        if lag(*since) > 30 {
            count(Planted::OldName);
        }
        held.push((since.saturating_add(lag(*since)), written));
    }
    held
}

fn homes(person: &Person, lag: impl Fn(Day) -> i32, count: &mut impl FnMut(Planted)) -> Vec<(Day, Rc<Home>)> {
    let known = person.homes.iter().enumerate().map(|(at, (since, home))| {
        let lag = if at == 0 { 0 } else { lag(*since) };
        if lag > 30 {
            count(Planted::OldAddress);
        }
        (since.saturating_add(lag), Rc::clone(home))
    });
    known.collect()
}

fn birth(
    calendar: &Calendar,
    birth: Day,
    dice: &mut Dice,
    typing: f64,
    count: &mut impl FnMut(Planted),
) -> Day {
    let (swap, year) = (errors::BIRTH_SWAPPED * typing, errors::BIRTH_YEAR * typing);
    let unknown = errors::BIRTH_UNKNOWN * typing;
    match dice.unit() {
        draw if draw < swap => match swap_day_and_month(birth) {
            Some(swapped) if swapped != birth && swapped <= calendar.start => {
                count(Planted::BirthSwapped);
                swapped
            }
            _ => birth,
        },
        draw if draw < swap + year && birth < calendar.start - 4_000 => {
            count(Planted::BirthYear);
            birth + if dice.chance(0.7) { 365 } else { 3_653 }
        }
        draw if draw < swap + year + unknown && birth < calendar.start => {
            count(Planted::BirthUnknown);
            FIRST_OF_1900
        }
        _ => birth,
    }
}

fn swap_day_and_month(day: Day) -> Option<Day> {
    use chrono::{Datelike, NaiveDate};
    let date = NaiveDate::from_num_days_from_ce_opt(day)?;
    NaiveDate::from_ymd_opt(date.year(), date.day(), date.month()).map(|date| date.num_days_from_ce())
}

/// The number by which an organisation knows a person: scattered, so that it says nothing of the true one.
fn local_number(index: u32, organisation: u64, second: bool, kind: SystemKind) -> String {
    // 7,368,787 has no common factor with a hundred million: no two people share a number.
    let place = u64::from(index) + if second { 50_000_000 } else { 0 };
    let number = (place * 7_368_787 + organisation * 1_234_577) % 100_000_000;
    match kind {
        SystemKind::Practice => number.to_string(),
        SystemKind::Hospital => format!("{number:08}"),
        SystemKind::Community => format!("C{number:08}"),
        SystemKind::MentalHealth => format!("M{number:08}"),
        SystemKind::Council => format!("SC{number:08}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn days_and_months_swap_only_when_both_are_months() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap().num_days_from_ce();
        assert_eq!(swap_day_and_month(day(1980, 3, 7)), Some(day(1980, 7, 3)));
        assert_eq!(swap_day_and_month(day(1980, 3, 27)), None);
        assert_eq!(day(1900, 1, 1), FIRST_OF_1900);
    }
}
