//! The tables in `data/` as the generator uses them. They are part of the program: an error in one is a fault of ours.

use std::collections::BTreeMap;

use crate::SynthError;
use crate::calendar::Season;

/// Position of a condition in the table of conditions.
pub type ConditionId = usize;

/// A condition and the codes by which it is written.
pub struct Condition {
    pub key: String,
    pub long_term: bool,
    pub snomed: String,
    pub term: String,
    /// ICD-10 codes, the usual one first.
    pub icd10: Vec<String>,
}

/// How common a long-term condition is.
pub struct Prevalence {
    pub condition: ConditionId,
    /// Percent at ages 0, 10 ... 90.
    pub by_age: [f64; 10],
    pub male: f64,
    pub deprived: f64,
    /// Factors by broad ethnic group: white, mixed, asian, black, other.
    pub ethnic: [f64; 5],
    pub raised_by: Vec<(ConditionId, f64)>,
}

impl Prevalence {
    /// Share of people of this age, by straight lines between the ages given.
    pub fn at_age(&self, age: f64) -> f64 {
        let low = (age / 10.0).clamp(0.0, 8.999);
        let at = low as usize;
        let of = |at: usize| self.by_age.get(at).copied().unwrap_or(0.0);
        (of(at) + (of(at + 1) - of(at)) * (low - at as f64).min(1.0)) / 100.0
    }
}

/// Why people come to A&E or are admitted in an emergency.
pub struct Reason {
    pub condition: ConditionId,
    pub ages: (i32, i32),
    pub admit_weight: f64,
    pub attend_weight: f64,
    pub drivers: Vec<ConditionId>,
    pub factor: f64,
    pub season: Season,
    pub nights: f64,
    pub specialty: String,
    pub ae_code: String,
    pub ambulance: f64,
}

/// Why people are admitted as planned.
pub struct Elective {
    pub condition: ConditionId,
    pub ages: (i32, i32),
    pub weight: f64,
    pub drivers: Vec<ConditionId>,
    pub factor: f64,
    pub day_case: f64,
    pub nights: f64,
    pub specialty: String,
    pub procedures: Vec<String>,
}

/// A medicine as practices issue it.
pub struct Medicine {
    /// Medicines of one step are alternatives.
    pub step: u8,
    pub share: f64,
    /// A made-up identifier of dm+d's shape: dm+d itself is not ours to copy.
    pub dmd: String,
    pub term: String,
    /// BNF chemical substance, nine characters, filled to the fifteen of a presentation.
    pub bnf: String,
    pub quantity: u32,
    pub unit: String,
}

/// All tables.
pub struct Tables {
    pub conditions: Vec<Condition>,
    pub prevalence: Vec<Prevalence>,
    pub reasons: Vec<Reason>,
    pub electives: Vec<Elective>,
    /// By condition.
    pub medicines: BTreeMap<ConditionId, Vec<Medicine>>,
    /// Short courses.
    pub acute_medicines: Vec<Medicine>,
    /// The contraceptive pill.
    pub contraception: Vec<Medicine>,
    by_key: BTreeMap<String, ConditionId>,
}

impl Tables {
    /// Reads every table.
    pub fn load() -> Result<Self, SynthError> {
        let conditions: Vec<Condition> = rows("conditions.csv", include_str!("../data/conditions.csv"))?
            .iter()
            .map(|row| {
                Ok(Condition {
                    key: row.text(0)?,
                    long_term: row.text(2)? != "acute" && row.text(2)? != "elective",
                    snomed: row.text(3)?,
                    term: row.text(4)?,
                    icd10: row.words(5)?,
                })
            })
            .collect::<Result<_, SynthError>>()?;
        if conditions.len() > 128 {
            return Err(SynthError::Table("conditions.csv", "more than 128 conditions".into()));
        }
        let by_key = conditions.iter().enumerate().map(|(id, c)| (c.key.clone(), id)).collect();
        let mut tables = Self {
            conditions,
            by_key,
            prevalence: Vec::new(),
            reasons: Vec::new(),
            electives: Vec::new(),
            medicines: BTreeMap::new(),
            acute_medicines: Vec::new(),
            contraception: Vec::new(),
        };
        tables.load_prevalence()?;
        tables.load_reasons()?;
        tables.load_electives()?;
        tables.load_medicines()?;
        Ok(tables)
    }

