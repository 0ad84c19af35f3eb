//! Hospital spells: emergencies by age, conditions and circumstances, planned admissions, births and deaths; their episodes
//! with diagnoses and procedures; and the A&E attendance through which most emergencies come.

use model::Sex;

use crate::calendar::{Day, Season};
use crate::dice::{Dice, Stream};
use crate::emergency::{Attendance, Disposal};
use crate::health::{Health, Smoking};
use crate::person::Person;
use crate::tables::{ConditionId, Elective, Reason};
use crate::world::World;

/// A stay, or a day case, under one provider.
pub struct Spell<'w> {
    /// Position among suppliers.
    pub trust: usize,
    pub admitted: Day,
    /// `None` while still in hospital on the last day.
    pub discharged: Option<Day>,
    pub method: &'static str,
    pub source: &'static str,
    pub class: &'static str,
    pub destination: &'static str,
    pub discharge_method: &'static str,
    pub reason: Option<ConditionId>,
    pub emergency: bool,
    pub episodes: Vec<Episode<'w>>,
}

/// Care under one consultant.
pub struct Episode<'w> {
    pub start: Day,
    pub end: Option<Day>,
    pub specialty: &'w str,
    /// ICD-10, the primary first.
    pub diagnoses: Vec<&'w str>,
    pub procedures: Vec<&'w str>,
}

impl Spell<'_> {
    /// In a bed at the start of this day, or admitted on it.
    pub fn holds(&self, day: Day) -> bool {
        self.admitted <= day
            && self.discharged.is_none_or(|discharged| day < discharged.max(self.admitted + 1))
    }

    /// Nights until discharge, or until the last day of the period.
    pub fn nights(&self, end: Day) -> i32 {
        self.discharged.unwrap_or(end) - self.admitted
    }

    /// The person died in this spell.
    pub fn died(&self) -> bool {
        self.discharge_method == "4"
    }
}

/// A stay that is to come.
struct Plan<'w> {
    day: Day,
    why: Why<'w>,
}

enum Why<'w> {
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

/// What older people's episodes are coded with besides their conditions (each counts in the Hospital Frailty Risk Score).
const FRAIL_CODES: [(&str, f64); 26] = [
    ("R296", 0.26),
    ("R54", 0.2),
    ("N390", 0.16),
    ("F059", 0.12),
    ("R410", 0.14),
    ("R268", 0.17),
    ("Z740", 0.1),
    ("Z602", 0.12),
    ("E86", 0.1),
    ("E871", 0.13),
    ("N179", 0.2),
    ("K590", 0.15),
    ("R32", 0.08),
    ("L899", 0.05),
    ("B962", 0.07),
    ("I951", 0.09),
    ("R55", 0.06),
    ("D649", 0.1),
    ("E559", 0.1),
    ("R33", 0.05),
    ("J189", 0.06),
    ("R13", 0.05),
    ("Z875", 0.12),
    ("H919", 0.08),
    ("R634", 0.05),
    ("Z751", 0.07),
];

/// Every spell of a person in time order, and the A&E attendances that led to them.
pub fn spells<'w>(
    world: &'w World,
    person: &Person,
    health: &mut Health,
) -> (Vec<Spell<'w>>, Vec<Attendance<'w>>) {
    let dice = Dice::new(world.seed, Stream::Hospital, u64::from(person.index));
    let mut ward = Ward { world, person, dice, spells: Vec::new(), attendances: Vec::new() };
    let mut plans = ward.plans(health);
    // The next plan is the last of the list.
    plans.sort_by_key(|plan| std::cmp::Reverse(plan.day));
    while let Some(plan) = plans.pop() {
        let free = ward.spells.iter().all(|spell| !spell.holds(plan.day) && spell.admitted < plan.day);
        if !free || !person.is_active(plan.day) {
            continue;
        }
        if let Some(again) = ward.admit(plan, health) {
            plans.push(again);
            plans.sort_by_key(|plan| std::cmp::Reverse(plan.day));
        }
    }
    (ward.spells, ward.attendances)
}

/// Emergency admissions a year for somebody of this age with nothing the matter.
fn emergency_rate(age: f64) -> f64 {
    match age {
        ..1.0 => 0.2,
        ..5.0 => 0.075,
        ..18.0 => 0.026,
        ..45.0 => 0.034,
        ..65.0 => 0.042,
        ..75.0 => 0.065,
        ..85.0 => 0.115,
        _ => 0.19,
    }
}

