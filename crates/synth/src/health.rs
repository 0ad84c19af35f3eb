//! What a person has: long-term conditions with their onset, frailty, and death.

use crate::calendar::Day;
use crate::dice::{Dice, Stream, exp};
use crate::person::Person;
use crate::tables::{ConditionId, Prevalence};
use crate::world::World;

/// A condition and since when.
#[derive(Clone, Copy, Debug)]
pub struct Onset {
    pub condition: ConditionId,
    pub since: Day,
}

/// What a person has.
pub struct Health {
    /// In order of onset.
    pub onsets: Vec<Onset>,
    ever: u128,
    /// 0 fit, 1 mild, 2 moderate, 3 severe (65 and over).
    pub frailty: u8,
    /// How much more than others like them the person uses care: mean 1.
    pub proneness: f64,
    pub smoker: Smoking,
    /// Body mass index, kg/m2.
    pub bmi: f64,
    pub height_cm: f64,
}

/// Smoking status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Smoking {
    Never,
    Former,
    Current,
}

impl Health {
    /// Has, or will have, this condition at some time.
    pub fn ever(&self, condition: ConditionId) -> bool {
        self.ever & (1 << condition) != 0
    }

    /// Has this condition on this day.
    pub fn has(&self, condition: ConditionId, day: Day) -> bool {
        self.ever(condition)
            && self.onsets.iter().any(|onset| onset.condition == condition && onset.since <= day)
    }

    /// Has any of these on this day.
    pub fn has_any(&self, conditions: &[ConditionId], day: Day) -> bool {
        conditions.iter().any(|condition| self.has(*condition, day))
    }

    /// Since when the person has this.
    pub fn since(&self, condition: ConditionId) -> Option<Day> {
        self.onsets.iter().find(|onset| onset.condition == condition).map(|onset| onset.since)
    }

    /// Adds a condition unless it is there.
    pub fn add(&mut self, condition: ConditionId, since: Day) {
        if !self.ever(condition) {
            self.ever |= 1 << condition;
            self.onsets.push(Onset { condition, since });
            self.onsets.sort_by_key(|onset| (onset.since, onset.condition));
        }
    }
}

/// Draws what a person has, and when they die.
pub fn draw(world: &World, person: &mut Person) -> Health {
    let mut dice = Dice::new(world.seed, Stream::Health, u64::from(person.index));
    let mut health = Health {
        onsets: Vec::new(),
        ever: 0,
        frailty: 0,
        proneness: dice.proneness(),
        smoker: smoking(&mut dice, person, world),
        bmi: (26.5 + dice.bell() * 4.3).max(16.5),
        height_cm: if person.sex == model::Sex::Female { 162.0 } else { 175.5 } + dice.bell() * 6.8,
    };
    for prevalence in &world.tables.prevalence {
        condition(&mut dice, world, person, &mut health, prevalence);
    }
    if health.ever(world.known.obesity) {
        health.bmi = health.bmi.max(30.0 + dice.unit() * 10.0);
    }
    circumstances(&mut dice, world, person, &mut health);
    frailty(&mut dice, world, person, &mut health);
    death(&mut dice, world, person, &mut health);
    health
}

fn smoking(dice: &mut Dice, person: &Person, world: &World) -> Smoking {
    let age = person.age_on(world.calendar.end);
    let deprived = 1.6 - 0.11 * f64::from(person.imd_decile);
    let current = if age < 16.0 { 0.0 } else { 0.125 * deprived };
    let former = if age < 20.0 { 0.0 } else { 0.12 + 0.003 * age };
    match dice.unit() {
        draw if draw < current => Smoking::Current,
        draw if draw < current + former => Smoking::Former,
        _ => Smoking::Never,
    }
}

/// One condition: by age, sex, deprivation, ethnic group and what the person already has. The age at onset is the one at
/// which the curve of prevalence passes an even draw below its height now.
fn condition(dice: &mut Dice, world: &World, person: &Person, health: &mut Health, row: &Prevalence) {
    let end = world.calendar.end;
    let age = person.age_on(end);
    let now = row.at_age(age);
    let draw = dice.unit();
    if now <= 0.0 {
        return;
    }
    let female = person.sex == model::Sex::Female;
    if only_men(world, row.condition) && female {
        return;
    }
    // The male factor is against women: both are scaled so that an even mix keeps the table's figure.
    let by_sex = if female { 2.0 / (1.0 + row.male) } else { 2.0 * row.male / (1.0 + row.male) };
    let fifth = (f64::from(person.imd_decile) - 1.0) / 9.0;
    let by_place = row.deprived + (1.0 / row.deprived - row.deprived) * fifth;
    let by_ethnic = row.ethnic.get(person.broad).copied().unwrap_or(1.0);
    let raised: f64 =
        row.raised_by.iter().filter(|(other, _)| health.ever(*other)).map(|(_, factor)| factor).product();
    // Those raised by another condition leave less for the rest: a part is taken off to hold the total.
    let base = if row.raised_by.is_empty() { 1.0 } else { 0.84 };
    let probability = (now * by_sex * by_place * by_ethnic * raised * base).min(0.92);
    if draw >= probability {
        return;
    }
    let height = now * dice.unit();
    let mut onset_age = 0.0;
    while onset_age < age && row.at_age(onset_age) < height {
        onset_age += 0.5;
    }
    let onset_age = (onset_age - 0.5 * dice.unit()).clamp(0.0, age);
    let since = person.birth + (onset_age * 365.25) as Day;
    // Nobody hears of a condition before the person is a few weeks old, or on the last days.
    health.add(row.condition, since.clamp(person.birth + 20, (end - 3).max(person.birth + 20)));
}