    /// The condition with this key.
    pub fn id(&self, key: &str) -> Result<ConditionId, SynthError> {
        let missing = || SynthError::Table("conditions.csv", format!("there is no condition `{key}`"));
        self.by_key.get(key).copied().ok_or_else(missing)
    }

    /// The condition at this position.
    pub fn condition(&self, id: ConditionId) -> Option<&Condition> {
        self.conditions.get(id)
    }

    /// The usual ICD-10 code of a condition; R69 (unknown causes of morbidity) when it has none.
    pub fn icd10(&self, id: ConditionId) -> &str {
        self.condition(id).and_then(|c| c.icd10.first()).map_or("R69", String::as_str)
    }

    fn ids(&self, keys: &[String]) -> Result<Vec<ConditionId>, SynthError> {
        keys.iter().map(|key| self.id(key)).collect()
    }

    fn load_prevalence(&mut self) -> Result<(), SynthError> {
        for row in rows("prevalence.csv", include_str!("../data/prevalence.csv"))? {
            let mut by_age = [0.0; 10];
            for (at, slot) in by_age.iter_mut().enumerate() {
                *slot = row.number(1 + at)?;
            }
            let mut ethnic = [1.0; 5];
            for (at, slot) in ethnic.iter_mut().enumerate() {
                *slot = row.number(13 + at)?;
            }
            let mut raised_by = Vec::new();
            for word in row.words(18)? {
                let Some((key, factor)) = word.split_once(':') else { return Err(row.bad(18)) };
                raised_by.push((self.id(key)?, factor.parse().map_err(|_| row.bad(18))?));
            }
            let condition = self.id(&row.text(0)?)?;
            let (male, deprived) = (row.number(11)?, row.number(12)?);
            self.prevalence.push(Prevalence { condition, by_age, male, deprived, ethnic, raised_by });
        }
        Ok(())
    }

    fn load_reasons(&mut self) -> Result<(), SynthError> {
        for row in rows("reasons.csv", include_str!("../data/reasons.csv"))? {
            let season = match row.text(7)?.as_str() {
                "winter" => Season::Winter,
                "summer" => Season::Summer,
                _ => Season::Even,
            };
            let reason = Reason {
                condition: self.id(&row.text(0)?)?,
                ages: (row.number(1)? as i32, row.number(2)? as i32),
                admit_weight: row.number(3)?,
                attend_weight: row.number(4)?,
                drivers: self.ids(&row.words(5)?)?,
                factor: row.number(6)?,
                season,
                nights: row.number(8)?,
                specialty: row.text(9)?,
                ae_code: row.text(10)?,
                ambulance: row.number(11)?,
            };
            self.reasons.push(reason);
        }
        Ok(())
    }

    fn load_electives(&mut self) -> Result<(), SynthError> {
        for row in rows("electives.csv", include_str!("../data/electives.csv"))? {
            let elective = Elective {
                condition: self.id(&row.text(0)?)?,
                ages: (row.number(1)? as i32, row.number(2)? as i32),
                weight: row.number(3)?,
                drivers: self.ids(&row.words(4)?)?,
                factor: row.number(5)?,
                day_case: row.number(6)?,
                nights: row.number(7)?,
                specialty: row.text(8)?,
                procedures: row.words(9)?,
            };
            self.electives.push(elective);
        }
        Ok(())
    }

