//! A&E attendances that end without admission, at major departments and at urgent treatment centres.

use crate::admission::{burden, weight_of};
use crate::calendar::Day;
use crate::dice::{Dice, Stream};
use crate::hospital::usual_trust;
use crate::life::Life;
use crate::tables::ConditionId;
use crate::world::World;

/// How an attendance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposal {
    Admitted,
    ToGp,
    Discharged,
    Clinic,
    LeftBefore,
}

impl Disposal {
    /// The HES code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Admitted => "01",
            Self::ToGp => "02",
            Self::Discharged => "03",
            Self::Clinic => "06",
            Self::LeftBefore => "12",
        }
    }
}

/// An attendance at an emergency department or urgent treatment centre.
pub struct Attendance<'w> {
    /// Position among suppliers.
    pub trust: usize,
    pub day: Day,
    /// Minute of the day on arrival, and of departure (past 1440 on the next day).
    pub minute: i32,
    pub leaves: i32,
    /// HES department type: 01 major, 02 single specialty, 03 other.
    pub department: &'static str,
    pub ambulance: bool,
    pub disposal: Disposal,
    pub condition: ConditionId,
    /// HES A&E diagnosis.
    pub code: &'w str,
}

/// Emergency care acuity, from immediate to low. Source: Emergency Care Data Set.
const ACUITY: [&str; 5] =
    ["1064891000000107", "1064911000000105", "1064901000000108", "1077241000000103", "1077251000000100"];

impl Attendance<'_> {
    /// The acuity that triage gave; blank where nobody wrote it down. Shares are our assumption: those who come by ambulance or are admitted
    /// are in more urgent need. It has dice of its own, so that everything else stays as it was.
    pub fn acuity(&self, seed: u64, key: u64) -> &'static str {
        let mut dice = Dice::new(seed, Stream::Hospital, key | 1 << 41);
        let weights = match (self.ambulance, self.disposal == Disposal::Admitted, self.department) {
            (_, _, "02" | "03") => [0.0, 0.01, 0.14, 0.6, 0.25],
            (true, true, _) => [0.07, 0.36, 0.43, 0.13, 0.01],
            (true, false, _) => [0.02, 0.2, 0.46, 0.29, 0.03],
            (false, true, _) => [0.02, 0.27, 0.5, 0.2, 0.01],
            (false, false, _) => [0.003, 0.08, 0.367, 0.47, 0.08],
        };
        let category = dice.weighted(weights.into_iter());
        if dice.chance(0.04) {
            return "";
        }
        category.and_then(|at| ACUITY.get(at)).copied().unwrap_or("")
    }
}

/// Share of attendances without admission at the community trust's urgent treatment centres.
const AT_URGENT_TREATMENT_CENTRE: f64 = 0.14;

/// Attendances a year, without admission, of somebody of this age.
fn rate(age: f64) -> f64 {
    match age {
        ..1.0 => 0.75,
        ..5.0 => 0.55,
        ..18.0 => 0.33,
        ..35.0 => 0.38,
        ..65.0 => 0.29,
        ..75.0 => 0.25,
        _ => 0.32,
    }
}

/// Attendances of a person that did not end in admission.
pub fn seen_and_sent_home<'w>(world: &'w World, life: &Life<'w>) -> Vec<Attendance<'w>> {
    let person = &life.person;
    let mut dice = Dice::new(world.seed, Stream::Hospital, u64::from(person.index) | 1 << 40);
    let (from, to) = person.active();
    if from > to {
        return Vec::new();
    }
    let years = f64::from(to - from + 1) / 365.25;
    let middle = from + (to - from) / 2;
    // Conditions weigh less here than for admissions.
    let weight = 0.62 + 0.38 * burden(world, person, &life.health, middle);
    let count = dice.poisson(rate(person.age_on(middle)) * weight * years);
    let mut found = Vec::new();
    for _ in 0..count {
        let draft = dice.between(from, to);
        let reasons = &world.tables.reasons;
        let weights: Vec<f64> = reasons
            .iter()
            .map(|r| weight_of(world, person, &life.health, draft, r, r.attend_weight))
            .collect();
        let reason = dice.weighted(weights.into_iter()).and_then(|at| reasons.get(at));
        let day = reason.and_then(|r| world.calendar.day_in(&mut dice, from, to, r.season));
        let (Some(reason), Some(day)) = (reason, day) else { continue };
        if life.in_bed(day) {
            continue;
        }
        let community = person
            .home_on(day)
            .and_then(|home| world.places.borough(home.borough))
            .and_then(|borough| borough.community)
            .filter(|_| reason.ambulance < 0.5 && dice.chance(AT_URGENT_TREATMENT_CENTRE));
        let ambulance = community.is_none() && dice.chance(reason.ambulance * 0.45);
        let Some(trust) = community.or_else(|| usual_trust(world, person, day, &mut dice)) else { continue };
        let minute = arrival(&mut dice);
        let department = match dice.unit() {
            _ if community.is_some() => "03",
            draw if ambulance || draw < 0.78 => "01",
            draw if draw < 0.81 => "02",
            _ => "03",
        };
        let disposal = match dice.weighted([0.3, 0.52, 0.1, 0.08].into_iter()) {
            Some(0) => Disposal::ToGp,
            Some(2) => Disposal::Clinic,
            Some(3) => Disposal::LeftBefore,
            _ => Disposal::Discharged,
        };
        let leaves = minute + 40 + dice.below(300) as i32;
        let (condition, code) = (reason.condition, reason.ae_code.as_str());
        found.push(Attendance {
            trust,
            day,
            minute,
            leaves,
            department,
            ambulance,
            disposal,
            condition,
            code,
        });
    }
    found
}

/// Minute of arrival: mornings and evenings, few in the night.
fn arrival(dice: &mut Dice) -> i32 {
    let early = dice.between(0, 1439);
    if early < 420 && dice.chance(0.65) { dice.between(540, 1320) } else { early }
}
