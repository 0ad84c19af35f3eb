//! How near two names, words or numbers are.

use rapidfuzz::distance::jaro_winkler;

use crate::intern::{Texts, hash_text};
use crate::nicknames;

/// How near two different texts are, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearness {
    /// Two forms of one given name (ROBERT, BOB; MOHAMMED, MUHAMMAD).
    OtherForm,
    /// A slip of the pen: Jaro-Winkler similarity of 0.92 or more, or one edit among five letters or more.
    Slip,
    /// Sounds alike (Double Metaphone), or Jaro-Winkler similarity of 0.82 or more.
    Alike,
    /// A word in common (SMITH, SMITH JONES).
    SharedWord,
    /// One is the initial of the other.
    Initial,
    /// Plainly different.
    Different,
}

/// How near two different names are.
pub(crate) fn names(one: &str, other: &str) -> Nearness {
    if is_initial(one, other) || is_initial(other, one) {
        return Nearness::Initial;
    }
    if nicknames::related(one, other) {
        return Nearness::OtherForm;
    }
    let alike = jaro_winkler::similarity(one.bytes(), other.bytes());
    if alike >= 0.92 || (one.len().min(other.len()) >= 5 && one_edit(one, other)) {
        return Nearness::Slip;
    }
    if one.bytes().filter(|b| *b != b' ').eq(other.bytes().filter(|b| *b != b' ')) {
        return Nearness::Slip;
    }
    if shared_word(one, other) {
        return Nearness::SharedWord;
    }
    if alike >= 0.82 || (alike >= 0.6 && sound(one) == sound(other)) {
        return Nearness::Alike;
    }
    Nearness::Different
}

/// Whether two texts are one edit apart at most: a letter put in, left out or changed, or two neighbours swapped.
pub(crate) fn one_edit(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = |(a, b): &(&u8, &u8)| a == b;
    let before = one.iter().zip(other).take_while(same).count();
    let behind = one.iter().skip(before).rev().zip(other.iter().skip(before).rev()).take_while(same).count();
    let rest = |text: &'_ [u8]| text.len() - before - behind;
    match (rest(one), rest(other)) {
        (0 | 1, 0 | 1) => true,
        (2, 2) => {
            let two = |text: &[u8]| (text.get(before).copied(), text.get(before + 1).copied());
            let (a, b) = two(other);
            two(one) == (b, a)
        }
        _ => false,
    }
}

/// Jaro-Winkler similarity of two texts.
pub(crate) fn alike(one: &str, other: &str) -> f64 {
    jaro_winkler::similarity(one.bytes(), other.bytes())
}

fn is_initial(short: &str, long: &str) -> bool {
    short.len() == 1 && long.starts_with(short)
}

fn shared_word(one: &str, other: &str) -> bool {
    (one.contains(' ') || other.contains(' '))
        && one.split(' ').filter(|word| word.len() >= 3).any(|word| other.split(' ').any(|also| also == word))
}

/// What a name sounds like, as a number: the first code of Double Metaphone; a name without one is its own.
pub(crate) fn sound(name: &str) -> u64 {
    use rphonetic::Encoder;
    let code = rphonetic::DoubleMetaphone::default().encode(name);
    hash_text(if code.is_empty() { name } else { &code })
}

/// Remembers the nearness of pairs of texts: common names meet each other again and again. Forgets what it has no
/// place for, so that it never grows.
pub(crate) struct Memory {
    places: Vec<(u32, u32, Nearness)>,
    /// Bits of a hash that are not of a place.
    beyond: u32,
}

impl Memory {
    /// For pairs of so many records: a few have few names.
    pub fn new(records: usize) -> Self {
        let bits = (records * 16).clamp(1 << 6, 1 << 16).ilog2();
        Self { places: vec![(0, 0, Nearness::Different); 1 << bits], beyond: 32 - bits }
    }

    /// Nearness of two different names of `texts`.
    pub fn names(&mut self, texts: &Texts, one: u32, other: u32) -> Nearness {
        let (low, high) = (one.min(other), one.max(other));
        let at = (low.wrapping_mul(0x9E37_79B1) ^ high.wrapping_mul(0x85EB_CA77)) >> self.beyond;
        let Some(place) = self.places.get_mut(at as usize) else { return Nearness::Different };
        if (place.0, place.1) != (low, high) {
            *place = (low, high, names(texts.get(low), texts.get(high)));
        }
        place.2
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rapidfuzz::distance::osa;

    use super::*;

    proptest! {
        #[test]
        fn one_edit_is_a_distance_of_one_at_most(one in "[AB]{0,7}", other in "[AB]{0,7}") {
            prop_assert_eq!(one_edit(&one, &other), osa::distance(one.bytes(), other.bytes()) <= 1);
        }
    }

    #[test]
    fn letters_that_differ_in_an_edit() {
        for (one, other) in
            [("SMITH", "SMITH"), ("SMITH", "SMIHT"), ("SMITH", "SMIT"), ("SMITH", "ASMITH"), ("", "A")]
        {
            assert!(one_edit(one, other) && one_edit(other, one), "{one} {other}");
        }
        for (one, other) in [("SMITH", "SMTIHH"), ("AB", "CD"), ("", "AB"), ("ABA", "BAB")] {
            assert!(!one_edit(one, other) && !one_edit(other, one), "{one} {other}");
        }
    }
}