fn only_men(world: &World, condition: ConditionId) -> bool {
    let key = world.tables.condition(condition).map_or("", |c| c.key.as_str());
    matches!(key, "cancer_prostate" | "prostatic_hyperplasia")
}

/// Homelessness and what comes with it; asylum; caring for somebody.
fn circumstances(dice: &mut Dice, world: &World, person: &Person, health: &mut Health) {
    let known = &world.known;
    let (from, to) = person.active();
    if person.homeless {
        health.add(known.homeless, from - dice.between(0, 900));
        for (condition, share) in [(known.alcohol, 0.3), (known.drugs, 0.3), (known.depression, 0.35)] {
            if dice.chance(share) {
                health.add(condition, from - dice.between(100, 3000));
            }
        }
    }
    if person.asylum_seeker {
        health.add(known.asylum_seeker, from + 10);
    }
    let age = person.age_on(to);
    if (30.0..85.0).contains(&age) && dice.chance(0.035) {
        health.add(known.carer, dice.between(from - 700, to - 1));
    }
}

/// Frailty grows with age and conditions; it is recorded for people of 65 and over.
fn frailty(dice: &mut Dice, world: &World, person: &Person, health: &mut Health) {
    let end = world.calendar.end;
    let age = person.age_on(end);
    if age < 65.0 {
        return;
    }
    let known = &world.known;
    let heavy = [
        (health.has_any(&known.dementias, end), 0.2),
        (health.has(known.parkinsons, end), 0.13),
        (health.has(known.stroke, end), 0.1),
        (health.has(known.heart_failure, end), 0.09),
        (health.has_any(&known.physical, end), 0.15),
    ];
    let count = health.onsets.len() as f64;
    let score = 0.012 * (age - 65.0)
        + 0.026 * count
        + heavy.iter().filter(|(has, _)| *has).map(|(_, weight)| weight).sum::<f64>()
        + dice.bell() * 0.08
        + 0.006 * (5.0 - f64::from(person.imd_decile));
    let Some(grade) = [0.23, 0.39, 0.57].iter().rposition(|limit| score >= *limit) else { return };
    health.frailty = grade as u8 + 1;
    let back = dice.between(30, 1500);
    if let Some(condition) = known.frailties.get(grade) {
        let since = (end - back).max(person.birth + 65 * 365);
        health.add(*condition, since.min(end - 5));
    }
    if grade == 2 && dice.chance(0.4) {
        health.add(known.housebound, end - dice.between(20, 700));
    }
}

/// Death by a Gompertz hazard raised by what the person has; some of those who die were on a palliative register.
fn death(dice: &mut Dice, world: &World, person: &mut Person, health: &mut Health) {
    let (from, to) = person.active();
    let known = &world.known;
    let (mut day, step) = (from, 30);
    while day < to {
        let age = person.age_on(day);
        let infant = if age < 1.0 { 0.0025 } else { 0.0 };
        let base = 0.000_018 * exp(0.094 * age) + infant + 0.000_1;
        let raised = 1.0
            + [
                (health.has_any(&known.cancers, day), 1.2),
                (health.has(known.cancer_lung, day), 12.0),
                (health.has(known.heart_failure, day), 1.5),
                (health.has(known.copd, day), 0.9),
                (health.has_any(&known.dementias, day), 1.4),
                (health.has_any(&known.ckd, day), 0.4),
                (health.has_any(&known.psychoses, day), 0.8),
                (health.has(known.alcohol, day), 2.0),
                (health.has(known.drugs, day), 2.0),
                (health.has(known.liver, day), 1.5),
                (person.homeless, 5.0),
                (health.frailty == 2, 0.6),
                (health.frailty == 3, 1.8),
            ]
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, weight)| weight)
            .sum::<f64>();
        let male = if person.sex == model::Sex::Male { 1.15 } else { 0.87 };
        let deprived = 1.3 - 0.06 * f64::from(person.imd_decile);
        if dice.chance((base * raised * male * deprived).min(0.9) * f64::from(step) / 365.25) {
            person.death = Some(dice.between(day, (day + step - 1).min(to)));
            break;
        }
        day += step;
    }
    if let Some(death) = person.death {
        health.onsets.retain(|onset| onset.since < death);
        health.ever = health.onsets.iter().fold(0, |bits, onset| bits | 1 << onset.condition);
        let notice = dice.between(20, 320);
        if person.age_on(death) > 40.0 && dice.chance(0.45) && death - notice > person.birth {
            health.add(known.palliative, death - notice);
        }
    }
}
