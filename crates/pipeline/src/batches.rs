//! Batches: who leaves figures together with somebody who has asked not to be counted, so that the difference between the
//! figures before and after is never one person's. docs/methods/disclosure.md says why and for how long.

use std::collections::{BTreeMap, BTreeSet};

use model::PersonId;
use warehouse::counted::PersonSet;
use warehouse::marts::pseudonym;

/// People of one practice who leave figures together, at least.
pub(crate) const BATCH: usize = 10;

/// Everybody who is in one batch with one of these people. A practice's people are dealt into batches in the order of their
/// pseudonyms, which only the holder of the key can know.
pub(crate) fn left_out(
    people: &[(PersonId, String)],
    objected: &BTreeSet<PersonId>,
    key: &[u8],
) -> PersonSet {
    let mut practices: BTreeMap<&str, Vec<(i64, PersonId)>> = BTreeMap::new();
    let touched: BTreeSet<&str> = people
        .iter()
        .filter(|(person, _)| objected.contains(person))
        .map(|(_, practice)| practice.as_str())
        .collect();
    for (person, practice) in people.iter().filter(|(_, practice)| touched.contains(practice.as_str())) {
        practices.entry(practice).or_default().push((pseudonym(key, i64::from(person.0)), *person));
    }
    let mut out = PersonSet::default();
    for mut dealt in practices.into_values() {
        dealt.sort_unstable();
        // None is smaller than the size asked for: those of a practice that are over go into the others.
        let batches = (dealt.len() / BATCH).max(1);
        let batch_of = |at: usize| at * batches / dealt.len();
        let left: BTreeSet<usize> = dealt
            .iter()
            .enumerate()
            .filter(|(_, (_, person))| objected.contains(person))
            .map(|(at, _)| batch_of(at))
            .collect();
        let gone = dealt.iter().enumerate().filter(|(at, _)| left.contains(&batch_of(*at)));
        gone.for_each(|(_, (_, person))| out.insert(*person));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(practice: &str, people: std::ops::Range<u32>) -> Vec<(PersonId, String)> {
        people.map(|n| (PersonId(n), practice.to_owned())).collect()
    }

    fn out(people: &[(PersonId, String)], objected: &[u32]) -> Vec<u32> {
        let objected = objected.iter().copied().map(PersonId).collect();
        let set = left_out(people, &objected, b"key");
        (0..1_000).filter(|n| set.contains(PersonId(*n))).collect()
    }

    #[test]
    fn nobody_leaves_alone_and_all_of_one_practice() {
        let mut people = of("A", 0..57);
        people.extend(of("B", 100..109));
        assert!(out(&people, &[]).is_empty());
        for one in 0..57 {
            let gone = out(&people, &[one]);
            assert!(gone.len() >= BATCH && gone.len() < 2 * BATCH, "{gone:?}");
            assert!(gone.contains(&one) && gone.iter().all(|n| *n < 57));
            // Whoever of the batch asks next changes nothing.
            assert_eq!(out(&people, &[gone[0], gone[1]]), gone);
        }
        assert_eq!(out(&people, &[103]), (100..109).collect::<Vec<_>>(), "a small practice leaves whole");
    }

    #[test]
    fn a_second_batch_does_not_move_the_first() {
        let people = of("A", 0..200);
        let (one, other) = (out(&people, &[5]), out(&people, &[150]));
        let both = out(&people, &[5, 150]);
        assert!(one.iter().chain(&other).all(|n| both.contains(n)));
        assert!(both.len() <= one.len() + other.len());
    }
}
