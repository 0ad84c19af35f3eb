//! Linking: every source's person is one of ours, with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use hashbrown::HashMap;
use linkage::{Linker, Rule};
use model::{Demographics, Feed, PersonId};
use store::identities::{self, Identity, Review};
use twox_hash::XxHash3_64;
use warehouse::index::NOBODY;
use warehouse::standardised::{BatchFiles, Who, read_people, read_who};

use crate::{Deployment, PipelineError, Progress};

/// The latest that a source says of one of its people, and who that is.
#[derive(Clone, Debug)]
pub(crate) struct KnownIdentity {
    pub person: PersonId,
    pub rule: Rule,
    pub demographics: Demographics,
}

/// What linking came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Linked {
    /// Every source's person, ordered by source and identifier.
    pub identities: Vec<KnownIdentity>,
    /// Source people linked for the first time in this run.
    pub new_identities: u64,
    /// People first seen in this run.
    pub new_people: u64,
}

/// Links what is new of the sources that an agreement covers. All decisions of a run go into the store in one transaction, so that a killed run has linked nothing.
pub(crate) async fn link(
    deployment: &Deployment,
    batches: &[String],
    covered: &BTreeSet<String>,
    progress: &dyn Progress,
) -> Result<Linked, PipelineError> {
    let zone = deployment.standardised();
    let pipeline = deployment.store.pipeline();
    let said = tokio::task::block_in_place(|| latest_statements(&zone, batches, covered, progress))?;

    let mut known: HashMap<(String, String), Identity> = HashMap::new();
    identities::each(pipeline, |part| {
        for identity in part {
            known.insert((identity.source.clone(), identity.source_person.clone()), identity);
        }
    })
    .await?;

    let mut linker = Linker::with_room_for(said.len());
    for identity in known.values() {
        linker.remember(&identity.source, &identity.source_person, identity.person);
    }
    // What was known before counts before what is new, in an order that does not depend on arrival.
    let (old, new): (Vec<&Said>, Vec<&Said>) = said.iter().partition(|s| known.contains_key(&s.key()));
    for said in &old {
        if let Some(identity) = known.get(&said.key()) {
            linker.load(&said.demographics, identity.person);
        }
    }
    let mut written = Vec::new();
    let mut reviews = Vec::new();
    let mut linked = Linked::default();
    let total = new.len();
    for (done, said) in new.iter().enumerate() {
        if done % 10_000 == 0 {
            progress.at("link", done, total);
        }
        let link = linker.link(&said.demographics);
        linked.new_identities += 1;
        linked.new_people += u64::from(link.is_new());
        written.push(said.identity(link.person, link.rule, link.reason));
        reviews.extend(link.review.map(|reason| said.review(link.person, reason)));
    }
    // A known person whose source now says something else keeps their place; the new words are linked evidence.
    for said in old {
        let Some(before) = known.get(&said.key()) else { continue };
        if before.demographics_digest != said.digest {
            let link = linker.link(&said.demographics);
            let rule = Rule::from_id(&before.rule).unwrap_or(link.rule);
            written.push(said.identity(before.person, rule, before.reason.clone()));
            reviews.extend(link.review.map(|reason| said.review(before.person, reason)));
        }
    }
    progress.at("link", total, total);
    if !written.is_empty() {
        let mut writer = identities::begin(pipeline).await?;
        for identity in &written {
            known.insert((identity.source.clone(), identity.source_person.clone()), identity.clone());
        }
        writer.put(written).await?;
        writer.review(reviews).await?;
        progress.reached("link: before commit");
        writer.commit().await?;
        progress.reached("link: committed");
    }
    for said in said {
        if let Some(identity) = known.get(&said.key()) {
            linked.identities.push(KnownIdentity {
                person: identity.person,
                rule: Rule::from_id(&identity.rule).unwrap_or(Rule::ALL[0]),
                demographics: said.demographics,
            });
        }
    }
    write_links(&zone, &deployment.links(), batches, &linked.identities)?;
    Ok(linked)
}

/// The latest that a source says of one of its people.
struct Said {
    feed_order: usize,
    demographics: Demographics,
    digest: i64,
}

impl Said {
    fn key(&self) -> (String, String) {
        (self.demographics.source.clone(), self.demographics.source_person.clone())
    }

    fn identity(&self, person: PersonId, rule: Rule, reason: String) -> Identity {
        Identity {
            source: self.demographics.source.clone(),
            source_person: self.demographics.source_person.clone(),
            person,
            rule: rule.id().to_owned(),
            reason,
            as_at: self.demographics.as_at,
            demographics_digest: self.digest,
        }
    }

