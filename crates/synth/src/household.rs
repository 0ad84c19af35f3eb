//! Households: who lives together, what they are called, and when they move.

use std::rc::Rc;

use model::Sex;

use crate::calendar::{Day, year_of};
use crate::dice::{Dice, Stream};
use crate::ethnicity::Category;
use crate::identity::first_of_january;
use crate::members::{Member, Role, members};
use crate::names::{Custom, Names};
use crate::person::{Delivery, Mother, Person, Registration};
use crate::place::{Home, PracticePlace};
use crate::rates;
use crate::world::World;

/// Share of couples a year who marry in the period.
const BRIDES_A_YEAR: f64 = 0.025;
/// Share of white wives who put their own name before their husband's.
const DOUBLE_NAMED: f64 = 0.06;

/// Makes the household whose first member has this index, with at most `limit` members.
pub fn household(world: &World, practice: usize, first_index: u32, limit: u32) -> Vec<Person> {
    let Some(place) = world.places.practices.get(practice) else { return Vec::new() };
    let mut dice = Dice::new(world.seed, Stream::Household, u64::from(first_index));
    let mut members = members(&mut dice);
    members.truncate(limit as usize);
    let hostel = members.len() == 1
        && members.first().is_some_and(|member| (18.0..66.0).contains(&member.age))
        && dice.chance(rates::HOSTEL);
    let home = if hostel { world.places.hostel(place.borough) } else { world.places.home(&mut dice, place) };
    let mut maker = Maker::new(world, dice, practice, place, Rc::new(home), &members, hostel);
    let alone = members.len() == 1;
    let mut people: Vec<Person> = Vec::with_capacity(members.len());
    for (at, member) in members.iter().enumerate() {
        let mut person = maker.person(first_index + at as u32, member, &people);
        person.lives_alone = alone;
        people.push(person);
    }
    maker.tie_births(&members, &mut people);
    maker.marriage(&members, &mut people);
    maker.moves(&mut people);
    maker.former_home(&mut people);
    people
}

/// Settles names, dates, homes and registrations of one household.
pub struct Maker<'w> {
    pub world: &'w World,
    pub dice: Dice,
    pub practice: usize,
    pub place: &'w PracticePlace,
    home: Rc<Home>,
    category: &'w Category,
    custom: Custom,
    family: String,
    pub arrived: Option<Day>,
    pub hostel: bool,
}

impl<'w> Maker<'w> {
    fn new(
        world: &'w World,
        mut dice: Dice,
        practice: usize,
        place: &'w PracticePlace,
        home: Rc<Home>,
        members: &[Member],
        hostel: bool,
    ) -> Self {
        let borough = world.places.borough(place.borough).map_or("*", |b| b.code.as_str());
        let older = members.first().is_some_and(|head| head.age >= 65.0);
        let (category, custom) = world.ethnicities.draw(&mut dice, borough, older);
        let family = world.names.family(&mut dice, custom);
        // Children bear their father's name, which is never one that only women bear.
        let family = world.names.family_of(&mut dice, custom, &family, Sex::Male);
        let years = f64::from(world.calendar.end - world.calendar.start) / 365.25;
        let arrived = dice
            .chance(rates::ARRIVALS_A_YEAR * years * world.names.habits(custom).arrivals)
            .then(|| dice.between(world.calendar.start + 10, world.calendar.end - 20));
        Self { world, dice, practice, place, home, category, custom, family, arrived, hostel }
    }