/// Planned admissions a year.
fn elective_rate(age: f64) -> f64 {
    match age {
        ..18.0 => 0.03,
        ..45.0 => 0.065,
        ..65.0 => 0.14,
        ..75.0 => 0.22,
        ..85.0 => 0.24,
        _ => 0.15,
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

struct Ward<'w, 'p> {
    world: &'w World,
    person: &'p Person,
    dice: Dice,
    spells: Vec<Spell<'w>>,
    attendances: Vec<Attendance<'w>>,
}

impl<'w> Ward<'w, '_> {
    fn plans(&mut self, health: &Health) -> Vec<Plan<'w>> {
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

    fn reason(&mut self, health: &Health, day: Day) -> Option<&'w Reason> {
        let reasons = &self.world.tables.reasons;
        let weights: Vec<f64> = reasons
            .iter()
            .map(|r| weight_of(self.world, self.person, health, day, r, r.admit_weight))
            .collect();
        reasons.get(self.dice.weighted(weights.into_iter())?)
    }

    fn emergency(&mut self, health: &Health, from: Day, to: Day) -> Option<Plan<'w>> {
        let draft = self.dice.between(from, to);
        let reason = self.reason(health, draft)?;
        let day = self.world.calendar.day_in(&mut self.dice, from, to, reason.season)?;
        Some(Plan { day, why: Why::Emergency(reason) })
    }

    fn planned(&mut self, health: &Health, from: Day, to: Day) -> Option<Plan<'w>> {
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
    fn onsets(&mut self, health: &Health, plans: &mut Vec<Plan<'w>>) {
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

    fn reason_for(&self, condition: ConditionId) -> Option<&'w Reason> {
        self.world.tables.reasons.iter().find(|reason| reason.condition == condition)
    }

    /// More admissions in the last four months of life; nearly half of people die in hospital.
    fn last_months(&mut self, health: &Health, plans: &mut Vec<Plan<'w>>) {
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

    /// Makes the spell of a plan, and now and then the plan of a readmission.
    fn admit(&mut self, plan: Plan<'w>, health: &mut Health) -> Option<Plan<'w>> {
        let day = plan.day;
        match plan.why {
            Why::Planned(elective) => self.admit_planned(day, elective, health),
            Why::Delivery { caesarean } => self.admit_mother(day, caesarean, health),
            Why::Birth => self.admit_baby(day),
            Why::Chemotherapy => self.admit_chemotherapy(day, health),
            Why::Emergency(reason) => return self.admit_emergency(day, reason, health, false),
            Why::Last(reason) => return self.admit_emergency(day, reason, health, true),
        }
        None
    }

    fn admit_emergency(
        &mut self,
        day: Day,
        reason: &'w Reason,
        health: &mut Health,
        last: bool,
    ) -> Option<Plan<'w>> {
        if self.world.tables.condition(reason.condition).is_some_and(|c| c.long_term) {
            health.add(reason.condition, day);
        }
        let age = self.person.age_on(day);
        let slow = 1.0 + 0.22 * f64::from(health.frailty) + if age > 80.0 { 0.2 } else { 0.0 };
        let mean = reason.nights * slow * if age < 40.0 { 0.7 } else { 1.0 } * self.dice.proneness();
        let nights = self.dice.poisson(mean) as i32;
        let discharged = match (last, self.person.death) {
            (true, Some(death)) => death,
            _ => day + nights,
        };
        let method = match self.dice.weighted([0.8, 0.1, 0.05, 0.02, 0.03].into_iter()) {
            Some(1) => "22",
            Some(2) => "24",
            Some(3) => "2A",
            Some(4) => "28",
            _ => "21",
        };
        let trust = self.trust(day)?;
        if method == "21" {
            self.through_ae(day, trust, reason);
        }
        let fell = self.world.known.falls.contains(&reason.condition) && age >= 65.0;
        let codes = self.diagnoses(day, reason.condition, health, fell);
        let procedures: &[&str] =
            if reason.condition == self.world.known.hip_fracture { &["W241", "Z846"] } else { &[] };
        let mut spell = self.spell(day, discharged, trust, method);
        spell.emergency = true;
        spell.reason = Some(reason.condition);
        self.destination(&mut spell, health);
        spell.episodes = self.episodes(&spell, &reason.specialty, codes, procedures);
        let stayed = spell.nights(self.world.calendar.end);
        let over = spell.discharged.is_some() && !spell.died();
        self.spells.push(spell);
        let again = 0.07 + 0.05 * f64::from(health.frailty) + if stayed > 7 { 0.04 } else { 0.0 };
        if over && self.dice.chance(again) {
            let day = discharged + self.dice.between(2, 29);
            return self.reason(health, day).map(|reason| Plan { day, why: Why::Emergency(reason) });
        }
        None
    }

    fn through_ae(&mut self, day: Day, trust: usize, reason: &'w Reason) {
        let minute = self.dice.between(0, 1439);
        let ambulance = self.dice.chance(reason.ambulance);
        let wait = 120 + self.dice.below(420) as i32;
        self.attendances.push(Attendance {
            trust,
            day,
            minute,
            leaves: minute + wait,
            department: "01",
            ambulance,
            disposal: Disposal::Admitted,
            condition: reason.condition,
            code: &reason.ae_code,
        });
    }

    fn admit_planned(&mut self, day: Day, elective: &'w Elective, health: &Health) {
        let Some(trust) = self.trust(day) else { return };
        let day_case = self.dice.chance(elective.day_case);
        let nights =
            if day_case { 0 } else { 1 + self.dice.poisson((elective.nights - 1.0).max(0.0)) as i32 };
        let method = ["11", "12", "13"].get(self.dice.below(3) as usize).copied().unwrap_or("11");
        let mut spell = self.spell(day, day + nights, trust, method);
        spell.class = if day_case { "2" } else { "1" };
        spell.reason = Some(elective.condition);
        let codes = self.diagnoses(day, elective.condition, health, false);
        let procedures: Vec<&str> = elective.procedures.iter().map(String::as_str).collect();
        spell.episodes = self.episodes(&spell, &elective.specialty, codes, &procedures);
        self.spells.push(spell);
    }

    fn admit_chemotherapy(&mut self, day: Day, health: &Health) {
        let Some(trust) = self.trust(day) else { return };
        let mut spell = self.spell(day, day, trust, "13");
        spell.class = "2";
        let mut codes = self.diagnoses(day, self.world.known.chemotherapy, health, false);
        codes.truncate(4);
        spell.episodes = self.episodes(&spell, "370", codes, &["X723"]);
        self.spells.push(spell);
    }

    fn admit_mother(&mut self, day: Day, caesarean: bool, health: &Health) {
        let Some(trust) = self.maternity() else { return };
        let nights = 1 + i32::from(caesarean) + self.dice.poisson(0.6) as i32;
        let mut spell = self.spell(day, day + nights, trust, "31");
        let known = &self.world.known;
        let condition = if caesarean { known.caesarean } else { known.normal_delivery };
        spell.reason = Some(condition);
        let mut codes = self.diagnoses(day, condition, health, false);
        codes.insert(1.min(codes.len()), "Z370");
        let procedure = if caesarean { "R182" } else { "R249" };
        spell.episodes = self.episodes(&spell, "501", codes, &[procedure]);
        self.spells.push(spell);
    }

    fn admit_baby(&mut self, day: Day) {
        let Some(trust) = self.maternity() else { return };
        let nights = 1 + self.dice.poisson(0.7) as i32;
        let mut spell = self.spell(day, day + nights, trust, "82");
        spell.source = "79";
        spell.episodes = self.episodes(&spell, "424", vec!["Z380"], &[]);
        self.spells.push(spell);
    }

    fn spell(&self, admitted: Day, discharged: Day, trust: usize, method: &'static str) -> Spell<'w> {
        let (_, to) = self.person.active();
        let died = self.person.death.is_some_and(|death| discharged >= death);
        let open = !died && discharged > self.world.calendar.end;
        let care_home = self.person.home_on(admitted).is_some_and(|home| home.address.contains("Care Home"));
        let home = if care_home { "85" } else { "19" };
        Spell {
            trust,
            admitted,
            discharged: (!open).then_some(discharged.min(to)),
            method,
            source: home,
            class: "1",
            destination: match (died, open) {
                (true, _) => "79",
                (_, true) => "98",
                _ => home,
            },
            discharge_method: match (died, open) {
                (true, _) => "4",
                (_, true) => "8",
                _ => "1",
            },
            reason: None,
            emergency: false,
            episodes: Vec::new(),
        }
    }

    /// Frail people after a long stay go to a community hospital or a care home more often.
    fn destination(&mut self, spell: &mut Spell<'w>, health: &Health) {
        let Some(discharged) = spell.discharged else { return };
        if spell.destination != "19" || discharged - spell.admitted < 6 || health.frailty == 0 {
            return;
        }
        let hip = spell.reason == Some(self.world.known.hip_fracture);
        let bed = 0.05 * f64::from(health.frailty) + if hip { 0.15 } else { 0.0 };
        let care_home = 0.02 * f64::from(health.frailty);
        match self.dice.unit() {
            draw if draw < bed => spell.destination = "51",
            draw if draw < bed + care_home => spell.destination = "85",
            _ => {}
        }
    }

    /// The usual trust of the person's borough three times in four, another that serves it otherwise.
    fn trust(&mut self, day: Day) -> Option<usize> {
        usual_trust(self.world, self.person, day, &mut self.dice)
    }

    fn maternity(&self) -> Option<usize> {
        let home = self.person.home_on(self.person.here.0)?;
        self.world.places.borough(home.borough)?.acute.first().map(|(at, _)| *at)
    }

    /// Primary diagnosis, cause of a fall, then conditions and, for frail people, what comes with frailty.
    fn diagnoses(&mut self, day: Day, primary: ConditionId, health: &Health, fell: bool) -> Vec<&'w str> {
        let tables = &self.world.tables;
        let mut codes = vec![tables.icd10(primary)];
        let age = self.person.age_on(day);
        if fell {
            codes.push(
                self.dice.pick(&["W19", "W190", "W010", "W180", "W100", "W060"]).copied().unwrap_or("W19"),
            );
        }
        for onset in health.onsets.iter().filter(|onset| onset.since <= day) {
            let code = tables.condition(onset.condition).and_then(|c| self.dice.pick(&c.icd10));
            if let Some(code) = code
                && self.dice.chance(0.72)
            {
                codes.push(code);
            }
        }
        if health.smoker == Smoking::Current && self.dice.chance(0.5) {
            codes.push("Z720");
        }
        if age >= 65.0 {
            let share = [0.15, 0.6, 1.0, 1.6].get(usize::from(health.frailty)).copied().unwrap_or(1.0);
            for (code, weight) in FRAIL_CODES {
                if self.dice.chance(weight * share) {
                    codes.push(code);
                }
            }
        }
        let mut seen = Vec::new();
        codes.retain(|code| {
            let new = !seen.contains(code);
            seen.push(*code);
            new
        });
        codes.truncate(14);
        codes
    }

    /// One episode for a short stay; two or three for a longer one, the later under another consultant.
    fn episodes(
        &mut self,
        spell: &Spell<'w>,
        specialty: &'w str,
        diagnoses: Vec<&'w str>,
        procedures: &[&'w str],
    ) -> Vec<Episode<'w>> {
        let last = spell.discharged.unwrap_or(self.world.calendar.end);
        let nights = last - spell.admitted;
        let more = spell.emergency && nights >= 2;
        let count =
            if more { 1 + i32::from(self.dice.chance(0.4)) + i32::from(self.dice.chance(0.12)) } else { 1 };
        let older = self.person.age_on(spell.admitted) >= 78.0;
        let mut start = spell.admitted;
        let mut episodes = Vec::new();
        for n in 0..count {
            let is_last = n == count - 1;
            let end =
                if is_last { last } else { (start + self.dice.between(0, (nights / 2).max(1))).min(last) };
            let specialty = if n > 0 && older { "430" } else { specialty };
            let procedures = if n == 0 { procedures.to_vec() } else { Vec::new() };
            let open = is_last && spell.discharged.is_none();
            let diagnoses = diagnoses.clone();
            episodes.push(Episode { start, end: (!open).then_some(end), specialty, diagnoses, procedures });
            start = end;
        }
        episodes
    }
}

/// The trust that a person of this borough goes to: the usual one of theirs mostly, another sometimes.
pub fn usual_trust(world: &World, person: &Person, day: Day, dice: &mut Dice) -> Option<usize> {
    let home = person.home_on(day)?;
    let acute = &world.places.borough(home.borough)?.acute;
    let mut usual = Dice::new(world.seed, Stream::Household, u64::from(person.index) | 1 << 40);
    let of = |dice: &mut Dice| dice.weighted(acute.iter().map(|(_, weight)| *weight));
    let at = if dice.chance(0.8) { of(&mut usual) } else { of(dice) };
    acute.get(at?).map(|(trust, _)| *trust)
}

/// Women of an age to bear children, for settings that ask.
pub fn may_bear(person: &Person, day: Day) -> bool {
    person.sex == Sex::Female && (16.0..46.0).contains(&person.age_on(day))
}
