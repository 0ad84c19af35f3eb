//! General practice: appointments, coded entries (diagnoses, measurements, reviews, vaccines) and medicines issued.

use model::Sex;

use crate::calendar::{Day, Season};
use crate::dice::{Dice, Stream};
use crate::health::Smoking;
use crate::hospital::may_bear;
use crate::life::Life;
use crate::tables::{ConditionId, Medicine};
use crate::world::World;

/// A decimal number written the same way everywhere: `scaled` divided by ten to the power `places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    pub scaled: i32,
    pub places: u8,
}

/// A coded entry.
pub struct Entry<'w> {
    pub day: Day,
    pub code: &'w str,
    pub term: &'w str,
    pub value: Option<Decimal>,
    pub unit: &'static str,
}

/// A medicine issued.
pub struct Issue<'w> {
    pub day: Day,
    pub medicine: &'w Medicine,
    pub quantity: u32,
}

/// An appointment.
pub struct Appointment {
    pub day: Day,
    /// Minute of the day.
    pub minute: i32,
    pub status: &'static str,
    pub role: &'static str,
    pub mode: &'static str,
}

/// What the practice holds of one person.
#[derive(Default)]
pub struct GpRecord<'w> {
    pub entries: Vec<Entry<'w>>,
    pub issues: Vec<Issue<'w>>,
    pub appointments: Vec<Appointment>,
}

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
/// Reasons for coming that are not in the table of conditions.
const COMPLAINTS: [(&str, &str); 14] = [
    ("49727002", "Cough"),
    ("162397003", "Pain in throat"),
    ("84229001", "Fatigue"),
    ("271807003", "Eruption of skin"),
    ("57676002", "Joint pain"),
    ("404640003", "Dizziness"),
    ("267036007", "Dyspnoea"),
    ("422587007", "Nausea"),
    ("62315008", "Diarrhoea"),
    ("193462001", "Insomnia"),
    ("73595000", "Stress"),
    ("45326000", "Shoulder pain"),
    ("30989003", "Knee pain"),
    ("418290006", "Itching"),
];
/// Childhood vaccines with the age in days at which they are due.
const VACCINES: [(i32, &str, &str); 4] = [
    (56, "1082441000000108", "Administration of first dose of six in one vaccine"),
    (84, "1082451000000106", "Administration of second dose of six in one vaccine"),
    (112, "1082461000000109", "Administration of third dose of six in one vaccine"),
    (372, "38598009", "Administration of measles, mumps and rubella vaccine"),
];

/// Appointments a year of somebody of this age and sex with nothing the matter.
fn appointment_rate(age: f64, sex: Sex) -> f64 {
    match (age, sex) {
        (..5.0, _) => 4.8,
        (..18.0, _) => 2.0,
        (..45.0, Sex::Female) => 4.4,
        (..45.0, _) => 2.2,
        (..65.0, _) => 3.7,
        (..75.0, _) => 4.2,
        _ => 5.0,
    }
}

/// Adds what a person's practice holds.
pub fn happen<'w>(world: &'w World, life: &mut Life<'w>) {
    let dice = Dice::new(world.seed, Stream::Gp, u64::from(life.person.index));
    let mut surgery = Surgery { world, life, dice, record: GpRecord::default() };
    surgery.diagnoses();
    surgery.appointments();
    surgery.reviews();
    surgery.everyone();
    surgery.vaccines();
    surgery.repeats();
    let mut record = surgery.record;
    record.entries.sort_by(|a, b| a.day.cmp(&b.day).then_with(|| a.code.cmp(b.code)));
    record.issues.sort_by(|a, b| a.day.cmp(&b.day).then_with(|| a.medicine.dmd.cmp(&b.medicine.dmd)));
    record.appointments.sort_by_key(|appointment| (appointment.day, appointment.minute));
    life.gp = record;
}

struct Surgery<'w, 'l> {
    world: &'w World,
    life: &'l Life<'w>,
    dice: Dice,
    record: GpRecord<'w>,
}

