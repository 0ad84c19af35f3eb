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
    letters: String,
    ends: Vec<u32>,
    pub numbers: Numbers,
}

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
            self.letters.push_str(text);
            self.ends.push(u32::try_from(self.letters.len()).unwrap_or(u32::MAX));
        }
        number
    }

    /// How many distinct texts there are; their numbers are 1 to this.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a number.
    pub fn get(&self, number: u32) -> &str {
        slice(&self.letters, &self.ends, number)
    }
}

fn slice<'a>(letters: &'a str, ends: &[u32], number: u32) -> &'a str {
    let Some(last) = (number as usize).checked_sub(1) else { return "" };
    let start = last.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(last).copied().unwrap_or(start);
    letters.get(start as usize..end as usize).unwrap_or_default()
}

/// Eight letters at a time, mixed: fixed for ever, so that the same people give the same links on every machine.
pub(crate) fn hash_text(text: &str) -> u64 {
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let last = rest.iter().fold(rest.len() as u64, |last, byte| last << 8 | u64::from(*byte));
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
