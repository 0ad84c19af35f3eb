//! Adding records and changing what is kept of them.

use linkage::LastingKeys;

use super::table::{FULL, Packed, Writing, pack, unpack, write_head};
use super::*;

impl PersonIndex {
    /// Puts records in, each with its person: new ones, ones that are said otherwise now, ones that are somebody else's.
    /// All or none. `stamp` says what state the index is of then.
    pub fn put(&mut self, records: &[Kept], stamp: &str) -> Result<(), IndexError> {
        let mut head = self.head.clone();
        stamp.clone_into(&mut head.stamp);
        let write = self.database.begin_write()?;
        let mut tables = Writing::of(&write)?;
        let texts = self.taken_in(records.iter());
        let keys = self.standing.keys(&texts);
        for (at, kept) in (0_u32..).zip(records) {
            self.put_one(&mut tables, &mut head, &keys, at, kept)?;
        }
        drop(tables);
        write_head(&write, &head, None)?;
        write.commit()?;
        self.head = head;
        Ok(())
    }

    fn put_one(
        &self,
        tables: &mut Writing<'_>,
        head: &mut Head,
        keys: &LastingKeys<'_>,
        at: u32,
        kept: &Kept,
    ) -> Result<(), IndexError> {
        let known = tables.ids.get(kept.key())?.map(|number| number.value());
        let number = match known {
            Some(number) => number,
            None => {
                let number = head.records;
                head.records = number.checked_add(1).ok_or(IndexError::Full)?;
                tables.ids.since.insert(kept.key(), number)?;
                number
            }
        };
        head.next_person = head.next_person.max(kept.person.checked_add(1).ok_or(IndexError::Full)?);
        let before = match known {
            Some(number) => tables.kept(number)?,
            None => None,
        };
        if before.as_ref() == Some(kept) {
            return Ok(());
        }
        let mut bytes = Vec::new();
        kept.pack(&mut bytes);
        tables.records.since.insert(number, bytes.as_slice())?;
        if before.as_ref().is_none_or(|before| before.person != kept.person) {
            if let Some(before) = &before {
                tables.change_members(before.person, |members| members.retain(|member| *member != number))?;
            }
            tables.change_members(kept.person, |members| members.push(number))?;
        }
        if before.as_ref().is_some_and(|before| before.texts == kept.texts) {
            return Ok(());
        }
        if let Some(before) = before {
            self.remove_keys(tables, &before, number)?;
        }
        for pass in 0..self.standing.passes() {
            self.add_key(tables, keys, pass, at, number)?;
        }
        Ok(())
    }

    /// Records as linkage takes them in.
    pub(super) fn taken_in<'a>(&self, kept: impl Iterator<Item = &'a Kept>) -> Records {
        let mut records = Records::new();
        let layout = self.standing.layout();
        let mut reader = records.file(&layout);
        kept.for_each(|kept| kept.push(&mut reader));
        drop(reader);
        self.standing.forget(&mut records);
        records
    }

    fn remove_keys(&self, tables: &mut Writing<'_>, kept: &Kept, number: u32) -> Result<(), IndexError> {
        let records = self.taken_in(std::iter::once(kept));
        let keys = self.standing.keys(&records);
        for pass in 0..self.standing.passes() {
            tables.remove(keys.coarse(pass, 0), number)?;
            for n in 0..Standing::FINER {
                tables.remove(keys.finer(pass, n, 0), number)?;
            }
        }
        Ok(())
    }

    fn add_key(
        &self,
        tables: &mut Writing<'_>,
        keys: &LastingKeys<'_>,
        pass: usize,
        at: u32,
        number: u32,
    ) -> Result<(), IndexError> {
        let key = keys.coarse(pass, at);
        if key == 0 {
            return Ok(());
        }
        let list = tables.list(key)?;
        if let Some(mut list) = list {
            if list.len() < Standing::LIMIT {
                list.push(number);
                tables.keys.since.insert(key, pack(&list).as_slice())?;
                return Ok(());
            }
            self.split(tables, pass, key, &list)?;
        }
        for n in 0..Standing::FINER {
            add_finer(tables, keys.finer(pass, n, at), number)?;
        }
        Ok(())
    }

    /// Puts the records of a full list under finer keys.
    fn split(&self, tables: &mut Writing<'_>, pass: usize, key: u64, list: &[u32]) -> Result<(), IndexError> {
        let mut kept = Vec::with_capacity(list.len());
        for number in list {
            kept.extend(tables.kept(*number)?.map(|kept| (*number, kept)));
        }
        let records = self.taken_in(kept.iter().map(|(_, kept)| kept));
        let keys = self.standing.keys(&records);
        for (at, (number, _)) in (0_u32..).zip(kept) {
            for n in 0..Standing::FINER {
                add_finer(tables, keys.finer(pass, n, at), number)?;
            }
        }
        tables.keys.since.insert(key, FULL)?;
        Ok(())
    }
}

/// Puts a record behind a finer key.
fn add_finer(tables: &mut Writing<'_>, key: u64, number: u32) -> Result<(), IndexError> {
    if key == 0 {
        return Ok(());
    }
    if let Some(mut list) = tables.list(key)? {
        list.push(number);
        let fits = list.len() <= Standing::LIMIT;
        let packed = if fits { pack(&list) } else { FULL.to_vec() };
        tables.keys.since.insert(key, packed.as_slice())?;
    }
    Ok(())
}

impl Writing<'_> {
    fn kept(&self, number: u32) -> Result<Option<Kept>, IndexError> {
        let bytes = self.records.get(number)?;
        Ok(bytes.and_then(|bytes| Packed::of(bytes.value()).map(|packed| packed.kept())))
    }

    fn change_members(&mut self, person: u32, change: impl FnOnce(&mut Vec<u32>)) -> Result<(), IndexError> {
        let mut members: Vec<u32> =
            self.members.get(person)?.map(|bytes| unpack(bytes.value()).collect()).unwrap_or_default();
        change(&mut members);
        self.members.since.insert(person, pack(&members).as_slice())?;
        Ok(())
    }

    /// Takes a record from behind a key. A list that is full stays full.
    fn remove(&mut self, key: u64, number: u32) -> Result<(), IndexError> {
        if key != 0
            && let Some(mut list) = self.list(key)?
            && list.contains(&number)
        {
            list.retain(|other| *other != number);
            self.keys.since.insert(key, pack(&list).as_slice())?;
        }
        Ok(())
    }
}
