//! Who lives where by ethnic category, and which names go with it.

use std::collections::BTreeMap;

use crate::SynthError;
use crate::dice::Dice;
use crate::names::{Custom, Names};
use crate::tables::rows;

/// Broad groups: white, mixed, asian, black, other (0 to 4).
pub type Broad = usize;

/// One of the sixteen categories of 2001.
pub struct Category {
    /// The letter that the NHS writes.
    pub letter: char,
    pub broad: Broad,
    customs: Vec<(Custom, f64)>,
}

/// Categories and their shares in each borough.
pub struct Ethnicities {
    categories: Vec<Category>,
    mix: BTreeMap<String, Vec<f64>>,
}

const BROAD: [&str; 5] = ["white", "mixed", "asian", "black", "other"];

/// How much more (or less) common a category is among people of 65 and over than its borough's mix says.
const OLDER: [(char, f64); 6] = [('A', 1.4), ('B', 2.4), ('M', 1.7), ('C', 0.6), ('N', 0.5), ('G', 0.5)];

impl Ethnicities {
    /// Reads the tables.
    pub fn load(names: &Names) -> Result<Self, SynthError> {
        let mut categories = Vec::new();
        for row in rows("ethnic_customs.csv", include_str!("../data/ethnic_customs.csv"))? {
            let mut customs = Vec::new();
            for word in row.words(2)? {
                let Some((key, share)) = word.split_once(':') else { return Err(row.bad(2)) };
                customs.push((names.custom(key)?, share.parse().map_err(|_| row.bad(2))?));
            }
            let letter = row.text(0)?.chars().next().ok_or_else(|| row.bad(0))?;
            let broad = BROAD.iter().position(|name| row.text(1).is_ok_and(|text| text == *name));
            categories.push(Category { letter, broad: broad.ok_or_else(|| row.bad(1))?, customs });
        }
        let mut mix = BTreeMap::new();
        for row in rows("ethnic_mix.csv", include_str!("../data/ethnic_mix.csv"))? {
            let shares: Result<Vec<f64>, _> = (1..=categories.len()).map(|at| row.number(at)).collect();
            mix.insert(row.text(0)?, shares?);
        }
        Ok(Self { categories, mix })
    }

    /// A category for someone in this borough, and the names that go with them.
    pub fn draw(&self, dice: &mut Dice, borough: &str, older: bool) -> (&Category, Custom) {
        let shares = self.mix.get(borough).or_else(|| self.mix.get("*")).map_or(&[][..], Vec::as_slice);
        let tilt = |letter: char| {
            let found = OLDER.iter().find(|(other, _)| older && *other == letter);
            found.map_or(1.0, |(_, factor)| *factor)
        };
        let weights =
            shares.iter().zip(&self.categories).map(|(share, category)| share * tilt(category.letter));
        let at = dice.weighted(weights).unwrap_or(0);
        // INVARIANT: the tables have at least one category; the fallback is never read.
        const NONE: &Category = &Category { letter: 'Z', broad: 0, customs: Vec::new() };
        let category = self.categories.get(at).unwrap_or(NONE);
        let custom = dice.weighted(category.customs.iter().map(|(_, share)| *share)).unwrap_or(0);
        (category, category.customs.get(custom).map_or(0, |(custom, _)| *custom))
    }
}
