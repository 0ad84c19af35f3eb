//! Everybody, as a run links and makes them: by a night of new batches where that will do, else by a whole run.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::PersonId;
use store::objections;
use store::people::IndexedPerson;
use store::quality::Quality;
use warehouse::facts::PersonFact;

use crate::golden::{Places, make};
use crate::last_night::{Head, build};
use crate::link::{KnownIdentity, KnownSource, Linked, link};
use crate::night::{Asked, Tonight, tonight};
use crate::quality::quality;
use crate::{Deployment, PipelineError, Progress};

/// Everybody after linking.
pub(crate) struct Everybody {
    /// In order of person.
    pub people: Vec<IndexedPerson>,
    /// The same without names.
    pub facts: Vec<PersonFact>,
    /// Which sources know each person, in order of person.
    pub sources: Vec<KnownSource>,
    /// Who has asked not to be counted, as of after linking: what somebody asked goes with them into another person.
    pub objected: BTreeSet<PersonId>,
    /// Source people linked for the first time.
    pub new_identities: u64,
    /// How well records are linked, where that was counted.
    pub counted: Option<Quality>,
    /// Batches that were read.
    pub read: usize,
    /// How long it took until everybody was linked.
    pub linked_in: Duration,
}

/// Links and makes everybody.
pub(crate) async fn everybody(
    deployment: &Deployment,
    asked: &Asked<'_>,
    progress: &dyn Progress,
) -> Result<Everybody, PipelineError> {
    if let Some(night) = tonight(deployment, asked, progress).await? {
        let objected = objections::not_for_planning(deployment.store.pipeline()).await?;
        return Ok(Everybody::of_night(night, objected));
    }
    let began = Instant::now();
    let linked = link(deployment, asked.batches, asked.covered, asked.now, progress).await?;
    let linked_in = began.elapsed();
    let places = Places::of(&deployment.area);
    let one = |(person, identities): (PersonId, &[KnownIdentity])| {
        make(person, || identities.iter().map(|known| &known.demographics), &places, asked.as_at)
    };
    let (people, facts): (Vec<_>, Vec<_>) = linked.people().map(one).unzip();
    if linked.indexed {
        progress.at("keep what was said", 0, 1);
        let head = head(&linked, asked, &places);
        let path = deployment.last_night();
        tokio::task::block_in_place(|| build(&path, head, &linked, &people, &facts))?;
    }
    let objected = objections::not_for_planning(deployment.store.pipeline()).await?;
    let counted = Some(quality(deployment, &linked, &facts, &objected, asked.as_at).await?);
    let new_identities = linked.new_identities;
    let read = asked.batches.len();
    let sources = linked.sources();
    Ok(Everybody { people, facts, sources, objected, new_identities, counted, read, linked_in })
}

fn head(linked: &Linked, asked: &Asked<'_>, places: &Places) -> Head {
    Head {
        state: linked.state.to_string(),
        covered: asked.covered.clone(),
        batches: asked.batches.iter().cloned().collect(),
        as_at: asked.as_at,
        area: places.stamp(),
        ..Head::default()
    }
}

impl Everybody {
    fn of_night(night: Tonight, objected: BTreeSet<PersonId>) -> Self {
        let names: Vec<Arc<str>> = night.sources.iter().map(|name| name.as_str().into()).collect();
        let all = night.people.len();
        let (mut people, mut facts) = (Vec::with_capacity(all), Vec::with_capacity(all));
        let mut sources = Vec::new();
        for made in night.people {
            for of in &made.of {
                let source = names.get(usize::from(of.source)).cloned().unwrap_or_else(|| "".into());
                sources.push(KnownSource { person: made.person.person, rule: of.rule(), source });
            }
            people.push(made.person);
            facts.push(made.fact);
        }
        let (new_identities, read, linked_in) = (night.new_identities, night.read, night.linked);
        Self { people, facts, sources, objected, new_identities, counted: None, read, linked_in }
    }
}
