//! A person as one organisation has them: local number, NHS number, names, birth, address, with that organisation's errors.

use std::rc::Rc;

use chrono::{Datelike, NaiveDate};
use model::Sex;

use crate::calendar::{Day, FIRST_OF_1900};
use crate::dice::{Dice, Stream};
use crate::errors::{self, Account, Planted};
use crate::person::{Person, latest};
use crate::place::{Home, NO_FIXED_ABODE};
use crate::rates::{self, Habits};
use crate::world::World;
use crate::writing::Writer;

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
            Self::Practice => rates::NO_NUMBER_GP,
            Self::Hospital => rates::NO_NUMBER_HOSPITAL,
            Self::Community => rates::NO_NUMBER_COMMUNITY,
            Self::MentalHealth => rates::NO_NUMBER_MENTAL_HEALTH,
            Self::Council => rates::NO_NUMBER_COUNCIL,
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
    /// Given names by when this organisation learnt of them: a newborn has none yet.
    givens: Vec<(Day, String)>,
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
    NoFixedAbode,
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
        let again = if second { (8.0, 3.0) } else { (1.0, 1.0) };
        let mut clerk = Clerk {
            world,
            person,
            kind,
            habits: world.names.habits(person.custom),
            typing: errors::proneness_to_error(person) * kind.care() * again.0,
            care: kind.care() * again.1,
            dice: Dice::new(world.seed, Stream::Identity, subject),
            account,
        };
        let nhs_number = clerk.number(organisation);
        let told = clerk.told_after();
        let told = |since: Day| if since <= fresh { 0 } else { told };
        let (givens, families) = clerk.names(told);
        let swapped = clerk.happens(clerk.habits.swapped * clerk.care, Planted::NamesSwapped);
        let birth = clerk.birth();
        let homes = clerk.homes(told);
        let postcode = clerk.postcode();
        let ethnic = clerk.ethnic();
        let local = local_number(person.index, organisation, second, kind);
        let sex = person.sex;
        Self { local, nhs_number, givens, families, homes, postcode, birth, sex, ethnic, swapped }
    }

    /// Given name as this organisation writes it.
    pub fn given(&self, day: Day) -> &str {
        if self.swapped { self.family_held(day) } else { self.given_held(day) }
    }

    /// Family name as this organisation has it on a day.
    pub fn family(&self, day: Day) -> &str {
        if self.swapped { self.given_held(day) } else { self.family_held(day) }
    }

    fn given_held(&self, day: Day) -> &str {
        latest(&self.givens, day).map_or("", String::as_str)
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
            Postcode::NoFixedAbode => NO_FIXED_ABODE.to_string(),
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
        let names = self.families.iter().skip(1).chain(self.givens.iter().skip(1)).map(|(day, _)| *day);
        names.chain(self.homes.iter().skip(1).map(|(day, _)| *day))
    }
}

/// Names, each since a day.
type Held = Vec<(Day, String)>;

/// Enters one person in one organisation's system.
struct Clerk<'a> {
    world: &'a World,
    person: &'a Person,
    kind: SystemKind,
    habits: Habits,
    /// Typing errors against those of a settled white person.
    typing: f64,
    /// Other errors against those of an organisation that does not see its people often.
    care: f64,
    dice: Dice,
    account: &'a mut Account,
}