    fn person(&mut self, index: u32, member: &Member, before: &[Person]) -> Person {
        let calendar = &self.world.calendar;
        let birth = match (member.role, before.last()) {
            (Role::Twin, Some(other)) => other.birth,
            _ => calendar.end - (member.age * 365.25) as i32 - 1,
        };
        let born = year_of(birth);
        // Partners and sharers are mostly, not always, of one ethnic group.
        let mixed = match member.role {
            Role::Partner => self.dice.chance(0.12),
            Role::Sharer => self.dice.chance(0.7),
            _ => false,
        };
        let borough = self.world.places.borough(self.place.borough).map_or("*", |b| b.code.as_str());
        let (category, custom) = if mixed {
            self.world.ethnicities.draw(&mut self.dice, borough, false)
        } else {
            (self.category, self.custom)
        };
        let habits = self.world.names.habits(custom);
        let child = matches!(member.role, Role::Child | Role::Twin);
        let parent = before.iter().find(|other| other.sex == Sex::Male && child);
        let patronymic = parent.filter(|_| self.dice.chance(habits.patronymic));
        let family = match patronymic {
            Some(father) => first_word(&father.given).to_string(),
            None => {
                let family = self.family_name(member, custom);
                self.world.names.family_of(&mut self.dice, custom, &family, member.sex)
            }
        };
        let given = self.given_name(member, custom, born, before, parent);
        // Harpreet Kaur whose family name is Kaur is called Harpreet.
        let given = given.strip_suffix(&family).map_or(given.as_str(), str::trim_end);
        let given = if given.is_empty() { family.clone() } else { given.to_string() };
        let other_family = match patronymic {
            Some(father) => Some(father.family_on(i32::MIN).to_string()),
            None if habits.other_family > 0.0 => Some(self.other_family(custom, member.sex, &family)),
            None => None,
        };
        let one_name = self.dice.chance(habits.one_name);
        let abroad = match child {
            true => self.arrived.is_some_and(|day| birth < day) && self.dice.chance(habits.abroad),
            false => self.dice.chance(habits.abroad),
        };
        let (january, birth) = match before.last().filter(|_| member.role == Role::Twin) {
            Some(other) => (other.january, other.birth),
            None if abroad && birth < calendar.start - 2_000 && self.dice.chance(habits.january) => {
                (true, first_of_january(birth))
            }
            None => (false, birth),
        };
        let here_from = self.arrived.unwrap_or(calendar.start).max(birth);
        let registered = self.registered_since(birth, member);
        let imd_decile = self.world.places.small_area(&self.home).map_or(5, |area| area.imd_decile);
        let recent = self.arrived.is_some() && abroad;
        Person {
            index,
            // INVARIANT: `generate` refuses more people than there are numbers.
            nhs_number: self.world.nhs_number(index),
            sex: member.sex,
            birth,
            death: None,
            given,
            families: vec![(i32::MIN, family)],
            homes: vec![(i32::MIN, Rc::clone(&self.home))],
            registrations: vec![Registration { practice: self.practice, from: registered, to: None }],
            other_family,
            one_name,
            custom,
            former_home: None,
            january,
            recent,
            twin: None,
            ethnic: category.letter,
            broad: category.broad,
            imd_decile,
            homeless: self.hostel,
            asylum_seeker: recent && category.broad > 1 && self.dice.chance(0.08),
            lives_alone: false,
            born_to: None,
            deliveries: Vec::new(),
            here: (here_from, calendar.end),
        }
    }

    /// Family names by custom: most share the head's, in some customs wives keep or have their own.
    fn family_name(&mut self, member: &Member, custom: Custom) -> String {
        let names = &self.world.names;
        let girl = matches!(member.role, Role::Child | Role::Twin);
        let womens = names.habits(custom).womens * if girl { 0.5 } else { 1.0 };
        if member.sex == Sex::Female && self.dice.chance(womens) {
            return names.womens_family(&mut self.dice, custom);
        }
        let keeps_own = match member.role {
            Role::Partner if custom != self.custom => 0.35,
            Role::Partner => match self.category.broad {
                0 | 1 => 0.2,
                2 if self.category.letter == 'H' => 0.12,
                2 => 0.45,
                3 => 0.3,
                _ => 0.6,
            },
            Role::Sharer => 1.0,
            Role::Parent => 0.4,
            Role::Head | Role::Child | Role::Twin => 0.0,
        };
        if self.dice.chance(keeps_own) {
            self.world.names.family(&mut self.dice, custom)
        } else {
            self.family.clone()
        }
    }

    /// Another family name that is theirs too.
    fn other_family(&mut self, custom: Custom, sex: Sex, family: &str) -> String {
        let names = &self.world.names;
        if names.habits(custom).patronymic > 0.3 {
            return names.given(&mut self.dice, custom, Sex::Male, 1960);
        }
        let religious = matches!(family, "Singh" | "Kaur");
        if custom == names.punjabi && !religious {
            return if sex == Sex::Female { "Kaur" } else { "Singh" }.to_string();
        }
        if Names::is_womens(family) {
            return self.family.clone();
        }
        let drawn = names.family(&mut self.dice, custom);
        let drawn = names.family_of(&mut self.dice, custom, &drawn, sex);
        if religious && matches!(drawn.as_str(), "Singh" | "Kaur") { "Gill".to_string() } else { drawn }
    }

