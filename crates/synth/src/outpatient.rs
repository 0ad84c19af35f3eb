//! Outpatient appointments: first ones and follow-ups by condition, after a stay, in pregnancy.

use crate::calendar::{Day, Season};
use crate::dice::{Dice, Stream};
use crate::hospital::usual_trust;
use crate::life::Life;
use crate::world::World;

/// An outpatient appointment, attended or not.
pub struct Outpatient<'w> {
    /// Position among suppliers.
    pub trust: usize,
    pub day: Day,
    pub first: bool,
    pub specialty: &'static str,
    /// HES ATTENDED: 5, 6 seen; 3, 7 not; 2 cancelled by the patient, 4 by the provider.
    pub attended: &'static str,
    /// ICD-10 of the condition followed up, where the clinic codes it.
    pub diagnosis: Option<&'w str>,
    pub procedure: Option<&'static str>,
}

/// Clinics by condition: treatment specialty and appointments a year.
const CLINICS: [(&str, &str, f64); 34] = [
    ("diabetes_type_1", "307", 1.8),
    ("diabetes_type_2", "307", 0.3),
    ("copd", "340", 0.5),
    ("asthma", "340", 0.12),
    ("coronary_heart_disease", "320", 0.6),
    ("heart_failure", "320", 1.3),
    ("atrial_fibrillation", "320", 0.6),
    ("stroke", "328", 0.5),
    ("tia", "328", 0.3),
    ("ckd_stage_4", "361", 3.0),
    ("ckd_stage_5", "361", 5.0),
    ("ckd_stage_3", "361", 0.2),
    ("cancer_breast", "103", 1.6),
    ("cancer_prostate", "101", 2.0),
    ("cancer_colorectal", "370", 2.2),
    ("cancer_lung", "370", 5.0),
    ("lymphoma", "303", 3.5),
    ("dementia_alzheimers", "430", 0.4),
    ("epilepsy", "400", 0.8),
    ("rheumatoid_arthritis", "410", 2.2),
    ("osteoarthritis", "110", 0.5),
    ("hypothyroidism", "302", 0.15),
    ("parkinsons", "400", 1.8),
    ("multiple_sclerosis", "400", 2.0),
    ("glaucoma", "130", 1.8),
    ("visual_impairment", "130", 1.2),
    ("hearing_loss", "120", 0.5),
    ("crohns", "301", 2.0),
    ("ulcerative_colitis", "301", 1.4),
    ("psoriasis", "330", 0.5),
    ("migraine", "400", 0.2),
    ("prostatic_hyperplasia", "101", 0.4),
    ("sickle_cell", "303", 3.5),
    ("hiv", "350", 2.0),
];
const GENERAL: [(&str, f64); 9] = [
    ("110", 20.0),
    ("130", 16.0),
    ("330", 12.0),
    ("120", 12.0),
    ("100", 10.0),
    ("301", 8.0),
    ("320", 7.0),
    ("502", 8.0),
    ("650", 14.0),
];

/// Appointments a year that no condition explains.
fn general_rate(age: f64) -> f64 {
    match age {
        ..5.0 => 0.7,
        ..18.0 => 0.55,
        ..45.0 => 0.65,
        ..65.0 => 1.05,
        ..80.0 => 1.6,
        _ => 1.4,
    }
}

/// Adds a person's outpatient appointments.
pub fn happen<'w>(world: &'w World, life: &mut Life<'w>) {
    let dice = Dice::new(world.seed, Stream::Hospital, u64::from(life.person.index) | 1 << 41);
    let mut clinic = Clinic { world, life, dice, found: Vec::new() };
    clinic.general();
    clinic.conditions();
    clinic.after_stays();
    clinic.pregnancies();
    let mut found = clinic.found;
    found.sort_by_key(|appointment| appointment.day);
    life.outpatients = found;
}

struct Clinic<'w, 'l> {
    world: &'w World,
    life: &'l Life<'w>,
    dice: Dice,
    found: Vec<Outpatient<'w>>,
}

