//! What sources say of their people: the latest statement about each, and where each batch names them.

use std::collections::BTreeSet;
use std::fs;
use std::hash::BuildHasher;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashSet, HashTable};
use model::{Demographics, Feed, PersonId};
use store::cases::SourcePerson;
use twox_hash::XxHash3_64;
use warehouse::index::NOBODY;
use warehouse::standardised::{BatchFiles, Statement, Who, read_people, read_who};

use crate::{PipelineError, Progress, threads};

/// The latest that a source says of one of its people.
pub(crate) struct Said {
    feed_order: usize,
    pub demographics: Demographics,
    pub digest: i64,
    /// The landed file and the line that says it; 0 where nothing is said.
    pub at: (u32, u64),
}

/// Every source's person of all batches.
pub(crate) struct Statements {
    /// GP first, then by source and identifier. People about whom nothing is said, only events, are there with blanks.
    pub said: Vec<Said>,
    /// Of each batch, the place in `said` of each of its local numbers; [`NOBODY`] where no agreement covers the source.
    pub places: Vec<Vec<u32>>,
}

/// The place in `said` of each of these records that is there. Reads nothing when none is asked for.
pub(crate) fn places_of(said: &[Said], records: &HashSet<&SourcePerson>) -> HashMap<SourcePerson, u32> {
    if records.is_empty() {
        return HashMap::new();
    }
    (0_u32..).zip(said).map(|(at, said)| (said.key(), at)).filter(|(key, _)| records.contains(key)).collect()
}

/// Reads the statements of these batches, of the sources that an agreement covers.
pub(crate) fn read(
    zone: &Path,
    batches: &[String],
    covered: &BTreeSet<String>,
    threads: usize,
    progress: &dyn Progress,
) -> Result<Statements, PipelineError> {
    let latest = Mutex::new(Latest::default());
    let done = AtomicUsize::new(0);
    let mut places = threads::each(batches, threads, |_, _, batch| {
        let files = BatchFiles::of(zone, batch);
        let who = read_who(&files)?;
        let said = latest_of_batch(&files, &who)?;
        progress.at("read people", done.fetch_add(1, Ordering::Relaxed), batches.len());
        let mut latest = latest.lock().map_err(|_| PipelineError::Worker("read people".to_owned()))?;
        latest.add(who, said, covered)
    })?;
    let latest = latest.into_inner().map_err(|_| PipelineError::Worker("read people".to_owned()))?;
    let mut said: Vec<(usize, Said)> = latest.said.into_iter().map(Said::of).enumerate().collect();
    // Which batch was read first must not show.
    said.sort_by(|(_, a), (_, b)| a.before(b));
    let mut moved = vec![NOBODY; said.len()];
    for (place, (before, _)) in (0..).zip(&said) {
        if let Some(slot) = moved.get_mut(*before) {
            *slot = place;
        }
    }
    for place in places.iter_mut().flatten() {
        *place = moved.get(*place as usize).copied().unwrap_or(NOBODY);
    }
    Ok(Statements { said: said.into_iter().map(|(_, said)| said).collect(), places })
}

/// The latest statement of a batch about each of its people.
fn latest_of_batch(files: &BatchFiles, who: &[Who]) -> Result<Vec<Option<Statement>>, PipelineError> {
    let mut latest: Vec<Option<Statement>> = vec![None; who.len()];
    read_people(files, who, |new| {
        if let Some(slot) = latest.get_mut(new.who as usize)
            && slot.as_ref().is_none_or(|old| said_at(old) <= said_at(&new))
        {
            *slot = Some(new);
        }
    })?;
    Ok(latest)
}

fn said_at(statement: &Statement) -> (Option<NaiveDate>, u32, u64) {
    (statement.demographics.as_at, statement.file, statement.line)
}