    fn given_name(
        &mut self,
        member: &Member,
        custom: Custom,
        born: i32,
        before: &[Person],
        father: Option<&Person>,
    ) -> String {
        let names = &self.world.names;
        // Now and then a son has his father's name.
        if let (Role::Child, Sex::Male, Some(father)) = (member.role, member.sex, father)
            && self.dice.chance(names.habits(custom).namesake)
        {
            return father.given.clone();
        }
        let fathers = father.map(|father| father.given.as_str());
        let mut name = String::new();
        for _ in 0..8 {
            name = names.full_given(&mut self.dice, custom, member.sex, born, fathers);
            if before.iter().all(|other| other.given != name) {
                break;
            }
        }
        name
    }

    fn registered_since(&mut self, birth: Day, member: &Member) -> Day {
        let start = self.world.calendar.start;
        match self.arrived {
            Some(day) if birth < day => day,
            _ if birth >= start => birth + self.dice.between(3, 25),
            _ => {
                let years = (member.age * 0.6).min(25.0);
                (start - 30 - (self.dice.unit() * years * 365.0) as i32).max(birth + 5)
            }
        }
    }

    /// Children born in the period belong to a mother who gives birth to them that day.
    fn tie_births(&mut self, members: &[Member], people: &mut [Person]) {
        let start = self.arrived.unwrap_or(self.world.calendar.start);
        let adult = |member: &Member| matches!(member.role, Role::Head | Role::Partner);
        let mother = members.iter().position(|member| member.sex == Sex::Female && adult(member));
        let Some(mother) = mother else { return };
        let name = people.get(mother).map(|person| Mother {
            given: first_word(&person.given).to_string(),
            family: person.family_on(start).to_string(),
        });
        let mut deliveries: Vec<Delivery> = Vec::new();
        for (person, member) in people.iter_mut().zip(members) {
            if matches!(member.role, Role::Child | Role::Twin) && person.birth > start {
                person.born_to.clone_from(&name);
                if deliveries.iter().all(|delivery| delivery.day != person.birth) {
                    let caesarean = self.dice.chance(0.32);
                    deliveries.push(Delivery { day: person.birth, caesarean });
                }
            }
        }
        for at in (1..members.len()).filter(|at| members.get(*at).is_some_and(|m| m.role == Role::Twin)) {
            for (at, order) in [(at - 1, 1), (at, 2)] {
                if let Some(person) = people.get_mut(at) {
                    person.twin = Some(order);
                }
            }
        }
        deliveries.sort_by_key(|delivery| delivery.day);
        if let Some(mother) = people.get_mut(mother) {
            mother.deliveries = deliveries;
        }
    }

    /// Wives who took their husband's name had another before; some brides of the period another home too.
    fn marriage(&mut self, members: &[Member], people: &mut [Person]) {
        let calendar = &self.world.calendar;
        let years = f64::from(calendar.end - calendar.start) / 365.25;
        for (person, member) in people.iter_mut().zip(members) {
            let wife = member.sex == Sex::Female
                && member.age >= 21.0
                && matches!(member.role, Role::Head | Role::Partner)
                && members.iter().any(|m| m.role == Role::Partner);
            let habits = self.world.names.habits(person.custom);
            let keeps = Names::is_womens(person.family_on(i32::MIN));
            if !wife || keeps || !self.dice.chance(habits.wives_change) {
                continue;
            }
            let from = person.here.0 + 60;
            let of_the_period = member.age < 48.0
                && person.deliveries.is_empty()
                && from < calendar.end - 30
                && self.dice.chance(BRIDES_A_YEAR * years);
            let day = if of_the_period {
                self.dice.between(from, calendar.end - 30)
            } else {
                let age = 21.0 + self.dice.unit() * 12.0;
                (person.birth + (age * 365.25) as Day).min(calendar.start - 400)
            };
            let maiden = self.world.names.family(&mut self.dice, person.custom);
            let maiden = self.world.names.family_of(&mut self.dice, person.custom, &maiden, Sex::Female);
            let mut married = person.family_on(day).to_string();
            if person.broad == 0 && !married.contains('-') && self.dice.chance(DOUBLE_NAMED) {
                married = format!("{maiden}-{married}");
            }
            person.families = vec![(i32::MIN, maiden), (day, married)];
            if of_the_period && self.dice.chance(0.5) {
                let before = Rc::new(self.world.places.home(&mut self.dice, self.place));
                person.homes = vec![(i32::MIN, before), (day - 40, Rc::clone(&self.home))];
            }
        }
    }
}

fn first_word(name: &str) -> &str {
    name.split(' ').next().unwrap_or(name)
}
