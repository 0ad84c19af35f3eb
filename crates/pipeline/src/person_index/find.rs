//! Looking new records up, linking them, and adding them.

use hashbrown::{HashMap, HashSet};
use linkage::{Edge, LastingKeys};
use redb::AccessGuard;

use super::table::{Packed, Reading};
use super::*;
use crate::{PipelineError, threads};

/// Records looked up together by one processor.
const AT_ONCE: usize = 250;

/// What a new record is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Its person: one known before, or a new one from [`PersonIndex::next_person`] on.
    pub person: u32,
    /// The record was there already, by its file and id.
    pub seen: bool,
}

/// New records linked with those known.
#[derive(Default)]
pub struct Linked {
    /// Of each new record, in order.
    pub answers: Vec<Answer>,
    /// What was found, record numbers as in `records`: the new records first, in order.
    pub joined: linkage::Joined,
    /// The new records, then all records of people who may be theirs.
    pub records: Records,
    /// The known ones of these, as they are kept: from number `answers.len()` on.
    pub known: Vec<Kept>,
}

/// How new records are linked.
#[derive(Clone, Debug, PartialEq)]
pub struct How {
    /// From which probability people are joined, and from which somebody is asked.
    pub limits: Limits,
    /// Whether only records of different files are compared.
    pub across_files: bool,
    /// Whether no file has anybody twice.
    pub one_to_one: bool,
    /// Processors to use.
    pub threads: usize,
    /// People from this number on are new; 0 for [`PersonIndex::next_person`].
    pub first_new: u32,
    /// Pairs of records, by [`Kept::key`], of which somebody has said that they are two people's.
    pub apart: HashSet<(u64, u64)>,
}

impl How {
    /// Whatever files records are of.
    pub fn new(limits: Limits, threads: usize) -> Self {
        Self { limits, across_files: false, one_to_one: false, threads, first_new: 0, apart: HashSet::new() }
    }
}

/// A new record by its place and a known one by its number that may be one person's, and whose the known one is.
type Near = (u32, u32, u32);

/// Looks each item up, some at a time on each thread; gives what was found in their order.
fn each<I: Sync, T: Send>(
    read: &ReadTransaction,
    items: &[I],
    threads: usize,
    look_up: impl Fn(&Reading, &I) -> Result<T, IndexError> + Sync,
) -> Result<Vec<T>, PipelineError> {
    threads::some_at_once(items, AT_ONCE, threads, |some| {
        let tables = Reading::of(read)?;
        Ok(some.iter().map(|one| look_up(&tables, one)).collect::<Result<Vec<T>, _>>()?)
    })
}

/// Pairs that somebody has said to be two people's, by their places.
fn apart(new: &[Kept], known: &[Kept], how: &How) -> Vec<(u32, u32)> {
    if how.apart.is_empty() {
        return Vec::new();
    }
    let places: HashMap<u64, u32> = new.iter().chain(known).map(Kept::key).zip(0..).collect();
    let pairs = how.apart.iter().filter_map(|(one, other)| Some((*places.get(one)?, *places.get(other)?)));
    pairs.collect()
}

fn file_of(new: &[Kept], record: u32) -> Option<u16> {
    new.get(record as usize).map(|new| new.file)
}

/// Who each new record is. New people are numbered without gaps, in order.
fn answers(people: &[u32], seen: &[Option<u32>], first_new: u32) -> Vec<Answer> {
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    let mut next = first_new;
    let answer = |(person, seen): (&u32, &Option<u32>)| {
        let person = if *person < first_new {
            *person
        } else {
            *numbers.entry(*person).or_insert_with(|| {
                next += 1;
                next - 1
            })
        };
        Answer { person, seen: seen.is_some() }
    };
    people.iter().zip(seen).map(answer).collect()
}

