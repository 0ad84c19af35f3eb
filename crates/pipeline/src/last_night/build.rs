//! Making the file of everybody.

use std::path::Path;

use linkage::rule_keys;
use redb::Database;
use store::people::IndexedPerson;
use warehouse::facts::PersonFact;

use super::row::{Of, pack, pack_record};
use super::{CACHE_TO_MAKE, HEAD, Head, IDS, KEYS, Made, PEOPLE, RECORDS, VERSION, id};
use crate::PipelineError;
use crate::golden::until;
use crate::link::Linked;
use crate::person_index::IndexError;

/// Makes the file of all that a whole run linked and made. Until it is whole it does not bear its name.
pub(crate) fn build(
    path: &Path,
    head: Head,
    linked: &Linked,
    people: &[IndexedPerson],
    facts: &[PersonFact],
) -> Result<(), PipelineError> {
    let partial = path.with_extension("partial");
    match std::fs::remove_file(&partial) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(PipelineError::file(&partial)(e)),
        _ => {}
    }
    write(&partial, head, linked, people, facts)?;
    std::fs::rename(&partial, path).map_err(PipelineError::file(path))
}

fn write(
    path: &Path,
    mut head: Head,
    linked: &Linked,
    people: &[IndexedPerson],
    facts: &[PersonFact],
) -> Result<(), IndexError> {
    let database = Database::builder().set_cache_size(CACHE_TO_MAKE).create(path)?;
    let write = database.begin_write()?;
    let mut sources: Vec<&str> =
        linked.identities.iter().map(|known| known.demographics.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let (mut ids, mut keys) = (Vec::with_capacity(linked.identities.len()), Vec::new());
    let mut number = 0_u32;
    {
        let (mut records, mut made) = (RECORDS.write(&write)?.made, PEOPLE.write(&write)?.made);
        for (((person, identities), who), fact) in linked.people().zip(people).zip(facts) {
            let mut of = Vec::with_capacity(identities.len());
            for known in identities {
                let said = &known.demographics;
                let bytes = pack_record(person, known.rule, known.at, said)?;
                records.insert(number, bytes.as_slice())?;
                ids.push((id(&said.source, &said.source_person), number));
                keys.extend(rule_keys(said).map(|key| (key, person.0)));
                let source = sources.binary_search(&said.source.as_str()).unwrap_or(0);
                of.push(Of::new(number, u16::try_from(source).map_err(|_| IndexError::Full)?, known.rule));
                number = number.checked_add(1).ok_or(IndexError::Full)?;
            }
            let until = until(identities.iter().map(|known| &known.demographics), head.as_at);
            let one = Made { person: who.clone(), fact: fact.clone(), until, of };
            made.insert(person.0, one.pack()?.as_slice())?;
        }
        let mut by_id = IDS.write(&write)?.made;
        ids.sort_unstable();
        for (id, number) in ids {
            by_id.insert(id, number)?;
        }
        let mut by_key = KEYS.write(&write)?.made;
        keys.sort_unstable();
        keys.dedup();
        for of_key in keys.chunk_by(|one, other| one.0 == other.0) {
            let people: Vec<u32> = of_key.iter().map(|(_, person)| *person).collect();
            if let Some((key, _)) = of_key.first() {
                by_key.insert(key, pack(&people).as_slice())?;
            }
        }
    }
    head.version = VERSION.to_owned();
    head.sources = sources.into_iter().map(str::to_owned).collect();
    head.records = number;
    let bytes = postcard::to_stdvec(&head).map_err(|_| IndexError::Full)?;
    write.open_table(HEAD)?.insert((), bytes.as_slice())?;
    Ok(write.commit()?)
}