    fn review(&self, person: PersonId, reason: String) -> Review {
        Review {
            source: self.demographics.source.clone(),
            source_person: self.demographics.source_person.clone(),
            person,
            reason,
        }
    }
}

/// Every source's person with the latest statement about them, GP first, then by source and identifier. People about whom
/// nothing is said, only events, are there with blanks.
fn latest_statements(
    zone: &Path,
    batches: &[String],
    covered: &BTreeSet<String>,
    progress: &dyn Progress,
) -> Result<Vec<Said>, PipelineError> {
    type Latest = (Option<NaiveDate>, u32, u64, Demographics);
    let mut latest: HashMap<(String, String), Latest> = HashMap::new();
    for (done, batch) in batches.iter().enumerate() {
        progress.at("read people", done, batches.len());
        let files = BatchFiles::of(zone, batch);
        let who = read_who(&files)?;
        let mut of_batch: Vec<Option<Latest>> = vec![None; who.len()];
        read_people(&files, &who, |statement| {
            let Some(slot) = usize::try_from(statement.who).ok().and_then(|at| of_batch.get_mut(at)) else {
                return;
            };
            let new = (statement.demographics.as_at, statement.file, statement.line, statement.demographics);
            if slot.as_ref().is_none_or(|old| (old.0, old.1, old.2) <= (new.0, new.1, new.2)) {
                *slot = Some(new);
            }
        })?;
        for (who, said) in who.into_iter().zip(of_batch) {
            if !covered.contains(&who.source) {
                continue;
            }
            let said = said.unwrap_or_else(|| (None, 0, 0, blank(&who)));
            match latest.entry((who.source, who.source_person)) {
                hashbrown::hash_map::Entry::Occupied(mut entry) => {
                    let old = entry.get_mut();
                    if (old.0, old.1, old.2) <= (said.0, said.1, said.2) {
                        *old = said;
                    }
                }
                hashbrown::hash_map::Entry::Vacant(entry) => {
                    entry.insert(said);
                }
            }
        }
    }
    let mut all: Vec<Said> = latest
        .into_values()
        .map(|(_, _, _, demographics)| Said {
            feed_order: feed_order(&demographics.source),
            digest: digest(&demographics),
            demographics,
        })
        .collect();
    all.sort_by(|a, b| {
        let key = |s: &Said| (s.feed_order, s.demographics.nhs_number.is_empty());
        key(a).cmp(&key(b)).then_with(|| {
            (&a.demographics.source, &a.demographics.source_person)
                .cmp(&(&b.demographics.source, &b.demographics.source_person))
        })
    });
    Ok(all)
}

fn blank(who: &Who) -> Demographics {
    Demographics {
        source: who.source.clone(),
        source_person: who.source_person.clone(),
        ..Demographics::default()
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

/// Writes, for each batch, the person of each of its local numbers: what the index needs and all it may know.
fn write_links(
    zone: &Path,
    links: &Path,
    batches: &[String],
    identities: &[KnownIdentity],
) -> Result<(), PipelineError> {
    fs::create_dir_all(links).map_err(PipelineError::file(links))?;
    let persons: HashMap<(&str, &str), u32> = identities
        .iter()
        .map(|i| ((i.demographics.source.as_str(), i.demographics.source_person.as_str()), i.person.0))
        .collect();
    for batch in batches {
        let path = links.join(format!("{batch}.persons"));
        let mut bytes = Vec::new();
        for who in read_who(&BatchFiles::of(zone, batch))? {
            let person = persons.get(&(who.source.as_str(), who.source_person.as_str())).copied();
            bytes.extend_from_slice(&person.unwrap_or(NOBODY).to_le_bytes());
        }
        if fs::read(&path).is_ok_and(|old| old == bytes) {
            continue;
        }
        let partial = path.with_extension("partial");
        fs::write(&partial, &bytes).map_err(PipelineError::file(&partial))?;
        fs::rename(&partial, &path).map_err(PipelineError::file(&path))?;
    }
    Ok(())
}

/// The persons of a batch, as [`link`] wrote them.
pub(crate) fn read_links(links: &Path, batch: &str) -> Result<Vec<u32>, std::io::Error> {
    let bytes = fs::read(links.join(format!("{batch}.persons")))?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four)).collect())
}

/// Identities by person, in order of person.
pub(crate) fn by_person(identities: &[KnownIdentity]) -> BTreeMap<PersonId, Vec<&KnownIdentity>> {
    let mut people: BTreeMap<PersonId, Vec<&KnownIdentity>> = BTreeMap::new();
    for identity in identities {
        people.entry(identity.person).or_default().push(identity);
    }
    people
}
