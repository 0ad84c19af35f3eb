//! How well records are linked that come without an NHS number, tried on records that have one: their number is hidden,
//! they are linked again as if they were new tonight, and the number says whether that was right.
//!
//! A sample of people of whom two organisations at least sent the same verified number; of each, the records of one
//! organisation are tried, since one that has no number for somebody has it in none of its feeds. Nothing of it is kept
//! but counts. docs/methods/linkage.md says what the counts mean.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use linkage::{Linker, Model};
use model::{NhsNumber, PersonId};
use store::cases::SourcePerson;
use twox_hash::XxHash3_64;

use crate::PipelineError;
use crate::known_people::KnownPeople;
use crate::probable::{Decided, join_everybody};
use crate::settled::Settled;
use crate::statements::Said;

/// People in the sample, at most: enough for limits of about one point in a hundred for a group of a tenth, and little
/// beside a run.
pub(crate) const PEOPLE: usize = 5_000;

/// What came of a record without its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// It was joined to a record with the same number.
    Found,
    /// It was joined to nobody, or to records that all have no number.
    Missed,
    /// It was joined to records with numbers, and none of them its own.
    Wrong,
}

/// A record that was tried.
#[derive(Clone, Debug)]
pub(crate) struct TriedRecord {
    pub record: SourcePerson,
    pub came: Came,
}

/// The links as they are, against which records are tried.
pub(crate) struct Again<'a> {
    pub decided: &'a [Decided],
    pub settled: &'a Settled,
    /// What was learnt in this run, if anything was.
    pub model: Option<&'a Model>,
}

/// What an organisation's number for a person is known by.
type Unit = u64;

/// A record that is tried, with the true number.
struct Hidden {
    at: usize,
    unit: Unit,
    number: u64,
}

impl Again<'_> {
    /// Tries records of so many people at most. `said` is as before when this is done.
    pub fn try_without(
        &self,
        said: &mut [Said],
        people: usize,
        known: &mut KnownPeople,
    ) -> Result<Vec<TriedRecord>, PipelineError> {
        let hidden = draw(said, people);
        let units: HashSet<Unit> = hidden.iter().map(|hidden| hidden.unit).collect();
        let with: Vec<usize> =
            (0..).zip(&*said).filter(|(_, said)| units.contains(&unit(said))).map(|(at, _)| at).collect();
        let numbers = with.iter().map(|at| said.get_mut(*at).map(take_number).unwrap_or_default()).collect();
        let people = self.link(said, &with, known);
        put_back(said, &with, numbers);
        Ok(judge(said, self.decided, &hidden, &people?))
    }

    /// Who the records at these places would be, if they were new: by rule, then by probability.
    fn link(
        &self,
        said: &[Said],
        places: &[usize],
        known: &mut KnownPeople,
    ) -> Result<BTreeMap<usize, PersonId>, PipelineError> {
        let mut decided = self.decided.to_vec();
        let first_new = decided.iter().map(|(person, _)| person.0 + 1).max().unwrap_or(1);
        for at in places {
            if let Some(slot) = decided.get_mut(*at) {
                *slot = (PersonId(0), None);
            }
        }
        let mut linker = Linker::with_room_for(said.len());
        for (said, (person, _)) in said.iter().zip(&decided).filter(|(_, (person, _))| person.0 != 0) {
            linker.load(&said.demographics, *person);
        }
        // Nobody but a record of the sample has the number of the highest person, where that was one.
        linker.remember("", "", PersonId(first_new - 1));
        for at in places {
            if let (Some(said), Some(slot)) = (said.get(*at), decided.get_mut(*at)) {
                let link = linker.link(&said.demographics);
                *slot = (link.person, Some(link.rule));
            }
        }
        drop(linker);
        let joins = match known.link(said, &decided, places, first_new, self.settled)? {
            Some(linked) => linked.joined.joins,
            None => join_everybody(said, &decided, first_new, self.settled, self.model).1.joins,
        };
        let into: HashMap<u32, u32> = joins.iter().map(|join| (join.person, join.into)).collect();
        let person = |at: &usize| {
            let (PersonId(person), _) = *decided.get(*at)?;
            Some((*at, PersonId(into.get(&person).copied().unwrap_or(person))))
        };
        Ok(places.iter().filter_map(person).collect())
    }
}

