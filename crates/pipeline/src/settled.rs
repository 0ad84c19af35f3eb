//! What people have settled about doubtful links comes before rules and probability: records said to be one person's are
//! brought together, records said to be two people's are parted.

use std::collections::{BTreeMap, BTreeSet};

use linkage::Rule;
use model::PersonId;
use store::cases::Decision;

use crate::probable::{Decided, Written};
use crate::statements::{Said, places_of};

/// Settled pairs as places in what was said. Pairs of which a record is gone are left out.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    together: Vec<(u32, u32)>,
    /// Pairs of two people.
    pub apart: Vec<(u32, u32)>,
}

impl Settled {
    pub fn of(decisions: &[Decision], said: &[Said]) -> Self {
        let mut settled = Self::default();
        let records = decisions.iter().flat_map(|decision| [&decision.one, &decision.other]).collect();
        let places = places_of(said, &records);
        for decision in decisions {
            let (Some(one), Some(other)) = (places.get(&decision.one), places.get(&decision.other)) else {
                continue;
            };
            let pairs = if decision.same { &mut settled.together } else { &mut settled.apart };
            pairs.push((*one, *other));
        }
        settled
    }

    /// Makes the decisions hold: `decided` gets the people, `written` an entry for every record that goes to another.
    /// People from number `first_new` on are of this run.
    pub fn apply(&self, decided: &mut [Decided], written: &mut Vec<Written>, first_new: u32) {
        if self.together.is_empty() && self.apart.is_empty() {
            return;
        }
        let before: Vec<PersonId> = decided.iter().map(|(person, _)| *person).collect();
        self.bring_together(decided);
        self.part(decided, first_new);
        for (at, ((person, rule), before)) in decided.iter_mut().zip(before).enumerate() {
            if *person != before {
                *rule = Some(Rule::Reviewed);
                let reason = Rule::Reviewed.sentence().to_owned();
                match written.iter_mut().find(|(place, ..)| *place == at) {
                    Some(entry) => *entry = (at, Rule::Reviewed, reason),
                    None => written.push((at, Rule::Reviewed, reason)),
                }
            }
        }
    }

    /// Two people become the one with the lower number.
    fn bring_together(&self, decided: &mut [Decided]) {
        for (one, other) in &self.together {
            let person = |at: u32| decided.get(at as usize).map(|(person, _)| *person);
            let (Some(a), Some(b)) = (person(*one), person(*other)) else { continue };
            let (low, high) = (a.min(b), a.max(b));
            if low != high {
                for (person, _) in decided.iter_mut().filter(|(person, _)| *person == high) {
                    *person = low;
                }
            }
        }
    }

    /// Of each person with records that are two people's: records go, first come, to the first group of which none is
    /// known to be another's. The largest group keeps the number, the others get the next free ones.
    fn part(&self, decided: &mut [Decided], first_new: u32) {
        let person = |at: u32| decided.get(at as usize).map(|(person, _)| *person);
        let conflicts: Vec<(u32, u32)> =
            self.apart.iter().copied().filter(|(one, other)| person(*one) == person(*other)).collect();
        let people: BTreeSet<PersonId> = conflicts.iter().filter_map(|(one, _)| person(*one)).collect();
        if people.is_empty() {
            return;
        }
        let conflicts: BTreeSet<(u32, u32)> =
            conflicts.into_iter().flat_map(|(one, other)| [(one, other), (other, one)]).collect();
        let mut records: BTreeMap<PersonId, Vec<u32>> = BTreeMap::new();
        for (at, (person, _)) in
            (0_u32..).zip(decided.iter()).filter(|(_, (person, _))| people.contains(person))
        {
            records.entry(*person).or_default().push(at);
        }
        let last = decided.iter().map(|(person, _)| person.0).max().unwrap_or(0);
        let mut next = first_new.max(last.saturating_add(1));
        for records in records.into_values() {
            let mut groups: Vec<Vec<u32>> = Vec::new();
            for at in records {
                let free = |group: &&mut Vec<u32>| !group.iter().any(|also| conflicts.contains(&(at, *also)));
                match groups.iter_mut().find(free) {
                    Some(group) => group.push(at),
                    None => groups.push(vec![at]),
                }
            }
            groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
            for group in groups.iter().skip(1) {
                for at in group {
                    if let Some((person, _)) = decided.get_mut(*at as usize) {
                        *person = PersonId(next);
                    }
                }
                next += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(people: &[u32]) -> Vec<Decided> {
        people.iter().map(|n| (PersonId(*n), Some(Rule::NewPerson))).collect()
    }

    fn people(decided: &[Decided]) -> Vec<u32> {
        decided.iter().map(|(person, _)| person.0).collect()
    }

    #[test]
    fn one_record_parted_from_all_others_gets_a_number_of_its_own() {
        let mut who = decided(&[1, 2, 2, 2, 3]);
        let mut written = Vec::new();
        let settled = Settled { together: vec![], apart: vec![(1, 2), (1, 3)] };
        settled.apply(&mut who, &mut written, 4);
        assert_eq!(people(&who), [1, 4, 2, 2, 3]);
        assert_eq!(written.len(), 1);
        // What holds already is left alone.
        settled.apply(&mut who, &mut written, 4);
        assert_eq!(people(&who), [1, 4, 2, 2, 3]);
        assert_eq!(written.len(), 1);
    }

    #[test]
    fn two_people_who_are_one_get_the_lower_number() {
        let mut who = decided(&[1, 2, 2, 3]);
        let mut written = vec![(3, Rule::NewPerson, String::new())];
        Settled { together: vec![(1, 3)], apart: vec![] }.apply(&mut who, &mut written, 4);
        assert_eq!(people(&who), [1, 2, 2, 2]);
        assert_eq!(
            written.iter().map(|(at, rule, _)| (*at, *rule)).collect::<Vec<_>>(),
            [(3, Rule::Reviewed)]
        );
    }
}
