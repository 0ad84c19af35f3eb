//! Community services: health visitors, district nurses, therapy after a stay, and beds in community hospitals.

use crate::calendar::{Day, Season};
use crate::dice::{Dice, Stream};
use crate::life::Life;
use crate::world::World;

/// A contact with a community or mental health team.
#[derive(Clone, Copy, Debug)]
pub struct Contact {
    pub day: Day,
    pub team: &'static str,
    /// NHS Data Dictionary consultation medium: 01 face to face, 02 telephone, 03 telemedicine.
    pub medium: &'static str,
    /// NHS Data Dictionary attendance status: 5, 6, 7, 2, 3, 4.
    pub status: &'static str,
}

/// A stay in a community or mental health bed.
#[derive(Clone, Copy, Debug)]
pub struct Stay<'w> {
    pub start: Day,
    /// `None` while still there on the last day.
    pub end: Option<Day>,
    /// ICD-10.
    pub diagnosis: &'w str,
}

impl Stay<'_> {
    /// In a bed on this day.
    pub fn holds(&self, day: Day) -> bool {
        self.start <= day && self.end.is_none_or(|end| day < end)
    }
}

/// Adds a person's community contacts and stays.
pub fn happen<'w>(world: &'w World, life: &mut Life<'w>) {
    let dice = Dice::new(world.seed, Stream::Community, u64::from(life.person.index));
    let mut team = Team { world, life, dice, found: Vec::new() };
    team.beds();
    team.children();
    team.older_people();
    team.after_stays();
    team.everyone();
    team.last_weeks();
    let mut found = team.found;
    found.sort_by_key(|contact| contact.day);
    life.community = found;
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
        let at_home =
            matches!(team, "District nursing" | "Community rehabilitation" | "Palliative care nursing");
        let status = match self.dice.unit() {
            draw if draw < if at_home { 0.01 } else { 0.045 } => "3",
            draw if draw < 0.065 => "2",
            draw if draw < 0.085 => "4",
            _ => "5",
        };
        let medium = if self.dice.chance(if at_home { 0.06 } else { 0.22 }) { "02" } else { "01" };
        self.found.push(Contact { day, team, medium, status });
    }

    /// `rate` contacts a year from one day to another.
    fn spread(&mut self, from: Day, to: Day, rate: f64, team: &'static str) {
        let years = f64::from((to - from + 1).max(0)) / 365.25;
        for _ in 0..self.dice.poisson(rate * years) {
            let Some(day) = self.world.calendar.day_in(&mut self.dice, from, to, Season::Even) else {
                return;
            };
            self.add(day, team);
        }
    }

    /// Discharged to a community hospital: two to five weeks there.
    fn beds(&mut self) {
        let (_, to) = self.life.person.active();
        let mut stays = Vec::new();
        for spell in self.life.spells.iter().filter(|spell| spell.destination == "51") {
            let Some(start) = spell.discharged else { continue };
            let next = self.life.spells.iter().map(|s| s.admitted).filter(|day| *day > start).min();
            let planned = start + self.dice.between(10, 38);
            let end = next.map_or(planned, |next| planned.min(next)).min(to);
            let open = planned > self.world.calendar.end && end == to && self.life.person.death.is_none();
            let diagnosis =
                spell.episodes.first().and_then(|e| e.diagnoses.first()).copied().unwrap_or("Z509");
            stays.push(Stay { start, end: (!open).then_some(end), diagnosis });
        }
        self.life.community_stays = stays;
    }

    fn children(&mut self) {
        let person = &self.life.person;
        let (birth, age) = (person.birth, person.age_on(self.world.calendar.end));
        if age > 9.0 {
            return;
        }
        for days in [12, 21, 42, 100, 330, 760] {
            let day = birth + days + self.dice.between(-3, 9);
            self.add(day, "Health visiting");
        }
        let (from, to) = self.life.person.active();
        self.spread(from, to, 0.5, "Speech and language therapy");
    }

    fn older_people(&mut self) {
        let (from, to) = self.life.person.active();
        let known = &self.world.known;
        let grade = known.frailties.iter().rposition(|condition| self.life.health.ever(*condition));
        let Some(grade) = grade else { return };
        let since = known.frailties.get(grade).and_then(|c| self.life.health.since(*c)).unwrap_or(from);
        // A quarter of severely frail people are on the district nurses' list every week; most are not.
        let regular = self.dice.unit();
        let rate = match grade {
            0 => 1.5,
            1 if regular < 0.15 => 40.0,
            1 => 6.0,
            _ if regular < 0.25 => 80.0,
            _ => 16.0,
        };
        self.spread(since.max(from), to, rate, "District nursing");
        self.spread(from, to, 0.5 * (grade as f64 + 1.0), "Podiatry");
    }

    /// Rehabilitation at home after an emergency stay of an older person, more after a broken hip.
    fn after_stays(&mut self) {
        let hip = self.world.known.hip_fracture;
        let mut starts = Vec::new();
        for spell in self.life.spells.iter().filter(|spell| spell.emergency && !spell.died()) {
            let Some(home) = spell.discharged else { continue };
            let stay = self.life.community_stays.iter().find(|stay| stay.start == home);
            let home = stay.map_or(Some(home), |stay| stay.end);
            let long = spell.nights(self.world.calendar.end) >= 4;
            if self.life.person.age_on(spell.admitted) >= 65.0 && (long || spell.reason == Some(hip)) {
                starts.extend(home.map(|day| (day, spell.reason == Some(hip))));
            }
        }
        for (day, hip) in starts {
            if hip || self.dice.chance(0.5) {
                let visits = if hip { 8 + self.dice.below(6) } else { 3 + self.dice.below(6) };
                for visit in 0..visits as i32 {
                    let gap = self.dice.between(0, 2);
                    self.add(day + 2 + visit * 4 + gap, "Community rehabilitation");
                }
            }
        }
    }

    fn everyone(&mut self) {
        let (from, to) = self.life.person.active();
        let health = &self.life.health;
        let known = &self.world.known;
        let age = self.life.person.age_on(to);
        let diabetic = health.ever(known.diabetes_1) || health.ever(known.diabetes_2);
        let breathless = health.ever(known.copd) || health.ever(known.heart_failure);
        let disabled =
            known.physical.iter().any(|c| health.ever(*c)) || health.ever(known.learning_disability);
        let arthritic = health.ever(known.osteoarthritis);
        if age >= 18.0 {
            self.spread(from, to, if arthritic { 1.6 } else { 0.7 }, "Musculoskeletal physiotherapy");
        }
        if diabetic {
            self.spread(from, to, 0.8, "Podiatry");
        }
        if breathless {
            self.spread(from, to, 1.8, "Community respiratory and heart failure");
        }
        if disabled {
            self.spread(from, to, 4.0, "Community learning and physical disability");
        }
    }

    fn last_weeks(&mut self) {
        let (Some(death), Some(since)) =
            (self.life.person.death, self.life.health.since(self.world.known.palliative))
        else {
            return;
        };
        let (from, to) = self.life.person.active();
        let start = since.max(death - 90).max(from);
        self.spread(start, to, 75.0, "Palliative care nursing");
    }
}
