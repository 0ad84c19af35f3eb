//! NHS numbers that are nobody's.

use model::NhsNumber;

use crate::SynthError;

/// The NHS numbers of a run, by the index of the person.
pub enum Numbers {
    /// The range kept for tests, 999 000 0000 to 999 999 9999: some 909,000.
    ForTests(Vec<NhsNumber>),
    /// Those that begin with 9: numbers are issued from 300 to 499 and from 600 to 799 million only (first nine digits). Some 90
    /// million, worked out one by one.
    Wide,
}

/// Blocks of ten (by the ninth digit) among the first nine digits that begin with 9. At least nine of each ten have a check digit.
const BLOCKS: u64 = 10_000_000;
/// Has no common factor with a million, or with nine times the number of blocks, so that every place comes once, and neighbours in a
/// household are far apart.
const STEP: u64 = 514_229;

impl Numbers {
    /// The range kept for tests, while there are enough for this many people.
    pub fn for_tests(people: u32) -> Result<Self, SynthError> {
        let numbers: Vec<NhsNumber> = (0..1_000_000u64)
            .filter_map(|n| NhsNumber::from_first_nine(999_000_000 + n * STEP % 1_000_000))
            .collect();
        if people as usize > numbers.len() {
            return Err(SynthError::TooManyPeople { asked: people, most: numbers.len() });
        }
        Ok(Self::ForTests(numbers))
    }

    /// The number of the person with this index.
    pub fn of(&self, index: u32) -> Option<NhsNumber> {
        match self {
            // An index past the last (somebody else's number) starts again.
            Self::ForTests(numbers) => numbers.get(index as usize % numbers.len().max(1)).copied(),
            Self::Wide => {
                let place = u64::from(index) * STEP % (BLOCKS * 9);
                let (block, nth) = (place / 9, place % 9);
                let ten =
                    (0..10).filter_map(|last| NhsNumber::from_first_nine(900_000_000 + block * 10 + last));
                ten.into_iter().nth(nth as usize)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unlike(numbers: &Numbers, count: u32) -> Vec<u64> {
        let mut all: Vec<u64> = (0..count).map(|index| numbers.of(index).unwrap().as_u64()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn numbers_are_for_tests_and_never_twice() {
        let numbers = Numbers::for_tests(900_000).unwrap();
        let all = unlike(&numbers, 909_000);
        assert_eq!(all.len(), 909_000);
        assert!(all.iter().all(|number| number / 10_000_000 == 999));
        assert!(Numbers::for_tests(909_200).is_err());
    }

    #[test]
    fn numbers_of_a_large_run_begin_with_9_and_never_come_twice() {
        let all = unlike(&Numbers::Wide, 300_000);
        assert_eq!(all.len(), 300_000);
        assert!(all.iter().all(|number| number / 1_000_000_000 == 9));
    }
}
