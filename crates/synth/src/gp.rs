//! General practice: appointments, diagnoses and what is said at consultations, and medicines issued.

use model::Sex;

use crate::calendar::{Day, Season};
use crate::dice::{Dice, Stream};
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

/// Appointments a year of somebody of this age and sex with nothing the matter.
fn appointment_rate(age: f64, sex: Sex) -> f64 {
    match (age, sex) {
        (..5.0, _) => 6.4,
        (..18.0, _) => 3.0,
        (..45.0, Sex::Female) => 6.2,
        (..45.0, _) => 3.3,
        (..65.0, _) => 5.4,
        (..75.0, _) => 6.4,
        _ => 7.6,
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

/// One person at their practice over the period.
pub struct Surgery<'w, 'l> {
    pub world: &'w World,
    pub life: &'l Life<'w>,
    pub dice: Dice,
    pub record: GpRecord<'w>,
}

impl<'w> Surgery<'w, '_> {
    /// Adds an entry without a value.
    pub fn code(&mut self, day: Day, (code, term): (&'w str, &'w str)) {
        self.record.entries.push(Entry { day, code, term, value: None, unit: "" });
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
        let rate = appointment_rate(age, self.life.person.sex) + 0.8 * conditions;
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
        if self.dice.chance(0.68) {
            // The first of the list are the more frequent.
            let at = self.dice.weighted((0..COMPLAINTS.len()).map(|rank| 1.0 / (rank as f64 + 3.0)));
            if let Some(complaint) = at.and_then(|at| COMPLAINTS.get(at)) {
                self.code(day, *complaint);
            }
        }
        if seen && age > 16.0 && self.dice.chance(0.3) {
            self.blood_pressure(day);
        }
        if self.dice.chance(0.24) {
            let medicines = &self.world.tables.acute_medicines;
            let at = self.dice.weighted(medicines.iter().map(|medicine| medicine.share));
            if let Some(medicine) = at.and_then(|at| medicines.get(at)) {
                self.record.issues.push(Issue { day, medicine, quantity: medicine.quantity });
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
        // Most issues are for two months; for one where a pharmacy fills a tray, or the practice says so.
        let monthly = if self.life.health.frailty >= 2 { 0.95 } else { 0.48 };
        let months = if self.dice.chance(monthly) { 1 } else { 2 };
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
