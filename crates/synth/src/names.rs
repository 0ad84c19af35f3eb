//! What people are called, by group of custom, sex and time of birth: frequent names are frequent.

use std::collections::BTreeMap;

use model::Sex;

use crate::SynthError;
use crate::dice::{Dice, Weighted};
use crate::tables::rows;

/// Position of a group of custom in the table of family names.
pub type Custom = usize;

/// Names in order of frequency with Zipf-like weights.
struct NameList {
    names: Vec<String>,
    weights: Weighted,
}

impl NameList {
    fn new(names: Vec<String>) -> Self {
        // Zipf's law flattened at the head, as UK name counts are: the first of 200 has about 4 in 100.
        let weights = Weighted::new((0..names.len()).map(|rank| 1.0 / (rank as f64 + 5.0)));
        Self { names, weights }
    }

    fn draw(&self, dice: &mut Dice) -> &str {
        self.names.get(self.weights.draw(dice)).map_or("", String::as_str)
    }
}

/// All names and what is done to them.
pub struct Names {
    families: Vec<NameList>,
    given: BTreeMap<(Custom, bool, u8), NameList>,
    customs: BTreeMap<String, Custom>,
    spellings: BTreeMap<String, Vec<String>>,
    short_forms: BTreeMap<String, Vec<String>>,
}

/// Family names that only women bear.
const WOMENS: [&str; 14] = [
    "Begum", "Bibi", "Khatun", "Khatoon", "Khanom", "Parveen", "Yasmin", "Sultana", "Fatima", "Nessa",
    "Bano", "Jahan", "Kausar", "Nahar",
];
/// First and second halves of rarer English family names.
const FRONTS: [&str; 40] = [
    "Ash", "Bar", "Black", "Brad", "Brook", "Burn", "Cart", "Chad", "Clay", "Cross", "East", "Fair", "Green",
    "Hal", "Hart", "Hay", "Hazel", "Hol", "Kirk", "Lang", "Marsh", "Mel", "Mid", "Nor", "Oak", "Old", "Pen",
    "Rad", "Red", "Rush", "San", "Shel", "Stan", "Stoke", "Sut", "Thorn", "Wal", "West", "Whit", "Win",
];
const BACKS: [&str; 24] = [
    "bourne", "bridge", "brook", "bury", "by", "cliffe", "combe", "croft", "den", "field", "ford", "gate",
    "ham", "hurst", "land", "ley", "man", "more", "stead", "ton", "wall", "well", "wood", "worth",
];

impl Names {
    /// Reads the tables of names.
    pub fn load() -> Result<Self, SynthError> {
        let mut families = Vec::new();
        let mut customs = BTreeMap::new();
        for row in rows("family_names.csv", include_str!("../data/family_names.csv"))? {
            customs.insert(row.text(0)?, families.len());
            families.push(NameList::new(words(&row.text(1)?)));
        }
        let mut given = BTreeMap::new();
        for row in rows("given_names.csv", include_str!("../data/given_names.csv"))? {
            let custom = *customs.get(&row.text(0)?).ok_or_else(|| row.bad(0))?;
            let eras: &[u8] = match row.text(2)?.as_str() {
                "old" => &[0],
                "mid" => &[1],
                "new" => &[2],
                _ => &[0, 1, 2],
            };
            for era in eras {
                given.insert((custom, row.text(1)? == "F", *era), NameList::new(words(&row.text(3)?)));
            }
        }
        let (mut spellings, mut short_forms) = (BTreeMap::new(), BTreeMap::new());
        for row in rows("variants.csv", include_str!("../data/variants.csv"))? {
            let all = words(&row.text(1)?);
            let Some((first, others)) = all.split_first() else { return Err(row.bad(1)) };
            if row.text(0)? == "nick" {
                short_forms.insert(first.clone(), others.to_vec());
            } else {
                for name in &all {
                    spellings
                        .insert(name.clone(), all.iter().filter(|other| *other != name).cloned().collect());
                }
            }
        }
        Ok(Self { families, given, customs, spellings, short_forms })
    }

