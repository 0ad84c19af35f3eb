//! What practices measure and do by plan: yearly reviews of long-term conditions, checks of any adult, vaccines.

use model::Sex;

use crate::calendar::Day;
use crate::gp::{Decimal, Entry, Surgery};
use crate::health::Smoking;

/// A kind of measurement: code, term, unit.
type Measure = (&'static str, &'static str, &'static str);

const SYSTOLIC: Measure = ("72313002", "Systolic arterial pressure", "mmHg");
const DIASTOLIC: Measure = ("1091811000000102", "Diastolic arterial pressure", "mmHg");
const HBA1C: Measure = ("999791000000106", "Haemoglobin A1c level - IFCC standardised", "mmol/mol");
const EGFR: Measure =
    ("1011481000000105", "eGFR using creatinine (CKD-EPI) per 1.73 square metres", "mL/min/1.73m2");
const CHOLESTEROL: Measure = ("1005671000000105", "Serum cholesterol level", "mmol/L");
const HAEMOGLOBIN: Measure = ("1022431000000105", "Haemoglobin estimation", "g/L");
const WEIGHT: Measure = ("27113001", "Body weight", "kg");
const BMI: Measure = ("60621009", "Body mass index", "kg/m2");
const HEIGHT: Measure = ("50373000", "Body height", "cm");
const NEVER_SMOKED: (&str, &str) = ("266919005", "Never smoked tobacco");
const EX_SMOKER: (&str, &str) = ("8517006", "Ex-smoker");
const SMOKER: (&str, &str) = ("77176002", "Smoker");
const MEDICATION_REVIEW: (&str, &str) = ("314530002", "Medication review done");
const FLU_VACCINE: (&str, &str) = ("822851000000102", "Administration of seasonal influenza vaccine");
const CARE_PLAN: (&str, &str) = ("735324008", "Treatment plan in place");
/// Childhood vaccines with the age in days at which they are due.
const VACCINES: [(i32, &str, &str); 4] = [
    (56, "1082441000000108", "Administration of first dose of six in one vaccine"),
    (84, "1082451000000106", "Administration of second dose of six in one vaccine"),
    (112, "1082461000000109", "Administration of third dose of six in one vaccine"),
    (372, "38598009", "Administration of measles, mumps and rubella vaccine"),
];

impl Surgery<'_, '_> {
    pub fn measure(&mut self, day: Day, (code, term, unit): Measure, value: f64, places: u8) {
        let scaled = (value * if places == 0 { 1.0 } else { 10.0 } + 0.5) as i32;
        let value = Some(Decimal { scaled, places });
        self.record.entries.push(Entry { day, code, term, value, unit });
    }

    pub fn blood_pressure(&mut self, day: Day) {
        let health = &self.life.health;
        let raised = if health.has(self.world.known.hypertension, day) { 12.0 } else { 0.0 };
        let age = self.life.person.age_on(day);
        let systolic = (112.0 + 0.28 * age + raised + self.dice.bell() * 12.0).clamp(80.0, 225.0);
        let diastolic = (70.0 + 0.08 * age + raised * 0.4 + self.dice.bell() * 8.0).clamp(45.0, 125.0);
        self.measure(day, SYSTOLIC, systolic, 0);
        self.measure(day, DIASTOLIC, diastolic.min(systolic - 20.0), 0);
    }

    /// The yearly review of long-term conditions with its measurements.
    pub fn reviews(&mut self) {
        let known = &self.world.known;
        let (from, to) = self.life.person.active();
        let mut day = from + self.dice.between(0, 364);
        while day <= to {
            let health = &self.life.health;
            let heart =
                health.has_any(&[known.hypertension, known.chd, known.heart_failure, known.stroke], day);
            let heart = heart || health.has(known.atrial_fibrillation, day);
            let diabetes = health.has_any(&[known.diabetes_1, known.diabetes_2], day);
            let kidney = health.has_any(&known.ckd, day);
            let mind = health.has_any(&known.psychoses, day);
            let chest = health.has_any(&[known.asthma, known.copd], day);
            let watched = heart || diabetes || kidney || mind || chest;
            if watched && !self.life.in_bed(day) && self.dice.chance(0.88) {
                self.review(day, heart, diabetes, kidney);
                let again = day + self.dice.between(150, 210);
                if diabetes && again <= to && self.dice.chance(0.7) {
                    self.hba1c(again);
                }
                if (heart || diabetes) && again <= to && self.dice.chance(0.6) {
                    self.blood_pressure(again);
                }
            } else if health.has(known.prediabetes, day) && self.dice.chance(0.75) {
                self.hba1c(day);
                self.weight(day);
            }
            day += self.dice.between(330, 410);
        }
    }

    pub fn review(&mut self, day: Day, heart: bool, diabetes: bool, kidney: bool) {
        self.blood_pressure(day);
        self.weight(day);
        self.smoking(day);
        self.code(day, MEDICATION_REVIEW);
        if diabetes {
            self.hba1c(day - 7);
        }
        if heart || diabetes || kidney {
            self.egfr(day - 7);
            let cholesterol = (4.6 + self.dice.bell() * 0.9).clamp(2.2, 9.5);
            self.measure(day - 7, CHOLESTEROL, cholesterol, 1);
        }
        if self.life.health.frailty >= 2 && self.dice.chance(0.3) {
            self.code(day, CARE_PLAN);
        }
    }

    pub fn hba1c(&mut self, day: Day) {
        let known = &self.world.known;
        let health = &self.life.health;
        let mean = match () {
            () if health.has(known.diabetes_1, day) => 66.0,
            () if health.has(known.diabetes_2, day) => 57.0,
            () if health.has(known.prediabetes, day) => 43.5,
            () => 37.0,
        };
        // Poorer control among people who are prone, a little.
        let spread = if mean > 50.0 { 13.0 } else { 1.6 };
        let value = (mean + spread * self.dice.bell() + 3.0 * (health.proneness - 1.0)).clamp(25.0, 140.0);
        self.measure(day.max(self.life.person.birth), HBA1C, value, 0);
    }

    pub fn egfr(&mut self, day: Day) {
        let [stage_3, stage_4, stage_5] = self.world.known.ckd;
        let health = &self.life.health;
        let age = self.life.person.age_on(day);
        let mean = match () {
            () if health.has(stage_5, day) => 11.0,
            () if health.has(stage_4, day) => 23.0,
            () if health.has(stage_3, day) => 48.0,
            () => (118.0 - 0.72 * age).clamp(62.0, 110.0),
        };
        let value = (mean + self.dice.bell() * mean * 0.09).clamp(5.0, 120.0);
        self.measure(day.max(self.life.person.birth), EGFR, value, 0);
    }

    pub fn weight(&mut self, day: Day) {
        let health = &self.life.health;
        let bmi = (health.bmi + self.dice.bell() * 0.5).max(14.0);
        let metres = health.height_cm / 100.0;
        self.measure(day, WEIGHT, bmi * metres * metres, 1);
        self.measure(day, BMI, bmi, 1);
    }

    pub fn smoking(&mut self, day: Day) {
        let status = match self.life.health.smoker {
            Smoking::Never => NEVER_SMOKED,
            Smoking::Former => EX_SMOKER,
            Smoking::Current => SMOKER,
        };
        self.code(day, status);
    }

    /// What is asked of any adult every few years.
    pub fn everyone(&mut self) {
        let (from, to) = self.life.person.active();
        if self.life.person.age_on(to) < 17.0 {
            return;
        }
        let mut day = from + self.dice.between(0, 900);
        while day <= to {
            if !self.life.in_bed(day) {
                self.smoking(day);
                self.weight(day);
                let height = self.life.health.height_cm;
                self.measure(day, HEIGHT, height, 0);
                self.blood_pressure(day);
                if self.life.person.age_on(day) > 40.0 {
                    let haemoglobin = if self.life.person.sex == Sex::Female { 130.0 } else { 145.0 };
                    let value = haemoglobin + self.dice.bell() * 12.0;
                    self.measure(day, HAEMOGLOBIN, value, 0);
                    self.hba1c(day);
                    self.egfr(day);
                }
            }
            day += self.dice.between(500, 1_300);
        }
    }

    pub fn vaccines(&mut self) {
        let (from, to) = self.life.person.active();
        let person = &self.life.person;
        // Fewer are vaccinated in poorer places.
        let taken = 0.78 + 0.018 * f64::from(person.imd_decile);
        for (days, code, term) in VACCINES {
            let day = person.birth + days + self.dice.between(-2, 40);
            if (from..=to).contains(&day) && self.dice.chance(taken) {
                self.code(day, (code, term));
            }
        }
        for month in &self.world.calendar.months {
            let october = month.label.ends_with("-10") && (from..=to).contains(&month.first);
            let known = &self.world.known;
            let at_risk = person.age_on(month.first) >= 65.0
                || self.life.health.has_any(
                    &[
                        known.diabetes_1,
                        known.diabetes_2,
                        known.copd,
                        known.asthma,
                        known.chd,
                        known.heart_failure,
                    ],
                    month.first,
                );
            if october && at_risk && self.dice.chance(taken - 0.2) {
                let day = month.first + self.dice.between(0, 55);
                if day <= to {
                    self.code(day, FLU_VACCINE);
                }
            }
        }
    }
}
