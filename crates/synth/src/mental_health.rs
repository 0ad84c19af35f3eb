//! Mental health services: community teams by illness, talking therapies, memory clinics, crises and stays.

use crate::calendar::{Day, Season};
use crate::community::{Contact, Stay};
use crate::dice::{Dice, Stream};
use crate::life::Life;
use crate::world::World;

/// Adds a person's mental health contacts and stays.
pub fn happen<'w>(world: &'w World, life: &mut Life<'w>) {
    let dice = Dice::new(world.seed, Stream::Community, u64::from(life.person.index) | 1 << 40);
    let mut team = Team { world, life, dice, found: Vec::new() };
    team.severe();
    team.common();
    team.memory();
    let mut found = team.found;
    found.sort_by_key(|contact| contact.day);
    life.mental = found;
}

struct Team<'w, 'l> {
    world: &'w World,
    life: &'l mut Life<'w>,
    dice: Dice,
    found: Vec<Contact>,
}

impl Team<'_, '_> {
    fn add(&mut self, day: Day, team: &'static str) {
        if !self.life.person.is_active(day) || self.life.in_bed(day) {
            return;
        }
        let status = match self.dice.unit() {
            draw if draw < 0.11 => "3",
            draw if draw < 0.125 => "7",
            draw if draw < 0.17 => "2",
            draw if draw < 0.2 => "4",
            _ => "5",
        };
        let medium = match self.dice.unit() {
            draw if draw < 0.25 => "02",
            draw if draw < 0.35 => "03",
            _ => "01",
        };
        self.found.push(Contact { day, team, medium, status });
    }

    fn spread(&mut self, from: Day, to: Day, rate: f64, team: &'static str) {
        let years = f64::from((to - from + 1).max(0)) / 365.25;
        for _ in 0..self.dice.poisson(rate * years) {
            let Some(day) = self.world.calendar.day_in(&mut self.dice, from, to, Season::Even) else {
                return;
            };
            self.add(day, team);
        }
    }

    /// People with psychosis or bipolar disorder: most under a team; about one in twenty a year is admitted.
    fn severe(&mut self) {
        let known = &self.world.known;
        let onset =
            known.psychoses.iter().filter_map(|c| self.life.health.since(*c).map(|day| (day, *c))).min();
        let Some((since, condition)) = onset else { return };
        let (from, to) = self.life.person.active();
        let from = from.max(since);
        if from >= to {
            return;
        }
        let years = f64::from(to - from) / 365.25;
        let diagnosis = self.world.tables.icd10(condition);
        for _ in 0..self.dice.poisson(0.055 * self.life.health.proneness * years) {
            let start = self.dice.between(from, to);
            let nights = 28.0 * self.dice.proneness();
            let planned = start + 6 + self.dice.poisson(nights) as i32;
            let clear = (start..=planned).all(|day| !self.life.in_bed(day));
            if !clear {
                continue;
            }
            let open = planned > self.world.calendar.end && self.life.person.death.is_none();
            let end = (!open).then_some(planned.min(to));
            self.life.mental_stays.push(Stay { start, end, diagnosis });
            for n in 0..4 {
                self.add(planned + 2 + n * 5, "Crisis resolution and home treatment");
            }
        }
        self.life.mental_stays.sort_by_key(|stay| stay.start);
        if self.dice.chance(0.65) {
            let rate = 17.0 * (0.4 + 0.6 * self.life.health.proneness);
            self.spread(from, to, rate, "Community mental health team");
        }
    }

    /// Depression and anxiety: a course of talking therapy for some; a crisis for a few.
    fn common(&mut self) {
        let known = &self.world.known;
        let health = &self.life.health;
        let since = health.since(known.depression).into_iter().chain(health.since(known.anxiety)).min();
        let Some(since) = since else { return };
        let (from, to) = self.life.person.active();
        let from = from.max(since);
        if from >= to || self.life.person.age_on(to) < 16.0 {
            return;
        }
        let years = f64::from(to - from) / 365.25;
        let fresh = if since >= from { 0.45 } else { 0.0 };
        if self.dice.chance((0.16 * years).min(0.6) + fresh) {
            let start = self.dice.between(from, to);
            for n in 0..3 + self.dice.below(11) as i32 {
                let day = start + n * 8 + self.dice.between(0, 3);
                self.add(day, "Talking therapies");
            }
        }
        if self.dice.chance(0.012 * years) {
            let start = self.dice.between(from, to);
            for n in 0..5 {
                self.add(start + n * 3, "Crisis resolution and home treatment");
            }
        }
    }

    /// Dementia is diagnosed in a memory clinic.
    fn memory(&mut self) {
        let known = &self.world.known;
        let since = known.dementias.iter().filter_map(|c| self.life.health.since(*c)).min();
        let Some(since) = since else { return };
        for (days, chance) in [(-60, 0.7), (-25, 0.7), (10, 0.8), (90, 0.6), (400, 0.3)] {
            if self.dice.chance(chance) {
                self.add(since + days, "Memory assessment service");
            }
        }
    }
}
