//! ICD-10 codes as hospitals write them, and prefixes of codes looked up without making text.
//!
//! Source of the shape: WHO ICD-10, volume 2, section 2.4: a letter and two digits, a point, a further digit. National versions
//! have up to seven characters and a few categories that end in A or B (C7A, M1A in the American one).

/// Most characters of a code, its point left out.
const LONGEST: usize = 7;
/// Characters past the category that are kept: no published prefix asks for more.
const KEPT: usize = 4;
/// Categories there can be: a letter, a digit, a digit or letter.
const CATEGORIES: usize = 26 * 10 * 36;

/// A code: its category and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code {
    category: u16,
    rest: [u8; KEPT],
}

impl Code {
    /// Reads a code with or without its point, in capitals or not. Fillers (`X`, `-`) and marks (dagger, asterisk, `+`, `*`, `!`,
    /// `#`, a trailing `D` or `A`) may follow. `None` when it does not begin with a letter, a digit, and a digit, `A` or `B`.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = text.trim_ascii().as_bytes();
        let [letter, digit, third, after @ ..] = bytes else { return None };
        let category = category(*letter, *digit, *third)?;
        let third_is_right = third.is_ascii_digit() || matches!(third.to_ascii_uppercase(), b'A' | b'B');
        let mut rest = [0; KEPT];
        let (mut n, mut points) = (0, 0);
        for byte in after {
            match byte {
                b'.' => points += 1,
                b'+' | b'*' | b'!' | b'#' | b'-' | b' ' => {}
                // The bytes of U+2020 and U+2021, dagger and double dagger.
                0xE2 | 0x80 | 0xA0 | 0xA1 => {}
                byte if byte.is_ascii_alphanumeric() => {
                    if let Some(place) = rest.get_mut(n) {
                        *place = byte.to_ascii_uppercase();
                    }
                    n += 1;
                }
                _ => return None,
            }
        }
        (third_is_right && points <= 1 && n + 3 <= LONGEST).then_some(Self { category, rest })
    }
}

fn category(letter: u8, digit: u8, third: u8) -> Option<u16> {
    let letter = letter.to_ascii_uppercase();
    if !letter.is_ascii_uppercase() || !digit.is_ascii_digit() {
        return None;
    }
    let third = match third.to_ascii_uppercase() {
        third @ b'0'..=b'9' => third - b'0',
        third @ b'A'..=b'Z' => third - b'A' + 10,
        _ => return None,
    };
    Some(u16::from(letter - b'A') * 360 + u16::from(digit - b'0') * 36 + u16::from(third))
}

/// Published prefixes of codes, each standing for conditions (a bit each).
#[derive(Clone, Debug)]
pub struct Prefixes {
    /// For each category the number of its entry; 0 where there is none.
    index: Vec<u16>,
    entries: Vec<Entry>,
}

/// The prefixes of one category.
#[derive(Clone, Debug, Default)]
struct Entry {
    /// What every code of the category stands for.
    whole: u128,
    /// What codes stand for that go on so.
    longer: Vec<([u8; KEPT], usize, u128)>,
}

impl Default for Prefixes {
    fn default() -> Self {
        Self { index: vec![0; CATEGORIES], entries: vec![Entry::default()] }
    }
}

impl Prefixes {
    /// Adds a prefix: a letter, or a letter and more characters without a point. Gives whether it is one.
    pub fn add(&mut self, prefix: &str, bits: u128) -> bool {
        let numbers = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
        let third = || [numbers(b'0', b'9'), numbers(b'A', b'Z')].concat();
        let bytes = prefix.as_bytes();
        let (digits, thirds, rest): (Vec<u8>, Vec<u8>, &[u8]) = match bytes {
            [_] => (numbers(b'0', b'9'), third(), &[]),
            [_, digit] => (vec![*digit], third(), &[]),
            [_, digit, third, rest @ ..] if rest.len() <= KEPT => (vec![*digit], vec![*third], rest),
            _ => return false,
        };
        let letter = bytes.first().copied().unwrap_or_default();
        let mut added = false;
        for digit in &digits {
            for third in &thirds {
                let Some(category) = category(letter, *digit, *third) else { return false };
                added = self.put(usize::from(category), rest, bits);
            }
        }
        added
    }

    fn put(&mut self, category: usize, rest: &[u8], bits: u128) -> bool {
        let Some(number) = self.index.get_mut(category) else { return false };
        if *number == 0 {
            let Ok(next) = u16::try_from(self.entries.len()) else { return false };
            *number = next;
            self.entries.push(Entry::default());
        }
        let Some(entry) = self.entries.get_mut(usize::from(*number)) else { return false };
        if rest.is_empty() {
            entry.whole |= bits;
        } else {
            let mut kept = [0; KEPT];
            kept.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            entry.longer.push((kept, rest.len(), bits));
        }
        true
    }

    /// What a code stands for: every condition one of whose prefixes it begins with.
    pub fn of(&self, code: Code) -> u128 {
        let number = self.index.get(usize::from(code.category)).copied().unwrap_or(0);
        let Some(entry) = self.entries.get(usize::from(number)) else { return 0 };
        let goes_on = |(rest, length, _): &&([u8; KEPT], usize, u128)| {
            rest.iter().zip(&code.rest).take(*length).all(|(one, other)| one == other)
        };
        entry.longer.iter().filter(goes_on).fold(entry.whole, |bits, (.., more)| bits | more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_in_many_dresses() {
        let plain = Code::read("F001").unwrap();
        for text in ["F00.1", "f001", " F00.1* ", "F00.1†", "F001+", "f00.1-"] {
            assert_eq!(Code::read(text), Some(plain), "{text}");
        }
        for text in ["R54", "R54X", "R54XD", "E112D", "E11.2 A", "I10.-", "C7A.01", "M1a.00X1", "S72.001A"] {
            assert!(Code::read(text).is_some(), "{text}");
        }
        for text in [
            "",
            "F0",
            "123",
            "FF1",
            "F0C",
            "F00.1.2",
            "I50;I21",
            "-",
            "NA",
            "I500000000",
            "É00",
            "F00é",
            "0F0",
        ] {
            assert_eq!(Code::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_prefix_is_what_the_code_begins_with() {
        let mut prefixes = Prefixes::default();
        for (n, prefix) in ["I21", "I252", "C0", "W", "E1121", "I2"].iter().enumerate() {
            assert!(prefixes.add(prefix, 1 << n), "{prefix}");
        }
        for bad in ["", "1", "1A0", "I2100000"] {
            assert!(!Prefixes::default().add(bad, 1), "{bad}");
        }
        let of = |code: &str| prefixes.of(Code::read(code).unwrap());
        assert_eq!(of("I21"), 0b10_0001);
        assert_eq!(of("I21.9"), 0b10_0001);
        assert_eq!(of("I25"), 0b10_0000, "the fourth character is missing");
        assert_eq!(of("I25.2"), 0b10_0010);
        assert_eq!(of("I2529"), 0b10_0010);
        assert_eq!(of("C09.1"), 0b100);
        assert_eq!(of("C10"), 0);
        assert_eq!(of("W99X"), 0b1000);
        assert_eq!(of("E1121"), 0b1_0000);
        assert_eq!(of("E112"), 0);
    }
}
