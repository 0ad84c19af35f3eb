//! The errors that real feeds have, at stated rates, and the account of those planted.
//!
//! Rates of errors in who somebody is stand in `rates.rs`; those of rows stand here.

use crate::dice::Dice;
use crate::person::Person;
use crate::rates;

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
    NumbersExchanged,
    NameTypo,
    NameSpelling,
    NameShort,
    NamesSwapped,
    NameCut,
    NameOther,
    NameMarks,
    OneName,
    BirthSwapped,
    BirthYear,
    BirthUnknown,
    BirthJanuary,
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
    const COUNT: usize = 29;

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
        Self::NumbersExchanged,
        Self::NameTypo,
        Self::NameSpelling,
        Self::NameShort,
        Self::NamesSwapped,
        Self::NameCut,
        Self::NameOther,
        Self::NameMarks,
        Self::OneName,
        Self::BirthSwapped,
        Self::BirthYear,
        Self::BirthUnknown,
        Self::BirthJanuary,
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

    /// Adds the counts of another account.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    /// Kinds by their names in the manifest, with counts.
    pub fn by_name(&self) -> impl Iterator<Item = (String, u64)> {
        Planted::ALL.into_iter().zip(self.0).map(|(kind, count)| (kind.name(), count))
    }
}

/// How much more often a person's identity is written wrongly: by group, place, and how settled they are.
pub fn proneness_to_error(person: &Person) -> f64 {
    let group = rates::BY_GROUP.get(person.broad).copied().unwrap_or(1.0);
    let unsettled = if person.homeless || person.asylum_seeker { rates::UNSETTLED } else { 1.0 };
    group * person.by_fifth(rates::BY_FIFTH) * unsettled
}

/// How much more often a person's NHS number is missing.
pub fn proneness_to_no_number(person: &Person) -> f64 {
    proneness_to_error(person) * if person.recent { rates::NO_NUMBER_RECENT } else { 1.0 }
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