/// One record with a name of each of so many people whose verified number two organisations sent. By a hash of the number: the same
/// people in every run, whatever else there is.
fn draw(said: &[Said], people: usize) -> Vec<Hidden> {
    let mut numbered: Vec<(u64, u64, u32)> = (0..)
        .zip(said)
        .filter_map(|(at, said)| {
            let number = number(said)?;
            Some((XxHash3_64::oneshot(&number.to_le_bytes()), number, at))
        })
        .collect();
    numbered.sort_unstable();
    numbered
        .chunk_by(|one, other| one.1 == other.1)
        .filter_map(|of_one| {
            let records = of_one.iter().filter_map(|(hash, number, at)| {
                let at = usize::try_from(*at).ok()?;
                let of = said.get(at)?;
                let text = format!("{}{}{hash}", of.demographics.source, of.demographics.source_person);
                let drawn = XxHash3_64::oneshot(text.as_bytes());
                Some((drawn, Hidden { at, unit: unit(of), number: *number }))
            });
            let records: Vec<(u64, Hidden)> = records.collect();
            let first = records.first()?.1.unit;
            let several = records.iter().any(|(_, record)| record.unit != first);
            let named = |hidden: &Hidden| said.get(hidden.at).is_some_and(has_name);
            let tried = records.into_iter().filter(|(_, hidden)| named(hidden));
            let drawn = tried.min_by_key(|(drawn, _)| *drawn)?;
            several.then_some(drawn.1)
        })
        .take(people)
        .collect()
}

/// What the number says of each record that was tried; `people` are those whom the records without numbers turned out to be.
fn judge(
    said: &[Said],
    decided: &[Decided],
    hidden: &[Hidden],
    people: &BTreeMap<usize, PersonId>,
) -> Vec<TriedRecord> {
    let met: HashSet<PersonId> = people.values().copied().collect();
    let mut holders: HashMap<PersonId, Vec<(Unit, u64)>> = HashMap::new();
    for (at, (said, (person, _))) in said.iter().zip(decided).enumerate() {
        let person = *people.get(&at).unwrap_or(person);
        if met.contains(&person)
            && let Some(number) = number(said)
        {
            holders.entry(person).or_default().push((unit(said), number));
        }
    }
    let tried = hidden.iter().filter_map(|record| {
        let demographics = &said.get(record.at)?.demographics;
        let with = holders.get(people.get(&record.at)?).map(Vec::as_slice).unwrap_or_default();
        let mut others = with.iter().filter(|(unit, _)| *unit != record.unit).map(|(_, number)| *number);
        let came = match others.next() {
            None => Came::Missed,
            Some(first) if first == record.number || others.any(|number| number == record.number) => {
                Came::Found
            }
            Some(_) => Came::Wrong,
        };
        Some(TriedRecord { record: (demographics.source.clone(), demographics.source_person.clone()), came })
    });
    tried.collect()
}

/// Hospitals send no name beside a number, but do send one where there is no number: a record without a name says nothing of
/// how it would be linked without its number.
fn has_name(said: &Said) -> bool {
    !said.demographics.family_name.is_empty() || !said.demographics.given_name.is_empty()
}

fn number(said: &Said) -> Option<u64> {
    NhsNumber::parse(&said.demographics.nhs_number).ok().map(NhsNumber::as_u64)
}

/// The organisation and its number for the person: the same in all its feeds.
fn unit(said: &Said) -> Unit {
    let who = &said.demographics;
    let organisation =
        who.source.split_once(':').map_or(who.source.as_str(), |(_, organisation)| organisation);
    XxHash3_64::oneshot(format!("{organisation}\u{1f}{}", who.source_person).as_bytes())
}

fn take_number(said: &mut Said) -> String {
    std::mem::take(&mut said.demographics.nhs_number)
}

fn put_back(said: &mut [Said], places: &[usize], numbers: Vec<String>) {
    for (at, number) in places.iter().zip(numbers) {
        if let Some(said) = said.get_mut(*at) {
            said.demographics.nhs_number = number;
        }
    }
}

#[cfg(test)]
mod tests;
