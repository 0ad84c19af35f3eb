//! Who is to be admitted, when and why: emergencies by age, conditions and circumstances, planned care, births, last months.

use crate::calendar::{Day, Season};
use crate::health::Health;
use crate::hospital::Ward;
use crate::person::Person;
use crate::tables::{ConditionId, Elective, Reason};
use crate::world::World;

/// A stay that is to come.
pub struct Plan<'w> {
    pub day: Day,
    pub why: Why<'w>,
}

/// Why somebody is admitted.
pub enum Why<'w> {
    Emergency(&'w Reason),
    Planned(&'w Elective),
    Delivery {
        caesarean: bool,
    },
    Birth,
    Chemotherapy,
    /// The last admission, which ends in death.
    Last(&'w Reason),
}

/// Emergency admissions a year for somebody of this age with nothing the matter.
pub fn emergency_rate(age: f64) -> f64 {
    match age {
        ..1.0 => 0.26,
        ..5.0 => 0.1,
        ..18.0 => 0.036,
        ..45.0 => 0.05,
        ..65.0 => 0.063,
        ..75.0 => 0.1,
        ..85.0 => 0.18,
        _ => 0.29,
    }
}

/// Planned admissions a year.
pub fn elective_rate(age: f64) -> f64 {
    match age {
        ..18.0 => 0.045,
        ..45.0 => 0.1,
        ..65.0 => 0.2,
        ..75.0 => 0.3,
        ..85.0 => 0.33,
        _ => 0.2,
    }
}

/// Weight of a reason for this person, given how common it is among people of the age.
pub fn weight_of(
    world: &World,
    person: &Person,
    health: &Health,
    day: Day,
    reason: &Reason,
    weight: f64,
) -> f64 {
    let age = person.age_on(day);
    if age < f64::from(reason.ages.0) || age >= f64::from(reason.ages.1) + 1.0 {
        return 0.0;
    }
    let has = health.has(reason.condition, day);
    let long_term = world.tables.condition(reason.condition).is_some_and(|c| c.long_term);
    // Few come to hospital with a long-term condition nobody knew of; with the rarer ones nobody does.
    let unknown = match (long_term && !has, weight > 1.0) {
        (false, _) => 1.0,
        (true, true) => 0.25,
        (true, false) => 0.0,
    };
    let driven = if health.has_any(&reason.drivers, day) { reason.factor } else { 1.0 };
    weight * unknown * driven
}

/// Emergency use against others of the same age: what the person has, where they live, how they are.
pub fn burden(world: &World, person: &Person, health: &Health, day: Day) -> f64 {
    let known = &world.known;
    let heavy = [
        (health.has(known.heart_failure, day), 1.2),
        (health.has(known.copd, day), 0.9),
        (health.has_any(&known.ckd, day), 0.35),
        (health.has_any(&known.dementias, day), 0.7),
        (health.has_any(&known.cancers, day), 0.5),
        (health.has(known.stroke, day), 0.4),
        (health.has(known.diabetes_2, day), 0.3),
        (health.has(known.diabetes_1, day), 0.8),
        (health.has(known.chd, day), 0.4),
        (health.has(known.atrial_fibrillation, day), 0.3),
        (health.has_any(&known.psychoses, day), 0.6),
        (health.has(known.alcohol, day), 1.4),
        (health.has(known.drugs, day), 1.0),
        (health.has(known.liver, day), 0.8),
        (health.has(known.sickle_cell, day), 7.0),
        (health.has(known.epilepsy, day), 0.9),
        (health.has(known.learning_disability, day), 0.6),
        (health.has(known.parkinsons, day), 0.6),
        (health.frailty == 2, 0.5),
        (health.frailty == 3, 1.2),
        (person.homeless, 1.8),
    ];
    let sum: f64 = heavy.iter().filter(|(is, _)| *is).map(|(_, weight)| weight).sum();
    (1.0 + sum) * (1.27 - 0.05 * f64::from(person.imd_decile)) * health.proneness
}

impl<'w> Ward<'w, '_> {
    pub fn plans(&mut self, health: &Health) -> Vec<Plan<'w>> {
        let (from, to) = self.person.active();
        let mut plans = Vec::new();
        if from > to {
            return plans;
        }
        let years = f64::from(to - from + 1) / 365.25;
        let middle = from + (to - from) / 2;
        let age = self.person.age_on(middle);
        let rate = emergency_rate(age) * burden(self.world, self.person, health, middle);
        for _ in 0..self.dice.poisson(rate * years) {
            plans.extend(self.emergency(health, from, to));
        }
        let rate = elective_rate(age) * (0.4 + 0.6 * health.proneness);
        for _ in 0..self.dice.poisson(rate * years) {
            plans.extend(self.planned(health, from, to));
        }
        self.onsets(health, &mut plans);
        for delivery in &self.person.deliveries {
            plans.push(Plan { day: delivery.day, why: Why::Delivery { caesarean: delivery.caesarean } });
        }
        if self.person.born_to.is_some() {
            plans.push(Plan { day: self.person.birth, why: Why::Birth });
        }
        self.last_months(health, &mut plans);
        plans
    }

    pub fn reason(&mut self, health: &Health, day: Day) -> Option<&'w Reason> {
        let reasons = &self.world.tables.reasons;
        let weights: Vec<f64> = reasons
            .iter()
            .map(|r| weight_of(self.world, self.person, health, day, r, r.admit_weight))
            .collect();
        reasons.get(self.dice.weighted(weights.into_iter())?)
    }

    pub fn emergency(&mut self, health: &Health, from: Day, to: Day) -> Option<Plan<'w>> {
        let draft = self.dice.between(from, to);
        let reason = self.reason(health, draft)?;
        let day = self.world.calendar.day_in(&mut self.dice, from, to, reason.season)?;
        Some(Plan { day, why: Why::Emergency(reason) })
    }

    pub fn planned(&mut self, health: &Health, from: Day, to: Day) -> Option<Plan<'w>> {
        let day = self.world.calendar.day_in(&mut self.dice, from, to, Season::Even)?;
        let age = self.person.age_on(day);
        let weight = |elective: &Elective| {
            let fits = age >= f64::from(elective.ages.0) && age < f64::from(elective.ages.1) + 1.0;
            let driven = if health.has_any(&elective.drivers, day) { elective.factor } else { 1.0 };
            if fits { elective.weight * driven } else { 0.0 }
        };
        let electives = &self.world.tables.electives;
        let weights: Vec<f64> = electives.iter().map(weight).collect();
        let elective = electives.get(self.dice.weighted(weights.into_iter())?)?;
        Some(Plan { day, why: Why::Planned(elective) })
    }

    /// What begins in hospital: strokes, and treatment of a new cancer.
    pub fn onsets(&mut self, health: &Health, plans: &mut Vec<Plan<'w>>) {
        let (from, to) = self.person.active();
        let known = &self.world.known;
        for onset in health.onsets.iter().filter(|onset| (from..=to).contains(&onset.since)) {
            let sudden = onset.condition == known.stroke && self.dice.chance(0.9);
            if sudden && let Some(reason) = self.reason_for(known.stroke) {
                plans.push(Plan { day: onset.since, why: Why::Emergency(reason) });
            }
            if known.cancers.contains(&onset.condition) && self.dice.chance(0.35) {
                let first = onset.since + self.dice.between(35, 80);
                plans.extend((0..6).map(|n| Plan { day: first + 21 * n, why: Why::Chemotherapy }));
            }
        }
    }

    pub fn reason_for(&self, condition: ConditionId) -> Option<&'w Reason> {
        self.world.tables.reasons.iter().find(|reason| reason.condition == condition)
    }

    /// More admissions in the last four months of life; nearly half of people die in hospital.
    pub fn last_months(&mut self, health: &Health, plans: &mut Vec<Plan<'w>>) {
        let Some(death) = self.person.death else { return };
        let (from, to) = self.person.active();
        for _ in 0..self.dice.poisson(0.8) {
            plans.extend(self.emergency(health, from.max(death - 120), to));
        }
        let home = health.ever(self.world.known.palliative);
        if self.dice.chance(if home { 0.3 } else { 0.58 })
            && let Some(reason) = self.reason(health, death)
        {
            let nights = self.dice.poisson(reason.nights * 1.2) as i32;
            plans.push(Plan { day: (death - nights).max(from), why: Why::Last(reason) });
        }
    }
}