    fn load_medicines(&mut self) -> Result<(), SynthError> {
        let mut dmd_by_term: BTreeMap<String, String> = BTreeMap::new();
        for row in rows("medicines.csv", include_str!("../data/medicines.csv"))? {
            let term = row.text(4)?;
            let next = dmd_by_term.len() as u64 + 1;
            let dmd = dmd_by_term.entry(term.clone()).or_insert_with(|| made_up_dmd(next)).clone();
            let medicine = Medicine {
                step: row.number(1)? as u8,
                share: row.number(2)?,
                dmd,
                term,
                bnf: format!("{}AAAAAA", row.text(3)?),
                quantity: row.number(5)? as u32,
                unit: row.text(6)?,
            };
            match row.text(0)?.as_str() {
                "acute" => self.acute_medicines.push(medicine),
                "contraception" => self.contraception.push(medicine),
                key => self.medicines.entry(self.id(key)?).or_default().push(medicine),
            }
        }
        Ok(())
    }
}

/// An identifier in dm+d's namespace (1000001) with an item number no product has, and a right check digit (Verhoeff).
fn made_up_dmd(number: u64) -> String {
    let body = format!("{}100000110", 99_900_000 + number);
    format!("{body}{}", verhoeff(&body))
}

/// Verhoeff's check digit of a string of digits, as SNOMED CT identifiers have.
fn verhoeff(digits: &str) -> u32 {
    const PERMUTE: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    const INVERSE: [u32; 10] = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9];
    let multiply = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let check = digits.bytes().rev().zip(1..).fold(0, |check, (byte, turns)| {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        let turned =
            (0..turns % 8).fold(digit, |digit, _| PERMUTE.get(digit as usize).copied().unwrap_or_default());
        multiply(check, turned)
    });
    INVERSE.get(check as usize).copied().unwrap_or_default()
}

/// A row of a table, with the table's name for errors.
pub struct TableRow {
    file: &'static str,
    cells: csv::StringRecord,
}

impl TableRow {
    pub fn text(&self, at: usize) -> Result<String, SynthError> {
        self.cells.get(at).map(str::to_string).ok_or_else(|| self.bad(at))
    }

    pub fn words(&self, at: usize) -> Result<Vec<String>, SynthError> {
        Ok(self.text(at)?.split_whitespace().map(str::to_string).collect())
    }

    pub fn number(&self, at: usize) -> Result<f64, SynthError> {
        self.text(at)?.parse().map_err(|_| self.bad(at))
    }

    pub fn bad(&self, at: usize) -> SynthError {
        let line = self.cells.position().map_or(0, csv::Position::line);
        SynthError::Table(self.file, format!("line {line}, column {}", at + 1))
    }
}

/// The rows of a table under its header; lines that start with `#` are comments.
pub fn rows(file: &'static str, text: &str) -> Result<Vec<TableRow>, SynthError> {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
        .records()
        .map(|cells| match cells {
            Ok(cells) => Ok(TableRow { file, cells }),
            Err(error) => Err(SynthError::Table(file, error.to_string())),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_loads() {
        let tables = Tables::load().unwrap();
        assert!(tables.conditions.len() > 100);
        assert!(tables.prevalence.len() > 40);
        let row = Prevalence {
            condition: 0,
            by_age: [0.0, 0.0, 0.0, 0.0, 8.0, 19.0, 0.0, 0.0, 50.0, 58.0],
            male: 1.0,
            deprived: 1.0,
            ethnic: [1.0; 5],
            raised_by: Vec::new(),
        };
        assert!((row.at_age(45.0) - 0.135).abs() < 1e-9);
        assert!((row.at_age(99.0) - 0.58).abs() < 1e-3);
        assert!(row.at_age(0.0).abs() < 1e-9);
    }

    #[test]
    fn check_digits_follow_verhoeff() {
        for good in ["44054006", "195967001", "230690007", "1091811000000102", "925861000000102"] {
            let (body, check) = good.split_at(good.len() - 1);
            assert_eq!(verhoeff(body).to_string(), check, "{good}");
        }
        let tables = Tables::load().unwrap();
        for condition in &tables.conditions {
            let (body, check) = condition.snomed.split_at(condition.snomed.len() - 1);
            assert_eq!(verhoeff(body).to_string(), check, "{}", condition.key);
        }
    }
}
