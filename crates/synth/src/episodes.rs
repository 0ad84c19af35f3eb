//! What is written of a spell: its episodes, their diagnoses, and where the person went.

use crate::calendar::Day;
use crate::health::{Health, Smoking};
use crate::hospital::{Episode, Spell, Ward};
use crate::tables::ConditionId;

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

impl<'w> Ward<'w, '_> {
    /// Frail people after a long stay go to a community hospital or a care home more often.
    pub fn destination(&mut self, spell: &mut Spell<'w>, health: &Health) {
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

    /// Primary diagnosis, cause of a fall, then conditions and, for frail people, what comes with frailty.
    pub fn diagnoses(&mut self, day: Day, primary: ConditionId, health: &Health, fell: bool) -> Vec<&'w str> {
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
    pub fn episodes(
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
