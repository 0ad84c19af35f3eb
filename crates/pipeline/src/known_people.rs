//! The person index of a deployment: everybody whom the day has linked, so that a night's new records are weighed against
//! those who may be they, and not everybody against everybody again.
//!
//! The index says of which state of the links it is. One of another state (the run was killed between the store's commit
//! and the index's, an agreement was signed or withdrawn) is made anew, and so is one of half as many records as there are now.

use std::path::PathBuf;

use hashbrown::HashSet;
use linkage::{Records, Standing};
use model::PersonId;
use store::cases::SourcePerson;
use twox_hash::XxHash3_64;

use crate::person_index::{Builder, How, Kept, Linked, PersonIndex};
use crate::probable::{Decided, LIMITS, records};
use crate::settled::Settled;
use crate::statements::Said;
use crate::{Deployment, PipelineError, Progress};

/// The person index as a run finds it and leaves it.
pub(crate) struct KnownPeople {
    path: PathBuf,
    /// Records from which on an index is worth its while.
    from: usize,
    threads: usize,
    index: Option<PersonIndex>,
}

/// What linking everybody taught, from which an index can be made.
pub(crate) struct Learnt {
    pub records: Records,
    pub standing: Standing,
}

impl KnownPeople {
    /// Opens the index if it is of this state of the links and there are not many more records now.
    pub fn open(deployment: &Deployment, state: State, records: usize) -> Self {
        let path = deployment.person_index();
        let index = PersonIndex::open(&path).ok().filter(|index| {
            let grown = records > 3 * index.standing().records() as usize / 2;
            index.stamp() == state.to_string() && !grown
        });
        Self { path, from: deployment.person_index_from, threads: deployment.threads, index }
    }

    /// No index, and none wanted.
    #[cfg(test)]
    pub fn none() -> Self {
        Self { path: PathBuf::new(), from: usize::MAX, threads: 1, index: None }
    }

    /// Whether there is an index.
    pub fn is_there(&self) -> bool {
        self.index.is_some()
    }

    /// Whether there are records enough for an index.
    pub fn is_wanted(&self, records: usize) -> bool {
        records >= self.from
    }

    /// Which source's person a record of the index is.
    pub fn named(&self, record: &Kept) -> Option<SourcePerson> {
        let source = self.index.as_ref()?.files().get(usize::from(record.file))?;
        Some((source.clone(), record.id.clone()))
    }

    /// Links records, given by their places, with everybody known; nothing where there is no index.
    pub fn link(
        &mut self,
        said: &[Said],
        decided: &[Decided],
        changed: &[usize],
        first_new: u32,
        settled: &Settled,
    ) -> Result<Option<Linked>, PipelineError> {
        let Some(index) = &mut self.index else { return Ok(None) };
        let persons = |at: usize| decided.get(at).map_or(0, |(person, _)| person.0);
        let new = kept(index, said, changed, persons)?;
        let mut apart = HashSet::new();
        for (one, other) in &settled.apart {
            let key = |at: u32| key(index, said.get(at as usize)?);
            apart.extend(key(*one).zip(key(*other)));
        }
        let how = How { first_new, apart, ..How::new(LIMITS, self.threads) };
        Ok(Some(index.link(&new, &how)?))
    }

    /// Brings the index to the state after this run: changes it, or makes it of what was learnt.
    pub fn keep(
        &mut self,
        said: &[Said],
        persons: &[PersonId],
        changed: &[usize],
        learnt: Option<Learnt>,
        state: State,
        progress: &dyn Progress,
    ) -> Result<(), PipelineError> {
        let stamp = state.to_string();
        let person = |at: usize| persons.get(at).map_or(0, |person| person.0);
        match (&mut self.index, learnt) {
            (Some(index), _) if changed.is_empty() && index.stamp() == stamp => {}
            (Some(index), _) => {
                let changed = kept(index, said, changed, person)?;
                index.put(&changed, &stamp)?;
            }
            (None, Some(learnt)) => {
                make(&self.path, said, &person, learnt, &stamp, progress)?;
                self.index = Some(PersonIndex::open(&self.path)?);
            }
            (None, None) => {}
        }
        Ok(())
    }
}

fn make(
    path: &std::path::Path,
    said: &[Said],
    person: &dyn Fn(usize) -> u32,
    learnt: Learnt,
    stamp: &str,
    progress: &dyn Progress,
) -> Result<(), PipelineError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(PipelineError::file(folder))?;
    }
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(PipelineError::file(path)(e)),
        _ => {}
    }
    let mut sources: Vec<&str> = said.iter().map(|said| said.demographics.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let files = sources.iter().map(|source| (*source).to_owned()).collect();
    let mut builder = Builder::new(path, learnt.standing, files)?;
    for (at, (record, said)) in (0_u32..).zip(said).enumerate() {
        let file = sources.binary_search(&said.demographics.source.as_str()).unwrap_or(0);
        builder.push(&[Kept {
            person: person(at),
            file: u16::try_from(file).map_err(|_| PipelineError::TooMany("sources"))?,
            id: said.demographics.source_person.clone(),
            texts: learnt.records.texts(record),
        }])?;
    }
    builder.finish(&learnt.records, stamp, &|at, of| progress.at("keep the person index", at, of))?;
    Ok(())
}

/// What is said at some places, as the index keeps it.
fn kept(
    index: &mut PersonIndex,
    said: &[Said],
    places: &[usize],
    person: impl Fn(usize) -> u32,
) -> Result<Vec<Kept>, PipelineError> {
    let of = places.iter().filter_map(|at| Some((*at, said.get(*at)?)));
    let taken_in = records(of.clone().map(|(_, said)| said));
    let kept = (0_u32..).zip(of).map(|(record, (at, said))| {
        Ok(Kept {
            person: person(at),
            file: index.file(&said.demographics.source)?,
            id: said.demographics.source_person.clone(),
            texts: taken_in.texts(record),
        })
    });
    kept.collect()
}

fn key(index: &PersonIndex, said: &Said) -> Option<u64> {
    let file = index.files().iter().position(|file| *file == said.demographics.source)?;
    let id = said.demographics.source_person.clone();
    Some(Kept { file: u16::try_from(file).ok()?, id, ..Kept::default() }.key())
}

/// A state of the links: who each source's person is and what the source says, in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct State(u64);

impl State {
    /// With this link as well.
    pub fn with(self, said: &Said, person: PersonId, digest: i64) -> Self {
        Self(self.0.wrapping_add(hash(said, person, digest)))
    }

    /// Without this link.
    pub fn without(self, said: &Said, person: PersonId, digest: i64) -> Self {
        Self(self.0.wrapping_sub(hash(said, person, digest)))
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        u64::from_str_radix(text, 16).ok().map(Self)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

fn hash(said: &Said, person: PersonId, digest: i64) -> u64 {
    let mut bytes = Vec::with_capacity(64);
    bytes.extend(person.0.to_le_bytes());
    bytes.extend(digest.to_le_bytes());
    for text in [&said.demographics.source, &said.demographics.source_person] {
        bytes.extend(text.as_bytes());
        bytes.push(0);
    }
    XxHash3_64::oneshot(&bytes)
}
