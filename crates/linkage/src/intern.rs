/// A number for every distinct text, from 1 on.
///
/// Texts are told apart by a 64-bit hash: of ten million, two are taken for one with a chance of 1 in 370,000.
#[derive(Default)]
pub(crate) struct Numbers {
    /// The two halves of a text's hash, and its number or 0, at the place that the first bits of the hash say or soon
    /// behind it.
    places: Vec<[u32; 3]>,
    count: u32,
}

impl Numbers {
    /// The number of the text with this hash, and whether it is new.
    pub fn number(&mut self, hash: u64) -> (u32, bool) {
        // Three quarters full at most.
        if self.places.len() / 4 * 3 <= self.count as usize {
            self.grow();
        }
        let halves = [(hash >> 32) as u32, hash as u32];
        let mut at = self.first(halves);
        loop {
            match self.places.get(at) {
                Some([_, _, 0]) => break,
                Some([high, low, number]) if [*high, *low] == halves => return (*number, false),
                Some(_) => at += 1,
                None => at = 0,
            }
        }
        self.count += 1;
        let [high, low] = halves;
        if let Some(place) = self.places.get_mut(at) {
            *place = [high, low, self.count];
        }
        (self.count, true)
    }

    /// Looks at the place of a hash, so that the processor has it at hand.
    pub fn fetch(&self, hash: u64) -> u32 {
        let place = self.places.get(self.first([(hash >> 32) as u32, 0]));
        place.map_or(0, |[_, _, number]| *number)
    }

    fn first(&self, [high, _]: [u32; 2]) -> usize {
        ((u64::from(high) * self.places.len() as u64) >> 32) as usize
    }

    fn grow(&mut self) {
        let more = (self.places.len() * 2).max(64);
        let before = std::mem::replace(&mut self.places, vec![[0; 3]; more]);
        for [high, low, number] in before.into_iter().filter(|[_, _, number]| *number != 0) {
            let mut at = self.first([high, low]);
            while self.places.get(at).is_none_or(|[_, _, number]| *number != 0) {
                at = if at < self.places.len() { at + 1 } else { 0 };
            }
            if let Some(place) = self.places.get_mut(at) {
                *place = [high, low, number];
            }
        }
    }
}

/// Every distinct text once, as a number. Number 0 is the blank text.
#[derive(Default)]
pub(crate) struct Texts {
    /// Of each text: itself with noughts behind, if it has eight bytes at most, as most names and every postcode have, so that
    /// it is found at one place of the memory; else [`LONG`] and where it stands in `letters` (four bytes, three for its
    /// length).
    places: Vec<[u8; 8]>,
    letters: String,
    pub numbers: Numbers,
}

/// A byte that no text begins with.
const LONG: u8 = 0xFF;

impl Texts {
    /// The number of a text, known before or new.
    pub fn number(&mut self, text: &str) -> u32 {
        self.hashed((text, hash_text(text)))
    }

    /// The same of a text with its hash.
    pub fn hashed(&mut self, (text, hash): (&str, u64)) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let (number, new) = self.numbers.number(hash);
        if new {
            let place = self.place(text);
            self.places.push(place);
        }
        number
    }

    fn place(&mut self, text: &str) -> [u8; 8] {
        let mut place = [0; 8];
        // A nought of its own would be taken for the end.
        if let Some(short) = place.get_mut(..text.len())
            && !text.contains('\0')
        {
            short.copy_from_slice(text.as_bytes());
            return place;
        }
        // Longer texts are cut, and beyond four gibibytes of them are blank.
        let text = text.get(..text.floor_char_boundary((1 << 24) - 1)).unwrap_or_default();
        let Ok(start) = u32::try_from(self.letters.len()) else { return [LONG, 0, 0, 0, 0, 0, 0, 0] };
        let [a, b, c, d] = start.to_le_bytes();
        let [e, f, g, ..] = text.len().to_le_bytes();
        self.letters.push_str(text);
        [LONG, a, b, c, d, e, f, g]
    }

    /// How many distinct texts there are; their numbers are 1 to this.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Looks at the place of a text, so that the processor has it at hand.
    pub fn fetch(&self, number: u32) -> u32 {
        let place = (number as usize).checked_sub(1).and_then(|at| self.places.get(at));
        place.map_or(0, |[first, ..]| u32::from(*first))
    }

    /// The text of a number.
    pub fn get(&self, number: u32) -> &str {
        let Some(place) = (number as usize).checked_sub(1).and_then(|at| self.places.get(at)) else {
            return "";
        };
        if let [LONG, a, b, c, d, e, f, g] = *place {
            let [start, length] =
                [[a, b, c, d], [e, f, g, 0]].map(|number| u32::from_le_bytes(number) as usize);
            return self.letters.get(start..start + length).unwrap_or_default();
        }
        let length = 8 - u64::from_le_bytes(*place).leading_zeros() as usize / 8;
        place.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

/// Eight letters at a time, mixed: fixed for ever, so that the same people give the same links on every machine.
pub(crate) fn hash_text(text: &str) -> u64 {
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    // The letters that are left behind their number; four or more are the first four and the last four of them.
    let last = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let [first, last] = [first, last].map(|four| u64::from(u32::from_be_bytes(*four)));
            (rest.len() as u64) << (8 * rest.len()) | first << (8 * (rest.len() - 4)) | last
        }
        _ => rest.iter().fold(rest.len() as u64, |last, byte| last << 8 | u64::from(*byte)),
    };
    let step = |hash: u64, eight: u64| (hash ^ eight).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let start = 0xCBF2_9CE4_8422_2325 ^ text.len() as u64;
    mix(step(eights.iter().fold(start, |hash, eight| step(hash, u64::from_le_bytes(*eight))), last))
}

/// The same for several texts, blanks in them left out when they are letters of one name.
pub(crate) fn hash_bytes(from: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    mix(bytes.fold(from, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)))
}

/// The finaliser of SplitMix64.
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_whole() {
        let long = "x".repeat(70_000);
        let texts =
            ["ANN", "HA99HA", "12345678", "123456789", "Ólafúr", "a\0", "\0", "ANN", &long, "ÓLAFÚRÓ", ""];
        let mut all = Texts::default();
        let numbers = texts.map(|text| all.number(text));
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 1, 8, 9, 0]);
        for (text, number) in texts.iter().zip(numbers) {
            assert_eq!(all.get(number), *text);
        }
        assert_eq!((all.len(), all.get(10)), (9, ""));
    }

    #[test]
    fn a_hash_is_the_same_for_ever() {
        let text = "Flat 2, 14 St. Ólaf's Road";
        for (end, hash) in [
            (0, 0x357C_D75D_BEE3_0124),
            (3, 0x80FF_6C38_882A_2318),
            (5, 0xB8D7_B0F7_EAB9_E622),
            (7, 0x0A64_D7DD_9C04_3C56),
            (8, 0xB6F0_151F_D412_2F96),
            (27, 0x7A88_0BEE_B4BE_1D5A),
        ] {
            assert_eq!(hash_text(&text[..end]), hash, "{end} letters");
        }
    }
}
