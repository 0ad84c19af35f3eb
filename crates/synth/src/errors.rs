//! The errors that real feeds have, at stated rates, and the account of those planted.
//!
//! Rates are for somebody of a white group in a place of middling deprivation; [`proneness_to_error`] multiplies those
//! of identity for others, because records of people whose names English clerks do not know, and of people in poorer
//! places, are worse in real feeds (Hagger-Johnson et al. 2017; Grath-Lone et al. 2021 on HES linkage).

use crate::dice::Dice;
use crate::ethnicity::Broad;
use crate::names::Names;
use crate::person::Person;

/// NHS number missing on an A&E row.
pub const NO_NUMBER_AE: f64 = 0.045;
/// NHS number missing for a person in a hospital's patient index.
pub const NO_NUMBER_HOSPITAL: f64 = 0.008;
/// NHS number missing in community, mental health and council systems, and in general practice.
pub const NO_NUMBER_COMMUNITY: f64 = 0.012;
/// See [`NO_NUMBER_COMMUNITY`].
pub const NO_NUMBER_MENTAL_HEALTH: f64 = 0.022;
/// See [`NO_NUMBER_COMMUNITY`].
pub const NO_NUMBER_COUNCIL: f64 = 0.028;
/// See [`NO_NUMBER_COMMUNITY`].
pub const NO_NUMBER_GP: f64 = 0.002;
/// NHS number with a wrong digit, so that its check digit fails.
pub const NUMBER_MISTYPED: f64 = 0.003;
/// Somebody else's NHS number.
pub const NUMBER_OF_ANOTHER: f64 = 0.0002;
/// Name with a typing error, outside general practice; half of it there.
pub const NAME_TYPO: f64 = 0.018;
/// Another spelling of a name that has several.
pub const NAME_SPELLING: f64 = 0.05;
/// A short form of a given name.
pub const NAME_SHORT: f64 = 0.015;
/// Given and family names in each other's place.
pub const NAMES_SWAPPED: f64 = 0.004;
/// Day and month of birth in each other's place (when both can be a month).
pub const BIRTH_SWAPPED: f64 = 0.005;
/// Year of birth wrong by one or ten.
pub const BIRTH_YEAR: f64 = 0.002;
/// Birth unknown and written as 1 January 1900.
pub const BIRTH_UNKNOWN: f64 = 0.000_8;
/// Postcode missing, or mistyped.
pub const NO_POSTCODE: f64 = 0.012;
/// See [`NO_POSTCODE`].
pub const POSTCODE_TYPO: f64 = 0.008;
/// Ethnic category missing or not stated.
pub const NO_ETHNICITY: f64 = 0.08;
/// A second registration of the same person in one organisation.
pub const REGISTERED_TWICE: f64 = 0.004;
/// Row that comes a month late.
pub const LATE_ROW: f64 = 0.006;
/// Row sent again with other content a month later: GP entries and community contacts.
pub const CORRECTED_ROW: f64 = 0.003;
/// Hospital episode first sent without its diagnosis (R69X), coded a month later.
pub const CODED_LATER: f64 = 0.04;
/// GP entry withdrawn a month later.
pub const DELETED_ROW: f64 = 0.0005;
/// Row sent twice in one file.
pub const DUPLICATE_ROW: f64 = 0.000_8;
/// Date that no calendar has (31 February).
pub const IMPOSSIBLE_DATE: f64 = 0.000_03;
/// Words where a number belongs.
pub const TEXT_FOR_NUMBER: f64 = 0.000_2;

/// A kind of error that was planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Planted {
    NumberMissing,
    NumberMistyped,
    NumberOfAnother,
    NameTypo,
    NameSpelling,
    NameShort,
    NamesSwapped,
    BirthSwapped,
    BirthYear,
    BirthUnknown,
    PostcodeMissing,
    PostcodeTypo,
    EthnicityMissing,
    RegisteredTwice,
    OldAddress,
    OldName,
    BabyWithoutName,
    LateRow,
    CorrectedRow,
    DeletedRow,
    DuplicateRow,
    ImpossibleDate,
    TextForNumber,
}

impl Planted {
    const COUNT: usize = 23;

    /// The name in the manifest.
    fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(c.to_ascii_lowercase());
        }
        name
    }

    const ALL: [Self; Self::COUNT] = [
        Self::NumberMissing,
        Self::NumberMistyped,
        Self::NumberOfAnother,
        Self::NameTypo,
        Self::NameSpelling,
        Self::NameShort,
        Self::NamesSwapped,
        Self::BirthSwapped,
        Self::BirthYear,
        Self::BirthUnknown,
        Self::PostcodeMissing,
        Self::PostcodeTypo,
        Self::EthnicityMissing,
        Self::RegisteredTwice,
        Self::OldAddress,
        Self::OldName,
        Self::BabyWithoutName,
        Self::LateRow,
        Self::CorrectedRow,
        Self::DeletedRow,
        Self::DuplicateRow,
        Self::ImpossibleDate,
        Self::TextForNumber,
    ];
}

/// How many of each kind were planted.
#[derive(Default)]
pub struct Account([u64; Planted::COUNT]);

impl Account {
    /// One more of this kind.
    pub fn add(&mut self, kind: Planted) {
        if let Some(count) = self.0.get_mut(kind as usize) {
            *count += 1;
        }
    }

