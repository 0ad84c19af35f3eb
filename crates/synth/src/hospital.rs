//! Hospital spells: what becomes of each planned admission, and the A&E attendance through which most emergencies come.

use model::Sex;

use crate::admission::{Plan, Why};
use crate::calendar::Day;
use crate::dice::{Dice, Stream};
use crate::emergency::{Attendance, Disposal};
use crate::health::Health;
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

/// One person in hospital over the period.
pub struct Ward<'w, 'p> {
    pub world: &'w World,
    pub person: &'p Person,
    pub dice: Dice,
    spells: Vec<Spell<'w>>,
    attendances: Vec<Attendance<'w>>,
}

impl<'w> Ward<'w, '_> {
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
            // Ambulances take people to A&E.
            _ if reason.ambulance >= 0.8 => "21",
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

    /// The usual trust of the person's borough three times in four, another that serves it otherwise.
    fn trust(&mut self, day: Day) -> Option<usize> {
        usual_trust(self.world, self.person, day, &mut self.dice)
    }

    fn maternity(&self) -> Option<usize> {
        let home = self.person.home_on(self.person.here.0)?;
        self.world.places.borough(home.borough)?.acute.first().map(|(at, _)| *at)
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