    /// The group of custom with this key.
    pub fn custom(&self, key: &str) -> Result<Custom, SynthError> {
        let missing = || SynthError::Table("family_names.csv", format!("there are no names of `{key}`"));
        self.customs.get(key).copied().ok_or_else(missing)
    }

    /// A family name; English ones have a long tail, and one in thirty is double-barrelled.
    pub fn family(&self, dice: &mut Dice, custom: Custom) -> String {
        let draw =
            |dice: &mut Dice| self.families.get(custom).map_or("", |list| list.draw(dice)).replace('-', " ");
        if custom != 0 {
            return draw(dice);
        }
        let one = |dice: &mut Dice| {
            if dice.chance(0.3) {
                let half = |dice: &mut Dice, of: &[&'static str]| dice.pick(of).copied().unwrap_or_default();
                format!("{}{}", half(dice, &FRONTS), half(dice, &BACKS))
            } else {
                draw(dice)
            }
        };
        let first = one(dice);
        if dice.chance(0.03) { format!("{first}-{}", one(dice)) } else { first }
    }

    /// The form of a family name that this person bears: Singh and Kaur, Begum and its like, -ski and -ska, -ov and -ova.
    pub fn family_of(&self, dice: &mut Dice, custom: Custom, name: &str, sex: Sex) -> String {
        let female = sex == Sex::Female;
        if !female && WOMENS.contains(&name) {
            let others = (0..20).map(|_| self.family(dice, custom));
            let other = others.into_iter().find(|other| !WOMENS.contains(&other.as_str()));
            return other.unwrap_or_else(|| "Khan".to_string());
        }
        match name {
            "Kaur" if !female => "Singh".to_string(),
            "Singh" if female && dice.chance(0.8) => "Kaur".to_string(),
            _ if female && name.ends_with("ski") && dice.chance(0.6) => {
                format!("{}a", name.strip_suffix('i').unwrap_or(name))
            }
            _ if female && name.ends_with("ov") && dice.chance(0.7) => format!("{name}a"),
            _ => name.to_string(),
        }
    }

    /// A given name for someone of this sex born in this year.
    pub fn given(&self, dice: &mut Dice, custom: Custom, sex: Sex, born: i32) -> String {
        let era = match born {
            ..1955 => 0,
            1955..1985 => 1,
            _ => 2,
        };
        let list = self.given.get(&(custom, sex == Sex::Female, era));
        list.map_or_else(String::new, |list| list.draw(dice).to_string())
    }

    /// Another spelling of the same name, when sources have one.
    pub fn spelling(&self, dice: &mut Dice, name: &str) -> Option<String> {
        self.spellings.get(name).and_then(|others| dice.pick(others)).cloned()
    }

    /// A short form of a given name.
    pub fn short_form(&self, dice: &mut Dice, name: &str) -> Option<String> {
        self.short_forms.get(name).and_then(|others| dice.pick(others)).cloned()
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Stream;

    #[test]
    fn common_names_are_common_and_every_custom_has_both_sexes() {
        let names = Names::load().unwrap();
        let mut dice = Dice::new(1, Stream::Household, 0);
        for custom in names.customs.values() {
            for (sex, born) in
                [(Sex::Female, 1940), (Sex::Male, 1970), (Sex::Female, 2020), (Sex::Male, 2020)]
            {
                assert!(!names.given(&mut dice, *custom, sex, born).is_empty());
                assert!(!names.family(&mut dice, *custom).is_empty());
            }
        }
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for _ in 0..20_000 {
            *seen.entry(names.family(&mut dice, 0)).or_default() += 1;
        }
        assert!(seen.len() > 900, "{}", seen.len());
        assert!((300..900).contains(&seen["Smith"]), "{}", seen["Smith"]);
        assert_eq!(names.family_of(&mut dice, 0, "Kaur", Sex::Male), "Singh");
        let custom = names.custom("muslim_asian").unwrap();
        assert!(!WOMENS.contains(&names.family_of(&mut dice, custom, "Begum", Sex::Male).as_str()));
        assert_eq!(names.family_of(&mut dice, 0, "Smith", Sex::Female), "Smith");
        assert!(names.spelling(&mut dice, "Muhammad").is_some());
        assert_eq!(names.spelling(&mut dice, "Xyz"), None);
    }
}
