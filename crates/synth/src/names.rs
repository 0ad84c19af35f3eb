//! What people are called, by group of custom, sex and time of birth: frequent names are frequent.

use std::collections::BTreeMap;

use model::Sex;

use crate::SynthError;
use crate::dice::{Dice, Weighted};
use crate::rates::{self, Habits};
use crate::tables::rows;

/// Position of a group of custom in the table of family names.
pub type Custom = usize;

/// Names in order of frequency with Zipf-like weights.
struct NameList {
    names: Vec<String>,
    weights: Weighted,
}

impl NameList {
    /// Names of a cell of a table: `Patel:24 Shah` says that 24 in 100 are Patel. What no share is said of falls off as Zipf's law
    /// has it, flattened at the head, as UK name counts are.
    fn new(cell: &str) -> Option<Self> {
        let (mut names, mut shares) = (Vec::new(), Vec::new());
        for word in cell.split_whitespace() {
            let (name, share) =
                word.split_once(':').map_or((word, None), |(name, share)| (name, Some(share)));
            // `_` stands for a blank within a name.
            names.push(name.replace('_', " "));
            shares.push(share.map(str::parse::<f64>).transpose().ok()?);
        }
        let said: f64 = shares.iter().flatten().sum();
        // After a head whose shares are said, the rest is flatter than the head.
        let flat = if said > 0.0 { 20.0 } else { 5.0 };
        let zipf = |rank: usize| 1.0 / (rank as f64 + flat);
        let unsaid = || shares.iter().enumerate().filter(|(_, share)| share.is_none());
        let rest: f64 = unsaid().map(|(rank, _)| zipf(rank)).sum();
        let scale = (100.0 - said) / rest.max(f64::MIN_POSITIVE);
        let weights = shares.iter().enumerate().map(|(rank, share)| share.unwrap_or(zipf(rank) * scale));
        let weights = Weighted::new(weights);
        Some(Self { names, weights })
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
    /// Those of whom all bear Singh or Kaur.
    pub punjabi: Custom,
    habits: Vec<Habits>,
    compounds: BTreeMap<(Custom, bool), Compound>,
    spellings: BTreeMap<String, Vec<String>>,
    short_forms: BTreeMap<String, Vec<String>>,
}

/// Given names of more than one word.
struct Compound {
    share: f64,
    before: bool,
    words: Vec<String>,
}

/// Family names that only women bear.
const WOMENS: [&str; 17] = [
    "Begum", "Bibi", "Khatun", "Khatoon", "Khanom", "Parveen", "Yasmin", "Sultana", "Fatima", "Nessa",
    "Bano", "Jahan", "Kausar", "Nahar", "Khanam", "Parvin", "Akter",
];
/// Share of English family names that are rarer than those of the table.
const RARE: f64 = 0.4;
/// First and second halves of rarer English family names.
const FRONTS: [&str; 72] = [
    "Ash", "Bar", "Black", "Brad", "Brook", "Burn", "Cart", "Chad", "Clay", "Cross", "East", "Fair", "Green",
    "Hal", "Hart", "Hay", "Hazel", "Hol", "Kirk", "Lang", "Marsh", "Mel", "Mid", "Nor", "Oak", "Old", "Pen",
    "Rad", "Red", "Rush", "San", "Shel", "Stan", "Stoke", "Sut", "Thorn", "Wal", "West", "Whit", "Win", "Al",
    "Apple", "Bay", "Beck", "Birk", "Bex", "Bram", "Broad", "Butter", "Cald", "Coles", "Crom", "Dal", "Den",
    "Ed", "Elms", "Far", "Fen", "Frog", "Gran", "Hamp", "Har", "Heath", "Hemp", "Hud", "Lin", "Long", "Mal",
    "Pem", "Rams", "Scar", "Wins",
];
const BACKS: [&str; 24] = [
    "bourne", "bridge", "brook", "bury", "by", "cliffe", "combe", "croft", "den", "field", "ford", "gate",
    "ham", "hurst", "land", "ley", "man", "more", "stead", "ton", "wall", "well", "wood", "worth",
];

impl Names {
    /// Reads the tables of names.
    pub fn load() -> Result<Self, SynthError> {
        let (mut families, mut habits) = (Vec::new(), Vec::new());
        let mut customs = BTreeMap::new();
        for row in rows("family_names.csv", include_str!("../data/family_names.csv"))? {
            let key = row.text(0)?;
            habits.push(rates::habits(&key).ok_or_else(|| row.bad(0))?);
            customs.insert(key, families.len());
            families.push(NameList::new(&row.text(1)?).ok_or_else(|| row.bad(1))?);
        }
        let punjabi = customs.get("punjabi").copied().unwrap_or_default();
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
                let list = NameList::new(&row.text(3)?).ok_or_else(|| row.bad(3))?;
                given.insert((custom, row.text(1)? == "F", *era), list);
            }
        }
        let mut compounds = BTreeMap::new();
        for row in rows("compound_given.csv", include_str!("../data/compound_given.csv"))? {
            let custom = *customs.get(&row.text(0)?).ok_or_else(|| row.bad(0))?;
            let sexes: &[bool] = match row.text(1)?.as_str() {
                "F" => &[true],
                "M" => &[false],
                _ => &[true, false],
            };
            for female in sexes {
                let (share, before) = (row.number(2)? / 100.0, row.text(3)? == "before");
                compounds.insert((custom, *female), Compound { share, before, words: row.words(4)? });
            }
        }
        let mut spellings: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut short_forms: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows("variants.csv", include_str!("../data/variants.csv"))? {
            let all = row.words(1)?;
            let Some((first, others)) = all.split_first() else { return Err(row.bad(1)) };
            if row.text(0)? == "nick" {
                short_forms.entry(first.clone()).or_default().extend_from_slice(others);
            } else {
                for name in &all {
                    let others = all.iter().filter(|other| *other != name).cloned();
                    spellings.entry(name.clone()).or_default().extend(others);
                }
            }
        }
        Ok(Self { families, given, punjabi, customs, habits, compounds, spellings, short_forms })
    }

    /// The group of custom with this key.
    pub fn custom(&self, key: &str) -> Result<Custom, SynthError> {
        let missing = || SynthError::Table("family_names.csv", format!("there are no names of `{key}`"));
        self.customs.get(key).copied().ok_or_else(missing)
    }

    /// The habits of a group of custom.
    pub fn habits(&self, custom: Custom) -> Habits {
        // INVARIANT: a custom is a position in the table of family names, and each has its habits; nothing is the fallback.
        self.habits.get(custom).copied().unwrap_or_default()
    }

    /// A family name; English ones have a long tail, and one in thirty is double-barrelled.
    pub fn family(&self, dice: &mut Dice, custom: Custom) -> String {
        let draw = |dice: &mut Dice| self.families.get(custom).map_or("", |list| list.draw(dice)).to_string();
        if custom != 0 {
            return draw(dice);
        }
        let one = |dice: &mut Dice| {
            if dice.chance(RARE) {
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
            _ if female && (name.ends_with("ski") || name.ends_with("cki")) && dice.chance(0.75) => {
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

    /// The whole given name: one word or more, as the custom has it. `father` is the father's given name.
    pub fn full_given(
        &self,
        dice: &mut Dice,
        custom: Custom,
        sex: Sex,
        born: i32,
        father: Option<&str>,
    ) -> String {
        let name = self.given(dice, custom, sex, born);
        let Some(compound) = self.compounds.get(&(custom, sex == Sex::Female)) else { return name };
        if !dice.chance(compound.share) {
            return name;
        }
        let other = match dice.pick(&compound.words).map(String::as_str) {
            Some("*") => self.given(dice, custom, sex, born),
            Some("^") => match father.and_then(|father| father.split(' ').next()) {
                Some(father) => father.to_string(),
                None => self.given(dice, custom, Sex::Male, born - 30),
            },
            word => word.unwrap_or_default().to_string(),
        };
        match () {
            () if other == name => name,
            () if compound.before => format!("{other} {name}"),
            () => format!("{name} {other}"),
        }
    }

    /// True when the name has several spellings.
    pub fn has_spellings(&self, name: &str) -> bool {
        self.spellings.contains_key(name)
    }

    /// A family name of this custom that only women bear.
    pub fn womens_family(&self, dice: &mut Dice, custom: Custom) -> String {
        let found = (0..40).map(|_| self.family(dice, custom)).find(|name| Self::is_womens(name));
        found.unwrap_or_else(|| "Begum".to_string())
    }

    /// True for a family name that only women bear.
    pub fn is_womens(name: &str) -> bool {
        WOMENS.contains(&name)
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
        assert!(seen.len() > 1_500, "{}", seen.len());
        assert!((180..360).contains(&seen["Smith"]), "{}", seen["Smith"]);
        let gujarati = names.custom("gujarati").unwrap();
        let patel = (0..2_000).filter(|_| names.family(&mut dice, gujarati) == "Patel").count();
        assert!((400..560).contains(&patel), "{patel}");
        let cantonese = names.custom("cantonese").unwrap();
        let name = names.full_given(&mut dice, cantonese, Sex::Female, 1980, None);
        assert!(name.contains(' '), "{name}");
        assert_eq!(names.family_of(&mut dice, 0, "Kaur", Sex::Male), "Singh");
        let custom = names.custom("bangladeshi").unwrap();
        assert!(!WOMENS.contains(&names.family_of(&mut dice, custom, "Begum", Sex::Male).as_str()));
        assert_eq!(names.family_of(&mut dice, 0, "Smith", Sex::Female), "Smith");
        assert!(names.spelling(&mut dice, "Muhammad").is_some());
        assert_eq!(names.spelling(&mut dice, "Xyz"), None);
    }
}
