//! How a clerk or a system writes a name otherwise than the person does.

use crate::dice::Dice;
use crate::errors::{Planted, mistype};
use crate::names::Names;
use crate::rates::{self, Habits};

/// Writes the names of one person for one organisation.
pub struct Writer<'a> {
    pub dice: &'a mut Dice,
    pub names: &'a Names,
    pub habits: Habits,
    /// Typing errors against those of a settled white person.
    pub typing: f64,
    /// Other errors against those of an organisation that does not see its people often.
    pub care: f64,
}

impl Writer<'_> {
    /// A given name as written, with the errors made.
    pub fn given(&mut self, given: &str, made: &mut impl FnMut(Planted)) -> String {
        let mut written = given.to_string();
        if given.contains(' ') && self.dice.chance(self.habits.cut * self.care) {
            written = self.cut_given(given);
            made(Planted::NameCut);
        }
        if let Some(other) = self.spelled_otherwise(&written) {
            written = other;
            made(Planted::NameSpelling);
        } else if let Some(short) = self.short_form(&written) {
            written = short;
            made(Planted::NameShort);
        } else if self.dice.chance(rates::NAME_TYPO * self.typing) {
            written = mistype(self.dice, &written);
            made(Planted::NameTypo);
        }
        self.without_marks(written, made)
    }

    /// A family name as written, with the errors made.
    pub fn family(&mut self, family: &str, made: &mut impl FnMut(Planted)) -> String {
        let mut written = family.to_string();
        if let Some((first, last)) = family.split_once(['-', ' ']) {
            if self.dice.chance(rates::DOUBLE_CUT * self.care) {
                // A particle (Al, De, Ben) is never left alone.
                let keep_first = first.len() > 4 && self.dice.chance(0.5);
                written = if keep_first { first } else { last }.to_string();
                made(Planted::NameCut);
            } else if self.dice.chance(rates::HYPHEN_LOST) {
                let between = if family.contains('-') && self.dice.chance(0.6) { " " } else { "" };
                written = format!("{first}{between}{last}");
                made(Planted::NameMarks);
            }
        }
        if written.contains('\'') && self.dice.chance(rates::APOSTROPHE_LOST) {
            written = written.replace('\'', if self.dice.chance(0.7) { "" } else { " " });
            made(Planted::NameMarks);
        }
        if let Some(other) = self.spelled_otherwise(&written) {
            written = other;
            made(Planted::NameSpelling);
        } else if self.dice.chance(rates::NAME_TYPO * self.typing) {
            written = mistype(self.dice, &written);
            made(Planted::NameTypo);
        }
        self.without_marks(written, made)
    }

    /// One word of a given name of several, or all of them as one.
    fn cut_given(&mut self, given: &str) -> String {
        let first = given.split(' ').next().unwrap_or(given);
        let last = given.rsplit(' ').next().unwrap_or(given);
        match self.dice.unit() {
            draw if draw < 0.45 => first.to_string(),
            draw if draw < 0.7 => last.to_string(),
            draw if draw < 0.8 => given.replace(' ', "-"),
            draw if draw < 0.9 => format!("{first}{}", last.to_lowercase()),
            _ => format!("{} {last}", first.chars().next().unwrap_or_default()),
        }
    }

    /// The name with one of its words in another spelling.
    fn spelled_otherwise(&mut self, name: &str) -> Option<String> {
        let names = self.names;
        for (at, word) in name.split(' ').enumerate() {
            if names.has_spellings(word)
                && self.dice.chance(self.habits.spelling * self.care)
                && let Some(other) = names.spelling(self.dice, word)
            {
                let words = name.split(' ').enumerate();
                let words: Vec<&str> = words.map(|(n, word)| if n == at { &other } else { word }).collect();
                return Some(words.join(" "));
            }
        }
        None
    }

    fn short_form(&mut self, given: &str) -> Option<String> {
        if self.dice.chance(self.habits.short * self.care.max(0.7)) {
            let first = given.split(' ').next().unwrap_or(given);
            if let Some(short) = self.names.short_form(self.dice, first) {
                return Some(short);
            }
        }
        let initial = given.chars().next().filter(|_| self.dice.chance(rates::INITIAL_ONLY));
        initial.map(String::from)
    }

    fn without_marks(&mut self, name: String, made: &mut impl FnMut(Planted)) -> String {
        if name.is_ascii() || !self.dice.chance(rates::MARKS_LOST) {
            return name;
        }
        made(Planted::NameMarks);
        name.chars().map(plain).collect()
    }
}

/// A letter without its marks.
fn plain(letter: char) -> char {
    const WITH: &str =
        "áàâãäåąăçćčďéèêëęėēěģíìîïįīķłļľñńňņóòôõöőøřśšșşťțţúùûüűųūůýźżžßÁÂÅÄÇĆČÉÈĘĒÍÎĻŁÑÓÖØŘŚŠȘŞȚŤÚÜÝŹŻŽā";
    const PLAIN: &str =
        "aaaaaaaacccdeeeeeeeegiiiiiiklllnnnnooooooorsssstttuuuuuuuuyzzzsAAAACCCEEEEIILLNOOORSSSSTTUUYZZZa";
    let at = WITH.chars().position(|with| with == letter);
    at.and_then(|at| PLAIN.chars().nth(at)).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Stream;

    fn all(custom: &str, name: &str, family: bool) -> Vec<String> {
        let names = Names::load().unwrap();
        let mut dice = Dice::new(5, Stream::Identity, 3);
        let habits = rates::habits(custom).unwrap();
        let mut found = Vec::new();
        for _ in 0..4_000 {
            let mut writer = Writer { dice: &mut dice, names: &names, habits, typing: 1.0, care: 1.0 };
            let mut made = |_| {};
            found.push(if family { writer.family(name, &mut made) } else { writer.given(name, &mut made) });
        }
        found.sort();
        found.dedup();
        found
    }

    #[test]
    fn names_are_written_as_people_of_their_custom_find_them() {
        let has = |custom, name, family, wanted: &[&str]| {
            let found = all(custom, name, family);
            for wanted in wanted {
                assert!(found.iter().any(|name| name == wanted), "{wanted} is not among {found:?}");
            }
        };
        has("pakistani", "Mohammed Imran", false, &["Mohammed", "Imran", "Muhammad Imran", "M Imran"]);
        has("cantonese", "Wai Ming", false, &["Wai", "Wai-Ming", "Waiming"]);
        has("irish", "O'Brien", true, &["OBrien", "O Brien"]);
        has("british", "Hart-Smith", true, &["Hart Smith", "Smith"]);
        has("british", "Elizabeth", false, &["Liz", "Beth", "E"]);
        has("arab", "Al-Jabouri", true, &["Al Jabouri", "AlJabouri", "Jabouri"]);
        has("polish", "Wójcik", true, &["Wojcik"]);
        assert!(!all("arab", "Al-Jabouri", true).contains(&"Al".to_string()));
    }

    #[test]
    fn marks_come_off_every_letter_of_the_tables() {
        let tables = [include_str!("../data/family_names.csv"), include_str!("../data/given_names.csv")];
        for letter in tables.iter().flat_map(|text| text.chars()).filter(|letter| !letter.is_ascii()) {
            assert!(plain(letter).is_ascii(), "{letter}");
        }
        assert_eq!(plain('ß'), 's');
        assert_eq!(plain('Ž'), 'Z');
    }
}