    /// Kinds by their names in the manifest, with counts.
    pub fn by_name(&self) -> impl Iterator<Item = (String, u64)> {
        Planted::ALL.into_iter().zip(self.0).map(|(kind, count)| (kind.name(), count))
    }
}

/// How much more often a person's identity is written wrongly.
pub fn proneness_to_error(person: &Person) -> f64 {
    const BY_GROUP: [f64; 5] = [1.0, 1.15, 1.4, 1.55, 1.7];
    let group = BY_GROUP.get(person.broad as Broad).copied().unwrap_or(1.0);
    let place = 1.25 - 0.05 * f64::from(person.imd_decile);
    let unsettled = if person.homeless || person.asylum_seeker { 3.0 } else { 1.0 };
    group * place * unsettled
}

/// A name with one typing error: a letter beside the right one, left out, doubled, or two exchanged.
pub fn mistype(dice: &mut Dice, name: &str) -> String {
    const BESIDE: [(char, &str); 26] = [
        ('a', "sqz"),
        ('b', "vnh"),
        ('c', "xvd"),
        ('d', "sfe"),
        ('e', "wrd"),
        ('f', "dgr"),
        ('g', "fht"),
        ('h', "gjy"),
        ('i', "uok"),
        ('j', "hku"),
        ('k', "jli"),
        ('l', "kop"),
        ('m', "nj"),
        ('n', "bmh"),
        ('o', "ipl"),
        ('p', "ol"),
        ('q', "wa"),
        ('r', "etf"),
        ('s', "adw"),
        ('t', "ryg"),
        ('u', "yij"),
        ('v', "cbf"),
        ('w', "qes"),
        ('x', "zcs"),
        ('y', "tuh"),
        ('z', "xas"),
    ];
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        return name.to_string();
    }
    let at = 1 + dice.below(letters.len() as u32 - 1) as usize;
    match dice.below(4) {
        0 => {
            letters.remove(at);
        }
        1 => {
            if let Some(letter) = letters.get(at).copied() {
                letters.insert(at, letter);
            }
        }
        2 if at >= 2 => letters.swap(at - 1, at),
        _ => {
            if let Some(letter) = letters.get_mut(at) {
                let beside = BESIDE.iter().find(|(key, _)| key == letter).map_or("e", |(_, others)| others);
                let others: Vec<char> = beside.chars().collect();
                *letter = dice.pick(&others).copied().unwrap_or('e');
            }
        }
    }
    letters.into_iter().collect()
}

/// How a clerk or system may write a given name otherwise, with the kind of error.
pub fn rewrite_given(dice: &mut Dice, names: &Names, given: &str, factor: f64) -> Option<(String, Planted)> {
    if dice.chance(NAME_SPELLING * factor)
        && let Some(other) = names.spelling(dice, given)
    {
        return Some((other, Planted::NameSpelling));
    }
    if dice.chance(NAME_SHORT)
        && let Some(short) = names.short_form(dice, given)
    {
        return Some((short, Planted::NameShort));
    }
    dice.chance(NAME_TYPO * factor).then(|| (mistype(dice, given), Planted::NameTypo))
}

/// How a family name may be written otherwise: another spelling, half of a double name, or a typing error.
pub fn rewrite_family(
    dice: &mut Dice,
    names: &Names,
    family: &str,
    factor: f64,
) -> Option<(String, Planted)> {
    if dice.chance(NAME_SPELLING * factor)
        && let Some(other) = names.spelling(dice, family)
    {
        return Some((other, Planted::NameSpelling));
    }
    if let Some((first, _)) = family.split_once(['-', ' '])
        && dice.chance(0.12)
    {
        return Some((first.to_string(), Planted::NameSpelling));
    }
    dice.chance(NAME_TYPO * factor).then(|| (mistype(dice, family), Planted::NameTypo))
}

/// An NHS number with one digit changed after its first three, so that its check digit fails.
pub fn mistype_number(dice: &mut Dice, digits: &str) -> String {
    let at = 3 + dice.below(6) as usize;
    let step = 1 + dice.below(8) as u8;
    let changed = digits.bytes().enumerate().map(|(n, byte)| {
        let digit = byte.wrapping_sub(b'0');
        char::from(b'0' + if n == at { (digit + step) % 10 } else { digit })
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Stream;
    use model::NhsNumber;

    #[test]
    fn a_mistyped_number_fails_its_check_digit() {
        let mut dice = Dice::new(3, Stream::Identity, 0);
        let good = NhsNumber::from_first_nine(999_123_457).unwrap().digits();
        for _ in 0..200 {
            let bad = mistype_number(&mut dice, &good);
            assert_eq!(bad.len(), 10);
            assert!(bad.starts_with("999"));
            assert!(NhsNumber::parse(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mistyped_name_differs_and_short_names_are_left() {
        let mut dice = Dice::new(3, Stream::Identity, 1);
        let changed = (0..200).filter(|_| mistype(&mut dice, "Margaret") != "Margaret").count();
        assert!(changed > 190);
        assert_eq!(mistype(&mut dice, "Li"), "Li");
        assert!(!mistype(&mut dice, "Zoë").is_empty());
    }

    #[test]
    fn kinds_have_names() {
        assert_eq!(Planted::NumberOfAnother.name(), "number_of_another");
        for (at, kind) in Planted::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, at);
        }
    }
}
