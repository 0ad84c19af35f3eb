//! Households: who lives together, what they are called, and when they move.

use std::rc::Rc;

use model::Sex;

use crate::calendar::{Day, year_of};
use crate::dice::{Dice, Stream};
use crate::ethnicity::Category;
use crate::members::{Member, Role, members};
use crate::names::Custom;
use crate::person::{Delivery, Person, Registration};
use crate::place::{Home, PracticePlace};
use crate::world::World;

/// Share of people a year who move within the area; half of them to another practice.
const MOVES_A_YEAR: f64 = 0.045;
/// Share of people a year who come from, and who leave for, elsewhere.
const ARRIVALS_A_YEAR: f64 = 0.03;
const DEPARTURES_A_YEAR: f64 = 0.022;
/// Share of single-person households that are a bed in the borough's hostel.
const HOSTEL: f64 = 0.012;

/// Makes the household whose first member has this index, with at most `limit` members.
pub fn household(world: &World, practice: usize, first_index: u32, limit: u32) -> Vec<Person> {
    let Some(place) = world.places.practices.get(practice) else { return Vec::new() };
    let mut dice = Dice::new(world.seed, Stream::Household, u64::from(first_index));
    let mut members = members(&mut dice);
    members.truncate(limit as usize);
    let hostel = members.len() == 1
        && members.first().is_some_and(|member| (18.0..66.0).contains(&member.age))
        && dice.chance(HOSTEL * 3.0);
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
    people
}

/// Settles names, dates, homes and registrations of one household.
struct Maker<'w> {
    world: &'w World,
    dice: Dice,
    practice: usize,
    place: &'w PracticePlace,
    home: Rc<Home>,
    category: &'w Category,
    custom: Custom,
    family: String,
    arrived: Option<Day>,
    hostel: bool,
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
            .chance(ARRIVALS_A_YEAR * years)
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
        let family = self.family_name(member, custom);
        let family = self.world.names.family_of(&mut self.dice, custom, &family, member.sex);
        let given = self.given_name(member, custom, born, before);
        let here_from = self.arrived.unwrap_or(calendar.start).max(birth);
        let registered = self.registered_since(birth, member);
        let imd_decile = self.world.places.small_area(&self.home).map_or(5, |area| area.imd_decile);
        let recent = self.arrived.is_some();
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

    fn given_name(&mut self, member: &Member, custom: Custom, born: i32, before: &[Person]) -> String {
        // Now and then a son has his father's name.
        let head = before.first().filter(|head| head.sex == Sex::Male && member.sex == Sex::Male);
        if let (Role::Child, Some(head)) = (member.role, head)
            && self.dice.chance(0.012)
        {
            return head.given.clone();
        }
        for _ in 0..8 {
            let name = self.world.names.given(&mut self.dice, custom, member.sex, born);
            let taken = before.iter().any(|other| other.given == name);
            if !taken {
                return name;
            }
        }
        self.world.names.given(&mut self.dice, custom, member.sex, born)
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
        let name = people.get(mother).map(|person| person.family_on(start).to_string());
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
        deliveries.sort_by_key(|delivery| delivery.day);
        if let Some(mother) = people.get_mut(mother) {
            mother.deliveries = deliveries;
        }
    }

    /// Some brides of the period had another name, and some another home, before.
    fn marriage(&mut self, members: &[Member], people: &mut [Person]) {
        let calendar = &self.world.calendar;
        let years = f64::from(calendar.end - calendar.start) / 365.25;
        for (person, member) in people.iter_mut().zip(members) {
            let bride = member.sex == Sex::Female
                && (21.0..48.0).contains(&member.age)
                && matches!(member.role, Role::Head | Role::Partner)
                && members.iter().any(|m| m.role == Role::Partner);
            if !bride || !person.deliveries.is_empty() || !self.dice.chance(0.018 * years) {
                continue;
            }
            let from = person.here.0 + 60;
            if from >= calendar.end - 30 {
                continue;
            }
            let day = self.dice.between(from, calendar.end - 30);
            let maiden = self.world.names.family(&mut self.dice, self.custom);
            let married = person.family_on(day).to_string();
            person.families = vec![(i32::MIN, maiden), (day, married)];
            if self.dice.chance(0.5) {
                let before = Rc::new(self.world.places.home(&mut self.dice, self.place));
                person.homes = vec![(i32::MIN, before), (day - 40, Rc::clone(&self.home))];
            }
        }
    }

    /// The household moves, leaves the area, or stays.
    fn moves(&mut self, people: &mut [Person]) {
        let calendar = &self.world.calendar;
        let years = f64::from(calendar.end - calendar.start) / 365.25;
        let from = self.arrived.unwrap_or(calendar.start) + 45;
        let to = calendar.end - 45;
        if from >= to || self.hostel {
            return;
        }
        let head_age = people.first().map_or(40.0, |head| head.age_on(calendar.end));
        let young = if head_age < 45.0 { 1.5 } else { 0.5 };
        if self.dice.chance(MOVES_A_YEAR * years * young) {
            let day = self.dice.between(from, to);
            let next = self.world.places.practices.get(self.practice + 1);
            match next.filter(|_| self.dice.chance(0.5)) {
                Some(place) => self.change_practice(people, place, day),
                None => {
                    let home = Rc::new(self.world.places.home(&mut self.dice, self.place));
                    move_home(people, &home, day);
                }
            }
        } else if self.dice.chance(DEPARTURES_A_YEAR * years * young) {
            let day = self.dice.between(from, to);
            for person in people {
                leave(person, day, calendar.end);
            }
        }
    }

    fn change_practice(&mut self, people: &mut [Person], place: &PracticePlace, day: Day) {
        let home = Rc::new(self.world.places.home(&mut self.dice, place));
        move_home(people, &home, day);
        let registered = day + self.dice.between(2, 40);
        for person in people.iter_mut() {
            // A child born after the move is registered at the new practice only.
            if let Some(first) = person.registrations.first_mut() {
                if first.from >= registered {
                    first.practice = self.practice + 1;
                    continue;
                }
                first.to = Some(registered);
            }
            person.registrations.push(Registration {
                practice: self.practice + 1,
                from: registered,
                to: None,
            });
        }
    }
}

fn move_home(people: &mut [Person], home: &Rc<Home>, day: Day) {
    for person in people {
        person.homes.retain(|(since, _)| *since < day);
        person.homes.push((day.max(person.birth), Rc::clone(home)));
        person.homes.sort_by_key(|(since, _)| *since);
        if person.birth >= day {
            person.homes = vec![(i32::MIN, Rc::clone(home))];
        }
    }
}

/// The person goes elsewhere: nothing more of them is known here. A child is born before the parents go.
fn leave(person: &mut Person, day: Day, end: Day) {
    person.here.1 = day.max(person.birth + 30).max(person.here.0 + 1).min(end);
    let to = person.here.1 + 20;
    if let Some(registration) = person.registrations.last_mut() {
        registration.to = (to > registration.from && to <= end).then_some(to);
    }
}
