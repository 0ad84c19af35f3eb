//! Bringing the file to the state after a night.

use std::collections::{BTreeMap, BTreeSet};

use linkage::{Rule, rule_keys};
use model::PersonId;
use redb::Table;

use super::row::{self, Of, pack, pack_record, unpack, unpack_record};
use super::{HEAD, Head, IDS, IndexError, KEYS, Known, LastNight, Made, PEOPLE, RECORDS, id};
use crate::golden::{Places, make, until};
use crate::layers::Layers;
use crate::statements::Said;

/// A record that is new, or of which something else is said now.
pub(crate) struct Change<'a> {
    pub said: &'a Said,
    /// Its number, if it was known.
    pub number: Option<u32>,
    pub person: PersonId,
    pub rule: Rule,
}

impl LastNight {
    /// Writes what a night changed, all or nothing, and makes anew whom it touches: the people of these records and those
    /// who are `due`. `head` says what the file is of then. Gives whom it made, in order of person.
    pub fn put(
        &mut self,
        mut head: Head,
        changes: &[Change<'_>],
        due: BTreeSet<PersonId>,
        places: &Places,
    ) -> Result<Vec<Made>, IndexError> {
        let write = self.database.begin_write()?;
        let mut touched: BTreeMap<PersonId, Vec<u32>> =
            due.into_iter().map(|person| (person, Vec::new())).collect();
        let mut people = Vec::new();
        {
            let mut records = RECORDS.write(&write)?;
            let mut ids = IDS.write(&write)?;
            let mut keys = KEYS.write(&write)?;
            for change in changes {
                let said = &change.said.demographics;
                let new = touched.entry(change.person).or_default();
                let number = match change.number {
                    Some(number) => number,
                    None => {
                        let number = head.records;
                        head.records = number.checked_add(1).ok_or(IndexError::Full)?;
                        ids.since.insert(id(&said.source, &said.source_person), number)?;
                        new.push(number);
                        number
                    }
                };
                let bytes = pack_record(change.person, change.rule, change.said.at, said)?;
                records.since.insert(number, bytes.as_slice())?;
                for key in rule_keys(said) {
                    add_person(&mut keys, key, change.person)?;
                }
            }
            let mut made = PEOPLE.write(&write)?;
            for (person, new) in touched {
                let mut numbers = new;
                if let Some(bytes) = made.get(person.0)? {
                    numbers.extend(row::of(bytes.value()).unwrap_or_default().iter().map(|of| of.number));
                }
                let one = made_of(person, &numbers, &records, &mut head, places)?;
                made.since.insert(person.0, one.pack()?.as_slice())?;
                people.push(one);
            }
            let bytes = postcard::to_stdvec(&head).map_err(|_| IndexError::Full)?;
            write.open_table(HEAD)?.insert((), bytes.as_slice())?;
        }
        write.commit()?;
        self.head = head;
        Ok(people)
    }
}

fn add_person(
    keys: &mut Layers<Table<'_, u64, &'static [u8]>>,
    key: u64,
    person: PersonId,
) -> Result<(), IndexError> {
    let mut people: Vec<u32> =
        keys.get(key)?.map(|bytes| unpack(bytes.value()).collect()).unwrap_or_default();
    if !people.contains(&person.0) {
        people.push(person.0);
        keys.since.insert(key, pack(&people).as_slice())?;
    }
    Ok(())
}

/// A person of records, as all runs make them.
fn made_of(
    person: PersonId,
    numbers: &[u32],
    records: &Layers<Table<'_, u32, &'static [u8]>>,
    head: &mut Head,
    places: &Places,
) -> Result<Made, IndexError> {
    let mut known: Vec<Known> = Vec::with_capacity(numbers.len());
    for number in numbers {
        let bytes = records.get(*number)?;
        known.extend(bytes.and_then(|bytes| unpack_record(*number, bytes.value())));
    }
    known.sort_by(|one, other| one.said.before(&other.said));
    let said = || known.iter().map(|known| &known.said.demographics);
    let (who, fact) = make(person, said, places, head.as_at);
    let mut of = Vec::with_capacity(known.len());
    for one in &known {
        let source = source(head, &one.said.demographics.source)?;
        of.push(Of::new(one.number, source, one.rule));
    }
    Ok(Made { person: who, fact, until: until(said(), head.as_at), of })
}

fn source(head: &mut Head, name: &str) -> Result<u16, IndexError> {
    let at = match head.sources.iter().position(|known| known == name) {
        Some(at) => at,
        None => {
            head.sources.push(name.to_owned());
            head.sources.len() - 1
        }
    };
    u16::try_from(at).map_err(|_| IndexError::Full)
}