impl PersonIndex {
    /// Links new records with everybody known and with each other. A `person` that is given stays. Nothing is written.
    pub fn link(&self, new: &[Kept], how: &How) -> Result<Linked, PipelineError> {
        let read = self.read()?;
        let near = self.near(&read, new, how)?;
        let seen = each(&read, new, how.threads, |tables, new| tables.seen(new))?;
        let people: HashSet<u32> = near.iter().map(|(.., person)| *person).collect();
        let people: Vec<u32> = people.into_iter().collect();
        let mut members =
            each(&read, &people, how.threads, |tables, person| tables.of_person(*person))?.concat();
        members.sort_unstable();
        let members: Vec<(u32, Option<Kept>)> = each(&read, &members, how.threads, |tables, number| {
            Ok((*number, tables.record(*number)?.and_then(|bytes| Some(Packed::of(bytes.value())?.kept()))))
        })?;

        let mut records = self.taken_in(new.iter());
        let layout = self.standing.layout();
        let mut reader = records.file(&layout);
        let first_new = if how.first_new == 0 { self.head.next_person } else { how.first_new };
        let mut known = Known { first_new, one_to_one: how.one_to_one, ..Known::default() };
        let given = (first_new..).zip(&seen).zip(new).map(|((number, seen), new)| match new.person {
            0 => seen.unwrap_or(number),
            person => person,
        });
        known.people = given.collect();
        let anew: HashSet<u64> = new.iter().map(Kept::key).collect();
        let mut place: HashMap<u32, u32> = HashMap::with_capacity(members.len());
        let mut kept = Vec::with_capacity(members.len());
        for (number, one) in members {
            // What a source says now stands for what it said before.
            let Some(one) = one.filter(|one| !anew.contains(&one.key())) else { continue };
            one.push(&mut reader);
            known.people.push(one.person);
            place.insert(number, u32::try_from(new.len() + kept.len()).map_err(|_| IndexError::Full)?);
            kept.push(one);
        }
        drop(reader);
        self.standing.forget(&mut records);
        let mut pairs: Vec<(u32, u32)> =
            near.iter().filter_map(|(new, known, _)| Some((*new, *place.get(known)?))).collect();
        self.among_new(&records, new, how.across_files, &mut pairs);
        known.apart = apart(new, &kept, how);
        let joined = self.standing.find(&records, &known, &pairs, how.limits);
        let answers = answers(&joined.people, &seen, first_new);
        Ok(Linked { answers, joined, records, known: kept })
    }

    /// Pairs of a new and a known record that may be one person's. Each processor takes some of the new records.
    fn near(&self, read: &ReadTransaction, new: &[Kept], how: &How) -> Result<Vec<Near>, PipelineError> {
        let chunks: Vec<(u32, &[Kept])> = (0_u32..).step_by(AT_ONCE).zip(new.chunks(AT_ONCE)).collect();
        let found = threads::each(&chunks, how.threads, |_, _, (first, chunk)| {
            let tables = Reading::of(read)?;
            Ok(self.near_of(&tables, *first, chunk, how)?)
        })?;
        Ok(found.concat())
    }