impl<'w> Surgery<'w, '_> {
    fn code(&mut self, day: Day, (code, term): (&'w str, &'w str)) {
        self.record.entries.push(Entry { day, code, term, value: None, unit: "" });
    }

    fn measure(&mut self, day: Day, (code, term, unit): Measure, value: f64, places: u8) {
        let scaled = (value * if places == 0 { 1.0 } else { 10.0 } + 0.5) as i32;
        let value = Some(Decimal { scaled, places });
        self.record.entries.push(Entry { day, code, term, value, unit });
    }

    /// Every condition is coded at its onset: in the history when that was before the period.
    fn diagnoses(&mut self) {
        let (_, to) = self.life.person.active();
        for onset in &self.life.health.onsets {
            let condition = self.world.tables.condition(onset.condition);
            if let Some(condition) = condition.filter(|_| onset.since <= to) {
                self.code(onset.since, (&condition.snomed, &condition.term));
            }
        }
        // A stay in hospital reaches the practice as a letter.
        for spell in &self.life.spells {
            let condition = spell.reason.and_then(|reason| self.world.tables.condition(reason));
            if let (Some(condition), Some(day)) = (condition, spell.discharged)
                && !condition.long_term
                && !spell.died()
                && self.dice.chance(0.8)
            {
                self.code(day, (&condition.snomed, &condition.term));
            }
        }
    }

    fn appointments(&mut self) {
        let (from, to) = self.life.person.active();
        if from > to {
            return;
        }
        let years = f64::from(to - from + 1) / 365.25;
        let middle = from + (to - from) / 2;
        let age = self.life.person.age_on(middle);
        let conditions = self.life.health.onsets.iter().filter(|onset| onset.since <= middle).count() as f64;
        let rate = appointment_rate(age, self.life.person.sex) + 0.62 * conditions;
        let rate = rate * (0.45 + 0.55 * self.life.health.proneness);
        for _ in 0..self.dice.poisson(rate * years) {
            let Some(day) = self.world.calendar.day_in(&mut self.dice, from, to, Season::Winter) else {
                return;
            };
            // Surgeries are shut on most Sundays.
            let day = if day % 7 == 0 { (day + 1).min(to) } else { day };
            if !self.life.in_bed(day) {
                self.appointment(day, age);
            }
        }
    }

    fn appointment(&mut self, day: Day, age: f64) {
        let deprived = 1.5 - 0.09 * f64::from(self.life.person.imd_decile);
        let status = match self.dice.unit() {
            draw if draw < 0.05 * deprived => "Did not attend",
            draw if draw < 0.05 * deprived + 0.035 => "Cancelled",
            _ => "Attended",
        };
        let home = if self.life.health.frailty == 3 { 0.14 } else { 0.004 };
        let mode = match self.dice.unit() {
            draw if draw < home => "Home visit",
            draw if draw < home + 0.27 => "Telephone",
            draw if draw < home + 0.32 => "Video/Online",
            _ => "Face-to-face",
        };
        let role = if self.dice.chance(0.47) { "GP" } else { "Other practice staff" };
        let minute = 480 + 10 * self.dice.below(63) as i32;
        self.record.appointments.push(Appointment { day, minute, status, role, mode });
        if status == "Attended" {
            self.consultation(day, age, mode == "Face-to-face");
        }
    }

    /// What is written down at an appointment.
    fn consultation(&mut self, day: Day, age: f64, seen: bool) {
        if self.dice.chance(0.5) {
            let complaint = self.dice.pick(&COMPLAINTS).copied().unwrap_or(("84229001", "Fatigue"));
            self.code(day, complaint);
        }
        if seen && age > 16.0 && self.dice.chance(0.2) {
            self.blood_pressure(day);
        }
        if self.dice.chance(0.17) {
            let medicines = &self.world.tables.acute_medicines;
            let at = self.dice.weighted(medicines.iter().map(|medicine| medicine.share));
            if let Some(medicine) = at.and_then(|at| medicines.get(at)) {
                self.record.issues.push(Issue { day, medicine, quantity: medicine.quantity });
            }
        }
    }

    fn blood_pressure(&mut self, day: Day) {
        let health = &self.life.health;
        let raised = if health.has(self.world.known.hypertension, day) { 12.0 } else { 0.0 };
        let age = self.life.person.age_on(day);
        let systolic = (112.0 + 0.28 * age + raised + self.dice.bell() * 12.0).clamp(80.0, 225.0);
        let diastolic = (70.0 + 0.08 * age + raised * 0.4 + self.dice.bell() * 8.0).clamp(45.0, 125.0);
        self.measure(day, SYSTOLIC, systolic, 0);
        self.measure(day, DIASTOLIC, diastolic.min(systolic - 20.0), 0);
    }

    /// The yearly review of long-term conditions with its measurements.
    fn reviews(&mut self) {
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

    fn review(&mut self, day: Day, heart: bool, diabetes: bool, kidney: bool) {
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

    fn hba1c(&mut self, day: Day) {
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

    fn egfr(&mut self, day: Day) {
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

    fn weight(&mut self, day: Day) {
        let health = &self.life.health;
        let bmi = (health.bmi + self.dice.bell() * 0.5).max(14.0);
        let metres = health.height_cm / 100.0;
        self.measure(day, WEIGHT, bmi * metres * metres, 1);
        self.measure(day, BMI, bmi, 1);
    }

    fn smoking(&mut self, day: Day) {
        let status = match self.life.health.smoker {
            Smoking::Never => NEVER_SMOKED,
            Smoking::Former => EX_SMOKER,
            Smoking::Current => SMOKER,
        };
        self.code(day, status);
    }

    /// What is asked of any adult every few years.
    fn everyone(&mut self) {
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

    fn vaccines(&mut self) {
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

    /// Repeat medicines: one of each step's alternatives, every two months from the onset.
    fn repeats(&mut self) {
        let health = &self.life.health;
        let mut taken: Vec<(&'w Medicine, Day)> = Vec::new();
        for onset in &health.onsets {
            self.choose(onset.condition, onset.since, &mut taken);
        }
        let (from, to) = self.life.person.active();
        let middle = from + (to - from) / 2;
        if may_bear(&self.life.person, middle)
            && self.life.person.deliveries.is_empty()
            && self.dice.chance(0.16)
        {
            taken.extend(self.world.tables.contraception.first().map(|medicine| (medicine, from)));
        }
        for (medicine, since) in taken {
            self.issue(medicine, since.max(from), to);
        }
    }

    fn choose(&mut self, condition: ConditionId, since: Day, taken: &mut Vec<(&'w Medicine, Day)>) {
        let Some(medicines) = self.world.tables.medicines.get(&condition) else { return };
        let mut draw = self.dice.unit();
        let mut step = 0;
        let mut chosen = false;
        for medicine in medicines {
            if medicine.step != step {
                (step, draw, chosen) = (medicine.step, self.dice.unit(), false);
            }
            let twice = taken.iter().any(|(other, _)| other.bnf == medicine.bnf);
            if !chosen && draw < medicine.share {
                chosen = true;
                if !twice {
                    taken.push((medicine, since + 3));
                }
            }
            draw -= medicine.share;
        }
    }

    fn issue(&mut self, medicine: &'w Medicine, from: Day, to: Day) {
        let months = if self.life.health.frailty >= 2 { 1 } else { 2 };
        let mut day = from + self.dice.between(0, 28 * months);
        // One person in eight stops a medicine within the period.
        let to = if self.dice.chance(0.12) && from < to { self.dice.between(from, to) } else { to };
        while day <= to {
            if !self.life.in_bed(day) {
                self.record.issues.push(Issue { day, medicine, quantity: medicine.quantity * months as u32 });
            }
            day += 28 * months + self.dice.between(-4, 6);
        }
    }
}
