//! When a household moves, leaves the area, and where it lived before.

use std::rc::Rc;

use crate::calendar::Day;
use crate::household::Maker;
use crate::person::{Person, Registration};
use crate::place::{Home, PracticePlace};
use crate::rates;

impl Maker<'_> {
    /// Some households lived elsewhere in the area some years ago.
    pub fn former_home(&mut self, people: &mut [Person]) {
        let place = people.first().map_or(1.0, |head| head.by_fifth(rates::MOVES_BY_FIFTH));
        if self.arrived.is_none() && self.dice.chance(rates::HAS_ADDRESS_OF_BEFORE * place) {
            let home = Rc::new(self.world.places.home(&mut self.dice, self.place));
            let start = self.world.calendar.start;
            for person in people.iter_mut().filter(|person| person.birth < start) {
                person.former_home = Some(Rc::clone(&home));
            }
        }
    }

    /// The household moves, leaves the area, or stays.
    pub fn moves(&mut self, people: &mut [Person]) {
        let calendar = &self.world.calendar;
        let years = f64::from(calendar.end - calendar.start) / 365.25;
        let from = self.arrived.unwrap_or(calendar.start) + 45;
        let to = calendar.end - 45;
        if from >= to || self.hostel {
            return;
        }
        let head_age = people.first().map_or(40.0, |head| head.age_on(calendar.end));
        let young = match head_age {
            ..30.0 => 2.0,
            ..45.0 => 1.3,
            _ => 0.5,
        };
        let place = people.first().map_or(1.0, |head| head.by_fifth(rates::MOVES_BY_FIFTH));
        if self.dice.chance(rates::MOVES_A_YEAR * years * young * place) {
            let day = self.dice.between(from, to);
            let next = self.world.places.practices.get(self.practice + 1);
            match next.filter(|_| self.dice.chance(0.5)) {
                Some(place) => self.change_practice(people, place, day),
                None => {
                    let home = Rc::new(self.world.places.home(&mut self.dice, self.place));
                    move_home(people, &home, day);
                }
            }
        } else if self.dice.chance(rates::DEPARTURES_A_YEAR * years * young) {
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