/// The latest statements of the batches read so far, found by source and identifier.
#[derive(Default)]
struct Latest {
    said: Vec<Statement>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Latest {
    /// Adds a batch; gives the place of each of its people.
    fn add(
        &mut self,
        who: Vec<Who>,
        said: Vec<Option<Statement>>,
        covered: &BTreeSet<String>,
    ) -> Result<Vec<u32>, PipelineError> {
        let mut places = Vec::with_capacity(who.len());
        let mut last = (String::new(), false);
        for (who, said) in who.into_iter().zip(said) {
            if who.source != last.0 {
                last = (who.source.clone(), covered.contains(&who.source));
            }
            places.push(if last.1 { self.put(who, said)? } else { NOBODY });
        }
        Ok(places)
    }

    fn put(&mut self, who: Who, new: Option<Statement>) -> Result<u32, PipelineError> {
        let Self { said, table, hasher } = self;
        let hash = hasher.hash_one((who.source.as_str(), who.source_person.as_str()));
        let is_they = |place: &u32| {
            said.get(*place as usize).is_some_and(|known| {
                known.demographics.source_person == who.source_person
                    && known.demographics.source == who.source
            })
        };
        let rehash = |place: &u32| {
            let known = said.get(*place as usize).map(|known| &known.demographics);
            known.map_or(0, |d| hasher.hash_one((d.source.as_str(), d.source_person.as_str())))
        };
        match table.entry(hash, is_they, rehash) {
            Entry::Occupied(entry) => {
                let place = *entry.get();
                if let Some(old) = said.get_mut(place as usize)
                    && let Some(new) = new
                    && said_at(old) <= said_at(&new)
                {
                    *old = new;
                }
                Ok(place)
            }
            Entry::Vacant(entry) => {
                let place = u32::try_from(said.len()).map_err(|_| PipelineError::TooMany("people"))?;
                entry.insert(place);
                said.push(new.unwrap_or_else(|| blank(who)));
                Ok(place)
            }
        }
    }
}

fn blank(who: Who) -> Statement {
    let demographics =
        Demographics { source: who.source, source_person: who.source_person, ..Demographics::default() };
    Statement { who: 0, file: 0, line: 0, demographics }
}

impl Said {
    pub(crate) fn of(statement: Statement) -> Self {
        Self::at(statement.demographics, (statement.file, statement.line))
    }

    /// What a file says in a line.
    pub(crate) fn at(demographics: Demographics, at: (u32, u64)) -> Self {
        Self { feed_order: feed_order(&demographics.source), digest: digest(&demographics), at, demographics }
    }

    /// Which of two comes first: GP first, those with a number first, then by source and identifier.
    pub(crate) fn before(&self, other: &Self) -> std::cmp::Ordering {
        let key = |said: &Self| (said.feed_order, said.demographics.nhs_number.is_empty());
        let (one, two) = (&self.demographics, &other.demographics);
        key(self)
            .cmp(&key(other))
            .then_with(|| (&one.source, &one.source_person).cmp(&(&two.source, &two.source_person)))
    }

    /// Whether the other was said later of the same person.
    pub(crate) fn is_replaced_by(&self, other: &Self) -> bool {
        (self.demographics.as_at, self.at) <= (other.demographics.as_at, other.at)
    }
}

fn feed_order(source: &str) -> usize {
    let name = source.split(':').next().unwrap_or("");
    Feed::ALL.iter().position(|feed| feed.name() == name).unwrap_or(Feed::ALL.len())
}

/// A number that changes when a source says something else about somebody.
fn digest(said: &Demographics) -> i64 {
    let mut text = String::new();
    for part in [
        &said.nhs_number,
        &said.family_name,
        &said.given_name,
        &said.address,
        &said.postcode,
        &said.lsoa,
        &said.ethnic_category,
        &said.practice,
    ] {
        text.push_str(part);
        text.push('\u{1f}');
    }
    text.push_str(&format!(
        "{:?}{:?}{:?}{:?}{:?}",
        said.sex, said.birth_date, said.death_date, said.registered_from, said.registered_to
    ));
    i64::from_le_bytes(XxHash3_64::oneshot(text.as_bytes()).to_le_bytes())
}

/// Writes, for each batch, the person of each of its local numbers: what the index needs and all it may know. `persons` are
/// who they are, in the order of what is said.
pub(crate) fn write_links(
    links: &Path,
    batches: &[String],
    places: &[Vec<u32>],
    persons: &[PersonId],
) -> Result<(), PipelineError> {
    fs::create_dir_all(links).map_err(PipelineError::file(links))?;
    for (batch, places) in batches.iter().zip(places) {
        let path = links.join(format!("{batch}.persons"));
        let person = |place: &u32| persons.get(*place as usize).map_or(NOBODY, |person| person.0);
        let bytes: Vec<u8> = places.iter().flat_map(|place| person(place).to_le_bytes()).collect();
        if fs::read(&path).is_ok_and(|old| old == bytes) {
            continue;
        }
        let partial = path.with_extension("partial");
        fs::write(&partial, &bytes).map_err(PipelineError::file(&partial))?;
        fs::rename(&partial, &path).map_err(PipelineError::file(&path))?;
    }
    Ok(())
}

/// The persons of a batch, as [`write_links`] wrote them.
pub(crate) fn read_links(links: &Path, batch: &str) -> Result<Vec<u32>, std::io::Error> {
    let bytes = fs::read(links.join(format!("{batch}.persons")))?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four)).collect())
}
