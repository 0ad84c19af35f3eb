//! Points of every different code of a person, where a sum is asked for that counts a category more than once.

use std::collections::HashSet;

use methods::icd10::Code;

use super::roll;

/// The codes seen of each person, and the sum of their points.
#[derive(Default)]
pub struct Repeats {
    seen: HashSet<(usize, Code)>,
    points: Vec<i32>,
}

impl Repeats {
    /// Adds the points of a code that the person did not have yet.
    pub fn add(&mut self, person: usize, code: Code, points: i32) {
        if points != 0
            && self.seen.insert((person, code))
            && let Some(sum) = roll::at(&mut self.points, person)
        {
            *sum += points;
        }
    }

    /// The sum of a person.
    pub fn points(&self, person: usize) -> i32 {
        self.points.get(person).copied().unwrap_or(0)
    }
}
