//! The people that are scored, in the order in which the files name them.

use std::path::Path;

use hashbrown::HashTable;
use twox_hash::XxHash3_64;

use super::cells::{self, Sex};
use crate::failure::Failure;
use crate::progress::Shown;
use crate::tables::Table;
use pipeline::Progress;

/// Ids in little room, and what is known of people.
#[derive(Default)]
pub struct Roll {
    text: String,
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    /// The last one asked for: rows of one person mostly stand together.
    last: Option<u32>,
    /// Ages of the people listed.
    ages: Vec<Option<u16>>,
    /// Sexes of the people listed.
    sexes: Vec<Option<Sex>>,
}

impl Roll {
    /// Reads a file of people: person_id, and age and sex where there are such columns.
    pub fn listed(path: &Path, progress: &Shown) -> Result<Self, Failure> {
        let table = Table::open(path)?;
        let places = [Some(table.must("person_id")?), table.may("age")?, table.may("sex")?];
        let step = format!("reading {}", table.name);
        let mut roll = Self::default();
        let rows = table.visit_whole(&places, &|done, all| progress.at(&step, done, all), |row| {
            let before = roll.len();
            roll.number(cells::id(row, 0)?);
            if roll.len() == before {
                return Err(row.wrong(0, "is there a second time: list each person once"));
            }
            roll.ages.push(cells::age(row, 1)?);
            roll.sexes.push(cells::sex(row, 2)?);
            Ok(())
        })?;
        if rows == 0 {
            return Err(Failure::data(format!("{} has a header and nobody under it", path.display())));
        }
        Ok(roll)
    }

    /// Number of a person; somebody new gets the next.
    pub fn number(&mut self, id: &str) -> usize {
        if let Some(last) = self.last.filter(|last| self.id(*last as usize) == id) {
            return last as usize;
        }
        let found = self.find(id).and_then(|number| u32::try_from(number).ok());
        let number = found.unwrap_or_else(|| self.add(id));
        self.last = Some(number);
        number as usize
    }

    /// Number of a person who is there.
    pub fn find(&self, id: &str) -> Option<usize> {
        let hash = XxHash3_64::oneshot(id.as_bytes());
        self.numbers.find(hash, |number| self.id(*number as usize) == id).map(|number| *number as usize)
    }

    fn add(&mut self, id: &str) -> u32 {
        // Four thousand million people are more than there will be.
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.text.push_str(id);
        self.ends.push(self.text.len());
        let Self { text, ends, numbers, .. } = self;
        let again = |number: &u32| XxHash3_64::oneshot(id_of(text, ends, *number as usize).as_bytes());
        numbers.insert_unique(XxHash3_64::oneshot(id.as_bytes()), number, again);
        number
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The id of a person.
    pub fn id(&self, number: usize) -> &str {
        id_of(&self.text, &self.ends, number)
    }

    /// Somebody's age, where it was given.
    pub fn age(&self, number: usize) -> Option<u16> {
        self.ages.get(number).copied().flatten()
    }

    /// Somebody's sex, where it was given.
    pub fn sex(&self, number: usize) -> Option<Sex> {
        self.sexes.get(number).copied().flatten()
    }
}

fn id_of<'t>(text: &'t str, ends: &[usize], number: usize) -> &'t str {
    let start = number.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    ends.get(number).and_then(|end| text.get(start..*end)).unwrap_or_default()
}

/// What is kept of each person, by number: a default until something is known.
pub fn at<T: Clone + Default>(kept: &mut Vec<T>, number: usize) -> Option<&mut T> {
    if kept.len() <= number {
        kept.resize(number + 1, T::default());
    }
    kept.get_mut(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_one_number() {
        let mut roll = Roll::default();
        let numbers: Vec<usize> = ["b", "b", "a", "", "ba", "b", "a"].map(|id| roll.number(id)).to_vec();
        assert_eq!(numbers, [0, 0, 1, 2, 3, 0, 1]);
        for n in 0..1000 {
            roll.number(&format!("person {n}"));
        }
        assert_eq!((roll.len(), roll.id(0), roll.id(3), roll.id(1003)), (1004, "b", "ba", "person 999"));
        assert_eq!(roll.number("person 500"), 504);
    }
}