impl<'w> Clinic<'w, '_> {
    fn add(&mut self, day: Day, first: bool, specialty: &'static str, diagnosis: Option<&'w str>) {
        let person = &self.life.person;
        if !person.is_active(day) || self.life.in_bed(day) {
            return;
        }
        let Some(trust) = usual_trust(self.world, person, day, &mut self.dice) else { return };
        // Younger people and people in poorer places miss more.
        let deprived = 1.5 - 0.09 * f64::from(person.imd_decile);
        let young = if (16.0..40.0).contains(&person.age_on(day)) { 1.3 } else { 0.85 };
        let missed = 0.064 * deprived * young;
        let attended = match self.dice.unit() {
            draw if draw < missed => "3",
            draw if draw < missed + 0.004 => "7",
            draw if draw < missed + 0.045 => "2",
            draw if draw < missed + 0.08 => "4",
            draw if draw < missed + 0.1 => "6",
            _ => "5",
        };
        let seen = matches!(attended, "5" | "6");
        let procedure = (seen && self.dice.chance(0.12))
            .then(|| self.dice.pick(&["U051", "U201", "M473", "C871", "X361", "Q555"]).copied())
            .flatten();
        let diagnosis = diagnosis.filter(|_| seen && self.dice.chance(0.25));
        self.found.push(Outpatient { trust, day, first, specialty, attended, diagnosis, procedure });
    }

    fn general(&mut self) {
        let (from, to) = self.life.person.active();
        if from > to {
            return;
        }
        let years = f64::from(to - from + 1) / 365.25;
        let middle = from + (to - from) / 2;
        let age = self.life.person.age_on(middle);
        let rate = general_rate(age) * (0.3 + 0.7 * self.life.health.proneness);
        for _ in 0..self.dice.poisson(rate * years * 0.92) {
            let Some(day) = self.world.calendar.day_in(&mut self.dice, from, to, Season::Even) else {
                return;
            };
            let specialty = if age < 16.0 && self.dice.chance(0.6) {
                "420"
            } else {
                let at = self.dice.weighted(GENERAL.iter().map(|(_, weight)| *weight)).unwrap_or(0);
                GENERAL.get(at).map_or("100", |(specialty, _)| *specialty)
            };
            self.add(day, true, specialty, None);
            for n in 0..self.dice.poisson(0.9) as i32 {
                let again = day + (n + 1) * self.dice.between(40, 120);
                self.add(again, false, specialty, None);
            }
        }
    }

    fn conditions(&mut self) {
        let (from, to) = self.life.person.active();
        for (key, specialty, rate) in CLINICS {
            let Ok(condition) = self.world.tables.id(key) else { continue };
            let Some(since) = self.life.health.since(condition) else { continue };
            let start = since.max(from);
            let years = f64::from(to - start + 1).max(0.0) / 365.25;
            // A new condition is seen more often than an old one.
            let settled = if to - since > 5 * 365 { 0.75 } else { 1.2 };
            let icd10 = Some(self.world.tables.icd10(condition));
            if since > from {
                let day = since + self.dice.between(20, 70);
                self.add(day, true, specialty, icd10);
            }
            for _ in 0..self.dice.poisson(1.5 * rate * settled * years) {
                let Some(day) = self.world.calendar.day_in(&mut self.dice, start, to, Season::Even) else {
                    break;
                };
                self.add(day, false, specialty, icd10);
            }
        }
    }

    fn after_stays(&mut self) {
        let life = self.life;
        for spell in life.spells.iter().filter(|spell| !spell.died() && spell.class == "1") {
            let Some(discharged) = spell.discharged else { continue };
            let surgical = spell.episodes.iter().any(|episode| !episode.procedures.is_empty());
            if self.dice.chance(if surgical { 0.8 } else { 0.3 }) {
                let specialty = if surgical { "110" } else { "300" };
                let day = discharged + self.dice.between(28, 60);
                self.add(day, false, specialty, None);
            }
        }
    }

    fn pregnancies(&mut self) {
        let life = self.life;
        for delivery in &life.person.deliveries {
            for (n, weeks) in [28, 24, 15, 9, 4].into_iter().enumerate() {
                let day = delivery.day - weeks * 7 + self.dice.between(-6, 6);
                self.add(day, n == 0, "501", None);
            }
        }
    }
}
