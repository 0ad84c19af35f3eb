//! One life: what happens to a person in every setting, in the order in which one thing leads to another.

use crate::calendar::Day;
use crate::community::{self, Contact, Stay};
use crate::emergency::{self, Attendance};
use crate::gp::{self, GpRecord};
use crate::health::{self, Health};
use crate::hospital::{self, Spell};
use crate::long_term_support;
use crate::mental_health;
use crate::outpatient::{self, Outpatient};
use crate::person::Person;
use crate::social_care::{self, CareEvent};
use crate::world::World;

/// Everything that happens to one person in the period.
pub struct Life<'w> {
    pub person: Person,
    pub health: Health,
    pub spells: Vec<Spell<'w>>,
    pub attendances: Vec<Attendance<'w>>,
    pub outpatients: Vec<Outpatient<'w>>,
    pub gp: GpRecord<'w>,
    pub community: Vec<Contact>,
    pub community_stays: Vec<Stay<'w>>,
    pub mental: Vec<Contact>,
    pub mental_stays: Vec<Stay<'w>>,
    pub care: Vec<CareEvent>,
}

impl<'w> Life<'w> {
    /// Lives one life. Hospital comes first: what follows a discharge, and what cannot happen to somebody who is in hospital,
    /// depends on it.
    pub fn live(world: &'w World, mut person: Person) -> Self {
        let mut health = health::draw(world, &mut person);
        let settled = long_term_support::settle(world, &mut person, &mut health);
        let (spells, mut attendances) = hospital::spells(world, &person, &mut health);
        let mut life = Self {
            person,
            health,
            spells,
            attendances: Vec::new(),
            outpatients: Vec::new(),
            gp: GpRecord::default(),
            community: Vec::new(),
            community_stays: Vec::new(),
            mental: Vec::new(),
            mental_stays: Vec::new(),
            care: Vec::new(),
        };
        mental_health::happen(world, &mut life);
        attendances.extend(emergency::seen_and_sent_home(world, &life));
        attendances.sort_by_key(|attendance| (attendance.day, attendance.minute));
        life.attendances = attendances;
        outpatient::happen(world, &mut life);
        social_care::follow(world, &mut life, settled);
        community::happen(world, &mut life);
        gp::happen(world, &mut life);
        life
    }

    /// True when the person is in a hospital bed the night before this day and still there.
    pub fn in_bed(&self, day: Day) -> bool {
        let stays = self.community_stays.iter().chain(&self.mental_stays);
        self.spells.iter().any(|spell| spell.holds(day)) || stays.into_iter().any(|stay| stay.holds(day))
    }
}