    fn near_of(
        &self,
        tables: &Reading,
        first: u32,
        new: &[Kept],
        how: &How,
    ) -> Result<Vec<Near>, IndexError> {
        let layout = self.standing.layout();
        let mut records = self.taken_in(new.iter());
        let mut candidates: Vec<(u32, u32)> = Vec::new();
        let keys = self.standing.keys(&records);
        let mut list = Vec::new();
        for record in 0..u32::try_from(new.len()).unwrap_or(u32::MAX) {
            list.clear();
            self.candidates(tables, &keys, record, &mut list)?;
            list.sort_unstable();
            list.dedup();
            candidates.extend(list.iter().map(|known| (record, *known)));
        }
        drop(keys);
        let mut reader = records.file(&layout);
        let mut place: HashMap<u32, u32> = HashMap::new();
        // Number, file and person of each, by its place.
        let mut of: HashMap<u32, (u32, u16, u32)> = HashMap::new();
        let mut at = u32::try_from(new.len()).unwrap_or(u32::MAX);
        let mut pairs = Vec::with_capacity(candidates.len());
        for (record, number) in &candidates {
            let here = match place.get(number) {
                Some(here) => *here,
                None => {
                    let Some(bytes) = tables.record(*number)? else { continue };
                    let Some(packed) = Packed::of(bytes.value()) else { continue };
                    packed.push(&mut reader, layout.columns.len());
                    of.insert(at, (*number, packed.file, packed.person));
                    place.insert(*number, at);
                    at += 1;
                    at - 1
                }
            };
            let same_file = || file_of(new, *record) == of.get(&here).map(|(_, file, _)| *file);
            if !how.across_files || !same_file() {
                pairs.push((*record, here));
            }
        }
        drop(reader);
        self.standing.forget(&mut records);
        let least = how.limits.join.min(how.limits.ask);
        let edges: Vec<Edge> = self.standing.weigh(&records, pairs, least);
        let near = |edge: &Edge| {
            let (number, _, person) = of.get(&edge.other)?;
            Some((first + edge.one, *number, *person))
        };
        Ok(edges.iter().filter_map(near).collect())
    }

    /// Known records that share a key with a record.
    fn candidates(
        &self,
        tables: &Reading,
        keys: &LastingKeys<'_>,
        record: u32,
        to: &mut Vec<u32>,
    ) -> Result<(), IndexError> {
        for pass in 0..self.standing.passes() {
            if tables.behind(keys.coarse(pass, record), to)? {
                for n in 0..Standing::FINER {
                    tables.behind(keys.finer(pass, n, record), to)?;
                }
            }
        }
        Ok(())
    }

    /// Pairs of two new records that share a key.
    fn among_new(&self, records: &Records, new: &[Kept], across_files: bool, to: &mut Vec<(u32, u32)>) {
        if new.len() < 2 {
            return;
        }
        let keys = self.standing.keys(records);
        let count = u32::try_from(new.len()).unwrap_or(u32::MAX);
        for pass in 0..self.standing.passes() {
            let mut keyed: Vec<(u64, u32)> = (0..count)
                .map(|record| (keys.coarse(pass, record), record))
                .filter(|(key, _)| *key != 0)
                .collect();
            keyed.sort_unstable();
            for block in keyed.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() <= Standing::LIMIT) {
                for (at, (_, one)) in block.iter().enumerate() {
                    to.extend(block.iter().skip(at + 1).map(|(_, other)| (*one, *other)));
                }
            }
        }
        to.retain(|(one, other)| {
            !across_files || *other >= count || file_of(new, *one) != file_of(new, *other)
        });
        to.sort_unstable();
        to.dedup();
    }
}

impl Kept {
    pub(super) fn push(&self, to: &mut linkage::FileReader<'_>) {
        to.of(self.file).push(|n| self.texts.get(n).map_or("", String::as_str));
    }
}

impl Reading {
    /// The person of a record that is there already.
    fn seen(&self, new: &Kept) -> Result<Option<u32>, IndexError> {
        let Some(number) = self.ids.get(new.key())? else { return Ok(None) };
        Ok(Some(self.person(number.value())?))
    }

    fn record(&self, number: u32) -> Result<Option<AccessGuard<'_, &'static [u8]>>, IndexError> {
        Ok(self.records.get(number)?)
    }

    fn person(&self, number: u32) -> Result<u32, IndexError> {
        let bytes = self.records.get(number)?;
        Ok(bytes.and_then(|bytes| Packed::of(bytes.value()).map(|packed| packed.person)).unwrap_or(0))
    }
}

impl Linked {
    /// Whether a pair is of one person.
    pub fn is_link(&self, edge: &Edge) -> bool {
        let person = |record: u32| self.joined.people.get(record as usize);
        person(edge.one) == person(edge.other)
    }
}