impl Clerk<'_> {
    fn happens(&mut self, chance: f64, kind: Planted) -> bool {
        let happens = self.dice.chance(chance);
        if happens {
            self.account.add(kind);
        }
        happens
    }

    fn number(&mut self, organisation: u64) -> String {
        let (world, person) = (self.world, self.person);
        let missing = (self.kind.no_number() * errors::proneness_to_no_number(person)).min(0.6);
        let wrong = rates::NUMBER_MISTYPED * errors::proneness_to_error(person);
        let digits = person.nhs_number.digits();
        match self.dice.unit() {
            draw if draw < missing => {
                self.account.add(Planted::NumberMissing);
                String::new()
            }
            draw if draw < missing + wrong => {
                self.account.add(Planted::NumberMistyped);
                errors::mistype_number(&mut self.dice, &digits)
            }
            draw if draw < missing + wrong + rates::NUMBER_OF_ANOTHER => {
                self.account.add(Planted::NumberOfAnother);
                world.other_number(&mut self.dice, person.index).digits()
            }
            _ => {
                // Both of a pair draw from the pair's stream, so that an exchange happens to both.
                let pair = u64::from(person.index >> 1) | 1 << 31 | (organisation * 2 + 1) << 32;
                let other = person.index ^ 1;
                let mut dice = Dice::new(world.seed, Stream::Identity, pair);
                if other < world.people && dice.chance(rates::NUMBERS_EXCHANGED) {
                    self.account.add(Planted::NumbersExchanged);
                    return world.nhs_number(other).digits();
                }
                digits
            }
        }
    }

    /// How much more often than others the person moves on and tells organisations late.
    fn unsteady(&self) -> f64 {
        let age = self.person.age_on(self.world.calendar.end);
        let young = if (18.0..35.0).contains(&age) { 1.4 } else { 1.0 };
        self.person.by_fifth(rates::MOVES_BY_FIFTH) * young
    }

    /// Days after which this organisation hears of a change.
    fn told_after(&mut self) -> i32 {
        let late = (rates::TOLD_LATE * self.unsteady()).min(0.8);
        if self.dice.chance(late) { self.dice.between(30, 700) } else { self.dice.between(0, 30) }
    }

    /// Given and family names as held.
    fn names(&mut self, told: impl Fn(Day) -> i32) -> (Held, Held) {
        let (world, person) = (self.world, self.person);
        let never_told = person.families.len() > 1 && self.dice.chance(rates::NAME_OF_BEFORE * self.care);
        let other = self.habits.other_family * self.care;
        let other = person.other_family.as_ref().filter(|_| self.dice.chance(other));
        let Self { habits, typing, care, ref mut dice, ref mut account, .. } = *self;
        let mut count = |kind: Planted| account.add(kind);
        let mut writer = Writer { dice, names: &world.names, habits, typing, care };
        let given = writer.given(&person.given, &mut count);
        if person.one_name {
            count(Planted::OneName);
            let (given, family) = match writer.dice.below(4) {
                0 => (String::new(), given),
                1 => (given.clone(), given),
                2 => ("Unknown".to_string(), given),
                _ => (given, "Unknown".to_string()),
            };
            return (vec![(i32::MIN, given)], vec![(i32::MIN, family)]);
        }
        let mut families = Vec::with_capacity(person.families.len());
        for (since, name) in &person.families {
            let known = match () {
                () if *since == i32::MIN => i32::MIN,
                () if never_told => i32::MAX,
                () => since.saturating_add(told(*since)),
            };
            if known > world.calendar.start.max(since.saturating_add(30)) {
                count(Planted::OldName);
            }
            families.push((known, writer.family(name, &mut count)));
        }
        if let Some(other) = other {
            count(Planted::NameOther);
            families = vec![(i32::MIN, writer.family(other, &mut count))];
        }
        (self.unnamed_at_first(given, &mut families), families)
    }

    /// A child born in the period may be entered before it has a name, under the mother's family name.
    fn unnamed_at_first(&mut self, given: String, families: &mut Held) -> Held {
        let person = self.person;
        let rate = if self.kind == SystemKind::Practice { rates::BABY_GP } else { rates::BABY_ELSEWHERE };
        let Some(mother) = person.born_to.as_ref().filter(|_| self.dice.chance(rate)) else {
            return vec![(i32::MIN, given)];
        };
        self.account.add(Planted::BabyWithoutName);
        let named = person.birth + self.dice.between(15, 90);
        let unnamed = match (person.twin, self.dice.below(4)) {
            (Some(1), _) => "Twin One".to_string(),
            (Some(_), _) => "Twin Two".to_string(),
            (None, 0) => format!("Baby of {}", mother.given),
            (None, 1) => if person.sex == Sex::Female { "Baby Girl" } else { "Baby Boy" }.to_string(),
            _ => "Baby".to_string(),
        };
        let first = families.first_mut().map(|(since, _)| std::mem::replace(since, named));
        families.insert(0, (first.unwrap_or(i32::MIN), mother.family.clone()));
        vec![(i32::MIN, unnamed), (named, given)]
    }

    fn birth(&mut self) -> Day {
        let (person, start) = (self.person, self.world.calendar.start);
        let birth = person.birth;
        let (swap, year) = (rates::BIRTH_SWAPPED * self.typing, rates::BIRTH_YEAR * self.typing);
        let unknown = rates::BIRTH_UNKNOWN * self.typing;
        let grown = birth < start - 4_000;
        match self.dice.unit() {
            draw if draw < swap => match swap_day_and_month(birth) {
                Some(swapped) if swapped != birth && swapped <= start => {
                    self.account.add(Planted::BirthSwapped);
                    swapped
                }
                _ => birth,
            },
            draw if draw < swap + year && grown => {
                self.account.add(Planted::BirthYear);
                birth + if self.dice.chance(0.7) { 365 } else { 3_653 }
            }
            draw if draw < swap + year + unknown && birth < start => {
                self.account.add(Planted::BirthUnknown);
                FIRST_OF_1900
            }
            _ if person.january
                && self.happens(rates::JANUARY_ASKED_AGAIN * self.care, Planted::BirthJanuary) =>
            {
                // Whoever asks hears the same day.
                birth + 1 + (u64::from(person.index) * 7_919 % 360) as i32
            }
            _ if !person.january
                && grown
                && self.happens(
                    rates::JANUARY_FILLED_IN * self.habits.january * self.care,
                    Planted::BirthJanuary,
                ) =>
            {
                first_of_january(birth)
            }
            _ => birth,
        }
    }

    fn homes(&mut self, told: impl Fn(Day) -> i32) -> Vec<(Day, Rc<Home>)> {
        let person = self.person;
        let mut homes: Vec<(Day, Rc<Home>)> = Vec::with_capacity(person.homes.len());
        for (at, (since, home)) in person.homes.iter().enumerate() {
            let told = if at == 0 { 0 } else { told(*since) };
            if told > 30 {
                self.account.add(Planted::OldAddress);
            }
            homes.push((since.saturating_add(told), Rc::clone(home)));
        }
        let before = rates::ADDRESS_OF_BEFORE
            * self.unsteady()
            * if self.kind == SystemKind::Practice { 0.3 } else { 1.0 };
        if let (Some(former), Some((_, first))) = (&person.former_home, homes.first_mut())
            && self.happens(before, Planted::OldAddress)
        {
            *first = Rc::clone(former);
        }
        homes
    }

    fn postcode(&mut self) -> Postcode {
        let factor = errors::proneness_to_error(self.person);
        if self.person.homeless && self.dice.chance(rates::NO_FIXED_ABODE) {
            self.account.add(Planted::PostcodeMissing);
            return Postcode::NoFixedAbode;
        }
        match self.dice.unit() {
            draw if draw < rates::NO_POSTCODE * factor => {
                self.account.add(Planted::PostcodeMissing);
                Postcode::Missing
            }
            draw if draw < (rates::NO_POSTCODE + rates::POSTCODE_TYPO) * factor => {
                self.account.add(Planted::PostcodeTypo);
                Postcode::Mistyped(self.dice.below(26) as u8)
            }
            _ => Postcode::Right,
        }
    }

    fn ethnic(&mut self) -> Option<char> {
        let ethnic = match self.dice.unit() {
            draw if draw < rates::NO_ETHNICITY / 2.0 => None,
            draw if draw < rates::NO_ETHNICITY => Some('Z'),
            _ => return Some(self.person.ethnic),
        };
        self.account.add(Planted::EthnicityMissing);
        ethnic
    }
}

/// 1 January of a day's year.
pub fn first_of_january(day: Day) -> Day {
    NaiveDate::from_num_days_from_ce_opt(day).map_or(day, |date| day - date.ordinal0() as i32)
}

fn swap_day_and_month(day: Day) -> Option<Day> {
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

    #[test]
    fn days_and_months_swap_only_when_both_are_months() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap().num_days_from_ce();
        assert_eq!(swap_day_and_month(day(1980, 3, 7)), Some(day(1980, 7, 3)));
        assert_eq!(swap_day_and_month(day(1980, 3, 27)), None);
        assert_eq!(day(1900, 1, 1), FIRST_OF_1900);
        assert_eq!(first_of_january(day(1980, 12, 31)), day(1980, 1, 1));
    }
}
